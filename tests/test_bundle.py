"""The bundle: made, found changed, installed where there is no network, upgraded with data kept."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bundle import make
from tests.hall import Server, check, evening
from tests.proxy import free_port, nginx

ROOT = make.ROOT
SOURCES = ("dialog", "static", "sessions", "docs", "bundle", "deploy")
FILES = ("pyproject.toml", "requirements.lock", "LICENSE", "README.md")
SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--net")
"""Not root, and in a network that has nothing in it, not even this machine."""


def sources(folder: Path, version: str = "") -> Path:
    """A copy of the sources, as of another version."""
    no_remains = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=no_remains)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    if version:
        project = folder / "pyproject.toml"
        text = project.read_text("utf-8")
        project.write_text(re.sub(r'(?m)^version = ".*"', f'version = "{version}"', text, count=1))
    return folder


def run(bundled: Path, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """`install` of that bundle, as somebody without a network."""
    return subprocess.run(
        [*SOMEBODY, bundled / "install", *arguments],
        env=os.environ | {"PYTHON": str(Path(sys.executable).resolve())} | env,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def packages() -> list[Path]:
    """The wheels of everything locked, fetched by one test process for all."""
    make.KEPT_WHEELS.mkdir(parents=True, exist_ok=True)
    with (make.KEPT_WHEELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return make.locked_wheels()


# ── it is made ────────────────────────────────────────────────────────────────────────────────


def test_the_same_sources_give_the_same_bytes(tmp_path):
    made = []
    for n in range(2):
        root = sources(tmp_path / f"of{n}")
        if n:
            for file in root.rglob("*"):
                os.utime(file, (1, 1))
                file.chmod(0o700 if file.is_dir() else 0o600)
        made.append(make.bundle(root, tmp_path / f"to{n}", []))
    assert made[0].read_bytes() == made[1].read_bytes()
    said = made[0].with_name(made[0].name + ".sha256").read_text()
    assert said == f"{hashlib.sha256(made[0].read_bytes()).hexdigest()}  {made[0].name}\n"


def test_what_only_some_patch_releases_of_the_python_need_is_among_the_wheels(
    tmp_path, monkeypatch
):
    """The Python that makes the bundle may need it no longer: the one that installs it may."""
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.findall(r"^\S+==.*\n(?:    .*\n)*", locked, re.M)
    some = [it for it in blocks if re.match(r"\S+ ; python_full_version < '[\d.]+' ", it)]
    lock = tmp_path / "requirements.lock"
    lock.write_text("".join(some), "utf-8")
    monkeypatch.setattr(make, "KEPT_WHEELS", tmp_path / "wheels")
    names = {it.name.split("-")[0].replace("_", "-") for it in make.locked_wheels(lock)}
    assert some and names == {it.partition("==")[0] for it in some}


# ── it is looked at before anything is done ───────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle's folder, without what it needs from others."""
    return make.fill(tmp_path_factory.mktemp("whole"), ROOT, [])


