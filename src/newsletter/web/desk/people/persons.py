"""One person: everything that is known, and what can be done."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.received import received
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import history
from newsletter.subscribers.people import person_by_id
from newsletter.subscribers.suppression import find_suppression
from newsletter.web.desk.people import words
from newsletter.web.desk.room import Room

_LARGEST_ID = 2**63 - 1


class Persons:
    """Answers requests about one person, whom an address names by their number and nothing else."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/people/{number:int}", self.person)]

    def person(self, request: Request) -> Response:
        """Show everything that is known of a person."""
        as_of = self._room.changes.count
        number: int = request.path_params["number"]
        with self._room.store() as store, store.read() as connection:
            person = person_by_id(connection, number) if number <= _LARGEST_ID else None
            if person is None:
                return self._room.pages.missing(request, "There is nobody with this number on the list.")
            values = {
                "as_of": as_of,
                "person": person,
                "history": history(connection, person.id)[::-1],
                "mails": received(connection, email_key(person.email)),
                "suppression": find_suppression(connection, store.key, person.email),
                "words": words,
                "zone": self._room.workspace.settings.clinic.timezone,
            }
        return self._room.pages.page(request, "people/person.html", values)
