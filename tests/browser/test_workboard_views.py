"""The views of the result in real browsers: matrix, coverage, goals, process, documents."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dialog.domain.state import Person
from dialog.live import LiveDialogue
from dialog.protocol import commands as c
from tests.browser.axe import Look, faults
from tests.browser.hall import LAPTOP, Facilitator, Hall, sign_in, wait_for
from tests.browser.machine import Machine, in_thread
from tests.browser.material import fill
from tests.browser.slow_line import SlowLine

NewPage = Callable[..., Page]
DIALOGUE, STEP = "mal-2019", "area-4-skriv"
LATEST = 10**9
RENDERED_WITHIN = 60_000
"""ms, where documents are made meanwhile on a busy machine."""
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TABS = ("matris", "tackning", "mal", "process", "dokument")
YOUNG = ("Fler belysta gångvägar", "Belysta gångvägar hem", "Lampor vid gångvägen")
ELDERLY = ("Bänkar längs vägen", "Bänkar att vila på")


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
def confirmed(fay: Facilitator, machine: Machine) -> str:
    """The title of the first area's first group, which the presidium has made a theme."""
    [group] = [it for it in fay.dialogue_records("group").values() if it.get("goals")]
    members, number = group["members"], group["group"]
    work(
        fay,
        "make-theme",
        area="area-1",
        title=group["title"],
        contributions=members,
        groups=[number],
    )
    return str(group["title"])


@pytest.fixture
def spoken(fay: Facilitator, machine: Machine) -> str:
    """A theme of what six young people and two elderly have said from phones of their own."""
    fay.go_to(STEP)
    for n in range(6):
        say(machine, "youth", YOUNG[n % 3])
    for words in ELDERLY:
        say(machine, "seniors", words)
    wait_for(lambda: len(waiting(fay)) == 8)
    fay.do("release-contributions", contributions=waiting(fay))
    wait_for(lambda: len(ours(fay)) == 8)
    work(
        fay,
        "make-theme",
        area="area-4",
        title="Trygga gångvägar",
        contributions=[it["contribution"] for it in ours(fay)],
    )
    return "Trygga gångvägar"


def say(machine: Machine, target_group: str, words: str) -> None:
    """Somebody comes, says from which perspective, and writes this."""

    async def write(live: LiveDialogue) -> int:
        come = await live.do(Person("system", machine.session), c.JoinSession("live"))
        them = Person("participant", machine.session, live.joined_at(machine.session, come.seq))
        await live.do(them, c.ChoosePerspective(target_group))
        post = c.PostContribution(STEP, live.dialogue.seq, "keyword", words)
        return (await live.do(them, post)).seq

    in_thread(machine.within(write))


def place_dots(machine: Machine, target_group: str, contribution: int, dots: int) -> None:
    """Somebody comes, says from which perspective, and places so many dots there."""

    async def place(live: LiveDialogue) -> int:
        come = await live.do(Person("system", machine.session), c.JoinSession("live"))
        them = Person("participant", machine.session, live.joined_at(machine.session, come.seq))
        await live.do(them, c.ChoosePerspective(target_group))
        return [(await live.do(them, c.PlaceDot(contribution))).seq for _ in range(dots)][-1]

    in_thread(machine.within(place))


def waiting(fay: Facilitator) -> list[int]:
    return [it["contribution"] for it in fay.records()["queue"]["slips"]]


def ours(fay: Facilitator) -> list[dict]:
    return [
        it for it in fay.dialogue_records("contribution").values() if it["text"] in YOUNG + ELDERLY
    ]


def work(fay: Facilitator, type: str, **command: object) -> dict:
    """One command about the dialogue; the ack."""
    answer = fay.post(
        f"/api/dialogue/{DIALOGUE}/do",
        t="do",
        op=secrets.token_urlsafe(16),
        command={"type": type, "seen": LATEST, **command},
    )
    assert answer["t"] == "ack", answer
    return answer


def at_work(hall: Hall, page: Page, tab: str) -> Page:
    page.goto(f"{hall.home}/work/{DIALOGUE}#{tab}")
    expect(page.locator("body")).to_have_attribute("data-line", "online")
    expect(page.locator(f"#view-{tab.partition('/')[0]} h2").first).to_be_visible()
    return page


