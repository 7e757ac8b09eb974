"""The mail with every block, as it was when somebody last looked at it.

A wanted change is taken over with ``UPDATE_GOLDEN=1 pytest tests/rendering/test_golden.py``
and then read as a diff like any other.
"""

import os
import re
from pathlib import Path

import pytest

from newsletter.issues import Issue
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

GOLDEN = Path(__file__).with_name("golden")


def test_the_mail_looks_as_it_did(themed: Workspace, everything: Issue) -> None:
    """HTML, text and MJML of both themes are what they were: a change shows line by line."""
    rendered = render_issue(themed, everything)
    folder = GOLDEN / themed.settings.theme.name
    message = rendered.message
    parts = {"message.html": lines(message.html), "message.txt": message.text, "message.mjml": rendered.mjml}
    for name, part in parts.items():
        check(folder / name, scrubbed(part))


def lines(html: str) -> str:
    """Return the HTML with each tag on a line of its own, so that a diff can be read."""
    return re.sub(r">\s*<", ">\n<", html)


def scrubbed(part: str) -> str:
    """Return a part without what depends on the version of the picture library."""
    return re.sub(r"cid:[0-9a-f]{16}@", "cid:PICTURE@", part).rstrip("\n") + "\n"


def check(path: Path, actual: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, "utf-8", newline="\n")
    if not path.exists():
        pytest.fail(f"{path} is missing: run with UPDATE_GOLDEN=1 and look at it")
    assert path.read_text("utf-8") == actual
