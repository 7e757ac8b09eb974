"""`newsletter backup` and `restore` as staff meet them."""

import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from newsletter.backups import unpacked
from newsletter.storage import open_store
from newsletter.workspace import Workspace
from newsletter.workspace.leftovers import leftovers
from tests.campaigns.samples import add_people
from tests.cli.terminal import at_terminal
from tests.cli.typed import Ended, in_a_process, typed


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A workspace with three people."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    return workspace


def _type(workspace: Workspace, *words: str, code: int = 0) -> Ended:
    done = typed("-C", str(workspace.root), *words)
    assert done.returncode == code, done.stderr
    return done


def _backup(workspace: Workspace) -> Path:
    return Path(json.loads(_type(workspace, "backup", "--json").stdout)["file"])


def test_backup_says_what_is_in_it(workspace: Workspace) -> None:
    """Where it is, how much it holds, and that it wants to be kept safe."""
    done = _type(workspace, "backup")
    assert "backups" in done.stdout
    assert "3 subscribers, 0 suppressed addresses, 0 sends" in done.stdout
    assert "keep it private" in done.stderr


def test_restore_shows_first_and_asks(workspace: Workspace) -> None:
    """Nothing is put back without a yes: typed, or given beforehand in a script."""
    path = _backup(workspace)
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 2, first=4)
    assert "needs a confirmation" in _type(workspace, "restore", str(path), code=1).stderr
    assert "Nothing was changed" in _type(workspace, "restore", str(path), "--dry-run").stderr
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == 5
    done = _type(workspace, "restore", str(path), "--yes")
    assert "before-restore-" in done.stdout
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == 3


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(("answer", "people"), [("y\n", 3), ("n\n", 5)])
def test_restore_at_a_terminal(workspace: Workspace, answer: str, people: int) -> None:
    """A person sees what they would get, and decides."""
    path = _backup(workspace)
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 2, first=4)
    ended = at_terminal(workspace, "restore", str(path), typed=answer)
    assert ended.code == 0
    assert "3 subscribers, 0 suppressed addresses, 0 sends." in ended.screen
    assert "replaces 5 subscribers" in ended.screen
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == people


def test_restore_of_what_is_no_backup(workspace: Workspace) -> None:
    """A wrong file is named, with what to do."""
    (workspace.root / "holiday.zip").write_bytes(b"PK\x03\x04")
    assert (
        "holiday.zip: this is not a backup"
        in _type(workspace, "restore", str(workspace.root / "holiday.zip"), code=1).stderr
    )
    assert "no such file" in _type(workspace, "restore", str(workspace.root / "none.zip"), code=1).stderr


KILLED_WHILE = {
    "copying": ("newsletter.backups.making.shutil.copyfile", ["backup"]),
    "packing": ("newsletter.backups.archive.shutil.copyfileobj", ["backup"]),
    "packing elsewhere": ("newsletter.backups.archive.shutil.copyfileobj", ["backup", "{elsewhere}"]),
    "unpacking": ("newsletter.backups.archive.shutil.copyfileobj", ["restore", "{backup}", "--yes"]),
    "putting back": ("newsletter.backups.restoring.replace_content", ["restore", "{backup}", "--yes"]),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a kill there is another one")
@pytest.mark.heavy
@pytest.mark.parametrize(("place", "words"), KILLED_WHILE.values(), ids=KILLED_WHILE)
def test_a_kill_leaves_no_copy_of_the_list(workspace: Workspace, place: str, words: list[str]) -> None:
    """The private copies of a killed backup or restore are gone after the next command, which says so."""
    names = {"backup": str(_backup(workspace)), "elsewhere": str(workspace.root / "backups" / "list.zip")}
    _kill_at(workspace, place, [word.format(**names) for word in words])
    assert leftovers(workspace)
    told = _type(workspace, "subscribers", "list").stderr
    assert all(path.name in told for path in leftovers(workspace))
    assert leftovers(workspace) == []
    assert "interrupted" in told
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == 3


def _kill_at(workspace: Workspace, place: str, words: list[str]) -> None:
    """Run a command that the system kills at a place in the program."""
    code = f"""
import os, signal, unittest.mock
from newsletter.cli.main import main
with unittest.mock.patch({place!r}, lambda *_: os.kill(os.getpid(), signal.SIGKILL)):
    main()
"""
    command = [sys.executable, "-c", code, "-C", str(workspace.root), *words]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL


@pytest.mark.heavy
def test_a_running_backup_is_left_in_peace(workspace: Workspace) -> None:
    """What another process is still writing is not removed; `doctor` names it."""
    with unpacked(_backup(workspace), workspace) as found:
        in_a_process("-C", str(workspace.root), "subscribers", "list")
        assert found.database.is_file()
        told = in_a_process("-C", str(workspace.root), "doctor").stdout
    assert f"{found.folder.name} holds a copy of the list" in told


@pytest.mark.skipif(sys.platform == "win32", reason="there, the folder's own rights say who may read")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_copies_are_private(workspace: Workspace, umask: int) -> None:
    """Whatever the system's default is: the folders, the backup, and each file that is unpacked from it."""
    old = os.umask(umask)
    try:
        made = _backup(workspace)
    finally:
        os.umask(old)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    with zipfile.ZipFile(made) as archive:
        assert {stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()} == {0o600}
