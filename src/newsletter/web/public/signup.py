"""Signing up: the form, and the page that confirms an address.

Answers never tell whether an address is known: the request is stored, whatever it is, and
a mail does the rest. What looks like a program is shown the form once more, so that a
person whom the rules take for one loses a click and nothing else.
"""

import ipaddress
from collections.abc import Callable
from datetime import timedelta

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.clock import Clock
from newsletter.errors import AddressError
from newsletter.languages import translations
from newsletter.services.consent import ask_to_join, confirm_subscription, is_confirmable
from newsletter.storage import Store
from newsletter.storage.secret import keyed_hash
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.records import Profile
from newsletter.subscribers.tokens import form_age, form_token
from newsletter.web.public.pages import Form, Pages, field, known_topics, token_of, with_form

FASTEST, SLOWEST = timedelta(seconds=2), timedelta(hours=24)
"""How long a person takes to fill in the form."""

TRAP = "website"
"""A field that people do not see."""


_FOR_ADDRESS = parse("5 per hour")
_FROM_NETWORK = parse("30 per hour")
_RETRY_SECONDS = 1200  # after which a network may try again, roughly


class SignupPages:
    """``/subscribe`` and ``/confirm/<token>``."""

    def __init__(self, pages: Pages, store: Store, wake: Callable[[], None], clock: Clock) -> None:
        self._pages, self._store, self._wake, self._clock = pages, store, wake, clock
        self._limits = _FormLimits()
        self._web = pages.workspace.settings.web

    def routes(self) -> list[Route]:
        """Return the routes; without a sign-up form, links that were mailed before still work."""
        confirming = [
            Route("/confirm/{token:path}", self._ask, methods=["GET"]),
            Route("/confirm/{token:path}", self._confirm, methods=["POST"]),
        ]
        if not self._web.signup:
            return confirming
        form = Route("/subscribe", self._form, methods=["GET"])
        return [form, Route("/subscribe", with_form(self._join), methods=["POST"]), *confirming]

    def _form(self, request: Request) -> Response:
        return self._show(request, {})

    def _show(self, request: Request, form: Form, note: str = "", status: int = 200) -> Response:
        typed = {"email": field(form, "email"), "first_name": field(form, "first_name")}
        wording = self._wording(request)
        return self._pages.page(
            request,
            "subscribe.html",
            status,
            wording=wording,
            shown=form_token(self._store.key, wording, self._clock.now()),
            typed=typed,
            ticked=known_topics(form, self._web.topics),
            trap=TRAP,
            note=note,
        )

    def _wording(self, request: Request) -> str:
        """Return the exact words that somebody agrees to."""
        clinic = self._pages.workspace.settings.clinic
        _ = translations(self._pages.chosen(request)).ugettext
        names = {"name": clinic.newsletter, "clinic": clinic.name}
        if self._web.signup_wording:
            return self._web.signup_wording
        if clinic.newsletter:
            own = _("I would like to receive %(name)s, the newsletter of %(clinic)s, by email.") % names
        else:
            own = _("I would like to receive the newsletter of %(clinic)s by email.") % names
        return own + " " + _("I can unsubscribe at any time.")

    def _join(self, request: Request, form: Form) -> Response:
        if not self._limits.allows_network(request.client.host if request.client else ""):
            page = self._pages.page(request, "often.html", 429)
            page.headers["Retry-After"] = str(_RETRY_SECONDS)
            return page
        if field(form, TRAP):
            return self._sent(request)
        wording = self._wording(request)
        age = form_age(self._store.key, wording, field(form, "shown"), self._clock.now())
        if age is None or not FASTEST <= age <= SLOWEST:
            return self._show(request, form, note="again")
        email = field(form, "email", 1000)
        hashed = keyed_hash(self._store.key, "form limit", email_key(email)).hex()
        if not self._limits.allows_address(hashed):
            return self._sent(request)
        language = self._pages.chosen(request)
        names = {"first_name": field(form, "first_name", 100), "language": language}
        profile = Profile(**names, tags=known_topics(form, self._web.topics))
        shown = f"sign-up page, {language}"
        try:
            ask_to_join(self._store, email, profile, wording=wording, shown=shown, clock=self._clock)
        except AddressError:
            return self._show(request, form, note="address", status=422)
        self._wake()
        return self._sent(request)

    def _sent(self, request: Request) -> Response:
        return self._pages.page(request, "asked.html")

    def _ask(self, request: Request) -> Response:
        if not is_confirmable(self._store, token_of(request), clock=self._clock):
            return self._pages.page(request, "expired.html", 404)
        return self._pages.page(request, "confirm.html")

    def _confirm(self, request: Request) -> Response:
        person = confirm_subscription(self._store, token_of(request), clock=self._clock)
        if person is None:
            return self._pages.page(request, "expired.html", 404)
        self._wake()
        return self._pages.for_reader(person.language).page(request, "confirmed.html")


class _FormLimits:
    """How often the form may be used, counted in memory: it starts anew with the program."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def allows_network(self, host: str) -> bool:
        """Count a use by the network of this client; return whether it may."""
        return self._limiter.hit(_FROM_NETWORK, "network", network_of(host))

    def allows_address(self, hashed: str) -> bool:
        """Count a use for this address, given as a hash; return whether it may."""
        return self._limiter.hit(_FOR_ADDRESS, "address", hashed)


def network_of(host: str) -> str:
    """Return the network of a client: what one household or provider's customer has."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))
