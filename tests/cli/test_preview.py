"""``newsletter preview``: what it says before and instead of opening a browser."""

import socket

import pytest
from click.testing import CliRunner

from newsletter.cli.preview import preview
from newsletter.errors import IssueError, NewsletterError
from newsletter.workspace import Workspace


def run(workspace: Workspace, *arguments: str) -> None:
    CliRunner().invoke(preview, [*arguments, "--no-open"], obj=workspace.root, catch_exceptions=False)


def test_a_port_in_use_is_explained(workspace: Workspace) -> None:
    """A port that another program uses is named, with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(NewsletterError, match=f"port {port} is used by another program") as refused:
            run(workspace, "--port", str(port))
    assert "--port" in refused.value.hint


def test_an_unknown_issue_is_told_first(workspace: Workspace) -> None:
    """A misspelt issue is refused before anything is opened."""
    with pytest.raises(IssueError, match="there is no issue named winter"):
        run(workspace, "winter")
