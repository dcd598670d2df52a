"""All pages once, with an attack in every field: nothing runs, nothing becomes markup, nothing is
asked of anybody else, and no page goes against its own policy."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.hall import LAPTOP, PHONE, PROJECTOR, Behind, Facilitator, Hall, join
from tests.hall import DIALOGUE
from tests.proxy import Proxy, free_port, nginx
from tests.security.planted import MARK, Planted
from tests.security.routes import doors

STEPS = ("area-1-skriv", "area-1-ni-skrev", "stammer-det", "prickar", "malgrupper", "tack")
WORDS = f"<{MARK}"
HAS_ATTACKS = {
    *("staff", "phone", "projector", "plain", "work", "document"),
    *("/console/{session}", "/board/{session}", "/moderate/{session}"),
}
"""Pages on which attacks must stand as words, else there was nothing to see."""


@dataclass
class Tour:
    """What was seen and heard. `requests`: every address asked for, by any page or worker."""

    home: str
    proxy: Proxy
    requests: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Of a policy, and errors of scripts."""
    dialogs: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    """Pages on which words had become elements, or elements had handlers."""
    shown: dict[str, bool] = field(default_factory=dict)
    """Page -> whether attacks stood there as words."""
    leads: dict[str, str] = field(default_factory=dict)
    """Every address that stood in a page -> the page."""

    def listen(self, context: BrowserContext) -> None:
        context.on("request", lambda it: self.requests.append(it.url))
        context.on("weberror", lambda it: self.complaints.append(str(it.error)))
        context.on(
            "console",
            lambda it: self.complaints.append(it.text) if it.type == "error" else None,
        )
        context.on("dialog", lambda it: (self.dialogs.append(it.message), it.dismiss()))
        context.on(
            "page", lambda page: page.on("websocket", lambda it: self.sockets.append(it.url))
        )

    def look(self, page: Page, name: str) -> None:
        """At all of the page, also at what is folded or on another tab."""
        if name in HAS_ATTACKS and not self.shown.get(name):
            with contextlib.suppress(AssertionError):  # said by a test of its own
                expect(page.locator("body")).to_contain_text(WORDS, timeout=10_000)
        found = page.evaluate(
            """mark => {
              for (const it of document.querySelectorAll("details")) it.open = true
              const isMarkup = it => it.localName === mark || it.hasAttribute("srcdoc")
                || it.getAttributeNames().some(name => name.startsWith("on"))
              const all = [...document.querySelectorAll("*")]
              return {
                markup: all.filter(isMarkup).map(it => it.outerHTML),
                words: document.body.textContent.includes("<" + mark),
                leads: all.flatMap(it => [it.href, it.action, it.src, it.data])
                  .filter(it => typeof it === "string" && it),
              }
            }""",
            MARK,
        )
        self.leads |= {url: name for url in found["leads"]}
        self.markup += [f"{name}: {it[:200]}" for it in found["markup"]]
        self.shown[name] = self.shown.get(name, False) or found["words"]

    def look_at_tabs(self, page: Page, name: str) -> None:
        self.look(page, name)
        tabs = page.locator("[role=tab]:visible")
        for number in range(tabs.count()):
            tabs.nth(number).click()
            page.wait_for_timeout(100)
            self.look(page, name)


@pytest.fixture(scope="module")
def tour(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """Behind a proxy and under a path, as a municipality may have it."""
    folder = tmp_path_factory.mktemp("planted")
    planted, port = Planted(folder), free_port()
    contexts: list[BrowserContext] = []
    with nginx([f"127.0.0.1:{port}"], prefix="/dialog", tls=True) as proxy:
        with pytest.MonkeyPatch.context() as env:
            env.setenv("DIALOG_SESSIONS", str(planted.files))
            hall = Behind(planted.settings.data, proxy, port)
        it = Tour(hall.home, proxy)

        def new(size: tuple[int, int]) -> Page:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale="sv-SE",
                ignore_https_errors=True,
            )
            contexts.append(context)
            it.listen(context)
            return context.new_page()

        try:
            whole_tour(it, planted, hall, new)
            yield it
        finally:
            for context in contexts:
                context.close()
            hall.close()


