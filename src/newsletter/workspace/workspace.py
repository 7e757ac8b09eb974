"""Finding a workspace, and where its things lie."""

from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import WorkspaceError
from newsletter.shipped import shipped_starter
from newsletter.workspace.settings import Settings
from newsletter.workspace.toml import read_settings

SETTINGS_FILE = "newsletter.toml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A clinic's folder and its settings, read once."""

    root: Path
    settings: Settings

    @property
    def issues_dir(self) -> Path:
        """Where the issues lie, one folder each."""
        return self.root / "newsletters"

    @property
    def themes_dir(self) -> Path:
        """Where the clinic's own themes lie."""
        return self.root / "templates"

    @property
    def outbox_dir(self) -> Path:
        """Where the `outbox` transport writes messages."""
        return self.root / "outbox"

    @property
    def backups_dir(self) -> Path:
        """Where backups go that were given no name."""
        return self.root / "backups"

    @property
    def key_file(self) -> Path:
        """The secret that signs tokens and keys the hashes of suppressed addresses."""
        return self.root / "newsletter.key"

    @property
    def env_file(self) -> Path:
        """Secrets for transports, when they are not in the environment."""
        return self.root / ".env"

    @property
    def database_url(self) -> str:
        """The database's address; a relative SQLite path is taken from the workspace."""
        url = self.settings.database.url
        prefix, _, path = url.partition(":///")
        if prefix != "sqlite" or not path:
            return url
        return f"sqlite:///{(self.root / path).as_posix()}"


def find_workspace(start: Path) -> Path:
    """Return the nearest folder with `newsletter.toml`, from `start` upwards.

    Raises:
        WorkspaceError: there is none, or there is no such folder: a misspelt one must not mean the one around it.
            Or it is what new workspaces start from, in a clone of the program: nothing is written there.
    """
    hint = "Create one with: newsletter init my-newsletter\nor choose one with: newsletter -C FOLDER …"
    here = start.resolve()
    if not here.exists():
        raise WorkspaceError("there is no such folder", where=here, hint="Check how it is spelled.")
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            if folder == shipped_starter().resolve():
                raise WorkspaceError("this folder holds the program itself, not a workspace", where=folder, hint=hint)
            return folder
    raise WorkspaceError(f"no {SETTINGS_FILE} here or in any folder above", where=here, hint=hint)


def open_workspace(start: Path) -> Workspace:
    """Find the workspace around `start` and read its settings."""
    root = find_workspace(start)
    return Workspace(root, read_settings(root / SETTINGS_FILE))
