"""Drafts of goal formulations on paper: what they rest on, the frames, the directives."""

from collections.abc import Iterable

from dialog.protocol.agenda import GLOBAL_GOALS
from dialog.protocol.work_records import GoalDraft
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell, Run
from dialog.reports.wording import COLOURS, listed

FIELDS = ("movement_from", "movement_to", "resources", "maintenance", "effect", "horizon")


def in_area(m: Manuscript, area: str | None) -> list[GoalDraft]:
    return [it for it in m.findings.goals if it.area == area]


def number(m: Manuscript, goal: GoalDraft) -> str:
    """`M1.2`: the second draft of the first goal area."""
    place = in_area(m, goal.area).index(goal) + 1
    return f"M{m.say.area_number(goal.area)}.{place}"


def title(m: Manuscript, goal: GoalDraft) -> str:
    key = "goal.heading.proposed" if m.kind == "council" else "goal.heading"
    return m.say(key, number=number(m, goal))


def evidence(m: Manuscript, goal: GoalDraft) -> list[int]:
    """The contributions that the draft cites, itself or through themes."""
    themes = {it.theme: it.sources for area in m.findings.areas for it in area.themes}
    found = [*goal.contributions, *(n for theme in goal.themes for n in themes.get(theme, []))]
    return sorted({n for n in found if n in m.findings.contributions})


def draft(m: Manuscript, goal: GoalDraft, frames: bool = True) -> None:
    """The draft and all that people have said about it; an empty field is shown as not filled."""
    say = m.say
    if m.kind != "council":
        m.part(title(m, goal))
    m.runs([Run(goal.text or say("goal.no_text"), bold=True)], evidence(m, goal))
    if not evidence(m, goal):
        m.note(say("goal.no_evidence"))
    rows = [
        [Cell(say(f"goal.{field}")), Cell(getattr(goal, field) or say("goal.not_filled"))]
        for field in FIELDS
    ]
    rows += [
        [Cell(say("goal.anchors")), Cell(anchors_of(m, goal) or say("goal.not_filled"))],
        [Cell(say("goal.affected")), Cell(affected(m, goal) or say("goal.not_filled"))],
        [Cell(say("goal.global_goals")), Cell(goals_of(m, goal) or say("goal.not_filled"))],
        [Cell(say("goal.themes")), Cell(themes_of(m, goal) or say("goal.not_filled"))],
    ]
    m.table(
        say("goal.caption", number=number(m, goal)),
        [say("column.question"), say("column.answer")],
        rows,
        widths=[5, 11],
    )
    directives(m, goal)
    if frames:
        frames_sheet(m, goal)


def too_many(m: Manuscript) -> None:
    """Said where there are more goals than was meant; nobody is stopped by it (F4)."""
    n, most = len(m.findings.goals), m.definition.most_goals
    if n > most:
        m.caution(m.say("goal.many", n=n, most=most))


def downstream(m: Manuscript) -> None:
    """How many goals committees and companies hang under each overall goal, and who has none yet
    though a directive went to them (S-27, S-33).
    """
    say = m.say
    rows = []
    for goal in m.findings.goals:
        own = {it.body for it in goal.committee_goals}
        waiting = {it.body for it in goal.directives} - own
        rows.append(
            [
                Cell(number(m, goal)),
                Cell(goal.text or say("goal.no_text")),
                Cell(say.number(len(goal.committee_goals)), align="end"),
                Cell(", ".join(map(say.body, sorted(own))) or "–"),
                Cell(", ".join(map(say.body, sorted(waiting))) or "–"),
            ]
        )
    if rows:
        names = ("number", "goal", "committee_goals", "have_goals", "have_none")
        columns = [say(f"column.{name}") for name in names]
        m.table(say("goal.downstream"), columns, rows, widths=[1.3, 6, 1.7, 3.5, 3.5])


def anchors_of(m: Manuscript, goal: GoalDraft) -> str:
    texts = {it.id: it.text for it in m.definition.anchors}
    return "; ".join(texts.get(it, it) for it in goal.anchors)


def affected(m: Manuscript, goal: GoalDraft) -> str:
    return ", ".join(map(m.say.target_group, goal.target_groups))


def goals_of(m: Manuscript, goal: GoalDraft) -> str:
    partial = f" ({m.say('strength.partial')})"
    return ", ".join(
        m.say.goal(it.goal) + (partial if it.strength == "partial" else "") for it in goal.linked
    )


