"""Whose fault a rejection is: nobody loses their copy by the sender's, and nobody blocks the others by their own."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from newsletter.campaigns import CampaignState, DeliveryState, Plan, Tally, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.resolution import count_rejected, needing_a_person, queue_rejected
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Accepted, Batch, Deferred, Outcome, Refused, Transport
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people, states

NOBODY: Callable[[int], bool] = lambda _request: False  # noqa: E731


@dataclass
class Moody(Transport):
    """A carrier that rejects everybody for the sender's fault at times, and some people for their own.

    Attributes:
        at_fault: whether the sender is at fault at its n-th request.
        blaming: whether its words then name everybody, as if it was their fault.
        bad: whoever is rejected, without being named.
        named: whoever is rejected by name.
        slow: whose mailbox asks to wait, and how often.
    """

    at_fault: Callable[[int], bool] = NOBODY
    blaming: bool = False
    bad: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    slow: Counter[str] = field(default_factory=Counter)
    largest_batch: int = 1000
    taken: list[str] = field(default_factory=list)
    asked: int = 0
    name: str = "smtp"
    leaves_machine: bool = True
    repeatable: bool = False
    makes_unsubscribe_links: bool = False

    def send(self, batch: Batch) -> Outcome:
        self.asked += 1
        people = [person.email for person in batch.recipients]
        if self.at_fault(self.asked):
            blamed = dict.fromkeys(range(len(people)), "550 account disabled") if self.blaming else {}
            return Refused("400 request: account under review", blamed)
        if named := {place: "550 5.1.1 no such user" for place, email in enumerate(people) if email in self.named}:
            return Refused("400", named)
        if self.bad & set(people):
            return Refused("400 request: something is wrong")
        if len(people) == 1 and self.slow[people[0]] > 0:
            self.slow[people[0]] -= 1
            return Deferred("451 try again")
        self.taken += people
        return Accepted("id")

    def close(self) -> None:
        """Nothing to close."""


def _go_on(store: Store, transport: Moody, clock: Clock, in_air: int = 1) -> Tally | None:
    """Resume; return nothing if it pauses."""
    try:
        return dispatch(store, known_campaign(store, "december"), transport, in_air=in_air, clock=clock)
    except CampaignError:
        return None


def _counts(store: Store) -> Counter[DeliveryState]:
    return Counter(states(store, known_campaign(store, "december")).values())


@pytest.mark.parametrize("blaming", [False, True])
@pytest.mark.parametrize(("people", "largest"), [(1, 1), (2, 1000), (5, 1), (9, 1), (10, 3), (50, 1), (50, 1000)])
def test_sender_rejected_for_three_tries(store: Store, quick: Clock, people: int, largest: int, blaming: bool) -> None:  # noqa: FBT001
    """However often it is tried, nobody is given up; once the cause is fixed, everybody gets one."""
    addresses = add_people(store, people)
    transport = Moody(at_fault=lambda _request: True, largest_batch=largest, blaming=blaming)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    for _ in range(3):
        with pytest.raises(CampaignError, match="account under review"):
            dispatch(store, known_campaign(store, "december"), transport, clock=quick)
        assert _counts(store) == {DeliveryState.QUEUED: people}
        assert known_campaign(store, "december").state is CampaignState.PAUSED
    assert transport.asked <= 3 * 40
    transport.at_fault = NOBODY
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert Counter(transport.taken) == Counter(addresses)
    assert known_campaign(store, "december").state is CampaignState.FINISHED


@pytest.mark.parametrize("blaming", [False, True])
@pytest.mark.parametrize("largest", [1, 10])
def test_sender_rejected_in_the_middle(store: Store, send: Sending, quick: Clock, largest: int, blaming: bool) -> None:  # noqa: FBT001
    """An account that is blocked after the first twenty: the other thirty wait."""
    addresses = add_people(store, 50)
    transport = Moody(largest_batch=largest, blaming=blaming)
    transport.at_fault = lambda _request: len(transport.taken) >= 20
    with pytest.raises(CampaignError, match="were rejected"):
        send(transport)
    assert _counts(store) == {DeliveryState.ACCEPTED: 20, DeliveryState.QUEUED: 30}
    transport.at_fault = NOBODY
    assert _go_on(store, transport, quick)
    assert Counter(transport.taken) == Counter(addresses)


def test_sender_rejected_at_first_only(store: Store, send: Sending) -> None:
    """Whoever was rejected before the account was put right gets it in the same run."""
    addresses = add_people(store, 30)
    transport = Moody(at_fault=lambda request: request <= 4, largest_batch=1)
    found = send(transport)
    assert found.counts == {DeliveryState.ACCEPTED: 30}
    assert Counter(transport.taken) == Counter(addresses)


@pytest.mark.parametrize("largest", [1, 1000])
@pytest.mark.parametrize(
    "bad", [[0], [29], [0, 29], range(26, 30), range(6), range(9), range(8, 17), [0, 1, 2, 3, 4, 12, 13, 24]]
)
def test_bad_recipients_block_nobody(store: Store, send: Sending, bad: Sequence[int], largest: int) -> None:
    """At the beginning, the end or in the middle: once others were accepted, their rejection is final."""
    addresses = add_people(store, 30)
    transport = Moody(bad={addresses[number] for number in bad}, largest_batch=largest)
    found = send(transport)
    assert (found[DeliveryState.ACCEPTED], found[DeliveryState.REFUSED]) == (30 - len(bad), len(bad))
    assert Counter(transport.taken) == Counter(set(addresses) - transport.bad)
    assert known_campaign(store, "december").state is CampaignState.FINISHED


@pytest.mark.parametrize("largest", [1, 20])
@pytest.mark.parametrize("number", [1, 9])
def test_named_recipients(store: Store, send: Sending, number: int, largest: int) -> None:
    """Whoever is named is rejected in the same run, without a second try; the others of the request get theirs."""
    addresses = add_people(store, 20)
    found = send(transport := Moody(named=set(addresses[-number:]), largest_batch=largest))
    assert (found[DeliveryState.ACCEPTED], found[DeliveryState.REFUSED]) == (20 - number, number)
    assert transport.asked <= 22
    with store.read() as connection:
        people = list(needing_a_person(connection, known_campaign(store, "december")))
        assert count_rejected(connection, known_campaign(store, "december")) == 0
    assert {person.reason for person in people} == {"address rejected: 550 5.1.1 no such user"}


@pytest.mark.parametrize("people", [1, 3, 12])
@pytest.mark.parametrize("largest", [1, 1000])
def test_nobody_but_named_ones(store: Store, send: Sending, quick: Clock, people: int, largest: int) -> None:
    """Where nobody else is there, nothing proves that it is their fault; a person takes them off the list."""
    addresses = add_people(store, people)
    transport = Moody(named=set(addresses), largest_batch=largest)
    with pytest.raises(CampaignError, match="rejected") as caught:
        send(transport)
    assert "unsubscribe them first" in str(caught.value.hint)
    assert _counts(store) == {DeliveryState.QUEUED: people}
    assert transport.asked <= 10
    with store.write() as connection:
        for address in addresses:
            suppress(connection, store.key, address, Reason.UNSUBSCRIBED)
    found = _go_on(store, transport, quick)
    assert found is not None
    assert found.counts == {DeliveryState.SKIPPED: people}


def test_named_after_others_were_served_before(store: Store, send: Sending, quick: Clock) -> None:
    """A few whom a later run finds named are believed: an earlier one had the message accepted for others."""
    addresses = add_people(store, 20)
    transport = Moody(named=set(addresses[-8:]), largest_batch=1, at_fault=lambda request: 12 < request <= 22)
    with pytest.raises(CampaignError, match="were rejected"):
        send(transport)
    assert _counts(store) == {DeliveryState.ACCEPTED: 12, DeliveryState.QUEUED: 8}
    transport.at_fault = NOBODY
    found = _go_on(store, transport, quick)
    assert found is not None
    assert found.counts == {DeliveryState.ACCEPTED: 12, DeliveryState.REFUSED: 8}


@pytest.mark.heavy
@settings(max_examples=10, deadline=None)
@given(
    people=st.integers(1, 16),
    bad=st.sets(st.integers(1, 16)),
    named=st.sets(st.integers(1, 16)),
    slow=st.dictionaries(st.integers(1, 16), st.integers(1, 5)),
    largest=st.sampled_from([1, 4, 1000]),
    in_air=st.integers(1, 3),
    blocked=st.integers(0, 30),
)
def test_anything_at_once(
    people: int, bad: set[int], named: set[int], slow: dict[int, int], largest: int, in_air: int, blocked: int
) -> None:
    """Whatever comes together: a good address is never given up nor served twice, and in the end all are served."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url, key = f"sqlite:///{folder}/newsletter.db", Path(folder) / "newsletter.key"
        with open_store(url, key) as store:
            addresses = add_people(store, people)
            transport = Moody(
                at_fault=lambda request: request <= blocked,
                bad={addresses[number - 1] for number in bad if number <= people},
                named={addresses[number - 1] for number in named - bad if number <= people},
                slow=Counter({addresses[number - 1]: times for number, times in slow.items() if number <= people}),
                largest_batch=largest,
            )
            good = set(addresses) - transport.bad - transport.named
            start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
            for _ in range(40):
                _go_on(store, transport, Clock(sleep=lambda _seconds: None), in_air)
                found = states(store, known_campaign(store, "december"))
                assert len(found) == people
                given_up = {email for email, state in found.items() if state is DeliveryState.REFUSED}
                assert given_up <= transport.bad | transport.named
                if known_campaign(store, "december").state is CampaignState.FINISHED:
                    break
            assert Counter(transport.taken) == Counter(good)
            assert not transport.taken or set(addresses) - good - transport.bad <= given_up


