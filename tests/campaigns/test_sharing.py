"""Several processes share a campaign on PostgreSQL, and see to what one of them leaves."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from newsletter.campaigns import BatchState, Campaign, CampaignState, DeliveryState, Plan
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.duty import in_need, is_seen_to, left_to_workers, went_quiet
from newsletter.campaigns.freezing import start
from newsletter.campaigns.holds import settle
from newsletter.campaigns.ledger import claim, claim_batch, close_batch, move_campaign, record_hold
from newsletter.campaigns.lock import at_work, is_being_sent, sole_sender, who_works_on, workers
from newsletter.campaigns.records import reread
from newsletter.campaigns.resolution import queue_rejected
from newsletter.campaigns.sender import dispatch
from newsletter.errors import BusyError, CampaignError, OvertakenError, StoreError
from newsletter.storage import Store, open_store, session
from newsletter.storage import store as store_module
from newsletter.storage.ledger import batches, campaigns
from newsletter.storage.session import Lock
from newsletter.transports import Batch, Hold, NotSent, Outcome
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import KEY, FakeSendGrid

PEOPLE = 60


@pytest.fixture
def open_here(postgres_url: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Open the same database once more, as another process does."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(open_store(postgres_url, tmp_path / "newsletter.key"))


@pytest.fixture
def here(open_here: Callable[[], Store]) -> Store:
    """The database, with people in it."""
    store = open_here()
    add_people(store, PEOPLE)
    return store


def begin(store: Store, **plan: object) -> Campaign:
    """Start a campaign in small batches."""
    chosen = {"transport": "sendgrid", "batch_size": 5} | plan
    return start(store, MESSAGE, slug="december", plan=Plan(**chosen))  # type: ignore[arg-type]


def transport_to(account: FakeSendGrid) -> SendGridTransport:
    return SendGridTransport(Client(KEY, account.url), Tracking())


def end_sessions(store: Store) -> None:
    """End every session that holds a lock, as the server does when a process was silent for too long."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    with store.read() as connection:
        connection.execute(text(query))


def copies(account: FakeSendGrid) -> Counter[str]:
    return Counter({address: len(mails) for address, mails in account.received().items()})


# --- Sharing --------------------------------------------------------------------------


