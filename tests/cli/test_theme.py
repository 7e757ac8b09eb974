"""`newsletter theme` lists the themes and makes new ones."""

import json

import pytest
from click.testing import CliRunner

from newsletter.cli.main import cli
from newsletter.errors import ThemeError
from newsletter.workspace import Workspace


def run(workspace: Workspace, *args: str) -> str:
    """Run the command in the workspace and return what it printed on standard output."""
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), "theme", *args])
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_shipped_themes_are_listed(workspace: Workspace) -> None:
    """All themes are there, and the one in use is marked."""
    listed = run(workspace, "list").splitlines()
    assert [line[:10].split() for line in listed] == [["*", "clinic"], ["digest"], ["journal"], ["letter"]]
    assert [entry["chosen"] for entry in json.loads(run(workspace, "list", "--json"))] == [True, False, False, False]


def test_a_theme_is_made_in_the_workspace(workspace: Workspace) -> None:
    """The copy lies in templates/, whole, and nothing else does."""
    answer = json.loads(run(workspace, "new", "ours", "--from", "letter", "--json"))
    assert answer == {"name": "ours", "folder": str(workspace.themes_dir / "ours"), "from": "letter"}
    assert [path.name for path in workspace.themes_dir.iterdir()] == ["ours"]
    assert (workspace.themes_dir / "ours" / "layout.mjml.j2").is_file()


def test_an_unknown_source_makes_nothing(workspace: Workspace) -> None:
    """A theme that is not there cannot be copied; the error lists those that are."""
    with pytest.raises(ThemeError) as caught:
        run(workspace, "new", "ours", "--from", "leter")
    assert "clinic, digest, journal, letter" in caught.value.hint
    assert not workspace.themes_dir.exists()
