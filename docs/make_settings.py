"""Writes `users/settings.md` out of the settings themselves, so that it leaves none out.

python docs/make_settings.py
"""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from newsletter.workspace import Settings

PAGE = Path(__file__).parent / "users" / "settings.md"
INTRODUCTION = """\
# Settings

All settings are in `newsletter.toml`, the file that makes a folder a workspace. It contains no secrets: those go into
environment variables, or into a file named `.env` next to it ([environment](environment.md)).

The settings that staff may need (the clinic, the sender, the reviewers, the look, the time to undo) are also on the
desk's page *Settings*. It changes single values in the file and leaves all other lines as they are. Each change can be
undone.

When a command starts, it names every missing, wrong or unknown key, with its path, what was expected and an example.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(settings_page(), "utf-8", newline="\n")


def settings_page() -> str:
    """Return the page: a table a section, a row a key."""
    return INTRODUCTION + "".join(f"\n{line}" for section in dataclasses.fields(Settings) for line in _section(section))


def _section(section: "dataclasses.Field[object]") -> Iterator[str]:
    assert isinstance(section.type, type)
    yield f"## [{section.name}]\n"
    yield f"{(section.type.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| key | meaning | example | default |"
    yield "| --- | --- | --- | --- |"
    for field in dataclasses.fields(section.type):
        key = field.metadata["key"]
        yield f"| `{section.name}.{field.name}` | {key.help} | `{key.example}` | {_without(field)} |"
    yield ""


def _without(field: "dataclasses.Field[object]") -> str:
    """Say what holds when the key is left out."""
    match field.default:
        case dataclasses.MISSING:
            return "required"
        case bool() as switch:
            return f"`{str(switch).lower()}`"
        case timedelta() as span:
            seconds = int(span.total_seconds())
            return f"`{seconds}s`" if seconds % 60 else f"`{seconds // 60}m`"
        case "" | ():
            return "none"
        case value:
            return f"`{value}`"


if __name__ == "__main__":
    main()
