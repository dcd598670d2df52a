import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    expect,
    sync_playwright,
)

from tests.browser.hall import LAPTOP, Facilitator, Hall

DEBIANS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""One engine; the first has no windows of its own, and opens a page many times as quickly."""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Of the proxy that tests put in front. A page has a setting for it, its service worker none.
    "--ignore-certificate-errors",
]
# A patience, and no promise: what should come does, however busy the machine is.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright's sync API keeps an event loop running in the main thread, where asyncio.run
    # would then fail: tests without a browser go first.
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def chromium() -> str | None:
    """Where it is; None for Playwright's own, or its clear error."""
    if named := os.environ.get("CHROMIUM"):
        return named
    return next((path for path in DEBIANS if Path(path).exists()), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page_errors() -> list[str]:
    """What the pages complained of; a test that provokes an error takes it out."""
    return []


@pytest.fixture
def new_page(browser: Browser, page_errors: list[str]) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def uncaught(event: WebError) -> None:
        page_errors.append(f"uncaught: {event.error.stack or event.error}")

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_errors.append(f"console: {message.text} ({message.location.get('url')})")

    def open_page(width: int = 1280, height: int = 800, **options: object) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, ignore_https_errors=True, **options)
        contexts.append(context)
        # On the context, so that pop-ups are heard too.
        context.on("weberror", uncaught)
        context.on("console", logged)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not page_errors, "\n".join(page_errors)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server for a file of tests; each test opens a session of its own."""
    hall = Hall(tmp_path_factory.mktemp("hall") / "data")
    yield hall
    hall.close()


@pytest.fixture
def fay(hall: Hall, new_page: Callable[..., Page]) -> Facilitator:
    """The facilitator, signed in, with the citizen dialogue open."""
    fay = Facilitator(hall, new_page(*LAPTOP, locale="sv-SE"))
    fay.open()
    return fay


@pytest.fixture(scope="session")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One server, without groups, for the files of tests that leave it running."""
    hall = Hall(tmp_path_factory.mktemp("shared") / "data", grouping="none")
    yield hall
    hall.close()
