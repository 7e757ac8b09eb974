"""Starting a campaign freezes message and audience, once for each issue."""

import dataclasses

import pytest

from newsletter.campaigns import CampaignState, DeliveryState, Plan, find_campaign, known_campaign, start
from newsletter.campaigns.closing import tally
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.subscribers.people import Profile, add_person
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from tests.campaigns.samples import MESSAGE, add_people

OUTBOX = Plan(transport="outbox")


def test_message_plan_and_audience_are_kept_as_they_were(store: Store) -> None:
    """What was frozen comes back unchanged, to the last character."""
    add_people(store, 3)
    plan = Plan(transport="sendgrid", not_tags=("staff",), public_url="https://news.example.org", hold_seconds=1200)
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
    with pytest.raises(CampaignError, match="being sent already"):
        start(store, MESSAGE, slug="december", plan=OUTBOX)
    _end(store, campaign.id)
    add_people(store, 1, first=3)
    with pytest.raises(CampaignError, match="One person has joined since"):
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
    with pytest.raises(CampaignError, match="3 people, not 2"):
        start(store, MESSAGE, slug="december", plan=OUTBOX, expected=2)
    assert find_campaign(store, "december") is None


def test_only_the_wanted_are_frozen(store: Store) -> None:
    """Tags choose, and whoever left is not even frozen."""
    with store.write() as connection:
        for name, tags in {"ana": ["monthly"], "ben": ["monthly", "staff"], "cy": ["monthly"], "di": []}.items():
            profile = Profile(tags=tags)
            add_person(connection, store.key, f"{name}@example.org", profile, wording="yes, please")
        suppress(connection, store.key, "cy@example.org", Reason.UNSUBSCRIBED)
    campaign = start(
        store, MESSAGE, slug="december", plan=Plan(transport="outbox", tags=("monthly",), not_tags=("staff",))
    )
    assert campaign.frozen == 1


def test_people_who_join_later_are_not_in_it(store: Store) -> None:
    """The audience is that of the start."""
    add_people(store, 1)
    campaign = start(store, MESSAGE, slug="december", plan=OUTBOX)
    with store.write() as connection:
        add_person(connection, store.key, "late@example.org", wording="yes, please")
    with store.read() as connection:
        assert tally(connection, campaign).total == 1


def test_issue_that_was_never_sent(store: Store) -> None:
    """Asking after it says how to send it."""
    with pytest.raises(CampaignError, match="never sent"):
        known_campaign(store, "december")
