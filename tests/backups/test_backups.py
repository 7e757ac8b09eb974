"""A backup is whole while people work, and putting it back mails nobody twice and brings nobody back."""

import contextlib
import dataclasses
import json
import shutil
import sqlite3
import stat
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from newsletter.backups import Restored, make_backup, prospect, put_back, unpacked
from newsletter.campaigns import DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.sender import dispatch
from newsletter.errors import BusyError, CampaignError, StoreError
from newsletter.storage import Store, open_store
from newsletter.storage.people import subscribers
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.subscribers.records import find_subscriber
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import Reason, Status
from newsletter.transports import Batch, Outcome
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.campaigns.test_dispatch import Scripted

NOW = datetime(2026, 12, 1, 14, 15, tzinfo=UTC)
PLAN = Plan(transport="smtp", batch_size=5)
QUICK = Clock(sleep=lambda _seconds: None)


def _open(workspace: Workspace) -> contextlib.AbstractContextManager[Store]:
    return open_store(workspace.database_url, workspace.key_file)


def _restore(workspace: Workspace, path: Path) -> Restored:
    with unpacked(path, workspace) as backup:
        return put_back(workspace, backup, NOW)


def _addresses(workspace: Workspace) -> set[str]:
    with _open(workspace) as store, store.read() as connection:
        return set(connection.scalars(select(subscribers.c.email)))


@pytest.fixture
def backed_up(workspace: Workspace) -> Path:
    """A backup of a workspace with three people."""
    with _open(workspace) as store:
        add_people(store, 3)
    return make_backup(workspace, NOW).path


def test_what_is_lost_comes_back(workspace: Workspace, backed_up: Path) -> None:
    """Database and key are as they were, even where neither is left."""
    (workspace.root / "newsletter.db").unlink()
    key = workspace.key_file.read_bytes()
    workspace.key_file.unlink()
    _restore(workspace, backed_up)
    assert _addresses(workspace) == {"reader1@example.org", "reader2@example.org", "reader3@example.org"}
    assert workspace.key_file.read_bytes() == key


def test_name_and_rights(workspace: Workspace, backed_up: Path) -> None:
    """A backup is named after the clinic's own time, never takes another's place, and is its owner's alone."""
    assert backed_up == workspace.root / "backups" / "newsletter-2026-12-01-0915.zip"
    assert make_backup(workspace, NOW).path.name == "newsletter-2026-12-01-0915-2.zip"
    with pytest.raises(StoreError, match="already"):
        make_backup(workspace, NOW, backed_up)
    assert make_backup(workspace, NOW, backed_up, replace=True).path == backed_up
    if sys.platform != "win32":
        assert stat.S_IMODE(backed_up.stat().st_mode) == 0o600
    assert [path.name for path in workspace.root.glob(".backup-*")] == []


def test_whole_while_somebody_writes(workspace: Workspace) -> None:
    """What is added in one transaction is in a backup together or not at all."""
    with _open(workspace) as store:
        add_people(store, 10)
        ended = threading.Event()

        def write() -> None:
            for round_ in range(1, 40):
                add_people(store, 10, first=round_ * 10 + 1)
            ended.set()

        writer = threading.Thread(target=write)
        writer.start()
        made = [make_backup(workspace, NOW)]
        while not ended.is_set():
            made.append(make_backup(workspace, NOW))
        writer.join()
    assert {each.contents.people % 10 for each in made} == {0}


