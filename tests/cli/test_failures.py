"""Sends that fail, as a person at the keyboard meets them: what is said, and that nobody is lost or doubled by it."""

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from newsletter.campaigns import setaside
from newsletter.cli.main import cli
from newsletter.errors import NewsletterError
from newsletter.storage import open_store
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.transports.test_smtp import Inbox, serving

PEOPLE = 12


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    said: str


def _run(workspace: Workspace, *words: str) -> Ended:
    result: Result = CliRunner().invoke(cli, ["-C", str(workspace.root), *words], obj=workspace.root)
    if isinstance(result.exception, NewsletterError):  # the outermost layer says it, and ends with 1
        return Ended(1, f"{result.output}{result.exception}")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.output)


def _clinic(folder: Path, transport: str, **smtp: object) -> Workspace:
    facts = {"clinic.postal_address": ADDRESS, "delivery.transport": transport}
    make_workspace(folder, facts | {"sender.from_email": "newsletter@elmstreet.example.org"})
    settings = folder / "newsletter.toml"
    text = settings.read_text("utf-8").replace('security = "starttls"', 'security = "none"')
    text = text.replace("port = 587", f"port = {smtp.get('port', 587)}")
    text = text.replace('host = ""', f'host = "{smtp.get("host", "127.0.0.1")}"')
    settings.write_text(text.replace('user = ""', f'user = "{smtp.get("user", "")}"'), "utf-8")
    workspace = open_workspace(folder)
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, PEOPLE)
    return workspace


def _states(workspace: Workspace) -> Counter[str]:
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        return Counter(connection.scalars(select(deliveries.c.state)))


@pytest.fixture(autouse=True)
def _no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.doctor.examination.look_at_domain", lambda *_args, **_options: ())
    monkeypatch.setattr(setaside, "_PAUSES", (0.0, 0.0))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own, to which the environment points."""
    with fake_sendgrid() as found:
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        yield found


# --- rejected for the sender's fault ------------------------------------------------------------


@pytest.mark.parametrize("now", [["--now"], []])
def test_account_under_review(tmp_path: Path, account: FakeSendGrid, now: list[str]) -> None:
    """Three tries while the account is under review; then it is put right, and everybody gets one."""
    clinic = _clinic(tmp_path / "clinic", "sendgrid")
    account.rejecting = "account under review"
    for words in (["send", SAMPLE_ISSUE, "--yes", *now], ["resume", SAMPLE_ISSUE], ["resume", SAMPLE_ISSUE]):
        ended = _run(clinic, *words)
        assert ended.exit_code == 1
        assert "account under review" in ended.said
        assert f"resume with: newsletter resume {SAMPLE_ISSUE}" in ended.said
        assert _states(clinic) == {"queued": PEOPLE}
    account.rejecting = ""
    ended = _run(clinic, "resume", SAMPLE_ISSUE)
    assert ended.exit_code == 0
    assert Counter(map(len, account.received().values())) == {1: PEOPLE}


def test_address_that_sendgrid_names(tmp_path: Path, account: FakeSendGrid) -> None:
    """One bad address among the others costs two requests, and that person alone."""
    clinic = _clinic(tmp_path / "clinic", "sendgrid")
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET email='invalid@example.org' WHERE id=5")
    ended = _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    assert (ended.exit_code, _states(clinic)) == (0, {"accepted": PEOPLE - 1, "refused": 1})
    assert account.requests.count("POST /v3/mail/send") == 2
    assert "--rejected" not in ended.said
    named = _run(clinic, "status", SAMPLE_ISSUE, "--people").said
    assert "invalid@example.org: rejected (address rejected: 400 Does not contain a valid address.)" in named


def test_everybody_is_named_by_sendgrid(tmp_path: Path, account: FakeSendGrid) -> None:
    """While nobody gets it, even an answer that names everybody gives nobody up, and it is no success."""
    clinic = _clinic(tmp_path / "clinic", "sendgrid")
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.exec_driver_sql("UPDATE subscribers SET email='invalid' || id || '@example.org'")
    for words in (["send", SAMPLE_ISSUE, "--yes", "--now"], ["resume", SAMPLE_ISSUE]):
        ended = _run(clinic, *words)
        assert (ended.exit_code, _states(clinic)) == (1, {"queued": PEOPLE})
        assert "unsubscribe them first" in ended.said
    assert account.requests.count("POST /v3/mail/send") == 2


def _give_up(clinic: Workspace, number: int, reason: str) -> None:
    """Make a ledger in which some were given up, as older versions did."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        few = update(deliveries).where(deliveries.c.id <= number)
        connection.execute(few.values(state="refused", reason=reason))


