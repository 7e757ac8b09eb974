"""A delivery's batch is no foreign key any more.

A claim would look the batch up for each of a thousand people, which took it half of its
time. SQLite cannot take a key away: the table is written anew, and the one that points to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_deliveries_batch_id", "deliveries")
        return
    op.drop_index("ix_deliveries_queued", "deliveries")
    op.drop_index("ix_events_delivery_id", "events")
    op.rename_table("deliveries", "deliveries_before")
    op.rename_table("events", "events_before")
    _create_deliveries()
    _create_events()
    for table in ("deliveries", "events"):
        op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608 - names out of this program
    op.drop_table("events_before")
    op.drop_table("deliveries_before")


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("fate", sa.Text(), server_default="", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_deliveries_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("campaign_id", "email_key", name="uq_deliveries_campaign_id_email_key"),
    )
    op.create_index("ix_deliveries_queued", "deliveries", ["campaign_id"], sqlite_where=_QUEUED)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_events_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("event_key", name="uq_events_event_key"),
    )
    op.create_index("ix_events_delivery_id", "events", ["delivery_id"])
