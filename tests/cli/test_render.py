"""`newsletter render` writes the mail into four files, or nothing."""

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli.main import cli
from newsletter.errors import IssueError, SubscriberError, WorkspaceError
from newsletter.storage import Store
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.workspace import Workspace

ISSUE = """\
---
subject: News for {{ first_name or "you" }}
preheader: Small steps for short days
---

Hello {{ first_name or "there" }}, here is **one** thing.
"""
NAMES = ["message.eml", "message.html", "message.mjml", "message.txt"]


@pytest.fixture
def slug(workspace: Workspace) -> str:
    """An issue with a letter."""
    folder = workspace.issues_dir / "2026-12-steps"
    folder.mkdir()
    (folder / "issue.md").write_text(ISSUE, "utf-8")
    return folder.name


def run(workspace: Workspace, *args: str) -> str:
    """Run the command in the workspace and return what it printed on standard output."""
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), "render", *args], catch_exceptions=False)
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_writes_four_files(workspace: Workspace, slug: str) -> None:
    """The files lie in rendered/SLUG and are filled in for a made-up reader."""
    run(workspace, slug)
    folder = workspace.root / "rendered" / slug
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    for path in folder.iterdir():
        text = path.read_text("utf-8")
        assert "-merge-" not in text
        assert "mergetag" not in text
    mail = message_from_bytes((folder / "message.eml").read_bytes(), _class=EmailMessage, policy=default)
    assert mail["Subject"] == "News for Sam"
    assert "-unsubscribe-url-" not in (folder / "message.html").read_text("utf-8")


def test_it_can_be_one_subscribers_copy(workspace: Workspace, slug: str, store: Store, tmp_path: Path) -> None:
    """With --as, the mail says what that subscriber would read."""
    with store.write() as connection:
        add_subscriber(
            connection, store.key, "ana@example.org", Profile(first_name="O'Brien & Sons <b>"), wording="yes"
        )
    answer = json.loads(run(workspace, slug, "-o", str(tmp_path / "out"), "--as", "ana@example.org", "--json"))
    html = Path(answer["files"]["html"]).read_text("utf-8")
    assert "O&#x27;Brien &amp; Sons &lt;b&gt;" in html
    assert "Hello O'Brien & Sons <b>," in Path(answer["files"]["txt"]).read_text("utf-8")


def test_an_unknown_subscriber_writes_nothing(workspace: Workspace, slug: str) -> None:
    """A wrong address is told, and no file appears."""
    with pytest.raises(SubscriberError):
        run(workspace, slug, "--as", "nobody@example.org")
    assert not (workspace.root / "rendered").exists()


def test_a_mistake_leaves_the_old_files(workspace: Workspace, slug: str) -> None:
    """After a mistake in the issue the last good files are still there, whole."""
    run(workspace, slug)
    html = workspace.root / "rendered" / slug / "message.html"
    before = html.read_bytes()
    source = workspace.issues_dir / slug / "issue.md"
    source.write_text(ISSUE.replace("Hello {{ first_name", "Hello {{ frist_name"), "utf-8")
    with pytest.raises(IssueError) as caught:
        run(workspace, slug)
    assert caught.value.where.endswith("issue.md:6")
    assert "first_name" in caught.value.hint
    assert html.read_bytes() == before


def test_a_file_in_the_way_is_explained(workspace: Workspace, slug: str) -> None:
    """When the folder cannot be made, the error says why."""
    (workspace.root / "rendered").write_text("in the way")
    with pytest.raises(WorkspaceError):
        run(workspace, slug)
