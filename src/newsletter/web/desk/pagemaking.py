"""Making the desk's pages: what each of them carries beside its own content."""

import hashlib
import traceback
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from newsletter.errors import NewsletterError
from newsletter.web.desk.notices import Latest, Notice, Undo
from newsletter.web.desk.places import find_place
from newsletter.web.desk.proofs import Proofs
from newsletter.web.desk.views import page

_CANNOT_BE_DONE = 422
_NOTICES = 50


class PageMaker:
    """Fills templates with what every page shows: whose desk it is, the last notice, a mistake with its place.

    Attributes:
        token: what a form or script must send along to change anything.
    """

    def __init__(self, proofs: Proofs, token: str) -> None:
        self.token = token
        self._proofs = proofs
        self._workspace_id = hashlib.sha256(str(proofs.root.resolve()).encode()).hexdigest()[:12]
        self._notices = Latest[Notice](_NOTICES)

    def page(
        self,
        request: Request,
        template: str,
        values: Mapping[str, object],
        mistake: NewsletterError | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Return a page.

        `values` may say how many changes the page knows of (``as_of``), so that it can tell
        whether it has missed one when it begins to listen.
        """
        common = {
            "clinic": self._proofs.workspace.settings.clinic.name,
            "practice": self._proofs.workspace.settings.delivery.transport == "outbox",
            "workspace_id": self._workspace_id,
            "path": request.url.path,
            "token": self.token,
            "notice": self._notices.find(request.query_params.get("note", "")),
            "mistake": mistake,
            "place": find_place(mistake.where, self._proofs.root) if mistake and mistake.where else None,
        }
        return page(template, {**common, **values}, status=status)

    def go_on(self, address: str, said: str = "", undo: Undo | None = None) -> Response:
        """Return the redirection after a change, to a page that says once what was done."""
        if said:
            name = self._notices.add(Notice(said, undo))
            address = f"{address}{'&' if '?' in address else '?'}note={name}"
        return RedirectResponse(address, status_code=303)

    def missing(self, request: Request, what: str) -> Response:
        """Return the page for something that is not there."""
        return self.page(request, "missing.html", {"what": what}, status=404)

    def refused(self, request: Request, error: Exception) -> Response:
        """Answer for a `NewsletterError`: what, where and what to do next; as JSON for scripts that want it."""
        assert isinstance(error, NewsletterError)  # noqa: S101 - registered for this class only
        if request.headers.get("accept", "").startswith("application/json"):
            place = find_place(error.where, self._proofs.root) if error.where else None
            told = {"what": error.what, "where": str(place or ""), "hint": error.hint}
            return JSONResponse(told, status_code=_CANNOT_BE_DONE)
        return self.page(request, "refused.html", {}, error, status=_CANNOT_BE_DONE)

    def failed(self, request: Request, error: Exception) -> Response:
        """Answer when the program itself made a mistake: what to tell those who fix it."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
        return self.page(request, "failed.html", {"what": where}, status=500)
