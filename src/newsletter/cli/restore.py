"""`newsletter restore`: put a backup back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from newsletter.backups import Prospect, Restored, prospect, put_back, unpacked
from newsletter.cli.backup import in_words
from newsletter.cli.output import is_terminal, json_option, note, print_json, with_workspace
from newsletter.errors import StoreError
from newsletter.formatting import counted, say_moment
from newsletter.workspace import Workspace


@click.command(short_help="Restore a backup.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def restore(workspace: Workspace, file: Path, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Replace the subscribers and the ledger by those of a backup.

    The present ones are kept in another backup. Whoever unsubscribed or was erased after
    the backup was made stays unsubscribed or erased. Issues that may have been sent since
    then are not sent again until you have checked.

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
        raise StoreError("restoring a backup needs a confirmation", hint="In a script, add --yes.")
    return yes or click.confirm("Restore it now?", err=True)


def _tell(workspace: Workspace, found: Prospect) -> None:
    held, made = found.contents, datetime.fromisoformat(found.contents.made_at)
    age = (datetime.now(tz=UTC) - made).days
    ago = "today" if age == 0 else counted(age, "day ago", "days ago")
    moment = say_moment(made, workspace.settings.clinic.timezone)
    note(f"This backup was made on {moment} ({ago}): {in_words(held)}.")
    if found.damaged:
        note("The present database is damaged. It is kept, but it cannot tell who unsubscribed since the backup.")
    elif found.people is not None:
        note(f"It replaces {counted(found.people, 'subscriber', 'subscribers')}, kept in another backup.")
    if found.trackless:
        note("This computer has no record of later sends: whatever is unsent in the backup may have been sent.")


def _report(restored: Restored) -> None:
    click.echo("The backup is restored.")
    if restored.before:
        click.echo(f"  The previous data is kept in: {restored.before}")
    if restored.carried.left:
        click.echo(f"  {counted(restored.carried.left, 'subscriber', 'subscribers')} unsubscribed since then: kept")
    if restored.carried.erased:
        click.echo(f"  {counted(restored.carried.erased, 'subscriber', 'subscribers')} erased since then: erased again")
    for slug in restored.doubted:
        click.echo(f"  {slug} may have been sent since then, and is not sent again automatically")
    if restored.doubted:
        note(
            "If you are sure that one was not sent: rename its folder in newsletters/, and send it under the new name."
        )
    note("To sync unsubscribes from SendGrid since then: newsletter subscribers sync")


def _document(restored: Restored) -> dict[str, Any]:
    return {
        "before": str(restored.before) if restored.before else None,
        "left_since": restored.carried.left,
        "erased_since": restored.carried.erased,
        "unknown_issues": list(restored.doubted),
    }
