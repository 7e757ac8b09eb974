"""Sending at the desk through SendGrid: held sends, rejections, doubts, and what SendGrid knows."""

import re
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from newsletter.campaigns import known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.syncing import campaign_transport
from newsletter.formatting import say_near
from newsletter.storage import open_store
from newsletter.storage.ledger import deliveries
from tests.fakes.sendgrid import FakeSendGrid, Fault
from tests.web.running import PATIENCE
from tests.web.sending.conftest import SLUG, Person

_TAG = re.compile(r"<[^>]*>")


@pytest.mark.parametrize("theirs", [0, -700, 4000])
def test_held_sends_can_be_undone_and_sent_again(person: Person, account: FakeSendGrid, theirs: int) -> None:
    """What SendGrid holds is called back, whatever its clock says; the next send reaches each person once."""
    account.offset = theirs
    person.send()
    person.wait_until("finished")
    page = person.look()
    assert "Held until " in page
    assert "Undo: stop all of it" in page

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
        cancel(store, campaign, campaign_transport(person.workspace, campaign.plan))
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
    _, page = person.post("/ask", person.form("/ask", page=person.report()))

    assert "1 person left, bounced or complained" in page
    assert "Who it went to" in page


def test_account_under_review(person: Person, account: FakeSendGrid) -> None:
    """The send pauses and says why; once the account is put right, it goes on with everybody."""
    account.rejecting = "account under review"
    person.send("?when=at-once")
    person.wait_until("paused")
    page = person.look()
    assert "account under review" in page
    assert 'id="refused-title"' not in page

    account.rejecting = ""
    person.post("/go-on", person.form("/go-on"))
    person.wait_until("finished")
    assert Counter(map(len, account.received().values())) == {1: 3}


def test_way_back_for_those_given_up(person: Person, account: FakeSendGrid) -> None:
    """Whom an older version gave up for the sender's fault is sent to again, by one button."""
    person.send("?when=at-once")
    person.wait_until("finished")
    account.mails.clear()
    with open_store(person.workspace.database_url, person.workspace.key_file) as store, store.write() as connection:
        two = update(deliveries).where(deliveries.c.email != "reader3@example.org")
        connection.execute(two.values(state="refused", reason="400 request: account under review"))
    assert "For 2 messages the answer does not say" in person.look()

    _, page = person.post("/rejected", person.form("/rejected"))
    assert "2 messages queued again" in page
    person.wait_until("finished")
    assert sorted(account.received()) == ["reader1@example.org", "reader2@example.org"]
    assert "does not say" not in person.look()


@pytest.mark.parametrize("key", ["“SG.fake-key”", "SG.fake-key\u200b", "SG.fake-key # old"])
def test_key_that_cannot_be_one(
    person: Person, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """The page says so and offers no sending; a send that was open in another window starts nothing."""
    form = person.form()
    monkeypatch.setenv("SENDGRID_API_KEY", key)
    page = person.look()
    assert "SENDGRID_API_KEY" in page
    assert 'name="yes"' not in page
    assert key not in page

    status, page = person.post("", form, yes="yes")
    assert (status, person.state(), account.mails) == (422, "", [])
    assert "SENDGRID_API_KEY" in page


def test_held_mail_is_held_on_every_page(person: Person, account: FakeSendGrid) -> None:
    """List, issue, writing, comparing and sending say until when; none of them says that it was sent."""
    person.send()
    person.wait_until("finished")
    zone = person.workspace.settings.clinic.timezone
    held_until = datetime.fromtimestamp(max(mail.send_at for mail in account.mails), UTC)
    words = f"until {say_near(held_until, zone, datetime.now(tz=UTC))}"
    for page in ("/", f"/issues/{SLUG}", f"/issues/{SLUG}/write", f"/issues/{SLUG}/compare", f"/issues/{SLUG}/send"):
        text = _TAG.sub(" ", person.browser.get(page).text.partition("<main")[2])
        assert words in text, page
        assert not re.search(r"\b(was sent|Sent|finished|On its way)\b", text), page


def test_an_outage_is_told_while_it_is_tried_again(person: Person, account: FakeSendGrid) -> None:
    """The page says why it waits and until when; when SendGrid is back, all goes on by itself."""
    account.faults += [Fault("500", path="/v3/mail/batch")]
    person.send()
    until = time.monotonic() + PATIENCE
    while "Trying again until" not in (page := person.look()):
        assert time.monotonic() < until
    assert 'id="waiting"' in page
    person.wait_until("finished")
    assert "Trying again until" not in person.look()
    assert Counter(map(len, account.received().values())) == {1: 3}
