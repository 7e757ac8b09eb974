"""Audiences: whom an issue goes to, and who is left out and why."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, false, func, not_, or_, select, true

from newsletter.storage.people import subscribers
from newsletter.subscribers.tagged import has_tag
from newsletter.subscribers.tags import read
from newsletter.subscribers.vocabulary import Status


def audience(tags: Collection[str] = (), not_tags: Collection[str] = ()) -> Select[Any]:
    """Return the query for the people whom an issue goes to, in the order of their ids.

    Its columns are id, email, email_key, first_name and last_name. They are subscribed,
    have one of `tags` (if any are named) and none of `not_tags`. Suppressed addresses are
    left out: no one who is suppressed is subscribed (see `newsletter.subscribers.suppression`).
    """
    columns = [subscribers.c[name] for name in ("id", "email", "email_key", "first_name", "last_name")]
    return (
        select(*columns)
        .where(subscribers.c.status == Status.SUBSCRIBED, *_by_tags(tags, not_tags))
        .order_by(subscribers.c.id)
    )


def count(connection: Connection, tags: Collection[str] = (), not_tags: Collection[str] = ()) -> int:
    """Return how many people the audience has."""
    query = select(func.count()).select_from(subscribers)
    return connection.scalar(query.where(subscribers.c.status == Status.SUBSCRIBED, *_by_tags(tags, not_tags))) or 0


def people_by_tag(connection: Connection) -> dict[str, int]:
    """Return each tag that somebody who is subscribed has, with the number of those people."""
    column = subscribers.c.tags
    query = select(column, func.count()).where(subscribers.c.status == Status.SUBSCRIBED, column != "").group_by(column)
    found: dict[str, int] = {}
    for written, people in connection.execute(query):
        for tag in read(written):
            found[tag] = found.get(tag, 0) + people
    return dict(sorted(found.items()))


def left_out(
    connection: Connection,
    key: bytes,  # noqa: ARG001 - asked for by the seam, should suppression ever need it here
    tags: Collection[str] = (),
    not_tags: Collection[str] = (),
) -> dict[str, int]:
    """Return how many people the audience leaves out, by reason; each counts once.

    Together with the audience they are everybody on the list. A status other than
    `subscribed` comes before the tags.
    """
    wanted = or_(*(has_tag(tag) for tag in tags)) if tags else true()
    unwanted = or_(*(has_tag(tag) for tag in not_tags)) if not_tags else false()
    reason = case(
        (subscribers.c.status != Status.SUBSCRIBED, subscribers.c.status),
        (not_(wanted), "none of the wanted tags"),
        (unwanted, "an unwanted tag"),
        else_="",
    ).label("reason")
    query = select(reason, func.count().label("people")).group_by(reason)
    found = {row.reason: row.people for row in connection.execute(query) if row.reason}
    return {name: found[name] for name in _REASONS if name in found}


_REASONS = (*(status.value for status in Status), "none of the wanted tags", "an unwanted tag")


def _by_tags(wanted: Collection[str], unwanted: Collection[str]) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [not_(has_tag(tag)) for tag in unwanted]
    if wanted:
        rules.append(or_(*(has_tag(tag) for tag in wanted)))
    return rules
