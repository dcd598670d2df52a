"""A web window: the topics in any order, over days, each on their own, until it closes."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hall import SMALL_PHONE, Facilitator, Hall, join, wait_for
from tests.browser.machine import Machine
from tests.browser.test_phone import field, send, slips, texts, thanked

NewPage = Callable[..., Page]
BUSES, BEGUN = "Att bussen går även på söndagar", "En plats att"
DAYS = 24 * 3600


@pytest.fixture
def hall(shared_hall: Hall) -> Hall:
    return shared_hall


@pytest.fixture
def window(fay: Facilitator) -> Facilitator:
    """The window is open, for ten days more."""
    fay.open("2019-04-01-webb")
    fay.go_to("innebord")
    close_in(fay, 10 * DAYS)
    return fay


def close_in(fay: Facilitator, seconds: float) -> None:
    machine = Machine(fay.hall.data, "mal-2019", fay.session)
    machine.close_window(int((time.time() + seconds) * 1000))


def topic(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_topics_are_answered_in_any_order_and_taken_up_again_days_later(
    hall: Hall, window: Facilitator, new_page: NewPage
) -> None:
    ada = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), window.code)
    expect(ada.get_by_text("Du har svarat på 0 av 12 delområden.")).to_be_visible()
    expect(ada.get_by_text("Öppet till och med")).to_contain_text("svensk tid")
    topic(ada, "Ungas hälsa")
    send(ada, BUSES)
    thanked(ada)
    expect(ada.get_by_text(BUSES)).to_be_visible()
    ada.get_by_role("button", name="Nästa delområde").click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text("Mötesplatser för alla åldrar")
    field(ada).fill(BEGUN)
    ada.get_by_role("button", name="Alla delområden").click()
    expect(ada.get_by_text("Du har svarat på 1 av 12 delområden.")).to_be_visible()
    assert [(it["text"], it["topic"]) for it in slips(window)] == [(BUSES, "ungas-halsa")]

    tokens = [it for it in ada.context.cookies() if it["name"].startswith("p_")]
    assert [it["expires"] > time.time() + 10 * DAYS for it in tokens] == [True]
    again = ada.context.new_page()
    again.goto(f"{hall.home}/j/{window.code}")
    again.get_by_role("button", name="Gå med").click()
    expect(again.get_by_text("Du har svarat på 1 av 12 delområden.")).to_be_visible()
    expect(again.get_by_text(BUSES)).to_be_visible()
    topic(again, "Påbörjat")
    expect(field(again)).to_have_value(BEGUN)
    assert window.records()["counts"]["people"] == 1
    code = receipt_code(ada)
    ada.clock.install(time=time.time() + 9 * DAYS)
    ada.goto(f"{hall.home}/s/{window.session}")
    expect(ada.get_by_text("Påbörjat")).to_be_visible()
    assert receipt_code(ada) == code
    ada.clock.install(time=time.time() + 14 * DAYS)
    ada.goto("about:blank")
    ada.goto(f"{hall.home}/s/{window.session}")
    wait_for(
        lambda: ada.evaluate("Object.keys(localStorage).every(it => !it.startsWith('draft/'))")
    )
    ada.get_by_role("link", name="Mina bidrag (1)").click()
    expect(ada.locator(".receipt")).to_have_count(0)


def receipt_code(page: Page) -> str:
    page.get_by_role("link", name="Mina bidrag (1)").click()
    return page.locator(".receipt").inner_text()


def test_before_a_window_has_opened_nobody_is_told_of_a_room_a_leader_or_a_projector(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    fay.open("2019-04-01-webb")
    ada = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    expect(ada.get_by_text("Frågorna har inte öppnat än.")).to_be_visible()
    expect(ada.get_by_text("processledaren")).to_have_count(0)
    checklist = fay.console().locator("console-checklist")
    expect(checklist.get_by_text("Det här är ett webbfönster")).to_be_visible()
    expect(checklist.locator(".before > li:visible")).to_have_count(1)
    expect(checklist.locator(".number:visible")).to_have_text("1")
    expect(checklist.get_by_text("Säg", exact=True).locator("visible=true")).to_have_count(0)
    expect(checklist.get_by_text("projektor").locator("visible=true")).to_have_count(0)
    expect(checklist.get_by_role("button", name="Börja")).to_be_visible()


def test_what_comes_after_the_window_has_closed_is_refused_and_can_be_copied(
    hall: Hall, window: Facilitator, new_page: NewPage
) -> None:
    ada = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), window.code)
    topic(ada, "Ungas hälsa")
    field(ada).fill(BEGUN)
    ada.get_by_role("button", name="Alla delområden").click()
    topic(ada, "Hållbar tillväxt")
    field(ada).fill(BUSES)
    close_in(window, 0.5)
    wait_for(lambda: "tar inte emot" in ada.locator("#main").inner_text())
    ada.get_by_role("button", name="Skicka", exact=True).click()
    late = ada.get_by_label("Svarstiden är slut.")
    expect(late).to_have_value(BUSES)
    expect(ada.get_by_role("button", name="Skicka igen")).to_have_count(0)
    ada.get_by_role("button", name="Kopiera texten").click()
    expect(ada.get_by_role("status")).to_contain_text("Texten är kopierad.")
    ada.get_by_role("button", name="Alla delområden").click()
    expect(ada.get_by_text("Stängde")).to_be_visible()
    expect(ada.get_by_label("Det här hann du inte skicka")).to_have_value(BEGUN)
    assert texts(window) == []
