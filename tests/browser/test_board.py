"""The board in real browsers: people rule over the groups, by mouse, touch and keyboard."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from dialog.protocol import commands as c
from tests.browser.axe import Look, faults
from tests.browser.hall import LAPTOP, PHONE, SMALL_PHONE, Facilitator, Hall, sign_in, wait_for
from tests.browser.machine import Machine
from tests.browser.slow_line import SlowLine

NewPage = Callable[..., Page]
STEP, AREA = "area-1-skriv", "area-1"
LIMIT_BYTES = 80_000
PATHS = ("Trygga cykelvägar", "Cykelväg till skolan", "Fler cykelbanor")
BUSES = ("Bussar på kvällen", "Fler bussar", "Buss till badet")
ALONE = ("En fontän på torget", "Mer skugga")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server without a worker: the tests say what the machine finds, and when."""
    hall = Hall(tmp_path_factory.mktemp("hall") / "data")
    yield hall
    hall.close()


@pytest.fixture
def machine(hall: Hall, fay: Facilitator) -> Machine:
    """Has grouped what was entered about paths and buses, and left two alone."""
    machine = Machine(hall.data, "mal-2019", fay.session)
    fay.go_to(STEP)
    machine.enter(STEP, *PATHS, *BUSES, *ALONE, target_group="youth")
    numbers = numbered(fay)
    paths = [numbers[words] for words in PATHS]
    buses = [numbers[words] for words in BUSES]
    machine.suggest(AREA, cycling(paths), suggestion(buses, [c.Span(buses[0], 0, 6)]))
    wait_for(lambda: len(groups(fay)) == 2)
    return machine


@pytest.fixture
def board(fay: Facilitator, machine: Machine) -> Page:
    """Fay's board, at the first area."""
    return at_board(fay, fay.page)


@pytest.fixture
def gus(hall: Hall, fay: Facilitator, board: Page, new_page: NewPage) -> Page:
    """The presidium's board of the same session."""
    page = new_page(*LAPTOP, locale="sv-SE")
    sign_in(hall, page, hall.presidium_link)
    return at_board(fay, page)


def at_board(fay: Facilitator, page: Page) -> Page:
    page.goto(f"{fay.hall.home}/board/{fay.session}")
    expect(pile(page, "Cykelvägar")).to_be_visible()
    return page


def cycling(paths: list[int], **more: object) -> c.GroupSuggestion:
    """The group about cycling, with all that the machine may say of one."""
    first = c.Placement(paths[1], 0.1, [paths[0]], [c.Span(paths[1], 0, 8)])
    others = [c.Placement(n, 0.9) for n in paths if n != paths[1]]
    word = [c.Span(paths[0], 7, 17)]
    return c.GroupSuggestion(
        0,
        [first, *others],
        [paths[0]],
        [word],
        0.6,
        [c.GoalHint(11, [word]), c.GoalHint(13, [word])],
        [c.Stress("youth", [word])],
    )


def suggestion(members: list[int], *terms: c.Term, group: int = 0) -> c.GroupSuggestion:
    joined = [c.Placement(n, 0.9) for n in members]
    return c.GroupSuggestion(group, joined, members[:1], list(terms), 0.3)


def records(fay: Facilitator, kind: str) -> list[dict]:
    found = fay.records("board")
    return [record for key, record in found.items() if key.startswith(f"{kind}/")]


def groups(fay: Facilitator) -> dict[str, dict]:
    return {str(group["title"]): group for group in records(fay, "group")}


def numbered(fay: Facilitator) -> dict[str, int]:
    """What was entered -> its number."""
    wait_for(lambda: len(records(fay, "contribution")) >= len(PATHS + BUSES + ALONE))
    return {it["text"]: it["contribution"] for it in records(fay, "contribution")}


def title_of(fay: Facilitator, words: str) -> str | None:
    """The title of the group that a contribution is in."""
    [it] = [it for it in records(fay, "contribution") if it["text"] == words]
    titles = {group["group"]: title for title, group in groups(fay).items()}
    return titles.get(it.get("group"))


