"""The console in real browsers: two may steer, nothing is lost by going back, keys are enough."""

import re
import secrets
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from dialog.settings import shipped
from tests.browser.hall import (
    EVENING,
    LAPTOP,
    SMALL_LAPTOP,
    SMALL_PHONE,
    Facilitator,
    Hall,
    is_whole,
    join,
    sign_in,
    wait_for,
)

NewPage = Callable[..., Page]
STEP = "area-1-skriv"
TITLE = "Tillväxt och planering: skriv själv"
NEXT = "Tillväxt och planering: samtala vid bordet"
LIMIT_BYTES = 80_000
BELONGS_TO_NO_PAGE = ("ERR_CONNECTION_REFUSED", "status of 40", "WebSocket")


@pytest.fixture
def console(fay: Facilitator) -> Page:
    """Fay's console, with the first question open."""
    fay.go_to(STEP)
    fay.page.clock.install()
    page = fay.console()
    expect(heading(page)).to_have_text(TITLE)
    return page


@pytest.fixture
def gus(hall: Hall, fay: Facilitator, console: Page, new_page: NewPage) -> Page:
    """A second facilitator's console of the same session."""
    page = new_page(*LAPTOP, locale="sv-SE")
    sign_in(hall, page, hall.link)
    page.clock.install()
    page.goto(console.url)
    expect(heading(page)).to_have_text(TITLE)
    return page


@pytest.fixture
def ada(hall: Hall, fay: Facilitator, console: Page, new_page: NewPage) -> Page:
    """A participant, by whose page tests write many contributions quickly."""
    page = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    expect(page.get_by_role("textbox")).to_be_visible()
    return page


def heading(page: Page) -> Locator:
    return page.locator("console-now h2")


def next_button(page: Page) -> Locator:
    return page.locator("console-next button.next")


def held(page: Page) -> Locator:
    return page.locator("console-queue .held .slip")


def step(fay: Facilitator) -> str:
    return str(fay.records()["stage"]["step"])


def write(fay: Facilitator, page: Page, *texts: str, language: str = "sv") -> None:
    """Contributions from `page`'s participant."""
    path = f"{fay.hall.home}/api/s/{fay.session}"
    for text in texts:
        view = page.request.get(f"{path}/records?audience=phone").json()
        command = {
            "type": "post-contribution",
            "step": view["records"]["stage"]["step"],
            "begun": view["seq"],
            "kind": "keyword",
            "text": text,
            "language": language,
        }
        op = secrets.token_urlsafe(16)

        def accepted(op: str = op, command: dict = command) -> bool:
            answer = page.request.post(f"{path}/do", data={"op": op, "command": command}).json()
            assert answer["t"] == "ack" or answer["refusal"]["kind"] == "wait", answer
            return answer["t"] == "ack"

        wait_for(accepted)


def settled(page: Page) -> None:
    """Until what stands on the console counts as read, by the clock of the page."""
    page.clock.fast_forward(1600)


def stand_still(page: Page) -> None:
    """What is done from now on is done at once, however long it takes."""
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)


def answered(page: Page, fay: Facilitator) -> None:
    """Until the server has answered all that the console has asked for: it does so in order."""
    assert fay.records()["settings"]["moderation"] != "show-all"
    page.get_by_role("button", name="Visa alla").click()
    wait_for(lambda: fay.records()["settings"]["moderation"] == "show-all")


# ── steps ─────────────────────────────────────────────────────────────────────────────────────


def test_two_facilitators_pressing_next_at_once_move_one_step(
    console: Page, gus: Page, fay: Facilitator
) -> None:
    settled(gus)
    stand_still(gus)
    next_button(console).click(no_wait_after=True)
    expect(heading(gus)).to_have_text(NEXT)
    next_button(gus).click(no_wait_after=True)
    expect(gus.locator(".moves .answer")).to_contain_text("Någon annan har redan bytt moment")
    for page in (console, gus):
        expect(heading(page)).to_have_text(NEXT)
    settled(gus)
    next_button(gus).click()
    expect(heading(gus)).to_contain_text("vad betyder det för dig?")


