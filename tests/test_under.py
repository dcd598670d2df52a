"""Under a path of a host that is shared: what is asked, answered, kept and linked to."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from dialog.app import create_app
from dialog.oidc import Provider
from dialog.settings import BadSetting, Settings
from tests.hall import DIALOGUE, EVENING
from tests.security.routes import doors

HOST = "kommun.example"
UNDER = "/tjanster/dialog"
HOME = f"https://{HOST}{UNDER}"
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    data = tmp_path_factory.mktemp("under") / "data"
    app = create_app(Settings(data=data, grouping="none", home=HOME))
    with TestClient(app, base_url=f"https://{HOST}") as client:
        app.state.portal = client.portal
        yield app


@pytest.fixture
def somebody(app):
    client = TestClient(app, base_url=f"https://{HOST}", follow_redirects=False)
    client.portal = app.state.portal
    return client


@pytest.fixture
def fay(app, somebody):
    secret = app.state.installation.identity.link_secret("facilitator", 0)
    answer = somebody.post(f"{UNDER}/api/staff/login", json={"secret": secret})
    assert answer.status_code == 200
    somebody.said = answer.headers["set-cookie"]
    return somebody


@pytest.fixture(scope="module")
def session(app):
    client = TestClient(app, base_url=HOME)
    client.portal = app.state.portal
    secret = app.state.installation.identity.link_secret("facilitator", 0)
    client.post("/api/staff/login", json={"secret": secret})
    asked = {"dialogue": DIALOGUE, "session": EVENING}
    return client.post("/api/staff/open", json=asked).json()["session"]


# ── what is asked ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("taken_off", [False, True])
def test_a_proxy_may_pass_the_path_on_or_take_it_off(somebody, taken_off):
    under = "" if taken_off else UNDER
    for path in ("/", "/about", "/staff", "/healthz", "/icon.svg"):
        assert somebody.get(under + path).status_code == 200, path
    assert somebody.get(f"{under}/nothing").status_code == 404


def test_the_bare_path_is_the_first_page(somebody):
    assert 'id="join"' in somebody.get(UNDER).text


def test_a_path_that_only_begins_like_ours_is_not_ours(somebody):
    assert somebody.get(f"{UNDER}ue/about").status_code == 404
    assert somebody.get(f"{UNDER}{UNDER}/about").status_code == 404


@pytest.mark.parametrize("word", ["staff", "api", "static", "s", "work"])
def test_our_own_words_begin_no_path(tmp_path, word):
    """Where a proxy takes the path off, `/staff/…` would mean two things."""
    with pytest.raises(BadSetting, match="another path"):
        create_app(Settings(data=tmp_path, home=f"https://{HOST}/{word}/x"))


# ── what is answered ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/console/nothing", "/work/nothing", "/plain/s/nothing"])
def test_whoever_is_turned_away_stays_under_the_path(somebody, path):
    leads = somebody.get(UNDER + path).headers["location"]
    assert leads.startswith(f"{UNDER}/")
    assert somebody.get(leads).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/elsewhere.example//",
        "//elsewhere.example",
    ],
)
def test_no_redirect_leads_to_another_host(somebody, path):
    for asked in (UNDER + path, path):
        leads = somebody.get(f"https://{HOST}{asked}").headers.get("location", f"{UNDER}/x")
        assert leads.startswith(f"{UNDER}/") and not leads.startswith("//"), (asked, leads)


@pytest.mark.parametrize(
    "path", ["/..%2fandra/", "/x/..%2f..%2fandra/", "/..%5candra/", "/%252e%252E/andra/"]
)
def test_no_redirect_leads_out_of_the_path(somebody, path):
    answer = somebody.get(UNDER + path)
    assert answer.status_code == 404, answer.headers.get("location")


def test_every_page_may_load_ours_and_nothing_else_of_the_host(fay, session):
    """Another application there may serve what people have uploaded."""
    pages = 0
    for door in doors():
        path = door.at(session=session, dialogue=DIALOGUE, code="2222222", version="x")
        answer = fay.request(door.method, UNDER + path)
        policy = answer.headers["content-security-policy"]
        assert "'self'" not in policy, path
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages += 1
            assert f"script-src {HOME}/;" in policy, path
            assert f"connect-src {HOME}/ wss://{HOST}{UNDER}/;" in policy, path
            assert ("frame-src" in policy) == path.startswith("/work/"), path
    assert pages > 20


def test_under_another_name_there_is_nothing(somebody):
    for host in ("elsewhere.example", f"{HOST}:1234", f"{HOST}@elsewhere.example"):
        assert somebody.get(f"{UNDER}/", headers={"Host": host}).status_code == 421


def test_another_sites_page_may_not_post(fay):
    headers = {"Origin": "https://elsewhere.example"}
    assert fay.post(f"{UNDER}/api/staff/logout", headers=headers, json={}).status_code == 403


@pytest.mark.parametrize("under", ["", UNDER])
def test_a_line_is_opened_under_the_path(app, fay, session, under):
    cookies = "; ".join(f"{it.name}={it.value}" for it in fay.cookies.jar)
    for origin, heard in ((f"https://{HOST}", True), ("https://elsewhere.example", False)):
        headers = {"Cookie": cookies, "Origin": origin}
        try:
            with fay.websocket_connect(f"wss://{HOST}{under}/ws/{session}", headers=headers) as it:
                it.send_json({"t": "hello", "v": 1, "audience": "console"})
                assert it.receive_json()["t"] == "welcome" and heard
        except WebSocketDisconnect:
            assert not heard


# ── what is kept ──────────────────────────────────────────────────────────────────────────────


def test_cookies_go_to_nobody_else_on_the_host(fay, session):
    code = fay.get(f"{UNDER}/api/s/{session}/records?audience=console").json()["records"]
    joined = fay.post(f"{UNDER}/api/join", json={"code": code["meeting"]["code"]})
    out = fay.post(f"{UNDER}/api/staff/logout", json={})
    language = fay.get(f"{UNDER}/?lang=en")
    said = [fay.said, *(it.headers["set-cookie"] for it in (joined, out, language))]
    for line in said:
        assert f"; Path={UNDER}" in line and "Path=/;" not in line, line
        assert "HttpOnly" in line and "Secure" in line and "SameSite" in line
        assert line.startswith(("__Secure-", "language=")), line


def test_a_cookie_is_believed_only_under_its_mark(app, fay):
    token = fay.cookies["__Secure-staff"]
    for name, status in (("__Secure-staff", 200), ("staff", 403), ("__Host-staff", 403)):
        client = TestClient(app, base_url=f"https://{HOST}")
        client.portal = app.state.portal
        client.headers["Cookie"] = f"{name}={token}"
        assert client.get(f"{UNDER}/api/staff/overview").status_code == status, name


# ── what is linked to ─────────────────────────────────────────────────────────────────────────


def test_addresses_that_are_printed_and_sent_have_the_path(app, fay, session):
    here = app.state.installation
    links = fay.get(f"{UNDER}/api/staff/links").json()["links"]
    assert all(it["link"].startswith(f"{HOME}/staff#") for it in links)
    device = fay.post(f"{UNDER}/api/staff/phone-link", json={"session": session}).json()
    assert device["url"].startswith(f"{HOME}/staff?session={session}#")
    assert here.way_in("2222222") == here.picture(f"{HOME}/j/2222222")
    picture = fay.get(f"{UNDER}/qr/2222222.svg").text
    assert picture == here.picture(f"{HOME}/j/2222222")


def test_a_provider_sends_the_browser_back_under_the_path():
    named = {"oidc_issuer": "https://login.example", "oidc_client_id": "us"}
    secret = {"oidc_client_secret": "s", "oidc_roles": "facilitator=x"}
    assert Provider(Settings(home=HOME, **named, **secret)).back == f"{HOME}/staff/back"


ATTRIBUTE = re.compile(r"""(?<!at\()(?<!~ )["'=]/[\w{$]|url=/|url\(["']?/""")
"""An address from the root of the host, where it is not handed to `at`."""
LITERAL = re.compile(r"""(?<!\bat\()(?<!\.includes\()(?<!\.startsWith\()["'`]/[\w$]""")
COMMENT = re.compile(r"(?m)^\s*//.*$")
SOURCES = sorted([*ROOT.glob("dialog/templates/*.html"), *ROOT.glob("static/**/*.css")])
SCRIPTS = sorted(ROOT.glob("static/**/*.js"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda it: it.name)
def test_no_page_or_style_names_an_address_from_the_root(file):
    assert ATTRIBUTE.findall(file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda it: "/".join(it.parts[-2:]))
def test_no_script_names_an_address_from_the_root(file):
    assert LITERAL.findall(COMMENT.sub("", file.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "line", ['fetch("/api/x")', "href: `/s/${session}`", "`/${page}`", 'go("/staff")']
)
def test_the_eye_for_scripts_sees(line):
    assert LITERAL.search(line) and not LITERAL.search(re.sub(r"([\"'`].*[\"'`])", r"at(\1)", line))


@pytest.mark.parametrize("line", ['<a href="/x">', "<a href='/{{ x }}'>", "url(/x.png)", "url=/x"])
def test_the_eye_for_pages_sees(line):
    assert ATTRIBUTE.search(line)
