"""Every page in every language, in light, dark and forced colours: axe finds no fault."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from dialog import locales
from dialog.protocol.agenda import LANGUAGES, REVIEWED
from dialog.reports.guides import GUIDES
from tests.browser.axe import Look
from tests.browser.conftest import ARGS, chromium
from tests.browser.hall import LAPTOP, PHONE, PROJECTOR, SMALL_PHONE, Facilitator, Hall, wait_for
from tests.browser.machine import Machine
from tests.browser.material import fill, of_area
from tests.browser.slow_line import SlowLine
from tests.browser.test_projector import REPLACE, SCREENS
from tests.browser.test_table import link as table_link
from tests.browser.test_workboard_views import say, work

NewPage = Callable[..., Page]
FULLY = ("sv", "ar")
"""One language of each direction sees all that a page may show; the others its main states."""
STEPS = ("area-1-skriv", "area-1-innebord", "stammer-det", "prickar", "utvardering", "tack")
MORE_STEPS = ("valkommen", "prova", "area-1-samtala", "area-1-ni-skrev", "paus", "malgrupper")
PANELS, MORE_PANELS = ("mine", "about"), ("perspective", "next-person")
FOR_ALL = (
    "about", "privacy", "accessibility", "rules", "help", "receipt", "feedback/mal-2019",
    "feedback/none",
)  # fmt: skip
SHOWN = ("lobby", "posts and groups", "check", "dots revealed")
MORE_SHOWN = ("influence", "question", "forty groups", "target groups", "thanks")
TABS = (
    "tavla", "hantering", "lasning", "matris", "tackning", "mal", "process", "dokument", "logg",
)  # fmt: skip
OF_SESSIONS = ("console", "moderate", "scribe", "board")
WIDTH = "document.documentElement.scrollWidth"
STAFF = {"sv": "sv-SE", "en": "en-GB"}
WORDS, PERSONAL = "Fler bänkar längs ån", "Ring mig på 070-174 06 05"
QUESTION, IN_SWEDISH = (
    "لماذا لا توجد المعلومات باللغة العربية؟",
    "Varför finns det inte på arabiska?",
)

LIT = [f"Fler belysta gångvägar nummer {n}" for n in range(6)]
TEXTS = [row["text"] for row in of_area("1")] + LIT + [WORDS, QUESTION, IN_SWEDISH]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server with every language."""
    env = {"DIALOG_LANGUAGES": " ".join(LANGUAGES)}
    hall = Hall(tmp_path_factory.mktemp("axe") / "data", grouping="none", env=env)
    yield hall
    hall.close()


@dataclass
class Evening:
    """A session in which much has happened, one that is going to end, and one that runs alone;
    each with its code."""

    fay: Facilitator
    session: str
    code: str
    window: str
    ending: tuple[str, str]

    def go_to(self, step: str) -> None:
        self.fay.session = self.session
        if self.fay.records()["stage"].get("step") != step:
            self.fay.go_to(step)


@pytest.fixture(scope="module")
def evening(hall: Hall, browser: Browser) -> Iterator[Evening]:
    width, height = LAPTOP
    context = browser.new_context(viewport={"width": width, "height": height}, locale="sv-SE")
    fay = Facilitator(hall, context.new_page())
    fay.open("2019-04-01-webb")
    fay.go_to("innebord")
    fay.do("set-closing", at=int((time.time() + 24 * 3600) * 1000))
    window = fay.code
    ending = (fay.open(), fay.code)
    session = fay.open()
    fay.do("set-moderation", moderation="show-all")
    machine = Machine(hall.data, "mal-2019", session)
    fill(machine, areas="1")
    wait_for(lambda: fay.records()["stage"].get("step") == "area-1-skriv")
    fay.go_to("area-4-skriv")
    for words in LIT:
        say(machine, "youth", words)
    fay.do("post-on-behalf", step="area-4-skriv", kind="question", text=QUESTION, language="ar")
    wait_for(lambda: len(posted(fay)) == 7)
    [question] = [it["contribution"] for it in posted(fay) if it["text"] == QUESTION]
    fay.do("translate-contribution", contribution=question, language="sv", text=IN_SWEDISH)
    its = [it["contribution"] for it in posted(fay)]
    work(fay, "make-theme", area="area-4", title="Trygga gångvägar", contributions=its)
    work(fay, "draft-goal", area="area-4", text="Alla ska våga gå hem på kvällen.")
    yield Evening(fay, session, fay.code, window, ending)
    context.close()


def posted(fay: Facilitator) -> list[dict]:
    its = fay.dialogue_records("contribution").values()
    return [it for it in its if it["area"] == "area-4"]


