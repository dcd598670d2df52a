"""At the end: every contribution, and every change since the machine's grouping."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from dialog.domain.findings.model import ContributionFacts
from dialog.protocol.work_records import WorkChange
from dialog.reports.documents.chapters.done import channel_name, language_name
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell, Heading, Paragraph, Run, Source
from dialog.reports.wording import sentence


def all_sources(m: Manuscript) -> list[Source]:
    """Every contribution in scope, in the order it came: number, words, area, kind, what becomes
    of it. Those that are not visible are there too, without their words.
    """
    its = sorted(m.findings.contributions.values(), key=lambda it: it.contribution)
    return [source(m, it) for it in its]


def source(m: Manuscript, it: ContributionFacts) -> Source:
    if it.standing != "visible" or not it.text:
        return Source(it.contribution, unseen(m, it), m.say.lang, about(m, it))
    return Source(it.contribution, it.text, it.language, about(m, it), m.beside(it))


def unseen(m: Manuscript, it: ContributionFacts) -> str:
    reason = m.say.catalogued(f"reason.{it.reason}") if it.reason else ""
    key = "text_left_out" if it.standing == "visible" else f"standing.{it.standing}"
    return m.say(key) + (f" {m.say('column.reason')}: {sentence(reason)}" if reason else "")


def about(m: Manuscript, it: ContributionFacts) -> str:
    """Area, kind, topic or theme, target group, what becomes of it: as one line."""
    say = m.say
    numbers = {it.theme: it.number for area in m.findings.areas for it in area.themes}
    parts = [say.short_area(it.area), say.kind(it.kind)]
    if it.target_group:
        parts.append(say.target_group(it.target_group))
    if it.theme in numbers:
        parts.append(say("source.theme", number=numbers[it.theme]))
    if it.people > 1:
        parts.append(say("source.people", n=it.people))
    if m.findings.scope.edition == "internal":
        parts += counted_by(m, it)
    parts.append(
        say.disposition(it.disposition.kind, it.disposition.recipient)
        if it.disposition
        else say("disposition.undecided")
    )
    if it.disposition_reason:
        parts.append(f"{say('column.reason')}: {it.disposition_reason}")
    return " · ".join(parts)


def counted_by(m: Manuscript, it: ContributionFacts) -> list[str]:
    """What else the document counts contributions by: a reader can count them again."""
    say = m.say
    topics = {its.topic: its.text for area in m.findings.areas for its in area.topics}
    sessions = m.findings.sessions
    parts = {
        "topic": say.text(topics[it.topic]) if it.topic in topics else "",
        "channel": channel_name(m, it.channel),
        "language": "" if it.language == say.lang else language_name(m, it.language),
        "session": say.session(it.session) if len(sessions) > 1 else "",
    }
    read = [say("source.read")] if it.read else []
    return [say(f"source.{name}", name=words) for name, words in parts.items() if words] + read


WORK_ON_CONTRIBUTIONS = re.compile(r"(theme|placed|referred|unreferred|contributions|both|read)")
"""How the words of such changes in the log begin."""


def change_log(m: Manuscript, title: str, only: re.Pattern[str] | None = None) -> None:
    """From the machine's grouping to this, a line a change, after the sources. `only`: those whose
    words begin so.
    """
    say = m.say
    changes = [it for it in m.findings.changes if only is None or only.match(it.words)]
    m.closing.append(Heading(title))
    m.closing.append(Paragraph([Run(say("log.about"))]))
    before = len(m.blocks)
    room_groups(m)
    if changes:
        columns = [say(f"column.{name}") for name in ("when", "who", "change", "reason")]
        m.table(
            say("log.caption"),
            columns,
            [change_row(m, it) for it in changes],
            widths=[2.6, 2.6, 7, 4],
            small=True,
        )
    else:
        m.paragraph(say("log.none"))
    m.closing += m.blocks[before:]
    del m.blocks[before:]


def room_groups(m: Manuscript) -> None:
    """Where the groups that the room saw at the end are now."""
    say = m.say
    if not m.findings.hall_groups:
        return
    themes = {it.theme: it for area in m.findings.areas for it in area.themes}
    rows = []
    for group in m.findings.hall_groups:
        its = group["contributions"]
        assert isinstance(its, list)
        found = (m.findings.contributions.get(n) for n in its)
        now = Counter(it.theme for it in found if it is not None)
        places = [
            f"{themes[theme].number} {themes[theme].title} ({n})"
            if theme in themes
            else say("log.in_none", n=n)
            for theme, n in now.most_common()
        ]
        title = str(group["title"] or say("log.no_title"))
        rows.append([Cell(title), number_cell(say.number(len(its))), Cell("; ".join(places))])
    columns = [say(f"column.{name}") for name in ("group", "posts", "now_in")]
    m.table(say("log.room"), columns, rows, widths=[6, 1.6, 8.4], small=True)


def change_row(m: Manuscript, it: WorkChange) -> list[Cell]:
    words = change_words(m, it)
    return [
        Cell(m.say.minute(it.at)),
        Cell(actor(m, it.actor)),
        Cell(m.say("log.undone", change=words) if it.by_undo else words),
        Cell(it.why),
    ]


def change_words(m: Manuscript, it: WorkChange) -> str:
    """The catalogue's sentence, ids in it turned to names."""
    key = f"work.{it.words}"
    if not m.say.has(key):
        return m.say("log.other")
    return m.say.catalogued(key, **named(m, it.params))


def named(m: Manuscript, params: Mapping[str, str | int | bool | None]) -> dict[str, object]:
    """Rules name areas, bodies and other things by their ids; a name passes as it is."""
    say = m.say
    names: dict[str, Callable[[str], str]] = {
        "area": say.area,
        "was_area": say.area,
        "body": say.body,
        "recipient": say.body,
        "into": lambda it: theme_title(m, it),
        "disposition": lambda it: disposed(m, params),
    }
    found: dict[str, object] = {}
    for name, value in params.items():
        if value is None and "area" not in name:
            found[name] = say("nothing")
        else:
            found[name] = names[name](str(value)) if name in names else value
    return found


def disposed(m: Manuscript, params: Mapping[str, str | int | bool | None]) -> str:
    recipient = params.get("recipient")
    return m.say.disposition(str(params["disposition"]), str(recipient) if recipient else None)


def theme_title(m: Manuscript, theme: str) -> str:
    its = (it for area in m.findings.areas for it in area.themes)
    return next((it.title for it in its if str(it.theme) == theme), theme)


def actor(m: Manuscript, role: str) -> str:
    key = f"actor.{role}"
    return m.say(key) if m.say.has(f"doc.{key}") else role
