"""Sending: what each answer of a transport makes of a batch, and what nobody gets twice."""

import re
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign, sender
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import Waiting, dispatch
from newsletter.errors import CampaignError, NewsletterError, TransportError
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Accepted, Batch, NotSent, Outcome, Refused, Transport, Unknown
from newsletter.transports.outbox import OutboxTransport
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import MESSAGE, add_people, states


@dataclass
class Scripted(Transport):
    """A transport that answers as it is told, then accepts."""

    script: list[Outcome | Exception] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    name: str = "smtp"
    leaves_machine: bool = True
    repeatable: bool = False
    makes_unsubscribe_links: bool = False
    largest_batch: int = 1000

    def send(self, batch: Batch) -> Outcome:
        if self.script:
            answer = self.script.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        addresses = [person.email for person in batch.recipients]
        if self.bad & set(addresses):
            return Refused("400 no such address")
        self.taken += addresses
        return Accepted("id")

    def close(self) -> None:
        """Nothing to close."""


def test_everybody_gets_one(store: Store, send: Sending) -> None:
    """A campaign in batches reaches each person once and is finished."""
    addresses = add_people(store, 25)
    transport = Scripted()
    found = send(transport, batch_size=10, in_air=3)
    assert sorted(transport.taken) == sorted(addresses)
    assert found.counts == {DeliveryState.ACCEPTED: 25}
    assert known_campaign(store, "december").state is CampaignState.FINISHED


def test_again_changes_nothing(store: Store, send: Sending, quick: Clock) -> None:
    """Going on with a finished campaign sends nothing."""
    add_people(store, 3)
    transport = Scripted()
    send(transport)
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert len(transport.taken) == 3


def test_whoever_left_meanwhile_is_skipped(store: Store, quick: Clock) -> None:
    """An unsubscribe after the freeze and before the claim is honoured, and counted with its reason."""
    add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    with store.write() as connection:
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED)
    transport = Scripted()
    found = dispatch(store, campaign, transport, clock=quick)
    assert transport.taken == ["reader1@example.org", "reader3@example.org"]
    assert found.skipped == {"unsubscribed": 1}


def test_address_that_somebody_gave_up_is_looked_for_among_the_suppressed(store: Store, quick: Clock) -> None:
    """Who has another address by now gets nothing at the one that was frozen, if that has been suppressed since."""
    add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    with store.write() as connection:
        for number in (2, 3):
            old, new = f"reader{number}@example.org", f"moved{number}@example.org"
            connection.execute(
                update(subscribers).where(subscribers.c.email_key == old).values(email=new, email_key=new)
            )
        suppress(connection, store.key, "reader2@example.org", Reason.COMPLAINED)
    transport = Scripted()
    found = dispatch(store, campaign, transport, clock=quick)
    assert transport.taken == ["reader1@example.org", "reader3@example.org"]
    assert found.skipped == {"suppressed": 1}


def test_one_refused_address_stops_nobody_else(store: Store, send: Sending) -> None:
    """A refused batch is narrowed down by halves to the address that it is about."""
    addresses = add_people(store, 37)
    transport = Scripted(bad={"reader5@example.org", "reader30@example.org"})
    found = send(transport, in_air=2)
    assert Counter(transport.taken) == Counter(set(addresses) - transport.bad)
    assert found[DeliveryState.REFUSED] == 2


def test_everything_refused_stops_early(store: Store, send: Sending) -> None:
    """When one message after the other is rejected, it is not the people: the campaign pauses, nobody is given up."""
    addresses = add_people(store, 64)
    with pytest.raises(CampaignError, match="10 messages in a row were rejected"):
        send(Scripted(bad=set(addresses)), in_air=1)
    campaign = known_campaign(store, "december")
    assert campaign.state is CampaignState.PAUSED
    assert set(states(store, campaign).values()) == {DeliveryState.QUEUED}


@dataclass
class Strict(Scripted):
    """Refuses whatever has somebody bad in it, and counts how often it was asked."""

    asked: int = 0

    def send(self, batch: Batch) -> Outcome:
        self.asked += 1
        return super().send(batch)


def test_message_that_is_wrong_costs_few_requests(store: Store, send: Sending) -> None:
    """Providers block accounts for many bad requests: one that nobody can get is found out quickly."""
    addresses = add_people(store, 1000)
    transport = Strict(bad=set(addresses))
    with pytest.raises(CampaignError, match="rejected"):
        send(transport, batch_size=500, in_air=2)
    assert transport.asked < 40


