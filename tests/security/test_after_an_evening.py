"""An evening over the real server, by people who carry marks: what may not be kept is then looked
for in the database's files, the log, every export and the archive.
"""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pikepdf
import pytest
from msgspec.structs import fields
from sqlalchemy import inspect
from websockets.asyncio.client import connect

from dialog import exporting
from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from dialog.protocol.events import AnyEvent
from dialog.reports.disclosure import Asked
from dialog.reports.formats import COPIES, FORMATS, KINDS
from dialog.settings import from_environment, prepare
from dialog.store.database import open_database
from dialog.store.tables import metadata
from tests.hall import DIALOGUE, EVENING, mistakes_in
from tests.security.fort import Answer, Fort

ADDRESSES = ("198.51.100.77", "2001:db8:feed::77")
AGENT = "MarkedAgent/7.7"
SAID_BY_BROWSERS = {
    "User-Agent": AGENT,
    "Accept-Language": "sv-MARKED, en",
    "Referer": "https://marked-referrer.example/",
    "X-Device": "marked-device",
    "Sec-CH-UA-Model": '"marked-model"',
}
FROM_BROWSERS = (*ADDRESSES, AGENT, "sv-MARKED", "marked-referrer", "marked-device", "marked-model")
KEPT = "En cykelväg mellan orterna, markerad"
HELD = "Ring 070-174 06 05 om markerad lekplats"
REFUSED = {
    "a personal number": "Mitt nummer 19121212-1212 markerad",
    "one in other digits": "١٩١٢١٢١٢-١٢١٢ markerad",
    "a control character": "markerad\u0001text",
    "too long": "markerad lång " * 40,
    "in a closed step": "markerad för sent",
}
TRIED = "markerat provinlägg"


@dataclass
class Night:
    """What an evening left behind. `places`: name -> bytes, unpacked as far as anything goes."""

    session: str
    code: str
    tokens: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    ops: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    database: dict[str, bytes] = field(default_factory=dict)
    log: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


