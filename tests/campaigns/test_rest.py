"""An issue that some have goes to the rest: to those who are without it, and to nobody twice."""

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel, cancel_issue
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.freezing import Seen, count_rest, start
from newsletter.campaigns.ledger import claim, move_campaign
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.report import Report, people_csv, received
from newsletter.campaigns.report import report as read_report
from newsletter.campaigns.resolution import count_unresolved, resolve
from newsletter.campaigns.sender import dispatch
from newsletter.errors import BusyError, CampaignError, ChangedError, NobodyError
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import Audience
from newsletter.subscribers.records import change_tags, get_subscriber, resubscribe
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports import Unknown
from newsletter.transports.sendgrid import SendGridTransport
from tests.campaigns.samples import MESSAGE, add_people, states
from tests.campaigns.test_dispatch import Scripted
from tests.fakes.sendgrid import FakeSendGrid, Fault

HELD = 1200
STAFF = Audience(tags=("staff",))
NEWER = dataclasses.replace(MESSAGE, subject="Another")


def _reader(number: int) -> str:
    return f"reader{number}@example.org"


def _tag(store: Store, tag: str, *numbers: int) -> None:
    with store.write() as connection:
        change_tags(connection, [get_subscriber(connection, _reader(number)) for number in numbers], add=(tag,))


def _send(store: Store, transport: Scripted | SendGridTransport, clock: Clock, **plan: object) -> Campaign:
    frozen = Plan(transport=transport.name, **plan)  # type: ignore[arg-type]
    campaign = start(store, MESSAGE, slug="december", plan=frozen, clock=clock)
    dispatch(store, campaign, transport, clock=clock)
    return campaign


def _rest(store: Store) -> int:
    with store.read() as connection:
        return count_rest(connection, "december")


def _report(store: Store) -> Report:
    with store.read() as connection:
        return read_report(
            connection, known_campaign(store, "december"), datetime.now(tz=UTC), opens=False, clicks=False
        )


def test_pilot_second_pilot_rest_and_newcomers(store: Store, quick: Clock) -> None:
    """The same issue goes out in as many parts as somebody wants, and each person gets it once."""
    addresses = add_people(store, 10)
    _tag(store, "staff", 1)
    _tag(store, "board", 1, 2, 3)
    transport = Scripted()
    _send(store, transport, quick, audience=STAFF)
    assert _rest(store) == 9
    _send(store, transport, quick, audience=Audience(tags=("board",)), rest=True)
    assert (transport.taken, _rest(store)) == ([_reader(1), _reader(2), _reader(3)], 7)
    _send(store, transport, quick, rest=True)
    assert _rest(store) == 0
    with pytest.raises(NobodyError):
        _send(store, transport, quick, rest=True)
    addresses += add_people(store, 2, first=11)
    _send(store, transport, quick, rest=True)
    assert Counter(transport.taken) == Counter(addresses)
    found = _report(store)
    assert (found.states["accepted"], [part.people for part in found.parts]) == (12, [1, 2, 7, 2])


def test_who_is_left_is_told(store: Store, quick: Clock) -> None:
    """To send an issue again without saying that it is for the rest is refused, with the way to do it."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    _send(store, Scripted(), quick, audience=STAFF)
    with pytest.raises(CampaignError, match="2 subscribers do not have it yet") as caught:
        _send(store, Scripted(), quick)
    assert caught.value.command == "newsletter send december --rest"
    _send(store, Scripted(), quick, rest=True)
    with pytest.raises(CampaignError, match="Everyone has it"):
        _send(store, Scripted(), quick)


def test_no_rest_without_a_first_part(store: Store, quick: Clock) -> None:
    """An issue that was never sent has no rest: a script that says so would be mistaken about what it does."""
    add_people(store, 3)
    with pytest.raises(CampaignError, match="never sent"):
        _send(store, Scripted(), quick, rest=True)


def test_pilot_that_is_held_counts_as_had(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """What SendGrid holds will arrive: those people are not in the rest, and nobody has two."""
    addresses = add_people(store, 6)
    _tag(store, "staff", 1, 2)
    _send(store, carrier, quick, audience=STAFF, hold_seconds=HELD)
    _send(store, carrier, quick, rest=True, hold_seconds=HELD)
    assert Counter(mail.address for mail in sendgrid.mails) == Counter(addresses)


def test_cancelling_stops_each_part_that_is_held(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """An issue that is cancelled is cancelled as a whole; then everybody is without it, and gets it once."""
    addresses = add_people(store, 6)
    _tag(store, "staff", 1, 2)
    _send(store, carrier, quick, audience=STAFF, hold_seconds=HELD)
    _send(store, carrier, quick, rest=True, hold_seconds=HELD)
    done = cancel_issue(store, "december", lambda _campaign: carrier)
    assert (done.stopped, done.gone, sendgrid.received()) == (6, 0, {})
    assert _rest(store) == 6
    _send(store, carrier, quick)
    assert Counter(map(len, sendgrid.received().values())) == {1: 6}
    assert set(sendgrid.received()) == set(addresses)


def test_only_the_pilot_is_still_held(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock
) -> None:
    """What can be stopped is stopped, though the last part is out."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    _send(store, carrier, quick, audience=STAFF, hold_seconds=HELD)
    _send(store, carrier, quick, rest=True)
    done = cancel_issue(store, "december", lambda _campaign: carrier)
    assert (done.stopped, _rest(store)) == (1, 1)
    assert set(sendgrid.received()) == {_reader(2), _reader(3)}
    _send(store, carrier, quick, rest=True)
    assert Counter(map(len, sendgrid.received().values())) == {1: 3}


