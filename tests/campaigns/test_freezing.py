"""Starting a campaign freezes message and audience, once for each issue."""

import dataclasses

import pytest
from sqlalchemy import update

from newsletter.campaigns import CampaignState, DeliveryState, Plan, find_campaign, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import Seen, start
from newsletter.campaigns.ledger import claim, move_campaign, tally
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.sender import dispatch
from newsletter.errors import BusyError, CampaignError, ChangedError
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import Audience
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason, Status
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people

OUTBOX = Plan(transport="outbox")


def test_message_plan_and_audience_are_kept_as_they_were(store: Store) -> None:
    """What was frozen comes back unchanged, to the last character."""
    add_people(store, 3)
    plan = Plan(
        transport="sendgrid",
        audience=Audience(not_tags=("staff",)),
        public_url="https://news.example.org",
        hold_seconds=1200,
    )
    start(store, MESSAGE, slug="december", plan=plan)
    found = known_campaign(store, "december")
    assert (found.message, found.plan, found.frozen, found.digest) == (MESSAGE, plan, 3, MESSAGE.digest)
    assert found.state is CampaignState.SENDING
    with store.read() as connection:
        assert tally(connection, found).counts == {DeliveryState.QUEUED: 3}


def test_second_time_is_refused_and_says_who_is_new(store: Store) -> None:
    """An issue is sent once; those who joined since are counted, not mailed."""
    add_people(store, 2)
    campaign = start(store, MESSAGE, slug="december", plan=OUTBOX)
    with pytest.raises(CampaignError, match="already being sent"):
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    _end(store, campaign.id)
    add_people(store, 1, first=3)
    with pytest.raises(CampaignError, match="1 subscriber does not have it yet"):
        start(store, dataclasses.replace(MESSAGE, subject="Another"), slug="december", plan=OUTBOX)
    assert known_campaign(store, "december").frozen == 2


def _end(store: Store, campaign_id: int) -> None:
    from newsletter.storage.ledger import campaigns

    with store.write() as connection:
        connection.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(state="finished"))


def test_nobody_to_send_to(store: Store) -> None:
    """An empty audience starts nothing and leaves nothing."""
    with pytest.raises(CampaignError, match="audience is empty"):
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    assert find_campaign(store, "december") is None


def test_number_of_people_changed_after_the_yes(store: Store) -> None:
    """The yes was for so many people; for another number it does not count."""
    add_people(store, 3)
    with pytest.raises(CampaignError, match="3 subscribers, not 2"):
        start(store, MESSAGE, slug="december", plan=OUTBOX, seen=Seen(2, MESSAGE.digest))
    assert find_campaign(store, "december") is None


def test_only_the_wanted_are_frozen(store: Store) -> None:
    """Tags choose, and whoever left is not even frozen."""
    with store.write() as connection:
        for name, tags in {"ana": ["monthly"], "ben": ["monthly", "staff"], "cy": ["monthly"], "di": []}.items():
            profile = Profile(tags=tags)
            add_subscriber(connection, store.key, f"{name}@example.org", profile, wording="yes, please")
        suppress(connection, store.key, "cy@example.org", Reason.UNSUBSCRIBED)
    campaign = start(
        store,
        MESSAGE,
        slug="december",
        plan=Plan(transport="outbox", audience=Audience(tags=("monthly",), not_tags=("staff",))),
    )
    assert campaign.frozen == 1


def test_suppressed_address_is_found_whatever_its_record_says(store: Store) -> None:
    """Should a database be so wrong that somebody suppressed is called a subscriber, the hash still tells."""
    add_people(store, 3)
    with store.write() as connection:
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED)
        connection.execute(update(subscribers).values(status=Status.SUBSCRIBED))
    campaign = start(store, MESSAGE, slug="december", plan=OUTBOX)
    with store.read() as connection:
        found = tally(connection, campaign)
    assert (found[DeliveryState.QUEUED], found.skipped) == (2, {"suppressed": 1})


