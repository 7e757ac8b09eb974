"""A state machine that does to a campaign whatever can befall it, in any order.

The provider in it keeps the truth: which copies are live. After every step the ledger is
held against that truth.
"""

import contextlib
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, make_url

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Plan, dispatch, known_campaign, start
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.claims import Claim, claim
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.closing import record_hold, tally
from newsletter.campaigns.doubts import needing_a_person
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.journal import doubt_restored, note_batch
from newsletter.campaigns.recipients import recipients
from newsletter.campaigns.resolution import resolve
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Accepted, Batch, Hold, NotSent, Outcome, Refused, Unknown
from newsletter.transports.events import Event, Kind
from tests.campaigns.samples import MESSAGE, add_people, states

PEOPLE, BATCH = 12, 3
ANSWERS = st.sampled_from(["accept", "accept", "accept", "lost, arrived", "lost, never arrived", "refuse", "not now"])


@dataclass(frozen=True)
class Copy:
    """A message that the provider has taken; a held one has not gone out before its time."""

    address: str
    ref: str
    hold: Hold | None

    def is_out(self, now: datetime) -> bool:
        return self.hold is None or self.hold.send_at <= now


class Provider:
    """A carrier that remembers every copy that it took, and answers by a script."""

    name = "sendgrid"
    leaves_machine = True
    repeatable = False
    makes_unsubscribe_links = True
    largest_batch = 1000

    def __init__(self) -> None:
        self.copies: list[Copy] = []
        self.called_off: set[str] = set()
        self.cancelled: set[str] = set()
        self.die_at, self.dies_after = 0, False
        self.left: set[str] = set()
        self.script: list[str] = []
        self.cancels = True
        self.holds = 0

    def send(self, batch: Batch) -> Outcome:
        match self.script.pop(0) if self.script else "accept":
            case "accept":
                self.take(batch)
                return Accepted("id")
            case "lost, arrived":
                self.take(batch)
                return Unknown("lost")
            case "lost, never arrived":
                return Unknown("lost")
            case "refuse":
                return Refused("400")
        return NotSent("busy")

    def take(self, batch: Batch) -> None:
        assert batch.campaign not in self.called_off, "mailed after it was called off"
        for person in batch.recipients:
            assert person.email not in self.left, "mailed after leaving"
            self.copies.append(Copy(person.email, person.ref, batch.hold))

    def open_hold(self) -> str:
        self.holds += 1
        return f"hold-{self.holds}"

    def cancel_hold(self, batch_id: str) -> str:
        self.die_at -= 1
        if self.die_at == 0 and not self.dies_after:
            raise DyingError
        if not self.cancels and batch_id not in self.cancelled:
            return "over the limit"
        self.cancelled.add(batch_id)
        self.copies = [copy for copy in self.copies if copy.hold is None or copy.hold.batch_id != batch_id]
        if self.die_at == 0 and self.dies_after:
            raise DyingError
        return ""

    def is_cancelled(self, batch_id: str) -> bool:
        return batch_id in self.cancelled

    def close(self) -> None:
        """Nothing to close."""


class DyingError(BaseException):
    """The process ends here."""


