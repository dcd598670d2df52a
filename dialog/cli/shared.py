"""What the commands share: where the log is, who does it, and mistakes said in one sentence."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialog.settings import BadSetting, Settings, from_environment, prepare
from dialog.store.database import UnusableDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from dialog.store.audit import What

STEPS_BACK = 5
"""How nice the worker is. Not nicer: it holds the database's write lock at times, and whoever
waits for that waits at the worker's speed."""
MOST_FOR_A_FILE = 2 * 1024**3
"""Bytes of memory for reading one file: a kilobyte can say that it has billions of cells."""

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for the database and the secret. [data]"
)


@contextlib.contextmanager
def in_a_sentence(*expected: type[Exception], after: str = "") -> Iterator[None]:
    """These are said as they are, with `after` behind them; anything else is a mistake of ours."""
    try:
        yield
    except expected as error:
        raise click.ClickException(f"{error}{after}") from None


@contextlib.contextmanager
def written_to(file: Path) -> Iterator[None]:
    """Say in a sentence why `file` cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from None


def signed(by: str | None) -> str:
    """Who does it, as ROLE/NAME; without both it is not done."""
    role, _, name = (by or "").partition("/")
    if not (role.strip() and name.strip()):
        raise click.ClickException("say with --by who does it, as ROLE/NAME")
    return by or ""


def settings_for(**given: object) -> Settings:
    """The settings, with the data folder made, or one sentence about what is wrong."""
    try:
        with in_a_sentence(BadSetting):
            return prepare(from_environment(**given))
    except OSError as error:
        raise click.ClickException(f"cannot use {error.filename}: {error.strerror}") from None


@contextlib.contextmanager
def open_log(data: Path | None, **given: object) -> Iterator[tuple["Engine", Settings]]:
    """The database that is there already: looking into a folder must not begin an installation."""
    from dialog.store import release
    from dialog.store.database import open_database

    with in_a_sentence(BadSetting):
        settings = from_environment(data=data, **given)
    file = settings.data / "dialog.db"
    if not settings.database and not file.is_file():
        raise click.ClickException(f"there is no dialogue in {settings.data}: no file {file}")
    with in_a_sentence(UnusableDatabase):
        engine = open_database(settings.database_url)
        release.begin(engine)
    try:
        yield engine, settings
    finally:
        engine.dispose()


def note_by_hand(engine: "Engine", what: "What", about: str) -> None:
    """Write down what whoever has the machine itself did."""
    from dialog.live import now_ms
    from dialog.store.audit import COMMAND_LINE, Note, write

    with engine.begin() as db:
        write(db, Note(now_ms(), COMMAND_LINE, "", what, about))


def write_whole(out: Path, content: bytes) -> None:
    """All of it, or on failure what was there before, and one sentence."""
    from dialog.backup import opened_anew

    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    with written_to(out):
        opened = opened_anew(partial)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(content)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)


def step_back() -> None:
    """Leave the machine to the hall. Before numpy is loaded, which counts the cores but once."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.nice(STEPS_BACK)


def take_no_more_than(memory: int) -> None:
    """Fail rather than take the hall's memory."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
