"""What an operator reads is about the machine: in either form, and also when things go wrong."""

import asyncio
import json
import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from string import ascii_lowercase

import pytest
import uvicorn

from dialog import logs
from dialog.cli.serving import quiet_uvicorn
from dialog.rehearsal.visitor import NotLetIn, Visitor
from tests.hall import DIALOGUE, EVENING, Server

STEP = "area-1-skriv"
NUMBERED = "Ring 070-174 06 05"
TEXTS = ("fel i reglerna, markerad", "fel i databasen, markerad", "går bra, markerad")
BROKEN = "/j/BR0KEN7"
FAULTY = """
import os
os.dup2(os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
from sqlalchemy.exc import OperationalError
from starlette.routing import Route
from dialog import app, cli, live, logs

class Rules:
    def __init__(self, real): self.real = real
    def __getattr__(self, name): return getattr(self.real, name)
    def decide(self, dialogue, person, command, at):
        if "reglerna" in getattr(command, "text", ""):
            try:
                dict()[command.text]
            except KeyError as error:
                raise ValueError("cannot do " + command.text) from error
        return self.real.decide(dialogue, person, command, at)

class Store:
    def __init__(self, real): self.real, self.failed = real, 0
    def __getattr__(self, name): return getattr(self.real, name)
    def append(self, db, dialogue, entries):
        for words in (entry.words for entry in entries if "databasen" in (entry.words or "")):
            self.failed += 1
            if self.failed == 1:
                raise OperationalError("INSERT", dict(text=words), Exception(words))
            raise LookupError(words)
        return self.real.append(db, dialogue, entries)

async def breaks(request):
    raise RuntimeError(str(request.url) + str(request.headers))

live.rules, live.store = Rules(live.rules), Store(live.store)
begin, routes = logs.begin, app.routes
logs.begin = lambda form: begin({form!r})
app.routes = lambda: [Route({broken!r}, breaks), *routes()]
cli.main()
"""
"""A server in which rules, database and a page break on what people send, and say it."""


async def an_evening(server: Server) -> list[str]:
    """Held on such a server; what no log may hold of it."""
    fay, ada = Visitor(server.address), Visitor(server.address)
    await fay.post("/api/staff/login", secret=server.secret("facilitator"))
    opened = await fay.post("/api/staff/open", dialogue=DIALOGUE, session=EVENING)
    session = opened["session"]
    view = await fay.get(f"/api/s/{session}/records?audience=console")
    code = view["records"]["meeting"]["code"]
    ops = [await wish(fay, session, type="go-to-step", step=STEP, seen=None)]
    await ada.post("/api/join", code=code)
    for text in (*TEXTS, TEXTS[1], NUMBERED):
        post = {"type": "post-contribution", "step": STEP, "begun": 1, "kind": "keyword"}
        ops.append(await wish(ada, session, **post, text=text))
    with pytest.raises(NotLetIn, match="500"):
        await ada.get(BROKEN)
    cookies = [*fay.cookies.values(), *ada.cookies.values()]
    told = [*TEXTS, "markerad", NUMBERED, code, session, BROKEN, server.secret("facilitator")]
    return [*told, *ops, *cookies]


async def wish(who: Visitor, session: str, **command: object) -> str:
    # Letters only: digits may happen to read as a personal number.
    op = "".join(secrets.choice(ascii_lowercase) for _ in range(20))
    audience = "?audience=console" if "staff" in str(who.cookies) else ""
    await who.post(f"/api/s/{session}/do{audience}", t="do", op=op, command=command)
    return op


@pytest.fixture(params=logs.FORMS, scope="module")
def evening(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, list[str]]:
    """The form, all that was logged, and what must not stand there."""
    folder: Path = tmp_path_factory.mktemp("logs")
    log = folder / "said"
    program = FAULTY.format(log=str(log), form=request.param, broken=BROKEN)
    server = Server(folder / "data", program=("-c", program)).start()
    try:
        told = asyncio.run(an_evening(server))
    finally:
        server.stop()
    return request.param, log.read_text(), told


