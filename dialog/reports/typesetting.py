"""A process of its own for typesetting: `python -m dialog.reports.typesetting`, a job as JSON on
standard input, a PDF on standard output. It may run out of memory or time, and nobody is hurt.
"""

import re
import resource
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import typst

from dialog import logs
from dialog.reports.job import CANNOT_BE_SET, Job

STANDARDS: list[Any] = ["a-2a", "ua-1"]
MOST_MEMORY = 4 * 1024**3
MOST_SECONDS = 120


def main() -> None:
    logs.begin(logs.PLAIN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        data = typeset(job)
    except typst.TypstError as error:
        # What stands in quotes may be somebody's words.
        print(re.sub(r"[`\"].*[`\"]", "…", error.message), file=sys.stderr)
        sys.exit(CANNOT_BE_SET if "PDF/" in error.message else 1)
    sys.stdout.buffer.write(data)


def typeset(job: Job) -> bytes:
    """PDF/A-2a and PDF/UA-1 at once; the same bytes for the same job."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "document.typ")
        template.write_bytes(Path(__file__).with_name(job.template).read_bytes())
        if job.logo:
            Path(folder, job.logo_name).write_bytes(job.logo)
        made = typst.compile(
            template,
            root=Path(folder),
            font_paths=[Path(folder) for folder in job.fonts],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"document": job.document},
            timestamp=job.timestamp,
        )
    assert isinstance(made, bytes)
    return with_row_headers(made, job.header_columns)


def with_row_headers(made: bytes, header_columns: list[bool]) -> bytes:
    """typst marks the header row only; the first cell of a row is a header too where it says so."""
    if not any(header_columns):
        return made
    with pikepdf.open(BytesIO(made)) as pdf:
        tables = find(pdf.Root.StructTreeRoot, "/Table")
        for table, wanted in zip(tables, header_columns, strict=True):
            if wanted:
                mark_first_cells(table)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return out.getvalue()


def mark_first_cells(table: pikepdf.Object) -> None:
    for row in find(table, "/TR"):
        first = children(row)[0]
        if first.get("/S") == "/TD":
            first.S = pikepdf.Name.TH
            table_attributes(first).Scope = pikepdf.Name.Row


def table_attributes(cell: pikepdf.Object) -> pikepdf.Object:
    """Those of its attributes that say what it is in its table."""
    found = cell.get("/A")
    several = list(found) if isinstance(found, pikepdf.Array) else [found]
    for one in several:
        if one is not None and one.get("/O") == "/Table":
            return one
    made = pikepdf.Dictionary(O=pikepdf.Name.Table)
    cell.A = pikepdf.Array([*(one for one in several if one is not None), made])
    return cell.A[-1]


def children(element: pikepdf.Object) -> list[pikepdf.Object]:
    """The structure elements directly below."""
    kids = element.get("/K")
    if kids is None:
        return []
    several = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in several if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def find(element: pikepdf.Object, kind: str) -> list[pikepdf.Object]:
    """All of the kind below, in reading order; not those inside another of them."""
    found = []
    waiting = list(reversed(children(element)))
    while waiting:
        one = waiting.pop()
        if one.get("/S") == kind:
            found.append(one)
        else:
            waiting += reversed(children(one))
    return found


if __name__ == "__main__":
    main()
