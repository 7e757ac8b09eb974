"""Every state of a campaign, a batch and a delivery, and every legal step between them.

Nothing else in the program moves a row from one state to another without asking `check`.
The law of conservation follows: a delivery is in exactly one state, so at every commit

    frozen = queued + in_flight + accepted + refused + unknown + skipped + cancelled
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from newsletter.errors import StoreError


class _Stored(StrEnum):
    """A state as the ledger holds it."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        what = f"the ledger is damaged: a {cls.__name__.removesuffix('State').lower()} is in no known state"
        raise StoreError(
            what, hint="Do not send. Restore your newest backup.", command="newsletter restore FILE"
        ) from ValueError(value)


class DeliveryState(_Stored):
    """Where one person's copy stands."""

    QUEUED = "queued"  # not sent; will be
    IN_FLIGHT = "in_flight"  # claimed by a batch whose request may have begun
    ACCEPTED = "accepted"  # the provider has taken responsibility for it
    REFUSED = "refused"  # the provider will not take it
    UNKNOWN = "unknown"  # the reply was lost: perhaps sent, perhaps not
    SKIPPED = "skipped"  # the person left before it was claimed
    CANCELLED = "cancelled"  # the campaign was cancelled before it went out


class BatchState(_Stored):
    """What became of one request."""

    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETURNED = "returned"  # surely nothing was sent; its deliveries are queued again
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"  # accepted, then stopped while the provider held it


class CampaignState(_Stored):
    """How far a campaign is."""

    SCHEDULED = "scheduled"  # waits for its time
    SENDING = "sending"
    PAUSED = "paused"  # goes on when a person says so; `reason` tells why it stopped
    FINISHED = "finished"  # nothing is queued, in flight or unknown
    CANCELLING = "cancelling"  # a person wants it stopped, and not all of it is called back yet
    CANCELLED = "cancelled"


_D, _B, _C = DeliveryState, BatchState, CampaignState

DELIVERY_STEPS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _D.QUEUED: frozenset({_D.IN_FLIGHT, _D.SKIPPED, _D.CANCELLED, _D.UNKNOWN, _D.ACCEPTED, _D.REFUSED}),
    _D.IN_FLIGHT: frozenset({_D.ACCEPTED, _D.REFUSED, _D.UNKNOWN, _D.QUEUED}),
    _D.UNKNOWN: frozenset({_D.ACCEPTED, _D.QUEUED, _D.CANCELLED}),
    _D.ACCEPTED: frozenset({_D.CANCELLED, _D.UNKNOWN}),
    _D.REFUSED: frozenset({_D.ACCEPTED, _D.QUEUED}),
    _D.SKIPPED: frozenset({_D.ACCEPTED}),
    _D.CANCELLED: frozenset({_D.ACCEPTED}),
}
"""From a state at rest (queued, refused, skipped, cancelled) to `accepted` only on a
provider's evidence that the copy was sent after all; from `unknown` to `queued` only on
proof that it was not, or on a person's word; from `queued` to `unknown` only after the
database was restored from a backup, which may have forgotten what was sent; from `queued`
to `refused` only when it was rejected by name, and the same message was accepted for somebody
else since; from `refused`
to `queued` only on a person's word that the cause was the sender's and is fixed; from
`accepted` to `unknown` only when it was called back, and nobody knows whether in time."""

BATCH_STEPS: Mapping[BatchState, frozenset[BatchState]] = {
    _B.IN_FLIGHT: frozenset({_B.ACCEPTED, _B.REFUSED, _B.RETURNED, _B.UNKNOWN}),
    _B.UNKNOWN: frozenset({_B.RETURNED, _B.CANCELLED}),
    _B.ACCEPTED: frozenset({_B.CANCELLED, _B.UNKNOWN}),
    _B.REFUSED: frozenset(),
    _B.RETURNED: frozenset(),
    _B.CANCELLED: frozenset(),
}

CAMPAIGN_STEPS: Mapping[CampaignState, frozenset[CampaignState]] = {
    _C.SCHEDULED: frozenset({_C.SENDING, _C.CANCELLING}),
    _C.SENDING: frozenset({_C.PAUSED, _C.FINISHED, _C.CANCELLING}),
    _C.PAUSED: frozenset({_C.SENDING, _C.FINISHED, _C.CANCELLING}),
    _C.FINISHED: frozenset({_C.CANCELLING, _C.PAUSED}),  # what the provider still holds can be stopped
    _C.CANCELLING: frozenset({_C.CANCELLED}),
    _C.CANCELLED: frozenset({_C.CANCELLING}),  # what could not be called back is tried again
}

"""From `finished` to `paused` when people are added who had been in doubt or rejected."""

OPEN = frozenset({_D.QUEUED, _D.IN_FLIGHT, _D.UNKNOWN})
"""While one delivery is in one of these, its campaign is not finished."""


Step = TypeVar("Step", DeliveryState, BatchState, CampaignState)


class IllegalStepError(AssertionError):
    """The program tried a step that no table allows: a mistake in the program."""


def check(old: Step, new: Step) -> None:
    """Let a legal step pass.

    Raises:
        IllegalStepError: the step is in none of the tables above.
    """
    tables: Mapping[type, Mapping[Any, frozenset[Any]]] = {_D: DELIVERY_STEPS, _B: BATCH_STEPS, _C: CAMPAIGN_STEPS}
    if new not in tables[type(old)][old]:
        raise IllegalStepError(f"{type(old).__name__}: {old} may not become {new}")
