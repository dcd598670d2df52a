"""Longer words and right-to-left letters: nothing sticks out, and who has checked them is said."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from playwright.sync_api import Page, expect

from dialog import locales
from dialog.protocol.agenda import REVIEWED
from tests.browser.hall import LAPTOP, PROJECTOR, SMALL_PHONE, Facilitator, Hall, join
from tests.browser.test_projector import OVERLAPS, REPLACE, SCREENS, TEXTS, evening, groups, stage
from tests.browser.test_projector import voices as voices_on_screen
from tests.pseudo import LONGER

NewPage = Callable[..., Page]
LANGUAGES = [LONGER, "ar", "fa"]
PANELS = ("mine", "about", "perspective", "next-person")

STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter(one => {
  const { left, right, width, height } = one.getBoundingClientRect()
  const isSeen = width > 1 && height > 1 && getComputedStyle(one).visibility !== "hidden"
  return isSeen && (left < -1 || right > innerWidth + 1)
}).map(one => `${one.outerHTML.slice(0, 90)}`)"""

IN_OTHER_WORDS = """letters => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node; node = walker.nextNode();) {
    const its = node.parentElement.closest("[lang], [translate=no]")
    const isOurs = its === document.documentElement
      && !node.parentElement.closest("noscript, script, style, .written")
    const isTranslated = new RegExp(letters).test(node.data) || !/[a-z]{3}/i.test(node.data)
    if (isOurs && !isTranslated) found.push(node.data.trim())
  }
  return found
}"""


class ManyLanguages(Hall):
    """Every language is offered; `LONGER` is Swedish with longer words."""

    program = "tests.pseudo"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = ManyLanguages(tmp_path_factory.mktemp("languages") / "data", grouping="none")
    yield hall
    hall.close()


def check(page: Page, place: str) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, place
    assert page.evaluate(STICKS_OUT) == [], place


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_fits_a_small_phone(
    hall: Hall, fay: Facilitator, new_page: NewPage, language: str
) -> None:
    page = new_page(*SMALL_PHONE)
    page.goto(f"{hall.home}/j/{fay.code}?lang={language}")
    root = page.locator("html")
    expect(root).to_have_attribute("dir", locales.direction(language))
    expect(root).to_have_attribute("lang", language)
    check(page, "join")
    page.locator("#join-button").click()
    page.locator("#perspective-undisclosed").wait_for()
    check(page, "perspective")
    page.locator("#perspective-undisclosed").click()
    fay.go_to("area-1-skriv")
    page.locator("textarea").fill("Fler bänkar längs ån")
    page.locator("form.field button.primary").click()
    for step in [it["step"] for it in fay.records()["run"]["steps"]]:
        fay.go_to(step)
        expect(page.locator("#main")).to_have_attribute("data-step", step)
        check(page, step)
    for panel in PANELS:
        page.evaluate("panel => location.hash = panel", panel)
        page.locator(".panel h1").wait_for()
        check(page, panel)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_page_fits_a_small_phone(
    hall: Hall, new_page: NewPage, page_errors: list[str], language: str
) -> None:
    page = new_page(*SMALL_PHONE)
    for address in ("privacy", "accessibility", "rules", "receipt", "feedback/mal-2019"):
        page.goto(f"{hall.home}/{address}?lang={language}")
        expect(page.locator("html")).to_have_attribute("dir", locales.direction(language))
        check(page, address)
    page.goto(f"{hall.home}/?lang={language}")
    page.evaluate("document.querySelector('#join').submit()")
    expect(page.locator("[role=alert]")).not_to_be_empty()
    check(page, "plain")
    page_errors[:] = [it for it in page_errors if "status of 4" not in it]


@pytest.mark.parametrize("language", ["sv", "ar", "fa"])
def test_a_language_that_nobody_has_checked_says_so_in_it_and_in_swedish(
    hall: Hall, new_page: NewPage, language: str
) -> None:
    page = new_page(*SMALL_PHONE)
    for address in ("", "privacy", "receipt"):
        page.goto(f"{hall.home}/{address}?lang={language}")
        mark = page.locator(".unreviewed")
        expect(mark).to_have_count(0 if language in REVIEWED else 1)
        if language not in REVIEWED:
            swedish = locales.translate("sv", "language.unreviewed")
            expect(mark.locator("[lang=sv]")).to_have_text(swedish)
            assert mark.inner_text().replace(swedish, "").strip()


