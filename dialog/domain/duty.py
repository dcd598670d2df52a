"""Who reads what waits: two moderators never have the same slip before them."""

from dialog.domain.facts import Fact, require
from dialog.domain.languages import TAG
from dialog.domain.state import Contribution, Person, Session
from dialog.domain.times import MINUTE
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, TakenByAnother

LEASE = MINUTE
"""Ms for which a slip is one moderator's, and up to a minute more. Then others may take it:
somebody may have gone home."""
NEARLY_OVER = 45_000
"""Ms before the end from which whoever still reads it is given it anew."""
SWEDISH = ["sv"]
"""What a moderator reads who has not said anything."""


def seat_of(person: Person) -> str:
    """Tells one moderator from another: two people need two seats."""
    return person.seat or person.role


def require_free(session: Session, person: Person, number: int, at: int) -> None:
    require(not taken_by_another(session, seat_of(person), number, at), TakenByAnother())


def taken_by_another(session: Session, seat: str, number: int, at: int) -> bool:
    holder, left = reader_of(session, number, at)
    return holder not in ("", seat) and left > 0


def reader_of(session: Session, number: int, at: int) -> tuple[str, int]:
    """The seat that a slip was given to last, and for how many ms more. None, if that would be
    longer than anybody is given one: the clock has been put back."""
    holder, until = session.taken.get(number, ("", 0))
    left = until - at
    return holder, left if left <= MINUTE + LEASE else 0


def reads(languages: list[str], language: str) -> bool:
    """`sv-easy`, `sv-FI` and `sv` are one language to a reader."""
    return primary(language) in {primary(it) for it in languages or SWEDISH}


def primary(language: str) -> str:
    return language.casefold().split("-")[0]


def is_unread(session: Session, language: str) -> bool:
    """Whether none of those on duty reads it."""
    on_duty = session.on_duty.values()
    return bool(on_duty) and not any(reads(each, language) for each in on_duty)


def needs_a_closer_look(session: Session, it: Contribution) -> bool:
    """Whether it is decided by itself, and not with a whole screenful: what nobody on duty reads
    must not be shown by the same key as what somebody has read."""
    return bool(it.posted.flags or it.asserted_by) or is_unread(session, it.posted.language)


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def go_on_duty(session: Session, person: Person, command: c.GoOnDuty, at: int) -> list[Fact]:
    """Said again it changes nothing: a page says it each time it comes back. What is no language
    is left out."""
    seat = seat_of(person)
    languages = [it for it in dict.fromkeys(command.languages) if TAG.fullmatch(it)]
    if command.on and session.on_duty.get(seat) == languages:
        return []
    if command.on:
        return [Fact(e.DutySet(seat, True, languages))]
    held = held_by(session, seat)
    back = [Fact(e.SlipsGivenBack(held))] if held else []
    off = [Fact(e.DutySet(seat, False, []))] if seat in session.on_duty else []
    return [*off, *back]


def take(session: Session, person: Person, command: c.TakeSlips, at: int) -> list[Fact]:
    """What the seat has already, then what it reads, the oldest first; last what it has left to
    others, unless there are others. Nothing, if it has these and they are not soon gone."""
    seat = seat_of(person)
    waiting = (session.contributions[n] for n in sorted(session.held))
    free = [it for it in waiting if is_for(session, seat, it, command.flagged, at)]
    free.sort(key=lambda it: order_for(session, seat, it))
    taking = [it.id for it in free[: command.most]]
    if not taking or all(has_for_long(session, seat, n, at) for n in taking):
        return []
    return [Fact(e.SlipsTaken(seat, taking, whole_minute(at) + LEASE))]


def whole_minute(at: int) -> int:
    """The minute that begins next. The log is kept, and a slip is taken as soon as it has come:
    the second would tell when somebody wrote."""
    return -(-at // MINUTE) * MINUTE


def is_for(session: Session, seat: str, it: Contribution, flagged: bool | None, at: int) -> bool:
    if flagged is not None and flagged != needs_a_closer_look(session, it):
        return False
    if it.asserted_by == seat or taken_by_another(session, seat, it.id, at):
        return False
    left = seat in session.passed_on.get(it.id, ())
    return not left or not session.on_duty.keys() - session.passed_on[it.id]


def order_for(session: Session, seat: str, it: Contribution) -> tuple[bool, bool, bool, int]:
    """Sorts what it is to read first in front."""
    mine = session.taken.get(it.id, ("", 0))[0] == seat
    left = seat in session.passed_on.get(it.id, ())
    known = reads(session.on_duty.get(seat, []), it.posted.language)
    return not mine, left, not known, it.id


def has_for_long(session: Session, seat: str, number: int, at: int) -> bool:
    holder, left = reader_of(session, number, at)
    return holder == seat and left > NEARLY_OVER


def held_by(session: Session, seat: str) -> list[int]:
    return [n for n, (holder, _) in session.taken.items() if holder == seat]


def give_back(session: Session, person: Person, command: c.GiveBackSlips, at: int) -> list[Fact]:
    """Those of them that the seat still has."""
    mine = held_by(session, seat_of(person))
    back = [n for n in dict.fromkeys(command.contributions) if n in mine]
    require(back, AlreadyDone())
    return [Fact(e.SlipsGivenBack(back))]


decides = {
    c.GoOnDuty: go_on_duty,
    c.TakeSlips: take,
    c.GiveBackSlips: give_back,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def duty_set(session: Session, entry: e.Entry, event: e.DutySet) -> set[str]:
    session.on_duty.pop(event.seat, None)
    if event.on:
        session.on_duty[event.seat] = event.languages
    for number in list(session.passed_on):
        forget(session, number, event.seat)
    return {"queue"}


def forget(session: Session, number: int, seat: str) -> None:
    """Who comes back looks at everything anew."""
    session.passed_on[number].discard(seat)
    if not session.passed_on[number]:
        del session.passed_on[number]


def taken(session: Session, entry: e.Entry, event: e.SlipsTaken) -> set[str]:
    for number in event.contributions:
        session.taken[number] = (event.seat, event.until)
    return {"queue"}


def given_back(session: Session, entry: e.Entry, event: e.SlipsGivenBack) -> set[str]:
    for number in event.contributions:
        seat, _ = session.taken.pop(number, ("", 0))
        if seat in session.on_duty:
            session.passed_on.setdefault(number, set()).add(seat)
    return {"queue"}


applies = {
    e.DutySet: duty_set,
    e.SlipsTaken: taken,
    e.SlipsGivenBack: given_back,
}
