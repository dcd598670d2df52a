"""The workboard in real browsers: from the machine's suggestions to sums that add up."""

import io
import re
import secrets
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from playwright.sync_api import Locator, Page, expect

from dialog.protocol import commands as c
from tests.browser.axe import Look
from tests.browser.hall import LAPTOP, PHONE, SMALL_PHONE, Facilitator, Hall, sign_in, wait_for
from tests.browser.machine import Machine
from tests.browser.material import fill
from tests.browser.slow_line import SlowLine

NewPage = Callable[..., Page]
DIALOGUE = "mal-2019"
LIMIT_BYTES = 80_000
HOMES, BUSES = "Billiga hyresrätter", "Fler tåg i rusningstid"


@pytest.fixture
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server for each test: all its sessions would be one dialogue."""
    hall = Hall(tmp_path_factory.mktemp("hall") / "data")
    yield hall
    hall.close()


@pytest.fixture
def machine(hall: Hall, fay: Facilitator) -> Machine:
    """Has grouped the first area's 30 contributions, and left three alone."""
    machine = Machine(hall.data, DIALOGUE, fay.session)
    fill(machine, areas="1")
    wait_for(lambda: len(fay.dialogue_records("group")) == 6)
    return machine


@pytest.fixture
def board(fay: Facilitator, machine: Machine) -> Page:
    return at_work(fay.hall, fay.page)


@pytest.fixture
def gus(hall: Hall, board: Page, new_page: NewPage) -> Page:
    """The presidium's page of the same dialogue."""
    page = new_page(*LAPTOP, locale="sv-SE")
    sign_in(hall, page, hall.presidium_link)
    return at_work(hall, page)


def at_work(hall: Hall, page: Page, tab: str = "tavla") -> Page:
    page.goto(f"{hall.home}/work/{DIALOGUE}#{tab}")
    expect(page.locator("body")).to_have_attribute("data-line", "online")
    return page


def theme_of(fay: Facilitator, words: str) -> str | None:
    """The title of the theme that a contribution is in."""
    themes = {it["theme"]: it["title"] for it in fay.dialogue_records("theme").values()}
    [it] = [it for it in fay.dialogue_records("contribution").values() if it["text"] == words]
    return themes.get(it.get("theme"))


def sheet(page: Page, name: str) -> Locator:
    heading = page.get_by_role("heading", level=4).filter(has_text=re.compile(f"^{name}"))
    return page.locator("work-sheet", has=heading)


def slip(page: Page, words: str) -> Locator:
    return page.get_by_role("checkbox", name=words, exact=True)


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def last(page: Page) -> Locator:
    return page.locator(".last [role=status]")


def confirm(page: Page, group: str, title: str = "") -> None:
    page.get_by_role("button", name=f"Bekräfta som tema: {group}").click()
    if title:
        page.get_by_label("Temats namn", exact=True).fill(title)
    dialog(page).get_by_role("button", name="Bekräfta", exact=True).click()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator(".theme", has_text=title or group)).to_be_visible()


# ── the board ─────────────────────────────────────────────────────────────────────────────────


