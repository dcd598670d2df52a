"""The dialogue after its meetings: an evening and a web window, twelve contributions, two groups.

Whatever may happen to it then: random wishes by people who have not always seen the latest. A move
is (kind, who, n, m, missed); `missed` is how many entries of the log the page had not been shown.
"""

import contextlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace as replaced
from random import Random

from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain.state import Person
from dialog.domain.work_state import Place, Work
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import Refused
from tests.domain.evenings import marker, pick, suggested
from tests.domain.meeting import (
    DIALOGUE,
    Meeting,
    ada,
    archivist,
    bo,
    chair,
    drafter,
    fay,
    office,
    pia,
    session_definition,
    system,
    vice,
    worker,
)

WEB = "window"
kim = Person("participant", WEB, 1)
host = Person("facilitator", WEB)
web_machine = Person("machine", WEB)
web_system = Person("system", WEB)

MATTER = replace(
    DIALOGUE,
    bodies=[
        a.Body("schools", "Barn- och utbildningsnämnden", "committee"),
        a.Body("homes", "Bostadsbolaget", "company"),
        a.Body("region", "Regionen", "authority"),
    ],
    anchors=[a.Anchor("together", "Together"), a.Anchor("brave", "Brave")],
)


def workboard() -> Meeting:
    """Contributions 1 to 12; 5 is hidden, 6 withdrawn, 7 held; 8 from a table of four, 9 across
    the areas; 10 to 12 from the web. Groups 1 (of 1, 2, 3) and 2 (of 10, 11)."""
    it = Meeting(dialogue=MATTER)
    it.do(
        web_system,
        c.OpenSession(WEB, session_definition(id=WEB, channel="web"), "1" * 64, "ABC2346"),
    )
    it.do(web_system, c.JoinSession())
    it.do(ada, c.ChoosePerspective("young"))
    it.go("write")
    for number in range(1, 7):
        it.post([ada, bo][number % 2], f"{marker(number)} said")
    it.do(fay, c.HideContribution(5, "spam"))
    it.do(bo if 6 % 2 else ada, c.WithdrawContribution(6))
    it.do(fay, c.SetModeration("hold-all"))
    it.post(bo, f"{marker(7)} said")
    it.do(fay, c.SetModeration("show-all"))
    it.do(pia, c.PostOnBehalf("write", "keyword", f"{marker(8)} said", "table", "old", people=4))
    it.go("anything")
    it.post(ada, f"{marker(9)} said")
    it.do(host, c.GoToStep("write", None))
    for number in range(10, 13):
        it.do(kim, c.PostContribution("write", 0, "keyword", f"{marker(number)} said"))
    it.suggest(suggested(0, [1, 2, 3], 1))
    run = c.GroupingRun(it.seq, "model", {}, 0)
    it.do(web_machine, c.SuggestGroups("school", run, [suggested(0, [10, 11], 2)]))
    it.work_touched.clear()
    return it


# ── how it stands ─────────────────────────────────────────────────────────────────────────────

BOOKKEEPING = frozenset(
    ("gone", "last_theme", "suggested_to", "stamps", "changed", "parts", "changes", "log")
) | {"undoing", "line", "last_ids", "gone_bodies"}


def standing(work: Work) -> dict[str, object]:
    """All that undoing must bring back."""
    found = {name: getattr(work, name) for name in Work.__slots__ if name not in BOOKKEEPING}
    found["places"] = {n: place for n, place in work.places.items() if place != Place()}
    found["goals"] = {n: replaced(it, rev=0) for n, it in work.goals.items() if not it.dropped}
    return deepcopy(found)


# ── whatever may happen ───────────────────────────────────────────────────────────────────────

Move = tuple[str, int, int, int, int]
Play = Callable[[Meeting, int, int, int], c.Command]

