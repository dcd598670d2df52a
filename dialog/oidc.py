"""Staff who sign in at the municipality's own OpenID Connect provider: authorization code with
PKCE. Only who they are and their role is taken over; no token of the provider's is kept.
"""

import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError, InvalidURL
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from dialog.identity import STAFF_ROLES, Begun, CannotSignIn, StaffRole
from dialog.settings import BadSetting, Settings

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "ES256"]
"""Never what a token or the provider's description asks for: `none` and HS256 are forgeries."""
PATIENCE = 10.0
CLOCKS_DIFFER = 60
DESCRIBED_FOR = 3600.0
SILENT = (HTTPError, InvalidURL, msgspec.MsgspecError, ValueError)
"""Nobody answers there, or not what a provider answers."""


class Description(msgspec.Struct):
    """What we use of how a provider describes itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who has signed in, as the provider names them, and the role they have here."""

    subject: str
    role: StaffRole


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.roles = roles_in(settings.oidc_roles)
        self.back = f"{settings.home_url}/staff/back"
        self.description: Description | None = None
        self.described_at = 0.0
        self.keys: KeySet | None = None

    # ── there, and back ──

    async def begin(self, goes_to: str) -> tuple[str, Begun]:
        """Where the browser goes to sign in, and what it must bring back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = Begun(state, nonce, verifier, goes_to)
        asked = {"nonce": begun.nonce, "code_verifier": begun.verifier}
        if self.settings.oidc_acr:
            asked["acr_values"] = self.settings.oidc_acr
        there = await self._described()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                there.authorization_endpoint, begun.state, **asked
            )
        return str(url), begun

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> Arrived:
        """Who comes back with `answer`, or `CannotSignIn`."""
        if not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
            raise CannotSignIn("stale")
        if answer.get("iss", self.settings.oidc_issuer) != self.settings.oidc_issuer:
            raise CannotSignIn("refused")  # an answer of another provider (RFC 9207)
        if "error" in answer or not answer.get("code"):
            cancelled = answer.get("error") == "access_denied"
            raise CannotSignIn("cancelled" if cancelled else "refused")
        try:
            claims = await self._claims(begun, answer["code"])
        except (OAuthError, JoseError) as error:
            log.warning("a sign-in at the provider was refused: %s", type(error).__name__)
            raise CannotSignIn("refused") from None
        except SILENT as error:
            raise self._silent(error) from None
        self._check_strength(claims)
        return Arrived(str(claims["sub"])[:255], self._role(claims))

    async def way_out(self) -> str | None:
        """Where the browser goes to sign out there too; None if the provider has no such place."""
        try:
            there = (await self._described()).end_session_endpoint
        except CannotSignIn:
            return None
        if not there:
            return None
        home = {"client_id": self.settings.oidc_client_id}
        home["post_logout_redirect_uri"] = f"{self.settings.home_url}/staff"
        return f"{there}{'&' if '?' in there else '?'}{urlencode(home)}"

    # ── what the provider says ──

    async def _claims(self, begun: Begun, code: str) -> dict[str, Any]:
        described = await self._described()
        async with self._client() as client:
            tokens = await client.fetch_token(
                described.token_endpoint, code=code, code_verifier=begun.verifier
            )
            said = await self._read(client, tokens, begun.nonce)
            at = described.userinfo_endpoint
            if at and claim_at(said, self.settings.oidc_claim) is None:
                more = await client.get(at)
                more.raise_for_status()
                told = msgspec.json.decode(more.content, type=dict[str, Any])
                if told.get("sub") == said["sub"]:
                    return {**told, **said}
        return said

    async def _read(
        self, client: AsyncOAuth2Client, tokens: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        """The ID token's claims, when it is the provider's, for us, of now and of this sign-in."""
        sealed = str(tokens.get("id_token", ""))
        try:
            token = await self._opened(client, sealed)
        except InvalidKeyIdError:  # the provider has new keys
            self.keys = None
            token = await self._opened(client, sealed)
        ours = self.settings.oidc_client_id
        expected = {
            "iss": {"essential": True, "value": self.settings.oidc_issuer},
            "aud": {"essential": True, "value": ours},
            "exp": {"essential": True},
        }
        about = {"nonce": nonce, "client_id": ours, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, expected, about)
        claims.validate(leeway=CLOCKS_DIFFER)
        return dict(claims)

    async def _opened(self, client: AsyncOAuth2Client, token: str) -> jwt.Token:
        if self.keys is None:
            where = (await self._described()).jwks_uri
            answer = await client.request("GET", where, withhold_token=True)
            answer.raise_for_status()
            self.keys = KeySet.import_key_set(answer.json())
        allowed = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        return jwt.decode(token, self.keys, registry=allowed)

    async def _described(self) -> Description:
        """How the provider describes itself, asked anew every hour."""
        if self.description is None or time.monotonic() - self.described_at > DESCRIBED_FOR:
            try:
                self.description = await self._ask()
            except SILENT as error:
                raise self._silent(error) from None
            self.described_at = time.monotonic()
        return self.description

    async def _ask(self) -> Description:
        issuer = self.settings.oidc_issuer
        where = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        async with self._client() as client:
            answer = await client.request("GET", where, withhold_token=True)
        answer.raise_for_status()
        found = msgspec.json.decode(answer.content, type=Description)
        if found.issuer != issuer:
            raise ValueError(f"it calls itself {found.issuer!r}, not {issuer!r}")
        for name, address in msgspec.structs.asdict(found).items():
            if address is not None and urlsplit(address).scheme != urlsplit(issuer).scheme:
                raise ValueError(f"its {name} is not as safe as itself")
        return found

    def _client(self) -> AbstractAsyncContextManager[AsyncOAuth2Client]:
        client = AsyncOAuth2Client(
            self.settings.oidc_client_id,
            self.settings.oidc_client_secret,
            scope=self.settings.oidc_scopes,
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=PATIENCE,
        )
        return cast(AbstractAsyncContextManager[AsyncOAuth2Client], client)

    def _silent(self, error: Exception) -> CannotSignIn:
        log.warning("the provider cannot be asked: %s %s", type(error).__name__, error)
        return CannotSignIn("unreachable")

    # ── what follows from it ──

    def _check_strength(self, claims: Mapping[str, Any]) -> None:
        acr, amr = self.settings.oidc_acr.split(), self.settings.oidc_amr.split()
        used = values_of(claims.get("amr"))
        if (acr and claims.get("acr") not in acr) or (amr and used.isdisjoint(amr)):
            raise CannotSignIn("too-weak")

    def _role(self, claims: Mapping[str, Any]) -> StaffRole:
        values = values_of(claim_at(claims, self.settings.oidc_claim))
        role: StaffRole | None = next((it for it, value in self.roles if value in values), None)
        if role is None:
            raise CannotSignIn("no-role")
        return role


def roles_in(written: str) -> list[tuple[StaffRole, str]]:
    """`role=value; role=value` as pairs, or `BadSetting`. A value may hold an equals sign."""
    found: list[tuple[StaffRole, str]] = []
    for part in filter(str.strip, written.replace("\n", ";").split(";")):
        role, _, value = (it.strip() for it in part.partition("="))
        if role not in STAFF_ROLES or not value:
            raise BadSetting(
                f"DIALOG_OIDC_ROLES has {part.strip()!r}: expected role=value with a role of "
                + ", ".join(STAFF_ROLES)
            )
        found.append((role, value))
    return found


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of that name, else the one that lies along the path; None if there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def values_of(claim: Any) -> set[str]:
    """A claim may be one value or several."""
    return {str(it) for it in (claim if isinstance(claim, list) else [claim]) if it is not None}
