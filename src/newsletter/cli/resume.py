"""`newsletter resume`: go on with a send that was interrupted."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.cli.sending import as_document, carry_out, describe
from newsletter.workspace import Workspace


@click.command(short_help="Go on with a send that was interrupted.")
@click.argument("slug")
@json_option
@with_workspace
def resume(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """Go on with the issue SLUG where it stopped, from the message that was frozen then.

    What was under way when it stopped is settled first. Nobody gets it twice; doing this
    once too often changes nothing.

    Example: newsletter resume 2026-12-connection
    """
    from newsletter.campaigns import known_campaign  # noqa: PLC0415 - slow to import
    from newsletter.transports.opening import open_transport  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store:
        campaign = known_campaign(store, slug)
        found = carry_out(workspace, store, campaign, open_transport(workspace, campaign.plan.transport))
        campaign = known_campaign(store, slug)
    if as_json:
        print_json(as_document(campaign, found))
        return
    click.echo("\n".join(describe(workspace, campaign, found)))
