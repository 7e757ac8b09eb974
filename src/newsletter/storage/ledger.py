"""Tables of the ledger: what was sent to whom, and what became of it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from newsletter.storage.tables import metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),  # opaque: all that a provider learns
    Column("slug", Text, nullable=False, unique=True),  # one campaign an issue, for ever
    Column("state", Text, nullable=False),
    Column("transport", Text, nullable=False),
    Column("message", Text, nullable=False),  # newsletter.message.Message.to_json
    Column("digest", Text, nullable=False),
    Column("frozen", Integer, nullable=False),  # how many deliveries were frozen
    Column("created_at", Text, nullable=False),
    Column("finished_at", Text),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("ref", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("claimed_at", Text, nullable=False),
    Column("closed_at", Text),
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
    Column("batch_id", ForeignKey("batches.id")),
    UniqueConstraint("campaign_id", "email_key"),
    Index("ix_deliveries_campaign_id_state", "campaign_id", "state"),
    Index("ix_deliveries_batch_id", "batch_id"),
)
