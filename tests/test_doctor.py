"""Go or no-go: each thing that would spoil an evening is found before it, and said what to do."""

import asyncio
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from dialog.bus import RedisBus, heard
from dialog.cli import main
from dialog.doctor import certificates, evening, machine, outside, stores
from dialog.doctor.findings import Finding, Report, looked
from dialog.settings import Settings, secret_there
from dialog.store import audit, release
from dialog.store.database import open_database
from dialog.store.tables import metadata
from tests.hall import DIALOGUE, EVENING, ROOT, Server
from tests.proxy import nginx
from tests.test_bus import Redis, redis
from tests.wrong_proxy import wrong_proxy

__all__ = ["Redis", "redis"]
pytest_plugins = ["tests.store.databases"]

SECRET = "s" * 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *arguments])


def states(findings: "Iterator[Finding] | list[Finding]") -> dict[str, str]:
    """check -> the worst that was found."""
    worst: dict[str, str] = {}
    for it in findings:
        order = ("ok", "warn", "fail")
        worst[it.check] = max(worst.get(it.check, "ok"), it.state, key=order.index)
    return worst


# ── the command ───────────────────────────────────────────────────────────────────────────────


def test_a_new_laptop_may_go_and_nothing_is_begun_there(tmp_path):
    data = tmp_path / "data"
    answer = asked("--data", str(data), "--port", str(free_port()), "--json")
    said = json.loads(answer.output)
    assert (answer.exit_code, said["verdict"]) == (0, "go"), said
    found = {it["check"] for it in said["checks"]}
    assert found >= {"settings", "dialogues", "fonts", "model", "disk", "clock", "memory"}
    assert found >= {"open files", "port", "sleep", "database", "bus", "staff", "languages"}
    assert not data.exists()


