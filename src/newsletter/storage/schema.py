"""Creating a database's schema, and bringing that of an older version up to date with Alembic's migrations."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
)

from newsletter.errors import StoreError
from newsletter.storage import ledger, people  # noqa: F401 - they fill the metadata
from newsletter.storage.copies import copy_database, database_file, how_to_restore
from newsletter.storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0005"
"""The newest migration; a test holds it against the folder."""

_FOLDER = Path(__file__).with_name("migrations")

_version_table = Table(  # as Alembic itself would make it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def bring_up_to_date(engine: Engine, when_empty: Callable[[], None]) -> None:
    """Create the tables, or run the migrations that this database lacks; all of them or none.

    Before it is migrated, a SQLite database is copied: ``newsletter.db.before-0005``; for one
    without any tables `when_empty` is called, which may refuse it.

    Raises:
        StoreError: the database was made by a newer version of this program, or by another program.
    """
    with engine.begin() as connection:  # only looks, so that it need not wait for whoever is writing
        if _is_up_to_date(connection):
            return
    with engine.execution_options(newsletter_write=True).begin() as connection:
        if not _is_up_to_date(connection):
            if _version(connection) is not None:
                _keep_copy(engine)
                _migrate(connection)
            else:
                when_empty()
                _create(connection)


def prepare_empty(connection: Connection) -> None:
    """Make the tables in a database that holds nothing, or find them there with nothing in them.

    Raises:
        StoreError: something is in it.
    """
    names = set(inspect(connection).get_table_names())
    ours = names & {_version_table.name, *metadata.tables}
    if not ours and not (names and connection.dialect.name == "sqlite"):
        _create(connection)
        return
    is_ready = ours == {_version_table.name, *metadata.tables} and _version(connection) == HEAD
    if not is_ready or any(connection.execute(select(table).limit(1)).first() for table in metadata.sorted_tables):
        raise StoreError("the new database is not empty", hint="Nothing was changed. Use one in which nothing is yet.")


def _keep_copy(engine: Engine) -> None:
    """Copy the file while this process holds the right to write, which lets others read."""
    database = database_file(engine.url)
    if database is not None:
        copy = database.with_name(f"{database.name}.before-{HEAD}")
        copy.unlink(missing_ok=True)  # of a try that a crash ended; the database is still as it was
        copy_database(database, copy)


def _is_up_to_date(connection: Connection) -> bool:
    found = _version(connection)
    if found is not None and not is_our_version(found):
        raise foreign(connection.engine.url)
    if found is not None and found > HEAD:
        hint = "Install the newest version of newsletter on this computer."
        raise StoreError("this database was made by a newer version of newsletter", hint=hint)
    return found == HEAD


def _version(connection: Connection) -> str | None:
    """Return the version of the schema, or nothing if there are no tables at all.

    A server's database may have tables of other programs beside ours; a file is ours alone.
    """
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return str(connection.scalar(select(_version_table.c.version_num)) or "")
    if names and connection.dialect.name == "sqlite":
        raise foreign(connection.engine.url)
    return None


def is_our_version(found: str) -> bool:
    """Whether this program, of whichever version, gave a schema this number."""
    return re.fullmatch(r"\d{4}", found) is not None


def foreign(url: URL | str) -> StoreError:
    """Return the error for a database that some other program made."""
    database = database_file(url)
    hint = "Check [database] url in newsletter.toml."
    if database:
        hint += f" If this file replaced yours: {how_to_restore(database.parent)}"
    return StoreError("this database was not made by newsletter", hint=hint)


def _create(connection: Connection) -> None:
    """Make all tables in one step: a test holds them against what the migrations make."""
    metadata.create_all(connection, checkfirst=False)  # a table of that name that another program made is an error
    _version_table.create(connection)
    connection.execute(insert(_version_table).values(version_num=HEAD))


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and rarely needed

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> "Config":
    """Return Alembic's settings; they need no file."""
    from alembic.config import Config  # noqa: PLC0415 - slow to import, and rarely needed

    config = Config()
    config.set_main_option("script_location", _FOLDER.as_posix().replace("%", "%%"))
    return config
