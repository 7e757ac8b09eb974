"""Keys and passwords: where they may be, and what came along with them by accident."""

import os
import re
import unicodedata
from pathlib import Path

from newsletter.errors import TransportError
from newsletter.workspace import Workspace


def secret(workspace: Workspace, name: str, hint: str) -> str:
    """Return a secret from the environment or the workspace's `.env`; nowhere else may it be.

    Raises:
        TransportError: it is in neither, or has something around it that cannot belong to it.
    """
    found = os.environ.get(name, "").strip() or _read_env(workspace.env_file).get(name, "").strip()
    quoted = len(found) > 1 and found[0] == found[-1] and found[0] in "\"'"
    if quoted:
        found = found[1:-1]
    if not found.strip():
        raise TransportError(f"{name} is missing", hint=hint)
    if said := foreign(found, quoted=quoted):
        raise TransportError(f"{name} {said}", hint=_HOW_TO_WRITE)
    return found


_HOW_TO_WRITE = (
    "Type the line in .env again, in a plain text editor, with nothing else on it. "
    'If the value itself contains a # or a quotation mark, put it between "straight quotation marks".'
)
_CURLY = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_CURLY += "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}"
_CURLY += "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}`\N{ACUTE ACCENT}"


def foreign(value: str, *, quoted: bool) -> str:
    """Return what no secret has: typographic quotation marks around it, invisible characters, a comment after it."""
    hidden = next((one for one in value if one != " " and unicodedata.category(one)[0] in "CZ"), "")
    if hidden:
        return f"has an invisible character in it ({_name(hidden)})"
    if quoted:
        return ""
    if re.search(r"\s#", value):
        return "has a comment after it (#)"
    if value[0] in _CURLY or value[-1] in _CURLY:
        return "has typographic quotation marks around it"
    if value[0] in "\"'" or value[-1] in "\"'":
        return "has a quotation mark at one end"
    return ""


def oddity(value: str) -> str:
    """Return what is wrong with a key or an address, without showing it."""
    if any(one.isspace() for one in value):
        return "it has a space in it"
    odd = next((one for one in value if not (one.isascii() and (one.isalnum() or one in "_-.:/[]%"))), "")
    return f"it has an unexpected character in it ({_name(odd)})" if odd else "it does not have the usual form"


def _name(character: str) -> str:
    return f"U+{ord(character):04X}, {unicodedata.name(character, 'a control character').lower()}"


def _read_env(path: Path) -> dict[str, str]:
    """Read lines of ``NAME=value``, with or without quotes and ``export``."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as err:
        hint = "It is a plain text file, saved as UTF-8, with lines like: SENDGRID_API_KEY=SG.…"
        raise TransportError("cannot be read", where=path, hint=hint) from err
    lines = (line.strip().removeprefix("export ").partition("=") for line in text.splitlines())
    return {_plain(name): value for name, sign, value in lines if sign and name[:1] != "#"}


def _plain(name: str) -> str:
    """Return a name without what nobody sees, such as a zero width space before it."""
    return "".join(filter(str.isascii, name)).strip()
