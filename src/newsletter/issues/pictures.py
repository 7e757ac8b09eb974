"""Adding a picture to an issue, as a person drops it into the text."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from newsletter.errors import IssueError, NewsletterError
from newsletter.files import write_whole
from newsletter.issues.load import issue_folder
from newsletter.issues.slug import slugify
from newsletter.posts.pictures import make_picture
from newsletter.posts.value import Picture
from newsletter.workspace import Workspace

_PHONE_PICTURE = ("heic", "heif")


def add_picture(workspace: Workspace, slug: str, data: bytes, name: str) -> Picture:
    """Put a picture into the issue's folder, small enough for a mail and without what a camera wrote into it.

    Args:
        workspace: the clinic's folder.
        slug: the issue's name.
        data: the picture as it was handed in; what it is, is told from this alone.
        name: what the person calls it; only its words find their way into the file's name.

    Raises:
        IssueError: there is no such issue, or this is no picture that can be used.
        WorkspaceError: it cannot be written.
    """
    return _add(issue_folder(workspace, slug), data, name)


def add_logo(workspace: Workspace, data: bytes, name: str) -> str:
    """Put a picture into the workspace's own `images` folder, and return its path as `theme.logo` has it.

    Raises:
        IssueError: this is no picture that can be used.
        WorkspaceError: it cannot be written.
    """
    return _add(workspace.root, data, name).path


def _add(folder: Path, data: bytes, name: str) -> Picture:
    stem = PurePosixPath(PureWindowsPath(name).name)
    try:
        picture = make_picture(data, slugify(stem.stem, longest=40) or "picture")
    except NewsletterError as err:
        raise IssueError(f"{stem.name or 'the picture'} {err.what}", hint=_remedy(stem.suffix)) from err
    write_whole(folder / picture.path, picture.data)
    return picture


def _remedy(suffix: str) -> str:
    if suffix.lower().lstrip(".") in _PHONE_PICTURE:
        return (
            "iPhones use a picture format of their own. Open the picture, export it as JPEG, and add that; or "
            "let whoever looks after this computer install what reads it: newsletter[heic]."
        )
    return "Save it as JPEG or PNG, at most 4000 pixels wide, and add that."
