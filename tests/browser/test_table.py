"""The device of a table: joint sentences with how many stand behind, also while people talk."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dialog.identity import Identity
from tests.browser.hall import PHONE, Facilitator, Hall
from tests.browser.test_phone import STEP, field, send, slips, thanked

TALK = "area-1-samtala"


@pytest.fixture
def hall(shared_hall: Hall) -> Hall:
    return shared_hall


def link(hall: Hall, session: str, table: str) -> str:
    """What stands on the card on the table."""
    identity = Identity((hall.data / "secret").read_text("utf-8").strip())
    in_an_hour = int(time.time() + 3600) * 1000
    return f"{hall.home}/t/{session}#{identity.table_secret(session, table, 0, in_an_hour)}"


def test_a_table_says_how_many_stand_behind_and_sees_its_own_notes(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    fay.go_to(STEP)
    page = new_page(*PHONE, locale="sv-SE")
    page.goto(link(hall, fay.session, "7"))
    expect(page.get_by_text("Bord 7")).to_be_visible()
    expect(page.get_by_role("heading", name="Vilket perspektiv")).to_have_count(0)
    expect(page.get_by_label("Hur många står bakom?")).to_be_visible()
    send(page, "Vi vill ha fler bänkar")
    expect(page.get_by_role("status")).to_contain_text("hur många vid bordet som står bakom")
    expect(page.get_by_label("Hur många står bakom?")).to_be_focused()
    assert slips(fay) == []
    page.keyboard.type("5")
    page.get_by_role("button", name="Skicka", exact=True).click()
    thanked(page)
    fay.go_to(TALK)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Berätta för varandra")
    expect(page.get_by_label("Hur många står bakom?")).to_have_value("5")
    expect(field(page)).to_have_value("")
    send(page, "och bussar på kvällen")
    expect(page.get_by_text("Väntar på att läsas · 5 personer står bakom")).to_have_count(2)
    assert {(it["text"], it["people"], it["table"], it["step"]) for it in slips(fay)} == {
        ("Vi vill ha fler bänkar", 5, "7", STEP),
        ("och bussar på kvällen", 5, "7", TALK),
    }
    counts = fay.records()["counts"]
    assert (counts["people"], counts["authors"], counts["behind"]) == (0, 0, 10)
    expect(page.get_by_role("link", name="Nästa person")).to_have_count(0)
    for step in ("prickar", "utvardering"):
        fay.go_to(step)
        expect(page.get_by_text("Det här gör var och en i sin egen telefon.")).to_be_visible()
        expect(page.get_by_role("radio")).to_have_count(0)
        expect(page.get_by_role("button", name="prick")).to_have_count(0)
    fay.go_to(TALK)
    page.goto(f"{hall.home}/plain/s/{fay.session}")
    page.get_by_label("Hur många står bakom?").fill("3")
    field(page).fill("sist")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_text("3 personer står bakom")).to_be_visible()
    page.goto(f"{hall.home}/s/{fay.session}")
    expect(field(page)).to_be_visible()
    fay.do("set-posting", open=False)
    expect(field(page)).to_be_hidden()
