"""Ctrl-C while sending: the first one lets what is under way come to its end."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def noticed(asked: threading.Event | None = None) -> Iterator[threading.Event]:
    """Give an event that is set by the first Ctrl-C (or a polite request to end); it may be one of the caller's own.

    A batch can then still be closed with what is known of it. The second one interrupts
    at once, as ever; what was under way is settled by the next `resume`. Only the main
    thread may listen to signals; elsewhere only the caller can set the event.
    """
    asked = asked or threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