def test_two_send_at_once(here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid) -> None:
    """Both carry some of it, nobody gets two, and whoever is last finishes it."""
    sendgrid.delay = 0.02
    campaign = begin(here)
    others = [open_here(), open_here()]
    threads = [
        threading.Thread(target=dispatch, args=(store, campaign, transport_to(sendgrid)), kwargs={"on_duty": True})
        for store in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert copies(sendgrid) == Counter(f"reader{n}@example.org" for n in range(1, PEOPLE + 1))
    with here.read() as connection:
        assert len(set(connection.scalars(select(batches.c.worker)))) == 2
    assert reread(here, campaign).state is CampaignState.FINISHED


def test_a_claim_passes_over_what_others_claim(here: Store, open_here: Callable[[], Store]) -> None:
    """Two claims at the same moment take different people, and neither waits for the other."""
    campaign = begin(here)
    other = open_here()
    with here.work() as first, other.work() as second:
        mine = claim_batch(first, here, campaign, 40, SYSTEM_CLOCK)
        theirs = claim_batch(second, other, campaign, 40, SYSTEM_CLOCK)
    assert mine is not None
    assert theirs is not None
    assert (len(mine.ids), len(theirs.ids)) == (40, PEOPLE - 40)
    assert not set(mine.ids) & set(theirs.ids)


def test_sending_waits_for_no_import(here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid) -> None:
    """While somebody writes to the list for long, a campaign goes out all the same."""
    campaign = begin(here, hold_seconds=1200)
    with here.write():
        found = dispatch(open_here(), campaign, transport_to(sendgrid), in_air=2)
    assert found[DeliveryState.ACCEPTED] == PEOPLE


def test_cancel_waits_for_all_who_send(here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid) -> None:
    """Both notice that a person canceled it, and end; then all that is held is called back."""
    sendgrid.delay, sendgrid.cancel_limit = 0.05, 100
    campaign = begin(here, hold_seconds=1200)
    threads = [
        threading.Thread(
            target=dispatch, args=(open_here(), campaign, transport_to(sendgrid)), kwargs={"on_duty": True}
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    while len(who_works_on(here, campaign)) < 2 or not sendgrid.mails:
        pass
    done = cancel(here, reread(here, campaign), transport_to(sendgrid))
    for thread in threads:
        thread.join()
    assert (done.stopped, done.gone) == (PEOPLE, 0)
    assert copies(sendgrid) == Counter()


def test_whoever_needs_it_still_has_it_alone(here: Store, open_here: Callable[[], Store]) -> None:
    """While one process sends, nobody may queue the rejected again; others may send, too."""
    campaign, other = begin(here), open_here()
    with at_work(here, campaign):
        with pytest.raises(BusyError):
            queue_rejected(other, campaign)
        with at_work(other, campaign):
            assert len(who_works_on(here, campaign)) == 2
    assert not is_being_sent(here, campaign)
    with sole_sender(here, campaign), pytest.raises(BusyError), at_work(other, campaign):
        pass


# --- Those who die, or count as dead ----------------------------------------------------


def test_what_a_dead_one_left_is_settled(here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid) -> None:
    """Its batches are settled by whoever comes next, and those of the living are left alone."""
    campaign = begin(here, hold_seconds=1200)
    with at_work(here, campaign) as dead, at_work(open_here(), campaign) as alive:
        assert claim(dead, campaign, 5, SYSTEM_CLOCK)
        kept = claim(alive, campaign, 5, SYSTEM_CLOCK)
        assert dead.session is not None
        dead.session.close()
        with at_work(open_here(), campaign) as survivor:
            settle(survivor, campaign, transport_to(sendgrid), SYSTEM_CLOCK)
        with here.read() as connection:
            found = {row.worker: row.state for row in connection.execute(select(batches.c.worker, batches.c.state))}
        assert found[alive.worker] == BatchState.IN_FLIGHT
        assert BatchState.RETURNED in found.values()
        assert kept is not None
        close_batch(alive, kept.batch_id, BatchState.ACCEPTED, SYSTEM_CLOCK)
    assert Counter(states(here, campaign).values())[DeliveryState.QUEUED] == PEOPLE - 5


def test_one_that_was_taken_for_dead_decides_nothing(
    here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid
) -> None:
    """A process that slept, or lost the server, finds its batch in other hands: it records and begins nothing."""
    campaign = begin(here, hold_seconds=1200)
    with at_work(here, campaign) as sleeper:
        claimed = claim(sleeper, campaign, 5, SYSTEM_CLOCK)
        assert claimed is not None
        assert sleeper.is_at_work()
        end_sessions(here)
        assert not sleeper.is_at_work()
        dispatch(open_here(), campaign, transport_to(sendgrid))
        hold = Hold("late", SYSTEM_CLOCK.now() + timedelta(hours=1))
        late_steps: list[Callable[[], None]] = [
            lambda: record_hold(sleeper, claimed.batch_id, hold),
            lambda: close_batch(sleeper, claimed.batch_id, BatchState.ACCEPTED, SYSTEM_CLOCK),
            lambda: close_batch(sleeper, claimed.batch_id, BatchState.RETURNED, SYSTEM_CLOCK),
        ]
        for late in late_steps:
            with pytest.raises(OvertakenError):
                late()
    assert copies(sendgrid) == Counter(f"reader{n}@example.org" for n in range(1, PEOPLE + 1))
    assert reread(here, campaign).state is CampaignState.FINISHED


class Sleepy:
    """A transport whose process is taken for dead while a request is under way."""

    def __init__(self, inner: SendGridTransport, while_asleep: Callable[[], None]) -> None:
        self._inner, self._while_asleep = inner, while_asleep

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def send(self, batch: Batch) -> Outcome:
        outcome = self._inner.send(batch)
        self._while_asleep()
        return outcome


def test_late_answer_of_one_that_was_taken_for_dead(
    here: Store, open_here: Callable[[], Store], sendgrid: FakeSendGrid
) -> None:
    """Others call its batch back and send it again; its own answer counts for nothing, and it ends."""
    campaign = begin(here, hold_seconds=1200)
    asleep = threading.Event()

    def sleep() -> None:
        if not asleep.is_set():
            asleep.set()
            end_sessions(here)
            dispatch(open_here(), campaign, transport_to(sendgrid), on_duty=True)

    sleepy = Sleepy(transport_to(sendgrid), sleep)
    with contextlib.suppress(OvertakenError):
        dispatch(here, campaign, sleepy, clock=Clock(sleep=lambda _: None), on_duty=True)  # type: ignore[arg-type]
    assert copies(sendgrid) == Counter(f"reader{n}@example.org" for n in range(1, PEOPLE + 1))
    assert Counter(states(here, campaign).values()) == {DeliveryState.ACCEPTED: PEOPLE}
    assert reread(here, campaign).state is CampaignState.FINISHED


def test_nothing_is_sent_without_a_session(here: Store, sendgrid: FakeSendGrid) -> None:
    """Right before the first byte a process makes sure that its batch is still its own."""
    campaign = begin(here)
    transport = transport_to(sendgrid)
    given: list[Batch] = []

    class Cut(Sleepy):
        def send(self, batch: Batch) -> Outcome:
            given.append(batch)
            end_sessions(here)
            outcome = transport.send(batch)
            assert isinstance(outcome, NotSent)
            return outcome

    cut = Cut(transport, lambda: None)
    with pytest.raises((OvertakenError, CampaignError)):
        dispatch(here, campaign, cut, clock=Clock(sleep=lambda _: None), on_duty=True)  # type: ignore[arg-type]
    assert given
    assert sendgrid.mails == []
    assert set(states(here, campaign).values()) == {DeliveryState.QUEUED}


# --- Who goes on, and who does not ------------------------------------------------------


@pytest.mark.parametrize(
    ("on_duty", "others", "becomes"),
    [(True, 0, CampaignState.SENDING), (False, 1, CampaignState.SENDING), (False, 0, CampaignState.PAUSED)],
)
def test_interruption(
    here: Store,
    open_here: Callable[[], Store],
    sendgrid: FakeSendGrid,
    on_duty: bool,  # noqa: FBT001
    others: int,
    becomes: CampaignState,
) -> None:
    """Ctrl-C pauses a campaign only if a person sends it alone: otherwise others continue it."""
    campaign, stop = begin(here), threading.Event()
    with contextlib.ExitStack() as stack:
        for _ in range(others):
            stack.enter_context(at_work(open_here(), campaign))
        with pytest.raises(KeyboardInterrupt):
            dispatch(
                here,
                campaign,
                Sleepy(transport_to(sendgrid), stop.set),  # type: ignore[arg-type]
                stop=stop,
                on_duty=on_duty,
            )
    assert reread(here, campaign).state is becomes
    assert set(states(here, campaign).values()) == {DeliveryState.QUEUED, DeliveryState.ACCEPTED}


def test_duty_ends_where_a_person_decides(here: Store, sendgrid: FakeSendGrid) -> None:
    """A worker sends nothing of what is paused or canceled, but settles there what a dead one left."""
    campaign = begin(here)
    assert claim(here, campaign, 5, SYSTEM_CLOCK)  # as a process that is gone
    with here.write() as connection:
        move_campaign(connection, campaign.id, CampaignState.PAUSED, reason="account under review")
    assert [each.id for each in in_need(here, SYSTEM_CLOCK.now())] == [campaign.id]
    dispatch(here, campaign, transport_to(sendgrid), on_duty=True)
    assert reread(here, campaign).state is CampaignState.PAUSED
    assert sendgrid.mails == []
    assert Counter(states(here, campaign).values()) == {DeliveryState.UNKNOWN: 5, DeliveryState.QUEUED: PEOPLE - 5}
    assert in_need(here, SYSTEM_CLOCK.now()) == []


def test_what_stopped_long_ago_waits_for_a_person(here: Store) -> None:
    """A worker that is started today does not send what stood still since yesterday; whoever resumes it, does."""
    campaign = begin(here)
    now = SYSTEM_CLOCK.now()
    with here.with_session() as worker:
        assert worker.session is not None
        assert worker.session.lock(Lock.DUTY, 0, shared=True)
        assert left_to_workers(here, campaign)
        assert is_seen_to(here, campaign)
        assert len(workers(here)) == 1
        with here.write() as connection:
            connection.execute(update(campaigns).values(created_at="2026-01-01T00:00:00Z"))
        old = reread(here, campaign)
        assert went_quiet(here, old, now)
        assert not left_to_workers(here, old)
        assert claim(here, campaign, 5, SYSTEM_CLOCK)
        assert left_to_workers(here, old)
    assert not left_to_workers(here, old)


def test_stale_answer(here: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that was read long after it was given says nothing; a process that slept asks again."""
    clock = count(step=60)
    with here.with_session() as awake:
        assert awake.is_at_work()
        monkeypatch.setattr(session, "_ticks", lambda: (0.0, float(next(clock))))
        assert not awake.is_at_work()
        monkeypatch.setattr(session, "_ticks", iter([(0.0, 0.0), (0.0, 60.0), (0.0, 60.0), (0.0, 60.1)]).__next__)
        assert awake.is_at_work()


def test_one_that_hangs_in_a_step(here: Store, open_here: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hanging process has locked comes free: the server undoes its step."""
    monkeypatch.setattr(store_module, "LEASE_SECONDS", 1)
    campaign, other = begin(here), open_here()
    with pytest.raises(StoreError), here.work() as hanging:  # noqa: PT012 - what comes after it is the point
        assert claim_batch(hanging, here, campaign, PEOPLE, SYSTEM_CLOCK)
        assert claim(other, campaign, PEOPLE, SYSTEM_CLOCK) is None
        while DeliveryState.QUEUED in states(other, campaign).values():  # it may find some still locked, others not
            claim(other, campaign, PEOPLE, SYSTEM_CLOCK)
        hanging.execute(select(1))
    assert set(states(here, campaign).values()) == {DeliveryState.IN_FLIGHT}
