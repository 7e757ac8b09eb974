"""Who may work on a campaign at the same time, by locks that a crash releases.

SQLite has a file beside it, locked by the operating system: one process at a time. PostgreSQL
has locks of sessions (`newsletter.storage.session`): those who send a campaign share its lock,
and whoever needs it to keep still has it alone.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, Connection, select, text, true

from newsletter.campaigns.model import Campaign
from newsletter.campaigns.records import read_campaign
from newsletter.errors import BusyError, StoreError
from newsletter.files import PRIVATE
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns
from newsletter.storage.session import Lock, holders, is_locked

_POLL = 0.05
_A_MOMENT = 1.0  # seconds; whoever wants a campaign to keep still lets go of it soon


@contextlib.contextmanager
def sole_sender(store: Store, campaign: Campaign, *, wait: float = 0) -> Iterator[Store]:
    """Have the campaign alone, or try for `wait` seconds at most; give the store to use.

    Raises:
        BusyError: another process is sending this campaign.
    """
    if store.is_file:
        with _file_lock(store, campaign, wait):
            yield store
    else:
        with _session_lock(store, campaign, wait, shared=False) as its_own:
            yield its_own


@contextlib.contextmanager
def at_work(store: Store, campaign: Campaign) -> Iterator[Store]:
    """Send a campaign: on SQLite alone, on PostgreSQL beside others that do; give the store to use.

    Raises:
        BusyError: another process is sending it, or on PostgreSQL has it alone.
    """
    if store.is_file:
        with _file_lock(store, campaign, 0):
            yield store
    else:
        with _session_lock(store, campaign, _A_MOMENT, shared=True) as its_own:
            yield its_own


@contextlib.contextmanager
def hold_still(store: Store, *which: ColumnElement[bool]) -> Iterator[None]:
    """Keep all campaigns, or those that meet the conditions, from being sent meanwhile.

    Raises:
        BusyError: one of them is being sent.
    """
    with store.read() as connection:
        rows = connection.execute(select(campaigns).where(*which).order_by(campaigns.c.id)).all()
    with contextlib.ExitStack() as stack:
        for row in rows:
            with contextlib.suppress(StoreError):  # damaged: nobody can send it
                stack.enter_context(sole_sender(store, read_campaign(row)))
        yield


def is_being_sent(store: Store, campaign: Campaign) -> bool:
    """Whether some process is at work on the campaign at this moment."""
    if not store.is_file:
        return bool(who_works_on(store, campaign))
    try:
        with sole_sender(store, campaign):
            return False
    except BusyError:
        return True


def who_works_on(store: Store, campaign: Campaign) -> list[str]:
    """Return the names of the processes that work on a campaign; a file does not tell whose they are."""
    return _holders(store, Lock.CAMPAIGN, campaign.id)


def workers(store: Store) -> list[str]:
    """Return the names of the workers of this database, busy or not."""
    return _holders(store, Lock.DUTY, 0)


def _holders(store: Store, kind: Lock, number: int) -> list[str]:
    if store.is_file:
        return []
    with store.read() as connection:
        return holders(connection, kind, number)


def has_no_worker(connection: Connection) -> ColumnElement[bool]:
    """Return the rule for batches of which no living process sees to the answer any more.

    On SQLite the caller has the campaign's lock, so that is every batch.
    """
    if connection.dialect.name == "sqlite":
        return true()
    return text(f"NOT {is_locked(Lock.WORKER, 'batches.worker')}")  # type: ignore[return-value] # it is a condition


@contextlib.contextmanager
def _file_lock(store: Store, campaign: Campaign, wait: float) -> Iterator[None]:
    database = Path(store.engine.url.database or "newsletter.db")
    lock = FileLock(database.with_name(f"{database.name}.sending-{campaign.id}"), timeout=wait, mode=PRIVATE)
    try:
        lock.acquire(poll_interval=_POLL)
    except Timeout as err:
        raise _taken(campaign) from err
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _session_lock(store: Store, campaign: Campaign, wait: float, *, shared: bool) -> Iterator[Store]:
    with store.with_session() as its_own:
        if its_own.session is None or not its_own.session.lock(Lock.CAMPAIGN, campaign.id, shared=shared, wait=wait):
            raise _taken(campaign)
        yield its_own


def _taken(campaign: Campaign) -> BusyError:
    return BusyError(
        f"another process is sending {campaign.slug} right now",
        hint="Wait for it. To see its progress",
        command=f"newsletter status {campaign.slug}",
    )
