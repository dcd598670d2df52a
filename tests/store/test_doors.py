"""Codes, links, numbers: who may come in, and to what."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from msgspec import structs
from sqlalchemy import select

from dialog.protocol.events import ClosingSet, Entry, SessionEnded, SessionOpened
from dialog.store import doors
from dialog.store import log as store
from dialog.store import tables as t
from tests.domain.meeting import ID, session_definition
from tests.store.story import evening

pytest_plugins = ["tests.store.databases"]
MATTER, NOW, LATER = "matter", 1_000_000, 2_000_000


@pytest.fixture
def db(database):
    with database.begin() as connection:
        yield connection


def test_a_code_leads_to_its_session_until_it_is_replaced(db):
    log = evening().log
    changed = next(n for n, it in enumerate(log) if type(it.event).__name__ == "CodeChanged")
    store.create_dialogue(db, MATTER)
    store.append(db, MATTER, log[:changed])
    door = doors.behind_code(db, "ABC2345")
    assert (door.session, door.dialogue, door.ended) == (ID, MATTER, False)
    assert door.code_expires > door.opened_at
    store.append(db, MATTER, log[changed : changed + 1])
    assert doors.behind_code(db, "ABC2345") is None
    assert doors.behind_code(db, "NEW2345") == doors.door_of(db, ID)
    store.append(db, MATTER, log[changed + 1 :])
    assert doors.door_of(db, ID).ended


def test_an_unknown_code_or_session_leads_nowhere(db):
    assert doors.behind_code(db, "NOTHING") is None
    assert doors.door_of(db, "nothing") is None
    assert doors.all_doors(db) == []


@pytest.mark.parametrize("id", ["a\0b", "\n", "\udcff", "x" * 5000, "..", "ö\u202e"])
def test_what_can_be_no_id_is_of_no_session(db, id):
    assert doors.door_of(db, id) is None


def test_the_session_opened_last_stands_first(db):
    for number in (1, 2, 3):
        row = {"id": f"s{number}", "dialogue": MATTER, "code": f"C{number}", "ended": False}
        db.execute(t.session.insert(), row | {"code_expires": 0, "opened_at": number})
    assert [door.session for door in doors.all_doors(db)] == ["s3", "s2", "s1"]


# ── staff links ───────────────────────────────────────────────────────────────────────────────


def test_revoking_raises_a_roles_generation_and_no_others(db):
    assert doors.generation(db, "facilitator") == 0
    assert [doors.revoke(db, "facilitator") for _ in range(3)] == [1, 2, 3]
    assert doors.generation(db, "facilitator") == 3
    assert doors.generation(db, "presidium") == 0


# ── tickets ───────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_gives_what_it_was_issued_for_until_it_expires(db):
    secret = doors.issue_ticket(db, "staff", LATER, role="facilitator", session=ID)
    found = doors.ticket(db, "staff", secret, NOW)
    assert found == doors.Ticket("staff", None, ID, "facilitator", LATER)
    assert doors.ticket(db, "projector", secret, NOW) is None
    assert doors.ticket(db, "staff", secret, LATER) is None
    assert doors.ticket(db, "staff", secret + "x", NOW) is None


def test_only_the_hash_of_a_ticket_is_kept(db):
    secret = doors.issue_ticket(db, "staff", LATER)
    row = db.execute(select(t.ticket)).one()
    assert secret not in str(row)
    assert row.hash == hashlib.sha256(secret.encode()).hexdigest()


def test_a_ticket_is_used_once(db):
    secret = doors.issue_ticket(db, "staff", LATER)
    assert doors.use_ticket(db, "staff", secret, NOW) is not None
    assert doors.use_ticket(db, "staff", secret, NOW) is None
    assert doors.ticket(db, "staff", secret, NOW) is None


def test_an_expired_ticket_gives_nothing_and_neither_does_one_of_another_kind(db):
    assert doors.use_ticket(db, "staff", doors.issue_ticket(db, "staff", NOW), NOW) is None
    secret = doors.issue_ticket(db, "projector", LATER)
    assert doors.use_ticket(db, "staff", secret, NOW) is None
    assert doors.ticket(db, "projector", secret, NOW) is not None


def test_two_who_use_a_ticket_at_once_do_not_both_get_in(database):
    with database.begin() as db:
        secrets = [doors.issue_ticket(db, "staff", LATER) for _ in range(30)]
    ready = Barrier(2)

    def use(secret):
        ready.wait(10)
        with database.begin() as db:
            return doors.use_ticket(db, "staff", secret, NOW) is not None

    with ThreadPoolExecutor(2) as threads:
        for secret in secrets:
            assert sorted(threads.map(use, [secret, secret])) == [False, True]


def test_sweeping_forgets_what_has_expired_and_nothing_else(db):
    doors.issue_ticket(db, "staff", NOW)
    kept = doors.issue_ticket(db, "staff", LATER)
    doors.sweep(db, NOW)
    assert len(db.execute(select(t.ticket)).all()) == 1
    assert doors.ticket(db, "staff", kept, NOW)


# ── projectors ────────────────────────────────────────────────────────────────────────────────


def test_a_projector_is_paired_by_the_number_it_shows_once(db):
    secret = doors.issue_ticket(db, "projector", LATER, number="4711")
    other = doors.issue_ticket(db, "projector", LATER, number="4712")
    assert doors.ticket(db, "projector", secret, NOW).session is None
    assert doors.pair(db, "4711", ID, NOW)
    assert doors.ticket(db, "projector", secret, NOW).session == ID
    assert doors.ticket(db, "projector", other, NOW).session is None
    assert not doors.pair(db, "4711", "another", NOW)
    assert doors.ticket(db, "projector", secret, NOW).session == ID


def test_a_number_that_nobody_shows_any_longer_pairs_nothing(db):
    doors.issue_ticket(db, "projector", LATER, number="4711")
    doors.issue_ticket(db, "staff", LATER, number="4713")
    assert not doors.pair(db, "4711", ID, LATER)
    assert not doors.pair(db, "9999", ID, NOW)
    assert not doors.pair(db, "4713", ID, NOW)


def test_a_free_number_is_shown_by_no_waiting_projector(db):
    every = [str(n) for n in range(1000, 10000)]
    rows = [
        {"hash": number, "kind": "projector", "number": number, "expires": LATER}
        for number in every
        if number != "4711"
    ]
    db.execute(t.ticket.insert(), rows)
    assert doors.free_number(db) == "4711"


# ── codes of one's own ────────────────────────────────────────────────────────────────────────

CODES = ["ABCDEFGHJ", "BCDEFGHJK", "CDEFGHJKL"]


@pytest.fixture
def drawn(db):
    doors.draw_codes(db, ID, CODES, LATER)
    return db


def test_a_code_of_ones_own_lets_one_in_and_nobody_after(drawn):
    assert doors.session_of_code(drawn, CODES[0], NOW) == ID
    assert doors.use_code(drawn, CODES[0], NOW)
    assert not doors.use_code(drawn, CODES[0], NOW)
    assert doors.session_of_code(drawn, CODES[0], NOW) is None
    assert doors.seats_taken(drawn, ID) == doors.SeatsTaken(1, 3)


def test_of_a_code_only_the_hash_is_kept_and_whether_it_was_used_but_not_when_or_by_whom(drawn):
    doors.use_code(drawn, CODES[0], NOW)
    rows = drawn.execute(select(t.entry_code)).all()
    assert not any(code in str(rows) for code in CODES)
    assert set(t.entry_code.c.keys()) == {"hash", "session", "seat", "used", "expires"}


def test_a_code_that_is_unknown_or_has_expired_lets_nobody_in(drawn):
    assert not doors.use_code(drawn, "ZZZZZZZZZ", NOW)
    assert not doors.use_code(drawn, CODES[0], LATER)
    assert doors.session_of_code(drawn, CODES[0], LATER) is None


def test_whoever_did_not_get_in_may_use_the_code_again(drawn):
    doors.use_code(drawn, CODES[0], NOW)
    doors.give_code_back(drawn, CODES[0])
    assert doors.use_code(drawn, CODES[0], NOW)


def test_a_seat_gets_another_code_and_the_first_one_lets_nobody_in(drawn):
    doors.use_code(drawn, CODES[1], NOW)
    assert doors.redraw_code(drawn, ID, 1, "NEWNEWNEW", LATER)
    assert not doors.use_code(drawn, CODES[0], NOW)
    assert doors.use_code(drawn, "NEWNEWNEW", NOW)
    assert doors.seats_taken(drawn, ID) == doors.SeatsTaken(2, 3)
    assert not doors.redraw_code(drawn, ID, 4, "OTHEROTHE", LATER)
    assert not doors.redraw_code(drawn, "another", 1, "OTHEROTHE", LATER)


def test_codes_drawn_anew_take_the_place_of_all_that_were_drawn_before(drawn):
    doors.use_code(drawn, CODES[0], NOW)
    doors.draw_codes(drawn, ID, ["NEWNEWNEW"], LATER)
    assert doors.seats_taken(drawn, ID) == doors.SeatsTaken(0, 1)
    assert not doors.use_code(drawn, CODES[1], NOW)


def test_two_phones_with_the_same_code_at_once_do_not_both_get_in(database):
    codes = [f"{n:02}CODECOD" for n in range(30)]
    with database.begin() as db:
        doors.draw_codes(db, ID, codes, LATER)
    ready = Barrier(2)

    def use(code):
        ready.wait(10)
        with database.begin() as db:
            return doors.use_code(db, code, NOW)

    with ThreadPoolExecutor(2) as threads:
        for code in codes:
            assert sorted(threads.map(use, [code, code])) == [False, True]


def opened(session, code):
    definition = session_definition(id=session)
    return Entry(1, session, "closed", "system", 0, SessionOpened(definition, "0", code, LATER))


def test_when_the_session_ends_its_codes_are_forgotten_and_no_others(db):
    store.create_dialogue(db, MATTER)
    second = structs.replace(opened("another", ""), seq=2)
    ended = Entry(3, ID, "closed", "system", 0, SessionEnded())
    for session, its in ((ID, CODES), ("another", ["NEWNEWNEW"])):
        doors.draw_codes(db, session, its, LATER)
    store.append(db, MATTER, [opened(ID, ""), second, ended])
    assert doors.seats_taken(db, ID) == doors.SeatsTaken(0, 0)
    assert doors.seats_taken(db, "another") == doors.SeatsTaken(0, 1)


def test_several_sessions_have_no_shared_code_and_no_code_leads_to_them(db):
    store.create_dialogue(db, MATTER)
    store.append(db, MATTER, [opened(ID, ""), structs.replace(opened("another", ""), seq=2)])
    assert doors.door_of(db, ID).code == doors.door_of(db, "another").code == ""
    assert doors.behind_code(db, "") is None


def test_the_door_of_a_window_stands_open_as_long_as_the_window_and_never_shorter(db):
    store.create_dialogue(db, MATTER)
    times = [(2, LATER + 5), (3, LATER - 5), (4, None)]
    closing = [Entry(n, ID, "public", "system", 0, ClosingSet(at)) for n, at in times]
    store.append(db, MATTER, [opened(ID, "WEB2345"), *closing])
    assert doors.door_of(db, ID).code_expires == LATER + 5