def saved(page: Page, label: str) -> Locator:
    """The sign beside a field."""
    field = page.locator(".written", has=page.get_by_label(label, exact=True))
    return field.locator(".state")


def write(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).fill(words)
    page.get_by_label(label, exact=True).blur()


def press(page: Page, what: Locator) -> None:
    """By keyboard: a click beside a frame that is being drawn may land in it."""
    what.focus()
    page.keyboard.press("Enter")


# ── the matrix ────────────────────────────────────────────────────────────────────────────────


def test_a_cell_opens_what_stands_behind_it_and_the_public_edition_hides_small_ones(
    fay: Facilitator, spoken: str
) -> None:
    page = at_work(fay.hall, fay.page, "matris")
    row = page.get_by_role("row", name=spoken)
    expect(row.get_by_role("button", name=re.compile("6 personer 6 bidrag"))).to_contain_text(
        "gångväg"
    )
    row.get_by_role("button", name=re.compile("2 personer 2 bidrag")).focus()
    page.keyboard.press("Enter")
    opened = page.get_by_role("dialog", name=f"{spoken}: Seniorer")
    for words in ELDERLY:
        expect(opened).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name=re.compile("2 personer"))).to_be_focused()

    page.get_by_role("radio", name="Offentlig").check()
    expect(page.locator(".notes")).to_contain_text(
        "Färre än 5 personer. Visas inte uppdelat på målgrupp."
    )
    expect(row).not_to_contain_text("2 personer")
    expect(row).not_to_contain_text("bänk")


def test_on_a_phone_the_matrix_is_one_theme_at_a_time(
    fay: Facilitator, spoken: str, confirmed: str, hall: Hall, new_page: NewPage
) -> None:
    phone = sign_in(hall, new_page(390, 844, locale="sv-SE"), hall.link)
    at_work(hall, phone, "matris")
    expect(phone.get_by_role("heading", name=confirmed)).to_be_visible()
    phone.get_by_role("button", name="Nästa").click()
    expect(phone.get_by_role("heading", name=spoken)).to_be_visible()
    phone.locator(".cell", has_text="Seniorer").get_by_text("Läs bidragen").click()
    expect(phone.locator(".cell", has_text="Seniorer")).to_contain_text(ELDERLY[0])
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_what_many_target_groups_speak_of_comes_first_and_each_is_heard_as_much(
    fay: Facilitator, spoken: str
) -> None:
    wide = "Sådant som många nämner"
    one_of_each = {
        it["target_group"]: it["contribution"]
        for it in fay.dialogue_records("contribution").values()
        if it["area"] == "area-1" and it["target_group"] in ("youth", "seniors", "families")
    }
    assert len(one_of_each) == 3
    work(fay, "make-theme", area="area-4", title=wide, contributions=list(one_of_each.values()))
    page = at_work(fay.hall, fay.page, "matris")
    names = page.locator(".matrix tbody .name")
    expect(names).to_have_text([wide, spoken])
    page.get_by_role("radio", name="Storlek").check()
    expect(names).to_have_text([spoken, wide])

    row = page.get_by_role("row", name=spoken)
    press(page, row.get_by_role("button", name=re.compile("8 personer 8 bidrag")))
    opened = page.get_by_role("dialog", name=f"{spoken}: Alla invånare")
    expect(opened.locator(".voice")).to_have_count(8)
    opened.get_by_label("Visa lika många röster per målgrupp").check()
    expect(opened.locator(".voice")).to_have_count(4)
    expect(opened).to_contain_text("2 av 6 bidrag visas.")
    page.keyboard.press("Escape")

    at_work(fay.hall, page, "mal/area-4")
    meaning = page.locator(".meaning", has_text=spoken)
    voices = meaning.locator(".of-group > ul > .voice")
    expect(voices).to_have_count(5)
    page.get_by_role("checkbox", name="Visa lika många röster per målgrupp").check()
    expect(voices).to_have_count(4)


# ── coverage ──────────────────────────────────────────────────────────────────────────────────


