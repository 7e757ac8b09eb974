"""`newsletter subscribers sync`: who left, bounced or complained at SendGrid."""

import click

from newsletter.campaigns.syncing import sync as sync_lists
from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import TransportError
from newsletter.transports import SuppressionKeeper
from newsletter.transports.opening import open_transport
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
    transport = open_transport(workspace, "sendgrid")
    if not isinstance(transport, SuppressionKeeper):
        raise TransportError("this transport keeps no lists")
    with workspace_store(workspace) as store:
        done = sync_lists(store, transport)
    if as_json:
        print_json(vars(done))
        return
    found = ", ".join(f"{number:,} {reason}" for reason, number in sorted(done.found.items())) or "nobody"
    click.echo(f"On SendGrid's lists since the last time: {found}.")
    click.echo(f"{done.changed:,} people are not mailed any more.")
    if done.told:
        click.echo(f"{done.told:,} who left here were told to SendGrid, which still holds an issue for them.")
