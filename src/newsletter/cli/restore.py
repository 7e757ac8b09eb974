"""`newsletter restore`: put a backup back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from newsletter.backups import Prospect, Restored, prospect, put_back, unpacked
from newsletter.cli.backup import in_words
from newsletter.cli.output import counted, is_terminal, json_option, note, print_json, with_workspace
from newsletter.errors import StoreError
from newsletter.formatting import say_moment
from newsletter.workspace import Workspace


@click.command(short_help="Put a backup back.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@json_option
@with_workspace
def restore(workspace: Workspace, file: Path, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Put a backup in the place of the people and the ledger that are there now.

    What is there now is kept as a backup of its own. Whoever left or was erased after the
    backup was made stays away. Issues that may have been sent since are not sent again
    before somebody has looked.

    Example: newsletter restore backups/newsletter-2026-12-01-0915.zip
    """
    with unpacked(file, workspace) as unpacked_backup:
        _tell(workspace, prospect(workspace, unpacked_backup))
        if dry_run or not _agreed(yes=yes):
            note("Nothing was changed.")
            return
        restored = put_back(workspace, unpacked_backup, datetime.now(tz=UTC))
    if as_json:
        print_json(_document(restored))
    else:
        _report(restored)


def _agreed(*, yes: bool) -> bool:
    if not yes and not is_terminal():
        raise StoreError("putting a backup back needs a person to say yes", hint="In a script, add --yes.")
    return yes or click.confirm("Put it back now?", err=True)


def _tell(workspace: Workspace, found: Prospect) -> None:
    held, made = found.contents, datetime.fromisoformat(found.contents.made_at)
    age = (datetime.now(tz=UTC) - made).days
    ago = "today" if age == 0 else counted(age, "day ago", "days ago")
    moment = say_moment(made, workspace.settings.clinic.timezone)
    note(f"This backup was made on {moment} ({ago}): {in_words(held)}.")
    if found.damaged:
        note("The present database is damaged; it is kept, but who left since the backup cannot be read from it.")
    elif found.people is not None:
        note(f"It takes the place of {counted(found.people, 'person', 'people')}, who are kept in a backup, too.")
    if found.trackless:
        note("Nothing on this computer tells what was sent since: whatever the backup takes for unsent is in doubt.")


def _report(restored: Restored) -> None:
    click.echo("The backup is in place.")
    if restored.before:
        click.echo(f"  What was there before: {restored.before}")
    if restored.carried.left:
        click.echo(f"  {counted(restored.carried.left, 'person', 'people')} who left since then stay away")
    if restored.carried.erased:
        click.echo(
            f"  {counted(restored.carried.erased, 'person', 'people')} who were erased since then are erased again"
        )
    for slug in restored.doubted:
        click.echo(f"  {slug} may have been sent since then, and is not sent again by itself")
    if restored.doubted:
        note("If you are sure that one was not: give its folder in newsletters/ another name, and send it under that.")
    note("Sync who unsubscribed at SendGrid meanwhile: newsletter subscribers sync")


def _document(restored: Restored) -> dict[str, Any]:
    return {
        "before": str(restored.before) if restored.before else None,
        "left_since": restored.carried.left,
        "erased_since": restored.carried.erased,
        "unknown_issues": list(restored.doubted),
    }