def test_a_double_click_on_next_is_one_step(console: Page, fay: Facilitator) -> None:
    next_button(console).hover()
    for count in (1, 2):
        console.mouse.down(click_count=count)
        console.mouse.up(click_count=count)
        expect(heading(console)).to_have_text(NEXT)
    answered(console, fay)
    expect(heading(console)).to_have_text(NEXT)
    assert fay.records()["stage"]["title"]["sv"] == NEXT


def test_stepping_back_loses_nothing_and_says_so(
    console: Page, ada: Page, fay: Facilitator
) -> None:
    write(fay, ada, "fler bänkar", "bussar på kvällen")
    console.keyboard.press("n")
    expect(heading(console)).to_have_text(NEXT)
    expect(console.get_by_text("Att gå tillbaka tar inte bort något")).to_be_visible()
    console.keyboard.press("b")
    expect(heading(console)).to_have_text(TITLE)
    assert fay.records()["counts"]["contributions"] == 2
    expect(held(console)).to_have_count(2)
    write(fay, ada, "lekplatser")
    expect(held(console)).to_have_count(3)


def test_any_step_can_be_gone_to_from_the_list(console: Page, fay: Facilitator) -> None:
    console.get_by_role("button", name="Gå till Paus").click()
    expect(heading(console)).to_have_text("Paus")
    expect(console.locator(".run [aria-current=step]")).to_contain_text("Paus")


