"""What a provider tells afterwards, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened to a message."""

    PROCESSED = "processed"  # the provider has begun with it
    DEFERRED = "deferred"  # the inbox asked it to come back later
    DELIVERED = "delivered"
    BLOCKED = "blocked"  # refused this time; says nothing of the address
    DROPPED = "dropped"  # the provider never tried, because of its own lists
    BOUNCED = "bounced"  # there is no such inbox
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"  # the reader called it spam


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one message.

    Attributes:
        ref: the delivery's own name, as it was sent along; empty when it did not come back.
        batch: the same of the batch.
        email: whom it is about; it is used and never kept.
        detail: a word out of a closed list, such as a bounce's class.
    """

    kind: Kind
    ref: str
    email: str
    at: datetime
    detail: str = ""
    batch: str = ""

    @property
    def key(self) -> str:
        """The same for an event however often, and under whichever number, it is told.

        SendGrid gives some repeated events a new ``sg_event_id``, so that cannot be it.
        """
        return f"{self.ref}:{self.kind}:{int(self.at.timestamp())}"
