"""What the log says, over HTTP: for staff, as it stands or as it was frozen."""

import asyncio
import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from dialog import finder
from dialog.app import create_app
from dialog.domain.findings.model import Scope
from dialog.finder import ANSWERS_KEPT
from dialog.installation import Installation
from dialog.protocol.work_events import VersionFrozen
from dialog.settings import Settings
from dialog.store import log as store
from tests.domain.findings.matters import Matter
from tests.test_api import somebody_else

PATH = "/api/dialogue/matter"


@pytest.fixture(scope="module")
def fay(tmp_path_factory) -> Iterator[TestClient]:
    """The facilitator's client; on the disk 1,500 contributions of 300 people in 60 themes, and a
    version of it."""
    data = tmp_path_factory.mktemp("data")
    app = create_app(Settings(data=data, grouping="none", home="http://testserver"))
    with TestClient(app) as client:
        here = app.state.installation
        secret = here.identity.link_secret("facilitator", 0)
        client.post("/api/staff/login", json={"secret": secret})
        client.portal.call(here.live.write, keep)
        yield client


def keep(db) -> None:
    matter = Matter().session()
    for n in range(1500):
        group = ("young", "old", "firms", "elected")[n % 4]
        matter.post(n % 300, f"Trygga vägar till plats {n % 97}", target_group=group)
    for n in range(60):
        matter.theme(f"Theme {n}", range(n * 20 + 1, n * 20 + 20))
    matter.add(VersionFrozen(1, "result", [], matter.dialogue.seq, "f" * 64))
    store.create_dialogue(db, "matter")
    store.append(db, "matter", matter.log)


def here(client: TestClient) -> Installation:
    return client.app.state.installation  # type: ignore[attr-defined]


def asked(client: TestClient, what: str) -> Any:
    answer = client.get(f"{PATH}/{what}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def name_theme(client: TestClient, title: str) -> int:
    command = {"type": "name-theme", "theme": 1, "title": title, "seen": 10**6}
    wish = {"t": "do", "op": secrets.token_urlsafe(18), "command": command}
    answer = client.post(f"{PATH}/do", json=wish).json()
    assert answer["t"] == "ack", answer
    return int(answer["seq"])


def test_staff_are_told_what_the_log_says(fay):
    it = asked(fay, "findings")
    assert it["scope"] == {"sessions": [], "edition": "internal"} and it["version"] is None
    assert it["numbers"]["received"] == 1500 and len(it["coverage"]["global_goals"]) == 17
    assert asked(fay, "findings?edition=public")["scope"]["edition"] == "public"
    assert asked(fay, "findings?sessions=evening")["scope"]["sessions"] == ["evening"]


def test_an_answer_is_not_for_anybody_else_to_keep(fay):
    assert fay.get(f"{PATH}/findings").headers["cache-control"] == "no-store"


def test_it_is_as_new_as_the_last_thing_that_was_done_and_as_old_as_its_version(fay):
    was = asked(fay, "findings?version=1")
    seq = name_theme(fay, "Something else")
    now = asked(fay, "findings")
    assert now["seq"] == seq > was["seq"] and now["areas"] != was["areas"]
    assert asked(fay, "findings?version=1") == was
    assert (was["version"], was["of"], was["log_hash"]) == (1, "result", "f" * 64)


def test_a_version_is_compared_with_what_stands_now(fay):
    name_theme(fay, "Another name")
    it = asked(fay, "difference?from=1")
    assert (it["what"], it["before"], it["after"]) == ("versions", 1, 0)
    [changed] = [line for line in it["now"] if line["fates"]]
    assert changed["title"] == "Another name" and changed["fates"] == ["renamed"]
    same = asked(fay, "difference?from=1&to=1")
    assert not any(line["fates"] for line in same["now"])


def test_the_rooms_grouping_is_compared_with_the_themes(fay):
    it = asked(fay, "difference?from=hall&to=now&sessions=evening")
    assert it["what"] == "hall" and it["was"] == [] and len(it["now"]) == 60


def test_nobody_else_is_told(fay):
    stranger = somebody_else(fay)
    for what in ("findings", "difference?from=hall"):
        assert stranger.get(f"{PATH}/{what}").status_code == 403


@pytest.mark.parametrize(
    "what",
    [
        "findings?sessions=nowhere",
        "findings?edition=secret",
        "findings?version=7",
        "findings?version=-1",
        "difference",
        "difference?from=now",
        "difference?from=1&to=2",
        "difference?from=hall&to=x",
    ],
)
def test_what_there_is_not_is_refused(fay, what):
    assert fay.get(f"{PATH}/{what}").status_code == 400


def test_the_hall_has_its_turns_while_thousands_are_counted(fay, monkeypatch):
    """The counting goes on only when the hall has had its turn."""
    live = fay.portal.call(here(fay).live.dialogue, "matter")
    here(fay).finder.answers.clear()
    counting, had_its_turn = threading.Event(), threading.Event()
    count, waited = finder.written, []

    def held(*given) -> bytes:
        counting.set()
        waited.append(had_its_turn.wait(60))
        return count(*given)

    async def turns() -> None:
        counted = asyncio.create_task(here(fay).finder.findings(live, Scope()))
        while not counting.is_set():
            await asyncio.sleep(0)
        had_its_turn.set()
        await counted

    monkeypatch.setattr(finder, "written", held)
    fay.portal.call(turns)
    assert waited == [True]


def test_the_same_question_is_answered_once(fay):
    here(fay).finder.answers.clear()
    asked(fay, "findings")
    [kept] = here(fay).finder.answers.values()
    asked(fay, "findings?edition=internal")
    assert [kept] == list(here(fay).finder.answers.values())
    [again] = here(fay).finder.answers.values()
    assert again is kept


def test_few_answers_are_kept(fay):
    finder = here(fay).finder
    finder.answers |= {("old", n): b"" for n in range(ANSWERS_KEPT)}
    asked(fay, "findings")
    asked(fay, "findings?edition=public")
    assert len(finder.answers) <= ANSWERS_KEPT and ("old", 0) not in finder.answers
