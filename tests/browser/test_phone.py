"""The phone in real browsers: what is written is never lost, and it weighs next to nothing."""

import subprocess
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.hall import SMALL_PHONE, Facilitator, Hall, join, wait_for, weigh
from tests.browser.slow_line import SlowLine

NewPage = Callable[..., Page]
STEP, NEXT_STEP = "area-1-skriv", "area-2-skriv"
WORDS = "Fler bänkar längs ån"
LIMIT_BYTES, LIMIT_REQUESTS = 28_000, 12
DAY = 24 * 3600


@pytest.fixture
def ada(hall: Hall, fay: Facilitator, new_page: NewPage) -> Page:
    """Ada has joined, on a small phone, and the first question is open."""
    fay.go_to(STEP)
    page = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    expect(field(page)).to_be_visible()
    return page


def field(page: Page) -> Locator:
    return page.get_by_label("Ditt bidrag")


def send(page: Page, words: str) -> None:
    field(page).fill(words)
    page.get_by_role("button", name="Skicka", exact=True).click()


def thanked(page: Page) -> None:
    expect(page.get_by_role("status")).to_contain_text("Tack!")


def slips(fay: Facilitator) -> list[dict]:
    records = fay.records()
    return records["queue"]["slips"] + records["recent"]["slips"]


def texts(fay: Facilitator) -> list[str]:
    return [slip["text"] for slip in slips(fay)]


def test_what_is_sent_is_thanked_for_and_seen_among_ones_own(ada: Page, fay: Facilitator) -> None:
    send(ada, WORDS)
    thanked(ada)
    expect(field(ada)).to_have_value("")
    assert texts(fay) == [WORDS]
    ada.get_by_role("link", name="Mina bidrag (1)").click()
    expect(ada.get_by_role("heading", name="Mina bidrag")).to_be_focused()
    expect(ada.get_by_text("Väntar på att läsas").last).to_be_visible()


TOLD = """() => {
  window.told = []
  const status = document.querySelector("#status")
  new MutationObserver(() => {
    for (const one of status.querySelectorAll("span")) {
      told.push([one.textContent, !one.closest(".visually-hidden")])
    }
  }).observe(status, {childList: true, subtree: true})
}"""


def test_only_what_answers_a_press_is_shown_of_what_is_said(ada: Page, fay: Facilitator) -> None:
    """A line that comes back has much to say at once, and lies over the question."""
    send(ada, "före")
    thanked(ada)
    line = SlowLine(ada)
    ada.reload()
    expect(field(ada)).to_be_visible()
    ada.evaluate(TOLD)
    line.hold("hello")
    line.cut()
    line.expect_held()
    fay.go_to("area-1-samtala")
    line.let_go()

    def is_seen(words: str) -> set[bool]:
        return {seen for said, seen in ada.evaluate("told") if words in said}

    wait_for(lambda: is_seen("Ansluten igen") and is_seen("Nytt:"))
    assert (is_seen("Ansluten igen"), is_seen("Nytt:")) == ({True}, {False})


def test_a_thanks_does_not_stand_over_what_is_wrong_now(ada: Page) -> None:
    send(ada, WORDS)
    thanked(ada)
    ada.get_by_role("button", name="Skicka", exact=True).click()
    expect(ada.get_by_role("status").get_by_text("Tack!")).to_be_hidden()
    expect(ada.get_by_role("status")).to_contain_text("Skriv något innan du skickar.")


def test_ones_own_can_be_hidden_after_a_question(ada: Page, fay: Facilitator) -> None:
    send(ada, WORDS)
    ada.get_by_role("button", name="Dölj mitt bidrag").click()
    assert slips(fay)[0]["standing"] == "held"
    ada.get_by_role("button", name="Ja, dölj").click()
    expect(ada.get_by_text("Dolt av dig som skrev")).to_be_visible()
    assert slips(fay) == [] or slips(fay)[0]["standing"] == "withdrawn"


def test_that_an_answer_is_kept_is_shown_and_said(ada: Page, fay: Facilitator) -> None:
    fay.go_to("utvardering")
    answer = ada.get_by_role("group", name="Fick du säga").get_by_label("Ja")
    answer.check()
    said = ada.get_by_role("status").get_by_text("Sparat")  # perhaps after what else is new
    expect(said).to_be_visible()
    assert not said.evaluate("it => it.matches('.visually-hidden')")
    expect(answer).to_be_checked()


def test_unsent_text_survives_a_reload(ada: Page) -> None:
    field(ada).fill(WORDS)
    ada.reload()
    expect(field(ada)).to_have_value(WORDS)


