"""Whatever may happen in an evening: random wishes by random people, most of them granted.

A move is (kind, who, n, m); what the numbers mean depends on the kind and on what there is, so
that any sequence can be played, does something, and shrinks well.
"""

import contextlib
from collections.abc import Callable, Iterable
from random import Random

from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain.state import AreaGrouping, Person
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol.refusals import Refused
from tests.domain.meeting import (
    DIALOGUE,
    ID,
    STEPS,
    Meeting,
    fay,
    gil,
    group,
    machine,
    meeting,
    mia,
    moa,
    participant,
    pia,
    system,
)

Move = tuple[str, int, int, int]
Start = tuple[str, a.Moderation]
Asked = tuple[Person, c.Command]
Play = Callable[[Meeting, int, int, int], Asked]

PEOPLE = 6
AREAS = [None, "school", "centre"]
GROUPS = [group.id for group in DIALOGUE.target_groups]
REASONS = ["spam", "threat", "insult"]
KINDS = ["keyword", "question", "meaning"]
TOPICS = ["safety", "leisure", None]
MODERATIONS = ["hold-all", "hold-flagged", "show-all"]
STEP_IDS = [step.id for step in STEPS]


def marker(number: int) -> str:
    """A word that only contribution `number` holds."""
    return f"word{number}x"


def words(evening: Meeting, n: int) -> str:
    flagged = " ask ada@example.org" if n % 4 == 3 else ""
    return f"{marker(len(evening.dialogue.contributions) + 1)} said{flagged}"


def pick(among: Iterable[int], n: int) -> int:
    """One of them; a number that may be none of them now and then."""
    there = list(among)
    return there[n % len(there)] if there and n < 14 else n


# ── participants ──────────────────────────────────────────────────────────────────────────────


