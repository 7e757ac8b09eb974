"""The SMTP transport against a real server on this machine, well-behaved and not."""

import contextlib
import dataclasses
import email
import email.policy
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import TransportError
from newsletter.message import Recipient
from newsletter.transports import Accepted, Batch, Deferred, NotSent, Refused, Unknown
from newsletter.transports.smtp import SmtpTransport, check_settings
from newsletter.transports.smtp_replies import read_reply
from newsletter.workspace import Smtp
from tests.campaigns.samples import MESSAGE

ANA = Recipient(
    ref="a" * 32, email="ana@example.org", first_name="Ana", unsubscribe_url="mailto:x@example.org?subject=u%20t"
)
BATCH = Batch(campaign="c", ref="r", slug="december", message=MESSAGE, recipients=(ANA,))


@dataclass
class Inbox:
    """A mail server that keeps what it gets, and answers as it is told."""

    mails: list[Envelope] = field(default_factory=list)
    sender: str = "250 OK"
    rcpt: str = "250 OK"
    data: str = "250 OK"
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.sender.startswith("250"):
            envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.mails.append(envelope)
        if self.data == "hang up" and server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined] # a socket's transport has it
        return self.data


def _bytes(mail: Envelope) -> bytes:
    assert isinstance(mail.content, bytes)
    return mail.content


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:  # the port is only known once the server runs
        sockets = self.server.sockets  # type: ignore[union-attr]
        self.port = sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[SmtpTransport]:
    controller = _OnFreePort(inbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    inbox.port = controller.port
    transport = SmtpTransport(Smtp(host="127.0.0.1", port=controller.port, security="none"), "")
    try:
        yield transport
    finally:
        transport.close()
        controller.stop()


def test_message_arrives_whole() -> None:
    """The mail has one recipient, both parts, and a Message-ID that is always the same for its delivery."""
    inbox = Inbox()
    with serving(inbox) as transport:
        assert isinstance(transport.send(BATCH), Accepted)
        transport.send(BATCH)
    first, second = (email.message_from_bytes(_bytes(mail), policy=email.policy.default) for mail in inbox.mails)
    assert inbox.mails[0].rcpt_tos == ["ana@example.org"]
    assert first["Message-ID"] == second["Message-ID"] == f"<{ANA.ref}@elmstreet.example.org>"
    assert {part.get_content_type() for part in first.walk()} >= {"text/plain", "text/html"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 no such user", Refused),
        ("451 try again", Deferred),
        ("450 4.2.0 greylisted", Deferred),
        ("421 closing", NotSent),
    ],
)
def test_recipient_is_refused(reply: str, kind: type) -> None:
    """5xx is final, 4xx asks to wait, 421 is the server's; nothing was sent, and the next one goes through."""
    inbox = Inbox(rcpt=reply)
    with serving(inbox) as transport:
        assert isinstance(transport.send(BATCH), kind)
        assert inbox.mails == []
        inbox.rcpt = "250 OK"
        assert isinstance(transport.send(BATCH), Accepted)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("554 spam", Refused),
        ("452 full", Deferred),
        ("421 too busy", NotSent),
        ("251 will forward", Accepted),
        ("hang up", Unknown),
        ("354 go ahead", Unknown),
        ("hello there", Unknown),
    ],
)
def test_after_the_message(reply: str, kind: type) -> None:
    """A clear answer after the message is believed; a lost one, or one that makes no sense, leaves it unknown."""
    with serving(Inbox(data=reply)) as transport:
        assert isinstance(transport.send(BATCH), kind)


@pytest.mark.parametrize("reply", ["421 too many messages", "451 slow down"])
def test_sender_is_put_off(reply: str) -> None:
    """A server that wants a pause, or a new connection, gets it; nothing was sent, and the run goes on."""
    inbox = Inbox(sender=reply)
    with serving(inbox) as transport:
        assert isinstance(transport.send(BATCH), NotSent)
        inbox.sender = "250 OK"
        assert isinstance(transport.send(BATCH), Accepted)


def test_sender_is_refused() -> None:
    """A server that never takes mail from this sender stops the run, with what to check."""
    with serving(Inbox(sender="553 not your domain")) as transport, pytest.raises(TransportError, match="from_email"):
        transport.send(BATCH)


