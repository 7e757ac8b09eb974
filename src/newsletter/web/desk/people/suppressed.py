"""Who must not be mailed: how many and why; and whether one address is among them."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import AddressError
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.people import find_person
from newsletter.subscribers.suppression import by_reason, find_suppression, suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.web.desk.people import words
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.room import Room


class Suppressed:
    """Answers questions about the list of suppressed addresses, which names nobody."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        change = self._room.change
        return [
            Route("/people/suppressed", self.show),
            change("/people/suppressed", self.ask),
            change("/people/suppressed/add", self.add),
        ]

    def show(self, request: Request) -> Response:
        """Show how many addresses there are, by reason."""
        return self._page(request, {})

    def ask(self, request: Request, form: FormData) -> Response:
        """Say whether an address is among them; it is asked in a form, so that it is in no page's address."""
        email = text(form, "email")
        try:
            check_address(email)
        except AddressError as err:
            return self._page(request, {"asked": email, "mistake_in_address": str(err)}, status=422)
        with self._room.store() as store, store.read() as connection:
            found = find_suppression(connection, store.key, email)
            return self._page(request, {"asked": email, "found": found, "person": find_person(connection, email)})

    def add(self, _request: Request, form: FormData) -> Response:
        """Note that an address must never be mailed, of which nothing else is known."""
        address = check_address(text(form, "email")).email
        with self._room.store() as store, store.write() as connection:
            changed = suppress(connection, store.key, address, Reason.UNSUBSCRIBED)
        said = "Noted: this address is never mailed, and no import adds it." if changed else "This was noted already."
        return self._room.pages.go_on("/people/suppressed", said)

    def _page(self, request: Request, answer: dict[str, object], status: int = 200) -> Response:
        with self._room.store() as store, store.read() as connection:
            counts = by_reason(connection)
        values = {
            "as_of": self._room.changes.count,
            "counts": counts,
            "words": words,
            "zone": self._room.workspace.settings.clinic.timezone,
            "asked": "",
            "found": None,
            "person": None,
            "mistake_in_address": "",
            **answer,
        }
        return self._room.pages.page(request, "people/suppressed.html", values, status=status)
