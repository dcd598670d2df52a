"""Freezing on a real server: files that are kept as they were, whatever happens meanwhile."""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import signal
import time
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from dialog.freezing import op_of_files
from dialog.protocol import commands as c
from dialog.protocol.events import ContributionPosted
from dialog.protocol.frames import OpId
from dialog.rehearsal.visitor import NotLetIn, Visitor
from dialog.reports.archive import verify
from dialog.reports.formats import files_of
from tests.hall import DIALOGUE, EVENING, Evening, Server, evening

WITHIN = 90.0
PATH = f"/api/dialogue/{DIALOGUE}"


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path).start()
    yield server
    if server.process.poll() is None:
        server.stop()


async def signed_in(server: Server, role: str) -> Visitor:
    visitor = Visitor(server.address)
    await visitor.post("/api/staff/login", secret=server.secret(role))
    return visitor


def got(visitor: Visitor, path: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in small letters, and content."""
    request = urllib.request.Request(
        visitor.address + path, headers={"Cookie": visitor.cookie_header}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {}, error.read()


async def version_of(pia: Visitor, number: int) -> dict:
    records = (await pia.get(f"{PATH}/records"))["records"]
    return next(it for it in records["process"]["versions"] if it["version"] == number)


async def with_files(pia: Visitor, number: int) -> list[dict]:
    until = time.monotonic() + WITHIN
    while not (files := (await version_of(pia, number))["files"]):
        assert time.monotonic() < until, "the files do not come"
        await asyncio.sleep(0.2)
    return files


async def some_posts(it: Evening, number: int = 6) -> None:
    await asyncio.gather(*(it.post(it.people[n % len(it.people)]) for n in range(number)))


def test_a_frozen_version_has_its_files_and_an_archive_that_verifies(server, tmp_path):
    async def story():
        async with evening(server, people=3) as it:
            await some_posts(it)
            pia = await signed_in(server, "presidium")
            frozen = await pia.post(
                f"{PATH}/freeze", of="summary", sessions=[it.session], why="Klar"
            )
            assert frozen["version"] == 1
            files = await with_files(pia, 1)
            assert Counter((f["document"], f["format"]) for f in files) == Counter(
                files_of("summary")
            )
            assert (await pia.get(f"{PATH}/rendering"))["version"] is None
            for file in files:
                query = f"for={file['document']}&format={file['format']}&version=1"
                may = file["document"] != "archive"
                assert got(pia, f"{PATH}/document?{query}")[0] == (200 if may else 403)
                status, headers, content = got(it.fay, f"{PATH}/document?{query}")
                assert status == 200 and len(content) == file["size"]
                assert hashlib.sha256(content).hexdigest() == file["sha256"]
                assert f'filename="{file["name"]}"' in headers["content-disposition"]
                if file["format"] == "zip":
                    (tmp_path / "it.zip").write_bytes(content)
            found = verify(tmp_path / "it.zip")
            version = await version_of(pia, 1)
            assert found.mistakes == []
            assert found.manifest.log_hash == version["log_hash"]
            assert found.entries == found.manifest.upto == version["upto"]
            assert found.manifest.status == "record"
            [apart] = [f["sha256"] for f in files if f["format"] == "restricted"]
            assert found.manifest.restricted.sha256 == apart
            with zipfile.ZipFile(tmp_path / "it.zip") as package:
                kept = {hashlib.sha256(package.read(n)).hexdigest() for n in package.namelist()}
            assert {f["sha256"] for f in files if f["format"] == "pdf"} <= kept

    asyncio.run(story())


def test_no_phone_can_call_a_wish_of_its_own_as_we_call_ours(server):
    """A name counts once: whoever took ours would keep the files out of the log, for good."""

    async def story():
        async with evening(server, people=1) as it:
            [ada] = it.people
            await ada.do(it.contribution(ada, "bänkar vid ån"), "files-of-version-00001")
            pia = await signed_in(server, "presidium")
            await pia.post(f"{PATH}/freeze", of="summary", sessions=[it.session])
            await with_files(pia, 1)

    asyncio.run(story())
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(op_of_files(1), OpId)


def test_what_comes_afterwards_changes_no_file(server):
    async def story():
        async with evening(server, people=2) as it:
            await some_posts(it)
            pia = await signed_in(server, "presidium")
            await pia.post(f"{PATH}/freeze", of="summary", sessions=[])
            before = await with_files(pia, 1)
            await it.post(it.people[0], "något som kom efteråt")
            await pia.post(f"{PATH}/freeze", of="summary", sessions=[])
            await with_files(pia, 2)
            assert (await version_of(pia, 1))["files"] == before
            _, _, first = got(pia, f"{PATH}/document?for=summary&format=html&version=1")
            _, _, second = got(pia, f"{PATH}/document?for=summary&format=html&version=2")
            assert b"kom efter" not in first and b"kom efter" in second

    asyncio.run(story())


def test_a_server_that_is_killed_goes_on_where_it_was(server):
    async def story():
        async with evening(server, people=2) as it:
            await some_posts(it)
            pia = await signed_in(server, "presidium")
            await pia.post(f"{PATH}/freeze", of="summary", sessions=[])
            until = time.monotonic() + WITHIN
            while not (progress := await pia.get(f"{PATH}/rendering"))["done"]:
                assert time.monotonic() < until
                await asyncio.sleep(0.05)
            assert progress["version"] == 1 and progress["total"] == len(files_of("summary"))
            for child in children_of(server.pid):
                os.kill(child, signal.SIGKILL)
            server.kill()
            server.start()
            files = await with_files(pia, 1)
            assert len(files) == progress["total"]
            await it.settle()

    asyncio.run(story())


def draws(pid: int) -> bool:
    """Whether it has got so far as to be another program: until then the server waits for it."""
    with contextlib.suppress(OSError):  # it has ended meanwhile
        return b"\0render\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def test_a_version_is_frozen_while_people_keep_writing_and_they_do_not_wait(server):
    async def story():
        # So many, each so seldom, that nobody is asked to wait for having written a lot.
        async with evening(server, people=12) as it, it.everybody_writing(pause=2.0):
            await it.more_promises(20)
            pia = await signed_in(server, "presidium")
            frozen = await pia.post(f"{PATH}/freeze", of="summary", sessions=[])
            until = time.monotonic() + WITHIN
            while not (drawing := [it for it in children_of(server.pid) if draws(it)]):
                assert time.monotonic() < until, "nothing draws the files"
                await asyncio.sleep(0.01)
            for child in drawing:
                os.kill(child, signal.SIGSTOP)
            await it.more_promises(20)
            assert (await version_of(pia, frozen["version"]))["files"] == []
            for child in drawing:
                os.kill(child, signal.SIGCONT)
            await with_files(pia, frozen["version"])
            assert not it.nacks
            version = await version_of(pia, frozen["version"])
            assert version["upto"] == frozen["seq"] - 1

    asyncio.run(story())


def test_a_freeze_that_is_sent_twice_counts_once(server):
    async def story():
        async with evening(server, people=1) as it:
            await some_posts(it, 1)
            pia = await signed_in(server, "presidium")
            asked = {"of": "summary", "sessions": [], "op": "one-freeze-of-pia-01"}
            first = await pia.post(f"{PATH}/freeze", **asked)
            assert await pia.post(f"{PATH}/freeze", **asked) == first

    asyncio.run(story())


def test_a_working_draft_says_so_and_is_made_for_staff_only(server):
    async def story():
        async with evening(server, people=2) as it:
            await it.post(it.people[0], "bänkar vid ån")
            fay = it.fay
            query = f"{PATH}/document?for=ksau&format=html&sessions={it.session}"
            status, headers, page = got(fay, query)
            assert status == 200 and "bänkar vid ån" in page.decode()
            assert "Arbetsmaterial" in page.decode()
            assert headers["content-disposition"].startswith("inline")
            assert "frame-ancestors 'self'" in headers["content-security-policy"]
            _, headers, paper = got(fay, f"{PATH}/document?for=ksau&format=pdf")
            assert paper.startswith(b"%PDF") and "utkast" in headers["content-disposition"]
            stranger = Visitor(server.address)
            for path in ("document?for=ksau&format=html", "disclosure?format=csv", "rendering"):
                assert got(stranger, f"{PATH}/{path}")[0] == 403
            with pytest.raises(NotLetIn):
                await stranger.post(f"{PATH}/freeze", of="summary", sessions=[])

    asyncio.run(story())


ODD = (
    *("for=../../secret&format=pdf", "for=ksau&format=../pdf", "for=ksau&format=zip"),
    *("for=ksau&format=pdf&version=9", "for=ksau&format=pdf&version=-1", "format=pdf", ""),
    *("for=ksau&format=pdf&sessions=--version", "for=ksau&format=pdf&sessions=../x"),
)


def test_an_odd_address_finds_no_file(server):
    async def story():
        async with evening(server, people=0, at="") as it:
            for query in ODD:
                status, _, answer = got(it.fay, f"{PATH}/document?{query}")
                assert status in (400, 404) and b"secret" not in answer, query

    asyncio.run(story())


def posted(it: Evening, text: str) -> ContributionPosted:
    """The contribution as the log on disk has it."""
    _, log = it.server.log_of(it.session)
    return next(entry.event for entry in log if entry.words == text)  # type: ignore[return-value]


def test_a_copy_for_a_request_has_what_was_asked_for_and_no_hidden_words(server):
    async def story():
        async with evening(server, people=2) as it:
            for person, text in zip(it.people, ("bänkar vid ån", "något otrevligt"), strict=True):
                await it.post(person, text)
            number = posted(it, "något otrevligt").contribution
            await it.do(c.HideContribution(number, "threat"))
            for format in ("csv", "json", "xlsx", "docx", "pdf", "html"):
                status, headers, copy = got(it.fay, f"{PATH}/disclosure?format={format}")
                assert status == 200 and "utlamnande" in headers["content-disposition"]
                words = copy
                if format in ("xlsx", "docx"):
                    with zipfile.ZipFile(io.BytesIO(copy)) as file:
                        words = b"".join(file.read(name) for name in file.namelist())
                assert b"otrevligt" not in words and b"threat" not in words
                assert format == "pdf" or "bänkar vid ån".encode() in words
            rows = json.loads(got(it.fay, f"{PATH}/disclosure?format=json")[2])["tables"]
            standing = {row["contribution"]: row["standing"] for row in rows["contributions"]}
            assert standing[number] == "hidden" and len(standing) == 2
            area = posted(it, "bänkar vid ån").area
            other = "area-4" if area != "area-4" else "area-1"
            assert got(it.fay, f"{PATH}/disclosure?format=csv&area={other}")[2].count(b"\r\n") == 1
            assert got(it.fay, f"{PATH}/disclosure?format=csv&area={area}")[2].count(b"\r\n") == 3
            assert got(it.fay, f"{PATH}/disclosure?format=csv&area=nowhere")[0] == 400
            asked = f"{PATH}/disclosure?format=csv&words=otrevlig&review=1&reference=7/2027"
            status, headers, review = got(it.fay, asked)
            assert "sekretessprovning-7-2027" in headers["content-disposition"]
            assert "något otrevligt".encode() in review and review.count(b"\r\n") == 2
            for odd in ("since=2019", "session=nowhere", "until=1;x", f"words={'x' * 300}"):
                assert got(it.fay, f"{PATH}/disclosure?format=csv&{odd}")[0] == 400
            pia = await signed_in(server, "presidium")
            assert got(pia, f"{PATH}/disclosure?format=csv")[0] == 403
            restricted = f"{PATH}/document?for=archive&format=restricted"
            assert got(pia, restricted)[0] == 403
            status, headers, package = got(it.fay, restricted)
            assert status == 200 and "sekretess.zip" in headers["content-disposition"]
            with zipfile.ZipFile(io.BytesIO(package)) as file:
                assert "något otrevligt" in file.read("log/restricted-words.jsonl").decode()
            assert got(it.fay, f"{PATH}/document?for=ksau&format=restricted")[0] == 400

    asyncio.run(story())


def test_what_somebody_asks_for_stands_in_no_list_of_processes(server):
    """Whoever has an account on the machine can read every process' arguments."""
    name, seen = "Kvarnbergsson", []

    async def story():
        async with evening(server, people=1) as it:
            await it.post(it.people[0], "bänkar vid ån")
            path = f"{PATH}/disclosure?format=json&words={name}"
            asking = asyncio.create_task(asyncio.to_thread(got, it.fay, path))
            while not asking.done():
                for its in Path("/proc").glob("[0-9]*/cmdline"):
                    with contextlib.suppress(OSError):
                        seen.append(its.read_bytes())
                await asyncio.sleep(0.02)
            status, _, content = await asking
            assert status == 200 and json.loads(content)["tables"]["contributions"] == []

    asyncio.run(story())
    assert any(b"--copy" in it for it in seen)
    assert not [it for it in seen if name.encode() in it]


# ── earlier material ──────────────────────────────────────────────────────────────────────────

SURVEY = "Svar;Område\nFler bänkar;1\n{text};2\n"


def sent(visitor: Visitor, query: str, file: bytes, path: str = PATH) -> tuple[int, dict]:
    headers = {"Cookie": visitor.cookie_header, "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(f"{visitor.address}{path}/import?{query}", file, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            content = error.read()
            return error.code, json.loads(content) if content.startswith(b"{") else {}
    except urllib.error.URLError:  # the answer came, and the line was cut, before all was sent
        return 413, {}


def test_a_survey_is_shown_first_and_comes_in_whole(server):
    async def story():
        async with evening(server, people=0, at="") as it:
            columns = "text=Svar&area=Omr%C3%A5de&title=Enk%C3%A4t"
            good = SURVEY.format(text="Bad åt alla").encode()
            flagged = SURVEY.format(text="Ring 070-174 06 05").encode()
            assert sent(it.fay, f"mode=preview&{columns}", flagged)[1]["flagged"] == 1
            bad = SURVEY.format(text="ring 850709-9805").encode()
            status, shown = sent(it.fay, f"mode=preview&{columns}", good)
            assert status == 200 and shown["rows"] == 2 and shown["session"] is None
            assert shown["first"][1]["text"] == "Bad åt alla" and shown["lines"] == [2, 3]
            status, shown = sent(it.fay, f"mode=write&{columns}", bad)
            assert status == 400 and shown["mistakes"][0]["line"] == 3
            assert await imported(it) == []
            status, shown = sent(it.fay, f"mode=write&{columns}", good)
            assert status == 200 and shown["session"] == "import-enkat"
            assert await imported(it) == ["Fler bänkar", "Bad åt alla"]
            status, _ = sent(it.fay, f"mode=write&{columns}&channel=committee", good)
            assert status == 200
            assert await imported(it, "committee") == ["Fler bänkar", "Bad åt alla"]
            assert sent(it.fay, f"mode=preview&{columns}&channel=live", good)[0] == 400
            large = good + b"x" * 200_000  # more than other routes take
            assert sent(it.fay, f"mode=preview&{columns}", large)[0] in (200, 400)
            assert sent(it.fay, f"mode=preview&{columns}", b"x" * 6_000_000)[0] == 413
            refused = sent(it.fay, "mode=preview&text=Nej", good)[1]
            assert refused["kind"] == "cannot-import" and refused["why"].startswith("the file has")
            assert sent(it.fay, "mode=preview&text=Svar", b"PK\x03\x04")[0] == 400
            pia = await signed_in(server, "presidium")
            assert sent(pia, f"mode=write&{columns}", good)[0] == 403

    asyncio.run(story())


def test_a_survey_that_was_tried_in_a_rehearsal_comes_into_the_dialogue_as_well(server):
    async def story():
        async with evening(server, people=0, at="") as it:
            good = SURVEY.format(text="Bad åt alla").encode()
            opened = await it.fay.post(
                "/api/staff/rehearse", dialogue=DIALOGUE, session=EVENING, participants=0
            )
            its = (await it.fay.get("/api/staff/overview"))["rehearsals"]
            copy = next(one["dialogue"] for one in its if one["session"] == opened["session"])
            query = "mode=write&text=Svar&title=Enk%C3%A4t"
            there = [
                sent(it.fay, query, good, f"/api/dialogue/{dialogue}")
                for dialogue in (copy, DIALOGUE)
            ]
            assert [status for status, _ in there] == [200, 200]
            assert len({shown["session"] for _, shown in there}) == 2
            assert await imported(it) == ["Fler bänkar", "Bad åt alla"]

    asyncio.run(story())


async def imported(it: Evening, channel: str = "import") -> list[str]:
    records = (await it.fay.get(f"{PATH}/records"))["records"]
    its = [r for key, r in records.items() if key.startswith("contribution/")]
    return [r["text"] for r in its if r["channel"] == channel]
