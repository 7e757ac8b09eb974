"""A desk with some people on the list, and somebody at it who posts forms as its pages do."""

from collections.abc import Iterator

import pytest

from newsletter.storage import Store, open_store
from newsletter.subscribers.records import Profile, Subscriber, add_subscriber, get_subscriber
from newsletter.workspace import Workspace

WORDS = "Yes, send me the newsletter."


@pytest.fixture
def people_store(desk_workspace: Workspace) -> Iterator[Store]:
    """The desk's database, to look into."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        yield store


def add(
    store: Store, email: str, first: str = "", last: str = "", *, pending: bool = False, tags: str = ""
) -> Subscriber:
    """Put somebody on the list."""
    profile = Profile(first_name=first, last_name=last, tags=tags.split())
    with store.write() as connection:
        return add_subscriber(connection, store.key, email, profile, wording=WORDS, pending=pending)


def known(store: Store, email: str) -> Subscriber:
    """Return somebody as they are now."""
    with store.read() as connection:
        return get_subscriber(connection, email)
