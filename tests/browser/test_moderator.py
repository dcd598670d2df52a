"""The moderators' page in real browsers: one key each, two people, never the same slip."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Look
from tests.browser.hall import (
    LAPTOP,
    PHONE,
    SMALL_LAPTOP,
    Facilitator,
    Hall,
    is_whole,
    join,
    sign_in,
    wait_for,
)
from tests.browser.test_console import settled, write

NewPage = Callable[..., Page]
STEP = "area-1-skriv"
FLAGGED = "Grannen Anders Svensson kör för fort"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hall") / "data")
    yield hall
    hall.close()


@pytest.fixture
def ada(hall: Hall, fay: Facilitator, new_page: NewPage) -> Page:
    fay.go_to(STEP)
    return join(hall, new_page(*PHONE, locale="sv-SE"), fay.code)


def moderator(hall: Hall, fay: Facilitator, page: Page) -> Page:
    """Somebody signs in as a moderator, and comes to the session's page."""
    sign_in(hall, page, hall.moderator_link)
    page.clock.install()
    page.goto(f"{hall.home}/moderate/{fay.session}")
    expect(page.get_by_role("heading", name="Du är inte i tjänst")).to_be_visible()
    return page


def on_duty(page: Page) -> None:
    page.get_by_role("button", name="Gå i tjänst").click()
    expect(page.get_by_text("I tjänst. Du läser svenska")).to_be_visible()


def mine(page: Page) -> Locator:
    return page.locator("moderator-reading .slip")


def texts(fay: Facilitator, name: str) -> list[str]:
    return [slip["text"] for slip in fay.records()[name]["slips"]]


