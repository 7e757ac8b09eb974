"""The doctor names each send that waits for a person, and what to type."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, move_campaign
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.sender import dispatch
from newsletter.doctor.sends import look_at_sends
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

NOW = datetime.now(tz=UTC)
OUTBOX = Plan(transport="outbox")


def _look(workspace: Workspace, store: Store) -> list[tuple[str, str]]:
    found = look_at_sends(store, workspace.settings.clinic.timezone, NOW)
    return [(str(verdict.level), f"{verdict.words}. {verdict.remedy}") for verdict in found]


def test_nothing_waits(workspace: Workspace, store: Store) -> None:
    """A send that is over needs one line."""
    assert _look(workspace, store) == []
    add_people(store, 3)
    dispatch(store, start(store, MESSAGE, slug="december", plan=OUTBOX), OutboxTransport(workspace.outbox_dir))
    ((level, words),) = _look(workspace, store)
    assert (level, "1 in the ledger" in words) == ("ok", True)


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (CampaignState.SENDING, "newsletter resume december"),
        (CampaignState.PAUSED, "newsletter resume december"),
        (CampaignState.CANCELLING, "newsletter cancel december"),
    ],
)
def test_cut_off(workspace: Workspace, store: Store, state: CampaignState, remedy: str) -> None:
    """A send or a cancelling that died is named with the command that goes on; one at work is left alone."""
    add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=OUTBOX)
    claim(store, campaign, 1, SYSTEM_CLOCK)
    with store.write() as connection:
        move_campaign(connection, campaign.id, state)
    ((level, words),) = _look(workspace, store)
    assert (level, remedy in words) == ("warn", True)
    with sole_sender(store, campaign):
        assert [level for level, _ in _look(workspace, store)] != ["warn"] or state is CampaignState.PAUSED


def test_doubts(workspace: Workspace, store: Store, account: FakeSendGrid) -> None:
    """Messages in doubt are counted."""
    add_people(store, 3)
    account.faults.append(Fault("drop-reply", accept=True))
    carrier = SendGridTransport(Client(KEY, account.url), Tracking())
    dispatch(store, start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid")), carrier)
    assert ("warn", True) in [
        (level, "may or may not have been sent: 3" in words) for level, words in _look(workspace, store)
    ]


@pytest.mark.parametrize(("hours", "level", "said"), [(5, "note", "scheduled for"), (-5, "warn", "overdue")])
def test_scheduled(workspace: Workspace, store: Store, hours: int, level: str, said: str) -> None:
    """A scheduled send waits; one whose time went by unnoticed is a warning."""
    add_people(store, 3)
    clock = Clock(now=lambda: NOW - timedelta(hours=9))
    start(store, MESSAGE, slug="december", plan=OUTBOX, due_at=NOW + timedelta(hours=hours), clock=clock)
    ((found, words),) = _look(workspace, store)
    assert (found, said in words) == (level, True)


def test_restored(workspace: Workspace) -> None:
    """A database that is older than what was sent is known as such, and left as it is."""
    database = workspace.root / "newsletter.db"
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    backup = shutil.copy(database, workspace.root / "backup.db")
    with open_store(workspace.database_url, workspace.key_file) as store:
        dispatch(store, known_campaign(store, "december"), OutboxTransport(workspace.outbox_dir))
    shutil.copy(backup, database)
    with open_store(workspace.database_url, workspace.key_file) as store:
        assert any("restored from a backup" in words for _, words in _look(workspace, store))
        assert known_campaign(store, "december").state is CampaignState.SENDING


def test_sums_that_do_not_agree(workspace: Workspace, store: Store) -> None:
    """A ledger from which a row has vanished is wrong."""
    add_people(store, 3)
    start(store, MESSAGE, slug="december", plan=OUTBOX)
    with store.write() as connection:
        connection.execute(deliveries.delete().where(deliveries.c.email == "reader1@example.org"))
    assert ("wrong", True) in [
        (level, "3 messages were frozen, but the ledger has 2" in words) for level, words in _look(workspace, store)
    ]
