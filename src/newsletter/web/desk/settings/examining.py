"""Whether everything is in order: what the doctor says, for those who have no terminal."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.doctor import Level, Verdict, examine, unreadable
from newsletter.errors import NewsletterError
from newsletter.web.desk.room import Room

_PAGE = "/settings/order"
_GRAVEST_FIRST = (Level.WRONG, Level.WARN, Level.NOTE, Level.OK)


class Examining:
    """Looks the workspace over; beyond this computer only when somebody asks for it."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route(_PAGE, self.here, methods=["GET"]), self._room.change(_PAGE, self.everywhere)]

    def here(self, request: Request) -> Response:
        """Show what can be seen on this computer."""
        return self._show(request, offline=True)

    def everywhere(self, request: Request, _form: FormData) -> Response:
        """Ask SendGrid or the mail server, the domain's records and the public pages, too."""
        return self._show(request, offline=False)

    def _show(self, request: Request, *, offline: bool) -> Response:
        verdicts = self._verdicts(offline=offline)
        values = {
            "as_of": self._room.changes.count,
            "verdicts": sorted(verdicts, key=lambda verdict: _GRAVEST_FIRST.index(verdict.level)),
            "asked": not offline,
            "can_ask": self._names_something_outside(),
        }
        return self._room.pages.page(request, "order.html", values)

    def _names_something_outside(self) -> bool:
        settings = self._room.workspace.settings
        return settings.delivery.transport != "outbox" or bool(settings.web.public_url)

    def _verdicts(self, *, offline: bool) -> list[Verdict]:
        trouble = self._room.proofs.refresh_settings()
        if trouble is not None:
            return [unreadable(trouble)]
        try:
            verdicts = list(examine(self._room.workspace, offline=offline))
        except NewsletterError as err:
            return [unreadable(err)]
        return [verdict for verdict in verdicts if verdict.about != "network"]  # the page has a button for it