def test_text_sent_without_network_waits_and_arrives_once(
    ada: Page, fay: Facilitator, page_errors: list[str]
) -> None:
    expect(ada.get_by_text("Ansluter")).to_be_hidden()
    ada.context.set_offline(True)
    send(ada, WORDS)
    send(ada, "och en till")
    expect(ada.get_by_text("Väntar på att skickas")).to_be_visible()
    expect(ada.get_by_text("Anslutningen bröts").first).to_be_visible(timeout=15_000)
    expect(ada.get_by_text("Sparat i telefonen").first).to_be_visible()
    ada.context.set_offline(False)
    thanked(ada)
    expect(ada.get_by_text("Väntar på att skickas")).to_be_hidden()
    assert sorted(texts(fay)) == sorted([WORDS, "och en till"])
    page_errors.clear()


def test_text_survives_that_the_server_dies_and_arrives_once(
    ada: Page, hall: Hall, fay: Facilitator, page_errors: list[str]
) -> None:
    send(ada, "före")
    thanked(ada)
    hall.kill()
    expect(ada.get_by_text("Anslutningen bröts").first).to_be_visible()
    send(ada, WORDS)
    expect(ada.get_by_text("Sparat i telefonen")).to_be_visible()
    hall.start()
    expect(ada.get_by_text("Väntar på att skickas")).to_be_hidden(timeout=30_000)
    wait_for(lambda: sorted(texts(fay)) == ["Fler bänkar längs ån", "före"])
    page_errors.clear()


def test_a_waiting_text_survives_a_reload_and_arrives_once(
    ada: Page, hall: Hall, fay: Facilitator, page_errors: list[str]
) -> None:
    """The reload comes while the text is in the outbox and the server is back but unread."""
    hall.kill()
    send(ada, WORDS)
    expect(ada.get_by_text("Väntar på att skickas")).to_be_visible()
    hall.start()
    ada.reload()
    expect(ada.get_by_role("link", name="Mina bidrag (1)")).to_be_visible(timeout=30_000)
    assert texts(fay) == [WORDS]
    page_errors.clear()


def test_a_reload_without_network_shows_what_waits(
    hall: Hall, fay: Facilitator, ada: Page, page_errors: list[str]
) -> None:
    """Where browsers allow a service worker: HTTPS and the machine itself."""
    kept = "async () => (await (await caches.open('shell')).keys()).length"
    wait_for(lambda: ada.evaluate(kept) > 20)  # also what came once it was connected
    ada.context.set_offline(True)
    send(ada, WORDS)
    field(ada).fill("påbörjat")
    ada.reload()
    expect(ada.get_by_text("Väntar på att skickas")).to_be_visible(timeout=15_000)
    expect(ada.get_by_text(WORDS)).to_be_visible()
    expect(ada.get_by_text("påbörjat", exact=True)).to_be_visible()
    ada.context.set_offline(False)
    expect(ada.get_by_role("link", name="Mina bidrag (1)")).to_be_visible(timeout=30_000)
    expect(field(ada)).to_have_value("påbörjat")
    assert texts(fay) == [WORDS]
    page_errors.clear()


def kept_on(page: Page) -> set[str]:
    """What the phone has of this person: receipt code, drafts, what waits to be sent."""
    found = page.evaluate(
        """async () => {
          const asked = work => new Promise(done => work.onsuccess = () => done(work.result))
          const db = await asked(indexedDB.open("dialog", 1))
          const box = db.transaction("outbox").objectStore("outbox")
          const waiting = await asked(box.getAll())
          db.close()
          return [...Object.entries(localStorage), ...waiting.map(it => ["waits", it.command.text])]
        }"""
    )
    return {f"{key}: {value}" for key, value in found}


@pytest.mark.parametrize("path", ["/", "/s/{session}"])
def test_a_phone_that_is_opened_some_days_later_has_nothing_left_of_the_evening(
    ada: Page, hall: Hall, fay: Facilitator, path: str, page_errors: list[str]
) -> None:
    send(ada, WORDS)
    thanked(ada)
    hall.kill()
    send(ada, "osänt")
    field(ada).fill("påbörjat")
    expect(ada.get_by_text("Väntar på att skickas")).to_be_visible()
    kept = kept_on(ada)
    assert {it.split(":")[0].split("/")[0] for it in kept} >= {"me", "draft", "waits"}
    ada.goto("about:blank")
    hall.start()
    ada.clock.install(time=time.time() + 4 * DAY)
    ada.goto(hall.home + path.format(session=fay.session))
    expect(ada.get_by_role("main")).not_to_be_empty()
    wait_for(lambda: not kept & kept_on(ada))
    assert texts(fay) == [WORDS]
    page_errors.clear()


