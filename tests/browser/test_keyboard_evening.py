"""A whole evening by keyboard alone, for somebody who takes part and for whoever leads it: the
focus is always seen, never lost, and never moved by what others do."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from dialog.protocol import commands as c
from tests.browser.hall import SMALL_PHONE, Facilitator, Hall, wait_for
from tests.browser.keys import Keys
from tests.browser.machine import Machine
from tests.browser.test_console import heading, held
from tests.browser.test_phone import STEP, field, texts, thanked

PAPER = ("cykelväg mellan orterna", "cykelväg till skolan", "bussar på kvällen", "fler bussar")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hall") / "data", grouping="none")
    yield hall
    hall.close()


def test_an_evening_by_keyboard_alone(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    lead = Keys(fay.console())
    expect(lead.page.get_by_role("heading", name="Innan ni börjar")).to_be_focused()
    lead.choose("Börja: Välkommen!")
    expect(heading(lead.page)).to_be_focused()

    ada = Keys(new_page(*SMALL_PHONE, locale="sv-SE"))
    phone = ada.page
    phone.goto(hall.home)
    ada.to("Kod från skärmen")
    ada.type(fay.code)
    ada.press("Enter")
    expect(phone.get_by_role("heading", name="Vilket perspektiv")).to_be_focused()
    ada.choose("Seniorer")
    expect(phone.locator("h1:visible")).to_be_focused()

    for title in ("Det här kan du påverka", "Vi provar tillsammans"):
        lead.press("n")
        expect(heading(lead.page)).to_have_text(title)
    ada.to("Skriv vad du vill")
    ada.type("hej")
    ada.press("Enter")
    lead.press("n")

    # To write, while others write and the round ends.
    expect(field(phone)).to_be_visible()
    ada.look("a new step")
    ada.to("Ditt bidrag")
    ada.type("Fler bänkar")
    ada.choose("Skicka")
    thanked(phone)
    ada.to("Ditt bidrag", back=True)
    ada.type("Bättre ")
    lead.press("m")
    machine = Machine(hall.data, "mal-2019", fay.session)
    machine.enter(STEP, *PAPER)
    fay.do("show-others", shown=True)
    expect(phone.get_by_text(PAPER[0])).to_be_visible()
    ada.type("belys")
    lead.press("n")
    expect(phone.get_by_text("Rundan är slut")).to_be_visible()
    ada.type("ning")
    expect(field(phone)).to_be_focused()
    expect(field(phone)).to_have_value("Bättre belysning")
    ada.press("Control+Enter")
    thanked(phone)
    wait_for(lambda: {"Fler bänkar", "Bättre belysning"} <= set(texts(fay)))
    ada.choose("Gå till ny fråga")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()

    # To moderate: show one, hide one, and change one's mind.
    expect(held(lead.page)).to_have_count(2)
    lead.press("q", "v")
    expect(held(lead.page)).to_have_count(1)
    lead.look("the slip has gone")
    lead.press("q", "d", "7")
    expect(held(lead.page)).to_have_count(0)
    lead.look("the last slip has gone")
    lead.press("u")
    expect(held(lead.page)).to_have_count(1)
    lead.press("q", "v")
    expect(held(lead.page)).to_have_count(0)

    suggest(machine, fay)
    lead.choose("Gå till Har vi förstått er rätt?")
    ada.look("a step to check")
    ada.choose("Stämmer")
    fits = phone.get_by_role("button", name="Stämmer", exact=True).first
    expect(fits).to_have_attribute("aria-pressed", "true")
    expect(fits).to_be_focused()

    lead.choose("Gå till Vad är viktigast?")
    ada.choose("Lägg en prick")
    expect(phone.get_by_text("4 prickar kvar").first).to_be_visible()
    ada.look("a dot")
    ada.press("Enter")
    expect(phone.get_by_text("3 prickar kvar").first).to_be_visible()

    lead.choose("Gå till Två korta frågor")
    phone.get_by_role("radio").first.wait_for()
    ada.look("a step with questions")
    while not phone.evaluate("document.activeElement.matches('[type=radio]')"):
        ada.press("Tab")
    ada.press("Space", "ArrowDown")
    expect(phone.get_by_role("radio").nth(1)).to_be_checked()

    lead.choose("Gå till Tack! Så går det vidare")
    ada.look("the last step")
    ada.choose("Mina bidrag (2)")
    expect(phone.get_by_role("heading", name="Mina bidrag")).to_be_focused()
    lead.choose("Kod, skärmar, språk och avslut")
    lead.choose("Avsluta tillfället")
    expect(lead.page.get_by_role("button", name="Nej, fortsätt")).to_be_focused()
    lead.to("Ja, avsluta", back=True)
    lead.press("Enter")
    expect(heading(lead.page)).to_have_text("Tillfället är avslutat")
    lead.look("the end")
    ada.look("the end")
    ada.to("Se vad som hänt")
    phone.keyboard.press("Enter")  # to another page, which begins at its beginning
    expect(phone.get_by_text("2 bidrag hör till koden.")).to_be_visible()
    ada.to("Kvittokod")


def suggest(machine: Machine, fay: Facilitator) -> None:
    """Two groups of what came on paper."""
    numbers = {it["text"]: it["contribution"] for it in fay.records()["recent"]["slips"]}
    for first, second in (PAPER[:2], PAPER[2:]):
        members = [numbers[first], numbers[second]]
        term = [c.Span(members[0], 0, len(first.split()[0]))]
        placed = [c.Placement(n, 0.8) for n in members]
        machine.suggest("area-1", c.GroupSuggestion(0, placed, members, [term], 0.6, []))
    wait_for(lambda: sum(key.startswith("group/") for key in fay.records("projector")) == 2)
