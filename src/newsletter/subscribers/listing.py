"""The list: search, filters, order and pages; and tags for everybody whom a query finds."""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, not_, or_, select, update

from newsletter.errors import SubscriberError
from newsletter.storage.bulk import find, run
from newsletter.storage.moment import write_moment
from newsletter.storage.people import subscribers
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.names import clean_language
from newsletter.subscribers.records import Subscriber, to_subscriber
from newsletter.subscribers.tags import clean_tag, read, written
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
        search: words in any case; each is a part of the address or of a name.
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
) -> Iterator[Subscriber]:
    """Give the people that `query` asks for, one after another; `limit` 0 gives all of them."""
    columns = ORDERS[order]
    order_by = (column.desc() if backwards else column for column in columns)
    rows = select(subscribers).where(*rules(connection, query)).order_by(*order_by)
    if limit:
        rows = rows.limit(limit)
    # Said for this statement alone: said for the connection, it would spoil what is written next on PostgreSQL.
    for row in connection.execute(rows.offset(skip) if skip else rows, execution_options={"yield_per": 1_000}):
        yield to_subscriber(row)


def count(connection: Connection, query: Query, *, most: int = 0) -> int:
    """Return how many people `query` finds; counting stops at `most`, unless that is 0."""
    found = select(subscribers.c.id).where(*rules(connection, query))
    if most:
        found = found.limit(most)
    return connection.scalar(select(func.count()).select_from(found.subquery())) or 0


def page(
    connection: Connection, query: Query, *, size: int, number: int = 1, order: str = "joined", backwards: bool = False
) -> tuple[list[Subscriber], int]:
    """Return one page of the people that `query` finds, the first has the number 1; and how many they are in all.

    They are counted only if the page does not tell: looking for what is nowhere takes one look.
    """
    skip = (number - 1) * size
    found = list(people(connection, query, order=order, backwards=backwards, limit=size, skip=skip))
    is_last = len(found) < size and (found or not skip)
    return found, skip + len(found) if is_last else count(connection, query)


def by_status(connection: Connection) -> dict[Status, int]:
    """Return how many people there are of each status.

    Nearly all are subscribed: they are counted as the rest, without looking at each.
    """
    total = connection.scalar(select(func.count()).select_from(subscribers)) or 0
    others = select(subscribers.c.status, func.count()).where(subscribers.c.status != Status.SUBSCRIBED)
    rows = connection.execute(others.group_by(subscribers.c.status))
    found = {Status(status): number for status, number in rows}
    return {one: found.get(one, total - sum(found.values()) if one is Status.SUBSCRIBED else 0) for one in Status}


def by_tag(connection: Connection) -> dict[str, int]:
    """Return all tags in use, and how many people have each."""
    together = select(subscribers.c.tags, func.count()).where(subscribers.c.tags != "").group_by(subscribers.c.tags)
    found: Counter[str] = Counter()
    for column, number in connection.execute(together):
        found.update(dict.fromkeys(read(column), number))
    return dict(sorted(found.items()))


def tags_in_use(connection: Connection) -> tuple[str, ...]:
    """Return all tags that somebody has; quicker than counting them."""
    together = connection.scalars(select(subscribers.c.tags).distinct())
    return tuple(sorted({tag for column in together for tag in read(column)}))


def rules(connection: Connection, query: Query) -> Iterator[ColumnElement[bool]]:
    """Give the conditions that all the people have whom `query` finds."""
    yield from (not_(has_tag(tag)) for tag in query.not_tags)
    # SQLite's LIKE takes no notice of case, and is thrice as fast without being told so.
    plain_like = connection.dialect.name == "sqlite"
    yield from (_holds(word, plain_like=plain_like) for word in query.search.split())
    if query.statuses:
        yield subscribers.c.status.in_(query.statuses)
    if query.tags:
        yield or_(*(has_tag(tag) for tag in query.tags))
    if query.language:
        yield reads(query.language)
    if query.joined_since:
        yield subscribers.c.created_at >= write_moment(query.joined_since)


def _holds(word: str, *, plain_like: bool) -> ColumnElement[bool]:
    """Look in the address by its key, in the names in any case."""
    wanted = [(subscribers.c.email_key, email_key(word))]
    wanted += [(name, case) for name in (subscribers.c.first_name, subscribers.c.last_name) for case in _cases(word)]
    return or_(*(_contains(column, text, plain_like=plain_like) for column, text in wanted))


def _cases(word: str) -> list[str]:
    """Return a word in the cases in which names are written; LIKE folds ASCII by itself, and nothing else."""
    cases = {_ascii_folded(case): case for case in (word, word.lower(), word.capitalize(), word.upper())}
    return sorted(cases.values())


