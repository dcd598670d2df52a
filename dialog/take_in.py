"""An evening that was held on a machine of its own, brought into the dialogue's log here: looked
through first, then written in one commit, and asked for as often as one likes.

What has been taken in is found in the log itself, so that asking again takes only what is new. A
session that has gone on here and there in ways that meet is left as it is: people must say which
holds.
"""

import contextlib
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from dialog import backup
from dialog.backup import CannotRestore
from dialog.domain import rules
from dialog.domain.renumbering import (
    Numbers,
    Unnumbered,
    learned,
    next_session,
    numbers_after,
    op_of,
    references,
    renumbered,
)
from dialog.domain.state import Dialogue, Session
from dialog.domain.times import SWEDEN
from dialog.protocol import events as e
from dialog.protocol.agenda import Access, DialogueDefinition, Text, in_language, slug
from dialog.protocol.work_events import Disposed, SessionTakenIn
from dialog.store import audit, doors, log, written
from dialog.store import disposal as away
from dialog.store.audit import COMMAND_LINE, Note
from dialog.store.database import UnusableDatabase, migrate, open_database

AT_A_TIME = 500
"""Entries in one statement."""

GROUPING = (
    e.GroupsSuggested,
    e.ContributionsPlaced,
    e.ContributionKeptOut,
    e.GroupRenamed,
    e.GroupLocked,
    e.GlobalGoalConfirmed,
    e.RegroupingAsked,
    e.RegroupingProposed,
    e.RegroupingDropped,
    e.Regrouped,
    e.GroupingRestored,
)


class CannotTakeIn(Exception):
    """Why not, in a sentence. Nothing has been changed."""


class Side(Struct):
    """A dialogue on one of the two machines. `epoch`: of its log. `receipts`: hash -> seq.
    `others`: the sessions of other dialogues there."""

    dialogue: Dialogue
    entries: list[e.Entry] = field(default_factory=list)
    epoch: str = ""
    receipts: dict[str, int] = field(default_factory=dict)
    log_hash: str = ""
    others: frozenset[str] = frozenset()

    def follow(self, entries: Iterable[e.Entry]) -> None:
        for entry in entries:
            self.entries.append(entry)
            rules.apply(self.dialogue, entry)

    def of(self, session: str) -> list[e.Entry]:
        return [it for it in self.entries if it.session == session]

    def taken(self, session: str) -> list[SessionTakenIn]:
        its = (it.event for it in self.entries if isinstance(it.event, SessionTakenIn))
        return [it for it in its if it.session == session]


class Found(Struct):
    """What stands in a session, in numbers."""

    participants: int
    kinds: Counter[str]
    standings: Counter[str]
    target_groups: Counter[str]
    flagged: int
    groups: int
    dots: int

    @property
    def contributions(self) -> int:
        return self.standings.total()


class Part(Struct):
    """One session of the other machine. `entries`: what is new of it, as it would be written here.
    `why_not`: it cannot be taken, in a sentence.
    """

    session: str
    title: str
    date: str
    room: str
    opened_at: int
    found: Found
    there: list[e.Entry]
    done: int = 0
    written_here: list[e.Entry] = field(default_factory=list)
    numbers: Numbers = field(default_factory=lambda: Numbers(0, 0, 0))
    entries: list[e.Entry] = field(default_factory=list)
    why_not: str = ""

    @property
    def new(self) -> list[e.Entry]:
        """As they stand there."""
        return self.there[self.done :]

    @property
    def takes(self) -> bool:
        return bool(self.new) and not self.why_not


class Plan(Struct):
    """What would be taken in. `definition`: what the dialogue's must become first, if it must.
    `notes`: what to know about it, in sentences."""

    dialogue: str
    record_number: str
    title: str
    municipality: str
    upto: int
    log_hash: str
    parts: list[Part]
    definition: DialogueDefinition | None = None
    notes: list[str] = field(default_factory=list)
    rehearsal: bool = False

    @property
    def taking(self) -> list[Part]:
        return [it for it in self.parts if it.takes]


# ── the two machines ──────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def opened(source: Path) -> Iterator[Engine]:
    """The other machine's database, from a copy or its folder, in memory: it is only looked at,
    and nothing of it stays on the disk here. `CannotTakeIn` if it cannot be read."""
    engine = open_database("sqlite://")
    try:
        if source.is_dir():
            read_folder(source, engine)
        else:
            backup.unpack(source, engine)
        yield engine
    except (CannotRestore, UnusableDatabase, sqlite3.Error) as error:
        raise CannotTakeIn(str(error)) from None
    finally:
        engine.dispose()


