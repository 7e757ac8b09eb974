"""Memory while a long list goes through."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the garbage collector look less often: rows make no cycles, and it would look at all of them."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
