"""From the log to files: what a dialogue's version, or the dialogue as it stands, looks like on
paper. Slow, so never in a process that serves a hall.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from dialog.domain import disposal, rules
from dialog.domain.findings import find
from dialog.domain.findings.model import Difference, Edition, Findings, Scope
from dialog.domain.findings.moderated import moderated
from dialog.domain.findings.versions import difference
from dialog.domain.state import Contribution, Dialogue
from dialog.domain.work_state import VersionState
from dialog.protocol.agenda import in_language, slug
from dialog.protocol.events import ContributionPosted, DialogueCreated, Entry
from dialog.protocol.work_commands import DocumentKind, VersionOf
from dialog.protocol.work_events import VersionFrozen
from dialog.reports import disclosure, documents, docx, html
from dialog.reports.archive import Apart, Listed, Manifest, package, restricted_package
from dialog.reports.delimited import csv_file, json_file
from dialog.reports.disclosure import Asked
from dialog.reports.formats import (
    COPIES,
    ENDINGS,
    IN_A_VERSION,
    LANGUAGES,
    MEDIA_TYPES,
    NAMES,
    Format,
    files_of,
)
from dialog.reports.letterhead import letterhead
from dialog.reports.model import Document, Letterhead
from dialog.reports.pdf import CannotTypeset, pdf
from dialog.reports.tables import Name, Sheet, moment, sheet, sheets
from dialog.reports.xlsx import xlsx_file
from dialog.settings import Settings
from dialog.store import files, log, written
from dialog.store.files import File

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""PDFs that are set at a time."""

SHOWN_TO_ALL: tuple[Name, ...] = (
    *("themes", "matrix", "dispositions", "coverage", "target-groups", "sessions"),
)
"""The tables of the feedback page: the list of contributions is not published with it."""


class CannotExport(Exception):
    """Why not, in a sentence."""


class Material:
    """A dialogue as it was at one seq, and what has been made of it so far.

    `version`: the frozen one it is of; None: as it stands now, a working draft. `as_of` folds the
    log to where an earlier version stands.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        version: VersionState | None,
        sessions: tuple[str, ...],
        letterhead: Callable[[str], Letterhead],
        archived: "Archived",
        as_of: Callable[[VersionState], Dialogue],
    ) -> None:
        self.dialogue, self.version, self.sessions = dialogue, version, sessions
        self.letterhead = letterhead(dialogue.definition.municipality)
        self.archived = archived
        self.as_of = as_of
        self._found: dict[Edition, Findings] = {}
        self._built: dict[tuple[DocumentKind, str], Document] = {}
        self._being_set: dict[DocumentKind, Future[bytes]] = {}

    def set_ahead(self, kinds: Iterable[DocumentKind], threads: ThreadPoolExecutor) -> None:
        """Begin with the PDFs, which take longest and are set in processes of their own."""
        for kind in kinds:
            self._being_set[kind] = threads.submit(pdf, self.document(kind))

    def pdf(self, kind: DocumentKind) -> bytes:
        begun = self._being_set.get(kind)
        return pdf(self.document(kind)) if begun is None else begun.result()

    def found(self, edition: Edition) -> Findings:
        if edition not in self._found:
            scope = Scope(self.sessions, edition)
            self._found[edition] = find(self.dialogue, scope, self.version)
        return self._found[edition]

    def document(self, kind: DocumentKind, language: str = "sv") -> Document:
        key = (kind, language)
        if key not in self._built:
            self._built[key] = documents.build(
                kind,
                self.found(documents.edition(kind)),
                self.dialogue.definition,
                self.letterhead,
                language,
                self.since if documents.is_compared(kind) else None,
            )
        return self._built[key]

    @cached_property
    def since(self) -> Difference | None:
        """From the newest version frozen before this, if any, in the scope that this has."""
        # The log is folded to before this version was frozen: it is not among them itself.
        before = max(self.dialogue.work.versions.values(), key=lambda it: it.version, default=None)
        if before is None:
            return None
        was = find(self.as_of(before), Scope(self.sessions), before)
        return difference(was, self.found("internal"))

    @cached_property
    def of(self) -> VersionOf | None:
        return None if self.version is None else self.version.of


class Archived:
    """What an archive has of the log beside what the fold knows."""

    def __init__(self, lines: list[written.Line], entries: list[Entry]) -> None:
        self.lines, self.entries = lines, entries


def material(
    db: Connection,
    dialogue: str,
    settings: Settings,
    version: int = 0,
    sessions: Sequence[str] = (),
) -> Material:
    """The dialogue as it is in version `version`, or (0) as it stands. A version says itself which
    sessions it covers. `CannotExport` if there is nothing of the kind."""
    entries = log.entries_after(db, dialogue, 0)
    if not entries:
        raise CannotExport(f"there is no dialogue {dialogue!r}")
    frozen = None if not version else frozen_as(entries, version)
    upto = entries[-1].seq if frozen is None else frozen.upto
    then = rules.folded(dialogue, entries[:upto])
    covered = tuple(sessions if frozen is None else frozen.sessions)
    for session in covered:
        if session not in then.sessions:
            there = ", ".join(then.sessions) or "none"
            raise CannotExport(f"there is no session {session!r}; the dialogue has: {there}")
    archived = Archived(list(written.lines(db, dialogue, upto)), entries[:upto])
    return Material(
        then,
        frozen,
        covered,
        lambda name: letterhead(settings, name),
        archived,
        lambda earlier: rules.folded(dialogue, entries[: earlier.upto]),
    )


def chosen(db: Connection, asked: str = "") -> str:
    """The id of the dialogue with that id or record number; "": the only one there is."""
    there = {id: record_number(db, id) for id in log.dialogues(db)}
    if asked in there:
        return asked
    fitting = [id for id, number in there.items() if slug(asked) in ("", slug(number))]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{id} ({number})" if number else id for id, number in there.items())
    if not there:
        raise CannotExport("there is no dialogue here")
    if not fitting:
        raise CannotExport(f"there is no dialogue {asked!r}; there are: {listed}")
    raise CannotExport(f"say with --dialogue which one: {listed}")


def record_number(db: Connection, dialogue: str) -> str:
    """As it was written in the dialogue's file when it was first opened."""
    for entry in log.entries_after(db, dialogue, 0, 1):
        if isinstance(entry.event, DialogueCreated):
            return entry.event.definition.record_number
    return ""


