"""SendGrid's own lists are taken over, and who left here is told to it while it holds their mail."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.syncing import sync
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.subscribers.records import get_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.transports.sendgrid import SendGridTransport
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import add_people
from tests.fakes.sendgrid import FakeSendGrid, Fault


def _entry(number: int, created: float) -> dict[str, object]:
    return {"email": f"reader{number}@example.org", "created": int(created)}


def _status(store: Store, number: int) -> str:
    with store.read() as connection:
        return get_subscriber(connection, f"reader{number}@example.org").status


def test_every_list_is_taken_over(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """Each list means what it says; a block leaves the person on the list."""
    add_people(store, 7)
    for number, name in enumerate(["unsubscribes", "bounces", "invalid_emails", "spam_reports", "blocks"], start=1):
        sendgrid.suppressions[name] = [_entry(number, sendgrid.now())]
    sendgrid.groups[1] = [_entry(6, sendgrid.now())]
    done = sync(store, carrier)
    expected = ["unsubscribed", "bounced", "bounced", "complained", "subscribed", "unsubscribed", "subscribed"]
    assert [_status(store, number) for number in range(1, 8)] == expected
    assert (done.changed, done.found["blocked"]) == (5, 1)


def test_more_than_a_page(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """Long lists are read to their end, also when the last page is just full."""
    add_people(store, 1000)
    sendgrid.suppressions["unsubscribes"] = [_entry(number, sendgrid.now()) for number in range(1, 1001)]
    assert sync(store, carrier).changed == 1000


def test_only_what_is_new_is_read(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """The second time starts where the first ended, with two days to spare."""
    add_people(store, 2)
    day = 24 * 3600
    sendgrid.suppressions["bounces"] = [_entry(1, sendgrid.now() - 10 * day)]
    assert sync(store, carrier).changed == 1
    sendgrid.suppressions["bounces"].append(_entry(2, sendgrid.now() - day))
    done = sync(store, carrier)
    assert (done.found, done.changed) == ({"bounced": 1}, 1)


@pytest.mark.parametrize("ahead", [10, -10])
def test_clock_that_was_off(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, ahead: int) -> None:
    """A sync on a day with a wrong date misses nobody afterwards: what was read is told by SendGrid's clock."""
    add_people(store, 1)
    sync(store, carrier, Clock(now=lambda: datetime.now(tz=UTC) + timedelta(days=ahead)))
    sendgrid.suppressions["unsubscribes"] = [_entry(1, sendgrid.now())]
    assert sync(store, carrier).changed == 1


def test_key_that_may_not_read(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport) -> None:
    """A key that may only send is told so, and the next time begins anew."""
    sendgrid.faults.append(Fault("403", path="/v3/suppression/bounces", body=b'{"errors": [{"message": "no"}]}'))
    with pytest.raises(TransportError, match="permission"):
        sync(store, carrier)
    add_people(store, 1)
    sendgrid.suppressions["bounces"] = [_entry(1, sendgrid.now() - 9_000_000)]
    assert sync(store, carrier).changed == 1


def test_who_leaves_while_mail_is_held(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Somebody who leaves in the undo window is told to SendGrid, which drops their copy."""
    add_people(store, 3)
    send(carrier, hold_seconds=1200)
    with store.write() as connection:
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED)
    assert sync(store, carrier).told == 1
    assert set(sendgrid.received()) == {"reader1@example.org", "reader3@example.org"}
