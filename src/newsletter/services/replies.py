"""What follows from the mails in the reply mailbox: people unsubscribe or confirm, and bounces are recorded.

What the provider has to be told of it is kept as a request, which `newsletter.services.requests` completes.

Each mail is read once: its fingerprint is kept in the transaction that does what it asks for. Doing it again
would be harmless but for one case: somebody who came back must not be unsubscribed by an old mail.
"""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.campaigns.events import apply_events
from newsletter.campaigns.model import read_delivery_ref
from newsletter.replies import (
    Bounce,
    Class,
    Hardness,
    ImapMailbox,
    MailSource,
    Reading,
    ReceivedMail,
    classify,
    parse_mail,
)
from newsletter.services.consent import confirm_subscription, is_confirmable
from newsletter.storage import Store
from newsletter.storage.ledger import batches, deliveries
from newsletter.storage.people import facts, set_fact
from newsletter.storage.secret import keyed_hash
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.records import Subscriber, find_subscriber, subscriber_by_id
from newsletter.subscribers.requests import Kind, add_request
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason, Status
from newsletter.transports import events
from newsletter.transports.secrets import secret
from newsletter.workspace import Workspace

FIRST_LOOK = timedelta(days=30)
"""How far back the first look into a mailbox goes."""

_READ, _PLACE = "reply read: ", "place in the reply mailbox"
_NOTE = "asked by mail from this address, without a signed link"
_KINDS = {
    Hardness.HARD: events.Kind.BOUNCED,
    Hardness.SOFT: events.Kind.BLOCKED,
    Hardness.DELAY: events.Kind.DEFERRED,
}


class Done(StrEnum):
    """What a mail came to."""

    CONFIRMED = "subscription confirmed"
    UNSUBSCRIBED = "unsubscribed"
    ALREADY = "already unsubscribed"
    HARD = "address does not exist"
    SOFT = "not delivered this time"
    DELAYED = "delayed"
    REPEATED = "read before"
    UNKNOWN_SENDER = "asks to unsubscribe an address that is not on the list"
    AUTOMATIC = "automatic"
    FOR_A_PERSON = "for a person"


_SAID = {
    Done.CONFIRMED: "confirmed their subscription",
    Done.UNSUBSCRIBED: "asked to unsubscribe",
    Done.ALREADY: "asked to unsubscribe, and were unsubscribed already",
    Done.HARD: "bounced: the address does not exist",
    Done.SOFT: "bounced, but the address may be fine",
    Done.DELAYED: "still under way: the server tries again",
    Done.REPEATED: "read before",
    Done.UNKNOWN_SENDER: "asked to unsubscribe from an address that is not on the list: please look at them",
    Done.AUTOMATIC: "automatic, left alone",
    Done.FOR_A_PERSON: "for you to read, left alone",
}
_LEFT_ALONE = {Done.UNKNOWN_SENDER, Done.AUTOMATIC, Done.FOR_A_PERSON}


@dataclass
class InboxReport:
    """What reading the mailbox came to; names of people there are none.

    Attributes:
        mails: each mail's name in its place, and what it came to.
        paused: issues whose send was paused because of bounces.
    """

    mails: list[tuple[str, Done]] = field(default_factory=list)
    paused: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Done]:
        """How many mails came to what."""
        return Counter(done for _, done in self.mails)

    @property
    def outcomes(self) -> list[tuple[int, str]]:
        """How many mails came to what, in words."""
        counts = self.counts
        return [(counts[done], said) for done, said in _SAID.items() if counts[done]]


def read_mailbox(workspace: Workspace, store: Store, *, dry_run: bool = False) -> InboxReport:
    """Read what is new in the mailbox that the settings name; see `read_replies`.

    Raises:
        TransportError: it cannot be opened or read on, or its password is missing.
    """
    with contextlib.closing(open_mailbox(workspace)) as source:
        return read_replies(workspace, store, source, dry_run=dry_run)


def open_mailbox(workspace: Workspace) -> ImapMailbox:
    """Open the mailbox that the settings name.

    Raises:
        TransportError: it cannot be opened, or its password is missing.
    """
    settings = workspace.settings.inbox
    password = secret(workspace, "INBOX_PASSWORD", "Put it into .env next to newsletter.toml: INBOX_PASSWORD=…")
    return ImapMailbox(settings, password, since=(datetime.now(tz=UTC) - FIRST_LOOK).date())


def read_replies(workspace: Workspace, store: Store, source: MailSource, *, dry_run: bool = False) -> InboxReport:
    """Read what is new in a mailbox, and do what follows from it.

    Args:
        workspace: the clinic's folder.
        store: where its people and its ledger are.
        source: the mailbox.
        dry_run: only tell what would be done; nothing is written, and no mail is marked.

    Raises:
        SourceError: a file cannot be read.
        TransportError: the mailbox cannot be read on; run again, it goes on where it stopped.
        StoreError: the database cannot be written now; the same holds.
    """
    report = InboxReport()
    for stored in source.mails(_place(store)):
        done = _read(workspace, store, parse_mail(stored.raw), report, dry_run=dry_run)
        report.mails.append((stored.name, done))
        if not dry_run and done not in _LEFT_ALONE:
            source.mark(stored)
    if not dry_run and source.place():
        _keep_place(store, source.place())
    return report


