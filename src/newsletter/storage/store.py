"""Opening the database: the right mode, the right schema, the right key, the right errors."""

import contextlib
import copy
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from newsletter.errors import StoreError
from newsletter.files import PRIVATE, explained
from newsletter.storage.computer import record_computer
from newsletter.storage.copies import database_file, how_to_restore, is_nothing
from newsletter.storage.people import facts
from newsletter.storage.schema import bring_up_to_date, prepare_empty
from newsletter.storage.secret import fingerprint, how_to_get_the_key, load_key
from newsletter.storage.session import LEASE_SECONDS, Session, open_session

BUSY_SECONDS = 15
"""How long a command waits for another one that writes."""

_WRITERS_TURN = 7_305_790_129  # any number, as long as it is always the same
_KNOWN_KEY = select(facts.c.value).where(facts.c.name == "key")


@dataclass(frozen=True, slots=True)
class Store:
    """An open database and the secret key that belongs to it.

    Attributes:
        journal: the file beside it in which sending is noted; see `newsletter.campaigns.journal`.
        other_journals: those of the workspace's other databases, such as the one that this is a copy of.
        session: what proves to others that this process is alive, while it works on PostgreSQL beside them.
    """

    engine: Engine
    key: bytes
    journal: Path
    other_journals: tuple[Path, ...] = ()
    session: Session | None = None
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
        or write what is not true any more.
        """
        with self._in_turn(), _explained(), self.engine.execution_options(newsletter_write=True).begin() as connection:
            yield connection

    @contextlib.contextmanager
    def work(self) -> Iterator[Connection]:
        """Give a connection for a step of sending: its changes are all kept, durably, or all undone.

        SQLite has one writer at a time for this, too. On PostgreSQL others take such steps at
        the same moment, and nobody waits for whoever writes to the list. What such a step
        changes, it has to lock before it looks. Should the process hang, the server undoes it.
        """
        if self.is_file:
            with self.write() as connection:
                yield connection
        else:
            with self.read() as connection:
                connection.exec_driver_sql(_unless_silent(f"{LEASE_SECONDS}s"))
                yield connection

    @property
    def is_file(self) -> bool:
        """Whether this is a SQLite database, which one process at a time sends from."""
        return self.engine.dialect.name == "sqlite"

    @property
    def worker(self) -> int:
        """The number that is put on the batches that this process claims; 0 where no other can be at work."""
        return self.session.number if self.session else 0

    def is_at_work(self) -> bool:
        """Whether what this process has claimed is still its own, and will be for a while."""
        return self.session is None or self.session.is_alive()

    @contextlib.contextmanager
    def with_session(self) -> Iterator["Store"]:
        """Give the same store with a session of its own."""
        with contextlib.ExitStack() as stack:
            with _explained():
                session = stack.enter_context(open_session(self.engine))
            yield replace(self, session=session)

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let threads of this process take turns before they ask SQLite.

        It lets those who wait sleep, and whoever wakes up last waits longest; PostgreSQL does not.
        """
        if not self.is_file:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextlib.contextmanager
def open_store(url: str, key_file: Path) -> Iterator[Store]:
    """Open the database at `url`, making it or bringing its schema up to date if need be.

    Raises:
        StoreError: it cannot be opened, is not a database, is newer than this program, is
            lost while its key or journal is still there, or the key in `key_file` is not
            the one that it was made with.
    """
    remains = _remains(url, key_file)  # looked for first: a key is written after the tables of its database
    engine = _make_engine(url)
    try:
        with _explained(where=_where(url), workspace=key_file.parent):
            refuse_lost(url, key_file, remains)
            _make_private(url)
            bring_up_to_date(engine, partial(refuse_empty, url, key_file, remains))
            key = _matching_key(engine, key_file)
        journal = journal_beside(url, key_file)
        others = tuple(path for path in sorted(key_file.parent.glob("*.sent")) if path != journal)
        yield Store(engine, key, journal, others)
    finally:
        engine.dispose()


