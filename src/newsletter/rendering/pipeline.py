"""The whole way from an issue to a message, on one page.

Issue
  → merge tags become placeholders, Markdown becomes blocks    markdown, reader, inline
  → the theme sets the blocks as MJML                          theme (Jinja2)
  → MJML becomes HTML                                          mjml
  → the theme's styles go into each element                    inlining (premailer)
  → and the same blocks are written as text                    textpart
  → placeholders are told apart by where they landed           message.merge.bind
→ Message
"""

from dataclasses import dataclass
from pathlib import Path

from newsletter.issues import Issue, IssuePost
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Context, MergeTags, Message, bind
from newsletter.rendering.blocks import Block
from newsletter.rendering.inlining import inline_styles
from newsletter.rendering.mjml import to_html
from newsletter.rendering.reader import read_blocks
from newsletter.rendering.sanitise import without_controls
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace

_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, and the MJML that its HTML was made of."""

    message: Message
    mjml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a theme's layout is given: the issue with its Markdown read into blocks.

    Attributes:
        title: the one ``h1``; empty when the only post's title is it.
        direction: ``ltr`` or ``rtl``.
    """

    subject: str
    preheader: str
    title: str
    language: str
    direction: str
    letter: tuple[Block, ...]
    posts: tuple["PostOnPage", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOnPage:
    """A post as a theme sees it; `level` is its title's level of heading."""

    title: str
    level: int
    author: str
    date: str
    link: str
    blocks: tuple[Block, ...]


def render_issue(workspace: Workspace, issue: Issue) -> Rendered:
    """Render `issue` once, for everybody.

    Raises:
        IssueError: the issue has a mistake; the error names file and line.
        ThemeError: the theme is missing or has a mistake.
    """
    tags = MergeTags()
    page = _read_page(issue, tags)
    theme = open_theme(workspace)
    values = {"page": page, "clinic": workspace.settings.clinic, "unsubscribe": UNSUBSCRIBE_PLACEHOLDER}
    mjml = theme.render("layout.mjml.j2", **values)
    html = inline_styles(to_html(mjml, theme.folder / "layout.mjml.j2"), theme.render("inlined.css.j2"))
    text = theme.render("text.j2", **values)
    sender = workspace.settings.sender
    message = Message(
        subject=bind(page.subject, Context.SUBJECT),
        preheader=tags.show_fallbacks(page.preheader),
        html=bind(html, Context.HTML),
        text=bind(text, Context.TEXT),
        from_name=sender.from_name,
        from_email=sender.from_email,
        reply_to=sender.reply_to,
        fields=tags.fields,
    )
    return Rendered(message, mjml)


def _read_page(issue: Issue, tags: MergeTags) -> Page:
    alone = len(issue.posts) == 1
    subject = _one_line(issue.subject, issue.source, tags)
    return Page(
        subject=subject,
        preheader=_one_line(issue.preheader, issue.source, tags),
        title="" if alone else subject,
        language=issue.language,
        direction="rtl" if issue.language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr",
        letter=read_blocks(issue.letter, tags, top_level=2),
        posts=tuple(_read_post(post, tags, level=1 if alone else 2) for post in issue.posts),
    )


def _read_post(post: IssuePost, tags: MergeTags, *, level: int) -> PostOnPage:
    return PostOnPage(
        title=_one_line(post.post.title, post.body.path, tags),
        level=level,
        author=without_controls(post.post.author),
        date=f"{post.post.date:%B} {post.post.date.day}, {post.post.date.year}" if post.post.date else "",
        link=post.post.link,
        blocks=read_blocks(post.body, tags, top_level=level + 1),
    )


def _one_line(text: str, where: Path, tags: MergeTags) -> str:
    return " ".join(without_controls(tags.replace(text, where)).split())