def pile(page: Page, name: str) -> Locator:
    heading = page.get_by_role("heading", level=3).filter(has_text=re.compile(f"^{name}"))
    return page.locator("board-pile", has=heading)


def slip(page: Page, words: str) -> Locator:
    return page.get_by_role("checkbox", name=words, exact=True)


def line(page: Page, words: str) -> Locator:
    return page.locator(".slip", has=page.get_by_text(words, exact=True)).first


def last(page: Page) -> Locator:
    return page.locator(".last [role=status]")


# ── moving ────────────────────────────────────────────────────────────────────────────────────


def test_the_keyboard_alone_moves_a_contribution(board: Page, fay: Facilitator) -> None:
    slip(board, PATHS[0]).focus()
    board.keyboard.press("m")
    expect(board.get_by_role("heading", name="Flytta 1 bidrag till")).to_be_visible()
    board.keyboard.type("buss")
    board.keyboard.press("Enter")
    expect(pile(board, "Bussar")).to_contain_text(PATHS[0])
    expect(last(board)).to_contain_text("Flyttade 1 bidrag till Bussar")
    expect(line(board, PATHS[0])).to_contain_text("Placerat av en person")
    expect(pile(board, "Cykel").locator(".slip input:focus")).to_have_count(1)
    board.get_by_role("button", name="Ångra").first.click()
    expect(pile(board, "Cykelvägar")).to_contain_text(PATHS[0])


def test_arrows_go_from_slip_to_slip_and_from_group_to_group(board: Page) -> None:
    slip(board, PATHS[0]).focus()
    board.keyboard.press("ArrowDown")
    expect(pile(board, "Cykel").locator(".slip").nth(1).locator("input")).to_be_focused()
    board.keyboard.press("ArrowRight")
    expect(slip(board, BUSES[0])).to_be_focused()
    board.keyboard.press("Space")
    expect(slip(board, BUSES[0])).to_be_checked()
    board.keyboard.press("Escape")
    expect(slip(board, BUSES[0])).not_to_be_checked()
    board.keyboard.press("m")
    board.keyboard.press("Escape")
    expect(slip(board, BUSES[0])).to_be_focused()


def test_several_are_picked_out_and_made_a_new_group(board: Page, fay: Facilitator) -> None:
    for words in ALONE:
        board.get_by_text(words, exact=True).click()
    expect(board.get_by_text("2 bidrag valda")).to_be_visible()
    board.get_by_role("button", name="Flytta till …").click()
    board.get_by_role("button", name="Ny grupp").click()
    wait_for(lambda: title_of(fay, ALONE[0]) is not None)
    assert title_of(fay, ALONE[0]) == title_of(fay, ALONE[1])
    expect(board.get_by_text("bidrag valda")).to_be_hidden()
    expect(pile(board, "En fontän")).to_contain_text("Gjord av personer")
    expect(pile(board, "Enskilda röster")).to_contain_text("Alla bidrag är i någon grupp")
    expect(board.get_by_role("heading", name="Enskilda röster")).to_be_focused()


def test_one_group_is_merged_with_another(board: Page, fay: Facilitator) -> None:
    pile(board, "Bussar").get_by_role("button", name="Slå ihop med").click()
    board.locator("dialog").get_by_role("button", name="Cykelvägar").click()
    expect(pile(board, "Cykelvägar")).to_contain_text("6 bidrag")
    assert {title_of(fay, words) for words in PATHS + BUSES} == {"Cykelvägar"}


def test_what_does_not_belong_leaves_and_says_why(board: Page, fay: Facilitator) -> None:
    slip(board, PATHS[2]).focus()
    board.keyboard.press("h")
    expect(pile(board, "Enskilda röster")).to_contain_text(PATHS[2])
    expect(pile(board, "Cykel").locator(".slip input:focus")).to_have_count(1)
    line(board, PATHS[2]).get_by_role("button", name="Varför här").click()
    expect(line(board, PATHS[2])).to_contain_text("inte hör hemma i ”Cykelvägar”")


