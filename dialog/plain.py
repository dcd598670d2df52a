"""The dialogue as plain forms, for browsers without script or WebSocket."""

import secrets
from typing import Any

from msgspec import ValidationError, convert
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dialog import locales, opening
from dialog.domain import views
from dialog.domain.state import Person, Session
from dialog.installation import Installation, installation_of
from dialog.live import LiveDialogue, now_ms
from dialog.protocol.commands import PostContribution, WithdrawContribution
from dialog.protocol.frames import Ack, Do
from dialog.protocol.records import Stage
from dialog.protocol.refusals import AnyRefusal, CodeUnknown, Malformed, Refused
from dialog.rendering import language_of, refusal_words, render

DONE = {PostContribution: "sent", WithdrawContribution: "hidden"}
"""What of a person's own is answered with a word."""
NOTHING_FILLED_IN = dict.fromkeys(("text", "topic", "kind", "area", "people", "begun"), "")


async def join(request: Request) -> Response:
    """Join with a code from a plain form."""
    here = installation_of(request)
    code = (await form_of(request)).get("code", "")
    if known := await here.back_in_window(request, code):
        return RedirectResponse(f"/plain/s/{known}", 303)
    try:
        session, participant = await opening.join(here.live, code)
    except Refused as refused:
        if isinstance(refused.refusal, CodeUnknown):
            try:
                here.doorkeeper.note_wrong_code(request)
            except Refused as too_many:
                refused = too_many
        return render(
            request, "plain.html", "phone", status=400, **nothing(refused.refusal, request)
        )
    response = RedirectResponse(f"/plain/s/{session}?joined=1", 303)
    await here.admit(request, response, session, participant)
    return response


async def form_of(request: Request) -> dict[str, str]:
    """What was filled in, as pages of ours send it; 415 for anything else.

    In `multipart/form-data` the sender chooses the encoding of each field: some take seconds to
    read, and some bring in half characters, which cannot be written.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    return {name: str(value) for name, value in (await request.form()).items()}


def nothing(refusal: AnyRefusal | None, request: Request) -> dict[str, Any]:
    """The variables of the join form."""
    return {
        "session": None,
        "meeting": None,
        "stage": None,
        "own": None,
        "op": str,
        "begun": 0,
        "done": "",
        "perspectives": [],
        "error": words_of(refusal, request),
        "form": NOTHING_FILLED_IN,
    }


async def show(request: Request) -> Response:
    """The current step as a form, and what this person has written."""
    here = installation_of(request)
    person, live = await present(here, request)
    if person is None or live is None:
        return RedirectResponse("/", 303)
    done = [it for it in ("joined", *DONE.values()) if it in request.query_params]
    return page(request, live, person, done=done[0] if done else "")


def page(
    request: Request,
    live: LiveDialogue,
    person: Person,
    done: str = "",
    refusal: AnyRefusal | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    """The step that is going on; `done`: what has just been done, which is answered once; with
    what was filled in, where that was refused."""
    session: Session = live.dialogue.sessions[person.session]
    number = person.participant or 0
    stage = views.stage(session, "phone", "")
    closed = stage.closes_at is not None and now_ms() >= stage.closes_at
    return render(
        request,
        "plain.html",
        "phone",
        {"session": session.id},
        400 if refusal else 200,
        session=session.id,
        meeting=views.meeting(session, "phone", ""),
        stage=stage,
        closes=locales.moment(language_of(request), stage.closes_at) if stage.closes_at else "",
        closed=closed,
        writable=may_write(stage, person) and not closed,
        own=views.own(session, number),
        op=lambda: secrets.token_urlsafe(18),
        begun=live.dialogue.seq,
        done=done,
        perspectives=session.dialogue.definition.target_groups,
        error=words_of(refusal, request),
        form=NOTHING_FILLED_IN | (form or {}),
    )


def may_write(stage: Stage, person: Person) -> bool:
    """Whether something may be begun: tables also write while people talk."""
    return stage.open and (stage.kind != "table-talk" or person.role == "table-host")


async def post(request: Request) -> Response:
    """One contribution, a perspective, or one's own taken back, from a plain form."""
    here = installation_of(request)
    person, live = await present(here, request)
    if person is None or live is None:
        return RedirectResponse("/", 303)
    form = await form_of(request)
    try:
        frame = wish(form)
    except ValidationError as error:
        return page(request, live, person, refusal=Malformed(str(error)), form=form)
    answer = await here.sockets.do(live, person, frame)
    if isinstance(answer, Ack):
        done = DONE.get(type(frame.command), "")
        return RedirectResponse(f"/plain/s/{person.session}{done and f'?{done}=1'}", 303)
    return page(request, live, person, refusal=answer.refusal, form=form)


def wish(form: dict[str, str]) -> Do:
    """The form's fields as a command, with the op that the page was drawn with."""
    fields: dict[str, object] = {name: value for name, value in form.items() if value}
    op = fields.pop("op", "")
    if "contribution" in form:
        fields["type"] = "withdraw-contribution"
    elif "text" in form:
        fields |= {"type": "post-contribution", "text": form["text"]}
    else:
        fields["type"] = "choose-perspective"
    return convert({"t": "do", "op": op, "command": fields}, Do, strict=False)


async def present(
    here: Installation, request: Request
) -> tuple[Person | None, LiveDialogue | None]:
    session = request.path_params["session"]
    return await here.guest(request, session), await here.dialogue_of(session)


def words_of(refusal: AnyRefusal | None, request: Request) -> str:
    """The refusal in the reader's language; "" where there is none."""
    return "" if refusal is None else refusal_words(request, refusal)


routes = [
    Route("/plain/join", join, methods=["POST"]),
    Route("/plain/s/{session}", show),
    Route("/plain/s/{session}", post, methods=["POST"]),
]
