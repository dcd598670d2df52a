"""Receipts over HTTP: whoever holds one is told, and nobody else anything."""

import hashlib
import secrets

import pytest
from sqlalchemy import delete, event, select
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.store import tables as t
from tests.test_api import code_of, go_to, opened, somebody_else

pytest_plugins = ["tests.test_api"]

STEP = "area-1-skriv"


@pytest.fixture
def written(fay: TestClient) -> tuple[TestClient, str]:
    """Somebody's browser, and the receipt of what they wrote."""
    session = opened(fay)
    go_to(fay, session, STEP)
    client = somebody_else(fay)
    client.post("/api/join", json={"code": code_of(fay, session)})
    receipt = secrets.token_hex(16)
    command = {"type": "post-contribution", "step": STEP, "begun": 0, "kind": "keyword"}
    command |= {"text": "Fler bänkar längs ån", "receipt": receipt}
    wish = {"t": "do", "op": secrets.token_urlsafe(16), "command": command}
    assert client.post(f"/api/s/{session}/do", json=wish).json()["t"] == "ack"
    return client, receipt


def asked(client: TestClient, *receipts: str) -> dict:
    return client.post("/api/receipts", json={"receipts": list(receipts)}).json()


def test_anyone_who_has_the_receipt_is_told_wherever_they_are(written, fay):
    _, receipt = written
    answer = asked(somebody_else(fay), "0" * 32, receipt)
    assert answer["received"][0] is None
    assert answer["received"][1]["text"] == "Fler bänkar längs ån"
    assert answer["dialogues"]["mal-2019"]["feedback_date"] == "15 april 2019"


def test_a_wrong_receipt_is_answered_as_one_that_never_was(written):
    client, receipt = written
    wrong = [receipt[:-1] + ("0" if receipt[-1] != "0" else "1"), receipt.upper(), "", "x" * 64]
    answers = [client.post("/api/receipts", json={"receipts": [it]}) for it in wrong]
    assert {answer.text for answer in answers} == {'{"received":[null],"dialogues":{}}'}
    assert len({answer.status_code for answer in answers}) == 1


def test_how_near_a_guess_is_does_not_show_in_the_time(written):
    client, receipt = written
    near, far = [receipt[:-1] + "g"] * 50, [secrets.token_hex(16) for _ in range(50)]
    assert work_for(client, near) == work_for(client, far) != work_for(client, [receipt])


def work_for(client: TestClient, receipts: list[str]) -> list[tuple[str, list[int]]]:
    """What the database is asked for them: the words, and how long that is which they are of."""
    work = []

    def note(connection, cursor, statement, given, context, many) -> None:
        work.append((statement, [len(str(it)) for it in given]))

    engine = client.app.state.installation.live.engine
    event.listen(engine, "before_cursor_execute", note)
    asked(client, *receipts)
    event.remove(engine, "before_cursor_execute", note)
    return work


def test_guesses_are_counted_and_whoever_has_a_receipt_is_answered_all_the_same(
    written, no_time_passes
):
    client, receipt = written
    answers = [client.post("/api/receipts", json={"receipts": ["x"]}) for _ in range(202)]
    assert [it.status_code for it in answers] == [200] * 200 + [429] * 2
    assert answers[-1].json()["kind"] == "too-many-wrong-codes"
    assert asked(client, receipt)["received"][0]["text"] == "Fler bänkar längs ån"


def test_one_receipt_said_over_and_over_is_looked_up_once(written):
    """Right ones are never counted: a request must not cost a hundred times what it seems to."""
    client, receipt = written
    engine, statements = client.app.state.installation.live.engine, []
    look = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", look)
    try:
        answer = asked(client, *[receipt] * 100)
    finally:
        event.remove(engine, "before_cursor_execute", look)
    assert [it["text"] for it in answer["received"]] == ["Fler bänkar längs ån"] * 100
    assert 0 < len(statements) < 10


def test_the_database_links_no_receipts_and_keeps_none(written, settings):
    client, receipt = written
    engine = client.app.state.installation.live.engine
    with engine.connect() as db:
        [row] = db.execute(select(t.receipt)).mappings()
    assert set(row) == {"hash", "dialogue", "seq"}
    assert row["hash"] == hashlib.sha256(receipt.encode()).hexdigest()
    client.app.state.installation.live.engine.dispose()
    kept = b"".join(file.read_bytes() for file in settings.data.glob("dialog.db*"))
    assert receipt.encode() not in kept and row["hash"].encode() in kept


def test_a_receipt_outlives_the_participants_tokens(written, settings):
    """Disposal takes the rows that say who wrote what; a new process knows no cookie."""
    client, receipt = written
    with client.app.state.installation.live.engine.begin() as db:
        db.execute(delete(t.author))
    (settings.data / "secret").unlink()
    settings.secret = ""
    with TestClient(create_app(settings)) as later:
        assert asked(later, receipt)["received"][0]["text"] == "Fler bänkar längs ån"
