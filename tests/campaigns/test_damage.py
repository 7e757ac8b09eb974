"""What the journal alone knows, and damage to ledger and journal, is told in words by every command."""

import contextlib
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from newsletter.backups import make_backup
from newsletter.campaigns import Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.cli.main import cli
from newsletter.errors import NewsletterError
from newsletter.storage import open_store
from newsletter.transports import Batch, Outcome
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, MESSAGE, add_people
from tests.campaigns.test_dispatch import Scripted
from tests.web.samples import PORT

pytestmark = pytest.mark.heavy

REF = "0123456789abcdef"


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A workspace with twenty people and one issue."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 20)
    return workspace


def _run(workspace: Workspace, *words: str) -> tuple[int, str]:
    """Return the exit code and what was said; anything but words is a failure."""
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), *words])
    if isinstance(result.exception, NewsletterError):
        return 1, str(result.exception)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("by_hand", [True, False], ids=["copied by hand", "restored"])
def test_sent_after_the_backup(clinic: Workspace, *, by_hand: bool) -> None:
    """An issue that the journal alone knows is no draft: list, status, doctor and desk tell, and it is not sent."""
    database = clinic.root / "newsletter.db"
    backup = make_backup(clinic, datetime.now(tz=UTC)).path
    older = shutil.copy(database, clinic.root / "older.db")
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes")[0] == 0
    if by_hand:
        shutil.copy(older, database)
    else:
        assert _run(clinic, "restore", str(backup), "--yes")[0] == 0

    code, listed = _run(clinic, "list")
    assert code == 0
    assert re.search(rf"{SAMPLE_ISSUE} +unknown", listed)
    assert "20 subscribers have it or may have it" in listed
    for words in (("status", SAMPLE_ISSUE), ("resume", SAMPLE_ISSUE), ("send", SAMPLE_ISSUE, "--yes")):
        code, said = _run(clinic, *words)
        assert (code, "20 subscribers have it or may have it" in said) == (1, True), said
    _, examined = _run(clinic, "doctor", "--offline")
    assert re.search(rf"warn +send of {SAMPLE_ISSUE}: .*20 subscribers", examined)
    assert _at_the_desk(clinic).index("State not known") < _at_the_desk(clinic).index(f"/issues/{SAMPLE_ISSUE}")


def _at_the_desk(workspace: Workspace) -> str:
    gate = Gate(PORT)
    app = create_desk(workspace, gate, Changes(workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        return client.get("/").text.split("<main")[1]


def test_backup_from_the_middle_of_a_send(clinic: Workspace, quick: Clock) -> None:
    """Of a send that went on after the backup, status and doctor tell how many more may have been sent."""
    database = clinic.root / "newsletter.db"
    older = clinic.root / "older.db"

    class Copying(Scripted):
        def send(self, batch: Batch) -> Outcome:
            if len(self.taken) == 5:
                shutil.copy(database, older)
            return super().send(batch)

    with open_store(clinic.database_url, clinic.key_file) as store:
        plan = Plan(transport="smtp", batch_size=5)
        dispatch(store, start(store, MESSAGE, slug=SAMPLE_ISSUE, plan=plan), Copying(), clock=quick)
    assert "older than" not in _run(clinic, "status", SAMPLE_ISSUE)[1]
    assert "older than" not in _run(clinic, "list")[1]
    shutil.copy(older, database)
    assert "older than the last send" in _run(clinic, "list")[1]
    code, told = _run(clinic, "status", SAMPLE_ISSUE)
    assert (code, "15 messages more may have been sent" in told) == (0, True)
    assert "older than" in _run(clinic, "doctor", "--offline")[1]


CUT_SHORT = [
    b"",
    b"b",
    b"batch",
    b"batch 01",
    f"batch {REF} 0123".encode(),
    b"campaign 2026-1",
    bytes(300),
    b"batc" + bytes(40),
]
DAMAGE = [
    b"hello",
    b"\xff\xfe\x00b\x00a",
    f"batch {REF} {REF} {REF}".encode(),
    f"CAMPAIGN {SAMPLE_ISSUE} {REF}".encode(),
    "campaign décembre".encode(),
    b"batch 01\x00\x0023",
    b"<<<<<<< HEAD",
]


@pytest.mark.parametrize("line", CUT_SHORT)
@pytest.mark.parametrize("before", [0, 1])
def test_line_that_a_crash_cut_short_is_no_damage(clinic: Workspace, line: bytes, before: int) -> None:
    """What a crash or a power cut leaves, at the end or since grown over, keeps nobody from sending."""
    journal = clinic.root / "newsletter.db.sent"
    journal.write_bytes(f"campaign older {REF}\n".encode() * before + line)
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes")[0] == 0
    shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / "2027-01-next")
    assert _run(clinic, "send", "2027-01-next", "--yes")[0] == 0
    assert "journal:" not in _run(clinic, "doctor", "--offline")[1]
    assert not re.search(rf"{SAMPLE_ISSUE} +unknown", _run(clinic, "list")[1])


@pytest.mark.parametrize("line", [b"{bad", b"hello", b"\xff\xfe", b"<<<<<<< HEAD", b"batch 01\x00\x0023", b"Batch"])
def test_damage_at_the_end_of_the_journal_is_named(clinic: Workspace, line: bytes) -> None:
    """A last line without an end is normal only if it is the beginning of one that was being written."""
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes")[0] == 0
    journal = clinic.root / "newsletter.db.sent"
    lines = journal.read_bytes().count(b"\n")
    journal.write_bytes(journal.read_bytes() + line)
    for words in (("status", SAMPLE_ISSUE), ("resume", SAMPLE_ISSUE), ("doctor", "--offline")):
        code, said = _run(clinic, *words)
        assert (code, f"line {lines + 1} of the journal" in said) == (1, True), (words, said)


@pytest.mark.parametrize("kept", [0.0, 0.5])
def test_journal_that_was_removed(clinic: Workspace, kept: float) -> None:
    """`doctor` says so; the next send notes all sends again, so that an older backup is still recognized."""
    database, older = clinic.root / "newsletter.db", clinic.root.parent / "older.db"
    shutil.copy(database, older)
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes")[0] == 0
    journal = clinic.root / "newsletter.db.sent"
    if kept:
        journal.write_bytes(f"campaign older {REF}\n".encode()[:10])
    else:
        journal.unlink()
    assert f"it does not know the send of {SAMPLE_ISSUE}" in _run(clinic, "doctor", "--offline")[1]
    shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / "2027-01-next")
    assert _run(clinic, "send", "2027-01-next", "--yes")[0] == 0
    assert "does not know" not in _run(clinic, "doctor", "--offline")[1]
    shutil.copy(older, database)
    code, said = _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert (code, "before this database was restored" in said) == (1, True)