def test_what_is_in_no_group_cannot_be_kept_out_of_it(board: Page) -> None:
    slip(board, ALONE[0]).focus()
    board.keyboard.press("h")
    expect(line(board, ALONE[0])).to_contain_text("Bidraget är inte i någon grupp")


# ── why here ──────────────────────────────────────────────────────────────────────────────────


def test_any_contribution_says_why_it_is_where_it_is(board: Page) -> None:
    slip(board, PATHS[1]).focus()
    board.keyboard.press("v")
    reason = line(board, PATHS[1]).locator(".reason")
    expect(reason).to_contain_text("Datorn har lagt det här men är osäker.")
    expect(reason.get_by_role("listitem")).to_have_text([PATHS[0]])
    expect(reason).to_contain_text("Gemensamma ord: ”Cykelväg”")
    line(board, ALONE[0]).get_by_role("button", name="Varför här").click()
    expect(line(board, ALONE[0])).to_contain_text("Det liknar ingen grupp tillräckligt.")
    fay_places(board, PATHS[1], "Bussar")
    expect(line(board, PATHS[1])).to_contain_text("Placerat av en person")
    line(board, PATHS[1]).get_by_role("button", name="Varför här").click()
    expect(line(board, PATHS[1])).to_contain_text("En person har placerat bidraget här.")