def test_bad_addresses_beside_each_other_stop_nobody_else(store: Store, send: Sending) -> None:
    """Once something was accepted, it is the people: the rest goes on."""
    addresses = add_people(store, 40)
    transport = Scripted(bad=set(addresses[10:20]))
    found = send(transport, batch_size=10)
    assert (found[DeliveryState.ACCEPTED], found[DeliveryState.REFUSED]) == (30, 10)


def test_failures_at_the_same_time_count_once(store: Store, quick: Clock) -> None:
    """A carrier that is away for a moment fails four batches at a time, and is still waited for."""
    addresses = add_people(store, 40)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=10))
    transport = Scripted([NotSent("offline")] * 20)
    dispatch(store, campaign, transport, in_air=4, clock=quick)
    assert sorted(transport.taken) == sorted(addresses)


def test_what_never_began_is_no_doubt(store: Store, quick: Clock) -> None:
    """If a batch cannot be noted, nothing of it was sent: its people stay queued, and it is said why."""
    addresses = add_people(store, 6)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=2))
    kept = store.journal.with_suffix(".kept")

    def obstruct(_count: int) -> None:
        store.journal.rename(kept)
        store.journal.mkdir()

    transport = Scripted()
    with pytest.raises(NewsletterError, match="folder"):
        dispatch(store, campaign, transport, clock=quick, progress=obstruct)
    assert Counter(states(store, campaign).values()) == {DeliveryState.ACCEPTED: 2, DeliveryState.QUEUED: 4}
    store.journal.rmdir()
    kept.rename(store.journal)
    dispatch(store, campaign, transport, clock=quick)
    assert sorted(transport.taken) == sorted(addresses)


def test_lost_reply_is_unknown_and_never_sent_again(store: Store, send: Sending, quick: Clock) -> None:
    """A batch whose reply was lost stays in doubt, also when the campaign goes on."""
    add_people(store, 20)
    transport = Scripted([Unknown("reset")])
    found = send(transport, batch_size=10)
    assert (found[DeliveryState.UNKNOWN], found[DeliveryState.ACCEPTED]) == (10, 10)
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert len(transport.taken) == 10
    assert known_campaign(store, "december").state is CampaignState.SENDING


def test_nothing_sent_is_tried_again(store: Store, send: Sending) -> None:
    """A carrier that was away for a moment costs nothing but the moment."""
    addresses = add_people(store, 5)
    transport = Scripted([NotSent("busy", 3), NotSent("busy", 3)])
    send(transport)
    assert sorted(transport.taken) == sorted(addresses)


def test_waits_as_long_as_it_is_told(store: Store) -> None:
    """Before the next try the sender rests for as long as the carrier asked."""
    add_people(store, 1)
    waited: list[float] = []
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    dispatch(store, campaign, Scripted([NotSent("busy", 42)]), clock=Clock(sleep=waited.append))
    assert sum(waited) == 42


def test_carrier_that_stays_away_pauses_the_campaign(store: Store, send: Sending, quick: Clock) -> None:
    """After a few tries the campaign pauses, and goes on later with everybody."""
    addresses = add_people(store, 5)
    transport = Scripted([NotSent("offline")] * 20)
    with pytest.raises(CampaignError, match="nothing could be sent"):
        send(transport)
    assert known_campaign(store, "december").state is CampaignState.PAUSED
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert sorted(transport.taken) == sorted(addresses)


def test_transport_that_cannot_be_used_loses_nothing(store: Store, send: Sending) -> None:
    """A refused key stops the run; everybody is queued again."""
    add_people(store, 5)
    with pytest.raises(TransportError, match="key"):
        send(Scripted([TransportError("wrong key")]))
    campaign = known_campaign(store, "december")
    assert campaign.reason == "wrong key"
    assert set(states(store, campaign).values()) == {DeliveryState.QUEUED}


def test_mistake_in_a_transport_is_a_doubt(store: Store, send: Sending) -> None:
    """Where the program itself fails, nobody knows whether the mail went."""
    add_people(store, 5)
    with pytest.raises(ZeroDivisionError):
        send(Scripted([ZeroDivisionError()]))
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.UNKNOWN}