def test_what_was_done_is_told_in_swedish_time_whatever_the_computer_says(
    fay: Facilitator, new_page: NewPage
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE", timezone_id="Pacific/Kiritimati")
    page.context.add_cookies(fay.page.context.cookies())
    page.goto(f"{fay.hall.home}/console/{fay.session}")
    page.get_by_role("button", name="Till konsolen").click()
    before = datetime.now(ZoneInfo("Europe/Stockholm"))
    fay.go_to(STEP)
    said = page.get_by_text(re.compile(r"^\d\d:\d\d Gick till"))
    expect(said).to_be_visible()
    minutes = {f"{before + timedelta(minutes=n):%H:%M}" for n in range(2)}
    assert said.inner_text().strip()[:5] in minutes


def test_the_timer_gets_one_more_minute(console: Page, fay: Facilitator) -> None:
    before = fay.records()["timer"]["ends_at"]
    console.keyboard.press("m")
    wait_for(lambda: fay.records()["timer"]["ends_at"] == before + 60_000)


# ── what needs a decision ─────────────────────────────────────────────────────────────────────


def test_one_key_releases_a_screenful_but_never_what_is_flagged(
    console: Page, ada: Page, fay: Facilitator
) -> None:
    write(fay, ada, "Ring 070-174 06 05", *(f"cykelväg nummer {n}" for n in range(9)))
    expect(held(console)).to_have_count(10)
    settled(console)
    console.keyboard.press("r")
    expect(held(console)).to_have_count(3)
    expect(held(console).first).to_contain_text("Telefonnummer")
    settled(console)
    console.keyboard.press("r")
    expect(held(console)).to_have_count(1)
    assert fay.records()["counts"]["held"] == 1


def test_one_key_never_releases_what_nobody_on_duty_reads(
    console: Page, ada: Page, fay: Facilitator
) -> None:
    assert fay.do("go-on-duty", on=True, languages=["sv"])["t"] == "ack"
    write(fay, ada, "مزيد من الحافلات", language="ar")
    write(fay, ada, "fler bussar")
    expect(held(console)).to_have_count(2)
    settled(console)
    console.keyboard.press("r")
    expect(held(console)).to_have_count(1)
    expect(held(console)).to_contain_text("Ingen i tjänst läser arabiska")
    settled(console)
    alone = console.get_by_role("button", name="De som är kvar avgörs ett i taget")
    expect(alone).to_be_disabled()
    console.keyboard.press("r")
    answered(console, fay)
    assert fay.records()["counts"]["held"] == 1


def test_with_nobody_on_duty_one_key_releases_only_what_the_leader_may_be_taken_to_read(
    console: Page, ada: Page, fay: Facilitator
) -> None:
    write(fay, ada, "مزيد من الحافلات", language="ar")
    write(fay, ada, "fler bussar")
    write(fay, ada, "fler hus", language="sv-easy")
    expect(held(console)).to_have_count(3)
    settled(console)
    console.keyboard.press("r")
    expect(held(console)).to_have_count(1)
    expect(held(console)).to_contain_text("arabiska")
    expect(console.get_by_role("button", name="De som är kvar avgörs ett i taget")).to_be_disabled()
    console.keyboard.press("q")
    console.keyboard.press("v")
    expect(held(console)).to_have_count(0)


def test_a_contribution_that_has_just_come_is_not_released_unread(
    console: Page, ada: Page, fay: Facilitator
) -> None:
    write(fay, ada, "läst")
    expect(held(console)).to_have_count(1)
    settled(console)
    stand_still(console)
    write(fay, ada, "inte läst")
    expect(held(console)).to_have_count(2)
    console.keyboard.press("r")
    expect(held(console)).to_have_count(1)
    expect(held(console)).to_contain_text("inte läst")


def test_hide_with_a_reason_restore_and_undo(console: Page, ada: Page, fay: Facilitator) -> None:
    write(fay, ada, "hyresrätter", "badplatser")
    expect(held(console)).to_have_count(2)
    console.keyboard.press("q")
    console.keyboard.press("d")
    console.keyboard.press("7")
    expect(held(console)).to_have_count(1)
    expect(held(console).first).to_be_focused()
    assert fay.records()["hidden"]["slips"][0]["reason"] == "spam"
    console.get_by_role("button", name="Dolda (1)").click()
    console.get_by_role("button", name=re.compile("Visa bidrag nr .* igen")).click()
    wait_for(lambda: fay.records()["hidden"]["slips"] == [])
    expect(console.locator(".last")).to_contain_text(re.compile("Visade bidrag nr .* igen"))
    console.locator(".last").get_by_role("button").click()
    wait_for(lambda: len(fay.records()["hidden"]["slips"]) == 1)


def test_undo_takes_back_the_last_change(console: Page, fay: Facilitator) -> None:
    console.keyboard.press("k")
    expect(console.locator("[data-switch=projector]")).to_contain_text("Släckt")
    expect(console.locator(".last")).to_contain_text("Släckte projektorn")
    console.keyboard.press("u")
    expect(console.locator("[data-switch=projector]")).to_contain_text("Visas")
    assert not fay.records()["stage"].get("blank")


def test_both_consoles_show_what_one_has_done(console: Page, gus: Page) -> None:
    console.get_by_role("button", name="Visa alla").click()
    expect(gus.get_by_role("button", name="Visa alla")).to_have_attribute("aria-pressed", "true")
    expect(gus.locator(".last")).to_contain_text("Nya bidrag: Visa alla")


# ── on behalf of someone ──────────────────────────────────────────────────────────────────────


def test_paper_slips_are_entered_in_a_row_and_counted(console: Page, fay: Facilitator) -> None:
    console.locator("#paper summary").click()
    form = console.locator("paper-slip")
    form.get_by_label("Målgrupp").select_option("seniors")
    form.get_by_label("Orden", exact=True).fill("fler bänkar vid ån")
    form.get_by_role("button", name="Lägg in").click()
    expect(form.get_by_role("status")).to_contain_text(re.compile(r"Bidrag \d+ är inlagt"))
    expect(form.get_by_label("Orden", exact=True)).to_have_value("")
    expect(form.get_by_label("Orden", exact=True)).to_be_focused()
    console.keyboard.type("en buss till badet")
    form.get_by_label("Kommer från").select_option("table")
    form.get_by_label("Personer bakom orden").fill("6")
    form.get_by_role("button", name="Lägg in").click()
    expect(form.get_by_role("status")).to_contain_text(re.compile(r"Bidrag \d+ är inlagt"))
    counts = fay.records()["counts"]
    assert (counts["contributions"], counts["behind"]) == (2, 7)
    assert counts["by_target_group"] == {"seniors": 2}


def test_a_slip_entered_while_the_server_is_away_arrives_once(
    hall: Hall, console: Page, fay: Facilitator, page_errors: list[str]
) -> None:
    console.locator("#paper summary").click()
    form = console.locator("paper-slip")
    hall.kill()
    try:
        expect(console.get_by_text("Anslutningen bröts.")).to_be_visible()
        console.locator("body").press("n")
        expect(console.locator(".moves .answer")).to_contain_text("Ingenting har skickats")
        form.get_by_label("Orden", exact=True).fill("en bro")
        form.get_by_role("button", name="Lägg in").click()
    finally:
        hall.start()
    said = re.compile(r"Bidrag \d+ är inlagt")
    expect(form.get_by_role("status")).to_contain_text(said, timeout=40_000)
    assert step(fay) == STEP
    assert fay.records()["counts"]["contributions"] == 1
    page_errors[:] = [one for one in page_errors if not one_of(one, BELONGS_TO_NO_PAGE)]


# ── keys ──────────────────────────────────────────────────────────────────────────────────────


def test_shortcuts_can_be_turned_off_and_stay_off(console: Page, fay: Facilitator) -> None:
    console.keyboard.press("?")
    console.get_by_label("Kortkommandon är på").uncheck()
    console.locator("body").press("n")
    console.reload()
    expect(heading(console)).to_have_text(TITLE)
    console.locator("body").press("n")
    answered(console, fay)
    assert step(fay) == STEP
    console.locator("#keys summary").click()
    console.get_by_label("Kortkommandon är på").check()
    console.locator("body").press("n")
    expect(heading(console)).to_have_text(NEXT)


def test_keys_do_nothing_while_someone_types(console: Page, fay: Facilitator) -> None:
    console.locator("#paper summary").click()
    console.get_by_label("Orden", exact=True).press_sequentially("nkbpu m")
    answered(console, fay)
    assert step(fay) == STEP
    assert not fay.records()["stage"].get("blank")


def test_the_keyboard_alone_runs_a_step(fay: Facilitator, hall: Hall, new_page: NewPage) -> None:
    page = fay.console()
    expect(page.get_by_role("heading", name="Innan ni börjar")).to_be_focused()
    tab_to(page, "Börja: Välkommen!")
    page.keyboard.press("Enter")
    expect(heading(page)).to_be_focused()
    expect(heading(page)).to_have_text("Välkommen!")
    for _ in range(3):
        before = heading(page).inner_text()
        page.keyboard.press("n")
        expect(heading(page)).not_to_have_text(before)
    expect(heading(page)).to_have_text(TITLE)
    write(fay, join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code), "fler bänkar")
    expect(held(page)).to_have_count(1)
    page.keyboard.press("q")
    page.keyboard.press("v")
    expect(held(page)).to_have_count(0)
    page.keyboard.press("p")
    expect(page.locator("[data-switch=posting]")).to_contain_text("Stängt")
    page.keyboard.press("Space")
    expect(page.locator("[data-switch=feed]")).to_contain_text("Pausat")
    page.keyboard.press("n")
    expect(heading(page)).to_have_text(NEXT)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button called `name` has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").startswith(name):
            return
    raise AssertionError(f"Tab never came to {name}")


