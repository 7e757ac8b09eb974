"""Bringing a database's schema up to date, with Alembic's migrations."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, inspect, text

from newsletter.errors import StoreError
from newsletter.storage.copies import copy_database, database_file, how_to_restore

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0003"
"""The newest migration; a test holds it against the folder."""

_FOLDER = Path(__file__).with_name("migrations")


def bring_up_to_date(engine: Engine, when_empty: Callable[[], None]) -> None:
    """Run the migrations that this database lacks; all of them or none.

    Before that, a SQLite database that holds something is copied: ``newsletter.db.before-0003``;
    for one without any tables `when_empty` is called, which may refuse it.

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
            else:
                when_empty()
            _migrate(connection)


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
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
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
