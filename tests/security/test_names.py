"""Names and addresses that a visitor or a proxy claims: the Host header, X-Forwarded-*, redirects,
and paths that try to climb."""

import hashlib
import zipfile

import msgspec
import pytest
from starlette.requests import HTTPConnection

from dialog.backup import CannotRestore, Manifest, Part, restore
from dialog.doorkeeper import Doorkeeper, neighbourhood
from dialog.reports import archive
from dialog.reports.archive import Listed
from dialog.settings import Settings
from tests.security.fort import Fort
from tests.security.house import HOME
from tests.security.routes import doors

STRANGE_HOSTS = [
    "elsewhere.example",
    "dialog.example.se.elsewhere.example",
    "dialog.example.se:1234",
    "dialog.example.se@elsewhere.example",
    "dialog.example.se\telsewhere.example",
    "127.0.0.1:1",
    "[::1",
    "",
]


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_under_a_name_that_is_not_ours_there_is_nothing(house, host):
    for path in ("/", "/j/2222222", "/staff", "/api/staff/overview", "/static/x/icon.svg"):
        answer = house.fay.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "elsewhere" not in str(answer.headers) + answer.text


def test_names_of_ours_are_answered_to(house):
    for host in ("dialog.example.se", "DIALOG.example.se", "localhost:8000", "127.0.0.1:8000"):
        assert house.somebody().get("/", headers={"Host": host}).status_code == 200
    assert house.somebody().get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200


def test_without_a_home_any_name_may_be_typed_in_the_hall():
    assert Settings().hosts == frozenset()
    assert "dialog.example.se" in Settings(home=HOME).hosts
    for home in ("https://dialog.example.se:443", "http://dialog.example.se:80/dialog"):
        assert "dialog.example.se" in Settings(home=home).hosts, "browsers leave it out"
    assert "dialog.example.se" not in Settings(home="https://dialog.example.se:80").hosts


def test_a_socket_under_another_name_is_refused(house):
    path = f"/ws/{house.session}"
    assert house.hears(house.fay, path, "console", origin=HOME)
    claimed = {"host": "elsewhere.example", "origin": "https://elsewhere.example"}
    assert not house.hears(house.fay, path, "console", **claimed)


CLAIMS = {
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Server": "elsewhere.example",
    "X-Host": "elsewhere.example",
    "X-Original-URL": "/staff",
    "X-Rewrite-URL": "/staff",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "host=elsewhere.example;proto=https",
}


def test_no_address_that_we_write_comes_from_what_a_visitor_claims(house):
    for path in ("/", "/staff", "/j/2222222", "/projector", "/receipt", "/qr/2222222.svg"):
        plain, claimed = house.fay.get(path), house.fay.get(path, headers=CLAIMS)
        assert claimed.text == plain.text
        assert "elsewhere.example" not in str(claimed.headers)
    asked = {"session": house.session}
    link = house.fay.post("/api/staff/phone-link", json=asked, headers=CLAIMS).json()["url"]
    assert link.startswith(f"{HOME}/staff?session={house.session}#")


# ── redirects ─────────────────────────────────────────────────────────────────────────────────

AWAY = [
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "/%2felsewhere.example/",
    "/%5celsewhere.example/",
    "/https://elsewhere.example/",
    "/.//elsewhere.example/",
    "/%09/elsewhere.example/",
    "/%0d%0aLocation:%20https://elsewhere.example/",
    "/staff/?next=https://elsewhere.example",
]


@pytest.mark.parametrize("path", AWAY)
def test_no_redirect_leads_away(fort: Fort, path):
    answer = fort.ask(f"GET {path} HTTP/1.1")
    location = answer.headers.get("location", "/")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert answer.head.lower().count(b"\nlocation:") <= 1


def test_no_parameter_leads_away(house):
    names = ("next", "url", "return", "redirect", "to", "session", "lang")
    away = dict.fromkeys(names, "https://elsewhere.example")
    for door in doors():
        if door.method == "GET":
            answer = house.fay.get(door.at(), params=away, follow_redirects=False)
            assert "elsewhere" not in answer.headers.get("location", "")


def test_a_post_to_an_address_with_a_slash_too_many_is_sent_nowhere(house):
    """Starlette's own redirect would name the host that the visitor said."""
    answer = house.somebody().post("/api/join/", json={}, follow_redirects=False)
    assert answer.status_code == 404 and "location" not in answer.headers


