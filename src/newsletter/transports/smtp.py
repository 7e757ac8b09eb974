"""The `smtp` transport: any mail server that takes mail from a program (RFC 5321, RFC 6409).

For clinics whose provider signs an agreement about health data, and for any relay. One
message travels at a time, so that each has an answer of its own.
"""

import base64
import re
import smtplib
import socket
import ssl
from datetime import UTC, datetime

from newsletter.errors import NewsletterError, TransportError
from newsletter.message import build_mime
from newsletter.transports.base import (
    ANSWER_SECONDS,
    Accepted,
    Batch,
    Deferred,
    NotSent,
    Outcome,
    Refused,
    Transport,
    Unknown,
    broken_off,
    prepare,
    without_addresses,
)
from newsletter.transports.smtp_replies import put_off, read_reply
from newsletter.workspace import Smtp

_LOCAL = {"localhost", "127.0.0.1", "::1"}
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")  # or IPv6
_HOST_HINT = (
    'Write only its name under [smtp] in newsletter.toml, for example host = "smtp.example.org"; '
    "the port number goes into port."
)


class SmtpTransport(Transport):
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
        self._hung_up: set[str] = set()  # the deliveries at which the server said goodbye

    def send(self, batch: Batch) -> Outcome:
        """Send the one message of the batch.

        Raises:
            TransportError: the server does not let us in, or cannot be reached safely.
        """
        recipient, sender = batch.recipients[0], batch.message.from_email
        data = prepare(batch, _encode)
        if isinstance(data, Refused):
            return data
        try:
            server = self._connected()
            _announce(server, sender, recipient.email)
        except Exception as err:  # noqa: BLE001 - whatever it is, not a byte of the message has left
            outcome = self._before(err, sender)
            about_one = isinstance(err, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
            return self._goodbye(outcome, recipient.ref) if about_one else outcome
        if not batch.may_begin():
            self._drop()  # the server waits for the message; without its end it discards all of this
            return NotSent("it was not sent: the database is out of reach, or others took over")
        try:
            server.send(data)
            code, reply = server.getreply()
        except Exception as err:  # noqa: BLE001 - whatever it is, all of it may have left
            self._drop()
            return Unknown(f"the mail server's answer was lost ({broken_off(err)})")
        if 200 <= code < 300:
            return Accepted(recipient.ref)
        outcome = read_reply(code, reply, sender)
        if isinstance(outcome, NotSent | Unknown):  # it says goodbye, or nobody knows where in the talk we are
            self._drop()
        return self._goodbye(outcome, recipient.ref)

    def _goodbye(self, outcome: Outcome, ref: str) -> Outcome:
        """Blame the mailbox, not the server, if 421 comes to the same one over a new connection, too."""
        if not isinstance(outcome, NotSent):
            return outcome
        again = ref in self._hung_up
        self._hung_up.add(ref)
        return Deferred(outcome.reason) if again else outcome

    def knock(self) -> None:
        """Connect and sign in, and leave again; no message is begun.

        Raises:
            TransportError: the server cannot be reached, or does not let us in.
        """
        try:
            self._connected().noop()
        except Exception as err:
            raise self._explained(err) from err
        finally:
            self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, _own_name(), timeout=ANSWER_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, _own_name(), timeout=ANSWER_SECONDS)
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
            _log_in(server, self._settings.user, self._password)
        server.ehlo_or_helo_if_needed()

    def _before(self, err: Exception, sender: str) -> Outcome:
        """Return what an error means that came before the message itself.

        Raises:
            TransportError: a person has to fix something first.
        """
        match err:
            case smtplib.SMTPRecipientsRefused(recipients=refused):
                code, reply = next(iter(refused.values()))
                return self._kept(read_reply(code, reply, sender))
            case smtplib.SMTPDataError(smtp_code=code, smtp_error=reply):
                return self._kept(read_reply(code, _bytes(reply), sender))
            case smtplib.SMTPResponseException(smtp_code=code) if code < 500:
                self._drop()
                return put_off(code)
            case OSError() if isinstance(err, smtplib.SMTPServerDisconnected) or not _is_refusal(err):
                self._drop()
                return NotSent(_unreached(err, self._settings.host))
        raise self._explained(err) from err

    def _kept(self, outcome: Outcome) -> Outcome:
        """Forget the message that was begun; keep the connection, if the server does."""
        if isinstance(outcome, NotSent | Unknown):
            self._drop()
        else:
            self._reset()
        return NotSent(outcome.reason) if isinstance(outcome, Unknown) else outcome

    def _explained(self, err: Exception) -> NewsletterError:
        """Return the error for what only a person can fix; whatever was open is closed."""
        self._drop()
        hint = "Check [smtp] in newsletter.toml, and SMTP_PASSWORD in .env."
        match err:
            case NewsletterError():
                return err
            case smtplib.SMTPSenderRefused(smtp_code=code, smtp_error=reply):
                hint = "Check [sender] from_email and [smtp] user: most servers send only for their own domain."
                said = without_addresses(f"{code} {_bytes(reply).decode('utf-8', 'replace')}")
                return TransportError(f"the mail server rejected the sender ({said})", hint=hint)
            case smtplib.SMTPException() | ssl.SSLCertVerificationError():
                return TransportError(f"the mail server does not accept the sign-in: {_refusal(err)}", hint=hint)
            case OSError():
                return TransportError(_unreached(err, self._settings.host), hint=hint)
        return TransportError("the mail server does not work with these settings", hint=hint)

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


