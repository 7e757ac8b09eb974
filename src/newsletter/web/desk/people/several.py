"""Unsubscribing several people at once, or marking them as bounced; and undoing it."""

from collections.abc import Iterable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import SubscriberError
from newsletter.formatting import counted
from newsletter.services.people import suppress_people, undo_suppressing
from newsletter.subscribers.people import person_by_id
from newsletter.subscribers.vocabulary import Reason
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.people import words
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.room import Room

_MOST = 500
_DIGITS = 18


class Several:
    """Answers requests about the people who are ticked in the list."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/people/several", self.ask),
            self._room.change("/people/several", self.suppress),
            self._room.change("/people/several/undo", self.undo),
        ]

    def ask(self, request: Request) -> Response:
        """Show who is ticked, so that some can be left out, and ask."""
        ids = _ids(request.query_params.getlist("person"))
        with self._room.store() as store, store.read() as connection:
            people = [person for one in ids if (person := person_by_id(connection, one))]
        values = {"as_of": self._room.changes.count, "people": people, "words": words}
        return self._room.pages.page(request, "people/several.html", values)

    def suppress(self, _request: Request, form: FormData) -> Response:
        """Unsubscribe whoever stayed ticked, or mark them as bounced."""
        ids = _ids(one for one in form.getlist("person") if isinstance(one, str))
        if not ids:
            raise SubscriberError("nobody is ticked", hint="Tick whom you mean. Nothing was changed.")
        bounced = text(form, "what") == "bounced"
        reason = Reason.BOUNCED if bounced else Reason.UNSUBSCRIBED
        with self._room.store() as store:
            done = suppress_people(self._room.workspace, store, ids, reason, note=text(form, "reason"))
        number = len(done.people)
        is_are = "is" if number == 1 else "are"
        said = f"{counted(number, 'person', 'people')} {is_are} {'marked as bounced' if bounced else 'unsubscribed'}."
        if done.unchanged:
            said += f" {done.unchanged:,} already got nothing; nothing was changed there."
        undo = Undo("/people/several/undo", {"people": ",".join(str(one.id) for one in done.people)})
        return self._room.pages.go_on("/people", f"{said} {done.withdrawn.in_words}".strip(), undo if number else None)

    def undo(self, _request: Request, form: FormData) -> Response:
        """Undo it for everybody for whom it still can be undone."""
        ids = _ids(str(form.get("people", "")).split(","))
        with self._room.store() as store:
            done = undo_suppressing(self._room.workspace, store, ids)
        number = len(done.people)
        said = f"Undone: {counted(number, 'person is', 'people are')} on the list as before."
        if number < len(ids):
            said += f" For {len(ids) - number:,} it can no longer be undone."
        return self._room.pages.go_on("/people", said + words.still_suppressed(done.readmission_failure))


def _ids(texts: Iterable[str]) -> list[int]:
    given = (one for one in texts if one.isdecimal() and one.isascii() and len(one) <= _DIGITS)
    return list(dict.fromkeys(map(int, given)))[:_MOST]
