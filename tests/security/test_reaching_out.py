"""What the server itself asks of others, what it makes of their answers, and what it is made of."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dialog.endpoint import Endpoint, Unreachable
from dialog.protocol.agenda import DialogueDefinition, SessionDefinition
from dialog.settings import BadSetting, from_environment
from tests.endpoint import Stub

ROOT = Path(__file__).parents[2]
TEXTS = ["cykelväg", "buss"]


@pytest.fixture
def stubs() -> Iterator[tuple[Stub, Stub]]:
    """An endpoint of the municipality's, and something on its network that nobody should ask."""
    both = Stub(), Stub()
    yield both
    for stub in both:
        stub.close()


# ── an endpoint for embeddings is no way into a network ───────────────────────────────────────


def test_an_endpoint_that_sends_us_elsewhere_is_not_followed(stubs):
    asked, inside = stubs
    endpoint = Endpoint(asked.url, "m", "key", answer_seconds=2)
    asked.temper, asked.url = "redirects", inside.url
    with pytest.raises(Unreachable, match="307"):
        endpoint.embed(TEXTS)
    assert len(asked.requests) == 1 and inside.requests == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_of_the_surroundings_is_given_texts_and_key(stubs, monkeypatch, name):
    asked, inside = stubs
    monkeypatch.setenv(name, inside.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    Endpoint(asked.url, "m", "key", answer_seconds=2).embed(TEXTS)
    assert asked.requests and inside.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.5/v1",
        "http://ai.example.se/v1",
        "http://localhost.example.se/v1",
        "http://127.0.0.1.example.se/v1",
        "http://0.0.0.0/v1",
        "http://[::ffff:10.0.0.5]/v1",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://user:word@ai.example.se/v1",
    ],
)
def test_what_people_write_leaves_this_machine_over_https_or_not_at_all(url):
    with pytest.raises(BadSetting, match="DIALOG_EMBEDDINGS_URL"):
        from_environment(embeddings_url=url, embeddings_model="m")


@pytest.mark.parametrize(
    "url",
    [
        "https://ai.example.se/v1",
        "http://127.0.0.1:8080/v1",
        "http://localhost/v1",
        "http://[::1]/v1",
    ],
)
def test_https_or_this_machine_will_do(url):
    assert from_environment(embeddings_url=url, embeddings_model="m").embeddings_url == url


def test_no_file_and_no_wish_names_an_endpoint():
    """Only who runs the server does, in its environment."""
    names = {*DialogueDefinition.__struct_fields__, *SessionDefinition.__struct_fields__}
    assert {name for name in names if "url" in name or "endpoint" in name} == {"results_url"}
    wishes = (ROOT / "dialog/protocol").glob("*commands.py")
    assert not [file for file in wishes if re.search(r"\burl\b|endpoint", file.read_text())]


CLIENTS = {
    "http.client": ("endpoint", "doctor"),
    "urllib.request": ("rehearsal", "doctor"),
}
"""What asks others over HTTP -> the parts that do: the doctor asks the installation's own address,
when it is told to."""


def test_nothing_else_of_the_server_asks_anybody():
    for file in (ROOT / "dialog").rglob("*.py"):
        part = file.relative_to(ROOT / "dialog").parts[0].removesuffix(".py")
        for name in imported(file):
            for client, homes in CLIENTS.items():
                assert not name.startswith(client) or part in homes, (file, name)
            assert name.split(".")[0] not in (
                "requests",
                "httpx",
                "aiohttp",
                "ftplib",
                "smtplib",
            ), file


# ── what is read back is data ─────────────────────────────────────────────────────────────────

RUNS_WHAT_IT_READS = {
    *("pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "jsonpickle", "code"),
    *("xmlrpc", "imp"),
}


def test_nothing_that_is_read_is_ever_run():
    for file in (ROOT / "dialog").rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(file)} & RUNS_WHAT_IT_READS, file
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("eval", "exec", "compile", "os.system", "os.popen"), file
                assert not any(it.arg == "shell" for it in node.keywords), file


def test_secrets_are_drawn_by_what_cannot_be_foreseen():
    """`random` is for rehearsals, whose people are invented."""
    for file in (ROOT / "dialog").rglob("*.py"):
        if "rehears" not in file.as_posix():
            assert "random" not in set(imported(file)), file
        assert not re.search(r"hashlib\.(md5|sha1)\b", file.read_text()), file


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (module, *(f"{module}.{name.name}" for name in names))


# ── what it is made of ────────────────────────────────────────────────────────────────────────

OURS = {".js", ".css", ".svg", ".webmanifest"}


def test_no_file_of_a_page_comes_from_elsewhere():
    files = [file for file in (ROOT / "static").rglob("*") if file.is_file()]
    assert files and {file.suffix for file in files} <= OURS
    for file in files:
        text = file.read_text()
        assert not re.search(
            r"(?:src|href|from|import|url)\s*[=(]?\s*[\"'(]*(?:https?:)?//\w", text
        ), file
        assert max(map(len, text.splitlines())) < 1000, f"{file}: is it ours?"
    for file in (ROOT / "dialog/templates").rglob("*.html"):
        for address in re.findall(r"(?:src|href|action)=\"([^\"]*)", file.read_text()):
            assert not re.match(r"(?:https?:)?//", address) or "link" not in address, (
                file,
                address,
            )
        loads = re.findall(
            r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"([^\"]*)", file.read_text()
        )
        assert not [it for it in loads if re.match(r"(?:https?:)?//", it)], file


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_everything_installed_is_pinned_by_its_hash(name):
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert len(pinned) > 30
    for line in pinned:
        assert re.match(r"[\w.\-\[\]]+==[\w.!+]+\s", line), line
        assert "--hash=sha256:" in line, line
        assert "://" not in line and "git+" not in line, line
    makefile = (ROOT / "Makefile").read_text()
    assert makefile.count("--require-hashes") == 2


def test_what_is_installed_has_no_hole_that_we_know_of():
    """Versions under which a request could exhaust the server (CVE-2025-62727 and later fixes)."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert "starlette>=1.3.1" in wanted
    locked = (ROOT / "requirements.lock").read_text()
    [version] = re.findall(r"(?m)^starlette==([\d.]+)", locked)
    assert tuple(map(int, version.split("."))) >= (1, 3, 1)