def test_two_moderators_read_by_keyboard_alone_and_never_the_same(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    write(fay, ada, FLAGGED, "fler bänkar", "idioter", "lekplatser")
    mia = moderator(hall, fay, new_page(*LAPTOP, locale="sv-SE"))
    moa = moderator(hall, fay, new_page(*LAPTOP, locale="sv-SE"))
    on_duty(mia)
    expect(mine(mia)).to_have_count(4)
    expect(mine(mia).first).to_be_focused()
    on_duty(moa)
    expect(mine(moa)).to_have_count(0)
    expect(moa.get_by_text("4 läses av andra")).to_be_visible()

    mia.keyboard.press("m")  # three words of the flagged one
    mia.keyboard.press("ArrowRight")
    mia.keyboard.press("Shift+ArrowRight")
    mia.keyboard.press("Enter")
    expect(mine(mia).first.locator("mark")).to_have_text("maskerat: Anders Svensson")
    mia.keyboard.press("v")
    wait_for(lambda: texts(fay, "recent") == ["Grannen [maskerat] kör för fort"])

    expect(mine(mia)).to_have_count(3)
    mine(mia).filter(has_text="idioter").focus()
    mia.keyboard.press("d")
    mia.keyboard.press("5")
    expect(mine(moa)).to_have_count(1)
    expect(mine(moa)).to_contain_text("En annan person tycker att det kränker någon.")
    moa.keyboard.press("q")
    moa.keyboard.press("d")
    moa.keyboard.press("5")
    wait_for(lambda: texts(fay, "hidden") == ["idioter"])
    expect(moa.locator("hidden-counts")).to_contain_text("Kränkning av enskild1")

    settled(mia)
    mia.keyboard.press("r")
    expect(mine(mia)).to_have_count(0)
    mia.locator("body").press("u")
    wait_for(lambda: mine(mia).count() + mine(moa).count() == 2)
    assert len(texts(fay, "queue")) == 2
    mia.close()
    wait_for(lambda: fay.records()["queue"]["on_duty"] == 1)


def test_what_comes_while_somebody_reads_is_added_to_the_screen(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    mia = moderator(hall, fay, new_page(*LAPTOP, locale="sv-SE"))
    on_duty(mia)
    write(fay, ada, "först")
    expect(mine(mia)).to_have_count(1)
    write(fay, ada, "fler bussar", "fler bänkar", "fler träd")
    expect(mine(mia)).to_have_count(4, timeout=10_000)
    settled(mia)
    mia.keyboard.press("q")
    mia.keyboard.press(
        "n"
    )  # left to others, and there are none: it comes when nothing else is here
    expect(mine(mia)).to_have_count(3)
    mia.wait_for_timeout(6000)
    expect(mine(mia)).to_have_count(3)
    mia.keyboard.press("r")
    expect(mine(mia)).to_have_count(1, timeout=10_000)
    expect(mine(mia)).to_contain_text("först")


def test_what_nobody_on_duty_reads_is_no_part_of_the_screenful(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    write(fay, ada, "مزيد من الحافلات", language="ar")
    write(fay, ada, "fler bussar", "fler bänkar")
    mia = moderator(hall, fay, new_page(*LAPTOP, locale="sv-SE"))
    on_duty(mia)
    expect(mine(mia)).to_have_count(3)
    expect(mine(mia).first).to_contain_text("Ingen i tjänst läser arabiska")
    settled(mia)
    expect(mia.get_by_role("button", name="Visa de 2 äldsta")).to_be_enabled()
    mia.keyboard.press("r")
    expect(mine(mia)).to_have_count(1)
    assert texts(fay, "queue") == ["مزيد من الحافلات"]


def test_on_a_small_laptop_there_is_room_for_the_switches_and_for_what_is_settled(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    write(fay, ada, "fler bussar", "fler bänkar")
    numbers = [slip["contribution"] for slip in fay.records()["queue"]["slips"]]
    fay.do("release-contributions", contributions=numbers)
    mia = moderator(hall, fay, new_page(*SMALL_LAPTOP, locale="sv-SE"))
    assert is_whole(mia.locator("safety-switches"), mia.locator(".panel.state"))
    settled = mia.locator(".panel.settled")
    expect(settled.locator(".slip")).to_have_count(2)
    assert is_whole(settled.locator(".slip").first, settled)


def test_what_to_do_at_a_threat_is_in_sight_on_a_small_laptop(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    mia = moderator(hall, fay, new_page(1366, 768, locale="sv-SE"))
    threat, state = mia.get_by_text("Hot? Gör så här"), mia.locator(".panel.state")
    assert is_whole(threat, state)
    assert is_whole(mia.get_by_text("Vad vi har gjort"), state)
    write(fay, ada, "fler bussar")
    number = fay.records()["queue"]["slips"][0]["contribution"]
    fay.do("release-contributions", contributions=[number])
    expect(mia.locator(".panel.settled .slip")).to_have_count(1)
    assert is_whole(threat, state)


def test_on_a_phone_by_touch_with_a_break_and_without_faults(
    hall: Hall, fay: Facilitator, ada: Page, new_page: NewPage
) -> None:
    write(fay, ada, FLAGGED, "köp glasögon")
    page = new_page(*PHONE, locale="sv-SE", has_touch=True)
    moderator(hall, fay, page)
    look = Look(page, "moderator")
    look.at("off duty")
    page.get_by_label("finska").check()
    page.get_by_role("button", name="Gå i tjänst").tap()
    expect(mine(page)).to_have_count(2)
    mine(page).first.get_by_role("button", name="Maskera").tap()
    page.get_by_role("button", name="Anders").tap()
    look.at("masking")
    page.get_by_role("button", name="Spara").tap()
    expect(mine(page).first.locator("mark")).to_contain_text("Anders")
    mine(page).filter(has_text="glasögon").get_by_role("button", name="Dölj").tap()
    page.get_by_label("Allt från samma telefon (1 till)").check()
    look.at("reasons")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "button, summary, label.check"
    page.get_by_role("button", name="Reklam eller skräppost").tap()
    wait_for(lambda: len(texts(fay, "hidden")) == 2)
    write(fay, ada, "mer skräp")
    junk = mine(page).filter(has_text="mer skräp")
    expect(junk).to_contain_text("Allt från den här telefonen väntar på granskning")
    heights = page.locator(small).evaluate_all(
        "all => all.map(it => it.getBoundingClientRect().height).filter(height => height > 1)"
    )
    assert heights and min(heights) >= 44
    page.clock.fast_forward("31:00")
    expect(page.get_by_text("Du har läst i 30 minuter")).to_be_visible()
    look.at("break")
    assert look.faults == []
    page.get_by_role("button", name="Ta paus").first.tap()
    expect(page.get_by_role("heading", name="Du är inte i tjänst")).to_be_focused()
    page.reload()
    expect(page.get_by_label("finska")).to_be_checked()
