"""Correcting an address: consent stays, suppression follows by both addresses, and nobody is mailed twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from newsletter.campaigns import CampaignState, DeliveryState, Plan
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, close_batch
from newsletter.campaigns.records import known_campaign
from newsletter.campaigns.sender import dispatch
from newsletter.campaigns.states import BatchState
from newsletter.errors import AddressError, SubscriberError
from newsletter.services.consent import leave
from newsletter.services.people import Corrected, correct_address, erase, suppress_people
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.subscribers.consent import history
from newsletter.subscribers.forgetting import carry_over, known_suppressions
from newsletter.subscribers.records import Subscriber, add_subscriber, find_subscriber, get_subscriber, resubscribe
from newsletter.subscribers.records import correct_address as correct
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.undoing import undo_suppression
from newsletter.subscribers.vocabulary import How, Reason, Status
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.subscribers.bringing import bring_in

WORDS = "Yes, send me the newsletter."
OLD, NEW = "ana@old.example.org", "ana@new.example.org"

Correct = Callable[..., Corrected]


@pytest.fixture
def ana(store: Store) -> Subscriber:
    """Somebody whose address is wrong."""
    return _add(store, OLD)


@pytest.fixture
def correcting(workspace: Workspace, store: Store) -> Correct:
    """Correct an address."""

    def call(person: Subscriber, email: str = NEW, *, anyway: bool = False) -> Corrected:
        return correct_address(workspace, store, person.id, email, anyway=anyway)

    return call


def _add(store: Store, email: str, *, pending: bool = False) -> Subscriber:
    with store.write() as connection:
        return add_subscriber(connection, store.key, email, wording=WORDS, pending=pending)


def _suppress(store: Store, email: str, reason: Reason, how: How = How.EVENT) -> None:
    with store.write() as connection:
        suppress(connection, store.key, email, reason, how=how)


def _reason(store: Store, email: str) -> Reason | None:
    with store.read() as connection:
        return reason_for(connection, store.key, email)


def _status(store: Store, email: str) -> Status:
    with store.read() as connection:
        return get_subscriber(connection, email).status


@pytest.mark.parametrize("pending", [False, True])
def test_consent_stays(store: Store, correcting: Correct, *, pending: bool) -> None:
    """The person, their status and their history stay; the history tells the address before, which is given up."""
    before = _add(store, OLD, pending=pending)
    after = correcting(before, " Ana@NEW.example.org ").after
    assert (after.id, after.email, after.status) == (before.id, "Ana@NEW.example.org", before.status)
    with store.read() as connection:
        joined, corrected = history(connection, before.id)
        assert find_subscriber(connection, OLD) is None
    assert joined.wording == WORDS
    assert (corrected.what, corrected.note) == ("corrected", OLD)
    assert _reason(store, OLD) is Reason.REPLACED
    assert _reason(store, NEW) is None
    with store.write() as connection, pytest.raises(SubscriberError, match="suppressed"):
        add_subscriber(connection, store.key, OLD, wording=WORDS)


def test_another_spelling_of_the_same_address(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """Nothing but the spelling changes."""
    assert correcting(ana, OLD.upper()).after.email == OLD.upper()
    assert _reason(store, OLD) is None
    with store.read() as connection:
        assert len(history(connection, ana.id)) == 1


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.COMPLAINED, Reason.BOUNCED, Reason.FORGOTTEN])
def test_suppressed_address_stays_refused(store: Store, ana: Subscriber, correcting: Correct, reason: Reason) -> None:
    """No correction is a way around a suppression, whether or not anybody has the address."""
    _suppress(store, NEW, reason)
    with pytest.raises(SubscriberError, match=f"suppressed .{reason}"):
        correcting(ana)
    assert _status(store, OLD) is Status.SUBSCRIBED
    assert _reason(store, NEW) is reason


def test_address_of_somebody_else(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """Two subscribers never become one unaware."""
    _add(store, NEW)
    with pytest.raises(SubscriberError, match="another subscriber"):
        correcting(ana)


def test_mistyped_or_no_address(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """An address that looks mistyped takes a second word; what is none is refused."""
    with pytest.raises(SubscriberError, match="mistyped"):
        correcting(ana, "ana@gmial.com")
    assert correcting(ana, "ana@gmial.com", anyway=True).after.email == "ana@gmial.com"
    with pytest.raises(AddressError):
        correcting(ana, "ana at example")
    assert _status(store, "ana@gmial.com") is Status.SUBSCRIBED


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.COMPLAINED])
def test_who_unsubscribed_stays_so_by_both_addresses(
    store: Store, ana: Subscriber, correcting: Correct, reason: Reason
) -> None:
    """Neither address is mailed, and going back changes nothing of that."""
    _suppress(store, OLD, reason)
    assert correcting(ana).after.status is reason.status
    assert (_reason(store, OLD), _reason(store, NEW)) == (reason, reason)
    assert correcting(ana, OLD).after.status is reason.status
    assert _reason(store, OLD) is reason


@pytest.mark.parametrize("pending", [False, True])
def test_bounced_address_is_replaced(store: Store, correcting: Correct, *, pending: bool) -> None:
    """With the right address they are on the list as before; the wrong one stays suppressed."""
    before = _add(store, OLD, pending=pending)
    _suppress(store, OLD, Reason.BOUNCED)
    assert correcting(before).after.status is before.status
    assert (_reason(store, OLD), _reason(store, NEW)) == (Reason.BOUNCED, None)
    with pytest.raises(SubscriberError, match="bounced"):
        correcting(before, OLD)


def test_unsubscribed_before_it_bounced(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """A bounce does not outweigh an unsubscribe."""
    _suppress(store, OLD, Reason.UNSUBSCRIBED)
    _suppress(store, OLD, Reason.BOUNCED)
    assert correcting(ana).after.status is Status.UNSUBSCRIBED


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.COMPLAINED, Reason.FORGOTTEN])
def test_unsubscribing_by_the_old_address(store: Store, ana: Subscriber, correcting: Correct, reason: Reason) -> None:
    """What the provider or an import says of the old address holds for the person; so does a link in an old mail."""
    correcting(ana)
    correcting(ana, "ana@third.example.org")
    _suppress(store, OLD, Reason.BOUNCED)
    assert _status(store, "ana@third.example.org") is Status.SUBSCRIBED, "the old mailbox alone does not exist"
    _suppress(store, OLD, reason)
    assert _status(store, "ana@third.example.org") is reason.status
    assert _reason(store, "ana@third.example.org") is reason


def test_list_that_suppresses_the_old_address(
    store: Store, ana: Subscriber, correcting: Correct, tmp_path: Path
) -> None:
    """One row is one address in the report, although two are suppressed by it."""
    correcting(ana)
    text = f"email\n{OLD}\nben@example.org\n"
    first = bring_in(store, tmp_path / "gone.csv", text, as_="unsubscribed", wording="").tally
    assert (first.suppressed_now, first.left) == (2, 0)
    assert _status(store, NEW) is Status.UNSUBSCRIBED
    again = bring_in(store, tmp_path / "gone.csv", text, as_="unsubscribed", wording="").tally
    assert (again.suppressed_now, again.left) == (0, 2)


@pytest.mark.parametrize("email", [OLD, "stranger@example.org"])
def test_suppressing_says_whether_it_changed_anything(
    store: Store, ana: Subscriber, correcting: Correct, email: str
) -> None:
    """So does suppressing a former address, by which somebody else's status changes, too."""
    correcting(ana)
    with store.write() as connection:
        assert suppress(connection, store.key, email, Reason.UNSUBSCRIBED)
        assert not suppress(connection, store.key, email, Reason.UNSUBSCRIBED)


