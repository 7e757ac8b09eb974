"""Preferences: by a link that is mailed to the reader, never by one that can be forwarded."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import count_rest, start
from newsletter.services.people import correct_address
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.subscribers.audience import Audience, count, left_out
from newsletter.subscribers.suppression import reason_for
from newsletter.subscribers.tokens import preferences_token, read_preferences_token, unsubscribe_token
from newsletter.subscribers.vocabulary import Reason, Status
from tests.campaigns.samples import MESSAGE
from tests.web.public.visiting import ANA, Visit, Visitor, parts

TOPICS = 'topics = ["workshops: Workshops and groups", "research: New research"]'


def test_the_link_goes_to_the_reader_alone(visitor: Visitor) -> None:
    """The link in an issue shows no data: it only has another one mailed to the reader's own address."""
    link = visitor.subscribe()
    answers = [visitor.get(f"{link}/preferences"), visitor.client.post(f"{link}/preferences")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(ANA in answer.text for answer in answers)
    [mail] = visitor.mails()
    assert mail["To"] == ANA
    assert mail["List-Unsubscribe"] is None
    page = visitor.get(visitor.link())
    assert ANA in page.text
    assert all(f'value="{do}"' in page.text for do in ("save", "pause", "copy", "erase"))


@pytest.mark.parametrize("added", ["", "/", ">", "?utm_source=x"])
def test_what_mail_programs_add_does_no_harm(visitor: Visitor, added: str) -> None:
    """Something behind the link changes neither what it does nor whom it is for."""
    link = visitor.subscribe()
    assert visitor.client.post(f"{link}/preferences{added}").status_code == 200
    assert len(visitor.mails()) == 1
    person = visitor.person()
    assert person is not None
    assert person.status is Status.SUBSCRIBED


def test_one_link_an_hour(visitor: Visitor) -> None:
    """Somebody with a forwarded copy cannot flood its owner."""
    link = visitor.subscribe()
    for _ in range(5):
        visitor.client.post(f"{link}/preferences")
    assert len(visitor.mails()) == 1
    visitor.hands.move(hours=1, minutes=1)
    visitor.client.post(f"{link}/preferences")
    assert len(visitor.mails()) == 2


def test_saving(visit: Visit) -> None:
    """Names, language and topics become what was chosen; tags that are no topics stay, and no others come."""
    visitor = visit(TOPICS)
    link = visitor.subscribe()
    with visitor.store.write() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET tags = ',research,team,'")
    page = visitor.open_preferences(link)
    assert re.search(r'value="research" checked', visitor.get(page).text)
    chosen = {"first_name": "Ana <b>", "last_name": "Lima", "language": "es", "topic": ["workshops", "vip"]}
    answer = visitor.client.post(page, data={"do": "save", **chosen})
    assert (answer.status_code, "Guardado." in answer.text, "Ana &lt;b&gt;" in answer.text) == (200, True, True)
    person = visitor.person()
    assert person is not None
    known = (person.first_name, person.last_name, person.language, person.tags)
    assert known == ("Ana <b>", "Lima", "es", ("team", "workshops"))


@pytest.mark.parametrize("language", ["pt-BR", "de", "zz", "ht"])
def test_saving_keeps_a_language_that_has_no_pages(visitor: Visitor, language: str) -> None:
    """Somebody whose language the pages do not have is shown it, and keeps it when they save something else."""
    link = visitor.subscribe()
    with visitor.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE subscribers SET language = '{language}'")  # noqa: S608
    page = visitor.open_preferences(link)
    found = re.search(r'value="([^"]*)" lang="[^"]*" selected', visitor.get(page).text)
    assert found
    assert found[1] == language
    visitor.client.post(page, data={"do": "save", "first_name": "Ana", "language": language})
    visitor.client.post(page, data={"do": "save", "first_name": "Eve", "language": "<b>"})
    person = visitor.person()
    assert person is not None
    assert (person.first_name, person.language) == ("Eve", "")


def test_pausing(visitor: Visitor) -> None:
    """For three months an issue leaves them out, and says so; then they get it again, and sooner if they like."""
    page = visitor.open_preferences(visitor.subscribe())
    visitor.subscribe("ben@example.org")
    assert "You are taking a break" in visitor.client.post(page, data={"do": "pause"}).text
    with visitor.store.read() as connection:
        assert count(connection) == count_rest(connection, "december") == 1
        assert left_out(connection) == {"paused by themselves": 1}
        connection.exec_driver_sql("SELECT 1")
    with visitor.store.write() as connection:
        until = connection.exec_driver_sql("SELECT until FROM pauses").scalar()
        connection.exec_driver_sql("UPDATE pauses SET until = '2026-01-01T00:00:00Z'")
    assert until
    with visitor.store.read() as connection:
        assert count(connection) == 2
    visitor.client.post(page, data={"do": "pause"})
    assert "End the break" in visitor.get(page).text
    visitor.client.post(page, data={"do": "resume"})
    with visitor.store.read() as connection:
        assert count(connection) == 2
    person = visitor.person()
    assert person is not None
    assert person.status is Status.SUBSCRIBED


@pytest.mark.parametrize(("days", "state", "gets"), [(0, "", 1), (24, "", 1), (26, "", 2), (3, "cancelled", 2)])
def test_one_issue_a_month(visit: Visit, days: int, state: str, gets: int) -> None:
    """Whoever wants no more gets the first issue, and the next one that is sent about a month after it."""
    visitor = visit(TOPICS)
    page = visitor.open_preferences(visitor.subscribe())
    visitor.subscribe("ben@example.org")
    visitor.client.post(page, data={"do": "save", "topic": ["once a month", "research"]})
    assert re.search(r'value="once a month" checked', visitor.get(page).text)
    assert start(visitor.store, MESSAGE, slug="december", plan=Plan(transport="sendgrid")).frozen == 2
    at = write_moment(datetime.now(tz=UTC) - timedelta(days=days))
    with visitor.store.write() as connection:
        connection.execute(update(campaigns).values(created_at=at, state="finished"))
        connection.execute(update(deliveries).values(state=state or "accepted"))
        assert left_out(connection) == ({} if gets == 2 else {"want one issue a month and have it": 1})
    assert start(visitor.store, MESSAGE, slug="extra", plan=Plan(transport="sendgrid")).frozen == gets
    visitor.client.post(page, data={"do": "save", "topic": ["research"]})
    assert start(visitor.store, MESSAGE, slug="january", plan=Plan(transport="sendgrid")).frozen == 2


@pytest.mark.parametrize(
    ("plan", "days_ahead", "address", "gets"),
    [
        (Plan(transport="sendgrid"), 0, ANA, 0),
        (Plan(transport="sendgrid"), 0, "former@example.org", 0),
        (Plan(transport="outbox"), 0, ANA, 1),
        (Plan(transport="sendgrid", audience=Audience(received="november")), 0, ANA, 1),
        (Plan(transport="sendgrid"), 20, ANA, 0),
        (Plan(transport="sendgrid"), 90, ANA, 1),
    ],
    ids=["issue", "at a former address", "practice", "correction", "soon", "in three months"],
)
def test_what_counts_as_an_issue_of_this_month(
    visitor: Visitor, plan: Plan, days_ahead: int, address: str, gets: int
) -> None:
    """Only what was really sent, at whichever address, or will be soon; a correction comes on top."""
    page = visitor.open_preferences(visitor.subscribe())
    assert start(visitor.store, MESSAGE, slug="december", plan=Plan(transport="sendgrid")).frozen == 1
    with visitor.store.write() as connection:
        at = write_moment(datetime.now(tz=UTC) + timedelta(days=days_ahead))
        connection.execute(update(campaigns).values(due_at=at, plan=plan.to_json(), state="finished"))
        connection.execute(update(deliveries).values(state="accepted", email=address, email_key=address))
    visitor.client.post(page, data={"do": "save", "topic": ["once a month"]})
    with visitor.store.read() as connection:
        assert count(connection) == gets


def test_a_copy_of_the_data(visitor: Visitor) -> None:
    """All that is stored about them and nobody else, as a file, by a button."""
    page = visitor.open_preferences(visitor.subscribe())
    visitor.subscribe("ben@example.org")
    answer = visitor.client.post(page, data={"do": "copy"})
    assert "attachment" in answer.headers["content-disposition"]
    found = json.loads(answer.text)
    assert (found["email"], found["consent"][0]["wording"], found["issues"]) == (ANA, "Yes, please.", [])
    assert [asked["kind"] for asked in found["requests"]] == ["preferences"]
    assert "ben@" not in answer.text


def test_erasing(visitor: Visitor, tmp_path: Path) -> None:
    """Two clear signs, and everything is gone; they may join again by their own confirmation."""
    page = visitor.open_preferences(visitor.subscribe())
    assert "tick the box" in visitor.client.post(page, data={"do": "erase"}).text
    assert visitor.person() is not None
    answer = visitor.client.post(page, data={"do": "erase", "sure": "yes"})
    assert (answer.status_code, "erased" in answer.text) == (200, True)
    assert visitor.person() is None
    assert not list((visitor.workspace.outbox_dir / "notices").glob("*.eml"))
    data = b"".join(path.read_bytes() for path in visitor.workspace.root.glob("newsletter.db*"))
    assert ANA.encode() not in data
    assert visitor.get(page).status_code == visitor.client.post(page, data={"do": "save"}).status_code == 404
    assert tmp_path

    visitor.fill_in(ANA)
    assert visitor.client.post(visitor.link()).status_code == 200
    person = visitor.person()
    assert person is not None
    assert person.status is Status.SUBSCRIBED


def test_erasing_reaches_former_addresses(visitor: Visitor) -> None:
    """Whose address was corrected is erased by all of them; no import brings back an old one."""
    page = visitor.open_preferences(visitor.subscribe())
    person = visitor.person()
    assert person is not None
    correct_address(visitor.workspace, visitor.store, person.id, "anna@example.org", anyway=False)
    visitor.client.post(page, data={"do": "erase", "sure": "yes"})
    assert not list((visitor.workspace.outbox_dir / "notices").glob("*.eml"))
    with visitor.store.read() as connection:
        reasons = [reason_for(connection, visitor.store.key, one) for one in (ANA, "anna@example.org")]
    assert reasons == [Reason.FORGOTTEN] * 2


@pytest.mark.parametrize("do", ["save", "pause", "resume", "copy", "erase"])
def test_links_expire(visitor: Visitor, do: str) -> None:
    """After a day, the page says how to get a new link, and no button does anything."""
    page = visitor.open_preferences(visitor.subscribe())
    before = visitor.person()
    visitor.hands.move(hours=24, minutes=1)
    assert visitor.get(page).status_code == 404
    answer = visitor.client.post(page, data={"do": do, "sure": "yes", "first_name": "Eve"})
    assert (answer.status_code, ANA in answer.text) == (404, False)
    assert visitor.person() == before


def test_other_tokens_open_nothing(visitor: Visitor) -> None:
    """The token of an issue's link, which can be forwarded, is none for the preferences."""
    link = visitor.subscribe()
    person = visitor.person()
    assert person is not None
    for token in (link.removeprefix("/u/"), unsubscribe_token(visitor.store.key, person.id)):
        assert visitor.get(f"/preferences/{token}").status_code == 404
    now = visitor.hands.now()
    assert read_preferences_token(b"x" * 32, preferences_token(visitor.store.key, person.id, now), now) is None


def test_the_mail_says_what_it_is(visitor: Visitor) -> None:
    """It warns against forwarding it, and names the clinic."""
    visitor.open_preferences(visitor.subscribe())
    for part in parts(visitor.mails()[-1]):
        assert "do not forward" in re.sub(r"\s+", " ", part)
        assert "12 Elm Street" in part
