"""Being ended from outside, while a list comes in."""

import contextlib
import signal
import threading
from collections.abc import Iterator

_POLITE = ("SIGTERM", "SIGHUP", "SIGBREAK")  # a shutdown, a closed terminal, Windows' own


def polite_signals() -> list[signal.Signals]:
    """Return the signals, of those that this system has, by which a program is asked to end."""
    return [signal.Signals[name] for name in _POLITE if name in signal.Signals.__members__]


@contextlib.contextmanager
def like_ctrl_c() -> Iterator[None]:
    """Let being asked to end do the same as Ctrl-C; only the main thread may listen to signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.default_int_handler) for number in polite_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