def frozen_as(entries: list[Entry], version: int) -> VersionState:
    """The version as the log says it was frozen."""
    for entry in entries:
        event = entry.event
        if isinstance(event, VersionFrozen) and event.version == version:
            return VersionState(
                version=version,
                of=event.of,
                sessions=event.sessions,
                upto=event.upto,
                log_hash=event.log_hash,
                at=entry.at,
                actor=entry.actor,
                why=entry.words or "",
            )
    raise CannotExport(f"there is no version {version}")


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def rendered(it: Material, kind: DocumentKind, format: Format, others: Sequence[File] = ()) -> File:
    """One file. `others`: the documents that an archive is to hold; none: those that go with it
    are rendered for it."""
    edition = documents.edition(kind)
    content = content_of(it, kind, format, others)
    return File(kind, format, edition, file_name(it, kind, format), MEDIA_TYPES[format], content)


def file_of(
    engine: Engine,
    settings: Settings,
    dialogue: str,
    kind: DocumentKind,
    format: Format,
    version: int = 0,
    sessions: Sequence[str] = (),
) -> File:
    """The file that was kept when the version was frozen; what it never had, and all of what is
    not frozen, made now. `dialogue`: as of `chosen`. The database is held while it is read only.
    """
    with engine.execution_options(reading=True).begin() as db:
        id = chosen(db, dialogue)
        edition = documents.edition(kind)
        try:
            kept = files.kept(db, id, version, kind, format, edition) if version else None
        except files.Damaged as damaged:
            raise CannotExport(str(damaged)) from None
        it = None if kept else material(db, id, settings, version, sessions)
    if it is not None:
        return rendered(it, kind, format)
    assert kept is not None
    return kept


def copy_of(
    engine: Engine, settings: Settings, dialogue: str, asked: Asked, format: Format
) -> File:
    """The contributions that somebody has asked for, as they stand now."""
    with engine.execution_options(reading=True).begin() as db:
        it = material(db, chosen(db, dialogue), settings)
    return copied(it, asked, format)


def keep_files(
    engine: Engine, settings: Settings, dialogue: str, version: int
) -> Iterator[tuple[int, int, str]]:
    """Make and keep the files that a version lacks: how many there are, of how many, and which came
    last. A document that cannot be set in one format is left out there, and the others are kept."""
    with engine.execution_options(reading=True).begin() as db:
        it = material(db, dialogue, settings, version)
        there = {(its.document, its.format) for its in files.listed(db, dialogue, version)}
    assert it.of is not None
    wanted = files_of(it.of)
    made: list[File] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        left = [kind for kind, format in wanted if (kind, format) not in there]
        it.set_ahead(dict.fromkeys(left), threads)
        for done, (kind, format) in enumerate(wanted, start=1):
            try:
                file = kept_or_made(engine, it, dialogue, version, kind, format, made)
            except CannotTypeset as error:
                logger.warning("%s, version %d, %s: %s", dialogue, version, kind, error)
                continue
            made.append(file)
            yield done, len(wanted), file.name


