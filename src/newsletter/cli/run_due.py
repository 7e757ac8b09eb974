"""`newsletter run-due`: what cron runs every few minutes, so that scheduled issues go out."""

from typing import Any

import click

from newsletter.campaigns import Campaign, DeliveryState
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.overview import campaign_status
from newsletter.campaigns.schedule import Due, due_campaigns, unfinished_cancellings
from newsletter.cli.cancel import called_off
from newsletter.cli.lateness import even_if_late_option, wanted_late
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.sending import as_document, carry_out, describe, from_here_option, take_over
from newsletter.cli.store import workspace_store
from newsletter.errors import BusyError, NewsletterError
from newsletter.services.sending import cancel_campaign
from newsletter.services.upkeep import tend
from newsletter.storage import Store
from newsletter.workspace import Workspace


@click.command("run-due", short_help="Send the scheduled issues that are due (for cron).")
@even_if_late_option
@from_here_option
@json_option
@click.pass_context
@with_workspace
def run_due(workspace: Workspace, ctx: click.Context, *, even_if_late: bool, moved: bool, as_json: bool) -> None:
    """Send every scheduled issue that is due.

    An issue that is more than an hour late, for example because the computer was off, is
    not sent automatically: confirm it here, or with "newsletter resume". A cancellation
    that was interrupted is completed. So are requests from the public pages that had to
    wait, and whoever did not confirm for 30 days is deleted. With a mailbox under [inbox]
    in newsletter.toml, replies and bounces are read first. With [privacy] renew_years,
    people who agreed long ago are asked whether they still want the newsletter.

    Example, in a crontab: */5 * * * * newsletter -C /srv/clinic run-due
    """
    documents: list[dict[str, Any]] = []
    well = True
    with workspace_store(workspace) as store:
        take_over(store, moved=moved)
        for campaign in unfinished_cancellings(store):
            well &= _end_cancelling(workspace, store, campaign)
            documents.append(_tell(workspace, store, campaign.slug, as_json=as_json))
        for due in due_campaigns(store, SYSTEM_CLOCK.now()):
            well &= _send(workspace, store, due, even_if_late=even_if_late)
            documents.append(_tell(workspace, store, due.campaign.slug, as_json=as_json))
        well &= tend_and_tell(workspace, store, inbox=True)
    if as_json:
        print_json(documents)
    ctx.exit(0 if well else 1)


def tend_and_tell(workspace: Workspace, store: Store, *, inbox: bool = False) -> bool:
    """Do what is due beside sending; return whether nothing has to wait."""
    tended = tend(workspace, store, inbox=inbox)
    for line in [*tended.notes, *tended.waits, *(f"Error: {err}" for err in tended.errors)]:
        note(line)
    return tended.is_complete


def _end_cancelling(workspace: Workspace, store: Store, campaign: Campaign) -> bool:
    """Bring a cancelling to its end; return whether nothing is left for a person to do."""
    try:
        done = cancel_campaign(workspace, store, campaign.slug)
    except BusyError:
        return True  # it is not over yet, and somebody is at it
    except NewsletterError as err:
        note(f"Error: {campaign.slug}: {err}")
        return False
    note("\n".join([f"{campaign.slug} was being canceled:", *called_off(campaign.slug, done)]))
    return done.is_clear


def _send(workspace: Workspace, store: Store, due: Due, *, even_if_late: bool) -> bool:
    """Send one campaign; the next one may well go out if this one fails."""
    try:
        if due.late and not even_if_late and not wanted_late(workspace, due.campaign):
            return False
        found = carry_out(workspace, store, due.campaign)
    except NewsletterError as err:
        note(f"Error: {due.campaign.slug}: {err}")
        return False
    return not found[DeliveryState.UNKNOWN]  # what to do about them is said


def _tell(workspace: Workspace, store: Store, slug: str, *, as_json: bool) -> dict[str, Any]:
    campaign, found = campaign_status(store, slug)
    if not as_json:
        click.echo("\n".join([f"{slug}:", *describe(workspace, campaign, found)]))
    return as_document(campaign, found)
