"""The other ways in, in real browsers: a scribe's keyboard, a roster's strips, a table's link."""

import contextlib
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dialog.identity import Identity
from tests.browser.hall import LAPTOP, PHONE, Facilitator, Hall, join, sign_in, wait_for
from tests.browser.slow_line import SlowLine

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hall") / "data")
    yield hall
    hall.close()


def test_a_scribe_enters_slips_with_the_keyboard_alone_and_reads_each_number(
    fay: Facilitator, new_page: NewPage
):
    fay.go_to("area-1-skriv")
    fay.do("set-moderation", moderation="hold-flagged")
    phone = join(fay.hall, new_page(*PHONE, locale="sv-SE"), fay.code)
    phone.get_by_role("textbox").fill("En bro")
    phone.get_by_role("button", name="Skicka", exact=True).click()
    wait_for(lambda: fay.records()["counts"]["contributions"] == 1)
    page = fay.page
    page.goto(f"{fay.hall.home}/scribe/{fay.session}")
    page.get_by_label("Målgrupp", exact=True).select_option(label="Seniorer")
    page.get_by_label("Orden", exact=True).focus()
    for number, words in enumerate(("Fler bänkar", "Bättre belysning"), start=2):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        said = f"Bidrag {number} är inlagt. Skriv {number} vid svaret."
        expect(page.locator(".entered")).to_have_text(said)
        expect(page.get_by_label("Orden", exact=True)).to_be_focused()
    entered = page.locator(".entered-slip")
    expect(entered).to_have_count(2)
    expect(entered.first).to_contain_text("Bättre belysning")
    expect(entered.first.locator(".slip-number")).to_have_text("Nummer 33")  # heard, and seen
    expect(entered.nth(1)).to_contain_text("Seniorer")  # what was chosen stays chosen
    fay.do("hide-contribution", contribution=2, reason="spam")
    expect(entered.nth(1)).to_contain_text("Dold")
    expect(entered.nth(1)).not_to_contain_text("Fler bänkar")
    page.keyboard.type("Ring 070-174 06 05")
    page.keyboard.press("Enter")
    expect(entered.first).to_contain_text("Väntar på att läsas")
    expect(entered.first).to_contain_text("(Texten läses bara av dem som granskar.)")
    fay.do("release-contributions", contributions=[4])
    expect(entered.first).to_contain_text("Ring 070-174 06 05")


def test_nothing_is_entered_before_the_page_knows_the_meeting(fay: Facilitator):
    fay.go_to("area-1-skriv")
    page = fay.page
    line = SlowLine(page)
    line.hold("view")
    page.goto(f"{fay.hall.home}/scribe/{fay.session}")
    line.expect_held()
    expect(page.get_by_text("Ansluter …")).to_be_visible()
    expect(page.get_by_label("Orden", exact=True)).to_be_hidden()
    line.let_go()
    page.get_by_label("Orden", exact=True).fill("Fler bänkar")
    page.get_by_label("Orden", exact=True).press("Enter")
    expect(page.locator(".entered")).to_contain_text("är inlagt")


def test_scribes_and_moderators_find_their_way_back_to_a_meeting_that_has_ended(
    tmp_path: Path, new_page: NewPage
):
    with contextlib.closing(Hall(tmp_path / "data")) as hall:
        fay = Facilitator(hall, new_page(*LAPTOP, locale="sv-SE"))
        fay.open()
        fay.go_to("area-1-skriv")
        fay.do("set-moderation", moderation="hold-all")
        assert fay.do("end-session")["t"] == "ack"
        links = {it["role"]: it["link"] for it in fay.get("/api/staff/links")["links"]}
        ines = sign_in(hall, new_page(*LAPTOP, locale="sv-SE"), links["scribe"])
        ines.goto(f"{hall.home}/staff")
        expect(ines.get_by_text("Inget tillfälle är öppet just nu.")).to_be_visible()
        to_the_ended(ines, "Skriv in")
        ines.get_by_label("Orden", exact=True).fill("Fler bänkar")
        ines.get_by_role("button", name="Lägg in").click()
        expect(ines.locator(".entered")).to_have_text("Bidrag 1 är inlagt. Skriv 1 vid svaret.")
        mia = sign_in(hall, new_page(*LAPTOP, locale="sv-SE"), links["moderator"])
        mia.goto(f"{hall.home}/staff")
        to_the_ended(mia, "Granska")
        mia.get_by_role("button", name="Gå i tjänst").click()
        expect(mia.locator(".read .slip")).to_contain_text("Fler bänkar")
        for page in (fay.page, ines, mia):  # whose server is going away
            page.goto("about:blank")


