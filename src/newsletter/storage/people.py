"""Tables about people: who they are, what they agreed to, and who must not be mailed.

Times are UTC, as ISO 8601 text: the same in SQLite, PostgreSQL and an export.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.sql.naming import conv

from newsletter.storage.tables import metadata

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the store knows about itself, such as which secret key it belongs to."""

_SET_FACT = text(
    "INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Note a fact, in place of what was noted under that name before."""
    connection.execute(_SET_FACT, {"name": name, "value": value})


# Spelt out: for IN (…) SQLite builds a list anew for each row, a third of the time of a long import.
KNOWN_STATUS = " or ".join(
    f"status = '{status}'" for status in ("subscribed", "pending", "unsubscribed", "bounced", "complained")
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False),  # as it was typed
    Column("email_key", Text, nullable=False),  # see newsletter.subscribers.addresses
    Column("first_name", Text, nullable=False, server_default=""),
    Column("last_name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default=""),  # ",events,news,": see newsletter.subscribers.tags
    Column("created_at", Text, nullable=False),
    UniqueConstraint("email_key"),
    CheckConstraint(KNOWN_STATUS, name=conv("ck_subscribers_ck_subscribers_known_status")),  # as 0001 called it
    sqlite_autoincrement=True,  # an id names one person for ever: tokens carry it
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("wording", Text, nullable=False),  # the exact words that people agreed to
    Column("source", Text, nullable=False, server_default=""),
)

consents = Table(
    "consents",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 … for each person
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False),  # subscribed, confirmed, unsubscribed, …
    Column("how", Text, nullable=False),  # import, command, token, event
    Column("wording", Text, nullable=False, server_default=""),  # the exact words agreed to
    Column("note", Text, nullable=False, server_default=""),  # why, where a person gave a reason
    Column("import_id", ForeignKey("imports.id")),
    Column("row", Integer),  # in the imported file, counted from 1
    sqlite_with_rowid=False,
)
"""Append-only: rows are added, and go only when the whole person is forgotten."""

suppressions = Table(
    "suppressions",
    metadata,
    Column("email_hash", LargeBinary, primary_key=True),  # keyed, so that the list names nobody
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Addresses that must not be mailed; outlives the person's record."""

pauses = Table(
    "pauses",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("until", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Subscribers who want no issue before a moment; a row without effect any more does no harm."""

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # see newsletter.subscribers.requests
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("tags", Text, nullable=False, server_default=""),
    Column("wording", Text, nullable=False, server_default=""),  # the exact words shown
    Column("note", Text, nullable=False, server_default=""),  # where they were shown, and their version
    Column("how", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("mailed_at", Text),  # set before the mail is sent, so that nobody gets it twice
    Column("reminded_at", Text),
    Column("done_at", Text),
    Index("ix_requests_email_key", "email_key"),
    sqlite_autoincrement=True,  # confirmation links carry the id
)
"""What people asked for that takes a mail or a provider to complete; rows are deleted after a month."""
