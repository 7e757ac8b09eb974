"""A state machine that does to a campaign whatever can befall it, in any order.

The provider in it keeps the truth: which copies are live. After every step the ledger is
held against that truth.
"""

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Plan, dispatch, known_campaign, start
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.claims import Claim, claim
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.closing import record_hold, tally
from newsletter.campaigns.doubts import needing_a_person
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.holds import NOTICE
from newsletter.campaigns.journal import doubt_restored, note_batch
from newsletter.campaigns.recipients import recipients
from newsletter.campaigns.resolution import resolve
from newsletter.campaigns.syncing import held_for
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Accepted, Batch, Hold, NotSent, Outcome, Refused, Unknown
from newsletter.transports.events import Event, Kind
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.postgres import copy_database, database_name, empty_database

PEOPLE, BATCH = 12, 3
ANSWERS = st.sampled_from(["accept", "accept", "accept", "lost, arrived", "lost, never arrived", "refuse", "not now"])


@dataclass(frozen=True)
class Copy:
    """A message that the provider has taken; a held one has not gone out before its time."""

    address: str
    ref: str
    batch: str
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

    def __init__(self, clock: Clock, wait: Callable[[timedelta], None]) -> None:
        self.clock, self.wait = clock, wait
        self.delay = timedelta(0)  # until a cancelling takes effect
        self.copies: list[Copy] = []
        self.dropped: list[Copy] = []
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
            self.copies.append(Copy(person.email, person.ref, batch.ref, batch.hold))

    def open_hold(self) -> str:
        self.holds += 1
        return f"hold-{self.holds}"

    def cancel_hold(self, batch_id: str) -> str:
        self.die_at -= 1
        if self.die_at == 0 and not self.dies_after:
            raise DyingError
        if not self.cancels and batch_id not in self.cancelled:
            return "over the limit"
        self.wait(self.delay)
        self.cancelled.add(batch_id)
        self._drop([copy for copy in self.copies if copy.hold and copy.hold.batch_id == batch_id])
        if self.die_at == 0 and self.dies_after:
            raise DyingError
        return ""

    def _drop(self, wanted: list[Copy]) -> None:
        """Discard copies, if they are told of ten minutes ahead; later than that it comes to nothing."""
        in_time = [copy for copy in wanted if copy.hold and self.clock.now() <= copy.hold.send_at - NOTICE]
        self.dropped += in_time
        self.copies = [copy for copy in self.copies if copy not in in_time]

    def is_cancelled(self, batch_id: str) -> bool:
        return batch_id in self.cancelled

    def suppress(self, emails: Sequence[str]) -> None:
        """Let nothing go out to these any more, whenever it was handed over."""
        self.copies = [copy for copy in self.copies if copy.address not in set(emails) or copy.is_out(self.clock.now())]

    def close(self) -> None:
        """Nothing to close."""


class DyingError(BaseException):
    """The process ends here."""


class CampaignMachine(RuleBasedStateMachine):
    """Freezes one campaign and then lets anything happen to it."""

    url = ""  # of PostgreSQL; empty for SQLite in a folder of its own

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="newsletter-machine-"))
        self.ahead = timedelta(0)
        self.clock = Clock(now=lambda: datetime.now(tz=UTC) + self.ahead, sleep=lambda _seconds: None)
        self.provider = Provider(self.clock, self._wait)
        self.resources = contextlib.ExitStack()
        self.backup = False
        if self.url:
            empty_database(self.url)
        self.store = self._open()

    def _wait(self, span: timedelta) -> None:
        self.ahead += span

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
            doubt_restored(self.store, self._now(), self.clock)  # as every sender does first
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
        self._tell(kind, copy, times)
        if kind in {Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED}:
            self._leave(copy.address)

    @rule(kind=st.sampled_from([Kind.PROCESSED, Kind.DEFERRED, Kind.DROPPED]), which=st.integers(0, 50))
    def early_event(self, kind: Kind, which: int) -> None:
        """Tell something of a copy that is still held, or was called back: it proves nothing."""
        held = [copy for copy in self.provider.copies if not copy.is_out(self.clock.now())]
        inside = held + self.provider.dropped
        if inside:
            self._tell(kind, inside[which % len(inside)])

    def _tell(self, kind: Kind, copy: Copy, times: int = 1) -> None:
        event = Event(kind, copy.ref, copy.address, self.clock.now(), batch=copy.batch)
        apply_events(self.store, [event] * times, self.clock)

    @rule(number=st.integers(1, PEOPLE))
    def unsubscribe(self, number: int) -> None:
        address = f"reader{number}@example.org"
        with self.store.write() as connection:
            suppress(connection, self.store.key, address, Reason.UNSUBSCRIBED)
        self._leave(address)

    def _leave(self, address: str) -> None:
        """Whoever leaves gets nothing that is held for them, either."""
        self.provider.left.add(address)
        with self.store.read() as connection:
            held = held_for(connection, address, self.clock)
        self.provider.suppress(held)

    @rule(minutes=st.integers(1, 30))
    def wait(self, minutes: int) -> None:
        self.ahead += timedelta(minutes=minutes)

    @rule(cancels=st.booleans(), minutes=st.integers(0, 6))
    def limit_cancellations(self, cancels: bool, minutes: int) -> None:  # noqa: FBT001
        self.provider.cancels = cancels
        self.provider.delay = timedelta(minutes=minutes)

    @rule()
    def look_into_the_inboxes(self) -> None:
        """A person finds out the truth about each message in doubt, and says it."""
        live = {copy.address for copy in self.provider.copies if copy.is_out(self.clock.now())}
        with self.store.read() as connection:
            people = list(needing_a_person(connection, self._now()))
        for person in people:
            if person.state is DeliveryState.UNKNOWN:
                with contextlib.suppress(CampaignError):  # the provider may hold it, and nobody can look yet
                    resolve(self.store, self._now(), sent=person.email in live, only=[person.email], clock=self.clock)

    @rule()
    def back_up(self) -> None:
        self.backup = True
        self._closed(lambda: self._copy("backup", "newsletter"))

    @precondition(lambda self: self.backup)
    @rule()
    def restore(self) -> None:
        """Put the backup in place of the database; people who left since have to leave again."""
        self._closed(lambda: self._copy("newsletter", "backup"))
        for address in self.provider.left:
            with self.store.write() as connection:
                suppress(connection, self.store.key, address, Reason.UNSUBSCRIBED)

    def _closed(self, copy: Callable[[], None]) -> None:
        self.resources.close()
        copy()
        self.resources = contextlib.ExitStack()
        self.store = self._open()

    def _copy(self, target: str, source: str) -> None:
        if self.url:
            names = {"newsletter": database_name(self.url), "backup": f"{database_name(self.url)}_backup"}
            copy_database(self.url, names[target], names[source])
        else:
            shutil.copy(self.folder / f"{source}.db", self.folder / f"{target}.db")

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
        reached = {address for address, state in found.items() if state is DeliveryState.ACCEPTED}
        assert reached <= live | self.provider.left
        if campaign.state is CampaignState.FINISHED:
            assert not set(found.values()) & {DeliveryState.QUEUED, DeliveryState.IN_FLIGHT, DeliveryState.UNKNOWN}

    def teardown(self) -> None:
        self.resources.close()
        shutil.rmtree(self.folder)
