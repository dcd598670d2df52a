"""A document while it is being put together: chapters number themselves, sources are collected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dialog.domain.findings.model import ContributionFacts, Findings
from dialog.protocol.agenda import DialogueDefinition
from dialog.protocol.records import Translated
from dialog.protocol.work_commands import DocumentKind
from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Cell,
    Heading,
    Missing,
    Paragraph,
    Quote,
    Run,
    Table,
)
from dialog.reports.wording import Wording


@dataclass
class Manuscript:
    """`whole`: all contributions in scope are an appendix. `closing`: what comes after it."""

    kind: DocumentKind
    findings: Findings
    definition: DialogueDefinition
    say: Wording
    whole: bool
    blocks: list[AnyBlock] = field(default_factory=list)
    closing: list[AnyBlock] = field(default_factory=list)
    chapters: int = 0
    sections: int = 0

    def chapter(self, title: str) -> None:
        self.chapters += 1
        self.sections = 0
        self.blocks.append(Heading(title, 1, str(self.chapters)))

    def section(self, title: str) -> None:
        self.sections += 1
        self.blocks.append(Heading(title, 2, f"{self.chapters}.{self.sections}"))

    def part(self, title: str) -> None:
        """Not numbered: under a section, or under a chapter without any. No level is skipped."""
        self.blocks.append(Heading(title, 3 if self.sections else 2))

    def paragraph(self, text: str, sources: Iterable[int] = ()) -> None:
        self.runs([Run(text)], sources)

    def runs(self, runs: list[Run], sources: Iterable[int] = ()) -> None:
        self.blocks.append(Paragraph(runs, "body", list(sources)))

    def note(self, text: str) -> None:
        self.blocks.append(Paragraph([Run(text)], "note"))

    def caution(self, text: str) -> None:
        self.blocks.append(Paragraph([Run(text)], "caution"))

    def labelled(self, label: str, text: str, sources: Iterable[int] = ()) -> None:
        self.runs([Run(f"{label}: ", bold=True), Run(text)], sources)

    def bullets(
        self,
        items: Sequence[str | list[Run]],
        sources: Sequence[Sequence[int]] = (),
        ordered: bool = False,
    ) -> None:
        if items:
            runs = [[Run(it)] if isinstance(it, str) else it for it in items]
            self.blocks.append(Bullets(runs, ordered, [list(its) for its in sources]))

    def table(
        self,
        caption: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float] = (),
        small: bool = False,
    ) -> None:
        its = [list(row) for row in rows]
        self.blocks.append(Table(caption, list(columns), its, widths=list(widths), small=small))

    def quote(self, number: int, numbered: bool = True) -> None:
        """A contribution in its own words; of who, only what the edition may say. `numbered`: with
        its number, which leads to the list of contributions.
        """
        it = self.findings.contributions.get(number)
        if it is not None and it.standing == "visible" and it.text:
            by = self.say.target_group(it.target_group) if it.target_group else ""
            self.blocks.append(Quote(it.text, it.language, by, number if numbered else None))
            beside = self.translation(it)
            if beside is not None:
                maker = self.say.catalogued(f"translated.{beside.by}")
                self.blocks.append(Quote(beside.text, beside.language, maker))

    def translation(self, it: ContributionFacts) -> Translated | None:
        """What stands beside its words for those who read the document's language."""
        ours = self.say.lang.partition("-")[0]
        if it.language == ours:
            return None
        its = {one.language: one for one in it.translations}
        return its.get(ours) or next(iter(its.values()), None)

    def beside(self, it: ContributionFacts) -> list[Run]:
        """The same after its words: who made it, and what it says."""
        found = self.translation(it)
        if found is None:
            return []
        maker = self.say.catalogued(f"translated.{found.by}")
        return [Run(f"{maker}: ", italic=True), Run(found.text, lang=found.language)]

    def written(self, text_field: str, session: str = "") -> bool:
        """What people have written for this place, or that they have not. Whether they have."""
        text = self.text_of(text_field, session)
        for lines in filter(None, (part.strip() for part in text.split("\n\n"))):
            self.runs([Run(lines, lang="" if self.say.lang.startswith("sv") else "sv")])
        if not text:
            label = self.say(f"field.{self.kind}.{text_field}")
            self.blocks.append(Missing(label))
        return bool(text)

    def text_of(self, text_field: str, session: str = "") -> str:
        """For one session if there is such a text, else for the document as a whole."""
        its = {
            it.session: it.text.strip()
            for it in self.findings.texts
            if it.document == self.kind and it.field == text_field and it.text.strip()
        }
        return its.get(session) or its.get("", "")


def number_cell(text: str) -> Cell:
    return Cell(text, align="end")
