"""Pages of other sites in a visitor's browser: they may neither open a socket with the visitor's
cookies nor post anything, in whatever form; and what we answer cannot be framed or read there."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dialog.headers import is_own
from dialog.store.tables import metadata
from tests.security.house import HOME, House
from tests.security.routes import Door, doors

ELSEWHERE = [
    "https://elsewhere.example",
    "null",
    "",
    "https://",
    "http://dialog.example.se",
    "https://dialog.example.se.elsewhere.example",
    "https://dialog.example.se:8443",
    "https://dialog.example.se@elsewhere.example",
    "https://elsewhere.example#dialog.example.se",
    "https://sub.dialog.example.se",
    "https://xdialog.example.se",
    "file://",
    "data:",
    "chrome-extension://dialog",
    "//dialog.example.se",
    "dialog.example.se",
    "https://[",
    "https://[dialog.example.se]",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_page_of_another_site_opens_no_socket_with_the_staffs_cookies(house, origin):
    path = f"/ws/{house.session}"
    assert house.hears(house.fay, path, "console", origin=HOME)
    assert not house.hears(house.fay, path, "console", origin=origin)


def test_who_does_not_say_where_the_page_is_from_opens_no_socket(house):
    assert not house.hears(house.fay, f"/ws/{house.session}", "console")


def test_no_setting_turns_the_look_at_the_origin_off(house):
    """What peers ship as an option has become their default."""
    names = house.installation.settings.__dataclass_fields__
    assert not [name for name in names if "origin" in name or "cors" in name or "csrf" in name]


POSTS = [door for door in doors() if door.method != "GET"]


@pytest.mark.parametrize("door", POSTS, ids=lambda door: door.path)
def test_a_page_of_another_site_may_post_nowhere(house, door):
    path = door.at(session=house.session, dialogue="mal-2019")
    forms = ("application/json", "text/plain", "application/x-www-form-urlencoded", "")
    for client in (house.fay, house.somebody()):
        for origin in ("https://elsewhere.example", "null", "http://dialog.example.se", "http://["):
            for form in forms:
                headers = {"Origin": origin, "Content-Type": form}
                refused = client.request(door.method, path, content="{}", headers=headers)
                assert refused.status_code == 403
                assert "set-cookie" not in refused.headers


WITHOUT_JSON = ("/import", "/logout", "/next-person", "/api/projector", "/revoke-tables")
"""Their body is something else, or they have none."""
WISHES = [it for it in POSTS if it.path.startswith("/api/") and not it.path.endswith(WITHOUT_JSON)]


@pytest.mark.parametrize("door", WISHES, ids=lambda door: door.path)
def test_what_a_plain_form_can_send_is_no_wish(house, door):
    """A form needs no leave of ours to be sent: what it sends must not be taken for JSON."""
    path = door.at(session=house.session, dialogue="mal-2019")
    phone = house.phone(house.session)
    for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        for client in (house.fay, phone):
            sent = client.post(path, content='{"a":"="}', headers={"Content-Type": form})
            assert sent.status_code in (400, 401, 403)


ASKED: dict[str, tuple[str, ...]] = {
    "/api/dialogue/{dialogue}/disclosure": ("words=bänkar&format=csv",),
    "/api/dialogue/{dialogue}/document": ("for=ksau&format=html", "for=ksau&format=csv"),
    "/api/s/{session}/print": ("what=poster", "what=hosts&tables=2"),
    "/api/s/{session}/records": ("", "audience=console", "audience=board", "audience=scribe"),
    "/api/staff/export": ("session=SESSION",),
    "/projector": ("session=SESSION",),
    "/staff": ("", "next=/staff"),
}
"""What a route is asked with, so that it does what it is there for."""
NOTED = {
    "/api/dialogue/{dialogue}/disclosure": "who has fetched what people wrote",
    "/api/dialogue/{dialogue}/disposal/{number}": "who has fetched the protocol",
    "/api/dialogue/{dialogue}/document": "who has fetched a document",
    "/api/s/{session}/print": "who has printed what lets people in",
    "/api/staff/export": "who has fetched what people wrote",
    "/api/staff/links": "who has looked at the links",
}
"""A line in the audit trail may come of them, which a picture on another site could have written in
the facilitator's name: it says that her browser has fetched something, as it has."""
NOT_HERE = {
    "/staff/back": "the provider sends a browser there to sign in; its state was given to that one"
    " browser: `test_a_sign_in_leads_to_pages_of_ours_and_nowhere_else`",
    "/metrics": "no token is set here; it counts and writes nothing",
    "/staff/sign-in": "there is no provider here; it keeps a cookie and nothing else",
    "/api/dialogue/{dialogue}/difference": "nothing has been frozen here",
    "/api/dialogue/{dialogue}/disposal/{number}": "nothing has been disposed of here",
    "/static/{version}/{path:path}": "files, read when the server starts",
    "/static/words-{digest}/{language}.js": "words, read when the server starts",
}
"""Routes that do not answer with what they are for when they are asked here, and why."""
GETS = [door for door in doors() if door.method == "GET"]


