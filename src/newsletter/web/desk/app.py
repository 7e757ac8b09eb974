"""The desk as a Starlette app: which part answers which address."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from newsletter.errors import NewsletterError
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.gate import Gate
from newsletter.web.desk.making import Making, arranging, shelf
from newsletter.web.desk.pagemaking import PageMaker
from newsletter.web.desk.pages import Pages
from newsletter.web.desk.people import People
from newsletter.web.desk.proofs import Proofs
from newsletter.web.desk.room import Room
from newsletter.web.desk.sending import Sending
from newsletter.web.desk.settings import SettingsPage, at_hand, examining
from newsletter.web.desk.writing import Writing, snippets, versions
from newsletter.workspace import Workspace

_PARTS = (shelf, arranging, versions, snippets, at_hand, examining)
_STATIC = Path(__file__).parent / "static"


def create_desk(
    workspace: Workspace, gate: Gate, changes: Changes, close: Callable[[], None] = lambda: None
) -> ASGIApp:
    """Return the desk of `workspace` behind its gate; it watches the files while it runs. `close` ends it."""
    proofs = Proofs(workspace)
    makes = PageMaker(proofs, secrets.token_urlsafe(32))
    room = Room(proofs, changes, makes, close)
    sending = Sending(room)
    people = People(room)

    # Not with the threads of the pages, which may all be at work: private files go, whatever is.
    own_thread = anyio.CapacityLimiter(1)

    async def remove_uploads() -> None:
        await changes.closing()  # at once: a busy machine may end the process before the pages have ended
        await anyio.to_thread.run_sync(people.close, limiter=own_thread)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(changes.watch)
            tasks.start_soon(remove_uploads)
            sending.open()
            people.open()
            yield
            await changes.close()
            await anyio.to_thread.run_sync(people.close, limiter=own_thread)  # what those pages still brought, too
            await anyio.to_thread.run_sync(sending.close, limiter=own_thread)

    def missing(request: Request, _error: Exception) -> Response:
        return makes.missing(request, "The desk has no such page.")

    app = Starlette(
        routes=[
            *(route for part in _PARTS for route in part.views.routes(room)),
            *Pages(room).routes(),
            *people.routes(),
            *SettingsPage(room).routes(),
            *Making(room).routes(),
            *Writing(room).routes(),
            *sending.routes(),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={404: missing, 500: makes.failed, NewsletterError: makes.refused},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return gate.around(app)
