"""The provider's clock, as its answers tell it: the only clock that decides about held mail.

The provider counts the notice that it wants for a cancellation by its own clock. This
computer's clock may be minutes off, and may be set while a campaign is being sent, so it
proves nothing. Every HTTP answer has a `Date`; between two answers the time goes on by
this computer's monotonic clock, which nobody sets.

A monotonic clock may stand still while a laptop sleeps. So `ProviderTime.earliest` always
holds, and `ProviderTime.latest` holds for what happened before the last answer: to judge
whether a cancellation came in time, look at the time after it was confirmed, never before.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

SLACK = 5.0
"""Seconds: a `Date` has whole ones, may be kept for another, and comes from a machine beside the one that sends."""

_OLDEST = 300.0  # seconds; then the provider is asked anew
_EARLIEST, _LATEST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # else it was never set


@dataclass(frozen=True, slots=True)
class ProviderTime:
    """What time it is at the provider: between these two moments."""

    earliest: datetime
    latest: datetime


def read_date(headers: Message) -> datetime | None:
    """Return when an answer was made, by the clock of whoever made it.

    Returns:
        Nothing where that is not certain: there is no `Date`, or two that differ, it is no
        time, or the answer comes from a cache (`Age`) and is of an unknown age.
    """
    told = {str(date).strip() for date in headers.get_all("Date", [])}
    if len(told) != 1 or "Age" in headers:
        return None
    try:
        moment = parsedate_to_datetime(told.pop())
        is_plain = moment.tzinfo is not None and _EARLIEST <= moment < _LATEST
    except (ValueError, OverflowError, IndexError, TypeError):  # the parser knows all of them
        return None
    return moment if is_plain else None


class ProviderClock:
    """Measures the provider's clock at each answer; several threads may use it at a time."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet.

        Args:
            tick: seconds that only go forward.
        """
        self.tick = tick
        self._lock = threading.Lock()
        self._least = float("-inf")  # what the provider's clock is ahead of `tick`, at least and at most
        self._most = float("inf")
        self._heard = float("-inf")

    def hear(self, headers: Message, asked: float) -> None:
        """Measure, by an answer that has just come to a question that was asked at the tick `asked`.

        An answer that does not tell its time makes the time unknown, and so does one that
        tells an earlier time than it can be by now.
        """
        answered, date = self.tick(), read_date(headers)
        with self._lock:
            self._heard = float("-inf")
            if date is None or date.timestamp() + SLACK - asked < self._least:
                return
            self._least = max(self._least, date.timestamp() - SLACK - answered)
            self._most, self._heard = date.timestamp() + SLACK - asked, answered

    def now(self) -> ProviderTime | None:
        """Return what time it is; nothing if that is unknown, or was measured too long ago."""
        with self._lock:
            tick = self.tick()
            if tick - self._heard > _OLDEST:
                return None
            return ProviderTime(_moment(tick + self._least), _moment(tick + self._most))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
