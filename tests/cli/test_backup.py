"""`newsletter backup` and `restore` as staff meet them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.cli.terminal import at_terminal


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A workspace with three people."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    return workspace


def _type(workspace: Workspace, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def _backup(workspace: Workspace) -> Path:
    return Path(json.loads(_type(workspace, "backup", "--json").stdout)["file"])


def test_backup_says_what_is_in_it(workspace: Workspace) -> None:
    """Where it is, how much it holds, and that it wants to be kept safe."""
    done = _type(workspace, "backup")
    assert "backups" in done.stdout
    assert "3 people, 0 suppressed addresses, 0 sends" in done.stdout
    assert "as safe as the list" in done.stderr


def test_restore_shows_first_and_asks(workspace: Workspace) -> None:
    """Nothing is put back without a yes: typed, or given beforehand in a script."""
    path = _backup(workspace)
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 2, first=4)
    assert "needs a person" in _type(workspace, "restore", str(path), code=1).stderr
    assert "Nothing was changed" in _type(workspace, "restore", str(path), "--dry-run").stderr
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == 5
    done = _type(workspace, "restore", str(path), "--yes")
    assert "before-restore-" in done.stdout
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(("typed", "people"), [("y\n", 3), ("n\n", 5)])
def test_restore_at_a_terminal(workspace: Workspace, typed: str, people: int) -> None:
    """A person sees what they would get, and decides."""
    path = _backup(workspace)
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 2, first=4)
    ended = at_terminal(workspace, "restore", str(path), typed=typed)
    assert ended.code == 0
    assert "3 people, 0 suppressed addresses, 0 sends." in ended.screen
    assert "takes the place of 5 people" in ended.screen
    assert json.loads(_type(workspace, "backup", "--json").stdout)["people"] == people


def test_restore_of_what_is_no_backup(workspace: Workspace) -> None:
    """A wrong file is named, with what to do."""
    (workspace.root / "holiday.zip").write_bytes(b"PK\x03\x04")
    assert (
        "holiday.zip: this is no backup"
        in _type(workspace, "restore", str(workspace.root / "holiday.zip"), code=1).stderr
    )
    assert "no such file" in _type(workspace, "restore", str(workspace.root / "none.zip"), code=1).stderr
