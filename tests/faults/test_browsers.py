"""A real browser behind a network that goes silent, or away. What of it needs no such network is in
tests/browser/test_phone.py."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from playwright.async_api import Locator, Page, async_playwright, expect

from dialog.protocol import commands as c
from tests.browser.conftest import ARGS, chromium
from tests.browser.hall import SMALL_PHONE
from tests.faults.toxic import Toxic
from tests.hall import Evening, evening

SLACK = 5.0
"""Seconds more than promised, on a busy machine."""
LOST = "Anslutningen bröts"
CLOCK = "window.ahead = 0; const now = Date.now; Date.now = () => now() + window.ahead"


@contextlib.asynccontextmanager
async def phone(it: Evening, address: str) -> AsyncIterator[Page]:
    """Ada's, at the first question."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        width, height = SMALL_PHONE
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="sv-SE")
        await page.add_init_script(CLOCK)
        await page.goto(f"{address}/j/{it.code}")
        await page.get_by_role("button", name="Gå med").click()
        await page.get_by_role("button", name="Vill inte svara", exact=True).click()
        await expect(field(page)).to_be_visible()
        await expect(page.get_by_text("Ansluter")).to_be_hidden()
        yield page
        await browser.close()


def field(page: Page) -> Locator:
    return page.get_by_label("Ditt bidrag")


async def send(it: Evening, page: Page, words: str) -> None:
    it.sent[words] += 1
    await field(page).fill(words)
    await page.get_by_role("button", name="Skicka", exact=True).click()
    await expect(field(page)).to_have_value("")
    # Put away, and no longer a draft alone: that would be back in the field after a reload.
    await expect(page.get_by_role("listitem").get_by_text(words, exact=True)).to_be_visible()


async def is_lost(page: Page, within: float) -> float:
    """How long it took until the page said that nobody answers."""
    began = time.monotonic()
    await expect(page.get_by_text(LOST).first).to_be_visible(timeout=within * 1000)
    return round(time.monotonic() - began, 1)


async def is_back(page: Page) -> float:
    began = time.monotonic()
    await expect(page.get_by_text("Väntar på att skickas")).to_be_hidden(timeout=30_000)
    await expect(page.get_by_text("Ansluten igen").first).to_be_visible(timeout=30_000)
    return round(time.monotonic() - began, 1)


async def is_kept(page: Page) -> None:
    """The page itself, for a time without network."""
    async with asyncio.timeout(20):
        kept = "async () => (await (await caches.open('shell')).keys()).length"
        while await page.evaluate(kept) <= 20:
            await asyncio.sleep(0.1)


async def test_a_line_on_which_nobody_answers_is_noticed_and_nothing_is_lost(
    watched, length, verdict
):
    server = watched()
    async with (
        evening(server, 2) as it,
        Toxic(server.port) as toxic,
        phone(it, toxic.address) as page,
    ):
        found: dict[str, float] = {}
        await it.post(it.people[0])
        await send(it, page, "före")
        await expect(page.get_by_role("status")).to_contain_text("Tack!")
        toxic.swallow()
        await send(it, page, "medan ingen svarar")
        found["after_a_post"] = await is_lost(page, 8 + SLACK)
        toxic.heal()
        found["back_after"] = await is_back(page)
        toxic.swallow()
        await page.evaluate("dispatchEvent(new Event('online'))")
        found["on_wake"] = await is_lost(page, 3 + SLACK)
        toxic.heal()
        await is_back(page)
        if length(False, True):
            toxic.swallow()
            found["idle"] = await is_lost(page, 25 + SLACK)
            toxic.heal()
            await is_back(page)
        await expect(page.get_by_role("link", name="Mina bidrag (2)")).to_be_visible()
        await verdict("F7", "nobody answers, in Chromium", it, **found)


async def test_what_is_written_offline_before_and_after_a_reload_arrives_once_and_in_order(
    watched, verdict
):
    server = watched()
    words = ["ett", "två", "tre", "fyra", "fem", "sex", "sju"]
    async with (
        evening(server, 2) as it,
        Toxic(server.port) as toxic,
        phone(it, toxic.address) as page,
    ):
        await it.post(it.people[0])
        await is_kept(page)
        await toxic.refuse()
        for text in words[:6]:
            await send(it, page, text)
        await field(page).fill("sju")
        await page.reload()
        await expect(page.get_by_text("sex", exact=True)).to_be_visible(timeout=15_000)
        await page.get_by_role("button", name="Fortsätt skriva").click()
        await expect(field(page)).to_have_value("sju")
        await page.evaluate("window.ahead = -3600 * 1000")
        await send(it, page, "sju")
        await page.reload()
        await expect(page.get_by_text("sju", exact=True)).to_be_visible(timeout=15_000)
        await toxic.listen()
        began = time.monotonic()
        await expect(page.get_by_role("link", name="Mina bidrag (7)")).to_be_visible(timeout=40_000)
        took = round(time.monotonic() - began, 1)
        figures = {"written": len(words), "landed_after": took}
        await verdict("F10", "offline, reloaded, back", it, **figures)
        log = server.log_of(it.session)[1]
        assert [entry.words for entry in log if entry.words in words] == words


async def test_a_phone_whose_clock_is_put_back_sends_what_waits(watched):
    server = watched()
    async with evening(server, 1) as it, phone(it, server.address) as page:
        await it.do(c.SetSlowMode(2))
        await send(it, page, "ett")
        await send(it, page, "två")
        await expect(page.get_by_text("Väntar på att skickas")).to_be_visible()
        await page.evaluate("window.ahead = -3600 * 1000")
        await send(it, page, "tre")
        await expect(page.get_by_role("link", name="Mina bidrag (3)")).to_be_visible(timeout=30_000)
