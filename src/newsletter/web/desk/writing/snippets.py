"""The texts that go into many issues: their list, and changing one."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.issues.snippets import LONGEST, Snippet, delete_snippet, save_snippet, snippets
from newsletter.message.fields import TAGS
from newsletter.posts.plain import plain_lines, shortened
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room

_PAGE = "/snippets"
_SHOWN = 140


class Snippets:
    """Answers for the snippets of the workspace."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route(_PAGE, self.all, methods=["GET"]),
            self._room.change(_PAGE, self.save),
            Route(f"{_PAGE}/new", self.new, methods=["GET"]),
            Route(f"{_PAGE}/{{name}}", self.one, methods=["GET"]),
            self._room.change(f"{_PAGE}/{{name}}/delete", self.delete),
        ]

    def all(self, request: Request) -> Response:
        """List them, each with how it begins."""
        as_of = self._room.changes.count
        found = [(snippet, _beginning(snippet.text)) for snippet in snippets(self._room.workspace)]
        return self._room.pages.page(request, "writing/snippets.html", {"as_of": as_of, "found": found})

    def new(self, request: Request) -> Response:
        """Show an empty one to write."""
        return self._show(request, Snippet("", "", ""))

    def one(self, request: Request) -> Response:
        """Show one to change."""
        name = request.path_params["name"]
        found = next((each for each in snippets(self._room.workspace) if each.name == name), None)
        if found is None:
            return self._room.pages.missing(request, "There is no such snippet.")
        return self._show(request, found)

    def _show(self, request: Request, snippet: Snippet) -> Response:
        values = {"snippet": snippet, "tags": list(TAGS), "longest": LONGEST}
        return self._room.pages.page(request, "writing/snippet.html", values)

    def save(self, _request: Request, form: FormData) -> Response:
        """Write a new one, or change one."""
        name, title, text = (str(form.get(key, "")) for key in ("name", "title", "text"))
        saved = save_snippet(self._room.workspace, name, title, text)
        return self._room.pages.go_on(_PAGE, f"“{saved.title}” is saved. Texts that have it already stay as they are.")

    def delete(self, request: Request, _form: FormData) -> Response:
        """Delete one, and offer to write it again."""
        gone = delete_snippet(self._room.workspace, request.path_params["name"])
        undo = Undo(_PAGE, {"name": gone.name, "title": gone.title, "text": gone.text})
        return self._room.pages.go_on(_PAGE, f"“{gone.title}” is deleted.", undo)


def _beginning(markdown: str) -> str:
    """Return how a snippet begins, as a reader sees it."""
    boxes = [line.strip(": ").partition(" ")[2] for line in markdown.split("\n") if line.startswith(":::")]
    lines = [line for line in plain_lines(markdown) if not line.startswith(":::")]
    return shortened(" ".join([*filter(None, boxes), *lines]), _SHOWN)
