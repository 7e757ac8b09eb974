"""Python's search for garbage, kept away from a loop that makes ten thousand objects a second and no garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000  # between two searches; a large batch makes some ten thousand


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Search every dozen batches, not several times in each, and only among what is new.

    A batch is lists and dictionaries, of which all are needed until it has been sent:
    looking through them again and again took a fifth of a campaign's time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
