"""The desk at hand: its icon on this computer, and closing it where there is no terminal to close."""

import threading

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.campaigns.overview import issue_standings
from newsletter.errors import NewsletterError
from newsletter.services.shortcut import launch_of, put_shortcut, remove_shortcut
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room, Views
from newsletter.web.desk.views import page

_SECONDS = 1.0  # in which the browser asks for what the last page looks like


views = Views()


@views.change("/settings/icon")
def icon(room: Room, _request: Request, form: FormData) -> Response:
    """Put the icon there, or take it away again."""
    launch = launch_of(room.workspace)
    if "remove" in form:
        remove_shortcut(launch)
        return room.pages.go_on("/settings", "The icon is removed.")
    places = " and ".join(put_shortcut(launch).shown)
    undo = Undo("/settings/icon", {"remove": "yes"}, "Remove it")
    return room.pages.go_on("/settings", f"“{launch.name}” is in {places} now.", undo)


@views.change("/settings/close")
def close(room: Room, _request: Request, _form: FormData) -> Response:
    """Say that the desk is closed, and close it."""
    timer = threading.Timer(_SECONDS, room.close)
    timer.daemon = True
    timer.start()
    return page("closed.html", {"sending": _being_sent(room)})


def _being_sent(room: Room) -> list[str]:
    """Return the issues whose sending stops with the desk."""
    try:
        standings = issue_standings(room.workspace)
    except NewsletterError:  # it closes all the same
        return []
    return [slug for slug, standing in standings.items() if standing.state in {"sending", "cancelling"}]