def read_folder(folder: Path, engine: Engine) -> None:
    file = folder / "dialog.db"
    if not file.is_file():
        raise CannotTakeIn(f"there is no dialogue in {folder}: no file {file}")
    with contextlib.closing(sqlite3.connect(file)) as there, engine.connect() as db:
        into = db.connection.driver_connection
        assert into is not None
        there.backup(into)
    migrate(engine)


def held_there(engine: Engine, asked: str) -> Side:
    """The dialogue with that id or record number; "": the only one there is."""
    with engine.execution_options(reading=True).begin() as db:
        rehearsals = away.rehearsals(db)
        there = {id: side(db, id) for id in log.dialogues(db) if id not in rehearsals}
        its = [it for it in there.values() if asked in ("", it.dialogue.id) or is_called(it, asked)]
        if len(its) != 1:
            listed = ", ".join(map(called, there.values())) or "none"
            which = (
                f"there is no dialogue {asked!r} in it" if asked else "say with --dialogue which"
            )
            raise CannotTakeIn(f"{which}: it has {listed}")
        [found] = its
        id = found.dialogue.id
        found.receipts = log.receipts_of(db, id)
        found.log_hash = written.log_hash(written.lines(db, id, found.dialogue.seq))
        return found


def is_called(it: Side, asked: str) -> bool:
    return slug(asked) == slug(it.dialogue.definition.record_number) != ""


def called(it: Side) -> str:
    number = it.dialogue.definition.record_number
    return f"{it.dialogue.id} ({number})" if number else it.dialogue.id


def side(db: Connection, id: str) -> Side:
    """The dialogue as its log says; an empty one if there is none."""
    counter = log.counter(db, id)
    found = Side(Dialogue(id), epoch="" if counter is None else counter.epoch)
    found.follow(log.entries_after(db, id, 0))
    found.others = frozenset(it.session for it in doors.all_doors(db) if it.dialogue != id)
    return found


# ── look ──────────────────────────────────────────────────────────────────────────────────────


def looked_through(engine: Engine, there: Side, only: Sequence[str] = ()) -> tuple[Side, Plan]:
    """What would be taken in just now, and what it would be taken into."""
    with engine.execution_options(reading=True).begin() as db:
        here = side(db, there.dialogue.id)
        return here, planned(here, there, only)


def planned(here: Side, there: Side, only: Sequence[str]) -> Plan:
    require_same_matter(here.dialogue, there.dialogue)
    unknown = [it for it in only if it not in there.dialogue.sessions]
    if unknown:
        listed = ", ".join(there.dialogue.sessions) or "none"
        raise CannotTakeIn(f"there is no session {unknown[0]!r} in it; it has: {listed}")
    sessions = there.dialogue.sessions.values()
    parts = [part(here, there, it) for it in sessions if not only or it.id in only]
    definition = there.dialogue.definition
    plan = Plan(
        dialogue=there.dialogue.id,
        record_number=definition.record_number,
        title=in_language(definition.title, "sv")[0],
        municipality=definition.municipality,
        upto=there.dialogue.seq,
        log_hash=there.log_hash,
        parts=parts,
    )
    while not number(here, there, plan):
        pass  # one could not be taken after all: the others' numbers are others
    plan.notes += notes(here, there, plan)
    return plan


def require_same_matter(here: Dialogue, there: Dialogue) -> None:
    """Two matters may have been given the same id on two machines."""
    ours, theirs = here.definition.record_number, there.definition.record_number
    if here.exists and slug(ours) != slug(theirs):
        raise CannotTakeIn(
            f"{there.id} is another matter there: its record number is {theirs!r}, here {ours!r}"
        )


def part(here: Side, there: Side, session: Session) -> Part:
    found = Part(
        session=session.id,
        title=in_language(session.definition.title, "sv")[0],
        date=session.definition.date,
        room=session.room,
        opened_at=session.opened_at,
        found=found_in(session),
        there=there.of(session.id),
    )
    found.why_not = why_not(here, there, session, found)
    return found


def why_not(here: Side, there: Side, session: Session, found: Part) -> str:
    """Why the session cannot be taken in; "" if it can."""
    marks = here.taken(session.id)
    is_here = session.id in here.dialogue.sessions or session.id in here.others
    if is_here and not marks:
        return "is here already, and was not taken in from there"
    if not session.ended:
        return "goes on there: end it, and copy again"
    if topic := other_topic(here.dialogue, there.dialogue, found.there):
        return f"asks about the topic {topic}, which is another one here"
    if not marks:
        return ""
    return why_no_more(here, session, found, marks)


