"""The clipboard, through the tools that each system brings.

Browsers and Word copy a text twice: plain, and as HTML that still knows what is a heading,
a list or a link. The HTML is taken when it tells paragraphs apart; otherwise the text.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

from newsletter.errors import SourceError
from newsletter.posts.source import Source

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
