"""An issue as its texts were at an earlier moment."""

import datetime as dt
import itertools
from pathlib import Path

import pytest

from newsletter.issues import load_issue
from newsletter.issues.earlier import moments, texts_at
from newsletter.issues.editing import save_text
from newsletter.workspace import Workspace

NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LETTER = "---\nsubject: Winter\n---\n\n{}\n"
POST = "---\ntitle: Light\n---\n\n{}\n"


pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    """The folder of an issue with one post, just made."""
    folder = workspace.issues_dir / "winter"
    (folder / "posts").mkdir(parents=True)
    (folder / "issue.md").write_text(LETTER.format("First."), "utf-8")
    (folder / "posts" / "light.md").write_text(POST.format("Old light."), "utf-8")
    return folder


def save(workspace: Workspace, name: str, text: str, now: dt.datetime) -> None:
    base = (workspace.issues_dir / "winter" / name).read_text("utf-8")
    save_text(workspace, "winter", name, text, base=base, now=now)


def letter_at(workspace: Workspace, moment: dt.datetime) -> tuple[str, str]:
    issue = load_issue(workspace, "winter", texts_at(workspace, "winter", moment))
    return issue.letter.markdown, issue.posts[0].body.markdown


def test_each_moment_has_its_texts(workspace: Workspace) -> None:
    """Letter and post are both as they were then, though they were changed at different times."""
    save(workspace, "issue.md", LETTER.format("Second."), NINE)
    save(workspace, "posts/light.md", POST.format("New light."), NINE + HOUR)
    save(workspace, "issue.md", LETTER.format("Third."), NINE + 2 * HOUR)

    assert letter_at(workspace, NINE + HOUR / 2) == ("Second.", "Old light.")
    assert letter_at(workspace, NINE + 1.5 * HOUR) == ("Second.", "New light.")
    assert letter_at(workspace, NINE + 3 * HOUR) == ("Third.", "New light.")
    assert letter_at(workspace, NINE - HOUR) == ("First.", "Old light.")


def test_the_moments_are_those_before_now(workspace: Workspace) -> None:
    """Listed is what differs from the files as they are, the newest first, once a minute."""
    assert moments(workspace, "winter") == ()
    save(workspace, "issue.md", LETTER.format("Second."), NINE)
    save(workspace, "issue.md", LETTER.format("Third."), NINE + 2 * HOUR)

    found = moments(workspace, "winter")
    times = [moment.at for moment in found]
    assert times == sorted(times, reverse=True)
    assert all(one - other >= dt.timedelta(minutes=1) for one, other in itertools.pairwise(times))
    assert letter_at(workspace, times[0]) == ("Second.", "Old light.")
    assert NINE + 2 * HOUR not in times
    assert not found[0].until


def test_what_was_there_before_the_first_change(workspace: Workspace) -> None:
    """A text that nobody saved at the desk is known until it was changed."""
    save(workspace, "issue.md", LETTER.format("Second."), NINE)
    (only,) = moments(workspace, "winter")

    assert only.until
    assert letter_at(workspace, only.at) == ("First.", "Old light.")
