"""The way out of the list: a page to look at, and the one click of RFC 8058.

A GET never changes anything, because mail scanners follow every link before a reader
does. A POST takes effect at once, needs neither cookie nor login, and is answered
without a redirect, as RFC 8058 (section 3.1) asks. No address stands in any link or page.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import anyio
import anyio.to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from newsletter.archive import Archive
from newsletter.campaigns.clock import CLOCKS_APART
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.campaigns.syncing import held_for
from newsletter.errors import NewsletterError
from newsletter.storage import Store
from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.tokens import read_token
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.public.archive import archive_routes
from newsletter.web.public.webhook import event_webhook
from newsletter.workspace import Clinic

_STYLE = Path(__file__).with_name("public.css")
_LONGEST_TOKEN = 200  # characters in a link; a token has 40, and mail programs add little
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


StopHeldMail = Callable[[str], None]
"""Has SendGrid drop what it still holds for an address that was unsubscribed, after its owner was answered."""

Pictures = Callable[[str, str, str], tuple[bytes, str] | None]
"""From an issue's name, a picture's and its mark (or none) to its data and media type, if it may be seen."""


def create_public_pages(
    store: Store,
    clinic: Clinic,
    pictures: Pictures = lambda _slug, _name, _mark: None,
    verifier: Verifier | None = None,
    stop_held_mail: StopHeldMail = lambda _email: None,
    archive: Archive | None = None,
) -> Starlette:
    """Return the app that answers ``/u/<token>``; a token is all that it needs to know.

    It also answers ``/pictures/<issue>/<mark>/<name>``, for mails whose pictures are hosted here,
    and with a `verifier` takes in SendGrid's events. With an `archive`, sent issues can be read.
    """

    def whose(request: Request) -> int | None:
        token = request.path_params["token"]
        return read_token(store.key, token) if len(token) <= _LONGEST_TOKEN else None

    def ask(request: Request) -> Response:
        known = whose(request) is not None
        return _page("leave.html" if known else "unknown.html", clinic, 200 if known else 404)

    def take_off(request: Request) -> Response:
        number = whose(request)
        if number is None:
            return _page("unknown.html", clinic, 404)
        with store.write() as connection:
            person = unsubscribe(connection, store.key, number)
            held = person and held_for(connection, person.email, datetime.now(tz=UTC) - CLOCKS_APART)
        page = _page("left.html", clinic)
        page.background = BackgroundTask(stop_held_mail, person.email) if person and held else None
        return page

    # Pictures wait for each other and take up no thread that an opt-out needs.
    one_at_a_time = anyio.CapacityLimiter(1)

    async def picture(request: Request) -> Response:
        slug, name, mark = (request.path_params.get(key, "") for key in ("slug", "name", "mark"))
        found = await anyio.to_thread.run_sync(pictures, slug, name, mark, limiter=one_at_a_time)
        if found is None:
            return _page("unknown.html", clinic, 404)
        data, media_type = found
        return Response(data, media_type=media_type, headers=_HEADERS | {"Cache-Control": "public, max-age=86400"})

    def style(_request: Request) -> Response:
        return FileResponse(_STYLE, media_type="text/css")

    def missing(_request: Request, _error: Exception) -> Response:
        return _page("unknown.html", clinic, 404)

    def failed(_request: Request, _error: Exception) -> Response:
        page = _page("failed.html", clinic, 503)
        page.headers["Retry-After"] = "60"
        return page

    app = Starlette(
        routes=[
            # With whatever a mail program has put behind it, such as a slash.
            Route("/u/{token:path}", ask, methods=["GET"]),
            Route("/u/{token:path}", take_off, methods=["POST"]),
            Route("/pictures/{slug}/{mark}/{name}", picture, methods=["GET"]),
            Route("/pictures/{slug}/{name}", picture, methods=["GET"]),
            Route("/public.css", style),
            *(archive_routes(archive) if archive else []),
            *([Route(EVENTS_PATH, event_webhook(store, verifier), methods=["POST"])] if verifier else []),
        ],
        # An error of ours is answered and not logged: what caused it may quote an address.
        exception_handlers={404: missing, NewsletterError: failed, 500: failed},
    )
    app.router.redirect_slashes = False  # a redirect would lead to whatever host the request names
    return app


def _page(template: str, clinic: Clinic, status: int = 200) -> HTMLResponse:
    values: Mapping[str, object] = {"clinic": clinic}
    return HTMLResponse(_environment().get_template(template).render(values), status, _HEADERS)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("newsletter.web.public"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
