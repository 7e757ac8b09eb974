"""How the sending of an issue stands: which of the page's faces is shown, and its numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Tally
from newsletter.campaigns.clock import surely_past
from newsletter.campaigns.holds import NOTICE
from newsletter.campaigns.ledger import tally
from newsletter.campaigns.schedule import TOO_LATE
from newsletter.campaigns.sender import Waiting

_SOON = timedelta(minutes=5)  # what is this near is counted down, second by second
_GRACE = timedelta(seconds=15)  # for the desk to begin with what is due
_MARGIN = timedelta(seconds=30)  # as campaigns.holds has it


class Phase(StrEnum):
    """What a person needs to see of an issue's sending."""

    DRAFT = "draft"  # nothing was sent, or it was cancelled
    COUNTDOWN = "countdown"  # goes out in a moment; can be undone
    SCHEDULED = "scheduled"
    LATE = "late"  # its time has passed unused; a person decides
    SENDING = "sending"
    STOPPED = "stopped"  # something is left to send, and nobody is at it
    DOUBT = "doubt"  # nothing is left but messages that may or may not have been sent
    CANCELLING = "cancelling"  # a person wants it stopped, and that is not over
    HELD = "held"  # all accepted; the carrier keeps it for a while
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Stand:
    """One look at a campaign.

    Attributes:
        at_work: whether somebody is sending it at this moment, here or elsewhere.
        waiting: why it waits before the next try, if it does.
    """

    campaign: Campaign
    tally: Tally
    at_work: bool
    now: datetime
    waiting: Waiting | None = None

    @property
    def phase(self) -> Phase:
        """Which face the page shows."""
        match self.campaign.state:
            case CampaignState.CANCELLED:
                return Phase.DRAFT
            case CampaignState.CANCELLING:
                return Phase.CANCELLING
            case CampaignState.SCHEDULED:
                return self._scheduled()
            case CampaignState.FINISHED:
                return Phase.HELD if self.is_held else Phase.SENT
        if self.at_work:
            return Phase.SENDING
        left = self.tally[DeliveryState.QUEUED] + self.tally[DeliveryState.IN_FLIGHT]
        return Phase.DOUBT if self.tally[DeliveryState.UNKNOWN] and not left else Phase.STOPPED

    def _scheduled(self) -> Phase:
        due_at = self.campaign.due_at or self.now
        if self.at_work:
            return Phase.SENDING
        if self.now - due_at > TOO_LATE:
            return Phase.LATE
        if self.now - due_at > _GRACE:
            return Phase.STOPPED
        return Phase.COUNTDOWN if due_at - self.now <= _SOON else Phase.SCHEDULED

    @property
    def is_held(self) -> bool:
        """Whether the carrier keeps accepted messages back at this moment."""
        held_until = self.tally.held_until
        return held_until is not None and held_until > surely_past(self.now, self.tally.ahead)

    @property
    def stoppable_until(self) -> datetime | None:
        """Until when the carrier can be told to drop what it holds; nothing if it holds nothing, or it is too late."""
        first_out = self.tally.first_out
        until = first_out - NOTICE - _MARGIN if first_out else self.now
        return until if self.is_held and until > self.now + self.tally.ahead else None

    @property
    def can_be_followed(self) -> bool:
        """Whether the rest may be sent to: nothing of this one is left to send."""
        return self.phase in {Phase.HELD, Phase.SENT, Phase.DOUBT} and not self.at_work

    @property
    def done(self) -> int:
        """How many messages need nothing more."""
        return self.tally.total - self.tally[DeliveryState.QUEUED] - self.tally[DeliveryState.IN_FLIGHT]

    @property
    def face(self) -> str:
        """Whatever makes the page look otherwise, beside the numbers, as one word."""
        stoppable = "stoppable" if self.stoppable_until else ""
        waiting = "waiting" if self.waiting else ""
        return "-".join(filter(None, (self.campaign.ref, self.phase.value, stoppable, waiting)))

    def numbers(self) -> dict[str, int]:
        """Return the figures that the page follows while it is open."""
        counts = {state.value: self.tally[state] for state in DeliveryState}
        return counts | {"done": self.done, "total": self.tally.total}


def read_stand(
    connection: Connection, campaign: Campaign, now: datetime, *, at_work: bool, waiting: Waiting | None = None
) -> Stand:
    """Count a campaign's deliveries."""
    return Stand(campaign, tally(connection, campaign), at_work, now, waiting)
