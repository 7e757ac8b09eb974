"""The database: whether it is sound, of this version, and written so that a power cut loses nothing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from newsletter.doctor.verdict import Level, Verdict, note, ok, warn, wrong
from newsletter.errors import StoreError
from newsletter.storage.copies import how_to_restore, is_nothing, is_sound
from newsletter.storage.schema import HEAD, foreign, is_our_version
from newsletter.storage.secret import how_to_get_the_key
from newsletter.storage.store import driver_missing, refuse_empty, refuse_lost
from newsletter.workspace import Workspace

_ABOUT = "database"
_SECONDS = 15


def look_at_database(workspace: Workspace) -> tuple[list[Verdict], bool]:
    """Judge the database; nothing in it is changed.

    Returns:
        The verdicts, and whether the ledger in it can be read.
    """
    url = make_url(workspace.database_url)
    if url.get_backend_name() != "sqlite":
        return _settled(_postgresql(workspace.database_url, workspace.key_file))
    path = Path(url.database or "")
    try:
        refuse_lost(workspace.database_url, workspace.key_file)
    except StoreError as err:
        return [wrong(_ABOUT, err.what, err.hint, err.command)], False
    if is_nothing(path):
        return [note(_ABOUT, "there is none yet; the first command that needs one creates it")], False
    if not workspace.key_file.is_file():
        remedy = how_to_get_the_key(workspace.key_file)
        return [wrong("key", "newsletter.key, which belongs to the database, is missing", remedy)], False
    return _settled(_sqlite(path, f"Do not send. {how_to_restore(workspace.root)}"))


def _settled(found: Iterator[Verdict]) -> tuple[list[Verdict], bool]:
    verdicts = list(found)
    return verdicts, all(verdict.level in {Level.OK, Level.WARN} for verdict in verdicts)


def _sqlite(path: Path, restore: str) -> Iterator[Verdict]:
    try:
        address = f"{path.resolve().as_uri()}?mode=rw"  # rw: what a crash left half-written is undone at once
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_SECONDS)) as connection:
            sound = is_sound(connection)
            known = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except sqlite3.OperationalError as err:
        busy = "locked" in str(err)
        words = "another newsletter command is writing" if busy else "it cannot be opened"
        yield wrong(_ABOUT, words, "Wait for it to end." if busy else "Check who owns the file and its folder.")
    except sqlite3.DatabaseError:
        yield wrong(_ABOUT, "it is damaged, or not a database", restore)
    else:
        yield ok(_ABOUT, "it is sound") if sound else wrong(_ABOUT, "it is damaged", restore)
        yield from _version(str(version[0]) if version else "", foreign(f"sqlite:///{path.as_posix()}"))


def _version(found: str, otherwise: StoreError) -> Iterator[Verdict]:
    if not is_our_version(found):
        yield wrong(_ABOUT, otherwise.what, otherwise.hint, otherwise.command)
    elif found > HEAD:
        yield wrong(
            _ABOUT, "it was made by a newer version of newsletter", "Install the newest version on this computer."
        )
    elif found < HEAD:
        yield note(_ABOUT, "it is from an older version; the next command upgrades it")


def _postgresql(url: str, key_file: Path) -> Iterator[Verdict]:
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(address, connect_args={"connect_timeout": _SECONDS}, poolclass=NullPool)
        with engine.connect() as connection:
            if connection.scalar(text("SELECT to_regclass('alembic_version')")):
                yield from _postgresql_state(connection)
            else:
                refuse_empty(url, key_file)
                yield note(_ABOUT, "it is empty; the first command that needs it sets it up")
    except StoreError as err:
        yield wrong(_ABOUT, err.what, err.hint, err.command)
    except ModuleNotFoundError:
        missing = driver_missing()
        yield wrong(_ABOUT, missing.what, missing.hint, missing.command)
    except SQLAlchemyError as err:
        words = f"the database server cannot be used ({type(err).__name__})"
        yield wrong(_ABOUT, words, "Check [database] url, and that the server runs.")


def _postgresql_state(connection: Connection) -> Iterator[Verdict]:
    broken = (
        "SELECT (SELECT count(*) FROM pg_constraint WHERE NOT convalidated)"
        " + (SELECT count(*) FROM pg_index WHERE NOT indisvalid)"
    )
    if connection.scalar(text(broken)):
        yield wrong(_ABOUT, "it has a constraint or an index that is not valid", "Ask its administrator to rebuild it.")
    else:
        yield ok(_ABOUT, "it answers, and its constraints and indexes are valid")
    if connection.scalar(text("SHOW synchronous_commit")) == "off":
        remedy = (
            "Set synchronous_commit = on for this database; otherwise a crash could lose the record of what was sent."
        )
        yield warn(_ABOUT, "it reports changes as saved before they are", remedy)
    yield from _version(
        str(connection.scalar(text("SELECT version_num FROM alembic_version"))), foreign(connection.engine.url)
    )
