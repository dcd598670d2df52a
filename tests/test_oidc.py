"""Staff sign in at a real OpenID Connect provider (npm's oidc-provider), and are attacked there."""

import json
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey, KeySet
from starlette.testclient import TestClient

from dialog import oidc
from dialog.app import create_app
from dialog.identity import SIGNED_IN_FOR
from dialog.limits import Buckets
from dialog.locales import translate
from dialog.settings import BadSetting, Settings, from_environment
from tests.provider import CLIENT_SECRET, ROLES, SCOPES, provider
from tests.test_api import somebody_else

HOME = "http://testserver"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that runs."""
    with provider(HOME) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def plain(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("house"),
        grouping="none",
        home=HOME,
        oidc_issuer=issuer,
        oidc_client_id="dialog",
        oidc_client_secret=CLIENT_SECRET,
        oidc_roles=ROLES,
        oidc_scopes=SCOPES,
    )


@pytest.fixture(scope="module")
def everybodys(plain: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(plain)) as client:
        client.app.state.installation.doorkeeper.per_address = Buckets(1000, 1)
        yield client


@pytest.fixture
def settings(plain: Settings) -> Iterator[Settings]:
    """What a test may change of them."""
    yield plain
    plain.oidc_claim, plain.oidc_acr, plain.oidc_amr, plain.staff_links = "groups", "", "", "on"


@pytest.fixture
def house(everybodys: TestClient, settings: Settings) -> TestClient:
    """The application's browser of nobody."""
    return everybodys


class Person:
    """A browser, and the name it gives at the provider."""

    def __init__(self, house: TestClient, name: str, **strength: str) -> None:
        self.browser = somebody_else(house)
        self.given = {"name": name, **strength}

    def begins(self, goes_to: str = "") -> str:
        """Presses the button; where the browser is sent."""
        asked = f"?{urlencode({'next': goes_to})}" if goes_to else ""
        answer = self.browser.get(f"/staff/sign-in{asked}", follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def comes_back(self, url: str) -> str:
        """Signs in at the provider; the address it sends the browser back to."""
        with httpx2.Client(follow_redirects=False) as there:
            answer = there.get(url)
            while not answer.headers["location"].startswith(HOME):
                url = str(answer.request.url.join(answer.headers["location"]))
                answer = there.get(url)
                if "/interaction/" in url:
                    answer = there.post(url, data=self.given)
            return str(answer.headers["location"])

    def signs_in(self, goes_to: str = "") -> httpx2.Response:
        return self.opens(self.comes_back(self.begins(goes_to)))

    def opens(self, url: str) -> httpx2.Response:
        return self.browser.get(url.removeprefix(HOME), follow_redirects=False)

    @property
    def role(self) -> str | None:
        return config(self.browser.get("/staff"))["role"]


def config(answer: httpx2.Response) -> dict:
    return json.loads(re.search(r'id="config">(.*?)</script>', answer.text)[1])


def problem(answer: httpx2.Response) -> str:
    """What the page says went wrong; the words must stand on it."""
    why = str(config(answer)["problem"])
    assert translate("sv", f"staff.problem_{why}") in answer.text
    assert answer.status_code == (502 if why == "unreachable" else 403)
    return why


@pytest.fixture
def forge(issuer: str) -> Callable[..., None]:
    """Has the provider's next ID token say something else."""
    return lambda **forgery: httpx2.post(f"{issuer}/forge", json=forgery).raise_for_status()


# ── as it should be ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name, role", [("fay", "facilitator"), ("mo", "moderator"), ("per", "registrar")]
)
def test_somebody_signs_in_with_the_role_of_their_group(house, name, role):
    person = Person(house, name)
    assert person.role is None
    assert person.signs_in().status_code == 200
    assert person.role == role


def test_the_way_there_carries_state_nonce_and_a_challenge_and_no_secret(house):
    asked = dict(parse_qsl(urlsplit(Person(house, "fay").begins()).query))
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HOME}/staff/back"
    assert min(len(asked[it]) for it in ("state", "nonce", "code_challenge")) >= 40
    assert CLIENT_SECRET not in asked.values()