# ── participants ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone(hall: Hall, evening: Evening, new_page: NewPage, language: str) -> None:
    page = new_page(*PHONE)
    look = Look(page, f"phone-{language}", TEXTS)
    nobody = locales.translate(language, "count.people", n=0)
    evening.go_to("valkommen")
    page.goto(f"{hall.home}/j/{evening.code}?lang={language}")
    expect(page.locator("html")).to_have_attribute("dir", locales.direction(language))
    look.at("join")
    page.locator("#join-button").click()
    page.locator("#perspective-seniors").wait_for()
    look.at("perspective first")
    page.locator("#perspective-seniors").click()
    for step in STEPS + (MORE_STEPS if language in FULLY else ()):
        evening.go_to(step)
        expect(page.locator("#main")).to_have_attribute("data-step", step)
        if step == "area-1-skriv":
            write(page, look)
        if step == "stammer-det":  # on paper: nobody knows how many people
            expect(page.locator("#main")).not_to_contain_text(nobody)
        look.at(step)
    for panel in PANELS + (MORE_PANELS if language in FULLY else ()):
        page.evaluate("panel => location.hash = panel", panel)
        page.locator(".panel h1").wait_for()
        look.at(panel)
    assert look.faults == []


def write(page: Page, look: Look) -> None:
    """One text is sent and thanked for, another warned of; and what happens is asked for."""
    text, send = page.locator("textarea"), page.locator("form.field button.primary")
    text.fill(WORDS)
    send.click()
    page.locator("#status .good").wait_for()
    look.at("thanked")
    text.fill(PERSONAL)
    send.click()
    page.locator(".help.error").wait_for()
    page.locator("#now").click()
    page.locator(".now p").first.wait_for()
    look.at("advised and told")
    text.fill("")
    page.locator("#hide-now").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_reached_in_other_ways(
    hall: Hall, evening: Evening, new_page: NewPage, page_errors: list[str], language: str
) -> None:
    """Without script, at a table, in the window, and what anybody may read."""
    page = new_page(*PHONE, locale="en-GB")
    look = Look(page, f"other-{language}", TEXTS)
    evening.go_to("area-1-skriv")
    for address in FOR_ALL:
        page.goto(f"{hall.home}/{address}?lang={language}")
        look.at(address)
    page.goto(f"{hall.home}/?lang={language}")
    page.evaluate("document.querySelector('#join').submit()")
    page.wait_for_url("**/plain/join")
    look.at("plain join")
    page.goto(f"{hall.home}/t/{evening.session}?lang={language}#no-such-secret")
    spoken = language if language in REVIEWED else "en"  # the browser's, where nobody has read it
    page.locator(".opening", has_text=locales.translate(spoken, "host.refused")).wait_for()
    look.at("host")
    page.goto("about:blank")  # another secret alone would not load the page
    page.goto(table_link(hall, evening.session, "7"))
    page.locator("#people, .people input").first.wait_for()
    look.at("table")
    page.goto(f"{hall.home}/plain/s/{evening.session}?lang={language}")
    look.at("plain table")
    page.goto(f"{hall.home}/j/{evening.window}?lang={language}")
    page.locator("#join-button").click()
    page.locator("#perspective-undisclosed").click()
    page.locator(".topics button").first.wait_for()
    look.at("window")
    page.locator(".topics button").first.click()
    page.locator("textarea").wait_for()
    look.at("window topic")
    page_errors[:] = [it for it in page_errors if "status of 4" not in it]
    assert look.faults == []


def test_the_phone_when_it_is_over(hall: Hall, evening: Evening, new_page: NewPage) -> None:
    session, code = evening.ending
    evening.fay.session = session
    evening.fay.go_to("area-1-skriv")
    page = new_page(*PHONE)
    page.goto(f"{hall.home}/j/{code}")
    page.locator("#join-button").click()
    page.locator("#perspective-undisclosed").wait_for()
    evening.fay.do("end-session")
    look = Look(page, "ended", TEXTS)
    for language in LANGUAGES:
        page.goto(f"{hall.home}/s/{session}?lang={language}")
        page.locator("h1", has_text=locales.translate(language, "ended.title")).wait_for()
        look.at(f"ended {language}")
    assert look.faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_projector(hall: Hall, evening: Evening, new_page: NewPage, language: str) -> None:
    page = new_page(*PROJECTOR, reduced_motion="reduce")
    look = Look(page, f"projector-{language}", TEXTS)
    page.goto(f"{hall.home}/projector?lang={language}")
    page.get_by_text(re.compile(r"^\s*\d{4}\s*$")).first.wait_for()
    look.at("unpaired")
    page.context.add_cookies(evening.fay.page.context.cookies())
    page.goto(f"{hall.home}/projector?session={evening.session}&lang={language}")
    page.locator(".code").wait_for()
    page.keyboard.press("p")
    for name in SHOWN + (MORE_SHOWN if language in FULLY else ()):
        page.evaluate(REPLACE, msgspec.to_builtins(SCREENS[name]))
        look.at(name)
    assert look.faults == []