def test_each_line_says_what_to_do_and_the_last_one_the_verdict(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer = asked("--data", str(tmp_path), "--port", str(other.getsockname()[1]))
    assert answer.exit_code == 1
    lines = answer.output.splitlines()
    at = next(n for n, line in enumerate(lines) if line.split()[:2] == ["fail", "port"])
    assert "DIALOG_PORT" in lines[at + 1]
    assert lines[-1].startswith("NO-GO: ") and "1 failing" in lines[-1]


def test_settings_that_cannot_be_used_are_all_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("DIALOG_LANGUAGES", "klingon")
    said = json.loads(asked("--data", str(tmp_path), "--json").output)
    assert said["verdict"] == "no-go"
    assert [it["check"] for it in said["checks"]] == ["settings"]
    assert "klingon" in said["checks"][0]["says"]


def test_a_check_that_breaks_keeps_no_other_from_its_own_and_says_nothing_of_anybody():
    def breaks():
        raise ValueError("Anna")

    found = list(looked("model", breaks))
    assert found[0].state == "fail" and "Anna" not in found[0].says
    assert not Report(found).go


# ── the machine ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings(data=tmp_path / "data", port=free_port(), secret=SECRET)


@pytest.mark.parametrize(
    ("limit", "state"), [("LEAST_DISK", "fail"), ("ENOUGH_DISK", "warn"), ("", "ok")]
)
def test_a_disk_that_is_nearly_full_is_found(settings, monkeypatch, limit, state):
    if limit:
        monkeypatch.setattr(machine, limit, 10**18)
    assert next(machine.disk(settings)).state == state


@pytest.mark.parametrize(("limit", "state"), [("SLOW_DISK", "warn"), ("HOPELESS_DISK", "fail")])
def test_a_slow_disk_is_found(settings, monkeypatch, limit, state):
    monkeypatch.setattr(machine, limit, 0.0)
    assert machine.written_safely(settings.data).state == state


def test_a_folder_that_cannot_be_written_is_found():
    assert machine.written_safely(Path("/proc")).state == "fail"


def test_a_far_disk_is_none_for_sqlite(settings, monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {settings.data} nfs4 rw 0 0\n")
    assert machine.file_system_of(settings.data, mounts) == "nfs4"
    assert machine.file_system_of(tmp_path, mounts) == "ext4"
    monkeypatch.setattr(machine, "file_system_of", lambda folder: "nfs4")
    assert [it.state for it in machine.disk(settings)] == ["ok", "fail", "ok"]
    settings.database = "postgresql+psycopg://x"
    assert "fail" not in [it.state for it in machine.disk(settings)]


@pytest.mark.parametrize(
    ("limit", "state"), [("LEAST_MEMORY", "fail"), ("ENOUGH_MEMORY", "warn"), ("", "ok")]
)
def test_too_little_memory_is_found(settings, monkeypatch, limit, state):
    settings.connections = 100
    if limit:
        monkeypatch.setattr(machine, limit, 10**15)
    assert [it.state for it in machine.memory(settings)] == [state]


def test_a_limit_below_what_is_wanted_is_found(settings):
    settings.connections = 10**9
    found = list(machine.open_files(settings))
    assert found[0].state == "warn" and "LimitNOFILE=" in found[0].do
    settings.connections = 100
    assert next(iter(machine.open_files(settings))).state == "ok"


def test_a_clock_before_the_release_was_made_is_found(monkeypatch):
    class Then(machine.datetime):
        @classmethod
        def now(cls, zone=None):
            return cls(2019, 4, 1, tzinfo=zone)

    monkeypatch.setattr(machine, "datetime", Then)
    assert states(machine.clock()) == {"clock": "fail"}


def test_a_server_of_another_kind_at_the_port_is_none_of_ours(settings):
    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ready or not")

        def log_message(self, *said):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        settings.port = other.server_port
        found = list(machine.port(settings))
        other.shutdown()
    assert found[0].state == "fail" and "cannot be had" in found[0].says


def test_a_server_of_ours_at_the_port_is_asked_whether_it_is_ready(serve: Callable[..., Server]):
    server = serve()
    here = Settings(data=server.data, port=server.port)
    assert states(machine.port(here)) == {"port": "ok"}
    with open_database(server.url).begin() as db:
        release.keep(db, "another")
    found = list(machine.port(here))
    assert found[0].state == "fail" and found[0].says.endswith("not ready: secret")


def test_another_installations_server_at_the_port_is_found(behind, tmp_path):
    for secret in ("", SECRET):
        other = Settings(data=tmp_path, port=behind.port, secret=secret)
        found = list(machine.port(other))
        assert states(found) == {"port": "fail"} and "another installation's" in found[0].says


def at_home(data: Path, home: str, port: int, host: str = "127.0.0.1") -> tuple[str, str]:
    found = list(machine.home(Settings(data=data, home=home, port=port, host=host)))
    return (found[0].state, found[0].says) if found else ("", "")


def test_where_people_type_our_address_they_must_come_here(behind, monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "PATIENCE", 3.0)
    ours = (behind.data, behind.port)
    assert at_home(ours[0], "", ours[1])[0] == "", "it is what this machine has"
    assert at_home(ours[0], behind.address, ours[1])[0] == "ok"
    for wrong in (f"http://127.0.0.1:{free_port()}", f"http://192.0.2.5:{behind.port}"):
        state, says = at_home(ours[0], wrong, ours[1])
        assert state == "fail" and "nobody of ours" in says, wrong
    assert at_home(ours[0], "https://nowhere.invalid", ours[1])[0] == "warn"
    state, says = at_home(tmp_path, behind.address, free_port())
    assert state == "fail" and "another installation" in says


def test_before_the_server_is_up_its_address_must_be_this_machines(settings, monkeypatch):
    monkeypatch.setattr(machine, "PATIENCE", 3.0)
    data, port = settings.data, settings.port
    for host in ("0.0.0.0", "127.0.0.1"):
        assert at_home(data, f"http://localhost:{port}", port, host)[0] == "ok"
    assert at_home(data, f"http://127.0.0.2:{port}", port)[0] == "warn", "it does not listen there"
    assert at_home(data, f"http://127.0.0.1:{free_port()}", port)[0] == "warn", "a proxy's, maybe"
    assert at_home(data, f"http://192.0.2.5:{port}", port, "0.0.0.0")[0] == "fail"


def test_what_a_server_says_of_its_installation_is_not_its_secret(behind):
    secret = (behind.data / "secret").read_text().strip()
    with urllib.request.urlopen(f"{behind.address}/readyz") as answer:
        said = answer.headers["Dialog-Installation"]
    assert said == release.mark(secret) and said not in release.fingerprint(secret)


def test_what_was_looked_at_is_said_first_and_no_password(tmp_path):
    here = Settings(data=tmp_path, database="postgresql+psycopg://u:hunter2@h/x", home="http://h:1")
    first = next(iter(evening.checks(here)["settings"]()))
    assert first.state == "ok" and "hunter2" not in first.says
    assert all(it in first.says for it in (str(tmp_path), "@h/x", "http://h:1"))


# ── database and bus ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kept(settings: Settings) -> Settings:
    """With a database."""
    engine = open_database(settings.database_url)
    release.begin(engine, SECRET)
    engine.dispose()
    return settings


def executed(settings: Settings, statement: str) -> None:
    engine = open_database(settings.database_url)
    with engine.begin() as db:
        db.execute(text(statement))
    engine.dispose()


def test_a_database_of_this_release_is_well(kept):
    assert states(stores.database(kept)) == {"database": "ok", "durability": "ok"}


@pytest.mark.parametrize(("revision", "state"), [("9999", "fail"), ("0004", "ok")])
def test_a_database_of_another_release_is_found(kept, revision, state):
    executed(kept, f"UPDATE alembic_version SET version_num = '{revision}'")
    assert states(stores.database(kept))["database"] == state


def test_another_secret_is_found(kept):
    kept.secret = "t" * 40
    assert states(stores.database(kept))["secret"] == "fail"


@pytest.mark.parametrize(("ahead", "state"), [(400 * 86_400, "fail"), (30, "ok"), (-90, "ok")])
def test_a_clock_behind_what_has_been_written_is_found(kept, ahead, state):
    at = round((time.time() + ahead) * 1000)
    executed(kept, "INSERT INTO dialogue VALUES ('mal-2019', 2, 'e', false)")
    for seq, when in ((1, 1), (2, at)):
        executed(
            kept,
            "INSERT INTO event (dialogue, seq, session, access, actor, type, version, body, at) "
            f"VALUES ('mal-2019', {seq}, 's', 'public', 'system', 'x', 1, x'', {when})",
        )
    found = [it for it in stores.database(kept) if it.check == "clock"]
    assert states(found) == ({} if state == "ok" else {"clock": state})
    assert all("400 days" in it.says for it in found)


def test_a_damaged_database_is_found(kept):
    """In a page that nobody looks at on the way in."""
    engine = open_database(kept.database_url)
    with engine.begin() as db:
        for n in range(400):
            audit.write(db, audit.Note(n, "facilitator", "seat", "opened", "x" * 150))
    engine.dispose()
    file = kept.data / "dialog.db"
    content = bytearray(file.read_bytes())
    content[-4096:] = b"\xff" * 4096
    file.write_bytes(content)
    found = [it for it in stores.database(kept) if it.state == "fail"]
    assert [it.says for it in found] == ["the file is damaged"]


def test_a_database_that_is_not_there_is_found(settings):
    settings.database = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    found = list(stores.database(settings))
    assert [it.state for it in found] == ["fail"]


def test_postgresql_that_might_forget_is_found(postgres_with_tables, settings):
    """The tests' own server is set to forget: fsync is off there."""
    settings.database = postgres_with_tables
    engine = open_database(postgres_with_tables)
    with engine.begin() as db:  # others' times
        db.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    engine.dispose()
    found = list(stores.database(settings))
    durability = next(it for it in found if it.check == "durability")
    assert durability.state == "fail" and "fsync=off" in durability.says
    assert states(it for it in found if it.check != "durability")["clock"] == "ok"
    safe = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    assert stores.durable(safe).state == "ok"
    assert stores.durable(safe | {"synchronous_commit": "off"}).state == "fail"


def test_an_older_database_that_several_share_needs_its_release_phase(
    postgres_with_tables, settings
):
    settings.database = postgres_with_tables
    engine = open_database(settings.database)
    now = release.state_of(engine).revision
    engine.dispose()
    executed(settings, "UPDATE alembic_version SET version_num = '0004'")
    try:
        found = next(iter(stores.database(settings)))
        assert (found.state, found.do) == ("fail", "run `dialog migrate`")
    finally:
        executed(settings, f"UPDATE alembic_version SET version_num = '{now}'")


@pytest.mark.parametrize(("apart", "state"), [(0.1, "ok"), (5, "warn"), (60, "fail")])
def test_clocks_that_differ_are_found(apart, state):
    assert states(stores.same_clock(apart)) == {"clock": state}


def test_a_note_goes_through_redis_and_back_or_it_is_said(settings, redis):
    settings.redis = redis.url
    assert states(stores.bus(settings)) == {"bus": "ok"}
    redis.kill()
    assert states(stores.bus(settings)) == {"bus": "warn"}, "the evening goes on without it"


def test_a_worker_of_its_own_is_listened_for(settings, redis, monkeypatch):
    monkeypatch.setattr(stores, "WORKER_WITHIN", 0.2)
    assert states(stores.worker(settings)) == {"worker": "ok"}, "the server has one"
    settings.grouping = "none"
    found = list(stores.worker(settings))
    assert states(found) == {"worker": "warn"} and "without a bus" in found[0].says
    settings.redis = redis.url
    assert states(stores.worker(settings)) == {"worker": "warn"}, "there is none"

    async def one_speaks() -> None:
        bus = RedisBus(redis.url, release.fingerprint(secret_there(settings)))
        carried = asyncio.create_task(bus.run())
        while not over.is_set():
            bus.announce("look", "x 1")
            bus.announce("worker", "w")
            await asyncio.sleep(0.05)
        carried.cancel()

    over = threading.Event()
    one = threading.Thread(target=lambda: asyncio.run(one_speaks()))
    one.start()
    monkeypatch.setattr(stores, "WORKER_WITHIN", 60)  # until it is heard
    assert states(stores.worker(settings)) == {"worker": "ok"}
    over.set()
    one.join()
    redis.kill()
    assert states(stores.worker(settings)) == {"worker": "warn"}


def test_another_topic_is_no_worker(settings, redis, monkeypatch):
    monkeypatch.setattr(stores, "WORKER_WITHIN", 1.0)

    async def looks() -> bool:
        bus = RedisBus(redis.url)
        carried = asyncio.create_task(bus.run())
        listening = asyncio.create_task(heard(redis.url, "", "worker", 1.0))
        for _ in range(10):
            bus.announce("look", "worker 1")
            await asyncio.sleep(0.05)
        carried.cancel()
        return await listening

    assert not asyncio.run(looks())


def test_no_web_process_on_a_database_that_several_share_is_told(settings):
    assert states(machine.port(settings)) == {"port": "ok"}
    settings.database = "postgresql+psycopg://x"
    found = list(machine.port(settings))
    assert states(found) == {"port": "warn"} and "nobody serves" in found[0].says


# ── the evening ───────────────────────────────────────────────────────────────────────────────


def test_several_processes_need_one_secret_and_one_address():
    several = Settings(database="postgresql+psycopg://x", redis="redis://x")
    said = {it.do.split(" ")[1].strip(",`") for it in evening.said_together(several) if it.do}
    assert states(evening.said_together(several)) == {"settings": "fail"}
    assert "DIALOG_HOME" in said and "DIALOG_SECRET" in said
    whole = Settings(
        database="postgresql+psycopg://x",
        secret=SECRET,
        grouping="none",
        home="https://dialog.example.se",
    )
    assert states(evening.said_together(whole)) == {"settings": "ok"}


def test_files_with_mistakes_are_named(settings, tmp_path):
    folder = tmp_path / "sessions" / "broken"
    folder.mkdir(parents=True)
    (folder / "dialogue.toml").write_text("id = 7\n")
    settings.sessions = tmp_path / "sessions"
    found = list(evening.dialogues(evening.opening.library(settings)))
    assert states(found) == {"dialogues": "fail"}
    assert any("dialogue.toml" in it.says for it in found)


def test_a_code_that_ends_before_the_evening_does_is_found(serve: Callable[..., Server]):
    from dialog.rehearsal.visitor import Visitor

    server = serve()
    here = Settings(data=server.data)
    assert states(evening.sessions(here)) == {"sessions": "warn"}, "none is open"
    fay = Visitor(server.address)

    async def opens() -> None:
        await fay.post("/api/staff/login", secret=server.secret("facilitator"))
        await fay.post("/api/staff/open", dialogue=DIALOGUE, session=EVENING)

    asyncio.run(opens())
    assert states(evening.sessions(here)) == {"sessions": "ok"}
    with open_database(server.url).begin() as db:
        db.execute(text("UPDATE session SET code_expires = 1"))
    assert states(evening.sessions(here)) == {"sessions": "warn"}


def test_links_that_end_before_the_next_session_are_found(settings, tmp_path):
    import shutil
    from datetime import UTC, datetime, timedelta

    shutil.copytree(ROOT / "sessions", tmp_path / "sessions")
    file = tmp_path / "sessions" / DIALOGUE / f"{EVENING}.toml"
    later = datetime.now(UTC) + timedelta(days=40)
    written = file.read_text().replace('date = "2019-04-01"', f'date = "{later:%Y-%m-%d}"')
    file.write_text(written)
    settings.sessions = tmp_path / "sessions"
    assert states(evening.staff_links(settings)) == {"staff": "warn"}
    settings.link_days = 60
    assert states(evening.staff_links(settings)) == {"staff": "ok"}


def test_a_language_that_nobody_has_read_is_told(settings):
    settings.languages = "sv ar"
    assert states(evening.languages(settings)) == {"languages": "warn"}


def test_an_endpoint_that_does_not_answer_is_told(settings):
    settings.embeddings_url, settings.embeddings_model = "http://127.0.0.1:1/v1", "m"
    assert states(evening.model(settings)) == {"model": "warn"}


def test_fonts_that_lack_arabic_are_found(monkeypatch):
    from dialog.reports import fonts

    assert states(evening.covered()) == {"fonts": "ok"}
    monkeypatch.setattr(fonts, "_coverage", lambda: (frozenset(map(ord, evening.SWEDISH)),))
    assert states(evening.covered()) == {"fonts": "fail"}


# ── from outside ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def behind(server: Server) -> Server:
    """A server that answers to any name."""
    return server


def all_found(address: str, server: Server, idle: float = 0.2) -> list[Finding]:
    found: list[Finding] = []
    for name, check in outside.checks(address, idle, None, server.data).items():
        found += looked(name, check)
    return found


def from_outside(address: str, server: Server, idle: float = 0.2) -> dict[str, str]:
    return states(all_found(address, server, idle))


WRONG = {
    "another host": {"proxy": "fail", "websocket": "fail"},
    "no upgrade": {"websocket": "fail"},
    "cuts what is silent": {"idle": "fail"},
    "refuses what is large": {"upload": "warn"},
    "unpacked": {"compression": "warn"},
    "forgets to cache": {"static": "warn"},
    "shows its own page": {"page": "fail"},
}
TAKEN_FOR_PLAIN = {"the server takes this for http", "cookies are not secure"}
ALL = ("page", "compression", "clock", "proxy", "static", "upload", "machines")
HELD = ("websocket", "frames", "idle")


def test_a_server_that_is_asked_itself_is_well_but_for_plain_http(behind):
    expected = dict.fromkeys((*ALL, *HELD), "ok") | {"certificate": "warn"}
    assert from_outside(behind.address, behind) == expected


def test_a_proxy_that_does_all_it_should_is_well(behind):
    with wrong_proxy("none", behind.port) as proxy:
        expected = dict.fromkeys((*ALL, *HELD), "ok") | {"certificate": "warn"}
        assert from_outside(proxy, behind) == expected


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_the_proxy_is_found(behind, mistake):
    with wrong_proxy(mistake, behind.port) as proxy:
        found = from_outside(proxy, behind, idle=3 if "silent" in mistake else 0.2)
        assert found | WRONG[mistake] == found


@pytest.mark.parametrize(
    ("mistake", "state", "says"),
    [("swallows", "warn", "no answer within 2 s"), ("cuts", "ok", "the line was cut")],
)
def test_no_answer_to_a_spreadsheet_is_not_taken_for_one(behind, monkeypatch, mistake, state, says):
    monkeypatch.setattr(outside, "PATIENCE", 2.0)
    with wrong_proxy(f"{mistake} what is large", behind.port) as proxy:
        way = outside.Outside(proxy)
        assert states(way.first_page())["page"] == "ok"
        found = next(way.upload())
    assert found.state == state and says in found.says


def test_of_plain_http_the_same_is_said_as_elsewhere(behind):
    found = next(outside.Outside(behind.address).certificate())
    assert "reload without network" in found.do


def test_a_stranger_is_told_what_could_not_be_tried(behind, tmp_path):
    found: list[Finding] = []
    for name, check in outside.checks(behind.address, 1, None, tmp_path).items():
        found += looked(name, check)
    assert states(found)["websocket"] == "ok" and states(found)["idle"] == "warn"


def test_nothing_is_left_of_what_it_opened(behind):
    before = behind.sessions()
    from_outside(behind.address, behind)
    assert behind.sessions() == before


def test_nobody_there_is_found(behind):
    assert from_outside(f"http://127.0.0.1:{free_port()}", behind)["page"] == "fail"


@pytest.mark.parametrize(("mistake", "state"), [("none", "ok"), ("no protocol", "fail")])
def test_over_https_the_server_must_know_it(behind, monkeypatch, tmp_path, mistake, state):
    with wrong_proxy(mistake, behind.port, tmp_path) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        them_all = all_found(proxy, behind)
        found = states(them_all)
        assert found["proxy"] == state
        mistaken = {it.says for it in them_all if it.state == "fail"}
        assert (mistaken >= TAKEN_FOR_PLAIN) == (state == "fail")
        assert found["certificate"] == "warn", "it is good, but without HTTP/2"
        if mistake == "none":
            assert {name: found[name] for name in HELD} == dict.fromkeys(HELD, "ok")


def test_a_certificate_of_nobodys_is_found(behind, tmp_path):
    with wrong_proxy("none", behind.port, tmp_path) as proxy:
        found = certificates.looked_at(proxy, evening.AN_EVENING)
        assert found.state == "fail" and "browsers refuse it" in found.says


def test_a_certificate_that_ends_soon_is_found(behind, monkeypatch, tmp_path):
    from datetime import timedelta

    with wrong_proxy("none", behind.port, tmp_path) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        far = timedelta(days=365 * 2000)
        assert certificates.looked_at(proxy, evening.AN_EVENING).state == "ok"
        assert certificates.looked_at(proxy, far).state == "fail"
        monkeypatch.setattr(certificates, "SOON", far)
        assert certificates.looked_at(proxy, evening.AN_EVENING).state == "warn"


# ── through nginx ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def under(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server at home under /dialog of a host with TLS, and where the proxy there is to ask. Its
    `port` is the proxy's, as in the links that it prints."""
    at, proxys = free_port(), free_port()
    home = f"https://127.0.0.1:{proxys}/dialog"
    server = Server(tmp_path_factory.mktemp("under") / "data", DIALOG_HOME=home)
    server.port = at
    yield server.start(), f"127.0.0.1:{at}"
    server.stop()


UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
PROTOCOL = "proxy_set_header X-Forwarded-Proto $scheme;"
HOST = "proxy_set_header Host $http_host;"
PATIENT, SHORT = "proxy_read_timeout 75s;", "proxy_read_timeout 1s;"
LARGE, SMALL = "client_max_body_size 6m;", "client_max_body_size 1m;"
CONFIGURED = {
    "as the example has it": ("", "", "GO", ["ok path", "ok proxy the server knows", "ok idle"]),
    "upgrade": (UPGRADE, "", "NO-GO", ["fail websocket the upgrade", "pass Upgrade and"]),
    "protocol": (PROTOCOL, "", "NO-GO", ["fail proxy the server takes this", "set X-Forwarded-"]),
    "host": (HOST, "", "NO-GO", ["fail proxy the server is asked by another", "pass the Host"]),
    "patience": (
        PATIENT,
        SHORT,
        "NO-GO",
        ["fail idle a silent line was cut after", SHORT[:18]],
    ),
    "size": (LARGE, SMALL, "GO", ["warn upload spreadsheets are refused", f"→ {LARGE[:-1]}"]),
}


@pytest.mark.parametrize("how", CONFIGURED)
def test_through_nginx_and_under_a_path_the_verdict_is_right(under, monkeypatch, how):
    server, upstream = under
    right, wrong, verdict, words = CONFIGURED[how]
    with nginx([upstream], tls=True, port=server.port, mistake=(right, wrong)) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.folder / "authority.pem"))
        idle = "3" if how == "patience" else "0.2"
        answer = asked("--url", proxy.address, "--data", str(server.data), "--idle", idle)
    said = " ".join(answer.output.split())
    assert all(it in said for it in words), answer.output
    assert f" {verdict}: " in said and answer.exit_code == (verdict == "NO-GO"), answer.output
    found = [line.split()[0] for line in answer.output.splitlines() if line.strip()]
    assert (set(found) - {"→"} == {"ok", "GO:"}) == (not right), answer.output
