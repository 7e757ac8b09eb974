"""Unsubscribing: a page to look at, and the one click of RFC 8058.

A GET never changes anything, because mail scanners follow every link before a reader
does. A POST takes effect at once, needs neither cookie nor login, and is answered
without a redirect, as RFC 8058 (section 3.1) asks. No address stands in any link or page.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.clock import Clock
from newsletter.errors import StoreError
from newsletter.services.consent import ask_for_preferences, leave, say_why, undo_leave
from newsletter.storage import Store
from newsletter.subscribers.records import subscriber_by_id
from newsletter.subscribers.tokens import read_token
from newsletter.web.public.pages import Form, Pages, field, token_of, with_form

REASONS = {
    "often": "too many mails",
    "interest": "not what they hoped for",
    "never": "never asked for it",
    "other": "another reason",
}
"""What may be answered to "why", and how it is recorded. No free text: nobody shall write about their health."""


class UnsubscribePages:
    """``/u/<token>`` and what follows from it."""

    def __init__(self, pages: Pages, store: Store, wake: Callable[[], None], clock: Clock) -> None:
        self._pages, self._store, self._wake, self._clock = pages, store, wake, clock

    def routes(self) -> list[Route]:
        """Return the routes; a token is followed by whatever a mail program has put behind it, such as a slash."""
        return [
            Route("/u/{token}/preferences{rest:path}", self._offer, methods=["GET"]),
            Route("/u/{token}/preferences{rest:path}", self._mail_link, methods=["POST"]),
            Route("/u/{token:path}", self._ask, methods=["GET"]),
            Route("/u/{token:path}", self._unsubscribe, methods=["POST"]),
            Route("/undo", with_form(self._undo), methods=["POST"]),
            Route("/why", with_form(self._why), methods=["POST"]),
        ]

    def _ask(self, request: Request) -> Response:
        number = self._number(request)
        return (
            self._for(number).page(request, "unsubscribe.html") if number is not None else self._pages.unknown(request)
        )

    def _unsubscribe(self, request: Request) -> Response:
        number = self._number(request)
        undo = leave(self._store, token_of(request), clock=self._clock)
        if undo is None:
            return self._pages.unknown(request)
        self._wake()
        return self._for(number).page(request, "unsubscribed.html", undo=undo, thanks=False)

    def _undo(self, request: Request, form: Form) -> Response:
        if undo_leave(self._store, field(form, "undo"), clock=self._clock) is None:
            return self._pages.page(request, "too_late.html", 404)
        self._wake()
        return self._pages.page(request, "undone.html")

    def _why(self, request: Request, form: Form) -> Response:
        token, reason = field(form, "undo"), REASONS.get(field(form, "why"), "")
        if not reason or not say_why(self._store, token, reason, clock=self._clock):
            return self._pages.page(request, "too_late.html", 404)
        return self._pages.page(request, "unsubscribed.html", undo=token, thanks=True)

    def _offer(self, request: Request) -> Response:
        number = self._number(request)
        return self._for(number).page(request, "ask_link.html") if number is not None else self._pages.unknown(request)

    def _mail_link(self, request: Request) -> Response:
        number = self._number(request)
        if not ask_for_preferences(self._store, token_of(request), clock=self._clock):
            return self._pages.unknown(request)
        self._wake()
        return self._for(number).page(request, "link_sent.html")

    def _number(self, request: Request) -> int | None:
        return read_token(self._store.key, token_of(request))

    def _for(self, number: int | None) -> Pages:
        """Return pages in the reader's language; while the database is busy, in the browser's."""
        try:
            with self._store.read() as connection:
                person = subscriber_by_id(connection, number) if number else None
        except StoreError:
            person = None
        return self._pages.for_reader(person.language if person else "")
