"""The example, from the first meeting to the archive: 21 February, 6 March, 1 April, 10 April.

One story on the shipped files, over HTTP as the pages do it; every document that a body
needs comes out of it.
"""

import hashlib
import io
import json
import secrets
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.settings import Settings

DIALOGUE = "mal-2019"
AREAS = ("area-1", "area-2", "area-3", "area-4")
WITHIN = 150.0
"""Seconds for all files of a version."""

KEYWORDS = {
    "area-1": ("bostäder", "kollektivtrafik"),
    "area-2": ("skola", "företag"),
    "area-3": ("psykisk hälsa", "mötesplatser"),
    "area-4": ("trygghet", "inflytande"),
}


class Staff:
    """Someone with a staff link, and the dialogue as their page knows it."""

    def __init__(self, client: TestClient, secret: str) -> None:
        self.client = client
        assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200

    def view(self) -> dict[str, Any]:
        answer = self.client.get(f"/api/dialogue/{DIALOGUE}/records").json()
        self.seq: int = answer["seq"]
        records: dict[str, Any] = answer["records"]
        return records

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [it for key, it in self.view().items() if key.startswith(f"{kind}/")]

    def wish(self, **command: object) -> dict[str, Any]:
        self.view()
        frame = {"t": "do", "op": secrets.token_urlsafe(16)}
        frame["command"] = {"seen": self.seq} | command  # type: ignore[assignment]
        answer: dict[str, Any] = self.client.post(f"/api/dialogue/{DIALOGUE}/do", json=frame).json()
        if answer["t"] == "nack" and answer["refusal"]["kind"] == "wait":
            time.sleep(answer["retry"])
            return self.wish(**command)
        return answer

    def do(self, **command: object) -> None:
        answer = self.wish(**command)
        assert answer["t"] == "ack", (command, answer)

    def refused(self, **command: object) -> str:
        answer = self.wish(**command)
        assert answer["t"] == "nack", command
        kind: str = answer["refusal"]["kind"]
        return kind

    def freeze(self, of: str, *sessions: str, why: str = "Fastställt.") -> int:
        """A new version, with all its files; its number."""
        asked = {"of": of, "sessions": list(sessions), "why": why}
        answer = self.client.post(f"/api/dialogue/{DIALOGUE}/freeze", json=asked)
        assert answer.status_code == 200, answer.text
        number: int = answer.json()["version"]
        until = time.monotonic() + WITHIN
        while not self.version(number)["files"]:
            assert time.monotonic() < until, "the files of the version do not come"
            time.sleep(0.3)
        return number

    def version(self, number: int) -> dict[str, Any]:
        versions = self.view()["process"]["versions"]
        return next(dict(files=[]) | it for it in versions if it["version"] == number)

    def file(self, document: str, format: str, version: int | None = None) -> bytes:
        asked = {"for": document, "format": format} | ({"version": version} if version else {})
        answer = self.client.get(f"/api/dialogue/{DIALOGUE}/document", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.content


class Meeting:
    """An open session, as those who run it and those who came see it."""

    def __init__(self, fay: Staff, session: str) -> None:
        self.fay = fay
        asked = {"dialogue": DIALOGUE, "session": session}
        opened = fay.client.post("/api/staff/open", json=asked)
        assert opened.status_code == 200, opened.text
        self.id: str = opened.json()["session"]
        self.seats = 0
        if self.records()["settings"]["moderation"] != "show-all":
            self.do(type="set-moderation", moderation="show-all")

    def records(self) -> dict[str, Any]:
        answer = self.fay.client.get(f"/api/s/{self.id}/records?audience=console").json()
        records: dict[str, Any] = answer["records"]
        return records

    def do(self, **command: object) -> None:
        self.say(self.fay.client, "?audience=console", command)

    def say(self, client: TestClient, query: str, command: dict[str, object]) -> None:
        frame = {"t": "do", "op": secrets.token_urlsafe(16), "command": command}
        answer = client.post(f"/api/s/{self.id}/do{query}", json=frame).json()
        if answer["t"] == "nack" and answer["refusal"]["kind"] == "wait":
            time.sleep(answer["retry"])
            return self.say(client, query, command)
        assert answer["t"] == "ack", (command, answer)

    def joined(self, target_group: str) -> TestClient:
        """A phone that has come in and chosen whom it answers as."""
        phone = TestClient(self.fay.client.app)
        phone.portal = self.fay.client.portal
        code = self.records()["meeting"]["code"] or self.code_of_ones_own()
        assert phone.post("/api/join", json={"code": code}).status_code == 200
        self.say(phone, "", {"type": "choose-perspective", "target_group": target_group})
        return phone

    def code_of_ones_own(self) -> str:
        """The next seat's, of a roster for twenty-five."""
        path = f"/api/s/{self.id}"
        if not self.seats:
            made = self.fay.client.post(f"{path}/roster", json={"seats": 25})
            assert made.content.startswith(b"%PDF"), made.text
        self.seats += 1
        again = self.fay.client.post(f"{path}/another-code", json={"seat": self.seats})
        return str(again.json()["code"])

    def go_to(self, step: str) -> None:
        self.do(type="go-to-step", step=step, seen=self.records()["stage"].get("step"))

    def post(self, phone: TestClient, step: str, kind: str, text: str, **more: object) -> None:
        command = {"type": "post-contribution", "step": step, "begun": 2**40, "kind": kind}
        self.say(phone, "", {**command, "text": text, "receipt": secrets.token_hex(16), **more})

    def end(self) -> None:
        self.do(type="end-session")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path, grouping="none", home="http://testserver")
    with TestClient(create_app(settings)) as client:
        yield client


