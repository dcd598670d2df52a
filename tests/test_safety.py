"""A hall shares one address: it is let in and heard, one who floods it waits, and masks hold."""

import secrets
from collections import Counter

from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.limits import Buckets
from dialog.settings import Settings
from tests.test_api import code_of, fay, go_to, opened, settings, somebody_else

__all__ = ["fay", "settings"]

HALL = 100
STEP = "area-1-skriv"


def test_a_hundred_behind_one_address_come_in_and_write_while_one_who_floods_waits(
    fay: TestClient, no_time_passes: None
) -> None:
    """The flooder writes between any two of them, and each tenth time as somebody new."""
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    hall = [somebody_else(fay) for _ in range(HALL)]
    assert [it.post("/api/join", json={"code": code}).status_code for it in hall] == [200] * HALL
    flooder, *others = hall
    flood, heard = Counter[str](), Counter[str]()
    first_of_each: dict[int, int] = {}
    for n, person in enumerate(others):
        answer = said(flooder, session, f"skräp nummer {n}")
        flood[answer] += 1
        if answer == "ack":
            first_of_each.setdefault(n // 10, flood["ack"] + heard["ack"])
        heard[said(person, session, f"bidrag nummer {n}")] += 1
        if n % 10 == 9:
            begin_anew(flooder, session, code if n % 20 == 9 else "")
    assert heard == {"ack": HALL - 1}
    assert flood == {"ack": 20, "wait": HALL - 21}
    for number in first_of_each.values():
        hide_author(fay, session, number)
    records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
    assert records["counts"]["contributions"] == HALL - 1
    assert records["counts"]["hidden_by_reason"] == {"spam": flood["ack"]}


def begin_anew(phone: TestClient, session: str, code: str) -> None:
    """As somebody else on the same phone: by joining with the code, or as the next person."""
    body = {"code": code} if code else {}
    path = "/api/join" if code else f"/api/s/{session}/next-person"
    assert phone.post(path, json=body).status_code == 200


def test_what_comes_from_a_phone_that_is_held_back_waits_whoever_has_it_also_after_a_restart(
    fay: TestClient, settings: Settings
) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    eve, ada = somebody_else(fay), somebody_else(fay)
    for it in (eve, ada):
        it.post("/api/join", json={"code": code})
    assert said(eve, session, "skräp") == "ack"
    hide_all_from(fay, session, "skräp")
    done(fay, session, type="set-moderation", moderation="show-all")
    begin_anew(eve, session, "")
    with TestClient(create_app(settings)) as anew:
        cookies = (dict(it.cookies) for it in (fay, eve, ada))
        fay, eve, ada = (somebody_with(anew, its) for its in cookies)
        begin_anew(eve, session, code)
        assert said(eve, session, "mer skräp") == said(ada, session, "hej") == "ack"
        records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
        assert [it["text"] for it in records["queue"]["slips"]] == ["mer skräp"]
        assert records["queue"]["slips"][0]["held_back"]


def somebody_with(app: TestClient, cookies: dict[str, str]) -> TestClient:
    client = somebody_else(app)
    client.cookies.update(cookies)
    return client


def test_what_all_phones_write_together_is_bounded_and_staff_wait_for_nobody(
    fay: TestClient,
) -> None:
    session = opened(fay)
    code = code_of(fay, session)
    go_to(fay, session, STEP)
    sockets = fay.app.state.installation.sockets  # type: ignore[attr-defined]
    assert sockets.in_session.burst >= 5 * 1_000, "a hall of 1,000, five times at once"
    assert sockets.in_session.rate >= 1_000 / 2, "and then each as fast as one phone may"
    assert sockets.in_all.rate >= 2 * sockets.in_session.rate
    for limit in ("in_session", "in_all"):
        setattr(sockets, limit, Buckets(burst=3, rate=0.01))
        crowd = [somebody_else(fay) for _ in range(5)]
        for it in crowd:
            it.post("/api/join", json={"code": code})
        answers = [wish(it, session, "hej") for it in crowd]
        assert [it["t"] for it in answers] == ["ack"] * 3 + ["nack"] * 2
        assert answers[-1]["refusal"]["kind"] == "wait" and 1 <= answers[-1]["retry"] <= 4
        assert done(fay, session, type="set-slow-mode", seconds=len(limit))["t"] == "ack"
        setattr(sockets, limit, Buckets(burst=1_000, rate=1_000))


def test_a_phone_asks_for_the_whole_view_no_faster_than_pages_do(fay: TestClient) -> None:
    session = opened(fay)
    path = f"/api/s/{session}/records"
    eve, ada = somebody_else(fay), somebody_else(fay)
    for it in (eve, ada):
        it.post("/api/join", json={"code": code_of(fay, session)})
    here = fay.app.state.installation  # type: ignore[attr-defined]
    assert here.views_asked_for.rate == 1, "a page without a socket asks every third second"
    here.views_asked_for = Buckets(burst=here.views_asked_for.burst, rate=0.001)
    asked = Counter(eve.get(path).status_code for _ in range(60))
    begin_anew(eve, session, "")
    assert asked == {200: 30, 429: 30}
    assert (eve.get(path).status_code, ada.get(path).status_code) == (429, 200)
    console = f"{path}?audience=console"
    assert {fay.get(console).status_code for _ in range(60)} == {200}, "staff are not phones"


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
    hide_author(fay, session, slip["contribution"])


def hide_author(fay: TestClient, session: str, number: int) -> None:
    answer = done(fay, session, type="hide-author", contribution=number, reason="spam")
    assert answer["t"] == "ack"
