"""A hall shares one address: it is let in and heard, one who floods it waits, and masks hold."""

import secrets
from collections import Counter

from starlette.testclient import TestClient

from tests.test_api import code_of, fay, go_to, opened, settings, somebody_else

__all__ = ["fay", "settings"]

HALL = 100
FLOOD = 60
STEP = "area-1-skriv"


def test_a_hundred_behind_one_address_come_in_and_write_while_one_who_floods_waits(
    fay: TestClient,
) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    hall = [somebody_else(fay) for _ in range(HALL)]
    assert [it.post("/api/join", json={"code": code}).status_code for it in hall] == [200] * HALL
    flooder, *others = hall
    flood = Counter(said(flooder, session, f"skräp nummer {n}") for n in range(FLOOD))
    heard = [said(it, session, f"bidrag nummer {n}") for n, it in enumerate(others)]
    assert heard == ["ack"] * (HALL - 1)
    assert flood["ack"] < FLOOD / 2 and flood["wait"] == FLOOD - flood["ack"]
    hide_all_from(fay, session, "skräp nummer 0")
    records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
    assert records["counts"]["hidden_by_reason"] == {"spam": flood["ack"]}
    assert records["counts"]["contributions"] == HALL - 1


def test_slow_mode_slows_each_and_nobody_else(fay: TestClient) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    ada, bo = somebody_else(fay), somebody_else(fay)
    for it in (ada, bo):
        it.post("/api/join", json={"code": code})
    assert said(ada, session, "först") == "ack"
    assert done(fay, session, type="set-slow-mode", seconds=600)["t"] == "ack"
    answer = wish(ada, session, "igen")
    assert answer["refusal"]["kind"] == "wait"
    assert 590 < answer["retry"] <= 600
    assert said(bo, session, "hej") == "ack"


def test_where_joining_is_closed_the_right_code_lets_nobody_in(fay: TestClient) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    assert done(fay, session, type="set-joining", open=False)["t"] == "ack"
    answer = somebody_else(fay).post("/api/join", json={"code": code})
    assert (answer.status_code, answer.json()["kind"]) == (403, "joining-closed")


def test_what_is_masked_is_in_no_export(fay: TestClient) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    ada = somebody_else(fay)
    ada.post("/api/join", json={"code": code})
    assert said(ada, session, "Anders bor där") == "ack"
    records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
    number = records["queue"]["slips"][0]["contribution"]
    done(fay, session, type="mask-contribution", contribution=number, spans=[[0, 6]])
    kept = fay.get(f"/api/staff/export?session={session}").json()
    assert [it["text"] for it in kept] == ["[maskerat] bor där"]


def said(person: TestClient, session: str, text: str) -> str:
    """`ack`, or why it was refused."""
    answer = wish(person, session, text)
    return str(answer["t"] if answer["t"] == "ack" else answer["refusal"]["kind"])


def wish(person: TestClient, session: str, text: str) -> dict:
    command = {"type": "post-contribution", "step": STEP, "begun": 0, "kind": "keyword"}
    return asked(person, f"/api/s/{session}/do", command | {"text": text})


def done(staff: TestClient, session: str, **command: object) -> dict:
    return asked(staff, f"/api/s/{session}/do?audience=console", command)


def asked(who: TestClient, path: str, command: dict) -> dict:
    frame = {"t": "do", "op": secrets.token_urlsafe(16), "command": command}
    return dict(who.post(path, json=frame).json())


def hide_all_from(fay: TestClient, session: str, text: str) -> None:
    records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
    slip = next(it for it in records["queue"]["slips"] if it["text"] == text)
    number = slip["contribution"]
    answer = done(fay, session, type="hide-author", contribution=number, reason="spam")
    assert answer["t"] == "ack"