def to_the_ended(page: Page, name: str) -> None:
    page.get_by_text("avslutat").click()
    page.get_by_role("link", name=name).first.click()


def test_a_scribe_enters_what_a_committee_says_without_a_target_group(fay: Facilitator):
    fay.go_to("area-1-skriv")
    page = fay.page
    page.goto(f"{fay.hall.home}/scribe/{fay.session}")
    page.get_by_label("Kommer från").select_option("En nämnd eller ett bolag")
    expect(page.get_by_label("Målgrupp", exact=True)).to_be_hidden()
    page.get_by_label("Orden", exact=True).fill("Trygga hållplatser")
    page.keyboard.press("Enter")
    entered = page.locator(".entered-slip").first
    expect(entered).to_contain_text("Väntar på att läsas")
    expect(entered.locator(".about")).to_contain_text("Nämnder och bolag")


def test_a_strip_of_the_roster_leads_one_phone_in(fay: Facilitator, new_page: NewPage, tmp_path):
    fay.open("2019-02-21-extra-ks")
    page = fay.console()
    page.get_by_role("button", name="Till konsolen").click()
    page.locator("#evening > summary").click()
    expect(page.get_by_text("Inga koder är dragna")).to_be_visible()
    expect(page.get_by_text("Affischen och bordskorten har ingen kod")).to_be_visible()
    expect(page.get_by_text("den kod som gäller nu")).to_have_count(0)
    page.get_by_label("Antal platser").fill("2")
    page.get_by_label(re.compile("^Namn, ett på varje rad")).fill("Anna Andersson")
    with page.expect_download() as download:
        page.get_by_role("button", name="Dra koder och spara").click()
    code, second = codes_in(download.value.path())
    expect(page.get_by_text("0 av 2 koder har använts")).to_be_visible()
    expect(page.get_by_label(re.compile("^Namn, ett på varje rad"))).to_have_value("")

    ada = new_page(*PHONE, locale="sv-SE")
    ada.goto(f"{fay.hall.home}/#{code}")
    ada.get_by_role("button", name="Gå med").click()
    expect(ada).to_have_url(re.compile(f"/s/{fay.session}$"))
    expect(page.get_by_text("1 av 2 koder har använts")).to_be_visible()


def codes_in(roster: Path) -> list[str]:
    text = subprocess.run(["pdftotext", roster, "-"], capture_output=True, text=True).stdout
    return re.findall(r"\b[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}\b", text)


def test_a_tables_link_opens_the_phones_page_and_leaves_no_secret_in_the_address(
    hall: Hall, fay: Facilitator, new_page: NewPage, page_errors: list[str]
):
    identity = Identity((hall.data / "secret").read_text().strip())
    secret = identity.table_secret(fay.session, "7", 0, 2**42)
    tablet = new_page(*LAPTOP, locale="sv-SE")
    tablet.goto(f"{hall.home}/t/{fay.session}#{secret}")
    expect(tablet).to_have_url(f"{hall.home}/s/{fay.session}")
    expect(tablet.get_by_role("main")).not_to_be_empty()

    tablet.goto(f"{hall.home}/t/{fay.session}#{secret[:-2]}")
    expect(tablet.get_by_text("Länken gäller inte längre")).to_be_visible()
    expect(tablet).to_have_url(f"{hall.home}/t/{fay.session}")
    page_errors[:] = [error for error in page_errors if "status of 403" not in error]
