"""Importing what a test writes down, and looking at who is on the list then."""

from collections.abc import Iterable
from pathlib import Path

from newsletter.storage import Store
from newsletter.subscribers.consent import Consent, history
from newsletter.subscribers.export import write_csv
from newsletter.subscribers.importer import ImportOptions, Report, import_list, open_list
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.records import Subscriber, get_subscriber

WORDS = "Yes, send me the newsletter."


def bring_in(
    store: Store,
    path: Path,
    text: str | bytes | None = None,
    *,
    columns: dict[str, str] | None = None,
    as_: str = "",
    **options: object,
) -> Report:
    """Write `text` to `path` and import it."""
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_list(store, *open_list(path, columns, everybody=as_), ImportOptions(**{"wording": WORDS, **options}))  # type: ignore[arg-type]


def everybody(store: Store) -> list[Subscriber]:
    with store.read() as connection:
        return list(people(connection, Query()))


def emails(store: Store) -> list[str]:
    return [one.email for one in everybody(store)]


def statuses(store: Store) -> dict[str, str]:
    return {one.email: one.status.value for one in everybody(store)}


def story(store: Store, email: str) -> list[Consent]:
    with store.read() as connection:
        return list(history(connection, get_subscriber(connection, email).id))


def save_csv(people: Iterable[Subscriber], path: Path) -> None:
    """Write people to a file as an export does."""
    with path.open("wb") as out:
        write_csv(people, out)
