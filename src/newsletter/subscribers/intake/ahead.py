"""Reading ahead: the next rows are read while the database takes the last ones."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")
_DEPTH = 3
_PATIENCE = 0.05  # seconds between two looks at whether anybody still waits


@contextlib.contextmanager
def read_ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Give `items`, fetched by a thread that is at most a few ahead.

    It pays because SQLite works without the interpreter's lock: both processors of a
    laptop are busy. A failure while fetching is raised where the item was expected.
    """
    fetched: queue.Queue[T | BaseException | None] = queue.Queue(_DEPTH)
    stopped = threading.Event()

    def put(item: T | BaseException | None) -> None:
        while not stopped.is_set():
            with contextlib.suppress(queue.Full):
                fetched.put(item, timeout=_PATIENCE)
                return

    def fetch() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
            put(None)
        except BaseException as err:  # noqa: BLE001 - carried over to the thread that waits for it
            put(err)

    thread = threading.Thread(target=fetch, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield _given(fetched)
    finally:
        stopped.set()
        thread.join()


def _given(fetched: "queue.Queue[T | BaseException | None]") -> Iterator[T]:
    while (item := fetched.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item
