"""From the text of `newsletter.toml` to frozen settings, every mistake named with its path."""

import dataclasses
import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

from newsletter.errors import WorkspaceError
from newsletter.workspace.settings import Key, Settings


def read_settings(path: Path) -> Settings:
    """Read `path`.

    Raises:
        WorkspaceError: the file cannot be read, is not TOML, or has unknown, missing or
            wrong keys; all of them are told at once, each with an example.
    """
    return settings_from(read_text(path), path)


def settings_from(text: str, path: Path) -> Settings:
    """Return the settings that `text` says, as it stands or is to stand in `path`.

    Raises:
        WorkspaceError: as `read_settings` does.
    """
    tables = _parse(text, path)
    mistakes: list[str] = []
    sections = {name: _read_table(name, cls, tables, mistakes) for name, cls in get_type_hints(Settings).items()}
    mistakes += [_unknown(name, list(sections)) for name in tables if name not in sections]
    if mistakes:
        hint = "Fix the file and try again; nothing was changed."
        raise WorkspaceError("\n".join(mistakes), where=path, hint=hint)
    return Settings(**sections)


def read_text(path: Path) -> str:
    """Return the text of the file, whatever it says.

    Raises:
        WorkspaceError: it cannot be read, or is no text.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as err:
        hint = "Save it again as UTF-8 text."
        raise WorkspaceError("is not text", where=path, hint=hint) from err
    except OSError as err:
        raise WorkspaceError(f"cannot be read ({err.strerror})", where=path) from err


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        hint = f'{_line_of(text, err)}Text needs straight quotation marks: name = "Dual Minds"'
        raise WorkspaceError(f"is not valid TOML: {err}", where=path, hint=hint) from err


def _line_of(text: str, err: tomllib.TOMLDecodeError) -> str:
    """Return the line that TOML stumbled over, but none with an address or a database's password in it."""
    found = re.search(r"at line (\d+)", str(err))
    number = int(found[1]) if found else 0
    line = "".join(text.splitlines()[max(number - 1, 0) : number]).strip()
    return f"Line {number} is: {line}\n" if line and "@" not in line else ""


def _read_table(name: str, cls: type[Any], tables: dict[str, Any], mistakes: list[str]) -> Any:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        mistakes.append(f"[{name}]: expected a table of keys, not a single value")
        return None
    fields = {field.name: field for field in dataclasses.fields(cls)}
    mistakes += [_unknown(f"{name}.{key}", [f"{name}.{known}" for known in fields]) for key in table.keys() - fields]
    found = {key: _read_key(f"{name}.{key}", field, table, mistakes) for key, field in fields.items()}
    given = {key: value for key, value in found.items() if value is not None}
    required = [field.name for field in fields.values() if field.default is dataclasses.MISSING]
    return cls(**given) if all(key in given for key in required) else None


def _read_key(path: str, field: "dataclasses.Field[Any]", table: dict[str, Any], mistakes: list[str]) -> Any:
    key: Key = field.metadata["key"]
    if field.name not in table:
        if field.default is dataclasses.MISSING:
            mistakes.append(f"{path}: missing. {key.help} Example: {field.name} = {key.example}")
        return None
    try:
        return key.parse(table[field.name])
    except ValueError as err:
        mistakes.append(
            f"{path}: expected {err}{_quoting(key, table[field.name])}. Example: {field.name} = {key.example}"
        )
        return None


def _quoting(key: Key, value: object) -> str:
    """Say whether quotes are wanted, where that is what went wrong."""
    wants, has = key.example.startswith('"'), isinstance(value, str)
    if wants == has or key.example.startswith("["):
        return ""
    return ", in quotes" if wants else ", without quotes"


def _unknown(path: str, known: list[str]) -> str:
    close = difflib.get_close_matches(path, known, n=1, cutoff=0.6)
    return f"{path}: unknown key." + (f" Did you mean {close[0]}?" if close else f" Known: {', '.join(known)}")