def test_people_who_join_later_are_not_in_it(store: Store) -> None:
    """The audience is that of the start."""
    add_people(store, 1)
    campaign = start(store, MESSAGE, slug="december", plan=OUTBOX)
    with store.write() as connection:
        add_subscriber(connection, store.key, "late@example.org", wording="yes, please")
    with store.read() as connection:
        assert tally(connection, campaign).total == 1


def test_issue_that_was_never_sent(store: Store) -> None:
    """Asking after it says how to send it."""
    with pytest.raises(CampaignError, match="never sent"):
        known_campaign(store, "december")


def test_issue_changed_after_the_yes(store: Store) -> None:
    """The yes was to other words."""
    add_people(store, 2)
    newer = dataclasses.replace(MESSAGE, subject="Another")
    with pytest.raises(ChangedError, match="changed after you saw it"):
        start(store, newer, slug="december", plan=OUTBOX, seen=Seen(2, MESSAGE.digest))
    assert find_campaign(store, "december") is None


def test_one_yes_starts_one_campaign(store: Store, workspace: Workspace) -> None:
    """A yes from before a campaign was sent and cancelled does not start the next one."""
    add_people(store, 2)
    seen = Seen(2, MESSAGE.digest)
    first = start(store, MESSAGE, slug="december", plan=OUTBOX, seen=seen)
    cancel(store, first, OutboxTransport(workspace.outbox_dir))
    with pytest.raises(ChangedError, match="after you confirmed"):
        start(store, MESSAGE, slug="december", plan=OUTBOX, seen=seen)
    assert start(store, MESSAGE, slug="december", plan=OUTBOX, seen=Seen(2, MESSAGE.digest, first.ref)).frozen == 2


def test_wait_for_a_cancelling_that_is_under_way(store: Store, workspace: Workspace) -> None:
    """While somebody is still calling messages back, nobody can know who is left to be mailed."""
    add_people(store, 2)
    first = start(store, MESSAGE, slug="december", plan=OUTBOX)
    cancel(store, first, OutboxTransport(workspace.outbox_dir))
    with sole_sender(store, first), pytest.raises(BusyError):
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    assert start(store, MESSAGE, slug="december", plan=OUTBOX).frozen == 2


def test_interrupted_cancelling_comes_to_its_end_first(store: Store, workspace: Workspace) -> None:
    """What was in flight when a cancelling died is neither sent nor unsent, so nothing new begins."""
    add_people(store, 2)
    first = start(store, MESSAGE, slug="december", plan=OUTBOX)
    claim(store, first, 1, SYSTEM_CLOCK)
    with store.write() as connection:
        move_campaign(connection, first.id, CampaignState.CANCELLING)
    with pytest.raises(CampaignError, match="being canceled, or that was interrupted"):
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    cancel(store, known_campaign(store, "december"), OutboxTransport(workspace.outbox_dir))
    assert start(store, MESSAGE, slug="december", plan=OUTBOX).frozen == 2


def test_cancelling_comes_too_late_for_one_that_was_followed(store: Store, workspace: Workspace) -> None:
    """An old cancelling that is taken up again leaves the new campaign alone."""
    add_people(store, 2)
    first = start(store, MESSAGE, slug="december", plan=OUTBOX)
    transport = OutboxTransport(workspace.outbox_dir)
    cancel(store, first, transport)
    second = start(store, MESSAGE, slug="december", plan=OUTBOX)
    with pytest.raises(CampaignError, match="already being sent again"):
        cancel(store, first, transport)
    assert dispatch(store, second, transport)[DeliveryState.ACCEPTED] == 2
    with pytest.raises(CampaignError, match="was canceled"):
        dispatch(store, first, transport)
    with store.read() as connection:
        assert [each.ref for each in campaigns_of(connection, "december")] == [second.ref, first.ref]
