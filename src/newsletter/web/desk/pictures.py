"""Serving an issue's pictures, and no other file."""

from pathlib import Path

from starlette.responses import FileResponse, Response

from newsletter.issues import Issue

# No SVG: it can hold scripts, and mail programs do not show it anyway.
_MEDIA_TYPES = {".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png"}


def picture(issue: Issue, name: str) -> Response:
    """Return the picture `name` out of the issue's images folder, or 404.

    The name is only ever compared with what the folder lists, never made into a path, so
    that there is nothing to traverse; links, folders and hidden files are left out of the list.
    """
    path = _listed(issue.images_dir).get(name)
    media_type = _MEDIA_TYPES.get(Path(name).suffix.lower())
    if path is None or media_type is None:
        return Response("There is no such picture.", 404, media_type="text/plain")
    return FileResponse(path, media_type=media_type)


def _listed(folder: Path) -> dict[str, Path]:
    if not folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink():
        return {}
    seen = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path for path in seen if path.is_file() and not path.is_symlink()}
