"""A state machine that does to a campaign whatever can befall it, in any order.

The provider in it keeps the truth: which copies are live, and what time it is. After every
step the ledger is held against that truth. This computer's own clock is off, and jumps, also
in the middle of a step; the monotonic one stands still while the laptop sleeps.
"""

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message as Headers
from email.utils import format_datetime
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.batch_request import recipients
from newsletter.campaigns.cancellation import cancel_issue
from newsletter.campaigns.clock import CLOCKS_APART, Clock
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.freezing import start
from newsletter.campaigns.holds import NOTICE, by_provider
from newsletter.campaigns.journal import doubt_restored, note_batch
from newsletter.campaigns.ledger import Claim, claim, record_hold, tally
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.resolution import needing_a_person, queue_rejected, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.campaigns.syncing import held_for
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import Audience
from newsletter.subscribers.records import change_tags, get_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Accepted, Batch, Deferred, Hold, NotSent, Outcome, ProviderTime, Refused, Unknown
from newsletter.transports.events import Event, Kind
from newsletter.transports.provider_clock import ProviderClock
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.postgres import copy_database, database_name, empty_database

PEOPLE, BATCH = 12, 3
GROUPS = {"staff": 3, "board": 6}  # pilots, each with the first so many people
ANSWERS = st.sampled_from(
    [
        *("accept", "accept", "accept", "lost, arrived", "lost, never arrived"),
        *("refuse", "refuse by name", "not now", "ask to wait"),
    ]
)


@dataclass(frozen=True)
class Copy:
    """A message that the provider has taken; a held one has not gone out before its time."""

    address: str
    ref: str
    batch: str
    hold: Hold | None

    def is_out(self, now: datetime) -> bool:
        return self.hold is None or self.hold.send_at <= now


BEGINNING = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
SKEWS = st.sampled_from([0, -700, 700, -7200, 7200])


class World:
    """All clocks: the true time, which is the provider's; this computer's own; and its monotonic one."""

    def __init__(self) -> None:
        self.now = BEGINNING
        self.ticks = 0.0
        self.skew = timedelta(0)
        self.looks_until_jump, self.jump = 0, timedelta(0)
        self.clock = Clock(now=self._look, sleep=lambda _seconds: None)

    def wait(self, span: timedelta, *, asleep: bool = False) -> None:
        self.now += span
        self.ticks += 0.0 if asleep else span.total_seconds()

    def _look(self) -> datetime:
        self.looks_until_jump -= 1
        if self.looks_until_jump == 0:
            self.skew += self.jump
        return self.now + self.skew


