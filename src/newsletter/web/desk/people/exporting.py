"""The list, or those who are looked for, as a file to take along."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from newsletter.subscribers import listing
from newsletter.subscribers.export import write_csv
from newsletter.web.desk.people import words
from newsletter.web.desk.people.filters import ListFilter, Searches
from newsletter.web.desk.room import Room

_BLOCK = 64 * 1024


class Exporting:
    """Answers requests to take the list along."""

    def __init__(self, room: Room, searches: Searches) -> None:
        self._room = room
        self._searches = searches

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/people/export", self.ask), Route("/people/export/people.csv", self.download)]

    def ask(self, request: Request) -> Response:
        """Say what the file will hold, and how to treat it."""
        filters = ListFilter.read(request.query_params, self._searches).known()
        with self._room.store() as store, store.read() as connection:
            number = listing.count(connection, filters.query)
        values = {"as_of": self._room.changes.count, "filters": filters, "number": number, "words": words}
        return self._room.pages.page(request, "people/export.html", values)

    def download(self, request: Request) -> Response:
        """Hand over the file.

        It is written first, to a file without a name: handing over takes as long as it
        takes, and the database could not be written to meanwhile.
        """
        filters = ListFilter.read(request.query_params, self._searches).known()
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was handed over
        try:
            with self._room.store() as store, store.read() as connection:
                write_csv(listing.people(connection, filters.query), file)
        except BaseException:
            file.close()
            raise
        today = datetime.now(tz=UTC).astimezone(self._room.workspace.settings.clinic.timezone)
        name = f"people-{today:%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(file.tell())}
        return StreamingResponse(_blocks(file), media_type="text/csv; charset=utf-8", headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block