# ── the first twenty minutes ──────────────────────────────────────────────────────────────────


def test_the_short_list_pairs_the_projector_and_takes_the_phone_along(
    hall: Hall, fay: Facilitator, new_page: NewPage, page_errors: list[str]
) -> None:
    page = fay.console()
    checks = page.locator(".checks")
    expect(checks).to_contain_text("Ingen projektor visar tillfället")
    projector = new_page(1280, 720, locale="sv-SE")
    projector.goto(f"{hall.home}/projector")
    page.get_by_label("Projektorns nummer").fill("0000")
    page.get_by_role("button", name="Para ihop").click()
    expect(page.get_by_text("Ingen skärm visar det numret")).to_be_visible()
    page_errors[:] = [one for one in page_errors if not one_of(one, BELONGS_TO_NO_PAGE)]
    fay.pair(projector)
    expect(checks).to_contain_text("Projektorn visar tillfället")
    page.get_by_role("button", name="Visa kod att skanna").click()
    expect(page.get_by_alt_text("QR-kod")).to_be_visible()
    link = fay.post("/api/staff/phone-link", session=fay.session)["url"]
    phone = new_page(*SMALL_PHONE, locale="sv-SE")
    phone.goto(link)
    phone.wait_for_url(f"**/console/{fay.session}")
    phone.get_by_role("button", name="Börja: Välkommen!").click()
    expect(heading(page)).to_have_text("Välkommen!")
    stranger = new_page(*SMALL_PHONE, locale="sv-SE")
    stranger.goto(link)
    expect(stranger.get_by_text("Länken gäller inte längre")).to_be_visible()
    page_errors[:] = [one for one in page_errors if not one_of(one, BELONGS_TO_NO_PAGE)]


