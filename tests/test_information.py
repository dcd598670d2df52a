"""The pages that everybody may read: whole in every language, and true of the municipality."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dialog import locales
from dialog.app import create_app
from dialog.information import MORE, PATHS, SECTIONS
from dialog.protocol.agenda import REVIEWED
from dialog.reports.guides import GUIDES
from dialog.sessions import load
from dialog.sessions.library import read_municipality
from dialog.sessions.municipality import MUNICIPALITY_FILE, unfilled
from dialog.settings import Settings

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "dialog" / "templates").glob("*.html"))
NO_FOOTER = ("projector.html", "arrived.html", "host.html")
"""A screen that nobody presses anything on, and pages that go on by themselves."""
EVENING = {"dialogue": "mal-2019", "session": "2019-04-01-medborgardialog"}
FILLED = """\
name = "Vaggeryds kommun"
website = "https://kommun.example"
email = "kommun@kommun.example"
switchboard = "0100-00 00 00"

[privacy]
controller = "Demokratinämnden"
officer_email = "ombud@kommun.example"
processor = "Kommunens it-enhet"
decision = "KS 2027/9, 2027-02-01"
retention = [{ what = "Bidrag", how_long = "bevaras" }]

[accessibility]
email = "tillganglig@kommun.example"
phone = "0100-00 00 01"
assessed = 2027-03-01
updated = 2027-03-02
reviewer = "Granskaren AB"
shortcomings = ["Kartan saknar text, den byts i höst."]
burden = ["Äldre filmer textas inte: få ser dem."]
"""


@pytest.fixture(scope="module")
def fay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The facilitator's client, on an installation where nothing has been filled in."""
    data = tmp_path_factory.mktemp("information")
    app = create_app(Settings(data=data, grouping="none", home="http://testserver"))
    with TestClient(app) as client:
        secret = app.state.installation.identity.link_secret("facilitator", 0)
        assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200
        yield client


@pytest.fixture
def filled_in(fay: TestClient) -> Iterator[TestClient]:
    """The same once the municipality has said everything."""
    settings = fay.app.state.installation.settings
    file = settings.own_sessions / MUNICIPALITY_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(FILLED, "utf-8")
    yield fay
    file.unlink()


def read(client: TestClient, path: str, language: str = "sv") -> str:
    return str(client.get(f"{path}?lang={language}").text)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("language", REVIEWED)
@pytest.mark.parametrize("name", SECTIONS)
def test_every_page_is_whole_in_every_language_at_both_its_addresses(fay, name, language):
    page = read(fay, f"/{name}", language)
    assert words(page) == words(read(fay, f"/{PATHS[name]}", language))
    for section in SECTIONS[name]:
        heading = locales.translate(language, f"page.{name}.{section}.heading")
        assert f'<section id="{section}"' in page or (name, section) == ("about", "this")
        assert f"<h2>{heading}</h2>" in page or (name, section) == ("about", "this")
    assert "[FYLL I" not in page
    assert not re.search(r"\{[a-z_]+\}|\bpage\.[a-z]", words(page))


def test_every_section_has_words_or_facts():
    catalogue = locales.catalogue("sv", "pages")
    for name, sections in SECTIONS.items():
        assert all(
            f"page.{name}.{one}.text" in catalogue or f"{name}.{one}" in MORE for one in sections
        )
        written = {key.split(".")[2] for key in catalogue if re.match(rf"page\.{name}\.\w+\.", key)}
        headed = {one for one in written if f"page.{name}.{one}.heading" in catalogue}
        assert headed == set(sections)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_every_page_but_the_projectors_leads_to_the_information(template):
    text = template.read_text("utf-8")
    if template.name not in NO_FOOTER:
        assert "</body>" not in text or '{% include "links.html" %}' in text
        assert "{% block links %}" not in text or template.name == "app.html"


def test_what_nobody_has_filled_in_is_said_in_general_words(fay):
    privacy, statement = words(read(fay, "/privacy")), words(read(fay, "/accessibility"))
    assert "Kommunstyrelsen i Vaggeryds kommun" in privacy
    assert "Fråga efter dataskyddsombudet i kommunens växel." in privacy
    assert "Så länge inget är beslutat tas inget bort." in privacy
    assert "Kommunen har inte bedömt sin egen installation än." in statement


