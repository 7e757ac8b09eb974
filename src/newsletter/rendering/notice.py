"""Notices: short mails in the clinic's theme that are no issues, each to one person who asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import escape

from newsletter.message import Message
from newsletter.rendering.blocks import Block, Button, Inline, Paragraph
from newsletter.rendering.inlining import inline_styles
from newsletter.rendering.mjml import to_html
from newsletter.rendering.page import place_logo, plain_page
from newsletter.rendering.pictures import Pictures
from newsletter.rendering.theme import open_theme
from newsletter.shipped import shipped_themes
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What such a mail says, in plain text.

    Attributes:
        before: the paragraphs above the button.
        label: what the button says.
        link: where it leads.
        after: the paragraphs below it.
        why: the line in the footer that says why the mail came.
    """

    subject: str
    title: str
    before: Sequence[str]
    label: str
    link: str
    after: Sequence[str]
    why: str
    language: str


def render_notice(workspace: Workspace, notice: Notice) -> Message:
    """Return a notice as a message: no unsubscribe link, since it is no mail to a list.

    Raises:
        ThemeError: the theme is missing or has a mistake.
        WorkspaceError: the logo cannot be shown.
    """
    theme = open_theme(workspace, notice.language)
    # A clinic's own theme may be older than these two templates.
    theme = replace(theme, folders=tuple(dict.fromkeys((*theme.folders, shipped_themes() / "clinic"))))
    pictures = Pictures(workspace.root, widest=theme.text_width)
    page = plain_page(
        subject=notice.subject,
        title=notice.title,
        preheader=notice.before[0],
        blocks=tuple(_blocks(notice)),
        language=notice.language,
        logo=place_logo(workspace, pictures, theme.tokens["space"]["logo"]),
    )
    values = {"page": page, "clinic": workspace.settings.clinic, "why": notice.why}
    html = to_html(theme.render("notice.mjml.j2", **values), theme.folder / "notice.mjml.j2")
    sender = workspace.settings.sender
    return Message(
        subject=notice.subject,
        preheader=page.preheader,
        html=inline_styles(html, theme.render("inlined.css.j2", page=page)),
        text=theme.render("notice.text.j2", **values),
        from_name=sender.from_name,
        from_email=sender.from_email,
        reply_to=sender.reply_to,
        images=tuple(image for image in pictures.embedded if image.content_id in html),
    )


def _blocks(notice: Notice) -> list[Block]:
    def paragraph(text: str) -> Block:
        return Paragraph(line=1, content=Inline(escape(text), text))

    button = Button(line=1, label=notice.label, link=notice.link)
    return [*map(paragraph, notice.before), button, *map(paragraph, notice.after)]
