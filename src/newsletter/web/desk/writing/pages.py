"""Writing an issue: the page with its text, and saving."""

import secrets
from datetime import UTC, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, Standing, issue_standings
from newsletter.campaigns.schedule import read_back
from newsletter.checks.simulation import PROGRAMS
from newsletter.errors import NewsletterError
from newsletter.issues.editing import Conflict, read_text, save_text, text_file, text_files
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.pictures import add_picture
from newsletter.issues.snippets import snippets
from newsletter.message.fields import TAGS
from newsletter.posts.decoding import tidied
from newsletter.web.desk.findings import by_line, gather
from newsletter.web.desk.gate import CONTENT_POLICY
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.web.desk.views import page
from newsletter.web.desk.writing.differences import compare
from newsletter.web.desk.writing.drafts import A_TEXT, Drafts
from newsletter.web.desk.writing.fields import boxes_to_insert, fields_of, titles_of

A_PICTURE = 20_000_000


class Writing:
    """Answers what the editor asks; every rule about files is in `newsletter.issues`."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._proofs = room.proofs
        self._pages = room.pages
        self._readers = Readers(room)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/issues/{slug}/write", self.write),
            self._room.change("/issues/{slug}/write", self.save, most_bytes=A_TEXT),
            self._room.change("/issues/{slug}/differences", self.differences, most_bytes=A_TEXT),
            self._room.change("/issues/{slug}/pictures", self.picture, most_bytes=A_PICTURE + 10_000),
            *Drafts(self._room).routes(),
        ]

    def write(self, request: Request) -> Response:
        """Show one file of an issue to write in, with what the checks say of it as it was last saved."""
        as_of = self._room.changes.count
        slug, name = request.path_params["slug"], request.query_params.get("file", ISSUE_FILE)
        files = text_files(self._room.workspace, slug) if slug in self._proofs.slugs() else {}
        if name not in files:
            return self._pages.missing(request, "There is no such issue, or it has no such file.")
        line, field = request.query_params.get("line", ""), request.query_params.get("field", "")
        proof = self._proofs.render(slug)
        standing, zone = self._standing(slug), self._room.workspace.settings.clinic.timezone
        nonce = secrets.token_urlsafe(16)
        values = {
            "as_of": as_of,
            "slug": slug,
            "name": name,
            "issue_name": proof.name,
            "tabs": (titles := titles_of(proof.issue, files)),
            "title": titles[name],
            "fields": fields_of(name),
            "changed": files[name].stat().st_mtime_ns,  # before it is read: better too old than too new
            "text": read_text(files[name]),
            "line": line if line.isdecimal() and len(line) < 7 else "",
            "field": field if field.isalpha() else "",
            "boxes": boxes_to_insert(),
            "state": standing.state if standing else DRAFT,
            "state_label": standing.label(zone) if standing else "Draft",
            "due": read_back(standing.at, zone, datetime.now(tz=UTC)) if standing else "",
            "tags": list(TAGS),
            "snippets": snippets(self._room.workspace),
            "matters": gather(proof.findings, slug, [f"newsletters/{slug}/{file}" for file in files]),
            "marks": by_line(proof.findings, f"newsletters/{slug}/{name}"),
            "broken": proof.mistake,
            "drawn": proof.message is not None,
            "programs": PROGRAMS.values(),
            "there_are_readers": self._readers.there_are_some(),
            "nonce": nonce,
        }
        answer = self._pages.page(request, "writing/write.html", values)
        # CodeMirror puts its own styles into the page.
        policy = CONTENT_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
        answer.headers["Content-Security-Policy"] = policy
        return answer

    def save(self, request: Request, form: FormData) -> Response:
        """Save a file, or say what stands against it."""
        slug, name, mine = request.path_params["slug"], _text(form, "file"), _text(form, "text")
        now = datetime.now(tz=UTC)
        saved = save_text(self._room.workspace, slug, name, mine, base=_text(form, "base"), now=now)
        told = request.headers.get("accept", "").startswith("application/json")
        if isinstance(saved, Conflict):
            values = {"slug": slug, "name": name, "mine": mine, "theirs": saved.theirs}
            values["rows"] = compare(saved.theirs, tidied(mine))
            if told:
                shown = page("writing/comparison.html", values).body
                return JSONResponse({"theirs": saved.theirs, "comparison": bytes(shown).decode()}, 409)
            return self._pages.page(request, "writing/conflict.html", values, status=409)
        if told:
            changed = text_file(self._room.workspace, slug, name).stat().st_mtime_ns
            return JSONResponse({"text": saved.text, "merged": saved.merged, "changed": str(changed)})
        return self._pages.go_on(f"/issues/{slug}/write?file={name}", "Saved.")

    def differences(self, request: Request, form: FormData) -> Response:
        """Show how a text that a browser kept differs from what the file says now; nothing is written."""
        path = text_file(self._room.workspace, request.path_params["slug"], _text(form, "file"))
        rows = compare(read_text(path), tidied(_text(form, "text")))
        shown = page("writing/comparison.html", {"rows": rows}).body
        return JSONResponse({"comparison": bytes(shown).decode()})

    def picture(self, request: Request, form: FormData) -> Response:
        """Take in a picture, and tell where it lies in the issue."""
        upload = form.get("picture")
        data, name = (upload.file.read(), upload.filename or "") if isinstance(upload, UploadFile) else (b"", "")
        added = add_picture(self._room.workspace, request.path_params["slug"], data, name)
        return JSONResponse({"path": added.path})

    def _standing(self, slug: str) -> Standing | None:
        """Return how far the issue is, if it is no draft; a ledger that cannot be asked keeps nobody from writing."""
        try:
            return issue_standings(self._room.workspace).get(slug)
        except NewsletterError:
            return None


def _text(form: FormData, key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""