def test_a_suggested_global_goal_is_a_link_once_somebody_has_confirmed_it(
    fay: Facilitator, confirmed: str
) -> None:
    page = at_work(fay.hall, fay.page, "tackning")
    expect(page.locator("table.coverage tbody tr")).to_have_count(17)
    gaps = page.locator(".gaps")
    expect(gaps).to_contain_text("Globalt mål 11 saknar koppling.")
    confirm = page.get_by_role("button", name=f"Bekräfta att {confirmed} helt hör till 11")
    expect(page.locator(".hint-list li", has=confirm)).to_contain_text("Ord: ")
    confirm.click()
    expect(confirm).to_have_count(0)
    expect(gaps).not_to_contain_text("Globalt mål 11 saknar koppling.")
    row = page.get_by_role("row", name=re.compile("^11 Hållbara städer"))
    expect(row).to_contain_text("1 kopplat tema")
    [theme] = fay.dialogue_records("theme").values()
    assert [(it["goal"], it["strength"]) for it in theme["linked"]] == [(11, "primary")]

    page.get_by_label("14 Hav och marina resurser: tilldela Kunskap och hälsa").select_option(
        "partial"
    )
    expect(page.get_by_role("button", name="Vi har sett de 16 luckorna")).to_be_visible()
    page.get_by_role("button", name="Vi har sett de 16 luckorna").click()
    expect(gaps).to_contain_text("Uppmärksammad.")
    [process] = fay.dialogue_records("process").values()
    assert {"area": "area-3", "goal": 14, "strength": "partial"} in process["area_goals"]
    assert 11 not in process["acknowledged"] and 14 in process["acknowledged"]


# ── goals ─────────────────────────────────────────────────────────────────────────────────────


def test_the_working_committee_drafts_a_goal_with_what_it_rests_on_and_answers_the_frames(
    fay: Facilitator, spoken: str, hall: Hall, new_page: NewPage
) -> None:
    page = sign_in(hall, new_page(*LAPTOP, locale="sv-SE"), hall.committee_link)
    at_work(hall, page, "mal/area-4")
    page.get_by_label("Nytt målutkast").fill("Alla ska kunna gå tryggt hem.")
    page.get_by_role("button", name="Skapa utkast").click()
    expect(page.get_by_label("Målformulering", exact=True)).to_have_value(
        "Alla ska kunna gå tryggt hem."
    )
    page.get_by_role("button", name=f"Citera: {spoken}").click()
    page.get_by_role("button", name=f"Citera: {ELDERLY[0]}").click()
    expect(page.get_by_role("button", name=f"Ta bort citatet: {spoken}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Ta bort citatet: {ELDERLY[0]}")).to_be_visible()
    expect(page.locator(".draft")).to_contain_text("Det här är inte ifyllt ännu: varifrån")
    write(page, "Förflyttning från", "Många går inte ut på kvällen.")
    expect(saved(page, "Förflyttning från")).to_contain_text("Sparat")
    expect(page.locator(".draft")).not_to_contain_text("varifrån förflyttningen sker")

    frame = page.locator(".frames li", has_text="De övergripande målen skall ha ett medborgar")
    expect(frame.get_by_role("radio", checked=True)).to_have_count(0)
    frame.get_by_role("radio", name="Delvis").check()
    frame.get_by_label("Kommentar").fill("Säger inte vilka.")
    frame.get_by_label("Kommentar").blur()
    expect(frame.locator(".state")).to_contain_text("Sparat")

    def answered() -> bool:
        [goal] = fay.dialogue_records("goal").values()
        return goal.get("frames") == [
            {"frame": "F1", "answer": "partly", "comment": "Säger inte vilka."}
        ]

    wait_for(answered)
    [goal] = fay.dialogue_records("goal").values()
    assert goal["movement_from"] == "Många går inte ut på kvällen."
    assert len(goal["themes"]) == 1 and len(goal["contributions"]) == 1


def test_what_somebody_presses_is_not_drawn_anew_until_it_is_let_go(
    fay: Facilitator, spoken: str, hall: Hall
) -> None:
    work(fay, "draft-goal", area="area-4", text="Alla ska kunna gå tryggt hem.")
    [goal] = fay.dialogue_records("goal").values()
    [theme] = fay.dialogue_records("theme").values()
    page = at_work(hall, fay.page, "mal/area-4")
    page.get_by_role("button", name=f"Citera: {ELDERLY[0]}").hover()
    page.mouse.down()
    work(fay, "cite-in-goal", goal=goal["goal"], themes=[theme["theme"]], cited=True)
    expect(page.get_by_role("status").first).to_contain_text("Byggde målutkast")
    page.evaluate(TWO_FRAMES)
    page.mouse.up()
    expect(page.get_by_role("button", name=f"Ta bort citatet: {ELDERLY[0]}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Ta bort citatet: {spoken}")).to_be_visible()