STAFF = [chair, vice, office, drafter, archivist]
AREAS = [None, "school", "centre", "moon"]
TITLES = ["Safety", "Benches", "  A   long walk ", "", "x" * 81]
DISPOSITIONS = [
    None,
    wc.Disposition("programme"),
    wc.Disposition("goal"),
    wc.Disposition("internal-goal", internal="employer"),
    wc.Disposition("internal-goal"),
    wc.Disposition("handover", recipient="schools"),
    wc.Disposition("handover", recipient="region"),
    wc.Disposition("other-authority", recipient="region"),
    wc.Disposition("parked"),
    wc.Disposition("goal", goal=1),
]


def some(evening: Meeting, n: int, m: int) -> list[int]:
    """A few contributions; one that there is none of now and then."""
    there = evening.dialogue.contributions
    return [pick(there, n), pick(there, m), pick(there, n + m)][: 1 + m % 3]


def theme(evening: Meeting, n: int) -> int:
    return pick(evening.dialogue.work.themes, n)


def suggest(evening: Meeting, n: int, m: int) -> c.Command:
    its = [wc.ThemeSuggestion(it, theme(evening, m), n / 15, [1, 99]) for it in some(evening, n, m)]
    if m % 4 == 0:
        its = [wc.ThemeSuggestion(it.contribution, None) for it in its]
    return wc.SuggestThemes(evening.seq, "model", its)


def undecided(evening: Meeting) -> list[int]:
    work = evening.dialogue.work
    return [n for n in evening.dialogue.contributions if work.disposition_of(n) is None]


def undo(evening: Meeting, n: int, m: int) -> c.Command:
    changes = evening.dialogue.work.changes
    return c.Undo(changes[-1 - n % len(changes)].change.seq if changes else m)