@pytest.mark.parametrize("door", GETS, ids=lambda door: door.path)
def test_a_get_changes_nothing(house, meeting, door):
    """So that a link or a picture on another site cannot either: asked as the facilitator, who
    also takes part, every row of every table and every file are as they were."""
    fay, session = meeting
    ids = {"session": session, "dialogue": "mal-2019", "code": house.code(session)}
    for query in ASKED.get(door.path, ("",)):
        before, files = rows(house), kept_files(house)
        path = door.at(**ids, name="moderator") + "?" + query.replace("SESSION", session)
        answer = fay.get(path, follow_redirects=False)
        assert answer.status_code == 200 or door.path in NOT_HERE, answer.text[:200]
        after = rows(house)
        noted, lines = after.pop("audit"), before.pop("audit")
        assert (after, kept_files(house)) == (before, files)
        assert noted == lines or (door.path in NOTED and noted[: len(lines)] == lines)


@pytest.fixture(scope="module")
def meeting(the_house: House) -> tuple[TestClient, str]:
    """A session in which something waits, and a browser of the facilitator's that takes part."""
    session, fay = the_house.opened(), the_house.staff("facilitator")
    fay.post("/api/join", json={"code": the_house.code(session)})
    for op, audience, command in (
        ("goes-on", "console", {"type": "go-to-step", "step": "area-1-skriv", "seen": None}),
        ("writes", "phone", POST | {"text": "Fler bänkar"}),
        ("writes-more", "phone", POST | {"text": "Ring 070-174 06 05"}),
        ("takes", "console", {"type": "take-slips", "most": 1}),
    ):
        wish = {"t": "do", "op": f"{op}-0123456789abcdef", "command": command}
        answer = fay.post(f"/api/s/{session}/do?audience={audience}", json=wish)
        assert answer.json()["t"] == "ack", answer.text
    return fay, session


POST = {"type": "post-contribution", "step": "area-1-skriv", "begun": 0, "kind": "keyword"}


def rows(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Table -> all that stands in it, the log among it."""
    with house.installation.live.engine.connect() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.c))]
            for table in metadata.sorted_tables
        }


def kept_files(house: House) -> set[str]:
    """Those beside the database."""
    data = house.installation.settings.data
    return {str(it) for it in data.rglob("*") if not it.name.startswith("dialog.db")}


def test_what_changes_something_is_a_post():
    """So that a link or a picture cannot either: what changes something is no GET."""
    words = (
        "do",
        "open",
        "revoke",
        "join",
        "login",
        "logout",
        "freeze",
        "import",
        "discard",
        "pair",
    )
    changing = [door for door in doors() if door.path.rsplit("/", 1)[-1] in words]
    assert changing and {door.method for door in changing} == {"POST"}


def test_no_answer_lets_another_site_read_it(house):
    asked = {"Origin": "https://elsewhere.example"}
    for path in ("/", "/api/staff/overview", f"/api/s/{house.session}/records"):
        for method in ("GET", "OPTIONS"):
            answer = house.fay.request(method, path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_an_origin_is_ours_only_if_it_is_the_host_itself(origin):
    assert not is_own(origin, "dialog.example.se", "https")
    assert is_own(HOME, "dialog.example.se", "https")
    assert is_own("http://192.168.1.7:8000", "192.168.1.7:8000", "http")
    assert not is_own("null", "", "http") and not is_own("https://", "", "https")


def test_the_strictest_cookie_is_the_staffs(house: House):
    answer = house.somebody().post(
        "/api/staff/login",
        json={"secret": house.installation.identity.link_secret("presidium", 0)},
    )
    assert "samesite=strict" in answer.headers["set-cookie"].lower()


def test_there_are_posts_to_attack():
    assert Door("POST", "/api/staff/open") in POSTS and len(POSTS) > 15