def why_no_more(here: Side, session: Session, found: Part, marks: list[SessionTakenIn]) -> str:
    """The same for what has come to a session since it was taken in."""
    taken = {seq for it in marks for seq in range(it.first, it.first + it.n)}
    standing = here.of(session.id)
    done = [it for it in standing if it.seq in taken]
    found.written_here = [it for it in standing if it.seq not in taken]
    found.done = len(done)
    there = found.there[: found.done]
    if not learned(there, done[: len(there)], found.numbers):
        return "has another past there than what was taken in from there before"
    if not found.new:
        return ""
    if any(
        isinstance(it.event, Disposed) and session.id in it.event.sessions for it in here.entries
    ):
        return "has been disposed of here since it was taken in"
    if meet(found.new, found.written_here, found.numbers):
        return "has been worked on here since it was taken in, and there, about the same things"
    return ""


def meet(there: list[e.Entry], here: list[e.Entry], numbers: Numbers) -> bool:
    """Whether what has been done there and what has been done here are about the same."""
    both = (there, here)
    for kinds in (GROUPING, (e.Undone,)):
        if all(any(isinstance(it.event, kinds) for it in its) for its in both):
            return True
    if all(any(slip_of(it) for it in its) for its in both):
        return True
    theirs = {numbers.contributions.get(number) for number in spoken_of(there)}
    return not theirs.isdisjoint(spoken_of(here))


def slip_of(entry: e.Entry) -> int:
    return entry.event.slip if isinstance(entry.event, e.ContributionPosted) else 0


def spoken_of(entries: Iterable[e.Entry]) -> Iterator[int]:
    """The contributions that people or the machine have said something else of than their place."""
    for entry in entries:
        if not isinstance(entry.event, GROUPING):
            its = references(entry.event)
            yield from (number for kind, number in its if kind == "contribution")


def other_topic(here: Dialogue, there: Dialogue, entries: list[e.Entry]) -> str:
    """One that was sent out on either machine, and does not say the same on the other."""
    ours = {it.id: it for it in here.definition.topics}
    sent = here.work.sent.keys() | there.work.sent.keys()
    lean = leaned_on(entries)["topics"] & sent
    different = [
        it.id for it in there.definition.topics if it.id in lean and ours.get(it.id, it) != it
    ]
    return next(iter(different), "")


def found_in(session: Session) -> Found:
    its = session.contributions.values()
    return Found(
        participants=len(session.participants),
        kinds=Counter(it.posted.kind for it in its),
        standings=Counter(it.standing for it in its),
        target_groups=Counter(it.posted.target_group for it in its),
        flagged=sum(bool(it.posted.flags) for it in its),
        groups=len(session.groups),
        dots=sum(it.totals.total() for it in session.dots.values()),
    )


# ── numbers ───────────────────────────────────────────────────────────────────────────────────


def number(here: Side, there: Side, plan: Plan) -> bool:
    """Work out what would be written; False if that has shown that a part cannot be."""
    plan.definition = definition_for(here.dialogue, there.dialogue, plan.taking)
    numbers = numbers_after(here.dialogue)
    numbers.seq += plan.definition is not None
    for it in plan.taking:
        numbers = go_on(numbers, it)
        try:
            it.entries = renumbered(it.new, it.numbers)
        except Unnumbered as error:
            it.why_not = f"cannot be told in other numbers: {error}"
            return False
        if not stands(here, there, it):
            it.why_not = "would not be here what it is there"
            return False
        numbers = next_session(it.numbers)
        numbers.seq += 1  # what says that it was taken in
    return True


def go_on(numbers: Numbers, part: Part) -> Numbers:
    """The part's own numbers from there on."""
    part.numbers.seq = numbers.seq
    part.numbers.contribution = numbers.contribution
    part.numbers.group = numbers.group
    return part.numbers


def stands(here: Side, there: Side, part: Part) -> bool:
    """Whether the session would stand in the log here as it does there. Facts are never refused:
    what does not fit would stop the dialogue for everybody."""
    created = e.Entry(0, "", "public", "system", 0, e.DialogueCreated(there.dialogue.definition))
    try:
        its = [created, *here.of(part.session), *part.entries]
        folded = rules.folded(there.dialogue.id, its).sessions[part.session]
    except Exception:  # whatever it is, it must not happen in a server
        return False
    return bool(part.written_here) or found_in(folded) == part.found


# ── what the dialogue must know ───────────────────────────────────────────────────────────────