def test_a_text_that_somebody_else_has_changed_is_shown_beside_ones_own(
    fay: Facilitator, machine: Machine, hall: Hall, new_page: NewPage
) -> None:
    work(fay, "draft-goal", area="area-1", text="Först")
    page = at_work(hall, fay.page, "mal/area-1")
    gus = at_work(
        hall, sign_in(hall, new_page(*LAPTOP, locale="sv-SE"), hall.presidium_link), "mal/area-1"
    )
    mine = page.get_by_label("Målformulering", exact=True)
    mine.fill("Fays mål")
    write(gus, "Målformulering", "Gus mål")
    dispute = page.get_by_role("group", name="Någon annan har ändrat texten")
    expect(dispute).to_contain_text("Gus mål")
    expect(dispute).to_contain_text("Fays mål")
    expect(mine).to_have_value("Fays mål")
    mine.blur()
    expect(gus.get_by_label("Målformulering", exact=True)).to_have_value("Gus mål")
    page.get_by_role("button", name="Spara min text").click()
    expect(dispute).to_have_count(0)
    expect(gus.get_by_label("Målformulering", exact=True)).to_have_value("Fays mål")
    expect(mine).to_have_value("Fays mål")


def test_who_writes_on_while_a_text_is_saved_is_in_dispute_with_nobody(
    fay: Facilitator, machine: Machine, hall: Hall
) -> None:
    work(fay, "draft-goal", area="area-1", text="Först")
    page = at_work(hall, fay.page, "mal/area-1")
    mine = page.get_by_label("Målformulering", exact=True)
    mine.fill("Ett")
    mine.blur()
    for n in range(20):
        mine.press_sequentially(f" {n}")
        if n % 3 == 0:
            mine.blur()
    expect(page.locator(".dispute")).to_have_count(0)
    mine.blur()
    expect(saved(page, "Målformulering")).to_contain_text("Sparat")
    written = mine.input_value()
    wait_for(lambda: [it["text"] for it in fay.dialogue_records("goal").values()] == [written])
    expect(page.locator(".draft [role=alert]:not(:empty)")).to_have_count(0)


# ── the process ───────────────────────────────────────────────────────────────────────────────


def test_a_stage_that_lacks_something_is_refused_in_words(
    fay: Facilitator, machine: Machine
) -> None:
    page = at_work(fay.hall, fay.page, "process")
    page.get_by_text("Gå till ett annat skede").click()
    page.get_by_label("Skede").select_option("citizen-dialogue")
    page.get_by_role("button", name="Gå hit").click()
    expect(page.locator(".stages [role=alert]")).to_contain_text(re.compile("fastställ"))
    expect(page.locator(".stage[aria-current=step]")).to_contain_text("Arbetet är planerat")
    page.get_by_role("button", name="Gå till nästa skede").click()
    expect(page.locator(".stage[aria-current=step]")).to_contain_text("workshopdialog")


def test_a_commission_that_is_late_says_so_and_input_is_counted(
    fay: Facilitator, machine: Machine
) -> None:
    page = at_work(fay.hall, fay.page, "process")
    page.get_by_text("Ge ett uppdrag").click()
    page.get_by_label("Uppdrag", exact=True).fill("Bearbeta resultatet")
    page.get_by_label("Senast", exact=True).fill("2019-03-06")
    page.get_by_role("button", name="Ge uppdraget").click()
    late = page.locator(".commission", has_text="Bearbeta resultatet")
    expect(late).to_contain_text("försenat")
    late.get_by_role("button", name="Markera som klart").click()
    expect(late).to_contain_text("Klart")
    expect(late).not_to_contain_text("försenat")

    page.get_by_label("Inbjuden Socialnämnden").check()
    expect(page.locator(".contributors")).to_contain_text("0 av 1 inbjudna har bidragit.")
    page.get_by_text("Anteckna vad en nämnd").click()
    page.get_by_label("Från", exact=True).select_option(label="Socialnämnden")
    page.get_by_label("Underlag", exact=True).fill("Tänk på äldres ensamhet.")
    page.get_by_role("button", name="Anteckna", exact=True).click()
    expect(page.locator(".contributors")).to_contain_text("1 av 1 inbjudna har bidragit.")