def test_the_cookie_is_strict_and_the_page_goes_on_by_itself(house):
    answer = Person(house, "fay").signs_in("/console/s-1")
    said = [it.lower() for it in answer.headers.get_list("set-cookie")]
    assert any(it.startswith("staff=") and "samesite=strict" in it for it in said)
    assert any(it.startswith('away=""') and "max-age=0" in it for it in said)
    assert '<meta http-equiv="refresh" content="0; url=/console/s-1">' in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_groups_may_stand_in_the_token_itself_and_lie_deeper(house, settings, forge, alg):
    settings.oidc_claim = "realm_access.roles"
    forge(alg=alg, claims={"realm_access": {"roles": ["x", "dialog leaders"]}})
    person = Person(house, "somebody")
    person.signs_in()
    assert person.role == "facilitator"


def test_who_it_was_is_noted_and_told_with_what_they_did(house):
    fay = Person(house, "fay")
    fay.signs_in()
    fay.browser.post("/api/staff/phone-link", json={})
    latest = fay.browser.get("/api/staff/audit").json()[:2]
    assert [(it["what"], it["about"]) for it in latest] == [
        ("device-link", ""),
        ("signed-in", "provider"),
    ]
    assert [it["subject"] for it in latest] == ["fay", "fay"]


def test_signing_out_leads_to_the_providers_own_way_out(house, issuer):
    fay = Person(house, "fay")
    fay.signs_in()
    to = fay.browser.post("/api/staff/logout", json={}).json()["to"]
    assert to.startswith(f"{issuer}/session/end?")
    assert dict(parse_qsl(urlsplit(to).query)) == {
        "client_id": "dialog",
        "post_logout_redirect_uri": f"{HOME}/staff",
    }
    assert httpx2.get(to).status_code == 200
    assert fay.role is None


def test_a_device_signed_in_by_link_is_sent_to_no_provider(house):
    device = somebody_else(house)
    secret = house.app.state.installation.identity.link_secret("scribe", 0)
    device.post("/api/staff/login", json={"secret": secret})
    assert device.post("/api/staff/logout", json={}).json() == {"to": None}


def test_links_are_still_offered_beside_it_unless_they_are_off(house, settings):
    both = somebody_else(house).get("/staff").text
    assert translate("sv", "staff.sign_in_both") in both and "/staff/sign-in" in both
    settings.staff_links = "off"
    assert translate("sv", "staff.sign_in_account") in somebody_else(house).get("/staff").text


def test_whoever_opens_a_page_signed_out_comes_back_to_it(house):
    nobody = somebody_else(house)
    answer = nobody.get("/console/s-1", follow_redirects=False)
    assert answer.headers["location"] == "/staff?next=%2Fconsole%2Fs-1"
    page = nobody.get(answer.headers["location"]).text
    assert 'href="/staff/sign-in?next=/console/s-1"' in page


# ── what goes wrong, in a sentence ────────────────────────────────────────────────────────────


def test_somebody_without_a_role_is_told_so_and_is_not_signed_in(house):
    eve = Person(house, "eve")
    assert problem(eve.signs_in()) == "no-role"
    assert eve.role is None


def test_whoever_thinks_better_of_it_is_told_that_it_was_cancelled(house):
    assert problem(Person(house, "").signs_in()) == "cancelled"


@pytest.mark.parametrize(
    "asked, given, good",
    [
        ({"oidc_amr": "mfa hwk"}, {"amr": "pwd"}, False),
        ({"oidc_amr": "mfa hwk"}, {}, False),
        ({"oidc_amr": "mfa hwk"}, {"amr": "pwd mfa"}, True),
        ({"oidc_acr": "high"}, {"acr": "low"}, False),
        ({"oidc_acr": "high"}, {"acr": "high"}, True),
    ],
)
def test_a_sign_in_that_is_too_weak_is_refused(house, settings, asked, given, good):
    for name, value in asked.items():
        setattr(settings, name, value)
    fay = Person(house, "fay", **given)
    answer = fay.signs_in()
    assert good or problem(answer) == "too-weak"
    assert (fay.role == "facilitator") == good


