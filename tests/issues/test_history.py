"""Earlier versions of a file."""

import datetime as dt
import itertools
from pathlib import Path

import pytest

from newsletter.errors import IssueError
from newsletter.issues.history import MOST_VERSIONS, History, Reason

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def history(tmp_path: Path) -> History:
    """The history of a post, still empty."""
    return History(tmp_path, "posts/lamps.md")


def texts(history: History) -> list[str]:
    """Return what is kept, the newest first."""
    return [history.read(version.name) for version in history.versions()]


def test_versions_are_read_back(history: History, tmp_path: Path) -> None:
    """A version is what was kept, as a plain file that git leaves out."""
    history.keep("Grüße\n", Reason.FOUND, NOON)

    (version,) = history.versions()
    assert (version.moment, version.reason) == (NOON, Reason.FOUND)
    assert history.read(version.name) == "Grüße\n"
    assert (tmp_path / ".history/posts/lamps.md" / version.name).read_text("utf-8") == "Grüße\n"
    assert (tmp_path / ".history/.gitignore").read_text("utf-8") == "*\n"


def test_the_same_text_is_kept_once(history: History) -> None:
    """Saving what was saved already adds nothing."""
    for minute in range(0, 60, 10):
        history.keep("one", Reason.SAVED, NOON + dt.timedelta(minutes=minute))

    assert texts(history) == ["one"]


def test_while_somebody_writes_few_versions_are_kept(history: History) -> None:
    """An hour of saving every ten seconds leaves one version for every five minutes, and the latest."""
    history.keep("before", Reason.FOUND, NOON)
    for second in range(10, 3601, 10):
        history.keep(f"{second}", Reason.SAVED, NOON + dt.timedelta(seconds=second))

    moments = [version.moment for version in history.versions()]
    assert texts(history)[0] == "3600"
    assert texts(history)[-1] == "before"
    assert len(moments) == 13
    assert all(later - earlier >= dt.timedelta(minutes=4, seconds=50) for later, earlier in itertools.pairwise(moments))


def test_the_last_version_before_a_pause_stays(history: History) -> None:
    """What was written before lunch is there after it."""
    history.keep("before", Reason.FOUND, NOON)
    history.keep("lunch", Reason.SAVED, NOON + dt.timedelta(minutes=1))
    history.keep("afternoon", Reason.SAVED, NOON + dt.timedelta(hours=1))

    assert texts(history) == ["afternoon", "lunch", "before"]


def test_what_a_restored_version_replaced_stays(history: History) -> None:
    """Going back to an earlier version can itself be taken back, however fast it all went."""
    history.keep("first", Reason.FOUND, NOON)
    history.keep("second", Reason.SAVED, NOON + dt.timedelta(seconds=1))
    history.keep("second", Reason.REPLACED, NOON + dt.timedelta(seconds=2))
    history.keep("first", Reason.SAVED, NOON + dt.timedelta(seconds=2))

    assert texts(history) == ["first", "second", "first"]


def test_both_sides_of_a_conflict_are_kept_once(history: History) -> None:
    """Asking about a conflict again does not push older versions out."""
    for second in range(200):
        history.keep("theirs", Reason.FOUND, NOON + dt.timedelta(seconds=second))
        history.keep("mine", Reason.ASIDE, NOON + dt.timedelta(seconds=second))

    assert texts(history) == ["mine", "theirs"]


def test_the_history_is_bounded_and_keeps_the_first_of_each_day(history: History) -> None:
    """When there are too many, the oldest go, but those with which a day began last of all."""
    history.keep("day one", Reason.FOUND, NOON)
    for number in range(MOST_VERSIONS + 20):
        history.keep(f"day two, {number}", Reason.FOUND, NOON + dt.timedelta(days=1, minutes=number))

    kept = texts(history)
    assert len(kept) == MOST_VERSIONS
    assert kept[0] == f"day two, {MOST_VERSIONS + 19}"
    assert kept[-2:] == ["day two, 0", "day one"]


def test_the_history_is_bounded_in_size(history: History) -> None:
    """Large texts leave fewer versions, and always the newest."""
    for number in range(4):
        history.keep(f"{number}" * 3_000_000, Reason.FOUND, NOON + dt.timedelta(hours=number))

    assert [text[:1] for text in texts(history)] == ["3"]


def test_a_clock_that_was_set_back_keeps_the_order(history: History) -> None:
    """The newest version is the one that was kept last."""
    history.keep("first", Reason.FOUND, NOON)
    history.keep("second", Reason.FOUND, NOON - dt.timedelta(days=3))

    assert texts(history) == ["second", "first"]


@pytest.mark.parametrize(
    "name", ["", "..", "../../../issue.md", ".gitignore", "20261201T120000000000Z-saved.md", "/etc/passwd"]
)
def test_only_versions_are_read(history: History, tmp_path: Path, name: str) -> None:
    """No name leads to another file."""
    (tmp_path / "issue.md").write_text("secret", "utf-8")
    history.keep("text", Reason.FOUND, NOON)
    history.keep("more", Reason.FOUND, NOON)

    with pytest.raises(IssueError, match="no longer kept"):
        history.read(name)


def test_other_files_are_left_alone(history: History, tmp_path: Path) -> None:
    """What somebody else put there is neither listed nor removed."""
    history.keep("text", Reason.FOUND, NOON)
    folder = tmp_path / ".history/posts/lamps.md"
    for name in ("notes.md", "20269901T120000000000Z-saved.md", ".DS_Store"):
        (folder / name).write_text("own", "utf-8")

    assert texts(history) == ["text"]