def test_token_in_an_old_mail(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """An unsubscribe link names the person, not the address."""
    correcting(ana)
    leave(store, unsubscribe_token(store.key, ana.id))
    assert _status(store, NEW) is Status.UNSUBSCRIBED


def test_somebody_else_has_the_old_address_now(store: Store, ana: Subscriber, correcting: Correct) -> None:
    """What they say is about them alone."""
    correcting(ana)
    with store.write() as connection:
        resubscribe(connection, store.key, OLD, wording=WORDS, note="a new colleague has it")
    _suppress(store, OLD, Reason.UNSUBSCRIBED)
    _suppress(store, OLD, Reason.COMPLAINED)
    assert _status(store, NEW) is Status.SUBSCRIBED


def test_erasing_takes_the_former_address_along(
    workspace: Workspace, store: Store, ana: Subscriber, correcting: Correct
) -> None:
    """By either address everything is erased, and neither can come back."""
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    dispatch(store, campaign, OutboxTransport(workspace.outbox_dir))
    correcting(ana)
    erased = erase(workspace, store, OLD)
    assert set(erased.addresses) == {OLD, NEW}
    assert (erased.rows.record, erased.rows.deliveries, erased.files) == (True, 1, 1)
    assert (_reason(store, OLD), _reason(store, NEW)) == (Reason.FORGOTTEN, Reason.FORGOTTEN)
    for path in workspace.root.rglob("*"):
        if path.is_file():
            assert OLD.encode() not in path.read_bytes(), path


def test_restoring_a_backup_from_before(workspace: Workspace, store: Store, ana: Subscriber, tmp_path: Path) -> None:
    """In it they have the old address: they are not mailed there, and not erased either."""
    key_file = workspace.key_file
    with store.write() as connection:
        correct(connection, store.key, ana.id, NEW)
        known = known_suppressions(connection, store.key)
    with open_store(f"sqlite:///{tmp_path.as_posix()}/older.db", tmp_path / "newsletter.key") as fresh:
        older = fresh
        with older.write() as connection:
            add_subscriber(connection, store.key, OLD, wording=WORDS)
            assert carry_over(connection, store.key, known).erased == 0
            assert get_subscriber(connection, OLD).status is not Status.SUBSCRIBED
    assert key_file.exists()


# --- While a campaign runs ------------------------------------------------------------


def _paused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(update(campaigns).values(state=CampaignState.PAUSED, reason="a test"))


def _mailed(workspace: Workspace) -> list[str]:
    """The addresses of all messages that went out."""
    texts = [path.read_text("utf-8") for path in workspace.outbox_dir.rglob("*.eml")]
    lines = [next(line for line in text.splitlines() if line.startswith("To:")) for text in texts]
    return sorted(line.rpartition("<")[2].rstrip(">").removeprefix("To: ") for line in lines)


def _send(workspace: Workspace, store: Store, *, rest: bool = False) -> None:
    if rest:
        start(store, MESSAGE, slug="december", plan=Plan(transport="outbox", rest=True))
    dispatch(store, known_campaign(store, "december"), OutboxTransport(workspace.outbox_dir))


def test_queued_message_is_skipped_and_comes_with_the_rest(
    workspace: Workspace, store: Store, ana: Subscriber, correcting: Correct
) -> None:
    """What is still queued for the old address is not sent to it; the rest brings it to the new one, once."""
    add_people(store, 2)
    start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    correcting(ana)
    _send(workspace, store)
    assert _mailed(workspace) == ["reader1@example.org", "reader2@example.org"]
    with store.read() as connection:
        skipped = select(deliveries.c.email, deliveries.c.reason).where(deliveries.c.state == DeliveryState.SKIPPED)
        assert connection.execute(skipped).all() == [(OLD, "suppressed")]
    _send(workspace, store, rest=True)
    assert _mailed(workspace) == [NEW, "reader1@example.org", "reader2@example.org"]


@pytest.mark.parametrize("becomes", [BatchState.ACCEPTED, BatchState.UNKNOWN, None])
def test_message_that_went_out_is_not_sent_again(
    workspace: Workspace, store: Store, ana: Subscriber, correcting: Correct, becomes: BatchState | None
) -> None:
    """Sent, perhaps sent, or on its way at that moment: they get no second one at either address."""
    add_people(store, 1)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    claimed = claim(store, campaign, 1, SYSTEM_CLOCK)
    assert claimed is not None
    assert [person.email for person in claimed.people] == [OLD]
    if becomes:
        close_batch(store, claimed.batch_id, becomes, SYSTEM_CLOCK)
    correcting(ana)
    if not becomes:
        close_batch(store, claimed.batch_id, BatchState.ACCEPTED, SYSTEM_CLOCK)
    _send(workspace, store)
    add_people(store, 1, first=2)
    _send(workspace, store, rest=True)
    correcting(ana, OLD)
    add_people(store, 1, first=3)
    _send(workspace, store, rest=True)
    assert _mailed(workspace) == ["reader1@example.org", "reader2@example.org", "reader3@example.org"]


def test_corrected_and_back_while_it_is_queued(
    workspace: Workspace, store: Store, ana: Subscriber, correcting: Correct
) -> None:
    """Undone in time, the message goes where it was to go, once."""
    start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    correcting(ana)
    correcting(ana, OLD)
    _send(workspace, store)
    assert _mailed(workspace) == [OLD]
    correcting(ana)
    add_people(store, 1)
    _send(workspace, store, rest=True)
    assert _mailed(workspace) == [OLD, "reader1@example.org"]


# --- Several at once ------------------------------------------------------------------


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.BOUNCED])
def test_several_are_suppressed_and_taken_back(workspace: Workspace, store: Store, reason: Reason) -> None:
    """Who was suppressed already is counted apart, for the graver reason; a mistake can be undone."""
    people = [_add(store, f"reader{number}@example.org") for number in range(4)]
    _suppress(store, people[0].email, Reason.COMPLAINED)
    done = suppress_people(workspace, store, [one.id for one in people[:3]] + [4711], reason, note="by phone")
    assert ([one.id for one in done.people], done.unchanged) == ([people[1].id, people[2].id], 1)
    found = [_status(store, one.email) for one in people]
    assert found == [Status.COMPLAINED, reason.status, reason.status, Status.SUBSCRIBED]
    with store.write() as connection:
        assert history(connection, people[1].id)[-1].note == "by phone"
        assert undo_suppression(connection, store.key, people[1].id).status is Status.SUBSCRIBED
        with pytest.raises(SubscriberError):
            undo_suppression(connection, store.key, people[0].id)