def test_from_suggestions_to_sums_that_add_up(board: Page, fay: Facilitator) -> None:
    expect(sheet(board, HOMES)).to_contain_text("Förslag från automatisk gruppering")
    confirm(board, HOMES, "Bostäder för alla")
    confirm(board, BUSES)
    expect(last(board)).to_contain_text("Bekräftade en grupp som temat ”Fler tåg i rusningstid”")
    board.get_by_role("button", name=f"Slå ihop …: {BUSES}").click()
    dialog(board).get_by_role("button", name="Bostäder för alla").click()
    expect(sheet(board, "Bostäder")).to_contain_text("8 bidrag")
    expect(board.locator(".theme")).to_have_count(1)

    slip(board, "fler tåg i rusningstid").focus()
    board.keyboard.press("n")
    board.get_by_label("Temats namn", exact=True).fill("Kollektivtrafik")
    board.keyboard.press("Enter")
    expect(sheet(board, "Kollektivtrafik")).to_contain_text("fler tåg i rusningstid")
    slip(board, "billiga hyresrätter").focus()
    board.keyboard.press("m")
    board.keyboard.type("kollek")
    board.keyboard.press("Enter")
    expect(sheet(board, "Kollektivtrafik")).to_contain_text("billiga hyresrätter")
    assert theme_of(fay, "billiga hyresrätter") == "Kollektivtrafik"
    expect(sheet(board, "Bostäder").locator(".slip input:focus")).to_have_count(1)
    board.keyboard.press("Control+z")
    expect(sheet(board, "Bostäder")).to_contain_text("billiga hyresrätter")
    board.keyboard.press("Control+Shift+z")
    expect(sheet(board, "Kollektivtrafik")).to_contain_text("billiga hyresrätter")
    expect(last(board)).to_contain_text("Flyttade 1 bidrag")

    board.get_by_role("link", name="Hantering").click()
    expect(board.locator(".counter")).to_have_text("30 bidrag saknar hantering")
    board.get_by_label("Hantering: Kollektivtrafik").select_option("handover")
    to = dialog(board).get_by_label("Mottagare", exact=True)
    to.select_option(index=1)
    recipient = to.evaluate("it => it.selectedOptions[0].text")
    dialog(board).get_by_role("textbox", name="Motivering").fill("De äger frågan")
    dialog(board).get_by_role("button", name="Spara hantering").click()
    expect(board.locator(".counter")).to_have_text("28 bidrag saknar hantering")
    line = board.locator(".theme-lines li", has_text="Kollektivtrafik")
    expect(line).to_contain_text(f"Överlämnas: {recipient}")
    expect(line).to_contain_text("De äger frågan")
    board.get_by_label("Hantering: Bostäder").select_option("goal")
    dialog(board).get_by_role("button", name="Spara hantering").click()
    expect(board.locator(".counter")).to_have_text("22 bidrag saknar hantering")

    board.get_by_role("button", name="Resten till programmet").click()
    expect(dialog(board).get_by_role("heading")).to_have_text("22 bidrag skulle gå till programmet")
    expect(dialog(board).locator(".rest-list li")).to_have_count(22)
    dialog(board).get_by_role("button", name="Skicka 22 bidrag").click()
    expect(board.locator(".counter")).to_have_text("Alla bidrag har en hantering")
    sums = fay.dialogue_records("sums")["sums"]
    assert sums["decided"] == {"handover": 2, "goal": 6, "programme": 22} and sums["received"] == 30
    row = board.locator(".sums-part").get_by_role("row", name="Till strategiskt")
    expect(row).to_contain_text("22")
    board.locator(".last").get_by_role("button", name="Ångra").click()
    expect(board.locator(".counter")).to_have_text("22 bidrag saknar hantering")

    board.get_by_role("link", name="Ändringslogg").click()
    handed = board.locator(".log li", has_text="Hantering av temat ”Kollektivtrafik”")
    expect(handed).to_contain_text("Processledaren")
    expect(handed).to_contain_text("De äger frågan")
    handed.get_by_role("button", name="Ångra").click()
    expect(handed.get_by_role("button", name="Ångra")).to_have_count(0)
    assert fay.dialogue_records("sums")["sums"]["undecided"] == 24