def test_who_left_since_stays_away(workspace: Workspace, backed_up: Path) -> None:
    """Leaving and being erased after the backup outlive putting it back; so does a reason found before."""
    with _open(workspace) as store, store.write() as connection:
        suppress(connection, store.key, "reader1@example.org", Reason.UNSUBSCRIBED)
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED)
        forget_subscriber(connection, store.key, "reader2@example.org")
        suppress(connection, store.key, "stranger@example.org", Reason.COMPLAINED)
    restored = _restore(workspace, backed_up)
    assert (restored.carried.left, restored.carried.erased) == (1, 1)
    with _open(workspace) as store, store.read() as connection:
        left = find_subscriber(connection, "reader1@example.org")
        assert left is not None
        assert left.status is Status.UNSUBSCRIBED
        assert find_subscriber(connection, "reader2@example.org") is None
        assert reason_for(connection, store.key, "stranger@example.org") is Reason.COMPLAINED
        stayed = find_subscriber(connection, "reader3@example.org")
        assert stayed is not None
        assert stayed.status is Status.SUBSCRIBED
    assert b"reader2@" not in (workspace.root / "newsletter.db").read_bytes()


def test_restoring_can_be_undone(workspace: Workspace, backed_up: Path) -> None:
    """What was there before is a backup as well."""
    with _open(workspace) as store:
        add_people(store, 2, first=4)
    before = _restore(workspace, backed_up).before
    assert len(_addresses(workspace)) == 3
    assert before is not None
    _restore(workspace, before)
    assert len(_addresses(workspace)) == 5


def test_other_programs_see_it(workspace: Workspace, backed_up: Path) -> None:
    """A desk that is open goes on with what was put back."""
    with _open(workspace) as desk:
        add_people(desk, 2, first=4)
        _restore(workspace, backed_up)
        with desk.read() as connection:
            assert len(list(connection.scalars(select(subscribers.c.id)))) == 3
        add_people(desk, 1, first=9)
    assert "reader9@example.org" in _addresses(workspace)


class Copying(Scripted):
    """Makes a backup when the first batch has gone out."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.backup: Path | None = None

    def send(self, batch: Batch) -> Outcome:
        if len(self.taken) == 5:
            self.backup = make_backup(self.workspace, NOW).path
        return super().send(batch)


@pytest.fixture
def half_sent(workspace: Workspace) -> Copying:
    """A campaign for twenty people, all sent by now, and a backup from its middle."""
    transport = Copying(workspace)
    with _open(workspace) as store:
        add_people(store, 20)
        dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), transport, clock=QUICK)
    assert transport.backup
    return transport


def _same_machine(workspace: Workspace) -> Workspace:
    return workspace


def _same_machine_without_database(workspace: Workspace) -> Workspace:
    (workspace.root / "newsletter.db").unlink()
    return workspace


def _damaged(workspace: Workspace) -> Workspace:
    (workspace.root / "newsletter.db").write_bytes(b"Dear diary, " * 1000)
    return workspace


def _other_machine(workspace: Workspace) -> Workspace:
    other = workspace.root.with_name("other")
    shutil.copytree(workspace.root, other, ignore=shutil.ignore_patterns("newsletter.db*", "newsletter.key"))
    return open_workspace(other)


@pytest.mark.parametrize("whither", [_same_machine, _same_machine_without_database, _damaged, _other_machine])
def test_backup_from_the_middle_of_a_send(
    workspace: Workspace, half_sent: Copying, whither: Callable[[Workspace], Workspace]
) -> None:
    """Wherever it is put back, nobody gets a second copy: what it takes for unsent is in doubt."""
    assert half_sent.backup
    there = whither(workspace)
    _restore(there, half_sent.backup)
    with _open(there) as store:
        campaign = known_campaign(store, "december")
        with pytest.raises(CampaignError, match="restored from a backup"):
            dispatch(store, campaign, half_sent, clock=QUICK)
        assert Counter(states(store, campaign).values()) == {DeliveryState.ACCEPTED: 5, DeliveryState.UNKNOWN: 15}
    assert set(Counter(half_sent.taken).values()) == {1}


def test_issue_that_may_have_been_sent_after_the_backup(workspace: Workspace, backed_up: Path) -> None:
    """On another machine, an issue that the backup does not know is not sent as if it were new."""
    issue = workspace.issues_dir / "december"
    issue.mkdir()
    (issue / "issue.md").write_text("---\nsubject: Winter\n---\n", "utf-8")
    other = _other_machine(workspace)
    with unpacked(backed_up, other) as backup:
        assert prospect(other, backup).trackless
    assert _restore(other, backed_up).doubted == ("december",)
    with _open(other) as store:
        with pytest.raises(CampaignError, match="was sent before this database was restored"):
            start(store, MESSAGE, slug="december", plan=PLAN)
        assert start(store, MESSAGE, slug="january", plan=PLAN).frozen == 3


@pytest.mark.parametrize("over", [True, False])
def test_rest_that_may_have_been_sent_after_the_backup(workspace: Workspace, over: bool) -> None:  # noqa: FBT001
    """On another machine, an issue that the backup takes for sent may have gone to the rest since."""
    with _open(workspace) as store:
        add_people(store, 3)
        campaign = start(store, MESSAGE, slug="december", plan=PLAN)
        transport = OutboxTransport(workspace.outbox_dir)
        if over:
            dispatch(store, campaign, transport, clock=QUICK)
        else:
            cancel(store, campaign, transport, QUICK)
        add_people(store, 2, first=4)
    other = _other_machine(workspace)
    assert _restore(other, make_backup(workspace, NOW).path).doubted == ()
    with _open(other) as store, pytest.raises(CampaignError, match="was sent before this database was restored"):
        start(store, MESSAGE, slug="december", plan=dataclasses.replace(PLAN, rest=True))


def test_issue_that_was_not_sent_is_not_doubted(workspace: Workspace, backed_up: Path) -> None:
    """Where this machine's own journal tells that nothing was sent, nothing is in doubt."""
    with unpacked(backed_up, workspace) as backup:
        assert not prospect(workspace, backup).trackless
    assert _restore(workspace, backed_up).doubted == ()
    with _open(workspace) as store:
        assert start(store, MESSAGE, slug="december", plan=PLAN).frozen == 3


