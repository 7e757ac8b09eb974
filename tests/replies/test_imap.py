"""The mailbox: what was acted on is marked as read, and all other mail stays unread."""

import json

import pytest

from newsletter.errors import TransportError
from newsletter.services.replies import Done, open_mailbox, read_replies
from newsletter.subscribers.vocabulary import Status
from newsletter.workspace import Workspace
from tests.cli.typed import typed
from tests.fakes.imap import FakeImap
from tests.replies.conftest import BEN, Clinic
from tests.replies.corpus_case import ANA, FILES, corpus

MAILS = corpus(*FILES)
REQUEST = f"From: {BEN}\r\nSubject: unsubscribe\r\nMessage-ID: <b@x>\r\n\r\n".encode()
QUESTION = f"From: {BEN}\r\nSubject: A question\r\nMessage-ID: <q@x>\r\n\r\nAre you open?".encode()


def run(workspace: Workspace, clinic: Clinic) -> list[Done]:
    """Read the mailbox once."""
    source = open_mailbox(workspace)
    try:
        return [done for _, done in read_replies(workspace, clinic.store, source).mails]
    finally:
        source.close()


def test_only_what_was_acted_on_is_marked(connected: Workspace, clinic: Clinic, imap: FakeImap) -> None:
    """A person finds unread what is for a person."""
    numbers = {imap.receive(clinic.fill(one)): one for one in MAILS}
    run(connected, clinic)
    assert {numbers[number].label for number in imap.unread} == {"auto", "other"}
    assert all(one.label in {"auto", "other"} or number not in imap.unread for number, one in numbers.items())


def test_each_mail_is_fetched_once(connected: Workspace, clinic: Clinic, imap: FakeImap) -> None:
    """The next run begins where the last one ended, also if somebody has marked a mail as unread meanwhile."""
    imap.receive(QUESTION)
    assert run(connected, clinic) == [Done.FOR_A_PERSON]
    assert run(connected, clinic) == []
    number = imap.receive(REQUEST)
    assert run(connected, clinic) == [Done.UNSUBSCRIBED]
    imap.flags[number].clear()
    assert run(connected, clinic) == []
    assert number in imap.unread
    assert sum(command.endswith("BODY.PEEK[])") for command in imap.commands) == 2


def test_numbered_anew(connected: Workspace, clinic: Clinic, imap: FakeImap) -> None:
    """A mailbox whose numbers changed is read again, and what was done is known."""
    imap.receive(REQUEST)
    imap.receive(QUESTION)
    run(connected, clinic)
    imap.numbered_anew()
    assert run(connected, clinic) == [Done.REPEATED, Done.FOR_A_PERSON]


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_the_connection_breaks(connected: Workspace, clinic: Clinic, imap: FakeImap, command: str) -> None:
    """Wherever it breaks, the error says so in words, and the next run does what was left."""
    number = imap.receive(REQUEST)
    imap.hangs_up_at = command
    with pytest.raises(TransportError) as told:
        run(connected, clinic)
    assert "INBOX_PASSWORD" in told.value.hint
    imap.hangs_up_at = ""
    assert run(connected, clinic) in ([Done.UNSUBSCRIBED], [Done.REPEATED])
    assert clinic.status(BEN) is Status.UNSUBSCRIBED
    assert number not in imap.unread


def test_wrong_settings(connected: Workspace, imap: FakeImap, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong password, folder or server is told in words that name the setting."""
    folder = connected.root
    path = folder / "newsletter.toml"
    monkeypatch.setenv("INBOX_PASSWORD", "wrong")
    assert "does not accept the user or the password" in typed("inbox", cwd=folder).stderr
    assert not imap.mails
    text = path.read_text("utf-8")
    for old, new, said in [
        ('security = "none"', 'security = "none"\nfolder = "Replies"', "folder Replies"),
        ('host = "127.0.0.1"', 'host = "imap.example.org"', "only read encrypted"),
        ('host = "127.0.0.1"', 'host = ""', "no reply mailbox is set"),
    ]:
        path.write_text(text.replace(old, new), "utf-8")
        ended = typed("inbox", cwd=folder, variables={"INBOX_PASSWORD": 'pass "word" \\ 1'})
        assert ended.returncode == 1
        assert said in ended.stderr
    path.write_text(text, "utf-8")
    monkeypatch.delenv("INBOX_PASSWORD")
    assert "INBOX_PASSWORD is missing" in typed("inbox", cwd=folder).stderr


def test_the_command(connected: Workspace, clinic: Clinic, imap: FakeImap) -> None:
    """It sums up in words and in JSON, and no line has an address in it."""
    imap.receive(REQUEST)
    imap.receive(QUESTION)
    dry = typed("inbox", "--dry-run", cwd=connected.root)
    assert "2 mails would be read." in dry.stdout
    assert "Nothing was changed" in dry.stderr
    assert clinic.status(BEN) is Status.SUBSCRIBED
    assert len(imap.unread) == 2
    done = typed("inbox", cwd=connected.root)
    assert "1  asked to unsubscribe" in done.stdout
    assert "1  for you to read, left alone" in done.stdout
    assert clinic.status(BEN) is Status.UNSUBSCRIBED
    imap.numbered_anew()
    again = json.loads(typed("inbox", "--json", cwd=connected.root).stdout)
    assert again["counts"] == {"read before": 1, "for a person": 1}
    for said in (dry, done):
        assert "@" not in said.stdout + said.stderr
    assert ANA not in json.dumps(again)