def test_several_are_picked_out_by_keys_and_leave_their_themes(
    board: Page, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    first = sheet(board, HOMES).locator(".slip input").first
    first.focus()
    board.keyboard.press("Shift+ArrowDown")
    board.keyboard.press("Shift+ArrowDown")
    expect(board.get_by_text("3 bidrag valda")).to_be_visible()
    board.keyboard.press("m")
    dialog(board).get_by_role("button", name="Enskild röst").click()
    expect(sheet(board, HOMES)).to_contain_text("1 bidrag")
    expect(board.locator(".picked-bar")).to_be_hidden()
    board.keyboard.press("Control+z")
    expect(sheet(board, HOMES)).to_contain_text("4 bidrag")
    sheet(board, HOMES).locator(".slip input").first.focus()
    board.keyboard.press("Control+a")
    expect(board.get_by_text("4 bidrag valda")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator(".picked-bar")).to_be_hidden()
    lines = sheet(board, HOMES).locator(".slip .words")
    lines.nth(0).click()
    lines.nth(2).click(modifiers=["Shift"])
    expect(board.get_by_text("3 bidrag valda")).to_be_visible()


def test_what_people_wrote_is_one_key_away_with_where_it_came_from(
    board: Page, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    [it] = [
        it
        for it in fay.dialogue_records("contribution").values()
        if it["text"] == "billiga hyresrätter"
    ]
    fay.do("hide-contribution", contribution=it["contribution"], reason="out-of-scope")
    expect(sheet(board, HOMES)).to_contain_text("Dolt: Utanför uppdraget")
    sheet(board, HOMES).locator(".slip input").first.focus()
    board.keyboard.press("o")
    expect(dialog(board).get_by_role("heading")).to_have_text(f"Ursprungliga bidrag (4): {HOMES}")
    hidden = dialog(board).locator("li", has_text=f"nr {it['contribution']}")
    expect(hidden).to_contain_text("Dolt: Utanför uppdraget")
    expect(hidden).to_contain_text("Medborgardialog")
    expect(hidden).to_contain_text("(Texten visas inte här.)")
    expect(board.locator("body")).not_to_contain_text("billiga hyresrätter")
    board.keyboard.press("Escape")
    expect(sheet(board, HOMES).locator(".slip input").first).to_be_focused()
    board.keyboard.press("v")
    expect(dialog(board)).to_contain_text("Texten kan aldrig ändras")
    expect(dialog(board).get_by_text(HOMES, exact=True)).to_be_visible()


def test_a_theme_is_locked_carried_and_linked_to_what_it_is_about(
    board: Page, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    sheet(board, HOMES).get_by_role("button", name="Mer: ").click()
    dialog(board).get_by_label("Som politiskt nyckelord").check()
    expect(sheet(board, HOMES)).to_contain_text("Lyfts vidare som politiskt nyckelord")
    dialog(board).get_by_label("Innehållet").check()
    expect(sheet(board, HOMES)).to_contain_text("Låst: innehållet")
    goal = dialog(board).locator("[data-goal='11']")
    expect(goal).to_contain_text("Föreslås för orden: billiga hyresrätter")
    goal.get_by_role("button", name="Bekräfta").click()
    expect(sheet(board, HOMES).locator(".marks")).to_contain_text("Mål 11")
    dialog(board).get_by_label("Anteckning om temat").fill("Stäm av med samhällsbyggnad")
    dialog(board).get_by_role("button", name="Spara anteckningen").click()
    wait_for(lambda: fay.dialogue_records("theme")["theme/1"].get("note"))
    board.keyboard.press("Escape")
    sheet(board, HOMES).locator(".slip input").nth(1).focus()
    board.keyboard.press("m")
    dialog(board).get_by_role("button", name="Enskild röst").click()
    expect(dialog(board).locator(".answer")).to_contain_text("låst")
    board.keyboard.press("Escape")


def test_what_comes_later_is_suggested_and_seen_before_it_moves(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    confirm(board, HOMES)
    machine.enter("area-1-skriv", "Hyresrätter för unga", "Små lägenheter")
    wait_for(lambda: len(fay.dialogue_records("contribution")) == 32)
    new = [n["contribution"] for n in fay.dialogue_records("contribution").values()][-2:]
    group = fay.dialogue_records("theme")["theme/1"]["groups"][0]
    joined = [c.Placement(n, 0.8) for n in new]
    machine.suggest("area-1", c.GroupSuggestion(group, joined, [], [[c.Span(new[0], 0, 11)]], 0.6))
    sheet(board, HOMES).get_by_role("button", name="2 nya bidrag föreslås hit").click()
    expect(dialog(board)).to_contain_text("Inget flyttas förrän du säger ja")
    assert theme_of(fay, "Små lägenheter") is None
    dialog(board).get_by_label("Små lägenheter").uncheck()
    dialog(board).get_by_role("button", name="Flytta de valda hit").click()
    expect(sheet(board, HOMES)).to_contain_text("Hyresrätter för unga")
    assert theme_of(fay, "Hyresrätter för unga") == HOMES
    assert theme_of(fay, "Små lägenheter") is None
    expect(sheet(board, HOMES)).to_contain_text("1 nytt bidrag föreslås hit")


def test_the_mouse_drags_to_a_theme_and_to_a_new_one(board: Page, fay: Facilitator) -> None:
    confirm(board, HOMES)
    confirm(board, BUSES)
    words = "fler tåg i rusningstid"
    drag(board, board.locator(".slip", has_text=words).locator(".words"), sheet(board, HOMES))
    expect(sheet(board, HOMES)).to_contain_text(words)
    expect(slip(board, words)).not_to_be_checked()
    drag(
        board, board.locator(".slip", has_text=words).locator(".words"), board.locator(".new-theme")
    )
    expect(dialog(board)).to_contain_text("Nytt tema av 1 bidrag")


def drag(page: Page, what: Locator, where: Locator) -> None:
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), where.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 20, steps=3)
    expect(page.locator(".ghost")).to_be_visible()
    page.mouse.move(end["x"] + 30, end["y"] + 12, steps=5)
    page.mouse.up()


def test_a_finger_drags_by_the_grip(hall: Hall, board: Page, new_page: NewPage) -> None:
    confirm(board, HOMES)
    confirm(board, BUSES)
    phone = new_page(*PHONE, locale="sv-SE", has_touch=True)
    sign_in(hall, phone, hall.link)
    at_work(hall, phone)
    words = "billiga hyresrätter"
    grip = phone.locator(".slip", has_text=words).locator(".grip")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = phone.context.new_cdp_session(phone)

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    touch("touchMove", x - 20, y + 20)
    target = phone.locator(".tray [data-theme]", has_text=BUSES)
    expect(target).to_be_visible()
    there = target.bounding_box()
    assert there
    touch("touchMove", there["x"] + 20, there["y"] + 10)
    expect(target).to_have_class("aimed")
    touch("touchEnd")
    expect(sheet(phone, BUSES)).to_contain_text(words)
    expect(sheet(board, BUSES)).to_contain_text(words)


# ── several people ────────────────────────────────────────────────────────────────────────────


def test_two_see_each_others_changes_and_nobody_is_written_over(
    board: Page, gus: Page, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    expect(sheet(gus, HOMES)).to_have_class(re.compile("theme"))
    sheet(board, HOMES).get_by_role("button", name="Byt namn").click()
    board.get_by_label("Temats namn", exact=True).fill("Att bo")
    sheet(gus, HOMES).get_by_role("button", name="Byt namn").click()
    gus.get_by_label("Temats namn", exact=True).fill("Boende")
    gus.keyboard.press("Enter")
    expect(dialog(board)).to_contain_text("Temat heter nu ”Boende”.")
    dialog(board).get_by_role("button", name="Spara").click()
    said = dialog(board).locator(".answer")
    expect(said).to_contain_text("Presidiet har under tiden ändrat samma sak")
    expect(said).to_contain_text("heter nu ”Boende”")
    expect(board.get_by_label("Temats namn", exact=True)).to_have_value("Att bo")
    dialog(board).get_by_role("button", name="Spara").click()
    expect(sheet(gus, "Att bo")).to_be_visible()
    expect(last(gus)).to_contain_text("Processledaren: Temat ”Boende” heter nu ”Att bo”")


def test_the_rest_does_not_go_if_it_is_no_longer_what_was_listed(
    board: Page, gus: Page, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    board.get_by_role("link", name="Hantering").click()
    board.get_by_role("button", name="Resten till programmet").click()
    gus.get_by_role("link", name="Hantering").click()
    gus.get_by_label(f"Hantering: {HOMES}").select_option("programme")
    expect(dialog(board)).to_contain_text("Något har ändrats sedan listan visades")
    dialog(board).get_by_role("button", name="Skicka 30 bidrag").click()
    expect(dialog(board).locator(".answer")).not_to_be_empty()
    assert fay.dialogue_records("sums")["sums"]["undecided"] == 26
    dialog(board).get_by_role("button", name="Skicka 26 bidrag").click()
    expect(board.locator(".counter")).to_have_text("Alla bidrag har en hantering")


def test_others_look_on_and_change_nothing(
    hall: Hall, board: Page, new_page: NewPage, fay: Facilitator
) -> None:
    confirm(board, HOMES)
    page = new_page(*LAPTOP, locale="sv-SE")
    page.goto(hall.committee_link)
    page.get_by_role("link", name="Arbetsbord").click()
    expect(sheet(page, HOMES)).to_contain_text("4 bidrag")
    expect(page.get_by_text("Du kan läsa men inte ändra här")).to_be_visible()
    expect(sheet(page, HOMES).get_by_role("button", name="Byt namn")).to_have_count(0)
    sheet(page, HOMES).get_by_role("button", name="Visa ursprungliga bidrag (4)").click()
    expect(dialog(page)).to_contain_text("billiga hyresrätter")
    page.keyboard.press("Escape")
    sheet(page, HOMES).locator(".slip input").first.focus()
    page.keyboard.press("m")
    expect(dialog(page)).to_have_count(0)


# ── reading ───────────────────────────────────────────────────────────────────────────────────


def test_everything_is_read_with_one_key_each(board: Page, fay: Facilitator) -> None:
    confirm(board, HOMES)
    confirm(board, BUSES)
    board.get_by_role("link", name="Läsning").click()
    board.get_by_label("Antal läsare").fill("2")
    board.get_by_role("button", name="Dela upp").click()
    words = board.locator(".reading-card .words")
    another = words.inner_text()
    board.get_by_label("Jag är").select_option("Läsare 2")
    told = board.locator(".told")
    expect(told).to_contain_text("0 lästa, 15 kvar. Ungefär 2 minuter kvar.")
    expect(words).not_to_have_text(another)
    first = words.inner_text()
    board.locator(".reading-card").focus()
    board.keyboard.press("j")
    expect(words).not_to_have_text(first)
    expect(told).to_contain_text("1 lästa, 14 kvar")
    second = words.inner_text()
    board.keyboard.press("a")
    board.get_by_role("textbox", name="Anteckning om bidraget").fill("Fråga igen")
    dialog(board).get_by_role("button", name="Spara").click()
    expect(words).not_to_have_text(second)
    third = words.inner_text()
    board.keyboard.press("f")
    dialog(board).get_by_role("button", name=BUSES).click()
    expect(words).not_to_have_text(third)
    expect(told).to_contain_text("3 lästa, 12 kvar")

    def verdicts() -> dict[str, tuple]:
        its = fay.dialogue_records("contribution").values()
        return {it["text"]: (it["read"], it["reader"]) for it in its if it.get("read")}

    wait_for(lambda: len(verdicts()) == 3)
    assert verdicts() == {first: ("fits", 2), second: ("note", 2), third: ("move", 2)}
    assert theme_of(fay, third) == BUSES
    board.reload()
    expect(board.get_by_label("Jag är")).to_have_value("2")
    expect(told).to_contain_text("3 lästa, 12 kvar")
    for _ in range(12):
        board.keyboard.press("Enter")
    expect(board.get_by_text("Du har läst alla dina bidrag")).to_be_visible()
    wait_for(lambda: fay.dialogue_records("reading")["reading"]["shares"][1]["read"] == 15)


# ── the page itself ───────────────────────────────────────────────────────────────────────────


def test_of_a_great_many_what_did_not_change_is_not_drawn_again(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    confirm(board, HOMES)
    machine.enter("area-1-skriv", *(f"förslag nummer {n}" for n in range(500)))
    voices = sheet(board, "Enskilda röster")
    expect(voices.locator(".slip")).to_have_count(24)
    voices.get_by_role("button", name="Visa alla 503").click()
    expect(voices.locator(".slip")).to_have_count(503)
    board.evaluate("document.querySelectorAll('.slip, .pile header').forEach(it => it.kept = true)")
    slip(board, "förslag nummer 250").focus()
    board.keyboard.press("m")
    dialog(board).get_by_role("button", name=HOMES).click()
    expect(sheet(board, HOMES)).to_contain_text("förslag nummer 250")
    fresh = "[...document.querySelectorAll('.slip')].filter(it => !it.kept).length"
    assert board.evaluate(fresh) == 1
    touched = board.evaluate(
        """async () => {
          const {redraw} = await import(document.querySelector('[href*="staff/desk"]').href)
          const touched = []
          const watcher = new MutationObserver(all => touched.push(...all.map(it => it.target)))
          for (const sheet of document.querySelectorAll("work-sheet")) {
            watcher.observe(sheet, {subtree: true, childList: true, characterData: true})
          }
          redraw()
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
          return touched.map(it => it.outerHTML)
        }"""
    )
    assert touched == []
    board.get_by_label("Sök bland bidragen").fill("NUMMER 49")
    expect(board.get_by_text("11 bidrag passar")).to_be_visible()


def test_an_area_is_printed_whole_on_a3(board: Page, machine: Machine) -> None:
    confirm(board, HOMES)
    machine.enter("area-1-skriv", *(f"förslag nummer {n}" for n in range(40)))
    expect(sheet(board, "Enskilda röster").locator(".slip")).to_have_count(24)
    expect(board.get_by_role("button", name="Skriv ut området (A3)")).to_be_visible()
    made = board.pdf(prefer_css_page_size=True)
    with pikepdf.open(io.BytesIO(made)) as paper:
        _, _, wide, high = (float(it) for it in paper.pages[0].mediabox)
    assert (round(wide / 72 * 25.4), round(high / 72 * 25.4)) == (420, 297)
    board.emulate_media(media="print")
    board.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(sheet(board, "Enskilda röster").locator(".slip")).to_have_count(43)
    assert {it.inner_text() for it in board.get_by_role("button").all() if it.is_visible()} <= {
        board.locator(".areas [aria-selected=true]").inner_text()
    }
    board.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet(board, "Enskilda röster").locator(".slip")).to_have_count(24)


def test_the_workboard_passes_the_accessibility_rules(
    board: Page,
) -> None:
    confirm(board, HOMES)
    confirm(board, BUSES)
    look = Look(board, "workboard")
    for width in (1366, 390):
        board.set_viewport_size({"width": width, "height": 844})
        board.get_by_role("link", name="Tavla").click()
        slip(board, "billiga hyresrätter").check()
        look.at(f"board {width}")
        slip(board, "billiga hyresrätter").press("m")
        look.at(f"moving {width}")
        board.keyboard.press("Escape")
        slip(board, "billiga hyresrätter").press("v")
        expect(dialog(board)).to_be_visible()
        look.at(f"about {width}")
        board.keyboard.press("Escape")
        slip(board, "billiga hyresrätter").uncheck()
        sheet(board, HOMES).get_by_role("button", name="Mer: ").click()
        expect(dialog(board)).to_be_visible()
        look.at(f"theme {width}")
        board.keyboard.press("Escape")
        board.get_by_role("link", name="Hantering").click()
        board.get_by_text("Utan tema: ").first.click()
        look.at(f"dispositions {width}")
        board.get_by_role("button", name="Resten till programmet").click()
        look.at(f"rest {width}")
        board.keyboard.press("Escape")
        board.get_by_text("Utan tema: ").first.click()
        for tab, shown in (("Läsning", ".reading-card"), ("Ändringslogg", ".log")):
            board.get_by_role("link", name=tab).click()
            expect(board.locator(shown)).to_be_visible()
            look.at(f"{tab} {width}")
    assert look.faults == []


def test_a_small_phone_shows_every_tab_without_sideways_scroll(
    hall: Hall, machine: Machine, board: Page, new_page: NewPage
) -> None:
    confirm(board, HOMES)
    machine.enter("area-1-skriv", "Samhällsplaneringsutredningsförslagsgranskningsnämnd" * 2)
    phone = new_page(*SMALL_PHONE, locale="sv-SE", has_touch=True)
    sign_in(hall, phone, hall.link)
    at_work(hall, phone)
    expect(phone.locator("work-sheet").first).to_be_visible()
    fits(phone)
    phone.locator(".slip .words").first.tap()
    phone.get_by_role("button", name="Flytta till …").tap()
    fits(phone)
    dialog(phone).get_by_role("button", name="Avbryt").tap()
    for tab, shown in (
        ("Hantering", ".area-part"),
        ("Läsning", ".reading-card"),
        ("Ändringslogg", ".log"),
    ):
        phone.get_by_role("link", name=tab).tap()
        expect(phone.locator(shown).first).to_be_visible()
        fits(phone)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_board_weighs_little_and_asks_for_all_its_modules_at_once(
    fay: Facilitator, machine: Machine
) -> None:
    page = fay.page
    page.route("**/*", lambda route: route.continue_())  # so that nothing comes from the cache
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda it: sizes.update({it.url: it.sizes()["responseBodySize"]}))
    at_work(fay.hall, page)
    expect(page.locator("work-sheet").first).to_be_visible()
    assert 10_000 < sum(sizes.values()) <= LIMIT_BYTES
    preloaded = page.evaluate(
        "[...document.querySelectorAll('[rel=modulepreload], script[src]')]"
        ".map(it => it.href || it.src)"
    )
    assert {url for url in sizes if url.endswith(".js")} == set(preloaded)


# ── a slow line ───────────────────────────────────────────────────────────────────────────────


def test_what_others_did_before_ones_own_last_wish_is_not_taken_as_seen(
    hall: Hall, fay: Facilitator, machine: Machine, new_page: NewPage
) -> None:
    """The answer to one's own wish comes at once, and what others did before it comes later."""
    for title in ("Ett", "Två"):
        made_over_http(fay, type="make-theme", area=None, title=title, contributions=[])
    page = new_page(*LAPTOP, locale="sv-SE")
    line = SlowLine(page)
    sign_in(hall, page, hall.presidium_link)
    at_work(hall, page)
    line.hold("patch")
    made_over_http(fay, type="name-theme", theme=1, title="Deras", seen=10_000)
    asked = wished(page, {"type": "note-theme", "theme": 2, "note": "Min"})
    assert asked["seq"] and wished(page, {"type": "note-theme", "theme": 2, "note": "Mitt"})
    assert wished(page, {"type": "name-theme", "theme": 1, "title": "Mitt"}) is None
    assert {it["title"] for it in fay.dialogue_records("theme").values()} == {"Deras", "Två"}


@pytest.mark.parametrize("late", ["do", "patch"])
def test_what_was_chosen_stands_until_the_records_have_it(
    fay: Facilitator, machine: Machine, late: str
) -> None:
    """Others change the theme while the wish is on its way; or the answer is before the records."""
    made_over_http(fay, type="make-theme", area="area-1", title="Mitt", contributions=[])
    line = SlowLine(fay.page)
    board = at_work(fay.hall, fay.page)
    sheet(board, "Mitt").get_by_role("button", name="Mer: ").click()
    named, locked, carried = map(
        dialog(board).get_by_label, ("Namnet", "Innehållet", "Som politiskt nyckelord")
    )
    line.hold(late)
    for chosen in (named, locked, carried):
        chosen.check()
    if late == "do":
        made_over_http(fay, type="name-theme", theme=1, title="Deras", seen=10_000)
        expect(dialog(board).get_by_role("heading", name="Deras")).to_be_visible()
    else:
        wait_for(lambda: fay.dialogue_records("theme")["theme/1"].get("carried"))
        expect(dialog(board).locator("[aria-busy=true]")).to_have_count(0)
    for chosen in (named, locked, carried):
        expect(chosen).to_be_checked()
    line.let_go()
    expect(sheet(board, "Deras" if late == "do" else "Mitt")).to_contain_text(
        "Låst: namnet, innehållet"
    )
    unlocked = dict.fromkeys(("name", "members", "existence"), False)
    made_over_http(fay, type="lock-theme", theme=1, **unlocked, seen=10_000)
    expect(named).not_to_be_checked()
    expect(locked).not_to_be_checked()
    expect(carried).to_be_checked()


def made_over_http(fay: Facilitator, **command: object) -> None:
    answer = fay.post(f"/api/dialogue/{DIALOGUE}/do", op=secrets.token_urlsafe(16), command=command)
    assert answer["t"] == "ack", answer


def wished(page: Page, command: dict[str, object]) -> dict | None:
    """As the page's own buttons ask: the acknowledgement, or None."""
    return page.evaluate(
        """async (command) => {
          const address = performance.getEntriesByType("resource")
            .find(({ name }) => name.endsWith("/staff/line.js")).name
          const { wish } = await import(address)
          const button = document.createElement("button")
          document.body.append(button)
          return wish(command, button)
        }""",
        command,
    )