def empty_database(url: str) -> None:
    """Make a PostgreSQL database as good as new."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


class CampaignMachine(RuleBasedStateMachine):
    """Freezes one campaign and then lets anything happen to it."""

    url = ""  # of PostgreSQL; empty for SQLite in a folder of its own

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-machine-"))
        self.ahead = timedelta(0)
        self.clock = Clock(now=lambda: datetime.now(tz=UTC) + self.ahead, sleep=lambda _seconds: None)
        self.provider = Provider()
        self.resources = contextlib.ExitStack()
        self.backup: Path | None = None
        if self.url:
            empty_database(self.url)
        self.store = self._open()

    def _open(self) -> Store:
        url = self.url or f"sqlite:///{self.folder / 'newsletter.db'}"
        return self.resources.enter_context(open_store(url, self.folder / "newsletter.key"))

    @initialize(held=st.booleans())
    def freeze(self, held: bool) -> None:  # noqa: FBT001 - hypothesis passes it by name
        self.addresses = add_people(self.store, PEOPLE)
        plan = Plan(transport="sendgrid", batch_size=BATCH, hold_seconds=1200 if held else 0)
        self.campaign = start(self.store, MESSAGE, slug="december", plan=plan, clock=self.clock)
        self.held = held

    @rule(script=st.lists(ANSWERS, max_size=6), in_air=st.integers(1, 3))
    def send(self, script: list[str], in_air: int) -> None:
        self.provider.script = script
        with contextlib.suppress(CampaignError):
            dispatch(self.store, self._now(), self.provider, in_air=in_air, clock=self.clock)

    @rule(arrived=st.booleans(), recorded=st.booleans())
    def crash(self, arrived: bool, recorded: bool) -> None:  # noqa: FBT001
        """Claim a batch and die: before the hold was recorded, before the request, or after it."""
        with contextlib.suppress(CampaignError):
            doubt_restored(self.store, self._now())  # as every sender does first
            claimed = claim(self.store, self._now(), BATCH, self.clock)
            if claimed is not None:
                self._die_with(claimed, arrived=arrived, recorded=recorded)

    def _die_with(self, claimed: Claim, *, arrived: bool, recorded: bool) -> None:
        campaign = self._now()
        note_batch(self.store, campaign, claimed.ref)
        hold = None
        if self.held:
            if not recorded:
                return
            hold = Hold(self.provider.open_hold(), self.clock.now() + timedelta(minutes=20))
            record_hold(self.store, claimed.batch_id, hold)
        if arrived:
            people = recipients(self.store.key, claimed.people, lambda _number: "", one_click=False)
            ref, slug = campaign.ref, campaign.slug
            self.provider.take(
                Batch(campaign=ref, ref=claimed.ref, slug=slug, message=MESSAGE, recipients=people, hold=hold)
            )

    @rule(kind=st.sampled_from(list(Kind)), which=st.integers(0, 50), times=st.integers(1, 3))
    def event(self, kind: Kind, which: int, times: int) -> None:
        """Tell something of a copy that went out, perhaps more than once."""
        out = [copy for copy in self.provider.copies if copy.is_out(self.clock.now())]
        if not out:
            return
        copy = out[which % len(out)]
        apply_events(self.store, [Event(kind, copy.ref, copy.address, self.clock.now())] * times, self.clock)
        if kind in {Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED}:
            self.provider.left.add(copy.address)

    @rule(number=st.integers(1, PEOPLE))
    def unsubscribe(self, number: int) -> None:
        address = f"reader{number}@example.org"
        with self.store.write() as connection:
            suppress(connection, self.store.key, address, Reason.UNSUBSCRIBED)
        self.provider.left.add(address)

    @rule(minutes=st.integers(1, 30))
    def wait(self, minutes: int) -> None:
        self.ahead += timedelta(minutes=minutes)

    @rule(cancels=st.booleans())
    def limit_cancellations(self, cancels: bool) -> None:  # noqa: FBT001
        self.provider.cancels = cancels

    @rule()
    def look_into_the_inboxes(self) -> None:
        """A person finds out the truth about each message in doubt, and says it."""
        live = {copy.address for copy in self.provider.copies}
        with self.store.read() as connection:
            people = list(needing_a_person(connection, self._now()))
        for person in people:
            if person.state is DeliveryState.UNKNOWN:
                resolve(self.store, self._now(), sent=person.email in live, only=[person.email], clock=self.clock)

    @precondition(lambda self: not self.url)
    @rule()
    def back_up(self) -> None:
        self.backup = self.folder / "backup.db"
        shutil.copy(self.folder / "newsletter.db", self.backup)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        """Put the backup in place of the database; people who left since have to leave again."""
        assert self.backup is not None
        self.resources.close()
        shutil.copy(self.backup, self.folder / "newsletter.db")
        self.resources = contextlib.ExitStack()
        self.store = self._open()
        for address in self.provider.left:
            with self.store.write() as connection:
                suppress(connection, self.store.key, address, Reason.UNSUBSCRIBED)

    @precondition(lambda self: self._now().state is not CampaignState.CANCELLED)
    @rule(really=st.sampled_from([False, False, False, True]), die_at=st.integers(0, 3), after=st.booleans())
    def cancel(self, really: bool, die_at: int, after: bool) -> None:  # noqa: FBT001
        """Cancel, and perhaps die while the provider is told: before it hears, or after."""
        if not really:
            return
        campaign = self._now()
        self.provider.die_at, self.provider.dies_after = die_at, after
        with contextlib.suppress(CampaignError, DyingError):
            cancel(self.store, campaign, self.provider, self.clock)
        self.provider.die_at = 0
        if self._now().state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
            self.provider.called_off.add(campaign.ref)

    @precondition(lambda self: self._now().state is CampaignState.CANCELLED)
    @rule()
    def send_again(self) -> None:
        """The mended issue goes to whoever has not got the cancelled one."""
        with contextlib.suppress(CampaignError):
            self.campaign = start(self.store, MESSAGE, slug="december", plan=self.campaign.plan, clock=self.clock)

    def _now(self) -> Campaign:
        return known_campaign(self.store, "december")

    @invariant()
    def conserved(self) -> None:
        """Every frozen delivery is in exactly one state."""
        if not hasattr(self, "campaign"):
            return
        with self.store.read() as connection:
            campaign = self._now()
            assert tally(connection, campaign).total == campaign.frozen

    @invariant()
    def nobody_has_two(self) -> None:
        """No address has more than one live copy."""
        assert all(number == 1 for number in Counter(copy.address for copy in self.provider.copies).values())

    @invariant()
    def nobody_is_lost(self) -> None:
        """Whoever is taken for reached was reached; a finished campaign leaves no question open."""
        if not hasattr(self, "campaign"):
            return
        campaign = self._now()
        if campaign.ref in self.provider.called_off and campaign.state is not CampaignState.CANCELLED:
            return  # its cancelling was cut off, or forgotten by a backup, and does not claim to be over
        live = {copy.address for copy in self.provider.copies}
        found = states(self.store, campaign)
        assert {address for address, state in found.items() if state is DeliveryState.ACCEPTED} <= live
        if campaign.state is CampaignState.FINISHED:
            assert not set(found.values()) & {DeliveryState.QUEUED, DeliveryState.IN_FLIGHT, DeliveryState.UNKNOWN}

    def teardown(self) -> None:
        self.resources.close()
        shutil.rmtree(self.folder)
