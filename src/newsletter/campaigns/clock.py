"""The time, as campaigns see it: one value to pass, so that tests can let hours go by.

It is this computer's clock, which may be wrong: `newsletter.campaigns.holds` goes by the
provider's, and held mail's times are shown by that, too: somebody may set this one right
meanwhile. By how much they differed is kept, to tell what is still held.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from newsletter.storage.people import facts, set_fact


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time and waits.

    Attributes:
        now: the present moment, in UTC.
        sleep: waits for so many seconds.
    """

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()

CLOCKS_APART = timedelta(days=1)
"""By which this computer's clock is taken to be off where the provider does not tell its time, to be careful."""

_AHEAD = "seconds by which the provider's clock was ahead"
_EQUAL = timedelta(seconds=10)  # nobody sees the difference


def note_provider_ahead(connection: Connection, ahead: timedelta) -> None:
    """Keep by how much the provider's clock is ahead of this computer's."""
    seconds = 0 if abs(ahead) < _EQUAL else round(ahead.total_seconds())
    set_fact(connection, _AHEAD, str(seconds))


def provider_ahead(connection: Connection) -> timedelta:
    """Return by how much it was ahead when that was last measured: good to show what stands, never to decide by."""
    return timedelta(seconds=int(connection.scalar(select(facts.c.value).where(facts.c.name == _AHEAD)) or 0))


def surely_past(now: datetime, ahead: timedelta) -> datetime:
    """Return a moment that is over at the provider, whether or not this computer's clock was set right since.

    Args:
        now: what this computer's clock shows.
        ahead: by how much the provider's was ahead when that was last measured.
    """
    return now + min(ahead, timedelta(0))
