"""Alembic's entry: runs the migrations on the connection that it is handed."""

from alembic import context

from newsletter.storage import ledger, people  # noqa: F401 - they fill the metadata
from newsletter.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
