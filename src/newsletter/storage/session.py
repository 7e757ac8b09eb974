"""A session of PostgreSQL that proves that its process is alive, and the locks that it holds.

Locks of a session end with it: when its process dies, and also when the process stops saying
anything, because it hangs, its computer sleeps or the network is gone. The server decides that,
by its own clock: it ends a session that was idle for too long. So a lock is a lease, with no
table to keep and no two clocks to compare.
"""

import contextlib
import os
import platform
import secrets
import threading
import time
from collections.abc import Iterator
from enum import IntEnum

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from newsletter.errors import StoreError

LEASE_SECONDS = 30
"""After so long without a word from a session, the server ends it."""

_WORD_SECONDS = 8.0  # between two words
_PROMPT = 3.0  # seconds in which an answer says how it is now
_TRIES = 3
_POLL = 0.05
_LARGEST = 2**31 - 1


class Lock(IntEnum):
    """What a lock's number counts; the values keep our locks clear of other programs'."""

    CAMPAIGN = 0x4E455753  # by a campaign's id: shared by those who send it, or held alone by whoever needs it still
    WORKER = 0x4E455754  # by a session's own number, which the batches that it has claimed bear
    DUTY = 0x4E455755  # 0: shared by every `newsletter worker`; 1: held by the one that does the chores


class Session:
    """A connection of its own that says a word now and then; several threads may use it.

    Attributes:
        number: a random one, by which others can tell whether this session is alive.
    """

    def __init__(self, engine: Engine) -> None:
        self._turn = threading.Lock()
        self._lost = False
        self._ends = threading.Event()
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.detach()  # its settings must not get back into the pool
        self._set("application_name", f"newsletter: {this_process()}")
        if (self._connection.dialect.server_version_info or ()) >= (14,):
            self._set("idle_session_timeout", f"{LEASE_SECONDS}s")
        self.number = secrets.randbelow(_LARGEST) + 1
        if not self.lock(Lock.WORKER, self.number):  # the connection broke, or somebody has the very same number
            self.close()
            raise StoreError("the database server does not answer", hint="Try again.")
        self._thread = threading.Thread(target=self._say_words, name="alive", daemon=True)
        self._thread.start()

    def _set(self, name: str, value: str) -> None:
        self._connection.execute(text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value})

    def lock(self, kind: Lock, number: int, *, shared: bool = False, wait: float = 0) -> bool:
        """Take a lock, trying for `wait` seconds at most; return whether this session has it."""
        taking = f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}({kind.value}, {number})"
        until = time.monotonic() + wait
        while not self._says_yes(taking):
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL)
        return True

    def is_alive(self) -> bool:
        """Ask the server whether this session still is; if so, it is for nearly `LEASE_SECONDS` from now on.

        An answer that took long may have been waiting for a process that slept: it is asked for again.
        """
        for _ in range(_TRIES):
            asked = _ticks()
            if not self._says_yes("SELECT true"):
                return False
            if all(now - then < _PROMPT for now, then in zip(_ticks(), asked, strict=True)):
                return True
        return False

    def _says_yes(self, question: str) -> bool:
        with self._turn:
            if self._lost:
                return False
            try:
                return bool(self._connection.exec_driver_sql(question).scalar())
            except DBAPIError:
                self._lost = True  # for good: a new connection would hold none of the locks
                return False

    def _say_words(self) -> None:
        while not self._ends.wait(_WORD_SECONDS) and self.is_alive():
            pass

    def close(self) -> None:
        """End the session, and with it its locks."""
        self._ends.set()
        self._says_yes("SELECT pg_advisory_unlock_all()")  # the server may take a moment to notice the end
        with self._turn, contextlib.suppress(DBAPIError):
            self._lost = True
            self._connection.close()


@contextlib.contextmanager
def open_session(engine: Engine) -> Iterator[Session]:
    """Give a session that lives meanwhile."""
    session = Session(engine)
    try:
        yield session
    finally:
        session.close()


def _ticks() -> tuple[float, float]:
    """Return two clocks in seconds: one stands still while a computer sleeps, and people can set the other one."""
    return time.monotonic(), time.time()


def this_process() -> str:
    """Return what people call this process, as `holders` does; PostgreSQL keeps 63 bytes of it."""
    return f"{platform.node()[:30] or 'a computer without a name'}, process {os.getpid()}"


def is_locked(kind: Lock, number: str) -> str:
    """Return the condition, in SQL of PostgreSQL, that some session holds a lock.

    Args:
        kind: of the lock.
        number: its number, or the column that has it.
    """
    return (
        "EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"  # noqa: S608 - no value
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        f" AND classid = CAST({kind.value} AS oid) AND objid = CAST({number} AS oid))"
    )


def holders(connection: Connection, kind: Lock, number: int) -> list[str]:
    """Return the names of the processes that hold a lock, those first that began first."""
    query = text(
        "SELECT coalesce(a.application_name, '') FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND l.classid = CAST(:kind AS oid) AND l.objid = CAST(:number AS oid) ORDER BY a.backend_start, l.pid"
    )
    names = connection.scalars(query, {"kind": kind.value, "number": number})
    return [name.removeprefix("newsletter: ") or "a process of another database user" for name in names]
