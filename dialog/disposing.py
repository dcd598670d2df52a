"""Disposing of what a decided rule says: first a look at exactly what would go, then, on a person's
word, all of it in one commit, with a signed protocol.

Slow, so never in a process that serves a hall.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from itsdangerous import Signer
from msgspec import Struct
from sqlalchemy import Connection, Engine

from dialog import opening
from dialog.domain import disposal, rules, times
from dialog.domain.bodies import name_of
from dialog.domain.disposal import Due, Item
from dialog.domain.state import Dialogue, Person
from dialog.protocol.agenda import Disposal, DisposalOf, in_language, slug
from dialog.protocol.events import Actor, ContributionPosted, DialogueCreated, Entry
from dialog.protocol.work_commands import CarriedOut, RecordDisposal
from dialog.reports import disposal as paper
from dialog.reports.disposal import KIND, Line, Protocol, Signed
from dialog.reports.letterhead import letterhead
from dialog.reports.model import Document
from dialog.settings import Settings
from dialog.store import disposal as away
from dialog.store import files, log
from dialog.store.files import File
from dialog.text import masks

DOCUMENT = "disposal"
OF_NO_VERSION = 0
SALT = "dialog.disposal"
WORDS: tuple[DisposalOf, ...] = ("hidden-words", "withdrawn-words", "masked-originals")
"""With these go the vectors of the dialogue's texts, and the kept files that hold such words."""


class CannotDispose(Exception):
    """Why not, in a sentence. Nothing has gone."""


class Plan(Struct):
    """What would go of a dialogue just now. `list_hash`: of what goes by decided rules."""

    dialogue: str
    record_number: str
    title: str
    municipality: str
    as_of: str
    upto: int
    lines: list[Line]
    list_hash: str


# ── look ──────────────────────────────────────────────────────────────────────────────────────


class Found(Struct):
    """The dialogue at one place of its log, and what is due there, in the plan's order."""

    dialogue: Dialogue
    entries: list[Entry]
    dues: list[Due]
    plan: Plan


def planned(engine: Engine, settings: Settings, id: str, now: int) -> Plan:
    """What would go. Nothing is changed."""
    with engine.execution_options(reading=True).begin() as db:
        return look(db, settings, id, now).plan


def look(db: Connection, settings: Settings, id: str, now: int) -> Found:
    entries = log.entries_after(db, id, 0)
    dialogue = rules.folded(id, entries)
    dues = disposal.due(dialogue, entries, rules_of(settings, dialogue), now)
    for due in dues:
        add_what_the_tables_know(db, dialogue, due, now)
    lines = [line(db, id, due) for due in dues]
    definition = dialogue.definition
    plan = Plan(
        dialogue=id,
        record_number=definition.record_number,
        title=in_language(definition.title, "sv")[0],
        municipality=definition.municipality,
        as_of=minute(now),
        upto=dialogue.seq,
        lines=lines,
        list_hash=hashed(it.list_hash for it in lines if goes(it)),
    )
    return Found(dialogue, entries, dues, plan)


def goes(line: Line) -> bool:
    """Whether there is anything, and anybody has decided that it is to go."""
    return line.n > 0 and line.rule.is_decided


def rules_of(settings: Settings, dialogue: Dialogue) -> list[Disposal]:
    """As the dialogue's file has them now: rules are often decided when the meetings are long over.
    As the log has them, if there is no file any more."""
    written = opening.library(settings).dialogues.get(dialogue.definition.id)
    return (dialogue.definition if written is None else written.definition).disposal


def add_what_the_tables_know(db: Connection, dialogue: Dialogue, due: Due, now: int) -> None:
    match due.rule.what:
        case "embeddings":
            at, there = disposal.moment(dialogue, due.rule), away.vectors(db, dialogue.id)
            if there and at > now:
                due.next = at
            elif there and at:
                due.items = [Item(it, dialogue.seq, at) for it in there]
        case "rehearsals":
            until = now - due.rule.days * times.DAY
            its = rehearsals(db, dialogue.definition.id)
            due.items = [it for it in its if it.at <= until]