def test_a_step_change_keeps_what_is_being_written(ada: Page, fay: Facilitator) -> None:
    field(ada).fill(WORDS)
    fay.go_to(NEXT_STEP)
    expect(ada.get_by_text("Rundan är slut")).to_be_visible()
    expect(field(ada)).to_have_value(WORDS)
    expect(field(ada)).to_be_focused()
    ada.get_by_role("button", name="Skicka", exact=True).click()
    thanked(ada)
    (slip,) = slips(fay)
    assert (slip["step"], slip["late"]) == (STEP, True)


def test_who_goes_on_to_the_new_question_can_come_back(ada: Page, fay: Facilitator) -> None:
    field(ada).fill(WORDS)
    fay.go_to(NEXT_STEP)
    ada.get_by_role("button", name="Gå till ny fråga").click()
    expect(field(ada)).to_have_value("")
    expect(ada.get_by_role("heading", level=1)).to_be_focused()
    ada.get_by_role("button", name="Fortsätt skriva").click()
    expect(field(ada)).to_have_value(WORDS)
    ada.get_by_role("button", name="Skicka", exact=True).click()
    thanked(ada)
    assert [slip["step"] for slip in slips(fay)] == [STEP]


def test_an_empty_field_gives_way_to_the_new_question(ada: Page, fay: Facilitator) -> None:
    fay.go_to("valkommen")
    expect(ada.get_by_role("heading", level=1)).to_have_text("Det här kan du påverka")
    expect(field(ada)).to_be_hidden()


def test_too_long_a_text_is_told_before_it_is_sent(ada: Page, fay: Facilitator) -> None:
    send(ada, "x" * 507)
    expect(ada.locator("p.help")).to_contain_text("Ta bort 7 tecken")
    expect(field(ada)).to_have_value("x" * 507)
    assert texts(fay) == []


def test_the_next_person_sees_nothing_of_the_one_before(ada: Page, fay: Facilitator) -> None:
    send(ada, WORDS)
    thanked(ada)
    field(ada).fill("glömt")
    code = ada.evaluate("Object.values(localStorage).map(JSON.parse).find(it => it.code).code")
    ada.get_by_role("link", name="Nästa person").click()
    expect(ada.get_by_text("1 text är inte skickad")).to_be_visible()
    ada.get_by_role("button", name="Släng det och lämna över telefonen").click()
    expect(ada.get_by_role("heading", name="Vilket perspektiv")).to_be_visible()
    expect(ada.get_by_text("Du är anonym")).to_be_visible()
    ada.get_by_role("button", name="Seniorer").click()
    expect(field(ada)).to_have_value("")
    expect(ada.get_by_text(WORDS)).to_have_count(0)
    assert code not in ada.evaluate("JSON.stringify(localStorage)")
    send(ada, "från bo")
    both = {WORDS: "undisclosed", "från bo": "seniors"}
    wait_for(lambda: {slip["text"]: slip["target_group"] for slip in slips(fay)} == both)
    assert fay.records()["counts"]["authors"] == 2


def test_a_page_that_has_given_way_to_newer_ones_says_so_and_goes_on_when_asked(
    ada: Page, fay: Facilitator
) -> None:
    field(ada).fill("påbörjat")
    others = [ada.context.new_page() for _ in range(5)]
    for page in others:
        page.goto(ada.url)
        expect(field(page)).to_be_visible()
    expect(ada.get_by_text("öppen i en annan flik").first).to_be_visible()
    expect(ada.get_by_role("status")).to_contain_text("Den här fliken har stannat")
    for page in others:
        expect(page.get_by_text("öppen i en annan flik")).to_have_count(0)
    ada.get_by_role("button", name="Fortsätt här").click()
    expect(field(ada)).to_have_value("påbörjat")
    expect(others[0].get_by_text("öppen i en annan flik").first).to_be_visible()
    send(ada, WORDS)
    thanked(ada)
    assert texts(fay) == [WORDS]


def test_a_phone_without_websocket_takes_part_over_http(
    hall: Hall, fay: Facilitator, new_page: NewPage, page_errors: list[str]
) -> None:
    fay.go_to(STEP)
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.add_init_script(
        """window.WebSocket = class {
          static OPEN = 1
          close() {}
          constructor() { setTimeout(() => this.onclose && this.onclose({ code: 1006 }), 10) }
        }"""
    )
    page.goto(f"{hall.home}/j/{fay.code}")
    page.get_by_role("button", name="Gå med").click()
    page.get_by_role("button", name="Vill inte svara").click(timeout=20_000)
    send(page, WORDS)
    thanked(page)
    assert texts(fay) == [WORDS]
    fay.go_to("valkommen")
    expect(page.get_by_role("heading", name="Det här kan du påverka")).to_be_visible()


