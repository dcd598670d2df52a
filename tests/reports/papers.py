"""A document by hand, with every kind of block."""

from dialog.reports.model import (
    Bullets,
    Cell,
    Document,
    Fact,
    Heading,
    Letterhead,
    Missing,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Source,
    Table,
)

ARABIC = "مرحبا بالعالم، نريد حديقة"


def paper(*blocks, **changes) -> Document:
    """A short summary; `blocks` instead of its own, if there are any."""
    made = Document(
        title="Summering – extra KS 2019-02-21",
        kind="SUMMERING",
        subtitle="Workshopdialog",
        letterhead=Letterhead("Vaggeryds kommun", "Kommunledningskontoret", "Box 43\n568 21 Ort"),
        facts=[Fact("Dnr", "KS 2019/017"), Fact("Version", "1 (fastställd)")],
        blocks=list(blocks) or every_block(),
        sources=[
            Source(1, "Bussen går för sällan", "sv", "Det goda livet · nyckelord"),
            Source(2, "More buses", "en"),
            Source(3, ARABIC, "ar"),
        ],
        draft=False,
        author="Kommunledningskontoret",
        updated="2019-02-22T10:00:00+01:00",
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def every_block():
    return [
        Heading("Sammanfattning", 1, "1"),
        Paragraph([Run("Ingress")], style="lead"),
        Paragraph([Run("Många "), Run("bidrag", bold=True), Run(" kom", italic=True)], sources=[1]),
        Missing("Representativitet"),
        Heading("Område", 3, "1.1"),
        Bullets([[Run("en sak")], [Run("två\nrader")]], sources=[[1], [1, 2, 3]]),
        Bullets([[Run("först")], [Run("sedan")]], ordered=True),
        Quote(ARABIC, "ar", "Äldre", 3),
        Quote("#let x = 1 $a$ *fet* \\ @ref <label>", "sv", "", 1),
        Paragraph([Run("Observera")], style="caution"),
        Paragraph([Run("Liten")], style="note"),
        Table(
            "Teman",
            ["Tema", "Unga", "Äldre"],
            [
                [Cell("Buss", bar="#E5243B"), Cell("3", align="end"), Cell("5", sources=[1, 99])],
                [Cell(ARABIC, lang="ar"), Cell("färre än 5"), Cell("")],
            ],
            widths=[3, 1, 1],
        ),
        PageBreak(),
        Table("Utan radrubriker", ["A", "B"], [[Cell("a"), Cell("b")]], header_column=False),
        Heading("Slut", 2),
    ]
