"""Clocks that are off, and that jump: what is held is judged by the provider's time alone."""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message as Headers
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.overview import issue_standings
from newsletter.campaigns.report import report
from newsletter.campaigns.resolution import look_up, needing_a_person, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.storage.moment import write_moment
from newsletter.transports.provider_clock import SLACK, ProviderClock
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Workspace
from tests.campaigns.machine import BATCH, PEOPLE, Provider, World
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

HELD = 1200
OFF = [0, -700, 700, -4000, 4000, 86_400 * 400]
"""Seconds by which this computer's clock is ahead of SendGrid's."""

SOON = datetime.now(tz=UTC).replace(microsecond=0)


def _clock(ahead: float) -> Clock:
    return Clock(now=lambda: datetime.now(tz=UTC) + timedelta(seconds=ahead), sleep=lambda _seconds: None)


def _copies(sendgrid: FakeSendGrid) -> Counter[str]:
    return Counter({address: len(mails) for address, mails in sendgrid.received().items()})


def _send(store: Store, carrier: SendGridTransport, clock: Clock, *, due_at: datetime | None = None) -> Campaign:
    plan = Plan(transport="sendgrid", batch_size=5, hold_seconds=HELD)
    campaign = start(store, MESSAGE, slug="december", plan=plan, due_at=due_at, clock=clock)
    dispatch(store, campaign, carrier, clock=clock)
    return known_campaign(store, "december")


@pytest.mark.parametrize("ahead", OFF)
def test_hold_lasts_as_long_as_promised(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, ahead: float
) -> None:
    """Whatever this computer's clock says, SendGrid keeps each batch for the whole time to undo."""
    add_people(store, 10)
    _send(store, carrier, _clock(ahead))
    assert all(HELD - 60 < mail.send_at - sendgrid.now() <= HELD for mail in sendgrid.mails)


@pytest.mark.parametrize("ahead", OFF)
@pytest.mark.parametrize(("minutes", "stopped"), [(9, 10), (10, 0), (19, 0)])
def test_cancelled_by_their_clock(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    fresh: SendGridTransport,
    ahead: float,
    minutes: int,
    stopped: int,
) -> None:
    """What was told ten minutes ahead by SendGrid's clock is stopped, nothing else; everybody gets one in the end."""
    addresses = add_people(store, 10)
    campaign = _send(store, carrier, _clock(ahead))
    sendgrid.offset += 60 * minutes
    done = cancel(store, campaign, fresh, _clock(ahead))
    assert (done.stopped, done.gone) == (stopped, 10 - stopped)
    if stopped:
        _send(store, fresh, _clock(ahead))
    assert _copies(sendgrid) == Counter(addresses)


@pytest.mark.parametrize(("before", "after"), [(0, -700), (-700, 0), (0, 700), (700, -700), (-4000, 4000)])
def test_clock_that_is_set_between_two_commands(
    store: Store,
    sendgrid: FakeSendGrid,
    carrier: SendGridTransport,
    fresh: SendGridTransport,
    before: float,
    after: float,
) -> None:
    """A jump of this computer's clock neither doubles anybody nor takes the time to undo away."""
    addresses = add_people(store, 10)
    campaign = _send(store, carrier, _clock(before))
    sendgrid.offset += 300
    assert cancel(store, campaign, fresh, _clock(after)).stopped == 10
    _send(store, fresh, _clock(before))
    assert _copies(sendgrid) == Counter(addresses)