def test_no_words_are_outside_the_catalogues(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    """In a language of accents, what has none was never translated."""
    page = new_page(*SMALL_PHONE)
    page.goto(f"{hall.home}/j/{fay.code}?lang={LONGER}")
    found = page.evaluate(IN_OTHER_WORDS, "[áéíóúýǻǟȫẍ]")
    page.locator("#join-button").click()
    page.locator("#perspective-undisclosed").click()
    for step in [it["step"] for it in fay.records()["run"]["steps"]]:
        fay.go_to(step)
        expect(page.locator("#main")).to_have_attribute("data-step", step)
        found += page.evaluate(IN_OTHER_WORDS, "[áéíóúýǻǟȫẍ]")
    assert found == []


# ── the projector ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=LANGUAGES)
def projector(request: pytest.FixtureRequest, fay: Facilitator, new_page: NewPage) -> Page:
    page = new_page(*PROJECTOR, reduced_motion="reduce")
    fay.pair(page)
    expect(page.locator(".code")).to_be_visible()
    page.goto(f"{fay.hall.home}/projector?lang={request.param}")
    expect(page.locator(".code")).to_be_visible()
    page.keyboard.press("p")
    return page


def test_every_screen_fits(projector: Page) -> None:
    for name, records in SCREENS.items():
        projector.evaluate(REPLACE, msgspec.to_builtins(records))
        for turn in range(3):
            place = f"{name}, page {turn + 1}"
            assert projector.evaluate(OVERLAPS) == {"scrolls": False, "overlaps": []}, place
            assert [it["words"] for it in projector.evaluate(TEXTS) if it["cut"]] == [], place
            projector.keyboard.press("PageDown")
            projector.evaluate("new Promise(done => setTimeout(done, 30))")


def test_arrow_keys_go_the_way_that_the_language_runs(fay: Facilitator, new_page: NewPage) -> None:
    page = new_page(*PROJECTOR, reduced_motion="reduce")
    fay.pair(page)
    expect(page.locator(".code")).to_be_visible()
    records = msgspec.to_builtins(
        evening(stage("groups", area="area-1"), groups(2), voices_on_screen(2))
    )
    for language, onwards, back in (("sv", "Right", "Left"), ("ar", "Left", "Right")):
        page.goto(f"{fay.hall.home}/projector?lang={language}")
        expect(page.locator(".code")).to_be_visible()
        page.keyboard.press("p")
        page.evaluate(REPLACE, records)
        columns = page.locator(".columns")
        expect(columns).to_be_visible()
        page.keyboard.press(f"Arrow{onwards}")
        expect(page.locator(".voices")).to_be_visible()
        page.keyboard.press(f"Arrow{back}")
        expect(columns).to_be_visible()


# ── the browser's words and the server's ──────────────────────────────────────────────────────

SAID = """async ([counts, key]) => {
  const app = document.querySelector("script[type=module]").src
  const words = await import(new URL("../lib/words.js", app))
  return counts.map(n => words.t(key, { n, m: n }))
}"""


@pytest.mark.parametrize("language", ["sv", "en", "fi", "ar", "fa"])
def test_the_browser_counts_as_the_server_does(
    hall: Hall, new_page: NewPage, language: str
) -> None:
    counts = [0, 1, 2, 3, 10, 11, 99, 100, 102, 1000, 20_000]
    page = new_page(*LAPTOP)
    page.goto(f"{hall.home}/projector?lang={language}")
    its = [locales.translate(language, "proj.count", n=n, m=n) for n in counts]
    made = [locales.number(language, n) for n in counts]
    said = page.evaluate(SAID, [counts, "proj.count"])
    if locales.own_words(language, "projector"):
        assert said == its
    assert all(number in words for number, words in zip(made, said, strict=True) if number > "2")


# ── staff translate ───────────────────────────────────────────────────────────────────────────

QUESTION = "لماذا لا توجد المعلومات باللغة العربية؟"
IN_SWEDISH = "Varför finns inte informationen på arabiska?"


def asked_in_arabic(hall: Hall, fay: Facilitator, new_page: NewPage) -> Page:
    """A phone in Swedish on which somebody has written in another language."""
    fay.do("set-moderation", moderation="show-all")
    fay.go_to("area-1-skriv")
    phone = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    phone.locator("textarea").fill(QUESTION)
    phone.locator("form.field button.primary").click()
    return phone


def test_a_translation_that_staff_write_stands_beside_the_words_on_the_wall(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    """The phone was in Swedish: the server sees what it was."""
    asked_in_arabic(hall, fay, new_page)
    console = fay.console()
    slip = console.locator(".slip", has_text=QUESTION).first
    expect(slip.locator(".words")).to_have_attribute("lang", "ar")
    slip.get_by_role("button", name="Översätt").click()
    dialog = console.get_by_role("dialog")
    expect(dialog.get_by_label("Översättning", exact=True)).to_be_focused()
    dialog.get_by_label("Översättning", exact=True).fill(IN_SWEDISH)
    dialog.get_by_label("Märkning").select_option(label="Översatt av tolk")
    dialog.get_by_role("button", name="Spara översättningen").click()
    expect(dialog).to_have_count(0)
    beside = console.locator(".slip .translation").first
    expect(beside).to_have_text(f"Översatt av tolk: {IN_SWEDISH}")
    (post,) = fay.records("projector")["wall/area-1"]["latest"]
    assert post["language"] == "ar"
    assert post["translation"] == {"language": "sv", "text": IN_SWEDISH, "by": "interpreter"}
    slip.get_by_role("button", name="Översätt").click()
    expect(dialog.get_by_label("Översättning", exact=True)).to_have_value(IN_SWEDISH)
    dialog.get_by_role("button", name="Ta bort översättningen").click()
    expect(console.locator(".slip .translation")).to_have_count(0)


def test_the_workboard_shows_it_and_writes_one_too(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    phone = asked_in_arabic(hall, fay, new_page)
    expect(phone.get_by_role("status")).to_contain_text("Tack!")
    board = fay.page
    board.goto(f"{hall.home}/work/mal-2019")
    card = board.locator(".slip", has_text=QUESTION).last
    expect(card.locator(".words")).to_have_attribute("lang", "ar")
    card.locator(".why").click()
    board.get_by_role("dialog").get_by_role("button", name="Översätt").click()
    dialog = board.locator("dialog.translating")
    dialog.get_by_label("Översättning", exact=True).fill(IN_SWEDISH)
    dialog.get_by_role("button", name="Spara översättningen").click()
    expect(dialog).to_have_count(0)
    expect(card.locator(".translation")).to_have_text(f"Översatt av personalen: {IN_SWEDISH}")
