"""The certificate of an https address: its chain, its name, its days."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from dialog.doctor.findings import Finding, fail, ok, warn

SOON = timedelta(days=14)
PATIENCE = 10


def looked_at(url: str, needed: timedelta) -> Finding:
    """As a browser would. `needed`: how long it must be good for from now."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ends, protocol = shaken_hands(host, parts.port or 443)
    except ssl.SSLCertVerificationError as error:
        do = (
            "the proxy needs the whole chain, in this name; SSL_CERT_FILE: an authority of your own"
        )
        return fail("certificate", f"browsers refuse it: {error.verify_message}", do)
    except ssl.SSLError as error:
        return fail("certificate", f"no TLS there: {error.reason}", "see deploy/nginx.conf")
    except OSError as error:
        do = "start the proxy; look at DNS and the firewall"
        return fail("certificate", f"nobody answers at {host}: {error.strerror or error}", do)
    left = ends - datetime.now(UTC)
    said = f"{host}, {left.days} days left, {protocol}"
    if left < needed:
        return fail("certificate", said, "renew it today")
    if left < SOON:
        return warn("certificate", said, "renew it")
    return ok("certificate", said)


def shaken_hands(host: str, port: int) -> tuple[datetime, str]:
    """When the certificate ends, and which protocol comes after: h2 or http/1.1."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        certificate = line.getpeercert() or {}
        protocol = line.selected_alpn_protocol() or "http/1.1"
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return datetime.fromtimestamp(ends, UTC), protocol
