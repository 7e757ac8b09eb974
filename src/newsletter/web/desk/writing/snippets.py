"""The texts that go into many issues: their list, and changing one."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.issues.snippets import LONGEST, Snippet, delete_snippet, save_snippet, snippets
from newsletter.message.fields import TAGS
from newsletter.posts.markdown import plain_lines, shortened
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room, Views
from newsletter.web.desk.writing.fields import boxes_to_insert

_PAGE = "/snippets"
_SHOWN = 140


views = Views()


@views.get(_PAGE)
def overview(room: Room, request: Request) -> Response:
    """List them, each with how it begins."""
    as_of = room.changes.count
    found = [(snippet, _beginning(snippet.text)) for snippet in snippets(room.workspace)]
    return room.pages.page(request, "writing/snippets.html", {"as_of": as_of, "found": found})


@views.get(f"{_PAGE}/new")
def new(room: Room, request: Request) -> Response:
    """Show an empty one to write."""
    return _show(room, request, Snippet("", "", ""))


@views.get(f"{_PAGE}/{{name}}")
def one(room: Room, request: Request) -> Response:
    """Show one to change."""
    name = request.path_params["name"]
    found = next((each for each in snippets(room.workspace) if each.name == name), None)
    if found is None:
        return room.pages.missing(request, "There is no such snippet.")
    return _show(room, request, found)


def _show(room: Room, request: Request, snippet: Snippet) -> Response:
    values = {"snippet": snippet, "tags": list(TAGS), "boxes": boxes_to_insert(), "longest": LONGEST}
    return room.pages.page(request, "writing/snippet.html", values)


@views.change(_PAGE)
def save(room: Room, _request: Request, form: FormData) -> Response:
    """Write a new one, or change one."""
    name, title, text = (str(form.get(key, "")) for key in ("name", "title", "text"))
    saved = save_snippet(room.workspace, name, title, text)
    return room.pages.go_on(_PAGE, f"“{saved.title}” is saved. Texts that have it already stay as they are.")


@views.change(f"{_PAGE}/{{name}}/delete")
def delete(room: Room, request: Request, _form: FormData) -> Response:
    """Delete one, and offer to write it again."""
    gone = delete_snippet(room.workspace, request.path_params["name"])
    undo = Undo(_PAGE, {"name": gone.name, "title": gone.title, "text": gone.text})
    return room.pages.go_on(_PAGE, f"“{gone.title}” is deleted.", undo)


def _beginning(markdown: str) -> str:
    """Return how a snippet begins, as a reader sees it."""
    boxes = [line.strip(": ").partition(" ")[2] for line in markdown.split("\n") if line.startswith(":::")]
    lines = [line for line in plain_lines(markdown) if not line.startswith(":::")]
    return shortened(" ".join([*filter(None, boxes), *lines]), _SHOWN)
