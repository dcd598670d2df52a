"""Guessing: at codes, staff links, receipts and projectors' numbers."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dialog import doorkeeper, opening
from dialog.doorkeeper import Doorkeeper
from dialog.limits import Buckets
from dialog.protocol.refusals import Refused
from dialog.store import doors
from tests.security.house import HOME, House
from tests.security.test_names import seen_from

STATED = Path(__file__).parents[2] / "docs/security.md"
WRONG = {"code": "2222222"}


def join(house: House, code: str, address: str = "198.51.100.7"):
    return at(house, address).post("/api/join", json={"code": code})


def at(house: House, address: str) -> TestClient:
    """A browser with this address."""
    client = TestClient(house.app, base_url=HOME, client=(address, 50000))
    client.portal = house.portal
    return client


def test_the_three_hundred_and_first_wrong_code_of_a_minute_is_told_to_wait(house):
    """From whatever addresses."""
    keeper = house.installation.doorkeeper
    assert (keeper.in_all.burst, keeper.in_all.rate * 60) == (300, 300)
    keeper.in_all = Buckets(burst=300, rate=1e-9)  # as if no time passed meanwhile
    answers = [join(house, "2222222", f"198.51.{n // 10}.7").status_code for n in range(302)]
    assert answers == [404] * 300 + [429] * 2


def test_while_wrong_codes_wait_the_right_one_comes_in(house, no_time_passes):
    code = house.code(house.session)
    answers = [join(house, "2222222") for _ in range(32)]
    assert [it.status_code for it in answers] == [404] * 30 + [429] * 2
    assert answers[-1].json()["seconds"] == 2
    assert [join(house, code).status_code for _ in range(20)] == [200] * 20


def test_a_hundred_people_behind_one_address_come_in_at_once(house):
    code = house.code(house.session)
    assert {join(house, code).status_code for _ in range(100)} == {200}


def test_a_code_is_one_of_twenty_seven_milliards_and_drawn_anew_each_time():
    assert len(opening.LETTERS) ** opening.CODE_LENGTH > 2.7e10
    assert not set("01ILO") & set(opening.LETTERS)
    codes = {opening.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert len({code[0] for code in codes}) == len(opening.LETTERS)


def test_the_sums_of_guessing_are_what_is_stated():
    """Right codes are never told to wait, so that a guesser is as fast as the machine."""
    codes, stated = (
        len(opening.LETTERS) ** opening.CODE_LENGTH,
        STATED.read_text("utf-8"),
    )
    for sessions, hours, odds in ((20, 2, (240, 100)), (1, 72, (130, 57)), (20, 72, (7, 3))):
        for a_second, once_in in zip((800, 1850), odds, strict=True):
            assert codes / (a_second * hours * 3600 * sessions) == pytest.approx(once_in, rel=0.15)
        assert f"once in {odds[0]} and once in {odds[1]}" in stated


def the_work(house: House, code: str, monkeypatch) -> tuple[object, ...]:
    live, read, write = house.installation.live, [], []
    real_read, real_write = type(live).read, type(live).write

    async def reading(self, work, *args):
        if work.__module__ == doors.__name__:  # not what the server looks up by itself meanwhile
            read.append(work.__name__)
        return await real_read(self, work, *args)

    async def writing(self, work, *args):
        write.append(work)
        return await real_write(self, work, *args)

    monkeypatch.setattr(type(live), "read", reading)
    monkeypatch.setattr(type(live), "write", writing)
    answer = join(house, code)
    monkeypatch.undo()
    headers = {k: v for k, v in answer.headers.items() if k != "date"}
    return answer.status_code, answer.content, headers, read, write


def test_a_code_that_never_was_and_one_that_is_over_are_the_same_and_cost_the_same(
    house, monkeypatch
):
    session = house.opened()
    replaced = house.code(session)
    house.fay.post("/api/staff/code", json={"session": session})
    expired = house.code(session)
    engine = house.installation.live.engine
    with engine.begin() as db:
        db.exec_driver_sql(f"UPDATE session SET code_expires = 1 WHERE id = '{session}'")
    kinds = {
        code: the_work(house, code, monkeypatch)
        for code in ("2222222", replaced, expired, "", "!", "2" * 7 + "!")
    }
    assert len({str(it) for it in kinds.values()}) == 1
    assert kinds[expired][0] == 404


def test_a_guess_at_a_code_costs_no_write_and_one_read(house, monkeypatch):
    *_, read, write = the_work(house, "2222222", monkeypatch)
    assert read == ["behind_code"] and write == []


def test_wrong_codes_on_the_plain_form_are_counted_with_the_others(house, no_time_passes):
    client = house.somebody()
    answers = [client.post("/plain/join", data=WRONG) for _ in range(31)]
    assert len({it.text for it in answers[:30]}) == 1 != len({it.text for it in answers[29:]})
    assert client.post("/api/join", json=WRONG).status_code == 429


@pytest.mark.parametrize("secret", ["", "x", "0" * 40, "å" * 40, "x" * 60_000])
def test_guesses_at_staff_links_are_counted_with_the_codes(house, secret, no_time_passes):
    client = house.somebody()
    answers = [client.post("/api/staff/login", json={"secret": secret}) for _ in range(31)]
    assert [it.status_code for it in answers] == [403] * 30 + [429]
    assert client.post("/api/join", json=WRONG).status_code == 429


def test_a_staff_links_secret_is_160_bits_and_follows_from_a_secret_of_the_installations(house):
    identity = house.installation.identity
    secrets = {
        identity.link_secret(role, n) for role in ("facilitator", "presidium") for n in (0, 1)
    }
    assert len(secrets) == 4 and {len(it.rpartition(".")[2]) for it in secrets} == {40}
    assert len(identity.secret) >= 32


def test_guesses_at_receipts_are_counted(house, no_time_passes):
    client = house.somebody()
    house.installation.doorkeeper.receipts = Buckets(burst=5, rate=0.1)
    answers = [client.post("/api/receipts", json={"receipts": ["x"]}) for _ in range(7)]
    assert [it.status_code for it in answers] == [200] * 5 + [429] * 2
    assert client.post("/api/receipts", json={"receipts": ["x"] * 101}).status_code == 400


def test_a_projectors_number_is_worth_nothing_without_its_secret(house):
    shown = house.somebody().post("/api/projector").json()
    guess = house.somebody().post("/api/projector/wait", json={"secret": shown["number"]})
    assert guess.json() == {"session": None, "expired": True}
    assert len(shown["secret"]) >= 32


# ── screens that wait to be paired ────────────────────────────────────────────────────────────

ASKER, SAME, OTHER = "198.51.100.7", "198.51.100.8", "203.0.113.9"


def shown(house: House, address: str = ASKER) -> dict[str, str]:
    answer = at(house, address).post("/api/projector", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()


def waits(house: House, screen: dict[str, str]) -> bool:
    asked = {"secret": screen["secret"]}
    return "expired" not in at(house, SAME).post("/api/projector/wait", json=asked).json()


def unhurried(house: House, monkeypatch, most: int) -> None:
    """As if the asking took all evening, and few had room to wait."""
    monkeypatch.setattr(doorkeeper, "MOST_WAITING", most)
    keeper = house.installation.doorkeeper
    keeper.projectors = keeper.all_projectors = Buckets(burst=1e9, rate=1)


def test_while_somebody_asks_for_numbers_the_projector_of_the_same_network_gets_one(house):
    for _ in range(25):
        shown(house)
    screen = shown(house, SAME)
    asked = {"number": screen["number"], "session": house.session}
    assert house.fay.post("/api/staff/pair", json=asked).status_code == 200
    asked = {"secret": screen["secret"]}
    there = at(house, SAME).post("/api/projector/wait", json=asked)
    assert there.json() == {"session": house.session}


def test_of_those_that_wait_the_one_gives_way_that_nobody_has_asked_about_longest(
    house, monkeypatch
):
    unhurried(house, monkeypatch, most=5)
    screen = shown(house, SAME)
    flood = []
    for _ in range(20):
        flood.append(shown(house))
        assert waits(house, screen)
    assert [waits(house, it) for it in flood] == [False] * 16 + [True] * 4


def test_who_asks_for_many_numbers_takes_none_of_another_network(house, monkeypatch):
    unhurried(house, monkeypatch, most=5)
    silent = shown(house, OTHER)
    flood = [shown(house) for _ in range(20)]
    newcomer = shown(house, OTHER)
    assert waits(house, silent) and waits(house, newcomer)
    assert sum(waits(house, it) for it in flood) == 3


def test_a_screen_that_has_been_paired_does_not_give_way(house, monkeypatch):
    unhurried(house, monkeypatch, most=3)
    screen = shown(house)
    asked = {"number": screen["number"], "session": house.session}
    assert house.fay.post("/api/staff/pair", json=asked).status_code == 200
    for _ in range(5):
        shown(house)
    assert waits(house, screen)


def test_numbers_are_given_out_at_a_walk_and_each_network_has_a_walk_of_its_own(house):
    """Each is a row that is written by the thread that also writes what the hall says."""
    keeper = house.installation.doorkeeper
    keeper.projectors = Buckets(burst=keeper.projectors.burst, rate=1e-9)
    answers = [at(house, ASKER).post("/api/projector", json={}) for _ in range(102)]
    assert [it.status_code for it in answers] == [200] * 100 + [429] * 2
    assert answers[-1].json()["kind"] == "wait"
    assert shown(house, OTHER)


def test_wrong_ones_from_many_networks_share_one_limit(no_time_passes):
    keeper = Doorkeeper()
    passed = 0
    for n in range(400):
        try:
            keeper.note_wrong_code(seen_from(f"10.{n % 200}.{n}.1"))
            passed += 1
        except Refused:
            pass
    assert passed == 300


def test_who_is_told_to_wait_takes_nobody_elses_guesses(house, no_time_passes):
    """A hall's typing errors are not paid for by one network that guesses on and on."""
    keeper = house.installation.doorkeeper
    for _ in range(400):
        last = join(house, "2222222")
    assert last.status_code == 429
    assert join(house, "2222222", "203.0.113.7").status_code == 404
    keeper.receipts, keeper.all_receipts = Buckets(5, 0.1), Buckets(10, 1e-9)
    for address, answers in (("198.51.100.7", [200] * 5 + [429] * 9), ("203.0.113.7", [200])):
        client = TestClient(house.app, base_url=HOME, client=(address, 50000))
        client.portal = house.portal
        asked = [client.post("/api/receipts", json={"receipts": ["x"]}) for _ in answers]
        assert [it.status_code for it in asked] == answers