def test_one_mailbox_that_asks_to_wait(store: Store) -> None:
    """Everybody else is served; it is tried again after growing pauses, then told, and waits for the next run."""
    addresses = add_people(store, 50)
    transport = Moody(slow=Counter({addresses[6]: 99}), largest_batch=1)
    slept: list[float] = []
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    with pytest.raises(CampaignError, match=r"1 mailbox asked to try again later \(451"):
        dispatch(store, campaign, transport, clock=Clock(sleep=slept.append))
    assert _counts(store) == {DeliveryState.ACCEPTED: 49, DeliveryState.QUEUED: 1}
    assert (transport.asked, sum(slept)) == (52, 25)
    transport.slow.clear()
    assert _go_on(store, transport, Clock(sleep=slept.append))
    assert Counter(transport.taken) == Counter(addresses)


@pytest.mark.parametrize("times", [1, 2])
def test_mailbox_that_asks_to_wait_for_a_moment(store: Store, send: Sending, times: int) -> None:
    """Greylisting that is over soon costs nothing but the moment."""
    addresses = add_people(store, 12)
    found = send(Moody(slow=Counter(dict.fromkeys(addresses[2:5], times)), largest_batch=1))
    assert found.counts == {DeliveryState.ACCEPTED: 12}


@pytest.mark.parametrize(("people", "asked"), [(3, 9), (50, 10)])
def test_every_mailbox_asks_to_wait(store: Store, send: Sending, people: int, asked: int) -> None:
    """A server in trouble is not hammered; everybody waits."""
    addresses = add_people(store, people)
    transport = Moody(slow=Counter(dict.fromkeys(addresses, 99)), largest_batch=1)
    with pytest.raises(CampaignError, match="451"):
        send(transport)
    assert _counts(store) == {DeliveryState.QUEUED: people}
    assert transport.asked == asked


