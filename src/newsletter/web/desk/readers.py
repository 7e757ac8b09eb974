"""Whose mail is shown: somebody made up, or anybody on the list, by name and never by address."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, make_url
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import StoreError
from newsletter.formatting import say_day
from newsletter.message import Recipient
from newsletter.subscribers.listing import Query, count, emptiest_name, has_readers, longest_name, people
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.vocabulary import Status
from newsletter.web.desk.look import Look, Reader
from newsletter.web.desk.room import Room

_MADE_UP = {
    Reader.UNKNOWN: ("", ""),
    Reader.NAMED: ("Maria", "Lindqvist"),
    Reader.LONG: ("Wolfeschlegelsteinhausen", "Featherstonehaugh-Cholmondeley"),
}
_SHOWN = 20
_LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """The reader whose mail is shown.

    Attributes:
        name: of somebody on the list; empty for the made-up ones.
    """

    recipient: Recipient
    name: str = ""


class Readers:
    """Finds readers on the list. Of the people there, the desk's mail learns their names alone."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        path = "/issues/{slug}/readers"
        return [Route(path, self.ask), self._room.change(path, self.find)]

    def shown(self, look: Look) -> Shown:
        """Return the reader that a look asks for; who is not there is a reader of unknown name."""
        names = _MADE_UP.get(look.reader)  # type: ignore[call-overload]  # a StrEnum is a str
        if names is not None:
            return Shown(_recipient(*names))
        person = self._person(look.reader)
        if person is None:
            return Shown(_recipient("", ""))
        return Shown(_recipient(person.first_name, person.last_name), named(person))

    def there_are_some(self) -> bool:
        """Whether anybody is on the list; where there is no database, looking makes none."""
        with self._list() as connection:
            return connection is not None and has_readers(connection)

    def ask(self, request: Request) -> Response:
        """Show the field in which a reader is looked for."""
        return self._page(request, "", [], 0)

    def find(self, request: Request, form: FormData) -> Response:
        """Show who answers to what was typed. It travels in the form, so that no address is in the page's."""
        typed = str(form.get("find", ""))[:_LONGEST_SEARCH].strip()
        found, total = self._search(typed) if typed else ([], 0)
        return self._page(request, typed, found, total)

    def _search(self, typed: str) -> tuple[list[Subscriber], int]:
        wanted = Query(search=typed, statuses=(Status.SUBSCRIBED,))
        with self._list() as connection:
            if connection is None:
                return [], 0
            return list(people(connection, wanted, order="name", limit=_SHOWN)), count(connection, wanted)

    def _page(self, request: Request, typed: str, found: list[Subscriber], total: int) -> Response:
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._room.pages.missing(request, f"There is no issue named “{slug}” here.")
        values = {
            "slug": slug,
            "look": Look.from_query(request.query_params),
            "typed": typed,
            "found": [(person.id, named(person)) for person in found],
            "more": total - len(found),
            "there_are_readers": self.there_are_some(),
        }
        return self._room.pages.page(request, "readers.html", values)

    def _person(self, reader: str) -> Subscriber | None:
        with self._list() as connection:
            return _look_up(connection, reader) if connection is not None else None

    @contextlib.contextmanager
    def _list(self) -> Iterator[Connection | None]:
        """Open the list, if there is one that can be read; its trouble is told where the ledger is asked."""
        url = make_url(self._room.workspace.database_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            yield None
            return
        with contextlib.ExitStack() as opened:
            try:
                connection = opened.enter_context(opened.enter_context(self._room.store()).read())
            except StoreError:
                connection = None
            yield connection


def named(person: Subscriber) -> str:
    """Return what a person is called on the desk: the name, or since when they are on the list."""
    name = f"{person.first_name} {person.last_name}".strip()
    return name or f"No name, joined {say_day(person.created_at)}"


def _look_up(connection: Connection, reader: str) -> Subscriber | None:
    if reader == Reader.LONGEST:
        return longest_name(connection)
    if reader == Reader.EMPTIEST:
        return emptiest_name(connection)
    person = subscriber_by_id(connection, int(reader))
    return person if person and person.status is Status.SUBSCRIBED else None


def _recipient(first: str, last: str) -> Recipient:
    # example.org is kept for examples (RFC 2606): address and link lead nowhere.
    link = "https://example.org/each-reader-has-their-own-link"
    return Recipient(ref="preview", email="reader@example.org", first_name=first, last_name=last, unsubscribe_url=link)