def _ascii_folded(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _contains(column: Column[str], text: str, *, plain_like: bool) -> ColumnElement[bool]:
    escaped = needs_escape(text)
    return column.contains(text, autoescape=escaped) if plain_like else column.icontains(text, autoescape=escaped)


NO_LANGUAGE = "none"
"""What is asked for to find people of whom no language is known."""


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber has this tag."""
    wanted = f",{clean_tag(tag)},"
    return subscribers.c.tags.contains(wanted, autoescape=needs_escape(wanted))


def needs_escape(text: str) -> bool:
    """Whether LIKE would take a sign in `text` for more than itself; without any it is quicker."""
    return re.search(r"[%_/]", text) is not None


def reads(language: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber reads this language: ``en`` finds ``en-US`` too."""
    if language.strip().lower() == NO_LANGUAGE:
        return subscribers.c.language == ""
    wanted = clean_language(language) or language
    return or_(subscribers.c.language == wanted, subscribers.c.language.startswith(f"{wanted}-", autoescape=True))


_LENGTH = func.length(subscribers.c.first_name) + func.length(subscribers.c.last_name)


def has_readers(connection: Connection) -> bool:
    """Whether anybody on the list would get a mail."""
    query = select(subscribers.c.id).where(subscribers.c.status == Status.SUBSCRIBED).limit(1)
    return connection.scalar(query) is not None


def longest_name(connection: Connection) -> Subscriber | None:
    """Return the subscriber with the longest first and last name, if there is any subscriber."""
    return _first(connection, backwards=True)


def emptiest_name(connection: Connection) -> Subscriber | None:
    """Return the subscriber of whose name the list knows least, if there is any subscriber."""
    return _first(connection, backwards=False)


def _first(connection: Connection, *, backwards: bool) -> Subscriber | None:
    query = select(subscribers).where(subscribers.c.status == Status.SUBSCRIBED)
    order = _LENGTH.desc() if backwards else _LENGTH
    row = connection.execute(query.order_by(order, subscribers.c.id).limit(1)).one_or_none()
    return None if row is None else to_subscriber(row)


_Tagged = Any  # a row with id and tags
_STEP = 5_000
_SET_TAGS = update(subscribers).where(subscribers.c.id == bindparam("number")).values(tags=bindparam("new_tags"))
_TAGGED = select(subscribers.c.id, subscribers.c.tags)


def checked_tag(text: str) -> str:
    """Return a tag as it is kept.

    Raises:
        SubscriberError: nothing is left of it.
    """
    tag = clean_tag(text)
    if not tag:
        raise SubscriberError("a tag needs a letter or a digit")
    return tag


def tag_all(connection: Connection, query: Query, tag: str) -> "array[int]":
    """Give everybody whom `query` finds a tag; return the ids of those who did not have it."""
    return _change_all(connection, query, add=(checked_tag(tag),))


def untag_all(connection: Connection, query: Query, tag: str) -> "array[int]":
    """Take a tag from everybody whom `query` finds; return the ids of those who had it."""
    return _change_all(connection, query, remove=(checked_tag(tag),))


def tag_these(
    connection: Connection, ids: Iterable[int], *, add: Collection[str] = (), remove: Collection[str] = ()
) -> int:
    """Change the tags of the people with these ids, as far as they are still there; return of how many."""
    changed, rest = 0, iter(ids)
    while part := list(islice(rest, _STEP)):
        changed += len(_change(connection, find(connection, _TAGGED, subscribers.c.id, part), set(add), set(remove)))
    return changed


def _change_all(
    connection: Connection, query: Query, *, add: Collection[str] = (), remove: Collection[str] = ()
) -> "array[int]":
    changed = array("q")
    for people in _in_steps(connection, query):
        changed.extend(_change(connection, people, set(add), set(remove)))
    return changed


def _in_steps(connection: Connection, query: Query) -> Iterator[list[_Tagged]]:
    """Give the people in the order of their ids; each step looks anew, since the one before was changed."""
    last = 0
    found = _TAGGED.where(*rules(connection, query))
    while people := list(
        connection.execute(found.where(subscribers.c.id > last).order_by(subscribers.c.id).limit(_STEP))
    ):
        yield people
        last = people[-1].id


def _change(connection: Connection, people: Iterable[_Tagged], add: set[str], remove: set[str]) -> list[int]:
    rows = [
        {"number": one.id, "new_tags": written({*read(one.tags), *add} - remove)}
        for one in people
        if _differs(one.tags, add, remove)
    ]
    run(connection, _SET_TAGS, rows)
    return [row["number"] for row in rows]


def _differs(tags: str, add: set[str], remove: set[str]) -> bool:
    has = set(read(tags))
    return bool(add - has or remove & has)
