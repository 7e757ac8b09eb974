"""A database that is lost is never taken for a new one: somebody who unsubscribed would be mailed again."""

import contextlib
import os
import re
import shlex
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from newsletter.backups import make_backup
from newsletter.cli.main import cli
from newsletter.errors import NewsletterError, StoreError
from newsletter.storage import open_store, schema, store
from newsletter.subscribers.records import add_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS
from tests.web.samples import PORT

NOW = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A workspace in a folder with a space in its name, with two people of whom one has unsubscribed, and backups."""
    root = tmp_path / "our clinic"
    make_workspace(root, {"clinic.postal_address": ADDRESS, "web.public_url": "https://news.example.org"})
    workspace = open_workspace(root)
    with open_store(workspace.database_url, workspace.key_file) as opened, opened.write() as connection:
        for name in ("ana", "ben"):
            add_subscriber(connection, opened.key, f"{name}@example.org", wording="Yes.")
        suppress(connection, opened.key, "ben@example.org", Reason.UNSUBSCRIBED)
    (root / "list.csv").write_text("email\nana@example.org\nben@example.org\n", "utf-8")
    make_backup(workspace, NOW)
    return workspace


def _missing(database: Path) -> None:
    database.unlink()


def _empty(database: Path) -> None:
    database.write_bytes(b"")


def _cut(size: int) -> Callable[[Path], None]:
    def cut(database: Path) -> None:
        database.write_bytes(database.read_bytes()[:size])

    cut.__name__ = f"cut to {size}"
    return cut


def _zeros(database: Path) -> None:
    database.write_bytes(bytes(database.stat().st_size))


def _text(database: Path) -> None:
    database.write_text("Dear diary,\n" * 1000, "utf-8")


def _others(*statements: str) -> Callable[[Path], None]:
    def write(database: Path) -> None:
        database.unlink()
        with contextlib.closing(sqlite3.connect(database)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    write.__name__ = statements[0]
    return write


_OUR_VERSION = f"INSERT INTO alembic_version VALUES ('{schema.HEAD}')"  # noqa: S608 - a number of our own
LOST = [
    _missing,
    _empty,
    *(_cut(size) for size in (1, 50, 100, 512, 4096, 4097, 8192, 40_000)),
    _zeros,
    _text,
    _others("VACUUM"),
    _others("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)"),
    _others("CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('ae1027a6acf')"),
    _others("CREATE TABLE alembic_version (version_num TEXT)"),
    _others("CREATE TABLE alembic_version (version_num TEXT)", _OUR_VERSION),
]
COMMANDS = {
    "import": ("subscribers", "import", "{root}/list.csv", "--consent", "Yes.", "--yes"),
    "add": ("subscribers", "add", "ben@example.org", "--consent", "Yes."),
    "people": ("subscribers", "list"),
    "list": ("list",),
    "status": ("status", SAMPLE_ISSUE),
    "send": ("send", SAMPLE_ISSUE, "--yes"),
    "test": ("test", SAMPLE_ISSUE, "--to", "ana@example.org"),
    "resume": ("resume", SAMPLE_ISSUE),
    "run-due": ("run-due",),
    "backup": ("backup", "{root}/new.zip"),
    "serve": ("serve",),
    "doctor": ("doctor", "--offline"),
}


def _run(workspace: Workspace, *words: str) -> tuple[int, str]:
    """Return the exit code and what was said."""
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), *(word.format(root=workspace.root) for word in words)])
    if isinstance(result.exception, NewsletterError):
        return 1, str(result.exception)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("lose", LOST, ids=lambda lose: lose.__name__)
def test_lost_in_every_way(clinic: Workspace, lose: Callable[[Path], None]) -> None:
    """It is refused, nothing changes, and the newest backup is named; the command that is named brings all back."""
    lose(clinic.root / "newsletter.db")
    _check_refused(clinic, ["import", "list", "backup", "doctor"])
    _check_restored(clinic)


@pytest.mark.parametrize("lose", [_missing, _empty], ids=["missing", "empty"])
def test_every_command_refuses(clinic: Workspace, lose: Callable[[Path], None]) -> None:
    """So does whatever else would open the database."""
    lose(clinic.root / "newsletter.db")
    _check_refused(clinic, COMMANDS)


def _check_refused(clinic: Workspace, names: Iterable[str]) -> None:
    database = clinic.root / "newsletter.db"
    before = database.read_bytes() if database.exists() else None
    told = {name: _run(clinic, *COMMANDS[name]) for name in names}
    assert {code for code, _ in told.values()} == {1}, told
    assert (database.read_bytes() if database.exists() else None) == before
    for name, (_, words) in told.items():
        assert "database" in words, (name, words)
        assert not (clinic.root / "new.zip").exists(), name
        assert "newsletter-2026-11-30-0415.zip" in words, (name, words)


def _check_restored(clinic: Workspace) -> None:
    _, words = _run(clinic, *COMMANDS["import"])
    found = re.search(r"newsletter (-C .*)", words)
    assert found, words
    result = CliRunner().invoke(cli, [*shlex.split(found[1]), "--yes"])
    assert result.exit_code == 0, result.output
    assert _run(clinic, *COMMANDS["import"])[0] == 0
    with open_store(clinic.database_url, clinic.key_file) as opened, opened.read() as connection:
        assert connection.exec_driver_sql("SELECT email, status FROM subscribers ORDER BY id").all() == [
            ("ana@example.org", "subscribed"),
            ("ben@example.org", "unsubscribed"),
        ]


@pytest.mark.parametrize(
    "left", [("newsletter.key",), ("newsletter.db.sent",), ("newsletter.key", "newsletter.db.sent")]
)
@pytest.mark.parametrize("lose", [_missing, _empty])
def test_files_that_tell_of_a_lost_database(
    clinic: Workspace, lose: Callable[[Path], None], left: tuple[str, ...]
) -> None:
    """The key and the journal each do, and are named; when they are moved away as told, a new start works."""
    (clinic.root / "newsletter.db.sent").write_text("campaign december 0123456789abcdef\n", "utf-8")
    for name in {"newsletter.key", "newsletter.db.sent"} - set(left):
        (clinic.root / name).unlink()
    lose(clinic.root / "newsletter.db")
    code, words = _run(clinic, "subscribers", "list")
    assert code == 1
    assert all(name in words for name in left)
    assert f"move {' and '.join(left)} out of" in words
    for name in left:
        (clinic.root / name).rename(clinic.root.parent / name)
    assert _run(clinic, "subscribers", "list")[0] == 0
    assert _run(clinic, "doctor", "--offline")[0] == 0


def test_newest_backup_is_told_by_its_name(clinic: Workspace) -> None:
    """Copying a folder changes the dates of files; the date in a name stays. Without backups it says so."""
    (clinic.root / "newsletter.db").unlink()
    older = clinic.root / "backups" / "newsletter-2026-11-30-0415.zip"
    for name, made in (("newsletter-2026-12-24-1800.zip", 1_000), ("before-restore-2026-12-24-1800-2.zip", 2_000)):
        older.with_name(name).write_bytes(b"")
        os.utime(older.with_name(name), (made, made))
    assert "before-restore-2026-12-24-1800-2.zip" in _run(clinic, "list")[1]
    for path in older.parent.iterdir():
        path.unlink()
    assert "there is none in backups" in _run(clinic, "list")[1]


def test_crash_while_a_workspace_is_made_locks_nobody_out(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is written after the tables: whatever step the power fails at, the next command goes on."""

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("bring_up_to_date", "load_key", "fingerprint"):
        with monkeypatch.context() as patch:
            patch.setattr(store, step, fail)
            with pytest.raises(KeyboardInterrupt), open_store(workspace.database_url, workspace.key_file):
                pass
    assert workspace.key_file.exists()
    with open_store(workspace.database_url, workspace.key_file) as opened, opened.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM facts WHERE name = 'key'").scalar() == 1


