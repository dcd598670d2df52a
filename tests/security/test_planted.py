"""Script, formulas, XML and typesetting in every field there is: every export succeeds, and in none
of them, nor in any page the server draws, is it anything but words."""

import csv
import io
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pikepdf
import pytest
from starlette.testclient import TestClient

from dialog import exporting
from dialog.app import create_app
from dialog.reports.archive import verify
from dialog.reports.delimited import unguarded
from dialog.reports.disclosure import Asked
from dialog.reports.formats import COPIES, FORMATS, KINDS
from dialog.store.database import open_database
from tests.hall import DIALOGUE
from tests.security.house import HOME, House
from tests.security.planted import LONG, MARK, Planted, free_texts
from tests.security.routes import doors

NOT_PLANTED = {
    ("post-contribution", "receipt"),  # only its hash is kept
    ("post-on-behalf", "language"),  # as of a contribution
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return Planted(tmp_path_factory.mktemp("planted"))


def test_every_field_that_takes_any_text_has_an_attack_in_it(planted):
    """A new wish with a new text is planted too, before anybody may use it."""
    # `why` belongs to all wishes about the work alike.
    missing = {(wish, field) for wish, field in free_texts() if field != "why"}
    missing -= planted.fields | NOT_PLANTED
    assert not missing
    assert {"why"} <= {field for _, field in planted.fields}


# ── files ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def file(planted: Planted):
    """A document of the planted dialogue, made when it is first asked for."""
    engine = open_database(planted.settings.database_url)

    @cache
    def made(kind: str, format: str) -> bytes:
        if kind == "copy":
            asked = Asked("", 0, "")
            return exporting.copy_of(engine, planted.settings, DIALOGUE, asked, format).content
        return exporting.file_of(engine, planted.settings, DIALOGUE, kind, format).content

    yield made
    engine.dispose()


PAPERS = [(kind, "html") for kind in KINDS] + [("feedback", "html-easy"), ("feedback", "html-en")]
OURS = {
    *("html", "head", "body", "header", "footer", "main", "nav", "section", "div", "span", "p"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption"),
    *("thead", "tbody", "tr", "th", "td", "a", "em", "strong", "bdi", "blockquote", "br", "img"),
    *("meta", "title", "style"),
}
"""Elements that a document of ours is made of. No script, no frame, no form, nothing that loads."""


class Looked(HTMLParser):
    """What a browser would find in a page: elements, attributes, words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def assert_harmless(self, elements: set[str] | None = None) -> None:
        for tag, attributes in self.tags:
            assert tag != MARK and (elements is None or tag in elements), tag
            assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
            assert "srcdoc" not in attributes and "style" not in attributes, (tag, attributes)
            for name in ("href", "src", "action", "formaction", "data", "poster", "srcset"):
                value = (attributes.get(name) or "").strip().lower()
                assert not value.startswith(("javascript", "//", "vbscript")), value
                assert "elsewhere.example" not in value and MARK not in value, value


@pytest.mark.parametrize("kind, format", PAPERS)
def test_in_a_page_of_a_document_it_is_words(file, kind, format):
    page = file(kind, format).decode()
    looked = Looked(page)
    looked.assert_harmless(OURS)
    assert [it for it in looked.tags if it[0] == "style"] == [("style", {})]
    assert page.count("</style>") == 1 and f"<{MARK}" in looked.words
    for tag, attributes in looked.tags:
        if tag == "a":
            assert re.fullmatch(r"#[\w-]+", attributes["href"] or "")


@pytest.mark.parametrize("kind", ["summary", "council", "copy"])
def test_in_a_word_document_it_is_words(file, kind):
    with zipfile.ZipFile(io.BytesIO(file(kind, "docx"))) as package:
        names = set()
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                tree = ElementTree.fromstring(package.read(name))
                names |= {element.tag.partition("}")[2] for element in tree.iter()}
                for element in tree.iter():
                    assert element.get("TargetMode") != "External", name
        assert not {MARK, "script", "object", "OLEObject", "altChunk"} & names
        body = ElementTree.fromstring(package.read("word/document.xml"))
        fields = [it.text or "" for it in body.iter() if it.tag.endswith("}instrText")]
        fields += [
            it.get(k) or "" for it in body.iter() for k in list(it.attrib) if k.endswith("}instr")
        ]
        assert not [it for it in fields if re.search("DDE|INCLUDE|cmd|LINK(?!S)", it)], fields
        words = "".join(it.text or "" for it in body.iter() if it.tag.endswith("}t"))
        assert f"<{MARK}" in words


TABLES = [(kind, "xlsx") for kind in ("summary", "ksau", "programme", "handover", "copy")]


@pytest.mark.parametrize("kind, format", TABLES)
def test_in_a_workbook_it_is_no_formula_and_no_link(file, kind, format):
    data = file(kind, format)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    said = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert [it for it in said if it.startswith(("=", "+", "-", "@"))] or kind in (
        "programme",
        "handover",
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            text = package.read(name).decode()
            assert not re.search(r"<f[ >]|<hyperlink|TargetMode|<oleObject|ddeLink", text), name


@pytest.mark.parametrize("kind", ["ksau", "programme", "handover", "copy"])
def test_in_a_csv_file_no_cell_begins_what_a_spreadsheet_would_run(file, kind):
    rows = list(csv.reader(io.StringIO(file(kind, "csv").decode(), newline="")))
    width = len(rows[0])
    assert all(len(row) == width for row in rows)
    began = [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r＝＋－＠")]
    assert not [cell for cell in began if not re.fullmatch(r"-?\d+", cell)]
    if kind in ("ksau", "copy"):
        cells = {unguarded(cell) for row in rows for cell in row}
        assert {text for text in LONG if text.startswith(("=", "@"))} <= cells


ONLY_ARCHIVES = ("zip", "restricted")


def test_every_kind_of_document_comes_in_every_format(file):
    """One post must never stop an export. As PDF they are in the archive, below."""
    for kind in KINDS:
        for format in FORMATS:
            if format not in ("pdf", "docx", *ONLY_ARCHIVES):
                assert file(kind, format)
    assert file("archive", "restricted")
    for format in COPIES:
        if format != "pdf":
            assert file("copy", format)


def test_the_archive_is_made_climbs_nowhere_and_its_documents_are_words(file, tmp_path):
    """Typst sets words, and runs nothing of them: no file is read, no script is put in."""
    package = tmp_path / "paket.zip"
    package.write_bytes(file("archive", "zip"))
    assert verify(package).mistakes == []
    with zipfile.ZipFile(package) as it:
        for name in it.namelist():
            assert re.fullmatch(r"[\w./-]+", name) and ".." not in name and name[0] != "/"
        papers = [it.read(name) for name in it.namelist() if name.endswith(".pdf")]
    assert len(papers) > 3
    for paper in papers:
        assert_harmless_pdf(paper)


def assert_harmless_pdf(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert "/JavaScript" not in pdf.Root.get("/Names", {}) and "/OpenAction" not in pdf.Root
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary):
                assert thing.get("/S") not in ("/JavaScript", "/Launch", "/URI", "/GoToR")
                assert thing.get("/Type") != "/EmbeddedFile"
    assert b"root:x:" not in paper


# ── pages ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def visited(planted: Planted):
    """The same dialogue, served again without a network."""
    with TestClient(create_app(planted.settings), base_url=HOME) as client:
        house = House(client)
        session = house.opened()
        house._session = session
        yield house


PAGES = [door for door in doors() if door.method == "GET" and "/api/" not in door.path]


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.path)
def test_no_page_has_it_as_anything_but_words(planted, visited, door):
    phone = visited.phone(visited.session)
    both = (planted.session, visited.session) if door.parameters else (planted.session,)
    for session in both:
        ids = {"session": session, "dialogue": DIALOGUE, "code": "2222222"}
        for client in (visited.fay, phone, visited.somebody()):
            answer = client.get(door.at(**ids), follow_redirects=True)
            if answer.headers.get("content-type", "").startswith("text/html"):
                looked = Looked(answer.text)
                looked.assert_harmless()
                for tag, attributes in looked.tags:
                    if tag == "script":
                        assert attributes.get("src", "").startswith("/static/") or (
                            attributes.get("type") == "application/json"
                        )


REFLECTED = "\"'><script>alert(1)</script><x-planted onload=alert(1)>${7*7}{{7*7}}"


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.path)
def test_no_page_repeats_an_address_as_anything_but_words(visited, door):
    ids = dict.fromkeys(door.parameters, REFLECTED.replace("/", "%2f"))
    for query in (dict.fromkeys(("lang", "session", "code", "sent", "x"), REFLECTED), {}):
        for client in (visited.fay, visited.somebody()):
            answer = client.get(door.at(**ids), params=query)
            if answer.headers.get("content-type", "").startswith("text/html"):
                Looked(answer.text).assert_harmless()
            assert "<script>alert" not in answer.text


def test_what_is_posted_to_a_plain_form_comes_back_as_words(visited):
    session = visited.opened()
    phone = visited.somebody()
    bad = visited.somebody().post("/plain/join", data={"code": REFLECTED})
    phone.post("/plain/join", data={"code": visited.code(session)})
    wish = {"t": "do", "op": "0123456789abcdef", "command": {"type": "go-to-step"}}
    wish["command"] |= {"step": "area-1-skriv", "seen": None}  # type: ignore[operator]
    visited.fay.post(f"/api/s/{session}/do?audience=console", json=wish)
    chosen = {"op": "0123456789abcdeg", "target_group": "seniors"}
    phone.post(f"/plain/s/{session}", data=chosen)
    form = {"step": REFLECTED, "kind": REFLECTED, "op": REFLECTED, "begun": REFLECTED}
    answer = phone.post(f"/plain/s/{session}", data=form | {"text": REFLECTED})
    for page in (bad.text, answer.text):
        Looked(page).assert_harmless()
    assert REFLECTED in Looked(answer.text).words
    said = re.sub(r"/static/[\w-]+/", "", answer.text)  # a digest may hold any number
    assert "49" not in re.findall(r"\$?\{?49\}?", said)


def test_a_record_is_json_and_nothing_that_a_browser_would_show(planted, visited):
    for path in (
        f"/api/dialogue/{DIALOGUE}/records",
        f"/api/s/{planted.session}/records?audience=console",
    ):
        answer = visited.fay.get(path)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert MARK in answer.text


# ── the source ────────────────────────────────────────────────────────────────────────────────

ROOT = Path(__file__).parents[2]
SINKS = re.compile(
    r"\.(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\s*\("
    r"|new Function\b|createContextualFragment|\bDOMParser\b|\.srcdoc\b|setHTMLUnsafe"
    r"|parseHTMLUnsafe|set(?:Timeout|Interval)\s*\(\s*[\"'`]|\bsetAttribute\(\s*[\"'`]on|javascript:"
)
IN_MARKUP = re.compile(
    r"<[^>]*\s(?:on[a-z]+|style|srcdoc)\s*=|<script(?![^>]*\b(?:src|type)=)|javascript:", re.I
)


@pytest.mark.parametrize("folder", ["static", "dialog/templates"])
def test_no_source_of_ours_makes_markup_of_words(folder):
    files = [file for file in (ROOT / folder).rglob("*") if file.suffix in (".js", ".html")]
    assert files
    for file in files:
        text = file.read_text()
        assert not SINKS.search(text), file
        if file.suffix == ".html":
            assert not IN_MARKUP.search(text), file


def test_what_is_put_into_a_template_unescaped_is_ours_and_stands_in_few_places():
    """`|safe`, `autoescape false` and `Markup(...)` of something are each looked at by a person."""
    for file in (ROOT / "dialog/templates").rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape", file.read_text()), file
    marked = {
        file.relative_to(ROOT).as_posix(): len(
            re.findall(r"\bMarkup\((?!['\"]<)", file.read_text())
        )
        for file in (ROOT / "dialog").rglob("*.py")
    }
    assert {name: n for name, n in marked.items() if n} == {
        "dialog/pages.py": 2,  # a stored file of ours, and the presidium's guide
        "dialog/rendering.py": 1,  # JSON, with what could end its block written otherwise
    }


def test_the_one_trusted_types_policy_lets_one_address_through():
    made = [
        (file.name, text)
        for file in (ROOT / "static").rglob("*.js")
        if "createPolicy" in (text := file.read_text())
    ]
    assert len(made) == 1
    [(_, text)] = made
    assert re.search(r"createScriptURL: \(\) => at\(\"/sw\.js\"\) }", text)
    assert "createHTML" not in text and "createScript:" not in text


def test_names_on_the_paper_of_a_closed_meeting_are_words_there_and_kept_nowhere(visited):
    """They are typed by staff, set by typst, and forgotten."""
    session = visited.opened("2019-03-06-ks")
    names = [text[:80] for text in LONG] + ["Marker Namnsson", "\x01\ufffe", "🙂" * 40]
    asked = {"seats": len(names), "names": names}
    made = visited.fay.post(f"/api/s/{session}/roster", json=asked)
    assert made.status_code == 200, made.text
    assert_harmless_pdf(made.content)
    data = visited.installation.settings.data
    kept = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    assert b"Namnsson" not in kept
