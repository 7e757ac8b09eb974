"""The sender: claims batches, keeps a few of them in the air, closes each as it lands.

Only the main thread decides; the others carry one batch each. What is uncertain stays
uncertain: a lost reply is answered by cancelling what the provider still holds, or else
the batch becomes `unknown`, and nothing here ever sends it again.

On PostgreSQL several processes do this at once for one campaign. Each claims what nobody
else has, and sees to what one that died has left. One that hangs counts as dead, too: what
it had claimed is not its own any more, and it notices before it does anything about it.
"""

import contextlib
import gc
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf
from threading import Event
from types import FrameType

from sqlalchemy import Connection

from newsletter.campaigns.batch_request import BatchRequests, NeverBegunError
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.failpoints import reach
from newsletter.campaigns.holds import by_provider, call_back, settle
from newsletter.campaigns.journal import doubt_restored, note_campaign_again
from newsletter.campaigns.ledger import (
    NAMED,
    Claim,
    anybody_accepted,
    claim_batch,
    close_batch,
    finish,
    is_still,
    move_batch,
    move_campaign,
    next_queued,
    reject_queued,
    state_of,
    still_queued,
)
from newsletter.campaigns.lock import at_work, who_works_on
from newsletter.campaigns.model import Campaign, Tally
from newsletter.campaigns.records import reread
from newsletter.campaigns.setaside import SetAside
from newsletter.campaigns.states import BatchState, CampaignState
from newsletter.campaigns.syncing import sync_again
from newsletter.errors import CampaignError, NewsletterError, OvertakenError, StoreError, TransportError
from newsletter.formatting import say_near
from newsletter.storage import Store
from newsletter.storage.computer import record_computer, refuse_elsewhere
from newsletter.transports import (
    ANSWER_SECONDS,
    Accepted,
    Deferred,
    NotSent,
    Outcome,
    Refused,
    Transport,
    Unknown,
)

_PATIENCE = timedelta(minutes=2)  # in which nothing could be sent, before the campaign pauses
_TRIES = 20  # in a row that sent nothing: more than fit into that, unless the clock was set back
_LOST = 6  # replies in a row: each one uses up a cancellation, of which a provider keeps ten at a time
_LONGEST_PAUSE = 15.0  # seconds between two of them
_SLOW = 3.0  # seconds without an answer, after which a person is told
_ROUND = 5.0  # seconds between two looks for what another process left behind
_LONGEST_WAIT = 900.0  # seconds; a provider that wants more is better met later

Progress = Callable[[int], None]
"""Told after each batch how many more deliveries need nothing further."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why the sender waits, and until when: before the next try, or for an answer."""

    reason: str
    until: datetime
    does: str = "Trying again"

    def in_words(self, zone: tzinfo, now: datetime) -> str:
        """Return it as a sentence: "No connection to SendGrid. Trying again until 8:20 AM (2 minutes)."."""
        minutes = max(1, round((self.until - now).total_seconds() / 60))
        span = "1 minute" if minutes == 1 else f"{minutes} minutes"
        why = f"{self.reason[:1].upper()}{self.reason[1:]}{'' if self.reason.endswith('?') else '.'}"
        return f"{why} {self.does} until {say_near(self.until, zone, now)} ({span})."


Wait = Callable[[Waiting | None], None]
"""Told when the sender begins to wait, and with nothing when messages are accepted again."""


