"""The seam to whatever carries messages away: what goes in, and what can come of it."""

import re
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from newsletter.errors import NewsletterError
from newsletter.message import Message, Recipient, is_mailbox
from newsletter.transports.provider_clock import ProviderTime

ANSWER_SECONDS = 60.0
"""How long a provider may take for each answer, before it counts as lost."""

_LONGEST_REASON = 300
_ADDRESS = re.compile(r"\S*@\S*")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def broken_off(err: BaseException) -> str:
    """Return in plain words how a connection ended."""
    causes = (err, err.__cause__, err.__context__)  # libraries wrap what happened
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return "no answer in time"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "the encryption failed"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "nothing answers at that address and port"
    return "the connection was cut"


def always() -> bool:
    """Return that a request may begin."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Deliveries that travel in one request, each with exactly one recipient.

    Attributes:
        campaign: the campaign's opaque id.
        ref: the batch's opaque id.
        slug: the issue's name, for transports that never leave this machine.
        hold: the provider's batch id and the time at which it may let the mail go.
        subject_prefix: stands before the subject of a test.
        may_begin: asked when all is ready, right before the first byte of a request leaves; if it says no, nothing
            is sent. A process that slept may have lost its batch to another one meanwhile.
        is_notice: whether this is a mail that its one recipient has just asked for, and no
            mail to a list: nothing is tracked, and a former unsubscribe does not stop it.
    """

    campaign: str
    ref: str
    slug: str
    message: Message
    recipients: tuple[Recipient, ...]
    hold: "Hold | None" = None
    subject_prefix: str = ""
    is_notice: bool = False
    may_begin: Callable[[], bool] = always

    @property
    def headers(self) -> Mapping[str, str]:
        """Further header fields; the one of notices keeps vacation replies away (RFC 3834)."""
        return {"Auto-Submitted": "auto-generated"} if self.is_notice else {}


@dataclass(frozen=True, slots=True)
class Hold:
    """A send that the provider keeps until `send_at`, by its own clock, and that can be cancelled before."""

    batch_id: str
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken responsibility for every message of the batch."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent, and the same request would be rejected again.

    Attributes:
        reason: what the answer says.
        named: the recipients that the answer names, by their place in the batch, each with
            what it says of them. Without a name nobody knows yet whose fault it is.
    """

    reason: str
    named: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing was sent; the same request may well succeed after `wait` seconds."""

    reason: str
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nothing was sent: the mailboxes of this batch ask to wait, which says nothing about any other."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The reply was lost: the batch may or may not have been sent."""

    reason: str


Outcome = Accepted | Refused | NotSent | Deferred | Unknown


Made = TypeVar("Made")


def prepare(batch: Batch, make: Callable[[Batch], Made]) -> Made | Refused:
    """Put the request for a batch together, before anything of it is sent.

    Whatever goes wrong with that, not a byte has left; and it would go wrong again.
    """
    try:
        return make(batch)
    except Exception as err:  # noqa: BLE001 - no list of what can go wrong would be complete
        what = err.what if isinstance(err, NewsletterError) else type(err).__name__
        people = enumerate(batch.recipients)
        bad = {place: "no mail header can hold it" for place, person in people if not is_mailbox(person.email)}
        return Refused(f"the message could not be built ({what})", bad)


def without_addresses(text: str) -> str:
    """Return a provider's words on one line, short, and without any address in them."""
    return _ADDRESS.sub("(address)", _INVISIBLE.sub(" ", text))[:_LONGEST_REASON].strip()


class Holds(Protocol):
    """How a provider keeps a batch until a given time, and is told to drop it."""

    def open(self) -> str | NotSent:
        """Get a new name under which a batch can be held."""
        ...

    def cancel(self, batch_id: str) -> str:
        """Have the provider drop what it holds under this name, whether or not anything is there.

        Returns:
            Why that cannot be counted on; empty when it can.
        """
        ...

    def is_canceled(self, batch_id: str) -> bool | None:
        """Return whether the provider was told so, now or before; nothing if it does not say."""
        ...

    def provider_time(self) -> ProviderTime | None:
        """Return what time it is by the provider's own clock, by which it lets mail go; nothing if it does not tell.

        After `cancel`, it is not earlier than the answer that confirmed the cancellation.
        """
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """Whom a provider's logs know of, for one campaign and some minutes of it.

    Attributes:
        sure: addresses whose message it took.
        dropped: addresses whose message it dropped later; why, has to be asked for each.
    """

    sure: frozenset[str]
    dropped: frozenset[str]


class DeliveryLogs(Protocol):
    """Where a provider can be asked whether it took a message."""

    def took(self, campaign_ref: str, email: str, since: str) -> bool:
        """Return whether the provider knows of this campaign's message to `email`.

        Raises:
            TransportError: it cannot be asked.
        """
        ...

    def took_between(self, campaign_ref: str, since: str, until: str) -> Taken | None:
        """Return whom the provider knows of in these minutes, or nothing if it cannot tell of so many at once.

        Raises:
            TransportError: it cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address on one of the provider's own lists: unsubscribed, bounced, complained, or only blocked."""

    email: str
    reason: str


class SuppressionLists(Protocol):
    """A provider's own lists of whom it will not mail."""

    def read(self, since: int) -> Iterable[Suppressed]:
        """Read the lists, from the moment `since` (in seconds of Unix time) on.

        Raises:
            TransportError: they cannot be read.
        """
        ...

    def add(self, emails: Sequence[str]) -> None:
        """Have the provider drop any further mail to these addresses.

        Raises:
            TransportError: it does not take them.
        """
        ...

    def remove(self, email: str) -> None:
        """Have the provider mail an address again that had left.

        Raises:
            TransportError: it does not.
        """
        ...


class Erasure(Protocol):
    """How a provider is told to erase what it keeps of the people it carried mail to."""

    def erase(self, emails: Sequence[str]) -> str:
        """Have the provider erase all that it keeps of these addresses; return its name for that work.

        Raises:
            TransportError: it did not take the request.
        """
        ...


class Transport(Protocol):
    """What carries messages away, and what else its provider can do.

    Attributes:
        name: as in ``delivery.transport``.
        leaves_machine: whether anything goes out over a network.
        repeatable: whether sending a batch again replaces the first copy, so that a
            crash needs no reconciling.
        makes_unsubscribe_links: whether the provider can replace the unsubscribe
            placeholder by a link of its own, for readers without one of ours.
        largest_batch: how many recipients one batch may have.
    """

    name: str
    leaves_machine: bool
    repeatable: bool
    makes_unsubscribe_links: bool
    largest_batch: int

    @property
    def holds(self) -> Holds | None:
        """How a batch is held and canceled, where the provider can do that."""
        return None

    @property
    def suppression_lists(self) -> SuppressionLists | None:
        """The provider's own lists of whom it will not mail, if it keeps them."""
        return None

    @property
    def logs(self) -> DeliveryLogs | None:
        """Where the provider can be asked what it took, if it can."""
        return None

    @property
    def erasure(self) -> Erasure | None:
        """How the provider is told to erase a person, if it keeps anything of people."""
        return None

    def send(self, batch: Batch) -> Outcome:
        """Hand over one batch.

        Whatever fails before the first byte of it leaves is `Refused` or `NotSent`; an
        exception of any other kind than the one below means that nobody knows.

        Raises:
            TransportError: nothing was sent and nothing will be until a person acts (a
                missing or refused key, say).
        """
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...
