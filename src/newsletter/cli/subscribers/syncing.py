"""`newsletter subscribers sync`: who left, bounced or complained at SendGrid."""

import click

from newsletter.cli.output import counted, json_option, print_json, with_workspace, workspace_store
from newsletter.errors import TransportError
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
    from newsletter.campaigns.syncing import sync as sync_lists  # noqa: PLC0415 - slow to import
    from newsletter.transports import SuppressionKeeper  # noqa: PLC0415 - slow to import
    from newsletter.transports.opening import open_transport  # noqa: PLC0415 - slow to import

    transport = open_transport(workspace, "sendgrid")
    if not isinstance(transport, SuppressionKeeper):
        raise TransportError("this transport has no suppression lists")
    with workspace_store(workspace) as store:
        done = sync_lists(store, transport)
    if as_json:
        print_json(vars(done))
        return
    found = ", ".join(f"{number:,} {reason}" for reason, number in sorted(done.found.items())) or "none"
    click.echo(f"New on SendGrid's lists: {found}.")
    click.echo(f"{counted(done.changed, 'subscriber', 'subscribers')} newly suppressed.")
    if done.told:
        click.echo(f"{done.told:,} unsubscribed here and reported to SendGrid, which still holds an issue for them.")
