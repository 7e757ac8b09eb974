"""A command at a real terminal, with a person who types."""

import os
import subprocess
import sys
from dataclasses import dataclass

from newsletter.workspace import Workspace


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that stood on the screen."""

    code: int
    screen: str


def at_terminal(workspace: Workspace, *words: str, typed: str) -> Ended:
    """Run a command at a terminal of its own (POSIX has such), typing `typed` ahead."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), *words]
    kept = {name: value for name, value in os.environ.items() if name != "NEWSLETTER_WORKSPACE"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=kept | {"NO_COLOR": "1", "TERM": "dumb"}
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        screen = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return Ended(process.returncode, screen.decode().replace("\r\n", "\n"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody is at the other end any more
        return b""
