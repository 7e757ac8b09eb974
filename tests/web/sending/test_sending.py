"""Testing, approving, sending and watching at the desk: what each form does, and what it refuses."""

import csv
import io
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.campaigns import Plan
from newsletter.campaigns.approval import given
from newsletter.campaigns.freezing import start
from newsletter.campaigns.overview import has_database
from newsletter.storage import open_store
from newsletter.subscribers.records import Profile, add_subscriber, change_tags, get_subscriber
from newsletter.web.desk.sending import runner
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.web.running import PATIENCE
from tests.web.samples import write_letter
from tests.web.sending.conftest import PAGE, SLUG, Person, end_countdown, set_settings


def _edit(person: Person) -> None:
    write_letter(person.workspace.issues_dir / SLUG, "Snow fell last night.\n")


@pytest.mark.parametrize("day", ["12/01/2026", "2026-13-01", "tomorrow", "1.12.2026"])
def test_day_that_is_none_is_not_everybody(person: Person, day: str) -> None:
    """Whoever wanted only those who joined since some day is told that it is no day."""
    refused = person.browser.get(PAGE, params={"since": day})
    assert (refused.status_code, "is not a day" in refused.text) == (422, True)


@pytest.mark.parametrize("chosen", [{"date": "2046-01-15", "time": "09:00"}, {"date": "2046-01-15"}, {"time": "09:00"}])
@pytest.mark.parametrize("when", ["", "soonish"])
def test_time_without_a_word_of_when_is_not_now(person: Person, chosen: dict[str, str], when: str) -> None:
    """A day or an hour alone means later; if a part of it is missing, that is asked for."""
    page = person.browser.get(PAGE, params=chosen | {"when": when}).text
    assert ("Choose a day and an hour." in page) == (len(chosen) == 1)
    assert 'name="when" value="later" checked' in page
    assert ('type="hidden" name="when" value="later"' in page) == (len(chosen) == 2)


# --- trying ---------------------------------------------------------------------------------


def test_a_test_is_written_shown_and_remembered(person: Person) -> None:
    """The test is a file that can be opened from the page; the address is there the next time."""
    assert "Nobody has tried this issue yet" in person.look()
    status, page = person.post("/test", person.form("/test"), address="ana@example.org", to="me")

    assert status == 200
    written = list((person.workspace.outbox_dir / f"{SLUG}-test").iterdir())
    assert len(written) == 1
    assert "Tested" in page
    assert written[0].name in page
    assert str(written[0]) not in page
    assert 'value="ana@example.org"' in page
    opened = person.browser.get(f"{PAGE}/test-mail/{written[0].name}")
    assert opened.headers["content-type"].startswith("message/rfc822")
    assert b"[Test]" in opened.content


def test_the_reviewers_get_a_test(person: Person) -> None:
    """One button sends it to all who are named in the settings."""
    set_settings(person.workspace, '[team]\nreviewers = ["ana@example.org", "ben@example.org"]')
    person.post("/test", person.form("/test"), to="reviewers")

    assert len(list((person.workspace.outbox_dir / f"{SLUG}-test").iterdir())) == 2


def test_a_change_after_the_test_is_told(person: Person) -> None:
    """What was tried is not what would be sent any more."""
    person.post("/test", person.form("/test"), address="ana@example.org", to="me")
    _edit(person)

    assert "Changed since the last test" in person.look()


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "ana@example.org\r\nBcc: eve@example.org"])
def test_no_address_no_test(person: Person, address: str) -> None:
    """What is no address is refused, and nothing is sent."""
    status, _ = person.post("/test", person.form("/test"), address=address, to="me")

    assert status == 422
    assert not person.workspace.outbox_dir.exists()


# --- who and when ------------------------------------------------------------------------------


