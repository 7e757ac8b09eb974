"""The clipboard is read through the system's own tool, or it is said why not."""

import os
import sys
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.posts.source import read_clipboard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the other systems have one tool each, and no choice")


def put_tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the only place where programs are looked for."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/nowhere")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return folder


def test_text_is_what_the_tool_prints(tools: Path) -> None:
    """Bytes arrive as they are, and without a time."""
    put_tool(tools, "xclip", "printf 'Caf\\303\\251\\n'")
    source = read_clipboard()
    assert (source.data, source.name, source.modified) == ("Café\n".encode(), "clipboard", None)


def test_tool_of_another_desktop_is_passed_over(tools: Path) -> None:
    """The tool for Wayland is not used where Wayland does not run."""
    put_tool(tools, "wl-paste", "echo wrong")
    put_tool(tools, "xsel", "echo right")
    assert read_clipboard().data == b"right\n"


def test_no_tool(tools: Path) -> None:
    """Without any tool there is another way, and it is named."""
    assert not list(tools.iterdir())
    with pytest.raises(SourceError, match="wl-paste, xclip, xsel") as caught:
        read_clipboard()
    assert "--from -" in caught.value.hint


@pytest.mark.parametrize("script", ["printf ''", "exit 1"])
def test_empty_clipboard(tools: Path, script: str) -> None:
    """Nothing copied is said as such, whichever way the tool says it."""
    put_tool(tools, "xclip", script)
    with pytest.raises(SourceError, match="is empty"):
        read_clipboard()


def test_html_is_taken_when_it_has_structure(tools: Path) -> None:
    """What a browser copied still knows its headings; the page's address comes along on Windows."""
    html = "Version:0.9\\r\\nSourceURL:https://example.org/post\\r\\n<html><body><h1>Noon</h1></body></html>"
    put_tool(tools, "xclip", f"case \"$*\" in *text/html*) printf '{html}';; *) echo Noon;; esac")
    source = read_clipboard()
    assert source.data == b"<html><body><h1>Noon</h1></body></html>"
    assert source.url == "https://example.org/post"


def test_html_without_structure_is_left(tools: Path) -> None:
    """Coloured program text and the like is better read as text."""
    put_tool(tools, "xclip", 'case "$*" in *text/html*) echo "<div><span>Noon</span></div>";; *) echo Noon;; esac')
    assert read_clipboard().data == b"Noon\n"