@contextlib.contextmanager
def open_new(url: str) -> Iterator[Connection]:
    """Give one transaction in a database that holds nothing; it has all tables, and no key yet.

    Raises:
        StoreError: something is in it already, or it cannot be opened. It is left as it was then, as after
            any other error.
    """
    database = database_file(url)
    with _removed_on_failure(database if is_nothing(database) else None):
        engine = _make_engine(url)
        try:
            with _explained(where=_where(url)):
                _make_private(url)
                with engine.begin() as connection:
                    prepare_empty(connection)
                    yield connection
        finally:
            engine.dispose()


@contextlib.contextmanager
def _removed_on_failure(database: Path | None) -> Iterator[None]:
    """Leave no file of a database behind that was not filled."""
    try:
        yield
    except BaseException:
        if database is not None:
            database.unlink(missing_ok=True)
            database.with_name(f"{database.name}-journal").unlink(missing_ok=True)
        raise


def refuse_lost(url: str, key_file: Path, remains: Sequence[Path] | None = None) -> None:
    """Refuse to take a database for a new one while files that belong to it are still there.

    An empty one in its place would not know who has unsubscribed, or what was sent.

    Raises:
        StoreError: the file is missing or empty; the error says how to restore it, and how to start over.
    """
    if is_nothing(database_file(url)):
        refuse_empty(url, key_file, remains)


def _remains(url: str, key_file: Path) -> list[Path]:
    """Return the files that only a used database has beside it."""
    journal = journal_beside(url, key_file)
    return [path for path in (key_file, journal) if path.exists() and (path == key_file or path.stat().st_size)]


def refuse_empty(url: str, key_file: Path, remains: Sequence[Path] | None = None) -> None:
    """Refuse a database in which there is nothing, unless nothing that belongs to a used one is there either.

    Raises:
        StoreError: the key or the journal of a used database is there.
    """
    remains = _remains(url, key_file) if remains is None else remains
    if not remains:
        return
    database = database_file(url)
    state = "missing" if database and not database.exists() else "empty"
    names = " and ".join(path.name for path in remains)
    on_server = "Check [database] url in newsletter.toml. If it is right, restore the database with the server's tools."
    raise StoreError(
        f"the database is {state}, but its {names} {'is' if len(remains) == 1 else 'are'} still here",
        where=_where(url),
        hint=f"{how_to_restore(key_file.parent) if database else on_server}\n"
        f"To start over with an empty list instead, move {names} out of {key_file.parent} first. "
        "Then there is no record of who unsubscribed or what was sent.",
    )


def journal_beside(url: str, key_file: Path) -> Path:
    """Return where the journal lies: beside a SQLite database, or beside the key of a database on a server."""
    database = database_file(url)
    return database.with_name(f"{database.name}.sent") if database else key_file.with_name("newsletter.sent")


def _make_engine(url: str) -> Engine:
    """Make an engine with connections of its own; it knows the statements that earlier ones for `url` have compiled.

    The desk opens the database for each page: without that, two thirds of the time for the list of subscribers
    would go into compiling.
    """
    engine = copy.copy(_first_engine(url))
    engine.dispose(close=False)  # leaves the pool to the first one, and makes its own
    return engine


