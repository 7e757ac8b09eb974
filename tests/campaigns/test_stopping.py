"""Stop rules: a campaign that annoys its readers pauses, and one that is out already is spoken of."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.events import apply_events, complaint_verdict
from newsletter.campaigns.freezing import start
from newsletter.campaigns.report import report
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store
from newsletter.transports import Batch, Outcome
from newsletter.transports.events import Event, Kind
from newsletter.transports.sendgrid import SendGridTransport
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import FakeSendGrid

AT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def _told(sendgrid: FakeSendGrid, kind: Kind, *, people: int = 1000) -> list[Event]:
    return [Event(kind, mail.custom_args["newsletter_delivery"], mail.address, AT) for mail in sendgrid.mails[:people]]


def test_complaints_pause_a_campaign(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """Three complaints that are more than 0.3 % stop what is not yet claimed for a request."""
    add_people(store, 30)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", batch_size=10))

    class Annoying(SendGridTransport):
        def send(self, batch: Batch) -> Outcome:
            outcome = super().send(batch)
            apply_events(store, _told(sendgrid, Kind.DELIVERED))
            return outcome

    transport = Annoying(carrier._client, carrier._tracking)
    dispatch(store, campaign, transport, clock=quick, progress=lambda _: _complain(store, sendgrid))
    assert len(sendgrid.mails) == 20
    paused = known_campaign(store, "december")
    assert (paused.state, "marked it as spam" in paused.reason) == (CampaignState.PAUSED, True)


def _complain(store: Store, sendgrid: FakeSendGrid) -> None:
    apply_events(store, _told(sendgrid, Kind.COMPLAINED, people=3))


@pytest.mark.parametrize(
    ("complaints", "accepted", "stops"), [(2, 10, False), (3, 1001, False), (3, 1000, True), (30, 9_000, True)]
)
def test_limit_of_complaints(complaints: int, accepted: int, *, stops: bool) -> None:
    """The limit is 0.3 %, and at least three."""
    assert bool(complaint_verdict(complaints, accepted)) is stops


def test_stale_batch_pauses(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock) -> None:
    """A batch of which 5 % of the addresses do not exist stops what is not yet claimed for a request."""
    add_people(store, 120)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", batch_size=40))

    def bounce(_count: int) -> None:
        apply_events(store, _told(sendgrid, Kind.BOUNCED, people=3))

    dispatch(store, campaign, carrier, clock=quick, progress=bounce)
    assert "do not exist" in known_campaign(store, "december").reason
    assert len(sendgrid.mails) == 80


@pytest.mark.parametrize(("kind", "words"), [(Kind.COMPLAINED, "marked it as spam"), (Kind.BOUNCED, "do not exist")])
def test_held_campaign_is_spoken_of(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending, kind: Kind, words: str
) -> None:
    """All of it is handed over, so the report says what is wrong, and how to stop what SendGrid still holds."""
    add_people(store, 20)
    send(carrier, batch_size=10, hold_seconds=1200)
    apply_events(store, _told(sendgrid, kind, people=3))
    campaign = known_campaign(store, "december")
    assert campaign.state is CampaignState.FINISHED
    for ahead, stoppable in ((timedelta(0), True), (timedelta(hours=1), False)):
        with store.read() as connection:
            now = datetime.now(tz=UTC) + ahead
            warnings = " ".join(report(connection, campaign, now, opens=False, clicks=False).warnings())
        assert words in warnings
        assert ("newsletter cancel december" in warnings) is stoppable
