"""A link in an issue's folder that leads elsewhere: nothing there is read, written or deleted."""

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from newsletter.errors import NewsletterError
from newsletter.issues import load_issue
from newsletter.issues.arrange import add_post, move_post, remove_post, restore_post, show_post
from newsletter.issues.editing import restore_version, save_text
from newsletter.issues.history import History, Reason
from newsletter.issues.order import Show
from newsletter.issues.pictures import add_picture
from newsletter.posts import Post
from newsletter.workspace import Workspace
from tests.web.samples import PIXEL, write_issue

SLUG = "winter-light"
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
LINKED = ["issue.md", "posts", "posts/light.md", "images", "removed", ".history", ".history/issue.md", ""]
ACTS: Mapping[str, Callable[[Workspace], object]] = {
    "load": lambda workspace: load_issue(workspace, SLUG),
    "save": lambda workspace: save_text(workspace, SLUG, "issue.md", "---\nsubject: x\n---\nmine", base="", now=NOW),
    "save post": lambda workspace: save_text(workspace, SLUG, "posts/light.md", "mine", base="", now=NOW),
    "restore": lambda workspace: restore_version(workspace, SLUG, "issue.md", "20261201T090000000000Z-saved.md", NOW),
    "add": lambda workspace: add_post(workspace, SLUG, Post(title="New", body="Text.")),
    "move": lambda workspace: move_post(workspace, SLUG, "light", 1),
    "show": lambda workspace: show_post(workspace, SLUG, "light", Show.TITLE, "https://example.org/light"),
    "remove": lambda workspace: remove_post(workspace, SLUG, "light"),
    "put back": lambda workspace: restore_post(workspace, SLUG, "old.md", 1),
    "picture": lambda workspace: add_picture(workspace, SLUG, PIXEL, "dot.gif"),
}


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with what it says."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("linked", LINKED)
@pytest.mark.parametrize("act", ACTS)
def test_nothing_elsewhere_is_touched(workspace: Workspace, tmp_path: Path, linked: str, act: str) -> None:
    """Whatever is done with the issue, what the link leads to stays as it is, and no word of it gets in."""
    folder = write_issue(workspace)
    (folder / "removed").mkdir()
    (folder / "removed" / "old.md").write_text("---\ntitle: Old\n---\nText.\n", "utf-8")
    for minute in range(3):
        History(folder, "issue.md").keep(f"version {minute}", Reason.FOUND, NOW - dt.timedelta(minutes=10 * minute))
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.move(folder / linked, outside / "it")
    (folder / linked).symlink_to(outside / "it")
    before = tree(outside)

    with contextlib.suppress(NewsletterError):
        ACTS[act](workspace)
        assert linked in {"posts/light.md", ".history/issue.md"}  # of another text, or one whose history is not asked
    assert tree(outside) == before


def test_a_link_is_named_with_the_way_out(workspace: Workspace, tmp_path: Path) -> None:
    """The error says which one it is, and what to do."""
    folder = write_issue(workspace)
    shutil.move(folder / "posts", tmp_path / "posts")
    (folder / "posts").symlink_to(tmp_path / "posts")

    with pytest.raises(NewsletterError, match="posts is a link to somewhere else") as caught:
        load_issue(workspace, SLUG)
    assert "real file or folder" in caught.value.hint


def test_newsletters_may_lie_on_another_disk(workspace: Workspace, tmp_path: Path) -> None:
    """The folder of all issues is where the clinic has put it."""
    write_issue(workspace)
    shutil.move(workspace.issues_dir, tmp_path / "shared drive")
    workspace.issues_dir.symlink_to(tmp_path / "shared drive")

    assert load_issue(workspace, SLUG).subject == "Light in winter"
    save_text(workspace, SLUG, "issue.md", "---\nsubject: x\n---\nmine", base="", now=NOW)
