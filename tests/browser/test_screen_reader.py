"""What somebody who listens hears: the tables of docs/screen-reader.md, and the pages, say the
same."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, WebSocket, expect

from tests.browser.hall import LAPTOP, PHONE, Facilitator, Hall, wait_for
from tests.browser.keys import Keys
from tests.browser.machine import Machine
from tests.browser.test_console import heading, write
from tests.browser.test_keyboard_evening import PAPER, suggest
from tests.browser.test_now import HAS_COME
from tests.browser.test_phone import NEXT_STEP, STEP

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "screen-reader.md"
SILENCE = 700
"""ms after which nothing more is said of what has just happened."""
PATIENCE = 30
"""Seconds in which what the table has comes to be so."""
LONG = 300
"""Letters of a name or a saying that the tables have room for."""
THROTTLED = 10_000
STATES = ("pressed", "checked", "expanded", "invalid")
# Every text that a live region of the page takes on.
HEARS = """() => {
  window.said = []
  const regions = "[role=status], [role=alert], [aria-live]"
  const hear = changes => {
    const found = changes.map(({ target }) => (target.closest ? target : target.parentElement))
    for (const region of new Set(found.map(it => it && it.closest(regions)))) {
      const words = region && region.getClientRects().length ? region.innerText.trim() : ""
      if (words && said.at(-1) !== words) said.push(words)
    }
  }
  const what = { childList: true, characterData: true, subtree: true }
  new MutationObserver(hear).observe(document, what)
}"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hall") / "data", grouping="none")
    yield hall
    hall.close()


class Ears:
    """Somebody who hears `page` and presses keys. `rows`: what happened, what had the focus then,
    and what was said."""

    def __init__(self, page: Page, name: str) -> None:
        """`name`: of the table that should come of it."""
        page.add_init_script(f"({HEARS})()")
        page.clock.install()
        self.page, self.keys, self.table = page, Keys(page), table(name)
        self.lines: list[WebSocket] = []
        self.wishes: set[str] = set()  # that nobody has answered yet
        page.on("websocket", self.listen)
        self.tree: CDPSession = page.context.new_cdp_session(page)
        self.tree.send("Accessibility.enable")
        self.rows: list[tuple[str, str, str]] = []

    def listen(self, line: WebSocket) -> None:
        self.lines.append(line)
        line.on("framesent", lambda text: self.wishes.update(named("do", text)))
        line.on("framereceived", lambda text: self.wishes.difference_update(named("n?ack", text)))

    def hear(self, what: str) -> None:
        """Write down how it is, as soon as it is as the table has it. What is said too much comes
        into the next row; and once a row differs, all that follow are what they are. What was
        pressed is shown before it is answered, and what follows may make it come too late."""
        wait_for(lambda: self.page.title() and not self.wishes)
        row, heard = self.now(what)
        if self.table[: len(self.rows)] == self.rows:
            end = time.monotonic() + PATIENCE
            while [row] != self.table[len(self.rows) :][:1] and time.monotonic() < end:
                self.page.wait_for_timeout(50)
                row, heard = self.now(what)
        else:
            self.page.wait_for_timeout(SILENCE)
            row, heard = self.now(what)
        self.page.evaluate("heard => said.splice(0, heard)", heard)
        self.rows.append(row)

    def set_clock(self) -> None:
        """Let the page hear what time it is, as it does now and then."""
        with self.lines[-1].expect_event("framereceived", lambda it: '"pong"' in str(it)):
            self.page.evaluate("dispatchEvent(new Event('online'))")

    def now(self, what: str) -> tuple[tuple[str, str, str], int]:
        """The row, and how many sayings are in it."""
        said = self.page.evaluate("said")
        spoken = " / ".join(" ".join(it.split()) for it in said)
        return (what, self.focused(), tidy(spoken) or "–"), len(said)

    def focused(self) -> str:
        """What the accessibility tree says of what has the focus."""
        nodes = self.tree.send("Accessibility.getFullAXTree")["nodes"]
        marked = [it for it in nodes if properties(it).get("focused")]
        node = marked[-1] if marked else nodes[0]
        its = properties(node)
        role = node["role"]["value"]
        parts = [f"heading {its['level']}" if role == "heading" else role]
        name, description = (
            tidy(node.get(it, {}).get("value", "")) for it in ("name", "description")
        )
        parts.append(name and f"“{name}”")
        parts += [state_of(name, its[name]) for name in STATES if name in its]
        parts.append(description and f"({description})")
        return " ".join(part for part in parts if part)


