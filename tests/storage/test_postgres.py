"""The store is the same on PostgreSQL."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, insert, make_url, select, text

from newsletter.errors import StoreError
from newsletter.storage import open_store, people, schema
from newsletter.storage.tables import metadata
from newsletter.workspace import Workspace
from tests.postgres import new_database


def test_migrations_make_the_tables_that_the_code_describes(
    workspace: Workspace, postgres_url: str, postgres_server: str
) -> None:
    """Every migration runs there too, and gives the same schema as a database that is new."""
    config = schema.alembic_config()
    migrated = create_engine(make_url(new_database(postgres_server)).set(drivername="postgresql+psycopg"))
    with migrated.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        wanted = definitions(connection)
    migrated.dispose()
    with open_store(postgres_url, workspace.key_file) as store, store.read() as connection:
        assert definitions(connection) == wanted


def definitions(connection: Connection) -> dict[str, list[str]]:
    """What the server knows of each table: its columns, in order, then constraints and indexes."""
    parts = """
        SELECT attrelid::regclass::text, attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull::text
            || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
        FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
            AND attnum > 0
        ORDER BY attrelid, attnum"""
    rules = """
        SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
        ORDER BY 1, 2"""
    found: dict[str, list[str]] = {}
    for table, line in [*connection.exec_driver_sql(parts).all(), *connection.exec_driver_sql(rules).all()]:
        found.setdefault(table, []).append(line)
    return found


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
