"""Whose a batch is, now that several workers may share a campaign on PostgreSQL.

SQLite would add the column behind the constraints: the table is written anew, as it is in a new database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    worker = sa.Column("worker", sa.Integer(), server_default="0", nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_batches_campaign_id_state", "batches")
        op.rename_table("batches", "batches_before")
        _create_batches(worker)
        op.execute("INSERT INTO batches SELECT *, 0 FROM batches_before")
        op.drop_table("batches_before")
    else:
        op.add_column("batches", worker)
    op.drop_index("ix_deliveries_queued", "deliveries")
    queued = sa.text("state = 'queued'")  # and the id, so that PostgreSQL need not sort all of them for each claim
    op.create_index(
        "ix_deliveries_queued", "deliveries", ["campaign_id", "id"], sqlite_where=queued, postgresql_where=queued
    )


def _create_batches(worker: sa.Column[int]) -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Text(), server_default="", nullable=False),
        sa.Column("send_at", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        worker,
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_batches_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("ref", name="uq_batches_ref"),
    )
    op.create_index("ix_batches_campaign_id_state", "batches", ["campaign_id", "state"])
