"""One module a kind of document: its title and its chapters, out of findings."""

from collections.abc import Callable
from typing import NamedTuple

from dialog.domain.findings.model import Difference, Edition, Findings
from dialog.protocol.agenda import DialogueDefinition
from dialog.protocol.work_commands import DocumentKind
from dialog.reports.documents import (
    archive,
    board,
    council,
    differences,
    feedback,
    handover,
    ksau,
    programme,
    remiss,
    summary,
)
from dialog.reports.documents.chapters.appendices import all_sources
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Document,
    Fact,
    Letterhead,
    Paragraph,
    Quote,
    Source,
    Table,
)
from dialog.reports.wording import Wording, listed, paragraph_of


class _Kind(NamedTuple):
    """`to`: kinds of bodies that get it. `whole`: all contributions in scope are an appendix.
    `compared`: so is what has changed since the version before.
    """

    title: Callable[[Manuscript], str]
    write: Callable[[Manuscript], None]
    to: tuple[str, ...]
    whole: bool
    edition: Edition = "internal"
    compared: bool = False


KINDS: dict[DocumentKind, _Kind] = {
    "summary": _Kind(summary.title, summary.write, ("executive-board",), True, compared=True),
    "board": _Kind(board.title, board.write, ("executive-board",), True, compared=True),
    "ksau": _Kind(ksau.title, ksau.write, ("working-committee",), True, compared=True),
    "remiss": _Kind(remiss.title, remiss.write, ("committee", "company", "operation"), whole=False),
    "council": _Kind(council.title, council.write, ("council",), False, "public"),
    "programme": _Kind(programme.title, programme.write, ("office",), True),
    "handover": _Kind(handover.title, handover.write, (), False),
    "feedback": _Kind(feedback.title, feedback.write, (), False, "public"),
    "archive": _Kind(archive.title, archive.write, (), True),
}


def edition(kind: DocumentKind) -> Edition:
    """The edition of the findings that the document is to be built from."""
    return KINDS[kind].edition


def is_compared(kind: DocumentKind) -> bool:
    """Whether the document says what has changed since the version before."""
    return KINDS[kind].compared


def build(
    kind: DocumentKind,
    findings: Findings,
    definition: DialogueDefinition,
    letterhead: Letterhead | None = None,
    lang: str = "sv",
    since: Difference | None = None,
) -> Document:
    """The document. The same findings give the same one. `lang`: a language of the catalogue.
    `since`: from the frozen version before to these findings, if there is one; only documents that
    are compared speak of it.

    Findings must be of the kind's edition: a public document takes nothing but public ones.
    """
    its = KINDS[kind]
    if its.edition == "public" and findings.scope.edition != "public":
        raise ValueError(f"{kind} is a public document: it needs the public edition of findings")
    say = Wording(findings, definition, lang)
    m = Manuscript(kind, findings, definition, say, its.whole)
    its.write(m)
    if since is not None and its.compared:
        differences.appendix(m, since)
    return Document(
        title=its.title(m),
        kind=say(f"kind.{kind}"),
        subtitle=subtitle(m),
        letterhead=letterhead or Letterhead(findings.municipality),
        facts=facts(m, its),
        blocks=m.blocks,
        sources=sources(m, its),
        draft=findings.version is None,
        lang="sv" if lang == "sv-easy" else lang,
        contents=kind != "feedback",
        author=findings.municipality,
        updated=say.moment(findings.at).isoformat(timespec="seconds"),
        draft_mark=draft_mark(m),
        contents_title=say("contents"),
        sources_title=say("sources.all" if its.whole else "sources.cited", number=1),
        closing=m.closing,
        labels=labels(m),
    )


def subtitle(m: Manuscript) -> str:
    if m.kind == "summary":
        return summary.subtitle(m)
    return m.say.text(m.findings.title)


def draft_mark(m: Manuscript) -> str:
    mark = m.say("draft_mark")
    return f"{m.say('rehearsal_mark')} {mark}" if m.findings.rehearsal else mark


def facts(m: Manuscript, its: _Kind) -> list[Fact]:
    """The head: date, record number and version first."""
    say, found = m.say, m.findings
    rows = [
        ("date", say.day(found.at)),
        ("record_number", found.record_number),
        ("version", version(m)),
        ("status", "" if m.kind == "feedback" else status(m)),
        ("body", listed(say.bodies(*its.to), say("and")) or say(f"to.{m.kind}")),
        ("paragraph", paragraph(m, its)),
        ("covers", say("fact.numbers", n=found.numbers.received, sessions=len(found.sessions))),
        ("based_on", "" if m.kind == "feedback" else say("fact.as_of", at=say.minute(found.at))),
        ("contact", contact(m)),
    ]
    return [Fact(say(f"fact.{name}"), value) for name, value in rows if value]


def version(m: Manuscript) -> str:
    n = m.findings.version
    return m.say("draft_mark") if n is None else m.say("fact.frozen", version=n)


def status(m: Manuscript) -> str:
    """A record, or work in progress: the two must never be taken for each other (OSL 4:1)."""
    return m.say("fact.working" if m.findings.version is None else "fact.record")


def paragraph(m: Manuscript, its: _Kind) -> str:
    """The paragraph of the minutes: of the decision that people have recorded, else the one that
    the process says for the body that gets it.
    """
    if recorded := paragraph_of(m.text_of("decision")):
        return recorded
    if m.kind in ("feedback", "archive", "handover", "remiss"):
        return ""
    bodies = m.say.bodies(*its.to)
    now = (it for it in m.findings.process.stages if it.current and m.say.body(it.body) in bodies)
    found = "".join(paragraph_of(m.say.text(it.name)) for it in now)
    return found or m.say("fact.no_paragraph")


def contact(m: Manuscript) -> str:
    """Unless the dialogue's file still says that somebody must fill it in."""
    return "" if m.definition.contact.startswith("[") else m.definition.contact


def sources(m: Manuscript, its: _Kind) -> list[Source]:
    """All contributions in scope, or those that the document cites. What residents said stands in
    their page itself: a list of it is for those who work with it.
    """
    if m.kind == "feedback":
        return []
    every = all_sources(m)
    if its.whole:
        return every
    wanted = {n for block in (*m.blocks, *m.closing) for n in cited(block)}
    return [it for it in every if it.number in wanted]


def cited(block: AnyBlock) -> list[int]:
    match block:
        case Paragraph(sources=its):
            return its
        case Bullets(sources=lists):
            return [n for its in lists for n in its]
        case Quote(source=int(n)):
            return [n]
        case Table(rows=rows):
            return [n for row in rows for cell in row for n in cell.sources]
    return []


def labels(m: Manuscript) -> dict[str, str]:
    """What writers need words for."""
    say = m.say
    names = ("page", "of", "missing", "table", "source_number", "source_text", "source_about")
    foot = f"{m.findings.record_number} · {version(m)}"
    return {name: say(f"label.{name}") for name in names} | {"footer": foot}
