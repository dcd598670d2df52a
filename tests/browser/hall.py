"""A real server process, and the people who come to it with browsers."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.procfile import Procfile
from tests.proxy import Proxy

PHONE = (390, 844)
SMALL_PHONE = (320, 568)
PROJECTOR = (1920, 1080)
LAPTOP = (1280, 800)
SMALL_LAPTOP = (1366, 800)
EVENING = "2019-04-01-medborgardialog"


class Hall:
    """`dialog serve` on a free port with its own data folder. `grouping`: as in the settings;
    `env`: what its environment has more."""

    program = "dialog"

    def __init__(
        self,
        data: Path,
        host: str = "127.0.0.1",
        grouping: str = "none",
        port: int = 0,
        env: dict[str, str] | None = None,
    ) -> None:
        self.data, self.host, self.port = data, host, port or free_port(host)
        self.grouping, self.env = grouping, env or {}
        self.start()

    def start(self) -> None:
        """Start (again) on the same port and data."""
        arguments = ["serve", "--host", self.host, "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.program, *arguments, "--data", str(self.data)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "DIALOG_GROUPING": self.grouping} | self.env,
        )
        said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said += line
            if "Registrar" in line:
                break
        self.link = found(r"Facilitator\s+(\S+)", said)
        self.presidium_link = found(r"Presidium\s+(\S+)", said)
        self.committee_link = found(r"Committee\s+(\S+)", said)
        self.moderator_link = found(r"Moderator\s+(\S+)", said)
        wait_for(lambda: answers(self.host, self.port))

    @property
    def home(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """What a browser says a page of ours is of."""
        return "/".join(self.home.split("/")[:3])

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._gone()

    def close(self) -> None:
        """As an operator would."""
        if self.process.poll() is None:
            self.process.terminate()
            self._gone()

    def _gone(self) -> None:
        self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Behind(Hall):
    """The same behind a proxy that listens already, at the address that people type there."""

    def __init__(
        self,
        data: Path,
        proxy: Proxy,
        port: int,
        grouping: str = "none",
        env: dict[str, str] | None = None,
    ) -> None:
        self.proxy = proxy
        home = {"DIALOG_HOME": proxy.address}
        super().__init__(data, grouping=grouping, port=port, env=home | (env or {}))

    @property
    def home(self) -> str:
        return self.proxy.address


class Processes:
    """What the Procfile starts, behind a proxy: a hall as the others, but that nothing is printed
    by its processes and the links are asked for."""

    def __init__(self, started: Procfile, proxy: Proxy) -> None:
        self.proxy, self.home, self.origin = proxy, proxy.address, proxy.origin
        self.link = found(r"Facilitator\s+(\S+)", started.dialog("links"))


class Facilitator:
    """Fay: a page of hers, signed in, and what she does without looking at it."""

    def __init__(self, hall: Hall | Processes, page: Page) -> None:
        self.hall, self.page = hall, page
        sign_in(hall, page, hall.link)

    def post(self, path: str, **body: object) -> dict:
        """POST JSON as this page would."""
        return post(self.hall, self.page, path, **body)

    def get(self, path: str) -> dict:
        return dict(self.page.context.request.get(self.hall.home + path).json())

    def overview(self) -> Page:
        """Go to the overview."""
        self.page.goto(f"{self.hall.home}/staff")
        return self.page

    def open(self, session: str = EVENING, dialogue: str = "mal-2019", room: str = "") -> str:
        """Open a session; her page stays where it is."""
        opened = self.post("/api/staff/open", dialogue=dialogue, session=session, room=room)
        self.session = str(opened["session"])
        return self.session

    def console(self) -> Page:
        """Go to the console."""
        self.page.goto(f"{self.hall.home}/console/{self.session}")
        return self.page

    def do(self, type: str, **command: object) -> dict:
        """One command; the ack or nack."""
        return self.post(
            f"/api/s/{self.session}/do?audience=console",
            t="do",
            op=secrets.token_urlsafe(16),
            command={"type": type, **command},
        )

    def records(self, audience: str = "console") -> dict:
        """The records that the console, or another audience of staff, has."""
        return dict(self.get(f"/api/s/{self.session}/records?audience={audience}")["records"])

    def dialogue_records(self, kind: str, dialogue: str = "mal-2019") -> dict[str, dict]:
        """The workboard's records of one kind."""
        found = self.get(f"/api/dialogue/{dialogue}/records")["records"]
        return {key: record for key, record in found.items() if key.partition("/")[0] == kind}

    @property
    def code(self) -> str:
        return str(self.records()["meeting"]["code"])

    def go_to(self, step: str) -> None:
        """Open a step, whatever is open now."""
        seen = self.records()["stage"].get("step")
        answer = self.do("go-to-step", step=step, seen=seen)
        assert answer["t"] == "ack", answer

    def pair(self, projector: Page) -> None:
        """Pair a projector page that shows its number."""
        projector.goto(f"{self.hall.home}/projector")
        number = projector.get_by_text(re.compile(r"^\s*\d{4}\s*$")).first.inner_text().strip()
        assert self.post("/api/staff/pair", number=number, session=self.session) == {}


def sign_in(hall: Hall | Processes, page: Page, link: str) -> Page:
    """As the link would when it is opened, but without the overview that it leads to."""
    assert "role" in post(hall, page, "/api/staff/login", secret=link.partition("#")[2])
    return page


def post(hall: Hall | Processes, page: Page, path: str, **body: object) -> dict:
    answer = page.context.request.post(hall.home + path, data=body, headers={"Origin": hall.origin})
    return dict(answer.json())


def join(
    hall: Hall | Processes, page: Page, code: str, perspective: str = "Vill inte svara"
) -> Page:
    """Someone joins with the code and chooses a perspective."""
    page.goto(f"{hall.home}/j/{code}")
    page.get_by_role("button", name="Gå med").click()
    page.get_by_role("button", name=perspective, exact=True).click()
    return page


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def wait_for(holds: Callable[[], object], seconds: float = 60) -> None:
    """Until `holds`, or fail."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def is_whole(part: Locator, panel: Locator) -> bool:
    """Whether all of `part` is seen before anybody scrolls in its panel."""
    inner, outer = part.bounding_box(), panel.bounding_box()
    assert inner and outer
    return inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Bytes over the network, headers included, and requests, until the page is quiet."""
    weights: dict[str, int] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.loadingFinished",
        lambda event: weights.__setitem__(event["requestId"], int(event["encodedDataLength"])),
    )
    page.goto(address, wait_until="networkidle")
    return sum(weights.values()), len(weights)
