"""The desk as a Starlette app: which address is answered by what."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from newsletter.web.desk.changes import Changes
from newsletter.web.desk.gate import Gate
from newsletter.web.desk.pages import Pages
from newsletter.web.desk.proofs import Proofs
from newsletter.workspace import Workspace

_STATIC = Path(__file__).parent / "static"


def create_desk(workspace: Workspace, gate: Gate, changes: Changes) -> ASGIApp:
    """Return the desk of `workspace` behind its gate; it watches the files while it runs."""
    pages = Pages(Proofs(workspace), changes)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(changes.watch)
            yield
            await changes.close()

    app = Starlette(
        routes=[
            Route("/", pages.issues),
            Route("/issues/{slug}", pages.issue),
            Route("/issues/{slug}/mail", pages.mail),
            Route("/issues/{slug}/source", pages.source),
            Route("/issues/{slug}/images/{name}", pages.image),
            Route("/events", pages.events),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={404: pages.missing, 500: pages.failed},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return gate.around(app)
