"""Requests: what people ask for that takes a mail or a call to the provider to complete.

A request is committed before the page answers, and completed afterward. So answering
takes the same work whether or not an address is known, and nothing is lost if the program
ends in between.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, not_, select, update

from newsletter.storage.moment import read_moment, write_moment
from newsletter.storage.people import requests, subscribers
from newsletter.subscribers.addresses import Address, email_key
from newsletter.subscribers.names import clean_language, clean_name
from newsletter.subscribers.records import Profile
from newsletter.subscribers.tags import read, written
from newsletter.subscribers.vocabulary import How, Status

KEPT = timedelta(days=30)
"""How long a request is kept, and with it somebody who does not confirm."""


class Kind(StrEnum):
    """What a request asks for."""

    JOIN = "join"  # mail a confirmation link
    PREFERENCES = "preferences"  # mail a link to the preferences
    RENEW = "renew"  # mail the question whether they still want the newsletter
    WELCOME = "welcome"  # mail the clinic's words of welcome
    WITHDRAW = "withdraw"  # have the provider drop what it holds for this address
    RELEASE = "release"  # have the provider mail this address again


BETWEEN_MAILS = {
    Kind.JOIN: timedelta(hours=24),
    Kind.RENEW: timedelta(days=7),
    Kind.PREFERENCES: timedelta(hours=1),
    Kind.WELCOME: timedelta(days=30),
}
"""An address gets at most one mail of a kind in this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `note` says where the wording was shown, and which version of it."""

    id: int
    kind: Kind
    email: str
    first_name: str
    language: str
    tags: tuple[str, ...]
    wording: str
    note: str
    how: How
    at: datetime
    is_done: bool
    is_reminded: bool


class Agreed(NamedTuple):
    """The exact words that somebody agreed to, where they were shown and in which version, and how they agreed."""

    wording: str = ""
    note: str = ""
    how: How = How.TOKEN


def add_request(
    connection: Connection,
    kind: Kind,
    address: Address,
    at: datetime,
    profile: Profile | None = None,
    agreed: Agreed | None = None,
) -> int:
    """Keep a request until it is completed; return its id."""
    profile, agreed = profile or Profile(), agreed or Agreed()
    row = insert(requests).values(
        kind=kind,
        email=address.email,
        email_key=address.key,
        first_name=clean_name(profile.first_name),
        language=clean_language(profile.language),
        tags=written(profile.tags),
        wording=agreed.wording,
        note=agreed.note,
        how=agreed.how,
        at=write_moment(at),
    )
    return int(connection.execute(row.returning(requests.c.id)).scalar_one())


def find_request(connection: Connection, request_id: int, now: datetime) -> Request | None:
    """Return a request that has not expired."""
    mine = select(requests).where(requests.c.id == request_id, not_(_is_expired(now)))
    row = connection.execute(mine).one_or_none()
    return _to_request(row) if row is not None else None


def is_asked(connection: Connection, email: str) -> bool:
    """Tell whether an address was asked to confirm, or will be."""
    mine = (requests.c.email_key == email_key(email)) & (requests.c.kind == Kind.JOIN)
    return connection.execute(select(requests.c.id).where(mine).limit(1)).first() is not None


def requests_of(connection: Connection, email: str) -> list[Request]:
    """Return all requests of an address that are kept, the oldest first."""
    mine = select(requests).where(requests.c.email_key == email_key(email)).order_by(requests.c.id)
    return [_to_request(row) for row in connection.execute(mine)]


def open_requests(connection: Connection, kinds: Collection[Kind]) -> list[Request]:
    """Return the requests of these kinds that nobody has completed or mailed, the oldest first."""
    waiting = requests.c.mailed_at.is_(None) & requests.c.done_at.is_(None)
    rows = connection.execute(select(requests).where(waiting, requests.c.kind.in_(kinds)).order_by(requests.c.id))
    return [_to_request(row) for row in rows]


def claim_mail(connection: Connection, request: Request, now: datetime) -> bool:
    """Claim a request's mail before it is sent; a request is deleted whose address got such a mail lately.

    A mail whose link was used does not count: it confirms nothing anymore.

    Returns:
        Whether the caller, and nobody else, is to send it.
    """
    if _was_mailed(connection, request, now):
        drop_unmailed(connection, request)
        return False
    mine = update(requests).where(requests.c.id == request.id, requests.c.mailed_at.is_(None))
    return connection.execute(mine.values(mailed_at=write_moment(now))).rowcount == 1


def to_remind(connection: Connection, now: datetime) -> list[Request]:
    """Return the requests that were mailed a day ago, are not confirmed, and have had no reminder."""
    day, two_days = write_moment(now - timedelta(hours=24)), write_moment(now - timedelta(hours=48))
    due = (requests.c.mailed_at <= day) & (requests.c.mailed_at > two_days) & (requests.c.kind == Kind.JOIN)
    rows = select(requests).where(due, requests.c.done_at.is_(None), requests.c.reminded_at.is_(None))
    return [_to_request(row) for row in connection.execute(rows.order_by(requests.c.id))]


def claim_reminder(connection: Connection, request: Request, now: datetime) -> bool:
    """Claim a request's one reminder; an address that was asked once more meanwhile needs none."""
    mine = update(requests).where(requests.c.id == request.id, requests.c.reminded_at.is_(None))
    if connection.execute(mine.values(reminded_at=write_moment(now))).rowcount != 1:
        return False
    return not _was_mailed(connection, request, now)


