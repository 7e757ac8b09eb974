"""One person: everything that is known."""

from datetime import UTC, datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newsletter.campaigns.report import received
from newsletter.errors import SubscriberError
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.consent import consent_record, history
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.suppression import find_suppression
from newsletter.web.desk.people import words
from newsletter.web.desk.people.census import Census
from newsletter.web.desk.room import Room

_LARGEST_ID = 2**63 - 1


class Persons:
    """Answers requests to look at one person, whom an address names by their number and nothing else."""

    def __init__(self, room: Room, census: Census) -> None:
        self._room = room
        self._census = census

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/people/{number:int}", self.person),
            Route("/people/{number:int}/forget", self.forget),
            Route("/people/{number:int}/evidence", self.evidence),
        ]

    def person(self, request: Request) -> Response:
        """Show everything that is known of a person."""
        as_of = self._room.changes.count
        with self._room.store() as store, store.read() as connection:
            person = asked_for(request, connection)
            if person is None:
                return self._missing(request)
            values = {
                "as_of": as_of,
                "person": person,
                "mailable": not person.status.is_suppressed,
                "history": history(connection, person.id)[::-1],
                "mails": received(connection, email_key(person.email)),
                "suppression": find_suppression(connection, store.key, person.email),
                "all_tags": self._census.take(self._room.workspace, connection).tags,
                "words": words,
                "zone": self._room.workspace.settings.clinic.timezone,
            }
        return self._room.pages.page(request, "people/person.html", values)

    def forget(self, request: Request) -> Response:
        """Say what erasing this person means, and ask for a yes that nobody types by chance."""
        with self._room.store() as store, store.read() as connection:
            person = asked_for(request, connection)
            if person is None:
                return self._missing(request)
            mails = len(received(connection, email_key(person.email)))
            entries = len(history(connection, person.id))
        uses_sendgrid = self._room.workspace.settings.delivery.transport == "sendgrid"
        values = {"as_of": self._room.changes.count, "person": person, "words": words, "entries": entries}
        return self._room.pages.page(
            request, "people/forget.html", {**values, "mails": mails, "uses_sendgrid": uses_sendgrid}
        )

    def evidence(self, request: Request) -> Response:
        """Hand over the evidence of consent, as `newsletter subscribers audit` prints it."""
        with self._room.store() as store, store.read() as connection:
            person = asked_for(request, connection)
            if person is None:
                return self._missing(request)
            entries = history(connection, person.id)
        clinic = self._room.workspace.settings.clinic
        keeper = f"{clinic.name}, {clinic.postal_address}"
        text = consent_record(person, entries, clinic=keeper, printed=datetime.now(tz=UTC), zone=clinic.timezone)
        name = f"record-of-consent-{person.id}.txt"
        return PlainTextResponse(text + "\n", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def _missing(self, request: Request) -> Response:
        return self._room.pages.missing(request, "There is nobody with this number on the list.")


def asked_for(request: Request, connection: Connection) -> Subscriber | None:
    """Return the person whom an address names."""
    number: int = request.path_params["number"]
    return subscriber_by_id(connection, number) if number <= _LARGEST_ID else None


def known(request: Request, connection: Connection) -> Subscriber:
    """Return the person whom an address names, to change something about them.

    Raises:
        SubscriberError: they were erased since the page was opened.
    """
    person = asked_for(request, connection)
    if person is None:
        raise SubscriberError("this person is no longer on the list", hint="Look for them in the list of people.")
    return person