def test_the_counts_follow_the_tags(person: Person) -> None:
    """Choosing by tags changes the number, and says who is left out and why."""
    with open_store(person.workspace.database_url, person.workspace.key_file) as store, store.write() as connection:
        add_subscriber(connection, store.key, "di@example.org", Profile(tags=["staff"]), wording="yes")

    assert "<b>4</b> people get it" in person.look()
    without = person.look("?not=staff")
    assert "<b>3</b> people get it" in without
    assert "1 have a tag you left out" in without
    assert "<b>1</b> person gets it" in person.look("?tag=staff")


def test_a_time_is_read_back(person: Person) -> None:
    """Weekday, date, zone and distance, so that a slip shows."""
    then = datetime.now(tz=UTC) + timedelta(days=300)
    page = person.look(f"?when=later&date={then:%Y-%m-%d}&time=09:00")

    assert f"{then:%a}, {then:%b} {then.day}, {then.year}, 9:00 AM ET (in " in page
    assert "Schedule it" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?when=later", "Choose a day and an hour"),
        ("?when=later&date=2020-01-01&time=09:00", "is in the past"),
        ("?when=later&date=2027-03-14&time=02:30", "does not exist"),
        ("?when=later&date=2027-11-07&time=01:30", "exists twice"),
        ("?when=later&date=soon&time=noon", "is not a time"),
    ],
)
def test_a_wrong_time_is_told(person: Person, query: str, told: str) -> None:
    """The page says what is the matter with it, and offers no sending."""
    page = person.look(query)

    assert told in page
    assert 'name="yes"' not in page


def test_nobody_on_the_list(desk_workspace: Workspace, person: Person) -> None:
    """An empty list leads to the people."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        connection.exec_driver_sql("DELETE FROM subscribers")

    page = person.look()
    assert "There is nobody on your list yet" in page
    assert 'href="/people"' in page


def test_a_missing_key_is_said(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not set up yet stands on the page, with what to do."""
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    set_settings(person.workspace, '[delivery]\ntransport = "sendgrid"')

    page = person.look()
    assert "SENDGRID_API_KEY is missing" in page
    assert 'name="yes"' not in page


# --- sending -----------------------------------------------------------------------------------


def test_it_waits_a_moment_and_can_be_undone(person: Person) -> None:
    """Nothing leaves before the countdown is over; undoing it says how many were stopped."""
    _, page = person.send()
    assert "It goes out in" in page
    assert person.state() == "scheduled"

    _, page = person.post("/cancel", person.form("/cancel"))
    assert "3 messages stopped" in page
    assert person.outbox == []


def test_it_is_sent_and_reported(hurried: Person) -> None:
    """After the countdown the desk sends it by itself, and the page is the report."""
    hurried.send()
    hurried.wait_until("finished")

    page = hurried.look()
    assert len(hurried.outbox) == 3
    assert "<b>3</b> accepted" in page
    rows = list(csv.reader(io.StringIO(hurried.browser.get(f"{PAGE}/people.csv").text)))
    assert [row[1] for row in rows] == ["state", "accepted", "accepted", "accepted"]


