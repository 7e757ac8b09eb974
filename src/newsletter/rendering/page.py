"""What a theme's layout is given: the issue with its Markdown read into blocks."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from newsletter.errors import IssueError, WorkspaceError
from newsletter.formatting import bare_address
from newsletter.issues import Issue, IssuePost, Passage
from newsletter.issues.order import Show
from newsletter.message import MergeTags
from newsletter.rendering.blocks import Block, Picture
from newsletter.rendering.events import Calendar, say_day, say_month
from newsletter.rendering.markdown import curl_quotes
from newsletter.rendering.pictures import Pictures
from newsletter.rendering.reader import Surroundings, read_blocks
from newsletter.rendering.sanitise import without_controls
from newsletter.rendering.theme import TOKENS_FILE, Theme, dialled
from newsletter.workspace import Clinic, Settings, Workspace

_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
_PORTRAIT = 56
_PREVIEW = 240
"""Characters of an inbox's row: as many as any program shows behind the subject."""
_FILLER = "\N{NO-BREAK SPACE}\N{SOFT HYPHEN} "
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-|$)")
_BOX = re.compile(r"\b(?:p\.?\s?o\.?|post office)\s*box\b|\bpmb\b", re.IGNORECASE)
_NAMES = {"facebook": "Facebook", "instagram": "Instagram", "linkedin": "LinkedIn", "tiktok": "TikTok"}
_NAMES |= {"youtube": "YouTube", "threads": "Threads", "bsky": "Bluesky", "x": "X", "twitter": "X"}
_THUMB_WIDTH, _THUMB = 240, 3 / 2
"""How wide a card's picture is where its theme does not say, in pixels, and how much wider than high."""
_ESCAPED_BRACE = re.compile(r"\\([{}])")  # outside of Markdown, too, \{\{ writes braces that are no merge tag
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOnPage:
    """A post as a theme sees it.

    Attributes:
        level: the level of its title's heading.
        anchor: the id of its title, for links within the mail.
        teaser: stands for the whole post, which is read at `link`; then there are no blocks.
        thumb: the picture as a card shows it.
        is_short: whether only its title and perhaps a teaser are shown; the rest is read at `link`.
        is_opening: whether its blocks are only the first ones; the rest is read at `link`.
        is_lead: whether it comes first, and others follow.
    """

    title: str
    level: int
    anchor: str
    author: str
    author_photo: Picture | None
    author_bio: str
    date: str
    link: str
    picture: Picture | None
    thumb: Picture | None
    teaser: str
    blocks: tuple[Block, ...]
    is_short: bool
    is_opening: bool
    is_lead: bool

    @property
    def is_card(self) -> bool:
        """Whether it is short and not the lead: such posts may stand beside each other."""
        return self.is_short and not self.is_lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An issue as a theme sees it.

    Attributes:
        document: the title that programs show, with fallbacks for merge tags.
        filler: what keeps the words of the mail away from the preheader in an inbox.
        headline: what the issue's own front matter says; empty without it.
        title: the headline, or the subject when there are several posts, for themes that repeat it.
        month: which month the issue is of, by its folder's name; empty if that does not tell.
        online: where the issue can be read on the web; empty if nowhere.
        map: where the clinic's address is shown on a map; empty for a post-office box.
        social: the clinic's pages elsewhere, each with its name.
        direction: ``ltr`` or ``rtl``.
    """

    subject: str
    document: str
    preheader: str
    filler: str
    headline: str
    title: str
    month: str
    number: str
    online: str
    map: str
    social: tuple[tuple[str, str], ...]
    language: str
    direction: str
    logo: Picture | None
    letter: tuple[Block, ...]
    posts: tuple[PostOnPage, ...]

    @property
    def brand_tag(self) -> str:
        """The element of the name at the top: the one ``h1`` when no headline and no only post has it."""
        return "p" if self.headline or len(self.posts) == 1 else "h1"

    @property
    def begins_with_words(self) -> bool:
        """Whether anything stands before the first post."""
        return bool(self.headline or self.letter or len(self.posts) > 2)

    @property
    def rows(self) -> tuple[tuple[PostOnPage, ...], ...]:
        """The posts as they stand beside each other: two short ones in a row if both or none have a picture."""
        return tuple(self._rows())

    def _rows(self) -> Iterator[tuple[PostOnPage, ...]]:
        waiting: tuple[PostOnPage, ...] = ()
        for post in self.posts:
            if waiting and (not post.is_card or bool(waiting[0].thumb) is not bool(post.thumb)):
                yield waiting
                waiting = ()
            waiting = (*waiting, post)
            if not post.is_card or len(waiting) == 2:
                yield waiting
                waiting = ()
        if waiting:
            yield waiting

    @property
    def start(self) -> str:
        """The side on which lines begin."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def end(self) -> str:
        """The side on which lines end."""
        return "left" if self.direction == "rtl" else "right"


