"""The SMTP transport against a real server on this machine, well-behaved and not."""

import contextlib
import dataclasses
import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from newsletter.errors import TransportError
from newsletter.message import Recipient
from newsletter.transports import Accepted, Batch, NotSent, Refused, Unknown
from newsletter.transports.smtp import SmtpTransport, check_settings
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


@pytest.mark.parametrize(("reply", "kind"), [("550 no such user", Refused), ("451 try again", NotSent)])
def test_recipient_is_refused(reply: str, kind: type) -> None:
    """5xx is final, 4xx is not; in neither case was anything sent, and the next one goes through."""
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
        ("452 full", NotSent),
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


def test_server_that_went_away_between_two_messages() -> None:
    """A connection that was closed meanwhile is noticed before the next message, which then goes out."""
    inbox = Inbox()
    with serving(inbox) as transport:
        transport.send(BATCH)
        assert transport._open is not None
        transport._open.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        assert isinstance(transport.send(BATCH), NotSent)
        assert isinstance(transport.send(BATCH), Accepted)


def test_nobody_listens() -> None:
    """Without a server nothing was sent."""
    assert isinstance(SmtpTransport(Smtp(host="127.0.0.1", port=9, security="none"), "").send(BATCH), NotSent)


def test_wrong_password_stops_the_run() -> None:
    """A refused sign-in stops everything, with where the password goes."""
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    inbox = Inbox()
    with serving(inbox, authenticator=refuse, auth_require_tls=False):
        settings = Smtp(host="127.0.0.1", port=inbox.port, security="none", user="clinic")
        with pytest.raises(TransportError, match="SMTP_PASSWORD") as caught:
            SmtpTransport(settings, "wrong-secret").send(BATCH)
    assert "wrong-secret" not in str(caught.value)


def test_no_encryption_is_no_way_out() -> None:
    """A server that speaks no TLS gets nothing when TLS is wanted; in the clear only this machine is reached."""
    inbox = Inbox()
    with serving(inbox), pytest.raises(TransportError):
        SmtpTransport(Smtp(host="127.0.0.1", port=inbox.port, security="starttls"), "").send(BATCH)
    with pytest.raises(TransportError, match="only sent encrypted"):
        check_settings(Smtp(host="smtp.example.org", security="none"))
    with pytest.raises(TransportError, match="no mail server is named"):
        check_settings(Smtp())


def test_address_that_no_header_can_hold() -> None:
    """An address with letters beyond ASCII before the @ is refused for that person alone."""
    odd = dataclasses.replace(BATCH, recipients=(Recipient(ref="b", email="ツ@example.org"),))
    inbox = Inbox()
    with serving(inbox) as transport:
        assert isinstance(transport.send(odd), Refused)
    assert inbox.mails == []
