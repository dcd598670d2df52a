"""The whole evening in real browsers: projector, facilitator and two phones, lobby to thanks. Once
on a laptop, and once on what the Procfile starts, behind a proxy and under a path."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hall import PHONE, PROJECTOR, Facilitator, Hall, Processes, join, wait_for
from tests.procfile import Procfile
from tests.proxy import nginx
from tests.test_bus import Redis

pytest_plugins = ["tests.store.databases"]

WORDS = [
    "cykelväg mellan orterna",
    "cykelvägar me belysnig",
    "När kommer cykelvägen till skolan?",
    "bussar på kvällen",
    "fler bussar på helgen",
    "sista bussen går för tidigt",
    "billiga hyresrätter",
    "hyresrätter för unga",
    "lekplats i parken",
    "bänkar i parken att vila på",
    "en park med lekplats",
    "badplats vid sjön",
    "rent vatten i sjön",
    "Vem ser till att sjön inte växer igen?",
]


@pytest.fixture(scope="module", params=["laptop", "procfile"])
def hall(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall | Processes]:
    """With a worker: here the machine groups what comes."""
    folder = tmp_path_factory.mktemp("hall")
    if request.param == "procfile":
        yield from processes(folder, request.getfixturevalue("postgres"))
        return
    hall = Hall(folder / "data", grouping="child")
    yield hall
    hall.close()


def processes(folder: Path, postgres: str) -> Iterator[Processes]:
    """Two web processes and a worker, PostgreSQL and Redis, under /dialog of a host with TLS."""
    from tests.store.databases import new_postgres_database  # a plugin first of all

    redis, database = Redis(folder).start(), new_postgres_database(postgres)
    started = Procfile(folder / "data", DIALOG_DATABASE=database, DIALOG_REDIS=redis.url)
    try:
        with nginx(started.upstreams, prefix="/dialog", tls=True) as proxy:
            started.environment["DIALOG_HOME"] = proxy.address
            with started.running():
                yield Processes(started, proxy)
            assert proxy.outside() == []
            assert set(proxy.served()) == set(started.upstreams)
            assert proxy.failed() == [], proxy.said()
    finally:
        redis.kill()


def write(phone: Page, text: str) -> None:
    """Write one contribution and see that it was received."""
    phone.get_by_role("textbox").fill(text)
    phone.get_by_role("button", name="Skicka", exact=True).click()
    expect(phone.get_by_text("Tack! Ditt bidrag").first).to_be_visible()
    expect(phone.get_by_role("textbox")).to_have_value("")


def picture(page: Page, name: str) -> None:
    """`make pictures` keeps what the README shows."""
    if folder := os.environ.get("DIALOG_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(8000)  # what was said on top has gone
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_an_evening_from_lobby_to_thanks(
    hall: Hall | Processes, fay: Facilitator, new_page: Callable[..., Page]
) -> None:
    projector = new_page(*PROJECTOR, locale="sv-SE")
    fay.pair(projector)
    code = fay.code
    expect(projector.get_by_text(f"{code[:3]}-{code[3:]}").first).to_be_visible()

    ada = join(hall, new_page(*PHONE, locale="sv-SE", device_scale_factor=2), code, "Seniorer")
    bo = join(hall, new_page(*PHONE, locale="sv-SE"), code.lower(), "Unga / gymnasieelever")

    fay.go_to("valkommen")
    expect(projector.get_by_text("Det här är redan beslutat").first).to_be_visible()

    fay.go_to("prova")
    ada.get_by_role("textbox").fill("hej hej")
    ada.get_by_role("button", name="Skicka").click()
    expect(projector.get_by_text("prov har kommit fram").first).to_be_visible()
    assert fay.records()["counts"]["contributions"] == 0

    fay.go_to("area-1-skriv")
    for phone in (ada, bo):
        expect(phone.get_by_role("heading", name="Vilka ord och frågor")).to_be_visible()
    for place, words in enumerate(WORDS):
        write((ada, bo)[place % 2], words)
    console = fay.console()
    expect(projector.get_by_text(WORDS[0])).to_have_count(0)
    wait_for(lambda: fay.records()["counts"]["held"] == len(WORDS))
    held = [slip["contribution"] for slip in fay.records()["queue"]["slips"]]
    assert fay.do("release-contributions", contributions=held)["t"] == "ack"
    # The latest of them are shown, and a worker takes a while to group all of them.
    expect(projector.get_by_text("cykelväg").first).to_be_visible(timeout=30_000)

    fay.go_to("area-1-innebord")
    expect(ada.get_by_role("heading", name="Vad betyder ”")).to_be_visible()
    write(ada, "Att man vågar ta cykeln även längs landsvägen")
    picture(ada, "phone")

    fay.go_to("area-1-ni-skrev")
    expect(projector.get_by_role("heading", name="Cykelväg")).to_be_visible()
    expect(ada.get_by_text("cykelväg").first).to_be_visible()
    picture(projector, "projector")

    shown = next(r for r in fay.records()["recent"]["slips"] if r["text"] == WORDS[0])
    hidden = fay.do("hide-contribution", contribution=shown["contribution"], reason="spam")
    assert hidden["t"] == "ack"
    expect(projector.get_by_text(WORDS[0])).to_have_count(0)
    expect(ada.get_by_text(WORDS[0])).to_have_count(0)

    fay.go_to("paus")
    expect(ada.get_by_text("Paus till klockan 19.55").first).to_be_visible()

    fay.go_to("stammer-det")
    ada.get_by_role("button", name="Stämmer").first.click()
    expect(projector.get_by_text("1 stämmer").first).to_be_visible()

    fay.go_to("prickar")
    expect(bo.get_by_text("Prickarna visar var rummet står just nu").first).to_be_visible()
    bo.get_by_role("button", name="Lägg en prick").first.click()
    expect(bo.get_by_text("4 prickar kvar").first).to_be_visible()
    fay.do("reveal-dots", revealed=True)
    expect(projector.get_by_text("1 prick").first).to_be_visible()

    fay.go_to("malgrupper")
    expect(projector.get_by_text("minst fem personer i en målgrupp").first).to_be_visible()

    fay.go_to("utvardering")
    bo.get_by_role("radio").first.check(force=True)

    fay.go_to("tack")
    expect(projector.get_by_text("Så går det vidare").first).to_be_visible()
    expect(ada.get_by_text("Så går det vidare").first).to_be_visible()
    assert fay.do("end-session")["t"] == "ack"
    expect(console.get_by_text("Tillfället är avslutat").first).to_be_visible()
