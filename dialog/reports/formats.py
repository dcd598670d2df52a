"""Which documents and formats there are, and what files are called."""

from typing import Literal, get_args

from dialog.protocol.work_commands import DocumentKind, VersionOf

Format = Literal[
    "docx",
    "pdf",
    "html",
    "html-easy",
    "html-en",
    "xlsx",
    "csv",
    "json",
    "restricted",
    "zip",
]
"""`restricted`: a ZIP file for few."""
FORMATS: tuple[Format, ...] = get_args(Format)
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)

MEDIA_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "html-easy": "text/html; charset=utf-8",
    "html-en": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "restricted": "application/zip",
    "zip": "application/zip",
}

PAGES: dict[str, Format] = {"sv": "html", "sv-easy": "html-easy", "en": "html-en"}
"""Language -> a page for the public in it."""
LANGUAGES: dict[Format, str] = {format: language for language, format in PAGES.items()}
"""Of a format that has one of its own; all else is in Swedish."""

PAPERS: tuple[Format, ...] = ("docx", "pdf", "html")
TABLES: tuple[Format, ...] = ("xlsx", "csv", "json")

IN_A_VERSION: dict[VersionOf, tuple[DocumentKind, ...]] = {
    "summary": ("summary", "feedback", "archive"),
    "areas": ("board", "summary", "archive"),
    "result": ("ksau", "programme", "handover", "feedback", "archive"),
    "goals": ("remiss", "council", "feedback", "archive"),
}
"""What is rendered when a version is frozen, the archive last: it holds the others."""

FORMATS_OF: dict[DocumentKind, tuple[Format, ...]] = {
    "summary": (*PAPERS, "xlsx"),
    "board": (*PAPERS, "xlsx"),
    "ksau": (*PAPERS, *TABLES),
    "remiss": PAPERS,
    "council": PAPERS,
    "programme": (*PAPERS, *TABLES),
    "handover": (*PAPERS, "xlsx", "csv"),
    "feedback": (*PAPERS, "html-easy", "html-en", "json"),
    "archive": ("restricted", "zip"),
}
"""In which formats a version keeps each. Any other can be had of it while it is a draft."""

NAMES: dict[DocumentKind, str] = {
    "summary": "summering",
    "board": "forslag-ks",
    "ksau": "underlag-ksau",
    "remiss": "remissutskick",
    "council": "forslag-kf",
    "programme": "ramaterial-program",
    "handover": "overlamning",
    "feedback": "aterkoppling",
    "archive": "arkivpaket",
}
"""What files are called."""

ENDINGS: dict[Format, str] = {
    "html-easy": "-lattlast.html",
    "html-en": "-english.html",
    "restricted": "-sekretess.zip",
}
"""Where it is not the format."""


ONLY_FOR_FEW: tuple[Format, ...] = ("restricted",)
"""What none but those who judge what may be read can have."""

COPIES: tuple[Format, ...] = ("csv", "xlsx", "json", "docx", "pdf", "html")
"""What a copy for a request can be had as."""


def files_of(of: VersionOf) -> list[tuple[DocumentKind, Format]]:
    """What is kept of a version, in the order it is made."""
    return [(kind, format) for kind in IN_A_VERSION[of] for format in FORMATS_OF[kind]]
