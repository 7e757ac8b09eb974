"""`newsletter subscribers sync`: who left, bounced or complained at SendGrid."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.services.sending import sync_with_sendgrid
from newsletter.workspace import Workspace


@click.command(short_help="Sync who unsubscribed, bounced or complained at SendGrid.")
@json_option
@with_workspace
def sync(workspace: Workspace, *, as_json: bool) -> None:
    """Sync who unsubscribed, bounced or complained at SendGrid, so that nobody mails them.

    "newsletter send" does this by itself before each issue. People who left here while
    SendGrid still holds an issue for them are told to SendGrid, which then drops it.

    Example: newsletter subscribers sync
    """
    with workspace_store(workspace) as store:
        done = sync_with_sendgrid(workspace, store)
    if as_json:
        print_json(vars(done))
        return
    found = ", ".join(f"{number:,} {reason}" for reason, number in sorted(done.found.items())) or "nobody"
    click.echo(f"On SendGrid's lists since the last time: {found}.")
    click.echo(f"{done.changed:,} people are not mailed any more.")
    if done.told:
        click.echo(f"{done.told:,} who left here were told to SendGrid, which still holds an issue for them.")