@lru_cache(maxsize=8)
def _first_engine(url: str) -> Engine:
    """Make the engine for `url` whose copies are used; it never connects."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        try:
            # A connection that the server has dropped meanwhile is replaced before it is used.
            engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=_patience(parsed))
        except ModuleNotFoundError as err:
            raise driver_missing() from err
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(
        parsed,
        poolclass=QueuePool,
        hide_parameters=True,  # an error's text would quote them, and so addresses
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _patience(url: URL) -> dict[str, int]:
    """Return after how long a silent server is given up, as libpq calls it; the address may say otherwise."""
    patience = {"connect_timeout": 15, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4}
    patience |= {"tcp_user_timeout": 40_000}
    return {name: value for name, value in patience.items() if name not in url.query}


def driver_missing() -> StoreError:
    """Return the error for a PostgreSQL address where its driver is not installed."""
    return StoreError(
        "the driver for PostgreSQL is not installed",
        hint='Install it with: pipx install --force "newsletter[postgres]" (or pip install "newsletter[postgres]")',
    )


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Make SQLite durable and strict.

    A rollback journal, not a write-ahead log: SQLite before 3.51.3 can damage a log that
    several connections use (https://sqlite.org/wal.html#walresetbug). The journal is emptied
    to commit, and not deleted: at full synchronisation SQLite waits until the emptying is on
    the disk, but not for a deletion, which a power failure could undo, and a claim with it
    (https://sqlite.org/pragma.html#pragma_synchronous).
    """
    connection.isolation_level = None  # transactions are begun below, not by the driver
    patience = f"busy_timeout = {int(BUSY_SECONDS * 1000)}"
    for pragma in (patience, "foreign_keys = ON", "synchronous = FULL", "journal_mode = TRUNCATE"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("newsletter_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("newsletter_write", False):
        connection.exec_driver_sql(f"{_unless_silent('10min')}, pg_advisory_xact_lock({_WRITERS_TURN})")


def _unless_silent(span: str) -> str:
    """Return what has the server undo a transaction in which nothing was said for so long, and release its locks."""
    return f"SELECT set_config('idle_in_transaction_session_timeout', '{span}', true)"


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
    return checked_key(key_file, expected)


def checked_key(key_file: Path, expected: str) -> bytes:
    """Return the key in `key_file`, if it is the one whose fingerprint the database knows.

    Raises:
        StoreError: it is another one, missing or damaged.
    """
    key = load_key(key_file, create=False)
    if expected != fingerprint(key):
        raise StoreError(
            "this key does not belong to the database next to it",
            where=key_file,
            hint=f"Without its own key, unsubscribed addresses cannot be recognized.\n{how_to_get_the_key(key_file)}",
        )
    return key


def _first_key(engine: Engine, key_file: Path) -> bytes:
    """Make the key of a new database, and let the database remember it; of two who try one does."""
    with engine.execution_options(newsletter_write=True).begin() as connection:
        if connection.scalar(_KNOWN_KEY) is None:
            key = load_key(key_file, create=True)
            connection.execute(insert(facts).values(name="key", value=fingerprint(key)))
            record_computer(connection)
            return key
    return _matching_key(engine, key_file)


@contextlib.contextmanager
def _explained(where: str = "", workspace: Path | None = None) -> Iterator[None]:
    try:
        yield
    except DBAPIError as err:
        raise _in_words(err, where, workspace) from err
    except PoolTimeoutError as err:  # every connection waits for whoever is writing
        raise _busy(where) from err
    except StoreError as err:
        err.where = err.where or where
        raise


def _busy(where: str = "") -> StoreError:
    hint = "Wait for it to end, then try again."
    return StoreError("another newsletter command is writing", where=where or None, hint=hint)


def _in_words(err: DBAPIError, where: str, workspace: Path | None) -> StoreError:
    text = str(err.orig)
    if "locked" in text:
        return _busy(where)
    restore = f"Do not send. {how_to_restore(workspace) if workspace else 'Restore your newest backup.'}"
    known: dict[str, tuple[str, str]] = {
        "not a database": ("this file is not a newsletter database", restore),
        "malformed": ("the database is damaged", restore),
        "no such table": ("part of the database is missing", restore),
        "no such column": ("part of the database is missing", restore),
        "readonly": ("the database is read-only", "Check who owns the file and its folder."),
        "unable to open": ("the database cannot be opened", "Check that its folder exists and is writable."),
        "is full": ("the disk is full", "Free some space and run the command again; nothing was left half-written."),
        "connection": ("the database server does not answer", "Check [database] url and that it runs."),
    }
    for sign, (what, hint) in known.items():
        if sign in text:
            return StoreError(what, where=where or None, hint=hint)
    return StoreError(f"the database refused ({_first_line(err)})", where=where or None)


def _first_line(err: Any) -> str:
    # Only the kind of error: the driver's text can quote a row, and a row holds an address.
    return type(err.orig).__name__