def test_what_was_ticked_stays_while_others_change_what_stands_beside_it(
    fay: Facilitator, machine: Machine
) -> None:
    line = SlowLine(fay.page)
    page = at_work(fay.hall, fay.page, "process")
    socially, schooling = map(
        page.get_by_label, ("Inbjuden Socialnämnden", "Inbjuden Barn- och utbildningsnämnden")
    )
    line.hold("do")
    socially.check()
    [body] = [
        it["id"]
        for it in fay.dialogue_records("matter")["matter"]["bodies"]
        if it["name"] == "Barn- och utbildningsnämnden"
    ]
    work(fay, "invite-body", body=body, invited=True)
    expect(page.get_by_role("status").first).to_contain_text("Barn- och utbildningsnämnden")
    page.evaluate(TWO_FRAMES)
    expect(socially).to_be_checked()
    line.let_go()
    expect(schooling).to_be_checked()
    expect(page.locator(".contributors")).to_contain_text("0 av 2 inbjudna har bidragit.")
    expect(socially).to_be_checked()


def test_what_waited_for_its_turn_when_the_line_broke_is_not_done_later(
    fay: Facilitator, machine: Machine
) -> None:
    """It would come after what is chosen from then on."""
    line = SlowLine(fay.page)
    page = at_work(fay.hall, fay.page, "tackning")
    first, second = (page.locator(f"[data-here='assign/area-1/{goal}']") for goal in (3, 4))
    line.hold("do")
    first.select_option("primary")
    second.select_option("primary")
    line.cut()
    expect(page.locator("body")).not_to_have_attribute("data-line", "online")
    expect(page.locator("body")).to_have_attribute("data-line", "online")
    line.let_go()
    expect(second).to_have_value("")
    second.select_option("partial")

    def assigned() -> dict[int, str]:
        its = fay.dialogue_records("process")["process"]["area_goals"]
        return {it["goal"]: it.get("strength", "primary") for it in its if it["area"] == "area-1"}

    wait_for(lambda: assigned().get(4) == "partial")
    assert 3 not in assigned()


def test_another_draft_is_there_at_once_while_a_text_is_saved(
    fay: Facilitator, machine: Machine
) -> None:
    for text in ("Först", "Sedan"):
        work(fay, "draft-goal", area="area-1", text=text)
    line = SlowLine(fay.page)
    page = at_work(fay.hall, fay.page, "mal/area-1")
    line.hold("do")
    page.get_by_label("Målformulering", exact=True).fill("Först av allt")
    page.get_by_role("button", name="2. Sedan").click()
    page.evaluate(TWO_FRAMES)
    assert page.get_by_label("Målformulering", exact=True).input_value() == "Sedan"
    line.let_go()
    expect(page.get_by_role("button", name="1. Först av allt")).to_be_visible()


# ── documents ─────────────────────────────────────────────────────────────────────────────────


