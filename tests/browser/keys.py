"""Somebody who has a keyboard and nothing else, and always sees where they are."""

import time

from playwright.sync_api import Page

MOST_TABS = 150
PATIENCE = 15
"""Seconds in which a page draws what comes next."""
# What the focus lies on. `isMarked`: a ring, or it is words that the page has moved to and that do
# nothing. `isCovered`: something else lies over its middle, as a bar that sticks might;
# what is said for six seconds goes by itself.
FOCUS = """() => {
  const it = document.activeElement
  const style = getComputedStyle(it)
  const box = it.getBoundingClientRect()
  const isRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
  const isWords = it.tabIndex < 0
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2]
  const over = document.elementFromPoint(x, y)
  const label = it.labels && it.labels.length ? it.labels[0].innerText : ""
  return {
    isLost: it === document.body || !it.getClientRects().length,
    isMarked: isRing || isWords,
    isCovered: Boolean(over)
      && !it.contains(over) && !over.contains(it) && !over.closest("#status"),
    name: it === document.body ? "" : it.getAttribute("aria-label") || label || it.innerText || "",
  }
}"""


class Keys:
    """Presses keys on `page`; after each, the focus must be somewhere, and seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.look(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.look(words)

    def to(self, name: str, back: bool = False) -> None:
        """Tab until what is called `name` has the focus."""
        passed = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            there = self.page.evaluate(FOCUS)
            if there["name"].strip().startswith(name):
                self.look(name)
                return
            passed.append(there["name"][:40])
        raise AssertionError(f"Tab never came to {name}, but to {passed}")

    def choose(self, name: str) -> None:
        """Tab to it, and press it."""
        self.to(name)
        self.press("Enter")

    def look(self, after: str) -> None:
        """Where the focus is, once the page has drawn what was pressed away."""
        end = time.monotonic() + PATIENCE
        self.page.wait_for_timeout(60)
        while (there := self.page.evaluate(FOCUS))["isLost"] and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        assert not there["isLost"], f"after {after} the focus is nowhere"
        assert there["isMarked"], f"after {after} nothing shows the focus on {there['name']}"
        assert not there["isCovered"], f"after {after} something covers {there['name']}"