@pytest.mark.parametrize("reason", ["400 request: account under review", "the mail server refused it (550)"])
def test_way_back(tmp_path: Path, account: FakeSendGrid, reason: str) -> None:
    """Whom an older version gave up: status and resume offer to send again, to whoever may still be mailed."""
    clinic = _clinic(tmp_path / "clinic", "sendgrid")
    _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    account.mails.clear()
    _give_up(clinic, 4, reason)
    for command in ("status", "resume"):
        told = _run(clinic, command, SAMPLE_ISSUE).said
        assert "For 4 of them, the answer does not blame the address" in told
        assert f"newsletter resume {SAMPLE_ISSUE} --rejected" in told
    assert account.mails == []
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED)
    ended = _run(clinic, "resume", SAMPLE_ISSUE, "--rejected")
    assert ended.exit_code == 0
    assert "3 messages queued again (1 of them unsubscribed since" in ended.said
    assert sorted(account.received()) == [f"reader{number}@example.org" for number in (1, 3, 4)]
    for words in (["status", SAMPLE_ISSUE], ["resume", SAMPLE_ISSUE, "--rejected"]):
        ended = _run(clinic, *words)
        assert f"newsletter resume {SAMPLE_ISSUE} --rejected" not in ended.said, "it would change nothing"
    assert "0 messages queued again (1 of them unsubscribed since" in ended.said
    assert Counter(map(len, account.received().values())) == {1: 3}


@pytest.mark.parametrize("reason", ["address rejected: 550 5.2.1 account disabled", "400 request: under review"])
def test_way_back_for_everybody(tmp_path: Path, account: FakeSendGrid, reason: str) -> None:
    """An older version gave everybody up: that is no success, and all can be sent to again, whatever was said."""
    clinic = _clinic(tmp_path / "clinic", "sendgrid")
    _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
    account.mails.clear()
    _give_up(clinic, PEOPLE, reason)
    assert f"{SAMPLE_ISSUE}: rejected for everyone" in _run(clinic, "status", SAMPLE_ISSUE).said
    ended = _run(clinic, "resume", SAMPLE_ISSUE)
    assert (ended.exit_code, account.mails) == (1, [])
    assert f"nobody got {SAMPLE_ISSUE}" in ended.said
    assert f"newsletter resume {SAMPLE_ISSUE} --rejected" in ended.said
    ended = _run(clinic, "resume", SAMPLE_ISSUE, "--rejected")
    assert (ended.exit_code, _states(clinic)) == (0, {"accepted": PEOPLE})
    assert f"{PEOPLE} messages queued again." in ended.said
    assert Counter(map(len, account.received().values())) == {1: PEOPLE}


# --- a mail server --------------------------------------------------------------------------------


@dataclass
class Picky(Inbox):
    """A mail server that answers each recipient in its own way."""

    replies: dict[str, str] = field(default_factory=dict)
    else_: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.rcpt = self.replies.get(address, self.else_)
        return await super().handle_RCPT(server, session, envelope, address, options)

    @property
    def reached(self) -> list[str]:
        """Who got something."""
        return [address for mail in self.mails for address in mail.rcpt_tos]


@pytest.mark.parametrize("reply", ["451 4.7.1 greylisted, try again", "452 over quota", "421 4.7.0 not today"])
def test_one_mailbox_that_asks_to_wait(tmp_path: Path, reply: str) -> None:
    """Everybody else gets the issue; the one is told, ends with 1, and gets it later."""
    inbox = Picky(replies={"reader3@example.org": reply})
    with serving(inbox):
        clinic = _clinic(tmp_path / "clinic", "smtp", port=inbox.port)
        ended = _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--now")
        assert ended.exit_code == 1
        assert f"1 mailbox asked to try again later (the mail server said: {reply})" in ended.said
        assert _states(clinic) == {"accepted": PEOPLE - 1, "queued": 1}
        assert "1 mailbox asked to try again later" in _run(clinic, "status", SAMPLE_ISSUE).said
        inbox.replies.clear()
        assert _run(clinic, "resume", SAMPLE_ISSUE).exit_code == 0
    assert Counter(inbox.reached) == Counter(f"reader{number}@example.org" for number in range(1, PEOPLE + 1))


