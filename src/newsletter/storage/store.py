"""Opening the database: the right mode, the right schema, the right key, the right errors."""

import contextlib
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from newsletter.errors import StoreError
from newsletter.files import PRIVATE, explained
from newsletter.storage.copies import database_file
from newsletter.storage.people import facts
from newsletter.storage.schema import bring_up_to_date
from newsletter.storage.secret import fingerprint, load_key

BUSY_SECONDS = 15
"""How long a command waits for another one that writes."""

_WRITERS_TURN = 7_305_790_129  # any number, as long as it is always the same
_KNOWN_KEY = select(facts.c.value).where(facts.c.name == "key")


@dataclass(frozen=True, slots=True)
class Store:
    """An open database and the secret key that belongs to it.

    Attributes:
        journal: the file beside it in which sending is noted; see `newsletter.campaigns.journal`.
    """

    engine: Engine
    key: bytes
    journal: Path
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for looking; all of it sees one state of the database."""
        with _explained(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept, durably, or all undone.

        One writer's turn comes after the other's, in either kind of database, and is taken
        at once: a transaction that reads first and writes later could otherwise fail half-way,
        or write what is not true any more. Threads of this process take turns before they ask
        the database: SQLite lets those who wait sleep, and whoever wakes up last waits longest.
        """
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise _busy()
        try:
            with _explained(), self.engine.execution_options(newsletter_write=True).begin() as connection:
                yield connection
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextlib.contextmanager
def open_store(url: str, key_file: Path) -> Iterator[Store]:
    """Open the database at `url`, making it or bringing its schema up to date if need be.

    Raises:
        StoreError: it cannot be opened, is not a database, is newer than this program,
            or the key in `key_file` is not the one that it was made with.
    """
    engine = _make_engine(url)
    try:
        with _explained(where=_where(url)):
            _make_private(url)
            bring_up_to_date(engine)
            key = _matching_key(engine, key_file)
        yield Store(engine, key, journal_beside(url, key_file))
    finally:
        engine.dispose()


def journal_beside(url: str, key_file: Path) -> Path:
    """Return where the journal lies: beside a SQLite database, or beside the key of a database on a server."""
    database = database_file(url)
    return database.with_name(f"{database.name}.sent") if database else key_file.with_name("newsletter.sent")


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        # A connection that the server has dropped meanwhile is replaced before it is used.
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(
        parsed,
        poolclass=QueuePool,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,  # an error's text would quote them, and so addresses
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Make SQLite durable and strict.

    A rollback journal, not a write-ahead log: SQLite before 3.51.3 can damage a log that
    several connections use (https://sqlite.org/wal.html#walresetbug). The journal is emptied
    to commit, and not deleted: at full synchronisation SQLite waits until the emptying is on
    the disk, but not for a deletion, which a power failure could undo, and a claim with it
    (https://sqlite.org/pragma.html#pragma_synchronous).
    """
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "journal_mode = TRUNCATE"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("newsletter_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("newsletter_write", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_TURN})")


def _where(url: str) -> str:
    return make_url(url).database or ""


def _make_private(url: str) -> None:
    """Make a new SQLite file readable by its owner alone, before anything is in it."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    path = Path(parsed.database)
    with explained(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
        if sys.platform != "win32":
            path.chmod(PRIVATE)


def _matching_key(engine: Engine, key_file: Path) -> bytes:
    with engine.begin() as connection:  # only looks: nobody who is writing keeps it waiting
        expected = connection.scalar(_KNOWN_KEY)
    if expected is None:
        return _first_key(engine, key_file)
    key = load_key(key_file, create=False)
    if expected != fingerprint(key):
        raise StoreError(
            "this key does not belong to the database beside it",
            where=key_file,
            hint="Put back the newsletter.key that came with this newsletter.db: without it, "
            "people who left could not be recognised.",
        )
    return key


def _first_key(engine: Engine, key_file: Path) -> bytes:
    """Make the key of a new database, and let the database remember it; of two who try one does."""
    with engine.execution_options(newsletter_write=True).begin() as connection:
        if connection.scalar(_KNOWN_KEY) is None:
            key = load_key(key_file, create=True)
            connection.execute(insert(facts).values(name="key", value=fingerprint(key)))
            return key
    return _matching_key(engine, key_file)


@contextlib.contextmanager
def _explained(where: str = "") -> Iterator[None]:
    try:
        yield
    except DBAPIError as err:
        raise _in_words(err, where) from err
    except PoolTimeoutError as err:  # every connection waits for whoever is writing
        raise _busy(where) from err


def _busy(where: str = "") -> StoreError:
    hint = "Wait for it to end, then try again."
    return StoreError("another newsletter command is writing", where=where or None, hint=hint)


def _in_words(err: DBAPIError, where: str) -> StoreError:
    text = str(err.orig)
    if "locked" in text:
        return _busy(where)
    known: dict[str, tuple[str, str]] = {
        "not a database": ("this file is not a newsletter database", "Move it away, or restore a backup."),
        "malformed": ("the database is damaged", "Restore the last backup; do not send before."),
        "readonly": ("the database may not be written", "Check who owns the file and its folder."),
        "unable to open": ("the database cannot be opened", "Check that its folder exists and may be written."),
        "is full": ("the disk is full", "Free some space and run the command again; nothing was half-written."),
        "connection": ("the database server does not answer", "Check [database] url and that it runs."),
    }
    for sign, (what, hint) in known.items():
        if sign in text:
            return StoreError(what, where=where or None, hint=hint)
    return StoreError(f"the database refused ({_first_line(err)})", where=where or None)


def _first_line(err: Any) -> str:
    # Only the kind of error: the driver's text can quote a row, and a row holds an address.
    return type(err.orig).__name__