def test_not_while_sending(workspace: Workspace, backed_up: Path) -> None:
    """Nothing is put back under a send that is going on."""
    with _open(workspace) as store:
        campaign = start(store, MESSAGE, slug="december", plan=PLAN)
        with sole_sender(store, campaign), pytest.raises(BusyError):
            _restore(workspace, backed_up)
        assert known_campaign(store, "december").frozen == 3


def test_damaged_database_is_kept(workspace: Workspace, backed_up: Path) -> None:
    """A database that cannot be read is moved aside, not thrown away."""
    _damaged(workspace)
    with unpacked(backed_up, workspace) as backup:
        assert prospect(workspace, backup).damaged
    before = _restore(workspace, backed_up).before
    assert before is not None
    assert before.read_bytes().startswith(b"Dear diary")
    assert len(_addresses(workspace)) == 3


def test_backup_of_another_workspace(workspace: Workspace, backed_up: Path, tmp_path: Path) -> None:
    """With another key nobody who left would be recognised, so it is refused."""
    (tmp_path / "second" / "newsletters").mkdir(parents=True)
    shutil.copy(workspace.root / "newsletter.toml", tmp_path / "second")
    second = open_workspace(tmp_path / "second")
    with _open(second):
        pass
    with pytest.raises(StoreError, match="another workspace"):
        _restore(second, backed_up)
    assert _addresses(second) == set()