BOARD: dict[str, Play] = {
    "make": lambda it, n, m: wc.MakeTheme(AREAS[m % 3], TITLES[n % 5], some(it, n, m)),
    "confirm": lambda it, n, m: wc.MakeTheme("school", "Ours", [1, 2, pick([3, 10], n)], [m % 3]),
    "place": lambda it, n, m: wc.PlaceInTheme(some(it, n, m), theme(it, m)),
    "alone": lambda it, n, m: wc.PlaceInTheme(some(it, n, m), None),
    "merge": lambda it, n, m: wc.MergeThemes([theme(it, n), theme(it, n + m)], theme(it, m)),
    "dissolve": lambda it, n, m: wc.DissolveTheme(theme(it, n)),
    "name": lambda it, n, m: wc.NameTheme(theme(it, n), TITLES[m % 5]),
    "note": lambda it, n, m: wc.NoteTheme(theme(it, n), ["", "Ask them", "See § 4"][m % 3]),
    "move": lambda it, n, m: wc.MoveTheme(theme(it, n), AREAS[m % 4]),
    "lock": lambda it, n, m: wc.LockTheme(theme(it, n), m % 2 == 0, m % 3 == 0, m % 5 == 0),
    "unlock": lambda it, n, m: wc.LockTheme(theme(it, n), False, False, False),
    "carry": lambda it, n, m: wc.CarryTheme(theme(it, n), ["", "topic", "keyword"][m % 3]),
    "link": lambda it, n, m: wc.LinkTheme(theme(it, n), 1 + m, [None, "primary"][n % 2]),
    "anchor": lambda it, n, m: wc.AnchorTheme(theme(it, n), ["together", "no"][m % 2], n < 9),
    "refer": lambda it, n, m: wc.ReferContribution(
        pick(it.dialogue.contributions, n), theme(it, m), n < 11
    ),
    "dispose": lambda it, n, m: wc.SetDisposition(
        [theme(it, m)] if n % 3 else [],
        some(it, n, m) if n % 2 else [],
        DISPOSITIONS[m % 10],
        why=["", "Because"][n % 2],
    ),
    "draft": lambda it, n, m: wc.DraftGoal("school", "Be safe"),
    "drop": lambda it, n, m: wc.DropGoal(pick(it.dialogue.work.goals, n)),
    "cite": lambda it, n, m: wc.CiteInGoal(
        pick(it.dialogue.work.goals, n), [theme(it, m)], some(it, n, m)[: n % 2], n < 12
    ),
    "body": lambda it, n, m: wc.AddBody(f"Body {n}", "committee"),
    "rest": lambda it, n, m: wc.RestToProgramme(undecided(it)[m // 14 :] or [1]),
    "deal": lambda it, n, m: wc.DealOut(1 + n % 4),
    "read": lambda it, n, m: wc.MarkRead(
        pick(it.dialogue.contributions, n),
        1 + m % 3,
        [None, "fits", "fits", "move", "note"][m % 5],
        ["", "Look again"][n % 2],
    ),
}
"""What the presidium may do and undo."""

IN_THE_MEETING: dict[str, tuple[Person, Play]] = {
    "hide": (
        fay,
        lambda it, n, m: c.HideContribution(pick(it.session.contributions, n), "spam"),
    ),
    "restore": (fay, lambda it, n, m: c.RestoreContribution(pick(it.session.hidden, n))),
    "post": (ada, lambda it, n, m: c.PostContribution("anything", 0, "keyword", "new said")),
    "go": (
        fay,
        lambda it, n, m: c.GoToStep(["dots", "anything"][n % 2], it.session.step),
    ),
    "dot": (bo, lambda it, n, m: c.PlaceDot(pick(it.session.contributions, n))),
    "join": (system, lambda it, n, m: c.JoinSession()),
    "release": (fay, lambda it, n, m: c.ReleaseContributions([7])),
    "suggest-groups": (
        web_machine,
        lambda it, n, m: c.SuggestGroups(
            "school", c.GroupingRun(it.seq, "model", {}, 0), [suggested(0, [12, 11, 10], 1)]
        ),
    ),
    "ungroup": (
        pia,
        lambda it, n, m: c.PlaceContributions(
            [pick(it.session.contributions, n)], [None, 0][m % 2]
        ),
    ),
}
"""What may go on at the same time."""

KINDS = [*BOARD, *["make", "place", "merge", "dispose"] * 2, "draft", "cite"]
EVERYTHING = [*KINDS, *["undo"] * 4, *["suggest"] * 2, *IN_THE_MEETING]


MISSED = [0, 0, 0, 0, 0, 1, 3, 8, 200]
"""Entries that somebody has not seen when asking."""


def moves_of(kinds: list[str]) -> st.SearchStrategy[Move]:
    numbers = st.integers(0, 15)
    missed = st.sampled_from(MISSED)
    return st.tuples(st.sampled_from(kinds), st.integers(0, 6), numbers, numbers, missed)


def lists_of(kinds: list[str]) -> st.SearchStrategy[list[Move]]:
    return st.integers(0, 40).flatmap(lambda n: st.lists(moves_of(kinds), min_size=n, max_size=n))


def long_work(lot: Random) -> list[Move]:
    """So long that nearly everything is done in it: hypothesis prefers the short and the simple."""
    kinds = [*[*BOARD] * 2, *["undo"] * 3, "suggest", *IN_THE_MEETING]
    return [
        (
            lot.choice(kinds),
            lot.randrange(7),
            lot.randrange(16),
            lot.randrange(16),
            lot.choice(MISSED),
        )
        for _ in range(300)
    ]


moves = lists_of(EVERYTHING)
board_moves = lists_of(KINDS)


def asked(evening: Meeting, move: Move) -> tuple[Person, c.Command]:
    kind, who, n, m, missed = move
    if kind in IN_THE_MEETING:
        person, play = IN_THE_MEETING[kind]
        return person, play(evening, n, m)
    if kind == "suggest":
        return worker, suggest(evening, n, m)
    person = [*STAFF, chair, vice][who]
    if kind == "undo":
        return person, undo(evening, n, m)
    command = BOARD[kind](evening, n, m)
    assert isinstance(command, wc.WorkCommand)
    return person, replace(command, seen=max(0, evening.seq - missed))


def play(evening: Meeting, move: Move) -> bool:
    """Whether it was granted."""
    evening.now += 1000
    with contextlib.suppress(Refused):
        evening.do(*asked(evening, move))
        return True
    return False