def test_what_is_filled_in_stands_on_the_pages_and_can_be_pressed(filled_in):
    privacy = read(filled_in, "/privacy")
    assert "Demokratinämnden" in privacy and "Kommunens it-enhet" in privacy
    assert '<a href="mailto:ombud@kommun.example">ombud@kommun.example</a>' in privacy
    assert '<a href="tel:0100000000">0100-00 00 00</a>' in privacy
    assert "<li>Bidrag: bevaras</li>" in privacy and "KS 2027/9, 2027-02-01" in privacy
    assert "Förslaget är" not in privacy
    assert '<span lang="sv" dir="auto">Demokratinämnden</span>' in read(filled_in, "/privacy", "en")


@pytest.fixture
def decided(fay: TestClient, tmp_path: Path) -> Iterator[TestClient]:
    """The same once one thing has been decided to go."""
    settings = fay.app.state.installation.settings
    shipped = settings.sessions
    settings.sessions = tmp_path / "sessions"
    shutil.copytree(shipped, settings.sessions)
    file = settings.sessions / "mal-2019" / "dialogue.toml"
    rule = 'what = "participants"\n'
    where = 'body = "ks"\ndate = "2019-05-06"\nsection = "§ 91"\n'
    file.write_text(file.read_text("utf-8").replace(rule, rule + where), "utf-8")
    yield fay
    settings.sessions = shipped


def test_what_has_been_decided_to_go_is_said_as_the_rules_have_it(decided):
    privacy = read(opened_and_joined(decided), "/privacy")
    assert "Vilken telefons nummer som skrev vad: tas bort 30 dagar efter tillfället" in privacy
    assert "Beslut: Kommunstyrelsen 2019-05-06, § 91" in privacy
    assert "Förslaget är" not in privacy and "dolda bidrag" not in privacy
    to_fill_in = decided.get("/api/staff/overview").json()["to_fill_in"]
    assert "privacy.retention" not in to_fill_in["unfilled"]


def test_the_accessibility_statement_says_all_that_digg_asks_for(filled_in):
    page = read(filled_in, "/tillganglighet")
    asked = ("Vaggeryds kommun", "Dialog: medborgardialog", "Delvis förenlig", "1 mars 2027")
    asked += ("2 mars 2027", "Granskning av en utomstående: Granskaren AB", "Kartan saknar text")
    asked += ("https://www.digg.se/tdosanmalan", "mailto:tillganglig@kommun.example")
    asked += ("tel:0100000001", "12 §", "Äldre filmer textas inte", "9 §")
    assert [one for one in asked if one not in page] == []


def opened_and_joined(fay: TestClient) -> TestClient:
    """Ada's phone, in a session that has just been opened."""
    session = fay.post("/api/staff/open", json=EVENING).json()["session"]
    records = fay.get(f"/api/s/{session}/records?audience=console").json()["records"]
    ada = TestClient(fay.app)
    ada.portal = fay.portal
    ada.post("/api/join", json={"code": records["meeting"]["code"]})
    return ada


def test_whoever_has_joined_reads_what_can_be_influenced_and_what_comes_next(fay):
    assert "Det här kan du påverka" not in read(fay, "/about")
    about = words(read(opened_and_joined(fay), "/about"))
    for said in ("KS 2019/017", "Det här kan du påverka", "De fyra målområdena", "10 april 2019:"):
        assert said in about


def test_the_file_speaks_for_no_other_municipality(filled_in):
    asked = {"municipality": "Älvdals kommun", "record_number": "KS 1", "title": "Ny"}
    made = filled_in.post("/api/staff/new-dialogue", json=asked | {"areas": ["A"]}).json()
    pages = [read(filled_in, f"/{name}") for name in PATHS]
    assert not any("kommun.example" in page or "Vaggeryd" in page for page in pages)
    overview = filled_in.get("/api/staff/overview").json()["to_fill_in"]
    assert overview == {"name": "Vaggeryds kommun", "unfilled": [], "others": ["Älvdals kommun"]}
    shutil.rmtree(filled_in.app.state.installation.settings.own_sessions / made["dialogue"])


def test_texts_sent_elsewhere_for_grouping_are_told_of(tmp_path):
    here = Settings(data=tmp_path, grouping="none", embeddings_url="https://ai.example.se/v1")
    with TestClient(create_app(here)) as client:
        page = words(read(client, "/privacy"))
    assert "skickas för jämförelsen till en tjänst" in page and "samma server" not in page


