"""nginx in front of web processes: a real one, with the example that the documentation shows."""

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import trustme

EXAMPLE = Path(__file__).parent.parent / "deploy" / "nginx.conf"
WHOLE = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    log_format told '$status $request_method $request_uri $upstream_addr';
    access_log {folder}/access.log told;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dialog.conf;
}}
"""
"""What a system's own nginx.conf says around the example."""
LEFT = 499
"""Its status where a page was left before the answer to what it had asked for."""
NOBODYS = "\n    location / { return 404; }\n}\n"
"""Outside of the prefix there is nothing."""


class Proxy:
    """`address`: what people type, the prefix at its end. `port`: where it listens;
    `plain_port`: where it only says that it is to be asked by https."""

    def __init__(self, folder: Path, prefix: str, tls: bool, port: int = 0) -> None:
        self.folder, self.prefix, self.tls = folder, prefix, tls
        self.port, self.plain_port = port or free_port(), free_port()

    @property
    def origin(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return self.origin + self.prefix

    @property
    def trusted(self) -> ssl.SSLContext:
        """For a client that believes its certificate and no other."""
        return ssl.create_default_context(cafile=self.folder / "authority.pem")

    def asked(self) -> list[tuple[int, str, str]]:
        """Status, method and path of every request until now, in the order of their ends."""
        return [(int(status), method, path) for status, method, path, _ in self._lines()]

    def failed(self) -> list[tuple[int, str, str]]:
        """What of it had no answer, or one that says no, though somebody waited for it."""
        return [it for it in self.asked() if it[0] >= 400 and it[0] != LEFT]

    def served(self) -> Counter[str]:
        """How many requests each upstream has answered."""
        return Counter(upstream for _, _, _, upstream in self._lines() if upstream != "-")

    def _lines(self) -> Iterator[list[str]]:
        lines = (self.folder / "access.log").read_text("utf-8").splitlines()
        return (line.split(" ", 3) for line in lines)

    def outside(self) -> list[tuple[int, str, str]]:
        """What of it was not under the prefix."""
        return [it for it in self.asked() if not it[2].startswith(f"{self.prefix}/")]

    def said(self) -> str:
        """Its log of errors."""
        return (self.folder / "error.log").read_text("utf-8")


@contextlib.contextmanager
def nginx(
    upstreams: Sequence[str],
    prefix: str = "/dialog",
    tls: bool = False,
    strips: bool = False,
    port: int = 0,
    mistake: tuple[str, str] = ("", ""),
) -> Iterator[Proxy]:
    """nginx in front of `upstreams` (`127.0.0.1:8001`, …), which need not be there yet. `strips`:
    it takes the prefix off before it asks them. `mistake`: what of the example is written wrongly,
    and how."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "the tests of running behind a proxy need nginx: see `make proxy`"
    with tempfile.TemporaryDirectory(prefix="dialog-nginx-") as made:
        folder = Path(made)
        proxy = Proxy(folder, prefix, tls, port)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, user=user), "utf-8")
        (folder / "dialog.conf").write_text(
            spoilt(fitted(proxy, upstreams, strips), *mistake), "utf-8"
        )
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "authority.pem")
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            folder / "certificate.pem"
        )
        process = subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder])
        try:
            until_it_listens(proxy, process)
            yield proxy
        finally:
            process.terminate()
            process.wait(10)


def fitted(proxy: Proxy, upstreams: Sequence[str], strips: bool) -> str:
    """The example for these processes, this prefix and this certificate."""
    servers = "".join(f"    server {it};\n" for it in upstreams)
    stripping = "/" if strips else ""
    changed = [
        ("    server 127.0.0.1:8001;\n    server 127.0.0.1:8002;\n", servers),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{proxy.port}{' ssl http2' * proxy.tls};"),
        ("listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        ("    server_name kommun.example;\n    ssl", "    server_name 127.0.0.1;\n    ssl"),
        ("/var/log/nginx/error.log", str(proxy.folder / "error.log")),
        ("/etc/ssl/kommun.example.pem", str(proxy.folder / "certificate.pem")),
        ("/etc/ssl/kommun.example.key", str(proxy.folder / "certificate.pem")),
        ("location /dialog/ {", f"location {proxy.prefix}/ {{"),
        ("proxy_pass http://dialog;", f"proxy_pass http://dialog{stripping};"),
        ("        access_log off;\n", ""),
    ]
    text = EXAMPLE.read_text("utf-8")
    for example, ours in changed:
        assert text.count(example) == 1, f"deploy/nginx.conf says {example!r} no longer"
        text = text.replace(example, ours)
    return text.removesuffix("\n}\n") + NOBODYS if proxy.prefix else text


def spoilt(text: str, right: str, wrong: str) -> str:
    assert not right or text.count(right) == 1, f"deploy/nginx.conf says {right!r} no longer"
    return text.replace(right, wrong) if right else text


def until_it_listens(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 15
    while True:
        assert process.poll() is None and time.monotonic() < end, f"nginx: {proxy.said()}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", proxy.port)) == 0:
                return
        time.sleep(0.02)


def free_port() -> int:
    """One that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