def test_an_address_with_a_slash_too_many_leads_to_the_page(house):
    answer = house.somebody().get("/projector/?session=x", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/projector?session=x")


# ── who is behind a proxy ─────────────────────────────────────────────────────────────────────


def test_only_a_known_proxy_is_believed(fort: Fort):
    """The fort believes 127.0.0.1; behind it a visitor's own claim comes first, and is not it."""
    wrong = b'{"code": "2222222"}'
    head = "POST /api/join HTTP/1.1\nContent-Type: application/json\nX-Forwarded-For: "
    answers = [404]
    while answers[-1] == 404 and len(answers) < 200:  # of all wrong codes 300 are let through
        answers.append(fort.ask(f"{head}{len(answers)}.1.1.1, 198.51.100.7", wrong).status)
    assert answers[-1] == 429
    assert fort.ask(f"{head}198.51.101.8", wrong).status == 404


def test_a_stranger_is_no_proxy(house, no_time_passes):
    """The application sees what uvicorn made of it, and reads no such header itself."""
    stranger = house.somebody()
    answers = [
        stranger.post(
            "/api/join",
            json={"code": "2222222"},
            headers={"X-Forwarded-For": f"198.51.{n}.7", "X-Real-IP": f"198.51.{n}.7"},
        ).status_code
        for n in range(31)
    ]
    assert answers == [404] * 30 + [429]


def seen_from(address: str) -> HTTPConnection:
    return HTTPConnection({"type": "http", "client": (address, 1), "headers": []})


@pytest.mark.parametrize(
    "one, other, alike",
    [
        ("198.51.100.7", "198.51.100.200", True),
        ("198.51.100.7", "198.51.101.7", False),
        ("2001:db8:1:2::7", "2001:db8:1:ffff:1:2:3:4", True),
        ("2001:db8:1::7", "2001:db8:2::7", False),
        ("::ffff:198.51.100.7", "198.51.100.9", True),
        ("testclient", "other", False),
        ("", "", True),
    ],
)
def test_guesses_are_counted_by_network(one, other, alike):
    """One person may well have all addresses of an IPv6 network."""
    assert (neighbourhood(one) == neighbourhood(other)) == alike


def test_the_doorkeeper_remembers_no_address():
    keeper = Doorkeeper()
    keeper.note_wrong_code(seen_from("198.51.100.7"))
    assert "198.51.100" not in repr(keeper.per_address.levels)
    assert Doorkeeper().key != keeper.key


# ── paths that climb ──────────────────────────────────────────────────────────────────────────

CLIMBING = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\..\\etc\\passwd",
    "%5c..%5c..%5cetc%5cpasswd",
    "/etc/passwd",
    "%00../../etc/passwd",
    "lib/../../pyproject.toml",
    "phone/%2e%2e/%2e%2e/pyproject.toml",
    "../dialog/app.py",
    ".",
    "",
]


@pytest.mark.parametrize("path", CLIMBING)
def test_no_path_climbs_out_of_the_files(fort: Fort, path):
    for folder in ("/static/x/", "/static/", "/", "/qr/", "/j/", "/s/", "/feedback/"):
        answer = fort.ask(f"GET {folder}{path} HTTP/1.1")
        assert answer.status in (200, 307, 400, 404)
        assert b"root:" not in answer.raw and b"[build-system]" not in answer.raw
        assert b"create_app" not in answer.raw


def test_a_dialogue_made_in_the_browser_stays_in_its_folder(house):
    names = ("../../escaped", "/tmp/escaped", "..", "\0a\\b\u2044c")
    own = house.installation.settings.own_sessions
    for name in names:
        asked = {"municipality": "Kommun", "record_number": "../..", "title": name, "areas": ["A"]}
        house.fay.post("/api/staff/new-dialogue", json=asked)
        house.fay.post("/api/staff/new-session", json={"dialogue": "mal-2019", "title": name})
        house.fay.post("/api/staff/open", json={"dialogue": name, "session": name})
    root = own.parent
    outside = [file for file in root.parent.rglob("*escaped*") if own not in file.parents]
    assert outside == []
    assert all(file.name.isascii() and ".." not in file.name for file in own.rglob("*"))


def test_a_document_is_asked_for_by_words_we_know(house):
    assert house.session
    for name in ("../../etc/passwd", "archive/../summary", "SUMMARY", "", "%00"):
        for query in (f"for={name}&format=pdf", f"for=summary&format={name}"):
            answer = house.fay.get(f"/api/dialogue/mal-2019/document?{query}")
            assert (answer.status_code, answer.json()["kind"]) == (400, "malformed")


@pytest.mark.parametrize(
    "name", ["sessions/../../escaped", "/tmp/escaped", "sessions\\..\\x", "sessions", "dialog.db"]
)
def test_a_copy_of_an_installation_with_names_that_climb_is_not_put_back(tmp_path, name):
    content = b"escaped"
    part = Part(name, hashlib.sha256(content).hexdigest(), len(content))
    manifest = Manifest("1", "", "2019-04-01T18:00Z", [], [part])
    file = tmp_path / "deep" / "kopia.zip"
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, content)
        packed.writestr("backup.json", msgspec.json.encode(manifest))
    with pytest.raises(CannotRestore, match="no name of ours"):
        restore(file, Settings(data=tmp_path / "deep" / "data"), over=True)
    assert sorted(it.name for it in tmp_path.rglob("*")) == ["deep", "kopia.zip"]


def test_a_package_with_names_that_climb_is_said_to_be_none_of_ours(tmp_path):
    """`dialog verify` reads and never unpacks: nothing lies anywhere afterwards."""
    names = ("../escaped", "/tmp/escaped-archive", "a/../../escaped", "C:\\escaped")
    listed = [Listed(name, hashlib.sha256(b"x").hexdigest(), 1) for name in names]
    manifest = archive.Manifest(
        *("x", "Titel", "KS 1", "Kommun", None, None, [], 0, "0" * 64, False, "2019-04-01T18:00Z"),
        files=listed,
    )
    package = tmp_path / "deep" / "paket.zip"
    package.parent.mkdir()
    with zipfile.ZipFile(package, "w") as file:
        for name in names:
            file.writestr(name, b"x")
        file.writestr("manifest.json", msgspec.json.encode(manifest))
    assert archive.verify(package).mistakes
    assert sorted(it.name for it in tmp_path.rglob("*")) == ["deep", "paket.zip"]
