"""A document as a page of its own, in a browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.reports.test_html import page_of

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("kind, width", [("board", 1280), ("feedback", 390)])
def test_axe_finds_no_fault(
    kind: str,
    width: int,
    new_page: Callable[..., Page],
) -> None:
    page = new_page(width, 800, locale="sv-SE")
    page.set_content(page_of(kind))
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [f"{it['id']} {it['nodes'][0]['html']}" for it in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