def whole_tour(it: Tour, planted: Planted, hall: Hall, new) -> None:
    fay = Facilitator(hall, new(LAPTOP))
    fay.session = planted.session
    it.look(fay.overview(), "staff")
    phone = join(hall, new(PHONE), fay.code)
    projector, staff = new(PROJECTOR), fay.page.context.new_page()
    fay.pair(projector)
    for step in STEPS:
        if step != STEPS[0]:  # the evening stands there
            fay.go_to(step)
        for page, name in ((phone, "phone"), (projector, "projector")):
            page.wait_for_timeout(200)
            it.look(page, name)
    visit(phone, f"{hall.home}/plain/s/{planted.session}")
    it.look(phone, "plain")
    ids = {"session": planted.session, "dialogue": DIALOGUE, "code": fay.code}
    ids["name"] = "facilitator"
    pages = [door for door in doors() if door.method == "GET" and is_page(door.path)]
    for door in pages:
        visit(staff, hall.home + door.at(**ids))
        it.look_at_tabs(staff, door.path)
    for path in (f"/s/{planted.session}", "/receipt", f"/feedback/{DIALOGUE}"):
        visit(phone, hall.home + path)
        it.look(phone, "phone")
    visit(staff, f"{hall.home}/work/{DIALOGUE}")
    expect(staff.locator("[role=tab]").first).to_be_visible()
    it.look_at_tabs(staff, "work")
    visit(staff, f"{hall.home}/api/dialogue/{DIALOGUE}/document?for=summary&format=html")
    it.look(staff, "document")


def visit(page: Page, address: str) -> None:
    """Until all that the page asks for is answered: it shows words of those answers too."""
    page.goto(address, wait_until="networkidle")


def is_page(path: str) -> bool:
    """Not what is a file, nor a stop on the way to a provider; the workboard comes by itself."""
    files = (
        "/work/",
        "/api/",
        "/static/",
        "/qr/",
        "/sw.js",
        "/healthz",
        "/readyz",
        "/metrics",
        "/favicon",
        "/icon",
        "/staff/",
    )
    return not path.startswith(files) and not path.endswith(".pdf")


def test_the_attacks_were_there(tour: Tour) -> None:
    seen = {name for name, words in tour.shown.items() if words}
    assert seen >= HAS_ATTACKS


def test_nothing_ran_and_no_policy_was_gone_against(tour: Tour) -> None:
    assert tour.dialogs == [] and tour.complaints == []


def test_no_words_became_markup(tour: Tour) -> None:
    assert tour.markup == []


def test_nobody_else_was_asked_for_anything(tour: Tour) -> None:
    """No third party, from no page: not for a font, a picture, a script, a word."""
    home = urlsplit(tour.home).netloc
    asked = {urlsplit(url).netloc for url in tour.requests if not url.startswith("data:")}
    assert asked == {home} and len(tour.requests) > 100
    assert {urlsplit(url).netloc for url in tour.sockets} <= {home}


def test_no_address_that_was_asked_for_holds_a_secret(tour: Tour) -> None:
    """Addresses end up in logs and histories: a link's secret stands behind #, and is not sent."""
    for url in tour.requests:
        parts = urlsplit(url)
        assert not {"token", "secret", "key", "receipt"} & {
            part.partition("=")[0] for part in parts.query.split("&")
        }, url
        assert "secret" not in parts.path


def test_nothing_outside_of_our_path_was_asked_for_or_linked_to(tour: Tour) -> None:
    """Another application may stand there. What is right at the root of a host is wrong here:
    see `at` in `static/lib/words.js`, and in templates."""
    inside = f"{tour.home}/"
    lines = [url.replace("wss://", "https://") for url in tour.sockets]
    of_ours = [url for url in tour.requests if not url.startswith(("data:", "blob:"))]
    assert lines and [url for url in [*lines, *of_ours] if not url.startswith(inside)] == []
    assert tour.proxy.outside() == []
    here = f"{tour.proxy.origin}/"
    links = {url: page for url, page in tour.leads.items() if url.startswith(here)}
    assert len(links) > 50
    outside = {url for url in links if url != tour.home and not url.startswith(inside)}
    assert {url: links[url] for url in outside} == {}


def test_everything_that_was_asked_for_was_there(tour: Tour) -> None:
    assert tour.proxy.failed() == [], tour.proxy.said()
