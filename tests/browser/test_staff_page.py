"""The staff's page: signing in at the provider and out again, links handed out and taken back."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.hall import LAPTOP, SMALL_PHONE, Hall, free_port
from tests.browser.test_receipt import NewPage
from tests.test_oidc import CLIENT_SECRET, HERE, ROLES


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A server at which staff sign in by link, or at a provider that is another site."""
    port = free_port("127.0.0.1")
    home = f"http://localhost:{port}"
    provider = subprocess.Popen(
        ["node", "provider.mjs", home],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert provider.stdout is not None
    env = {
        "DIALOG_HOME": home,
        "DIALOG_OIDC_ISSUER": provider.stdout.readline().strip(),
        "DIALOG_OIDC_CLIENT_ID": "dialog",
        "DIALOG_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "DIALOG_OIDC_SCOPES": "openid groups",
        "DIALOG_OIDC_ROLES": ROLES,
    }
    hall = Hall(tmp_path_factory.mktemp("hall") / "data", port=port, env=env)
    yield hall
    hall.close()
    provider.kill()
    provider.wait()
    provider.stdout.close()


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
