"""Writing an issue: the page with its text, saving, and the mail as it is being written."""

import secrets
from datetime import UTC, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.campaigns.overview import DRAFT, issue_states
from newsletter.campaigns.plan import short
from newsletter.errors import NewsletterError
from newsletter.issues.editing import Conflict, read_text, save_text, text_file, text_files
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.pictures import add_picture
from newsletter.message.fields import TAGS
from newsletter.posts.decoding import tidied
from newsletter.web.desk.findings import by_line, gather
from newsletter.web.desk.frame import filled, mail_frame
from newsletter.web.desk.gate import CONTENT_POLICY
from newsletter.web.desk.look import Look
from newsletter.web.desk.places import find_place
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.web.desk.views import page
from newsletter.web.desk.writing.differences import compare
from newsletter.web.desk.writing.fields import fields_of
from newsletter.web.desk.writing.versions import Versions

A_TEXT = 4_000_000
"""Bytes that a save may have: the text, and the text that it was made from."""
A_PICTURE = 20_000_000


class Writing:
    """Answers what the editor asks; every rule about files is in `newsletter.issues`."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._proofs = room.proofs
        self._pages = room.pages
        self._readers = Readers(room)
        self._drafts: dict[str, Proof] = {}

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/issues/{slug}/write", self.write),
            self._room.change("/issues/{slug}/write", self.save, most_bytes=A_TEXT),
            Route("/issues/{slug}/draft", self.mail),
            self._room.change("/issues/{slug}/draft", self.draft, most_bytes=A_TEXT),
            self._room.change("/issues/{slug}/pictures", self.picture, most_bytes=A_PICTURE + 10_000),
            *Versions(self._room).routes(),
        ]

    def write(self, request: Request) -> Response:
        """Show one file of an issue to write in, with what the checks say of it as it was last saved."""
        as_of = self._room.changes.count
        slug, name = request.path_params["slug"], request.query_params.get("file", ISSUE_FILE)
        files = text_files(self._room.workspace, slug) if slug in self._proofs.slugs() else {}
        if name not in files:
            return self._pages.missing(request, "There is no such issue, or it has no such file.")
        line = request.query_params.get("line", "")
        proof = self._proofs.render(slug)
        nonce = secrets.token_urlsafe(16)
        values = {
            "as_of": as_of,
            "slug": slug,
            "name": name,
            "tabs": _tabs(proof, list(files)),
            "fields": fields_of(name),
            "changed": files[name].stat().st_mtime_ns,  # before it is read: better too old than too new
            "text": read_text(files[name]),
            "line": line if line.isdecimal() and len(line) < 7 else "",
            "state": self._state(slug),
            "tags": list(TAGS),
            "matters": gather(proof.findings, slug, [f"newsletters/{slug}/{file}" for file in files]),
            "marks": by_line(proof.findings, f"newsletters/{slug}/{name}"),
            "broken": proof.mistake,
            "drawn": proof.message is not None,
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

    def draft(self, request: Request, form: FormData) -> Response:
        """Render the issue with a text that is not saved yet, for the frame beside it."""
        slug = request.path_params["slug"]
        path = text_file(self._room.workspace, slug, _text(form, "file"))
        proof = self._proofs.draft(self._drafts.get(slug, Proof(slug=slug)), {path: tidied(_text(form, "text"))})
        self._drafts[slug] = proof
        return JSONResponse({**self._inbox(proof), "mistake": self._mistake(proof.mistake, slug)})

    def mail(self, request: Request) -> Response:
        """Show the mail as it was last drafted."""
        proof = self._drafts.get(request.path_params["slug"])
        if proof is None or proof.message is None:
            return self._pages.missing(request, "There is no draft of this issue.")
        look = Look.from_query(request.query_params)
        return mail_frame(proof.message, look, self._readers.shown(look).recipient, proof.before)

    def picture(self, request: Request, form: FormData) -> Response:
        """Take in a picture, and tell where it lies in the issue."""
        upload = form.get("picture")
        data, name = (upload.file.read(), upload.filename or "") if isinstance(upload, UploadFile) else (b"", "")
        added = add_picture(self._room.workspace, request.path_params["slug"], data, name)
        return JSONResponse({"path": added.path})

    def _inbox(self, proof: Proof) -> dict[str, object]:
        """Return what an inbox shows of the mail, to a reader of unknown name."""
        message = proof.message
        if message is None:
            return {"version": ""}
        reader = self._readers.shown(Look()).recipient
        return {
            "version": short(message.digest),
            "sender": message.from_name,
            "subject": filled(message, reader, message.subject),
            "preheader": filled(message, reader, message.preheader),
        }

    def _mistake(self, mistake: NewsletterError | None, slug: str) -> dict[str, object] | None:
        if mistake is None:
            return None
        place = find_place(mistake.where, self._proofs.root) if mistake.where else None
        file = place.file.removeprefix(f"newsletters/{slug}/") if place else ""
        return {"what": mistake.what, "hint": mistake.hint, "file": file, "line": place.line if place else None}

    def _state(self, slug: str) -> str:
        """Return how far the issue is; a ledger that cannot be asked keeps nobody from writing."""
        try:
            return issue_states(self._room.workspace).get(slug, DRAFT)
        except NewsletterError:
            return DRAFT


def _tabs(proof: Proof, files: list[str]) -> list[tuple[str, str]]:
    """Return each file with what a person calls it: the letter, and the posts by their titles."""
    posts = proof.issue.posts if proof.issue else ()
    titles = {f"posts/{post.body.path.name}": post.post.title for post in posts}
    return [(file, "Letter" if file == ISSUE_FILE else titles.get(file, file)) for file in files]


def _text(form: FormData, key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""
