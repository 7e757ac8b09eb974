"""The doctor tells a sound database from a damaged one, and changes neither."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from newsletter.doctor.database import look_at_database
from newsletter.storage import open_store
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import add_people


@pytest.fixture
def database(workspace: Workspace) -> Path:
    """A database with people in it, closed."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 200)
    return workspace.root / "newsletter.db"


def _look(workspace: Workspace) -> tuple[list[str], bool]:
    verdicts, usable = look_at_database(workspace)
    return [str(verdict.level) for verdict in verdicts], usable


def test_none_yet(workspace: Workspace) -> None:
    """A workspace without a database gets none by being looked at."""
    assert _look(workspace) == (["note"], False)
    assert not (workspace.root / "newsletter.db").exists()


def test_sound(workspace: Workspace, database: Path) -> None:
    """A sound one is left as it is, byte for byte."""
    before = database.read_bytes()
    assert _look(workspace) == (["ok"], True)
    assert database.read_bytes() == before


def test_damaged(workspace: Workspace, database: Path) -> None:
    """Pages that are overwritten are found, and nobody is told to send."""
    whole = bytearray(database.read_bytes())
    whole[4096 * 3 : 4096 * 6] = b"\x55" * 4096 * 3
    database.write_bytes(whole)
    assert _look(workspace) == (["wrong"], False)


def test_no_database_at_all(workspace: Workspace, database: Path) -> None:
    """So is a file that is something else."""
    database.write_text("Dear reader,\n" * 1000, "utf-8")
    assert _look(workspace) == (["wrong"], False)


def test_orphans(workspace: Workspace, database: Path) -> None:
    """A row that belongs to nothing is damage, too."""
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO events (event_key, delivery_id, kind, at) VALUES ('x', 99, 'delivered', '')")
    connection.close()
    assert _look(workspace) == (["wrong"], False)


def test_key_is_missing(workspace: Workspace, database: Path) -> None:
    """Without its key a database cannot tell who left."""
    assert database.exists()
    workspace.key_file.unlink()
    assert _look(workspace) == (["wrong"], False)


@pytest.mark.parametrize(("version", "level"), [("0001", "note"), ("9999", "wrong")])
def test_other_versions(workspace: Workspace, database: Path, version: str, level: str) -> None:
    """An older one is brought up to date by the next command, not by the doctor; a newer one is too new."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.close()
    assert _look(workspace) == (["ok", level], False)


def test_busy(workspace: Workspace, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another command writes, the doctor says so."""
    monkeypatch.setattr("newsletter.doctor.database._SECONDS", 0.05)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    verdicts, usable = look_at_database(workspace)
    other.close()
    assert ("another newsletter command is writing" in verdicts[0].words, usable) == (True, False)


def _on_postgresql(workspace: Workspace, url: str) -> Workspace:
    settings = workspace.root / "newsletter.toml"
    settings.write_text(f'{settings.read_text("utf-8")}\n[database]\nurl = "{url}"\n', "utf-8")
    return open_workspace(workspace.root)


def test_postgresql(workspace: Workspace, postgres_url: str) -> None:
    """On PostgreSQL: empty, sound but quick to forget (as this server is), and with a rule that does not hold."""
    clinic = _on_postgresql(workspace, postgres_url)
    assert _look(clinic) == (["note"], False)
    with open_store(clinic.database_url, clinic.key_file) as store:
        add_people(store, 2)
    assert _look(clinic) == (["ok", "warn"], True)
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE events ADD CONSTRAINT odd CHECK (kind <> 'x') NOT VALID"))
    engine.dispose()
    assert _look(clinic) == (["wrong", "warn"], False)


def test_no_server(workspace: Workspace) -> None:
    """A server that is not there is named, without its password."""
    clinic = _on_postgresql(workspace, "postgresql://ana:secret@127.0.0.1:9/news")
    verdicts, usable = look_at_database(clinic)
    assert (verdicts[0].level, usable) == ("wrong", False)
    assert "secret" not in f"{verdicts}"