@pytest.mark.parametrize("arrived", [True, False])
def test_whoever_may_have_it_is_not_in_the_rest(store: Store, quick: Clock, arrived: bool) -> None:  # noqa: FBT001
    """A lost reply keeps only those people waiting; a person's word decides, and they get it by the next part."""
    add_people(store, 4)
    _tag(store, "staff", 1)
    _send(store, Scripted([Unknown("reset")]), quick, audience=STAFF)
    transport = Scripted()
    _send(store, transport, quick, rest=True)
    assert transport.taken == [_reader(2), _reader(3), _reader(4)]
    latest = known_campaign(store, "december")
    assert count_unresolved(store, latest) == 1
    assert resolve(store, latest, sent=arrived) == 1
    dispatch(store, known_campaign(store, "december"), transport, clock=quick)
    assert transport.taken.count(_reader(1)) == (0 if arrived else 1)
    assert _rest(store) == 0
    assert known_campaign(store, "december").state is CampaignState.FINISHED


def test_word_given_by_somebody_who_looked_before_the_rest_was_sent(store: Store, quick: Clock) -> None:
    """Whichever part they looked at, what was not sent is queued where it will be sent."""
    add_people(store, 2)
    _tag(store, "staff", 1)
    pilot = _send(store, Scripted([Unknown("reset")]), quick, audience=STAFF)
    _send(store, Scripted(), quick, rest=True)
    resolve(store, pilot, sent=False)
    assert states(store, known_campaign(store, "december"))[_reader(1)] is DeliveryState.QUEUED


def test_rejected_ones_are_not_tried_again_by_themselves(store: Store, quick: Clock) -> None:
    """The provider's no to an address holds for the rest, too."""
    add_people(store, 4)
    _tag(store, "staff", 1, 2)
    transport = Scripted(bad={_reader(1)})
    _send(store, transport, quick, audience=STAFF)
    assert _rest(store) == 2
    transport.bad = set()
    _send(store, transport, quick, rest=True)
    assert Counter(transport.taken) == Counter([_reader(2), _reader(3), _reader(4)])
    assert _report(store).states["refused"] == 1


def test_cancelled_and_returned_people_are_in_the_rest(store: Store, quick: Clock) -> None:
    """Whoever had left when their turn came, or whose copy was cancelled, does not have it."""
    add_people(store, 3)
    _tag(store, "staff", 1, 2)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", audience=STAFF))
    with store.write() as connection:
        suppress(connection, store.key, _reader(1), Reason.UNSUBSCRIBED)
    transport = Scripted()
    dispatch(store, campaign, transport, clock=quick)
    assert (transport.taken, _rest(store)) == ([_reader(2)], 1)
    with store.write() as connection:
        resubscribe(connection, store.key, _reader(1), wording="yes, again", note="by phone")
    assert _rest(store) == 2
    _send(store, transport, quick, rest=True)
    assert Counter(transport.taken) == Counter([_reader(1), _reader(2), _reader(3)])
    found = _report(store)
    assert (found.states["accepted"], found.states["skipped"]) == (3, 0)


def test_another_address_of_the_same_person(store: Store, quick: Clock) -> None:
    """Somebody whose address was changed since has the issue already."""
    add_people(store, 2)
    _tag(store, "staff", 1)
    _send(store, Scripted(), quick, audience=STAFF)
    with store.write() as connection:
        moved = update(subscribers).where(subscribers.c.email_key == _reader(1))
        connection.execute(moved.values(email="moved@example.org", email_key="moved@example.org"))
    transport = Scripted()
    _send(store, transport, quick, rest=True)
    assert transport.taken == [_reader(2)]


def test_pilot_that_is_not_over_comes_first(store: Store, quick: Clock) -> None:
    """While some of it waits or is on its way, nobody can know who is left."""
    add_people(store, 4)
    _tag(store, "staff", 1, 2)
    plan = Plan(transport="smtp", audience=STAFF, batch_size=1)
    pilot = start(store, MESSAGE, slug="december", plan=plan)
    rest = Plan(transport="smtp", rest=True)
    with pytest.raises(CampaignError, match="already being sent"):
        start(store, MESSAGE, slug="december", plan=rest)
    assert claim(store, pilot, 1, SYSTEM_CLOCK)
    with store.write() as connection:
        move_campaign(connection, pilot.id, CampaignState.PAUSED, reason="interrupted")
    with pytest.raises(CampaignError, match="resume or cancel it first"):
        start(store, MESSAGE, slug="december", plan=rest)
    cancel(store, pilot, Scripted())
    transport = Scripted()
    _send(store, transport, quick, rest=True)
    assert transport.taken == [_reader(2), _reader(3), _reader(4)]  # the first may have it


