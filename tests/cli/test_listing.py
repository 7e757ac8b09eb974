"""`newsletter list` in a terminal and for programs."""

import json
import sys

import pytest
from click.testing import CliRunner

from newsletter.cli.main import cli
from newsletter.workspace import Workspace
from tests.cli.terminal import at_terminal


@pytest.fixture
def clinic(workspace: Workspace) -> Workspace:
    """A workspace with an issue that greets its readers by name."""
    folder = workspace.issues_dir / "2026-12-light"
    folder.mkdir()
    subject = '{{ first_name or "Hello" }}, light in the dark months'
    (folder / "issue.md").write_text(f"---\nsubject: '{subject}'\nposts: []\n---\nHello", "utf-8")
    return workspace


def test_subject_as_a_reader_without_a_name_sees_it(clinic: Workspace) -> None:
    """No braces: people and programs read the fallback; a misspelt tag stays as it was written."""
    words = ["-C", str(clinic.root), "list"]
    assert "Hello, light in the dark months" in CliRunner().invoke(cli, words).stdout
    [row] = json.loads(CliRunner().invoke(cli, [*words, "--json"]).stdout)
    assert row["subject"] == "Hello, light in the dark months"
    source = clinic.issues_dir / "2026-12-light" / "issue.md"
    source.write_text(source.read_text("utf-8").replace("first_name", "frist_name"), "utf-8")
    assert "{{ frist_name" in CliRunner().invoke(cli, words).stdout


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
@pytest.mark.parametrize("columns", ["60", "120"])
def test_narrow_terminal(clinic: Workspace, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """Where a line would not fit, the subject takes a line of its own."""
    monkeypatch.setenv("COLUMNS", columns)
    screen = at_terminal(clinic, "list", typed="").screen
    assert all(len(line) <= int(columns) for line in screen.splitlines())
    assert ("\n    Hello, light" in screen) == (columns == "60")
