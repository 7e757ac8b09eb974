"""The closed vocabularies of this room: what a person can be, and what can happen to them."""

from enum import StrEnum


class Status(StrEnum):
    """What a subscriber is; only those who are `subscribed` are mailed."""

    PENDING = "pending"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def is_suppressed(self) -> bool:
        """Whether their address is suppressed; whoever is pending only has to confirm."""
        return self not in {Status.PENDING, Status.SUBSCRIBED}


ON_THE_LIST = tuple(status for status in Status if not status.is_suppressed)
"""The statuses of those whose address is not suppressed."""


class Reason(StrEnum):
    """Why an address must not be mailed; the later ones outweigh the earlier.

    An address was `replaced` if its subscriber has another one now.
    """

    REPLACED = "replaced"
    BOUNCED = "bounced"
    FORGOTTEN = "forgotten"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"

    @property
    def weight(self) -> int:
        """Its place in the order in which reasons outweigh each other."""
        return list(Reason).index(self)

    @property
    def status(self) -> Status:
        """What a person who is suppressed for this reason becomes."""
        return Status.UNSUBSCRIBED if self in {Reason.FORGOTTEN, Reason.REPLACED} else Status(self.value)


class What(StrEnum):
    """What an entry in a person's consent history tells."""

    REQUESTED = "requested"
    SUBSCRIBED = "subscribed"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    CORRECTED = "corrected"  # the address: the note is the one before


class How(StrEnum):
    """By which way it came about."""

    COMMAND = "command"
    IMPORT = "import"
    TOKEN = "token"  # noqa: S105 - the way out through a link or a mail, no secret
    FORM = "form"
    EVENT = "event"
