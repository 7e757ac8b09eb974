"""The store opens the right database, privately, with the right key and schema."""

import contextlib
import sqlite3
import stat
import sys
import traceback
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, insert, select
from sqlalchemy.engine.interfaces import CacheStats

from newsletter.errors import StoreError
from newsletter.storage import Store, ledger, open_store, people, schema
from newsletter.storage.secret import fingerprint, load_key
from newsletter.storage.tables import metadata
from newsletter.workspace import Workspace


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access in lists, not in modes")
def test_database_and_key_are_private(workspace: Workspace, store: Store) -> None:
    """Only the owner may read the people and the key."""
    with store.read():
        pass
    for path in (workspace.root / "newsletter.db", workspace.key_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_migrations_make_the_tables_that_the_code_describes(store: Store, tmp_path: Path) -> None:
    """A new database, whose tables are created at once, is the same as one that every migration has brought here."""
    assert people.subscribers.metadata is ledger.deliveries.metadata is metadata
    migrated = create_engine(f"sqlite:///{tmp_path}/migrated.db")
    config = schema.alembic_config()
    with migrated.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        wanted = definitions(connection)
    migrated.dispose()
    with store.read() as connection:
        assert definitions(connection) == wanted


def definitions(connection: Connection) -> dict[str, list[str]]:
    """What SQLite knows of each table and index: one line a column, in order, then the constraints."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all()
    lines = {name: [line.strip(" \t,") for line in sql.splitlines() if line.strip()] for name, sql in rows}
    return {
        name: sorted(given, key=lambda line: line if line.startswith("CONSTRAINT") else "")
        for name, given in lines.items()
    }


def test_head_is_the_newest_migration() -> None:
    """The number that decides whether to migrate is not forgotten when one is added."""
    assert ScriptDirectory.from_config(schema.alembic_config()).get_current_head() == schema.HEAD


def test_what_is_written_is_there_for_the_next_program(workspace: Workspace) -> None:
    """A second opening finds the data and needs no migration."""
    with open_store(workspace.database_url, workspace.key_file) as store, store.write() as connection:
        connection.execute(insert(people.facts).values(name="colour", value="blue"))
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        assert connection.scalar(select(people.facts.c.value).where(people.facts.c.name == "colour")) == "blue"


def test_failed_write_leaves_nothing(store: Store) -> None:
    """A transaction is kept whole or not at all."""

    def interrupted() -> None:
        with store.write() as connection:
            connection.execute(insert(people.facts).values(name="colour", value="blue"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with store.read() as connection:
        assert connection.scalar(select(people.facts.c.value).where(people.facts.c.name == "colour")) is None


def test_other_key_is_refused(workspace: Workspace) -> None:
    """With another key nobody who left would be recognised, so nothing opens."""
    with open_store(workspace.database_url, workspace.key_file):
        pass
    workspace.key_file.write_text("ab" * 32, "ascii")
    with pytest.raises(StoreError, match="does not belong"), open_store(workspace.database_url, workspace.key_file):
        pass


def test_missing_key_is_not_replaced(workspace: Workspace) -> None:
    """A database that has a key never gets a new one by itself."""
    with open_store(workspace.database_url, workspace.key_file):
        pass
    workspace.key_file.unlink()
    with pytest.raises(StoreError, match="missing"), open_store(workspace.database_url, workspace.key_file):
        pass
    assert not workspace.key_file.exists()


def test_file_that_is_no_database(workspace: Workspace) -> None:
    """Some other file under that name is named as such and left alone."""
    path = workspace.root / "newsletter.db"
    path.write_bytes(b"Dear diary, " * 100)
    with (
        pytest.raises(StoreError, match="not a newsletter database"),
        open_store(workspace.database_url, workspace.key_file),
    ):
        pass
    assert path.read_bytes() == b"Dear diary, " * 100


def test_database_of_a_newer_program(workspace: Workspace) -> None:
    """A schema from the future is refused, with what to do."""
    with open_store(workspace.database_url, workspace.key_file):
        pass
    connection = sqlite3.connect(workspace.root / "newsletter.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="newer"), open_store(workspace.database_url, workspace.key_file):
        pass


def test_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """A place that cannot hold the database is named."""
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(Exception, match="file"), open_store(f"sqlite:///{tmp_path}/file/x.db", tmp_path / "key"):
        pass


def test_error_quotes_no_address(store: Store) -> None:
    """What a log or a traceback shows of a failed statement holds nothing that was to be written."""
    row = {"email": "ana@example.org", "email_key": "ana@example.org", "status": None}
    with pytest.raises(StoreError) as caught, store.write() as connection:
        connection.execute(insert(people.subscribers), [row])
    shown = "".join(traceback.format_exception(caught.value))
    assert "subscribers" in shown
    assert "ana@" not in shown


def test_copy_is_kept_before_the_schema_changes(workspace: Workspace) -> None:
    """A database of an older version is copied before it is brought up to date; a new one needs none."""
    path = workspace.root / "newsletter.db"
    with open_store(workspace.database_url, workspace.key_file):
        pass
    assert list(workspace.root.glob("*.before-*")) == []
    path.unlink()
    config = schema.alembic_config()
    engine = create_engine(workspace.database_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fact = insert(people.facts).values(name="key", value=fingerprint(load_key(workspace.key_file, create=False)))
        connection.execute(fact)
    engine.dispose()
    with open_store(workspace.database_url, workspace.key_file):
        pass
    with contextlib.closing(sqlite3.connect(f"{path}.before-{schema.HEAD}")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("SELECT count(*) FROM facts").fetchone() == (1,)


def test_ledger_of_the_second_version_is_kept_whole(workspace: Workspace) -> None:
    """Rewriting the deliveries loses neither one of them nor what is known of it."""
    load_key(workspace.key_file, create=True)
    engine = create_engine(workspace.database_url)
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys = ON"))
    config = schema.alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for table, values in OF_THE_SECOND_VERSION.items():
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    engine.dispose()

    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        for table, values in OF_THE_SECOND_VERSION.items():
            (row,) = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            assert tuple(row)[: len(values)] == values  # newer columns come last
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_key_list(events)").one()[2] == "deliveries"


OF_THE_SECOND_VERSION: dict[str, tuple[object, ...]] = {
    "campaigns": (1, "c0", "december", "paused", "", "{}", "d1", "{}", 1, "2026", None, None),
    "batches": (7, 1, "b0", "accepted", 1, 3, 3, "", None, "m", "", "2026", "2026"),
    "deliveries": (3, 1, 9, "a@example.org", "a@example.org", "Ana", "", "accepted", "", "delivered", 7),
    "events": (5, "e1", 3, "delivered", "", "2026"),
}


def test_opening_again_compiles_nothing_anew(workspace: Workspace) -> None:
    """What one opening has compiled, the next one for the same database knows; each has connections of its own."""
    opening = (workspace.database_url, workspace.key_file)
    looked = select(people.facts)
    with open_store(*opening) as first, first.read() as before:
        assert before.execute(looked).context.cache_hit is not CacheStats.CACHE_HIT
        with open_store(*opening) as second, second.read() as beside:
            assert beside.execute(looked).context.cache_hit is CacheStats.CACHE_HIT
            assert second.engine.pool is not first.engine.pool
        assert before.execute(looked).all()
