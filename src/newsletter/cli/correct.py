"""`newsletter correct`: begin a correction of an issue that was sent."""

import click

from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.sending import people
from newsletter.cli.store import workspace_store
from newsletter.services.corrections import create_correction
from newsletter.workspace import Workspace


@click.command(short_help="Correct an issue that was sent.")
@slug_argument()
@json_option
@with_workspace
def correct(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """Create an issue that corrects the issue SLUG.

    It can be sent only to those who were sent SLUG and are still subscribed. Write what
    was wrong, check it, and send it like any other issue.

    Example: newsletter correct 2026-12-connection
    """
    with workspace_store(workspace) as store:
        name, readers = create_correction(workspace, store, slug)
    if as_json:
        print_json({"issue": name, "corrects": slug, "count": readers})
        return
    click.echo(f"Created {workspace.issues_dir.name}/{name}, for {people(readers)} who were sent {slug}.")
    click.echo(f"Write what was wrong in its issue.md. Then: newsletter check {name}")
