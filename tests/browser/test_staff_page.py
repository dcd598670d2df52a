"""The staff's page: signing in at the provider and out again, links handed out and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.axe import faults
from tests.browser.hall import LAPTOP, SMALL_PHONE, Behind, Facilitator, Hall, free_port
from tests.browser.test_receipt import NewPage
from tests.provider import known_by, provider
from tests.proxy import nginx


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server at which staff sign in by link, or at a provider that is another site."""
    port = free_port("127.0.0.1")
    home = f"http://localhost:{port}"
    with provider(home) as issuer:
        env = {"DIALOG_HOME": home, **known_by(issuer)}
        hall = Hall(tmp_path_factory.mktemp("hall") / "data", port=port, env=env)
        yield hall
        hall.close()


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_somebody_signs_in_at_another_site_comes_back_and_signs_out_of_both(
    hall: Hall, new_page: NewPage, page_errors: list[str]
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    home = hall.link.partition("/staff")[0]
    page.goto(f"{home}/staff")
    assert faults(page) == []
    page.get_by_role("link", name="Logga in med kommunens konto").click()
    page.get_by_label("Name").fill("fay")
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Översikt")
    expect(page.get_by_text("Inloggad som processledare")).to_be_visible()
    assert page.url == f"{home}/staff"
    cookies = {it["name"]: it for it in page.context.cookies(home)}
    assert cookies["staff"]["sameSite"] == "Strict" and cookies["staff"]["httpOnly"]
    assert "away" not in cookies
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    heading(page, "Logga in")
    page_errors.clear()  # the provider's pages may complain


def test_nobody_can_press_to_sign_out_before_the_page_would_heed_it(
    hall: Hall, new_page: NewPage
) -> None:
    page = new_page(*LAPTOP, locale="sv-SE")
    page.route("**/staff/overview.js", lambda it: None)  # it is on its way for ever
    page.goto(hall.link, wait_until="commit")
    heading(page, "Översikt")
    expect(page.get_by_role("button", name="Logga ut")).to_be_disabled()


def test_under_a_path_of_a_shared_host_the_whole_way_in_and_out_stays_under_it(
    tmp_path: Path, new_page: NewPage, page_errors: list[str]
) -> None:
    at = free_port("127.0.0.1")
    with nginx([f"127.0.0.1:{at}"], prefix="/tjanster/dialog", tls=True) as proxy:
        with provider(proxy.address) as issuer:
            hall = Behind(tmp_path / "data", proxy, at, env=known_by(issuer))
            try:
                in_and_out(hall, new_page)
            finally:
                hall.close()
                page_errors.clear()  # the provider's pages may complain, and lines that are cut
        assert proxy.outside() == []
        asked = [path.partition("?")[0] for _, _, path in proxy.asked()]
        assert f"{proxy.prefix}/staff/back" in asked


def in_and_out(hall: Behind, new_page: NewPage) -> None:
    """To the console that was asked for, and out; what the browser keeps is for the path alone."""
    kept: dict[str, dict[str, object]] = {}

    def keep(answer: Response) -> None:
        for it in page.context.cookies(f"{hall.home}/staff/back"):
            kept.setdefault(str(it["name"]), dict(it))

    session = Facilitator(hall, new_page(*LAPTOP, locale="sv-SE")).open()
    page = new_page(*LAPTOP, locale="sv-SE")
    page.on("response", keep)
    page.goto(f"{hall.home}/console/{session}")
    page.get_by_role("link", name="Logga in med kommunens konto").click()
    expect(page.get_by_label("Name")).to_be_visible()
    page.get_by_label("Name").fill("fay")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Konsolen är ansluten")).to_be_visible()
    assert page.url == f"{hall.home}/console/{session}"
    ours = [it for name, it in kept.items() if name.startswith("__Secure-")]
    assert {it["name"] for it in ours} == {"__Secure-away", "__Secure-staff"}, kept.keys()
    assert {(it["path"], it["secure"]) for it in ours} == {(hall.proxy.prefix, True)}
    assert "__Secure-away" not in {it["name"] for it in page.context.cookies()}
    page.goto(f"{hall.home}/staff")
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    heading(page, "Logga in")
    assert page.url.partition("?")[0] == f"{hall.home}/staff"
    left = {it["name"] for it in page.context.cookies(f"{hall.home}/staff")}
    assert left.isdisjoint({"__Secure-staff", "__Secure-away"})


@pytest.mark.parametrize("language", ["sv-SE", "en-GB"])
def test_what_is_seen_on_the_way_in_has_no_accessibility_faults(
    hall: Hall, new_page: NewPage, page_errors: list[str], language: str
) -> None:
    page = new_page(*LAPTOP, locale=language)
    home = hall.link.partition("/staff")[0]
    page.goto(f"{home}/staff/back?state=none-of-ours&code=no-code")
    expect(page.locator(".problem")).to_be_visible()
    assert faults(page) == []
    page.goto(f"{home}/staff/sign-in")
    page.get_by_label("Name").fill("fay")
    page.route(f"{home}/staff", lambda it: it.abort("aborted"))  # stays where it would go on
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".sign-in[role=status]")).to_be_visible()
    assert faults(page) == []
    page_errors.clear()  # the provider's pages may complain


def test_the_facilitator_hands_a_link_out_and_takes_it_back(
    hall: Hall, new_page: NewPage, page_errors: list[str]
) -> None:
    fay, mo = new_page(*SMALL_PHONE, locale="sv-SE"), new_page(*LAPTOP, locale="sv-SE")
    fay.goto(hall.link)
    fay.get_by_text("Länkar att dela ut").click()
    link = fay.get_by_label("Länk för moderator")
    mo.goto(link.input_value())
    heading(mo, "Översikt")
    expect(mo.get_by_text("Inget tillfälle är öppet just nu.")).to_be_visible()
    assert "#" not in mo.url
    old = link.input_value()
    fay.get_by_role("button", name="Dra in länken för moderator").click()
    expect(
        fay.get_by_role("button", name="Nej, behåll").and_(fay.locator(":focus"))
    ).to_be_visible()
    fay.get_by_text("Vad medarbetare har gjort").first.click()
    assert faults(fay) == []
    assert fay.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]
    fay.locator("[data-role=moderator]").get_by_role("button", name="Ja, dra in").click()
    expect(fay.get_by_text("Den gamla länken är indragen. Det här är en ny.")).to_be_visible()
    assert link.input_value() != old
    heading(mo, "Logga in")  # within seconds, by itself
    mo.goto(old)
    expect(mo.get_by_text("Länken gäller inte längre. Fråga efter en ny.")).to_be_visible()
    page_errors.clear()  # 403, twice
