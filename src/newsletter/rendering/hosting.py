"""Pictures that lie on the public pages, when `theme.images` is ``hosted``."""

from newsletter.issues.load import list_slugs
from newsletter.rendering.pictures import published
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace


def hosted_picture(workspace: Workspace, slug: str, name: str) -> tuple[bytes, str] | None:
    """Return the data and media type of a picture that a mail may show from the public pages, if there is one.

    Raises:
        ThemeError: the theme, which says how wide pictures are, cannot be read.
    """
    if workspace.settings.theme.images != "hosted" or slug not in list_slugs(workspace):
        return None
    return published(workspace.issues_dir / slug, name, open_theme(workspace).text_width)
