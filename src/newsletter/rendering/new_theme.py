"""Making a theme of one's own: a copy of one that is there."""

import shutil
import tempfile
from pathlib import Path

from newsletter.errors import ThemeError
from newsletter.files import explained
from newsletter.rendering.theme import find_themes, theme_folder
from newsletter.workspace import Workspace
from newsletter.workspace.values import slug


def copy_theme(workspace: Workspace, name: str, source: str) -> Path:
    """Copy the theme `source` into the workspace as `name`, whole or not at all, and return its folder.

    Raises:
        ThemeError: the name cannot be used, or there is no theme to copy.
        WorkspaceError: the folder cannot be written.
    """
    try:
        slug(name)
    except ValueError as err:
        raise ThemeError(f"{name} cannot be a theme's name", hint=f"Use {err}.") from err
    if name in find_themes(workspace) or (workspace.themes_dir / name).exists():
        raise ThemeError(f"there is already a theme named {name}", hint="Choose another name.")
    origin, target = theme_folder(workspace, source, where="--from"), workspace.themes_dir / name
    with explained(target):
        workspace.themes_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=workspace.themes_dir, prefix=".new-") as draft:
            shutil.copytree(origin, Path(draft) / name, ignore=shutil.ignore_patterns(".*", "theme.png"))
            (Path(draft) / name).replace(target)
    return target