def read_page(issue: Issue, settings: Settings, around: Surroundings) -> Page:
    """Read all the words of `issue`.

    Raises:
        IssueError: something in it cannot be set; the error names file and line.
    """
    alone = len(issue.posts) == 1
    clinic = settings.clinic

    def line(key: str, text: str) -> str:
        return _one_line(text, issue.source, around, issue.lines.get(key, 1))

    subject = line("subject", issue.subject)
    preheader, headline = line("preheader", issue.preheader), curl_quotes(line("headline", issue.headline))
    return Page(
        subject=subject,
        document=around.tags.show_fallbacks(subject),
        preheader=preheader,
        filler="" if settings.privacy.click_tracking else _filler(around.tags.show_fallbacks(preheader)),
        headline=headline,
        title=headline or ("" if alone else curl_quotes(subject, issue.language)),
        month=_month(issue),
        number=issue.number,
        online=issue.link or _web_version(settings, issue.slug),
        map="" if clinic.has_placeholder_address or _BOX.search(clinic.postal_address) else _map(clinic),
        social=tuple((_name_of(link), link) for link in clinic.social),
        language=issue.language,
        direction=_direction(issue.language),
        logo=around.logo,
        letter=read_blocks(issue.letter, around, top_level=2),
        posts=tuple(
            _read_post(post, around, level=1 if alone and not headline else 2, number=number, of=len(issue.posts))
            for number, post in enumerate(issue.posts, 1)
        ),
    )


def plain_page(
    *, subject: str, title: str, preheader: str, blocks: tuple[Block, ...], language: str, logo: Picture | None
) -> Page:
    """Return a page that is no issue: a title and a few words below it."""
    return Page(
        subject=subject,
        document=subject,
        preheader=preheader,
        filler=_filler(preheader),
        headline=title,
        title=title,
        month="",
        number="",
        online="",
        map="",
        social=(),
        language=language,
        direction=_direction(language),
        logo=logo,
        letter=blocks,
        posts=(),
    )