def test_interruption_closes_what_is_in_the_air(store: Store, quick: Clock) -> None:
    """After Ctrl-C each batch has its true state, and the rest goes out later."""
    addresses = add_people(store, 60)
    transport = Scripted()
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=5))
    interrupted = Event()

    def interrupt(_count: int) -> None:
        if not interrupted.is_set():
            interrupted.set()
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        dispatch(store, campaign, transport, in_air=3, clock=quick, progress=interrupt)
    counts = Counter(states(store, campaign).values())
    assert counts[DeliveryState.ACCEPTED] == len(transport.taken) < len(addresses)
    assert counts[DeliveryState.IN_FLIGHT] == 0
    assert known_campaign(store, "december").reason == "interrupted"
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert Counter(transport.taken) == Counter(addresses)


def test_outbox_holds_one_file_a_person(store: Store, send: Sending, tmp_path: Path) -> None:
    """Each person has one file, and no file name names anybody."""
    add_people(store, 50)
    send(OutboxTransport(tmp_path / "outbox"), batch_size=7)
    files = list((tmp_path / "outbox" / "december").iterdir())
    assert len(files) == 50
    assert not any("reader" in file.name for file in files)


def test_full_disk_pauses_and_says_so(store: Store, send: Sending, tmp_path: Path) -> None:
    """An outbox that cannot be written is named, and nothing is lost."""
    add_people(store, 3)
    (tmp_path / "outbox").write_text("in the way", "utf-8")
    with pytest.raises(CampaignError, match="not a folder"):
        send(OutboxTransport(tmp_path / "outbox"))
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.QUEUED}


def test_progress_counts_everybody_once(store: Store, quick: Clock) -> None:
    """What is reported on the way adds up to the audience."""
    add_people(store, 23)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=5))
    reported: list[int] = []
    transport = Scripted([Unknown("reset")], bad={"reader9@example.org"})
    dispatch(store, campaign, transport, clock=quick, progress=reported.append)
    assert sum(reported) == 23


@dataclass
class Elapsing:
    """A clock that moves on only while somebody waits."""

    at: datetime = datetime(2026, 12, 1, 13, 18, tzinfo=UTC)  # 8:18 in the morning at the clinic
    begun: datetime = datetime(2026, 12, 1, 13, 18, tzinfo=UTC)

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self.wait)

    @property
    def passed(self) -> float:
        return (self.at - self.begun).total_seconds()


class _Away(Scripted):
    """A carrier whose every request costs so many seconds and comes to nothing."""

    def __init__(self, time: Elapsing, seconds: float, outcome: Outcome) -> None:
        super().__init__()
        self.time, self.seconds, self.outcome = time, seconds, outcome
        self.asked = 0

    def send(self, batch: Batch) -> Outcome:
        assert batch.recipients
        self.asked += 1
        self.time.wait(self.seconds)
        return self.outcome


@pytest.mark.parametrize("seconds", [0.0, 0.2, 10.0, 20.0, 45.0, 60.0])
def test_no_connection_is_told_at_once_and_given_up_in_time(store: Store, seconds: float) -> None:
    """Refused at once or never answered: why it waits and until when is told, and it ends after about two minutes."""
    add_people(store, 9)
    time = Elapsing()
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=1), clock=time.clock)
    told: list[tuple[float, str]] = []

    def hear(waiting: Waiting | None) -> None:
        assert waiting is not None
        told.append((time.passed, waiting.in_words(ZoneInfo("America/New_York"), time.at)))

    away = _Away(time, seconds, NotSent("no connection to SendGrid: is this computer online?"))
    with pytest.raises(CampaignError, match="nothing could be sent for 2 minutes"):
        dispatch(store, campaign, away, on_wait=hear, clock=time.clock)
    assert told[0][0] == seconds
    assert told[0][1].startswith("No connection to SendGrid: is this computer online? Trying again until 8:20 AM (")
    assert 120 <= time.passed <= 120 + seconds
    assert set(states(store, campaign).values()) == {DeliveryState.QUEUED}
    assert known_campaign(store, "december").state is CampaignState.PAUSED


