"""`newsletter inbox`: replies and bounces, for a clinic without a server."""

import contextlib
from pathlib import Path

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.run_due import tend_and_tell
from newsletter.cli.store import workspace_store
from newsletter.formatting import counted
from newsletter.replies import EmlFolder
from newsletter.services.replies import InboxReport, open_mailbox, read_replies
from newsletter.workspace import Workspace


@click.command(short_help="Read replies and bounces in your mailbox.")
@click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    help="Read a folder of .eml files instead of the mailbox.",
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@json_option
@with_workspace
def inbox(workspace: Workspace, files: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Unsubscribe and confirm people who ask for it by mail, and record bounces.

    It reads what is new in the mailbox under [inbox] in newsletter.toml. Mail that it
    acted on is marked as read. All other mail is left alone: it stays unread. Then it
    completes what waits: mails that people asked for, and what SendGrid has to be told.

    Example: newsletter inbox --dry-run
    """
    source = EmlFolder(files) if files else open_mailbox(workspace)
    with contextlib.closing(source), workspace_store(workspace) as store:
        try:
            report = read_replies(workspace, store, source, dry_run=dry_run)
        finally:
            if not dry_run:
                tend_and_tell(workspace, store)
    if as_json:
        counts = {done.value: number for done, number in report.counts.items()}
        mails = [{"mail": name, "result": done.value} for name, done in report.mails]
        print_json({"dry_run": dry_run, "counts": counts, "mails": mails, "paused": report.paused})
        return
    click.echo("\n".join(_lines(report, dry_run=dry_run)))
    if dry_run:
        note("Nothing was changed. To do it, leave out --dry-run.")


def _lines(report: InboxReport, *, dry_run: bool) -> list[str]:
    lines = [f"{counted(len(report.mails), 'mail', 'mails')}{' would be' if dry_run else ''} read."]
    lines += [f"{number:>7,}  {said}" for number, said in report.outcomes]
    lines += [f"PAUSED: {slug}. See why: newsletter status {slug}" for slug in report.paused]
    return lines
