"""Who must not be mailed: how many and why; and whether one address is among them."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.errors import AddressError
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.people import find_person
from newsletter.subscribers.suppression import by_reason, find_suppression, suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.web.desk.people import words
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.room import Room, Views

views = Views()


@views.get("/people/suppressed")
def show(room: Room, request: Request) -> Response:
    """Show how many addresses there are, by reason."""
    return _page(room, request, {})


@views.change("/people/suppressed")
def ask(room: Room, request: Request, form: FormData) -> Response:
    """Say whether an address is among them; it is asked in a form, so that it is in no page's address."""
    email = text(form, "email")
    try:
        check_address(email)
    except AddressError as err:
        return _page(room, request, {"asked": email, "mistake_in_address": str(err)}, status=422)
    with room.store() as store, store.read() as connection:
        found = find_suppression(connection, store.key, email)
        return _page(room, request, {"asked": email, "found": found, "person": find_person(connection, email)})


@views.change("/people/suppressed/add")
def add(room: Room, _request: Request, form: FormData) -> Response:
    """Note that an address must never be mailed, of which nothing else is known."""
    address = check_address(text(form, "email")).email
    with room.store() as store, store.write() as connection:
        changed = suppress(connection, store.key, address, Reason.UNSUBSCRIBED)
    said = "Noted: this address is never mailed, and no import adds it." if changed else "This was noted already."
    return room.pages.go_on("/people/suppressed", said)


def _page(room: Room, request: Request, answer: dict[str, object], status: int = 200) -> Response:
    with room.store() as store, store.read() as connection:
        counts = by_reason(connection)
    values = {
        "as_of": room.changes.count,
        "counts": counts,
        "words": words,
        "zone": room.workspace.settings.clinic.timezone,
        "asked": "",
        "found": None,
        "person": None,
        "mistake_in_address": "",
        **answer,
    }
    return room.pages.page(request, "people/suppressed.html", values, status=status)
