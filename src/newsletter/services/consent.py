"""Joining, confirming, unsubscribing and choosing: what the public pages and the inbox share.

Nothing here tells a caller's reader whether an address is on the list. `ask_to_join` and
`ask_for_preferences` only keep a request; `newsletter.services.requests` completes it.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, func, select

from newsletter.campaigns.clock import CLOCKS_APART, SYSTEM_CLOCK, Clock
from newsletter.campaigns.syncing import held_for
from newsletter.services.people import erase as erase_person
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.people import consents
from newsletter.subscribers import listing, pausing, suppression
from newsletter.subscribers.addresses import check_address, email_key
from newsletter.subscribers.consent import history, record
from newsletter.subscribers.records import (
    Profile,
    Subscriber,
    change_tags,
    edit,
    find_subscriber,
    get_subscriber,
    insert_subscriber,
    set_status,
    subscriber_by_id,
)
from newsletter.subscribers.requests import (
    Agreed,
    Kind,
    Request,
    add_request,
    complete,
    drop_kind,
    find_request,
    is_asked,
    requests_of,
)
from newsletter.subscribers.tokens import (
    Leave,
    read_confirm_token,
    read_preferences_token,
    read_token,
    read_undo_token,
    undo_token,
)
from newsletter.subscribers.vocabulary import How, Reason, Status, What
from newsletter.workspace import Workspace

PAUSE = relativedelta(months=3)
_CONFIRMABLE = frozenset({Kind.JOIN, Kind.RENEW})


# --- Joining ---------------------------------------------------------------------------


def ask_to_join(
    store: Store,
    email: str,
    profile: Profile | None = None,
    *,
    wording: str,
    shown: str,
    how: How = How.FORM,
    clock: Clock = SYSTEM_CLOCK,
) -> None:
    """Keep a request to subscribe; a mail will ask its address to confirm.

    It does the same for every address, known or not, and never tells which.

    Args:
        store: where requests are kept.
        email: the address, as it was typed.
        profile: what they said about themselves; it is used only once they confirm.
        wording: the exact words that they agreed to.
        shown: where they saw them, such as "sign-up page, es".
        how: by which way they asked.
        clock: the time.

    Raises:
        AddressError: it is not an address.
        StoreError: the request cannot be stored now.
    """
    address = check_address(email)
    agreed = Agreed(wording, f"{shown}, wording {wording_version(wording)}", how)
    with store.write() as connection:
        add_request(connection, Kind.JOIN, address, clock.now(), profile, agreed)


def wording_version(wording: str) -> str:
    """Return a short name for exactly these words."""
    return hashlib.sha256(wording.encode()).hexdigest()[:8]


def ask_pending(store: Store, *, clock: Clock = SYSTEM_CLOCK) -> int:
    """Have everybody who is pending and was not asked within a month asked to confirm; return how many they are."""
    with store.write() as connection:
        people = not_asked(connection)
        for person in people:
            add_request(connection, Kind.JOIN, check_address(person.email), clock.now())
    return len(people)


def not_asked(connection: Connection) -> list[Subscriber]:
    """Return the people who are pending and were not asked to confirm within a month."""
    return [
        person
        for person in listing.people(connection, listing.Query(statuses=(Status.PENDING,)))
        if not is_asked(connection, person.email)
    ]


def confirm_subscription(
    store: Store, token: str, *, how: How = How.TOKEN, clock: Clock = SYSTEM_CLOCK
) -> Subscriber | None:
    """Subscribe the person who was asked to confirm, whatever became of the address before.

    Confirming twice is the same as once. A request is void once its address unsubscribed,
    complained or was erased after it: that takes a new request.

    Args:
        store: where the request is.
        token: of `newsletter.subscribers.tokens.confirm_token`, perhaps within other text.
        how: by which way they confirmed.
        clock: the time.

    Returns:
        The subscriber; nothing if the token is forged, void or older than a month.
    """
    number = read_confirm_token(store.key, token)
    if number is None:
        return None
    with store.write() as connection:
        request = find_request(connection, number, clock.now())
        if request is None or request.kind not in _CONFIRMABLE:
            return None
        if request.is_done:
            person = find_subscriber(connection, request.email)
            return person if person and person.status is Status.SUBSCRIBED else None
        if _is_void(connection, store.key, request):
            return None
        complete(connection, request, clock.now())
        return _subscribe(connection, store.key, request, how, clock.now())


def is_confirmable(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Tell whether a token belongs to a request that is still kept; nothing is changed."""
    number = read_confirm_token(store.key, token)
    if number is None:
        return False
    with store.read() as connection:
        request = find_request(connection, number, clock.now())
    return request is not None and request.kind in _CONFIRMABLE


def _is_void(connection: Connection, key: bytes, request: Request) -> bool:
    """Whether the address was suppressed by its owner after the request; a bounce is disproved by the click."""
    found = suppression.find_suppression(connection, key, request.email)
    return found is not None and found.reason is not Reason.BOUNCED and found.at > request.at


