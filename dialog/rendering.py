"""Templates, in the reader's language."""

import json
from functools import partial
from typing import Any

import brotli
import jinja2
from markupsafe import Markup
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dialog import locales, phone_words
from dialog.identity import is_secure
from dialog.installation import installation_of
from dialog.protocol.agenda import REVIEWED, in_language
from dialog.protocol.refusals import AnyRefusal
from dialog.settings import PACKAGE

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(PACKAGE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def script_json(value: object) -> Markup:
    """JSON that is safe inside a <script type="application/json"> block."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
    return Markup("".join(escapes.get(c, c) for c in text))


TEMPLATES.filters["tojson"] = script_json
TEMPLATES.globals["phone_words"] = phone_words
TEMPLATES.filters["tag"] = locales.tag

STAFF_DOMAINS = {"console", "board", "workboard", "scribe"}
"""There are words for these in Swedish and English only."""


def languages_for(request: Request, domains: str) -> tuple[str, ...]:
    """Those that a page with words of these domains is offered in."""
    offered = installation_of(request).settings.offered
    for_staff = not STAFF_DOMAINS.isdisjoint(domains.split())
    return tuple(it for it in offered if it in REVIEWED) if for_staff else offered


def language_of(request: Request, domains: str = "") -> str:
    """`?lang=`, else the chosen one, else the browser's."""
    wanted = request.query_params.get("lang") or request.cookies.get("language", "")
    accepted = request.headers.get("accept-language", "")
    return locales.best_language(accepted, wanted, languages_for(request, domains))


def render(
    request: Request,
    template: str,
    domains: str,
    config: dict[str, object] | None = None,
    status: int = 200,
    for_anybody: bool = False,
    **more: Any,
) -> Response:
    """A page in the reader's language with the catalogues `common` and `domains`. `for_anybody`:
    it holds no secret and nobody's own words, and may be kept on the device."""
    language, languages = language_of(request, domains), languages_for(request, domains)
    settings = settings_of_page(request, language, languages, domains) | (config or {})
    named = names_in_templates(request, language)
    html = TEMPLATES.get_template(template).render(
        **named, config=settings, languages=languages, **more
    )
    body, encoding = compressed(html.encode(), request)
    # A device may be lent on: whoever has it next presses Back.
    headers = {"Cache-Control": "no-cache" if for_anybody else "no-store"} | encoding
    response = HTMLResponse(body, status, headers=headers)
    if request.query_params.get("lang") in languages:
        remember(response, language, is_secure(request))
    return response


def settings_of_page(
    request: Request, language: str, languages: tuple[str, ...], domains: str
) -> dict[str, object]:
    """What the page's scripts are told."""
    settings = installation_of(request).settings
    return {
        "under": settings.under,
        "session": None,
        "code": None,
        "language": language,
        "languages": list(languages),
        "secure": is_secure(request) or request.url.hostname in ("localhost", "127.0.0.1"),
        "home": settings.home_url,
        "catalogue": locales.catalogue(language, "common", *domains.split()),
    }


def names_in_templates(request: Request, language: str) -> dict[str, Any]:
    """What every template may use."""
    here = installation_of(request)
    return {
        "at": here.settings.at,
        "asset": lambda name: here.settings.at(here.assets.address(name)),
        "language": language,
        "lang": locales.tag(language),
        "dir": locales.direction(language),
        "unreviewed": language not in here.reviewed,
        "t": partial(locales.translate, language),
        "in_swedish": partial(locales.translate, "sv"),
        "say": lambda text: in_language(text, language)[0],
        "is_said": lambda text: in_language(text, language)[1],
    }


def compressed(body: bytes, request: Request) -> tuple[bytes, dict[str, str]]:
    """As small as this browser can read, and the headers that say so."""
    if "br" not in request.headers.get("accept-encoding", ""):
        return body, {}
    small = brotli.compress(body, quality=5)
    return small, {"Content-Encoding": "br", "Vary": "Accept-Encoding"}


def remember(response: Response, language: str, secure: bool) -> None:
    """For the pages that this browser opens next."""
    kept = 30 * 24 * 3600
    response.set_cookie(
        "language", language, max_age=kept, secure=secure, httponly=True, samesite="lax"
    )


def refusal_words(request: Request, refusal: AnyRefusal) -> str:
    """A refusal in the reader's language."""
    key = f"refusal.{refusal.__struct_config__.tag}"
    return locales.translate(language_of(request), key, **asdict(refusal))