def test_a_test_post_is_seen_and_not_stored(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    page = fay.console()
    page.get_by_role("button", name="Gå till provfrågan").click()
    ada = join(hall, new_page(*SMALL_PHONE, locale="sv-SE"), fay.code)
    ada.get_by_role("textbox").fill("hej")
    ada.get_by_role("button", name="Skicka").click()
    expect(page.get_by_text("1 provbidrag har kommit fram")).to_be_visible()
    expect(page.locator(".checks")).to_contain_text("1 telefon är ansluten")
    assert fay.records()["counts"]["contributions"] == 0


def test_nobody_is_sent_to_a_try_out_that_there_is_not(fay: Facilitator) -> None:
    fay.open("2019-02-21-extra-ks")
    page = fay.console()
    expect(page.get_by_text("Det här körschemat har ingen provfråga.")).to_be_visible()
    expect(page.get_by_text("Gå till provfrågan")).to_have_count(2)
    assert not any(it.is_visible() for it in page.get_by_text("Gå till provfrågan").all())


def test_the_list_tells_whether_words_wait_and_how_many_read_them(fay: Facilitator) -> None:
    checks = fay.console().locator(".checks")
    expect(checks).to_contain_text("Nya bidrag: Håll alla")
    expect(checks).to_contain_text("Ingen moderator är i tjänst")
    fay.do("set-moderation", moderation="hold-flagged")
    fay.do("go-on-duty", on=True, languages=["sv"])
    expect(checks).to_contain_text("Nya bidrag: Håll flaggade")
    expect(checks).to_contain_text("1 moderator är i tjänst")


def test_the_way_on_from_the_list_is_in_sight_on_a_small_laptop(
    fay: Facilitator, new_page: NewPage
) -> None:
    fay.page.set_viewport_size({"width": 1366, "height": 768})
    page = fay.console()
    begin, footer = page.get_by_role("button", name="Börja: Välkommen!"), page.locator("footer")
    expect(begin).to_be_visible()
    last, below = begin.bounding_box(), footer.bounding_box()
    assert last and below and last["y"] + last["height"] < below["y"]
    said = page.locator("console-checklist .aloud").last
    assert fay.code[:3] + "\u2011" + fay.code[3:] in said.inner_text()


def test_the_list_stays_closed_once_closed(fay: Facilitator) -> None:
    page = fay.console()
    page.get_by_role("button", name="Till konsolen").click()
    page.reload()
    expect(heading(page)).to_have_text("Väntrummet")
    page.get_by_role("button", name="Innan ni börjar").click()
    expect(page.get_by_role("heading", name="Innan ni börjar")).to_be_visible()


# ── the page itself ───────────────────────────────────────────────────────────────────────────


def test_on_a_small_laptop_the_counts_are_not_cut_off(console: Page, fay: Facilitator) -> None:
    console.set_viewport_size({"width": SMALL_LAPTOP[0], "height": SMALL_LAPTOP[1]})
    people = console.locator(".panel.people")
    areas, groups = people.locator("table").all()
    assert is_whole(areas, people)
    assert is_whole(groups.locator("tbody tr").nth(3), people)


def test_unusually_many_newcomers_are_marked_with_what_to_do(
    hall: Hall, console: Page, fay: Facilitator
) -> None:
    people = console.locator("console-people")
    expect(people.get_by_text("Nya senaste minuten")).to_be_visible()
    expect(people.locator(".unusual")).to_be_hidden()
    for _ in range(25):
        fay.post("/api/join", code=fay.code)
    expect(people.get_by_role("status")).to_contain_text("Ovanligt många går med")
    expect(people.locator(".strange")).to_have_count(2)


def test_a_small_phone_has_every_panel_without_sideways_scroll(
    hall: Hall, console: Page, fay: Facilitator, new_page: NewPage
) -> None:
    phone = new_page(*SMALL_PHONE, locale="sv-SE", has_touch=True)
    phone.goto(fay.post("/api/staff/phone-link", session=fay.session)["url"])
    expect(heading(phone)).to_have_text(TITLE)
    panels = {
        "Nu": "console-now",
        "Granska": "console-queue",
        "Människor": "console-people",
        "Mer": "#paper",
    }
    for tab, panel in panels.items():
        phone.locator(".tabs").get_by_role("button", name=tab).click()
        expect(phone.locator(panel)).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
    phone.locator(".tabs").get_by_role("button", name="Nu").click()
    box = next_button(phone).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= SMALL_PHONE[1]


def test_the_presidium_sees_but_does_not_steer(
    hall: Hall, console: Page, fay: Facilitator, new_page: NewPage
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    sign_in(hall, page, hall.presidium_link)
    said: list[str] = []
    page.on("websocket", lambda line: line.on("framesent", lambda it: said.append(str(it))))
    page.goto(console.url)
    expect(page.get_by_text("Du är inloggad som presidium")).to_be_visible()
    for row in ("Att skriva", "Projektorn"):
        expect(page.locator("console-switches .row", has_text=row)).to_be_visible()
    steering = page.locator("console-now, console-next, run-of-show, moderation-choice")
    assert not [it for it in steering.get_by_role("button").all() if it.is_visible()]
    page.keyboard.press("n")
    page.evaluate("dispatchEvent(new Event('online'))")  # on which it asks whether anybody is there
    wait_for(lambda: page.evaluate("1") and '"ping"' in said[-1])
    assert not [it for it in said if '"do"' in it]
    assert step(fay) == STEP


def test_the_presidium_sees_how_much_waits_and_not_the_words_of_it(
    hall: Hall, fay: Facilitator, new_page: NewPage
) -> None:
    fay.do("set-moderation", moderation="show-all")
    words = {"post": "Ring Anders", "hide": "Något hemskt", "wait": "Väntar än"}
    slip = {"step": STEP, "kind": "keyword"}
    fay.do("post-on-behalf", **slip, text=words["post"])
    fay.do("post-on-behalf", **slip, text=words["hide"])
    first, second = [it["contribution"] for it in reversed(fay.records()["recent"]["slips"])]
    fay.do("mask-contribution", contribution=first, spans=[[5, 11]])
    fay.do("hide-contribution", contribution=second, reason="threat")
    fay.do("set-moderation", moderation="hold-all")
    fay.do("post-on-behalf", **slip, text=words["wait"])
    page = new_page(*LAPTOP, locale="sv-SE")
    page.goto(hall.presidium_link)
    expect(page.get_by_role("heading", name="Översikt")).to_be_visible()
    page.goto(f"{hall.home}/console/{fay.session}")
    queue = page.locator("console-queue")
    expect(queue).to_contain_text("Här syns hur mycket det är")
    expect(queue.locator(".held .slip")).to_have_count(0)
    expect(queue).to_contain_text("Ring [maskerat]")
    queue.get_by_role("button", name="Dolda").click()
    expect(queue).to_contain_text("(Texten läses bara av dem som granskar.)")
    expect(queue).to_contain_text("Dolt: Hot")
    for hidden in ("Anders", "Något hemskt", "Väntar än"):
        assert hidden not in page.content()


def test_the_end_is_asked_about_once(console: Page, ada: Page, fay: Facilitator) -> None:
    write(fay, ada, "fler bänkar", "fler bussar")
    expect(held(console)).to_have_count(2)
    console.locator("#evening > summary").click()
    codes = console.locator(".code").locator("visible=true")
    papers = console.get_by_text("har den kod som gäller nu")
    expect(codes).to_have_count(2)
    expect(papers).to_be_visible()
    console.get_by_role("button", name="Avsluta tillfället").click()
    expect(console.get_by_text("2 bidrag väntar på granskning.")).to_be_visible()
    expect(console.get_by_role("button", name="Nej, fortsätt")).to_be_focused()
    assert not fay.records()["stage"].get("ended")
    console.get_by_role("button", name="Ja, avsluta för alla").click()
    expect(heading(console)).to_have_text("Tillfället är avslutat")
    expect(next_button(console)).to_be_hidden()
    expect(codes).to_have_count(0)
    expect(papers).to_be_hidden()


def test_the_console_says_until_when_the_code_is_good_and_that_it_is_no_longer(
    fay: Facilitator, new_page: NewPage, tmp_path: Path
) -> None:
    console = fay.console()
    day = (datetime.now(ZoneInfo("Europe/Stockholm")) + timedelta(hours=72)).day
    expect(console.get_by_text(f"och gäller till {day} ")).to_be_visible()
    console.get_by_role("button", name="Till konsolen").click()
    console.locator("#evening > summary").click()
    expect(console.get_by_text(re.compile(f"^gäller till {day} "))).to_be_visible()

    shutil.copytree(shipped("sessions"), tmp_path / "sessions")
    file = tmp_path / "sessions/mal-2019/2019-04-01-medborgardialog.toml"
    file.write_text(file.read_text("utf-8").replace("code_hours = 72", "code_hours = 0.0001"))
    env = {"DIALOG_SESSIONS": str(tmp_path / "sessions")}
    short = Hall(tmp_path / "data", env=env)
    try:
        gus = Facilitator(short, new_page(*LAPTOP, locale="sv-SE"))
        gus.open()
        gus.page.wait_for_timeout(500)
        page = gus.console()
        expect(page.get_by_text("Koden gäller inte längre.")).to_be_visible()
        page.get_by_role("button", name="Till konsolen").click()
        page.locator("#evening > summary").click()
        expect(page.get_by_text("gäller inte längre", exact=True)).to_be_visible()
        page.close()
    finally:
        short.close()


def test_what_the_hall_needs_is_printed_from_the_console(hall: Hall, console: Page) -> None:
    console.locator("#evening > summary").click()
    for name in ("Körschema", "Affisch med QR-kod", "Bordskort", "Svarsblankett på papper"):
        href = console.get_by_role("link", name=name).get_attribute("href")
        assert console.request.get(f"{hall.home}{href}").body().startswith(b"%PDF"), name
    console.get_by_label("Antal bord").fill("7")
    cards = console.get_by_role("link", name="Bordskort").get_attribute("href") or ""
    assert cards.endswith("what=cards&tables=7")


def test_the_console_weighs_little(fay: Facilitator) -> None:
    page = fay.page
    page.route("**/*", lambda route: route.continue_())  # so that nothing comes from the cache
    sizes: list[int] = []
    page.on("requestfinished", lambda it: sizes.append(it.sizes()["responseBodySize"]))
    fay.console()
    expect(page.locator(".checks li").first).to_be_visible()
    assert 10_000 < sum(sizes) <= LIMIT_BYTES


# ── the overview ──────────────────────────────────────────────────────────────────────────────


def test_a_wrong_secret_is_refused_in_words(
    hall: Hall, new_page: NewPage, page_errors: list[str]
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    page.goto(f"{hall.home}/staff")
    expect(page.get_by_text("öppnas med en hemlig länk")).to_be_visible()
    page.goto(f"{hall.home}/staff#0000000000")
    expect(page.get_by_text("Länken gäller inte längre")).to_be_visible()
    assert "0000000000" not in page.url
    page_errors[:] = [one for one in page_errors if not one_of(one, BELONGS_TO_NO_PAGE)]


def test_several_sessions_live_at_once_and_one_overview_of_all(
    hall: Hall, fay: Facilitator
) -> None:
    page = fay.overview()
    room = page.locator(".written").first.get_by_placeholder("Lokal")
    room.fill("Aulan")
    fay.open("2019-04-01-webb", room="Biblioteket")
    going = page.locator(".live .going")
    expect(going.filter(has_text="Biblioteket")).to_have_count(1)
    expect(going.filter(has_text="Medborgardialog om kommunens mål").first).to_be_visible()
    expect(room).to_have_value("Aulan")


def test_how_far_a_simulated_hall_has_come_is_said_in_the_language_of_the_page(
    hall: Hall, new_page: NewPage
) -> None:
    fay = Facilitator(hall, new_page(*LAPTOP, locale="en-GB"))
    what = {"dialogue": "mal-2019", "session": EVENING, "participants": 2, "pace": 0.0}
    copy = fay.post("/api/staff/rehearse", **what)["session"]
    told = fay.overview().locator(".rehearsals .progress")
    expect(told).to_have_text("2 participants connected, 0 contributions sent", timeout=60_000)
    fay.post("/api/staff/discard", session=copy)


def test_what_was_opened_on_another_day_says_which(fay: Facilitator) -> None:
    fay.page.clock.set_fixed_time(datetime.now() + timedelta(days=2))
    page = fay.overview()
    today = datetime.now(ZoneInfo("Europe/Stockholm"))
    numbers = page.locator(".going .numbers").first
    expect(numbers).to_contain_text(re.compile(rf"öppnad {today.day} \w+ {today.year} kl\. \d\d"))


def test_a_dialogue_and_a_session_are_made_in_the_browser_and_opened(
    hall: Hall, fay: Facilitator
) -> None:
    page = fay.overview()
    page.get_by_text("Ny dialog", exact=True).click()
    form = page.locator("#new-dialogue")
    form.get_by_label("Kommun").fill("Provköpings kommun")
    form.get_by_label("Diarienummer").fill("KS 2026/1")
    form.get_by_label("Rubrik").fill("Skolvägar")
    form.get_by_label("Syfte").fill("Att få veta mer.")
    form.get_by_label("Målområden").fill("Trafik\nNatur")
    form.get_by_label("Målgrupper").fill("Unga\nFöräldrar")
    form.get_by_role("button", name="Skapa dialogen").click()
    expect(page.get_by_role("heading", name="Skolvägar")).to_be_visible()
    form = page.locator("#new-session")
    expect(form.get_by_label("Dialog", exact=True)).to_contain_text("Skolvägar")
    form.get_by_label("Rubrik").fill("Möte i aulan")
    form.get_by_label("Datum").fill("2026-05-04")
    form.get_by_role("button", name="Skapa tillfället").click()
    page.get_by_role("button", name="Öppna Möte i aulan").click()
    gate = page.get_by_role("dialog", name="Innan invånarna bjuds in")
    may, will = gate.get_by_role("group").all()
    may.get_by_label("Ja").check()
    will.get_by_label("Nej").check()
    expect(gate.get_by_text("Informera i stället.")).to_be_visible()
    expect(gate.get_by_role("button", name="Öppna tillfället")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(gate).to_have_count(0)
    page.get_by_role("button", name="Öppna Möte i aulan").click()
    for question in gate.get_by_role("group").all():
        question.get_by_label("Ja").check()
    gate.get_by_label("Hur vet ni det?").fill("Nämnden har sagt ja.")
    gate.get_by_role("button", name="Öppna tillfället").click()
    page.wait_for_url("**/console/*")
    expect(page.get_by_role("heading", name="Innan ni börjar")).to_be_visible()


def one_of(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


def test_a_long_address_does_not_widen_the_checklist(fay: Facilitator) -> None:
    """As a path of a host that is shared makes it."""
    fay.page.set_viewport_size({"width": 320, "height": 640})
    page = fay.console()
    how = page.locator("console-checklist li p").first
    expect(how).to_contain_text("/projector")
    how.evaluate("it => it.textContent = `https://kommun.example/${'medborgardialog'.repeat(5)}`")
    wide = "it => [it.scrollWidth - it.clientWidth, document.documentElement.scrollWidth]"
    assert page.locator("console-checklist").evaluate(wide) == [0, 320]
