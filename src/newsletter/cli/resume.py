"""`newsletter resume`: go on with a send that was interrupted."""

from typing import TYPE_CHECKING

import click

from newsletter.cli.cancel import call_off, called_off
from newsletter.cli.lateness import even_if_late_option, wanted_late
from newsletter.cli.output import json_option, note, print_json, with_workspace, workspace_store
from newsletter.cli.sending import (
    as_document,
    carry_out,
    describe,
    from_here_option,
    messages,
    refuse_unknown,
    stand,
    take_over,
)
from newsletter.errors import CampaignError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.campaigns import Campaign
    from newsletter.storage import Store


@click.command(short_help="Resume a send that was interrupted.")
@click.argument("slug")
@click.option("--rejected", is_flag=True, help="Also send to those who were rejected for a reason that is fixed now.")
@even_if_late_option
@from_here_option
@json_option
@with_workspace
def resume(workspace: Workspace, slug: str, *, rejected: bool, even_if_late: bool, moved: bool, as_json: bool) -> None:
    """Resume sending the issue SLUG where it stopped, with the message as it was then.

    Requests that were interrupted are resolved first. Nobody gets the issue twice, and
    running this once too often does no harm. A send that was being canceled is not sent:
    its cancellation is completed.

    If SendGrid or the mail server rejected subscribers for a reason other than their
    address, --rejected sends to them again. Fix the cause first.

    Example: newsletter resume 2026-12-connection
    """
    from newsletter.campaigns import CampaignState, known_campaign  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.carrier import carrier_of  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.doubts import queue_rejected, why_not_again  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store:
        take_over(store, moved=moved)
        campaign = known_campaign(store, slug)
        if campaign.state is CampaignState.CANCELLING:
            _end_cancelling(workspace, store, campaign)
        else:
            _refuse_early(campaign)
            _refuse_late(workspace, store, campaign, even_if_late=even_if_late)
            transport = carrier_of(workspace, campaign.plan)
            if rejected:
                with store.read() as connection:
                    why = why_not_again(connection, campaign)
                note(f"{messages(queue_rejected(store, campaign))} queued again{why and f' ({why})'}.")
            carry_out(workspace, store, campaign, transport)
        campaign, found = stand(store, slug)
    if as_json:
        print_json(as_document(campaign, found))
    else:
        click.echo("\n".join(describe(workspace, campaign, found)))
    refuse_unknown(campaign, found)


def _end_cancelling(workspace: Workspace, store: "Store", campaign: "Campaign") -> None:
    note(f"{campaign.slug} was being canceled; completing that now.")
    note("\n".join(called_off(campaign.slug, call_off(workspace, store, campaign))))


def _refuse_early(campaign: "Campaign") -> None:
    """Let a campaign pass whose time, if it has one, has come."""
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import

    waits = campaign.state is CampaignState.SCHEDULED
    if waits and campaign.due_at and campaign.due_at > SYSTEM_CLOCK.now():
        hint = f'"newsletter run-due" sends it then. To cancel it: newsletter cancel {campaign.slug}'
        raise CampaignError(f"{campaign.slug} is scheduled for later", hint=hint)


def _refuse_late(workspace: Workspace, store: "Store", campaign: "Campaign", *, even_if_late: bool) -> None:
    """Let a campaign pass whose time is not long over, or that a person wants sent all the same."""
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.schedule import is_late  # noqa: PLC0415 - slow to import

    late = not even_if_late and is_late(store, campaign, SYSTEM_CLOCK.now())
    if late and not wanted_late(workspace, campaign):
        raise click.exceptions.Exit(1)