def test_a_batch_that_others_took_over() -> None:
    """Not a byte of the message leaves; the next one is sent over a new connection."""
    inbox = Inbox()
    with serving(inbox) as transport:
        assert isinstance(transport.send(dataclasses.replace(BATCH, may_begin=lambda: False)), NotSent)
        assert not inbox.mails
        assert isinstance(transport.send(BATCH), Accepted)
    assert len(inbox.mails) == 1


def test_server_that_went_away_between_two_messages() -> None:
    """A connection that was closed meanwhile is noticed before the next message, which then goes out."""
    inbox = Inbox()
    with serving(inbox) as transport:
        transport.send(BATCH)
        assert transport._open is not None
        transport._open.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        assert isinstance(transport.send(BATCH), NotSent)
        assert isinstance(transport.send(BATCH), Accepted)


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_goodbye_to_one_mailbox(where: str) -> None:
    """A server that hangs up at one mailbox, over a new connection too, has something against that one alone."""
    inbox = Inbox()
    setattr(inbox, where, "421 4.7.0 too much for this one")
    other = dataclasses.replace(BATCH, recipients=(Recipient(ref="b" * 32, email="bo@example.org"),))
    with serving(inbox) as transport:
        assert [type(transport.send(BATCH)) for _ in range(3)] == [NotSent, Deferred, Deferred]
        assert isinstance(transport.send(other), NotSent)
        inbox.rcpt = inbox.data = "250 OK"
        assert isinstance(transport.send(BATCH), Accepted)


@pytest.mark.parametrize("reply", ["530 5.7.0 sign in first", "550 not yours", "553 no", "554 5.7.1 <a@b.example> no"])
def test_sender_is_refused_in_the_servers_words(reply: str) -> None:
    """What the server says of the sender is kept, without the address."""
    with serving(Inbox(sender=reply)) as transport, pytest.raises(TransportError) as caught:
        transport.send(BATCH)
    assert reply.replace("<a@b.example>", "(address)") in caught.value.what


@pytest.mark.parametrize(
    ("err", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), "the user or the password was not accepted (535)"),
        (smtplib.SMTPNotSupportedError("SMTP AUTH extension not supported by server."), "it offers no sign-in"),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), "no encryption (STARTTLS)"),
        (smtplib.SMTPException("No suitable authentication method found."), "no sign-in that works here"),
        (smtplib.SMTPHeloError(550, b"go away"), "it said 550 go away"),
        (ssl.SSLCertVerificationError("self-signed"), "its certificate is not trusted"),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), "the connection was cut"),
        (ConnectionResetError(104, "reset"), "the connection was cut"),
        (TimeoutError("timed out"), "no answer in time"),
        (ConnectionRefusedError(111, "refused"), "nothing answers at that address and port"),
        (ssl.SSLError("wrong version number"), "the encryption failed"),
        (RuntimeError("odd"), "does not work with these settings"),
    ],
)
def test_what_failed_is_said_in_plain_words(err: Exception, words: str) -> None:
    """No name of a class from the program, whatever goes wrong while connecting."""
    transport = SmtpTransport(Smtp(host="127.0.0.1", port=9, security="none"), "")
    with mock.patch.object(SmtpTransport, "_connect", side_effect=err), pytest.raises(TransportError) as caught:
        transport.knock()
    assert words in caught.value.what
    assert type(err).__name__ not in str(caught.value)


def test_nobody_listens() -> None:
    """Without a server nothing was sent."""
    assert isinstance(SmtpTransport(Smtp(host="127.0.0.1", port=9, security="none"), "").send(BATCH), NotSent)


def test_wrong_password_stops_the_run() -> None:
    """A refused sign-in stops everything, with where the password goes."""
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    inbox = Inbox()
    with serving(inbox, authenticator=refuse, auth_require_tls=False):
        chosen = Smtp(host="127.0.0.1", port=inbox.port, security="none", user="clinic")
        with pytest.raises(TransportError, match="SMTP_PASSWORD") as caught:
            SmtpTransport(chosen, "wrong-secret").send(BATCH)
    assert "wrong-secret" not in str(caught.value)


