"""Tables of the ledger: what was sent to whom, and what became of it.

The states and their legal steps are written out in `newsletter.campaigns.states`. Times
are UTC, as ISO 8601 text.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from newsletter.storage.tables import metadata

QUEUED = "state = 'queued'"
"""Spelt out in the query as in the index, or the database would not see that they agree."""

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),  # opaque: all that a provider learns
    Column("slug", Text, nullable=False, unique=True),  # see newsletter.campaigns.records
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),  # why it is paused
    Column("message", Text, nullable=False),  # newsletter.message.Message.to_json
    Column("digest", Text, nullable=False),
    Column("plan", Text, nullable=False),  # newsletter.campaigns.model.Plan.to_json
    Column("frozen", Integer, nullable=False),  # how many deliveries were frozen
    Column("created_at", Text, nullable=False),
    Column("due_at", Text),  # when it is to go out, if a time was chosen
    Column("finished_at", Text),
)

RETIRED = "#"
"""In the row of a campaign that another one followed, it stands behind the issue's name; no slug has one."""


def of_issue(slug: str) -> ColumnElement[bool]:
    """Return the rule for all campaigns of an issue."""
    return (campaigns.c.slug == slug) | campaigns.c.slug.startswith(f"{slug}{RETIRED}", autoescape=True)


# Both are read off the text of the plan, in which a quotation mark inside a value has a backslash before it: a
# damaged plan is no reason to refuse a list of all issues.
WAS_PRACTICE = campaigns.c.plan.like('%"transport": "outbox"%')
"""Whether a campaign wrote only files."""
IS_CORRECTION = campaigns.c.plan.like('%"received": "%') & campaigns.c.plan.not_like('%"received": ""%')
"""Whether a campaign goes only to those who were sent another issue."""

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("ref", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("first_id", Integer, nullable=False),  # its deliveries lie between these two,
    Column("last_id", Integer, nullable=False),  # which spares an index that each step would touch
    Column("hold_id", Text, nullable=False, server_default=""),  # the provider's name for a held send
    Column("send_at", Text),  # when the provider may let a held send go
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("claimed_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("worker", Integer, nullable=False, server_default="0"),  # whose it is; see newsletter.storage.session
    Index("ix_batches_campaign_id_state", "campaign_id", "state"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("subscriber_id", Integer, nullable=False),  # may outlive a forgotten person
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("fate", Text, nullable=False, server_default=""),  # what events told: delivered, bounced, …
    Column("batch_id", Integer),  # no foreign key: each claim would look it up for every person
    UniqueConstraint("campaign_id", "email_key"),
    Index("ix_deliveries_queued", "campaign_id", "id", sqlite_where=text(QUEUED)),
)


@event.listens_for(deliveries, "before_create")
def _index_on_postgresql(table: Table, connection: Connection, **_options: Any) -> None:
    """Name the index's condition for PostgreSQL, too; above, it would import that dialect for every command."""
    if connection.dialect.name == "postgresql":
        index = next(index for index in table.indexes if index.name == "ix_deliveries_queued")
        index.kwargs["postgresql_where"] = text(QUEUED)


events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_key", Text, nullable=False, unique=True),  # an event that comes twice counts once
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),  # a bounce's class, never an address
    Column("at", Text, nullable=False),
    Index("ix_events_delivery_id", "delivery_id"),
)

looks = Table(
    "looks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("how", Text, nullable=False),  # test, preview
    Column("at", Text, nullable=False),
    Index("ix_looks_slug", "slug"),
)
"""Which version of an issue a person has looked at, so that `send` can tell a newer one."""

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the message that was approved, and of no other
    Column("name", Text, nullable=False),  # as the person typed it
    Column("account", Text, nullable=False),  # who was signed in at the machine
    Column("at", Text, nullable=False),
    Index("ix_approvals_slug", "slug"),
)
"""Append-only: who approved which version of an issue."""
