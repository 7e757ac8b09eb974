"""The reply mailbox: read it now, and see what was found."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.services.replies import InboxReport, read_mailbox
from newsletter.services.upkeep import Tended, tend
from newsletter.web.desk.room import Room


class Replies:
    """Answers what `newsletter inbox` answers in a terminal."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/people/replies", self.show), self._room.change("/people/replies", self.read)]

    def show(self, request: Request) -> Response:
        """Show whose mailbox it is, and the buttons."""
        return self._page(request, None)

    def read(self, request: Request, form: FormData) -> Response:
        """Read what is new and do what follows from it, or only tell what would."""
        dry_run = "look" in form
        tended = Tended()
        with self._room.store() as store:
            try:
                report = read_mailbox(self._room.workspace, store, dry_run=dry_run)
            finally:
                if not dry_run:
                    tended = tend(self._room.workspace, store)
        return self._page(request, report, tended=tended, dry_run=dry_run)

    def _page(self, request: Request, report: InboxReport | None, **found: object) -> Response:
        values = {"as_of": self._room.changes.count, "inbox": self._room.workspace.settings.inbox, "report": report}
        return self._room.pages.page(request, "people/replies.html", values | found)
