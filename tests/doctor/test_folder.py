"""The doctor looks at the folder: room, rights, copies."""

import os
import shutil
import sys
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.backups import make_backup
from newsletter.doctor.folder import look_at_folder
from newsletter.storage import open_store
from newsletter.workspace import Workspace

NOW = datetime.now(tz=UTC)


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """A workspace with a database."""
    with open_store(workspace.database_url, workspace.key_file):
        return workspace


def _look(workspace: Workspace) -> dict[str, str]:
    return {verdict.about: str(verdict.level) for verdict in look_at_folder(workspace, NOW)}


Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as the standard library has it


@pytest.mark.parametrize(("megabytes", "level"), [(5_000, "ok"), (500, "warn"), (50, "wrong")])
def test_room(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, megabytes: int, level: str) -> None:
    """A disk that is nearly full is named before it is full."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, megabytes * 1024 * 1024))
    assert _look(workspace)["disk"] == level


@pytest.mark.skipif(sys.platform == "win32", reason="there, the folder's own rights count")
def test_secrets_that_others_may_read(workspace: Workspace) -> None:
    """A key or a password that others may read is named, by its file and not by what is in it."""
    assert "secrets" not in _look(workspace)
    workspace.env_file.write_text("SENDGRID_API_KEY=SG.secret\n", "utf-8")
    workspace.env_file.chmod(0o644)
    found = list(look_at_folder(workspace, NOW))
    assert [(each.level, each.remedy) for each in found if each.about == "secrets"] == [("warn", "chmod 600 .env")]
    assert "SG.secret" not in f"{found}"


def test_backups(workspace: Workspace) -> None:
    """Backups are looked for, and an old one is not taken for safety."""
    assert _look(workspace)["backups"] == "note"
    made = make_backup(workspace, NOW).path
    assert _look(workspace)["backups"] == "ok"
    old = (NOW - timedelta(days=40)).timestamp()
    os.utime(made, (old, old))
    assert _look(workspace)["backups"] == "warn"