def test_what_many_have_written_is_named_once_among_the_nearest(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    machine.enter(STEP, *["Cykelväg till skolan"] * 2, "Säker cykelväg")
    wait_for(lambda: "Säker cykelväg" in numbered(fay))
    same = [
        it["contribution"]
        for it in records(fay, "contribution")
        if it["text"] == "Cykelväg till skolan"
    ]
    asking = numbered(fay)["Säker cykelväg"]
    joined = [c.Placement(asking, 0.9, same), *(c.Placement(n, 0.9) for n in same)]
    group = groups(fay)["Cykelvägar"]["group"]
    machine.suggest(AREA, c.GroupSuggestion(group, joined, [], [[c.Span(asking, 6, 14)]], 0.9))
    expect(pile(board, "Cykelväg")).to_contain_text("Säker cykelväg")
    line(board, "Säker cykelväg").get_by_role("button", name="Varför här").click()
    reason = line(board, "Säker cykelväg").locator(".reason")
    expect(reason.get_by_role("listitem")).to_have_text(["Cykelväg till skolan"])


def fay_places(board: Page, words: str, title: str) -> None:
    slip(board, words).focus()
    board.keyboard.press("m")
    board.locator("dialog").get_by_role("button", name=title).click()
    expect(board.locator("dialog")).to_be_hidden()


def test_what_waits_says_so(board: Page, machine: Machine) -> None:
    machine.enter(STEP, "En isbana")
    expect(pile(board, "Väntar på gruppering")).to_contain_text("En isbana")
    expect(board.get_by_text("1 väntar på gruppering")).to_be_visible()


# ── names, locks, goals, target groups ────────────────────────────────────────────────────────


def test_a_group_is_renamed_and_gets_the_machines_words_back(board: Page, fay: Facilitator) -> None:
    pile(board, "Cykelvägar").get_by_role("button", name="Byt namn").click()
    board.keyboard.type("Trygg cykling")
    board.keyboard.press("Enter")
    expect(pile(board, "Trygg cykling")).to_contain_text("eget namn")
    expect(pile(board, "Trygg").get_by_role("button", name="Byt namn")).to_be_focused()
    assert groups(fay)["Trygg cykling"]["named"]
    board.keyboard.press("Enter")
    pile(board, "Trygg").get_by_label("Gruppens namn").fill("")
    board.keyboard.press("Enter")
    expect(pile(board, "Cykelvägar")).to_be_visible()


def test_a_refusal_stands_in_words_where_it_was_asked(board: Page, fay: Facilitator) -> None:
    pile(board, "Cykelvägar").get_by_role("button", name="Byt namn").click()
    pile(board, "Cykelvägar").get_by_label("Gruppens namn").fill("x" * 85)
    board.keyboard.press("Enter")
    said = pile(board, "Cykelvägar").locator(".renaming .answer")
    expect(said).to_contain_text("Ta bort 5 tecken")
    expect(pile(board, "Cykelvägar").get_by_label("Gruppens namn")).to_have_value("x" * 85)
    board.keyboard.press("Escape")
    expect(pile(board, "Cykelvägar").locator(".renaming")).to_have_count(0)


def test_the_three_locks_are_in_words_and_are_seen(board: Page, fay: Facilitator) -> None:
    more(board, "Cykelvägar").get_by_label("Innehållet").check()
    expect(pile(board, "Cykelvägar").locator(".marks")).to_contain_text("Låst: innehållet")
    more(board, "Cykelvägar").get_by_label("Gruppen finns kvar").check()
    wait_for(lambda: groups(fay)["Cykelvägar"]["locks"] == {"members": True, "existence": True})
    more(board, "Cykelvägar").get_by_label("Innehållet").uncheck()
    wait_for(lambda: groups(fay)["Cykelvägar"]["locks"] == {"existence": True})


def test_a_lock_stands_until_the_records_have_it(fay: Facilitator, machine: Machine) -> None:
    line = SlowLine(fay.page)
    board = at_board(fay, fay.page)
    locks = [more(board, "Cykelvägar").get_by_label(name) for name in ("Namnet", "Innehållet")]
    held = [lock.element_handle() for lock in locks]
    line.hold("do")
    for lock in locks:
        lock.check()
    fay.do("rename-group", group=groups(fay)["Cykelvägar"]["group"], title="Deras")
    expect(pile(board, "Deras")).to_be_visible()
    assert all(lock.is_checked() for lock in held)
    line.let_go()
    wait_for(lambda: groups(fay)["Deras"]["locks"] == {"name": True, "members": True})
    assert all(lock.is_checked() for lock in held)


def test_what_is_under_way_can_be_read(fay: Facilitator, machine: Machine) -> None:
    line = SlowLine(fay.page)
    board = at_board(fay, fay.page)
    part = more(board, "Cykelvägar")
    line.hold("do")
    part.get_by_role("button", name="Bekräfta Mål 11").click()
    expect(part.locator("[aria-busy=true]")).to_have_count(1)
    assert faults(board) == []


def test_a_person_confirms_global_goals(board: Page, fay: Facilitator) -> None:
    part = more(board, "Cykelvägar")
    expect(part).to_contain_text("Mål 11: Hållbara städer och samhällen")
    expect(part).to_contain_text("Föreslås för orden: cykelvägar")
    part.get_by_role("button", name="Bekräfta Mål 11").click()
    mark = pile(board, "Cykelvägar").locator(".marks")
    expect(mark).to_contain_text("Mål 11: Hållbara städer och samhällen")
    part.get_by_role("button", name="Bekräftat: Mål 11").click()
    expect(mark).to_be_hidden()
    part.get_by_label("Lägg till ett annat mål").select_option("3")
    expect(mark).to_contain_text("Mål 3: God hälsa och välbefinnande")


def test_words_that_set_a_target_group_apart_stand_in_a_table(board: Page) -> None:
    table = more(board, "Cykelvägar").get_by_role("table", name="Ord som utmärker målgrupperna")
    expect(table.get_by_role("row", name="Unga / gymnasieelever")).to_contain_text("cykelvägar")


def more(board: Page, title: str) -> Locator:
    part = pile(board, title).locator("details.more")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    return part


# ── grouping anew ─────────────────────────────────────────────────────────────────────────────


def test_grouping_anew_is_a_proposal_then_done_then_undone(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    numbers = numbered(fay)
    standing = groups(fay)["Bussar"]["group"]
    ask(board)
    expect(board.get_by_text("Datorn grupperar om …")).to_be_visible()
    buses = [numbers[words] for words in BUSES[1:]]
    new = [numbers[words] for words in (BUSES[0], *ALONE)]
    machine.propose(
        AREA,
        machine.asked_at(AREA),
        suggestion([numbers[words] for words in PATHS], group=groups(fay)["Cykelvägar"]["group"]),
        suggestion(buses, [c.Span(buses[0], 5, 11)], group=standing),
        suggestion(new, [c.Span(new[1], 3, 9)]),
    )
    proposal = board.locator("board-proposal")
    expect(proposal).to_contain_text("3 bidrag skulle flyttas. 1 ny grupp.")
    expect(proposal.get_by_role("row", name="Bussar")).to_contain_text("32")
    expect(proposal).to_contain_text("2 från enskilda röster till Fontän")
    proposal.get_by_text("1 från Bussar till Fontän").click()
    expect(proposal.get_by_role("listitem").filter(has_text=BUSES[0])).to_be_visible()
    assert title_of(fay, BUSES[0]) == "Bussar"
    proposal.get_by_role("button", name="Använd").click()
    expect(pile(board, "Fontän")).to_contain_text(BUSES[0])
    expect(proposal).to_be_hidden()
    expect(last(board)).to_contain_text("Grupperade om")
    board.locator(".last").get_by_role("button", name="Ångra").click()
    expect(pile(board, "Bussar")).to_contain_text(BUSES[0])
    expect(pile(board, "Fontän")).to_have_count(0)


def test_a_proposal_says_what_a_group_is_called_now_and_what_it_would_be_called(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    numbers, standing = numbered(fay), groups(fay)
    ask(board)
    wait_for(lambda: machine.asked_at(AREA))
    bus, *paths = [numbers[words] for words in (BUSES[0], *PATHS)]
    machine.propose(
        AREA,
        machine.asked_at(AREA),
        suggestion([numbers[words] for words in BUSES[1:]], group=standing["Bussar"]["group"]),
        suggestion([bus, *paths], [c.Span(paths[0], 7, 17)], group=standing["Cykelvägar"]["group"]),
    )
    proposal = board.locator("board-proposal")
    expect(proposal).to_contain_text("1 från Bussar till Cykelvägar")
    called = proposal.get_by_role("rowheader")
    expect(called.filter(has_text="Bussar")).to_have_text("Bussar, skulle heta Fler bussar")
    expect(called.filter(has_text="Cykelvägar")).to_have_text("Cykelvägar")


def ask(board: Page) -> None:
    board.get_by_role("button", name="Gruppera om …").click()


def test_the_slider_and_the_kinds_apart_are_what_is_asked_for(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    expect(board.locator("output")).to_have_text("Datorns eget val: högst 6")
    board.get_by_label("Antal grupper").press("ArrowRight")
    expect(board.locator("output")).to_have_text("Högst 7 grupper")
    board.get_by_label("Håll isär nyckelord").check()
    ask(board)
    wait_for(lambda: records(fay, "regrouping"))
    assert (records(fay, "regrouping")[0]["most"], records(fay, "regrouping")[0]["apart"]) == (
        7,
        True,
    )
    board.get_by_role("button", name="Ta tillbaka").click()
    wait_for(lambda: not records(fay, "regrouping"))


def test_a_proposal_is_thrown_away_and_nothing_has_moved(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    ask(board)
    wait_for(lambda: machine.asked_at(AREA))
    everything = list(numbered(fay).values())
    machine.propose(AREA, machine.asked_at(AREA), suggestion(everything))
    board.get_by_role("button", name="Släng förslaget").click()
    expect(board.locator("board-proposal")).to_be_hidden()
    assert set(groups(fay)) == {"Cykelvägar", "Bussar"}
    expect(board.get_by_role("button", name="Gruppera om …")).to_be_visible()


def test_without_a_machine_the_board_says_so_and_everything_else_works(
    fay: Facilitator, machine: Machine
) -> None:
    fay.page.clock.install()
    board = at_board(fay, fay.page)
    ask(board)
    expect(board.get_by_text("Datorn grupperar om …")).to_be_visible()
    board.clock.fast_forward(11_000)
    expect(board.get_by_text("Datorn svarar inte just nu.")).to_be_visible()
    fay_places(board, PATHS[0], "Bussar")
    wait_for(lambda: title_of(fay, PATHS[0]) == "Bussar")


def test_the_model_is_named_on_the_board_and_on_the_console(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    expect(board.get_by_text("Grupperat med språkmodellen e5-small-1.")).to_be_visible()
    machine.suggest(AREA, fallback="unreachable")
    expect(board.get_by_text("(reserv): den valda språkmodellen svarar inte.")).to_be_visible()
    machine.suggest(AREA, fallback="missing", model="lexical-2")
    words = "Grupperat efter ordlikhet (reserv): språkmodellen saknas på servern."
    expect(board.get_by_text(words)).to_be_visible()
    page = fay.console()
    expect(page.locator("console-screen")).to_contain_text(words)
    page.locator("console-screen").get_by_role("link", name="Till grupperna").click()
    expect(pile(page, "Cykelvägar")).to_be_visible()
    page.get_by_role("link", name="Översikt").click()
    page.locator(".going").first.get_by_role("link", name="Grupper").click()
    page.wait_for_url("**/board/*")


# ── several people ────────────────────────────────────────────────────────────────────────────


def test_two_see_each_others_changes_and_neither_loses_the_place(
    board: Page, gus: Page, fay: Facilitator
) -> None:
    slip(board, PATHS[0]).focus()
    fay_places(gus, PATHS[0], "Bussar")
    expect(pile(board, "Bussar")).to_contain_text(PATHS[0])
    expect(last(board)).to_contain_text("Flyttade 1 bidrag till Bussar")
    expect(pile(board, "Cykel").locator(".slip input:focus")).to_have_count(1)
    slip(gus, BUSES[1]).check()
    board.locator(".last").get_by_role("button", name="Ångra").click()
    expect(pile(gus, "Cykelvägar")).to_contain_text(PATHS[0])
    expect(slip(gus, BUSES[1])).to_be_checked()


def test_a_change_that_somebody_has_built_on_cannot_be_undone(
    board: Page, gus: Page, fay: Facilitator
) -> None:
    fay_places(board, PATHS[0], "Bussar")
    expect(pile(gus, "Bussar")).to_contain_text(PATHS[0])
    fay_places(gus, PATHS[0], "Enskild röst")
    expect(last(board)).to_contain_text("stå för sig")
    board.get_by_text("Vad vi har gjort").click()
    board.locator("change-list").get_by_role("button", name="Ångra: Flyttade 1").click()
    expect(board.locator("change-list .answer")).to_contain_text("ändrat")


def test_only_staff_come_in(hall: Hall, fay: Facilitator, new_page: NewPage) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    page.goto(f"{hall.home}/board/{fay.session}")
    page.wait_for_url("**/staff")


# ── many ──────────────────────────────────────────────────────────────────────────────────────


def test_a_great_many_stay_quick_and_what_did_not_change_is_not_drawn_again(
    board: Page, fay: Facilitator, machine: Machine
) -> None:
    machine.enter(STEP, *(f"förslag nummer {n}" for n in range(500)))
    waiting = pile(board, "Väntar på gruppering")
    expect(waiting.locator(".slip")).to_have_count(8)
    expect(waiting.get_by_role("heading")).to_have_text("Väntar på gruppering (500)")
    waiting.get_by_role("button", name="Visa alla 500").click()
    expect(waiting.locator(".slip")).to_have_count(500)
    watched = "document.querySelectorAll('.slip, .pile header').forEach(it => it.kept = true)"
    board.evaluate(watched)
    board.evaluate(
        """() => {
          window.touched = 0
          new MutationObserver(all => window.touched += all.length)
            .observe(document.querySelector('#sheets'), {subtree: true, childList: true})
        }"""
    )
    fay_places(board, "förslag nummer 250", "Bussar")
    expect(pile(board, "Bussar")).to_contain_text("förslag nummer 250")
    fresh = "[...document.querySelectorAll('.slip')].filter(it => !it.kept).length"
    assert board.evaluate(fresh) == 1
    assert board.evaluate("window.touched") < 30
    board.get_by_label("Sök bland bidragen").fill("NUMMER 49")
    expect(board.get_by_text("11 bidrag passar")).to_be_visible()
    expect(pile(board, "Cykelvägar")).to_be_hidden()
    expect(waiting.locator(".slip")).to_have_count(11)


def test_areas_are_tabs(board: Page, fay: Facilitator, machine: Machine) -> None:
    board.get_by_role("tab", name="Tillväxt och planering").press("ArrowRight")
    tab = board.get_by_role("tab", name="Utbildning och arbete")
    expect(tab).to_be_focused()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(board.get_by_text("Området är inte grupperat än.")).to_be_visible()
    expect(pile(board, "Cykelvägar")).to_have_count(0)
    board.reload()
    expect(tab).to_have_attribute("aria-selected", "true")


# ── the page itself ───────────────────────────────────────────────────────────────────────────


def test_the_board_passes_the_accessibility_rules(
    board: Page, machine: Machine, fay: Facilitator
) -> None:
    more(board, "Cykelvägar").get_by_label("Innehållet").check()
    more(board, "Cykelvägar").get_by_role("button", name="Bekräfta Mål 11").click()
    slip(board, PATHS[1]).check()
    line(board, PATHS[1]).get_by_role("button", name="Varför här").click()
    expect(line(board, PATHS[1]).locator(".reason")).to_be_visible()
    look = Look(board, "board")
    look.at("sheets")
    slip(board, PATHS[1]).press("m")
    look.at("dialog")
    board.keyboard.press("Escape")
    ask(board)
    wait_for(lambda: machine.asked_at(AREA))
    machine.propose(AREA, machine.asked_at(AREA), suggestion(list(numbered(fay).values())))
    expect(board.locator("board-proposal")).to_be_visible()
    look.at("proposal")
    board.set_viewport_size({"width": 320, "height": 640})
    look.at("small")
    assert look.faults == []


def test_a_small_phone_does_everything_by_touch_without_sideways_scroll(
    hall: Hall, machine: Machine, fay: Facilitator, new_page: NewPage
) -> None:
    machine.enter(STEP, "Samhällsplaneringsutredningsförslagsgranskningsnämnd" * 2)
    for size in (SMALL_PHONE, PHONE):
        phone = new_page(*size, locale="sv-SE", has_touch=True)
        sign_in(hall, phone, hall.link)
        at_board(fay, phone)
        fits(phone)
        line(phone, BUSES[2]).locator(".words").tap()
        phone.get_by_role("button", name="Flytta till …").tap()
        fits(phone)
        phone.get_by_role("button", name="Enskild röst").tap()
        expect(pile(phone, "Enskilda röster")).to_contain_text(BUSES[2])
        phone.locator(".last").get_by_role("button", name="Ångra").tap()
        expect(pile(phone, "Bussar")).to_contain_text(BUSES[2])
        more(phone, "Cykelvägar")
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
    at_board(fay, page)
    assert 10_000 < sum(sizes.values()) <= LIMIT_BYTES
    preloaded = page.evaluate(
        "[...document.querySelectorAll('[rel=modulepreload], script[src]')]"
        ".map(it => it.href || it.src)"
    )
    assert {url for url in sizes if url.endswith(".js")} == set(preloaded)
