"""Making a new workspace: settings with the clinic's own facts, a sample issue, sample people."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from newsletter.errors import WorkspaceError
from newsletter.files import SHARED, explained, make_private_folder, write_whole
from newsletter.formatting import bare_address
from newsletter.shipped import shipped_starter
from newsletter.workspace.answers import shown
from newsletter.workspace.document import make_document, read_document
from newsletter.workspace.settings import Settings
from newsletter.workspace.workspace import SETTINGS_FILE

SAMPLE_ISSUE = "2026-12-good-company"
_SAMPLE_POST = Path("newsletters", SAMPLE_ISSUE, "posts", "good-company.md")

_GITIGNORE = """\
# People, keys and sent mail belong on this machine only.
.env
newsletter.db*
newsletter.key
.imports/
.backup-*/
.restore-*/
backups/
outbox/
rendered/
*.rejected.csv
"""


def make_workspace(folder: Path, facts: Mapping[str, str]) -> None:
    """Make a workspace in `folder` that works at once.

    Args:
        folder: new, or existing without a `newsletter.toml`.
        facts: settings by their path, such as ``clinic.name``; the rest stays the sample's.

    Raises:
        WorkspaceError: there is already a workspace, a fact is not allowed, or the
            folder cannot be written. The settings are written last, so that a folder
            that looks like a workspace is one.
    """
    settings = folder / SETTINGS_FILE
    if settings.exists():
        hint = f"Use it with: newsletter -C {folder} list"
        raise WorkspaceError("there is already a workspace", where=folder, hint=hint)
    starter = shipped_starter()
    sample = read_document(starter / SETTINGS_FILE)
    document = make_document(settings, sample.text, facts)
    make_private_folder(folder)
    with explained(folder):
        for name in ("newsletters", "samples"):
            if not (folder / name).exists():
                _copy(starter / name, folder / name)
        _put_contact(folder / "samples" / "post.txt", sample.settings, document.settings)
        (folder / "templates").mkdir(parents=True, exist_ok=True)
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", _GITIGNORE)
    document.write()


def is_sample(folder: Path, slug: str) -> bool:
    """Whether an issue of the workspace in `folder` is the sample: it has that post, whatever its letter says."""
    if slug != SAMPLE_ISSUE:
        return False
    try:
        return (folder / _SAMPLE_POST).read_text("utf-8") == (shipped_starter() / _SAMPLE_POST).read_text("utf-8")
    except (OSError, ValueError, WorkspaceError):
        return False


def _copy(source: Path, target: Path) -> None:
    """Copy a shipped folder; contents only, since an installed file may be read-only."""
    if source.name == "newsletters":
        source, target = source / SAMPLE_ISSUE, target / SAMPLE_ISSUE
    shutil.copytree(source, target, copy_function=_copy_file)


def _copy_file(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    Path(target).chmod(SHARED)


def _put_contact(post: Path, sample: Settings, clinic: Settings) -> None:
    """Put the clinic's own contact line into the sample post, where its website would put it."""
    paths = ("clinic.name", "clinic.website", "clinic.phone", "clinic.email")
    lines = {bare_address(shown(sample, path)): bare_address(shown(clinic, path)) for path in paths}
    text = post.read_text("utf-8")
    written = re.sub("|".join(map(re.escape, lines)), lambda match: lines[match[0]], text)
    if written != text:
        write_whole(post, written)
