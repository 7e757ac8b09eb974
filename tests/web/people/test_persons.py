"""One person in the desk: what is shown, what can be done, and how it is taken back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns.model import Plan
from newsletter.storage import Store
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.suppression import find_suppression, reason_for, suppress
from newsletter.subscribers.vocabulary import How, Reason, Status
from newsletter.workspace import Workspace
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.web.people.conftest import WORDS, add, known
from tests.web.sending.conftest import set_settings
from tests.web.sitting import Sitting

ANA = "ana@example.org"


@pytest.fixture
def ana(people_store: Store) -> Subscriber:
    """Somebody on the list."""
    return add(people_store, ANA, "Ana", "Lima", tags="news")


def test_everything_known_is_shown(sitting: Sitting, people_store: Store, ana: Subscriber) -> None:
    """Facts, tags, history in the clinic's zone with the words, mails and what became of them."""
    _was_sent(people_store, ana, "winter-light", state="accepted", fate="delivered")
    _was_sent(people_store, ana, "spring-walks", state="skipped", reason="unsubscribed")
    page = _text(sitting.see(f"/people/{ana.id}"))

    for fact in ("Ana Lima", ANA, "Subscribed", "news", f"Agreed to: {WORDS}", "entered by hand"):
        assert fact in page
    assert re.search(r"Joined \w{3}, \w{3} \d+, \d{4}, \d+:\d\d [AP]M ET", page)
    assert "winter-light Delivered" in page
    assert "spring-walks Skipped: no longer subscribed (unsubscribed)" in page


def test_an_address_is_in_no_address_of_a_page(sitting: Sitting, ana: Subscriber) -> None:
    """Neither in links nor in forms nor where a change leads."""
    page = sitting.see(f"/people/{ana.id}") + sitting.see("/people") + sitting.see(f"/people/{ana.id}/forget")
    left = sitting.post(f"/people/{ana.id}/unsubscribe")

    assert not re.search(r'(href|action|src|formaction)="[^"]*(ana|Ana|%40|@)', page)
    assert not re.search(r"<title>[^<]*(ana|Ana|Lima)", page)  # a browser keeps titles in its history, too
    assert "ana" not in str(left.url)


def test_somebody_is_unsubscribed_and_that_is_taken_back(
    sitting: Sitting, people_store: Store, ana: Subscriber
) -> None:
    """The reason is kept; so are both steps."""
    page = sitting.post(f"/people/{ana.id}/unsubscribe", reason="moved away").text
    assert "Ana Lima is unsubscribed" in page
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, ANA) is Reason.UNSUBSCRIBED
        assert history(connection, ana.id)[-1].note == "moved away"

    assert "on the list as before" in sitting.undo(page).text
    assert known(people_store, ANA) == ana
    with people_store.read() as connection:
        assert [entry.what.value for entry in history(connection, ana.id)] == [
            "subscribed", "unsubscribed", "resubscribed",
        ]  # fmt: skip
    replayed = sitting.undo(page)
    assert replayed.status_code == 422
    assert "can no longer be undone" in replayed.text


def test_who_left_by_themselves_cannot_be_brought_back_by_undoing(
    sitting: Sitting, people_store: Store, ana: Subscriber
) -> None:
    """That takes their own words and how they are known."""
    with people_store.write() as connection:
        suppress(connection, people_store.key, ANA, Reason.UNSUBSCRIBED, how=How.TOKEN)

    assert sitting.post(f"/people/{ana.id}/unsubscribe/undo").status_code == 422
    assert "already gets nothing" in sitting.post(f"/people/{ana.id}/unsubscribe").text
    for fields in ({}, {"wording": "Please."}, {"reason": "by phone"}, {"wording": " ", "reason": " "}):
        assert sitting.post(f"/people/{ana.id}/resubscribe", **fields).status_code == 422
    assert known(people_store, ANA).status is Status.UNSUBSCRIBED


@pytest.mark.parametrize("reason", [Reason.UNSUBSCRIBED, Reason.COMPLAINED, Reason.BOUNCED])
def test_somebody_is_brought_back_and_that_is_taken_back(
    sitting: Sitting, people_store: Store, ana: Subscriber, reason: Reason
) -> None:
    """Words and reason are in the history; undone, they stand as they stood, for the same reason."""
    with people_store.write() as connection:
        suppress(connection, people_store.key, ANA, reason, how=How.EVENT)
    page = sitting.post(f"/people/{ana.id}/resubscribe", wording="Please add me again.", reason="by phone").text
    with people_store.read() as connection:
        last = history(connection, ana.id)[-1]
    assert (last.what.value, last.wording, last.note) == ("resubscribed", "Please add me again.", "by phone")
    assert known(people_store, ANA).status is Status.SUBSCRIBED

    assert "is mailed nothing" in sitting.undo(page).text
    assert known(people_store, ANA).status is reason.status
    with people_store.read() as connection:
        found = find_suppression(connection, people_store.key, ANA)
    assert found is not None
    assert found.reason is reason


