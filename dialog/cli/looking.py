"""Look: is all ready for tonight, how an evening goes when it is practised, what staff did."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dialog.cli.shared import data_option, in_a_sentence, open_log
from dialog.settings import BadSetting, from_environment

if TYPE_CHECKING:
    from dialog.doctor.findings import Check


@click.command()
@click.option("--host", help="Address the server listens on. [127.0.0.1]")
@click.option("--port", type=int, help="Port it listens on. [8000]")
@data_option
@click.option("--sessions", type=click.Path(path_type=Path), help="Folder of dialogues. [shipped]")
@click.option("--home", help="The address people type, e.g. https://dialog.example.se")
@click.option("--url", help="Look at this address from outside, through the proxy, instead.")
@click.option("--link", help="With --url: the facilitator's link there. [from the data folder]")
@click.option(
    "--idle",
    type=click.FloatRange(0, 600),
    default=70,
    show_default=True,
    help="With --url: seconds of silence that a line must survive.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it all as one JSON object.")
def doctor(
    data: Path | None,
    url: str | None,
    link: str | None,
    idle: float,
    as_json: bool,
    **given: object,
) -> None:
    """Is everything as an evening needs it? Go or no-go, and what to do about what is not.

    \b
    On the server:            dialog doctor
    From outside, the proxy:  dialog doctor --url https://dialog.example.se

    With --url a line is held on a rehearsal that is thrown away again; that needs the facilitator's
    link, or the server's data folder on this machine. Exit code 1 if anything fails.
    """
    from dialog.doctor.findings import Report, lines_of, looked

    report = Report([])
    for name, check in doctors_checks(url, link, idle, given | {"data": data}).items():
        for finding in looked(name, check):
            report.findings.append(finding)
            if not as_json:
                click.echo(lines_of(finding))
    click.echo(report.as_json() if as_json else f"\n{report.verdict()}")
    if not report.go:
        sys.exit(1)


def doctors_checks(
    url: str | None, link: str | None, idle: float, given: dict[str, object]
) -> "dict[str, Check]":
    """Those of this machine, or of an address; of settings that cannot be used, only that."""
    from dialog.doctor import evening, machine, outside, stores
    from dialog.doctor.findings import fail

    if url is not None:
        return outside.checks(url, idle, link, cast("Path | None", given["data"]))
    try:
        settings = from_environment(**given)
    except BadSetting as error:
        found = fail("settings", str(error), 'see docs/running.md, "Settings"')
        return {"settings": lambda: [found]}
    return evening.checks(settings) | machine.checks(settings) | stores.checks(settings)


@click.command()
@click.argument("url", required=False)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Own server: keep the evening here. "
    "With URL: that server's data folder on this machine, for its staff secret. [data]",
)
@click.option("--link", help="The facilitator's link of the server at URL, with its secret.")
@click.option("--code", help="Only be the hall: join by this code, and follow who leads.")
@click.option("--dialogue", help="Which dialogue. [the first with a citizen dialogue]")
@click.option("--session", help="Which of its sessions. [the citizen dialogue]")
@click.option("--participants", type=click.IntRange(1, 10_000), default=30, show_default=True)
@click.option("--posts", type=click.IntRange(0), help="Contributions in all. [as people write]")
@click.option(
    "--pace",
    type=click.FloatRange(0),
    help="Stretches every wait: 1 like people, 0.1 ten times as fast, 0 without any wait. "
    "[1; with --json 0]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--progress-lines", is_flag=True, help="Say how it goes, one JSON object a line.")
def rehearse(
    url: str | None,
    data: Path | None,
    link: str | None,
    code: str | None,
    dialogue: str | None,
    session: str | None,
    participants: int,
    posts: int | None,
    pace: float | None,
    as_json: bool,
    progress_lines: bool,
) -> None:
    """Practise with a simulated hall: real connections, sample contributions, a whole evening.

    Without URL it starts a server of its own, in a temporary folder or in --data. What is opened
    is a marked copy: it never enters the dialogue's record. Exit code 1 if an acknowledged
    contribution was lost or stored twice.

    projector_ms counts from sending to arrival at the projector's connection. At --pace 0
    everything is shown at once; at any other pace the session's moderation holds, a moderator
    releases screenfuls, and a held contribution counts from its release.
    """
    from dialog.rehearse import CannotRehearse, Options, summary
    from dialog.rehearse import rehearse as hold

    if pace is None:
        pace = 0.0 if as_json else 1.0
    options = Options(url, data, link, code, dialogue, session, participants, posts, pace)
    if progress_lines:
        options.progress = click.echo
    with in_a_sentence(CannotRehearse):
        figures = hold(options)
    click.echo(summary(figures, as_json), err=progress_lines)
    if figures.lost or figures.doubled:
        sys.exit(1)


@click.command()
@data_option
@click.option("--last", type=click.IntRange(1), default=200, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit(data: Path | None, last: int, as_json: bool) -> None:
    """Print who of the staff signed in and out, and what they took out. The latest last."""
    from datetime import datetime

    from dialog.domain.times import SWEDEN
    from dialog.protocol.codec import encode
    from dialog.store.audit import notes

    with open_log(data) as (engine, _), engine.connect() as db:
        found = notes(db, last)
    for it in reversed(found):
        if as_json:
            click.echo(encode(it).decode())
            continue
        at = datetime.fromtimestamp(it.at / 1000, SWEDEN)
        said = (
            f"{at:%Y-%m-%d %H:%M:%S %Z}",
            it.role,
            it.seat or "-",
            it.what,
            it.about,
            it.subject,
        )
        click.echo("  ".join(filter(None, said)))
