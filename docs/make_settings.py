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

Everything that can be set stands in `newsletter.toml`, the file that makes a folder a
workspace. It holds no secrets: those belong into the environment, or into a file named
`.env` beside it.

What staff may need to change (the clinic, the sender, the colleagues, the look, the time to
undo) stands on the desk's page *Settings*, too: it writes single values into the file, leaves
all other lines as they are, and each change can be undone.

A missing, wrong or unknown key is named when a command starts, with its path, what was
expected and an example; all of them at once.
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
    yield "| key | meaning | example | without it |"
    yield "| --- | --- | --- | --- |"
    for field in dataclasses.fields(section.type):
        key = field.metadata["key"]
        yield f"| `{section.name}.{field.name}` | {key.help} | `{key.example}` | {_without(field)} |"
    yield ""


def _without(field: "dataclasses.Field[object]") -> str:
    """Say what holds when the key is left out."""
    match field.default:
        case dataclasses.MISSING:
            return "must be there"
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
