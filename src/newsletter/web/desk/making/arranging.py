"""The posts of an issue: their order, and how much of each is shown."""

from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from newsletter.issues.arrange import move_post, remove_post, restore_post, show_post
from newsletter.issues.load import ISSUE_FILE, issue_folder, issue_order, post_link
from newsletter.issues.order import Show, find_entry
from newsletter.issues.shortening import leads_on
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room, Views

views = Views()


@views.get("/issues/{slug}/posts")
def posts(room: Room, request: Request) -> Response:
    """Show the posts in their order."""
    as_of, slug = room.changes.count, request.path_params["slug"]
    proof = room.proofs.read(slug)
    issue = proof.issue
    titles = {each.body.path.stem: each.post for each in issue.posts} if issue else {}
    order = issue_order(room.workspace, slug)
    entries = [(entry, titles.get(entry.stem)) for entry in order]
    asked = request.query_params.get("ask", ""), _show(request.query_params)
    values = {
        "as_of": as_of,
        "slug": slug,
        "issue_name": proof.name,
        "entries": entries,
        "shows": _SHOWS,
        "asked": asked,
    }
    return room.pages.page(request, "making/posts.html", values)


@views.change("/issues/{slug}/posts")
def arrange(room: Room, request: Request, form: FormData) -> Response:
    """Move, show, remove or put back one post, as the pressed button says."""
    slug = request.path_params["slug"]
    workspace, name, page = room.workspace, _text(form, "post"), f"/issues/{slug}/posts"
    if back := _text(form, "back"):
        restore_post(workspace, slug, back, _number(form, "place"), _show(form))
        return room.pages.go_on(page, "The post is back.")
    order = issue_order(workspace, slug)
    entry = find_entry(order, name, issue_folder(workspace, slug) / ISSUE_FILE)
    place = order.index(entry) + 1
    if _text(form, "remove"):
        kept = remove_post(workspace, slug, entry.stem)
        undo = Undo(page, {"back": kept.name, "place": str(place), "show": str(entry.show)})
        return room.pages.go_on(page, "The post was taken out of the issue; its text is kept.", undo)
    if _text(form, "move") in {"-1", "1"}:
        move_post(workspace, slug, entry.stem, place + int(_text(form, "move")))
    else:
        show, link = _show(form), _text(form, "link")
        if show is not Show.FULL and not link and not leads_on(post_link(workspace, slug, entry.stem)):
            return room.pages.go_on(f"{page}?{urlencode({'ask': entry.stem, 'show': show})}")
        show_post(workspace, slug, entry.stem, show, link)
    return room.pages.go_on(page)


_SHOWS = {
    Show.FULL: "In full",
    Show.OPENING: "Its first paragraphs",
    Show.TEASER: "A card with two sentences",
    Show.TITLE: "Only its title",
}


def _text(form: FormData | QueryParams, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _number(form: FormData, name: str) -> int:
    text = _text(form, name)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 5 else 1


def _show(form: FormData | QueryParams) -> Show:
    text = _text(form, "show")
    return Show(text) if text in list(Show) else Show.FULL