LISTS = {"areas": "goal area", "topics": "topic", "target_groups": "target group"}


def leaned_on(entries: Iterable[e.Entry]) -> dict[str, set[str]]:
    """What of the dialogue's definition these entries name, by list."""
    found: dict[str, set[str | None]] = {"areas": set(), "topics": set(), "target_groups": set()}
    for event in (it.event for it in entries):
        for name, at in (("areas", "area"), ("topics", "topic"), ("target_groups", "target_group")):
            found[name].add(getattr(event, at, None))
        if isinstance(event, e.SessionOpened):
            found["target_groups"].add(event.definition.perspective)
            for step in event.definition.steps:
                found["areas"].add(getattr(step, "area", None))
                found["topics"].update(getattr(step, "topics", ()))
    return {name: {it for it in its if it} for name, its in found.items()}


def definition_for(here: Dialogue, there: Dialogue, parts: list[Part]) -> DialogueDefinition | None:
    """What the dialogue's definition here must become, so that it knows what is spoken of; None:
    it does."""
    if not parts:
        return None
    if not here.exists:
        return there.definition
    leaned = leaned_on(entry for it in parts for entry in it.new)
    lacking = {}
    for name in LISTS:
        ours = getattr(here.definition, name)
        known = {it.id for it in ours}
        more = [
            it
            for it in getattr(there.definition, name)
            if it.id in leaned[name] and it.id not in known
        ]
        if more:
            lacking[name] = [*ours, *more]
    return replace(here.definition, **lacking) if lacking else None


def notes(here: Side, there: Side, plan: Plan) -> list[str]:
    found = []
    if not here.dialogue.exists and plan.taking:
        found.append("the dialogue has no log here yet: it begins with this")
    elif plan.definition is not None:
        found += added(here.dialogue.definition, plan.definition)
    found += said_otherwise(here.dialogue, there.dialogue, plan.taking)
    n = work_of_its_own(here, there)
    if n:
        found.append(
            f"{n} changes of the workboard there (themes, goals, versions …) are not taken: only"
            " what happens in sessions is"
        )
    return found


def added(before: DialogueDefinition, after: DialogueDefinition) -> list[str]:
    return [
        f"the {name} {it.id} ({words_of(it)}) is not known here, and is added to the dialogue"
        for key, name in LISTS.items()
        for it in getattr(after, key)[len(getattr(before, key)) :]
    ]


def said_otherwise(here: Dialogue, there: Dialogue, parts: list[Part]) -> list[str]:
    leaned = leaned_on(entry for it in parts for entry in it.new)
    found = []
    for key, name in LISTS.items():
        ours = {it.id: words_of(it) for it in getattr(here.definition, key)}
        for it in getattr(there.definition, key):
            is_other = it.id in leaned[key] and ours.get(it.id, words_of(it)) != words_of(it)
            if is_other:
                found.append(
                    f"the {name} {it.id} is called “{ours[it.id]}” here and “{words_of(it)}” there:"
                    " what it is called here holds"
                )
    return found


def words_of(it: object) -> str:
    text: Text = getattr(it, "name", "") or getattr(it, "text", "")
    return in_language(text, "sv")[0]


def work_of_its_own(here: Side, there: Side) -> int:
    """How many changes of the dialogue as a whole were made there, and are not here as well: the
    other machine may have begun with a copy of what is here."""
    common = 0
    for ours, theirs in zip(here.entries, there.entries, strict=False):
        if (ours.op, ours.at, ours.event) != (theirs.op, theirs.at, theirs.event):
            break
        common = theirs.seq
    its = (it for it in there.entries if it.seq > common and not it.session and it.op)
    return sum(not isinstance(it.event, e.DialogueCreated) for it in its)


# ── take in ───────────────────────────────────────────────────────────────────────────────────


def take_in(
    engine: Engine, here: Side, there: Side, only: Sequence[str], by: str, now: int
) -> Plan:
    """All that can be taken, in one commit, as of the moment in which it is written. Servers that
    run see it within a second."""
    id = there.dialogue.id
    with engine.begin() as db:
        log.create_dialogue(db, id)
        counter = log.locked(db, id)
        assert counter is not None
        if counter.epoch != here.epoch:
            here = side(db, id)
        here.follow(log.entries_after(db, id, here.dialogue.seq))
        plan = planned(here, there, only)
        if plan.taking:
            write(db, here, there, plan, by, now)
        else:
            db.rollback()  # a dialogue of which there is nothing has no log
    return plan