def signed_in(app: TestClient, role: str) -> Staff:
    client = TestClient(app.app)
    client.portal = app.portal
    secret = app.app.state.installation.identity.link_secret(role, 0)  # type: ignore[attr-defined]
    return Staff(client, secret)


def test_the_chain_from_the_first_workshop_to_the_archive(app, tmp_path):
    fay, presidium = signed_in(app, "facilitator"), signed_in(app, "presidium")
    committee, registrar = signed_in(app, "working-committee"), signed_in(app, "registrar")
    came_out: dict[str, set[str]] = {}

    summary = workshop(fay, presidium, came_out)
    areas = adoption(fay, presidium, came_out)
    assert fay.refused(type="enter-stage", stage="archived") == "guard-unmet"
    for stage in ("board-adopts", "presidium-refine", "citizen-dialogue"):
        presidium.do(type="enter-stage", stage=stage)

    citizens(fay, presidium)
    result = decided(presidium, came_out)
    goals = drafted(presidium, committee, came_out)
    told(fay, presidium, registrar, goals)

    assert {kind for kind, formats in came_out.items() if formats >= {"docx", "pdf", "html"}} >= {
        *("summary", "board", "ksau", "remiss", "council", "programme", "handover", "feedback")
    }
    archive = fay.file("archive", "zip", goals)
    holds_what_it_says(archive)
    verifies(tmp_path, archive)
    frozen_stays_as_it_was(fay, (summary, areas, result, goals))


def workshop(fay: Staff, presidium: Staff, came_out: dict[str, set[str]]) -> int:
    """21 February: questions under each goal area, behind closed doors; then the Summering."""
    meeting = Meeting(fay, "2019-02-21-extra-ks")
    members = [meeting.joined("elected") for _ in range(6)]
    presidium.do(type="give-commission", body="ks-presidium", text="Bearbeta", due="2019-03-06")
    presidium.do(type="enter-stage", stage="board-workshop")
    for area in AREAS:
        step = f"{area}-fragor"
        meeting.go_to(step)
        for number, member in enumerate(members):
            word = KEYWORDS[area][number % 2]
            meeting.post(member, step, "question", f"Hur får vi bättre {word}, {number}?")
    meeting.end()
    presidium.do(type="enter-stage", stage="presidium-workup")
    for area in AREAS:
        theme_of_each_word(presidium, meeting.id, area)
    write(presidium, "summary", "summary", "Styrelsen enades om frågeställningar.", meeting.id)
    presidium.do(type="finish-commission", commission=1)
    version = presidium.freeze("summary", meeting.id)
    note(came_out, presidium.version(version))
    text = presidium.file("summary", "html", version).decode()
    assert "KS 2019/017" in text and "Styrelsen enades om frågeställningar." in text
    return version


def theme_of_each_word(presidium: Staff, session: str, area: str) -> None:
    for word in KEYWORDS[area]:
        its = [
            it["contribution"]
            for it in presidium.all("contribution")
            if it["session"] == session and it["own_area" if "own_area" in it else "area"] == area
            if word in it["text"]
        ]
        presidium.do(type="make-theme", area=area, title=word.capitalize(), contributions=its)


