"""What a theme's layout is given: the issue with its Markdown read into blocks."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.errors import IssueError, WorkspaceError
from newsletter.issues import Issue, IssuePost, Passage
from newsletter.message import MergeTags
from newsletter.rendering.blocks import Block, Picture
from newsletter.rendering.events import Calendar, say_day
from newsletter.rendering.markdown import curl_quotes
from newsletter.rendering.pictures import Pictures
from newsletter.rendering.reader import read_blocks
from newsletter.rendering.sanitise import without_controls
from newsletter.rendering.surroundings import Surroundings
from newsletter.rendering.theme import TOKENS_FILE, Theme, dialled
from newsletter.workspace import Clinic, Workspace

_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
_PORTRAIT = 56
_ESCAPED_BRACE = re.compile(r"\\([{}])")  # outside of Markdown, too, \{\{ writes braces that are no merge tag
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOnPage:
    """A post as a theme sees it.

    Attributes:
        level: the level of its title's heading.
        teaser: stands for the whole post, which is read at `link`; then there are no blocks.
    """

    title: str
    level: int
    author: str
    author_photo: Picture | None
    author_bio: str
    date: str
    link: str
    picture: Picture | None
    teaser: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An issue as a theme sees it.

    Attributes:
        document: the title that programs show, with fallbacks for merge tags.
        title: the one ``h1``; empty when the title of the only post is it.
        direction: ``ltr`` or ``rtl``.
    """

    subject: str
    document: str
    preheader: str
    title: str
    language: str
    direction: str
    logo: Picture | None
    letter: tuple[Block, ...]
    posts: tuple[PostOnPage, ...]

    @property
    def start(self) -> str:
        """The side on which lines begin."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def end(self) -> str:
        """The side on which lines end."""
        return "left" if self.direction == "rtl" else "right"


def read_page(issue: Issue, around: Surroundings) -> Page:
    """Read all the words of `issue`.

    Raises:
        IssueError: something in it cannot be set; the error names file and line.
    """
    alone = len(issue.posts) == 1
    subject = _one_line(issue.subject, issue.source, around, issue.lines.get("subject", 1))
    return Page(
        subject=subject,
        document=around.tags.show_fallbacks(subject),
        preheader=_one_line(issue.preheader, issue.source, around, issue.lines.get("preheader", 1)),
        title="" if alone else curl_quotes(subject, issue.language),
        language=issue.language,
        direction="rtl" if issue.language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr",
        logo=around.logo,
        letter=read_blocks(issue.letter, around, top_level=2),
        posts=tuple(_read_post(post, around, level=1 if alone else 2) for post in issue.posts),
    )


def surroundings(workspace: Workspace, issue: Issue, theme: Theme) -> Surroundings:
    """Return what the passages of `issue` are read in.

    Raises:
        WorkspaceError: pictures shall be hosted, but there is no public address.
        IssueError: the logo cannot be shown.
    """
    settings = workspace.settings
    pictures = Pictures(issue.folder, widest=theme.text_width, base_url=_pictures_url(workspace, issue.slug))
    bare = Surroundings(
        tags=MergeTags(),
        pictures=pictures,
        logo=_logo(workspace, pictures, theme.tokens["space"]["logo"]),
        calendar=Calendar(issue.slug, settings.sender.from_email.rpartition("@")[2]),
        crisis=(),
        contact=(),
        language=issue.language,
        timezone=settings.clinic.timezone,
    )
    crisis, contact = (
        read_blocks(Passage(markdown=text, path=theme.folder / TOKENS_FILE), bare, top_level=6)
        for text in _standing_words(settings.clinic, theme)
    )
    return replace(bare, crisis=crisis, contact=contact)


def _standing_words(clinic: Clinic, theme: Theme) -> tuple[str, str]:
    """Return what crisis and contact boxes always say, in Markdown."""
    number = f"[{clinic.phone}](tel:{dialled(clinic.phone)})"
    crisis = theme.tokens["words"]["crisis"].replace("CLINIC", _literal(clinic.name)).replace("PHONE", number)
    return crisis, f"{number}\\\n<{clinic.email}>\\\n<{clinic.website}>"


def _literal(text: str) -> str:
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
    return _logo(workspace, Pictures(workspace.root, widest=theme.text_width), theme.tokens["space"]["logo"])


def _logo(workspace: Workspace, pictures: Pictures, height: int) -> Picture | None:
    """Return the clinic's logo; it always travels in the mail, since its name is its alt text."""
    name = workspace.settings.theme.logo

    def refuse(what: str, hint: str) -> WorkspaceError:
        return WorkspaceError(what, where="theme.logo in newsletter.toml", hint=hint)

    return (
        pictures.embed(workspace.root / name, workspace.settings.clinic.name, refuse, height=height) if name else None
    )


def _read_post(post: IssuePost, around: Surroundings, *, level: int) -> PostOnPage:
    facts, path = post.post, post.body.path

    def line(key: str, text: str) -> str:
        return _one_line(text, path, around, post.lines.get(key, 1))

    if facts.teaser and not facts.link:
        hint = "Add the post's address below the teaser: link: https://…"
        raise IssueError("a teaser leads nowhere", where=post.place("teaser"), hint=hint)
    return PostOnPage(
        title=curl_quotes(line("title", facts.title), around.language),
        level=level,
        author=line("author", facts.author),
        author_photo=_picture(facts.author_photo, facts.author, post.place("author_photo"), around, width=_PORTRAIT),
        author_bio=curl_quotes(line("author_bio", facts.author_bio), around.language),
        date=say_day(facts.date, around.language, weekday=False) if facts.date else "",
        link=facts.link,
        picture=_picture(facts.image, facts.image_alt, post.place("image"), around),
        teaser=curl_quotes(line("teaser", facts.teaser), around.language),
        blocks=() if facts.teaser else read_blocks(post.body, around, top_level=level + 1),
    )


def _picture(name: str, alt: str, place: str, around: Surroundings, *, width: int = 0) -> Picture | None:
    def refuse(what: str, hint: str) -> IssueError:
        return IssueError(what, where=place, hint=hint)

    return around.pictures.place(name, alt, refuse, width=width) if name else None


def _one_line(text: str, where: Path, around: Surroundings, line: int) -> str:
    tagged = without_controls(around.tags.replace(text, where, line))
    return " ".join(_ESCAPED_BRACE.sub(r"\1", tagged).split())
