"""The first load of each page in a real browser: bytes, requests, and when the phone can be used.

    python -m bench.first_load [--times 5]

The phone at slow 3G (400 kbit/s each way, 400 ms there and back, as WebPageTest has it) and a
processor four times as slow. `usable` is from the address until "Gå med" is there and the script
that answers it, `written` until the field for a contribution is there, with the two presses that
lead to it. Beside it in the same run a sketch served the same way: a page with a form, a stylesheet
and a script that opens the socket, usable when the socket is open. What others weigh is quoted.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bench.deployment import free_port
from bench.row import Row
from tests.browser.conftest import ARGS, chromium
from tests.browser.hall import LAPTOP, PHONE, PROJECTOR, Facilitator, Hall, weigh

STEP = "area-1-skriv"
KBIT, ROUND_TRIP_MS, SLOWER = 400, 400, 4
LIMITS = {
    "phone": (30_000, 12),
    "board": (80_000, 45),
    "console": (80_000, 45),
    "projector": (80_000, 45),
}
"""Bytes with headers, and requests."""
OTHERS_KB = {"Polis": 427, "scrumlr": 740, "Particify": 904}
"""As measured for the issue of scale; not measured again here."""
USABLE_WITHIN = 2.5


class Load(NamedTuple):
    """`usable`, `written`: seconds, where that was measured."""

    size: int
    requests: int
    usable: float = 0.0
    written: float = 0.0


# ── the sketch ──

SKETCH = {
    "/": (
        "text/html; charset=utf-8",
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Skiss</title>"
        "<meta name=viewport content='width=device-width'><link rel=stylesheet href=/style.css>"
        "<h1>Vad ska kommunen tänka på?</h1><form><label>Ditt bidrag <textarea rows=4></textarea>"
        "</label><button disabled>Skicka</button></form><p role=status></p>"
        "<script type=module src=/page.js></script></html>",
    ),
    "/style.css": (
        "text/css",
        "body{font:1.125rem/1.5 system-ui;margin:1rem auto;max-width:40rem;padding:0 1rem}"
        "textarea{width:100%;font:inherit}button{font:inherit;padding:.75rem 1.5rem}",
    ),
    "/page.js": (
        "text/javascript",
        "const button=document.querySelector('button'),said=document.querySelector('[role=status]')"
        "\nconst socket=new WebSocket(`ws://${location.host}/ws`)"
        "\nsocket.onopen=()=>{button.disabled=false}"
        "\nsocket.onmessage=it=>{said.textContent=it.data}"
        "\ndocument.querySelector('form').onsubmit=it=>{it.preventDefault();"
        "socket.send(document.querySelector('textarea').value)}",
    ),
}


async def page_of_sketch(request: Request) -> Response:
    kind, text = SKETCH[request.url.path]
    return Response(text, media_type=kind)


async def socket_of_sketch(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


@contextmanager
def sketch() -> Iterator[str]:
    """Its address while it is served."""
    app = Starlette(
        routes=[WebSocketRoute("/ws", socket_of_sketch)]
        + [Route(path, page_of_sketch) for path in SKETCH],
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
    )
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", ws="websockets-sansio", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()


# ── measuring ──


def slow_phone(browser: Browser, slow: bool = True) -> Page:
    """A visitor who has never been here, on a slow phone with a slow network."""
    context = browser.new_context(
        locale="sv-SE",
        service_workers="block",
        viewport={"width": PHONE[0], "height": PHONE[1]},
    )
    page = context.new_page()
    if slow:
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": ROUND_TRIP_MS,
                "downloadThroughput": KBIT * 125,
                "uploadThroughput": KBIT * 125,
            },
        )
        network.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def sketch_open(page: Page) -> None:
    page.locator("button:not([disabled])").wait_for()


def can_join(page: Page) -> None:
    """The button is there, and the script that answers it: until then it is a plain form's."""
    page.get_by_role("button", name="Gå med").wait_for()
    page.wait_for_load_state("domcontentloaded")  # which waits for modules


def can_write(page: Page) -> None:
    """The two presses from the first page to the field."""
    page.get_by_role("button", name="Gå med").click()
    page.get_by_role("button", name="Vill inte svara", exact=True).click()
    page.get_by_label("Ditt bidrag").wait_for()


