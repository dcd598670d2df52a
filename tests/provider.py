"""A real OpenID Connect provider (npm's oidc-provider), at which anybody signs in by their name."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "oidc"
CLIENT_SECRET = "a secret between the two of them, long enough for HS256"
ROLES = "facilitator=dialog leaders; registrar=dialog-clerks\nmoderator=dialog-moderators"
SCOPES = "openid groups"


@contextlib.contextmanager
def provider(home: str) -> Iterator[str]:
    """The address of one that knows the application whose address is `home`."""
    assert (HERE / "node_modules").is_dir(), "the provider is not installed: make provider"
    process = subprocess.Popen(
        ["node", "provider.mjs", home],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def known_by(issuer: str) -> dict[str, str]:
    """What the application's environment says of it."""
    return {
        "DIALOG_OIDC_ISSUER": issuer,
        "DIALOG_OIDC_CLIENT_ID": "dialog",
        "DIALOG_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "DIALOG_OIDC_SCOPES": SCOPES,
        "DIALOG_OIDC_ROLES": ROLES,
    }
