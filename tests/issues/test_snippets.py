"""Texts that go into many issues: files that staff change at the desk, or anybody in an editor."""

import contextlib
from pathlib import Path

import pytest

from newsletter.errors import IssueError
from newsletter.issues.snippets import LONGEST, delete_snippet, save_snippet, snippets
from newsletter.workspace import Workspace


def titles(workspace: Workspace) -> list[str]:
    return [snippet.title for snippet in snippets(workspace)]


def test_a_workspace_begins_with_those_of_every_clinic(workspace: Workspace) -> None:
    """Looking writes nothing; the first change makes the folder, and keeps the others."""
    assert titles(workspace) == ["Crisis line", "Disclaimer", "Sign-off"]
    assert "Elm Street Psychiatry" in snippets(workspace)[2].text
    assert not (workspace.root / "snippets").exists()

    save_snippet(workspace, "sign-off", "Sign-off", "Warmly,\r\n\r\nPat")

    assert titles(workspace) == ["Crisis line", "Disclaimer", "Sign-off"]
    assert snippets(workspace)[2].text == "Warmly,\n\nPat"
    assert (workspace.root / "snippets" / "sign-off.md").is_file()


def test_a_deleted_one_does_not_come_back(workspace: Workspace) -> None:
    """Not even the last of those of every clinic, but by writing it again."""
    for snippet in snippets(workspace):
        delete_snippet(workspace, snippet.name)
    assert titles(workspace) == []
    again = save_snippet(workspace, "sign-off", "Sign-off", "Pat")
    assert (again.name, titles(workspace)) == ("sign-off", ["Sign-off"])


def test_names_are_made_from_titles(workspace: Workspace) -> None:
    """In any language, and never that of another one; a new title keeps the file."""
    first = save_snippet(workspace, "", "¡Despedida, año!", "Adiós")
    second = save_snippet(workspace, "", "Despedida ano", "Adiós")
    other = save_snippet(workspace, "../newsletter", "再见", "再见")
    assert [first.name, second.name, other.name] == ["despedida-ano", "despedida-ano-2", "snippet"]
    renamed = save_snippet(workspace, first.name, "Hasta luego", "Adiós")
    assert (renamed.name, "Hasta luego" in titles(workspace)) == ("despedida-ano", True)


@pytest.mark.parametrize("file", ["Thanks.md", "thanks.md"])
def test_a_file_that_cannot_be_read_is_not_written_over(workspace: Workspace, file: str) -> None:
    """It is in no list, and still somebody's text."""
    save_snippet(workspace, "sign-off", "Sign-off", "Pat")
    broken = workspace.root / "snippets" / file
    broken.write_text("---\ntitle: Never closed\n\nA long text.\n", "utf-8")
    assert save_snippet(workspace, "", "Thanks", "Thank you.").name == "thanks-2"
    assert "A long text." in broken.read_text("utf-8")


def test_a_snippet_is_not_named_like_the_page_of_a_new_one(workspace: Workspace) -> None:
    """Else it could not be opened at the desk."""
    assert save_snippet(workspace, "", "New", "What is new").name == "new-2"


def test_any_markdown_file_is_one(workspace: Workspace, tmp_path: Path) -> None:
    """Also without a title; what cannot be read, is hidden, empty or lies elsewhere is left out."""
    folder = workspace.root / "snippets"
    folder.mkdir()
    (folder / "see-you-soon.md").write_text("See you soon.\n", "utf-8")
    (folder / "empty.md").write_text("---\ntitle: Nothing\n---\n", "utf-8")
    (folder / "broken.md").write_text("---\ntitle: Never closed\n", "utf-8")
    (folder / ".hidden.md").write_text("x", "utf-8")
    (tmp_path / "secret.md").write_text("secret", "utf-8")
    with contextlib.suppress(OSError):  # no links here
        (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (found,) = snippets(workspace)
    assert (found.name, found.title, found.text) == ("see-you-soon", "See you soon", "See you soon.")


@pytest.mark.parametrize(
    ("title", "text", "what"),
    [
        (" ", "x", "no name"),
        ("Bye", " \n", "empty"),
        ("Bye", "x" * (LONGEST + 1), "too long"),
        ("SIGN-OFF", "x", "named"),
    ],
)
def test_what_is_missing_is_said(workspace: Workspace, title: str, text: str, what: str) -> None:
    """Nothing is written then."""
    with pytest.raises(IssueError, match=what) as refused:
        save_snippet(workspace, "", title, text)
    assert refused.value.hint
    assert not (workspace.root / "snippets").exists()


@pytest.mark.parametrize("name", ["nothing", "../newsletter", ""])
def test_only_a_snippet_is_deleted(workspace: Workspace, name: str) -> None:
    """No other file."""
    with pytest.raises(IssueError, match="no such snippet"):
        delete_snippet(workspace, name)