def _read(workspace: Workspace, store: Store, mail: ReceivedMail, report: InboxReport, *, dry_run: bool) -> Done:
    reading = classify(mail, store.key, workspace.settings.sender.from_email)
    fact = _READ + keyed_hash(store.key, "reply", mail.fingerprint).hex()
    match reading.kind:
        case Class.TOKEN | Class.WORDS:
            return _unsubscribe(store, reading, mail, fact, dry_run=dry_run)
        case Class.CONFIRMED:
            return _confirm(store, reading.token, dry_run=dry_run)
        case Class.BOUNCE if reading.bounce is not None:
            return _record_bounce(store, reading.bounce, mail, fact, report, dry_run=dry_run)
        case Class.AUTOMATIC:
            return Done.AUTOMATIC
    return Done.FOR_A_PERSON


# --- Unsubscribing ---------------------------------------------------------------------


def _unsubscribe(store: Store, reading: Reading, mail: ReceivedMail, fact: str, *, dry_run: bool) -> Done:
    """Unsubscribe whom a mail names. A From line can be forged, so that it can do nothing but unsubscribe."""
    with store.read() if dry_run else store.write() as connection:
        if _is_known(connection, fact):
            return Done.REPEATED
        person = _who(connection, store.key, reading, mail)
        if person is None and reading.kind is Class.WORDS:
            return Done.UNKNOWN_SENDER
        if not dry_run:
            if person is not None:
                how, note = (How.TOKEN, "") if reading.kind is Class.TOKEN else (How.EVENT, _NOTE)
                suppress(connection, store.key, person.email, Reason.UNSUBSCRIBED, how=how, note=note)
                add_request(connection, Kind.WITHDRAW, check_address(person.email), datetime.now(tz=UTC))
            _remember(connection, fact)
    was_subscribed = person is not None and person.status is not Status.UNSUBSCRIBED
    return Done.UNSUBSCRIBED if was_subscribed else Done.ALREADY


def _who(connection: Connection, key: bytes, reading: Reading, mail: ReceivedMail) -> Subscriber | None:
    """Return who wants to go: whom the token names, whose address it is, or whose copy is replied to."""
    if reading.kind is Class.TOKEN:
        return subscriber_by_id(connection, reading.subscriber_id)
    person = find_subscriber(connection, mail.sender) if "@" in mail.sender else None
    if person is not None:
        return person
    ref = mail.header("In-Reply-To").strip("<> ").partition("@")[0]
    number = read_delivery_ref(key, ref)
    owner = connection.scalar(select(deliveries.c.subscriber_id).where(deliveries.c.id == number)) if number else None
    return subscriber_by_id(connection, owner) if owner else None


# --- Confirming ------------------------------------------------------------------------


def _confirm(store: Store, token: str, *, dry_run: bool) -> Done:
    """Subscribe whoever was asked to confirm; doing it again changes nothing, so that no mail has to be remembered."""
    if dry_run:
        return Done.CONFIRMED if is_confirmable(store, token) else Done.FOR_A_PERSON
    return Done.CONFIRMED if confirm_subscription(store, token) else Done.FOR_A_PERSON


# --- Bounces ---------------------------------------------------------------------------


def _record_bounce(
    store: Store, bounce: Bounce, mail: ReceivedMail, fact: str, report: InboxReport, *, dry_run: bool
) -> Done:
    """Record a bounce with the delivery whose message it gives back: the same rules as for SendGrid's events."""
    with store.read() as connection:
        if _is_known(connection, fact):
            return Done.REPEATED
        found = _delivery(connection, store.key, bounce)
    if found is None:
        return Done.AUTOMATIC
    if not dry_run:
        event = events.Event(_KINDS[bounce.hardness], found.ref, found.email, mail.date, _detail(bounce), found.batch)
        report.paused += apply_events(store, [event]).paused
        with store.write() as connection:
            _remember(connection, fact)
    return {Hardness.HARD: Done.HARD, Hardness.SOFT: Done.SOFT, Hardness.DELAY: Done.DELAYED}[bounce.hardness]


def _detail(bounce: Bounce) -> str:
    """Return a bounce's class, as SendGrid calls it."""
    if bounce.hardness is Hardness.DELAY:
        return ""
    if bounce.hardness is Hardness.HARD:
        return "Invalid Address"
    return "Mailbox Unavailable" if bounce.full else "Unclassified"


class _Mailed(NamedTuple):
    """A delivery: its public id, the address that was mailed, and its batch's id."""

    ref: str
    email: str
    batch: str


def _delivery(connection: Connection, key: bytes, bounce: Bounce) -> _Mailed | None:
    """Return the delivery that a bounce is about."""
    for ref in bounce.refs:
        number = read_delivery_ref(key, ref)
        mine = select(deliveries.c.email, batches.c.ref).join(batches, batches.c.id == deliveries.c.batch_id)
        row = connection.execute(mine.where(deliveries.c.id == number)).one_or_none() if number else None
        if row is not None:
            return _Mailed(ref, row.email, row.ref)
    return None


# --- What was read before --------------------------------------------------------------


def _is_known(connection: Connection, fact: str) -> bool:
    return connection.scalar(select(facts.c.name).where(facts.c.name == fact)) is not None


def _remember(connection: Connection, fact: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(facts).values(name=fact, value="").on_conflict_do_nothing())


def _place(store: Store) -> str:
    with store.read() as connection:
        return connection.scalar(select(facts.c.value).where(facts.c.name == _PLACE)) or ""


def _keep_place(store: Store, place: str) -> None:
    with store.write() as connection:
        set_fact(connection, _PLACE, place)
