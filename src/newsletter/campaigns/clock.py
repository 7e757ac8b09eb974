"""The time, as campaigns see it: one value to pass, so that tests can let hours go by."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


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
