"""The people whose names try a mail the hardest."""

from sqlalchemy import Connection

from newsletter.storage import Store
from newsletter.subscribers.listing import emptiest_name, has_readers, longest_name
from newsletter.subscribers.records import Profile, add_subscriber


def add(connection: Connection, store: Store, number: int, first: str, last: str, *, pending: bool = False) -> None:
    profile = Profile(first_name=first, last_name=last)
    add_subscriber(connection, store.key, f"reader{number}@example.org", profile, wording="Yes", pending=pending)


def test_the_longest_and_the_emptiest_are_found(store: Store) -> None:
    """Among those who get the mail, the whole name counts; of equals, the first who joined."""
    with store.write() as connection:
        add(connection, store, 1, "Ana", "Lima")
        add(connection, store, 2, "Maximiliana", "Featherstonehaugh")
        add(connection, store, 3, "Bo", "")
        add(connection, store, 4, "", "Ek")
        add(connection, store, 5, "", "", pending=True)
        longest, emptiest = longest_name(connection), emptiest_name(connection)

    assert longest
    assert emptiest
    assert (longest.first_name, emptiest.first_name) == ("Maximiliana", "Bo")


def test_an_empty_list_has_neither(store: Store) -> None:
    """Where nobody is on the list, nobody is made up; who has not confirmed is no reader yet."""
    with store.write() as connection:
        add(connection, store, 1, "Ana", "Lima", pending=True)
        assert not has_readers(connection)
        assert longest_name(connection) is None
        assert emptiest_name(connection) is None
