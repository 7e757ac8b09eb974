"""The report of an issue, and what can follow it: the rest, and a correction for those who got it."""

import csv
import io
import os
import re
from html import unescape

import pytest

from newsletter.issues import load_issue
from tests.cli.typed import typed
from tests.fakes.sendgrid import FakeSendGrid
from tests.web.samples import write_issue
from tests.web.sending.conftest import SLUG, Person

REPORT = f"/issues/{SLUG}/report"
CORRECTION = f"{SLUG}-correction"
_ADDRESS = re.compile(r"^To: .*?(\S+@example\.org)", re.MULTILINE)


def _report(person: Person, slug: str = SLUG) -> str:
    answer = person.browser.get(f"/issues/{slug}/report")
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def _command(person: Person, *words: str) -> str:
    account = {name: value for name, value in os.environ.items() if name.startswith("SENDGRID")}
    ended = typed("-C", str(person.workspace.root), *words, variables=account)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _got(person: Person, slug: str) -> set[str]:
    """Return who was sent an issue, as the command for spreadsheets says."""
    rows = csv.DictReader(io.StringIO(_command(person, "report", slug, "--csv")))
    return {row["email"] for row in rows if row["state"] == "accepted"}


def _correct(person: Person) -> tuple[int, str]:
    token = re.search(r'name="desk-token" content="([^"]+)"', person.browser.get(REPORT).text)
    assert token
    return person.post("/../correct", {"desk_token": token[1]})


def _fill_in(person: Person, slug: str) -> None:
    path = person.workspace.issues_dir / slug / "issue.md"
    text = re.sub(r"\[insert [^\]]*\]", "Words.", path.read_text("utf-8"))
    path.write_text(text.replace("preheader: ''", "preheader: What is right"), "utf-8")


def test_an_issue_that_was_not_sent_says_so(person: Person) -> None:
    """The report has a place of its own in the issue's navigation from the beginning."""
    assert f'<a href="{REPORT}">Report</a>' in person.look()
    assert "This issue has not been sent" in _report(person)
    assert person.browser.get("/issues/nothing/report").status_code == 404


def test_a_practice_send_is_reported_as_one(hurried: Person) -> None:
    """Who it went to, and that nothing was emailed; opens are not counted, and it says why."""
    _command(hurried, "subscribers", "tag", "group", "reader1@example.org")
    hurried.send()
    hurried.wait_until("finished")

    told = _report(hurried)
    assert "Practice mode: nothing was emailed." in told
    assert "Everyone who is subscribed" in told
    assert "group 1" in told
    assert "3 accepted" in told
    assert "Opens are not counted." in told
    assert "There is no earlier practice send" in told
    assert "Delivered" not in told


def test_earlier_issues_stand_beside_it(person: Person, account: FakeSendGrid) -> None:
    """Each with its shares; the desk and the command tell the same, and a practice send is not among them."""
    for slug, transport in (("practice-light", "outbox"), ("autumn-light", "sendgrid")):
        write_issue(person.workspace, slug)
        settings = person.workspace.root / "newsletter.toml"
        text = re.sub(r'transport = "\w+"', f'transport = "{transport}"', settings.read_text("utf-8"))
        settings.write_text(text, "utf-8")
        _command(person, "send", slug, "--yes", *(["--now"] if transport == "sendgrid" else []))
    _command(person, "subscribers", "unsubscribe", "reader1@example.org")
    assert len(account.mails) == 3
    _command(person, "send", SLUG, "--yes", "--now")

    told = _report(person)
    assert re.search(r"autumn-light .{10,20} 3 0\.0% 0 0\.0% 0 0\.0% 0 33\.3% 1", told)
    assert "practice-light" not in told
    said = _command(person, "report", SLUG)
    assert re.search(r"autumn-light: 3 accepted, 0\.0% delivered, 0\.0% bounced, 0\.0% spam, 33\.3% unsubscribed", said)
    assert "Compared" not in _command(person, "report", "practice-light")


def test_the_rest_are_those_who_joined_since(hurried: Person) -> None:
    """The report leads to sending it to them."""
    hurried.send()
    hurried.wait_until("finished")
    assert "do not have it yet" not in _report(hurried)
    _command(hurried, "subscribers", "add", "new@example.org", "--consent", "asked at the desk")

    assert "1 subscriber does not have it yet" in _report(hurried)
    assert f'href="/issues/{SLUG}/send?rest=yes"' in hurried.browser.get(REPORT).text


@pytest.mark.parametrize("by_command", [False, True])
def test_a_correction_reaches_exactly_those_who_got_it(hurried: Person, *, by_command: bool) -> None:
    """Neither who joined since nor who unsubscribed, whatever was chosen; from the desk as from the command line."""
    hurried.send()
    hurried.wait_until("finished")
    _command(hurried, "subscribers", "add", "new@example.org", "--consent", "asked at the desk")
    _command(hurried, "subscribers", "unsubscribe", "reader1@example.org")
    before = _got(hurried, SLUG)

    if by_command:
        assert f"{CORRECTION}, for 2 people" in _command(hurried, "correct", SLUG).replace("subscribers", "people")
    else:
        status, page = _correct(hurried)
        assert (status, "goes only to the 2 people" in page) == (200, True)
    issue = load_issue(hurried.workspace, CORRECTION)
    assert (issue.corrects, issue.subject) == (SLUG, "Correction: Light in winter")
    assert typed("-C", str(hurried.workspace.root), "send", CORRECTION, "--yes").returncode == 1  # nothing is filled in
    _fill_in(hurried, CORRECTION)

    page = hurried.browser.get(f"/issues/{CORRECTION}/send").text
    assert "<b>2</b> people get it" in page
    assert f'This corrects <a href="{REPORT}">' in page
    assert "1 were not sent the issue that this one corrects" in page
    _command(hurried, "send", CORRECTION, "--yes")
    assert _got(hurried, CORRECTION) == before - {"reader1@example.org"}
    assert len(before) == 3


def test_what_nobody_got_needs_no_correction(person: Person) -> None:
    """It is refused in words, and nothing is created."""
    status, page = _correct(person)
    assert (status, "was not sent, so there is nothing to correct" in page) == (422, True)
    person.send()
    person.post("/cancel", person.form("/cancel"))
    assert "Was something wrong in it?" not in _report(person)
    status, page = _correct(person)
    assert (status, "nobody on your list was sent" in page) == (422, True)
    assert not (person.workspace.issues_dir / CORRECTION).exists()
