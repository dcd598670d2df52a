"""How it was done, what was decided, what it rests on and whom it is sent to."""

from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell
from dialog.reports.wording import listed, sentence


def ending(m: Manuscript) -> None:
    """How it came about, what it rests on and who is sent it."""
    m.chapter(m.say("chapter.method"))
    method(m)
    m.section(m.say("chapter.moderation"))
    moderation(m)
    decision_basis(m)
    dispatch(m)


def method(m: Manuscript) -> None:
    """How contributions were collected, grouped and reviewed; what is a machine's suggestion."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(say("method.collected"))
    m.paragraph(say("method.grouped"))
    m.paragraph(say("method.runs_kept") if m.findings.runs else say("method.no_runs"))
    m.paragraph(say("method.people_decide"))
    m.paragraph(
        say(
            "method.read",
            n=numbers.read,
            received=numbers.received,
            share=say.percent(numbers.read, numbers.received),
        )
    )
    m.paragraph(say("method.in_themes", n=numbers.in_themes, single=numbers.single))
    m.paragraph(say("method.links"))
    m.paragraph(say("representation.not_statistics"))
    m.paragraph(say("method.reproducible" if m.whole else "method.cited"))


def runs(m: Manuscript) -> None:
    """The machine's runs, as they can be made anew."""
    its = m.findings.runs
    if not its:
        return
    rows = [
        [
            Cell(m.say.session(str(it.get("session", "")))),
            Cell(m.say.short_area(str(it["area"]) if it.get("area") else None)),
            Cell(str(it.get("model", ""))),
            Cell(other_parameters(it)),
        ]
        for it in its
    ]
    columns = [m.say(f"column.{name}") for name in ("session", "area", "model", "parameters")]
    m.table(m.say("method.runs"), columns, rows, widths=[4, 2.6, 3.4, 6], small=True)


def other_parameters(run: dict[str, str | int | float]) -> str:
    named = ("session", "area", "model")
    return ", ".join(f"{key} = {value}" for key, value in run.items() if key not in named)


def moderation(m: Manuscript) -> None:
    """How many have been hidden, and why; all reasons that there are."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(say("moderation.about", n=numbers.hidden, held=numbers.held))
    if numbers.moderation:
        rows = [
            [Cell(say.catalogued(f"reason.{reason}")), number_cell(say.number(n))]
            for reason, n in sorted(numbers.moderation.items(), key=lambda it: (-it[1], it[0]))
        ]
        m.table(
            say("moderation.caption"),
            [say("column.reason"), say("column.posts")],
            rows,
            widths=[11, 3],
        )
    if numbers.withdrawn:
        m.paragraph(say("moderation.withdrawn", n=numbers.withdrawn))


def decided(m: Manuscript) -> None:
    """The sums of dispositions, which add up to all that came in."""
    say, found = m.say, m.findings.decided
    kinds = (
        *("goal", "programme", "internal-goal", "handover"),
        *("other-authority", "parked"),
    )
    rows = [
        [Cell(say(f"disposition.{kind}")), number_cell(say.number(found.by_kind.get(kind, 0)))]
        for kind in kinds
    ]
    rows.append([Cell(say("disposition.undecided")), number_cell(say.number(found.undecided))])
    total = found.undecided + sum(found.by_kind.values())
    rows.append(
        [
            Cell(say("total"), bold=True),
            Cell(say.number(total), bold=True, align="end"),
        ]
    )
    m.table(
        say("decided.caption"),
        [say("column.disposition"), say("column.posts")],
        rows,
        widths=[11, 3],
    )


def next_steps(m: Manuscript, session: str = "") -> None:
    """What the plan says, and what people have written about it."""
    next_stages(m)
    m.written("next_steps", session)


def next_stages(m: Manuscript) -> None:
    """Who does what and when: the process's stages to come, and what has been commissioned."""
    say, process = m.say, m.findings.process
    current = next((n for n, it in enumerate(process.stages) if it.current), -1)
    to_come = [it for n, it in enumerate(process.stages) if n > current and not it.document]
    if to_come:
        rows = [
            [Cell(say.text(it.name)), Cell(say.body(it.body)), Cell(it.date or say("not_stated"))]
            for it in to_come
        ]
        columns = [say(f"column.{name}") for name in ("what", "who", "when")]
        m.table(say("next.caption"), columns, rows, widths=[8, 5, 3.5])
    its = [it for it in process.commissions if not it.done]
    if its:
        m.paragraph(say("next.commissions"))
        m.bullets(
            [say("next.commission", body=say.body(it.body), text=it.text, due=it.due) for it in its]
        )


def decision_basis(m: Manuscript) -> None:
    """The documents that a decision rests on, each with its date (S-30): earlier decisions, frozen
    versions, and what people have listed besides, a line each.
    """
    say = m.say
    items = [
        f"{say.body(it.body)} {it.date}: {say.text(it.name)}"
        for it in m.findings.process.stages
        if it.document
    ]
    items += [
        say("basis.version", version=it.version, of=say(f"of.{it.of}"), date=say.day(it.at))
        for it in m.findings.process.versions
        if it.version != m.findings.version and it.at <= m.findings.at
    ]
    items += [line.strip() for line in m.text_of("basis").splitlines() if line.strip()]
    m.chapter(say("chapter.decision_basis"))
    if items:
        m.bullets(items)
    else:
        m.paragraph(say("basis.none"))


def dispatch(m: Manuscript) -> None:
    """Whom it is sent to, as recorded (S-29)."""
    say = m.say
    m.chapter(say("chapter.dispatch"))
    its = [
        it
        for it in m.findings.process.dispatches
        if it.document == m.kind and it.version in (m.findings.version, None)
    ]
    if not its:
        m.paragraph(say("dispatch.none"))
    for it in its:
        bodies = listed((say.body(body) for body in it.recipients), say("and"))
        words = say("dispatch.sent", date=say.minute(it.at), version=it.version, bodies=bodies)
        m.paragraph(words + (f" {sentence(it.how)}" if it.how else ""))
        if it.sha256:
            m.note(f"SHA-256: {it.sha256}")
