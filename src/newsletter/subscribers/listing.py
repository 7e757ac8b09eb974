"""Looking through the list: search, filters, order and pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, not_, or_, select

from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.people import Person, to_person
from newsletter.subscribers.tags import has_tag
from newsletter.subscribers.vocabulary import Status

ORDERS = {
    "joined": (subscribers.c.id,),
    "email": (subscribers.c.email_key,),
    "name": (subscribers.c.last_name, subscribers.c.first_name, subscribers.c.id),
}
"""By what a list can be put in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Whom to look for; empty means everybody.

    Attributes:
        search: a part of the address or of a name, in any case.
        tags: whoever has one of them.
        not_tags: whoever has none of them.
        joined_since: whoever was added then or later.
    """

    search: str = ""
    statuses: tuple[Status, ...] = ()
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    language: str = ""
    joined_since: datetime | None = None


def people(
    connection: Connection,
    query: Query,
    *,
    order: str = "joined",
    backwards: bool = False,
    limit: int = 0,
    skip: int = 0,
) -> Iterator[Person]:
    """Give the people that `query` asks for, one after another; `limit` 0 gives all of them."""
    columns = ORDERS[order]
    rows = _chosen(select(subscribers), query).order_by(*(column.desc() if backwards else column for column in columns))
    if limit:
        rows = rows.limit(limit)
    for row in connection.execution_options(yield_per=1_000).execute(rows.offset(skip) if skip else rows):
        yield to_person(row)


def count(connection: Connection, query: Query) -> int:
    """Return how many people `query` finds."""
    return connection.scalar(_chosen(select(func.count()).select_from(subscribers), query)) or 0


def _chosen(rows: Select[Any], query: Query) -> Select[Any]:
    rules: list[ColumnElement[bool]] = [not_(has_tag(tag)) for tag in query.not_tags]
    if query.search:
        rules.append(_holds(query.search))
    if query.statuses:
        rules.append(subscribers.c.status.in_(query.statuses))
    if query.tags:
        rules.append(or_(*(has_tag(tag) for tag in query.tags)))
    if query.language:
        rules.append(subscribers.c.language == query.language)
    if query.joined_since:
        rules.append(subscribers.c.created_at >= write_moment(query.joined_since))
    return rows.where(*rules)


def _holds(text: str) -> ColumnElement[bool]:
    """Look in the address by its key, in the names in any case."""
    plain = text.strip()
    names = (column.icontains(plain, autoescape=True) for column in (subscribers.c.first_name, subscribers.c.last_name))
    return or_(subscribers.c.email_key.contains(email_key(plain), autoescape=True), *names)
