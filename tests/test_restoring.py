"""Who a phone is after a copy has taken the place of what came later."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.backup import restore, take
from dialog.live import now_ms
from dialog.settings import Settings
from tests.test_api import code_of, go_to, opened, somebody_else

WRITING = "area-1-skriv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", grouping="none", secret="s" * 40)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[TestClient]:
    """The facilitator's client, signed in."""
    app = create_app(settings)
    with TestClient(app) as fay:
        secret = app.state.installation.identity.link_secret("facilitator", 0)
        assert fay.post("/api/staff/login", json={"secret": secret}).status_code == 200
        yield fay


def somebody(fay: TestClient, code: str, cookies: dict[str, str] | None = None) -> TestClient:
    """A phone that has joined: as who it is by its cookies, or else as somebody new."""
    phone = somebody_else(fay)
    phone.cookies.update(cookies or {})
    if not cookies:
        until_done(lambda: phone.post("/api/join", json={"code": code}).status_code == 200)
    return phone


def until_done(done) -> None:
    """A wish that meets the new life is asked to come again."""
    ends = time.monotonic() + 10
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.1)


def write(phone: TestClient, session: str, text: str) -> None:
    command = {"type": "post-contribution", "step": WRITING, "kind": "keyword", "text": text}
    wish = {"t": "do", "op": "an-op-of-sixteen", "command": command | {"begun": 1}}
    assert phone.post(f"/api/s/{session}/do", json=wish).json()["t"] == "ack"


def own(phone: TestClient, session: str):
    return phone.get(f"/api/s/{session}/records").json()["own"]


def take_copy(fay: TestClient, settings: Settings) -> Path:
    copy = settings.data.parent / "copy.zip"
    take(fay.app.state.installation.live.engine, settings, copy, with_secret=False)
    return copy


def test_who_came_after_the_copy_is_nobody_and_not_who_got_the_number_since(settings):
    with serving(settings) as fay:
        session = opened(fay)
        code = code_of(fay, session)
        early = somebody(fay, code)
        go_to(fay, session, WRITING)
        copy = take_copy(fay, settings)
        late = somebody(fay, code)
        write(late, session, "Simhall")
        cookies = dict(late.cookies)
    restore(copy, settings, over=True)
    with serving(settings) as fay:
        newcomer, late = somebody(fay, code), somebody(fay, code, cookies)
        write(newcomer, session, "Bussar")
        is_nobody(late, session)
        is_nobody(somebody(fay, code, dict(early.cookies)), session)
        assert [it["text"] for it in own(newcomer, session)["contributions"]] == ["Bussar"]
        again = somebody(fay, code, {"unrelated": "1"} | cookies)
        assert again.post("/api/join", json={"code": code}).status_code == 200
        assert own(again, session)["contributions"] == []


def is_nobody(phone: TestClient, session: str) -> None:
    assert phone.get(f"/api/s/{session}/records").status_code == 401
    command = {"type": "withdraw-contribution", "contribution": 1}
    wish = {"t": "do", "op": "withdraw-of-another", "command": command}
    assert phone.post(f"/api/s/{session}/do", json=wish).status_code == 401
    assert phone.post(f"/api/s/{session}/next-person", json={}).status_code == 401


def test_so_it_is_where_the_server_runs_meanwhile(settings):
    """And what is known of generations is as new as the log that numbers are given out from."""
    with serving(settings) as fay:
        session = opened(fay)
        code = code_of(fay, session)
        go_to(fay, session, WRITING)
        copy = take_copy(fay, settings)
        late = somebody(fay, code)
        restore(copy, settings, over=True)
        newcomer = somebody(fay, code)
        write(newcomer, session, "Bussar")
        is_nobody(late, session)
        assert [it["text"] for it in own(newcomer, session)["contributions"]] == ["Bussar"]


def test_a_tables_device_opens_its_link_anew(settings):
    """The link is as good as it was; only the number behind the device is somebody else's."""
    with serving(settings) as fay:
        session = opened(fay)
        code = code_of(fay, session)
        go_to(fay, session, WRITING)
        identity = fay.app.state.installation.identity
        secret = identity.table_secret(session, "7", 0, now_ms() + 3_600_000)
        copy = take_copy(fay, settings)
        table = somebody_else(fay)
        assert table.post(f"/api/t/{session}", json={"secret": secret}).status_code == 200
        restore(copy, settings, over=True)
        newcomer = somebody(fay, code)
        write(newcomer, session, "Bussar")
        is_nobody(table, session)
        assert table.post(f"/api/t/{session}", json={"secret": secret}).status_code == 200
        assert own(table, session)["contributions"] == []
