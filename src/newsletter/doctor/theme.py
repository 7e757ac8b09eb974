"""The theme and the logo that the settings name: a mistake there stops every issue."""

from collections.abc import Iterator

from newsletter.doctor.verdict import Verdict, ok, wrong
from newsletter.errors import NewsletterError
from newsletter.rendering.page import read_logo
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace


def look_at_theme(workspace: Workspace) -> Iterator[Verdict]:
    """Judge the theme and the logo as rendering would."""
    try:
        read_logo(workspace, open_theme(workspace))
    except NewsletterError as err:
        yield wrong("theme", f"{err.where}: {err.what}" if err.where else err.what, err.remedy)
    else:
        yield ok("theme", workspace.settings.theme.name)