def rehearsals(db: Connection, definition: str) -> list[Item]:
    """Those of this dialogue, each with the moment at which anything last happened in it."""
    found = []
    for id in away.rehearsals(db):
        entries = log.entries_after(db, id, 0)
        created = entries[0].event if entries else None
        if isinstance(created, DialogueCreated) and created.definition.id == definition:
            found.append(Item(id, entries[-1].seq, entries[-1].at))
    return found


def line(db: Connection, id: str, due: Due) -> Line:
    what, ats = due.rule.what, [it.at for it in due.items]
    words = what in WORDS and bool(due.items)
    return Line(
        rule=due.rule,
        sessions=due.sessions if what in disposal.FOUND else [],
        n=len(due.items),
        oldest=minute(min(ats)) if ats else "",
        newest=minute(max(ats)) if ats else "",
        list_hash=hashed(listed(due)),
        next="" if due.next is None else minute(due.next),
        files=away.restricted_files(db, id) if words else [],
        vectors=len(away.vectors(db, id)) if words else 0,
    )


def listed(due: Due) -> list[str]:
    """What goes, a line each: the list that the protocol has the hash of."""
    return [f"{due.rule.what} {it.session or '-'} {it.seq}" for it in sorted(due.items)]


def hashed(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{it}\n" for it in lines).encode()).hexdigest()


def minute(at: int) -> str:
    """ms since 1970 as ISO 8601 in UTC, to the minute."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def as_json_text(plan: Plan) -> str:
    return msgspec.json.encode(plan).decode()


def as_text(plan: Plan) -> str:
    """For whoever looks at it on a terminal."""
    about = f"{plan.record_number or plan.dialogue}, {plan.title}, at {plan.as_of}"
    return "\n".join([about, *(f"  {part}" for it in plan.lines for part in said(it))])


def said(it: Line) -> list[str]:
    """A rule and what goes by it, in lines."""
    rule = it.rule
    decision = f"decided by {rule.body} {rule.date}, {rule.section}"
    begun = f"{rule.what}, {rule.days} days after {rule.after}: "
    what = f"{it.n}, from {it.oldest} to {it.newest}" if it.n else "nothing"
    by = decision if rule.is_decided else "NOT DECIDED, so it stays"
    lines = [f"{begun}{what}; {by}"]
    lines += [f"    in {session}" for session in it.sessions]
    lines += [f"    with it the file {name}" for name in it.files]
    lines += [f"    with it {it.vectors} vectors of texts"] if it.vectors else []
    return lines + ([f"    more is due at {it.next}"] if it.next else [])


# ── carry out ─────────────────────────────────────────────────────────────────────────────────


def carry_out(
    engine: Engine,
    settings: Settings,
    id: str,
    by: str,
    actor: Actor,
    now: int,
    expected: str = "",
) -> File:
    """Let go what decided rules say; the signed protocol. `by`: role and name, for the protocol;
    the log has only the role. `expected`: the list's hash that somebody has looked at.

    Whoever follows the dialogue loads it anew: a server that runs has words in memory.
    """
    with engine.begin() as db:
        if log.locked(db, id) is None:
            raise CannotDispose(f"there is no dialogue {id!r}")
        found = look(db, settings, id, now)
        plan = found.plan
        if expected not in ("", plan.list_hash):
            raise CannotDispose("what would go is no longer what you have looked at: look again")
        lines = [it for it in plan.lines if goes(it)]
        if not lines:
            raise CannotDispose("nothing is due by a decided rule")
        for due, its in zip(found.dues, plan.lines, strict=True):
            if goes(its):
                take_away(db, found, due)
        protocol = Protocol(
            dialogue=id,
            record_number=plan.record_number,
            title=plan.title,
            municipality=plan.municipality,
            disposal=found.dialogue.work.last_ids["disposal"] + 1,
            at=plan.as_of,
            by=by,
            upto=plan.upto,
            lines=lines,
            list_hash=plan.list_hash,
            bodies={it.rule.body: name_of(found.dialogue, it.rule.body) for it in lines},
        )
        file = protocol_file(protocol, settings.secret)
        log.append(db, id, entries_of(found.dialogue, lines, file.sha256, actor, now))
        log.new_epoch(db, id)
        files.keep(db, id, OF_NO_VERSION, file, now)
    away.scrub(engine)
    return file


def take_away(db: Connection, found: Found, due: Due) -> None:
    id = found.dialogue.id
    match due.rule.what:
        case "participants":
            for session in due.sessions:
                away.unlink(db, id, session)
        case "embeddings":
            away.drop_vectors(db, id)
        case "rehearsals":
            for it in due.items:
                log.discard_rehearsal(db, it.session)
        case _:
            take_words(db, found, due)


def take_words(db: Connection, found: Found, due: Due) -> None:
    """What had been made of them goes as well; a draft has been put into nothing."""
    id, seqs = found.dialogue.id, [it.seq for it in due.items]
    kept: dict[int, str] = {}
    if due.rule.what == "masked-originals":
        kept = without_what_is_masked(found, seqs)
    away.change_words(db, id, kept)
    away.drop_words(db, id, [seq for seq in seqs if seq not in kept])
    if due.rule.what in WORDS:
        away.drop_vectors(db, id)
        away.drop_restricted_files(db, id)


def without_what_is_masked(found: Found, seqs: Sequence[int]) -> dict[int, str]:
    """seq -> what a contribution is from now on, as long as it was."""
    words = {}
    for entry in (found.entries[seq - 1] for seq in seqs):
        if isinstance(entry.event, ContributionPosted):
            spans = found.dialogue.contributions[entry.event.contribution].masks
            words[entry.seq] = masks.in_place(entry.words or "", spans)
    return words


def entries_of(
    dialogue: Dialogue, lines: Sequence[Line], protocol: str, actor: Actor, now: int
) -> list[Entry]:
    """What the log says of it: numbers, and where it was decided."""
    carried = [CarriedOut(it.rule, it.sessions, it.n, it.list_hash) for it in lines]
    command = RecordDisposal(carried=carried, protocol=protocol)
    facts = rules.decide(dialogue, Person("system"), command, now)
    op = secrets.token_urlsafe(18)
    return [
        Entry(
            seq=dialogue.seq + n,
            session="",
            access="staff",
            actor=actor,
            at=now,
            event=fact.event,
            op=op if n == 1 else None,
        )
        for n, fact in enumerate(facts, start=1)
    ]


# ── the protocol ──────────────────────────────────────────────────────────────────────────────


def protocol_file(protocol: Protocol, secret: str) -> File:
    whole = Signed(protocol, signature(protocol, secret))
    content = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    number = slug(protocol.record_number)
    name = "-".join(part for part in (number, "gallring", str(protocol.disposal)) if part)
    return File(
        DOCUMENT, "json", str(protocol.disposal), f"{name}.json", "application/json", content
    )


def signature(protocol: Protocol, secret: str) -> str:
    signer = Signer(secret, salt=SALT, key_derivation="hmac", digest_method=hashlib.sha256)
    return signer.get_signature(msgspec.json.encode(protocol)).decode()


def signed_in(content: bytes) -> Signed | None:
    """The protocol in a file; None if it is none."""
    try:
        found = msgspec.json.decode(content, type=Signed)
    except msgspec.MsgspecError:
        return None
    return found if found.protocol.kind == KIND else None


def mistakes_in(signed: Signed, secret: str) -> list[str]:
    """What is not as it was signed, in sentences; none: all is."""
    right = signature(signed.protocol, secret)
    if not hmac.compare_digest(right.encode(), signed.signature.encode()):
        return ["the signature is not of this protocol by this installation's secret"]
    return []


def kept_protocol(db: Connection, id: str, number: int) -> File | None:
    return files.kept(db, id, OF_NO_VERSION, DOCUMENT, "json", str(number))


def protocol_paper(file: File, settings: Settings) -> Document:
    """A kept protocol on paper."""
    signed = signed_in(file.content)
    assert signed is not None
    head = letterhead(settings, signed.protocol.municipality)
    return paper.document(signed, file.sha256, head)
