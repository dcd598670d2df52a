"""Strangers, forged tokens, and people of another session or dialogue: whatever they ask for, they
get what anybody gets."""

import base64
import json
import re
import zlib

import pytest
from itsdangerous import URLSafeSerializer
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.identity import STAFF_ROLES
from dialog.settings import Settings
from tests.security.house import HOME, House
from tests.security.routes import doors

OPEN_TO_ANYBODY = {
    *(("GET", path) for path in ("/", "/about", "/om", "/help", "/hjalp", "/rules", "/regler")),
    *(("GET", path) for path in ("/privacy", "/personuppgifter", "/receipt", "/guide")),
    *(("GET", path) for path in ("/accessibility", "/tillganglighet", "/sw.js")),
    *(("GET", path) for path in ("/healthz", "/readyz")),
    *(("GET", path) for path in ("/icon.svg", "/favicon.ico", "/projector")),
    *(("GET", path) for path in ("/guide/{name}", "/guide/{name}.pdf", "/qr/{code}.svg")),
    *(("GET", path) for path in ("/feedback/{dialogue}", "/j/{code}")),
    ("GET", "/static/{version}/{path:path}"),
    ("GET", "/static/words-{digest}/{language}.js"),
    # Pages that ask for a code or a link, and what those are handed in to.
    *(("GET", path) for path in ("/s/{session}", "/t/{session}", "/staff")),
    *(("GET", path) for path in ("/staff/sign-in", "/staff/back")),
    *(("POST", path) for path in ("/api/join", "/plain/join", "/api/t/{session}")),
    *(("POST", path) for path in ("/api/staff/login", "/api/staff/logout")),
    *(("POST", path) for path in ("/api/projector", "/api/projector/wait", "/api/receipts")),
}
"""What anybody may ask for; all else must turn a stranger away before it looks at anything. A new
route that is meant for everybody is added here by somebody who has thought about it."""

CLOSED = [door for door in doors() if door not in OPEN_TO_ANYBODY]
IN_A_SESSION = [door for door in doors() if {"session", "dialogue"} & door.parameters]


WAY_BACK = re.compile(r'<section class="known">.*?</section>\n', re.DOTALL)
"""To where a phone has been, on the page that asks for a code."""


def asked(client: TestClient, door, **ids: str) -> tuple[int, str, str]:
    """What comes back, as far as it tells of anything."""
    answer = client.request(door.method, door.at(**ids), follow_redirects=False)
    return answer.status_code, answer.headers.get("location", ""), answer.text


@pytest.mark.parametrize("door", CLOSED, ids=lambda door: f"{door.method} {door.path}")
def test_a_stranger_is_turned_away(house, door):
    status, location, text = asked(
        house.somebody(), door, session=house.session, dialogue="mal-2019"
    )
    assert (status in (401, 403) and "kind" in json.loads(text)) or (
        status == 303 and location in ("/", "/staff")
    )


def test_what_is_open_to_anybody_is_there():
    assert set(doors()) >= OPEN_TO_ANYBODY


# ── forged tokens ─────────────────────────────────────────────────────────────────────────────


def packed(content: object) -> str:
    """As itsdangerous packs what is long."""
    data = zlib.compress(json.dumps(content).encode())
    return "." + base64.urlsafe_b64encode(data).decode().rstrip("=")


def forged(house: House) -> dict[str, str]:
    """Cookie name -> value, for everything that somebody might be."""
    other, ours = URLSafeSerializer("x" * 43, salt="dialog"), house.installation.identity
    salted = URLSafeSerializer(ours.secret, salt="another")
    session, mine = house.session, f"__Host-p_{house.session}"
    staff, projector = "__Host-staff", "__Host-projector"
    good = ours.serializer
    joined = house.phone(session).cookies[mine]
    _, role, generation, *rest = real = good.loads(house.fay.cookies[staff])
    return {
        "another installation's secret": f"{staff}={other.dumps(real)}",
        "another salt": f"{staff}={salted.dumps(real)}",
        "no signature": f"{staff}={packed(real)}.",
        "a signature of nothing": f"{staff}={packed(real)}.AAAA",
        "a bomb without a signature": f"{staff}={packed('x' * 9_000_000)}.AAAA",
        "another generation": f"{staff}={good.dumps(['staff', role, generation + 1, *rest])}",
        "an earlier generation": f"{staff}={good.dumps(['staff', role, generation - 1, *rest])}",
        "a role there is not": f"{staff}={good.dumps(['staff', 'system', generation, *rest])}",
        "a participant as staff": f"{staff}={joined}",
        "a participant as projector": f"{projector}={joined}",
        "a projector as staff": f"{staff}={good.dumps(['projector', session])}",
        "a projector as participant": f"{mine}={good.dumps(['projector', session])}",
        "staff as participant": f"{mine}={good.dumps(real)}",
        "another session's": f"{mine}={good.dumps(['participant', 'another', 1, 1])}",
        "a participant of words": f"{mine}={good.dumps(['participant', session, '1', '1'])}",
        "a link's secret": f"{staff}={ours.link_secret('facilitator', 0)}",
        "nothing": f"{staff}=; {mine}=; {projector}=",
        "rubbish": f'{staff}=\x7f%00%ff; {mine}=..; {projector}="',
        "without the prefix": f"staff={good.dumps(real)}; p_{session}={joined}",
        "two of them": f"{staff}=x; {staff}=y",
    }


