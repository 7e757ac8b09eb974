"""`newsletter backup`: everything that cannot be written anew, in one file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.backups import Contents, make_backup
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.formatting import counted
from newsletter.workspace import Workspace


@click.command(short_help="Back up subscribers and ledger into one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--replace", is_flag=True, help="Overwrite an existing file.")
@json_option
@with_workspace
def backup(workspace: Workspace, file: Path | None, *, replace: bool, as_json: bool) -> None:
    """Copy the subscribers, the ledger and their key into one file.

    The copy is complete even while a send or an import is running. Without FILE it goes to
    backups/, named by date. Issues and themes are not in it: they are plain files, so copy
    their folders.

    Example: newsletter backup

    To another disk: newsletter backup /media/stick/newsletter.zip
    """
    made = make_backup(workspace, datetime.now(tz=UTC), file, replace=replace)
    held = made.contents
    if as_json:
        sums = {"people": held.people, "suppressed": held.suppressed, "campaigns": held.campaigns}
        print_json({"file": str(made.path), "bytes": made.size, "made_at": held.made_at, **sums})
        return
    click.echo(f"{made.path}\n  {in_words(held)}; {made.size / 1024 / 1024:,.1f} MB")
    note("It contains every address and the key: keep it private. To restore it: newsletter restore FILE")


def in_words(held: Contents) -> str:
    """Return how much is in a backup, as people say it."""
    suppressed = counted(held.suppressed, "suppressed address", "suppressed addresses")
    return (
        f"{counted(held.people, 'subscriber', 'subscribers')}, {suppressed}, {counted(held.campaigns, 'send', 'sends')}"
    )