# ── staff ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", STAFF)
def test_staff(hall: Hall, evening: Evening, new_page: NewPage, language: str) -> None:
    """The overview, the guides, and the pages of the evening."""
    page = new_page(*LAPTOP, locale=STAFF[language])
    look = Look(page, f"staff-{language}", TEXTS)
    evening.go_to("area-1-skriv")
    page.goto(f"{hall.home}/staff")
    look.at("signed out")
    page.goto(hall.link)
    page.get_by_role("heading", name=locales.translate(language, "staff.title")).wait_for()
    open_folds(page)
    look.at("staff")
    for address in ("guide", *(f"guide/{role}" for role in GUIDES)):
        page.goto(f"{hall.home}/{address}")
        look.at(address)
    for name in OF_SESSIONS:
        page.goto(f"{hall.home}/{name}/{evening.session}")
        expect(page.locator("body")).to_have_attribute("data-line", "online")
        if name == "console":
            look.at("checklist")
            page.locator(".open-checklist").click()
        if name == "moderate":
            look.at("off duty")
            page.locator("moderator-duty .primary:visible").click()
        page.wait_for_timeout(300)
        open_folds(page)
        look.at(name)
    assert look.faults == []


def test_every_page_before_it_has_a_line_and_when_it_has_lost_it(
    hall: Hall, evening: Evening, new_page: NewPage
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    line = SlowLine(page)
    look = Look(page, "line", TEXTS)
    evening.go_to("area-1-skriv")
    page.goto(f"{hall.home}/j/{evening.code}")
    page.locator("#join-button").click()
    page.locator("#perspective-seniors").click()
    page.goto(hall.link)
    page.get_by_role("heading", name="Översikt").wait_for()
    of_session = [f"{name}/{evening.session}" for name in (*OF_SESSIONS, "s")]
    for address in (*of_session, f"projector?session={evening.session}", "work/mal-2019"):
        line.hold("hello")
        page.goto(f"{hall.home}/{address}")
        line.expect_held()
        look.at(f"{address} connecting")
        line.let_go()
        expect(page.locator("main")).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile(r".{20}", re.DOTALL))
        line.hold("hello")
        line.cut()
        line.expect_held()
        look.at(f"{address} lost")
        line.let_go()
    assert look.faults == []


@pytest.mark.parametrize("language", STAFF)
def test_the_workboard(hall: Hall, evening: Evening, new_page: NewPage, language: str) -> None:
    page = new_page(*LAPTOP, locale=STAFF[language])
    look = Look(page, f"work-{language}", TEXTS)
    page.goto(hall.link)
    page.get_by_role("heading", name=locales.translate(language, "staff.title")).wait_for()
    for tab in TABS:
        page.goto(f"{hall.home}/work/mal-2019#{tab}")
        expect(page.locator("body")).to_have_attribute("data-line", "online")
        page.locator("main h2:visible").first.wait_for()
        open_folds(page)
        look.at(tab)
    assert look.faults == []


MOVES = """() => [...document.querySelectorAll("*")].filter(it => {
  const { transitionDuration, animationName } = getComputedStyle(it)
  return animationName !== "none" || transitionDuration.split(",").some(one => parseFloat(one) > 0)
}).concat(document.getAnimations()).map(it => it.outerHTML || "an animation")"""


def staffs_pages(hall: Hall, evening: Evening, page: Page) -> Iterator[str]:
    """Each in turn, with all that can be folded out."""
    evening.go_to("area-1-skriv")
    page.goto(hall.link)
    page.get_by_role("heading", name="Översikt").wait_for()
    addresses = ["staff", "guide", *(f"{name}/{evening.session}" for name in OF_SESSIONS)]
    for address in [*addresses, *(f"work/mal-2019#{tab}" for tab in TABS)]:
        page.goto(f"{hall.home}/{address}")
        if "/" in address:
            expect(page.locator("body")).to_have_attribute("data-line", "online")
        page.wait_for_timeout(150)
        open_folds(page)
        yield address


def test_staffs_pages_at_four_hundred_percent_and_without_motion(
    hall: Hall, evening: Evening, new_page: NewPage
) -> None:
    """A window of 1280 points is 320 wide when all is made four times as large."""
    page = new_page(*SMALL_PHONE, locale="sv-SE", reduced_motion="reduce")
    faults = []
    for address in staffs_pages(hall, evening, page):
        if page.evaluate(WIDTH) > SMALL_PHONE[0]:
            faults.append(f"{address}: sideways")
        faults += [f"{address}: moves: {it[:200]}" for it in page.evaluate(MOVES)]
    assert faults == []


def test_staffs_pages_with_letters_of_two_hundred_percent(
    hall: Hall, evening: Evening, browser: Browser
) -> None:
    """As somebody sets their browser, which pages hear of in their units."""
    larger = browser.browser_type.launch(
        executable_path=chromium(),
        args=[*ARGS, "--blink-settings=defaultFontSize=32"],
    )
    width, height = LAPTOP
    page = larger.new_context(
        viewport={"width": width, "height": height}, locale="sv-SE"
    ).new_page()
    faults = []
    for address in staffs_pages(hall, evening, page):
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        if page.evaluate(WIDTH) > width:
            faults.append(f"{address}: sideways")
    larger.close()
    assert faults == []


def open_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(it => it.open = true)")
