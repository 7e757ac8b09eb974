"""Tagging many people at once: all that a query finds, in steps that keep memory small."""

from array import array
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from newsletter.errors import SubscriberError
from newsletter.storage.bulk import find, run
from newsletter.storage.people import subscribers
from newsletter.subscribers.listing import Query, rules
from newsletter.subscribers.tags import clean_tag, read, written

_Tagged = Any  # a row with id and tags
_STEP = 5_000
_UPDATE = "UPDATE subscribers SET tags = ? WHERE id = ?"
_SELECT = "SELECT id, tags FROM subscribers WHERE id IN ({marks})"


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
        changed += len(_change(connection, find(connection, _SELECT, part), set(add), set(remove)))
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
    found = select(subscribers.c.id, subscribers.c.tags).where(*rules(connection, query))
    while people := list(
        connection.execute(found.where(subscribers.c.id > last).order_by(subscribers.c.id).limit(_STEP))
    ):
        yield people
        last = people[-1].id


def _change(connection: Connection, people: Iterable[_Tagged], add: set[str], remove: set[str]) -> list[int]:
    rows = [(written({*read(one.tags), *add} - remove), one.id) for one in people if _differs(one.tags, add, remove)]
    run(connection, _UPDATE, rows)
    return [number for _, number in rows]


def _differs(tags: str, add: set[str], remove: set[str]) -> bool:
    has = set(read(tags))
    return bool(add - has or remove & has)
