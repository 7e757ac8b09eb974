"""A campaign is carried as the settings said when somebody said yes; who leaves is told to the carrier at once."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns import Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.campaigns.syncing import campaign_transport, readmit, withdraw, withdraw_before_erasing
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.transports.sendgrid import SendGridTransport
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

PLAN = Plan(transport="sendgrid", hold_seconds=1200)


@pytest.fixture
def clinic(workspace: Workspace, sendgrid: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace that sends through a SendGrid of our own."""
    settings = workspace.root / "newsletter.toml"
    settings.write_text(f'{settings.read_text("utf-8")}\n[delivery]\ntransport = "sendgrid"\n', "utf-8")
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    monkeypatch.setenv("SENDGRID_HOST", sendgrid.url)
    return open_workspace(workspace.root)


def test_settings_of_later_days_change_nothing(clinic: Workspace, store: Store, sendgrid: FakeSendGrid) -> None:
    """Tracking and links that are switched on in the middle of a campaign are for the next one."""
    add_people(store, 2)
    campaign = start(store, MESSAGE, slug="december", plan=PLAN)
    settings = clinic.root / "newsletter.toml"
    more = '[privacy]\nopen_tracking = true\nclick_tracking = true\n[web]\npublic_url = "https://news.example.org"\n'
    settings.write_text(f"{settings.read_text('utf-8')}\n{more}", "utf-8")
    dispatch(store, campaign, campaign_transport(open_workspace(clinic.root), campaign.plan))
    tracking = sendgrid.bodies[0]["tracking_settings"]
    assert {
        name: tracking[name]["enable"] for name in ("open_tracking", "click_tracking", "subscription_tracking")
    } == {
        "open_tracking": False,
        "click_tracking": False,
        "subscription_tracking": True,
    }


def test_plan_remembers_what_was_chosen(clinic: Workspace, store: Store, sendgrid: FakeSendGrid) -> None:
    """A campaign for which opens are noted keeps noting them, whatever is set later."""
    add_people(store, 2)
    campaign = start(store, MESSAGE, slug="december", plan=dataclasses.replace(PLAN, open_tracking=True))
    dispatch(store, campaign, campaign_transport(clinic, campaign.plan))
    assert sendgrid.bodies[0]["tracking_settings"]["open_tracking"]["enable"]


@pytest.fixture
def held(clinic: Workspace, store: Store, carrier: SendGridTransport) -> list[str]:
    """Three people for whom SendGrid holds a message."""
    assert clinic
    addresses = add_people(store, 3)
    dispatch(store, start(store, MESSAGE, slug="december", plan=PLAN), carrier)
    return addresses


def test_who_leaves_gets_nothing_that_is_held(
    clinic: Workspace, store: Store, sendgrid: FakeSendGrid, held: list[str]
) -> None:
    """Leaving within the undo window works like leaving before the send; whoever has nothing waiting is not named."""
    assert withdraw(clinic, store, held[0].upper())
    assert set(sendgrid.received()) == set(held[1:])
    before = len(sendgrid.requests)
    assert not withdraw(clinic, store, "stranger@example.org")
    assert len(sendgrid.requests) == before


def test_nobody_is_erased_whose_mail_would_go_out(
    clinic: Workspace, store: Store, sendgrid: FakeSendGrid, held: list[str]
) -> None:
    """If SendGrid cannot be told, erasing waits: afterwards nobody would know whom to tell it of."""
    sendgrid.faults.append(Fault("503", path="/v3/asm/suppressions/global"))
    with pytest.raises(TransportError, match="holds a message") as caught:
        withdraw_before_erasing(clinic, store, held[0])
    assert "Nothing was erased" in caught.value.hint
    assert held[0] not in str(caught.value)
    assert withdraw_before_erasing(clinic, store, held[0])
    assert held[0] not in sendgrid.received()


@pytest.mark.parametrize("ahead", [-7200, 0, 7200, 86_400 * 2])
def test_nothing_is_held_after_its_time(
    clinic: Workspace, store: Store, sendgrid: FakeSendGrid, held: list[str], ahead: int
) -> None:
    """What is out is out, whatever this computer's clock says: SendGrid is not told to stop it."""
    sendgrid.offset += 3600
    late = Clock(now=lambda: datetime.now(tz=UTC) + timedelta(seconds=ahead + 3600))
    assert not withdraw(clinic, store, held[0], late)


@pytest.mark.parametrize("ahead", [-7200, 7200])
def test_wrong_clock_stops_what_is_held(
    clinic: Workspace, store: Store, sendgrid: FakeSendGrid, held: list[str], ahead: int
) -> None:
    """Somebody who leaves gets nothing more, even if this computer thinks that all of it is out."""
    wrong = Clock(now=lambda: datetime.now(tz=UTC) + timedelta(seconds=ahead))
    assert withdraw(clinic, store, held[0], wrong)
    assert held[0] not in sendgrid.received()


def test_who_comes_back_is_mailed_again(
    clinic: Workspace, store: Store, sendgrid: FakeSendGrid, held: list[str]
) -> None:
    """SendGrid takes them off its own list, too, or it would drop their mail in silence."""
    withdraw(clinic, store, held[0])
    assert readmit(clinic, held[0])
    assert held[0] in sendgrid.received()


def test_without_sendgrid_nobody_is_asked(workspace: Workspace) -> None:
    """Where mail is files, there is no list elsewhere."""
    assert not readmit(workspace, "ana@example.org")