def named(kind: str, frame: str | bytes) -> list[str]:
    """The wish that a frame of the kind is about, if it is one."""
    return re.findall(rf'^{{"t":"{kind}","op":"([^"]+)"', str(frame))


def properties(node: dict) -> dict:
    return {it["name"]: it["value"].get("value") for it in node.get("properties", [])}


def state_of(name: str, value: object) -> str:
    isnt = value in (False, "false")
    return "" if isnt and name == "invalid" else f"{'not ' if isnt else ''}{name}"


def tidy(words: str) -> str:
    """Without what is another one each time."""
    plain = " ".join(words.replace("|", "/").split())
    timeless = re.sub(r"\b\d\d[:.]\d\d\b", "19:05", re.sub(r"\bnr \d+", "nr 7", plain))
    return timeless if len(timeless) < LONG else f"{timeless[:LONG]}…"


def table(name: str) -> list[tuple[str, ...]]:
    """The rows of the script's table under the heading `name`."""
    part = SCRIPT.read_text("utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| \n").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in row) for row in rows[2:]]


def same(ears: Ears) -> None:
    made = "\n".join(f"| {' | '.join(row)} |" for row in ears.rows)
    assert ears.table == ears.rows, f"it is now:\n{made}"
    ears.page.clock.run_for(SILENCE)
    assert ears.page.evaluate("said") == [], "more is said"