def _subscribe(connection: Connection, key: bytes, request: Request, how: How, now: datetime) -> Subscriber:
    """Make the request's address a subscriber, with evidence of what was agreed to and of the confirmation."""
    was_suppressed = suppression.reason_for(connection, key, request.email) is not None
    suppression.lift(connection, key, request.email)
    person = find_subscriber(connection, request.email) or add_pending(connection, request)
    is_known = any(entry.what is What.REQUESTED and entry.at == request.at for entry in history(connection, person.id))
    if request.kind is Kind.JOIN and request.wording and not is_known:
        _record_request(connection, person.id, request)
    what = What.CONFIRMED
    if person.status is not Status.PENDING:
        what = What.RENEWED if person.status is Status.SUBSCRIBED else What.RESUBSCRIBED
    record(connection, person.id, what, how, wording=request.wording if what is not What.CONFIRMED else "", at=now)
    set_status(connection, person.id, Status.SUBSCRIBED)
    pausing.resume(connection, person.id)
    edit(
        connection,
        person.id,
        first_name=person.first_name or request.first_name,
        last_name=person.last_name,
        language=person.language or request.language,
    )
    change_tags(connection, [person], add=request.tags)
    if was_suppressed:
        _ask_to_release(connection, request.email, now)
    if what is not What.RENEWED:
        add_request(connection, Kind.WELCOME, check_address(request.email), now)
    return get_subscriber(connection, request.email)


def add_pending(connection: Connection, request: Request) -> Subscriber:
    """Add the address of a request as pending; what they said about themselves waits for their confirmation."""
    person = insert_subscriber(connection, check_address(request.email), Profile(source="sign-up"), Status.PENDING)
    _record_request(connection, person.id, request)
    return person


def _record_request(connection: Connection, subscriber_id: int, request: Request) -> None:
    record(
        connection,
        subscriber_id,
        What.REQUESTED,
        request.how,
        wording=request.wording,
        note=request.note,
        at=request.at,
    )


def _ask_to_release(connection: Connection, email: str, now: datetime) -> None:
    """Have the provider mail an address again; what it was to drop is no longer to be dropped."""
    drop_kind(connection, Kind.WITHDRAW, email)
    add_request(connection, Kind.RELEASE, check_address(email), now)


# --- Unsubscribing -----------------------------------------------------------------------