def test_a_forged_token_is_nobodys(house):
    """A good signature is only to be had with the secret; what it signs must fit its place too."""
    cookies = forged(house)
    looked_at = [door for door in IN_A_SESSION if door.method == "GET"]
    ids = {"session": house.session, "dialogue": "mal-2019"}
    expected = {door: asked(house.somebody(), door, **ids) for door in looked_at}
    for what, cookie in cookies.items():
        for door in looked_at:
            client = house.somebody()
            client.headers["Cookie"] = cookie
            assert asked(client, door, **ids) == expected[door], (what, door.path)
        assert client.get("/api/staff/overview").status_code == 403, what
    real = house.phone(house.session).cookies[f"__Host-p_{house.session}"]
    client = house.somebody()
    client.headers["Cookie"] = f"__Host-p_{house.session}={real}"
    assert client.get(f"/api/s/{house.session}/records").status_code == 200


@pytest.mark.parametrize(
    "audience", ["phone", "projector", "console", "board", "workboard", "scribe"]
)
def test_a_forged_token_opens_no_socket(house, audience):
    place = "dialogue/mal-2019" if audience == "workboard" else house.session
    for cookie in forged(house).values():
        client = house.somebody()
        assert not house.hears(client, f"/ws/{place}", audience, origin=HOME, cookie=cookie)


def test_every_cookie_is_kept_from_scripts_and_from_plain_http(house):
    """Also the one that remembers a language, and those that take others back."""
    secret = house.installation.identity.link_secret("facilitator", 0)
    shown = house.somebody().post("/api/projector").json()
    asked = {"number": shown["number"], "session": house.session}
    assert house.fay.post("/api/staff/pair", json=asked).status_code == 200
    code = house.code(house.session)
    answers = [
        house.somebody().post("/api/staff/login", json={"secret": secret}),
        house.staff("facilitator").post("/api/staff/logout"),
        house.somebody().post("/api/join", json={"code": code}),
        house.somebody().post("/plain/join", data={"code": code}, follow_redirects=False),
        house.phone(house.session).post(f"/api/s/{house.session}/next-person"),
        house.somebody().post("/api/projector/wait", json={"secret": shown["secret"]}),
        house.somebody().get("/?lang=en"),
    ]
    for answer in answers:
        [line] = answer.headers.get_list("set-cookie")
        flags = line.lower().split("; ")
        assert "httponly" in flags and "secure" in flags and "path=/" in flags
        assert "samesite=lax" in flags or "samesite=strict" in flags
        assert line.startswith("__Host-") or line.startswith("language=")
        assert not [flag for flag in flags if flag.startswith("domain")]


def test_signing_out_takes_the_cookie_back(house):
    """A browser keeps a `__Host-` cookie that is taken back without Secure."""
    gil = house.staff("facilitator")
    assert gil.get("/api/staff/overview").status_code == 200
    gil.post("/api/staff/logout")
    assert not gil.cookies and gil.get("/api/staff/overview").status_code == 403


# ── another session, another dialogue ─────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def two(the_house: House) -> tuple[str, str]:
    """Two sessions, each of another dialogue; people have written in both."""
    dialogue = the_house.fay.post(
        "/api/staff/new-dialogue",
        json={
            "municipality": "Älvdals kommun",
            "record_number": "KS 2026/1",
            "title": "Annan dialog",
            "areas": ["Skog"],
        },
    ).json()["dialogue"]
    made = the_house.fay.post(
        "/api/staff/new-session", json={"dialogue": dialogue, "title": "Kväll"}
    ).json()["session"]
    gate = {"question": True, "deciders": True}
    asked = {"dialogue": dialogue, "session": made, "gate": gate}
    other = the_house.fay.post("/api/staff/open", json=asked).json()["session"]
    return the_house.session, str(other)