def _direction(language: str) -> str:
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def _filler(preheader: str) -> str:
    """Return what fills the rest of an inbox's row.

    No characters without width: a long run of them makes SendGrid cut mail off, and with click
    tracking any filler may (https://github.com/resend/react-email/pull/3681).
    """
    return _FILLER * max(0, (_PREVIEW - len(preheader)) // 2)


def _month(issue: Issue) -> str:
    found = _MONTH.match(issue.slug)
    return say_month(dt.date(int(found[1]), int(found[2]), 1), issue.language) if found and int(found[1]) else ""


def _web_version(settings: Settings, slug: str) -> str:
    return f"{settings.archive_url}/{slug}/" if settings.archive_url else ""


def _map(clinic: Clinic) -> str:
    query = {"api": 1, "query": f"{clinic.name}, {clinic.postal_address}"}
    return f"https://www.google.com/maps/search/?{urlencode(query)}"


def _name_of(link: str) -> str:
    """Return how people call a web site."""
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return _NAMES.get(host.split(".")[-2] if "." in host else host, host)


def surroundings(workspace: Workspace, issue: Issue, theme: Theme) -> Surroundings:
    """Return what the passages of `issue` are read in.

    Raises:
        WorkspaceError: pictures shall be hosted, but there is no public address.
        IssueError: the logo cannot be shown.
    """
    settings = workspace.settings
    pictures = Pictures(issue.folder, widest=theme.text_width, base_url=_pictures_url(workspace, issue.slug))
    without_boxes = Surroundings(
        tags=MergeTags(),
        pictures=pictures,
        thumb=theme.tokens["space"].get("thumb", _THUMB_WIDTH),
        logo=place_logo(workspace, pictures, theme.tokens["space"]["logo"]),
        calendar=Calendar(issue.slug, settings.sender.from_email.rpartition("@")[2]),
        crisis=(),
        contact=(),
        language=issue.language,
        timezone=settings.clinic.timezone,
    )
    crisis, contact = (
        read_blocks(Passage(markdown=text, path=theme.folder / TOKENS_FILE), without_boxes, top_level=6)
        for text in _standing_words(settings.clinic, theme)
    )
    return replace(without_boxes, crisis=crisis, contact=contact)


def _standing_words(clinic: Clinic, theme: Theme) -> tuple[str, str]:
    """Return what crisis and contact boxes always say, in Markdown."""
    number = f"[{clinic.phone}](tel:{dialled(clinic.phone)})"
    crisis = theme.tokens["words"]["crisis"].replace("CLINIC", literal(clinic.name)).replace("PHONE", number)
    call = f"[{theme.tokens['words'].get('call', '')} {clinic.phone}](tel:{dialled(clinic.phone)}){{.button}}"
    return crisis, f"{call}\n\n<{clinic.email}>\\\n[{literal(bare_address(clinic.website))}](<{clinic.website}>)"


def literal(text: str) -> str:
    """Return `text` for Markdown to show as it is."""
    return _MARKS.sub(r"\\\g<0>", text)


def _pictures_url(workspace: Workspace, slug: str) -> str:
    settings = workspace.settings
    if settings.theme.images == "embedded":
        return ""
    if not settings.web.public_url:
        hint = 'Set web.public_url, or theme.images = "embedded".'
        raise WorkspaceError(
            "pictures shall be hosted, but nowhere", where="theme.images in newsletter.toml", hint=hint
        )
    return f"{settings.web.public_url}/pictures/{slug}"


def read_logo(workspace: Workspace, theme: Theme) -> Picture | None:
    """Return the clinic's logo, which no issue has to be there for.

    Raises:
        WorkspaceError: it cannot be shown.
    """
    return place_logo(workspace, Pictures(workspace.root, widest=theme.text_width), theme.tokens["space"]["logo"])


def place_logo(workspace: Workspace, pictures: Pictures, height: int) -> Picture | None:
    """Return the clinic's logo; it always travels in the mail, since its name is its alt text."""
    name = workspace.settings.theme.logo

    def refuse(what: str, hint: str) -> WorkspaceError:
        return WorkspaceError(what, where="theme.logo in newsletter.toml", hint=hint)

    return (
        pictures.embed(workspace.root / name, workspace.settings.clinic.name, refuse, height=height) if name else None
    )


def _read_post(post: IssuePost, around: Surroundings, *, level: int, number: int, of: int) -> PostOnPage:
    facts, path = post.post, post.body.path
    is_short, is_lead = bool(facts.teaser) or post.show is Show.TITLE, number == 1 < of

    def line(key: str, text: str) -> str:
        return _one_line(text, path, around, post.lines.get(key, 1))

    if facts.teaser and not facts.link:
        hint = "Add the post's address below the teaser: link: https://…"
        raise IssueError("a teaser leads nowhere", where=post.place("teaser"), hint=hint)
    return PostOnPage(
        title=curl_quotes(line("title", facts.title), around.language),
        level=level,
        anchor=f"post-{number}",
        author=line("author", facts.author),
        author_photo=_picture(facts.author_photo, facts.author, post.place("author_photo"), around, width=_PORTRAIT),
        author_bio=curl_quotes(line("author_bio", facts.author_bio), around.language),
        date=say_day(facts.date, around.language, weekday=False) if facts.date else "",
        link=facts.link,
        picture=_picture(facts.image, facts.image_alt, post.place("image"), around),
        thumb=_picture(facts.image, facts.image_alt, post.place("image"), around, width=around.thumb, ratio=_THUMB)
        if is_short and not is_lead
        else None,
        teaser=curl_quotes(line("teaser", facts.teaser), around.language),
        blocks=() if is_short else read_blocks(post.body, around, top_level=level + 1),
        is_short=is_short,
        is_opening=post.show is Show.OPENING,
        is_lead=is_lead,
    )


def _picture(
    name: str, alt: str, place: str, around: Surroundings, *, width: int = 0, ratio: float = 0
) -> Picture | None:
    def refuse(what: str, hint: str) -> IssueError:
        return IssueError(what, where=place, hint=hint)

    return around.pictures.place(name, alt, refuse, width=width, ratio=ratio) if name else None


def _one_line(text: str, where: Path, around: Surroundings, line: int) -> str:
    tagged = without_controls(around.tags.replace(text, where, line))
    return " ".join(_ESCAPED_BRACE.sub(r"\1", tagged).split())