def loads(
    browser: Browser,
    address: str,
    usable: Callable[[Page], object],
    times: int,
    then: Callable[[Page], object] | None = None,
) -> Load:
    """The weight, and the medians of so many first visits."""
    light = slow_phone(browser, slow=False)
    size, requests = weigh(light, address)
    light.context.close()
    usables, writtens = [], []
    for _ in range(times):
        page = slow_phone(browser)
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        usable(page)
        usables.append(time.perf_counter() - began)
        if then is not None:
            then(page)
            writtens.append(time.perf_counter() - began)
        page.context.close()
    return Load(size, requests, statistics.median(usables), statistics.median(writtens or [0]))


def of_staff(browser: Browser, fay: Facilitator, page: str) -> Load:
    """A page of the facilitator's, in a browser that has nothing of it yet."""
    width, height = PROJECTOR if page == "projector" else LAPTOP
    context = browser.new_context(
        locale="sv-SE", service_workers="block", viewport={"width": width, "height": height}
    )
    try:
        if page == "projector":
            its = context.new_page()
            fay.pair(its)
            its.context.new_cdp_session(its).send("Network.clearBrowserCache")
            return Load(*weigh(its, f"{fay.hall.home}/projector"))
        context.add_cookies(fay.page.context.cookies())  # type: ignore[arg-type]
        return Load(*weigh(context.new_page(), f"{fay.hall.home}/{page}/{fay.session}"))
    finally:
        context.close()


def measured(times: int) -> dict[str, Load]:
    """Every page and the sketch, from one server in one browser."""
    with (
        tempfile.TemporaryDirectory(prefix="dialog-load-") as folder,
        sync_playwright() as playwright,
        sketch() as bare,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        hall = Hall(Path(folder) / "data")
        try:
            fay = Facilitator(hall, browser.new_context(locale="sv-SE").new_page())
            fay.open()
            fay.go_to(STEP)
            found = {
                "sketch": loads(browser, bare, sketch_open, times),
                "phone": loads(browser, f"{hall.home}/j/{fay.code}", can_join, times, can_write),
            }
            return found | {it: of_staff(browser, fay, it) for it in LIMITS if it != "phone"}
        finally:
            hall.close()
            browser.close()


def rows(small: bool = False) -> list[Row]:
    """The phone with its times, then what each of the others weighs."""
    found = measured(1 if small else 5)
    return [row_of_phone(found), *(row_of(it, found[it]) for it in LIMITS if it != "phone")]


def row_of_phone(found: dict[str, Load]) -> Row:
    phone, bare = found["phone"], found["sketch"]
    size, requests = LIMITS["phone"]
    others = ", ".join(f"{name} {kb} kB" for name, kb in OTHERS_KB.items())
    light = phone.size <= size and phone.requests <= requests
    return Row(
        "first load of the phone page, slow 3G, processor four times as slow",
        f"{others} (as stated); a bare sketch in the same run {bare.size / 1000:.1f} kB,"
        f" {bare.requests} requests, {bare.usable:.1f} s",
        f"≤ {size / 1000:.0f} kB, ≤ {requests} requests, usable ≤ {USABLE_WITHIN} s",
        f"{phone.size / 1000:.1f} kB, {phone.requests} requests, usable after {phone.usable:.1f} s"
        f" ({phone.usable / bare.usable:.2f} of the sketch), writing after {phone.written:.1f} s",
        light and phone.usable <= USABLE_WITHIN,
        {
            "bytes": phone.size,
            "requests": phone.requests,
            "usable_s": round(phone.usable, 2),
            "written_s": round(phone.written, 2),
            "sketch_bytes": bare.size,
            "sketch_requests": bare.requests,
            "sketch_usable_s": round(bare.usable, 2),
            **{f"{name}_kb_as_stated": kb for name, kb in OTHERS_KB.items()},
        },
    )


def row_of(page: str, load: Load) -> Row:
    size, requests = LIMITS[page]
    return Row(
        f"first load of the {page}",
        "Polis 427 kB (as stated)",
        f"≤ {size / 1000:.0f} kB, ≤ {requests} requests",
        f"{load.size / 1000:.1f} kB, {load.requests} requests",
        load.size <= size and load.requests <= requests,
        {"bytes": load.size, "requests": load.requests},
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--times", type=int, default=5, help="First visits of a phone.")
    found = measured(arguments.parse_args().times)
    for row in [row_of_phone(found), *(row_of(it, found[it]) for it in LIMITS if it != "phone")]:
        print(f"{row.what}: {row.reached}; anchor {row.anchor}; to reach {row.to_reach}")


if __name__ == "__main__":
    main()
