"""A server in a network of its own, behind a router that can lose, slow down and cut.

Hosts are network namespaces of Linux, joined by pairs of virtual cards; only the machine itself is
told one more way. Packets are lost in the router, on their way through, as they are in reality.
"""

import os
import shutil
import subprocess
from types import TracebackType


class FarAway:
    """server — router — this machine. `host` is the server's address; `under` starts a program on
    its machine."""

    def __init__(self) -> None:
        assert os.geteuid() == 0, "a network of one's own has to be made: run this test as root"
        for program, package in (("ip", "iproute2"), ("tc", "iproute2"), ("nft", "nftables")):
            assert shutil.which(program), f"networks are made with {program}: install {package}"

        number = os.getpid() % 2048
        network = f"10.{200 + number // 64}.{number % 64}"
        self.here, self.router_here = f"{network}.1", f"{network}.2"
        self.router_there, self.host = f"{network}.5", f"{network}.6"
        self.there = f"{network}.4/30"
        self.router, self.machine = f"router{number}", f"server{number}"
        self.cards = f"dlg{number}"

    @property
    def under(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.machine)

    def __enter__(self) -> "FarAway":
        for name in (self.router, self.machine):
            run("ip", "netns", "add", name)
        self._join("", f"{self.cards}a", self.here, self.router, f"{self.cards}b", self.router_here)
        self._join(
            *(self.router, f"{self.cards}c", self.router_there),
            *(self.machine, f"{self.cards}d", self.host),
        )
        run("ip", "route", "add", self.there, "via", self.router_here)
        self._on(self.machine, "ip", "route", "add", "default", "via", self.router_there)
        self._on(self.router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self._nft("add table ip way")
        self._nft("add chain ip way through { type filter hook forward priority 0; }")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in (self.machine, self.router):  # their cards go with them, and ours with theirs
            subprocess.run(["ip", "netns", "del", name], check=False)
        subprocess.run(["ip", "link", "del", f"{self.cards}a"], check=False, capture_output=True)

    # ── what can be done to the way ──

    def lose(self, percent: int) -> None:
        """So many of a hundred packets, both ways. All are lost by a rule of their own: there is
        nothing that is always less than 100."""
        self._nft("flush chain ip way through")
        if percent >= 100:
            self._nft("add rule ip way through drop")
        elif percent:
            self._nft(f"add rule ip way through numgen random mod 100 < {percent} drop")

    def narrow(self, rate: str) -> None:
        """No more than so much a second ("256kbit"), both ways; "": as much as it takes."""
        for card in (f"{self.cards}b", f"{self.cards}c"):
            if rate:
                queue = ("tbf", "rate", rate, "burst", "16kb", "latency", "400ms")
                self._on(self.router, "tc", "qdisc", "replace", "dev", card, "root", *queue)
            else:
                self._on(self.router, "tc", "qdisc", "del", "dev", card, "root")

    # ── how it is made ──

    def _join(self, one: str, card: str, at: str, other: str, far: str, far_at: str) -> None:
        """A cable between two machines."""
        run("ip", "link", "add", card, "type", "veth", "peer", "name", far)
        for name, end, address in ((one, card, at), (other, far, far_at)):
            if name:
                run("ip", "link", "set", end, "netns", name)
            self._on(name, "ip", "addr", "add", f"{address}/30", "dev", end)
            self._on(name, "ip", "link", "set", end, "up")
            if name:
                self._on(name, "ip", "link", "set", "lo", "up")

    def _on(self, name: str, *command: str) -> None:
        run(*(("ip", "netns", "exec", name) if name else ()), *command)

    def _nft(self, rule: str) -> None:
        self._on(self.router, "nft", rule)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
