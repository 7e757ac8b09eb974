"""The posts of an issue: their order, and how much of each is shown."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.issues.arrange import move_post, remove_post, restore_post, show_post
from newsletter.issues.load import issue_order
from newsletter.issues.order import Show
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room


class Arranging:
    """Answers for ``/issues/…/posts``; the same functions serve the command line."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pages = room.pages

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/issues/{slug}/posts", self.posts),
            self._room.change("/issues/{slug}/posts", self.arrange),
        ]

    def posts(self, request: Request) -> Response:
        """Show the posts in their order."""
        as_of = self._room.changes.count
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._pages.missing(request, "There is no issue of this name.")
        issue = self._room.proofs.read(slug).issue
        titles = {each.body.path.stem: each.post for each in issue.posts} if issue else {}
        order = issue_order(self._room.workspace, slug)
        entries = [(entry, titles.get(entry.stem)) for entry in order]
        values = {"as_of": as_of, "slug": slug, "entries": entries, "shows": _SHOWS}
        return self._pages.page(request, "making/posts.html", values)

    def arrange(self, request: Request, form: FormData) -> Response:
        """Move, show or remove one post, as the pressed button says."""
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._pages.missing(request, "There is no issue of this name.")
        workspace, name = self._room.workspace, _text(form, "post")
        page = f"/issues/{slug}/posts"
        if _text(form, "back"):
            restore_post(workspace, slug, _text(form, "back"), int(_text(form, "place") or 1))
            return self._pages.go_on(page, "The post is back.")
        order = [entry.stem for entry in issue_order(workspace, slug)]
        place = order.index(name) + 1 if name in order else 0
        if _text(form, "remove"):
            kept = remove_post(workspace, slug, name)
            undo = Undo(page, {"back": kept.name, "place": str(place)})
            return self._pages.go_on(page, "The post was taken out of the issue; its text is kept.", undo)
        if _text(form, "move") in {"-1", "1"}:
            move_post(workspace, slug, name, place + int(_text(form, "move")))
        elif _text(form, "show") in list(Show):
            show_post(workspace, slug, name, Show(_text(form, "show")))
        return self._pages.go_on(page)


_SHOWS = {Show.FULL: "In full", Show.TEASER: "Its beginning", Show.TITLE: "Only its title"}


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