def _stuck(store: Store, quick: Clock, reasons: list[str]) -> None:
    """Make a ledger in which people were given up, as older versions did."""
    addresses = add_people(store, 10)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    _go_on(store, Moody(named=set(addresses[: len(reasons)])), quick)
    with store.write() as connection:
        for address, reason in zip(addresses, reasons, strict=False):
            connection.execute(update(deliveries).where(deliveries.c.email == address).values(reason=reason))


OLD = "400 request: account under review"


def test_way_back_for_those_given_up(store: Store, quick: Clock) -> None:
    """Whom an older version gave up for the sender's fault is queued again, and sent to once."""
    _stuck(store, quick, [OLD, "the mail server refused it (550)", "413"])
    campaign = known_campaign(store, "december")
    assert queue_rejected(store, campaign) == 3
    transport = Moody()
    found = _go_on(store, transport, quick)
    assert found is not None
    assert found.counts == {DeliveryState.ACCEPTED: 10}
    assert sorted(transport.taken) == ["reader1@example.org", "reader2@example.org", "reader3@example.org"]
    assert queue_rejected(store, campaign) == 0


@pytest.mark.parametrize(
    "reason",
    [
        "400 personalizations.0.to.0.email: Does not contain a valid address.",
        "an address cannot be used in a mail header",
        "address rejected: 550 5.1.1 no such user",
    ],
)
def test_no_way_back_for_an_address_that_was_named(store: Store, quick: Clock, reason: str) -> None:
    """An address that was named is not tried again."""
    _stuck(store, quick, [reason])
    assert queue_rejected(store, known_campaign(store, "december")) == 0
    assert _counts(store)[DeliveryState.REFUSED] == 1


def test_no_way_back_for_who_left(store: Store, quick: Clock) -> None:
    """Whoever has been suppressed since stays out."""
    _stuck(store, quick, [OLD, OLD])
    with store.write() as connection:
        suppress(connection, store.key, "reader1@example.org", Reason.UNSUBSCRIBED)
    assert queue_rejected(store, known_campaign(store, "december")) == 1
    transport = Moody()
    _go_on(store, transport, quick)
    assert transport.taken == ["reader2@example.org"]