def test_answer_that_does_not_come_is_told(store: Store) -> None:
    """Within seconds, with the time until which it is waited for; and when it comes after all, that is told, too."""
    add_people(store, 2)
    told: list[str] = []
    heard = Event()

    def hear(waiting: Waiting | None) -> None:
        told.append(waiting.in_words(ZoneInfo("America/New_York"), datetime.now(tz=UTC)) if waiting else "")
        heard.set()

    class Slow(Scripted):
        def send(self, batch: Batch) -> Outcome:
            assert heard.wait(30)
            return super().send(batch)

    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    began = monotonic()
    dispatch(store, campaign, Slow([]), on_wait=hear)
    assert monotonic() - began < 20
    assert [told[0].partition(" until ")[0], *told[1:]] == ["No answer yet. Waiting for it", ""]
    assert told[0].endswith("(1 minute).")


def test_a_slow_disk_is_no_silence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """In practice mode nobody is asked, so nobody is told to wait for an answer."""
    monkeypatch.setattr(sender, "_SLOW", 0)
    add_people(store, 2)
    told: list[Waiting | None] = []

    class Disk(Scripted):
        def send(self, batch: Batch) -> Outcome:
            Event().wait(0.05)
            return super().send(batch)

    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    dispatch(store, campaign, Disk([], leaves_machine=False), on_wait=told.append)
    assert told == []


def test_replies_that_are_lost_one_after_the_other_stop_it_too(store: Store) -> None:
    """A server that takes messages and never answers makes few people unknown, not everybody."""
    add_people(store, 50)
    time = Elapsing()
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=5), clock=time.clock)
    away = _Away(time, 60, Unknown("the reply was lost"))
    with pytest.raises(CampaignError, match="nothing could be sent"):
        dispatch(store, campaign, away, clock=time.clock)
    counts = Counter(states(store, campaign).values())
    assert counts == {DeliveryState.UNKNOWN: 10, DeliveryState.QUEUED: 40}


def test_clock_that_jumps_costs_no_patience_at_once(store: Store) -> None:
    """A clock that is set on by an hour during a request that fails stops nothing: it is tried again."""
    addresses = add_people(store, 2)
    time = Elapsing()

    class Jumping(Scripted):
        def send(self, batch: Batch) -> Outcome:
            time.wait(3600)
            return super().send(batch)

    transport = Jumping([NotSent("offline")])
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"), clock=time.clock)
    dispatch(store, campaign, transport, clock=time.clock)
    assert sorted(transport.taken) == sorted(addresses)


def test_it_goes_on_as_soon_as_it_can(store: Store) -> None:
    """When the connection is back, that is told; each outage has two minutes of its own."""
    addresses = add_people(store, 4)
    time = Elapsing()
    outage: list[Outcome] = [NotSent("offline")] * 8
    script = [*outage, Accepted("1"), *outage]
    transport = Scripted([*script])
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", batch_size=2), clock=time.clock)
    told: list[bool] = []
    found = dispatch(store, campaign, transport, clock=time.clock, on_wait=lambda waiting: told.append(bool(waiting)))
    assert (found[DeliveryState.ACCEPTED], told) == (len(addresses), [True, False, True, False])
    assert time.passed > 120


def test_waiting_that_the_provider_asks_for_uses_no_patience_up(store: Store) -> None:
    """Told to come back in ten minutes, the sender says so, comes back then, and may find it still busy."""
    addresses = add_people(store, 2)
    time = Elapsing()
    transport = Scripted([NotSent("SendGrid asks to try again later", 600), NotSent("offline"), NotSent("offline")])
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"), clock=time.clock)
    told: list[Waiting | None] = []
    dispatch(store, campaign, transport, clock=time.clock, on_wait=told.append)
    assert sorted(transport.taken) == sorted(addresses)
    assert told[0] is not None
    assert (told[0].until - time.begun).total_seconds() == 720


@pytest.mark.parametrize(("seconds", "words"), [(1000, r"Resume after \d+:\d\d"), (86400, r"Resume after Wed, Dec 2")])
def test_longer_wait_than_anybody_sits_through(store: Store, seconds: float, words: str) -> None:
    """A provider that wants to be left alone for long pauses the campaign, and it is said until when."""
    add_people(store, 2)
    time = Elapsing()
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"), clock=time.clock)
    with pytest.raises(CampaignError, match="asks to try again later") as caught:
        dispatch(store, campaign, Scripted([NotSent("SendGrid asks to try again later", seconds)]), clock=time.clock)
    assert re.search(words, caught.value.hint)
