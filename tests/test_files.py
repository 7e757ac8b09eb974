"""Files are written whole or not at all, and refusals come in words."""

import resource
import stat
import sys
from pathlib import Path

import pytest

from newsletter.errors import WorkspaceError
from newsletter.files import PRIVATE, write_together, write_whole


def test_replaces_whole(tmp_path: Path) -> None:
    """The new text is there, and no draft is left beside it."""
    path = tmp_path / "deep" / "letter.txt"
    write_whole(path, "one")
    write_whole(path, "two")
    assert path.read_text("utf-8") == "two"
    assert [file.name for file in path.parent.iterdir()] == ["letter.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access in lists, not in modes")
def test_private_from_the_first_byte(tmp_path: Path) -> None:
    """A private file is never readable by others, not even while it is written."""
    write_whole(tmp_path / "key", b"secret", mode=PRIVATE)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    """When the data do not fit, the old file stays and no half of the new one exists."""
    path = tmp_path / "letter.txt"
    write_whole(path, "old")
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device here that is always full")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(WorkspaceError, match=r"letter\.txt"):
            write_whole(path, "x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert path.read_text("utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_name_taken_by_a_folder(tmp_path: Path) -> None:
    """A folder in the way is named as one."""
    (tmp_path / "letter.txt").mkdir()
    with pytest.raises(WorkspaceError, match="is a folder"):
        write_whole(tmp_path / "letter.txt", "text")


def test_path_below_a_file(tmp_path: Path) -> None:
    """A file where a folder should be is named."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(WorkspaceError, match="file"):
        write_whole(tmp_path / "file" / "letter.txt", "text")


def test_several_files_are_written_together(tmp_path: Path) -> None:
    """All files are there, whole, and others in the folder are left alone."""
    (tmp_path / "other").write_text("mine")
    write_together(tmp_path, {"a": b"1", "b": b"2"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2", "other": b"mine"}


def test_a_folder_in_the_way_stops_all_of_them(tmp_path: Path) -> None:
    """When one name is taken by a folder, the other files stay as they were, and no draft is left."""
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    with pytest.raises(WorkspaceError):
        write_together(tmp_path, {"a": b"new", "b": b"new"})
    assert (tmp_path / "a").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
