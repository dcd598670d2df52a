"""Freezing a version, and the files of what is frozen or not: made in child processes that step
back, so that a hall that is open just now does not notice.
"""

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from dialog.domain.state import Person
from dialog.live import LiveDialogue, LiveDialogues, Outcome
from dialog.logs import PLAIN
from dialog.protocol.frames import op_of_ours
from dialog.protocol.refusals import ChangedMeanwhile, Malformed, Refused, Wait
from dialog.protocol.work_commands import (
    DocumentKind,
    FreezeVersion,
    StoredFile,
    StoreFiles,
    VersionOf,
)
from dialog.reports.disclosure import Asked
from dialog.reports.formats import Format, files_of
from dialog.reports.pdf import CannotTypeset
from dialog.settings import Settings
from dialog.store import files, written

log = logging.getLogger(__name__)

SYSTEM = Person("system")
TRIES = 20
"""How often a log that goes on is numbered anew before it is said that it goes on."""
RENDERED_AGAIN = (1.0, 10.0, 60.0)
"""Seconds after which a child that died is followed by another."""
LOOK_AGAIN = 600.0
"""Seconds between looks for versions without files."""
MOST_WAITING = 6
DRAFT_WITHIN = 120.0
WAIT = 5


class CannotRender(Exception):
    """The child made no file; the text is what it said last."""


class Progress(Struct):
    """How far the newest version that lacks files has come. `version` None: all have theirs.
    `document`, `format`: what was made last.
    """

    version: int | None = None
    done: int = 0
    total: int = 0
    name: str = ""
    document: str = ""
    format: str = ""


