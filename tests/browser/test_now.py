"""One button says what happens just now, and what others do is not said all the time."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hall import SMALL_PHONE, Facilitator, Hall, join, wait_for
from tests.browser.test_phone import STEP, field, send, slips, thanked

HAS_COME = """async () => {
  const page = document.querySelector("script[type=module]").src
  const { module } = await import(new URL("parts.js", page))
  return ["unsent", "own", "groups", "answers", "advice", "now", "window", "table"].every(module)
}"""
SAID = """() => {
  window.said = []
  const hear = () => said.push(document.getElementById("status").textContent)
  new MutationObserver(hear).observe(document.getElementById("status"), { childList: true })
}"""


@pytest.fixture
def hall(shared_hall: Hall) -> Hall:
    return shared_hall


def asked(page: Page) -> str:
    """What is said when the button is pressed, with the keyboard from the top of the page."""
    page.clock.run_for(400)  # what has just happened is said first
    page.locator("#main").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#now")).to_be_focused()
    expect(page.locator("#status p").first).to_be_attached()
    said = page.get_by_role("status").inner_text()
    assert [line for line in said.split("\n") if line] == page.locator(".now p").all_inner_texts()
    return said


def test_the_state_is_said_in_every_step_and_state(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.clock.install()
    page.goto(f"{hall.home}/j/{fay.code}")
    page.get_by_role("button", name="Gå med").click()
    page.get_by_role("button", name="Vill inte svara").wait_for()
    wait_for(lambda: page.evaluate(HAS_COME))
    assert "Välj först vilket perspektiv" in asked(page)
    page.get_by_role("button", name="Vill inte svara").click()
    assert "Dialogen har inte börjat än." in asked(page)
    fay.go_to(STEP)
    expect(field(page)).to_be_visible()
    said = asked(page)
    for words in (
        "Moment 4 av 25",
        "Målområde 1 av 4",
        "Skriv i fältet",
        "Ungefär 3 minuter kvar.",
    ):
        assert words in said
    assert "Du har inte skickat något än." in said and "Nytt moment" in said
    send(page, "Fler bänkar")
    thanked(page)
    (slip,) = slips(fay)
    assert "1 väntar på att läsas." in asked(page)
    fay.do("hide-contribution", contribution=slip["contribution"], reason="spam")
    expect(page.get_by_text("Dolt: ")).to_be_visible()
    said = asked(page)
    assert "1 är dolt." in said and "Nytt läge för 1 av dina bidrag" in said
    assert "Inget nytt sedan du frågade sist." in asked(page)
    for step, words in {
        "area-1-samtala": "Just nu samtalar ni vid borden.",
        "prickar": "5 prickar kvar",
        "paus": "Paus till klockan 19.55",
        "utvardering": "Svara på frågorna",
        "tack": "Läs och lyssna.",
    }.items():
        fay.go_to(step)
        expect(page.locator("#main")).to_have_attribute("data-step", step)
        assert words in asked(page), step
    page.get_by_role("button", name="Stäng").click()
    expect(page.locator("#now")).to_be_focused()
    fay.do("end-session")
    expect(page.get_by_role("heading", name="Dialogen är avslutad")).to_be_visible()
    assert page.locator("#main .step").inner_text().count("Dialogen är avslutad") == 1
    assert "Dialogen är avslutad" in asked(page)


def test_what_others_do_is_said_together_and_never_moves_the_focus(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    fay.go_to(STEP)
    fay.do("show-others", shown=True)
    fay.do("set-moderation", moderation="show-all")
    page = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    wait_for(lambda: page.evaluate(HAS_COME))
    page.clock.install()
    field(page).fill("Jag skriver")
    page.evaluate(SAID)

    def said() -> list[str]:
        """But for what may be said in the same breath."""
        ending = r"Rundan slutar om \d minut(er)?\. ?"
        heard = [re.sub(ending, "", it) for it in page.evaluate("said")]
        return [it for it in heard if it]

    # From here on no more of the page's time passes than is let pass.
    page.clock.pause_at(page.evaluate("Date.now()") + 1)
    for n in range(4):
        fay.do("post-on-behalf", step=STEP, kind="keyword", text=f"Förslag nummer {n}")
        text = page.get_by_text(f"Förslag nummer {n}")
        wait_for(lambda text=text: page.clock.run_for(50) or text.is_visible())
        # The first is said at once, before the others come.
        wait_for(lambda: page.clock.run_for(50) or said())
    page.clock.run_for(1000)
    assert said() == ["1 nytt bidrag från andra."]
    page.clock.resume()
    send(page, "Jag skriver")  # one's own is acknowledged at once all the same
    thanked(page)
    page.clock.fast_forward(10_000)
    expect(page.get_by_role("status")).to_contain_text("3 nya bidrag från andra")
    field(page).focus()
    fay.do("post-on-behalf", step=STEP, kind="keyword", text="Sist")
    expect(page.get_by_text("Sist", exact=True)).to_be_visible()
    expect(field(page)).to_be_focused()