@pytest.mark.parametrize("door", IN_A_SESSION, ids=lambda door: f"{door.method} {door.path}")
def test_who_belongs_to_another_session_gets_what_a_stranger_gets(house, two, door):
    mine, other = two
    ids = {
        "session": other,
        "dialogue": house.records(other)["meeting"].get("dialogue", "annan-dialog"),
    }
    phone, stranger = house.phone(mine), house.somebody()
    shown = stranger.post("/api/projector").json()
    house.fay.post("/api/staff/pair", json={"number": shown["number"], "session": mine})
    screen = house.somebody()
    screen.post("/api/projector/wait", json={"secret": shown["secret"]})
    renamed = house.somebody()  # the same token under the name of the other session's
    renamed.headers["Cookie"] = f"__Host-p_{other}=" + phone.cookies[f"__Host-p_{mine}"]
    expected = asked(stranger, door, **ids)
    for client in (phone, screen, renamed):
        *told, page = asked(client, door, **ids)
        for way_back in WAY_BACK.findall(page):
            assert f"/s/{mine}" in way_back and other not in way_back
        assert (*told, WAY_BACK.sub("", page)) == expected


@pytest.mark.parametrize("audience", ["phone", "projector", "console", "board", "scribe"])
def test_who_belongs_to_another_session_opens_no_socket_there(house, two, audience):
    mine, other = two
    phone = house.phone(mine)
    assert house.hears(phone, f"/ws/{mine}", "phone", origin=HOME)
    assert not house.hears(phone, f"/ws/{other}", audience, origin=HOME)


def test_a_wish_names_no_other_session(house, two):
    """Where a wish lands is decided by the address and the token, never by what it says."""
    mine, other = two
    phone = house.phone(mine)
    wish = {"t": "do", "op": "0123456789abcdefghi1"}
    for more in ({"session": other}, {"dialogue": "annan"}, {"participant": 1}):
        command = {"type": "try-it-out"} | more
        assert phone.post(f"/api/s/{mine}/do", json=wish | {"command": command}).status_code == 400
    assert phone.post(f"/api/s/{other}/do", json=wish).status_code == 401


def test_a_receipt_is_answered_for_by_hash_and_tells_of_nobody_else(house, two):
    answer = house.phone(two[0]).post("/api/receipts", json={"receipts": ["a", "%", "' OR 1=1"]})
    assert answer.json()["received"] == [None, None, None] and answer.json()["dialogues"] == {}


# ── links and files ───────────────────────────────────────────────────────────────────────────

FILES = [door for door in CLOSED if door.method == "GET" and door.path.startswith("/api/")]


@pytest.mark.parametrize("door", FILES, ids=lambda door: door.path)
def test_the_address_of_a_file_is_worth_nothing_in_another_browser(house, door):
    """There are no links that open a file by themselves: each time somebody is signed in."""
    path = door.at(session=house.session, dialogue="mal-2019")
    asked = "?for=summary&format=html&what=poster&session=" + house.session
    copied = house.somebody().get(path + asked)
    assert copied.status_code in (401, 403)
    assert not {"token", "signature", "key", "expires", "secret"} & door.parameters


def test_a_revoked_link_is_worth_nothing_at_once(tmp_path):
    settings = Settings(data=tmp_path / "data", grouping="none", home=HOME)
    with TestClient(create_app(settings), base_url=HOME) as client:
        house = House(client)
        before = {role: house.staff(role) for role in STAFF_ROLES}
        for role, gil in before.items():
            new = house.fay.post("/api/staff/revoke", json={"role": role}).json()["link"]
            assert gil.get("/api/staff/overview").status_code == 403
            old = house.installation.identity.link_secret(role, 0)
            somebody = house.somebody()
            assert somebody.post("/api/staff/login", json={"secret": old}).status_code == 403
            secret = new.partition("#")[2]
            signed_in = somebody.post("/api/staff/login", json={"secret": secret})
            assert signed_in.status_code == 200
            if role == "facilitator":
                house.fay = somebody
