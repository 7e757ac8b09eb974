"""The whole way from an issue to a message, on one page.

Issue
  → merge tags become placeholders, Markdown becomes blocks    page, reader, boxes, inline
  → the theme sets the blocks as MJML                          theme (Jinja2)
  → MJML becomes HTML                                          mjml
  → the theme's styles go into each element                    inlining (premailer)
  → and the same blocks are written as text                    textpart
  → placeholders are told apart by where they landed           message.bind
→ Message
"""

from dataclasses import dataclass

from newsletter.issues import Issue
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Context, Message, bind
from newsletter.rendering.inlining import inline_styles
from newsletter.rendering.mjml import to_html
from newsletter.rendering.page import read_page, surroundings
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Settings, Workspace


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, and the MJML that its HTML was made of."""

    message: Message
    mjml: str


def render_issue(workspace: Workspace, issue: Issue) -> Rendered:
    """Render `issue` once, for everybody.

    Raises:
        IssueError: the issue has a mistake; the error names file and line.
        ThemeError: the theme is missing or has a mistake.
    """
    theme = open_theme(workspace, issue.language)
    around = surroundings(workspace, issue, theme)
    page = read_page(issue, workspace.settings, around)
    values = {"page": page, "clinic": workspace.settings.clinic, **_links(workspace.settings)}
    mjml = theme.render("layout.mjml.j2", **values)
    html = inline_styles(to_html(mjml, theme.folder / "layout.mjml.j2"), theme.render("inlined.css.j2", page=page))
    text = theme.render("text.j2", **values)
    sender = workspace.settings.sender
    message = Message(
        subject=bind(page.subject, Context.SUBJECT),
        preheader=around.tags.show_fallbacks(page.preheader),
        html=bind(html, Context.HTML),
        text=bind(text, Context.TEXT),
        from_name=sender.from_name,
        from_email=sender.from_email,
        reply_to=sender.reply_to,
        fields=around.tags.fields,
        images=tuple(image for image in around.pictures.embedded if image.content_id in html),
        attachments=around.calendar.files,
    )
    return Rendered(message, mjml)


def _links(settings: Settings) -> dict[str, str]:
    """Return the links of the footer; without public pages, only the one that every mail has."""
    web = settings.web
    preferences = f"{UNSUBSCRIBE_PLACEHOLDER}/preferences" if settings.reader_pages else ""
    subscribe = f"{web.public_url}/subscribe" if web.public_url and web.signup else ""
    return {"unsubscribe": UNSUBSCRIBE_PLACEHOLDER, "preferences": preferences, "subscribe": subscribe}