def test_a_summary_is_written_beside_its_preview_frozen_downloaded_and_dispatched(
    fay: Facilitator, confirmed: str, page_errors: list[str]
) -> None:
    page = at_work(fay.hall, fay.page, "dokument/summary")
    field = page.locator(".written", has=page.get_by_label("Sammanfattning", exact=True))
    expect(field).to_contain_text("Saknas")
    write(page, "Sammanfattning", "Det handlade mest om bostäder.")
    expect(field).to_contain_text("Sparat")
    expect(field).not_to_contain_text("Saknas")
    shown = page.frame_locator(".preview iframe").get_by_text("Det handlade mest om bostäder.")
    expect(shown).to_be_visible(timeout=RENDERED_WITHIN)

    press(page, page.locator(".files summary"))
    page.get_by_label("Vad fastställs?").select_option("result")
    press(page, page.get_by_role("button", name="Fastställ version"))
    expect(page.locator(".freezing [role=alert]")).to_contain_text("30 bidrag")
    page.get_by_label("Vad fastställs?").select_option("summary")
    press(page, page.get_by_role("button", name="Fastställ version"))
    version = page.locator(".version")
    expect(version).to_contain_text("Version 1")
    expect(page.locator(".progress")).to_contain_text("Filerna till version 1 görs")
    files = version.locator("summary", has_text=re.compile(r"^\d+ filer$"))
    expect(files).to_be_visible(timeout=RENDERED_WITHIN)
    expect(page.locator(".progress")).to_have_count(0)

    press(page, files)
    link = page.get_by_role("link", name="Summering, Word (DOCX)")
    with page.expect_download() as downloaded:
        press(page, link)
    content = downloaded.value.path().read_bytes()
    line = version.locator("li", has=link)
    expect(line).to_contain_text(hashlib.sha256(content).hexdigest())

    press(page, version.get_by_text("Anteckna en expediering"))
    press(page, version.get_by_role("button", name="Anteckna expedieringen"))
    expect(version.locator(".answer")).to_have_text("Kryssa i minst en mottagare.")
    version.get_by_label("Kommunstyrelsens presidium").check()
    version.get_by_label("Hur och när det skickades").fill("Med e-post i dag")
    press(page, version.get_by_role("button", name="Anteckna expedieringen"))
    expect(version).to_contain_text("Expedierad")
    page.get_by_role("link", name="Process", exact=True).click()
    sent = page.locator(".dispatch")
    expect(sent).to_contain_text("Till Kommunstyrelsens presidium")
    expect(sent).to_contain_text("Med e-post i dag")
    page_errors[:] = [it for it in page_errors if "/freeze" not in it]  # the refusal


def test_what_became_of_the_rooms_grouping_is_shown_side_by_side(
    fay: Facilitator, confirmed: str
) -> None:
    title = "Bostäder för alla"
    [theme] = fay.dialogue_records("theme").values()
    work(fay, "name-theme", theme=theme["theme"], title=title, why="Tydligare")
    page = at_work(fay.hall, fay.page, "dokument/ksau")
    press(page, page.get_by_role("button", name="Visa skillnaden"))
    row = page.locator(".difference tbody tr", has_text=title)
    expect(row.locator("td").first).to_contain_text(confirmed)
    expect(row).to_contain_text("Nytt namn")
    press(page, row.locator("summary"))
    expect(row).to_contain_text("Tydligare")


def test_earlier_material_is_brought_in_once_nothing_is_wrong_with_it(
    fay: Facilitator, machine: Machine, tmp_path: Path
) -> None:
    page = at_work(fay.hall, fay.page, "dokument")
    file = tmp_path / "enkät.csv"
    file.write_text("Målområde;Bidrag\n1;Fler cyklar\n9;Mer buss\n", "utf-8")
    page.get_by_label("Fil", exact=True).set_input_files(file)
    preview = page.locator(".import-preview")
    expect(preview).to_contain_text("Rad 3:", timeout=RENDERED_WITHIN)
    expect(page.get_by_role("button", name="För in 1 bidrag")).to_be_disabled()
    file = tmp_path / "rättad.csv"
    file.write_text("Målområde;Bidrag\n1;Fler cyklar\n2;Mer buss\n", "utf-8")
    page.get_by_label("Fil", exact=True).set_input_files(file)
    expect(preview).to_contain_text("Mer buss", timeout=RENDERED_WITHIN)
    press(page, page.get_by_role("button", name="För in 2 bidrag"))
    expect(preview).to_contain_text("2 bidrag har förts in.", timeout=RENDERED_WITHIN)
    texts = {it["text"] for it in fay.dialogue_records("contribution").values()}
    assert texts >= {"Fler cyklar", "Mer buss"}


