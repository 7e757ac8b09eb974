"""The thread that completes requests after the pages have answered."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from newsletter.errors import NewsletterError

_AGAIN_SECONDS = 60.0
_LATEST_SECONDS = 3600.0  # reminders become due by themselves
_DAY = timedelta(days=1)


class RequestWorker:
    """Runs `complete` whenever it is woken, and again a little later if something had to wait.

    Args:
        complete: completes what is open; it says how much has to wait.
        tidy: what is done at the start and once a day.
    """

    def __init__(self, complete: Callable[[], int], tidy: Callable[[], object]) -> None:
        self._complete, self._tidy = complete, tidy
        self._work, self._ends = threading.Event(), False
        self._tidied: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="requests")

    def wake(self) -> None:
        """Say that there is something to complete."""
        self._work.set()

    def start(self) -> None:
        """Begin; what was left over from the last time comes first."""
        self._work.set()
        self._thread.start()

    def close(self) -> None:
        """End once everything that was asked for so far has been tried."""
        self._ends = True
        self._work.set()
        self._thread.join()

    def _run(self) -> None:
        waits = False
        while True:
            ends = self._ends
            self._work.clear()
            waits = self._once()
            if ends:
                return
            self._work.wait(_AGAIN_SECONDS if waits else _LATEST_SECONDS)

    def _once(self) -> bool:
        """Do what there is to do; return whether something has to wait."""
        try:
            now = datetime.now(tz=UTC)
            if self._tidied is None or now - self._tidied >= _DAY:
                self._tidy()
                self._tidied = now
            return self._complete() > 0
        except NewsletterError as err:
            print(f"A request has to wait: {err.what}", file=sys.stderr)  # noqa: T201 - the server's log
            return True
        except Exception as err:  # noqa: BLE001 - the thread must live; an error's own words may quote an address
            print(f"A request has to wait: {type(err).__name__}", file=sys.stderr)  # noqa: T201
            return True


@contextlib.contextmanager
def running_worker(complete: Callable[[], int], tidy: Callable[[], object]) -> Iterator[RequestWorker]:
    """Give a worker that runs meanwhile."""
    worker = RequestWorker(complete, tidy)
    worker.start()
    try:
        yield worker
    finally:
        worker.close()
