"""The clipboard, through the tools that each system brings."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from newsletter.errors import SourceError
from newsletter.posts.source import Source

_SECONDS = 15
_POWERSHELL = "[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false); Get-Clipboard -Raw"


@dataclass(frozen=True, slots=True)
class _Tool:
    """A program that prints the clipboard's text, and when it can be used."""

    command: tuple[str, ...]
    needs: str = ""  # an environment variable

    def is_there(self) -> bool:
        return shutil.which(self.command[0]) is not None and (not self.needs or bool(os.environ.get(self.needs)))


_TOOLS: dict[str, tuple[_Tool, ...]] = {
    "win32": (_Tool(("powershell", "-NoProfile", "-Command", _POWERSHELL)),),
    "darwin": (_Tool(("pbpaste",)),),
    "linux": (
        _Tool(("wl-paste", "--no-newline"), needs="WAYLAND_DISPLAY"),
        _Tool(("xclip", "-selection", "clipboard", "-out"), needs="DISPLAY"),
        _Tool(("xsel", "--clipboard", "--output"), needs="DISPLAY"),
        _Tool(("powershell.exe", "-NoProfile", "-Command", _POWERSHELL)),  # Linux inside Windows
    ),
}
_OTHERWISE = "Save the text to a file and name that, or pipe it in: newsletter new SLUG --from - < post.txt"


def read_clipboard() -> Source:
    """Return what was copied last; it has no time, for nobody knows when that was.

    Raises:
        SourceError: there is no tool for it here, it fails, or the clipboard is empty.
    """
    tools = _TOOLS.get(sys.platform, _TOOLS["linux"])
    tool = next((tool for tool in tools if tool.is_there()), None)
    if tool is None:
        names = ", ".join(tool.command[0] for tool in tools[:3])
        raise SourceError(f"the clipboard cannot be read here: none of {names} can be used", hint=_OTHERWISE)
    data = _run(tool)
    if not data.strip():
        raise SourceError("the clipboard is empty", hint="Copy the post first: select it all, then copy.")
    return Source(data=data, name="clipboard")


def _run(tool: _Tool) -> bytes:
    environment = {**os.environ, "LC_CTYPE": "UTF-8"} if sys.platform == "darwin" else None
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no text of anybody's in them
            tool.command, capture_output=True, check=False, timeout=_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as err:
        raise SourceError(f"the clipboard cannot be read: {tool.command[0]} does not answer", hint=_OTHERWISE) from err
    # The tools for Linux fail on an empty clipboard; what they say of it differs.
    return done.stdout if done.returncode == 0 else b""
