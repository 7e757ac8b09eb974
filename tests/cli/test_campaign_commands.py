"""The commands after a send: cancel, resolve, report, events, schedule; each as a person types it."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from newsletter.campaigns import CampaignState, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.ledger import move_campaign
from newsletter.cli.main import cli
from newsletter.errors import CampaignError, SourceError, TransportError
from newsletter.formatting import say_near
from newsletter.storage import open_store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.subscribers.records import change_tags, get_subscriber
from newsletter.transports.sendgrid.events import read_events
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault, fake_sendgrid


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own, to which the environment points."""
    with fake_sendgrid() as found:
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        yield found


@pytest.fixture
def clinic(tmp_path: Path, account: FakeSendGrid) -> Workspace:
    """A workspace that sends through it, with the sample issue and five people."""
    assert account.url
    facts = {"clinic.postal_address": ADDRESS, "delivery.transport": "sendgrid"}
    make_workspace(tmp_path / "clinic", facts)
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 5)
    return workspace


def _run(workspace: Workspace, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), *words], obj=workspace.root)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _document(workspace: Workspace, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(_run(workspace, *words, "--json").stdout)
    return found


def test_undo_mend_and_send_again(clinic: Workspace, account: FakeSendGrid) -> None:
    """A slip found in the undo window: cancel, mend, send; everybody gets the mended one, once."""
    sent = _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert f"newsletter cancel {SAMPLE_ISSUE}" in sent.stdout
    assert "5 messages canceled" in _run(clinic, "cancel", SAMPLE_ISSUE).stdout
    assert account.received() == {}
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert [len(mails) for mails in account.received().values()] == [1] * 5


PROCESS = """
import sys
from datetime import datetime, timedelta
from newsletter.campaigns import clock
from newsletter.cli.main import main

ahead = timedelta(seconds=int(sys.argv.pop(1)))

class OffDatetime(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + ahead

clock.datetime = OffDatetime
main()
"""
"""The program, on a computer whose clock is so many seconds ahead."""


def _run_process(workspace: Workspace, ahead: int, *words: str) -> str:
    command = [sys.executable, "-c", PROCESS, str(ahead), "-C", str(workspace.root), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return done.stdout + done.stderr


@pytest.mark.heavy
@pytest.mark.parametrize("aheads", [(-700, -700, -700), pytest.param((700, -700, 0), marks=pytest.mark.slow)])
def test_send_cancel_send_on_a_computer_whose_clock_is_off(
    clinic: Workspace, account: FakeSendGrid, aheads: tuple[int, int, int]
) -> None:
    """Three processes, each with its own idea of the time: fifty people get one copy, and not two."""
    with open_store(clinic.database_url, clinic.key_file) as store:
        addresses = add_people(store, 45, first=6)
    _run_process(clinic, aheads[0], "send", SAMPLE_ISSUE, "--yes")
    assert "50 messages canceled" in _run_process(clinic, aheads[1], "cancel", SAMPLE_ISSUE)
    assert account.received() == {}
    sent = _run_process(clinic, aheads[2], "send", SAMPLE_ISSUE, "--yes")
    assert "50 messages accepted" in sent
    assert f"newsletter cancel {SAMPLE_ISSUE}" in sent
    copies = {address: len(mails) for address, mails in account.received().items()}
    assert len(copies) == 50
    assert set(copies) >= set(addresses)
    assert set(copies.values()) == {1}


@pytest.mark.parametrize(("theirs", "minutes"), [(-700, 9), (700, 9), (-700, 11)])
def test_time_to_undo_ends_by_their_clock(clinic: Workspace, account: FakeSendGrid, theirs: int, minutes: int) -> None:
    """Nine minutes after the send all is stopped, after eleven nothing, and both are said."""
    account.offset = theirs
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    account.offset += 60 * minutes
    ended = _run(clinic, "cancel", SAMPLE_ISSUE)
    cancelled = ended.stdout
    assert ("5 messages canceled" if minutes < 10 else "5 messages too late") in cancelled
    assert ended.exit_code == (0 if minutes < 10 else 1)
    assert len(account.received()) == (0 if minutes < 10 else 5)
    again = CliRunner().invoke(cli, ["-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes"], obj=clinic.root)
    assert (again.exit_code == 0) == (minutes < 10)
    assert [len(mails) for mails in account.received().values()] == [1] * 5
    if minutes > 10:
        assert "5 have it or are about to get it" in str(again.exception)


@pytest.mark.parametrize("stopped", [0, 2], ids=["none stopped", "some stopped"])
@pytest.mark.parametrize("in_doubt", [0, 1, 3], ids=["none in doubt", "one in doubt", "rest in doubt"])
def test_canceled_is_not_said_of_what_goes_out(clinic: Workspace, *, stopped: int, in_doubt: int) -> None:
    """Wherever the state stands, it tells of those who have it all the same; sending it again tells it, too."""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    out = 5 - stopped
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.execute(update(campaigns).values(state=CampaignState.CANCELLED))
        for first, number, state in ((1, stopped, "cancelled"), (stopped + 1, in_doubt, "unknown")):
            these = deliveries.c.id.between(first, first + number - 1)
            connection.execute(update(deliveries).where(these).values(state=state))
    kept = not stopped and not in_doubt
    words = "sent" if kept else f"canceled, but {out} messages are out or may be"
    for command in ("list",), ("status", SAMPLE_ISSUE), ("report", SAMPLE_ISSUE):
        assert words in _run(clinic, *command).stdout
        assert ("canceled" in _run(clinic, *command).stdout) is not kept
    assert _document(clinic, "status", SAMPLE_ISSUE)["state"] == ("sent" if kept else "cancelled")
    ended = CliRunner().invoke(cli, ["-C", str(clinic.root), "cancel", SAMPLE_ISSUE], obj=clinic.root)
    assert ended.exit_code == (1 if in_doubt or not stopped else 0)
    assert ("newsletter resolve" in ended.output) == bool(in_doubt)
    if not stopped:
        again = CliRunner().invoke(cli, ["-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes"], obj=clinic.root)
        assert f"{5 - in_doubt} have it or are about to get it, {in_doubt} may have it" in str(again.exception)


def test_proxy_that_hides_their_time(clinic: Workspace, account: FakeSendGrid) -> None:
    """Nothing is said to be stopped that may not have been, and why is said."""
    account.date = ""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    ended = _run(clinic, "cancel", SAMPLE_ISSUE)
    cancelled = ended.stdout
    assert ended.exit_code == 1
    assert f"newsletter cancel {SAMPLE_ISSUE}" in cancelled
    assert f"newsletter resolve {SAMPLE_ISSUE}" in cancelled
    assert "0 messages canceled" in cancelled
    assert "did not contain its time" in cancelled
    assert "5 may or may not have been sent" in _run(clinic, "status", SAMPLE_ISSUE).stdout


@pytest.mark.parametrize("command", [("resume", SAMPLE_ISSUE), ("run-due",), ("cancel", SAMPLE_ISSUE)])
def test_interrupted_cancelling_comes_to_its_end(
    clinic: Workspace, account: FakeSendGrid, command: tuple[str, ...]
) -> None:
    """A cancelling that was cut off is finished by whatever comes next; nothing of it is sent."""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        move_campaign(connection, known_campaign(store, SAMPLE_ISSUE).id, CampaignState.CANCELLING)
    assert f"newsletter cancel {SAMPLE_ISSUE}" in _run(clinic, "status", SAMPLE_ISSUE).stdout
    ended = _run(clinic, *command)
    assert "5 messages canceled" in ended.stdout + ended.stderr
    assert (ended.exit_code, account.received()) == (0, {})
    assert _document(clinic, "status", SAMPLE_ISSUE)["state"] == "cancelled"


def test_doubt_is_named_and_settled(clinic: Workspace, account: FakeSendGrid) -> None:
    """After a lost reply: status names who, report warns, a person's word settles it."""
    account.faults.append(Fault("drop-reply", accept=True))
    sent = _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    assert sent.exit_code == 1
    assert "may or may not" in sent.stdout
    assert f"newsletter resolve {SAMPLE_ISSUE} --sent" in sent.stderr
    again = _run(clinic, "resume", SAMPLE_ISSUE)
    assert (again.exit_code, f"newsletter resolve {SAMPLE_ISSUE} --sent" in again.stderr) == (1, True)
    assert "reader3@example.org: unknown" in _run(clinic, "status", SAMPLE_ISSUE, "--people").stdout
    assert "Check this" in _run(clinic, "report", SAMPLE_ISSUE).stdout
    with pytest.raises(CampaignError, match="--yes"):
        _run(clinic, "resolve", SAMPLE_ISSUE, "--sent")
    assert _document(clinic, "resolve", SAMPLE_ISSUE, "--sent", "--yes")["settled"] == 5
    assert _document(clinic, "status", SAMPLE_ISSUE)["state"] == "sent"


def test_resolve_needs_a_verdict(clinic: Workspace) -> None:
    """Without a verdict nothing is settled: that is a wrong usage."""
    assert _run(clinic, "resolve", SAMPLE_ISSUE).exit_code == 2


def test_events_from_a_file(clinic: Workspace, account: FakeSendGrid, tmp_path: Path) -> None:
    """SendGrid's events come in from a file, twice without harm, and are in the report."""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    story = [
        {"event": "delivered", "email": mail.address, "timestamp": 1_800_000_000, **mail.custom_args}
        for mail in account.mails
    ]
    story.append({**story[0], "event": "spamreport"})
    file = tmp_path / "events.json"
    file.write_text("\n".join(map(json.dumps, story)), "utf-8")
    assert _document(clinic, "events", "import", str(file))["new"] == 6
    file.write_text(json.dumps(story), "utf-8")
    assert _document(clinic, "events", "import", str(file))["repeated"] == 6
    found = _document(clinic, "report", SAMPLE_ISSUE)
    assert (found["delivered"], found["complained"]) == (5, 1)
    file.write_text("no events", "utf-8")
    with pytest.raises(SourceError, match="not a list of events"):
        _run(clinic, "events", "import", str(file))


def test_report_for_a_spreadsheet_and_as_a_page(clinic: Workspace, tmp_path: Path) -> None:
    """The report is a line a person as CSV, and a page with charts as HTML."""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    lines = list(csv.DictReader(io.StringIO(_run(clinic, "report", SAMPLE_ISSUE, "--csv").stdout)))
    assert [line["state"] for line in lines] == ["accepted"] * 5
    _run(clinic, "report", SAMPLE_ISSUE, "--html", str(tmp_path / "report.html"))
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")


def test_scheduled_for_a_time_to_come(clinic: Workspace, account: FakeSendGrid) -> None:
    """A time far ahead is read back, waits for run-due, is not resumed early, and can be cancelled."""
    shown = _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--at", "2199-12-03 09:00")
    assert "Tue, Dec 3, 2199, 9:00 AM ET" in shown.stderr
    assert "waits on this computer" in " ".join(shown.stderr.split())
    assert "run-due" in shown.stdout
    assert _run(clinic, "run-due").stdout == ""
    with pytest.raises(CampaignError, match="for later"):
        _run(clinic, "resume", SAMPLE_ISSUE)
    assert "5 messages canceled" in _run(clinic, "cancel", SAMPLE_ISSUE).stdout
    assert account.mails == []


def test_who_left_at_sendgrid_is_not_mailed(clinic: Workspace, account: FakeSendGrid) -> None:
    """Before anybody is chosen, SendGrid's own lists are taken over."""
    account.suppressions["unsubscribes"] = [{"email": "reader2@example.org", "created": int(account.now())}]
    shown = _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert "Asking SendGrid who unsubscribed" in shown.stderr.partition("1 subscriber unsubscribed")[0]
    assert "reader2@example.org" not in account.received()
    assert len(account.received()) == 4


def test_key_that_may_only_send(clinic: Workspace, account: FakeSendGrid) -> None:
    """A key without the permission for lists still sends; SendGrid keeps to them itself."""
    account.faults.append(Fault("403", path="/v3/suppression/unsubscribes", body=b"{}"))
    shown = _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert "SendGrid still skips" in shown.stderr
    assert len(account.received()) == 5


def test_team_gets_a_test(clinic: Workspace, account: FakeSendGrid) -> None:
    """The reviewers in the settings get a test with one word; nobody at all is a wrong usage."""
    assert _run(clinic, "test", SAMPLE_ISSUE, "--team").exit_code == 2
    settings = clinic.root / "newsletter.toml"
    text = settings.read_text("utf-8")
    assert "reviewers = []" in text
    settings.write_text(text.replace("reviewers = []", 'reviewers = ["ana@example.org", "ben@example.org"]'), "utf-8")
    _run(clinic, "test", SAMPLE_ISSUE, "--team")
    assert set(account.received()) == {"ana@example.org", "ben@example.org"}
    assert all(mail.subject.startswith("[Test] ") for mail in account.mails)


def test_one_bad_reviewer_spoils_nobody_elses_test(clinic: Workspace, account: FakeSendGrid) -> None:
    """The others get their test, it counts as a look, and the one that failed is named by its place."""
    words = ("--to", "ana@example.org", "--to", "invalid@example.org", "--to", "ben@example.org")
    with pytest.raises(CampaignError, match=r"2 of 3 tests were sent; number 2 was not sent") as caught:
        _run(clinic, "test", SAMPLE_ISSUE, *words)
    assert "example.org" not in str(caught.value)
    assert set(account.received()) == {"ana@example.org", "ben@example.org"}
    assert "same as in the test" in " ".join(_run(clinic, "send", SAMPLE_ISSUE, "--dry-run").stderr.split())


def test_change_since_the_last_look_is_shown(clinic: Workspace, account: FakeSendGrid) -> None:
    """The summary says whether what is sent is what was looked at."""

    def looked_at() -> str:
        return " ".join(_run(clinic, "send", SAMPLE_ISSUE, "--dry-run").stderr.split())

    assert "no test or preview of it yet" in looked_at()
    _run(clinic, "test", SAMPLE_ISSUE, "--to", "ana@example.org")
    assert "same as in the test" in looked_at()
    letter = clinic.issues_dir / SAMPLE_ISSUE / "issue.md"
    letter.write_text(letter.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    assert "CHANGED since the last test" in looked_at()
    assert len(account.mails) == 1


def test_stop_rule_ends_a_send_with_one(clinic: Workspace, account: FakeSendGrid) -> None:
    """A campaign that its readers call spam stops while it is sent, and the command fails, for whoever started it."""
    settings = clinic.root / "newsletter.toml"
    text = settings.read_text("utf-8").replace("batch_size = 500", "batch_size = 3")
    settings.write_text(text.replace("parallel = 4", "parallel = 1"), "utf-8")
    with open_store(clinic.database_url, clinic.key_file) as store:
        add_people(store, 30, first=6)
    take = account.accept

    def take_and_complain(body: dict[str, Any]) -> str:
        """Take a batch; with the third one, the readers of the first call it spam."""
        message_id = take(body)
        story = [{"event": "spamreport", "timestamp": 1_800_000_000, **mail.custom_args} for mail in account.mails[:3]]
        if len(account.mails) == 9:
            with open_store(clinic.database_url, clinic.key_file) as store:
                apply_events(store, read_events(story))
        return message_id

    account.accept = take_and_complain  # type: ignore[method-assign]
    with pytest.raises(
        CampaignError, match=r"was paused automatically: 3 of \d readers marked it as spam(?s:.)*newsletter report"
    ):
        _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    assert len(account.mails) < 35
    assert _document(clinic, "status", SAMPLE_ISSUE)["state"] == "paused"


def test_sendgrid_is_asked_to_erase_a_person(clinic: Workspace, account: FakeSendGrid) -> None:
    """Only on request; where SendGrid will not, the person is erased here all the same."""
    forgotten = _run(clinic, "subscribers", "forget", "reader1@example.org", "--yes")
    assert "--at-sendgrid" in forgotten.stderr
    assert account.erased == []
    done = _document(clinic, "subscribers", "forget", "reader1@example.org", "--yes", "--at-sendgrid")
    assert (done["record"], bool(done["at_sendgrid"])) == (False, True)
    assert account.erased == ["reader1@example.org"]
    account.scopes.remove("recipients.erasejob.create")
    with pytest.raises(TransportError, match="403") as caught:
        _run(clinic, "subscribers", "forget", "reader2@example.org", "--yes", "--at-sendgrid")
    assert caught.value.hint.startswith("They are erased in this workspace.")
    assert "reader2@" not in str(caught.value)
    found = _document(clinic, "subscribers", "list")
    assert found["total"] == 3


_NEVER_WHILE_HELD = re.compile(r"\b(sent|finished|done|delivered)\b", re.IGNORECASE)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"])
def test_held_mail_is_held_in_every_answer(clinic: Workspace, account: FakeSendGrid, zone: str) -> None:
    """What SendGrid holds is nowhere called sent; the time is that of the clinic's clock."""
    settings = clinic.root / "newsletter.toml"
    text = re.sub(r'timezone = ".*"', f'timezone = "{zone}"', settings.read_text("utf-8"))
    settings.write_text(text, "utf-8")
    answers = {"send": _run(clinic, "send", SAMPLE_ISSUE, "--yes").stdout}
    held_until = max(datetime.fromtimestamp(mail.send_at, UTC) for mail in account.mails)
    words = say_near(held_until, ZoneInfo(zone), datetime.now(tz=UTC))
    for words_typed in (("status", SAMPLE_ISSUE), ("report", SAMPLE_ISSUE), ("list",)):
        answers[words_typed[0]] = _run(clinic, *words_typed).stdout
        document = json.loads(_run(clinic, *words_typed, "--json").stdout)
        found = document[0] if isinstance(document, list) else document
        assert found["state"] == "held"
        assert datetime.fromisoformat(found["held_until"]) == held_until
    for command, answer in answers.items():
        assert f"until {words}" in answer, command
        assert not _NEVER_WHILE_HELD.search(answer.replace(SAMPLE_ISSUE, "")), answer
    again = _document(clinic, "resume", SAMPLE_ISSUE)
    assert (again["state"], again["finished_at"] is None) == ("held", True)


def test_after_its_time_held_mail_is_sent(
    clinic: Workspace, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When SendGrid has let it go, it is sent, and nothing says held any more."""
    _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert account.mails
    later = Clock(now=lambda: datetime.now(tz=UTC) + timedelta(minutes=21))
    for place in ("cli.sending.SYSTEM_CLOCK", "cli.report.SYSTEM_CLOCK", "campaigns.overview.SYSTEM_CLOCK"):
        monkeypatch.setattr(f"newsletter.{place}", later)
    monkeypatch.setattr("newsletter.campaigns.overview.issue_standings.__defaults__", (later,))
    assert _document(clinic, "status", SAMPLE_ISSUE)["state"] == "sent"
    assert _document(clinic, "report", SAMPLE_ISSUE)["state"] == "sent"
    assert "  sent " in _run(clinic, "list").stdout
    assert f"{SAMPLE_ISSUE}: sent\n5 messages accepted by SendGrid.\n" == _run(clinic, "status", SAMPLE_ISSUE).stdout


def test_pilot_and_rest(clinic: Workspace, account: FakeSendGrid) -> None:
    """Each answer after a pilot says how many are without it and how they get it; then nobody is."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        change_tags(connection, [get_subscriber(connection, "reader1@example.org")], add=("staff",))
    offer = f"4 subscribers do not have this issue yet. To send it to them: newsletter send {SAMPLE_ISSUE} --rest"
    assert offer in _run(clinic, "send", SAMPLE_ISSUE, "--tag", "staff", "--yes").stdout
    assert offer in _run(clinic, "status", SAMPLE_ISSUE).stdout
    assert _document(clinic, "status", SAMPLE_ISSUE)["without_it"] == 4
    with pytest.raises(CampaignError, match=r"4 subscribers do not have it yet.*\n?.*--rest"):
        _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    shown = _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--dry-run")
    assert "would go to 4 subscribers" in shown.stdout
    assert "1 already in an earlier send" in shown.stderr
    assert "changed after" not in shown.stderr
    rest = _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--yes")
    assert rest.exit_code == 0
    assert "do not have this issue" not in rest.stdout
    assert Counter(mail.address for mail in account.mails) == {f"reader{n}@example.org": 1 for n in range(1, 6)}
    report = _run(clinic, "report", SAMPLE_ISSUE).stdout
    assert "Sent in 2 parts" in report
    assert _document(clinic, "report", SAMPLE_ISSUE)["states"]["accepted"] == 5  # type: ignore[index]
    with pytest.raises(CampaignError, match="everyone chosen already has"):
        _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--yes")
    assert "5 messages canceled" in _run(clinic, "cancel", SAMPLE_ISSUE).stdout
    assert account.received() == {}


def test_rest_of_an_issue_that_was_changed(clinic: Workspace, account: FakeSendGrid) -> None:
    """That the rest would get another version than the pilot is said before anybody says yes."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        change_tags(connection, [get_subscriber(connection, "reader1@example.org")], add=("staff",))
    _run(clinic, "send", SAMPLE_ISSUE, "--tag", "staff", "--yes")
    letter = clinic.root / "newsletters" / SAMPLE_ISSUE / "issue.md"
    letter.write_text(letter.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    shown = _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--dry-run")
    said = " ".join(shown.stderr.split())
    assert "the issue was changed after it was sent to 1 subscriber; these get the new version" in said
    document = json.loads(_run(clinic, "send", SAMPLE_ISSUE, "--rest", "--dry-run", "--json").stdout)
    assert document["changed_since_sent_to"] == 1
    _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--yes")
    assert Counter("One more line." in str(body) for body in account.bodies) == {False: 1, True: 1}


@pytest.mark.parametrize("host", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_offline_send_says_at_once_why_it_waits(clinic: Workspace, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """No connection or no such name: the first try says so and until when it goes on; then what to do."""
    monkeypatch.setenv("SENDGRID_HOST", host)
    monkeypatch.setattr(sys.modules["newsletter.campaigns.sender"], "_PATIENCE", timedelta(seconds=1))
    with pytest.raises(CampaignError, match="nothing could be sent") as caught:
        _run(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert f"newsletter resume {SAMPLE_ISSUE}" in str(caught.value)
    status = _run(clinic, "status", SAMPLE_ISSUE).stdout
    assert status.startswith(f"{SAMPLE_ISSUE}: paused")
    told = CliRunner().invoke(cli, ["-C", str(clinic.root), "resume", SAMPLE_ISSUE], obj=clinic.root)
    assert re.search(r"No connection to SendGrid.*Trying again until \d+:\d\d [AP]M \(\d+ minutes?\)\.", told.stderr)
