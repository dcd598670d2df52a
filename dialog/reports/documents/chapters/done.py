"""What was done: purpose, mandate, sessions, what came in and from whom."""

from collections.abc import Iterable

from dialog import locales
from dialog.domain.findings.model import TargetGroupFacts
from dialog.protocol.agenda import COMMITTEES, FEWEST_PEOPLE, UNDISCLOSED
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell
from dialog.reports.wording import listed, sentence

KINDS = ("keyword", "question", "meaning")


def decided_before(m: Manuscript) -> None:
    """The decisions that the dialogue rests on: the process's stages that are prior documents."""
    its = [it for it in m.findings.process.stages if it.document]
    items = [f"{m.say.body(it.body)} {it.date}: {m.say.text(it.name)}" for it in its]
    if items:
        m.paragraph(m.say("background.decided"))
        m.bullets(items)


def purposes(m: Manuscript) -> None:
    for it in m.say.sessions():
        label = m.say("background.purpose")
        if len(m.say.sessions()) > 1:
            label = f"{label}, {m.say.text(it.title)}"
        m.labelled(label, m.say.text(it.purpose))
        if it.question:
            m.labelled(m.say("background.question"), m.say.text(it.question))


def mandate(m: Manuscript) -> None:
    """Who leads, who decides (S-03), and for how long the goals are meant to last (S-09)."""
    m.paragraph(m.say("background.mandate"))
    horizon(m)


def horizon(m: Manuscript) -> None:
    if m.definition.horizon:
        m.labelled(m.say("background.horizon"), m.definition.horizon)


def influence(m: Manuscript) -> None:
    """What could be influenced and what was decided beforehand, as people were told."""
    for it in m.say.sessions():
        level = m.say.catalogued(f"level.{it.level}")
        m.labelled(m.say("background.level"), f"{level} ({m.say.text(it.title)})")
        for key, texts in (("can", it.can_influence), ("decided_already", it.decided)):
            if texts:
                m.paragraph(m.say(f"background.{key}"))
                m.bullets([m.say.text(text) for text in texts])


def carried_out(m: Manuscript) -> None:
    """Time, place, form, people, contributions, for each session."""
    say = m.say
    rows = [
        [
            Cell(say.text(it.title)),
            Cell(it.date or say("not_stated")),
            Cell(say.text(it.place) or say("not_stated")),
            Cell(say.catalogued(f"session_type.{it.type}")),
            number_cell(say.people(it.people, it.behind)),
            number_cell(say.number(it.contributions)),
        ]
        for it in say.sessions()
    ]
    columns = ("session", "date", "place", "form", "people", "contributions")
    m.table(
        say("carried_out.caption"),
        [say(f"column.{name}") for name in columns],
        rows,
        widths=[4, 2, 2.6, 2.6, 1.7, 1.5],
        small=True,
    )
    counts(m)


def counts(m: Manuscript) -> None:
    """What came in, and in which kinds and ways."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(
        say(
            "numbers.received",
            n=numbers.received,
            visible=numbers.visible,
            held=numbers.held,
            hidden=numbers.hidden,
            withdrawn=numbers.withdrawn,
        )
    )
    m.paragraph(say("numbers.people", n=numbers.people))
    if numbers.behind:
        m.paragraph(say("numbers.behind", n=numbers.behind))
    kinds = [f"{say.kind(kind)} {numbers.by_kind.get(kind, 0)}" for kind in KINDS]
    m.labelled(say("numbers.kinds"), ", ".join(kinds))
    channels = [f"{channel_name(m, it)} {n}" for it, n in sorted(numbers.by_channel.items())]
    if channels:
        m.labelled(say("numbers.channels"), ", ".join(channels))
    languages = sorted(numbers.by_language.items(), key=lambda it: (-it[1], it[0]))
    if languages:
        its = [f"{language_name(m, it)} {n}" for it, n in languages]
        m.labelled(say("numbers.languages"), ", ".join(its))


def channel_name(m: Manuscript, channel: str) -> str:
    key = f"channel.{channel}"
    return m.say.catalogued(key) if m.say.has(key) else m.say(key)


def language_name(m: Manuscript, language: str) -> str:
    key = f"language.{language}"
    if m.say.has(f"doc.{key}"):
        return m.say(key)
    return locales.name_of(language, m.say.lang) or m.say("language.unknown")


def participants(m: Manuscript) -> None:
    """Plan and outcome of each target group; those who are not residents apart."""
    say = m.say
    told = any(it.contributions is not None for it in m.findings.target_groups)
    names = ("target_group", "planned", "people", *(["posts"] if told else []))
    for resident in (True, False):
        its = [it for it in m.findings.target_groups if it.resident is resident]
        rows = [
            [
                Cell(say.target_group(it.id)),
                number_cell(say.number(it.expected) if it.expected else say("not_planned")),
                number_cell(say.people(it.people, it.behind)),
                *([number_cell(say.number(it.contributions))] if told else []),
            ]
            for it in its
        ]
        if rows:
            m.table(
                say("participants.residents" if resident else others(its)),
                [say(f"column.{name}") for name in names],
                rows,
                widths=[7, *[2.5] * (len(names) - 1)],
            )
    absent = [
        say.target_group(it.id)
        for it in m.findings.target_groups
        if it.contributions == 0 and it.id != UNDISCLOSED
    ]
    if absent:
        m.paragraph(sentence(say("participants.absent", groups=listed(absent, say("and")))))
    if m.findings.scope.edition == "public":
        m.note(say("small_cells", fewest=FEWEST_PEOPLE))


def others(its: Iterable[TargetGroupFacts]) -> str:
    """What those who are counted apart are called, as a key."""
    spoken = any(it.id == COMMITTEES for it in its)
    return "participants.others_and_committees" if spoken else "participants.others"


def representation(m: Manuscript, session: str = "") -> None:
    m.caution(m.say("representation.not_statistics"))
    m.paragraph(m.say("representation.self_selected"))
    m.written("representation", session)