def write(db: Connection, here: Side, there: Side, plan: Plan, by: str, now: int) -> None:
    entries = list(entries_of(here, plan, now))
    for start in range(0, len(entries), AT_A_TIME):
        log.append(db, plan.dialogue, entries[start : start + AT_A_TIME])
    for it in plan.taking:
        new = {entry.seq for entry in it.new}
        its = {hash: it.numbers.seqs[seq] for hash, seq in there.receipts.items() if seq in new}
        log.keep_receipts(db, plan.dialogue, its)
        about = f"{it.session}: {by}"
        audit.write(db, Note(now, COMMAND_LINE, "", "taken-in", about))


def entries_of(here: Side, plan: Plan, now: int) -> Iterator[e.Entry]:
    """All that is written, in order."""
    if plan.definition is not None:
        yield of_the_dialogue(
            here.dialogue.seq + 1,
            now,
            e.DialogueCreated(plan.definition),
            op_of("known", plan.log_hash, here.dialogue.seq),
        )
    for it in plan.taking:
        yield from it.entries
        posted = sum(isinstance(entry.event, e.ContributionPosted) for entry in it.entries)
        event = SessionTakenIn(
            session=it.session,
            begun=it.done == 0,
            first=it.entries[0].seq,
            n=len(it.entries),
            contributions=posted,
            upto=plan.upto,
            log_hash=plan.log_hash,
        )
        op = op_of("taken in", it.session, it.new[-1].seq)
        yield of_the_dialogue(it.entries[-1].seq + 1, now, event, op)


def of_the_dialogue(seq: int, at: int, event: e.AnyEvent, op: str) -> e.Entry:
    access: Access = "public" if isinstance(event, e.DialogueCreated) else "staff"
    return e.Entry(seq, "", access, "system", at, event, op=op)


# ── for the one who looks ─────────────────────────────────────────────────────────────────────

Say = Callable[[str], None]


def origin(source: Path) -> str:
    """When and by what it was made: the record number may be another municipality's too."""
    if source.is_dir():
        return f"The folder {source}"
    with zipfile.ZipFile(source) as packed:
        its = backup.manifest_of(packed)
    return f"A copy that was made {its.made} by release {its.release}"


def show(plan: Plan, say: Say, done: bool = False) -> None:
    """Every session, with what stands in it and what would become of it, or has if it is `done`."""
    matter = f"{plan.record_number or plan.dialogue}, {plan.title}, {plan.municipality}"
    say(f"{matter}, as of entry {plan.upto} there")
    say(f"(log {plan.log_hash})")
    for it in plan.parts:
        say("")
        for line in lines(it, done):
            say(line)
    if plan.notes:
        say("")
    for note in plan.notes:
        say(f"Note: {note}.")


def lines(part: Part, done: bool) -> Iterator[str]:
    opened_at = datetime.fromtimestamp(part.opened_at / 1000, SWEDEN).strftime("%Y-%m-%d %H.%M")
    room = f", {part.room}" if part.room else ""
    yield f"{part.session}: {part.title}, {part.date or 'no date'}{room}, opened {opened_at}"
    if part.why_not:
        yield f"  NOT TAKEN: it {part.why_not}"
    elif not part.new:
        yield "  nothing is new"
    else:
        yield from news(part, done)
    yield from counted(part.found)


def news(part: Part, done: bool) -> Iterator[str]:
    first, last = part.entries[0].seq, part.entries[-1].seq
    what = "what has come to it since it was taken in" if part.done else "all of it"
    becomes = "is taken in" if done else "would be taken in"
    yield f"  {becomes}: {what}, {len(part.entries)} entries, from {first} to {last} here"
    for name, its in (
        ("contributions", part.numbers.contributions),
        ("groups", part.numbers.groups),
    ):
        if its:
            old, new = list(its), list(its.values())
            yield f"  {name} {span(old)} there are {span(new)} here"


def span(numbers: list[int]) -> str:
    return f"{min(numbers)}" if len(numbers) == 1 else f"{min(numbers)}–{max(numbers)}"


def counted(found: Found) -> Iterator[str]:
    yield (
        f"  {found.participants} participants, {found.contributions} contributions,"
        f" {found.groups} groups, {found.dots} dots"
    )
    for name, its in (
        ("kind", found.kinds),
        ("standing", found.standings),
        ("target group", found.target_groups),
    ):
        if its:
            yield f"  by {name}: " + ", ".join(f"{n} {key}" for key, n in its.most_common())
    if found.standings["held"]:
        yield f"  {found.standings['held']} of them wait for a moderator, here as there"
    if found.flagged:
        yield f"  {found.flagged} may hold personal data"
