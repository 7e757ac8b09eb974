"""What a shell is told when somebody presses Tab."""

import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner

from newsletter.cli.main import cli
from newsletter.workspace import Workspace


def offered(*words: str, typed: str = "") -> list[str]:
    """What comes after these words."""
    shell = BashComplete(cli, {}, "newsletter", "_NEWSLETTER_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), typed)]


@pytest.fixture
def at(workspace: Workspace) -> tuple[str, str]:
    """The options that lead to a workspace with two issues."""
    for slug in ("2026-11-frost", "2026-12-light"):
        (workspace.issues_dir / slug).mkdir()
        (workspace.issues_dir / slug / "issue.md").write_text("---\nsubject: Light\nposts: []\n---\nHello", "utf-8")
    return "-C", str(workspace.root)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    """The script asks the program itself, so that it never grows old."""
    ended = CliRunner().invoke(cli, ["completion", shell])
    assert (ended.exit_code, "_NEWSLETTER_COMPLETE" in ended.stdout) == (0, True)


def test_commands_of_each_group() -> None:
    """Commands come from the tables, those of a group too."""
    assert offered(typed="st") == ["status"]
    assert offered("subscribers", typed="un") == ["untag", "unsubscribe"]
    assert "--help" in offered("subscribers", typed="--")


@pytest.mark.parametrize(
    "words", [("status",), ("send",), ("post", "add"), ("preview",), ("send", "2026-12-light", "--at")]
)
def test_issues(at: tuple[str, str], words: tuple[str, ...]) -> None:
    """A command that takes an issue is offered those that are there; what is half typed never fails."""
    expected = [] if "--at" in words else ["2026-12-light"]
    assert offered(*at, *words, typed="2026-12") == expected
    assert ("2026-11-frost" in offered(*at, *words)) == bool(expected)


def test_options(at: tuple[str, str]) -> None:
    """Options are offered behind the issue."""
    assert offered(*at, "send", "2026-12-light", typed="--dry") == ["--dry-run"]


@pytest.mark.parametrize("settings", ["[clinic", ""])
def test_nothing_where_settings_have_a_mistake(at: tuple[str, str], workspace: Workspace, settings: str) -> None:
    """The shell is no place to tell of mistakes."""
    (workspace.root / "newsletter.toml").write_text(settings, "utf-8")
    assert offered(*at, "status") == []
    assert offered("-C", str(workspace.root / "nowhere"), "status") == []
