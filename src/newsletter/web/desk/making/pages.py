"""From what somebody has to an issue: hand it in, choose, look it over, make it."""

from collections.abc import Sequence

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import IssueError, NewsletterError, SourceError
from newsletter.issues.arrange import add_post, ensure_leads_on
from newsletter.issues.order import Show
from newsletter.issues.shortening import web_address
from newsletter.issues.slug import as_slug
from newsletter.issues.used import used_posts
from newsletter.posts import Source
from newsletter.posts.corrections import FILE, read_corrections, remember
from newsletter.posts.feed import FeedEntry, list_feed
from newsletter.posts.fetching import Fetcher
from newsletter.posts.gathering import Gatherer
from newsletter.posts.reader import is_feed
from newsletter.posts.review import Role
from newsletter.posts.source import LARGEST_FILE, is_structured
from newsletter.services.issues import audience_words, create_issue, earlier_issues, suggest_slug
from newsletter.web.desk.making.drafts import Draft, Sheet
from newsletter.web.desk.notices import Latest
from newsletter.web.desk.room import Room

_MOST_TYPED = 200  # characters of a title or a name
_LONGEST_LINK = 2_000
_OFFERED = 12
_DRAFTS = 20
_MEDIA_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}


class Making:
    """Answers for the pages under ``/new``; what a post is, `newsletter.posts` decides."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pages = room.pages
        self._drafts = Latest[Draft](_DRAFTS)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        change = self._room.change
        return [
            Route("/new", self.start),
            change("/new", self.hand_in, most_bytes=LARGEST_FILE + 2_000_000),
            Route("/new/{draft}", self.look_over),
            Route("/new/{draft}/pictures/{post:int}/{number:int}", self.picture),
            change("/new/{draft}/choose", self.choose),
            change("/new/{draft}/rule", self.rule),
            change("/new/{draft}/make", self.make),
            change("/new/{draft}/discard", self.discard),
        ]

    def start(self, request: Request) -> Response:
        """Ask for a post, in whichever form it is there."""
        into = request.query_params.get("into", "")
        if into and into not in self._room.proofs.slugs():
            return self._pages.missing(request, "There is no issue of this name.")
        values = {"into": into, "as_of": self._room.changes.count, "earlier": self._earlier()}
        return self._pages.page(request, "making/start.html", values)

    def hand_in(self, request: Request, form: FormData) -> Response:
        """Read what was handed in, and lead on to looking it over."""
        into = _typed(form, "into")
        if into and into not in self._room.proofs.slugs():
            return self._pages.missing(request, "There is no issue of this name.")
        if "begin" in form:
            return self._begin(form)
        source = self._gatherer().feed_of(self._source(form))
        draft = Draft(place=source.name, source=source, into=into)
        if is_feed(source):
            draft.entries = tuple(list_feed(source, self._room.workspace.settings.clinic))
        if len(draft.entries) <= 1:
            draft.take(self._gatherer().read(source, source.name, title=_typed(form, "title")))
        return self._pages.go_on(f"/new/{self._drafts.add(draft)}")

    def look_over(self, request: Request) -> Response:
        """Show what was understood, part by part, or a feed's posts to choose from."""
        name = request.path_params["draft"]
        draft = self._drafts.find(name)
        if draft is None:
            return self._gone(request)
        if not draft.sheets:
            entries = self._marked(draft.entries)
            values = {"name": name, "draft": draft, "entries": entries, "as_of": self._room.changes.count}
            return self._pages.page(request, "making/choose.html", values)
        posts = [sheet.post for sheet in draft.sheets]
        values = {
            "as_of": self._room.changes.count,
            "name": name,
            "draft": draft,
            "sheets": list(zip(draft.sheets, posts, strict=True)),
            "slug": suggest_slug(self._room.workspace, posts[0].title),
            "earlier": self._earlier(),
            "roles": _ROLES,
        }
        return self._pages.page(request, "making/review.html", values)

    def choose(self, request: Request, form: FormData) -> Response:
        """Read the chosen posts of a feed."""
        name = request.path_params["draft"]
        draft = self._drafts.find(name)
        if draft is None:
            return self._gone(request)
        picked = {value for value in form.getlist("pick") if isinstance(value, str)}
        chosen = [entry for number, entry in enumerate(draft.entries) if str(number) in picked]
        if not chosen:
            raise SourceError("no post is chosen", hint="Tick at least one of them.")
        draft.take(self._gatherer(chosen).read(draft.source, draft.place))
        return self._pages.go_on(f"/new/{name}")

    def rule(self, request: Request, form: FormData) -> Response:
        """Take over what a person decided about the parts of the posts."""
        name = request.path_params["draft"]
        draft = self._drafts.find(name)
        if draft is None:
            return self._gone(request)
        _take_over(draft, form)
        return self._pages.go_on(f"/new/{name}")

    def make(self, request: Request, form: FormData) -> Response:
        """Write the issue, or add the posts to the one that they are for."""
        name = request.path_params["draft"]
        draft = self._drafts.find(name)
        if draft is None or not draft.sheets:
            return self._gone(request)
        _take_over(draft, form)
        for sheet in draft.sheets:
            if sheet.post.link not in {"", sheet.reading.post.link}:  # typed by a person
                sheet.facts["link"] = web_address(sheet.post.link)
        if draft.into:
            slug, said = draft.into, self._add(draft, form)
        else:
            slug, like = as_slug(_typed(form, "slug")), _typed(form, "like")
            said = "The issue is made. Write a few words to your readers, if you like."
            pictures = [picture for sheet in draft.sheets for picture in sheet.used_pictures]
            posts, subject = [sheet.post for sheet in draft.sheets], _typed(form, "subject")
            create_issue(self._room.workspace, slug, posts, pictures=pictures, subject=subject, like=like)
            said = self._begun(like) or said
        self._drafts.drop(name)
        try:
            kept = remember(self._room.workspace.root, [each for sheet in draft.sheets for each in sheet.corrections])
        except NewsletterError as mistake:  # the issue is made all the same
            kept = 0
            said += f" Your corrections were not remembered: {FILE} {mistake.what}. {mistake.hint}"
        if kept:
            lines = "1 line" if kept == 1 else f"{kept} lines"
            said += f" What you said of {lines} is remembered for the next post."
        return self._pages.go_on(f"/issues/{slug}/write", said)

    def discard(self, request: Request, _form: FormData) -> Response:
        """Forget what was handed in, and go back to where it was; nothing was written yet."""
        name = request.path_params["draft"]
        draft = self._drafts.find(name)
        self._drafts.drop(name)
        return self._pages.go_on(f"/new?into={draft.into}" if draft and draft.into else "/new", "Nothing was made.")

    def picture(self, request: Request) -> Response:
        """Show a picture that came with a post, as it will go into the issue."""
        draft = self._drafts.find(request.path_params["draft"])
        post, number = request.path_params["post"], request.path_params["number"]
        if draft is None or post >= len(draft.sheets) or number >= len(draft.sheets[post].pictures):
            return self._gone(request)
        picture = draft.sheets[post].pictures[number]
        kind = _MEDIA_TYPES.get(picture.path.rpartition(".")[2].lower(), "application/octet-stream")
        return Response(picture.data, media_type=kind)

    def _source(self, form: FormData) -> Source:
        """Return what was handed in: a file before a link before pasted text, whichever is there."""
        file, link, text, html = (
            form.get("file"),
            _typed(form, "link", _LONGEST_LINK),
            form.get("text"),
            form.get("html"),
        )
        if isinstance(file, UploadFile) and file.filename:
            return Source(data=file.file.read(), name=_shown_name(file.filename))
        if link:
            if not link.startswith(("https://", "http://")):
                link = f"https://{link}"
            return Fetcher().fetch(link)
        if isinstance(html, str) and is_structured(html.encode()):
            return Source(data=html.encode(), name="the text you pasted")
        if isinstance(text, str) and text.strip():
            return Source(data=text.encode(), name="the text you pasted")
        hint = "Paste the post into the large field, choose its file, or give its address."
        raise SourceError("there is nothing to read yet", hint=hint)

    def _gatherer(self, chosen: Sequence[FeedEntry] = ()) -> Gatherer:
        return Gatherer(
            clinic=self._room.workspace.settings.clinic,
            choose=lambda entries, _place: chosen or entries,
            fetcher=Fetcher(),
            corrections=read_corrections(self._room.workspace.root),
        )

    def _marked(self, entries: Sequence[FeedEntry]) -> list[tuple[FeedEntry, str]]:
        """Return a feed's posts, each with the issue that had it already."""
        used = used_posts(self._room.workspace)
        return [
            (entry, ", ".join(dict.fromkeys([*used.get(entry.link, ()), *used.get(entry.title.casefold(), ())])))
            for entry in entries
        ]

    def _add(self, draft: Draft, form: FormData) -> str:
        show = Show(shown) if (shown := _typed(form, "show")) in list(Show) else Show.FULL
        for sheet in draft.sheets:
            ensure_leads_on(sheet.post.link, show)  # of all of them, before the first is added
        for sheet in draft.sheets:
            add_post(self._room.workspace, draft.into, sheet.post, pictures=sheet.used_pictures, show=show)
        return f"{len(draft.sheets)} posts were added." if len(draft.sheets) > 1 else "The post was added."

    def _begin(self, form: FormData) -> Response:
        """Make an issue without a post: like an earlier one, or empty."""
        subject, like = _typed(form, "subject"), _typed(form, "like")
        if not subject:
            raise IssueError("the issue needs a subject", hint="Type in a few words what it is about.")
        slug = suggest_slug(self._room.workspace, subject)
        create_issue(self._room.workspace, slug, subject=subject, like=like)
        said = self._begun(like) or "The issue is made. Write to your readers."
        return self._pages.go_on(f"/issues/{slug}/write", said)

    def _begun(self, like: str) -> str:
        """Say what an issue took over from an earlier one, and whom that went to."""
        if not like:
            return ""
        title, audience = self._title(like), audience_words(self._room.workspace, like)
        went = f" That one went to: {audience}. Choose the same when you send this one." if audience else ""
        return f"The letter begins like “{title}”. Write what is new between greeting and sign-off.{went}"

    def _earlier(self) -> list[tuple[str, str]]:
        """Return the issues that a new one can begin like, each with its subject."""
        return [(slug, self._title(slug)) for slug in earlier_issues(self._room.workspace)[:_OFFERED]]

    def _title(self, slug: str) -> str:
        return self._room.proofs.entry(slug, "").subject or slug

    def _gone(self, request: Request) -> Response:
        return self._pages.missing(
            request, "This draft is no longer here: the desk was closed, or it was made already."
        )


