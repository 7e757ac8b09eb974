"""Sending at the desk through SendGrid: held sends, doubts, and what SendGrid knows."""

from collections import Counter

import pytest

from newsletter.campaigns import known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.carrier import carrier_of
from newsletter.storage import open_store
from tests.fakes.sendgrid import FakeSendGrid, Fault
from tests.web.sending.conftest import SLUG, Person


@pytest.mark.parametrize("theirs", [0, -700, 4000])
def test_held_sends_can_be_undone_and_sent_again(person: Person, account: FakeSendGrid, theirs: int) -> None:
    """What SendGrid holds is called back, whatever its clock says; the next send reaches each person once."""
    account.offset = theirs
    person.send()
    person.wait_until("finished")
    page = person.look()
    assert "You can still undo it" in page

    _, page = person.post("/cancel", person.form("/cancel"))
    assert "3 messages stopped" in page
    assert account.received() == {}
    person.send()
    person.wait_until("finished")
    assert Counter(map(len, account.received().values())) == {1: 3}


def test_doubts_are_settled_by_a_typed_number(person: Person, account: FakeSendGrid) -> None:
    """What may or may not have been sent is named, settled by a person's word, and sent only then."""
    account.faults.append(Fault("drop-reply", accept=False))
    person.send("?when=at-once")
    person.wait_until("sending")
    until = 200
    while "Did they get it?" not in (page := person.look()) and until:
        until -= 1
    assert "reader1@example.org" in page
    form = person.form("/settle")
    assert person.post("/settle", form, whom="all", verdict="not-sent", yes="2")[0] == 422
    assert person.post("/settle", form, whom="some", verdict="not-sent", yes="0")[0] == 422
    _, page = person.post("/settle", form, whom="all", verdict="not-sent", yes="3")
    assert "3 messages settled" in page
    assert account.received() == {}

    person.post("/go-on", person.form("/go-on"))
    person.wait_until("finished")
    assert Counter(map(len, account.received().values())) == {1: 3}


def test_doubts_of_a_cancelled_send_are_settled_too(person: Person, account: FakeSendGrid) -> None:
    """They are left out of the next send until somebody knows, and are in it then."""
    account.faults.append(Fault("drop-reply", accept=False))
    person.send("?when=at-once")
    until = 200
    while "Did they get it?" not in person.look() and until:
        until -= 1
    with open_store(person.workspace.database_url, person.workspace.key_file) as store:
        campaign = known_campaign(store, SLUG)
        cancel(store, campaign, carrier_of(person.workspace, campaign.plan))
    page = person.look()
    assert "nobody knows" in page
    assert "Did they get it?" in page

    _, page = person.post("/settle", person.form("/settle"), whom="all", verdict="not-sent", yes="3")
    assert "3 messages settled. They wait to be sent: send the issue again" in page
    assert "Did they get it?" not in page
    person.send("?when=at-once")
    person.wait_until("finished")
    assert Counter(map(len, account.received().values())) == {1: 3}


def test_sendgrid_is_asked(person: Person, account: FakeSendGrid) -> None:
    """One button brings home who left there."""
    person.send()
    person.wait_until("finished")
    account.suppressions["unsubscribes"] = [{"email": "reader2@example.org", "created": int(account.now())}]
    _, page = person.post("/ask", person.form("/ask"))

    assert "1 person left, bounced or complained" in page