def test_tags_are_given_and_taken_each_with_undo(sitting: Sitting, people_store: Store, ana: Subscriber) -> None:
    """A tag that is there already is neither given twice nor taken away by undoing."""
    given = sitting.post(f"/people/{ana.id}/tag", tag=" Evening  Group ").text
    assert known(people_store, ANA).tags == ("evening group", "news")
    sitting.undo(given)
    assert known(people_store, ANA).tags == ("news",)

    again = sitting.post(f"/people/{ana.id}/tag", tag="news").text
    assert "have the tag “news” already" in again
    assert '<button class="plain">Undo' not in again

    taken = sitting.post(f"/people/{ana.id}/untag", tag="news").text
    assert known(people_store, ANA).tags == ()
    sitting.undo(taken)
    assert known(people_store, ANA).tags == ("news",)
    assert sitting.post(f"/people/{ana.id}/tag", tag=" , ").status_code == 422


def test_names_are_corrected_and_that_is_taken_back(sitting: Sitting, people_store: Store, ana: Subscriber) -> None:
    """What stood before is back; a language that is none changes nothing."""
    page = sitting.post(f"/people/{ana.id}/edit", first_name="Anna", last_name="", language="pt-br").text
    after = known(people_store, ANA)
    assert (after.first_name, after.last_name, after.language) == ("Anna", "", "pt-BR")

    assert sitting.post(f"/people/{ana.id}/edit", first_name="X", language="???").status_code == 422
    sitting.undo(page)
    assert known(people_store, ANA) == ana
    again = sitting.post(f"/people/{ana.id}/edit", first_name="Ana", last_name="Lima").text
    assert "Nothing was changed." in again


def test_somebody_who_waits_is_confirmed_by_hand(sitting: Sitting, people_store: Store, ana: Subscriber) -> None:
    """And only somebody who waits: it brings back nobody who left."""
    ben = add(people_store, "ben@example.org", "Ben", pending=True)
    assert "is confirmed, and gets the next issue" in sitting.post(f"/people/{ben.id}/confirm").text
    assert known(people_store, "ben@example.org").status is Status.SUBSCRIBED

    sitting.post(f"/people/{ana.id}/unsubscribe")
    assert "Nothing was changed" in sitting.post(f"/people/{ana.id}/confirm").text
    assert known(people_store, ANA).status is Status.UNSUBSCRIBED


def test_the_record_of_consent_is_handed_over(sitting: Sitting, ana: Subscriber) -> None:
    """As a file whose name says nothing of the person."""
    answer = sitting.client.get(f"/people/{ana.id}/evidence")

    assert answer.headers["content-disposition"] == f'attachment; filename="record-of-consent-{ana.id}.txt"'
    assert answer.text.startswith("Consent record\nElm Street Psychiatry, 12 Elm Street")
    assert f"agreed to: “{WORDS}”" in answer.text


def test_somebody_is_erased_for_good(sitting: Sitting, people_store: Store, ana: Subscriber) -> None:
    """Only after their address was typed; what is kept lets no import bring them back."""
    _was_sent(people_store, ana, "winter-light")
    page = _text(sitting.see(f"/people/{ana.id}/forget"))
    assert "history of consent (1 entry)" in page
    assert "what was sent (1 issue)" in page

    for typed in ("", "ana", "ben@example.org"):
        assert sitting.post(f"/people/{ana.id}/forget", address=typed).status_code == 422
    assert known(people_store, ANA) == ana

    told = sitting.post(f"/people/{ana.id}/forget", address=" ANA@example.org ").text
    assert "Erased: their record, 1 entry of their history, 1 copy of their address in what was sent." in told
    with people_store.read() as connection:
        assert subscriber_by_id(connection, ana.id) is None
        assert reason_for(connection, people_store.key, ANA) is Reason.FORGOTTEN
    sitting.see(f"/people/{ana.id}", status=404)
    for action in (
        "edit",
        "confirm",
        "unsubscribe",
        "tag",
        "forget",
        "resubscribe",
        "unsubscribe/undo",
        "resubscribe/undo",
    ):
        again = sitting.post(f"/people/{ana.id}/{action}", tag="x", wording="x", reason="x", address=ANA)
        assert again.status_code == 422
        assert "no longer on the list" in again.text


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("number", ["0", "4711", "9223372036854775807", "9" * 60, "-1", "1.5", "..%2f", "x", "%00"])
@pytest.mark.parametrize("page", ["", "/forget", "/evidence"])
def test_a_number_that_nobody_has_is_not_found(sitting: Sitting, number: str, page: str) -> None:
    """Whatever stands in the address, it is a number of the list or a page that is not there."""
    assert sitting.client.get(f"/people/{number}{page}").status_code == 404


