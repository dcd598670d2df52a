"""Pages of other sites in a visitor's browser: they may neither open a socket with the visitor's
cookies nor post anything, in whatever form; and what we answer cannot be framed or read there."""

import pytest

from dialog.headers import is_own
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
        for origin in ("https://elsewhere.example", "null", "http://dialog.example.se"):
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


def test_a_get_changes_nothing():
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