def dispatch(  # noqa: PLR0913 - each by its name
    store: Store,
    campaign: Campaign,
    transport: Transport,
    *,
    in_air: int = 1,
    progress: Progress = lambda _count: None,
    on_wait: Wait = lambda _waiting: None,
    stop: Event | None = None,
    on_duty: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> Tally:
    """Send whatever of a campaign is queued; settle first what an earlier run left in flight.

    Args:
        store: where the ledger is.
        campaign: the frozen campaign.
        transport: what carries it; the one that it was frozen for.
        in_air: how many requests may be under way at a time.
        progress: told how many deliveries were dealt with.
        on_wait: told when and why it waits, and when that is over.
        stop: set by another thread, it does what Ctrl-C does.
        on_duty: nobody asked for it just now, it is a worker's duty: a campaign that is paused stays so, and one
            whose worker ends is not paused.
        clock: the time.

    Returns:
        How many deliveries are in which state now.

    Raises:
        KeyboardInterrupt: Ctrl-C, or `stop`; what was in the air is closed, and the campaign paused.
        CampaignError: another process is sending it, it was cancelled, or it had to pause.
        TransportError: the transport can carry nothing; nothing is lost, `resume` goes on.
    """
    with at_work(store, campaign) as here:
        campaign = reread(here, campaign)
        with here.read() as connection:
            refuse_elsewhere(connection)
        doubt_restored(here, campaign, by_provider(transport, clock))
        goes_on = _begin(here, campaign, on_duty=on_duty)
        note_campaign_again(here, campaign)
        settle(here, campaign, transport, clock)
        if not goes_on:
            return finish(here, campaign, clock)
        patient_until = clock.now() + _PATIENCE
        synced = sync_again(here, transport, clock)
        with noticed(stop) as interrupted, seldom_collected():
            sender = _Sender(here, campaign, transport, in_air, progress, on_wait, clock, interrupted, on_duty)
            sender.patient_until = None if synced else patient_until  # what did not answer then may not answer now
            sender.run()
        return finish(here, campaign, clock)


def _begin(store: Store, campaign: Campaign, *, on_duty: bool) -> bool:
    """Begin or continue; return whether anything may be sent."""
    with store.work() as connection:
        state = state_of(connection, campaign.id, keep=True)  # a person may have cancelled it a moment ago
        if on_duty and state not in {CampaignState.SENDING, CampaignState.SCHEDULED}:
            return False
        if state is CampaignState.CANCELLED:
            raise CampaignError(f"{campaign.slug} was canceled and cannot be resumed")
        if state is CampaignState.CANCELLING:
            hint, command = "Complete the cancellation.", f"newsletter cancel {campaign.slug}"
            raise CampaignError(f"{campaign.slug} is being canceled and cannot be resumed", hint=hint, command=command)
        if state is not CampaignState.FINISHED:
            move_campaign(connection, campaign.id, CampaignState.SENDING)
        record_computer(connection)
    return True


@dataclass
class _Sender:
    store: Store
    campaign: Campaign
    transport: Transport
    in_air: int
    progress: Progress
    on_wait: Wait
    clock: Clock
    interrupted: Event
    on_duty: bool
    air: dict[Future[Outcome], Claim] = field(default_factory=dict)
    accepted: list[tuple[Claim, str]] = field(default_factory=list)  # landed, and not yet recorded
    parts: deque[Collection[int]] = field(default_factory=deque)  # parts of a rejected batch, to try apart
    aside: SetAside = field(default_factory=SetAside)
    more: bool = True  # was queued at the last look
    overtaken: bool = False  # others had to take this process for dead
    looked_round: float = field(default_factory=time.monotonic)  # when it was last seen to what others left
    failures: int = 0
    resting: float = 0.0
    patient_until: datetime | None = None  # set while nothing was accepted since a failure
    misses: int = 0  # since then, lost replies among them
    lost: int = 0  # replies in a row whose batch was called back
    waiting: Waiting | None = None  # what was told of that
    launched: dict[int, tuple[int, datetime]] = field(default_factory=dict)  # by batch: failures until then, and when

    def run(self) -> None:
        """Send until nothing is queued; on an interruption, close what is in the air first."""
        self.limit = min(self.campaign.plan.batch_size, self.transport.largest_batch)
        self.requests = BatchRequests(self.store, self.campaign, self.transport, self.clock)
        with ThreadPoolExecutor(max_workers=self.in_air, thread_name_prefix="send") as pool:
            try:
                self._send_all(pool)
            except BaseException as err:
                self._land_all()
                self._pause(err)
                raise

    def _send_all(self, pool: ThreadPoolExecutor) -> None:
        while not self.interrupted.is_set() and (self._launch(pool) or self._try_again()):
            self._land()
            self._look_round()
            self._rest()
        if self.interrupted.is_set():
            raise KeyboardInterrupt

    def _look_round(self) -> None:
        """On PostgreSQL, see to what a process that died has left; stop if others had to do that for this one.

        Raises:
            OvertakenError: they had to.
        """
        if self.overtaken:
            raise OvertakenError
        if self.store.is_file or time.monotonic() - self.looked_round < _ROUND:
            return
        if not self.store.is_at_work():
            raise OvertakenError
        settle(self.store, self.campaign, self.transport, self.clock)
        self.looked_round = time.monotonic()

    def _launch(self, pool: ThreadPoolExecutor) -> bool:
        """Fill half of the air, while the other half is under way; return whether anything is in it."""
        room = self.in_air - len(self.air)
        claims = self._turn_over(min(room, max(1, self.in_air // 2)))
        self.more = bool(claims)
        for claimed in claims:
            self.launched[claimed.batch_id] = self.failures, self.clock.now()
            self.air[pool.submit(self.requests.send, claimed)] = claimed
        return bool(self.air)

    def _turn_over(self, free: int = 0) -> list[Claim]:
        """Record what was accepted, and claim up to `free` batches, in one transaction: the disk is synced once.

        All of it is committed when this returns; only then may a request begin.
        """
        reach("before-claim")
        with self.store.work() as connection:
            for landed, provider_id in sorted(self.accepted, key=_first):
                if not is_still(connection, landed.batch_id, self.store.worker):
                    self.overtaken = True  # what it means that this was accepted is the other one's to judge
                    continue
                move_batch(connection, landed.batch_id, BatchState.ACCEPTED, self.clock.now(), provider_id=provider_id)
                reach("inside-close")
            if rejected := self.aside.proven():
                reject_queued(connection, rejected)
            claims, rest = self._claim(connection, free)
            reach("inside-claim")
        accepted, self.accepted, self.parts = self.accepted, [], rest
        self._gave_up(rejected)
        if claims:
            reach("after-claim")
        if accepted:
            reach("after-close")
            self.progress(sum(len(landed.people) for landed, _ in accepted))
        return claims

    def _gave_up(self, rejected: Collection[int]) -> None:
        self.aside.forget(rejected)
        if rejected:
            self.progress(len(rejected))

    def _claim(self, connection: Connection, free: int) -> tuple[list[Claim], deque[Collection[int]]]:
        """Claim up to `free` batches; return them, and the parts of rejected ones that still wait."""
        claims: list[Claim] = []
        parts = self.parts.copy()
        while len(claims) < free:
            only = parts.popleft() if parts and not self.aside.probing else self._next(connection)
            claimed = claim_batch(connection, self.store, self.campaign, self.limit, self.clock, only)
            if claimed is not None:
                claims.append(claimed)
            elif not only or state_of(connection, self.campaign.id) is not CampaignState.SENDING:
                break
        return claims, parts

    def _next(self, connection: Connection) -> Collection[int] | None:
        """Return whom to take next, where it may not be simply the first of those queued."""
        apart = self.aside.people
        if not apart:
            return None
        limit = 1 if self.aside.probing else self.limit
        return next_queued(connection, self.campaign, limit, apart, anywhere=self.aside.probing)

    def _try_again(self) -> bool:
        """When nobody else is left: see to those who were set aside; return whether there is anything to do.

        Raises:
            _StopError: somebody is left for whom nothing more can be done now.
        """
        with self.store.read() as connection:
            if state_of(connection, self.campaign.id) is not CampaignState.SENDING:
                return False
            self.aside.forget(self.aside.people - still_queued(connection, self.campaign, self.aside.people))
        self.aside.row = 0
        again = self.aside.second_trial()
        if not again:
            self.resting, again = self.aside.next_round()
        self.parts.extend((number,) for number in again)
        if not again:
            self._believe_few()
        if not again and self.aside.people:
            raise self._left_over()
        return bool(again)

    def _believe_few(self) -> None:
        """Give up the last few who were named: nobody else is left by whom it could be proven."""
        few = self.aside.few_named()
        with self.store.work() as connection:
            if few and anybody_accepted(connection, self.campaign.id):
                reject_queued(connection, few)
            else:
                few = {}
        self._gave_up(few)

    def _left_over(self) -> "_StopError":
        """Return the error for those who are still set aside in the end."""
        rejected, reason = len(self.aside.named) + len(self.aside.suspects), self.aside.reason
        if rejected:
            return _sender_at_fault(f"{_counted(rejected, 'message was', 'messages were')} rejected ({reason})")
        waiting = _counted(len(self.aside.waiting), "mailbox", "mailboxes")
        hint = "All others are done. Resume in 15 minutes or later."
        return _StopError(f"{waiting} asked to try again later ({reason})", hint)

    def _land(self) -> None:
        """See to whatever has landed; if nothing more can be launched, wait for one request at least."""
        can_launch = self.more and len(self.air) < self.in_air
        landed, _ = wait(self.air, timeout=0 if can_launch else _SLOW, return_when=FIRST_COMPLETED)
        if not landed and self.air and not can_launch:
            if self.transport.leaves_machine:  # else nobody is asked anything
                begun = min(self.launched[claimed.batch_id][1] for claimed in self.air.values())
                until = begun + timedelta(seconds=ANSWER_SECONDS)
                self._tell_waiting(Waiting("no answer yet", until, "Waiting for it"))
            landed, _ = wait(self.air, return_when=FIRST_COMPLETED)
        for future in landed:
            self._close(self.air.pop(future), future)

    def _close(self, claimed: Claim, future: "Future[Outcome]") -> None:
        error = future.exception()
        if error is None and isinstance(outcome := future.result(), Accepted):
            self.accepted.append((claimed, outcome.provider_id))
            self.failures = self.misses = self.lost = 0
            self.aside.accepted(claimed.ids)
            self.launched.pop(claimed.batch_id, None)
            self.patient_until = None
            self._tell_waiting(None)
            return
        self._turn_over()  # what is certain first: the rest may take its time
        if isinstance(error, NeverBegunError):
            self._return(claimed, type(error.__cause__).__name__)
            raise error.__cause__ or error
        if isinstance(error, TransportError):
            self._return(claimed, error.what)
            raise error
        if error is not None:  # a mistake in the program: perhaps sent, perhaps not
            self._doubt(claimed, type(error).__name__)
            raise error
        self._judge(claimed, future.result())

    def _judge(self, claimed: Claim, outcome: Outcome) -> None:
        match outcome:
            case Refused(reason, named):
                self._refuse(claimed, reason, named)
            case Deferred(reason):
                self._return(claimed, reason)
                self.aside.deferred(claimed.ids, reason)
                if self.aside.looks_hopeless:
                    what = f"{self.aside.row} messages in a row were deferred ({reason})"
                    raise _StopError(what, "The mail server seems to be in trouble. Resume later.")
            case NotSent(reason, seconds):
                self._return(claimed, reason)
                self._note_failure(claimed, reason, seconds)
            case Unknown(reason):
                self._doubt(claimed, reason)

    def _refuse(self, claimed: Claim, reason: str, named: Mapping[int, str]) -> None:
        """Set aside whom the answer names; else narrow the batch down, so that one bad address stops nobody else.

        The halves go first: if it is the message that is wrong, that is known after few requests.
        """
        reasons = {claimed.ids[place]: f"{NAMED}{said}" for place, said in named.items() if place < len(claimed.ids)}
        if reasons:
            self._return(claimed, reason)
            self.aside.rejected_by_name(reasons, reason)
        elif len(claimed.ids) > 1:
            self._return(claimed, reason)
            middle = len(claimed.ids) // 2
            self.parts.extendleft((claimed.ids[middle:], claimed.ids[:middle]))
        elif self.aside.rejected(claimed.ids[0], reason):
            close_batch(self.store, claimed.batch_id, BatchState.REFUSED, self.clock, reason=reason)
            self.aside.forget(claimed.ids)
            self.progress(1)
        else:
            self._return(claimed, reason)
        if self.aside.looks_hopeless:
            raise _sender_at_fault(f"{self.aside.row} messages in a row were rejected ({reason})")

    def _return(self, claimed: Claim, reason: str) -> None:
        close_batch(self.store, claimed.batch_id, BatchState.RETURNED, self.clock, reason=reason)

    def _doubt(self, claimed: Claim, reason: str) -> None:
        """A reply was lost: stop what the provider holds and send it anew, or own up to not knowing."""
        state = call_back(self.store, claimed.batch_id, self.transport, self.clock, reason)
        if state is BatchState.UNKNOWN:
            self.aside.forget(claimed.ids)
            self.progress(len(claimed.people))
            self._be_patient(self.launched.pop(claimed.batch_id)[1], reason)
            return
        self.lost += 1
        if self.lost >= _LOST:
            what = f"{self.lost} answers in a row were lost ({reason})"
            raise _StopError(what, "Everyone is queued again. Resume in 30 minutes or later.")
        self._note_failure(claimed, reason, 0)

    def _note_failure(self, claimed: Claim, reason: str, seconds: float) -> None:
        """Count a failure, and wait before the next try; those that were in the air with it are the same failure."""
        failures, begun = self.launched.pop(claimed.batch_id)
        is_new = failures == self.failures
        self.failures += is_new
        left = self._be_patient(begun, reason, asked=seconds if is_new else 0)
        self._tell_waiting(Waiting(reason, self.patient_until or begun))
        self.resting = max(self.resting, seconds or min(2.0 ** (self.failures - 1), _LONGEST_PAUSE, max(left, 0)))

    def _be_patient(self, begun: datetime, reason: str, asked: float = 0) -> float:
        """Return for how many seconds more it is tried; stop if that is over.

        Args:
            begun: when the request that failed was begun.
            reason: why it failed.
            asked: how long the provider asked to wait; that does not use the patience up.
        """
        if self.failures >= _TRIES or asked > _LONGEST_WAIT:
            hint = f"Resume after {self._local_words(timedelta(seconds=asked))}." if _LONGEST_WAIT < asked < inf else ""
            raise _StopError(f"nothing could be sent ({reason})", hint)
        self.patient_until = (self.patient_until or begun + _PATIENCE) + timedelta(seconds=asked)
        left = (self.patient_until - self.clock.now()).total_seconds()
        self.misses += 1
        if left <= 0 and self.misses > 1:  # once more, should the clock have been set on
            what = f"nothing could be sent for {_PATIENCE.seconds // 60} minutes ({reason})"
            raise _StopError(what, "Check this computer's connection to the internet.")
        return left

    def _local_words(self, span: timedelta) -> str:
        """Return what this computer's clock will show after so long."""
        now = self.clock.now().astimezone()
        return say_near((now + span + timedelta(minutes=1)).astimezone(), now.tzinfo or UTC, now)

    def _tell_waiting(self, waiting: Waiting | None) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.on_wait(waiting)

    def _rest(self) -> None:
        """Wait as the provider told, or a little longer after each failure; record before that what was accepted."""
        if self.resting > 0 and self.accepted:
            self._turn_over()
        while self.resting > 0 and not self.interrupted.is_set():
            seconds = min(self.resting, 1.0)  # in short naps, to notice an interruption
            self.clock.sleep(seconds)
            self.resting -= seconds

    def _land_all(self) -> None:
        """Close what is in the air; a further failure changes nothing about that."""
        for future in list(self.air):
            wait([future])
            try:
                self._close(self.air.pop(future), future)
            except NewsletterError:
                continue
        self._turn_over()

    def _pause(self, err: BaseException) -> None:
        if self._goes_on_without_this(err):
            return
        reason = err.what if isinstance(err, NewsletterError) else "interrupted"
        with self.store.work() as connection:
            if state_of(connection, self.campaign.id, keep=True) is CampaignState.SENDING:
                move_campaign(connection, self.campaign.id, CampaignState.PAUSED, reason=reason)

    def _goes_on_without_this(self, err: BaseException) -> bool:
        """Whether the campaign is still being sent although this process ends: by others, or by whoever comes next."""
        if self.store.is_file:
            return False
        if isinstance(err, KeyboardInterrupt):
            return self.on_duty or len(who_works_on(self.store, self.campaign)) > 1
        return isinstance(err, StoreError)


def _first(landed: tuple[Claim, str]) -> int:
    return landed[0].people[0].id  # events, too, lock deliveries in this order


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _sender_at_fault(what: str) -> "_StopError":
    hint = (
        "The sender may be the cause, so everyone stays queued. Fix what the answer says, then resume. "
        "If only these addresses are the problem, unsubscribe them first."
    )
    return _StopError(what, hint)


class _StopError(CampaignError):
    """The campaign must pause; everything so far is recorded."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint=hint)


# --- Ctrl-C ---------------------------------------------------------------------------


@contextlib.contextmanager
def noticed(asked: threading.Event | None = None) -> Iterator[threading.Event]:
    """Give an event that is set by the first Ctrl-C (or a polite request to end); it may be one of the caller's own.

    A batch can then still be closed with what is known of it. The second one interrupts
    at once, as ever; what was under way is settled by the next `resume`. Only the main
    thread may listen to signals; elsewhere only the caller can set the event.
    """
    asked = asked or threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- The garbage collector ------------------------------------------------------------

_OBJECTS = 100_000  # between two searches; a large batch makes some ten thousand


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Search every dozen batches, not several times in each, and only among what is new.

    A batch is lists and dictionaries, of which all are needed until it has been sent:
    looking through them again and again took a fifth of a campaign's time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
