"""What the Procfile starts without Redis: two web processes and a worker with PostgreSQL alone. The
whole of it behind a proxy that takes the path off."""

import asyncio

from dialog.protocol.events import GroupsSuggested
from dialog.protocol.records import Group
from tests.hall import Server, check, evening
from tests.procfile import Procfile
from tests.proxy import nginx

pytest_plugins = ["tests.store.databases"]
SAID = [
    *("Cykelväg till skolan", "Trygg cykelväg till skolan", "Bredare cykelväg vid skolan"),
    *("Fler bussar på kvällen", "Bussar även på kvällar", "Kvällsbussar till byarna"),
    *("Rent vatten i badsjöarna", "Fler lekplatser i parken"),
]


class Many(Server):
    """The processes of a Procfile, as if they were one server."""

    def __init__(self, started: Procfile, address: str) -> None:
        self.started, self._address = started, address
        lines = (line.split() for line in started.dialog("links").splitlines())
        self.links = {it[0].lower(): it[1] for it in lines if len(it) == 2}

    @property
    def address(self) -> str:
        return self._address

    @property
    def url(self) -> str:
        return self.started.environment["DIALOG_DATABASE"]


async def test_an_evening_on_two_processes_with_postgresql_and_no_redis(postgres, tmp_path):
    from tests.store.databases import new_postgres_database

    started = Procfile(tmp_path / "data", DIALOG_DATABASE=new_postgres_database(postgres))
    with nginx(started.upstreams, prefix="/tjanster/dialog", strips=True) as proxy:
        started.environment["DIALOG_HOME"] = proxy.address
        with started.running():
            async with evening(Many(started, proxy.address), people=len(SAID)) as it:
                wishes = (it.post(*each) for each in zip(it.people, SAID, strict=True))
                latest = max(ack.seq for ack in await asyncio.gather(*wishes))
                # All have heard of all, whichever process they sit at.
                for screen in it.screens:
                    assert await screen.until(lambda screen=screen: screen.seq >= latest, 60)
                assert await it.console.until(lambda: groups_of(it.console), 60)
                log = await check(it)
                assert any(isinstance(entry.event, GroupsSuggested) for entry in log)
        assert set(proxy.served()) == set(started.upstreams)
        assert proxy.outside() == []


def groups_of(screen):
    return [it for it in screen.records.values() if isinstance(it, Group)]
