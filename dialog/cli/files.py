"""Files: texts grouped, documents and packages written, and what comes back checked."""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dialog.cli.shared import (
    data_option,
    in_a_sentence,
    note_by_hand,
    open_log,
    step_back,
    write_whole,
)
from dialog.protocol.upcasters import UnknownEvent
from dialog.protocol.work_commands import DocumentKind
from dialog.reports.formats import FORMATS, KINDS, Format
from dialog.settings import BadSetting, from_environment

if TYPE_CHECKING:
    from dialog.reports.disposal import Signed


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--text",
    metavar="COLUMN",
    help="The column with the texts, by name or number. [the only one that can be meant]",
)
@click.option("--area", metavar="COLUMN", help="Group apart what differs in this column.")
@click.option(
    "--groups",
    type=click.IntRange(1),
    metavar="K",
    help="At most so many groups an area. [by the number of texts]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the input here, with the columns group, title and sure. "
    "A single voice gets an empty group.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file. [the first with cells]")
@click.option(
    "--embedder",
    type=click.Choice(["auto", "lexical"]),
    default="auto",
    show_default=True,
    help="How texts are compared: by the best that is installed, or by their letters.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary as one JSON object.")
def group(
    file: Path,
    text: str | None,
    area: str | None,
    groups: int | None,
    out: Path | None,
    sheet: str | None,
    embedder: Literal["auto", "lexical"],
    as_json: bool,
) -> None:
    """Group the texts of a spreadsheet, CSV or XLSX: answers from Forms, Mentimeter or the like.

    No server is needed, and nothing leaves this machine unless DIALOG_EMBEDDINGS_URL names an
    endpoint of your own. Without --out and --json the groups are
    printed. Groups are numbered from 1 in each area, the largest first.
    """
    from dialog import group_file
    from dialog.embedders import embedders
    from dialog.spreadsheets import BadSpreadsheet

    say = partial(click.echo, err=True)
    with in_a_sentence(BadSetting):
        settings = from_environment()
    models = None if embedder == "lexical" else embedders(settings, threads=os.cpu_count() or 1)
    options = group_file.Options(file, text, area, groups, out, sheet, models, say)
    with in_a_sentence(group_file.CannotGroup, BadSpreadsheet):
        summary = group_file.group_file(options)
    if as_json:
        click.echo(group_file.as_json(summary))
    elif out is None:
        click.echo(group_file.readable(summary))


@click.command()
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one there is]")
@click.option("--for", "kind", type=click.Choice(KINDS), help="Which document.")
@click.option("--format", type=click.Choice(FORMATS), help="[the ending of FILE]")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to."
)
@click.option("--version", type=click.IntRange(1), help="A frozen version. [as it stands now]")
@click.option("--session", "sessions", multiple=True, help="Only this session. [all]")
@click.option("--copy", is_flag=True, hidden=True, help="Of what is asked for on standard input.")
@click.option("--step-back", "stepping_back", is_flag=True, hidden=True)
def export(
    data: Path | None,
    dialogue: str,
    kind: DocumentKind | None,
    format: Format | None,
    out: Path,
    version: int | None,
    sessions: tuple[str, ...],
    copy: bool,
    stepping_back: bool,
) -> None:
    """Write a document of a dialogue into a file.

    What is not frozen is marked as a working draft. Of a frozen version comes the file that was
    kept then. Also for an evening that `dialog rehearse --data DIR` has kept.
    """
    if stepping_back:
        step_back()
    from dialog.exporting import CannotExport, copy_of, file_of
    from dialog.reports.disclosure import asked_in
    from dialog.reports.pdf import CannotTypeset

    wanted = format or format_of(out)
    if (kind is not None) == copy:
        raise click.ClickException("say with --for which document")
    refusals = in_a_sentence(CannotExport, CannotTypeset, UnknownEvent)
    with open_log(data) as (engine, settings), refusals:
        if kind is not None:
            file = file_of(engine, settings, dialogue, kind, wanted, version or 0, sessions)
        else:
            asked = asked_in(sys.stdin.buffer.read().decode())
            file = copy_of(engine, settings, dialogue, asked, wanted)
        if (kind == "archive" or kind is None) and not stepping_back:
            note_by_hand(engine, "downloaded", file.name)
    write_whole(out, file.content)
    click.echo(f"{out} is written ({len(file.content)} bytes)", err=True)
    if stepping_back:
        click.echo(file.name)


@click.command(hidden=True)
@data_option
@click.option("--dialogue", required=True)
@click.option("--version", type=click.IntRange(1), required=True)
def render(data: Path | None, dialogue: str, version: int) -> None:
    """Make and keep the files that a frozen version lacks. `dialog serve` does it by itself."""
    step_back()
    from dialog.exporting import CannotExport, keep_files

    with open_log(data) as (engine, settings), in_a_sentence(CannotExport, UnknownEvent):
        for done, total, name in keep_files(engine, settings, dialogue, version):
            click.echo(f"{done}/{total} {name}")


def format_of(out: Path) -> Format:
    ending = out.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise click.ClickException(f"say with --format which one, of {', '.join(FORMATS)}")
    return ending


@click.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[printed]")
def sbom(out: Path | None) -> None:
    """Say what the program is made of: a software bill of materials, CycloneDX in JSON.

    Every package of the lock file with its version, licence and the hashes it is installed by.
    """
    from dialog.sbom import bill, lock_file, others_installed

    lock = lock_file().read_text()
    for sentence in others_installed(lock):
        click.echo(sentence, err=True)
    content = bill(lock)
    if out is None:
        click.echo(content.decode(), nl=False)
    else:
        write_whole(out, content)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def verify(file: Path, data: Path | None, as_json: bool) -> None:
    """Check an archive package: every file as it was, and the log the one that was frozen.

    Also a protocol of a disposal, whose signature needs the secret of the installation that has
    made it. Nothing else is needed, no database either. Exit code 1 if anything is not as it was.
    """
    from dialog.disposing import signed_in
    from dialog.reports import archive

    signed = signed_in(beginning_of(file))
    if signed is not None:
        return verify_protocol(signed, data, as_json)
    found = archive.verify(file)
    if as_json:
        click.echo(archive.as_json(found))
    elif found.manifest is not None and not found.mistakes:
        it = found.manifest
        frozen = "not frozen" if it.version is None else f"version {it.version}"
        click.echo(
            f"{it.record_number or it.dialogue}, {frozen}: {len(it.files)} files and"
            f" {found.entries} entries of the log, all as they were"
        )
    tell(found.mistakes if not as_json else [])
    if found.mistakes:
        sys.exit(1)


def tell(mistakes: list[str]) -> None:
    for mistake in mistakes:
        click.echo(mistake, err=True)


LONGEST_PROTOCOL = 1024**2


def beginning_of(file: Path) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(LONGEST_PROTOCOL)
    except OSError:
        return b""


def verify_protocol(signed: "Signed", data: Path | None, as_json: bool) -> None:
    from dialog.disposing import mistakes_in
    from dialog.settings import secret_there

    with in_a_sentence(BadSetting):
        secret = secret_there(from_environment(data=data))
    mistakes = mistakes_in(signed, secret) if secret else ["there is no secret here to check it by"]
    it = signed.protocol
    if as_json:
        click.echo(json.dumps({"ok": not mistakes, "mistakes": mistakes}))
    elif not mistakes:
        what = f"{it.record_number}, disposal {it.disposal} by {it.by} at {it.at}"
        click.echo(f"{what}: {sum(line.n for line in it.lines)} in all, as it was signed")
    tell(mistakes if not as_json else [])
    if mistakes:
        sys.exit(1)
