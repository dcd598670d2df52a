"""How documents say things: catalogue words, dates, numbers and names, in one language."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from dialog import locales
from dialog.analysis.goal_words import goals
from dialog.domain.findings.model import Findings, SessionFacts
from dialog.domain.times import SWEDEN
from dialog.protocol.agenda import COMMITTEES, DialogueDefinition, Text, in_language

COLOURS = (
    *("#E5243B", "#DDA63A", "#4C9F38", "#C5192D", "#FF3A21", "#26BDE2", "#FCC30B", "#A21942"),
    *("#FD6925", "#DD1367", "#FD9D24", "#BF8B2E", "#3F7E44", "#0A97D9", "#56C02B", "#00689D"),
    "#19486A",
)
"""Of the global goals, first to last: a bar beside the name."""
PARAGRAPH = re.compile(r"§\s*(\d+\w?)")


class _Count(int):
    """A whole number as it is written: from ten thousand with a space."""

    def __str__(self) -> str:
        digits = f"{int(self):,}" if abs(self) >= 10_000 else f"{int(self)}"
        return digits.replace(",", "\u00a0")


class Wording:
    """Words for one dialogue's documents in `lang`, a language of the catalogue."""

    def __init__(self, findings: Findings, definition: DialogueDefinition, lang: str = "sv"):
        self.findings, self.definition, self.lang = findings, definition, lang

    def __call__(self, key: str, **params: object) -> str:
        """`doc.<key>` of the catalogue, numbers written as they are to be."""
        return self.catalogued(f"doc.{key}", **params)

    def catalogued(self, key: str, **params: object) -> str:
        return locales.translate(self.lang, key, **{k: self.written(v) for k, v in params.items()})

    def has(self, key: str) -> bool:
        return key in self.catalogue

    @cached_property
    def catalogue(self) -> dict[str, locales.Words]:
        return locales.catalogue(self.lang)

    @staticmethod
    def written(value: object) -> object:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return _Count(value) if whole else value  # type: ignore[call-overload]

    def text(self, text: Text) -> str:
        return in_language(text, self.lang)[0]

    def number(self, n: int | None) -> str:
        """`None` where it may not be shown."""
        return self("not_shown") if n is None else str(_Count(n))

    def percent(self, part: int, whole: int) -> str:
        """With a decimal comma, or a point in English."""
        share = f"{100 * part / whole:.1f}" if whole else "0.0"
        return share if self.lang == "en" else share.replace(".", ",")

    def people(self, people: int | None, behind: int = 0) -> str:
        """`12`, or `12 + 8` with those whom tables and paper slips speak for."""
        return self.number(people) + (f" + {_Count(behind)}" if behind else "")

    # ── names ─────────────────────────────────────────────────────────────────────────────────

    def area(self, area: str | None) -> str:
        names = {it.id: it.name for it in self.definition.areas}
        return self.text(names[area]) if area in names else self("across")

    def area_number(self, area: str | None) -> int:
        """In the decided order; across all areas comes after them, as 0."""
        return next((n for n, it in enumerate(self.definition.areas, 1) if it.id == area), 0)

    def short_area(self, area: str | None) -> str:
        number = self.area_number(area)
        return self("area_number", number=number) if number else self("across")

    def target_group(self, group: str) -> str:
        if group == COMMITTEES:
            return self.catalogued(f"target_group.{group}")
        names = {it.id: it.name for it in self.findings.target_groups}
        names = {it.id: it.name for it in self.definition.target_groups} | names
        return self.text(names[group]) if group in names else group

    def body(self, body: str) -> str:
        return next((it.name for it in self.findings.bodies if it.id == body), body)

    def bodies(self, *kinds: str) -> list[str]:
        return [it.name for it in self.findings.bodies if it.kind in kinds]

    def session(self, session: str) -> str:
        return next(
            (self.text(it.title) for it in self.findings.sessions if it.session == session), session
        )

    def sessions(self) -> Sequence[SessionFacts]:
        return self.findings.sessions

    def goal_name(self, number: int) -> str:
        name = goals()[number - 1].name
        return name.get(self.lang, name["sv"])

    def goal(self, number: int) -> str:
        return f"{number} {self.goal_name(number)}"

    def kind(self, kind: str) -> str:
        return self.catalogued(f"kind.{kind}")

    def disposition(self, kind: str, recipient: str | None = None) -> str:
        """What becomes of something, and to whom it goes."""
        words = self(f"disposition.{kind}")
        return f"{words}: {self.body(recipient)}" if recipient else words

    # ── time ──────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def moment(ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, SWEDEN)

    def day(self, ms: int) -> str:
        return self.moment(ms).strftime("%Y-%m-%d")

    def minute(self, ms: int) -> str:
        return self.moment(ms).strftime("%Y-%m-%d %H.%M")


def listed(words: Iterable[str], conjunction: str) -> str:
    """`a, b och c`."""
    its = list(words)
    return f"{', '.join(its[:-1])} {conjunction} {its[-1]}" if len(its) > 1 else "".join(its)


def sentence(words: str) -> str:
    """With a full stop, unless it ends with a mark of its own."""
    words = words.strip()
    return words if not words or words[-1] in ".!?…:" else f"{words}."


def paragraph_of(text: str) -> str:
    """`§ 45` in a stage's name, or nothing."""
    found = PARAGRAPH.search(text)
    return f"§ {found[1]}" if found else ""
