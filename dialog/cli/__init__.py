"""The command `dialog`."""

import os

import click

from dialog import __version__, logs
from dialog.cli.files import export, group, render, sbom, verify
from dialog.cli.looking import audit, doctor, rehearse
from dialog.cli.moving import backup, bring_in, dispose, restore, take_in
from dialog.cli.serving import links, migrate, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 92})
@click.version_option(__version__, prog_name="dialog")
def main() -> None:
    """Live citizen dialogue: a projector, phones without accounts, and a log that loses nothing.

    \b
    Hold a dialogue:      dialog serve
    Practise one:         dialog rehearse
    Group a spreadsheet:  dialog group FILE
    Write a document:     dialog export
    Check an archive:     dialog verify FILE
    Copy everything:      dialog backup FILE
    Take in an evening:   dialog take-in FILE
    Let staff in:         dialog links
    See what they did:    dialog audit
    Ready for tonight?    dialog doctor
    Write your own:       docs/writing-sessions.md
    Run it for real:      docs/running.md

    Settings come from the environment (DIALOG_DATA, DIALOG_DATABASE, DIALOG_REDIS, DIALOG_HOME …);
    the options below win over them.
    """
    logs.begin(os.environ.get("DIALOG_LOG", logs.PLAIN))


for command in (
    *(serve, worker, migrate, links),
    *(group, export, render, verify, sbom),
    *(bring_in, take_in, backup, restore, dispose),
    *(doctor, rehearse, audit),
):
    main.add_command(command)
