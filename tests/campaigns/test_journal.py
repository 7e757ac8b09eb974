"""A database that was restored from a backup sends nothing that may have been sent already."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from newsletter.campaigns import DeliveryState, Plan, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.resolution import resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError
from newsletter.storage import open_store
from newsletter.transports import Batch, Outcome
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.campaigns.test_dispatch import Scripted

PLAN = Plan(transport="smtp", batch_size=5)


def _database(workspace: Workspace) -> Path:
    return workspace.root / "newsletter.db"


def test_backup_from_before_the_end(workspace: Workspace, quick: Clock) -> None:
    """A backup taken in the middle knows less than was sent: nobody gets two, the rest is in doubt."""
    backup = workspace.root / "backup.db"

    class Copying(Scripted):
        def send(self, batch: Batch) -> Outcome:
            if len(self.taken) == 5:
                shutil.copy(_database(workspace), backup)
            return super().send(batch)

    transport = Copying()
    with open_store(workspace.database_url, workspace.key_file) as store:
        addresses = add_people(store, 20)
        dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), transport, clock=quick)
    shutil.copy(backup, _database(workspace))
    with open_store(workspace.database_url, workspace.key_file) as store:
        campaign = known_campaign(store, "december")
        with pytest.raises(CampaignError, match="restored from a backup"):
            dispatch(store, campaign, transport, clock=quick)
        assert Counter(transport.taken) == Counter(addresses)
        assert Counter(states(store, campaign).values()) == {DeliveryState.ACCEPTED: 5, DeliveryState.UNKNOWN: 15}
    shutil.copy(backup, _database(workspace))  # once more
    with open_store(workspace.database_url, workspace.key_file) as store:
        with pytest.raises(CampaignError, match="restored from a backup"):
            dispatch(store, campaign, transport, clock=quick)
        resolve(store, campaign, sent=True)
        dispatch(store, known_campaign(store, "december"), transport, clock=quick)
        assert Counter(transport.taken) == Counter(addresses)


def test_backup_from_before_the_start(workspace: Workspace, quick: Clock) -> None:
    """A backup that never heard of the campaign does not send the issue again."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    backup = shutil.copy(_database(workspace), workspace.root / "backup.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), Scripted(), clock=quick)
    shutil.copy(backup, _database(workspace))
    with open_store(workspace.database_url, workspace.key_file) as store:
        with pytest.raises(CampaignError, match=r"newsletter\.db\.sent too"):
            start(store, MESSAGE, slug="december", plan=PLAN)
        assert start(store, MESSAGE, slug="january", plan=PLAN).frozen == 3


def test_journal_names_nobody(workspace: Workspace, quick: Clock) -> None:
    """The journal holds the issue's name and random ones, and ends well if its last line does not."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
        campaign = start(store, MESSAGE, slug="december", plan=PLAN)
        journal = workspace.root / "newsletter.db.sent"
        with journal.open("a", encoding="utf-8") as file:
            file.write(f"batch {campaign.ref} cut-sh")
        dispatch(store, campaign, Scripted(), clock=quick)
    assert "reader" not in journal.read_text("utf-8")


def test_crash_between_freezing_and_the_note_of_it(
    workspace: Workspace, quick: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A campaign that was frozen and not noted is noted before its first request, so that a backup stays known."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        addresses = add_people(store, 10)
    backup = shutil.copy(_database(workspace), workspace.root / "backup.db")
    transport = Scripted()
    with open_store(workspace.database_url, workspace.key_file) as store:
        monkeypatch.setattr("newsletter.campaigns.freezing.note_campaign", lambda *_: None)  # as if it had died there
        campaign = start(store, MESSAGE, slug="december", plan=PLAN)
        dispatch(store, campaign, transport, clock=quick)
    shutil.copy(backup, _database(workspace))
    with (
        open_store(workspace.database_url, workspace.key_file) as store,
        pytest.raises(CampaignError, match="before this database was restored"),
    ):
        start(store, MESSAGE, slug="december", plan=PLAN)
    assert Counter(transport.taken) == Counter(addresses)


def test_line_that_was_cut_short_swallows_no_other(workspace: Workspace, quick: Clock) -> None:
    """What is noted after a crash in the middle of a line can be read."""
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
        store.journal.write_bytes(b"batch cut-sh")
        dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), Scripted(), clock=quick)
        lines = store.journal.read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["batch", "campaign", "frozen", "batch"]
