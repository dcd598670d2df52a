"""axe in a page as it stands: every rule in light, and in dark and forced colours what colours
decide."""

import os
from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL_RULES = {"runOnly": {"type": "tag", "values": WCAG}}
OF_COLOURS = ["color-contrast", "link-in-text-block"]
COLOUR_RULES = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
SCHEMES: list[tuple[str, dict[str, str], dict]] = [
    ("light", {"color_scheme": "light", "forced_colors": "none"}, ALL_RULES),
    ("dark", {"color_scheme": "dark", "forced_colors": "none"}, COLOUR_RULES),
    ("forced", {"color_scheme": "dark", "forced_colors": "active"}, COLOUR_RULES),
]
# Chromium says of -webkit-text-fill-color, and axe believes it, what it would be if no colours were
# forced; what it paints is `color`.
FORCED = """() => {
  const { getPropertyValue } = CSSStyleDeclaration.prototype
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    const isForced = name === "-webkit-text-fill-color" && matchMedia("(forced-colors)").matches
    return getPropertyValue.call(this, isForced ? "color" : name)
  }
}"""
# The page's own policy stops axe from reading the style sheets anew, so it is told not to.
RUN = """async options => {
  const { violations } = await axe.run(document, {
    ...options, resultTypes: ["violations"], preload: false,
  })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`))
}"""

# Colours that are on their way are no colours of ours.
SETTLED = """() => document.getAnimations().forEach(it => {
  if (it.effect.getComputedTiming().endTime < Infinity) it.finish()
})"""

# What people wrote must say its language and take its own direction; a picture must have a name,
# or be nothing but a picture of words that stand there.
UNMARKED = """texts => {
  const known = new Set(texts)
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node; node = walker.nextNode();) {
    const it = node.parentElement
    if (!known.has(node.data.trim()) || it.closest("textarea, option, [hidden]")) continue
    const language = it.closest("[lang]")
    if (it.closest("[dir]").getAttribute("dir") !== "auto") found.push(`no dir: ${it.outerHTML}`)
    if (language === document.documentElement) found.push(`no lang: ${it.outerHTML}`)
  }
  for (const it of document.querySelectorAll("svg, canvas")) {
    const isNamed = it.getAttribute("role") === "img" && it.getAttribute("aria-label")
    if (!isNamed && !it.closest("[aria-hidden=true]")) found.push(`no name: ${it.outerHTML}`)
  }
  return found
}"""


class Look:
    """At one page, again and again. `texts`: what people wrote. `faults`: what was found so far,
    by place and scheme."""

    def __init__(self, page: Page, name: str, texts: Sequence[str] = ()) -> None:
        self.page, self.name, self.texts = page, name, list(texts)
        self.faults: list[str] = []

    def at(self, place: str) -> None:
        """The page as it is now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
            self.page.evaluate(FORCED)
        found = self.page.evaluate(UNMARKED, self.texts)
        self.faults += [f"{place}: {fault[:300]}" for fault in found]
        for scheme, media, options in SCHEMES:
            self.page.emulate_media(**media)  # type: ignore[arg-type]
            self.page.evaluate(SETTLED)
            found = self.page.evaluate(RUN, options)
            self.faults += [f"{place} {scheme}: {fault[:300]}" for fault in found]
            self._keep(f"{place}-{scheme}")
        self.page.emulate_media(color_scheme="light", forced_colors="none")

    def _keep(self, name: str) -> None:
        """`DIALOG_LOOK` names a folder for pictures of all of them, for somebody to look at."""
        if folder := os.environ.get("DIALOG_LOOK"):
            file = f"{self.name}-{name}.png".replace("/", "_")
            self.page.screenshot(path=Path(folder) / file, full_page=True)


def faults(page: Page) -> list[str]:
    """Of the page as it stands, in every scheme."""
    look = Look(page, "page")
    look.at("now")
    return look.faults