def _was_mailed(connection: Connection, request: Request, now: datetime) -> bool:
    """Whether the address of a request got a mail of its kind lately, with a link that is still to be used."""
    mine = (requests.c.email_key == email_key(request.email)) & (requests.c.kind == request.kind)
    lately = (requests.c.mailed_at > write_moment(now - BETWEEN_MAILS[request.kind])) & requests.c.done_at.is_(None)
    return connection.execute(select(requests.c.id).where(mine, lately).limit(1)).first() is not None


def give_back(connection: Connection, request: Request) -> None:
    """Let a mail be sent later that surely was not sent."""
    connection.execute(update(requests).where(requests.c.id == request.id).values(mailed_at=None))


def complete(connection: Connection, request: Request, now: datetime) -> None:
    """Note that a request is done."""
    connection.execute(update(requests).where(requests.c.id == request.id).values(done_at=write_moment(now)))


def drop(connection: Connection, request: Request) -> None:
    """Delete a request."""
    connection.execute(delete(requests).where(requests.c.id == request.id))


def drop_unmailed(connection: Connection, request: Request) -> None:
    """Delete a request, unless another process has mailed it meanwhile."""
    mine = (requests.c.id == request.id) & requests.c.mailed_at.is_(None)
    connection.execute(delete(requests).where(mine))


def drop_kind(connection: Connection, kind: Kind, email: str) -> None:
    """Delete all requests of a kind for an address."""
    connection.execute(delete(requests).where(requests.c.kind == kind, requests.c.email_key == email_key(email)))


def has_expired(connection: Connection, now: datetime) -> bool:
    """Tell whether there are requests that are a month old."""
    return connection.execute(select(requests.c.id).where(_is_expired(now)).limit(1)).first() is not None


def _is_expired(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a request's time is over; a question that is not answered yet has its own."""
    open_question = (requests.c.kind == Kind.RENEW) & requests.c.done_at.is_(None)
    return (requests.c.at <= write_moment(now - KEPT)) & not_(open_question)


def delete_expired(connection: Connection, now: datetime) -> int:
    """Delete requests that are a month old, and the people who were asked to confirm and never did.

    Whoever was never asked, such as people from an import, stays pending.

    Returns:
        How many people were deleted. They never subscribed, so nothing of them is kept.
    """
    cutoff = write_moment(now - KEPT)
    asked = select(requests.c.email_key).where(requests.c.kind == Kind.JOIN, requests.c.mailed_at.is_not(None))
    unconfirmed = delete(subscribers).where(
        subscribers.c.status == Status.PENDING,
        subscribers.c.created_at < cutoff,
        subscribers.c.email_key.in_(asked.where(requests.c.at < cutoff)),
        not_(subscribers.c.email_key.in_(select(requests.c.email_key).where(requests.c.at >= cutoff))),
    )
    people = connection.execute(unconfirmed).rowcount
    # A mail that had to wait made its person pending later; the request stays as long as they do.
    pending = select(subscribers.c.email_key).where(subscribers.c.status == Status.PENDING)
    is_waited_for = (requests.c.kind == Kind.JOIN) & requests.c.mailed_at.is_not(None)
    kept = is_waited_for & requests.c.email_key.in_(pending)
    connection.execute(delete(requests).where(_is_expired(now), not_(kept)))
    return people


def _to_request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        kind=Kind(row.kind),
        email=row.email,
        first_name=row.first_name,
        language=row.language,
        tags=read(row.tags),
        wording=row.wording,
        note=row.note,
        how=How(row.how),
        at=read_moment(row.at),
        is_done=row.done_at is not None,
        is_reminded=row.reminded_at is not None,
    )