def leave(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> str | None:
    """Unsubscribe the reader whose token this is; once or many times is the same.

    Only the request that really unsubscribed them can be undone, and only by its own answer:
    a link in a forwarded mail can do no more than unsubscribe.

    Returns:
        The token that undoes it for ten minutes, empty if there is nothing to undo; None if the
        token is forged. Whoever was erased counts as unsubscribed.
    """
    number = read_token(store.key, token)
    if number is None:
        return None
    now = clock.now()
    with store.write() as connection:
        person = subscriber_by_id(connection, number)
        if person is None:
            return ""
        suppression.suppress(connection, store.key, person.email, Reason.UNSUBSCRIBED, how=How.TOKEN)
        held = bool(held_for(connection, person.email, now - CLOCKS_APART))
        if held:
            drop_kind(connection, Kind.RELEASE, person.email)
            add_request(connection, Kind.WITHDRAW, check_address(person.email), now)
        newest = connection.scalar(select(func.max(consents.c.number)).where(consents.c.subscriber_id == number)) or 0
    left = Leave(number, newest, held)
    return undo_token(store.key, left, now) if person.status is Status.SUBSCRIBED else ""


def undo_leave(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> Subscriber | None:
    """Undo an unsubscribe request by the token from its answer.

    Returns:
        The subscriber; nothing if the token is forged, older than ten minutes, or if anything
        else happened to them since.
    """
    left = read_undo_token(store.key, token, clock.now())
    if left is None:
        return None
    with store.write() as connection:
        person = subscriber_by_id(connection, left.subscriber_id)
        if person is None or person.status is Status.SUBSCRIBED:
            return person  # pressed twice
        if not _is_latest(connection, store.key, person, left):
            return None
        suppression.lift(connection, store.key, person.email)
        set_status(connection, person.id, Status.SUBSCRIBED)
        record(connection, person.id, What.RESUBSCRIBED, How.TOKEN, note="undid the unsubscribe within ten minutes")
        if left.held:
            _ask_to_release(connection, person.email, clock.now())
        return get_subscriber(connection, person.email)


def say_why(store: Store, token: str, reason: str, *, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Record why somebody unsubscribed, by the token from the answer; return whether it is theirs to say."""
    left = read_undo_token(store.key, token, clock.now())
    if left is None:
        return False
    with store.write() as connection:
        person = subscriber_by_id(connection, left.subscriber_id)
        if person is None or not _is_latest(connection, store.key, person, left):
            return False
        notes = [entry.note for entry in history(connection, person.id)[left.entry :]]
        if not notes:  # one answer to one question
            record(connection, person.id, What.UNSUBSCRIBED, How.TOKEN, note=reason)
    return True


def _is_latest(connection: Connection, key: bytes, person: Subscriber, left: Leave) -> bool:
    """Whether nothing happened to somebody since they unsubscribed, but for their saying why."""
    since = history(connection, person.id)[left.entry - 1 :]
    alone = bool(since) and all(entry.what is What.UNSUBSCRIBED for entry in since)
    return alone and suppression.reason_for(connection, key, person.email) is Reason.UNSUBSCRIBED


# --- Choosing ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What somebody may choose, as it is now."""

    person: Subscriber
    paused_until: datetime | None


def ask_for_preferences(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Have a link to their preferences mailed to the reader whose unsubscribe token this is.

    The link goes to their own address, so that a forwarded mail shows nobody's data.

    Returns:
        Whether the token is genuine; it does not tell whether there is still somebody to mail.
    """
    number = read_token(store.key, token)
    if number is None:
        return False
    with store.write() as connection:
        person = subscriber_by_id(connection, number)
        if person is not None:
            profile = Profile(language=person.language)
            add_request(connection, Kind.PREFERENCES, check_address(person.email), clock.now(), profile)
    return True


def find_preferences(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> Preferences | None:
    """Return the preferences that a mailed link opens; nothing if it is forged or older than a day."""
    with store.read() as connection:
        return _preferences(connection, store.key, token, clock)


def change_preferences(
    store: Store,
    token: str,
    profile: Profile,
    *,
    topics: Collection[str] = (),
    clock: Clock = SYSTEM_CLOCK,
) -> Preferences | None:
    """Put a reader's own choice in place of what is known of them.

    Args:
        store: where they are.
        token: from the mailed link.
        profile: names, language, and those of `topics` that they want.
        topics: all tags that they may choose; other tags are left alone.
        clock: the time.
    """
    with store.write() as connection:
        found = _preferences(connection, store.key, token, clock)
        if found is None:
            return None
        names = {"first_name": profile.first_name, "last_name": profile.last_name}
        edit(connection, found.person.id, **names, language=profile.language)
        wanted = set(profile.tags) & set(topics)
        change_tags(connection, [found.person], add=wanted, remove=set(topics) - wanted)
        return _preferences(connection, store.key, token, clock)


def pause(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> Preferences | None:
    """Send a reader no issue for three months."""
    with store.write() as connection:
        found = _preferences(connection, store.key, token, clock)
        if found is not None:
            pausing.pause(connection, found.person.id, clock.now() + PAUSE)
        return _preferences(connection, store.key, token, clock)


def resume(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> Preferences | None:
    """End a reader's pause."""
    with store.write() as connection:
        found = _preferences(connection, store.key, token, clock)
        if found is not None:
            pausing.resume(connection, found.person.id)
        return _preferences(connection, store.key, token, clock)


def copy_of_data(store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> dict[str, Any] | None:
    """Return all that is stored about a reader, as JSON takes it."""
    with store.read() as connection:
        found = _preferences(connection, store.key, token, clock)
        if found is None:
            return None
        person = found.person
        mails = (
            select(campaigns.c.slug, deliveries.c.state, deliveries.c.fate, campaigns.c.created_at)
            .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
            .where(deliveries.c.email_key == email_key(person.email))
            .order_by(deliveries.c.id)
        )
        rows = connection.execute(mails).all()
        asked = requests_of(connection, person.email)
        entries = history(connection, person.id)
    until = found.paused_until.isoformat() if found.paused_until else None
    return {
        **person.as_document(),
        "paused_until": until,
        "consent": [entry.as_document() for entry in entries],
        "requests": [{"kind": one.kind, "at": one.at.isoformat(), "wording": one.wording} for one in asked],
        "issues": [{"issue": row.slug, "at": row.created_at, "state": row.fate or row.state} for row in rows],
    }


def erase(workspace: Workspace, store: Store, token: str, *, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Erase a reader for good; a keyed hash stays, so that no import adds them again.

    Returns:
        Whether the token is genuine, and not too old.

    Raises:
        TransportError: the provider holds mail to them and could not be told to drop it; nothing is erased.
    """
    found = find_preferences(store, token, clock=clock)
    if found is None:
        return False
    erase_person(workspace, store, found.person.email, patience=1.0)
    return True


def _preferences(connection: Connection, key: bytes, token: str, clock: Clock) -> Preferences | None:
    number = read_preferences_token(key, token, clock.now())
    person = subscriber_by_id(connection, number) if number is not None else None
    if person is None:
        return None
    return Preferences(person=person, paused_until=pausing.paused_until(connection, person.id))
