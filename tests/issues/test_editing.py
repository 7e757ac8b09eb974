"""Saving a file that may have been changed elsewhere."""

import datetime as dt
from pathlib import Path

import pytest

from newsletter.errors import IssueError
from newsletter.issues.editing import Conflict, Saved, read_text, restore_version, save_text, text_files
from newsletter.issues.history import History
from newsletter.issues.load import load_issue
from newsletter.workspace import Workspace

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
SLUG = "winter-light"
TEXT = "---\nsubject: Light\n---\n\nDear all,\n\nthe days grow longer.\n\nWarmly,\nPat\n"


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """An issue with a letter and two posts in an order of their own."""
    made = workspace.issues_dir / SLUG
    (made / "posts").mkdir(parents=True)
    (made / "issue.md").write_text(TEXT.replace("---\n\n", "posts: [walks, lamps]\n---\n\n", 1), "utf-8")
    for name in ("lamps", "walks"):
        (made / "posts" / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\nText.\n", "utf-8")
    return made


def save(workspace: Workspace, mine: str, base: str, name: str = "issue.md") -> Saved | Conflict:
    """Save at noon."""
    return save_text(workspace, SLUG, name, mine, base=base, now=NOON)


def kept(folder: Path) -> list[str]:
    """Return the history of the letter, the newest first."""
    history = History(folder, "issue.md")
    return [history.read(version.name) for version in history.versions()]


@pytest.mark.usefixtures("folder")
def test_files_come_in_the_order_of_the_mail(workspace: Workspace) -> None:
    """The letter first, then the posts as they are arranged."""
    assert list(text_files(workspace, SLUG)) == ["issue.md", "posts/walks.md", "posts/lamps.md"]


def test_files_are_there_when_the_issue_has_a_mistake(workspace: Workspace, folder: Path) -> None:
    """The file with the mistake is the one that must be opened."""
    (folder / "issue.md").write_text("---\nsubject: [\n---\n", "utf-8")

    assert list(text_files(workspace, SLUG)) == ["issue.md", "posts/lamps.md", "posts/walks.md"]


def test_links_to_elsewhere_are_no_files_of_the_issue(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    """A link cannot make the editor read or overwrite what lies outside."""
    (tmp_path / "private.md").write_text("private", "utf-8")
    (folder / "posts/private.md").symlink_to(tmp_path / "private.md")

    assert "posts/private.md" not in text_files(workspace, SLUG)
    with pytest.raises(IssueError, match="no such file"):
        save(workspace, "mine", "private", "posts/private.md")
    assert (tmp_path / "private.md").read_text("utf-8") == "private"


@pytest.mark.parametrize(
    "name", ["", "..", "../other/issue.md", "posts/../issue.md", "/etc/passwd", "images/a.png", "posts/new.md"]
)
@pytest.mark.usefixtures("folder")
def test_no_other_file_is_written(workspace: Workspace, name: str) -> None:
    """A name is only compared with the issue's files."""
    with pytest.raises(IssueError, match="no such file"):
        save(workspace, "mine", "", name)


def test_saving_writes_the_file_and_keeps_what_was_there(workspace: Workspace, folder: Path) -> None:
    """The text of before is the first version in the history."""
    before = read_text(folder / "issue.md")

    assert save(workspace, before + "\nMore.\n", before) == Saved(before + "\nMore.\n")
    assert read_text(folder / "issue.md") == before + "\nMore.\n"
    assert kept(folder) == [before + "\nMore.\n", before]


def test_changes_from_elsewhere_are_brought_together(workspace: Workspace, folder: Path) -> None:
    """Who saves gets both changes, and each side is in the history."""
    base = read_text(folder / "issue.md")
    theirs = base.replace("subject: Light", "subject: More light")
    (folder / "issue.md").write_text(theirs, "utf-8")
    mine = base.replace("Pat", "Pat and Ana")

    both = theirs.replace("Pat", "Pat and Ana")
    assert save(workspace, mine, base) == Saved(both, merged=True)
    assert read_text(folder / "issue.md") == both
    assert kept(folder) == [both, mine, theirs]


def test_a_conflict_saves_nothing_and_loses_nothing(workspace: Workspace, folder: Path) -> None:
    """The file stays as the other program left it; both sides are in the history."""
    base = read_text(folder / "issue.md")
    theirs, mine = (base.replace("Light", word) for word in ("Lamps", "Windows"))
    (folder / "issue.md").write_text(theirs, "utf-8")

    assert save(workspace, mine, base) == Conflict(theirs)
    assert read_text(folder / "issue.md") == theirs
    assert kept(folder) == [mine, theirs]
    assert save(workspace, mine, theirs) == Saved(mine)  # "keep mine"


def test_saving_twice_is_saving_once(workspace: Workspace, folder: Path) -> None:
    """An answer that got lost may be asked for again."""
    base = read_text(folder / "issue.md")
    save(workspace, base + "More.\n", base)

    assert save(workspace, base + "More.\n", base) == Saved(base + "More.\n")
    assert kept(folder) == [base + "More.\n", base]


def test_line_ends_stay_as_they_were(workspace: Workspace, folder: Path) -> None:
    """A file from Windows stays one, and a browser's line ends do not get into any."""
    (folder / "issue.md").write_bytes(TEXT.replace("\n", "\r\n").encode())
    save(workspace, TEXT.replace("\n", "\r\n") + "More.\r\n", TEXT)
    assert (folder / "issue.md").read_bytes() == (TEXT + "More.\n").replace("\n", "\r\n").encode()

    (folder / "issue.md").write_bytes(TEXT.encode())
    save(workspace, TEXT.replace("\n", "\r\n") + "More.\r\n", TEXT)
    assert (folder / "issue.md").read_bytes() == (TEXT + "More.\n").encode()


def test_an_empty_file_can_be_edited(workspace: Workspace, folder: Path) -> None:
    """Everything may be deleted, and written again."""
    base = read_text(folder / "issue.md")
    assert save(workspace, "", base) == Saved("")
    assert read_text(folder / "issue.md") == ""
    assert save(workspace, TEXT, "") == Saved(TEXT)


def test_restoring_can_be_undone(workspace: Workspace, folder: Path) -> None:
    """The version that was replaced is named, and restoring that is the way back."""
    base = read_text(folder / "issue.md")
    save(workspace, TEXT, base)
    first = History(folder, "issue.md").versions()[-1]

    replaced = restore_version(workspace, SLUG, "issue.md", first.name, NOON)
    assert read_text(folder / "issue.md") == base

    restore_version(workspace, SLUG, "issue.md", replaced.name, NOON)
    assert read_text(folder / "issue.md") == TEXT


def test_unsaved_texts_stand_in_for_files(workspace: Workspace, folder: Path) -> None:
    """An issue can be read as an editor has it, while the files are as they were."""
    path = folder / "posts" / "lamps.md"
    issue = load_issue(workspace, SLUG, {path: "---\ntitle: Lamps, unsaved\n---\n\nNew words.\n"})

    assert [post.post.title for post in issue.posts] == ["walks", "Lamps, unsaved"]
    assert load_issue(workspace, SLUG).posts[1].post.title == "lamps"
