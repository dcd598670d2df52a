"""What machines ask: is it alive, is it ready, how is it doing? And how it ends."""

import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.bus import RedisBus
from dialog.settings import Settings
from dialog.store import release
from dialog.store.database import open_database
from tests.hall import ROOT
from tests.test_api import code_of, go_to, opened, somebody_else
from tests.test_safety import done

TOKEN = "5e" * 32
STEP = "area-1-skriv"
HOME = "http://testserver"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", grouping="none", home=HOME, metrics=TOKEN)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def asked(client: TestClient, path: str, **headers: str) -> tuple[int, str]:
    answer = client.get(path, headers=headers)
    return answer.status_code, answer.text


def metrics(client: TestClient) -> str:
    status, text = asked(client, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    return text


def value(text: str, sample: str) -> float:
    """Of the sample written so, labels included; 0 if it has not been counted yet."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


# ── ready ─────────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_stands_is_alive_and_ready(client):
    assert asked(client, "/healthz") == (200, "ok")
    assert asked(client, "/readyz", Host="whatever.example") == (200, "ready")


def test_whoever_has_been_asked_to_stop_is_alive_and_not_ready(client):
    client.app.state.installation.stopping = True
    assert asked(client, "/readyz") == (503, "stopping")
    assert asked(client, "/healthz") == (200, "ok")


def test_without_its_tables_it_is_not_ready_and_says_which_part(client, settings):
    engine = open_database(settings.database_url)
    with engine.begin() as db:
        db.execute(text("INSERT INTO dialogue VALUES ('m', 0, 'e', false)"))
        db.execute(text("DROP TABLE words"))
    assert asked(client, "/readyz") == (503, "log")
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert asked(client, "/readyz") == (503, "migration log")
    client.app.state.installation.live.engine.dispose()
    settings.data.joinpath("dialog.db-wal").unlink(missing_ok=True)
    settings.data.joinpath("dialog.db").write_bytes(b"no database" * 1000)
    assert asked(client, "/readyz") == (503, "database")
    assert asked(client, "/healthz") == (200, "ok"), "to start it again would not help"


def test_a_process_with_another_secret_is_not_ready(client, settings):
    engine = open_database(settings.database_url)
    with engine.begin() as db:
        release.keep(db, "another secret, of a process with a data folder of its own")
    assert asked(client, "/readyz") == (503, "secret")


def test_tables_of_the_next_release_are_no_reason_to_stop(client, settings):
    with open_database(settings.database_url).begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert asked(client, "/readyz") == (200, "ready")


# ── how it is doing ───────────────────────────────────────────────────────────────────────────


def test_without_a_token_in_the_settings_there_are_no_metrics(tmp_path):
    with TestClient(create_app(Settings(data=tmp_path, grouping="none", home=HOME))) as client:
        for given in ("", "Bearer ", f"Bearer {TOKEN}"):
            assert asked(client, "/metrics", Authorization=given)[0] == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_whoever_has_not_the_token_sees_no_metrics(client, given):
    status, text = asked(client, "/metrics", Authorization=given)
    assert status == 403 and "dialog_" not in text


def test_an_evening_is_counted_and_nobody_is_named(client):
    before = metrics(client)
    fay = client
    secret = client.app.state.installation.identity.link_secret("facilitator", 0)
    fay.post("/api/staff/login", json={"secret": secret})
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    ada = somebody_else(fay)
    ada.post("/api/join", json={"code": code})
    texts = ["Fler bänkar, markerat", "Ring Anna Markerad på 070-1740605"]
    ops = [said(ada, session, text) for text in texts]
    assert said(ada, session, texts[0], ops[0]) == ops[0]
    said(ada, session, "mitt nummer 19121212-1212")
    after = metrics(client)
    wish = 'dialog_wishes_total{outcome="%s",who="phone",wish="post-contribution"}'
    outcomes = ("acknowledged", "again", "personal-number")
    grown = [value(after, wish % it) - value(before, wish % it) for it in outcomes]
    assert grown == [2, 1, 1]
    for counted in ("dialog_commit_wishes_count", "dialog_acknowledgement_seconds_count"):
        assert value(after, counted) > value(before, counted)
    assert value(after, "dialog_dialogues") == value(after, "dialog_sessions") == 1
    assert value(after, "dialog_participants") == 1
    assert value(after, "dialog_contributions") == 2
    for named in (*texts, "Markerad", session, code, *ops, "mal-2019", "anna"):
        assert named.lower() not in after.lower()


def test_what_is_held_and_for_how_long_is_told(client):
    fay = client
    secret = client.app.state.installation.identity.link_secret("facilitator", 0)
    fay.post("/api/staff/login", json={"secret": secret})
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    done(fay, session, type="set-moderation", moderation="hold-all")
    ada = somebody_else(fay)
    ada.post("/api/join", json={"code": code})
    said(ada, session, "väntar")
    until(lambda: value(metrics(client), "dialog_contributions_held_oldest_seconds") > 0.1)
    assert value(metrics(client), "dialog_contributions_held") == 1


def test_both_of_prometheus_own_forms_can_be_read(client):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
    from prometheus_client.parser import text_string_to_metric_families as plain

    for accept, parse in (("text/plain", plain), ("application/openmetrics-text", openmetrics)):
        wanted = {"Authorization": f"Bearer {TOKEN}", "Accept": accept}
        answer = client.get("/metrics", headers=wanted)
        assert answer.headers["content-type"].startswith(accept)
        found = {family.name for family in parse(answer.text)}
        assert found >= {"dialog_connections", "dialog_loop_lag_seconds", "process_open_fds"}


def test_every_metric_is_described(client, monkeypatch):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as read

    page = (ROOT / "docs" / "running.md").read_text()
    live, bus = client.app.state.installation.live, RedisBus("redis://127.0.0.1:1")
    bus.heard_at = time.monotonic()
    monkeypatch.setattr(live, "bus", bus)
    monkeypatch.setattr(live, "worker_heard", time.monotonic())
    wanted = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/openmetrics-text"}
    ending = {"counter": "_total", "info": "_info"}
    answer = client.get("/metrics", headers=wanted).text
    names = {it.name + ending.get(it.type, "") for it in read(answer)}
    ours = {name for name in names if name.startswith("dialog_")}
    assert {"dialog_info", "dialog_dialogues", "dialog_bus_notes_lost_total"} < ours
    assert not [name for name in sorted(ours) if not re.search(f"`{name}[`{{]", page)]


def said(person: TestClient, session: str, text: str, op: str | None = None) -> str:
    """Ada says it; the name of the wish, to say it again by."""
    # Letters only: digits may happen to read as a personal number.
    op = op or "".join(secrets.choice(ascii_lowercase) for _ in range(20))
    command = {"type": "post-contribution", "step": STEP, "begun": 1, "kind": "keyword"}
    command |= {"text": text}
    body = {"t": "do", "op": op, "command": command}
    assert person.post(f"/api/s/{session}/do", json=body).status_code == 200
    return op


# ── stopping ──────────────────────────────────────────────────────────────────────────────────


def test_asked_to_stop_it_is_not_ready_at_once_and_serves_on_while_it_drains(tmp_path, running):
    process = running(tmp_path, DIALOG_DRAIN="60")
    port = port_of(process)
    assert status_of(port, "/readyz") == 200
    process.send_signal(signal.SIGTERM)
    until(lambda: status_of(port, "/readyz") == 503)
    assert status_of(port, "/") == 200, "people who are in are served on"
    process.send_signal(signal.SIGTERM)  # whoever cannot wait asks again
    process.wait(50)  # it would drain for longer


def test_what_is_drained_ends_by_itself(tmp_path, running):
    process = running(tmp_path, DIALOG_DRAIN="1")
    port = port_of(process)
    process.send_signal(signal.SIGTERM)
    until(lambda: status_of(port, "/readyz") in (503, 0))
    process.wait(20)
    assert status_of(port, "/healthz") == 0


@pytest.fixture
def running() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts servers, and ends those that have not ended."""
    processes: list[subprocess.Popen[str]] = []

    def start(folder: Path, **env: str) -> "subprocess.Popen[str]":
        processes.append(started(folder, **env))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def started(folder: Path, **env: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "dialog", "serve", "--port", "0", "--data", str(folder)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DIALOG_GROUPING": "none", "PYTHONUNBUFFERED": "1"} | env,
    )


def port_of(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if line.split()[:1] == ["Participants"]:
            return int(line.rpartition(":")[2])
    raise AssertionError("it did not start")


def status_of(port: int, path: str) -> int:
    """The status of the answer; 0 if nobody is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


def until(holds, within: float = 20.0) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)
