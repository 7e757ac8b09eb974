"""The public pages, put together."""

from collections.abc import Callable
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.archive import Archive
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.errors import NewsletterError
from newsletter.storage import Store
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.public.archive import archive_routes
from newsletter.web.public.pages import HEADERS, Pages
from newsletter.web.public.preferences import PreferencesPages
from newsletter.web.public.request_log import RequestLog
from newsletter.web.public.signup import SignupPages
from newsletter.web.public.unsubscribing import UnsubscribePages
from newsletter.web.public.webhook import event_webhook
from newsletter.workspace import Workspace

Pictures = Callable[[str, str, str], tuple[bytes, str] | None]
"""From an issue's name, a picture's and its mark (or none) to its data and media type, if it may be seen."""


def create_public_pages(  # noqa: PLR0913 - each by its name
    workspace: Workspace,
    store: Store,
    *,
    pictures: Pictures = lambda _slug, _name, _mark: None,
    verifier: Verifier | None = None,
    archive: Archive | None = None,
    wake: Callable[[], None] = lambda: None,
    log: Callable[[str], None] | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Starlette:
    """Return the app behind the links in mails, and the sign-up form if the settings want one.

    Args:
        workspace: whose pages they are.
        store: where people and their requests are.
        pictures: finds the pictures of mails whose pictures are hosted here.
        verifier: tells which events are SendGrid's; without one, none are received.
        archive: the issues that can be read; without it, there are none.
        wake: called when a request was stored that has to be completed.
        log: gets a line for each request; see `newsletter.web.public.request_log`.
        clock: the time.
    """
    pages = Pages(workspace)

    def home(request: Request) -> Response:
        return pages.page(request, "home.html")

    def health(_request: Request) -> Response:
        try:
            with store.read() as connection:
                connection.execute(text("SELECT 1"))
        except NewsletterError:
            return PlainTextResponse("the database does not answer\n", 503, HEADERS)
        return PlainTextResponse("ok\n", headers=HEADERS)

    # Pictures wait for each other and take up no thread that an opt-out needs.
    one_at_a_time = anyio.CapacityLimiter(1)

    async def picture(request: Request) -> Response:
        slug, name, mark = (request.path_params.get(key, "") for key in ("slug", "name", "mark"))
        found = await anyio.to_thread.run_sync(pictures, slug, name, mark, limiter=one_at_a_time)
        if found is None:
            return pages.unknown(request)
        data, media_type = found
        return Response(data, media_type=media_type, headers=HEADERS | {"Cache-Control": "public, max-age=86400"})

    def style(_request: Request) -> Response:
        return pages.style()

    def missing(request: Request, _error: Exception) -> Response:
        return pages.unknown(request)

    def wrong_method(request: Request, _error: Exception) -> Response:
        return pages.page(request, "unknown.html", 405)

    def failed(request: Request, _error: Exception) -> Response:
        page = pages.page(request, "failed.html", 503)
        page.headers["Retry-After"] = "60"
        return page

    app = Starlette(
        routes=[
            Route("/", home, methods=["GET"]),
            Route("/healthz", health, methods=["GET"]),
            Route("/public.css", style, methods=["GET"]),
            *UnsubscribePages(pages, store, wake, clock).routes(),
            *SignupPages(pages, store, wake, clock).routes(),
            *PreferencesPages(pages, store, clock).routes(),
            Route("/pictures/{slug}/{mark}/{name}", picture, methods=["GET"]),
            Route("/pictures/{slug}/{name}", picture, methods=["GET"]),
            *(archive_routes(archive) if archive else []),
            *([Route(EVENTS_PATH, event_webhook(store, verifier), methods=["POST"])] if verifier else []),
        ],
        # An error of ours is answered and not logged: what caused it may quote an address.
        exception_handlers={404: missing, 405: wrong_method, NewsletterError: failed, 500: failed},
        middleware=[
            Middleware(_BelowPath, base=urlsplit(workspace.settings.web.public_url).path.rstrip("/")),
            *([Middleware(RequestLog, write=log)] if log else []),
        ],
    )
    app.router.redirect_slashes = False  # a redirect would lead to whatever host the request names
    return app


class _BelowPath:
    """Answers below the path of the public address, whether or not the web server before us takes it away."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app, self._base = app, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if self._base and scope["type"] == "http" and (path == self._base or path.startswith(f"{self._base}/")):
            scope = {**scope, "path": path[len(self._base) :] or "/"}
        await self._app(scope, receive, send)
