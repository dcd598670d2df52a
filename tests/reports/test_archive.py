"""The archive package is whole, says so, and can be checked without our code."""

import hashlib
import io
import json
import re
import tracemalloc
import zipfile

import pytest

from dialog.protocol import commands as c
from dialog.reports.archive import (
    LOG,
    MANIFEST,
    README,
    RESTRICTED_WORDS,
    WORDS,
    Apart,
    Listed,
    Manifest,
    package,
    restricted_package,
    verify,
)
from dialog.store import log as store
from dialog.store import written
from tests.domain.meeting import ada, bo, fay, meeting

pytest_plugins = ["tests.store.databases"]

SECRET = "Det här är dolt"
FILES = [
    ("documents/summering.pdf", b"%PDF-1.7 \0\xff" * 50),
    ("tables/contributions.csv", b"a,b\r\n"),
]


@pytest.fixture
def parts(sqlite):
    it = meeting("write")
    it.do(ada, c.PostContribution("write", 0, "keyword", "Bänkar åt alla"), "op-of-ada-00000001")
    it.post(bo, SECRET)
    it.do(fay, c.HideContribution(2, "threat"))
    with sqlite.begin() as db:
        store.create_dialogue(db, "matter")
        store.append(db, "matter", it.log)
        lines = list(written.lines(db, "matter", it.seq))
    shown = {one.seq: one.words for one in it.log if one.words and one.words != SECRET}
    about = Manifest(
        "matter", "Mål", "KS 2019/017", "Vaggeryd", 1, "summary", [], it.seq,
        written.log_hash(lines), False, "2019-02-22T09:00Z",
    )  # fmt: skip
    about.restricted = Listed("ks-sekretess.zip", "ab" * 32, 10)
    return about, lines, shown, FILES


@pytest.fixture
def made(parts):
    return package(*parts)


@pytest.fixture
def verdict(made, tmp_path):
    def of(data: bytes = made):
        (tmp_path / "it.zip").write_bytes(data)
        return verify(tmp_path / "it.zip")

    return of


