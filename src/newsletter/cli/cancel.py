"""`newsletter cancel`: stop what can still be stopped."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.cli.sending import as_document, messages, stand
from newsletter.workspace import Workspace


@click.command(short_help="Stop a send, as far as it can be stopped.")
@click.argument("slug")
@json_option
@with_workspace
def cancel(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """Stop sending the issue SLUG, and call back what SendGrid still holds.

    Mail that is out cannot be called back; how much that is, is said. When you have
    mended the issue you can send it again: whoever has got it already will not get it
    twice.

    Example: newsletter cancel 2026-12-connection
    """
    from newsletter.campaigns import known_campaign  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.cancellation import cancel as cancel_campaign  # noqa: PLC0415 - slow to import
    from newsletter.transports.opening import open_transport  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store:
        campaign = known_campaign(store, slug)
        done = cancel_campaign(store, campaign, open_transport(workspace, campaign.plan.transport))
        campaign, found = stand(store, slug)
    if as_json:
        reasons = {"stopped": done.stopped, "gone": done.gone, "reasons": list(done.reasons)}
        print_json(as_document(campaign, found) | reasons)
        return
    click.echo(f"{messages(done.stopped)} stopped; nobody gets them.")
    if done.gone:
        why = f" ({'; '.join(done.reasons)})" if done.reasons else ""
        click.echo(f"{messages(done.gone)} too late: sent, or not to be called back{why}.")
