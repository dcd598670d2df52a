"""What the hall sees: readable at twenty metres, on one screen, in its place."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from dialog.protocol import records as r
from tests.browser.hall import (
    LAPTOP,
    PHONE,
    PROJECTOR,
    SMALL_PHONE,
    Facilitator,
    Hall,
    join,
    weigh,
)

Records = Mapping[str, r.Record]
SIZES = [PROJECTOR, (1280, 720)]
OLD = (1024, 768)
LARGE = (3840, 2160)
KIB = 1024
MOST_PAGES = 10
ROOT = Path(__file__).parent.parent.parent

# ── what is shown ─────────────────────────────────────────────────────────────────────────────

QUESTION = "Vilka ord och frågor är viktigast för dig när kommunen ska växa och planeras?"
AREAS = [
    ("Hållbar tillväxt och samhällsplanering", "Tillväxt och planering"),
    ("Utbildning, arbete och näringsliv", "Utbildning och arbete"),
    ("Kunskap, hälsa och fritid", "Kunskap och hälsa"),
    ("Delaktighet, tillgänglighet och trygghet", "Delaktighet och trygghet"),
]
WORDS = [
    ("sv", "bussar på kvällen!!"),
    ("sv", "varför går sista bussen hem 18.15 när träningen slutar 20"),
    ("sv", "Att kunna ta sig till vårdcentralen utan att be barnen om skjuts."),
    ("fi", "Kylissäkin pitää voida asua ja elää vanhana."),
    ("ar", "كيف يمكننا المشاركة إذا لم نتكلم السويدية جيداً؟"),
    ("en", "Can I get to the language class by bus from the villages before 8 in the morning?"),
    ("sv", "Vi har anställt elva personer på två år och sju av dem pendlar över fyra mil. " * 3),
]
IN_SWEDISH = {
    "fi": r.Translated(
        "sv", "Också i byarna ska man kunna bo och leva när man är gammal.", "staff"
    ),
    "ar": r.Translated(
        "sv", "Hur ska vi kunna delta om vi inte kan svenska så bra?", "interpreter"
    ),
}
TITLES = [
    "Bussar · landsbygden",
    "Kompetensförsörjningen · lärlingsplatser",
    "Cykelväg mellan orterna · belysning",
    "Seniorboende",
    "المعلومات باللغة",
    "Livsmedelsförsörjningsberedskap · dricksvatten",
]
LONG = "Donaudampfschiffahrtsgesellschaftskapitän"


def meeting(**changes: Any) -> r.Meeting:
    return msgspec.structs.replace(
        r.Meeting(
            session="s",
            title="Medborgardialog om kommunens mål",
            municipality="Vaggeryds kommun",
            record_number="KS 2019/017",
            room="r",
            question="Hur ska Vaggeryds kommun uppnå sin vision?",
            purpose="I kväll tar vi reda på vad olika delar har för innebörd för olika människor.",
            level="dialogue",
            can_influence=["Vad delområdena betyder.", "Vilka ord och frågor som lyfts vidare."],
            decided=["Visionen till 2030.", "De fyra områdena som arbetshypotes.", "Ramarna."],
            rules=[f"Regel {n}: vi pratar om sak, inte om enskilda personer." for n in range(9)],
            next=[
                r.WhatNext("2019-04-07", "Webbfrågan stänger."),
                r.WhatNext("hösten 2019", "Ni får veta hur ert bidrag användes."),
            ],
            results_url="https://vaggeryd.se/dialog",
            results_date="2019-04-15",
            contact="",
            code="KFT7MRA",
            place="",
            areas=[
                r.AreaName(f"area-{n}", n, name, short)
                for n, (name, short) in enumerate(AREAS, start=1)
            ],
            target_groups=[
                r.GroupName("seniors", "Seniorer"),
                r.GroupName("disability", "Personer med funktionsnedsättning"),
            ],
            text_limit=500,
            access="public",
        ),
        **changes,
    )


def stage(kind: str, **more: Any) -> r.Stage:
    it: dict[str, Any] = {
        "number": 3,
        "total": 13,
        "title": "Det här har ni skrivit",
        "prompt": "",
    } | more
    return r.Stage(step=None if kind == "lobby" else f"{kind}-1", kind=kind, **it)


def quotes(first: int, count: int) -> list[r.Quote]:
    words = itertools.islice(itertools.cycle(WORDS), count)
    return [
        r.Quote(first - n, text, language, translation=IN_SWEDISH.get(language))
        for n, (language, text) in enumerate(words)
    ]


def wall(area: str | None, contributions: int) -> Records:
    latest = quotes(1000 + contributions, min(contributions, 14))
    return {f"wall/{area or ''}": r.Wall(area, contributions, contributions, latest)}


def group(number: int, place: int, **more: Any) -> Records:
    it: dict[str, Any] = {"people": 21, "contributions": 38, "title": TITLES[number % 6]} | more
    return {
        f"group/{number}": r.Group(
            group=number,
            area=it.pop("area", "area-1"),
            place=place,
            terms=[],
            quotes=it.pop("quotes", quotes(9000 + 10 * number, 3)),
            sure=0.5,
            language=it.pop("language", "sv"),
            **it,
        )
    }


def groups(count: int, **more: Any) -> Records:
    found: dict[str, r.Record] = {}
    for n in range(count):
        found |= group(n + 1, n, **more)
    return found


def voices(count: int) -> Records:
    return {"voices/area-1": r.Voices("area-1", quotes(500, count), waiting=3)}


def differences(*people: int) -> Records:
    names = ["seniors", "disability"]
    found = [
        r.GroupDifference(name, n, 2 * n, [f"bänkar {name}", "hörslinga i alla lokaler"])
        for name, n in zip(names, people, strict=True)
    ]
    return {"differences/area-1": r.Differences("area-1", found, unshown=True)}


def evening(now: r.Stage, *more: Records, **changes: Any) -> Records:
    counts = r.Counts(people=37, authors=21, contributions=38, held=2, by_area={})
    found: dict[str, r.Record] = {"meeting": meeting(**changes), "stage": now, "counts": counts}
    for records in more:
        found |= records
    return found


IN_TIME = {"timer": r.Timer(ends_at=int(time.time() + 5_000) * 1000)}
ASKING: dict[str, Any] = {"area": "area-1", "prompt": QUESTION, "open": True}
TOPICS = [
    r.TopicName("a", "keyword", "Hållbar tillväxt"),
    r.TopicName("b", "question", "Hur får hela kommunen leva och utvecklas?"),
]
SCREENS = {
    "lobby": evening(stage("lobby")),
    "rehearsal": evening(stage("welcome", prompt="Ta något att äta."), rehearsal=True),
    "influence": evening(stage("influence")),
    "try-out": evening(stage("try-out", prompt="Vad åt du till frukost?")),
    "question": evening(stage("collect", **ASKING), IN_TIME),
    "one post": evening(stage("collect", **ASKING), wall("area-1", 1)),
    "posts": evening(stage("collect", **ASKING), wall("area-1", 40)),
    "posts and groups": evening(
        stage("collect", **ASKING, paused=True), wall("area-1", 40), groups(7)
    ),
    "closed": evening(stage("collect", area="area-1", prompt=QUESTION), wall("area-1", 7)),
    "meanings": evening(
        stage("meanings", **ASKING, topics=TOPICS), wall("area-1", 40), groups(40), IN_TIME
    ),
    "four areas": evening(
        stage("collect", prompt=QUESTION, open=True),
        *(wall(f"area-{n}", 40 * n) for n in range(5)),
        wall(None, 2),
    ),
    "table talk": evening(stage("table-talk", area="area-1", prompt=QUESTION), IN_TIME),
    "check": evening(stage("check", area="area-1"), groups(7, fits=12, missing=3), voices(7)),
    "no groups": evening(stage("groups", area="area-1")),
    "one group": evening(stage("groups", area="area-1"), groups(1)),
    "forty groups": evening(stage("groups", area="area-1"), groups(40), voices(40)),
    "dots hidden": evening(stage("dots", prompt="Lägg dina prickar.", dots=3), groups(7)),
    "dots revealed": evening(stage("dots", dots=3, dots_revealed=True), groups(7, dots=31)),
    "target groups": evening(stage("target-groups", area="area-1"), differences(14, 5)),
    "break": evening(stage("break", title="Paus", until="19.55")),
    "evaluation": evening(stage("evaluation", questions=[r.EvaluationQuestion("q", "?", ["a"])])),
    "thanks": evening(stage("thanks")),
    "ended": evening(stage("thanks", ended=True)),
}


def with_long_words(records: Records) -> Records:
    """As some languages would have it."""
    found = dict(records)
    for key, record in records.items():
        match record:
            case r.Group():
                found[key] = msgspec.structs.replace(record, title=f"{LONG} · {LONG}")
            case r.Wall(latest=latest):
                words = [r.Quote(it.contribution, f"{LONG} " * 9, "sv") for it in latest]
                found[key] = msgspec.structs.replace(record, latest=words)
    areas = [r.AreaName(a.id, a.number, f"{LONG} och {LONG}", LONG) for a in meeting().areas]
    lists = {name: [f"{LONG} {LONG}"] * 5 for name in ("can_influence", "decided", "rules")}
    return found | {"meeting": meeting(areas=areas, question=f"{LONG} och {LONG}", **lists)}


# ── how it is shown ───────────────────────────────────────────────────────────────────────────

REPLACE = """async records => {
  const page = document.querySelector("script[type=module]").src
  const { position, replace } = await import(new URL("../lib/records.js", page))
  replace(position().seq + 1, records)
  await new Promise(done => setTimeout(done, 30))
}"""

STOP_THE_CLOCK = """async () => {
  const page = document.querySelector("script[type=module]").src
  const { serverNow } = await import(new URL("../lib/connection.js", page))
  window.stopped = Date.now()
  window.clock = Date.now
  Date.now = () => stopped
  return serverNow()
}"""
GO_ON = "ms => { stopped += ms }"

AT_HOME = """async home => {
  const page = document.querySelector("script[type=module]").src
  const { config } = await import(new URL("../lib/words.js", page))
  const before = config.home
  config.home = home
  return before
}"""

TEXTS = """() => {
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement
    const style = getComputedStyle(element)
    range.selectNodeContents(node)
    const lines = [...range.getClientRects()]
    if (!node.data.trim() || !lines.length || style.visibility === "hidden") continue
    const size = parseFloat(style.fontSize)
    // A line that its clipping ancestor cuts through; whole lines that are left out are fine.
    const seen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
    let isClamped = false
    for (let box = element; box !== document.body; box = box.parentElement) {
      const { overflow, webkitLineClamp } = getComputedStyle(box)
      if (overflow === "visible") continue
      const edge = box.getBoundingClientRect()
      seen.left = Math.max(seen.left, edge.left)
      seen.top = Math.max(seen.top, edge.top)
      seen.right = Math.min(seen.right, edge.right)
      seen.bottom = Math.min(seen.bottom, edge.bottom)
      if (webkitLineClamp !== "none") isClamped = true
    }
    const ink = 0.35 * size
    const isCut = line => line.left < seen.left - 2 || line.right > seen.right + 2
      || line.top < seen.top - ink
      || (line.bottom > seen.bottom + ink && (!isClamped || line.top + ink < seen.bottom))
    let ground = element
    while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") {
      ground = ground.parentElement
    }
    found.push({
      words: node.data.slice(0, 40),
      part: element.closest(".code") ? "code" : element.closest("h1, h2") ? "title" : "text",
      size: size / Math.min(innerHeight, 0.75 * innerWidth) * 100,
      cut: lines.some(isCut),
      ink: style.color,
      paper: getComputedStyle(ground || document.documentElement).backgroundColor,
    })
  }
  return found
}"""

OVERLAPS = """() => {
  const [header, main, footer] = ["header", "main", "footer"].map(name =>
    document.querySelector(name).getBoundingClientRect())
  const scrolling = document.scrollingElement
  return {
    scrolls: scrolling.scrollHeight > innerHeight || scrolling.scrollWidth > innerWidth,
    overlaps: [...document.querySelectorAll("main *")].filter(one => {
      const { top, bottom, height } = one.getBoundingClientRect()
      const isSeen = height && getComputedStyle(one).visibility !== "hidden"
      const isClipped = one.parentElement.closest(".rows li, .wall, .quotes, .terms, h2, q")
      return isSeen && !isClipped && one.tagName !== "B" && one.tagName !== "IMG"
        && (top < header.bottom - 0.01 * innerHeight || bottom > footer.top + 0.01 * innerHeight)
    }).map(one => one.outerHTML.slice(0, 80)),
  }
}"""

SMALLEST = {"text": 4, "title": 6, "code": 8}


class Screen:
    """A paired projector, and what is shown on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def show(self, records: Records, size: tuple[int, int] = PROJECTOR) -> Page:
        """As if these were the records; a step that was never shown begins on its first page."""
        if self.page.viewport_size != {"width": size[0], "height": size[1]}:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.evaluate(REPLACE, msgspec.to_builtins(records))
        return self.page

    def pages(self) -> Iterator[str]:
        """Each page of what is shown, after turning to it."""
        turn = self.page.locator(".turn")
        count = int(turn.inner_text().split()[3]) if turn.count() else 1
        for number in range(min(count, MOST_PAGES)):
            yield f"page {number + 1}"
            self.page.keyboard.press("PageDown")
            self.page.evaluate("new Promise(done => setTimeout(done, 30))")

    def texts(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(**text) for text in self.page.evaluate(TEXTS)]


