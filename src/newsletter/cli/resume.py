"""`newsletter resume`: go on with a send that was interrupted."""

import click

from newsletter.campaigns import Campaign, CampaignState, known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.overview import campaign_status
from newsletter.campaigns.schedule import is_late
from newsletter.cli.cancel import called_off
from newsletter.cli.lateness import even_if_late_option, wanted_late
from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.sending import (
    as_document,
    at_work_on,
    carry_out,
    describe,
    from_here_option,
    messages,
    refuse_unknown,
    take_over,
)
from newsletter.cli.store import workspace_store
from newsletter.services.sending import cancel_campaign, ensure_due, requeue_rejected
from newsletter.storage import Store
from newsletter.workspace import Workspace


@click.command(short_help="Resume a send that was interrupted.")
@slug_argument()
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
    with workspace_store(workspace) as store:
        take_over(store, moved=moved)
        campaign = known_campaign(store, slug)
        if campaign.state is CampaignState.CANCELLING:
            _end_cancelling(workspace, store, campaign)
        else:
            ensure_due(campaign)
            _refuse_late(workspace, store, campaign, even_if_late=even_if_late)
            if rejected:
                again = requeue_rejected(workspace, store, campaign)
                note(f"{messages(again.number)} queued again{again.left_out and f' ({again.left_out})'}.")
            carry_out(workspace, store, campaign)
        campaign, found = campaign_status(store, slug)
        senders = at_work_on(store, campaign)
    if as_json:
        print_json(as_document(campaign, found))
    else:
        click.echo("\n".join(describe(workspace, campaign, found, senders)))
    refuse_unknown(campaign, found)


def _end_cancelling(workspace: Workspace, store: Store, campaign: Campaign) -> None:
    note(f"{campaign.slug} was being canceled; completing that now.")
    note("\n".join(called_off(campaign.slug, cancel_campaign(workspace, store, campaign.slug))))


def _refuse_late(workspace: Workspace, store: Store, campaign: Campaign, *, even_if_late: bool) -> None:
    """Let a campaign pass whose time is not long over, or that a person wants sent all the same."""
    late = not even_if_late and is_late(store, campaign, SYSTEM_CLOCK.now())
    if late and not wanted_late(workspace, campaign):
        raise click.exceptions.Exit(1)