def test_the_phone_from_joining_to_thanks(
    hall: Hall, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    ada = Ears(new_page(*PHONE, locale="sv-SE"), "The phone")
    page = ada.page
    page.goto(f"{hall.home}/j/{fay.code}")
    ada.hear("The link on the poster is opened")
    ada.keys.choose("Gå med")
    page.get_by_role("heading", name="Vilket perspektiv").wait_for()
    wait_for(lambda: page.evaluate(HAS_COME))
    ada.hear("*Gå med* is pressed")
    ada.keys.choose("Seniorer")
    ada.hear("*Seniorer* is pressed")
    fay.go_to(STEP)
    ada.hear("The facilitator opens a question")
    ada.keys.to("Ditt bidrag")
    ada.hear("Tab to the field")
    ada.keys.type("Fler bänkar")
    ada.keys.choose("Skicka")
    ada.hear("It is written, and *Skicka* pressed")
    ada.keys.to("Ditt bidrag", back=True)
    ada.keys.type("Jag är 19121212-1212")
    ada.keys.press("Control+Enter")
    ada.hear("An identity number is written, and sent")
    ada.keys.press("Control+a", "Delete")
    [mine] = [it["contribution"] for it in fay.records()["queue"]["slips"]]
    fay.do("show-others", shown=True)
    fay.do("release-contributions", contributions=[mine])
    ada.hear("A moderator shows what was written")
    page.clock.pause_at(page.evaluate("Date.now()") + 1)  # ten seconds of the page's
    machine = Machine(hall.data, "mal-2019", fay.session)
    machine.enter(STEP, *PAPER)
    wait_for(lambda: page.clock.run_for(50) or page.get_by_text(PAPER[-1]).is_visible())
    page.clock.resume()
    page.clock.fast_forward(THROTTLED)
    ada.hear("Others write four, in the next ten seconds")
    ada.set_clock()
    fay.do("stop-timer")
    fay.do("start-timer", seconds=61)
    ada.hear("A minute is left")
    fay.do("stop-timer")
    ada.keys.choose("Vad händer nu?")
    ada.hear("*Vad händer nu?* is pressed")
    ada.keys.to("Ditt bidrag")
    ada.keys.type("Mer ljus")
    fay.go_to(NEXT_STEP)
    ada.hear("The next question comes while something is written")
    ada.keys.choose("Gå till ny fråga")
    ada.hear("*Gå till ny fråga* is pressed")
    suggest(machine, fay)
    fay.go_to("stammer-det")
    ada.hear("The groups are to be checked")
    ada.keys.choose("Stämmer")
    ada.hear("*Stämmer* is pressed")
    fay.go_to("prickar")
    ada.hear("Dots are to be placed")
    ada.keys.choose("Lägg en prick")
    ada.hear("A dot is placed")
    fay.go_to("utvardering")
    ada.hear("The evaluation begins")
    while not page.evaluate("document.activeElement.matches('[type=radio]')"):
        ada.keys.press("Tab")
    ada.keys.press("Space")
    ada.hear("The first answer is chosen")
    fay.go_to("tack")
    ada.hear("The last step")
    fay.do("end-session")
    ada.hear("The evening is ended")
    same(ada)


def test_the_moderator(hall: Hall, fay: Facilitator, new_page: Callable[..., Page]) -> None:
    fay.go_to(STEP)
    phone = new_page(*PHONE, locale="sv-SE")
    phone.request.post(f"{hall.home}/api/join", data={"code": fay.code})
    write(fay, phone, "Fler bänkar", "Ring Anders på 070-174 06 05")
    mia = Ears(new_page(*LAPTOP, locale="sv-SE"), "The moderator")
    mia.page.goto(hall.moderator_link)
    mia.page.get_by_role("heading", name="Översikt").wait_for()
    mia.page.goto(f"{hall.home}/moderate/{fay.session}")
    mia.page.get_by_role("button", name="Gå i tjänst").wait_for()
    mia.hear("The page is opened")
    mia.keys.choose("Gå i tjänst")
    mia.hear("*Gå i tjänst* is pressed")
    mia.keys.press("v")
    mia.hear("V shows the first")
    mia.keys.press("m")
    mia.hear("M masks words of the next")
    mia.keys.press("Escape")
    mia.hear("Escape leaves it as it was")
    mia.keys.press("d")
    mia.hear("D asks why it is hidden")
    mia.keys.press("1")
    mia.hear("1 is the first reason")
    same(mia)


def test_the_facilitator(hall: Hall, fay: Facilitator, new_page: Callable[..., Page]) -> None:
    lead = Ears(new_page(*LAPTOP, locale="sv-SE"), "The facilitator")
    lead.page.goto(hall.link)
    lead.page.get_by_role("heading", name="Översikt").wait_for()
    lead.page.goto(f"{hall.home}/console/{fay.session}")
    lead.page.get_by_role("heading", name="Innan ni börjar").wait_for()
    lead.hear("The console is opened")
    lead.keys.choose("Börja: Välkommen!")
    expect(heading(lead.page)).to_have_text("Välkommen!")
    lead.hear("*Börja* is pressed")
    lead.keys.press("n")
    lead.hear("N goes to the next step")
    lead.keys.press("n")
    wait_for(lambda: "Vi provar tillsammans" in str(lead.page.evaluate("said")))
    lead.keys.press("n")
    lead.hear("N twice more")
    lead.keys.press("p")
    lead.hear("P opens or closes for writing")
    lead.keys.press("k")
    lead.hear("K blanks the screen")
    lead.keys.press("u")
    lead.hear("U takes it back")
    lead.keys.choose("Kod, skärmar, språk och avslut")
    lead.keys.choose("Avsluta tillfället")
    lead.hear("*Avsluta tillfället* is pressed")
    lead.keys.to("Ja, avsluta", back=True)
    lead.keys.press("Enter")
    lead.hear("*Ja, avsluta för alla* is pressed")
    same(lead)
