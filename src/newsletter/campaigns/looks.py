"""Which version of an issue a person has looked at: what is sent is to be what was seen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from newsletter.storage.ledger import looks
from newsletter.storage.moment import now, read_moment


@dataclass(frozen=True, slots=True)
class Look:
    """The last time that somebody looked at an issue as a mail.

    Attributes:
        digest: of the message that they saw.
        how: "test" or "preview".
    """

    digest: str
    how: str
    at: datetime


def record_look(connection: Connection, slug: str, digest: str, how: str) -> None:
    """Remember that this version of an issue was looked at; only the latest of a kind is kept."""
    connection.execute(delete(looks).where(looks.c.slug == slug, looks.c.how == how))
    connection.execute(insert(looks).values(slug=slug, digest=digest, how=how, at=now()))


def last_look(connection: Connection, slug: str) -> Look | None:
    """Return the latest look at an issue, if there was one."""
    query = select(looks).where(looks.c.slug == slug).order_by(looks.c.at.desc(), looks.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Look(row.digest, row.how, read_moment(row.at))


def looks_by_kind(connection: Connection, slug: str) -> dict[str, Look]:
    """Return the latest look of each kind."""
    rows = connection.execute(select(looks).where(looks.c.slug == slug))
    return {row.how: Look(row.digest, row.how, read_moment(row.at)) for row in rows}