def test_a_language_is_marked_until_somebody_who_speaks_it_has_read_the_words(tmp_path):
    asked = {"grouping": "none", "languages": "sv fi so"}
    own = tmp_path / "sessions"
    own.mkdir()
    (own / MUNICIPALITY_FILE).write_text(f'reviewed_languages = ["fi"]\n{FILLED}', "utf-8")
    with TestClient(create_app(Settings(data=tmp_path, **asked))) as client:
        assert client.get("/help").text.count("(inte granskat än)") == 1
        marked = [
            lang for lang in ("sv", "fi", "so") if "unreviewed" in read(client, "/help", lang)
        ]
    assert marked == ["so"]


# ── the file ──────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_file_and_the_template_are_whole():
    mistakes: list = []
    template = read_municipality(ROOT / "sessions" / "_template" / MUNICIPALITY_FILE, mistakes)
    library = load(ROOT / "sessions")
    assert not mistakes and not library.mistakes
    assert library.municipality and library.municipality.name == "Vaggeryds kommun"
    assert template and len(unfilled(template)) == 9
    text = (ROOT / "sessions" / "_template" / MUNICIPALITY_FILE).read_text("utf-8")
    for part in (template, template.privacy, template.accessibility):
        for key in part.__struct_fields__:
            assert re.search(rf"^(# )?\[*(privacy\.)?{key}\b", text, re.M), key


@pytest.mark.parametrize(
    "changed, told",
    [
        ('email = "kommun"', "line 3, email: expected one e-mail address"),
        ('switchboard = "ring oss"', "line 4, switchboard: expected a telephone number"),
        ('website = "javascript:alert(1)"', "line 2, website: expected an address that begins"),
        ("assessed = 2027-03-01", ""),
        ('assessed = "i mars"', "line 16, accessibility.assessed: expected a date such as"),
        ('level = "almost"', "accessibility.level: "),
        ('level = "full"', "line 14, accessibility.level"),
        ('form = "//evil.example"', "accessibility.form: expected an address that begins"),
        ('reviewed_languages = ["klingon"]', 'line 1, reviewed_languages[1]: "klingon" is not'),
        ('swichboard = "1"', 'did you mean "switchboard"'),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line_and_key(tmp_path, changed, told):
    key = changed.partition(" ")[0]
    if re.search(rf"^{key} =", FILLED, re.M):
        text = re.sub(rf"^{key} = .*$", lambda _: changed, FILLED, flags=re.M)
    elif key in ("level", "form"):
        text = FILLED.replace("[accessibility]\n", f"[accessibility]\n{changed}\n")
    else:
        text = f"{changed}\n{FILLED}"
    (tmp_path / MUNICIPALITY_FILE).write_text(text, "utf-8")
    library = load(tmp_path)
    said = "\n".join(map(str, library.mistakes))
    assert told in said and bool(said) == bool(told)
    assert (library.municipality is None) == bool(told)


def test_a_file_beside_the_sessions_is_told_where_it_belongs(tmp_path):
    folder = tmp_path / "mal-2019"
    folder.mkdir()
    text = (ROOT / "sessions" / "mal-2019" / "dialogue.toml").read_text("utf-8")
    (folder / "dialogue.toml").write_text(text, "utf-8")
    (folder / MUNICIPALITY_FILE).write_text(FILLED, "utf-8")
    library = load(tmp_path)
    assert "expected it beside the dialogues' folders" in str(library.mistakes[0])


# ── guides ────────────────────────────────────────────────────────────────────────────────────


def test_the_guides_are_pages_and_sheets_of_paper_for_anybody(fay):
    everybody = TestClient(fay.app)
    everybody.portal = fay.portal
    listed = everybody.get("/guide").text
    for name in GUIDES:
        assert f'href="/guide/{name}.pdf"' in listed and f'href="/guide/{name}"' in listed
    assert "<h1>Moderator</h1>" in everybody.get("/guide/moderator").text
    printed = everybody.get("/guide/moderator.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    for wrong in ("/guide/nobody.pdf", "/guide/..%2fpresidium", "/guide/README"):
        assert everybody.get(wrong).status_code == 404