def adoption(fay: Staff, presidium: Staff, came_out: dict[str, set[str]]) -> int:
    """6 March: keywords; the areas with their topics are frozen and sent out."""
    meeting = Meeting(fay, "2019-03-06-ks")
    members = [meeting.joined("elected") for _ in range(5)]
    for area in AREAS:
        step = f"{area}-nyckelord"
        meeting.go_to(step)
        for member in members:
            meeting.post(member, step, "keyword", KEYWORDS[area][0])
    meeting.end()
    asked = {"of": "areas", "sessions": [], "why": ""}
    early = presidium.client.post(f"/api/dialogue/{DIALOGUE}/freeze", json=asked)
    assert early.json()["kind"] == "nothing-carried"
    themes = presidium.all("theme")
    for theme in themes:
        new = [
            it["contribution"]
            for it in presidium.all("contribution")
            if it["session"] == meeting.id and it["text"] == theme["title"].lower()
        ]
        if new:
            presidium.do(type="place-in-theme", contributions=new, theme=theme["theme"])
        political = theme["title"].lower() == KEYWORDS[theme["area"]][0]
        carried = "keyword" if political else "topic"
        presidium.do(type="carry-theme", theme=theme["theme"], carried=carried)
    version = presidium.freeze("areas")
    note(came_out, presidium.version(version))
    proposal = presidium.file("board", "html", version).decode()
    _, since = proposal.rsplit("Skillnad mot version 1", 1)
    assert "Politiskt nyckelord" in since and "Förs inte vidare" in since
    assert "Skillnad mot" not in presidium.file("summary", "html", 1).decode()
    presidium.do(type="send-out-topics", version=version)
    return version


def citizens(fay: Staff, presidium: Staff) -> None:
    """1 April and the web window: what the topics mean, to target groups."""
    hall = Meeting(fay, "2019-04-01-medborgardialog")
    step = next(it for it in hall.records()["run"]["steps"] if it["step"] == "area-1-innebord")
    for what in ("run-of-show", "poster", "cards", "form"):
        printed = fay.client.get(f"/api/s/{hall.id}/print", params={"what": what, "tables": 13})
        assert printed.content.startswith(b"%PDF"), what
    asked = [topic["text"] for topic in step["topics"]]
    assert asked == ["Bostäder", "Kollektivtrafik"], "the topics that were sent out"
    groups = ["youth"] * 6 + ["seniors"] * 6 + ["business"] * 2 + ["staff"] * 3
    phones = [(group, hall.joined(group)) for group in groups]
    for area in AREAS:
        step = f"{area}-innebord"
        hall.go_to(step)
        run = hall.records()["run"]["steps"]
        topics = next(it["topics"] for it in run if it["step"] == step)
        for number, (group, phone) in enumerate(phones):
            topic = topics[number % len(topics)]
            say = f"{topic['text']} är för {group} att det fungerar varje dag, {number}"
            hall.post(phone, step, "meaning", say, topic=topic["id"])
    hall.end()
    presidium.do(type="enter-stage", stage="online-window")
    web = Meeting(fay, "2019-04-01-webb")
    at_home = web.joined("families")
    web.go_to("innebord")
    taken = next(it for it in web.records()["run"]["steps"] if it["step"] == "innebord")
    assert len(taken["topics"]) == 8, "the sent-out topics of all goal areas"
    topic = taken["topics"][1]["id"]
    web.post(at_home, "innebord", "meaning", "Bussar på kvällen", topic=topic)
    web.end()
    presidium.do(type="enter-stage", stage="compile")


def decided(presidium: Staff, came_out: dict[str, set[str]]) -> int:
    """After: themes for the meanings, what becomes of each, and a frozen result for 10 April."""
    for theme in presidium.all("theme"):
        its = [
            it["contribution"]
            for it in presidium.all("contribution")
            if it.get("topic") == theme.get("topic") and it.get("topic")
        ]
        presidium.do(type="place-in-theme", contributions=its, theme=theme["theme"])
    themes = presidium.all("theme")
    goal = {"kind": "goal"}
    handover = {"kind": "handover", "recipient": "tekniska-kontoret"}
    presidium.do(
        type="set-disposition", themes=[it["theme"] for it in themes[:3]], disposition=goal
    )
    presidium.do(type="set-disposition", themes=[themes[3]["theme"]], disposition=handover)
    presidium.do(type="link-theme", theme=themes[0]["theme"], goal=11, strength="primary")
    asked = {"of": "result", "sessions": [], "why": ""}
    early = presidium.client.post(f"/api/dialogue/{DIALOGUE}/freeze", json=asked)
    assert early.json()["kind"] == "still-undecided"
    rest = [it["contribution"] for it in presidium.all("contribution") if "disposition" not in it]
    presidium.do(type="rest-to-programme", contributions=rest)
    sums = presidium.view()["sums"]
    assert sums["received"] == sum(sums["decided"].values()) and not sums["undecided"]
    write(presidium, "ksau", "summary", "Målgrupperna lägger olika saker i orden.")
    version = presidium.freeze("result")
    note(came_out, presidium.version(version))
    sheet = presidium.file("ksau", "html", version).decode()
    assert "Seniorer" in sheet and "Bostäder" in sheet
    return version


