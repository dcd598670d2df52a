"""Facts of one log, told in the numbers of another: how an evening that was held elsewhere is
written into the dialogue's own log.

A dialogue numbers its contributions, its groups and the places of its log; those get new numbers.
A session numbers its participants, slips and places on the screens; those stay as they are.

`FIELDS` says of every fact that can happen in a session what each of its fields is. What is not
listed there cannot be taken in: a new field that points at something must not be forgotten.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dialog.domain.state import Dialogue
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.frames import op_of_ours

Is = Literal["own", "contribution", "group", "wanted", "seq", "upto", "code", "inside"]
"""`own`: means the same everywhere. `wanted`: a group that the machine has named, and that may not
be there. `seq`: a place in the log, of an entry of the same session.
`upto`: everything up to there. `code`: let people in, and lets in nobody from now on. `inside`: has
fields of its own. The others: the number of one."""


def fields(own: str = "", **its: str) -> Mapping[str, Is]:
    """Field -> what it is."""
    listed: dict[str, str] = {"own": own, **its}
    return {name: kind for kind, names in listed.items() for name in names.split()}  # type: ignore[misc]


FIELDS: Mapping[type[Struct], Mapping[str, Is]] = {
    e.SessionOpened: fields("definition definition_hash code_expires room", code="code"),
    e.CodeChanged: fields("code_expires", code="code"),
    e.SessionEnded: fields(),
    e.ParticipantJoined: fields("channel table"),
    e.PerspectiveChosen: fields("target_group"),
    e.ContributionPosted: fields(
        "step kind area topic target_group channel language held late flags people table slip",
        contribution="contribution",
    ),
    e.ContributionWithdrawn: fields(contribution="contribution"),
    e.ContributionsReleased: fields(contribution="contributions"),
    e.ContributionsHeld: fields(contribution="contributions"),
    e.ContributionHidden: fields("reason", contribution="contribution"),
    e.ContributionRestored: fields(contribution="contribution"),
    e.DutySet: fields("seat on languages"),
    e.SlipsTaken: fields("seat until", contribution="contributions"),
    e.SlipsGivenBack: fields(contribution="contributions"),
    e.ContributionMasked: fields("spans", contribution="contribution"),
    e.InsultAsserted: fields("seat", contribution="contribution"),
    e.AuthorHidden: fields("reason", contribution="contributions"),
    e.AuthorHeldBack: fields("held_back", contribution="contribution"),
    e.SlowModeSet: fields("seconds"),
    e.JoiningSet: fields("open"),
    e.ClosingSet: fields("at"),
    e.ContributionTranslated: fields("language by", contribution="contribution"),
    e.StepOpened: fields("step"),
    e.TimerSet: fields("ends_at"),
    e.FeedPaused: fields("paused"),
    e.ProjectorBlanked: fields("blank"),
    e.PostingSet: fields("open"),
    e.ModerationSet: fields("moderation"),
    e.OthersShown: fields("shown"),
    e.DotsRevealed: fields("revealed"),
    e.GroupAnswered: fields("answer", group="group"),
    e.DotPlaced: fields(contribution="contribution", group="group"),
    e.DotTaken: fields(contribution="contribution"),
    e.EvaluationAnswered: fields("question option"),
    e.Undone: fields(seq="undone"),
    e.GroupsSuggested: fields("area", inside="run groups"),
    e.ContributionsPlaced: fields("area made place", contribution="contributions", group="group"),
    e.ContributionKeptOut: fields(contribution="contribution", group="group"),
    e.GroupRenamed: fields(group="group"),
    e.GroupLocked: fields(group="group", inside="locks said"),
    e.GlobalGoalConfirmed: fields("goal confirmed", group="group"),
    e.RegroupingAsked: fields("area most apart"),
    e.RegroupingProposed: fields("area", seq="asked", inside="run groups"),
    e.RegroupingDropped: fields("area"),
    e.Regrouped: fields(
        "area most apart",
        seq="proposal",
        inside="run groups",
        contribution="alone",
        group="gone",
    ),
    e.GroupingRestored: fields("area", inside="seats described wanted", group="back gone"),
    # ── what stands in them ──
    e.SuggestedGroup: fields(
        "place sure kind",
        group="group",
        contribution="typical",
        inside="joined terms goals stressed",
    ),
    e.Wanted: fields("most apart"),
    e.Seat: fields(
        "pinned", contribution="contribution", group="group kept_out", inside="placement"
    ),
    c.Span: fields("start end", contribution="contribution"),
    c.Placement: fields("sure", contribution="contribution near", inside="shared"),
    c.GoalHint: fields("goal", inside="terms"),
    c.Stress: fields("target_group", inside="terms"),
    c.GroupSuggestion: fields(
        "sure kind", wanted="group", contribution="typical", inside="joined terms goals stressed"
    ),
    c.GroupingRun: fields("model parameters seed fallback", upto="upto"),
    c.Locks: fields("name members existence"),
}


NO_GROUP = -1


class Unnumbered(Exception):
    """It points at something that the session does not have, or is of a kind that nobody has said
    how to take in."""


class Numbers(Struct):
    """Number there -> number here, of one session; and the last ones given here, in all."""

    seq: int
    contribution: int
    group: int
    contributions: dict[int, int] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)
    seqs: dict[int, int] = field(default_factory=dict)

    def upto(self, there: int) -> int:
        """The last entry of the session that is not after `there`; 0: none of them."""
        known = list(self.seqs)
        place = bisect_right(known, there)
        return self.seqs[known[place - 1]] if place else 0


def numbers_after(dialogue: Dialogue) -> Numbers:
    """For what follows in `dialogue`."""
    last = next(reversed(dialogue.contributions), 0)
    return Numbers(dialogue.seq, last, dialogue.last_group)


def next_session(numbers: Numbers) -> Numbers:
    """For another session that follows."""
    return Numbers(numbers.seq, numbers.contribution, numbers.group)


# ── tell anew ─────────────────────────────────────────────────────────────────────────────────


def renumbered(entries: Iterable[e.Entry], numbers: Numbers) -> list[e.Entry]:
    """Entries of one session, as they follow in the log that `numbers` are of, which go on from
    there. `Unnumbered` if something in them cannot be followed.

    Everything else stays as it was: who, when, in which words.
    """
    return [one(entry, numbers) for entry in entries]


def one(entry: e.Entry, numbers: Numbers) -> e.Entry:
    numbers.seq += 1
    numbers.seqs[entry.seq] = numbers.seq
    draw(entry.event, numbers)
    op = entry.op and op_of(entry.session, entry.seq)
    return replace(entry, seq=numbers.seq, op=op, event=retold(entry.event, numbers))


def op_of(*what: object) -> str:
    """The same for the same: the log takes no operation twice. Not the phone's own: whoever has
    chosen that could keep an evening out."""
    return op_of_ours(sha256(" ".join(map(str, what)).encode()).hexdigest())


def draw(event: e.AnyEvent, numbers: Numbers) -> None:
    """Give new numbers to what begins with this event."""
    match event:
        case e.ContributionPosted(contribution=there):
            numbers.contribution += 1
            numbers.contributions[there] = numbers.contribution
        case e.GroupsSuggested(groups=groups) | e.Regrouped(groups=groups):
            for group in groups:
                draw_group(group.group, numbers)
        case e.ContributionsPlaced(group=int(there), made=True):
            draw_group(there, numbers)


def draw_group(there: int, numbers: Numbers) -> None:
    if there not in numbers.groups:
        numbers.group += 1
        numbers.groups[there] = numbers.group


def retold(value: Any, numbers: Numbers) -> Any:
    """The event, or a part of one, in the new numbers."""
    if isinstance(value, list):
        return [retold(it, numbers) for it in value]
    if not isinstance(value, Struct):
        return value
    its = {
        name: moved(getattr(value, name), kind, numbers) for name, kind in fields_of(value).items()
    }
    return type(value)(**its)


def fields_of(value: Struct) -> Mapping[str, Is]:
    if type(value) not in FIELDS:
        raise Unnumbered(f"nothing of the kind {type(value).__name__} happens in a session")
    return FIELDS[type(value)]


def moved(value: Any, kind: Is, numbers: Numbers) -> Any:
    if kind == "inside":
        return retold(value, numbers)
    if isinstance(value, list) and kind != "own":
        return [moved(it, kind, numbers) for it in value]
    return None if value is None else MOVES[kind](value, numbers)


def known(value: int, there: Mapping[int, int], what: str) -> int:
    if value not in there:
        raise Unnumbered(f"it points at the {what} {value}, which the session does not have")
    return there[value]


MOVES: Mapping[Is, Callable[[Any, Numbers], Any]] = {
    "own": lambda it, _: it,
    "contribution": lambda it, its: known(it, its.contributions, "contribution"),
    # 0 stands for a group that is not there yet.
    "group": lambda it, its: it and known(it, its.groups, "group"),
    "wanted": lambda it, its: it and its.groups.get(it, NO_GROUP),
    "seq": lambda it, its: known(it, its.seqs, "entry"),
    "upto": lambda it, its: its.upto(it),
    "code": lambda it, its: "",
}

# ── what has been told already ────────────────────────────────────────────────────────────────


def learned(there: Sequence[e.Entry], here: Sequence[e.Entry], numbers: Numbers) -> bool:
    """Whether these entries `here` are those `there` told anew, one for one; `numbers` then know
    how."""
    for one_there, one_here in zip(there, here, strict=True):
        numbers.seqs[one_there.seq] = one_here.seq
        before = list(references(one_there.event))
        after = list(references(one_here.event))
        if [kind for kind, _ in before] != [kind for kind, _ in after]:
            return False
        for (kind, old), (_, new) in zip(before, after, strict=True):
            known_as = numbers.contributions if kind == "contribution" else numbers.groups
            known_as.setdefault(old, new)
        if not is_told(one_there, one_here, numbers):
            return False
    return True


def is_told(there: e.Entry, here: e.Entry, numbers: Numbers) -> bool:
    """Words and authors may have been disposed of since, in either place."""
    same = (there.session, there.at, there.actor) == (here.session, here.at, here.actor)
    return same and retold(there.event, numbers) == here.event


def references(value: Any, kind: Is = "inside") -> Iterator[tuple[Is, int]]:
    """The contributions and groups that an event, or a part of one, points at, in order."""
    if isinstance(value, list):
        for it in value:
            yield from references(it, kind)
    elif isinstance(value, Struct) and kind == "inside":
        for name, its in fields_of(value).items():
            yield from references(getattr(value, name), its)
    elif kind in ("contribution", "group") and value:
        yield kind, value
