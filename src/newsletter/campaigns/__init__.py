"""Campaigns: the ledger of what was sent to whom, and the machine that moves it on."""

from newsletter.campaigns.model import Campaign, Plan, Tally
from newsletter.campaigns.records import find_campaign, known_campaign
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState

__all__ = [
    "BatchState",
    "Campaign",
    "CampaignState",
    "DeliveryState",
    "Plan",
    "Tally",
    "find_campaign",
    "known_campaign",
]
