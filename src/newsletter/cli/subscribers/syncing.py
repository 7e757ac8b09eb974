"""`newsletter subscribers sync`: who unsubscribed, bounced or complained at SendGrid."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.formatting import counted
from newsletter.services.sending import sync_with_sendgrid
from newsletter.workspace import Workspace


@click.command(short_help="Sync unsubscribes, bounces and complaints from SendGrid.")
@json_option
@with_workspace
def sync(workspace: Workspace, *, as_json: bool) -> None:
    """Sync unsubscribes, bounces and complaints from SendGrid.

    "newsletter send" does this before each issue. If somebody unsubscribed here while
    SendGrid still holds an issue for them, SendGrid is told to drop it.

    Example: newsletter subscribers sync
    """
    with workspace_store(workspace) as store:
        done = sync_with_sendgrid(workspace, store)
    if as_json:
        print_json(vars(done))
        return
    found = ", ".join(f"{number:,} {reason}" for reason, number in sorted(done.found.items())) or "none"
    click.echo(f"New on SendGrid's lists: {found}.")
    click.echo(f"{counted(done.changed, 'subscriber', 'subscribers')} newly suppressed.")
    if done.told:
        click.echo(f"{done.told:,} unsubscribed here and reported to SendGrid, which still holds an issue for them.")
