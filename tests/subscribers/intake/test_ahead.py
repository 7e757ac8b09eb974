"""Reading ahead is as good as reading."""

import itertools
import threading
from collections.abc import Iterator

import pytest

from newsletter.errors import SourceError
from newsletter.subscribers.intake.ahead import read_ahead


def test_everything_comes_in_order() -> None:
    """No item is lost, doubled or moved."""
    with read_ahead(iter(range(1_000))) as items:
        assert list(items) == list(range(1_000))


def test_failure_comes_where_the_item_was() -> None:
    """What was read before a mistake in the file is still given."""

    def broken() -> Iterator[int]:
        yield 1
        raise SourceError("this row cannot be read")

    with read_ahead(broken()) as items:
        assert next(items) == 1
        with pytest.raises(SourceError, match="cannot be read"):
            next(items)


def test_reader_stops_with_the_one_who_reads() -> None:
    """Leaving early leaves no thread behind, though there is no end to what could be read."""
    with read_ahead(itertools.count()) as items:
        assert next(items) == 0
    assert "read-ahead" not in {thread.name for thread in threading.enumerate()}
