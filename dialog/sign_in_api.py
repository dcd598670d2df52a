"""Signing staff in and out: by link, by another device, at the municipality's own provider."""

import logging
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dialog.api import Secret, body_of, json_response
from dialog.domain.times import MINUTE
from dialog.identity import By, CannotSignIn, StaffRole
from dialog.installation import Installation, installation_of
from dialog.live import now_ms
from dialog.pages import signed_out
from dialog.protocol.refusals import CodeUnknown, NotAllowed, Refused
from dialog.rendering import render
from dialog.rights import AUDIT, LINKS, home_page
from dialog.store import audit, doors

if TYPE_CHECKING:
    from dialog.oidc import Provider

log = logging.getLogger(__name__)

PHONE_LINK_LIVES = 10 * MINUTE


async def sign_in(request: Request) -> Response:
    """A staff link's secret (or a one-time ticket from another staff device) for a cookie."""
    here = installation_of(request)
    asked = await body_of(request, Secret)
    found = await behind(here, asked.secret)
    if found is None:
        here.doorkeeper.note_wrong_code(request)
        log.warning("a staff sign-in was refused")
        raise Refused(NotAllowed())
    role, by, ends = found
    response = json_response({"role": role, "page": home_page(role)})
    await here.staff.sign_in(request, response, role, by, ends=ends)
    return response


async def behind(here: Installation, secret: str) -> tuple[StaffRole, By, int | None] | None:
    """The role a secret signs in, what it is, and until when it does at the latest."""
    role = here.identity.role_of_secret(secret, await here.staff.generations())
    if role is not None and here.settings.links_on:
        return role, "link", None
    # Looked for before it is used: a guess must not cost the writer's thread anything.
    ticket = await here.live.read(doors.ticket, "staff", secret, now_ms())
    if ticket is not None:
        ticket = await here.live.write(doors.use_ticket, "staff", secret, now_ms())
    return None if ticket is None else (cast(StaffRole, ticket.role), "device", ticket.ends)


async def sign_out(request: Request) -> Response:
    """`to`: where the page goes then, which is the provider's own way out where there is one."""
    here = installation_of(request)
    it = await here.staff.who(request)
    there = here.provider if it is not None and it.by == "provider" else None
    response = json_response({"to": await there.way_out() if there else None})
    await here.staff.sign_out(request, response)
    return response


# ── links ─────────────────────────────────────────────────────────────────────────────────────


async def links(request: Request) -> Response:
    """Every role's link, to be handed out; nothing where links are switched off."""
    here = installation_of(request)
    it = await here.admitted(request, LINKS)
    await here.staff.note(it, "links-shown")
    found = [
        {"role": role, "link": link, "qr": here.qr(link)}
        for role, link in (await here.staff_links()).items()
    ]
    return json_response({"links": found, "end": here.identity.links_end})


class Revoke(msgspec.Struct):
    role: StaffRole


async def revoke(request: Request) -> Response:
    """Make all links of a role invalid, and say the new one."""
    here = installation_of(request)
    it = await here.admitted(request, LINKS)
    asked = await body_of(request, Revoke)
    await here.staff.revoke(asked.role, it)
    return json_response({"link": (await here.staff_links()).get(asked.role)})


class Device(msgspec.Struct):
    """`session`: where it goes at once."""

    session: str = ""


async def phone_link(request: Request) -> Response:
    """A link that signs one more device in, once, within ten minutes, with the same role and no
    longer than this one."""
    here = installation_of(request)
    it = await here.admitted(request)
    asked = await body_of(request, Device)
    if asked.session and await here.live.read(doors.door_of, asked.session) is None:
        raise Refused(CodeUnknown())
    expires = now_ms() + PHONE_LINK_LIVES
    secret = await here.live.write(
        lambda db: doors.issue_ticket(
            db, "staff", expires, session=asked.session, role=it.role, ends=it.ends
        )
    )
    await here.staff.note(it, "device-link")
    goes_to = f"?{urlencode({'session': asked.session})}" if asked.session else ""
    url = f"{here.settings.home_url}/staff{goes_to}#{secret}"
    return json_response({"url": url, "qr": here.qr(url)})


# ── what has been done ────────────────────────────────────────────────────────────────────────

NOTES_AT_A_TIME = 100


async def audit_trail(request: Request) -> Response:
    """`?before=MS`: what staff did around the dialogues, the latest first."""
    here = installation_of(request)
    await here.admitted(request, AUDIT)
    before = request.query_params.get("before", "")
    until = int(before) if before.isdecimal() and len(before) < 16 else None
    return json_response(await here.live.read(audit.notes, NOTES_AT_A_TIME, until))


# ── at the provider ───────────────────────────────────────────────────────────────────────────

OURS = re.compile(r"/(staff|(console|board|moderate|scribe|work)/[\w-]+)", re.ASCII)
"""Where a sign-in may lead: our own pages, and no address that only begins like one."""


async def to_provider(request: Request) -> Response:
    """`?next=/console/…`: where to go afterwards."""
    here = installation_of(request)
    wanted = request.query_params.get("next", "")
    goes_to = wanted if OURS.fullmatch(wanted) else "/staff"
    try:
        url, begun = await provider_of(here).begin(goes_to)
    except CannotSignIn as error:
        return not_signed_in(request, error)
    response = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    here.identity.send_away(request, response, begun)
    return response


async def from_provider(request: Request) -> Response:
    """Where the provider sends the browser back to. What it kept is good for one answer."""
    here = installation_of(request)
    begun = here.identity.come_back(request)
    try:
        if begun is None:
            raise CannotSignIn("stale")
        arrived = await provider_of(here).finish(begun, request.query_params)
    except CannotSignIn as error:
        log.warning("a sign-in at the provider failed: %s", error.why)
        response = not_signed_in(request, error)
    else:
        # A page, not a redirect: on a redirect that began at another site a browser would not
        # send the strict cookie.
        response = render(request, "arrived.html", "console", goes_to=begun.goes_to)
        await here.staff.sign_in(request, response, arrived.role, "provider", arrived.subject)
    here.identity.forget(request, response, "away")
    return response


def provider_of(here: Installation) -> "Provider":
    if here.provider is None:
        raise CannotSignIn("unreachable")
    return here.provider


def not_signed_in(request: Request, error: CannotSignIn) -> Response:
    """The way in again, with a sentence on what went wrong."""
    status = 502 if error.why == "unreachable" else 403
    return render(request, "staff.html", "console", signed_out(request, error.why), status)


routes = [
    Route("/api/staff/login", sign_in, methods=["POST"]),
    Route("/api/staff/logout", sign_out, methods=["POST"]),
    Route("/api/staff/links", links),
    Route("/api/staff/revoke", revoke, methods=["POST"]),
    Route("/api/staff/audit", audit_trail),
    Route("/api/staff/phone-link", phone_link, methods=["POST"]),
    Route("/staff/sign-in", to_provider),
    Route("/staff/back", from_provider),
]