def _without(path: Path, name: str, **changed: bytes) -> None:
    """Write a backup anew, without one file or with another content of it."""
    with zipfile.ZipFile(path) as archive:
        kept = {each: archive.read(each) for each in archive.namelist() if each != name}
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in {**kept, **{key.replace("_", "."): value for key, value in changed.items()}}.items():
            archive.writestr(each, content)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _no_zip(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 ")


def _other_zip(path: Path) -> None:
    _without(path, "backup.json")


def _swapped_database(path: Path) -> None:
    _without(path, "newsletter.db", newsletter_db=b"SQLite format 3\0")


def _missing_key(path: Path) -> None:
    _without(path, "newsletter.key")


def _newer(path: Path) -> None:
    _without(path, "backup.json", backup_json=json.dumps({"format": 2}).encode())


def _description(**changed: object) -> Callable[[Path], None]:
    """Return what writes other things into the description of a backup."""

    def spoil(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            described = json.loads(archive.read("backup.json"))
        _without(path, "", backup_json=json.dumps({**described, **changed}).encode())

    return spoil


def _damaged_stream(path: Path) -> None:
    """Damage what is packed and not the list of what is in there."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(data)


def _locked(path: Path) -> None:
    """Say of each file that it needs a password."""
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + flags] |= 1
    path.write_bytes(data)


def _unpacking_without_end(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != "newsletter.db"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
        with archive.open("newsletter.db", "w") as entry:
            for _ in range(150):
                entry.write(bytes(1_000_000))


_DESCRIPTIONS: list[dict[str, object]] = [
    {"made_at": ""}, {"made_at": "yesterday"}, {"made_at": 5}, {"made_at": None}, {"made_at": []},
    {"made_at": "0001-01-01T00:00:00+23:00"}, {"made_at": "9999-12-31T23:59:59Z"},
    {"people": "many"}, {"people": None}, {"people": [3]}, {"campaigns": {"a": 1}},
    {"sha256": None}, {"sha256": []}, {"sha256": "x"}, {"sha256": {"newsletter.db": 5}},
    {"format": None}, {"format": []}, {"format": "x"}, {"format": 10**30},
]  # fmt: skip
_ODD = [
    *(_description(**changed) for changed in _DESCRIPTIONS),
    lambda path: _without(path, "", backup_json=b"[" * 100_000),
    lambda path: _without(path, "", backup_json=b"[1, 2]"),
    lambda path: _without(path, "", newsletter_key=b"\xff" * 40),
]  # fmt: skip


@pytest.mark.parametrize(
    "spoil",
    [
        *(_cut_short, _no_zip, _other_zip, _swapped_database, _missing_key, _newer),
        *(_damaged_stream, _locked, _unpacking_without_end, *_ODD),
    ],
)
def test_spoilt_backup_changes_nothing(workspace: Workspace, backed_up: Path, spoil: Callable[[Path], None]) -> None:
    """What is not whole is refused before anything is touched, and leaves no folder behind."""
    spoil(backed_up)
    before = (workspace.root / "newsletter.db").read_bytes()
    with pytest.raises(StoreError) as caught:
        _restore(workspace, backed_up)
    assert caught.value.hint
    assert (workspace.root / "newsletter.db").read_bytes() == before
    assert list(workspace.root.glob(".restore-*")) == []


def test_nothing_to_back_up(workspace: Workspace) -> None:
    """A workspace without a database says so, and gets none by it."""
    with pytest.raises(StoreError, match="nothing to back up"):
        make_backup(workspace, NOW)
    assert not (workspace.root / "newsletter.db").exists()


def test_foreign_files_in_a_backup_are_left_alone(workspace: Workspace, backed_up: Path) -> None:
    """Only the known files are taken out, wherever others would like to go."""
    with zipfile.ZipFile(backed_up, "a") as archive:
        archive.writestr("../evil.txt", "out")
    _restore(workspace, backed_up)
    assert not (workspace.root / "evil.txt").exists()
    assert not (workspace.root.parent / "evil.txt").exists()


def test_database_locked_for_long(workspace: Workspace, backed_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who writes for too long is named, and nothing is changed."""
    monkeypatch.setattr("newsletter.storage.copies._PATIENCE", 0.3)
    with contextlib.closing(sqlite3.connect(workspace.root / "newsletter.db", isolation_level=None)) as writer:
        with unpacked(backed_up, workspace) as backup:
            writer.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="writing"):
                put_back(workspace, backup, NOW)
        writer.execute("ROLLBACK")
    assert len(_addresses(workspace)) == 3