@pytest.mark.parametrize("days", [1, 30])
def test_scheduled_pilot_comes_first(store: Store, days: int) -> None:
    """What waits for its time is no part that somebody has."""
    add_people(store, 2)
    _tag(store, "staff", 1)
    due_at = datetime.now(tz=UTC) + timedelta(days=days)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", audience=STAFF), due_at=due_at)
    with pytest.raises(CampaignError, match="already scheduled"):
        start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", rest=True))


def test_wait_while_the_pilot_is_at_work(store: Store, quick: Clock) -> None:
    """A cancelling under way may still change who has it."""
    add_people(store, 2)
    _tag(store, "staff", 1)
    pilot = _send(store, Scripted(), quick, audience=STAFF)
    with sole_sender(store, pilot), pytest.raises(BusyError):
        start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", rest=True))


def test_one_yes_starts_one_part(store: Store, quick: Clock) -> None:
    """A double click, or a page from before, starts nothing more."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    pilot = _send(store, Scripted(), quick, audience=STAFF)
    plan, seen = Plan(transport="smtp", rest=True), Seen(2, MESSAGE.digest, pilot.ref)
    dispatch(store, start(store, MESSAGE, slug="december", plan=plan, seen=seen), Scripted(), clock=quick)
    add_people(store, 2, first=4)
    with pytest.raises(ChangedError):
        start(store, MESSAGE, slug="december", plan=plan, seen=seen)


def test_database_that_has_forgotten_a_part_sends_no_rest(store: Store, quick: Clock) -> None:
    """The journal knows of each part, so that a restored backup mails nobody of a forgotten one again."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    _send(store, Scripted(), quick, audience=STAFF)
    journal = store.journal.read_text("utf-8")
    store.journal.write_text(f"campaign december 0123456789abcdef\n{journal}", "utf-8")
    with pytest.raises(CampaignError, match="restored"):
        start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", rest=True))


def test_crash_inside_the_freeze_leaves_the_pilot_as_it_was(
    store: Store, quick: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name, audience and message change together or not at all."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    pilot = _send(store, Scripted(), quick, audience=STAFF)

    def die(place: str) -> None:
        if place == "inside-freeze":
            raise KeyboardInterrupt

    monkeypatch.setattr("newsletter.campaigns.freezing.reach", die)
    with pytest.raises(KeyboardInterrupt):
        start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", rest=True))
    monkeypatch.undo()
    assert known_campaign(store, "december").ref == pilot.ref
    transport = Scripted()
    _send(store, transport, quick, rest=True)
    assert transport.taken == [_reader(2), _reader(3)]


def test_all_parts_are_in_the_report_the_table_and_a_persons_history(store: Store, quick: Clock) -> None:
    """Whoever looks for the issue finds every part of it, under its own name, and each person once."""
    add_people(store, 4)
    _tag(store, "staff", 1, 2)
    start(store, MESSAGE, slug="december", plan=Plan(transport="smtp", audience=STAFF))
    cancel_issue(store, "december", lambda _campaign: Scripted())
    _send(store, Scripted(), quick, audience=STAFF)
    _send(store, Scripted(bad={_reader(4)}), quick, rest=True)
    found = _report(store)
    assert {name: number for name, number in found.states.items() if number} == {"accepted": 3, "refused": 1}
    assert [(part.people, part.state) for part in found.parts] == [(2, "cancelled"), (2, "sent"), (2, "sent")]
    with store.read() as connection:
        table = people_csv(connection, known_campaign(store, "december")).splitlines()[1:]
        assert sorted(line.partition(",")[0] for line in table) == [_reader(number) for number in range(1, 5)]
        assert [each.slug for each in received(connection, _reader(1))] == ["december", "december"]
        assert {each.slug for each in campaigns_of(connection, "december")} == {"december"}


def test_other_issues_have_their_own_rest(store: Store, quick: Clock) -> None:
    """A name that begins like another one, or has a wildcard in it, is another issue."""
    add_people(store, 2)
    for slug in ("dec", "december-2", "decem_er"):
        dispatch(store, start(store, NEWER, slug=slug, plan=Plan(transport="smtp")), Scripted(), clock=quick)
    transport = Scripted()
    _send(store, transport, quick)
    assert len(transport.taken) == 2


def test_lost_reply_while_held(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, quick: Clock) -> None:
    """A held batch in doubt keeps its people out of the rest, whatever becomes of it."""
    add_people(store, 3)
    _tag(store, "staff", 1)
    sendgrid.cancel_limit = 0
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    _send(store, carrier, quick, audience=STAFF, hold_seconds=HELD)
    _send(store, carrier, quick, rest=True, hold_seconds=HELD)
    assert Counter(mail.address for mail in sendgrid.mails) == Counter([_reader(1), _reader(2), _reader(3)])