@pytest.mark.parametrize(("before", "after"), [(-700, 0), (0, -700), (700, 0), (0, 700), (-700, -700), (4000, -700)])
def test_times_are_shown_by_their_clock(
    workspace: Workspace, store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, before: float, after: float
) -> None:
    """Whatever this computer's clock showed at the sending and shows now, "held until" is SendGrid's own time."""
    add_people(store, 5)
    _send(store, carrier, _clock(before))
    goes_out = datetime.fromtimestamp(max(mail.send_at for mail in sendgrid.mails), UTC)
    found = issue_standings(workspace, _clock(after))["december"]
    assert (found.state, found.held_until) == ("held", goes_out)
    with store.read() as connection:
        campaign = known_campaign(store, "december")
        told = report(connection, campaign, _clock(after).now(), opens=False, clicks=False)
    assert (told.state, told.held_until) == ("held", write_moment(goes_out))


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 01 Dec 2026 09:00:00", "Thu, 01 Jan 1970 00:00:10 GMT"])
def test_without_their_time_nothing_counts_as_cancelled(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, date: str
) -> None:
    """A date that is missing or makes no sense: SendGrid is told, and its people stay in doubt."""
    addresses = add_people(store, 10)
    sendgrid.date = date
    campaign = _send(store, carrier, _clock(0))
    assert set(states(store, campaign).values()) == {DeliveryState.ACCEPTED}
    done = cancel(store, campaign, carrier, _clock(0))
    assert (done.stopped, done.gone) == (0, 10)
    assert "did not contain its time" in done.reasons[0]
    with pytest.raises(CampaignError, match="nobody would receive"):
        _send(store, carrier, _clock(0))
    with pytest.raises(CampaignError, match="did not contain its time"):
        resolve(store, campaign, sent=False, provider_time=carrier.holds.provider_time)
    sendgrid.date = None
    assert cancel(store, known_campaign(store, "december"), carrier, _clock(0)).stopped == 10
    _send(store, carrier, _clock(0))
    assert _copies(sendgrid) == Counter(addresses)


def test_lost_reply_without_their_time_is_unknown(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport
) -> None:
    """Nobody can say that a batch was called back in time, so its people are not sent another."""
    addresses = add_people(store, 5)
    sendgrid.date = ""
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    campaign = _send(store, carrier, _clock(0))
    assert set(states(store, campaign).values()) == {DeliveryState.UNKNOWN}
    assert set(_copies(sendgrid)) <= set(addresses)


@pytest.mark.parametrize("ahead", OFF)
def test_nobody_knows_while_it_is_held(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, ahead: float
) -> None:
    """A person's word is not taken before SendGrid's own clock says that the mail is out."""
    add_people(store, 5)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    campaign, clock = _send(store, carrier, _clock(ahead)), _clock(ahead)
    with pytest.raises(CampaignError, match="may still hold"):
        resolve(store, campaign, sent=False, provider_time=carrier.holds.provider_time, clock=clock)
    with pytest.raises(CampaignError, match="may still hold"):
        look_up(store, campaign, carrier, clock)
    sendgrid.offset += HELD + 660
    later = _clock(ahead + HELD + 660)
    assert look_up(store, campaign, SendGridTransport(Client(KEY, sendgrid.url), Tracking()), later) == 5


@pytest.mark.parametrize("ahead", [0, -700, 700])
@pytest.mark.parametrize("minutes", [16, 17, 45])
def test_chosen_time_stays_what_was_chosen(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, ahead: float, minutes: int
) -> None:
    """A time that a person chose is kept, unless SendGrid has it less than fifteen minutes ahead by its own clock."""
    add_people(store, 5)
    chosen = SOON + timedelta(minutes=minutes, seconds=ahead)
    _send(store, carrier, _clock(ahead), due_at=chosen)
    least = sendgrid.now() + 15 * 60
    wanted = max(chosen.timestamp(), least)
    assert all(wanted - 10 <= mail.send_at <= wanted + 20 for mail in sendgrid.mails)
    assert all(mail.send_at >= least - 10 for mail in sendgrid.mails)


def test_time_that_only_a_fast_clock_thinks_near(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport
) -> None:
    """SendGrid holds nothing for more than three days: it is not handed over before, and nobody is refused for that."""
    add_people(store, 5)
    with pytest.raises(CampaignError, match="clock is ahead"):
        _send(store, carrier, _clock(86_400 * 2), due_at=SOON + timedelta(days=4))
    assert (sendgrid.mails, known_campaign(store, "december").state) == ([], CampaignState.PAUSED)
    assert set(states(store, known_campaign(store, "december")).values()) == {DeliveryState.QUEUED}


