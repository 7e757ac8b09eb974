"""The `smtp` transport: any mail server that takes mail from a program (RFC 5321, RFC 6409).

For clinics whose provider signs an agreement about health data, and for any relay. One
message travels at a time, so that each has an answer of its own.
"""

import smtplib
import ssl
from datetime import UTC, datetime

from newsletter.errors import IssueError, TransportError
from newsletter.message import build_mime
from newsletter.transports.base import Accepted, Batch, NotSent, Outcome, Refused, Unknown
from newsletter.workspace import Smtp

_SECONDS = 60.0  # for each answer; RFC 5321 (4.5.3.2) allows a server minutes after the last dot
_LATER = 30.0  # seconds to wait when the server says: not now
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class SmtpTransport:
    """Hands messages to a mail server, over one connection that is kept open.

    The Message-ID of a message follows from its delivery, so that a server or an inbox
    that compares them knows a repeated one. A connection that breaks after the message
    began to go out leaves it unknown.
    """

    name = "smtp"
    leaves_machine = True
    repeatable = False
    makes_unsubscribe_links = False
    largest_batch = 1

    def __init__(self, settings: Smtp, password: str) -> None:
        self._settings = settings
        self._password = password
        self._open: smtplib.SMTP | None = None

    def send(self, batch: Batch) -> Outcome:
        """Send the one message of the batch.

        Raises:
            TransportError: the server does not let us in, or cannot be reached safely.
        """
        recipient = batch.recipients[0]
        try:
            mail = build_mime(batch.message, recipient, date=datetime.now(tz=UTC), subject_prefix=batch.subject_prefix)
        except IssueError as err:
            return Refused(err.what)
        try:
            server = self._connected()
            _announce(server, batch.message.from_email, recipient.email)
        except (OSError, smtplib.SMTPException) as err:  # not a byte of the message has left
            return self._before(err)
        try:
            code, _ = server.data(mail.as_bytes())
        except smtplib.SMTPDataError as err:  # refused before the message began
            self._reset()
            return _refusal(err.smtp_code)
        except (OSError, smtplib.SMTPException) as err:
            self._drop()
            return Unknown(f"the mail server's answer was lost ({type(err).__name__})")
        return self._after(code, recipient.ref)

    def knock(self) -> None:
        """Connect and sign in, and leave again; no message is begun.

        Raises:
            OSError, smtplib.SMTPException: the server cannot be reached, or does not let us in.
        """
        self._connected().noop()
        self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=_SECONDS)
        try:
            self._sign_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._settings.user:
            server.login(self._settings.user, self._password)
        server.ehlo_or_helo_if_needed()

    def _after(self, code: int, ref: str) -> Outcome:
        """Return what the answer to the whole message means (RFC 5321, 4.2.1); one that is none proves nothing."""
        if 200 <= code < 300:
            return Accepted(ref)
        if 400 <= code < 600:
            return _refusal(code)
        self._drop()
        return Unknown(f"the mail server's answer made no sense ({code})")

    def _before(self, err: Exception) -> Outcome:
        """Return what an error means that came before the message itself.

        Raises:
            TransportError: a person has to mend something first.
        """
        match err:
            case smtplib.SMTPRecipientsRefused(recipients=refused):
                self._reset()
                return _refusal(next(iter(refused.values()))[0])
            case smtplib.SMTPSenderRefused(smtp_code=421):  # enough for one connection: the next one may do
                self._drop()
                return NotSent("the mail server closes the connection (421)")
            case smtplib.SMTPSenderRefused(smtp_code=code) if 400 <= code < 500:
                self._drop()
                return _refusal(code)
            case smtplib.SMTPSenderRefused(smtp_code=code):
                self._drop()
                hint = "Check [sender] from_email and [smtp] user: most servers send only for their own domain."
                raise TransportError(f"the mail server refused the sender ({code})", hint=hint) from err
            case smtplib.SMTPAuthenticationError() | smtplib.SMTPNotSupportedError() | ssl.SSLCertVerificationError():
                hint = "Check [smtp] in newsletter.toml, and SMTP_PASSWORD in .env."
                raise TransportError(f"the mail server does not let us in ({type(err).__name__})", hint=hint) from err
        self._drop()
        return NotSent(f"no connection to the mail server ({type(err).__name__})", wait=0.0)

    def _reset(self) -> None:
        """Forget the message that was begun; a connection that cannot do that is dropped."""
        try:
            if self._open is not None:
                self._open.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._open is None:
            return
        try:
            self._open.quit()
        except (OSError, smtplib.SMTPException):
            self._open.close()
        self._open = None


def _announce(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom; raise what the server has against it."""
    code, reply = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, sender)
    code, reply = server.rcpt(recipient)
    if code not in {250, 251}:
        raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})


def check_settings(settings: Smtp) -> None:
    """Let settings pass with which mail can be sent safely.

    Raises:
        TransportError: the server is not named, or passwords and readers would travel in
            the clear.
    """
    if not settings.host:
        hint = 'Write its name under [smtp] in newsletter.toml, for example host = "smtp.example.org".'
        raise TransportError("no mail server is named", hint=hint)
    if settings.security == "none" and settings.host not in _LOCAL:
        hint = 'Set security = "starttls" (port 587) or "tls" (port 465) under [smtp].'
        raise TransportError("mail to another machine is only sent encrypted", hint=hint)


def _refusal(code: int) -> Outcome:
    """4xx means not now, 5xx means never (RFC 5321, 4.2.1); either way nothing was taken."""
    if 400 <= code < 500:
        return NotSent(f"the mail server says: not now ({code})", wait=_LATER)
    return Refused(f"the mail server refused it ({code})")
