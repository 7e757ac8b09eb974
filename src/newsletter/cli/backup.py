"""`newsletter backup`: everything that cannot be written anew, in one file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.backups import Contents, make_backup
from newsletter.cli.output import counted, json_option, note, print_json, with_workspace
from newsletter.workspace import Workspace


@click.command(short_help="Copy the people and the ledger into one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--replace", is_flag=True, help="Take the place of a file of this name.")
@json_option
@with_workspace
def backup(workspace: Workspace, file: Path | None, *, replace: bool, as_json: bool) -> None:
    """Copy the people, the ledger and the key that belongs to them into one file.

    The copy is whole even while somebody sends or imports. Without FILE it goes to
    backups/, under its date. Issues and themes are plain files: copy their folders.

    Example: newsletter backup

    Before you travel: newsletter backup /media/stick/people.zip
    """
    made = make_backup(workspace, datetime.now(tz=UTC), file, replace=replace)
    held = made.contents
    if as_json:
        sums = {"people": held.people, "suppressed": held.suppressed, "campaigns": held.campaigns}
        print_json({"file": str(made.path), "bytes": made.size, "made_at": held.made_at, **sums})
        return
    click.echo(f"{made.path}\n  {in_words(held)}; {made.size / 1024 / 1024:,.1f} MB")
    note("It names everybody and holds the key: keep it as safe as the list. To put it back: newsletter restore FILE")


def in_words(held: Contents) -> str:
    """Return how much is in a backup, as people say it."""
    suppressed = counted(held.suppressed, "suppressed address", "suppressed addresses")
    return f"{counted(held.people, 'person', 'people')}, {suppressed}, {counted(held.campaigns, 'send', 'sends')}"
