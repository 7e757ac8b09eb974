"""A source: the bytes of a post as staff have it, from a file, standard input or the clipboard."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newsletter.errors import SourceError, parsing

STANDARD_INPUT = "-"
CLIPBOARD = "clipboard"
_PASTE = f"--from {CLIPBOARD}"
Corrections = Mapping[str, str]
"""By the shape of a line, what somebody has said that such a line is; see `newsletter.posts.corrections`."""
LARGEST_FILE = 40_000_000
"""The most bytes that are read; a Word document with many pictures has some ten million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was handed in.

    Attributes:
        data: the content as it was found.
        name: what to call it in messages: the file's path, "standard input", …
        modified: when it was last written, with its zone; None when it has no such time
            (what comes through a pipe or from the clipboard has none).
        url: where it stands on the web, when it was fetched from there.
        corrections: what a person has said before of lines such as it may have.
    """

    data: bytes
    name: str
    modified: dt.datetime | None = None
    url: str = ""
    corrections: Corrections = field(default_factory=dict)

    def saved(self, zone: dt.tzinfo) -> dt.datetime | None:
        """Return when it was last written, by a clock; relative dates are counted from it."""
        return self.modified.astimezone(zone) if self.modified else None

    def parsing(self) -> AbstractContextManager[None]:
        """Name the source as damaged when a parser fails over it."""
        hint = "Open it in the program that made it, select all, copy, and paste it."
        return parsing(
            SourceError("is damaged, or in a form that cannot be read", where=self.name, hint=hint, command=_PASTE)
        )


def open_source(place: str) -> Source:
    """Read a file, or standard input (``-``).

    Raises:
        SourceError: there is no such file, or it cannot be read.
    """
    if place == STANDARD_INPUT:
        return Source(data=_limited(sys.stdin.buffer, "standard input"), name="standard input")
    try:
        path = Path(place).expanduser()
    except RuntimeError:  # there is nobody of the name behind "~"
        path = Path(place)
    return _open_file(path)


def _open_file(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            data = _limited(file, str(path))
        modified = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except FileNotFoundError as err:
        raise SourceError("there is no such file", where=path, hint=_nearby(path)) from err
    except IsADirectoryError as err:
        raise SourceError("is a folder", where=path, hint="Name a file in it.") from err
    except OSError as err:
        where = "is a folder" if path.is_dir() else f"cannot be read ({err.strerror})"  # Windows: permission denied
        raise SourceError(where, where=path, hint="Name a file that you may read.") from err
    return Source(data=data, name=str(path), modified=modified)


def _limited(file: BinaryIO, name: str) -> bytes:
    data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        hint = "Give the post as text, or copy it and paste it."
        what = f"has more than {LARGEST_FILE // 1_000_000} MB"
        raise SourceError(what, where=name, hint=hint, command="--from clipboard")
    return data


def _nearby(path: Path) -> str:
    """Name the file that was probably meant: the same name with another ending, or a similar one."""
    import difflib  # noqa: PLC0415 - only for a mistake

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return f"There is no folder {path.parent} either."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the name and the folder."


_SECONDS = 15
_UTF8 = "[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false); "
_WINDOWS_HTML = "Add-Type -AssemblyName System.Windows.Forms; [Windows.Forms.Clipboard]::GetText('Html')"
_OTHERWISE = "Save the text to a file and name that, or pipe it in: newsletter new SLUG --from - < post.txt"

_STRUCTURED = re.compile(rb"<(?:p|h[1-6]|ul|ol|li|blockquote)\b", re.IGNORECASE)
_SOURCE_URL = re.compile(rb"^SourceURL:(https?://\S+)", re.MULTILINE)
_APPLE_DATA = re.compile(rb"\xc2\xabdata HTML((?:[0-9A-Fa-f]{2})*)\xc2\xbb")


@dataclass(frozen=True, slots=True)
class _Tool:
    """A program that prints the clipboard: its text, and its HTML where it can."""

    text: tuple[str, ...]
    html: tuple[str, ...] = ()
    needs: str = ""  # an environment variable

    def is_there(self) -> bool:
        return shutil.which(self.text[0]) is not None and (not self.needs or bool(os.environ.get(self.needs)))


def _powershell(name: str) -> _Tool:
    command = (name, "-NoProfile", "-STA", "-Command")
    return _Tool((*command, f"{_UTF8}Get-Clipboard -Raw"), (*command, f"{_UTF8}{_WINDOWS_HTML}"))


_XCLIP = ("xclip", "-selection", "clipboard", "-out")
_TOOLS: dict[str, tuple[_Tool, ...]] = {
    "win32": (_powershell("powershell"),),
    "darwin": (_Tool(("pbpaste",), ("osascript", "-e", "the clipboard as «class HTML»")),),
    "linux": (
        _Tool(("wl-paste", "--no-newline"), ("wl-paste", "--type", "text/html"), needs="WAYLAND_DISPLAY"),
        _Tool(_XCLIP, (*_XCLIP, "-target", "text/html"), needs="DISPLAY"),
        _Tool(("xsel", "--clipboard", "--output"), needs="DISPLAY"),
        _powershell("powershell.exe"),  # Linux inside Windows
    ),
}


def read_clipboard() -> Source:
    """Return what was copied last; it has no time, for nobody knows when that was.

    Raises:
        SourceError: there is no tool for it here, it fails, or the clipboard is empty.
    """
    tools = _TOOLS.get(sys.platform, _TOOLS["linux"])
    tool = next((tool for tool in tools if tool.is_there()), None)
    if tool is None:
        names = ", ".join(tool.text[0] for tool in tools[:3])
        raise SourceError(f"the clipboard cannot be read here: none of {names} can be used", hint=_OTHERWISE)
    html = _run(tool.html) if tool.html else b""
    if is_structured(html):
        return _html_source(html)
    data = _run(tool.text)
    if not data.strip():
        raise SourceError("the clipboard is empty", hint="Copy the post first: select it all, then copy.")
    return Source(data=data, name="clipboard")


def is_structured(html: bytes) -> bool:
    """Whether copied HTML tells paragraphs apart; otherwise the plain text says more."""
    return bool(_STRUCTURED.search(html))


def _html_source(html: bytes) -> Source:
    """Return the HTML without what Windows puts around it, which tells the page it is from."""
    url = _SOURCE_URL.search(html.partition(b"<")[0])
    return Source(data=html[html.index(b"<") :], name="clipboard", url=url[1].decode("ascii", "ignore") if url else "")


def _run(command: tuple[str, ...]) -> bytes:
    environment = {**os.environ, "LC_CTYPE": "UTF-8"} if sys.platform == "darwin" else None
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no text of anybody's in them
            command, capture_output=True, check=False, timeout=_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as err:
        raise SourceError(f"the clipboard cannot be read: {command[0]} does not answer", hint=_OTHERWISE) from err
    # The tools fail when there is nothing of the kind; what they say of it differs.
    return _unpacked(done.stdout) if done.returncode == 0 else b""


def _unpacked(printed: bytes) -> bytes:
    """Undo the way in which AppleScript prints data: as hexadecimal digits."""
    match = _APPLE_DATA.search(printed)
    return bytes.fromhex(match[1].decode("ascii")) if match else printed