@pytest.fixture
def bundled(whole: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return shutil.copytree(whole, tmp_path / "bundle")


def change(bundled: Path) -> None:
    [wheel] = bundled.glob("wheels/dialog-*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)


def exchange_the_lock(bundled: Path) -> None:
    (bundled / "requirements.lock").write_text("evil==1\n")


def take_away(bundled: Path) -> None:
    (bundled / "deploy" / "nginx.conf").unlink()


def put_in(bundled: Path) -> None:
    (bundled / "wheels" / "h11-99-py3-none-any.whl").write_bytes(b"")


def put_in_a_link(bundled: Path) -> None:
    (bundled / "wheels" / "h11-99-py3-none-any.whl").symlink_to("/etc/passwd")


def empty_the_sums(bundled: Path) -> None:
    (bundled / "SHA256SUMS").write_text("")


@pytest.mark.parametrize(
    "tampered", [change, exchange_the_lock, take_away, put_in, put_in_a_link, empty_the_sums]
)
def test_a_bundle_that_was_tampered_with_is_refused(bundled, tmp_path, tampered):
    assert run(bundled, "--check").returncode == 0
    tampered(bundled)
    for arguments in (["--check"], [tmp_path / "there"]):
        refused = run(bundled, *arguments)
        assert refused.returncode == 1 and "Get it anew" in refused.stderr
    assert not (tmp_path / "there").exists()


def test_a_package_that_the_lock_file_does_not_know_is_refused_also_with_its_sum(
    bundled, packages, tmp_path
):
    wheel = next(it for it in packages if it.name.startswith("alembic-"))
    (bundled / "wheels" / wheel.name).write_bytes(wheel.read_bytes() + b"more")
    sum_up(bundled)
    refused = run(bundled, tmp_path / "there")
    assert refused.returncode == 1 and "HASHES" in refused.stderr
    assert not (tmp_path / "there" / "current").exists()


def test_another_python_than_it_was_made_for_is_named(bundled, tmp_path):
    (bundled / "BUILT_FOR").write_text("3.99 pdp11\n")
    sum_up(bundled)
    refused = run(bundled, tmp_path / "there")
    assert refused.returncode == 1 and "for Python 3.99 pdp11" in refused.stderr
    refused = run(bundled, tmp_path / "there", PYTHON="/no/python")
    assert refused.returncode == 1 and "no Python at /no/python" in refused.stderr


@pytest.mark.parametrize("before", [[], ["--back"], ["--check"]], ids=str)
def test_more_than_it_was_asked_for_is_refused(bundled, tmp_path, before):
    """As when the shell finds an older bundle's `install` beside this one's."""
    there = [tmp_path / "there"] * (before != ["--check"])
    refused = run(bundled, *before, *there, tmp_path / "elsewhere")
    assert refused.returncode == 1 and "usage:" in refused.stderr
    assert not (tmp_path / "there").exists() and not (tmp_path / "elsewhere").exists()


def test_root_is_told_to_be_somebody_else(bundled, tmp_path):
    root = ["unshare", "--user", "--map-root-user"]
    refused = subprocess.run(
        [*root, bundled / "install", tmp_path / "there"], capture_output=True, text=True
    )
    assert refused.returncode == 1 and "not as root" in refused.stderr


def sum_up(bundled: Path) -> None:
    """As who changes a file and its sum."""
    sums = bundled / "SHA256SUMS"
    sums.unlink()
    lines = (f"{make.sha256(file)}  {name}\n" for name, file in make.files_of(bundled))
    sums.write_text("".join(lines))


# ── it is installed ───────────────────────────────────────────────────────────────────────────


class Installed(Server):
    """What was installed in a folder, with its settings."""

    def __init__(self, target: Path, home: str) -> None:
        super().__init__(target / "data")
        self.target, self.home = target, home

    @property
    def address(self) -> str:
        return self.home

    def command(self) -> list[str]:
        return [str(self.target / "bin/dialog"), "serve"]

    def environment(self) -> dict[str, str]:
        ours = {name for name in os.environ if name.startswith(("DIALOG_", "PYTHON"))}
        others = {name: it for name, it in os.environ.items() if name not in ours}
        return others | {"PYTHONUNBUFFERED": "1"}


@pytest.mark.timeout(900)  # on a busy machine; two installations of all there is
async def test_it_runs_behind_a_proxy_and_an_upgrade_in_place_keeps_what_people_wrote(
    packages, tmp_path
):
    archive = make.bundle(ROOT, tmp_path / "dist", packages)
    subprocess.run(["tar", "xzf", archive], cwd=tmp_path, check=True)
    [bundled] = tmp_path.glob("dialog-*-bundle")
    archive.unlink()
    target, port = tmp_path / "a folder" / "dialog", free_port()
    done = run(bundled, target)
    assert done.returncode == 0, done.stderr
    first = (target / "current").readlink()
    examples = {it.name for it in (ROOT / "deploy").iterdir()}
    assert {it.name for it in (target / "current/share/deploy").iterdir()} == examples
    with nginx([f"127.0.0.1:{port}"]) as proxy:
        with (target / "dialog.env").open("a") as settings:
            settings.write(f"DIALOG_HOME={proxy.address}\nDIALOG_PORT={port}\n")
            settings.write('DIALOG_GROUPING=none\nDIALOG_LETTERHEAD_UNIT="$(touch run)"\n')
            settings.write("#DIALOG_HOST=nowhere\nnot a setting\nA$(touch run)=1")
        server = Installed(target, proxy.address).start()
        try:
            async with evening(server, people=2) as it:
                ack = await it.post(it.people[0], "fler cykelvägar")
                await check(it)
                # Processes go on while the new version is put beside them.
                newer = make.fill(tmp_path, sources(tmp_path / "newer", "0.999"), packages)
                done = run(newer, target)
                assert done.returncode == 0, done.stderr
                await it.post(it.people[1], "fler bussar")
                server.stop()
                server.start()
                await check(it)
                log = {entry.seq: entry.words for entry in server.log_of(it.session)[1]}
                assert log[ack.seq] == "fler cykelvägar"
        finally:
            server.kill()
        assert proxy.outside() == []
    assert (target / "current").readlink().name.startswith("0.999-")
    assert (target / "previous").readlink() == first
    [copy] = (target / "backups").iterdir()
    assert copy.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.rglob("run")), "a setting was run"
    assert run(newer, "--back", target).returncode == 0
    assert (target / "current").readlink() == first
    links = subprocess.run([target / "bin/dialog", "links"], env=server.environment())
    assert links.returncode == 0