@contextlib.contextmanager
def clock_stopped(page: Page) -> Iterator[float]:
    """No time passes on `page` but for `GO_ON`. The server's clock, as the page knows it."""
    yield page.evaluate(STOP_THE_CLOCK)
    page.evaluate("Date.now = clock")


@pytest.fixture(scope="module")
def screen(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One real projector for the whole file; each test puts its own records on it."""
    hall = Hall(tmp_path_factory.mktemp("projector"))
    context = browser.new_context(
        viewport={"width": PROJECTOR[0], "height": PROJECTOR[1]},
        locale="sv-SE",
        reduced_motion="reduce",
        color_scheme="light",
    )
    errors: list[str] = []
    context.on("weberror", lambda event: errors.append(str(event.error)))
    context.on("console", lambda it: errors.append(it.text) if it.type == "error" else None)
    staff = browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]}, locale="sv-SE")
    fay = Facilitator(hall, staff.new_page())
    fay.open()
    page = context.new_page()
    fay.pair(page)
    expect(page.locator(".code")).to_be_visible()
    page.keyboard.press("p")
    yield Screen(page)
    assert not [error for error in errors if "404" not in error], errors
    staff.close()
    context.close()
    hall.close()


# ── to be read ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SCREENS)
def test_every_word_can_be_read_at_twenty_metres(
    screen: Screen, name: str, size: tuple[int, int]
) -> None:
    screen.show(SCREENS[name], size)
    for page in screen.pages():
        texts = screen.texts()
        assert texts
        small = [it for it in texts if it.size < SMALLEST[it.part] - 0.001]
        assert not small, page


@pytest.mark.parametrize("size", [*SIZES, OLD], ids=str)
@pytest.mark.parametrize("name", SCREENS)
def test_everything_fits_and_nothing_scrolls(
    screen: Screen, name: str, size: tuple[int, int]
) -> None:
    screen.show(SCREENS[name], size)
    for page in screen.pages():
        assert screen.page.evaluate(OVERLAPS) == {"scrolls": False, "overlaps": []}, page
        assert not [it for it in screen.texts() if it.cut], page


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["lobby", "influence", "posts", "posts and groups", "one group"])
def test_words_of_forty_letters_fit(screen: Screen, name: str, size: tuple[int, int]) -> None:
    screen.show(with_long_words(SCREENS[name]), size)
    for page in screen.pages():
        assert screen.page.evaluate(OVERLAPS) == {"scrolls": False, "overlaps": []}, page
        assert not [it for it in screen.texts() if it.cut], page


@pytest.mark.parametrize("size", [*SIZES, OLD], ids=str)
@pytest.mark.parametrize("host", ["vaggeryd.se", "medborgardialog.mellersta-smaland.example"])
def test_a_long_address_is_divided_and_leaves_room_for_what_is_asked(
    screen: Screen, host: str, size: tuple[int, int]
) -> None:
    """As a path of a host that is shared makes it."""
    before = screen.page.evaluate(AT_HOME, f"https://{host}/medborgardialog/mal-for-mandatperioden")
    try:
        for name in ("lobby", "posts", "break"):
            screen.show(SCREENS[name], size)
            assert screen.page.evaluate(OVERLAPS) == {"scrolls": False, "overlaps": []}, name
            assert not [it for it in screen.texts() if it.cut], name
            asked = screen.page.locator(".welcome, .question").last.bounding_box()
            assert asked and asked["width"] > size[0] / 3, name
    finally:
        screen.page.evaluate(AT_HOME, before)


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, OLD, PROJECTOR], ids=str)
def test_the_end_of_a_break_is_not_broken_or_cut(screen: Screen, size: tuple[int, int]) -> None:
    page = screen.show(SCREENS["break"], size)
    time = page.locator(".until b")
    assert time.evaluate("it => it.offsetHeight / parseFloat(getComputedStyle(it).fontSize)") < 1.5
    assert not [it for it in screen.texts() if it.cut]


@pytest.mark.parametrize("size", [*SIZES, OLD], ids=str)
def test_a_code_of_wide_letters_stays_within_the_margin(
    screen: Screen, size: tuple[int, int]
) -> None:
    page = screen.show(evening(stage("lobby"), code="WMW4MGW"), size)
    code, main = page.locator(".code").first, page.locator("main")
    wide = code.evaluate("it => it.scrollWidth - it.clientWidth")
    box, room = code.bounding_box(), main.bounding_box()
    assert box and room and not wide
    assert box["x"] + box["width"] <= room["x"] + room["width"] + 1


def test_a_screen_holds_seven_things_at_most(screen: Screen) -> None:
    things = ":is(.wall, .rows, .columns, .voices, .listed ul, .rule-list, .next) > li"
    for name, records in SCREENS.items():
        shown = screen.show(records).locator(things).locator("visible=true")
        for page in screen.pages():
            assert shown.count() <= 7, (name, page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_seven_to_one(screen: Screen, theme: str) -> None:
    page = screen.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    try:
        for name, records in SCREENS.items():
            screen.show(records)
            for it in screen.texts():
                assert contrast(it.ink, it.paper) >= 7, (name, it)
    finally:
        page.emulate_media(color_scheme="light")


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(n) / 255 for n in colour.strip("rgb()").split(","))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_nobody_is_told_how_to_join_what_has_ended(screen: Screen) -> None:
    page = screen.show(SCREENS["thanks"])
    expect(page.locator(".join")).to_be_visible()
    screen.show(SCREENS["ended"])
    expect(page.locator(".code, .address")).to_have_count(0)


def test_t_changes_between_light_and_dark(screen: Screen) -> None:
    page = screen.show(SCREENS["lobby"])
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    before = page.evaluate(paper)
    page.keyboard.press("t")
    assert page.evaluate(paper) != before
    page.keyboard.press("t")
    assert page.evaluate(paper) == before
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("size", [*SIZES, OLD, LARGE], ids=str)
def test_the_code_is_on_every_screen(screen: Screen, size: tuple[int, int]) -> None:
    for name, records in SCREENS.items():
        code = screen.show(records, size).locator(".code")
        if records["stage"].ended:  # nobody can come in any longer
            assert code.count() == 0, name
            continue
        assert code.inner_text() == "KFT-7MRA", name
        place = code.bounding_box()
        assert place is not None
        assert place["x"] >= 0 and place["x"] + place["width"] <= size[0], name
        assert place["y"] >= 0 and place["y"] + place["height"] <= size[1], name


def test_a_blank_screen_says_nothing_but_the_municipality(screen: Screen) -> None:
    page = screen.show(evening(stage("collect", **ASKING, blank=True), wall("area-1", 7)))
    assert page.locator("body").inner_text().strip() == "Vaggeryds kommun"


def test_a_rehearsal_is_marked(screen: Screen) -> None:
    page = screen.show(evening(stage("collect", **ASKING), rehearsal=True))
    expect(page.get_by_text("Övning", exact=True)).to_be_visible()
    screen.show(evening(stage("collect", **ASKING)))
    expect(page.get_by_text("Övning", exact=True)).to_have_count(0)


# ── what people wrote ─────────────────────────────────────────────────────────────────────────


def places(page: Page) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for item in page.locator(".rows li[data-key], .columns > li[data-key]").all():
        box = item.bounding_box()
        assert box is not None
        found[item.get_attribute("data-key") or ""] = (
            box["x"],
            box["y"],
            box["width"],
            box["height"],
        )
    return found


@pytest.mark.parametrize("kind", ["collect", "check"])
def test_groups_keep_their_places_when_one_grows_and_one_comes(screen: Screen, kind: str) -> None:
    now = stage(kind, **ASKING)
    page = screen.show(evening(now, wall("area-1", 40), group(1, 0), group(5, 1)))
    before = places(page)
    grown = group(5, 1, contributions=900, people=700, title=TITLES[1])
    screen.show(evening(now, wall("area-1", 40), group(1, 0), grown, group(9, 2)))
    after = places(page)
    assert before.keys() == {"group-1", "group-5"}
    assert after.keys() == {"group-1", "group-5", "group-9"}
    assert {key: after[key] for key in before} == before


def test_the_place_of_a_group_that_went_stays_empty(screen: Screen) -> None:
    now = stage("check", area="area-1")
    page = screen.show(evening(now, group(1, 0), group(2, 1), group(3, 2)))
    before = places(page)
    screen.show(evening(now, group(1, 0), group(3, 2)))
    assert places(page) == {key: before[key] for key in ("group-1", "group-3")}


def said_size(page: Page) -> str:
    return " ".join(page.locator(".columns .size").inner_text().split())


def test_a_group_says_its_size_in_posts_and_people(screen: Screen) -> None:
    page = screen.show(evening(stage("check", area="area-1"), group(1, 0)))
    assert said_size(page) == "38 bidrag från 21 personer"
    screen.show(evening(stage("check", area="area-1"), group(1, 0, contributions=1, people=1)))
    assert said_size(page) == "1 bidrag från 1 person"


def test_what_came_from_tables_only_is_not_said_to_come_from_nobody(screen: Screen) -> None:
    page = screen.show(evening(stage("check", area="area-1"), group(1, 0, people=0)))
    assert said_size(page) == "38 bidrag"


def test_posts_come_calmly_but_go_at_once(screen: Screen) -> None:
    ours = [r.Quote(n, f"ord {n}", "sv") for n in (3, 2, 1)]
    theirs = [r.Quote(4, "ord 4", "sv"), *ours[1:]]

    def wall_of(quotes: list[r.Quote], behind: int) -> Records:
        wall = r.Wall("area-4", len(quotes), behind, quotes)
        return evening(
            stage("collect", area="area-4", prompt=QUESTION, open=True), {"wall/area-4": wall}
        )

    with clock_stopped(screen.page):
        page = screen.show(wall_of(ours, 3))
        expect(page.get_by_text("ord 3")).to_be_visible()
        screen.show(wall_of(theirs, 3))
        assert page.get_by_text("ord 3").count() == page.get_by_text("ord 4").count() == 0
        page.evaluate(GO_ON, 1999)
        screen.show(wall_of(theirs, 4))  # drawn anew
        assert page.get_by_text("ord 4").count() == 0
        page.evaluate(GO_ON, 1)
        expect(page.get_by_text("ord 4")).to_be_visible()


def test_a_post_keeps_its_place_until_it_is_the_oldest(screen: Screen) -> None:
    def wall_of(*numbers: int) -> Records:
        quotes = [r.Quote(n, f"inlägg {n}.", "sv") for n in numbers]
        wall = r.Wall("area-3", len(quotes), len(quotes), quotes)
        return evening(
            stage("collect", area="area-3", prompt=QUESTION, open=True), {"wall/area-3": wall}
        )

    page = screen.show(wall_of(6, 5, 4, 3, 2, 1))
    second = page.get_by_text("inlägg 2.").bounding_box()
    first = page.get_by_text("inlägg 1.").bounding_box()
    screen.show(wall_of(7, 6, 5, 4, 3, 2, 1))
    expect(page.get_by_text("inlägg 7.")).to_be_visible()
    assert page.get_by_text("inlägg 2.").bounding_box() == second
    newest = page.get_by_text("inlägg 7.").bounding_box()
    assert newest is not None and first is not None
    assert (newest["x"], newest["y"]) == (first["x"], first["y"])


def test_a_quote_stands_in_its_own_language_and_direction(screen: Screen) -> None:
    words = [r.Quote(1, WORDS[4][1], "ar")]
    page = screen.show(evening(stage("check", area="area-1"), group(1, 0, quotes=words)))
    quote = page.locator("q[lang=ar]")
    assert quote.evaluate("it => getComputedStyle(it).direction") == "rtl"
    assert page.locator("h1").evaluate("it => getComputedStyle(it).direction") == "ltr"


def test_a_translation_stands_beside_what_was_written_with_who_made_it(screen: Screen) -> None:
    words = [r.Quote(1, WORDS[4][1], "ar", translation=IN_SWEDISH["ar"])]
    page = screen.show(evening(stage("check", area="area-1"), group(1, 0, quotes=words)))
    expect(page.locator("q[lang=ar]")).to_be_visible()
    beside = page.locator(".translation")
    expect(beside).to_have_text(f"(tolk) {IN_SWEDISH['ar'].text}")
    expect(beside).to_have_attribute("lang", "sv")
    assert beside.evaluate("it => getComputedStyle(it).direction") == "ltr"


def test_single_voices_come_last(screen: Screen) -> None:
    page = screen.show(evening(stage("groups", area="area-1"), groups(2), voices(2)))
    assert page.get_by_text("Enskilda röster").count() == 0
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Enskilda röster")).to_be_visible()
    page.keyboard.press("ArrowLeft")


def test_dots_are_hidden_until_they_are_revealed(screen: Screen) -> None:
    few, many = group(1, 0, dots=3), group(2, 1, dots=17)
    page = screen.show(evening(stage("dots", area="area-1", dots=3), group(1, 0), group(2, 1)))
    expect(page.get_by_text("Prickarna visas när")).to_be_visible()
    assert page.locator(".bar i").evaluate_all("all => all.map(it => it.offsetWidth)") == [0, 0]
    screen.show(evening(stage("dots", area="area-1", dots=3, dots_revealed=True), few, many))
    order = page.locator(".rows li").evaluate_all("all => all.map(it => it.dataset.key)")
    assert order == ["group-2", "group-1"]
    expect(page.get_by_text("De är ingen omröstning")).to_be_visible()
    expect(page.locator(".rows li").first).to_contain_text("17 prickar")


def test_a_single_voice_with_dots_stands_among_the_groups(screen: Screen) -> None:
    said = [r.Quote(7, "Att kunna bo kvar", "sv", dots=9), r.Quote(8, "Bänkar", "sv", dots=0)]
    alone = {"voices/area-1": r.Voices("area-1", said)}
    for area in ("area-1", None):
        shown = stage("dots", area=area, dots=3, dots_revealed=True)
        page = screen.show(evening(shown, group(1, 0, dots=3), group(2, 1, dots=17), alone))
        order = page.locator(".rows li").evaluate_all("all => all.map(it => it.dataset.key)")
        assert order == ["group-2", "post-7", "group-1"]
        expect(page.locator(".rows li").nth(1)).to_contain_text("Att kunna bo kvar")
        expect(page.locator(".rows li").nth(1)).to_contain_text("9 prickar")
    screen.show(evening(stage("dots", area="area-1", dots=3, dots_revealed=True), alone))
    expect(page.locator(".rows li")).to_have_count(1)


def test_nothing_is_shown_for_fewer_than_five_people(screen: Screen) -> None:
    page = screen.show(evening(stage("target-groups", area="area-1"), differences(14, 4)))
    expect(page.get_by_text("bänkar seniors")).to_be_visible()
    assert page.get_by_text("bänkar disability").count() == 0
    expect(page.get_by_text("färre än fem personer")).to_be_visible()


# ── pages, time and motion ────────────────────────────────────────────────────────────────────


def test_pages_turn_by_themselves_until_someone_says_stop(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    page = new_page(*PROJECTOR, locale="sv-SE")
    fay.pair(page)
    expect(page.locator(".code")).to_be_visible()
    page.clock.install()
    page.reload()
    expect(page.locator(".code")).to_be_visible()
    fay.go_to("valkommen")
    turn = page.locator(".turn")
    expect(turn).to_have_text("Sida 1 av 3")
    page.clock.fast_forward(12_500)
    expect(turn).to_have_text("Sida 2 av 3")
    page.keyboard.press("p")
    expect(turn).to_have_text("Sida 2 av 3 · står still")
    page.clock.fast_forward(60_000)
    expect(turn).to_have_text("Sida 2 av 3 · står still")
    page.keyboard.press("ArrowLeft")
    expect(turn).to_have_text("Sida 1 av 3 · står still")


def test_the_timer_counts_down_and_says_when_time_is_up(screen: Screen) -> None:
    page, timer = screen.page, screen.page.get_by_role("timer")
    with clock_stopped(page) as now:
        screen.show(evening(stage("collect", **ASKING), {"timer": r.Timer(ends_at=now + 753_900)}))
        expect(timer).to_have_text("12:34")
        page.evaluate(GO_ON, 1000)
        expect(timer).to_have_text("12:33")
        screen.show(evening(stage("collect", **ASKING), {"timer": r.Timer(ends_at=now - 5_000)}))
        expect(timer).to_have_text("Tiden är slut")


@pytest.mark.parametrize(
    "wanted, key, moves",
    [("no-preference", "", True), ("no-preference", "s", False), ("reduce", "", False)],
)
def test_motion_is_for_those_who_want_it(
    screen: Screen, wanted: str, key: str, moves: bool
) -> None:
    page = screen.page
    page.emulate_media(reduced_motion=wanted)  # type: ignore[arg-type]
    if key:
        page.keyboard.press(key)
    try:
        screen.show(evening(stage("check", area="area-1"), group(1, 0)))
        page.evaluate(
            """() => {
              window.moved = 0
              const animate = Element.prototype.animate
              Element.prototype.animate = function (...all) {
                window.moved++
                return animate.apply(this, all)
              }
            }"""
        )
        screen.show(evening(stage("check", area="area-1"), group(1, 0), group(2, 1)))
        assert (page.evaluate("window.moved") > 0) == moves
    finally:
        page.emulate_media(reduced_motion="reduce")
        if key:
            page.keyboard.press(key)


# ── alone in the hall ─────────────────────────────────────────────────────────────────────────


def test_a_screen_without_a_session_shows_a_number_to_pair_it_with(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    page = new_page(*PROJECTOR, locale="sv-SE")
    page.goto(f"{hall.home}/projector")
    number = page.locator("h1 strong")
    expect(number).to_have_text("".join(number.inner_text().split()))
    assert len(number.inner_text()) == 4
    assert number.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 0.3 * PROJECTOR[1]
    assert fay.post("/api/staff/pair", number=number.inner_text(), session=fay.session) == {}
    expect(page.locator(".code")).to_have_text(f"{fay.code[:3]}-{fay.code[3:]}")


def test_the_picture_stays_when_the_connection_is_lost(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page], page_errors: list[str]
) -> None:
    page = new_page(*PROJECTOR, locale="sv-SE")
    fay.pair(page)
    fay.go_to("area-1-skriv")
    question = page.get_by_role("heading", name="Vilka ord och frågor")
    expect(question).to_be_visible()
    hall.kill()
    expect(page.get_by_text("Ingen kontakt sedan")).to_be_visible()
    expect(question).to_be_visible()
    hall.start()
    expect(page.get_by_text("Ingen kontakt sedan")).to_have_count(0, timeout=40_000)
    expect(question).to_be_visible()
    page_errors.clear()


def test_people_are_seen_to_arrive(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    page = new_page(*PROJECTOR, locale="sv-SE")
    fay.pair(page)
    join(hall, new_page(390, 844, locale="sv-SE"), fay.code)
    expect(page.get_by_text("person är med")).to_be_visible()
    assert page.locator(".marks circle").count() == 1


def test_the_whole_page_weighs_less_than_forty_kilobytes(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    page = new_page(*PROJECTOR, locale="sv-SE")
    fay.pair(page)
    size, _ = weigh(page, f"{hall.home}/projector")
    assert size <= 40 * KIB, size