class Provider:
    """A carrier that remembers every copy that it took, and answers by a script."""

    name = "sendgrid"
    leaves_machine = True
    repeatable = False
    makes_unsubscribe_links = True
    largest_batch = 1000
    suppression_lists = None
    logs = None
    erasure = None

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard = ProviderClock(tick=lambda: world.ticks)
        self.tells_time = True
        self.delay = self.delay_back = timedelta(0)  # of a cancelling, and of the answer to it
        self.asleep = False  # the computer, in that time
        self.copies: list[Copy] = []
        self.dropped: list[Copy] = []
        self.called_off: set[str] = set()
        self.cancelled: set[str] = set()
        self.die_at, self.dies_after = 0, False
        self.left: set[str] = set()
        self.script: list[str] = []
        self.cancels = True
        self.opened = 0
        self.under_review = False  # whoever the mail is for
        self.bad: set[str] = set()  # rejected by themselves, and not named
        self.at_fault: set[str] = set()  # rejected for their own fault, as far as anybody can tell

    def _answer(self, asked: float, made: datetime) -> None:
        headers = Headers()
        if self.tells_time:
            headers["Date"] = format_datetime(made.replace(microsecond=0), usegmt=True)
        self.heard.hear(headers, asked)

    @property
    def holds(self) -> "Provider":
        """It holds mail, and tells its time."""
        return self

    def provider_time(self) -> ProviderTime | None:
        if self.heard.now() is None:
            self._answer(self.world.ticks, self.world.now)
        return self.heard.now()

    def send(self, batch: Batch) -> Outcome:
        if self.under_review:
            return Refused("400 account under review")
        people = [person.email for person in batch.recipients]
        answer = self.script.pop(0) if self.script else "accept"
        if self.bad & set(people):
            answer = "refuse"
        if answer == "refuse by name" or (answer == "refuse" and len(people) == 1):
            self.at_fault.add(people[0])
        if answer in {"accept", "lost, arrived"}:
            self.take(batch)
        answers: dict[str, Outcome] = {
            "accept": Accepted("id"),
            "refuse": Refused("400"),
            "refuse by name": Refused("400", {0: "no such address"}),
            "ask to wait": Deferred("451"),
            "not now": NotSent("busy"),
        }
        return answers.get(answer, Unknown("lost"))

    def take(self, batch: Batch) -> None:
        assert batch.campaign not in self.called_off, "mailed after it was called off"
        for person in batch.recipients:
            assert person.email not in self.left, "mailed after leaving"
            self.copies.append(Copy(person.email, person.ref, batch.ref, batch.hold))

    def open(self) -> str:
        self.opened += 1
        self._answer(self.world.ticks, self.world.now)
        return f"hold-{self.opened}"

    def cancel(self, batch_id: str) -> str:
        self.die_at -= 1
        if self.die_at == 0 and not self.dies_after:
            raise DyingError
        asked = self.world.ticks
        self.world.wait(self.delay, asleep=self.asleep)
        failure = self._cancel(batch_id)
        made = self.world.now
        self.world.wait(self.delay_back, asleep=self.asleep)
        if self.die_at == 0 and self.dies_after:
            raise DyingError
        self._answer(asked, made)
        return failure

    def _cancel(self, batch_id: str) -> str:
        if not self.cancels and batch_id not in self.cancelled:
            return "over the limit"
        if batch_id not in self.cancelled:
            self.cancelled.add(batch_id)
            self._drop([copy for copy in self.copies if copy.hold and copy.hold.batch_id == batch_id])
        return ""

    def _drop(self, wanted: list[Copy]) -> None:
        """Discard copies, if they are told of ten minutes ahead; later than that it comes to nothing."""
        in_time = [copy for copy in wanted if copy.hold and self.world.now <= copy.hold.send_at - NOTICE]
        self.dropped += in_time
        self.copies = [copy for copy in self.copies if copy not in in_time]

    def is_canceled(self, batch_id: str) -> bool:
        return batch_id in self.cancelled

    def suppress(self, emails: Sequence[str]) -> None:
        """Let nothing go out to these any more, whenever it was handed over."""
        self.copies = [copy for copy in self.copies if copy.address not in set(emails) or copy.is_out(self.world.now)]

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
        self.world = World()
        self.clock = self.world.clock
        self.provider = Provider(self.world)
        self.resources = contextlib.ExitStack()
        self.backup = False
        if self.url:
            empty_database(self.url)
        self.store = self._open()

    def _open(self) -> Store:
        url = self.url or f"sqlite:///{self.folder / 'newsletter.db'}"
        return self.resources.enter_context(open_store(url, self.folder / "newsletter.key"))

    @initialize(held=st.booleans(), pilot=st.booleans(), skew=SKEWS, minutes=st.none() | st.integers(15, 180))
    def freeze(self, held: bool, pilot: bool, skew: int, minutes: int | None) -> None:  # noqa: FBT001 - hypothesis passes them by name
        self.world.skew = timedelta(seconds=skew)
        self.addresses = add_people(self.store, PEOPLE)
        self.plan = Plan(transport="sendgrid", batch_size=BATCH, hold_seconds=1200 if held else 0)
        with self.store.write() as connection:
            for tag, number in GROUPS.items():
                some = [get_subscriber(connection, address) for address in self.addresses[:number]]
                change_tags(connection, some, add=(tag,))
        plan = replace(self.plan, audience=Audience(tags=("staff",))) if pilot else self.plan
        due_at = BEGINNING + timedelta(minutes=minutes) if held and minutes else None
        self.campaign = start(self.store, MESSAGE, slug="december", plan=plan, due_at=due_at, clock=self.clock)
        self.held = held

    @rule(script=st.lists(ANSWERS, max_size=6), in_air=st.integers(1, 3))
    def send(self, script: list[str], in_air: int) -> None:
        self.provider.script = script
        with contextlib.suppress(CampaignError):
            dispatch(self.store, self._now(), self.provider, in_air=in_air, clock=self.clock)

    @rule(begins=st.booleans(), bad=st.sets(st.integers(1, PEOPLE), max_size=4))
    def change_the_account(self, begins: bool, bad: set[int]) -> None:  # noqa: FBT001
        """The account comes under review, or is put right; and addresses go bad, or become good again."""
        self.provider.under_review = begins
        self.provider.bad = {f"reader{number}@example.org" for number in bad}

    @rule()
    def send_to_the_rejected(self) -> None:
        """A person says that the cause of the rejections is fixed."""
        with contextlib.suppress(CampaignError):
            queue_rejected(self.store, self._now())

    @rule(arrived=st.booleans(), recorded=st.booleans())
    def crash(self, arrived: bool, recorded: bool) -> None:  # noqa: FBT001
        """Claim a batch and die: before the hold was recorded, before the request, or after it."""
        with contextlib.suppress(CampaignError):
            doubt_restored(
                self.store, self._now(), by_provider(self.provider, self.clock)
            )  # as every sender does first
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
            hold = Hold(self.provider.holds.open(), self.world.now + timedelta(minutes=20))
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
        out = [copy for copy in self.provider.copies if copy.is_out(self.world.now)]
        if not out:
            return
        copy = out[which % len(out)]
        self._tell(kind, copy, times)
        if kind in {Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED}:
            self._leave(copy.address)

    @rule(kind=st.sampled_from([Kind.PROCESSED, Kind.DEFERRED, Kind.DROPPED]), which=st.integers(0, 50))
    def early_event(self, kind: Kind, which: int) -> None:
        """Tell something of a copy that is still held, or was called back: it proves nothing."""
        held = [copy for copy in self.provider.copies if not copy.is_out(self.world.now)]
        inside = held + self.provider.dropped
        if inside:
            self._tell(kind, inside[which % len(inside)])

    def _tell(self, kind: Kind, copy: Copy, times: int = 1) -> None:
        event = Event(kind, copy.ref, copy.address, self.world.now, batch=copy.batch)
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
        if self._held_for(address, self.clock.now() - CLOCKS_APART):
            known = self.provider.holds.provider_time()
            now = known.earliest if known else self.clock.now() - CLOCKS_APART
            self.provider.suppress(self._held_for(address, now))

    def _held_for(self, address: str, now: datetime) -> list[str]:
        with self.store.read() as connection:
            return held_for(connection, address, now)

    @rule(minutes=st.integers(1, 30), asleep=st.booleans())
    def wait(self, minutes: int, asleep: bool) -> None:  # noqa: FBT001
        self.world.wait(timedelta(minutes=minutes), asleep=asleep)

    @rule(seconds=SKEWS, looks=st.integers(1, 12))
    def set_clock(self, seconds: int, looks: int) -> None:
        """Let this computer's clock jump the next time but so many that somebody looks at it."""
        self.world.looks_until_jump, self.world.jump = looks, timedelta(seconds=seconds) - self.world.skew

    @rule(tells=st.sampled_from([True, True, True, False]))
    def tell_time(self, tells: bool) -> None:  # noqa: FBT001
        """Have the provider's answers tell their time, or not."""
        self.provider.tells_time = tells

    @rule(cancels=st.booleans(), there=st.integers(0, 6), back=st.integers(0, 6), asleep=st.booleans())
    def limit_cancellations(self, cancels: bool, there: int, back: int, asleep: bool) -> None:  # noqa: FBT001
        self.provider.cancels, self.provider.asleep = cancels, asleep
        self.provider.delay, self.provider.delay_back = timedelta(minutes=there), timedelta(minutes=back)

    @rule()
    def look_into_the_inboxes(self) -> None:
        """A person finds out the truth about each message in doubt, and says it."""
        live = {copy.address for copy in self.provider.copies if copy.is_out(self.world.now)}
        with self.store.read() as connection:
            people = list(needing_a_person(connection, self._now()))
        for person in people:
            if person.state is DeliveryState.UNKNOWN:
                with contextlib.suppress(CampaignError):  # the provider may hold it, and nobody can look yet
                    resolve(
                        self.store,
                        self._now(),
                        sent=person.email in live,
                        only=[person.email],
                        provider_time=self.provider.holds.provider_time,
                        clock=self.clock,
                    )

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
        self.provider.die_at, self.provider.dies_after = die_at, after
        with contextlib.suppress(CampaignError, DyingError):
            cancel_issue(self.store, "december", lambda _campaign: self.provider, self.clock)
        self.provider.die_at = 0
        for each in self._every():
            if each.state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
                self.provider.called_off.add(each.ref)

    @precondition(lambda self: self._now().state is CampaignState.CANCELLED)
    @rule()
    def send_again(self) -> None:
        """The mended issue goes to whoever has not got the cancelled one."""
        with contextlib.suppress(CampaignError):
            self.campaign = start(self.store, MESSAGE, slug="december", plan=self.plan, clock=self.clock)

    @rule(tag=st.sampled_from(["", *GROUPS]))
    def send_to_the_rest(self, tag: str) -> None:
        """The issue goes to whoever of all, or of a second pilot, is without it."""
        plan = replace(self.plan, audience=Audience(tags=(tag,) if tag else ()), rest=True)
        with contextlib.suppress(CampaignError):
            self.campaign = start(self.store, MESSAGE, slug="december", plan=plan, clock=self.clock)

    @precondition(lambda self: len(self.addresses) < 2 * PEOPLE)
    @rule()
    def somebody_joins(self) -> None:
        """A subscriber more; after a backup was restored, perhaps one who joined before."""
        with self.store.read() as connection:
            number = connection.scalar(select(func.count()).select_from(subscribers)) or 0
        address = f"reader{number + 1}@example.org"
        if address not in self.provider.left:
            add_people(self.store, 1, first=number + 1)
            self.addresses.append(address)

    def _every(self) -> list[Campaign]:
        with self.store.read() as connection:
            return campaigns_of(connection, "december")

    def _now(self) -> Campaign:
        return known_campaign(self.store, "december")

    @invariant()
    def conserved(self) -> None:
        """Every frozen delivery is in exactly one state."""
        if not hasattr(self, "campaign"):
            return
        with self.store.read() as connection:
            for campaign in campaigns_of(connection, "december"):
                assert tally(connection, campaign).total == campaign.frozen

    @invariant()
    def nobody_is_given_up_for_the_senders_fault(self) -> None:
        """Only who was named, or rejected alone while the account was fine, is rejected for good."""
        if hasattr(self, "campaign"):
            found = states(self.store, self._now())
            assert {email for email, state in found.items() if state is DeliveryState.REFUSED} <= self.provider.at_fault

    @invariant()
    def nobody_has_two(self) -> None:
        """No address has more than one live copy."""
        assert all(number == 1 for number in Counter(copy.address for copy in self.provider.copies).values())

    @invariant()
    def nobody_is_lost(self) -> None:
        """Whoever is taken for reached was reached; a finished campaign leaves no question open."""
        if not hasattr(self, "campaign"):
            return
        for campaign in self._every():
            self._nobody_of_it_is_lost(campaign)

    def _nobody_of_it_is_lost(self, campaign: Campaign) -> None:
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
