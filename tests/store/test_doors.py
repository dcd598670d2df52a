"""Codes, links, numbers: who may come in, and to what."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from dialog.store import doors
from dialog.store import log as store
from dialog.store import tables as t
from tests.domain.meeting import ID
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