_ROLES = {
    Role.SECTION: "Heading",
    Role.SUBSECTION: "Sub-heading",
    Role.PARAGRAPH: "Text",
    Role.OTHER: "As it is",
    Role.LEFT_OUT: "Leave out",
}


def _take_over(draft: Draft, form: FormData) -> None:
    for number, sheet in enumerate(draft.sheets):
        for fact, longest in (("title", _MOST_TYPED), ("author", _MOST_TYPED), ("link", _LONGEST_LINK)):
            if f"{fact}-{number}" in form:
                sheet.facts[fact] = _typed(form, f"{fact}-{number}", longest)
        for place in range(len(sheet.parts)):
            _rule(sheet, place, _typed(form, f"role-{number}-{place}"))
        wish, _, role = _typed(form, "set").partition(":")
        post, _, place_text = wish.partition("-")
        if post == str(number) and place_text.isdecimal():
            _rule(sheet, int(place_text), role)
        post, _, place_text = _typed(form, "keep").partition("-")
        if post == str(number) and place_text.isdecimal():
            sheet.checked.add(int(place_text))


def _rule(sheet: Sheet, place: int, role: str) -> None:
    if role in list(Role):
        sheet.rule(place, Role(role))


def _typed(form: FormData, name: str, longest: int = _MOST_TYPED) -> str:
    value = form.get(name)
    return " ".join(value.split())[:longest] if isinstance(value, str) else ""


def _shown_name(name: str) -> str:
    """Return an uploaded file's name for messages: it is never made into a path."""
    return name.replace("\\", "/").rpartition("/")[2][:100] or "the file"
