"""Who somebody is, by what they carry: staff links, cookies and what ends them."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from dialog.identity import DAY, MOST_FORMERS, SIGNED_IN_FOR, Begun, Identity


def request_with(cookies: dict[str, str] | None = None, scheme: str = "http") -> Request:
    """A request that carries these cookies."""
    carried = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    scope = {"type": "http", "scheme": scheme, "server": ("hall", 80), "path": "/"}
    return Request(scope | {"headers": [(b"cookie", carried.encode())], "query_string": b""})


def cookies_of(response: Response) -> dict[str, str]:
    """What a response gives to keep."""
    said = [value for name, value in response.raw_headers if name == b"set-cookie"]
    return dict(it.decode().split(";")[0].split("=", 1) for it in said)


def signed_in(identity: Identity, role: str = "moderator") -> Request:
    """Somebody who has signed in just now."""
    response = Response()
    identity.admit_staff(request_with(), response, role, 0)  # type: ignore[arg-type]
    return request_with(cookies_of(response))


def role_of(identity: Identity, device: Request, generations: Mapping[str, int]) -> str | None:
    """The role that it has signed in to, if that still holds."""
    it = identity.signed_in(device, generations)
    return it and it.role


def test_two_moderators_have_each_a_seat_and_the_same_role():
    identity = Identity("s" * 32)
    one, other = signed_in(identity), signed_in(identity)
    assert role_of(identity, one, {}) == role_of(identity, other, {}) == "moderator"
    assert identity.seat(one) == identity.seat(one) != ""
    assert identity.seat(one) != identity.seat(other)
    assert identity.seat(request_with()) == ""


# ── links ─────────────────────────────────────────────────────────────────────────────────────


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_link_is_good_for_so_many_days_and_no_longer():
    clock = Clock()
    identity = Identity("s" * 32, link_days=30, now=clock)
    secret = identity.link_secret("scribe", 0)
    clock.now += 30 * DAY
    assert identity.role_of_secret(secret, {}) == "scribe"
    clock.now += DAY
    assert identity.role_of_secret(secret, {}) is None


def test_a_link_whose_last_day_was_put_off_by_hand_is_nobodys():
    identity = Identity("s" * 32)
    day, _, mac = identity.link_secret("facilitator", 0).partition(".")
    for forged in (
        f"{int(day) + 1}.{mac}",
        f"{day}.{mac[:-1]}",
        mac,
        f"{day}.",
        "٣٠٠٠٠." + mac,
        "",
    ):
        assert identity.role_of_secret(forged, {}) is None


def test_raising_the_generation_revokes_a_roles_links_and_cookies_and_no_other_roles():
    identity = Identity("s" * 32)
    scribe, moderator = signed_in(identity, "scribe"), signed_in(identity, "moderator")
    raised = {"scribe": 1}
    assert identity.role_of_secret(identity.link_secret("scribe", 0), raised) is None
    assert role_of(identity, scribe, raised) is None
    assert role_of(identity, moderator, raised) == "moderator"


@given(st.text(max_size=60))
def test_no_guess_is_a_link(guess):
    assert Identity("s" * 32).role_of_secret(guess, {}) is None


# ── cookies ───────────────────────────────────────────────────────────────────────────────────


def test_a_sign_in_ends_though_the_browser_keeps_the_cookie():
    clock = Clock()
    identity = Identity("s" * 32, now=clock)
    device = signed_in(identity)
    clock.now += SIGNED_IN_FOR - 1
    assert role_of(identity, device, {}) == "moderator"
    clock.now += 1
    assert role_of(identity, device, {}) is None


def test_a_phones_token_remembers_who_had_it_first_and_who_had_it_last():
    identity, cookies = Identity("s" * 32), {}
    for number in range(1, 2 * MOST_FORMERS):
        response = Response()
        identity.admit(request_with(cookies), response, "s", number, {})
        cookies = cookies_of(response)
        person = identity.participant(request_with(cookies), "s", {})
        assert person is not None and person.participant == number
        assert person.phone == 1 and len(person.formers) <= MOST_FORMERS
        assert person.formers[-1:] == ((number - 1,) if number > 1 else ())
        assert len(cookies["p_s"]) < 1000
    response = Response()
    identity.admit(request_with(cookies), response, "s", person.participant, {})
    again = identity.participant(request_with(cookies_of(response)), "s", {})
    assert again == person, "a page that is only loaded anew hands nothing on"


def test_what_one_cookie_says_is_never_taken_for_another():
    identity = Identity("s" * 32)
    response = Response()
    like_staffs = Begun("facilitator", "0", "seat", "9999999999")
    identity.send_away(request_with(), response, like_staffs)
    identity.admit(request_with(), response, "staff", 0, {})
    longer = ["away", 9999999999, *like_staffs, "link"]
    for token in (*cookies_of(response).values(), identity.serializer.dumps(longer)):
        everywhere = request_with({name: token for name in ("staff", "away", "projector", "p_s")})
        assert role_of(identity, everywhere, {}) is None
        assert identity.projector(everywhere) is None
        assert identity.participant(everywhere, "s", {}) is None


def test_what_is_kept_for_the_way_to_the_provider_is_forgotten_after_ten_minutes():
    clock = Clock()
    identity = Identity("s" * 32, now=clock)
    response = Response()
    begun = Begun("state", "nonce", "verifier", "/staff")
    identity.send_away(request_with(), response, begun)
    away = request_with(cookies_of(response))
    assert identity.come_back(away) == begun
    clock.now += 600
    assert identity.come_back(away) is None


def test_a_cookie_is_taken_back_in_a_way_that_a_browser_heeds():
    identity = Identity("s" * 32)
    response = Response()
    identity.sign_out(request_with(scheme="https"), response)
    said = response.headers["set-cookie"]
    assert said.startswith("__Host-staff=") and "Secure" in said and "Path=/" in said