def test_no_encryption_is_no_way_out() -> None:
    """A server that speaks no TLS gets nothing when TLS is wanted; in the clear only this machine is reached."""
    inbox = Inbox()
    with serving(inbox), pytest.raises(TransportError):
        SmtpTransport(Smtp(host="127.0.0.1", port=inbox.port, security="starttls"), "").send(BATCH)
    with pytest.raises(TransportError, match="only sent encrypted"):
        check_settings(Smtp(host="smtp.example.org", security="none"))
    with pytest.raises(TransportError, match="no mail server is set"):
        check_settings(Smtp())


def test_address_that_no_header_can_hold() -> None:
    """An address with letters beyond ASCII is refused for that person alone."""
    inbox = Inbox()
    with serving(inbox) as transport:
        for email in ("ツ@example.org", "ana@ツ.example.org", "a b@example.org"):
            odd = dataclasses.replace(BATCH, recipients=(Recipient(ref="b", email=email),))
            outcome = transport.send(odd)
            assert isinstance(outcome, Refused)
            assert list(outcome.named) == [0]
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown", True),
        ("550 5.1.1 unbekannt", True),
        ("553 5.1.3 bad address syntax", True),
        ("556 5.1.10 recipient domain has a null MX", True),
        ("550 5.2.1 the mailbox is disabled", True),
        ("552 5.2.2 mailbox full", True),
        ("550 no such user here", True),
        ("550 Requested action not taken: mailbox unavailable", True),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", True),
        ("550 The user does not exist", True),
        ("550 5.7.1 relaying denied", False),
        ("550 5.7.1 <ana@example.org>: Relay access denied", False),
        ("554 5.7.1 <ana@example.org>: Recipient address rejected: Access denied", False),
        ("550 5.1.1 <newsletter@elmstreet.example.org>: user unknown", False),
        ("550 5.1.0 Sender address rejected: User unknown in local recipient table", False),
        ("553 5.1.8 sender domain does not exist", False),
        ("550 5.1.7 bad sender", False),
        ("550 5.7.26 unauthenticated mail is rejected (DMARC)", False),
        ("530 5.7.0 authentication required", False),
        ("552 5.3.4 message size exceeds fixed limit", False),
        ("552 5.2.3 message too large for this mailbox", False),
        ("550 5.4.1 Recipient address rejected: Access denied", False),
        ("554 5.7.1 spam", False),
        ("550 5.4.5 daily sending quota of this user exceeded, account unavailable", False),
        ("550 Mailbox unavailable. Your IP is listed", False),
        ("550 Account disabled. Contact your provider", False),
        ("550 5.2.1 Your account has been disabled for sending", False),
        ("550 No such account: please log in first", False),
        ("550 invalid address: you must log in", False),
        ("550 5.1.1 unknown user, login required", False),
        ("550 mailbox unavailable: 192.0.2.1 is blacklisted", False),
        ("550 5.2.1 account inactive, ask the provider", False),
        ("554 no", False),
        ("550", False),
        ("550 5.1.1\u200b ünï", True),
    ],
)
def test_whom_a_rejection_names(reply: str, named: bool) -> None:  # noqa: FBT001
    """Only what says that the address or mailbox is at fault is the recipient's; whatever would meet anybody is not."""
    code, _, text = reply.partition(" ")
    outcome = read_reply(int(code), text.encode(), MESSAGE.from_email)
    assert isinstance(outcome, Refused)
    assert bool(outcome.named) is named
    assert "@" not in outcome.reason


@given(st.integers(400, 599), st.binary(max_size=80))
def test_any_reply_is_understood(code: int, reply: bytes) -> None:
    """Whatever a server says with 4xx or 5xx, nothing was sent; and no address is repeated."""
    outcome = read_reply(code, reply, MESSAGE.from_email)
    assert isinstance(outcome, Refused | Deferred | NotSent)
    assert "@" not in outcome.reason.replace("(address)", "")


