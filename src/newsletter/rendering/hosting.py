"""Pictures that lie on the public pages, when `theme.images` is ``hosted``.

Each has an address that holds a mark of its file, so that nobody who was not sent it can guess
it. Mail from before there were marks names only the issue and the file.
"""

from urllib.parse import quote

from newsletter.issues.load import list_slugs
from newsletter.rendering.pictures import Prepared, published
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace


def hosted_picture(workspace: Workspace, slug: str, name: str) -> Prepared | None:
    """Return a picture of an issue as a mail may show it from the public pages, if there is one.

    Raises:
        ThemeError: the theme, which says how wide pictures are, cannot be read.
    """
    if slug not in list_slugs(workspace):
        return None
    return published(workspace.issues_dir / slug, name, open_theme(workspace).text_width)


def picture_path(slug: str, name: str, mark: str = "") -> str:
    """Return where on the public pages a picture lies; without a mark, where it lay for earlier mail."""
    return f"/pictures/{quote(slug)}/{f'{mark}/' if mark else ''}{quote(name)}"