@pytest.mark.parametrize(
    "reply",
    [
        *("550 5.7.1 relaying denied", "554 no", "552 5.3.4 too big", "550 Mailbox unavailable. Your IP is listed"),
        *("550 Requested action not taken: mailbox unavailable", "550 5.1.1 User unknown", "550 5.2.2 Mailbox full"),
    ],
)
def test_relaying_denied(tmp_path: Path, reply: str) -> None:
    """What would meet anybody is nobody's own: all are queued, and get it once the server is put right."""
    inbox = Picky(else_=reply)
    with serving(inbox):
        clinic = _clinic(tmp_path / "clinic", "smtp", port=inbox.port)
        for words in (["send", SAMPLE_ISSUE, "--yes"], ["resume", SAMPLE_ISSUE]):
            ended = _run(clinic, *words)
            assert (ended.exit_code, _states(clinic)) == (1, {"queued": PEOPLE})
            assert reply in ended.said
        inbox.else_ = "250 OK"
        assert _run(clinic, "resume", SAMPLE_ISSUE).exit_code == 0
    assert Counter(map(inbox.reached.count, inbox.reached)) == {1: PEOPLE}


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "550 5.7.1 this mailbox takes mail from members only"])
def test_one_mailbox_that_says_never(tmp_path: Path, reply: str) -> None:
    """One person's rejection is final once others were served, whatever the words; the send is over."""
    inbox = Picky(replies={"reader12@example.org": reply})
    with serving(inbox):
        clinic = _clinic(tmp_path / "clinic", "smtp", port=inbox.port)
        assert _run(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
    assert _states(clinic) == {"accepted": PEOPLE - 1, "refused": 1}


def test_password_beyond_ascii(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor, test and send sign in with a password of any letters."""
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    check = lambda _server, _session, _envelope, _way, data: AuthResult(  # noqa: E731
        success=(data.login, data.password.decode()) == (b"clinic", "pässwörd")
    )
    inbox = Inbox()
    with serving(inbox, authenticator=check, auth_require_tls=False):
        clinic = _clinic(tmp_path / "clinic", "smtp", port=inbox.port, user="clinic")
        clinic.env_file.write_text("SMTP_PASSWORD=pässwörd\n", "utf-8")
        assert "127.0.0.1 accepts our sign-in" in _run(clinic, "doctor").said
        assert _run(clinic, "test", SAMPLE_ISSUE, "--to", "me@example.org").exit_code == 0
        assert _run(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
        assert len(inbox.mails) == PEOPLE + 1
    first = email.message_from_bytes(inbox.mails[0].content or b"", policy=email.policy.default)  # type: ignore[arg-type]
    assert first["To"] == "me@example.org"


# --- what fails before a byte leaves ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("SENDGRID_API_KEY", f"{KEY}\u200b", "environment"),
        ("SENDGRID_API_KEY", f"“{KEY}”", "file"),
        ("SENDGRID_API_KEY", f"{KEY} # of the clinic", "file"),
        ("SENDGRID_HOST", "api.sendgrid.com", "environment"),
    ],
)
def test_key_or_host_that_cannot_be_one(
    tmp_path: Path, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch, name: str, value: str, where: str
) -> None:
    """Every command names it before anything is frozen; a send that had begun keeps everybody queued."""
    clinic, begun = _clinic(tmp_path / "clinic", "sendgrid"), _clinic(tmp_path / "begun", "sendgrid")
    account.rejecting = "account under review"
    _run(begun, "send", SAMPLE_ISSUE, "--yes")
    monkeypatch.delenv(name)
    for workspace in (clinic, begun):
        workspace.env_file.write_text(f"{name}={value}\n" if where == "file" else "", "utf-8")
    if where == "environment":
        monkeypatch.setenv(name, value)
    commands: list[Any] = [
        *(["doctor"], ["doctor", "--offline"], ["test", SAMPLE_ISSUE, "--to", "me@example.org"]),
        *(["send", SAMPLE_ISSUE, "--yes"], ["send", SAMPLE_ISSUE, "--yes", "--now"]),
    ]
    for workspace, words in [(clinic, words) for words in commands] + [(begun, ["resume", SAMPLE_ISSUE])]:
        ended = _run(workspace, *words)
        assert ended.exit_code == 1, words
        assert name in ended.said
        assert KEY not in ended.said
    assert (_states(clinic), _states(begun)) == ({}, {"queued": PEOPLE})


@pytest.mark.parametrize("host", ["smtp://127.0.0.1", "127.0.0.1:25", "smtp example.org", "smtp..example.org"])
def test_mail_server_that_is_no_name(tmp_path: Path, host: str) -> None:
    """The same for a mail server's name."""
    clinic = _clinic(tmp_path / "clinic", "smtp", host=host)
    for words in (["doctor"], ["test", SAMPLE_ISSUE, "--to", "me@example.org"], ["send", SAMPLE_ISSUE, "--yes"]):
        ended = _run(clinic, *words)
        assert (ended.exit_code, "[smtp] host" in ended.said) == (1, True), words
    assert _states(clinic) == {}


@pytest.mark.parametrize("address", ["émile@elmstreet.example.org", "信@elmstreet.example.org"])
def test_sender_beyond_ascii(tmp_path: Path, address: str) -> None:
    """An address that few mail servers take is named as soon as the settings are read."""
    clinic = _clinic(tmp_path / "clinic", "outbox")
    settings = clinic.root / "newsletter.toml"
    text = settings.read_text("utf-8").replace("newsletter@elmstreet.example.org", address)
    settings.write_text(text, "utf-8")
    for words in (["doctor"], ["test", SAMPLE_ISSUE, "--to", "me@example.org"], ["send", SAMPLE_ISSUE, "--yes"]):
        ended = _run(clinic, *words)
        assert (ended.exit_code, "plain letters (a to z) before the @" in ended.said) == (1, True), ended.said