@pytest.mark.usefixtures("watchful")
def test_its_moment_comes_while_the_database_cannot_be_opened(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk looks again, and sends it once it can."""
    looks = threading.Semaphore(0)

    def look(workspace: Workspace) -> bool:
        looks.release()
        return has_database(workspace)

    monkeypatch.setattr(runner, "has_database", look)
    monkeypatch.setattr(runner, "_AFTER_TROUBLE", 0.1)
    person.send()
    key = person.workspace.key_file
    away = key.rename(key.with_name("away"))
    end_countdown(person.workspace)
    while looks.acquire(blocking=False):
        pass
    for _ in range(3):  # the second one begins when the first has failed
        assert looks.acquire(timeout=PATIENCE)
    assert person.outbox == []
    away.rename(key)

    person.wait_until("finished")
    assert len(person.outbox) == 3


def test_cancelled_and_sent_again(hurried: Person) -> None:
    """A campaign that was cancelled before anything went out can be sent again; each gets one copy."""
    with open_store(hurried.workspace.database_url, hurried.workspace.key_file) as store:
        due = datetime.now(tz=UTC) + timedelta(hours=5)
        start(store, MESSAGE, slug=SLUG, plan=Plan(transport="outbox"), due_at=due)
    hurried.post("/cancel", hurried.form("/cancel"))
    assert "You can send it again" in hurried.look()

    hurried.send()
    hurried.wait_until("finished")
    assert len(hurried.outbox) == 3
    canceled, sent = re.findall(r"<td>(\w+)</td></tr>", hurried.report())
    assert (canceled, sent) == ("Canceled", "Sent")


def test_a_double_click_sends_once(hurried: Person) -> None:
    """The same yes twice leads to the same campaign, without a complaint."""
    form = hurried.form()
    first, _ = hurried.post("", form, yes="yes")
    second, _ = hurried.post("", form, yes="yes")
    hurried.wait_until("finished")

    assert (first, second) == (200, 200)
    assert len(hurried.outbox) == 3


def test_a_page_from_before_a_cancelling_sends_nothing(person: Person) -> None:
    """The back button and a second click start no second campaign."""
    form = person.form()
    person.post("", form, yes="yes")
    person.post("/cancel", person.form("/cancel"))
    status, page = person.post("", form, yes="yes")

    assert status == 422
    assert "sent after you confirmed" in page
    assert person.state() == "cancelled"


def test_another_version_is_not_sent(person: Person) -> None:
    """An edit between looking and sending is told, and the page shows the new state."""
    form = person.form()
    _edit(person)
    status, page = person.post("", form, yes="yes")

    assert status == 422
    assert "the issue changed after you saw it" in page
    assert person.form()["digest"] in page
    assert person.campaign() is None


def test_another_number_is_not_sent(person: Person) -> None:
    """Somebody who joined between looking and sending is told, and the page shows the new number."""
    form = person.form()
    with open_store(person.workspace.database_url, person.workspace.key_file) as store:
        add_people(store, 1, first=4)
    status, page = person.post("", form, yes="3")

    assert status == 422
    assert "4 subscribers, not 3" in page
    assert "Type 4 (the number of people) or yes" in page
    assert person.campaign() is None


@pytest.mark.parametrize("ticked", ["tag=staff", "not=staff", "when=later&date=2027-05-03&time=09:00", ""])
def test_a_yes_to_other_than_what_is_ticked_sends_nothing(person: Person, ticked: str) -> None:
    """Where the page told of other people or another time than are ticked, the yes does not count."""
    shown = "" if ticked else "?tag=staff&not=nobody"
    with open_store(person.workspace.database_url, person.workspace.key_file) as store, store.write() as connection:
        add_subscriber(connection, store.key, "di@example.org", Profile(tags=["staff"]), wording="yes")
    status, page = person.send(shown, around=ticked)

    assert status == 422
    assert "other people or another time than those you chose" in page
    assert person.campaign() is None
    assert person.look(f"?{ticked}").partition('id="confirm"')[2] == page.partition('id="confirm"')[2]


@pytest.mark.parametrize("yes", ["", "no", "4", "yes please", "3.0", "<script>"])
def test_without_a_yes_nothing_is_sent(person: Person, yes: str) -> None:
    """Only the number or the word counts."""
    assert person.send(yes=yes)[0] == 422
    assert person.campaign() is None


def test_errors_of_the_checks_keep_it_back(person: Person) -> None:
    """As on the command line, an error that nobody waived is in the way, on the page and behind it."""
    form = person.form()
    write_letter(person.workspace.issues_dir / SLUG, "TODO: write this.\n\n[click](http://localhost/x)\n")
    page = person.look()

    assert "Before it can be sent" in page
    assert person.post("", form, yes="yes")[0] == 422
    assert person.campaign() is None


def test_a_scheduled_issue_is_shown_and_cancelled(person: Person) -> None:
    """It says when, how it is sent then, and can be stopped."""
    then = datetime.now(tz=UTC) + timedelta(days=30)
    _, page = person.send(f"?when=later&date={then:%Y-%m-%d}&time=09:00")

    assert "Scheduled" in page
    assert "newsletter run-due" in page
    _, page = person.post("/cancel", person.form("/cancel"))
    assert "3 messages stopped" in page


def test_one_that_is_late_asks(person: Person) -> None:
    """What should have gone out hours ago waits for a person, who may still send it."""
    with open_store(person.workspace.database_url, person.workspace.key_file) as store:
        start(store, MESSAGE, slug=SLUG, plan=Plan(transport="outbox"), due_at=datetime.now(tz=UTC) + timedelta(days=1))
        with store.write() as connection:
            connection.exec_driver_sql(
                "UPDATE campaigns SET due_at = '2026-01-01T09:00:00Z', created_at = '2025-12-30T09:00:00Z'"
            )

    page = person.look()
    assert "was not sent" in page
    assert person.state() == "scheduled"
    person.post("/go-on", person.form("/go-on"))
    person.wait_until("finished")
    assert len(person.outbox) == 3


def test_one_that_was_interrupted_goes_on(person: Person) -> None:
    """A campaign that nobody is at work on offers to go on."""
    with open_store(person.workspace.database_url, person.workspace.key_file) as store:
        start(store, MESSAGE, slug=SLUG, plan=Plan(transport="outbox"))

    assert "Interrupted" in person.look()
    person.post("/go-on", person.form("/go-on"))
    person.wait_until("finished")
    assert len(person.outbox) == 3


# --- approving ---------------------------------------------------------------------------------


def test_a_second_person_has_to_approve(person: Person) -> None:
    """Without an approval the page offers no sending, and a form that is sent all the same is refused."""
    form = person.form()
    set_settings(person.workspace, "[team]\napproval = true")
    assert "Somebody other than the sender has to approve" in person.look()
    assert person.post("", form, yes="yes", by="Ben")[0] == 422

    person.post("/approve", person.form("/approve"), name="Ana")
    status, page = person.send(by="ana")
    assert (status, "only Ana, who is also sending it, has approved it" in page) == (422, True)
    assert person.send(by="Ben")[0] == 200
    assert person.state() == "scheduled"


def test_an_edit_makes_the_approval_void(person: Person) -> None:
    """The page says so, and who approved what stays on it."""
    set_settings(person.workspace, "[team]\napproval = true")
    form = person.form("/approve")
    person.post("/approve", form, name="Ana")
    _edit(person)

    page = person.look()
    assert "Ana approved version" in page
    assert "void" in page
    assert 'name="yes"' not in page
    assert person.post("/approve", form, name="Cy")[0] == 422
    with open_store(person.workspace.database_url, person.workspace.key_file) as store, store.read() as connection:
        assert [each.name for each in given(connection, SLUG)] == ["Ana"]


# --- to the rest ------------------------------------------------------------------------------


def _pilot(person: Person) -> None:
    """Send to one of three people."""
    with open_store(person.workspace.database_url, person.workspace.key_file) as store, store.write() as connection:
        change_tags(connection, [get_subscriber(connection, "reader1@example.org")], add=("staff",))
    person.send("?tag=staff")
    person.wait_until("finished")


def test_after_a_pilot_the_rest_is_offered(hurried: Person) -> None:
    """The page of a sent issue says how many are without it; they get it by the same review, and nobody twice."""
    _pilot(hurried)
    page = hurried.look()
    assert "2 subscribers do not have it yet" in page
    assert f'href="{PAGE}?rest=yes">Send to the rest (2)</a>' in page
    review = hurried.look("?rest=yes")
    assert "1 already in an earlier send" in review
    assert "Send it to 2 people" in review
    assert "the issue was changed" not in review.lower()
    hurried.send("?rest=yes")
    hurried.wait_until("finished")
    assert len(hurried.outbox) == 3
    assert "Send to the rest" not in hurried.look()
    assert "Sent in 2 parts" in hurried.report()


def test_the_rest_can_be_undone(person: Person) -> None:
    """It is counted down like any send, and an undo leaves those with the issue who have it."""
    set_settings(person.workspace, '[delivery]\ncountdown = "0s"')
    _pilot(person)
    settings = person.workspace.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace('countdown = "0s"', 'countdown = "60s"'), "utf-8")
    _, page = person.send("?rest=yes")
    assert "It goes out in" in page
    _, page = person.post("/cancel", person.form("/cancel"))
    assert "2 messages stopped" in page
    assert len(person.outbox) == 1
    settings.write_text(settings.read_text("utf-8").replace('countdown = "60s"', 'countdown = "0s"'), "utf-8")
    person.send()
    person.wait_until("finished")
    assert len(person.outbox) == 3


def test_a_double_click_sends_the_rest_once(hurried: Person) -> None:
    """The second click of one yes changes nothing, though people joined in between."""
    _pilot(hurried)
    form = hurried.form("", "?rest=yes")
    assert hurried.post("", form, yes="yes")[0] == 200
    hurried.wait_until("finished")
    with open_store(hurried.workspace.database_url, hurried.workspace.key_file) as store:
        add_people(store, 2, first=4)
    assert hurried.post("", form, yes="yes")[0] == 200
    hurried.wait_until("finished")
    assert len(hurried.outbox) == 3


def test_a_change_after_the_pilot_is_told_before_the_yes(hurried: Person) -> None:
    """The rest would get another version: that stands above the button."""
    _pilot(hurried)
    _edit(hurried)
    told = "The issue was changed after it was sent to 1 subscriber; these get the new version."
    assert told in hurried.look("?rest=yes")


def test_a_yes_to_the_rest_is_none_to_everybody(hurried: Person) -> None:
    """A form whose page was for the rest and whose tick is not, or the other way round, sends nothing."""
    _pilot(hurried)
    form = hurried.form("", "?rest=yes")
    del form["rest"]
    assert hurried.post("", form, yes="yes")[0] == 422
    assert len(hurried.outbox) == 1


def test_no_rest_of_what_was_never_sent(person: Person) -> None:
    """The address of the rest shows a draft as a draft."""
    page = person.look("?rest=yes")
    assert "Send it to 3 people" in page
    assert 'name="rest"' not in page


def test_practice_mode_is_on_every_page(person: Person) -> None:
    """Nobody takes practice for the real thing; and with a mail service the mark is gone."""
    pages = ("/", "/people", "/people/add", "/people/import", "/settings", PAGE, "/new")
    for page in pages:
        assert "Practice mode" in person.browser.get(page).text.partition("<main")[0], page
    set_settings(person.workspace, '[delivery]\ntransport = "smtp"\n[smtp]\nhost = "mail.example.org"')
    person.browser.get("/settings/order")  # reads the settings anew
    for page in pages:
        assert "Practice mode" not in person.browser.get(page).text.partition("<main")[0], page


def test_messages_of_a_practice_send_can_be_opened(hurried: Person) -> None:
    """A link leads from the report to all of them; no other file is handed out."""
    hurried.send()
    hurried.wait_until("finished")
    assert "nothing was emailed" in hurried.look()
    assert f'href="{PAGE}/messages"' in hurried.look()
    page = hurried.browser.get(f"{PAGE}/messages").text
    links = re.findall(rf'href="({PAGE}/messages/[^"]+)"', page)
    written = list((hurried.workspace.outbox_dir / SLUG).glob("*.eml"))
    assert len(links) == len(written) > 0
    opened = hurried.browser.get(links[0])
    assert opened.headers["content-type"].startswith("message/rfc822")
    for name in ("..%2f..%2fnewsletter.key", "newsletter.key", "none.eml"):
        assert hurried.browser.get(f"{PAGE}/messages/{name}").status_code == 404
    assert hurried.browser.get("/issues/no-such/send/messages").status_code == 404
