"""The receipt and the feedback page: for anyone, on any phone, long after the evening."""

from collections.abc import Callable, Iterator

import pytest
import segno.encoder
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.protocol.agenda import LANGUAGES
from dialog.settings import Settings
from tests.browser.axe import faults
from tests.browser.hall import PHONE, SMALL_PHONE, Facilitator, Hall, join
from tests.browser.test_phone import STEP, WORDS, send, slips, thanked
from tests.test_api import opened
from tests.test_feedback import Office

NewPage = Callable[..., Page]


@pytest.fixture
def ada(hall: Hall, fay: Facilitator, new_page: NewPage) -> Page:
    """Ada has written, and looks at her own."""
    fay.go_to(STEP)
    page = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    send(page, WORDS)
    thanked(page)
    page.get_by_role("link", name="Mina bidrag").click()
    page.locator(".receipt").wait_for()
    return page


def code_of(page: Page) -> str:
    return page.locator(".receipt").inner_text().replace("-", "")


def test_the_link_on_the_phone_opens_the_receipt_and_its_code_reaches_no_server(
    ada: Page, fay: Facilitator
) -> None:
    [slip] = slips(fay)
    fay.do("release-contributions", contributions=[slip["contribution"]])
    code, asked = code_of(ada), []
    ada.context.on("request", lambda it: asked.append(f"{it.url} {it.post_data} {it.headers}"))
    ada.get_by_role("link", name="Se vad som hänt med mina bidrag").click()
    expect(ada.get_by_text("1 bidrag hör till koden.")).to_be_visible()
    expect(ada.get_by_text(WORDS)).to_be_visible()
    expect(ada.get_by_text("Presidiet arbetar med det.")).to_be_visible()
    expect(ada.locator("#fours")).to_have_text("-".join(code[n : n + 4] for n in range(0, 16, 4)))
    assert len(asked) > 3 and not [one for one in asked if code in one.partition("#")[0]]


def test_the_picture_on_the_card_leads_to_the_receipt(
    ada: Page, hall: Hall, new_page: NewPage
) -> None:
    elsewhere = new_page(*PHONE, locale="en-GB")
    elsewhere.goto(f"{hall.home}/receipt#{code_of(ada)}")
    expect(elsewhere.get_by_role("img", name="QR code")).to_be_visible()
    expect(elsewhere.get_by_text("1 contribution belongs to the code.")).to_be_visible()
    width = elsewhere.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]


LENGTHS = [1, 14, 15, 26, 42, 46, 62, 63, 84, 106]


def test_the_phone_draws_the_pictures_that_the_library_draws(
    hall: Hall, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library fills up with a byte of nothing where none is needed.
    monkeypatch.setattr(
        segno.encoder, "write_padding_bits", lambda buff, _, bits: buff.extend([0] * (-bits % 8))
    )
    page = new_page(*PHONE)
    page.goto(f"{hall.home}/receipt")
    script = page.locator('script[src$="receipt/app.js"]').get_attribute("src")
    assert script
    for length in LENGTHS:
        text = ("https://dialog.example/receipt#" + "A2B3C4D5" * 20)[-length:]
        drawn = page.evaluate(
            "async ([from, text]) => (await import(from)).matrix(text)",
            [script.replace("app.js", "qr.js"), text],
        )
        its = segno.make(text, error="m", mask=0, mode="byte", boost_error=False, micro=False)
        assert drawn == [[bool(one) for one in row] for row in its.matrix], length


def test_on_paper_only_what_is_the_holders_stands(ada: Page) -> None:
    ada.get_by_role("link", name="Se vad som hänt med mina bidrag").click()
    expect(ada.get_by_role("button", name="Skriv ut")).to_be_visible()
    ada.emulate_media(media="print")
    for gone in ("button", "form", "header", "footer"):
        expect(ada.locator(gone).first).to_be_hidden()
    expect(ada.get_by_role("img", name="QR-kod")).to_be_visible()
    expect(ada.locator("#fours")).to_be_visible()


def test_the_receipt_has_no_accessibility_faults(
    ada: Page,
) -> None:
    ada.get_by_role("link", name="Se vad som hänt med mina bidrag").click()
    expect(ada.locator("#card")).to_be_visible()
    assert faults(ada) == []


def test_before_it_is_published_the_feedback_page_says_when_it_comes(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    for language, words in {
        "sv": "Den kommer senast 15 april 2019",
        "sv-easy": "Svaret till er är inte klart",
        "en": "The feedback is not ready yet",
    }.items():
        page = new_page(*PHONE)
        page.goto(f"{hall.home}/feedback/mal-2019?lang={language}")
        expect(page.locator("main")).to_contain_text(words)
        assert faults(page) == []


def test_the_feedback_page_needs_no_script(hall: Hall, fay: Facilitator, new_page: NewPage) -> None:
    page = new_page(*PHONE, java_script_enabled=False, locale="sv-SE")
    page.goto(f"{hall.home}/feedback/mal-2019")
    expect(page.get_by_role("heading", name="Det här sa ni – så används det")).to_be_visible()
    expect(page.get_by_text("Återkopplingen är inte klar än.")).to_be_visible()


def test_the_phones_thanks_lead_to_the_feedback_page(ada: Page, fay: Facilitator) -> None:
    ada.get_by_role("link", name="Om dialogen").click()
    ada.get_by_role("link", name="Återkopplingen").click()
    expect(ada.get_by_role("heading", name="Det här sa ni – så används det")).to_be_visible()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server on which the feedback has been published."""
    data = tmp_path_factory.mktemp("told")
    app = create_app(Settings(data=data, grouping="none", home="http://testserver"))
    with TestClient(app) as client:
        secret = app.state.installation.identity.link_secret("facilitator", 0)
        client.post("/api/staff/login", json={"secret": secret})
        opened(client)
        office = Office(client)
        office.freeze(1)
        office.publish(1)
    hall = Hall(data, env={"DIALOG_LANGUAGES": " ".join(LANGUAGES)})
    yield hall
    hall.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_page_can_be_read_by_anyone_on_a_small_phone(
    told: Hall, new_page: NewPage, language: str
) -> None:
    page = new_page(*SMALL_PHONE)
    page.goto(f"{told.home}/feedback/mal-2019?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", name="Bostäder för livets olika skeden")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]
    assert faults(page) == []


def test_an_address_of_no_dialogue_is_said_to_be_that(
    hall: Hall, new_page: NewPage, page_errors: list[str]
) -> None:
    page = new_page(*PHONE, locale="sv-SE")
    answer = page.goto(f"{hall.home}/feedback/no-such-dialogue")
    assert answer and answer.status == 404
    expect(page.get_by_text("Det finns ingen dialog på den här adressen.")).to_be_visible()
    page_errors.clear()