def test_what_committees_say_is_brought_in_as_theirs_and_stands_apart_in_the_matrix(
    fay: Facilitator, machine: Machine, tmp_path: Path
) -> None:
    page = at_work(fay.hall, fay.page, "dokument")
    file = tmp_path / "tekniska-kontoret.csv"
    file.write_text("Målområde;Bidrag\n1;Fler cyklar\n1;Mer buss\n", "utf-8")
    page.get_by_label("Fil", exact=True).set_input_files(file)
    expect(page.locator(".import-preview")).to_contain_text("Mer buss", timeout=RENDERED_WITHIN)
    page.get_by_label("Vad materialet är").select_option("Nämndernas och bolagens synpunkter")
    expect(page.locator(".import-preview tbody tr")).to_contain_text(["Nämnder och bolag"] * 2)
    press(page, page.get_by_role("button", name="För in 2 bidrag"))
    expect(page.locator(".import-preview")).to_contain_text("2 bidrag har förts in.")
    its = [
        it for it in fay.dialogue_records("contribution").values() if it["channel"] == "committee"
    ]
    numbers = [it["contribution"] for it in its]
    work(fay, "make-theme", area="area-1", title="Resor", contributions=numbers)
    at_work(fay.hall, page, "matris")
    apart = page.locator(".matrix thead th.apart", has_text="Nämnder och bolag")
    expect(apart).to_be_visible()
    row = page.locator(".matrix tbody tr", has_text="Resor")
    expect(row.locator("td.apart", has_text="2 bidrag")).to_be_visible()
    expect(row.locator("td.total")).to_contain_text("inget", ignore_case=True)


def test_dots_lie_beside_the_matrix_by_target_group_once_they_are_revealed(
    fay: Facilitator, machine: Machine, spoken: str, hall: Hall, new_page: NewPage
) -> None:
    page = at_work(hall, sign_in(hall, new_page(1366, 900, locale="sv-SE"), hall.link), "matris")
    number = ours(fay)[0]["contribution"]
    fay.go_to("prickar")
    for target_group in ["youth"] * 7 + ["seniors"] * 6:
        place_dots(machine, target_group, number, 2)
    table = page.get_by_role("table", name="Prickar efter målgrupp")
    fay.do("set-posting", open=False)
    expect(table).to_have_count(0)
    fay.do("reveal-dots", revealed=True)
    row = table.get_by_role("row", name=spoken)
    expect(row.get_by_role("cell")).to_have_text(["26", "14", "12", "0", "0"])
    expect(page.get_by_text("En temperaturmätare, inte en omröstning")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("radio", name="Offentlig", exact=True).check()
    expect(table).to_have_count(0)


# ── for all of them ───────────────────────────────────────────────────────────────────────────


def test_the_board_looks_the_same_after_another_tab_has_brought_its_style(
    fay: Facilitator, machine: Machine
) -> None:
    page = at_work(fay.hall, fay.page, "tavla")
    heading = page.locator(".part.themes > h3")
    expect(heading).to_be_visible()
    before = heading.bounding_box()
    page.get_by_role("link", name="Matris", exact=True).click()
    expect(page.get_by_role("heading", name="Matris: tema och målgrupp")).to_be_visible()
    page.get_by_role("link", name="Tavla", exact=True).click()
    expect(heading).to_be_visible()
    assert heading.bounding_box() == before


def test_every_view_can_be_used_by_all_wide_and_narrow(
    fay: Facilitator,
    spoken: str,
    confirmed: str,
    hall: Hall,
    new_page: NewPage,
) -> None:
    work(fay, "draft-goal", area="area-1", text="Ett mål")
    found: list[str] = []
    for width, height in ((1366, 900), (390, 844)):
        page = sign_in(hall, new_page(width, height, locale="sv-SE"), hall.link)
        look = Look(page, f"{width}")
        for tab in TABS:
            at_work(hall, page, tab)
            page.wait_for_load_state("networkidle")
            for fold in page.locator("details:not([open]) > summary").all():
                if fold.is_visible():
                    fold.click()
            look.at(tab)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                look.faults.append(f"{tab}: scrolls sideways")
        found += [f"{width} {it}" for it in look.faults]
    assert found == []


def test_meetings_of_one_day_are_told_apart_by_their_rooms(fay: Facilitator) -> None:
    fay.open(room="Aulan")
    fay.page.goto(f"{fay.hall.home}/work/{DIALOGUE}#dokument")
    options = fay.page.locator("[data-here=document-session] option")
    expect(options).to_have_text(
        [
            "Medborgardialog om kommunens mål, 2019-04-01",
            "Medborgardialog om kommunens mål, Aulan, 2019-04-01",
        ]
    )
