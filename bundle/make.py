"""Makes the bundle: one archive from which dialog is installed where there is no internet.

`python -m bundle.make` (or `make bundle`) gives `dist/dialog-<version>-bundle.tar.gz`, and beside
it the sum of it. The same sources and the same lock file give the same bytes, on the same Python.
"""

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT_WHEELS = ROOT / ".cache" / f"wheels-{sys.implementation.cache_tag}"
LONG_AGO = 946_684_800
"""The time of every file: 2000-01-01. A wheel, which is a zip, knows no time before 1980."""
OF_ANOTHER_PATCH = re.compile(r" ; python_full_version < '3\.\d+\.\d+'(?= )")
"""What only some patch releases of a Python need: the bundle is for all of them."""
EXECUTABLE = {"install", "dialog"}


def bundle(root: Path, out: Path, packages: Sequence[Path]) -> Path:
    """The archive of the sources in `root` and of the wheels they need, written into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as made:
        folder = fill(Path(made), root, packages)
        archive = out / f"{folder.name}.tar.gz"
        pack(folder, archive)
    digest = sha256(archive)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n", "utf-8")
    return archive


def fill(place: Path, root: Path, packages: Sequence[Path]) -> Path:
    """The folder in `place` with what lies in the archive, the sums of it last."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    folder = place / f"dialog-{version}-bundle"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for package in packages:
        link_or_copy(package, wheels / package.name)
    own_wheel(root, wheels)
    shutil.copy(root / "requirements.lock", folder)
    shutil.copy(root / "LICENSE", folder)
    (folder / "VERSION").write_text(f"{version}\n", "utf-8")
    built_for = f"{sys.version_info.major}.{sys.version_info.minor} {platform.machine()}"
    (folder / "BUILT_FOR").write_text(f"{built_for}\n", "utf-8")
    for name in ("install", "dialog", "README.md"):
        shutil.copy(root / "bundle" / name, folder)
    for name in ("deploy", "docs"):
        shutil.copytree(root / name, folder / name)
    sums = (f"{sha256(file)}  {name}\n" for name, file in files_of(folder))
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    return folder


def link_or_copy(file: Path, there: Path) -> None:
    try:
        os.link(file, there)
    except OSError:  # another disk
        shutil.copy(file, there)


def locked_wheels(lock: Path = ROOT / "requirements.lock") -> list[Path]:
    """Of every package in the lock file the wheel that fits here, as the lock file knows it. Those
    that are kept from the last time are not fetched again."""
    KEPT_WHEELS.mkdir(parents=True, exist_ok=True)
    fetched = KEPT_WHEELS / f"{sha256(lock)}.fetched"
    if not fetched.exists():
        wanted = fetched.with_suffix(".txt")
        wanted.write_text(OF_ANOTHER_PATCH.sub(" ", lock.read_text("utf-8")), "utf-8")
        run(
            *("-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"),
            *("--require-hashes", "--only-binary", ":all:", "-r", wanted, "-d", KEPT_WHEELS),
        )
        fetched.touch()
    known = set(re.findall(r"--hash=sha256:(\w{64})", lock.read_text("utf-8")))
    return [wheel for wheel in sorted(KEPT_WHEELS.glob("*.whl")) if sha256(wheel) in known]


def own_wheel(root: Path, wheels: Path) -> None:
    run(
        *("-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"),
        *("--no-build-isolation", "--no-index", "-w", wheels, root),
    )


def run(*arguments: str | Path) -> None:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(LONG_AGO)}
    subprocess.run([sys.executable, *arguments], check=True, env=environment)


def files_of(folder: Path) -> list[tuple[str, Path]]:
    """Name within the folder, and file, in an order that is always the same."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return sorted((file.relative_to(folder).as_posix(), file) for file in files)


def pack(folder: Path, archive: Path) -> None:
    """As a tar file that says nothing of when, where and by whom it was made."""
    with (
        archive.open("wb") as raw,
        # Wheels are packed already: to pack them again takes long and makes it no smaller.
        gzip.GzipFile("", "wb", compresslevel=0, fileobj=raw, mtime=LONG_AGO) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, file in files_of(folder):
            about = tar.gettarinfo(file, f"{folder.name}/{name}")
            about.uid = about.gid = 0
            about.uname = about.gname = ""
            about.mtime = LONG_AGO
            about.mode = 0o755 if name in EXECUTABLE else 0o644
            with file.open("rb") as content:
                tar.addfile(about, content)


def sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the bundle for a place without internet.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    archive = bundle(ROOT, parser.parse_args().out, locked_wheels())
    print(f"{archive}\n{sha256(archive)}")


if __name__ == "__main__":
    main()
