"""What is attacked: one real server, and one application without a network, for all these tests."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.doorkeeper import Doorkeeper
from dialog.settings import Settings
from tests.security.fort import Fort
from tests.security.house import House


@pytest.fixture(scope="session")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    fort = Fort(tmp_path_factory.mktemp("fort"))
    fort.start()
    yield fort
    fort.stop()


@pytest.fixture(scope="session")
def the_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data: Path = tmp_path_factory.mktemp("house") / "data"
    home, token = "https://dialog.example.se", secrets.token_hex(32)
    app = create_app(Settings(data=data, grouping="none", home=home, metrics=token))
    with TestClient(app, base_url="https://dialog.example.se") as client:
        yield House(client)


@pytest.fixture
def house(the_house: House) -> House:
    """The application, where nobody has guessed wrong or been too fast yet."""
    here = the_house.installation
    here.doorkeeper = Doorkeeper()
    for buckets in here.sockets.limits.values():
        buckets.levels.clear()
    the_house.fay = the_house.staff("facilitator")  # a test may have signed her out
    return the_house
