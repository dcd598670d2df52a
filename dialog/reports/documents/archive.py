"""Arkivförteckning: what the package holds, how it came about, and how it is checked."""

from dialog.reports.documents.chapters.appendices import change_log
from dialog.reports.documents.chapters.done import carried_out, participants
from dialog.reports.documents.chapters.method import decided, method, moderation, runs
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell


def title(m: Manuscript) -> str:
    return m.say("title.archive", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.introduction"))
    m.written("note")
    m.paragraph(say("archive.about"))
    m.labelled(say("archive.dialogue"), m.findings.dialogue)
    m.labelled(say("archive.seq"), say.number(m.findings.seq))
    m.labelled(say("archive.hash"), m.findings.log_hash or say("not_stated"))
    m.chapter(say("chapter.carried_out"))
    carried_out(m)
    m.chapter(say("chapter.participants"))
    participants(m)
    m.caution(say("representation.not_statistics"))
    m.chapter(say("chapter.versions"))
    versions(m)
    m.chapter(say("chapter.files"))
    files(m)
    m.chapter(say("chapter.decided"))
    decided(m)
    m.chapter(say("chapter.method"))
    method(m)
    runs(m)
    m.section(say("chapter.moderation"))
    moderation(m)
    m.chapter(say("chapter.disposal"))
    m.paragraph(say("archive.disposal"))
    m.paragraph(say("archive.restricted"))
    m.paragraph(say("archive.drafts"))
    disposals(m)
    dispatches(m)
    change_log(m, say("appendix.log", number=2))


def versions(m: Manuscript) -> None:
    say = m.say
    its = m.findings.process.versions
    if not its:
        m.paragraph(say("archive.no_versions"))
        return
    rows = [
        [
            Cell(str(it.version)),
            Cell(say(f"of.{it.of}")),
            Cell(say.minute(it.at)),
            number_cell(say.number(it.upto)),
            Cell(it.log_hash),
        ]
        for it in its
    ]
    columns = [say(f"column.{name}") for name in ("version", "what", "when", "seq", "hash")]
    m.table(say("archive.versions"), columns, rows, widths=[1.4, 3.2, 2.8, 1.4, 7.2], small=True)


def files(m: Manuscript) -> None:
    """Every file of every version, with its sum."""
    say = m.say
    rows = [
        [
            Cell(file.name),
            Cell(str(version.version)),
            Cell(say(f"edition.{file.edition}")),
            number_cell(say.number(file.size)),
            Cell(file.sha256),
        ]
        for version in m.findings.process.versions
        for file in version.files
    ]
    if not rows:
        m.paragraph(say("archive.no_files"))
        return
    columns = [say(f"column.{name}") for name in ("file", "version", "edition", "bytes", "hash")]
    m.table(say("archive.files"), columns, rows, widths=[4.4, 1.4, 2, 1.6, 6.6], small=True)


def disposals(m: Manuscript) -> None:
    """What has gone, how many, and where it was decided."""
    say = m.say
    rows = [
        [
            Cell(say.minute(it.at)),
            Cell(say(f"disposal.{it.what}")),
            number_cell(say.number(it.n)),
            Cell(f"{say.body(it.body)} {it.date}, {it.section}"),
            Cell(it.protocol),
        ]
        for it in m.findings.process.disposals
    ]
    if not rows:
        m.paragraph(say("archive.nothing_disposed"))
        return
    columns = [say(f"column.{name}") for name in ("when", "disposed", "n", "decision", "hash")]
    m.table(say("archive.disposed"), columns, rows, widths=[2.2, 4, 1.2, 3.6, 5], small=True)


def dispatches(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.dispatch"))
    its = m.findings.process.dispatches
    if not its:
        m.paragraph(say("dispatch.none"))
        return
    rows = [
        [
            Cell(say.minute(it.at)),
            Cell(say(f"kind.{it.document}")),
            Cell(str(it.version)),
            Cell(", ".join(map(say.body, it.recipients))),
            Cell(it.how),
            Cell(it.sha256),
        ]
        for it in its
    ]
    names = ("when", "document", "version", "recipient", "how", "hash")
    columns = [say(f"column.{name}") for name in names]
    m.table(say("dispatch.caption"), columns, rows, widths=[2.2, 2.8, 1.3, 3.4, 2.3, 4], small=True)