def _encode(batch: Batch) -> bytes:
    """Return the message as it goes over the wire (RFC 5321, 4.5.2): a line's own dot doubled, a dot at the end."""
    date, prefix = datetime.now(tz=UTC), batch.subject_prefix
    mail = build_mime(batch.message, batch.recipients[0], date=date, subject_prefix=prefix, headers=batch.headers)
    text = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
    return text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _announce(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Say from whom and to whom, and that the message comes now; raise what the server has against it."""
    code, reply = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, reply, sender)
    code, reply = server.rcpt(recipient)
    if code not in {250, 251}:
        raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
    code, reply = server.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPDataError(code, reply)


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in; letters beyond ASCII travel as UTF-8 (RFC 4616), which `smtplib` cannot do.

    Raises:
        TransportError: the server has no way to sign in that takes such letters.
    """
    if user.isascii() and password.isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    ways = [way for way in ("PLAIN", "LOGIN") if way in offered]
    if not ways:
        hint = "Choose a password of plain letters, digits and symbols, and put it into .env as SMTP_PASSWORD."
        what = (
            "the mail server offers no sign-in (PLAIN or LOGIN) for a user or password with letters other than a to z"
        )
        raise TransportError(what, hint=hint)
    for way in ways:
        code, reply = _plain(server, user, password) if way == "PLAIN" else _login(server, user, password)
        if code in {235, 503}:  # 503: signed in already
            return
    raise smtplib.SMTPAuthenticationError(code, reply)


def _plain(server: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    return server.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")


def _login(server: smtplib.SMTP, user: str, password: str) -> tuple[int, bytes]:
    code, reply = server.docmd("AUTH", "LOGIN")
    for answer in (user, password):
        if code == 334:
            code, reply = server.docmd(_base64(answer))
    return code, reply


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _own_name() -> str | None:
    """Return how this computer names itself to the server; without a name in ASCII, by a number that is any's own."""
    name = socket.getfqdn()
    if not name.isascii():
        return "[127.0.0.1]"
    return name if "." in name else None  # then smtplib finds its number


def _is_refusal(err: Exception) -> bool:
    """Whether an error is somebody's no, though Python counts it among the broken connections."""
    return isinstance(err, smtplib.SMTPException | ssl.SSLCertVerificationError)


def _unreached(err: Exception, host: str) -> str:
    if isinstance(err, socket.gaierror):
        return f"there is no mail server named {host}, or this computer is offline"
    return f"no connection to the mail server ({broken_off(err)})"


def _refusal(err: Exception) -> str:
    """Return in plain words why a server lets nobody in."""
    match err:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return f"the user or the password was not accepted ({code})"
        case smtplib.SMTPNotSupportedError():
            return "it offers no encryption (STARTTLS)" if "STARTTLS" in str(err) else "it offers no sign-in"
        case ssl.SSLCertVerificationError():
            return "its certificate is not trusted"
        case smtplib.SMTPServerDisconnected():
            return broken_off(err)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=reply):
            return without_addresses(f"it said {code} {_bytes(reply).decode('utf-8', 'replace')}")
    return "it offers no sign-in that works here"


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def check_settings(settings: Smtp) -> None:
    """Let settings pass with which mail can be sent safely.

    Raises:
        TransportError: the server is not named, by its bare name, or passwords and readers
            would travel in the clear.
    """
    if not settings.host:
        raise TransportError("no mail server is set", hint=_HOST_HINT)
    if not _HOST.fullmatch(settings.host):
        raise TransportError(f"[smtp] host is not the name of a mail server: {settings.host}", hint=_HOST_HINT)
    if settings.security == "none" and settings.host not in _LOCAL:
        hint = 'Set security = "starttls" (port 587) or "tls" (port 465) under [smtp].'
        raise TransportError("mail to another computer is only sent encrypted", hint=hint)