def _headers(*dates: str, **more: str) -> Headers:
    headers = Headers()
    for date in dates:
        headers["Date"] = date
    for name, value in more.items():
        headers[name] = value
    return headers


@given(
    ahead=st.integers(-86_400, 86_400),
    steps=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 200)), min_size=1, max_size=5),
    error=st.floats(-2, 2),
)
def test_the_truth_is_always_inside(ahead: int, steps: list[tuple[float, float, float]], error: float) -> None:
    """However long question and answer travel, the provider's true time lies between the two moments."""
    ticks = 1_000.0
    clock = ProviderClock(tick=lambda: ticks)
    base = datetime(2026, 12, 1, tzinfo=UTC)

    def truth() -> datetime:
        return base + timedelta(seconds=ticks + ahead)

    for there, back, pause in steps:
        asked = ticks
        ticks += there
        made = truth() + timedelta(seconds=error)
        ticks += back
        clock.hear(_headers(format_datetime(made.replace(microsecond=0), usegmt=True)), asked)
        ticks += pause
        now = clock.now()
        assert now is not None
        assert now.earliest <= truth() <= now.latest
        assert (now.latest - now.earliest).total_seconds() <= 2 * SLACK + there + back + 0.001


@pytest.mark.parametrize(
    "headers",
    [
        _headers(),
        _headers("soon"),
        _headers("Tue, 01 Dec 2026 14:05:00"),
        _headers("Tue, 01 Dec 2026 14:05:00 GMT", "Tue, 01 Dec 2026 14:25:00 GMT"),
        _headers("Tue, 01 Dec 2026 14:05:00 GMT", Age="60"),
        _headers("Sat, 01 Jan 2000 00:00:00 GMT"),
        _headers("Tue, 01 Dec 2026 13:50:00 GMT"),
    ],
)
def test_answers_that_do_not_tell_the_time(headers: Headers) -> None:
    """After an answer without a plain date, from a cache or from the past, the time is unknown until the next one."""
    ticks = 0.0
    clock = ProviderClock(tick=lambda: ticks)
    clock.hear(_headers("Tue, 01 Dec 2026 14:00:00 GMT"), ticks)
    assert clock.now() is not None
    clock.hear(headers, ticks)
    assert clock.now() is None
    clock.hear(_headers("Tue, 01 Dec 2026 14:00:03 GMT"), ticks)
    assert clock.now() is not None
    ticks += 3600
    assert clock.now() is None


@given(
    date=st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d+:\d+:\d+ [-+]?\w{0,12}")
)
def test_no_date_is_too_odd(date: str) -> None:
    """Whatever stands in the header, the time is known or it is not."""
    clock = ProviderClock()
    headers = Headers()
    headers.add_header("Date", "".join(date.split("\r")).replace("\n", ""))
    clock.hear(headers, clock.tick())
    clock.now()


NEAR = st.sampled_from([0, 0, 0, 30, 300, 550, 570, 580, 590, 595, 600, 605, 620, 700, 1150, 1250])
JUMPS = st.sampled_from([0, -700, 700, -4000, 4000])


@dataclass(frozen=True)
class Story:
    """How the clocks go while an issue is sent, cancelled and sent again.

    Attributes:
        skews: of this computer's clock: at first, and where it jumps to in each of the three commands.
        looks: the jump comes the next time but so many that a command looks at the clock.
        waits: seconds before the cancelling, and before people say what they got.
        there: seconds that a cancelling is on its way; `back` of its answer.
        asleep: whether the monotonic clock stands still in the waits, and on the way.
        tells: whether the provider tells its time in each command.
        script: what becomes of the batches.
        renewed: whether the cancelling is done by another process.
    """

    skews: tuple[int, int, int, int]
    looks: int
    waits: tuple[int, int]
    there: int
    back: int
    asleep: tuple[bool, bool]
    tells: tuple[bool, bool, bool]
    script: list[str]
    renewed: bool


