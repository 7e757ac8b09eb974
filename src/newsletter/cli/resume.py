"""`newsletter resume`: go on with a send that was interrupted."""

from typing import TYPE_CHECKING

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.cli.sending import as_document, carry_out, describe, stand
from newsletter.errors import CampaignError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.campaigns import Campaign


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
        _refuse_early(campaign)
        carry_out(workspace, store, campaign, open_transport(workspace, campaign.plan.transport))
        campaign, found = stand(store, slug)
    if as_json:
        print_json(as_document(campaign, found))
        return
    click.echo("\n".join(describe(workspace, campaign, found)))


def _refuse_early(campaign: "Campaign") -> None:
    """Let a campaign pass whose time, if it has one, has come."""
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import

    waits = campaign.state is CampaignState.SCHEDULED
    if waits and campaign.due_at and campaign.due_at > SYSTEM_CLOCK.now():
        hint = f'"newsletter run-due" sends it then; stop it with: newsletter cancel {campaign.slug}'
        raise CampaignError(f"{campaign.slug} is scheduled, and its time has not come", hint=hint)
