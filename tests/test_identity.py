"""Who somebody is, by what they carry: staff links, cookies and what ends them."""

from starlette.requests import Request
from starlette.responses import Response

from dialog.identity import Identity


def request_with(cookies: dict[str, str] | None = None) -> Request:
    """A request that carries these cookies."""
    carried = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    scope = {"type": "http", "scheme": "http", "server": ("hall", 80), "path": "/"}
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


def test_two_moderators_have_each_a_seat_and_the_same_role():
    identity = Identity("s" * 32)
    one, other = signed_in(identity), signed_in(identity)
    assert identity.staff(one, {}) == identity.staff(other, {}) == "moderator"
    assert identity.seat(one) == identity.seat(one) != ""
    assert identity.seat(one) != identity.seat(other)
    assert identity.seat(request_with()) == ""