def test_an_evening_of_faults_tells_of_nobody(evening):
    _, said, told = evening
    for word in told:
        assert word not in said and json.dumps(word)[1:-1] not in said
    assert not re.search(r"\b\d{1,3}(\.\d{1,3}){3}\b", said)


def test_it_tells_what_broke_and_where(evening):
    _, said, _ = evening
    for broke in ("ValueError", "KeyError", "OperationalError", "LookupError", "RuntimeError"):
        assert broke in said, broke
    assert re.search(r"dialog/live\.py:\d+ _decide", said)


def test_as_json_every_line_is_one_object(evening):
    form, said, _ = evening
    if form != logs.JSON:
        pytest.raises(ValueError, json.loads, said.splitlines()[0])
        return
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines and all(set(it) >= {"time", "level", "logger", "message"} for it in lines)
    raised = [it["exception"] for it in lines if "exception" in it]
    assert {"ValueError", "LookupError"} <= {it["type"] for it in raised}
    assert all(it["stack"] for it in raised)


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    logger = logging.getLogger("dialog.test")
    return logger.makeRecord("dialog.test", 30, "f", 1, message, args, None, extra=more or None)


def test_fields_that_somebody_gives_a_record_stand_beside_the_message():
    line = json.loads(logs.JsonLines().format(record("%s waits", "it", seconds=3, what={1})))
    assert (line["message"], line["seconds"], line["level"]) == ("it waits", 3, "warning")
    assert "\n" not in logs.JsonLines().format(record("two\nlines"))


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (KeyError("Anna"), "KeyError"),
        (ValueError("Anna"), "ValueError"),
        (TypeError("'int' object is not callable"), "TypeError: 'int' object is not callable"),
        (PermissionError(13, "Permission denied", "/s/Anna"), "PermissionError: Permission denied"),
    ],
)
def test_an_exception_says_its_words_only_where_they_are_pythons_own(raised, words):
    try:
        raise raised
    except Exception:
        made = record("it failed")
        made.exc_info = sys.exc_info()
    for form in (logs.PlainLines(), logs.JsonLines()):
        line = form.format(made)
        assert words in line and "Anna" not in line and "tests/test_logs.py:" in line


ENDS = """
import sys
from dialog import cli, exporting, logs
from dialog.reports import typesetting

def breaks(*given):
    raise ValueError("Anna i Byarum")

exporting.keep_files = typesetting.typeset = breaks
if sys.argv[1] == "render":
    cli.main()
else:
    typesetting.main()
"""
JOB = b'{"document": "{}", "fonts": [], "header_columns": [], "timestamp": 0}'


@pytest.mark.parametrize("form", logs.FORMS)
def test_a_command_that_ends_in_an_error_says_where_and_nobodys_words(tmp_path, form):
    """What it says last is told by the server that has begun it."""
    server = Server(tmp_path).start()
    server.stop()
    given = ["--data", str(server.data), "--dialogue", "x", "--version", "1"]
    for arguments in (["render", *given], ["typeset"]):
        done = subprocess.run(
            [sys.executable, "-c", ENDS, *arguments],
            input=JOB,
            capture_output=True,
            env=os.environ | {"DIALOG_LOG": form},
        )
        said = done.stderr.decode()
        assert done.returncode == 1 and "Anna" not in said, said
        assert "ValueError" in said.splitlines()[-1] and "breaks" in said


def test_a_server_that_stops_in_the_middle_of_an_answer_says_so_in_one_line(caplog):
    """And not where in the program it was."""
    quiet_uvicorn()
    asyncio.run(stopped_in_the_middle())
    said = [it for it in caplog.records if it.name == "uvicorn.error" and it.levelname == "ERROR"]
    assert [it.getMessage()[:26] for it in said] == ["Cancel 1 running task(s), "]
    assert not any(it.exc_info for it in said)


async def stopped_in_the_middle():
    begun = asyncio.Event()

    async def app(scope, receive, send):
        begun.set()
        await asyncio.sleep(60)

    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, http="h11")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    await begun.wait()
    server.should_exit = True
    await serving
    writer.close()
