"""Bringing a database's schema up to date, with Alembic's migrations."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from newsletter.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0002"
"""The newest migration; a test holds it against the folder."""

_FOLDER = Path(__file__).with_name("migrations")


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that this database lacks; all of them or none.

    Raises:
        StoreError: the database was made by a newer version of this program.
    """
    with engine.begin() as connection:  # only looks, so that it need not wait for whoever is writing
        if _is_up_to_date(connection):
            return
    with engine.execution_options(newsletter_write=True).begin() as connection:
        if not _is_up_to_date(connection):
            _migrate(connection)


def _is_up_to_date(connection: Connection) -> bool:
    found = _version(connection)
    if found is not None and found > HEAD:
        hint = "Install the newest version of newsletter on this machine."
        raise StoreError("this database was made by a newer newsletter", hint=hint)
    return found == HEAD


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


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