@pytest.mark.parametrize("spoil", ["missing", "empty", "cut", "garbage", "another"])
def test_key_that_is_lost_comes_out_of_a_backup(clinic: Workspace, spoil: str) -> None:
    """Without the right key every command refuses and names the backup; restoring that brings the key back, too."""
    key = clinic.key_file.read_bytes()
    wrong = {"empty": b"", "cut": key[:20], "garbage": b"\xff\xfe" * 30, "another": b"ab" * 32}
    clinic.key_file.unlink() if spoil == "missing" else clinic.key_file.write_bytes(wrong[spoil])
    for name, words in COMMANDS.items():
        code, said = _run(clinic, *words)
        assert (code, "key" in said, "newsletter-2026-11-30-0415.zip" in said) == (1, True, True), (name, said)
    backup = clinic.root / "backups" / "newsletter-2026-11-30-0415.zip"
    assert _run(clinic, "restore", str(backup), "--yes")[0] == 0
    assert clinic.key_file.read_bytes() == key
    assert _run(clinic, *COMMANDS["add"])[0] == 1  # ben unsubscribed
    kept = [path.read_bytes() for path in clinic.root.glob("newsletter.key.other-*")]
    assert kept == ([wrong["another"]] if spoil == "another" else [])


def test_database_of_another_workspace_is_moved_aside(clinic: Workspace, tmp_path: Path) -> None:
    """A database with another key in the place of ours is refused; restoring keeps it and brings ours back."""
    other = tmp_path / "other"
    with open_store(f"sqlite:///{other}.db", Path(f"{other}.key")):
        pass
    database = clinic.root / "newsletter.db"
    database.write_bytes(Path(f"{other}.db").read_bytes())
    assert "does not belong" in _run(clinic, "subscribers", "list")[1]
    backup = clinic.root / "backups" / "newsletter-2026-11-30-0415.zip"
    assert _run(clinic, "restore", str(backup), "--yes")[0] == 0
    assert "ana@example.org" in _run(clinic, "subscribers", "list")[1]
    assert len(list(clinic.root.glob("newsletter.db.damaged-*"))) == 1


@pytest.mark.parametrize("lose", [_missing, _empty, _cut(4096)], ids=["missing", "empty", "cut"])
def test_desk_says_so(clinic: Workspace, lose: Callable[[Path], None]) -> None:
    """The list of issues, the people and the page of sending tell what is wrong and name the backup."""
    lose(clinic.root / "newsletter.db")
    gate = Gate(PORT)
    app = create_desk(clinic, gate, Changes(clinic.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        for address in ("/", "/people", f"/issues/{SAMPLE_ISSUE}/send"):
            page = client.get(address).text
            assert "newsletter-2026-11-30-0415.zip" in page, address
    database = clinic.root / "newsletter.db"
    assert not database.exists() or database.stat().st_size in {0, 4096}


def test_on_a_server(workspace: Workspace, postgres_url: str) -> None:
    """An empty database on a server is no new one either while the key of a used one is there."""
    settings = workspace.root / "newsletter.toml"
    settings.write_text(f'{settings.read_text("utf-8")}\n[database]\nurl = "{postgres_url}"\n', "utf-8")
    clinic = open_workspace(workspace.root)
    clinic.key_file.write_text("ab" * 32, "ascii")
    with pytest.raises(StoreError, match="the database is empty"), open_store(clinic.database_url, clinic.key_file):
        pass
    assert "the database is empty" in _run(clinic, "doctor", "--offline")[1]
    clinic.key_file.unlink()
    assert _run(clinic, "subscribers", "list")[0] == 0
