"""The button that reads the reply mailbox: what `newsletter inbox` does, at the desk."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP

import pytest

from newsletter.storage import Store
from newsletter.subscribers.vocabulary import Status
from newsletter.workspace import Workspace, open_workspace
from tests.cli.typed import typed
from tests.fakes.imap import PASSWORD, USER, FakeImap, fake_imap
from tests.web.people.conftest import add, known
from tests.web.samples import write_issue
from tests.web.sitting import Sitting

REQUEST = b"From: ben@example.org\r\nSubject: unsubscribe\r\nMessage-ID: <b@x>\r\n\r\n"
QUESTION = b"From: ana@example.org\r\nSubject: A question\r\nMessage-ID: <q@x>\r\n\r\nAre you open?"
MAILBOX = '\n[inbox]\nhost = "127.0.0.1"\nport = {}\nsecurity = "none"\nuser = "{}"\n\n[web]\nwelcome = "welcome.md"\n'


@pytest.fixture
def imap() -> Iterator[FakeImap]:
    with fake_imap() as server:
        server.receive(REQUEST)
        server.receive(QUESTION)
        yield server


@pytest.fixture
def desk_workspace(workspace: Workspace, imap: FakeImap, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose mailbox is on that server."""
    monkeypatch.setenv("INBOX_PASSWORD", PASSWORD)
    write_issue(workspace)
    path = workspace.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8") + MAILBOX.format(imap.port, USER), "utf-8")
    return open_workspace(workspace.root)


def test_reading_the_mailbox(sitting: Sitting, people_store: Store, imap: FakeImap) -> None:
    """One button tells what would be done, the other does it; twice is the same as once."""
    add(people_store, "ana@example.org")
    add(people_store, "ben@example.org")
    assert USER in sitting.see("/people/replies")
    assert not imap.commands  # looking at the page asks nobody

    page = sitting.post("/people/replies", look="yes").text
    assert "2 mails would be read" in page
    assert "<b>1</b> asked to unsubscribe</p>" in page
    assert "<b>1</b> for you to read, left alone</p>" in page
    assert known(people_store, "ben@example.org").status is Status.SUBSCRIBED
    assert len(imap.unread) == 2

    page = sitting.post("/people/replies").text
    assert "2 mails read" in page
    assert known(people_store, "ben@example.org").status is Status.UNSUBSCRIBED
    assert len(imap.unread) == 1
    assert "Nothing new has come" in sitting.post("/people/replies").text


def test_a_mailbox_that_does_not_open(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says what is wrong and where to look; a post without the desk's token does nothing."""
    monkeypatch.setenv("INBOX_PASSWORD", "wrong")
    answer = sitting.post("/people/replies")
    assert answer.status_code == 422
    assert "does not accept the user or the password" in answer.text
    assert sitting.client.post("/people/replies", headers={"Origin": "http://127.0.0.1:4321"}).status_code == 403


def test_who_confirms_by_mail_is_welcomed(
    sitting: Sitting, desk_workspace: Workspace, people_store: Store, imap: FakeImap
) -> None:
    """What has to be mailed then is mailed, and the page says so, or why it has to wait."""
    add(people_store, "cy@example.org", pending=True)
    root = desk_workspace.root
    assert typed("subscribers", "ask", "--yes", cwd=root).returncode == 0
    [asked] = (root / "outbox" / "notices").glob("*.eml")
    mail = message_from_bytes(asked.read_bytes(), policy=SMTP)
    imap.receive(
        f"From: cy@example.org\r\nSubject: Re: {mail['Subject']}\r\nMessage-ID: <c@x>\r\n"
        f"In-Reply-To: {mail['Message-ID']}\r\n\r\nYes\r\n".encode()
    )
    page = sitting.post("/people/replies").text
    assert "confirmed their subscription" in page
    assert known(people_store, "cy@example.org").status is Status.SUBSCRIBED
    assert "1 request has to wait: the welcome mail is missing" in page
    (root / "welcome.md").write_text("# Welcome\n\nIt is good to have you.\n", "utf-8")
    assert "Sent 1 mail that was waiting." in sitting.post("/people/replies").text


def test_run_due_reads_it_too(desk_workspace: Workspace, people_store: Store, imap: FakeImap) -> None:
    """One line for cron does all; a mailbox that does not open keeps nothing else from being done."""
    add(people_store, "ben@example.org")
    imap.hangs_up_at = "SELECT"
    ended = typed("run-due", cwd=desk_workspace.root)
    assert (ended.returncode, "mail server" in ended.stderr) == (1, True)
    imap.hangs_up_at = ""
    ended = typed("run-due", cwd=desk_workspace.root)
    assert ended.returncode == 0
    assert "2 mails read; 1 asked to unsubscribe; 1 for you to read, left alone" in ended.stderr
    assert known(people_store, "ben@example.org").status is Status.UNSUBSCRIBED
    assert typed("run-due", cwd=desk_workspace.root).stderr == ""
