"""One sender at a time for each campaign, by a lock that the system releases after a crash."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, select, text

from newsletter.campaigns.model import Campaign
from newsletter.campaigns.records import read_campaign
from newsletter.errors import BusyError, StoreError
from newsletter.files import PRIVATE
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns

_POLL = 0.05
_NAMESPACE = 0x4E455753  # keeps our advisory locks clear of other programs'


@contextlib.contextmanager
def sole_sender(store: Store, campaign: Campaign, *, wait: float = 0) -> Iterator[None]:
    """Hold the campaign's lock; try for `wait` seconds at most.

    SQLite has a file beside it, locked by the operating system; PostgreSQL has advisory
    locks. Both let go when the process that holds them dies, however it dies.

    Raises:
        BusyError: another process is sending this campaign.
    """
    locked = _file_lock if store.engine.dialect.name == "sqlite" else _advisory_lock
    with locked(store, campaign, wait):
        yield


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
    try:
        with sole_sender(store, campaign):
            return False
    except BusyError:
        return True


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
def _advisory_lock(store: Store, campaign: Campaign, wait: float) -> Iterator[None]:
    names = {"space": _NAMESPACE, "id": campaign.id}
    until = time.monotonic() + wait
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:space, :id)"), names):
            if time.monotonic() >= until:
                raise _taken(campaign)
            time.sleep(_POLL)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:space, :id)"), names)


def _taken(campaign: Campaign) -> BusyError:
    return BusyError(
        f"another process is sending {campaign.slug} right now",
        hint="Wait for it. To see its progress",
        command=f"newsletter status {campaign.slug}",
    )