@pytest.fixture
def school(fay: Facilitator) -> Facilitator:
    """A class writes: its session says from which perspective all answer."""
    made = fay.post("/api/staff/new-session", dialogue="mal-2019", title="8B", type="class")
    gate = {"question": True, "deciders": True}
    asked = {"dialogue": "mal-2019", "session": made["session"], "gate": gate}
    fay.session = fay.post("/api/staff/open", **asked)["session"]
    fay.go_to("skriv-area-1")
    return fay


def test_where_the_session_sets_the_perspective_each_person_is_told_once_what_can_be_influenced(
    hall: Hall, school: Facilitator, new_page: NewPage
) -> None:
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.goto(f"{hall.home}/j/{school.code}")
    page.get_by_role("button", name="Gå med").click()
    told = page.get_by_role("heading", name="Det här är redan beslutat")
    expect(page.get_by_role("heading", name="8B")).to_be_focused()
    for heading in ("Delaktighet: Dialog", "Det här kan du påverka", "Innan du skriver"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(told).to_be_visible()
    expect(field(page)).to_be_hidden()
    page.wait_for_load_state("networkidle")  # what tells it comes once the phone is connected
    page.get_by_role("button", name="Vad händer nu?").click()
    expect(
        page.get_by_text("Läs det som står på sidan och tryck på Fortsätt.").last
    ).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Fortsätt").click()
    expect(field(page)).to_be_visible()
    expect(told).to_be_hidden()
    page.reload()
    expect(field(page)).to_be_visible()
    send(page, WORDS)
    thanked(page)
    page.get_by_role("link", name="Nästa person").click()
    page.get_by_role("button", name="Lämna över telefonen").click()
    expect(told).to_be_visible()
    page.get_by_role("button", name="Fortsätt").click()
    send(page, "en bro")
    thanked(page)
    assert {slip["target_group"] for slip in slips(school)} == {"youth"}


def test_without_script_a_plain_form_joins_posts_and_acknowledges(
    hall: Hall, fay: Facilitator, new_page: NewPage, page_errors: list[str]
) -> None:
    fay.go_to(STEP)
    page = new_page(*SMALL_PHONE, locale="sv-SE", java_script_enabled=False)
    page.goto(hall.home)
    page.get_by_label("Kod från skärmen").fill(f"{fay.code[:3]}-{fay.code[3:]}".lower())
    page.get_by_role("button", name="Gå med").click()
    expect(page.get_by_role("heading", name="Det här är redan beslutat")).to_be_visible()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Vad vill du skriva?").select_option("question")
    field(page).fill("Jag är 19121212-1212")
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_role("alert")).to_contain_text("ett personnummer. Ta bort det")
    expect(field(page)).to_have_value("Jag är 19121212-1212")
    expect(page.get_by_label("Vad vill du skriva?")).to_have_value("question")
    page_errors.clear()  # the browser says 400 for what was refused
    field(page).fill(WORDS)
    page.get_by_role("button", name="Skicka").click()
    expect(page.get_by_text("Tack! Ditt bidrag")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert [(slip["text"], slip["kind"]) for slip in slips(fay)] == [(WORDS, "question")]
    expect(page.get_by_text("kvittokod kräver skript")).to_be_visible()
    page.get_by_text("Dölj mitt bidrag").click()
    page.get_by_role("button", name="Ja, dölj").click()
    expect(page.get_by_role("status")).to_have_text("Bidraget visas inte längre.")
    expect(page.get_by_text("Dolt av dig som skrev")).to_be_visible()
    assert slips(fay) == [] or slips(fay)[0]["standing"] == "withdrawn"


def test_a_wrong_code_is_told_and_the_right_one_takes_any_form(
    hall: Hall, fay: Facilitator, new_page: NewPage, page_errors: list[str]
) -> None:
    page = new_page(*SMALL_PHONE, locale="sv-SE")
    page.goto(hall.home)
    code = page.get_by_label("Kod från skärmen")
    code.fill("2222222")
    page.get_by_role("button", name="Gå med").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Koden stämmer inte. Kontrollera koden på skärmen eller på ditt papper. "
        "En egen kod fungerar bara en gång. Säg till någon av oss om det inte går."
    )
    expect(code).to_be_focused()
    code.fill(f" {fay.code[:3].lower()}-{fay.code[3:].lower()} ")
    code.press("Enter")
    expect(page.get_by_role("heading", name="Vilket perspektiv")).to_be_visible()
    page_errors.clear()  # the browser says 404 for the wrong code