class Freezing:
    """Of this process: what is being rendered."""

    def __init__(self, settings: Settings, live: LiveDialogues) -> None:
        self.settings, self.live = settings, live
        self.rendering: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.one_version = asyncio.Lock()
        self.one_draft = asyncio.Lock()
        self.waiting = 0

    # ── freeze ──

    async def freeze(
        self,
        live: LiveDialogue,
        person: Person,
        of: VersionOf,
        sessions: list[str],
        why: str = "",
        seen: int = 0,
        op: str | None = None,
    ) -> tuple[Outcome, int]:
        """Freeze the dialogue as it stands, and begin to render; the version's number. `Refused`
        if the rules do not let it be frozen, or people keep writing meanwhile."""
        outcome = await self._frozen(live, person, of, sessions, why, seen, op)
        versions = live.dialogue.work.versions.values()
        number = max((it.version for it in versions if it.upto < outcome.seq), default=0)
        if not number:  # the op is another wish's, which came before there was any
            raise Refused(Malformed("op"))
        self.render(live, number)
        return outcome, number

    async def _frozen(
        self,
        live: LiveDialogue,
        person: Person,
        of: VersionOf,
        sessions: list[str],
        why: str,
        seen: int,
        op: str | None,
    ) -> Outcome:
        upto, number = 0, written.NOTHING_BEFORE.hex()
        tries = 0
        while True:
            tries += 1
            newest = live.dialogue.seq
            number = await self.live.read(numbered, live.id, upto, number, newest)
            upto = newest
            command = FreezeVersion(of, sessions, upto, number, seen=seen, why=why)
            try:
                return await live.do(person, command, op)
            except Refused as refused:
                moved = live.dialogue.seq != upto and isinstance(refused.refusal, ChangedMeanwhile)
                if not moved or tries == TRIES:
                    raise

    # ── the files of a version ──

    def render(self, live: LiveDialogue, version: int) -> None:
        """Make what the version lacks, in the background; once, however often it is asked for."""
        key = (live.id, version)
        if key in self.rendering:
            return
        task = asyncio.create_task(self._render(live, version), name=f"render {key}")
        self.rendering[key] = task
        task.add_done_callback(lambda _: self.rendering.pop(key, None))

    async def take_up(self) -> None:
        """Until cancelled, go on with what a process that died has left half made: at the start,
        and now and then, for it may have been another process that died."""
        while True:
            await self._take_up_what_is_left()
            await asyncio.sleep(LOOK_AGAIN)

    async def _take_up_what_is_left(self) -> None:
        try:
            left = await self.live.read(files.unfinished)
        except (SQLAlchemyError, OSError) as error:
            log.warning("cannot look for versions without files: %s", type(error).__name__)
            return
        for dialogue, version in left:
            live = await self.live.dialogue(dialogue)
            if live is not None:
                self.render(live, version)

    async def _render(self, live: LiveDialogue, version: int) -> None:
        for pause in (*RENDERED_AGAIN, None):
            try:
                async with self.one_version:
                    await self._child("render", "--dialogue", live.id, "--version", str(version))
                return await self._say_stored(live, version)
            except (CannotRender, Refused, SQLAlchemyError, OSError) as error:
                log.warning("version %d of %s: %s", version, live.id, error)
                if pause is None:
                    return
                await asyncio.sleep(pause)

    async def _say_stored(self, live: LiveDialogue, version: int) -> None:
        listed = await self.live.read(files.listed, live.id, version)
        stored = [
            StoredFile(it.document, it.format, it.edition, it.name, it.sha256, it.size)  # type: ignore[arg-type]
            for it in listed
        ]
        current = await self.live.dialogue(live.id) or live
        if stored and not current.dialogue.work.versions[version].files:
            # The same op from every process: it is said once.
            await current.do(SYSTEM, StoreFiles(version, stored), op_of_files(version))

    async def progress(self, live: LiveDialogue) -> Progress:
        """From the database: whoever is rendering."""
        lacking = [it for it in live.dialogue.work.versions.values() if not it.files]
        if not lacking:
            return Progress()
        version = max(lacking, key=lambda it: it.version)
        there = await self.live.read(files.listed, live.id, version.version)
        last = there[-1] if there else None
        return Progress(
            version=version.version,
            done=len(there),
            total=len(files_of(version.of)),
            name=last.name if last else "",
            document=last.document if last else "",
            format=last.format if last else "",
        )

    # ── drafts and copies ──

    async def document(
        self,
        live: LiveDialogue,
        kind: DocumentKind,
        format: Format,
        version: int,
        sessions: Iterable[str],
    ) -> tuple[str, bytes]:
        """Name and content of a file that is not kept, made just now."""
        arguments = ["--for", kind, "--format", format]
        arguments += ["--version", str(version)] if version else []
        for session in sessions:
            arguments += ["--session", session]
        return await self._made("export", live, arguments)

    async def copy(self, live: LiveDialogue, asked: Asked, format: Format) -> tuple[str, bytes]:
        """Name and content of a copy for a request."""
        question = msgspec.json.encode(asked)  # no argument: everybody on the machine sees those
        return await self._made("export", live, ["--copy", "--format", format], question)

    async def disposal(self, live: LiveDialogue, arguments: list[str]) -> bytes:
        """What `dialog dispose` says as JSON: what would go, or the protocol of what has gone.
        `CannotRender` with the reason if nothing may."""
        given = ("--json", "--sessions", str(self.settings.sessions), *arguments)
        async with self._turn():
            async with asyncio.timeout(DRAFT_WITHIN):
                return await self._child("dispose", live.id, *given)

    async def looked_through(self, live: LiveDialogue, file: bytes, arguments: list[str]) -> bytes:
        """What `dialog import` finds in a file that somebody has sent, as JSON; `CannotRender` if
        it can make nothing of it."""
        async with self._turn():
            with tempfile.TemporaryDirectory(prefix="dialog-") as folder:
                sent = Path(folder, "file")
                await asyncio.to_thread(sent.write_bytes, file)
                fixed = (str(sent), "--dialogue", live.id, "--json")
                try:
                    async with asyncio.timeout(DRAFT_WITHIN):
                        return await self._child("import", *fixed, *arguments)
                except CannotRender as error:  # where it lies here is nobody's business
                    raise CannotRender(str(error).replace(str(sent), "the file")) from None

    async def _made(
        self, command: str, live: LiveDialogue, arguments: list[str], told: bytes = b""
    ) -> tuple[str, bytes]:
        async with self._turn():
            with tempfile.TemporaryDirectory(prefix="dialog-") as folder:
                out = Path(folder, "file")
                fixed = ("--dialogue", live.id, "--out", str(out))
                async with asyncio.timeout(DRAFT_WITHIN):
                    given = (*fixed, *arguments, "--step-back")
                    said = await self._child(command, *given, told=told)
                return last_line(said), await asyncio.to_thread(out.read_bytes)

    async def printed(self, make: Callable[[], bytes]) -> bytes:
        """What `make` sets, in turn with the drafts and off the loop."""
        async with self._turn():
            try:
                return await asyncio.to_thread(make)
            except CannotTypeset as error:
                raise CannotRender(str(error)) from None

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One at a time; whoever finds a queue is asked to come back."""
        if self.waiting >= MOST_WAITING:
            raise Refused(Wait(WAIT))
        self.waiting += 1
        try:
            async with self.one_draft:
                yield
        finally:
            self.waiting -= 1

    # ── children ──

    async def _child(self, command: str, *arguments: str, told: bytes = b"") -> bytes:
        """What the child printed. `told`: what it reads."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dialog", command, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ
            | {
                "DIALOG_DATA": str(self.settings.data),
                "DIALOG_DATABASE": self.settings.database,
                "DIALOG_LOG": PLAIN,  # its last line is a sentence
            },
        )
        try:
            said, complaint = await process.communicate(told)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise CannotRender(last_line(complaint) or f"ended with {process.returncode}")
        return said

    async def close(self) -> None:
        """Stop rendering; it is taken up again at the next start."""
        tasks = list(self.rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def op_of_files(version: int) -> str:
    return op_of_ours(f"files of version {version}")


def numbered(db: Connection, dialogue: str, after: int, number: str, upto: int) -> str:
    """The log's number up to and with `upto`, going on from the number that it had at `after`."""
    return written.log_hash(written.lines(db, dialogue, upto, after), bytes.fromhex(number))


def last_line(output: bytes) -> str:
    return output.decode(errors="replace").strip().rpartition("\n")[2][:300]
