"""Waiving a check, with a reason, in the issue's own file."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import IssueError
from newsletter.issues import load_issue
from newsletter.issues.keys import with_key
from newsletter.issues.waivers import take_waiver_back, waive_check
from newsletter.posts.front_matter import read_front_matter
from newsletter.workspace import Workspace

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TEXT = "---\nsubject: Winter: what helps\n# a remark\npreheader: Five ways\n---\n\nDear all,\n\n---\n\nwarmly.\n"


@pytest.fixture
def letter(workspace: Workspace) -> Path:
    """The file of an issue without posts."""
    path = workspace.issues_dir / "winter" / "issue.md"
    path.parent.mkdir()
    path.write_text(TEXT, "utf-8")
    return path


def test_a_waiver_and_its_reason_are_written(workspace: Workspace, letter: Path) -> None:
    """The reason stands in the file, is read from there, and every other line is as it was."""
    waive_check(workspace, "winter", "subject-length", "  the name of\nthe series: long ", NOW)

    assert dict(load_issue(workspace, "winter").waivers) == {"subject-length": "the name of the series: long"}
    assert [line for line in letter.read_text("utf-8").split("\n") if "series" not in line and line != "waive:"] == (
        TEXT.split("\n")
    )


def test_taking_it_back_leaves_no_trace(workspace: Workspace, letter: Path) -> None:
    """Waived and taken back, the file is what it was before; and the reason is given back, for whoever regrets."""
    waive_check(workspace, "winter", "alt-poor", "a plain ornament", NOW)
    waive_check(workspace, "winter", "subject-length", "the series", NOW)

    assert take_waiver_back(workspace, "winter", "alt-poor", NOW) == "a plain ornament"
    assert dict(load_issue(workspace, "winter").waivers) == {"subject-length": "the series"}
    take_waiver_back(workspace, "winter", "subject-length", NOW)
    assert letter.read_text("utf-8") == TEXT


def test_a_second_reason_replaces_the_first(workspace: Workspace, letter: Path) -> None:
    """A check has one reason."""
    waive_check(workspace, "winter", "alt-poor", "first", NOW)
    waive_check(workspace, "winter", "alt-poor", "second", NOW)

    assert dict(load_issue(workspace, "winter").waivers) == {"alt-poor": "second"}
    assert letter.read_text("utf-8").count("alt-poor") == 1


@pytest.mark.parametrize("reason", ["", " \n\t "])
def test_no_waiver_without_a_reason(workspace: Workspace, letter: Path, reason: str) -> None:
    """Why it may stay so must be said; else nothing is written."""
    with pytest.raises(IssueError, match="only be ignored with a reason"):
        waive_check(workspace, "winter", "alt-poor", reason, NOW)

    assert letter.read_text("utf-8") == TEXT


def test_what_is_not_waived_cannot_be_taken_back(workspace: Workspace, letter: Path) -> None:
    """Pressing twice does nothing twice."""
    with pytest.raises(IssueError, match="alt-poor is not ignored"):
        take_waiver_back(workspace, "winter", "alt-poor", NOW)

    assert letter.read_text("utf-8") == TEXT


def test_line_ends_stay(workspace: Workspace, letter: Path) -> None:
    """A file from Windows stays one."""
    letter.write_bytes(TEXT.replace("\n", "\r\n").encode())
    waive_check(workspace, "winter", "alt-poor", "an ornament", NOW)

    data = letter.read_bytes()
    assert b"an ornament\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


REASONS = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.split()))


@given(st.dictionaries(st.from_regex(r"[a-z]+(-[a-z]+)?", fullmatch=True), REASONS, min_size=1, max_size=3))
def test_any_reason_is_read_back(waivers: dict[str, str]) -> None:
    """Whatever stands in a reason, YAML or not, it comes back, and the keys around it stay."""
    text = with_key(TEXT, "waive", {check: " ".join(reason.split()) for check, reason in waivers.items()})
    matter = read_front_matter(text, "issue.md", known=None, plain=("subject", "preheader"), error=IssueError)

    assert matter.values["waive"] == {check: " ".join(reason.split()) for check, reason in waivers.items()}
    assert matter.values["subject"] == "Winter: what helps"
    assert with_key(text, "waive", {}) == TEXT
