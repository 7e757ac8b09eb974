"""What `resume` and `run-due` share: a campaign whose time is long over wants a person's word."""

import click

from newsletter.campaigns import Campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.schedule import read_back
from newsletter.cli.output import is_terminal, note
from newsletter.errors import CampaignError
from newsletter.workspace import Workspace

even_if_late_option = click.option(
    "--even-if-late", is_flag=True, help="Send without asking, even if the issue is more than an hour late."
)


def wanted_late(workspace: Workspace, campaign: Campaign) -> bool:
    """Ask whether a late campaign is to go out now.

    Raises:
        CampaignError: there is nobody to ask.
    """
    now = SYSTEM_CLOCK.now()
    when = read_back(campaign.due_at or now, workspace.settings.clinic.timezone, now)
    told = f"{campaign.slug} was due on {when} and was not sent"
    if not is_terminal():
        hint = (
            f"To send it now: newsletter resume {campaign.slug} --even-if-late\n"
            f"To cancel it: newsletter cancel {campaign.slug}"
        )
        raise CampaignError(told, hint=hint)
    note(f"{told}.")
    if click.prompt("Type yes to send it now", default="", show_default=False, err=True).strip().lower() == "yes":
        return True
    note(f"Nothing was sent. Cancel it with: newsletter cancel {campaign.slug}")
    return False
