"""Disposal: what goes by which rule, and what the dialogue is once it has gone.

Nothing goes by itself, and nothing by a rule that nobody has decided. What goes are words, and who
wrote what; the facts stay, so that every sum and every number of the log is what it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from dialog.domain import process
from dialog.domain.bodies import name_of
from dialog.domain.facts import Fact
from dialog.domain.state import Contribution, Dialogue, Person, Session
from dialog.domain.times import DAY
from dialog.domain.work import Changed, Params
from dialog.domain.work_state import DisposalState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.agenda import ARCHIVED, OF_THE_DIALOGUE, Disposal, DisposalOf
from dialog.protocol.records import Standing
from dialog.text import masks

# ── what is due ───────────────────────────────────────────────────────────────────────────────


class Item(NamedTuple):
    """One thing that goes: an entry's words, or (`participants`) who somebody was, by the entry
    they are first met in. `session` "": it belongs to the dialogue."""

    session: str
    seq: int
    at: int


class Due(Struct):
    """What goes by a rule just now. `next`: when more of what there is will be due, ms since
    1970; None: nothing that is known of."""

    rule: Disposal
    items: list[Item]
    next: int | None = None

    @property
    def sessions(self) -> list[str]:
        return list(dict.fromkeys(it.session for it in self.items if it.session))


def due(
    dialogue: Dialogue, entries: Sequence[e.Entry], rules: Iterable[Disposal], now: int
) -> list[Due]:
    """What goes by each rule, of what the log of `dialogue` says. What only the tables beside the
    log know (what the machine has made, other dialogues) is not in it."""
    return [due_by(dialogue, entries, rule, now) for rule in rules]


def due_by(dialogue: Dialogue, entries: Sequence[e.Entry], rule: Disposal, now: int) -> Due:
    find = FOUND.get(rule.what)
    found = [] if find is None else find(dialogue, entries)
    moments = {it.session: moment(dialogue, rule, it.session) for it in found}
    gone = [it for it in found if 0 < moments[it.session] <= now]
    later = [at for at in moments.values() if at > now]
    return Due(rule, gone, min(later, default=None))


def moment(dialogue: Dialogue, rule: Disposal, session: str = "") -> int:
    """From when the rule holds for what is of `session`, ms since 1970; 0: nobody knows yet."""
    if rule.after == "dialogue-archived":
        archived = process.current(dialogue) == ARCHIVED
        begun = dialogue.work.entered.get(ARCHIVED, 0) if archived else 0
    elif session:
        begun = dialogue.sessions[session].ended_at
    else:
        its = [it.ended_at for it in dialogue.sessions.values()]
        begun = max(its) if its and all(its) else 0
    return begun + rule.days * DAY if begun else 0


def not_shown(standing: Standing) -> Callable[[Dialogue, Sequence[e.Entry]], list[Item]]:
    """The words of contributions that stand so, and of what they were translated to."""

    def found(dialogue: Dialogue, entries: Sequence[e.Entry]) -> list[Item]:
        its = (dialogue.contributions[number] for number in dialogue.contributions)
        numbers = {it.id for it in its if it.standing == standing}
        return [
            Item(entry.session, entry.seq, entry.at)
            for entry in entries
            if entry.words is not None and written_in(entry.event) in numbers
        ]

    return found


def written_in(event: e.AnyEvent) -> int | None:
    """The contribution whose words, or their translation, stand beside the event."""
    match event:
        case e.ContributionPosted(contribution=n) | e.ContributionTranslated(contribution=n):
            return n
    return None


def under_masks(dialogue: Dialogue, entries: Sequence[e.Entry]) -> list[Item]:
    """What was written where something is masked, and the translations that went with the mask."""
    whole = {it.id for it in dialogue.contributions.values() if has_more_than_it_shows(it)}
    masked = {it.id for it in dialogue.contributions.values() if it.masks}
    replaced = replaced_translations(dialogue, entries)
    return [
        Item(entry.session, entry.seq, entry.at)
        for entry in entries
        if entry.words is not None
        and written_in(entry.event) in (masked if entry.seq in replaced else whole)
        and (entry.seq in replaced or isinstance(entry.event, e.ContributionPosted))
    ]


def replaced_translations(dialogue: Dialogue, entries: Iterable[e.Entry]) -> set[int]:
    """The entries of translations that stand no more: they may say what has been masked since."""
    last: dict[tuple[int, str], int] = {}
    every = set()
    for entry in entries:
        if isinstance(entry.event, e.ContributionTranslated):
            every.add(entry.seq)
            last[entry.event.contribution, entry.event.language] = entry.seq
    standing = {
        seq
        for (number, language), seq in last.items()
        if language in dialogue.contributions[number].translations
    }
    return every - standing


def has_more_than_it_shows(it: Contribution) -> bool:
    text = it.original or ""
    return any(text[start:end].strip(masks.BLOCK) for start, end in it.masks)


def who_was_who(dialogue: Dialogue, entries: Sequence[e.Entry]) -> list[Item]:
    """Each participant, of sessions in which that is still known."""
    first: dict[tuple[str, int], Item] = {}
    for entry in entries:
        if entry.participant is not None and not dialogue.sessions[entry.session].unlinked:
            item = Item(entry.session, entry.seq, entry.at)
            first.setdefault((entry.session, entry.participant), item)
    return list(first.values())


# ── drafts ────────────────────────────────────────────────────────────────────────────────────

NOTES = (we.ThemeNoted, we.ContributionRead)
"""Notes between colleagues: they stand in no document."""

TEXTS: dict[type, Callable[..., tuple[object, ...]]] = {
    we.GoalDrafted: lambda it: ("goal", it.goal, "text"),
    we.GoalWritten: lambda it: ("goal", it.goal, it.field),
    we.FrameAnswered: lambda it: ("goal", it.goal, "frame", it.frame),
    we.TextWritten: lambda it: ("text", it.document, it.field, it.session),
}
"""Event -> the place that its words stand in."""


def drafts(dialogue: Dialogue, entries: Sequence[e.Entry]) -> list[Item]:
    """Notes, and texts that stand nowhere any longer and that no version has had: work in progress,
    which is cleared out before a matter is archived (TF 2:12)."""
    frozen = [it.upto for it in dialogue.work.versions.values()]
    return [
        Item("", entry.seq, entry.at)
        for entry, until in texts(dialogue, entries)
        if entry.words and not any(entry.seq <= at < until for at in frozen)
    ]


def texts(dialogue: Dialogue, entries: Sequence[e.Entry]) -> Iterator[tuple[e.Entry, int]]:
    """The notes, and the texts that stand no more, each with the seq from which it did not."""
    standing: dict[tuple[object, ...], e.Entry] = {}
    for entry in entries:
        if isinstance(entry.event, NOTES):
            yield entry, entry.seq
        elif type(entry.event) in TEXTS:
            place = TEXTS[type(entry.event)](entry.event)
            if place in standing:
                yield standing[place], entry.seq
            standing[place] = entry
    dropped = dropped_at(dialogue, entries)
    for (kind, number, *_), entry in standing.items():
        if kind == "goal" and number in dropped:
            yield entry, dropped[number]


def dropped_at(dialogue: Dialogue, entries: Iterable[e.Entry]) -> dict[object, int]:
    """Goal drafts that nobody wants -> the seq since when."""
    last = {it.event.goal: it.seq for it in entries if isinstance(it.event, we.GoalDropped)}
    return {goal: seq for goal, seq in last.items() if dialogue.work.goals[goal].dropped}


FOUND: Mapping[DisposalOf, Callable[[Dialogue, Sequence[e.Entry]], list[Item]]] = {
    "hidden-words": not_shown("hidden"),
    "withdrawn-words": not_shown("withdrawn"),
    "masked-originals": under_masks,
    "participants": who_was_who,
    "drafts": drafts,
}

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def record(dialogue: Dialogue, person: Person, command: wc.RecordDisposal, at: int) -> list[Fact]:
    number = dialogue.work.last_ids["disposal"] + 1
    return [
        Fact(we.Disposed(number, it.rule, it.sessions, it.n, it.list_hash, command.protocol))
        for it in command.carried
    ]


decides = {wc.RecordDisposal: record}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def disposed(dialogue: Dialogue, entry: e.Entry, event: we.Disposed) -> Changed:
    """The dialogue becomes what its log, folded anew, already is."""
    work, rule = dialogue.work, event.rule
    work.last_ids["disposal"] = max(work.last_ids["disposal"], event.disposal)
    work.disposals.append(
        DisposalState(event.disposal, rule, list(event.sessions), event.n, entry.at, event.protocol)
    )
    if rule.what in OF_THE_DIALOGUE:
        forget_ways_back(dialogue)
    for session in event.sessions:
        GOES[rule.what](dialogue.sessions[session])
    params: Params = {
        "n": event.n,
        "body": name_of(dialogue, rule.body),
        "date": rule.date,
        "section": rule.section,
    }
    return Changed(f"disposed_{rule.what.replace('-', '_')}", params, None, {"process"})


def forget_ways_back(dialogue: Dialogue) -> None:
    """They would bring back an empty text."""
    for it in dialogue.work.changes:
        it.change.undoable = False
    dialogue.work.changes.clear()


def without_words(standing: Standing) -> Callable[[Session], None]:
    def go(session: Session) -> None:
        its = [it for it in session.contributions.values() if it.standing == standing]
        for it in its:
            it.words = it.original = None
            it.translations.clear()
            session.note_place(it)
        forget_changes(session, its)

    return go


def without_what_is_masked(session: Session) -> None:
    its = [it for it in session.contributions.values() if has_more_than_it_shows(it)]
    for it in its:
        it.original = masks.in_place(it.original or "", it.masks)
    forget_changes(session, its)


def forget_changes(session: Session, its: Iterable[Contribution]) -> None:
    """The ways back to words that are no longer there."""
    numbers = {str(it.id) for it in its}
    session.changes = [
        change
        for change in session.changes
        if numbers.isdisjoint(mark.split("/")[1] for mark in change.marks if "/" in mark)
    ]


def unlink(session: Session) -> None:
    session.unlinked = True


def stay(session: Session) -> None:
    """Nothing of it is in the session."""


GOES: Mapping[DisposalOf, Callable[[Session], None]] = {
    "hidden-words": without_words("hidden"),
    "withdrawn-words": without_words("withdrawn"),
    "masked-originals": without_what_is_masked,
    "participants": unlink,
    "drafts": stay,
    "embeddings": stay,
    "rehearsals": stay,
}

applies = {we.Disposed: disposed}

marks: dict[type, Callable[..., Iterable[str]]] = {}