class Guest:
    """A browser with marks on it."""

    def __init__(self, fort: Fort, address: str = ADDRESSES[0]) -> None:
        self.fort, self.address, self.cookies = fort, address, {}

    def ask(self, method: str, path: str, **body: object) -> Answer:
        headers = SAID_BY_BROWSERS | {
            "X-Forwarded-For": self.address,
            "Content-Type": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        answer = self.fort.ask("\n".join(lines), json.dumps(body).encode() if body else b"")
        for line in answer.head.decode().split("\r\n"):
            if line.lower().startswith("set-cookie: "):
                name, _, value = line[12:].partition(";")[0].partition("=")
                self.cookies[name] = value
        return answer

    def do(self, night: Night, op: str, type: str, **command: object) -> dict[str, object]:
        path = f"/api/s/{night.session}/do"
        path += "?audience=console" if "staff" in self.cookies else ""
        night.ops.append(op)
        wish = {"t": "do", "op": op, "command": {"type": type} | command}
        return self.ask("POST", path, **wish).json()  # type: ignore[return-value]


async def the_evening(fort: Fort) -> Night:
    fay, ada, bo = Guest(fort), Guest(fort), Guest(fort, ADDRESSES[1])
    link = fort.secret("facilitator")
    fay.ask("POST", "/api/staff/login", secret="wrong-marked-secret")
    fay.ask("POST", "/api/staff/login", secret=link)
    asked = {"dialogue": DIALOGUE, "session": EVENING}
    session = str(fay.ask("POST", "/api/staff/open", **asked).json()["session"])
    path = f"/api/s/{session}/records?audience=console"
    code = str(fay.ask("GET", path).json()["records"]["meeting"]["code"])
    night = Night(session, code)
    fay.do(night, "op-marked-fay-00001", "go-to-step", step="area-1-skriv", seen=None)
    fay.do(night, "op-marked-fay-00002", "set-moderation", moderation="hold-flagged")
    for guest in (ada, bo):
        guest.ask("GET", f"/j/{code}")
        guest.ask("POST", "/api/join", code="WRNGMRK")
        guest.ask("POST", "/api/join", code=code)
        guest.ask("GET", f"/s/{session}")
    shown = Guest(fort).ask("POST", "/api/projector").json()
    fay.ask("POST", "/api/staff/pair", number=shown["number"], session=session)
    projector = Guest(fort)
    projector.ask("POST", "/api/projector/wait", secret=shown["secret"])
    phone_link = fay.ask("POST", "/api/staff/phone-link", session=session).json()["url"]
    write(night, ada, bo)
    await on_the_wire(fort, night, ada)
    fay.do(night, "op-marked-fay-00007", "take-slips", most=5)
    fay.do(night, "op-marked-fay-00003", "release-contributions", contributions=[2])
    fay.do(night, "op-marked-fay-00004", "hide-contribution", contribution=1, reason="spam")
    fay.do(night, "op-marked-fay-00005", "restore-contribution", contribution=1)
    ada.ask("POST", "/api/receipts", receipts=night.receipts)
    fay.do(night, "op-marked-fay-00006", "end-session")
    night.tokens = [token for it in (fay, ada, bo, projector) for token in it.cookies.values()]
    night.secrets = [link, fort.secret("presidium"), shown["secret"], phone_link.partition("#")[2]]
    night.secrets += ["wrong-marked-secret", "WRNGMRK"]
    return night


def write(night: Night, ada: Guest, bo: Guest) -> None:
    post = {"step": "area-1-skriv", "begun": 1, "kind": "keyword"}
    ada.do(night, "op-marked-ada-00001", "choose-perspective", target_group="seniors")
    for n, (guest, text) in enumerate(((ada, KEPT), (bo, HELD))):
        night.receipts.append(f"marked-receipt-{n}-0123456789")
        kept = post | {"text": text, "receipt": night.receipts[-1]}
        assert guest.do(night, f"op-marked-post-0000{n}", "post-contribution", **kept)["t"] == "ack"
    for n, (why, text) in enumerate(REFUSED.items()):
        refused = post | {"text": text, "receipt": f"refused-receipt-{n}"}
        refused |= {"step": "area-2-skriv"} if "closed" in why else {}
        answer = ada.do(night, f"op-marked-bad-00000{n}", "post-contribution", **refused)
        assert answer["t"] == "nack", why
    ada.ask("POST", f"/api/s/{night.session}/do", t="do", op="op-marked-0", command={"text": TRIED})
    night.ops.remove("op-marked-bad-000000")


async def on_the_wire(fort: Fort, night: Night, guest: Guest) -> None:
    """The same person over a socket, and what is no frame."""
    cookie = "; ".join(f"{name}={value}" for name, value in guest.cookies.items())
    headers = SAID_BY_BROWSERS | {"Cookie": cookie, "X-Forwarded-For": guest.address}
    headers.pop("User-Agent")
    address = f"ws://127.0.0.1:{fort.port}/ws/{night.session}"
    async with connect(
        address,
        origin=fort.address,
        additional_headers=headers,
        user_agent_header=AGENT,
        proxy=None,
    ) as wire:
        await wire.send(encode(f.Hello(f.PROTOCOL, "phone")), text=True)
        await wire.send('{"t":"do","markerad skräpram')
        await wire.recv()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    fort = Fort(tmp_path_factory.mktemp("night"))
    fort.start()
    try:
        it = asyncio.run(the_evening(fort))
        fort.stop()
        it.log = fort.said()
        it.database = dict(everything_in(fort.data))
        it.files = dict(exports(fort.data))
    finally:
        fort.kill()
    return it


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "secret":
            yield file.name, file.read_bytes()


ALSO = {("archive", "zip"), ("archive", "restricted"), ("summary", "docx"), ("council", "docx")}


def exports(data: Path) -> Iterator[tuple[str, bytes]]:
    """Every kind of document in every format, PDFs in the archive."""
    settings = from_environment(data=data)
    engine = open_database(settings.database_url)
    for kind in KINDS:
        for format in FORMATS:
            if format not in ("pdf", "docx", "zip", "restricted") or (kind, format) in ALSO:
                made = exporting.file_of(engine, settings, DIALOGUE, kind, format)
                yield from unpacked(f"{kind}.{format}", made.content)
    for format in COPIES:
        if format not in ("pdf", "docx"):
            copy = exporting.copy_of(engine, settings, DIALOGUE, Asked("", 0, ""), format)
            yield from unpacked(f"copy.{format}", copy.content)
    engine.dispose()


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for inner in package.namelist():
                yield from unpacked(f"{name}/{inner}", package.read(inner))
    elif content[:5] == b"%PDF-":
        with pikepdf.open(io.BytesIO(content)) as pdf:
            out = io.BytesIO()
            pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
        yield name, out.getvalue()
    else:
        yield name, content


def places_of(word: str, *where: dict[str, bytes]) -> list[str]:
    """Where it stands, in whatever letters and packing."""
    written = {word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode()}
    return [
        name
        for place in where
        for name, content in place.items()
        if any(it in content for it in written)
    ]


def test_what_browsers_say_of_themselves_is_kept_nowhere(night):
    for word in FROM_BROWSERS:
        assert places_of(word, night.database, night.files) == []
        assert word not in night.log


def test_what_was_refused_is_kept_nowhere(night):
    for text in (*REFUSED.values(), TRIED, "markerad skräpram"):
        words = text.strip()[:40]
        assert places_of(words, night.database, night.files) == []
        assert words not in night.log
    for number in ("19121212-1212", "191212121212", "121212-1212", "1212121212"):
        assert places_of(number, night.database, night.files) == []
    for n in range(len(REFUSED)):
        assert places_of(f"refused-receipt-{n}", night.database, night.files) == []


def test_tokens_secrets_and_receipts_are_kept_nowhere_as_they_are(night):
    """Not even in the database: it knows hashes, and what a secret of its own makes of them."""
    assert len(night.tokens) == 4
    for word in (*night.tokens, *night.secrets, *night.receipts):
        assert places_of(word, night.database, night.files) == [], word
        assert word not in night.log


def test_the_log_of_the_server_tells_of_nobody(night):
    """No code, op, session, word or address: what an operator reads is about the machine."""
    for word in (night.code, night.session, KEPT, HELD, "markerad", "070-174", *night.ops):
        assert word not in night.log
    assert not re.search(r"\b\d{1,3}(\.\d{1,3}){3}\b", night.log.replace("127.0.0.1", ""))
    assert not mistakes_in(night.log)


def test_no_export_tells_when_to_the_second_by_which_wish_or_by_whom(night):
    for name, content in night.files.items():
        text = content.decode("utf-8", "replace")
        for op in night.ops:
            assert op not in text, name
        if name.startswith(("archive.zip/log/", "archive.zip/tables", "copy.")):
            moments = re.findall(r"T\d\d:\d\d:\d\d(?!Z\"/>)", text)
            assert moments == [] or name.endswith(("core.xml", "app.xml")), name
            assert '"participant":' not in text and '"author":' not in text, name
    lines = night.files["archive.zip/log/log.jsonl"].decode().splitlines()
    entries = [json.loads(line) for line in lines]
    assert len(entries) > 8
    assert {entry["at"] % 60_000 for entry in entries} == {0}
    assert all(set(entry) <= LOG_LINE for entry in entries)
    assert "slips-taken" in {entry["type"] for entry in entries}
    exact = {
        (entry["type"], key)
        for entry in entries
        for key, number in numbers_in(entry["body"])
        if number > 10**9 and number % 60_000
    }
    assert exact <= STAFFS_OWN_MOMENTS


STAFFS_OWN_MOMENTS = {
    ("timer-set", "ends_at"),
    ("session-opened", "code_expires"),
    ("code-changed", "code_expires"),
}
"""They say when the facilitator did something, which is nothing that follows what people write: a
slip is taken as soon as it has come."""


def numbers_in(body: object, key: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number in it, and the name that it stands under."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from numbers_in(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from numbers_in(value, key)
    elif isinstance(body, int):
        yield key, body


LOG_LINE = {"seq", "session", "access", "actor", "type", "version", "body", "digest", "at"}


def test_the_code_stands_in_nothing_that_is_published(night):
    public = {
        name: content
        for name, content in night.files.items()
        if name.startswith(("feedback.", "council.", "remiss.", "programme."))
    }
    assert public and places_of(night.code, public) == []


def test_what_was_kept_is_kept(night):
    """Else there was nothing to find."""
    assert places_of(KEPT, night.database) and places_of(HELD, night.database)
    assert places_of(KEPT, night.files)
    assert places_of(night.ops[0], night.database)


# ── by construction ───────────────────────────────────────────────────────────────────────────

TELLS_WHO = re.compile(
    r"(^|_)(ip|addr|address|agent|ua|host|phone|email|mail|user|person|people_names|device|finger"
    r"|fingerprint|cookie|token|login|account|pnr|ssn|name|surname|birth|geo|lat|lon|referer|referrer)"
    r"(_|$)"
)
NO_PERSONS = {
    ("file", "name"): "what a document is called",
    ("BodyAdded", "name"): "of a committee or company",
}


def test_no_column_of_the_database_can_hold_who_somebody_is():
    columns = {
        (table.name, column.name) for table in metadata.tables.values() for column in table.c
    }
    assert {it for it in columns if TELLS_WHO.search(it[1])} <= set(NO_PERSONS)
    with_participants = {table for table, column in columns if "participant" in column}
    assert with_participants == {"author"}, "one table, that a disposal empties"


def test_the_database_on_disk_has_no_other_columns(night, tmp_path):
    for name, content in night.database.items():
        (tmp_path / name).write_bytes(content)
    engine = open_database(f"sqlite:///{tmp_path / 'dialog.db'}")
    there = inspect(engine)
    for table in set(there.get_table_names()) - {"alembic_version"}:
        columns = {column["name"] for column in there.get_columns(table)}
        assert columns == {column.name for column in metadata.tables[table].c}
    engine.dispose()


def test_no_event_can_hold_who_somebody_is():
    found = {
        (event.__name__, field.name)
        for event in get_args(AnyEvent)
        for field in fields(event)
        if TELLS_WHO.search(field.name)
    }
    assert found <= set(NO_PERSONS)


def test_words_lie_beside_the_log_and_never_in_it(night):
    """So that a disposal can take them away."""
    for line in night.files["archive.zip/log/log.jsonl"].decode().splitlines():
        assert KEPT not in line and HELD not in line


def test_two_sessions_know_one_phone_by_nothing_in_common(house):
    """A token of its own for each session; no number in one says anything of the other."""
    first, second = house.session, house.opened()
    phone = house.phone(first)
    phone.post("/api/join", json={"code": house.code(second)})
    tokens = [phone.cookies[f"__Host-p_{session}"] for session in (first, second)]
    content = [house.installation.identity.serializer.loads(it) for it in tokens]
    assert [it[1] for it in content] == [first, second]
    assert len(phone.cookies) == 2 and tokens[0] != tokens[1]


def test_the_data_folder_is_its_owners_alone(tmp_path):
    prepare(from_environment(data=tmp_path / "data"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_failed_statement_does_not_repeat_what_somebody_wrote(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(Exception, match="no such table|syntax") as failed, engine.begin() as db:
        db.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("markerad",))
    assert "markerad" not in str(failed.value)
    engine.dispose()


def test_a_server_whose_output_is_kept_prints_no_secret():
    """On a platform what is printed ends up in a log; `dialog links` says them to whoever asks."""
    procfile = (Path(__file__).parents[2] / "Procfile").read_text()
    [web] = [line for line in procfile.splitlines() if line.startswith("web:")]
    assert "--quiet" in web
