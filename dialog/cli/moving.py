"""What comes in and what goes: earlier material, other machines' evenings, copies, disposals."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialog.cli.shared import (
    MOST_FOR_A_FILE,
    data_option,
    in_a_sentence,
    open_log,
    settings_for,
    signed,
    step_back,
    take_no_more_than,
    write_whole,
    written_to,
)
from dialog.identity import STAFF_ROLES, StaffRole
from dialog.protocol.upcasters import UnknownEvent
from dialog.settings import BadSetting, from_environment, prepare
from dialog.store.database import UnusableDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from dialog.backup import Manifest
    from dialog.import_file import Options, Preview


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one there is]")
@click.option("--text-column", metavar="COLUMN", required=True, help="By name or number.")
@click.option("--area-column", metavar="COLUMN", help="Goal area by name, number or id.")
@click.option("--kind-column", metavar="COLUMN", help="Keyword, question or meaning.")
@click.option("--target-group-column", metavar="COLUMN", help="Target group by name or id.")
@click.option("--language-column", metavar="COLUMN", help="Such as sv or ar.")
@click.option("--area", default="", help="The goal area of rows that name none. [across all]")
@click.option(
    "--kind",
    type=click.Choice(["keyword", "question", "meaning"]),
    default="keyword",
    show_default=True,
    help="The kind of rows that name none.",
)
@click.option("--language", default="sv", show_default=True, help="Of rows that name none.")
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file. [the first with cells]")
@click.option("--title", default="", help="What it is called in documents. [the file's name]")
@click.option("--public", is_flag=True, help="May be published. [only sums are]")
@click.option(
    "--channel",
    type=click.Choice(["import", "committee"]),
    default="import",
    show_default=True,
    help="Whose it is: earlier material, or what committees and companies say, counted apart.",
)
@click.option("--yes", is_flag=True, help="Write it. [only show what would come of it]")
@click.option("--json", "as_json", is_flag=True, hidden=True)
def bring_in(
    file: Path,
    data: Path | None,
    dialogue: str,
    yes: bool,
    as_json: bool,
    **given: object,
) -> None:
    """Bring earlier material into a dialogue: CSV or XLSX, one contribution a row.

    First a preview; with --yes it is written, all of it or, if any row has a mistake, nothing. It
    becomes a session of its own, ended at once.
    """
    if as_json:  # asked by a server, of a file that anybody may have made
        step_back()
        take_no_more_than(MOST_FOR_A_FILE)
    from dialog import import_file
    from dialog.exporting import CannotExport, chosen
    from dialog.protocol.codec import encode
    from dialog.recall import recall

    names = ("text", "area", "kind", "target_group", "language")
    asked = {name: given.pop(f"{name}_column") for name in names}
    for_all = {f"all_{name}": given.pop(name) for name in ("area", "kind", "language")}
    options = import_file.Options(**asked, **for_all, **given)  # type: ignore[arg-type]
    refusals = in_a_sentence(CannotExport, import_file.CannotImport, UnknownEvent)
    with open_log(data) as (engine, _), refusals:
        with engine.execution_options(reading=True).begin() as db:
            there = recall(db, chosen(db, dialogue))
        made = import_file.preview(file, there.definition, options)
        if as_json:
            click.echo(encode(made).decode())
            return
        import_file.show(made, click.echo)
        if made.mistakes:
            raise click.ClickException(f"{len(made.mistakes)} mistakes; nothing is written")
        if not yes:
            click.echo(f"{len(made.rows)} rows can be brought in; say --yes to do it")
            return
        session = asyncio.run(bring_in_whole(engine, there.id, made, options))
    click.echo(f"{len(made.rows)} contributions are written, as the session {session}")


async def bring_in_whole(
    engine: "Engine", dialogue: str, made: "Preview", options: "Options"
) -> str:
    """In one commit; a server that runs sees it within a second."""
    from datetime import date

    from dialog.bus import MemoryBus
    from dialog.domain.state import Person
    from dialog.import_file import command
    from dialog.live import LiveDialogues
    from dialog.protocol.refusals import Refused
    from dialog.store.doors import all_doors

    home = LiveDialogues(engine, MemoryBus())
    try:
        live = await home.dialogue(dialogue)
        assert live is not None
        taken = [door.session for door in await home.read(all_doors)]
        wish = command(made, options, date.today(), taken)
        await live.do(Person("system"), wish)
    except Refused as refused:
        raise click.ClickException(f"refused: {refused.refusal}") from None
    finally:
        await home.close()
    return wish.session


@click.command("take-in")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one in it]")
@click.option("--session", "only", multiple=True, metavar="ID", help="Only these. [every one]")
@click.option("--do", "carry", is_flag=True, help="Do it. [only say what would be taken in]")
@click.option("--by", metavar="ROLE/NAME", help="Who does it, for the audit.")
def take_in(
    source: Path,
    data: Path | None,
    dialogue: str,
    only: tuple[str, ...],
    carry: bool,
    by: str | None,
) -> None:
    """Take in an evening that was held on another machine, without internet.

    SOURCE: a copy that `dialog backup` has made there, or that machine's data folder. First say
    what would be taken in; with --do it is written, all of it in one commit, also while a server
    runs here. Said again it takes only what is new.
    """
    from dialog.live import now_ms
    from dialog.take_in import CannotTakeIn, held_there, looked_through, opened, origin, show
    from dialog.take_in import take_in as write

    who = signed(by) if carry else ""
    refusals = in_a_sentence(CannotTakeIn, UnknownEvent, after="; nothing is changed")
    with open_log(data) as (engine, _), refusals:
        with opened(source) as elsewhere:
            there = held_there(elsewhere, dialogue)
        here, plan = looked_through(engine, there, only)
        if carry:
            plan = write(engine, here, there, only, who, now_ms())
    click.echo(origin(source))
    show(plan, click.echo, done=carry)
    click.echo("")
    n = len(plan.taking)
    if not n:
        click.echo("Nothing is new; nothing is changed.")
    elif carry:
        click.echo(f"Sessions taken in: {n}.")
    else:
        click.echo(f"Sessions that can be taken in: {n}; say --do to do it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option(
    "--with-secret",
    is_flag=True,
    help="Also the secret that signs cookies and staff links: whoever has the copy is staff.",
)
def backup(file: Path, data: Path | None, with_secret: bool) -> None:
    """Copy the whole installation into FILE, also while a server runs.

    The database as it is at one moment, and the dialogues made in the browser. SQLite and
    PostgreSQL alike: a copy of the one can be put into the other.
    """
    from dialog.backup import take

    with open_log(data) as (engine, settings):
        if with_secret:
            settings = settings_for(data=data)
        with written_to(file):
            made = take(engine, settings, file, with_secret)
    click.echo(f"{file} is written: {contents_of(made)}", err=True)


def contents_of(made: "Manifest") -> str:
    entries = sum(it.seq for it in made.dialogues)
    secret = "with the secret" if made.has_secret else "without the secret"
    return f"{len(made.dialogues)} dialogues, {entries} entries of their logs, {secret}"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--over", is_flag=True, help="Replace what is there. [only into an empty place]")
def restore(file: Path, data: Path | None, over: bool) -> None:
    """Put a copy that `dialog backup` has made in place, all of it or nothing.

    The file is read and checked before anything is replaced. Phones, projectors and staff pages
    that had seen something newer load anew; phones and tables' devices must come in anew.
    """
    from dialog.backup import CannotRestore
    from dialog.backup import restore as put_in_place

    try:
        settings = from_environment(data=data)
        made = put_in_place(file, settings, over)
    except (BadSetting, UnusableDatabase, CannotRestore) as error:
        hint = "; say --over to replace it" if "not empty" in str(error) else ""
        raise click.ClickException(f"{error}{hint}; nothing is changed") from None
    except OSError as error:
        raise click.ClickException(f"cannot use {error.filename}: {error.strerror}") from None
    click.echo(f"{contents_of(made)} are in place, as of {made.made}", err=True)
    click.echo("Phones and tables' devices must come in anew.", err=True)
    if not made.has_secret:
        click.echo("Without the secret staff links are new.", err=True)


@click.command()
@click.argument("dialogue", default="")
@data_option
@click.option("--sessions", type=click.Path(path_type=Path), help="Folder of dialogues. [shipped]")
@click.option("--do", "carry", is_flag=True, help="Do it. [only say what would go]")
@click.option("--by", metavar="ROLE/NAME", help="Who does it, for the protocol.")
@click.option("--expect", default="", hidden=True, help="The list that was looked at.")
@click.option("--actor", type=click.Choice(STAFF_ROLES), hidden=True)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="The protocol, too.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def dispose(
    dialogue: str,
    data: Path | None,
    sessions: Path | None,
    carry: bool,
    by: str | None,
    expect: str,
    actor: StaffRole | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Dispose of what the rules in DIALOGUE's file say, where they are decided.

    First say what would go: how much, from when to when, by which rule and decision. With --do it
    goes, all of it or nothing, and a signed protocol is kept beside the log; `dialog verify` checks
    it. Copies that `dialog backup` has made before still hold everything.
    """
    from dialog.disposing import CannotDispose, as_json_text, as_text, carry_out, planned
    from dialog.exporting import CannotExport, chosen
    from dialog.live import now_ms

    who = signed(by) if carry else ""
    refusals = in_a_sentence(CannotDispose, CannotExport, UnknownEvent, BadSetting)
    with open_log(data, sessions=sessions) as (engine, settings), refusals:
        with engine.execution_options(reading=True).begin() as db:
            id = chosen(db, dialogue)
        if not carry:
            plan = planned(engine, settings, id, now_ms())
            click.echo(as_json_text(plan) if as_json else as_text(plan))
            return
        settings = prepare(settings)
        file = carry_out(engine, settings, id, who, actor or "system", now_ms(), expect)
    click.echo(file.content.decode() if as_json else f"{file.name}: done, and kept as a protocol")
    if out is not None:
        write_whole(out, file.content)
