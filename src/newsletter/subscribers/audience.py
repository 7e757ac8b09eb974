"""Audiences: whom an issue goes to, and who is left out and why."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, not_, or_, select

from newsletter.storage.people import subscribers
from newsletter.subscribers.tags import has_tag
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
    by_status = select(subscribers.c.status, func.count().label("people")).group_by(subscribers.c.status)
    counts: dict[str, int] = {row.status: row.people for row in connection.execute(by_status)}
    subscribed = counts.pop(Status.SUBSCRIBED.value, 0)
    wanted = count(connection, tags)
    chosen = count(connection, tags, not_tags)
    found = {str(status): counts.get(status.value, 0) for status in Status if status is not Status.SUBSCRIBED}
    found["none of the wanted tags"] = subscribed - wanted
    found["an unwanted tag"] = wanted - chosen
    return {reason: number for reason, number in found.items() if number}


def _by_tags(wanted: Collection[str], unwanted: Collection[str]) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [not_(has_tag(tag)) for tag in unwanted]
    if wanted:
        rules.append(or_(*(has_tag(tag) for tag in wanted)))
    return rules