def test_lines_that_begin_with_a_dot_arrive() -> None:
    """A dot at the beginning of a line neither ends the message nor is lost."""
    inbox = Inbox()
    dotted = dataclasses.replace(MESSAGE, text=".\n..two\n.three\n" + MESSAGE.text)
    with serving(inbox) as transport:
        assert isinstance(transport.send(dataclasses.replace(BATCH, message=dotted)), Accepted)
    mail = email.message_from_bytes(_bytes(inbox.mails[0]), policy=email.policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    assert part.get_content().splitlines()[:3] == [".", "..two", ".three"]


@pytest.mark.parametrize("ways", [["PLAIN", "LOGIN"], ["PLAIN"], ["LOGIN"]])
@pytest.mark.parametrize(("user", "password"), [("clinic", "pässwörd"), ("praxis-müller", "secret"), ("ü", "密码🔑")])
def test_sign_in_beyond_ascii(ways: list[str], user: str, password: str) -> None:
    """Letters beyond ASCII travel as UTF-8, by whichever way the server offers."""
    seen: list[Any] = []

    def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        seen.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    with _asking_to_sign_in(let_in, ways, user, password) as transport:
        assert isinstance(transport.send(BATCH), Accepted)
    assert seen == [(user, password)]


def test_sign_in_beyond_ascii_is_refused() -> None:
    """A wrong password with such letters stops the run as any other."""
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    with (
        _asking_to_sign_in(refuse, ["PLAIN", "LOGIN"], "ü", "wörd") as transport,
        pytest.raises(TransportError, match="SMTP_PASSWORD") as caught,
    ):
        transport.send(BATCH)
    assert "wörd" not in str(caught.value)


def test_no_way_to_sign_in_beyond_ascii() -> None:
    """A server that offers neither way is told of in words; nothing was sent."""
    let_in = lambda *_: AuthResult(success=True)  # noqa: E731
    with (
        _asking_to_sign_in(let_in, [], "clinic", "pässwörd") as transport,
        pytest.raises(TransportError, match="PLAIN or LOGIN"),
    ):
        transport.send(BATCH)


@contextlib.contextmanager
def _asking_to_sign_in(authenticator: Any, ways: list[str], user: str, password: str) -> Iterator[SmtpTransport]:
    inbox = Inbox()
    without = [way for way in ("PLAIN", "LOGIN") if way not in ways]
    options = {"auth_require_tls": False, "auth_exclude_mechanism": without}
    with serving(inbox, authenticator=authenticator, **options):
        transport = SmtpTransport(Smtp(host="127.0.0.1", port=inbox.port, security="none", user=user), password)
        try:
            yield transport
        finally:
            transport.close()


@pytest.mark.parametrize("name", ["müller-pc", "pc", ""])
def test_computer_with_an_odd_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """How this computer is called keeps nobody from sending."""
    monkeypatch.setattr(socket, "getfqdn", lambda: name)
    with serving(Inbox()) as transport:
        assert isinstance(transport.send(BATCH), Accepted)


@pytest.mark.parametrize(
    "host",
    [
        *("smtp://smtp.example.org", "https://smtp.example.org", "smtp.example.org:587", "smtp.example.org/"),
        *(
            "smtp example.org",
            "smtp..example.org",
            "user@smtp.example.org",
            "smtp.example.org\u200b",
            "“smtp.example.org”",
        ),
        *("-smtp.example.org", "a" * 64 + ".example.org"),
    ],
)
def test_host_that_is_no_name(host: str) -> None:
    """What cannot be the name of a server is named before anything is tried."""
    with pytest.raises(TransportError, match="not the name of a mail server"):
        check_settings(Smtp(host=host, security="starttls"))


@pytest.mark.parametrize("host", ["smtp.example.org", "smtp.example.org.", "10.0.0.7", "mail", "2001:db8::1"])
def test_host_that_is_a_name(host: str) -> None:
    """Names and numbers pass."""
    check_settings(Smtp(host=host, security="starttls"))


@given(host=st.text(min_size=1), user=st.text(), password=st.text(), sender=st.text())
def test_whatever_fails_before_the_message_is_no_doubt(host: str, user: str, password: str, sender: str) -> None:
    """With settings of any kind, nobody is in doubt before the first byte of the message."""
    message = dataclasses.replace(MESSAGE, from_email=sender)
    transport = SmtpTransport(Smtp(host=host, port=9, security="none", user=user), password)
    with mock.patch.object(socket, "create_connection", side_effect=ConnectionRefusedError):
        try:
            outcome = transport.send(dataclasses.replace(BATCH, message=message))
        except TransportError:
            return
    assert isinstance(outcome, NotSent | Refused)
    assert not getattr(outcome, "named", {})
