"""The phone pays for each word: which ones its page carries, which follow a moment later.

What the page needs to join, to write and to say that the connection is gone stands in the page.
The rest is a script of its own (`/static/words-<digest>/<language>.js`), fetched once the phone is
connected and kept by the browser for as long as the words stay the same.
"""

import hashlib
import json
from functools import cache

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dialog import locales
from dialog.locales import Words
from dialog.protocol.agenda import LANGUAGES

_AT_ONCE = """
    about.before about.can_influence about.decided about.level about.purpose about.question
    about.rehearsal about.rules area. conn. count.contributions count.from count.people draft.
    ended. group. join.anonymous join.ended join.go_on join.privacy join.public kind. level.
    level_means. moved. nav. next.title now.ask post.area post.closed post.counter post.error_empty
    post.error_long post.kind post.label post.mine post.prompt_ post.round_ post.send post.sent
    post.slow post.topic
    refusal.code-unknown refusal.joining-closed refusal.malformed refusal.no-answer
    refusal.not-joined refusal.too-many-wrong-codes refusal.wait time.left wait. waiting.
"""
_NEVER = """
    app. channel. flag. group.other join.code join.easy join.error join.known
    join.lang join.other join.submit join.title language. plain. post.another post.error_rate
    post.kind_ refusal.already-moved refusal.another-area refusal.cannot-undo refusal.changed
    refusal.file refusal.gate refusal.guard refusal.locked refusal.not-frozen refusal.not-what
    refusal.nothing refusal.reason refusal.recipient refusal.regrouping refusal.second
    refusal.still refusal.taken refusal.unknown-area refusal.unknown-body refusal.unknown-field
    refusal.unknown-goal refusal.unknown-number refusal.unknown-theme refusal.unknown-version
    session_type. vote.title
"""
AT_ONCE = tuple(_AT_ONCE.split())
"""How the keys begin that are in the page."""
NEVER = tuple(_NEVER.split())
"""How the keys begin that no script of the phone says."""


def at_once(catalogue: dict[str, Words]) -> dict[str, Words]:
    """Of a catalogue what the page itself carries."""
    said = {key: words for key, words in catalogue.items() if not key.startswith(NEVER)}
    return {key: words for key, words in said.items() if key.startswith(AT_ONCE)}


def later(catalogue: dict[str, Words]) -> dict[str, Words]:
    """What follows: all that the phone may say and the page does not carry."""
    return {
        key: words for key, words in catalogue.items() if not key.startswith((*NEVER, *AT_ONCE))
    }


@cache
def script(language: str) -> tuple[str, bytes, bytes]:
    """The later words as a module: digest, as it is, and compressed."""
    words = later(locales.catalogue(language, "common", "phone"))
    body = f"export default {json.dumps(words, ensure_ascii=False, separators=(',', ':'))}"
    encoded = body.encode()
    digest = hashlib.sha256(encoded).hexdigest()[:12]
    return digest, encoded, brotli.compress(encoded, quality=11)


def address(language: str) -> str:
    """Where the later words of a language are served."""
    return f"/static/words-{script(language)[0]}/{language}.js"


async def serve(request: Request) -> Response:
    """The later words; only the present ones may be kept for ever."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return PlainTextResponse("Not found", 404)
    digest, body, compressed = script(language)
    current = request.path_params["digest"] == digest
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if "br" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = compressed, "br"
    return Response(body, headers=headers, media_type="text/javascript")


routes = [Route("/static/words-{digest}/{language}.js", serve)]
