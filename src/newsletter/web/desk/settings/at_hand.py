"""The desk at hand: its icon on this computer, and closing it where there is no terminal to close."""

import threading
from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.services.shortcut import launch_of, put_shortcut, remove_shortcut
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room
from newsletter.web.desk.views import page

_SECONDS = 1.0  # in which the browser asks for what the last page looks like


class AtHand:
    """Answers the buttons at the end of the settings; `close` ends the desk."""

    def __init__(self, room: Room, close: Callable[[], None]) -> None:
        self._room = room
        self._close = close

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            self._room.change("/settings/icon", self.icon),
            self._room.change("/settings/close", self.close),
        ]

    def icon(self, _request: Request, form: FormData) -> Response:
        """Put the icon there, or take it away again."""
        launch = launch_of(self._room.workspace)
        if "remove" in form:
            remove_shortcut(launch)
            return self._room.pages.go_on("/settings", "The icon is removed.")
        places = " and ".join(put_shortcut(launch).shown)
        undo = Undo("/settings/icon", {"remove": "yes"}, "Remove it")
        return self._room.pages.go_on("/settings", f"“{launch.name}” is in {places} now.", undo)

    def close(self, _request: Request, _form: FormData) -> Response:
        """Say that the desk is closed, and close it."""
        timer = threading.Timer(_SECONDS, self._close)
        timer.daemon = True
        timer.start()
        return page("closed.html", {})