def kept_or_made(
    engine: Engine,
    it: Material,
    dialogue: str,
    version: int,
    kind: DocumentKind,
    format: Format,
    others: Sequence[File],
) -> File:
    """One file of a version, kept from now on if it was not."""
    with engine.execution_options(reading=True).begin() as db:
        kept = files.kept(db, dialogue, version, kind, format, documents.edition(kind))
    if kept is not None:
        return kept
    file = rendered(it, kind, format, others)
    with engine.begin() as db:
        if not files.keep(db, dialogue, version, file, time.time_ns() // 1_000_000):
            # Another process was faster: what an archive holds is what is kept.
            return files.kept(db, dialogue, version, kind, format, file.edition) or file
    return file


PAPER_WRITERS: dict[Format, Callable[[Document], bytes]] = {
    "docx": docx.write,
    "pdf": pdf,
    **dict.fromkeys(LANGUAGES, html.page),
}


def content_of(it: Material, kind: DocumentKind, format: Format, others: Sequence[File]) -> bytes:
    if format == "pdf":
        return it.pdf(kind)
    if format in PAPER_WRITERS:
        return PAPER_WRITERS[format](it.document(kind, LANGUAGES.get(format, "sv")))
    if format == "zip":
        return archive_package(it, kind, others)
    if format == "restricted":
        return restricted_archive(it, kind)
    found = it.found(documents.edition(kind))
    return TABLE_WRITERS[format](found, tables_of(found, kind))


TABLE_WRITERS: dict[Format, Callable[[Findings, list[Sheet]], bytes]] = {
    "xlsx": xlsx_file,
    "csv": lambda found, its: csv_file(its[0]),
    "json": json_file,
}
"""CSV has the one table that the document is about."""


def archive_package(it: Material, kind: DocumentKind, others: Sequence[File]) -> bytes:
    """The archive package; a document of another kind has none."""
    require_archive(kind)
    found = replace(it.found("internal"), moderation=moderated(it.archived.entries))
    papers = [file for file in others if file.format == "pdf"]
    if not papers:
        papers = [rendered(it, it_, "pdf") for it_ in archived_kinds(it)]
    papers.append(rendered(it, "archive", "pdf"))
    apart = next((file for file in others if file.format == "restricted"), None)
    every = [*sheets(found), sheet(found, "moderation")]
    files = [
        *((f"documents/{file.name}", file.content) for file in papers),
        *((f"tables/{each.name}.csv", csv_file(each)) for each in every),
        ("tables/tables.json", json_file(found, every)),
    ]
    about = manifest(it, found)
    about.restricted = listed(apart or rendered(it, "archive", "restricted"))
    return package(about, it.archived.lines, shown_words(it), files)


def require_archive(kind: DocumentKind) -> None:
    if kind != "archive":
        raise CannotExport("only the archive is a ZIP file: say --for archive")


def listed(file: File) -> Listed:
    return Listed(file.name, file.sha256, len(file.content))


def restricted_archive(it: Material, kind: DocumentKind) -> bytes:
    """What is not shown, for those who must judge it."""
    require_archive(kind)
    found = it.found("internal")
    asked = Asked(review=True)
    apart = {word.contribution for word in words_apart(it)}
    its = {n: one for n, one in found.contributions.items() if n in apart}
    review = disclosure.table(replace(found, contributions=its), asked, it.dialogue)
    return restricted_package(
        manifest(it, found), words_apart(it), [("tables/review.csv", csv_file(review))]
    )


def shown_words(it: Material) -> dict[int, str]:
    """By entry: what may be read. Of work in progress what some version has, or what stands."""
    gone = {draft.seq for draft in disposal.drafts(it.dialogue, it.archived.entries)}
    apart = {word.seq for word in words_apart(it)}
    found = {}
    for entry in it.archived.entries:
        if entry.words is None or entry.seq in gone:
            continue
        contribution = written_by(it, entry)
        if contribution is not None and is_masked(contribution, entry):
            if contribution.standing == "visible":
                found[entry.seq] = contribution.words or ""
        elif entry.seq not in apart:
            found[entry.seq] = entry.words
    return found


def words_apart(it: Material) -> list[Apart]:
    """What is hidden, withdrawn or held, all of what is masked, and translations that stand no
    more, which may say it."""
    replaced = disposal.replaced_translations(it.dialogue, it.archived.entries)
    found = []
    for entry in it.archived.entries:
        contribution = written_by(it, entry)
        if entry.words is None or contribution is None:
            continue
        standing, reason = contribution.standing, contribution.reason
        if standing != "visible" or entry.seq in replaced or is_masked(contribution, entry):
            found.append(Apart(entry.seq, entry.words, contribution.id, standing, reason))
    return found


def is_masked(contribution: Contribution, entry: Entry) -> bool:
    """Whether less of these words is shown than was written."""
    return bool(contribution.masks) and isinstance(entry.event, ContributionPosted)


def written_by(it: Material, entry: Entry) -> Contribution | None:
    """The contribution whose words, or their translation, stand beside the entry."""
    number = disposal.written_in(entry.event)
    return None if number is None else it.dialogue.contributions[number]


def archived_kinds(it: Material) -> list[DocumentKind]:
    """Of what is not frozen: what its result would have."""
    return [kind for kind in IN_A_VERSION[it.of or "result"] if kind != "archive"]


def manifest(it: Material, found: Findings) -> Manifest:
    frozen = it.version
    lines = it.archived.lines
    return Manifest(
        dialogue=found.dialogue,
        title=in_language(found.title, "sv")[0],
        record_number=found.record_number,
        municipality=found.municipality,
        version=None if frozen is None else frozen.version,
        of=None if frozen is None else frozen.of,
        sessions=list(it.sessions),
        upto=found.seq,
        log_hash=written.log_hash(lines) if frozen is None else frozen.log_hash,
        rehearsal=found.rehearsal,
        made_from=moment(found.at),
        status="working-material" if frozen is None else "record",
    )


def tables_of(found: Findings, kind: DocumentKind) -> list[Sheet]:
    """The tables that go with a document, the one it is about first."""
    match kind:
        case "feedback" | "council":
            return [it for it in sheets(found, *SHOWN_TO_ALL) if it.columns]
        case "handover":
            handed = ("handover", "other-authority")
            return [disposed(found, *handed), sheet(found, "dispositions")]
        case "programme":
            return [disposed(found, "programme"), *sheets(found, "themes", "target-groups")]
        case "remiss":
            return sheets(found, "goals", "coverage")
    return sheets(found)


def disposed(found: Findings, *kinds: str) -> Sheet:
    """The contributions that this becomes of."""
    whole = sheet(found, "contributions")
    place = [column.name for column in whole.columns].index("disposition")
    return replace(whole, rows=[row for row in whole.rows if row[place] in kinds])


def file_name(it: Material, kind: DocumentKind, format: Format) -> str:
    """Safe wherever it is written: letters, digits and hyphens."""
    number = slug(it.dialogue.definition.record_number)
    version = "utkast" if it.version is None else f"version-{it.version.version}"
    parts = [number, NAMES[kind], "ovning" if it.dialogue.rehearsal else "", version]
    return "-".join(part for part in parts if part) + ENDINGS.get(format, f".{format}")


# ── a copy for a request ──────────────────────────────────────────────────────────────────────


def copied(it: Material, asked: Asked, format: Format) -> File:
    """The contributions that somebody has asked for; or the paper for who judges them."""
    whole = it.found("internal")
    found = disclosure.asked_for(whole, asked, it.dialogue)
    unsearched = disclosure.not_searched(whole, asked, it.dialogue)
    if format in PAPER_WRITERS and format in COPIES:
        paper = disclosure.document(found, asked, it.dialogue, it.letterhead, unsearched)
        content = PAPER_WRITERS[format](paper)
    elif format in TABLE_WRITERS:
        content = TABLE_WRITERS[format](
            found, disclosure.tables(found, asked, it.dialogue, unsearched)
        )
    else:
        raise CannotExport(f"a copy is given as one of {', '.join(COPIES)}")
    number = slug(it.dialogue.definition.record_number)
    what = "sekretessprovning" if asked.review else "utlamnande"
    name = "-".join(part for part in (number, what, slug(asked.reference)) if part)
    media_type = MEDIA_TYPES[format]
    return File("disclosure", format, "internal", f"{name}.{format}", media_type, content)