def test_a_provider_that_does_not_answer_is_said_to(house, settings):
    provider = house.app.state.installation.provider
    issuer = settings.oidc_issuer
    try:
        for wrong in ("http://127.0.0.1:9", f"{issuer}/"):  # nobody there; another name for it
            settings.oidc_issuer, provider.description = wrong, None
            answer = somebody_else(house).get("/staff/sign-in", follow_redirects=False)
            assert problem(answer) == "unreachable"
    finally:
        settings.oidc_issuer = issuer
    assert Person(house, "fay").begins()


def test_new_keys_of_the_provider_are_fetched_when_a_token_names_one(house):
    provider = house.app.state.installation.provider
    provider.keys = KeySet([ECKey.generate_key("P-256", {"kid": "of last year"})])
    fay = Person(house, "fay")
    fay.signs_in()
    assert fay.role == "facilitator"


# ── attacks ───────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_this_browser_has_not_asked_for_is_refused(house):
    eve, fay = Person(house, "mo"), Person(house, "fay")
    eves = eve.comes_back(eve.begins())
    assert problem(fay.opens(eves)) == "stale"  # never set out
    fay.begins()
    assert problem(fay.opens(eves)) == "stale"  # set out with another state
    assert fay.role is None


@pytest.mark.parametrize("state", ["", "x", None])
def test_a_forged_state_is_refused(house, state):
    fay = Person(house, "fay")
    back = dict(parse_qsl(urlsplit(fay.comes_back(fay.begins())).query))
    del back["state"]
    forged = back if state is None else back | {"state": state}
    assert problem(fay.opens(f"/staff/back?{urlencode(forged)}")) == "stale"


def test_a_code_is_good_once_and_so_is_what_the_browser_kept(house):
    fay = Person(house, "fay")
    sent_to = fay.begins()
    kept = dict(fay.browser.cookies)
    back = fay.comes_back(sent_to)
    assert fay.opens(back).status_code == 200
    assert problem(fay.opens(back)) == "stale"
    thief = Person(house, "fay")
    thief.browser.cookies = kept
    assert problem(thief.opens(back)) == "refused"
    assert thief.role is None


def test_a_code_without_the_browsers_verifier_is_worth_nothing(house):
    victim, thief = Person(house, "fay"), Person(house, "fay")
    code = dict(parse_qsl(urlsplit(victim.comes_back(victim.begins())).query))["code"]
    own = dict(parse_qsl(urlsplit(thief.begins()).query))
    stolen = urlencode({"code": code, "state": own["state"]})
    assert problem(thief.opens(f"/staff/back?{stolen}")) == "refused"


def test_an_answer_of_another_provider_is_refused(house):
    fay = Person(house, "fay")
    back = fay.comes_back(fay.begins())
    assert "iss=" in back
    mixed_up = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)
    assert problem(fay.opens(mixed_up)) == "refused"


