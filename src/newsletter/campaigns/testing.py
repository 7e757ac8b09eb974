"""Test messages: the real mail on the real way, to people who look at it before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from newsletter.campaigns.approval import record_look
from newsletter.campaigns.batch_request import unsubscribe_link
from newsletter.campaigns.model import new_ref
from newsletter.errors import CampaignError
from newsletter.message import Message, Recipient
from newsletter.storage import Store
from newsletter.storage.people import facts, set_fact
from newsletter.transports import Accepted, Batch, Deferred, NotSent, Outcome, Refused, Transport, Unknown

PREFIX = "[Test] "
_TESTER = "address of the last test"


@dataclass(frozen=True, slots=True)
class TestReader:
    """As whom a test is filled in; without a subscriber's id its unsubscribe link does nothing."""

    first_name: str = "Sam"
    last_name: str = "Reader"
    subscriber_id: int = 0

    __test__ = False  # pytest: no test class


def send_test(
    store: Store,
    message: Message,
    transport: Transport,
    *,
    slug: str,
    addresses: Sequence[str],
    reader: TestReader,
    public_url: str = "",
) -> tuple[str, ...]:
    """Send `message` to each of `addresses`, its subject led by ``[Test]``.

    Returns:
        Each test's opaque name; the outbox calls its file so.

    Raises:
        CampaignError: the transport did not take it; the error says what reached whom.
        TransportError: the transport can carry nothing.
    """
    link = unsubscribe_link(store.key, message, transport, public_url)(reader.subscriber_id)
    people = [
        Recipient(
            ref=f"test-{new_ref()}",
            email=address,
            first_name=reader.first_name,
            last_name=reader.last_name,
            unsubscribe_url=link,
            one_click=bool(public_url),
        )
        for address in addresses
    ]
    outcomes = [_send_one(transport, message, slug, person) for person in people]
    if any(isinstance(outcome, Accepted) for outcome in outcomes):
        with store.write() as connection:
            record_look(connection, slug, message.digest, "test")
    _check(outcomes)
    return tuple(person.ref for person in people)


def _send_one(transport: Transport, message: Message, slug: str, person: Recipient) -> Outcome:
    """Send a test by itself, so that one bad address spoils nobody else's."""
    batch = Batch(
        campaign="test",
        ref=new_ref(),
        slug=f"{slug}-test",
        message=message,
        recipients=(person,),
        subject_prefix=PREFIX,
    )
    return transport.send(batch)


def remember_tester(connection: Connection, address: str) -> None:
    """Remember whose inbox the last test went to, for the next one."""
    set_fact(connection, _TESTER, address)


def remembered_tester(connection: Connection) -> str:
    """Return the address that `remember_tester` kept, or nothing."""
    return connection.scalar(select(facts.c.value).where(facts.c.name == _TESTER)) or ""


def _check(outcomes: Sequence[Outcome]) -> None:
    """Let tests pass that all went out; else say which did not, by their place and not by their address."""
    troubles = [(place, _trouble(outcome)) for place, outcome in enumerate(outcomes, start=1)]
    told = [(f"number {place} " if len(outcomes) > 1 else "it ") + trouble for place, trouble in troubles if trouble]
    if not told:
        return
    sent = len(outcomes) - len(told)
    first = f"{sent} of {len(outcomes)} tests were sent; " if len(outcomes) > 1 else "the test failed: "
    unresolved = any(isinstance(outcome, Unknown) for outcome in outcomes)
    hint = "Check the inbox before you send another one." if unresolved else ""
    raise CampaignError(first + "; ".join(told), hint=hint)


def _trouble(outcome: Outcome) -> str:
    match outcome:
        case Refused(reason) | NotSent(reason) | Deferred(reason):
            return f"was not sent ({reason})"
        case Unknown(reason):
            return f"may or may not have been sent ({reason})"
    return ""
