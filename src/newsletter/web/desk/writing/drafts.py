"""The mail beside the text as it is being written, looked at in every way in which a saved one can be."""

from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.errors import NewsletterError
from newsletter.issues.editing import text_file
from newsletter.posts.decoding import tidied
from newsletter.web.desk.facts import mail_facts
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.places import find_place
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.web.desk.views import page

A_TEXT = 4_000_000
"""Bytes that may come with a text, and with the one that it was made from."""


class Drafts:
    """Renders what is not saved yet; of each issue, the latest draft is remembered, and nothing is written."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._readers = Readers(room)
        self._drafts: dict[str, Proof] = {}

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            self._room.change("/issues/{slug}/draft", self.draw, most_bytes=A_TEXT),
            Route("/issues/{slug}/draft", self.mail),
            Route("/issues/{slug}/draft/look", self.look),
        ]

    def draw(self, request: Request, form: FormData) -> Response:
        """Render the issue with a text that is not saved yet, and tell what is to be seen beside it."""
        slug = request.path_params["slug"]
        path = text_file(self._room.workspace, slug, str(form.get("file", "")))
        text = tidied(str(form.get("text", "")))
        proof = self._room.proofs.draft(self._drafts.get(slug, Proof(slug=slug)), {path: text})
        self._drafts[slug] = proof
        return self._told(proof, Look.from_query(request.query_params))

    def look(self, request: Request) -> Response:
        """Tell what is to be seen of the latest draft when it is looked at in another way."""
        proof = self._drafts.get(request.path_params["slug"])
        if proof is None:
            return self._missing(request)
        return self._told(proof, Look.from_query(request.query_params))

    def mail(self, request: Request) -> Response:
        """Show the mail as it was last drafted, for the frame."""
        proof = self._drafts.get(request.path_params["slug"])
        if proof is None or proof.message is None:
            return self._missing(request)
        look = Look.from_query(request.query_params)
        return mail_frame(proof.message, look, self._readers.shown(look).recipient, proof.before)

    def _missing(self, request: Request) -> Response:
        return self._room.pages.missing(request, "There is no draft of this issue.")

    def _told(self, proof: Proof, look: Look) -> Response:
        shown = self._readers.shown(look)
        mail = mail_facts(proof, look, shown.recipient)
        told: dict[str, object] = {
            "mistake": self._mistake(proof.mistake, proof.slug),
            "look": asdict(look),
            "query": look.query(),
            "width": look.view.width,
            "reader_name": shown.name,
        }
        if mail is None:
            return JSONResponse(told | {"drawn": False})
        around = bytes(page("writing/around.html", {"mail": mail, "look": look}).body).decode()
        return JSONResponse(told | {"drawn": True, "around": around, "frame": _frame(proof.slug, look, mail.version)})

    def _mistake(self, mistake: NewsletterError | None, slug: str) -> Mapping[str, object] | None:
        if mistake is None:
            return None
        place = find_place(mistake.where, self._room.proofs.root) if mistake.where else None
        file = place.file.removeprefix(f"newsletters/{slug}/") if place else ""
        return {"what": mistake.what, "hint": mistake.hint, "file": file, "line": place.line if place else None}


def _frame(slug: str, look: Look, version: str) -> str:
    """Return the address of the mail itself; it is the same at every width, so that widths keep their place."""
    if not look.shows_mail:
        return ""
    asked = {name: value for name, value in look.fields().items() if name != "view"}
    return f"/issues/{slug}/draft?{urlencode(asked | {'version': version})}"