def test_script_in_every_field_is_text(sitting: Sitting, ana: Subscriber) -> None:
    """What is typed is shown as it was typed, and runs nowhere."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    sitting.post(f"/people/{ana.id}/unsubscribe", reason=evil)
    sitting.post(f"/people/{ana.id}/resubscribe", wording=evil, reason=evil)
    sitting.post(f"/people/{ana.id}/tag", tag=evil)
    pages = [sitting.see(page) for page in (f"/people/{ana.id}", "/people", f"/people/{ana.id}/forget")]
    pages.append(sitting.see("/people?search=" + evil.replace("#", "").replace("&", "")))

    assert not [page for page in pages if "<script>alert" in page or "<img" in page]
    assert pages[0].count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def _was_sent(
    store: Store, person: Subscriber, slug: str, *, state: str = "accepted", fate: str = "", reason: str = ""
) -> None:
    moment = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    campaign = {"ref": slug, "slug": slug, "state": "finished", "message": "{}", "digest": "x", "frozen": 1}
    with store.write() as connection:
        plan = Plan(transport="outbox").to_json()
        added = connection.execute(campaigns.insert().values(**campaign, plan=plan, created_at=moment))
        (number,) = added.inserted_primary_key or (0,)
        copy = {"email": person.email, "email_key": person.email, "first_name": "", "last_name": "", "reason": reason}
        row = deliveries.insert().values(campaign_id=number, subscriber_id=person.id, state=state, fate=fate, **copy)
        connection.execute(row)


@pytest.mark.parametrize(("minutes", "told"), [(20, "Held until "), (-1, "Sent")])
def test_mail_that_is_held_is_not_sent(
    sitting: Sitting, people_store: Store, ana: Subscriber, minutes: int, told: str
) -> None:
    """A person's page tells of a mail that SendGrid still holds until when it does."""
    _was_sent(people_store, ana, "winter")
    send_at = write_moment(datetime.now(tz=UTC) + timedelta(minutes=minutes))
    with people_store.write() as connection:
        sizes = {"size": 1, "first_id": 1, "last_id": 1, "claimed_at": send_at}
        connection.execute(
            batches.insert().values(
                id=7, campaign_id=1, ref="b", state="accepted", hold_id="h", send_at=send_at, **sizes
            )
        )
        connection.execute(deliveries.update().values(batch_id=7))
    mails = _text(sitting.see(f"/people/{ana.id}").partition('id="mails-title"')[2].partition("</section>")[0])
    assert told in mails
    assert ("Sent" in mails) == (minutes < 0)


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace("( ", "(").replace(" )", ")")


@pytest.fixture
def account(desk_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own that the clinic has chosen before its desk is opened."""
    set_settings(desk_workspace, '[delivery]\ntransport = "sendgrid"')
    with fake_sendgrid() as found:
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        yield found


def test_sendgrid_erases_them_too(
    account: FakeSendGrid, sitting: Sitting, people_store: Store, ana: Subscriber
) -> None:
    """Offered where mail goes through SendGrid; if it will not, they are erased here all the same."""
    sitting.see("/")  # reads the settings
    assert "at-sendgrid" in sitting.see(f"/people/{ana.id}/forget")
    ben = add(people_store, "ben.ode@example.org")
    form = {"at-sendgrid": "yes"}
    assert "taken the request" in sitting.post(f"/people/{ana.id}/forget", address=ANA, **form).text
    assert account.erased == [ANA]
    account.scopes.remove("recipients.erasejob.create")
    told = sitting.post(f"/people/{ben.id}/forget", address="ben.ode@example.org", **form).text
    assert "not erased yet" in told
    with people_store.read() as connection:
        assert subscriber_by_id(connection, ben.id) is None