def test_it_works_where_nothing_is_secure(
    fay: Facilitator, hall: Hall, new_page: NewPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A hall's own network: plain HTTP, an address, no crypto.subtle and no service worker."""
    address = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
    assert address, "this machine has no address but its own"
    lan = Hall(tmp_path_factory.mktemp("lan"), host=address[0])
    try:
        facilitator = Facilitator(lan, new_page(locale="sv-SE"))
        facilitator.open()
        facilitator.go_to(STEP)
        page = join(lan, new_page(*SMALL_PHONE, locale="sv-SE"), facilitator.code)
        assert page.evaluate("!isSecureContext && !crypto.subtle")
        send(page, WORDS)
        thanked(page)
        assert texts(facilitator) == [WORDS]
        page.close()
        facilitator.page.close()
    finally:
        lan.close()


@pytest.mark.parametrize("language", ["sv", "sv-easy", "en"])
def test_everything_fits_a_small_screen(
    hall: Hall, fay: Facilitator, new_page: NewPage, language: str
) -> None:
    fay.go_to(STEP)
    page = new_page(*SMALL_PHONE)
    page.goto(f"{hall.home}/j/{fay.code}?lang={language}")
    page.locator("#join-button").click()
    page.locator("#perspective-undisclosed").click()
    button = page.locator("form.field button.primary")
    expect(button).to_be_in_viewport(ratio=1)
    expect(page.locator("textarea")).to_be_in_viewport(ratio=1)
    expect(page.locator("h1")).to_be_in_viewport(ratio=1)
    for step in [it["step"] for it in fay.records()["run"]["steps"]]:
        fay.go_to(step)
        expect(page.locator("#main")).to_have_attribute("data-step", step)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0], step
        small = page.evaluate(
            """() => ["button", "a", "select", "textarea"]
              .flatMap(tag => [...document.querySelectorAll(`main ${tag}`)])
              .filter(it => it.offsetParent && !it.closest("p"))
              .filter(it => it.offsetHeight < 44 || it.offsetWidth < 44)
              .map(it => it.outerHTML)"""
        )
        assert small == [], step
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for panel in ("", "mine", "about", "perspective"):
        page.evaluate("panel => location.hash = panel", panel)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0], panel


def test_the_phone_is_light(
    hall: Hall, fay: Facilitator, browser: Browser, new_page: NewPage
) -> None:
    fay.go_to(STEP)
    page = new_page(*SMALL_PHONE, locale="sv-SE", service_workers="block")
    elsewhere: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(hall.home) else elsewhere.append(r.url))
    size, requests = weigh(page, f"{hall.home}/j/{fay.code}")
    assert size <= LIMIT_BYTES and requests <= LIMIT_REQUESTS, (size, requests)
    assert [url for url in elsewhere if not url.startswith("data:")] == []


def test_a_receipt_code_finds_ones_own_contributions_and_what_became_of_them(
    ada: Page, hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    for words in (WORDS, "en bro"):
        send(ada, words)
        thanked(ada)
    # The thanks may still be those for the first.
    wait_for(lambda: any(slip["text"] == "en bro" for slip in slips(fay)))
    hidden = next(slip for slip in slips(fay) if slip["text"] == "en bro")
    fay.do("hide-contribution", contribution=hidden["contribution"], reason="out-of-scope")
    ada.get_by_role("link", name="Mina bidrag").click()
    code = ada.locator(".receipt").inner_text()
    elsewhere = new_page(*SMALL_PHONE, locale="sv-SE")
    elsewhere.goto(f"{hall.home}/receipt")
    elsewhere.get_by_label("Kvittokod").fill("2222-2222-2222-2222")
    elsewhere.get_by_role("button", name="Visa mina bidrag").click()
    expect(elsewhere.get_by_role("status")).to_contain_text("hör inte till något bidrag")
    elsewhere.get_by_label("Kvittokod").fill(code.lower())
    elsewhere.get_by_role("button", name="Visa mina bidrag").click()
    expect(elsewhere.get_by_role("status")).to_have_text("2 bidrag hör till koden.")
    expect(elsewhere.get_by_text("Dolt: Utanför uppdraget")).to_be_visible()
    expect(elsewhere.get_by_text(WORDS)).to_be_visible()
