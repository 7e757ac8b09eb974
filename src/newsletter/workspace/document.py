"""Changing `newsletter.toml` as a person would: single values, with all that stands around them left as it is."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from newsletter.files import explained, write_whole
from newsletter.workspace.answers import Value
from newsletter.workspace.settings import Settings
from newsletter.workspace.toml import read_text, settings_from


@dataclass(frozen=True, slots=True)
class SettingsDocument:
    """The text of `newsletter.toml`, and what it says; a text with mistakes is no such document."""

    path: Path
    text: str
    settings: Settings

    def with_values(self, values: Mapping[str, Value]) -> "SettingsDocument":
        """Return the document with other values, by their path; all other lines stay as they are.

        Raises:
            WorkspaceError: a value is not allowed.
        """
        return make_document(self.path, self.text, values)

    def write(self) -> None:
        """Put it in the place of the file, whole or not at all; whoever may read it may do so as before.

        Raises:
            WorkspaceError: the file cannot be written.
        """
        path = self.path.resolve()  # behind a link
        if not path.exists():
            write_whole(path, self.text)
            return
        mode = stat.S_IMODE(path.stat().st_mode)
        write_whole(path, self.text, mode=mode)
        with explained(path):
            path.chmod(mode)  # what the process would have left away


def read_document(path: Path) -> SettingsDocument:
    """Read the file.

    Raises:
        WorkspaceError: it cannot be read, or has mistakes.
    """
    text = read_text(path)
    return SettingsDocument(path, text, settings_from(text, path))


def make_document(path: Path, text: str, values: Mapping[str, Value]) -> SettingsDocument:
    """Return what comes of `text` when these values, by their path, take the place of its own.

    Raises:
        WorkspaceError: a value is not allowed.
    """
    document = tomlkit.parse(text)
    for setting, value in values.items():
        table, _, name = setting.partition(".")
        document.setdefault(table, tomlkit.table())[name] = value
    changed = tomlkit.dumps(document)
    if "\r\n" in text:  # saved on Windows: a new line ends like the others
        changed = changed.replace("\r\n", "\n").replace("\n", "\r\n")
    return SettingsDocument(path, changed, settings_from(changed, path))