def themes_of(m: Manuscript, goal: GoalDraft) -> str:
    its = {it.theme: it for area in m.findings.areas for it in area.themes}
    return ", ".join(f"{its[it].number} {its[it].title}" for it in goal.themes if it in its)


def directives(m: Manuscript, goal: GoalDraft) -> None:
    say = m.say
    if not goal.directives:
        m.note(say("goal.no_directives"))
        return
    rows = [[Cell(say.body(it.body)), Cell(it.text)] for it in goal.directives]
    m.table(
        say("goal.directives.caption", number=number(m, goal)),
        [say("column.recipient"), say("column.directive")],
        rows,
        widths=[5, 11],
    )


def frames_sheet(m: Manuscript, goal: GoalDraft | None, about: str = "") -> None:
    """Each frame, the question and people's answer; empty boxes where there is no draft."""
    say = m.say
    replies = {it.frame: it for it in goal.frames} if goal else {}
    rows = [
        [
            Cell(it.id),
            Cell(it.quote),
            Cell(it.check),
            Cell(answer(m, replies[it.id].answer) if it.id in replies else unanswered(m, goal)),
            Cell(replies[it.id].comment if it.id in replies else ""),
        ]
        for it in m.definition.frames
    ]
    if not rows:
        m.paragraph(say("frames.none"))
        return
    caption = (
        say("frames.caption", number=number(m, goal)) if goal else say("frames.empty", area=about)
    )
    columns = [say(f"column.{name}") for name in ("frame", "quote", "check", "answer", "comment")]
    m.table(caption, columns, rows, widths=[1.1, 5, 4.5, 2, 3.4], small=True)


def answer(m: Manuscript, given: str) -> str:
    return m.say(f"answer.{given}")


def unanswered(m: Manuscript, goal: GoalDraft | None) -> str:
    return m.say("answer.not-assessed") if goal else m.say("answer.choices")


def empty_draft(m: Manuscript, area: str | None) -> None:
    """A sheet to write on, where nobody has drafted anything yet."""
    say = m.say
    m.paragraph(say("goal.none"))
    labels = ["text", *FIELDS, "anchors", "affected", "global_goals", "themes"]
    m.table(
        say("goal.empty", area=say.area(area)),
        [say("column.question"), say("column.write_here")],
        [
            [Cell(say(f"goal.{label}")), Cell("\n\n\n" if label == "text" else "\n")]
            for label in labels
        ],
        widths=[5, 11],
    )


def previous(m: Manuscript) -> None:
    """Each goal of the term before: kept, merged or dropped, and why."""
    say = m.say
    if not m.definition.previous_goals:
        m.paragraph(say("previous.none"))
        return
    settled = {it.previous: it for it in m.findings.previous}
    drafts = {it.goal: it for it in m.findings.goals}
    rows = []
    for it in m.definition.previous_goals:
        found = settled.get(it.id)
        into = drafts.get(found.goal) if found and found.goal else None
        rows.append(
            [
                Cell(it.text),
                Cell(say(f"fate.{found.fate}") if found else say("fate.open")),
                Cell(number(m, into) if into else "–"),
                Cell(found.reason if found else ""),
            ]
        )
    columns = [say(f"column.{name}") for name in ("previous", "fate", "goal", "reason")]
    m.table(say("previous.caption"), columns, rows, widths=[6.5, 3, 1.8, 4.7])


def global_goals_matrix(m: Manuscript, its: Iterable[GoalDraft]) -> None:
    """All 17 × the proposed goals."""
    say, goals = m.say, list(its)
    rows = []
    for n in GLOBAL_GOALS:
        links = [{it.goal: it.strength for it in goal.linked}.get(n) for goal in goals]
        rows.append(
            [
                Cell(say.goal(n), bar=COLOURS[n - 1]),
                *(Cell(say(f"strength.{it}") if it else "–") for it in links),
            ]
        )
    m.table(
        say("goal.matrix"),
        [say("column.global_goal"), *(number(m, it) for it in goals)],
        rows,
        widths=[6, *[1.4] * len(goals)],
        small=True,
    )
    silent = [
        say.goal(n) for n in GLOBAL_GOALS if not any(n == it.goal for g in goals for it in g.linked)
    ]
    if silent:
        m.paragraph(say("goal.matrix_gaps", goals=listed(silent, say("and"))))
