"""Where the files that come with the program lie: themes, and what a new workspace starts from."""

from pathlib import Path

from newsletter.errors import WorkspaceError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def shipped_themes() -> Path:
    """Return the folder of the themes that ship with the program."""
    return _first(_PACKAGE / "templates", _CHECKOUT / "templates")


def shipped_starter() -> Path:
    """Return the folder that a new workspace is copied from."""
    return _first(_PACKAGE / "starter", _CHECKOUT)


def _first(installed: Path, checkout: Path) -> Path:
    """Prefer the files inside an installed package; a checkout has them at its top."""
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise WorkspaceError(
        "files that come with the program are missing", where=installed, hint="Install newsletter again."
    )