NOW = int(time.time())
FORGERIES = {
    "of another sign-in": {"claims": {"nonce": "another"}},
    "of no sign-in": {"without": ["nonce"]},
    "for another application": {"claims": {"aud": "payroll"}},
    "for another application too": {"claims": {"aud": ["dialog", "payroll"], "azp": "payroll"}},
    "for another application in our name": {"claims": {"aud": "payroll", "azp": "dialog"}},
    "for nobody": {"without": ["aud"]},
    "of another issuer": {"claims": {"iss": "https://evil.example"}},
    "of no issuer": {"without": ["iss"]},
    "of the day before": {"claims": {"iat": NOW - 90_000, "exp": NOW - 86_400}},
    "without an end": {"without": ["exp"]},
    "of tomorrow": {"claims": {"nbf": NOW + 86_400}},
    "about nobody": {"without": ["sub"]},
    "signed by a stranger": {"key": "stranger"},
    "not signed": {"alg": "none"},
    "signed with what we know ourselves": {"alg": "HS256"},
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_token_is_refused_that_is(house, forge, kind):
    forge(**FORGERIES[kind])
    fay = Person(house, "fay")
    assert problem(fay.signs_in()) == "refused"
    assert fay.role is None


def test_groups_that_the_provider_tells_of_somebody_else_are_not_taken_over(house, forge):
    forge(claims={"sub": "eve"})
    eve = Person(house, "fay")
    assert problem(eve.signs_in()) == "no-role"


ELSEWHERE = (
    *("https://evil.example", "//evil.example", "/\\evil.example", "/console/../..//evil.example"),
    *("/console/x?y=//evil", "javascript:alert(1)", "/console/x\n/evil", "/api/staff/logout"),
    *(' /work/x"><script>', "/static/x", "https:/console/x", "/console//evil.example"),
)


@pytest.mark.parametrize("goes_to", ELSEWHERE)
def test_a_sign_in_leads_to_pages_of_ours_and_nowhere_else(house, goes_to):
    fay = Person(house, "fay")
    fay.begins(goes_to)
    kept = house.app.state.installation.identity.serializer.loads(fay.browser.cookies["away"])
    assert kept[-1] == "/staff"


def test_a_role_that_is_revoked_is_signed_out_also_where_the_provider_let_it_in(house):
    mo, fay = Person(house, "mo"), Person(house, "fay")
    mo.signs_in()
    fay.signs_in()
    fay.browser.post("/api/staff/revoke", json={"role": "moderator"})
    assert mo.role is None
    mo.signs_in()
    assert mo.role == "moderator"


def test_a_sign_in_at_the_provider_ends_as_any_other(house):
    fay = Person(house, "fay")
    fay.signs_in()
    identity = house.app.state.installation.identity
    now = identity.now
    identity.now = lambda: now() + SIGNED_IN_FOR
    try:
        assert fay.role is None
    finally:
        identity.now = now


# ── settings ──────────────────────────────────────────────────────────────────────────────────

WHOLE = {
    "oidc_issuer": "https://login.example.se/kommun",
    "oidc_client_id": "dialog",
    "oidc_client_secret": "s",
    "oidc_roles": "facilitator=CN=Dialog,OU=Groups",
}


@pytest.mark.parametrize(
    "wrong, complaint",
    [
        ({"oidc_issuer": ""}, "DIALOG_OIDC_ISSUER"),
        ({"oidc_issuer": "http://login.example.se"}, "https"),
        ({"oidc_issuer": "https://login.example.se?x"}, "without query"),
        ({"oidc_client_secret": ""}, "DIALOG_OIDC_CLIENT_SECRET"),
        ({"oidc_roles": ""}, "DIALOG_OIDC_ROLES"),
        ({"staff_links": "no"}, "on or off"),
        (
            {
                "oidc_issuer": "",
                "oidc_client_id": "",
                "oidc_client_secret": "",
                "oidc_roles": "",
                "staff_links": "off",
            },
            "nobody",
        ),
    ],
)
def test_half_a_provider_stops_the_start(wrong, complaint):
    with pytest.raises(BadSetting, match=complaint) as refused:
        from_environment(**(WHOLE | wrong))
    assert "s3cret" not in str(refused.value)


def test_a_group_may_be_an_address_in_a_directory_and_a_role_must_be_one():
    assert oidc.roles_in(from_environment(**WHOLE).oidc_roles) == [
        ("facilitator", "CN=Dialog,OU=Groups")
    ]
    for wrong in ("king=x", "facilitator", "facilitator="):
        with pytest.raises(BadSetting, match="role=value"):
            oidc.roles_in(wrong)


def test_the_clients_secret_is_not_in_what_is_printed_of_the_settings():
    assert "s3cret" not in repr(Settings(oidc_client_secret="s3cret"))