def drafted(presidium: Staff, committee: Staff, came_out: dict[str, set[str]]) -> int:
    """10 April: the working committee drafts, cites and answers the frames."""
    presidium.do(type="enter-stage", stage="committee-drafts")
    themes = committee.all("theme")
    committee.do(type="draft-goal", area="area-1", text="En kommun där det är lätt att bo.")
    committee.do(type="cite-in-goal", goal=1, themes=[themes[0]["theme"]])
    committee.do(type="write-goal", goal=1, field="movement_from", text="Få bostäder")
    committee.do(type="write-goal", goal=1, field="movement_to", text="Bostäder för alla")
    committee.do(type="give-directive", goal=1, body="socialnamnden", text="Redovisa hur.")
    for frame in committee.view()["matter"]["frames"]:
        committee.do(
            type="answer-frame", goal=1, frame=frame["id"], answer="partly", why="Prövas vidare."
        )
    assert committee.refused(type="dissolve-theme", theme=themes[0]["theme"]) == "not-allowed"
    presidium.do(type="enter-stage", stage="internal-test")
    version = presidium.freeze("goals")
    note(came_out, presidium.version(version))
    text = presidium.file("council", "html", version).decode()
    assert "En kommun där det är lätt att bo." in text and "Redovisa hur." in text
    return version


def told(fay: Staff, presidium: Staff, registrar: Staff, version: int) -> None:
    """Sent, decided, told; and only then archived."""
    registrar.do(
        type="record-dispatch", version=version, document="council", recipients=["kf"], why="E-post"
    )
    gaps = [row["goal"] for row in gaps_of(presidium)]
    presidium.do(type="acknowledge-gaps", goals=gaps, why="Tas om hand i programmet.")
    stages = presidium.view()["process"]["stages"]
    order = [it["stage"] for it in stages if not it.get("document")]
    for stage in order[order.index("board-proposes") : order.index("archived")]:
        presidium.do(type="enter-stage", stage=stage)
    assert presidium.refused(type="enter-stage", stage="archived") == "guard-unmet"
    stranger = TestClient(fay.client.app)
    stranger.portal = fay.client.portal
    assert "lätt att bo" not in stranger.get(f"/feedback/{DIALOGUE}").text
    registrar.do(type="publish-feedback", version=version)
    assert "Bostäder" in stranger.get(f"/feedback/{DIALOGUE}").text
    presidium.do(type="enter-stage", stage="archived")


def gaps_of(presidium: Staff) -> list[dict[str, Any]]:
    found = presidium.client.get(f"/api/dialogue/{DIALOGUE}/findings").json()
    rows = found["coverage"]["global_goals"]
    assert [row["goal"] for row in rows] == list(range(1, 18))
    return [row for row in rows if row.get("gaps")]


def write(staff: Staff, document: str, field: str, text: str, session: str = "") -> None:
    staff.do(type="write-text", document=document, field=field, text=text, session=session)


def note(came_out: dict[str, set[str]], version: dict[str, Any]) -> None:
    for file in version["files"]:
        came_out.setdefault(file["document"], set()).add(file["format"])


def holds_what_it_says(archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        manifest = json.loads(package.read("manifest.json"))
        names = set(package.namelist())
        assert any(name.endswith(".pdf") for name in names)
        for file in manifest["files"]:
            held = package.read(file["name"])
            assert hashlib.sha256(held).hexdigest() == file["sha256"], file["name"]


def verifies(tmp_path: Path, archive: bytes) -> None:
    path = tmp_path / "arkiv.zip"
    path.write_bytes(archive)
    done = subprocess.run(
        [sys.executable, "-m", "dialog", "verify", str(path)], capture_output=True
    )
    assert done.returncode == 0, done.stdout


def frozen_stays_as_it_was(fay: Staff, versions: tuple[int, ...]) -> None:
    """Every file of every version is what its hash says, long after."""
    for number in versions:
        for file in fay.version(number)["files"]:
            asked = {"for": file["document"], "format": file["format"], "version": number}
            asked |= {"edition": file["edition"], "name": file["name"]}
            got = fay.client.get(f"/api/dialogue/{DIALOGUE}/document", params=asked)
            assert got.status_code == 200
            assert hashlib.sha256(got.content).hexdigest() == file["sha256"], file["name"]
