"""What the phone says of personal data before sending is what the server will say of them."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dialog.domain.personal_data import flags, personal_number
from dialog.text.characters import readable
from tests.browser.hall import SMALL_PHONE, Facilitator, Hall, join, wait_for
from tests.browser.test_phone import STEP, field, send, texts, thanked
from tests.domain import test_personal_data
from tests.security.test_patterns import UNITS
from tests.security.test_what_points_at_people import ALMOST, ORDINARY, TYPED, WAITS, WAYS
from tests.text import test_characters

EDGE_CASES = Path(test_personal_data.__file__).parent / "edge_cases.tsv"
LOOK = """async texts => {
  const module = [...document.querySelectorAll("link[rel=modulepreload]")].map(it => it.href)
    .find(it => it.endsWith("/phone/parts.js")).replace("parts.js", "advice.js")
  const { flags, personalNumber } = await import(module)
  return texts.map(text => [personalNumber(text), flags(text)])
}"""


@pytest.fixture
def hall(shared_hall: Hall) -> Hall:
    return shared_hall


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def corpus() -> list[str]:
    """All that the server's own tests look at, the edge cases, and both mistyped and mixed."""
    tests = (it for module in (test_personal_data, test_characters) for it in vars(module).values())
    given = [mark.args[1] for test in tests for mark in getattr(test, "pytestmark", ())]
    lines = EDGE_CASES.read_text("utf-8").splitlines()[2:]
    whole = [*strings(given), *test_personal_data.drama_numbers()]
    whole += [line.split("\t")[4] for line in lines]
    whole += [*strings(list(WAITS.values())), *ORDINARY, *ALMOST, *TYPED]
    whole += [way.format("19", "121212", "1212") for way in WAYS]
    mixed = random.Random(20190401)
    for _ in range(3000):
        text = list(" ".join(mixed.sample(whole, 2))[:150])
        for place in sorted(mixed.sample(range(len(text)), 3)):
            text[place] = mixed.choice(["", *"0123456789 -.+@/aåÅs"])
        whole.append("".join(text))
    return [text for text in whole if readable(text)]


def test_the_phone_finds_what_the_server_finds(hall: Hall, new_page: Callable[..., Page]) -> None:
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.goto(hall.home)
    whole = corpus()
    found = page.evaluate(LOOK, whole)
    expected = [[personal_number(text), flags(text)] for text in whole]
    different = [it for it in zip(whole, expected, found, strict=True) if it[1] != it[2]]
    assert different == []
    assert sum(number for number, _ in expected) > 100 < sum(bool(it) for _, it in expected)


HOW_LONG = LOOK.replace(
    "return texts.map(text => [personalNumber(text), flags(text)])",
    """return texts.map(text => {
      const began = performance.now()
      personalNumber(text), flags(text)
      return performance.now() - began
    })""",
)


def test_no_text_keeps_the_phone_busy(hall: Hall, new_page: Callable[..., Page]) -> None:
    """A pattern that goes back and forth would freeze the page while somebody writes."""
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.goto(hall.home)
    attacks = [unit * (1000 // len(unit)) + tail for unit in UNITS for tail in ("", "!")]
    first, again = page.evaluate(HOW_LONG, attacks), page.evaluate(HOW_LONG, attacks)
    slow = [
        (text[:20], ms)
        for text, *both in zip(attacks, first, again, strict=True)
        if (ms := min(both)) > 400
    ]
    assert slow == []


def test_an_identity_number_is_not_sent_and_the_rest_only_on_a_second_press(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    fay.go_to(STEP)
    page = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    said = page.locator(".help")

    def advised(words: str) -> bool:
        field(page).fill(words)  # the advice comes a moment after the page
        return said.inner_text() != ""

    wait_for(lambda: advised("Ring mig på 19121212-1212"))
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(said).to_contain_text("innehåller ett personnummer. Ta bort det och skicka igen.")
    expect(page.get_by_role("status")).to_contain_text("ett personnummer")
    expect(field(page)).to_have_value("Ring mig på 19121212-1212")
    expect(field(page)).to_be_focused()
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.get_by_text("Väntar på att skickas")).to_be_hidden()

    send(page, "Ring mig på 070-174 06 05 eller kassor@example.com")
    expect(said).to_contain_text("ett telefonnummer och en e-postadress")
    expect(said).to_contain_text("Tryck på Skicka en gång till")
    expect(page.get_by_role("button", name="Skicka", exact=True)).to_be_focused()
    assert texts(fay) == []
    page.keyboard.press("Enter")
    thanked(page)
    assert texts(fay) == ["Ring mig på 070-174 06 05 eller kassor@example.com"]


def test_what_the_phone_cannot_look_at_the_server_refuses_and_the_words_are_kept(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page], page_errors: list[str]
) -> None:
    fay.go_to(STEP)
    page = new_page(*SMALL_PHONE, locale="sv-SE", service_workers="block")
    page.route("**/advice.js*", lambda route: route.abort())
    join(hall, page, fay.code)
    send(page, "Ring mig på 19121212-1212")
    refused = page.get_by_label("Det ser ut som att texten innehåller ett personnummer")
    expect(refused).to_have_value("Ring mig på 19121212-1212")
    refused.fill("Ring mig")
    page.get_by_role("button", name="Skicka igen").click()
    thanked(page)
    expect(refused).to_be_hidden()
    assert texts(fay) == ["Ring mig"]
    page_errors.clear()
