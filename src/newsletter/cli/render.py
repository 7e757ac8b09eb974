"""`newsletter render`: an issue as the mail that will be sent, in files."""

from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.files import write_together
from newsletter.issues.load import load_issue
from newsletter.message import Recipient
from newsletter.rendering import message_files, render_issue
from newsletter.workspace import Workspace


@click.command(short_help="Write an issue to files, as it would be sent.")
@slug_argument()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the files. Default: rendered/SLUG in the workspace.",
)
@click.option("--as", "email", metavar="EMAIL", help="Fill it in for this subscriber instead of a made-up reader.")
@json_option
@with_workspace
def render(workspace: Workspace, slug: str, output: Path | None, email: str | None, *, as_json: bool) -> None:
    """Write the issue SLUG as message.html, message.txt, message.eml and message.mjml.

    Nothing is sent. The mail is filled in for a made-up reader, or for the subscriber
    given with --as. Its unsubscribe link is a sample.

    Example: newsletter render 2026-12-connection --as sam@example.org
    """
    rendered = render_issue(workspace, load_issue(workspace, slug))
    folder = output or workspace.root / "rendered" / slug
    files = message_files(rendered, _reader(workspace, email), datetime.now(tz=UTC))
    write_together(folder, files)
    paths = {name.rpartition(".")[2]: str(folder / name) for name in files}
    if as_json:
        print_json({"issue": slug, "files": paths, "html_bytes": len(rendered.message.html.encode())})
        return
    note(f"{slug}, as {email or 'a made-up reader'} would get it:")
    click.echo("\n".join(paths.values()))


def _reader(workspace: Workspace, email: str | None) -> Recipient:
    """Return the subscriber with this address, or a made-up one."""
    link = f"mailto:{workspace.settings.sender.reply_to}?subject=unsubscribe%20sample"
    if email is None:
        return Recipient(
            ref="sample", email="reader@example.org", first_name="Sam", last_name="Reader", unsubscribe_url=link
        )
    # The database is slow to import, and a made-up reader is in none.
    from newsletter.cli.store import workspace_store  # noqa: PLC0415
    from newsletter.subscribers.records import get_subscriber  # noqa: PLC0415

    with workspace_store(workspace) as store, store.read() as connection:
        person = get_subscriber(connection, email)
    return Recipient(
        ref="sample",
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        unsubscribe_url=link,
    )
