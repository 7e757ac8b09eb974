"""The store is the same on PostgreSQL."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from newsletter.errors import StoreError
from newsletter.storage import open_store, people
from newsletter.storage.tables import metadata
from newsletter.workspace import Workspace


def test_migrations_make_the_tables_that_the_code_describes(workspace: Workspace, postgres_url: str) -> None:
    """Every migration runs there too, and gives the same schema."""
    with open_store(postgres_url, workspace.key_file) as store, store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_is_written_is_kept(workspace: Workspace, postgres_url: str) -> None:
    """A second opening finds what the first one wrote, with the same key."""
    with open_store(postgres_url, workspace.key_file) as store, store.write() as connection:
        connection.execute(insert(people.facts).values(name="colour", value="blue"))
    with open_store(postgres_url, workspace.key_file) as store, store.read() as connection:
        assert connection.scalar(select(people.facts.c.value).where(people.facts.c.name == "colour")) == "blue"


def test_server_that_does_not_answer(workspace: Workspace) -> None:
    """A wrong address is said in words, without the address, which may hold a password."""
    with (
        pytest.raises(StoreError, match="does not answer") as caught,
        open_store("postgresql://ana:secret@127.0.0.1:1/none", workspace.key_file),
    ):
        pass
    assert "secret" not in str(caught.value)


def test_dropped_connections_are_replaced(workspace: Workspace, postgres_url: str) -> None:
    """A server that was started anew, or that drops idle connections, fails no command after it."""
    ending = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with (
        open_store(postgres_url, workspace.key_file) as store,
        open_store(postgres_url, workspace.key_file) as other,
    ):
        with other.write() as connection:
            connection.execute(ending)
        with store.read() as connection:
            assert connection.scalar(select(people.facts.c.name).where(people.facts.c.name == "key")) == "key"