@pytest.mark.parametrize("line", DAMAGE)
def test_damaged_journal_is_named(clinic: Workspace, line: bytes) -> None:
    """Garbage between its lines is told with its place and what to do; nothing is sent meanwhile."""
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes")[0] == 0
    shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / "2027-01-next")
    journal = clinic.root / "newsletter.db.sent"
    whole = journal.read_bytes()
    journal.write_bytes(line + b"\n" + whole)
    for words in (("send", "2027-01-next", "--yes"), ("list",), ("status", SAMPLE_ISSUE), ("resume", SAMPLE_ISSUE)):
        code, said = _run(clinic, *words)
        assert (code, "line 1 of the journal" in said) == (1, True), (words, said)
    code, examined = _run(clinic, "doctor", "--offline")
    assert (code, "line 1 of the journal" in examined) == (1, True)
    journal.rename(clinic.root.parent / "damaged")
    assert _run(clinic, "send", "2027-01-next", "--yes")[0] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(
            ("plan", value)
            for value in ("", "{", "null", "[]", "{}", '"smtp"', '{"transport": "smtp", "more": 1}', "\x00")
        ),
        *(("message", value) for value in ("", "{", "null", "[]", "{}", '{"subject": "Hi"}', '{"fields": 3}')),
        ("state", "gone"),
        ("created_at", "yesterday"),
        ("due_at", "12/24"),
    ],
)
def test_damaged_ledger_is_named(clinic: Workspace, column: str, value: str) -> None:
    """What cannot be read of one send is told by every command that needs it; the doctor goes on with the rest."""
    backup = make_backup(clinic, datetime.now(tz=UTC)).path
    with open_store(clinic.database_url, clinic.key_file) as store:
        for slug in (SAMPLE_ISSUE, "2027-01-next"):
            start(store, MESSAGE, slug=slug, plan=Plan(transport="outbox"), due_at=datetime(2046, 1, 1, tzinfo=UTC))
    with contextlib.closing(sqlite3.connect(clinic.root / "newsletter.db")) as connection:
        statement = f"UPDATE campaigns SET {column} = ? WHERE slug = ?"  # noqa: S608 - names of our own
        connection.execute(statement, (value, SAMPLE_ISSUE))
        connection.commit()
    for command in (
        ("status", SAMPLE_ISSUE),
        ("resume", SAMPLE_ISSUE),
        ("send", SAMPLE_ISSUE, "--yes"),
        ("cancel", SAMPLE_ISSUE),
        ("report", SAMPLE_ISSUE),
    ):
        code, said = _run(clinic, *command)
        assert (code, f"send of {SAMPLE_ISSUE} is damaged" in said, "newsletter restore" in said) == (1, True, True), (
            said
        )
    code, examined = _run(clinic, "doctor", "--offline")
    assert (code, f"send of {SAMPLE_ISSUE} is damaged" in examined, "send of 2027-01-next" in examined) == (
        1,
        True,
        True,
    )
    for name in ("list", "run-due"):
        _run(clinic, name)
        with contextlib.closing(sqlite3.connect(clinic.root / "newsletter.db", timeout=0)) as other:
            other.execute("BEGIN EXCLUSIVE")  # what could not be read does not keep others from writing
    assert _run(clinic, "status", "2027-01-next")[0] == 0
    assert _run(clinic, "restore", str(backup), "--yes")[0] == 0
    assert "is damaged" not in _run(clinic, "doctor", "--offline")[1]


@pytest.mark.parametrize(("table", "column"), [("deliveries", "state"), ("batches", "send_at"), ("looks", "at")])
def test_damage_elsewhere_ends_in_words(clinic: Workspace, table: str, column: str) -> None:
    """Whatever in the ledger is not as it was written: a command fails in words, if it does."""
    assert _run(clinic, "test", SAMPLE_ISSUE, "--to", "ana@example.org")[0] == 0
    shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / "2027-01-next")
    assert _run(clinic, "send", "2027-01-next", "--yes")[0] == 0
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = 'gone'")  # noqa: S608 - names of our own
    commands = [(name, "2027-01-next") for name in ("status", "report", "resume", "cancel")]
    told = [_run(clinic, *words) for words in (*commands, ("send", SAMPLE_ISSUE, "--yes", "--dry-run"))]
    assert any(code == 1 and "damaged" in said for code, said in told)
    _run(clinic, "doctor", "--offline")