NEAR = st.sampled_from([0, 0, 0, 30, 300, 550, 570, 580, 590, 595, 600, 605, 620, 700, 1150, 1250])
SKEW = st.sampled_from([0, -700, 700, -4000, 4000])
TELLS = st.sampled_from([True, True, True, False])
STORIES = st.builds(
    Story,
    skews=st.tuples(SKEW, SKEW, SKEW, SKEW),
    looks=st.integers(0, 8),
    waits=st.tuples(NEAR, NEAR),
    there=NEAR,
    back=NEAR,
    asleep=st.tuples(st.booleans(), st.booleans()),
    tells=st.tuples(TELLS, TELLS, TELLS),
    script=st.lists(st.sampled_from(["accept", "lost, arrived", "lost, never arrived", "not now"]), max_size=4),
    renewed=st.booleans(),
)


@pytest.mark.heavy
@pytest.mark.parametrize("stories", [25, pytest.param(3000, marks=pytest.mark.slow)])
def test_send_cancel_send_doubles_nobody(stories: int) -> None:
    """Send, cancel, send, ask people, resume: with any clocks, jumps, delays and naps, nobody gets two or is lost."""
    settings(max_examples=stories, deadline=None)(given(story=STORIES)(_judge))()


def _judge(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder, _opened(Path(folder)) as store:
        addresses = add_people(store, PEOPLE)
        provider = _live_through(story, store)
        copies = Counter(copy.address for copy in provider.copies)
        assert all(number == 1 for number in copies.values()), copies
        campaign = known_campaign(store, "december")
        waiting = {DeliveryState.QUEUED, DeliveryState.CANCELLED}
        told = {address for address, state in states(store, campaign).items() if state in waiting}
        assert set(addresses) == set(copies) | told | set(_unresolved(store, campaign))


def _live_through(story: Story, store: Store) -> Provider:
    world = World()
    world.skew = timedelta(seconds=story.skews[0])
    provider = Provider(world)
    provider.script = list(story.script)
    _command(0, story, provider, lambda: _send_to(store, provider))
    world.wait(timedelta(seconds=story.waits[0]), asleep=story.asleep[0])
    if story.renewed:
        provider.heard = ProviderClock(tick=lambda: world.ticks)
    provider.delay, provider.delay_back = timedelta(seconds=story.there), timedelta(seconds=story.back)
    provider.asleep = story.asleep[1]
    _command(1, story, provider, lambda: cancel(store, known_campaign(store, "december"), provider, world.clock))
    _command(2, story, provider, lambda: _send_to(store, provider))
    world.wait(timedelta(seconds=story.waits[1]), asleep=story.asleep[0])
    _ask_people(store, provider)
    with contextlib.suppress(CampaignError):
        dispatch(store, known_campaign(store, "december"), provider, clock=world.clock)
    return provider


def _command(number: int, story: Story, provider: Provider, do: Callable[[], object]) -> None:
    world = provider.world
    provider.tells_time = story.tells[number]
    world.looks_until_jump = story.looks
    world.jump = timedelta(seconds=story.skews[number + 1]) - world.skew
    with contextlib.suppress(CampaignError):
        do()


def _send_to(store: Store, provider: Provider) -> None:
    plan = Plan(transport="sendgrid", batch_size=BATCH, hold_seconds=HELD)
    campaign = start(store, MESSAGE, slug="december", plan=plan, clock=provider.world.clock)
    dispatch(store, campaign, provider, clock=provider.world.clock)


def _ask_people(store: Store, provider: Provider) -> None:
    campaign, world = known_campaign(store, "december"), provider.world
    live = {copy.address for copy in provider.copies if copy.is_out(world.now)}
    for address in _unresolved(store, campaign):
        with contextlib.suppress(CampaignError):
            told, sent = provider.holds.provider_time, address in live
            resolve(store, campaign, sent=sent, only=[address], provider_time=told, clock=world.clock)


def _unresolved(store: Store, campaign: Campaign) -> list[str]:
    with store.read() as connection:
        return [each.email for each in needing_a_person(connection, campaign)]


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{folder / 'newsletter.db'}", folder / "newsletter.key") as store:
        yield store
