"""A person's address, a mailbox that does not exist, and several people at once."""

import re

import pytest
from sqlalchemy import insert

from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.consent import Entry, record_all
from newsletter.subscribers.records import find_subscriber
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import How, Reason, Status, What
from tests.web.people.conftest import WORDS, add, known
from tests.web.sitting import ORIGIN, Sitting

ANA = "ana@exmaple.org"


def _reason(store: Store, email: str) -> Reason | None:
    with store.read() as connection:
        return reason_for(connection, store.key, email)


def test_address_is_corrected_and_that_is_undone(sitting: Sitting, people_store: Store) -> None:
    """The page says what becomes of the old address; the history shows it; no address gets into the page's own."""
    ana = add(people_store, ANA, "Ana", "Lima")
    page = sitting.post(f"/people/{ana.id}/address", email="ana@example.org")
    assert "Nothing more is sent to the old one" in page.text
    assert f"Before: {ANA}" in page.text
    assert WORDS in page.text
    assert "ana" not in str(page.url)
    assert _reason(people_store, ANA) is Reason.REPLACED
    sitting.undo(page.text)
    assert known(people_store, ANA).id == ana.id
    assert _reason(people_store, ANA) is None


def test_address_that_cannot_be_theirs(sitting: Sitting, people_store: Store) -> None:
    """Each refusal says why, and what to do on the page; nothing is changed."""
    ana = add(people_store, ANA, "Ana", "Lima")
    add(people_store, "ben@example.org")
    with people_store.write() as connection:
        suppress(connection, people_store.key, "gone@example.org", Reason.UNSUBSCRIBED)
    for email, said in (
        ("ben@example.org", "another subscriber"),
        ("gone@example.org", "the new address is suppressed"),
        ("ana@gmial.com", "mistyped"),
        ("ana", "no @"),
    ):
        refused = sitting.post(f"/people/{ana.id}/address", email=email)
        assert refused.status_code == 422
        assert said in refused.text
        assert "--" not in re.sub(r"<!--.*?-->", "", refused.text.partition("<main")[2])
    assert known(people_store, ANA) == ana
    sitting.post(f"/people/{ana.id}/address", email="ana@gmial.com", anyway="on")
    assert known(people_store, "ana@gmial.com").id == ana.id


def test_bounced_and_then_corrected(sitting: Sitting, people_store: Store) -> None:
    """Marked by mistake, it is undone; with the right address they are on the list again."""
    ana = add(people_store, ANA, "Ana", "Lima")
    page = sitting.post(f"/people/{ana.id}/bounced", reason="came back").text
    assert "Ana Lima is marked as bounced" in page
    assert "came back" in page
    sitting.undo(page)
    assert known(people_store, ANA).status is Status.SUBSCRIBED
    sitting.post(f"/people/{ana.id}/bounced")
    page = sitting.post(f"/people/{ana.id}/address", email="ana@example.org").text
    assert "on the list again" in page
    assert known(people_store, "ana@example.org").status is Status.SUBSCRIBED
    assert _reason(people_store, ANA) is Reason.BOUNCED


@pytest.mark.parametrize(("what", "status"), [("", Status.UNSUBSCRIBED), ("bounced", Status.BOUNCED)])
def test_several_are_ticked(sitting: Sitting, people_store: Store, what: str, status: Status) -> None:
    """They are shown once more, so that some can be left out; undone, each is as before, whoever had left stays so."""
    people = [add(people_store, f"reader{number}@example.org", f"Reader{number}") for number in range(5)]
    with people_store.write() as connection:
        suppress(connection, people_store.key, people[3].email, Reason.COMPLAINED, how=How.EVENT)
    listed = sitting.see("/people")
    assert all(f'name="person" value="{one.id}" form="chosen"' in listed for one in people)
    page = sitting.see("/people/several?" + "&".join(f"person={one.id}" for one in people[:4]) + "&person=x&person=99")
    assert "Unsubscribe 4 people?" in page
    left = [people[0], people[1], people[3]]  # one is unticked
    body = {"desk_token": sitting.token(), "person": [str(one.id) for one in left], "what": what, "reason": "moved"}
    done = sitting.client.post("/people/several", data=body, headers={"Origin": ORIGIN}, follow_redirects=True).text
    assert "2 people are" in done
    assert "1 already got nothing" in done
    found = [known(people_store, one.email).status for one in people]
    assert found == [status, status, Status.SUBSCRIBED, Status.COMPLAINED, Status.SUBSCRIBED]
    assert "2 people are on the list as before" in sitting.undo(done).text
    assert known(people_store, people[0].email).status is Status.SUBSCRIBED
    assert known(people_store, people[3].email).status is Status.COMPLAINED
    assert sitting.undo(done).status_code == 422


def test_many_are_undone(sitting: Sitting, people_store: Store) -> None:
    """However many they are, each of them is restored, and nobody else."""
    numbers = range(10**15, 10**15 + 200)
    rows = [{"id": n, "email": f"r{n}@example.org", "email_key": f"r{n}@example.org"} for n in numbers]
    new = insert(subscribers).values(status="subscribed", created_at="2026-11-01T00:00:00Z")
    with people_store.write() as connection:
        connection.execute(new, rows)
        record_all(connection, [Entry(number, What.SUBSCRIBED) for number in numbers], How.IMPORT)
    ids = [str(number) for number in numbers]
    body = {"desk_token": sitting.token(), "person": ids}
    done = sitting.client.post("/people/several", data=body, headers={"Origin": ORIGIN}, follow_redirects=True).text
    assert "200 people are unsubscribed" in done
    assert "Undone: 200 people are on the list as before.<" in sitting.undo(done).text


def test_nobody_is_ticked(sitting: Sitting, people_store: Store) -> None:
    """Without a tick there is nothing to confirm."""
    add(people_store, ANA)
    assert "Nobody is ticked" in sitting.see("/people/several")
    assert sitting.post("/people/several").status_code == 422


def test_erasing_after_a_correction(sitting: Sitting, people_store: Store) -> None:
    """Both addresses stay suppressed, and neither is kept."""
    ana = add(people_store, ANA)
    sitting.post(f"/people/{ana.id}/address", email="ana@example.org")
    assert sitting.post(f"/people/{ana.id}/forget", address="ana@example.org").status_code == 200
    assert _reason(people_store, ANA) is Reason.FORGOTTEN
    with people_store.read() as connection:
        assert find_subscriber(connection, "ana@example.org") is None