def act(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """What the current step is about."""
    session, person = evening.session, participant(who)
    match session.current:
        case a.Check() if n % 2:
            return person, c.RespondToGroup(pick(session.groups, m), ["fits", "missing"][m % 2])
        case a.Dots() if n % 4:
            return person, c.PlaceDot(pick(session.contributions, m))
        case a.Dots():
            return person, c.TakeDot(pick(evening.own(person).dots, m))
        case a.Evaluation():
            return person, c.AnswerEvaluation(["heard", "again"][n % 2], m % 3)
        case a.TryOut():
            return person, c.TryItOut()
        case a.Collect() | a.Meanings() | a.Check():
            return write(evening, who, n, m)
    return write_late(evening, who, n, m)


def write(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """In the current step, as it wants it."""
    step = evening.session.current
    kind, topic = KINDS[n % 2], None
    if isinstance(step, a.Meanings | a.Check):
        kind = "meaning"
    if isinstance(step, a.Meanings):
        topic = TOPICS[n % 2]
    id, area = evening.session.step or "write", AREAS[m % 3]
    return participant(who), c.PostContribution(id, 0, kind, words(evening, n), topic, area)


def write_late(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """In a step that has been left, begun some time ago."""
    taking = evening.session.taking
    step = list(taking)[n % len(taking)] if taking else "write"
    begun = taking[step][m % len(taking[step])].start if taking else 0
    topic = TOPICS[m % 2] if step == "means" else None
    kind = "meaning" if step in ("means", "check") else "keyword"
    return participant(who), c.PostContribution(step, begun + m % 3, kind, words(evening, n), topic)


def at_a_table(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """A table's device comes in, writes, or takes away what the table has written."""
    devices = evening.session.tables
    if not devices or n == 0:
        return system, c.JoinSession("table", str(m % 3 + 1))
    number = list(devices)[who % len(devices)]
    host = Person("table-host", ID, number, devices[number])
    if n == 1:
        written = [it.id for it in evening.session.by_table.get(host.table, [])]
        return host, c.WithdrawContribution(pick(written, m))
    _, command = write(evening, who, n, m)
    return host, replace(command, people=m % 7 + 1)


def withdraw(evening: Meeting, who: int, n: int, m: int) -> Asked:
    own = [it.id for it in evening.session.by_participant.get(who, [])]
    return participant(who), c.WithdrawContribution(pick(own, n))


# ── staff ─────────────────────────────────────────────────────────────────────────────────────


def staff(who: int) -> Person:
    return (fay, gil)[who % 2]


def enter(evening: Meeting, who: int, n: int, m: int) -> Asked:
    step, channel = ["write", "anything", "tables"][n % 3], ["paper", "table", "committee"][m % 3]
    text, target_group = words(evening, 0), GROUPS[who % 4]
    if channel == "committee":
        return pia, c.PostOnBehalf(step, KINDS[n % 2], text, channel)
    return pia, c.PostOnBehalf(step, KINDS[n % 2], text, channel, target_group, people=1 + m)


def go(evening: Meeting, who: int, n: int, m: int) -> Asked:
    step = STEP_IDS[(n + 3 * m) % len(STEP_IDS)]
    return staff(who), c.GoToStep(step, evening.session.step)


def release(evening: Meeting, who: int, n: int, m: int) -> Asked:
    held = evening.session.held
    return staff(who), c.ReleaseContributions([pick(held, n), pick(held, m)])


def undo(evening: Meeting, who: int, n: int, m: int) -> Asked:
    changes = evening.session.changes
    return staff(who), c.Undo(changes[-1 - n % len(changes)].change.seq if changes else m)


def moderator(who: int) -> Person:
    return (mia, moa, fay)[who % 3]


def mask(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """All of a contribution's marker, some of it, or nothing any longer."""
    number = pick(evening.session.contributions, n)
    length = len(marker(number))
    spans = [[(0, length)], [(0, 2), (3, 5)], [], [(length - 1, length + 3)]][m % 4]
    return moderator(who), c.MaskContribution(number, spans)


def translate(evening: Meeting, who: int, n: int, m: int) -> Asked:
    number = pick(evening.session.contributions, n)
    it = evening.session.contributions.get(number)
    # Who translates writes what may be read.
    seen = "…" if it is not None and it.masks else marker(number)
    text = ["", f"{seen} sagt", f"{seen} sanottu"][m % 3]
    return (pia, mia, fay)[who % 3], c.TranslateContribution(number, ["fi", "sv"][m % 2], text)


def flip_joining(evening: Meeting, who: int, n: int, m: int) -> Asked:
    return moderator(who), c.SetJoining(not evening.session.joining)


MODERATION: dict[str, Play] = {
    "mask": mask,
    "translate": translate,
    "hide-author": lambda it, who, n, m: (
        moderator(who),
        c.HideAuthor(pick(it.session.contributions, n), REASONS[m % 3]),
    ),
    "trust": lambda it, who, n, m: (
        moderator(who),
        c.TrustAuthor(pick(it.session.contributions, n)),
    ),
    "slow": lambda _, who, n, m: (moderator(who), c.SetSlowMode(n % 4)),
    "joining": flip_joining,
}
"""What those who moderate may change and undo, beside what they share with the facilitator."""

READING: dict[str, Play] = {
    "duty": lambda _, who, n, m: (
        moderator(who),
        c.GoOnDuty(n % 4 > 0, [["sv", "en"], ["sv"], []][m % 3]),
    ),
    "take": lambda _, who, n, m: (
        moderator(who),
        c.TakeSlips(1 + n % 4, [None, True, False][m % 3]),
    ),
    "give-back": lambda it, who, n, m: (
        moderator(who),
        c.GiveBackSlips([pick(it.session.taken, n), pick(it.session.taken, m)]),
    ),
    "wait": lambda it, who, n, m: waited(it, n),
}
"""Who reads what waits. Nobody undoes that: it passes."""


def waited(evening: Meeting, n: int) -> Asked:
    evening.now += 20_000 * n
    return mia, c.TakeSlips(1)


CHANGES: dict[str, Play] = {
    "go": go,
    "timer": lambda _, who, n, m: (staff(who), c.StartTimer(1 + n)),
    "extend": lambda _, who, n, m: (staff(who), c.ExtendTimer(60 * (n - 7))),
    "stop": lambda _, who, n, m: (staff(who), c.StopTimer()),
    "pause": lambda it, who, n, m: (staff(who), c.PauseFeed(not it.session.paused)),
    "blank": lambda it, who, n, m: (staff(who), c.BlankProjector(not it.session.blank)),
    "posting": lambda it, who, n, m: (staff(who), c.SetPosting(not it.session.posting)),
    "moderation": lambda _, who, n, m: (staff(who), c.SetModeration(MODERATIONS[m % 3])),
    "others": lambda it, who, n, m: (staff(who), c.ShowOthers(not it.session.others)),
    "reveal": lambda it, who, n, m: (staff(who), c.RevealDots(not it.session.revealed)),
    "release": release,
    "hide": lambda it, who, n, m: (
        staff(who),
        c.HideContribution(pick(it.session.contributions, n), REASONS[m % 3]),
    ),
    "restore": lambda it, who, n, m: (
        staff(who),
        c.RestoreContribution(pick(it.session.hidden, n)),
    ),
    **MODERATION,
}
"""What staff may change and undo."""


# ── the machine and the house ─────────────────────────────────────────────────────────────────


def suggest(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """Two groups, of what has none yet and of what they must not take."""
    area = AREAS[(n + who) % 3]
    free = [it.id for it in evening.session.in_area(area) if it.group is None]
    standing = pick([0, *evening.session.groups], m)
    first = [*free[: 2 + who % 2], m]
    second = [pick(evening.session.contributions, n), *free[2:4], *free[:1]]
    groups = [suggested(standing, first, who), suggested(0, second, who)]
    run = c.GroupingRun(max(0, evening.seq - n % 3), "model", {"k": m}, 0)
    return machine, c.SuggestGroups(area, run, groups)


def suggested(number: int, members: list[int], who: int) -> c.GroupSuggestion:
    terms = [[c.Span(it, 0, len(marker(it))) for it in members], [c.Span(members[0], 0, 4)]]
    it = group(number, members, *terms)
    it.sure = 0.25 * who
    return it


def adversary(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """Anything at all, well formed."""
    lot = Random(1000 * n + 10 * m + who)
    run = c.GroupingRun(lot.choice([evening.seq, 2**40, -1]), "model", {"most": n}, 0)
    groups = [anything(evening, lot) for _ in range(1 + n % 4)]
    return machine, c.SuggestGroups(lot.choice(AREAS), run, groups)


def anything(evening: Meeting, lot: Random) -> c.GroupSuggestion:
    session = evening.session
    numbers = [*session.contributions, 0, 999]
    some = [lot.choice(numbers) for _ in range(lot.randrange(6))]
    terms = [[c.Span(lot.choice(numbers), lot.randrange(3), 9)] for _ in range(2)]
    return c.GroupSuggestion(
        group=lot.choice([0, 0, *session.groups, *session.gone, 99]),
        joined=[c.Placement(it, lot.random(), some, terms[0]) for it in some],
        typical=some[:2],
        terms=terms,
        sure=lot.choice([0.5, -3.0, float("nan")]),
        goals=[c.GoalHint(lot.randrange(30), terms) for _ in range(4)],
        stressed=[c.Stress(lot.choice([*GROUPS, "nobody"]), terms)],
        kind=lot.choice([None, *KINDS]),
    )


def propose(evening: Meeting, who: int, n: int, m: int) -> Asked:
    """An answer to what was asked, sensible or not."""
    asked = [(a, it) for a, it in evening.session.grouping.items() if it.asked]
    area, grouping = asked[m % len(asked)] if asked else ("", AreaGrouping())
    lot = Random(1000 * n + 10 * m + who)
    run = c.GroupingRun(evening.seq - n % 3, "model", {"most": n}, 0)
    here = [it.id for it in evening.session.in_area(area)]
    lot.shuffle(here)
    numbers = [0, *evening.session.groups]
    cut = [here[i : i + 3] for i in range(0, len(here), 3)]
    groups = [suggested(lot.choice(numbers), some, who) for some in cut]
    if n % 3 == 0:
        groups.append(anything(evening, lot))
    return machine, c.ProposeRegrouping(area or None, grouping.asked_at, run, groups)


def ask(evening: Meeting, who: int, n: int, m: int) -> Asked:
    return staff(who), c.AskRegrouping(AREAS[m % 3], 2 + n if n % 2 else None, n % 4 == 0)


def apply(evening: Meeting, who: int, n: int, m: int) -> Asked:
    ready = [(a, it.proposed_at) for a, it in evening.session.grouping.items() if it.proposal]
    area, seq = ready[m % len(ready)] if ready else ("", n)
    return staff(who), c.ApplyRegrouping(area or None, seq)


def put(evening: Meeting, who: int, n: int, m: int) -> Asked:
    session = evening.session
    some = [pick(session.contributions, n), pick(session.contributions, m)]
    return pia, c.PlaceContributions(some[: 1 + who % 2], pick([0, *session.groups], n + m))


GROUP_EDITS: dict[str, Play] = {
    "put": put,
    "alone": lambda it, who, n, m: (
        staff(who),
        c.PlaceContributions([pick(it.session.contributions, n)], None),
    ),
    "keep-out": lambda it, who, n, m: (
        staff(who),
        c.KeepOut(pick(it.session.contributions, n), pick(it.session.groups, m)),
    ),
    "rename": lambda it, who, n, m: (
        staff(who),
        c.RenameGroup(pick(it.session.groups, m), ["", "Ours", "Theirs"][n % 3]),
    ),
    "lock": lambda it, who, n, m: (
        staff(who),
        c.LockGroup(pick(it.session.groups, m), n % 2 == 0, n % 3 == 0, n % 5 == 0),
    ),
    "goal": lambda it, who, n, m: (
        staff(who),
        c.ConfirmGlobalGoal(pick(it.session.groups, m), 1 + n, who % 3 > 0),
    ),
    "apply": apply,
}
"""What people may say of groups, and undo."""

ALL_CHANGES = [*CHANGES, *GROUP_EDITS]

PLAYS: dict[str, Play] = (
    CHANGES
    | GROUP_EDITS
    | READING
    | {
        "act": act,
        "late": write_late,
        "withdraw": withdraw,
        "table": at_a_table,
        "perspective": lambda _, who, n, m: (participant(who), c.ChoosePerspective(GROUPS[n % 4])),
        "enter": enter,
        "undo": undo,
        "suggest": suggest,
        "adversary": adversary,
        "ask": ask,
        "propose": propose,
        "drop": lambda _, who, n, m: (staff(who), c.DropRegrouping(AREAS[m % 3])),
        "join": lambda _, who, n, m: (system, c.JoinSession()),
        "code": lambda _, who, n, m: (fay, c.ChangeCode(f"CODE{n:03d}")),
        "end": lambda it, who, n, m: (fay, c.EndSession()) if n == 15 else act(it, who, n, m),
    }
)

OFTEN = ["act"] * 16 + ["suggest"] * 4 + ["undo", "hide", "release", "go"] * 2


# ── sequences ─────────────────────────────────────────────────────────────────────────────────


def moves_of(kinds: list[str]) -> st.SearchStrategy[Move]:
    numbers = st.integers(0, 15)
    return st.tuples(st.sampled_from(kinds), st.integers(1, PEOPLE), numbers, numbers)


def lists_of(kinds: list[str]) -> st.SearchStrategy[list[Move]]:
    """Of a drawn length: of its own accord hypothesis seldom draws a long one."""
    return st.integers(0, 60).flatmap(lambda n: st.lists(moves_of(kinds), min_size=n, max_size=n))


moves = lists_of([*PLAYS, *OFTEN])
without_people = lists_of([kind for kind in [*PLAYS, *OFTEN] if kind not in GROUP_EDITS])
"""Nobody but the machine says anything of groups."""
grouping_moves = lists_of(
    [
        *("act", "hide", "restore", "withdraw", "join"),
        *[*GROUP_EDITS, "suggest", "adversary", "undo"] * 2,
        *["ask", "propose", "apply"] * 4,
    ]
)
reading_moves = lists_of(
    [*[*READING, "act"] * 4, "release", "hide", "restore", "withdraw", "hide-author", "undo"]
)
"""Several people read what waits."""
masking_moves = lists_of(["act", *["mask", "translate", "undo"] * 4])
"""What is masked, and what stands beside it in another language, comes and goes."""
STEPS = ["write", "anything", "means", "check", "dots", "targets", "evaluation"]
starts = st.tuples(st.sampled_from(STEPS), st.sampled_from(MODERATIONS))


def long_evening(lot: Random) -> tuple[Start, list[Move]]:
    """So long that nearly everything happens in it: hypothesis prefers the short and the simple."""
    kinds = [*(kind for kind in PLAYS if kind != "end"), *["act"] * 8, *["go"] * 2]
    moves = [
        (lot.choice(kinds), lot.randint(1, PEOPLE), lot.randrange(16), lot.randrange(16))
        for _ in range(300)
    ]
    return (lot.choice(STEPS), lot.choice(MODERATIONS)), moves


def begin(start: Start) -> Meeting:
    """In the middle of an evening: everybody has written, and two contributions are in a group.
    All are young, so that there are enough of them to be compared."""
    step, moderation = start
    evening = meeting("write", people=PEOPLE, moderation="show-all")
    for number in range(1, PEOPLE + 1):
        evening.do(participant(number), c.ChoosePerspective("young"))
        evening.post(participant(number), words(evening, 0))
    evening.suggest(suggested(0, [1, 2], 1))
    if moderation != "show-all":
        evening.do(fay, c.SetModeration(moderation))
    if step != "write":
        evening.go(step)
    if step == "evaluation":
        for number in range(1, PEOPLE + 1):
            evening.do(participant(number), c.AnswerEvaluation("heard", 0))
    return evening


def play(evening: Meeting, move: Move) -> bool:
    """Whether it was granted."""
    kind, *numbers = move
    person, command = PLAYS[kind](evening, *numbers)
    evening.now += 1000
    with contextlib.suppress(Refused):
        evening.do(person, command)
        return True
    return False
