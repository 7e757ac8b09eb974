"""What all parts of the desk share: the workspace, its store, its news, how pages are made, and how views are found."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.storage import Store, open_store
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.changing import A_FORM, Handler, change_route
from newsletter.web.desk.pagemaking import PageMaker
from newsletter.web.desk.proofs import Proofs
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Room:
    """The desk's common ground.

    Attributes:
        proofs: the issues, read and rendered.
        changes: the news about the workspace's files.
        pages: makes pages, redirections and answers for errors.
        close: ends the desk.
    """

    proofs: Proofs
    changes: Changes
    pages: PageMaker
    close: Callable[[], None] = lambda: None

    @property
    def workspace(self) -> Workspace:
        """The workspace, with the settings that were last good."""
        return self.proofs.workspace

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Open the workspace's database."""
        with open_store(self.workspace.database_url, self.workspace.key_file) as store:
            yield store

    def change(self, path: str, handler: Handler, *, most_bytes: int = A_FORM) -> Route:
        """Return a route for POST requests that carry the desk's token; the only way to change anything."""
        return change_route(path, handler, token=self.pages.token, most_bytes=most_bytes)


View = Callable[[Room, Request], Response]
ChangeView = Callable[[Room, Request, FormData], Response]


class Views:
    """The views of a part of the desk: functions that get its room and a request, and return the answer.

    Where a path names an issue, they are asked only about one that is there.
    """

    def __init__(self) -> None:
        self._makers: list[Callable[[Room], Route]] = []

    def get(self, path: str) -> Callable[[View], View]:
        """Let a view answer for `path`."""

        def take(view: View) -> View:
            self._makers.append(lambda room: _get(path, view, room))
            return view

        return take

    def change(self, path: str, *, most_bytes: int = A_FORM) -> Callable[[ChangeView], ChangeView]:
        """Let a view answer the POST requests for `path` that carry the desk's token; it gets their form, too."""

        def take(view: ChangeView) -> ChangeView:
            self._makers.append(lambda room: room.change(path, partial(_answer, view, room), most_bytes=most_bytes))
            return view

        return take

    def routes(self, room: Room) -> list[Route]:
        """Return which address is answered by what."""
        return [make(room) for make in self._makers]


def _get(path: str, view: View, room: Room) -> Route:
    return Route(path, partial(_answer, view, room), methods=["GET"], name=getattr(view, "__name__", None))


def _answer(view: Callable[..., Response], room: Room, request: Request, *form: FormData) -> Response:
    slug = request.path_params.get("slug")
    if slug is not None and slug not in room.proofs.slugs():
        return room.pages.missing(request, f"There is no issue named “{slug}” here.")
    return view(room, request, *form)