def changed(data: bytes, name: str, content: bytes | None, new_name: str = "") -> bytes:
    """The package with one file changed, or left out (None)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for it in old.namelist():
            if it != name:
                new.writestr(it, old.read(it))
            elif content is not None:
                new.writestr(new_name or it, content)
    return out.getvalue()


def read(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


def test_what_was_made_is_whole(verdict):
    found = verdict()
    assert found.mistakes == [] and found.entries > 5
    assert found.manifest.record_number == "KS 2019/017"


def test_everything_is_in_it_but_what_is_not_shown(made):
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert file.testzip() is None
        names = file.namelist()
        everything = {name: file.read(name) for name in names}
    assert {README, LOG, MANIFEST, *(name for name, _ in FILES)} <= set(names)
    assert [name for name in names if SECRET.encode() in everything[name]] == []
    assert "Bänkar åt alla".encode() in everything["log/words.jsonl"]
    for name in (README, MANIFEST):
        assert b"ks-sekretess.zip" in everything[name] and b"ab" * 32 in everything[name]


def test_what_is_not_shown_is_in_a_package_of_its_own_that_can_be_checked(parts, verdict):
    about, _, _, files = parts
    apart = restricted_package(about, [Apart(4, SECRET, 2, "hidden", "insult")], files)
    [line] = read(apart, RESTRICTED_WORDS).splitlines()
    assert json.loads(line)["text"] == SECRET
    assert "SEKRETESSPRÖVAS" in read(apart, README).decode()
    assert verdict(apart).mistakes == []
    forged = changed(apart, RESTRICTED_WORDS, line.replace(b"Det", b"Den"))
    assert verdict(forged).mistakes == [f"{RESTRICTED_WORDS} is not as it was"]


def test_a_package_of_an_older_release_can_still_be_checked(made, verdict):
    """In which the hidden words had a file of their own, and the manifest said less."""
    manifest = json.loads(read(made, MANIFEST))
    for name in ("part", "status", "restricted"):
        del manifest[name]
    manifest["format"] = 1
    old = changed(made, MANIFEST, json.dumps(manifest).encode())
    assert verdict(old).mistakes == []
    manifest["format"] = 3
    newer = changed(made, MANIFEST, json.dumps(manifest).encode())
    assert verdict(newer).mistakes == ["it is of format 3; this release knows 1 and 2"]


def test_it_tells_no_ops_no_seconds_and_no_participants(made):
    log = read(made, LOG)
    assert b"op-of-ada" not in log and b'participant":1' not in log
    assert all(json.loads(line)["at"] % 60_000 == 0 for line in log.splitlines())


def test_the_number_can_be_worked_out_as_the_readme_says(made):
    """By hand, with nothing of ours: the body as it stands between its neighbours."""
    chain = bytes(32)
    for line in read(made, LOG).decode().splitlines():
        it = json.loads(line)
        body = re.search(r'"body":(.*),"digest":', line)[1]
        parts = [
            json.dumps(it[k], ensure_ascii=False)
            for k in ("seq", "session", "access", "actor", "type", "version")
        ]
        parts += [body, json.dumps(it["digest"]), json.dumps(it["at"])]
        chain = hashlib.sha256(chain + f"[{','.join(parts)}]".encode()).digest()
    assert chain.hex() == json.loads(read(made, MANIFEST))["log_hash"]


@pytest.mark.parametrize("name", [README, LOG, WORDS, "documents/summering.pdf"])
def test_a_changed_file_is_found_and_a_lacking_one_too(made, verdict, name):
    found = verdict(changed(made, name, read(made, name) + b" "))
    assert f"{name} is not as it was" in found.mistakes
    assert any("lacking" in it for it in verdict(changed(made, name, None)).mistakes)


def test_a_file_that_was_put_in_is_found(made, verdict):
    found = verdict(changed(made, README, read(made, README), "documents/nytt.pdf"))
    assert any("documents/nytt.pdf is not in" in it for it in found.mistakes)


def test_a_forged_log_is_found_though_the_manifest_was_made_to_fit(made, verdict):
    lines = read(made, LOG).splitlines(keepends=True)
    for forged in (
        lines[:-1],
        lines[::-1],
        [lines[0].replace(b'"system"', b'"machine"'), *lines[1:]],
    ):
        log = b"".join(forged)
        manifest = json.loads(read(made, MANIFEST))
        for it in manifest["files"]:
            if it["name"] == LOG:
                it |= {"sha256": hashlib.sha256(log).hexdigest(), "size": len(log)}
        data = changed(made, LOG, log)
        found = verdict(changed(data, MANIFEST, json.dumps(manifest).encode()))
        assert any("not the log that was frozen" in it for it in found.mistakes)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", pytest.param(None, id="no manifest")])
def test_what_is_no_package_is_said(made, verdict, data):
    found = verdict(changed(made, MANIFEST, None) if data is None else data)
    assert found.mistakes and found.manifest is None


def test_the_same_content_gives_the_same_bytes(made, parts):
    assert package(*parts) == made


def test_a_package_that_is_damaged_anywhere_is_never_more_than_said_to_be(made, verdict):
    for place in range(0, len(made), 7):
        damaged = bytearray(made)
        damaged[place] ^= 0xFF
        verdict(bytes(damaged))
    for length in range(0, len(made), 211):
        assert verdict(made[:length]).mistakes


def with_manifest(made: bytes, **said: object) -> bytes:
    manifest = json.loads(read(made, MANIFEST)) | said
    return changed(made, MANIFEST, json.dumps(manifest).encode())


@pytest.mark.parametrize("upto", [10**15, 0, -1])
def test_a_manifest_that_claims_another_length_of_the_log_is_found_out(made, verdict, upto):
    assert "does not have the entries" in verdict(with_manifest(made, upto=upto)).mistakes[0]


def test_two_manifests_in_one_package_are_found_out(made, verdict):
    twice = io.BytesIO(made)
    with zipfile.ZipFile(twice, "a") as file, pytest.warns(UserWarning):
        file.writestr(MANIFEST, read(made, MANIFEST))
    assert verdict(twice.getvalue()).mistakes == ["some file stands in it twice"]


@pytest.mark.parametrize("name", [MANIFEST, LOG])
@pytest.mark.parametrize("content", [b'{"seq":"\xff"}', b'{"body":' + b"[" * 300_000])
def test_what_is_no_text_or_in_too_many_layers_is_said_to_be(made, verdict, name, content):
    assert any("cannot be read" in it for it in verdict(changed(made, name, content)).mistakes)


def test_a_log_in_one_endless_line_is_never_held_whole(made, verdict):
    endless = io.BytesIO()
    with zipfile.ZipFile(endless, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MANIFEST, read(made, MANIFEST))
        with file.open(LOG, "w") as log:
            for _ in range(300):
                log.write(b" " * 2**20)
    tracemalloc.start()
    assert any("cannot be read" in it for it in verdict(endless.getvalue()).mistakes)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 150 * 2**20
