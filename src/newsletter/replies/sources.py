"""Where replies are read from: a mailbox (IMAP4rev1), or a folder of .eml files."""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from newsletter.errors import SourceError, TransportError
from newsletter.workspace import Inbox

_SECONDS = 60
_LARGEST = 10 * 1024 * 1024
"""Bytes of a mail that is looked at; requests and bounces are far smaller."""

_LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail in its place.

    Attributes:
        name: the file's name, or the mail's number in the mailbox.
    """

    name: str
    raw: bytes


class MailSource(Protocol):
    """A place that mail is read from."""

    def mails(self, seen: str) -> Iterator[Stored]:
        """Give the mails that came after the place called `seen`, the oldest first; all recent ones if it is empty."""

    def mark(self, mail: Stored) -> None:
        """Mark a mail as read; the others stay as they are."""

    def place(self) -> str:
        """Return the place after the last mail that was given; nothing if this source has no places."""

    def close(self) -> None:
        """Leave it."""


class EmlFolder:
    """A folder of .eml files, which are never changed; all of them are given each time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mails(self, seen: str) -> Iterator[Stored]:  # noqa: ARG002 - what was read is known by the mails themselves
        """Give the mails in the order of their names.

        Raises:
            SourceError: there is no such folder, or a file cannot be read.
        """
        if not self._folder.is_dir():
            raise SourceError("there is no such folder", where=self._folder, hint="Check how it is spelled.")
        for path in sorted(self._folder.glob("*.eml")):
            try:
                yield Stored(path.name, path.read_bytes())
            except OSError as err:
                raise SourceError(f"cannot be read ({err.strerror})", where=path) from err

    def mark(self, mail: Stored) -> None:
        """Leave the file as it is."""

    def place(self) -> str:
        """Return no place."""
        return ""

    def close(self) -> None:
        """Nothing stays open."""


class ImapMailbox:
    """One folder of a mailbox. A mail is fetched without marking it as read."""

    def __init__(self, settings: Inbox, password: str, *, since: date) -> None:
        """Sign in.

        Args:
            settings: where the mailbox is.
            password: of its user.
            since: how far back the first look goes.

        Raises:
            TransportError: the mailbox cannot be opened.
        """
        check_settings(settings)
        self._since = since
        self._last = 0
        with _explained(settings):
            self._client = _connect(settings, password)
            try:
                found = self._client.select_folder(settings.folder)
            except BaseException:
                self.close()
                raise
        self._settings = settings
        self._validity = int(found.get(b"UIDVALIDITY", 0))

    def mails(self, seen: str) -> Iterator[Stored]:
        """Give what came after a place; a mailbox that was numbered anew is looked at from the first day again."""
        validity, _, last = seen.partition(":")
        known = int(last) if last.isdigit() and validity == str(self._validity) else 0
        self._last = known
        with _explained(self._settings):
            wanted = ["UID", f"{known + 1}:*"] if known else ["SINCE", self._since]
            numbers = sorted(number for number in self._client.search(wanted) if number > known)
            sizes = self._client.fetch(numbers, ["RFC822.SIZE"]) if numbers else {}
        for number in numbers:
            if sizes.get(number, {}).get(b"RFC822.SIZE", 0) <= _LARGEST:
                with _explained(self._settings):
                    raw = self._client.fetch([number], ["BODY.PEEK[]"]).get(number, {}).get(b"BODY[]")
                if raw:  # else somebody has deleted it meanwhile
                    yield Stored(str(number), raw)
            self._last = number

    def mark(self, mail: Stored) -> None:
        """Mark a mail as read."""
        with _explained(self._settings):
            self._client.add_flags([int(mail.name)], [b"\\Seen"], silent=True)

    def place(self) -> str:
        """Return the place after the last mail that was given."""
        return f"{self._validity}:{self._last}" if self._last else ""

    def close(self) -> None:
        """Sign out; if the server does not let us, the connection is closed all the same."""
        for end in (self._client.logout, self._client.shutdown):
            with contextlib.suppress(OSError, IMAPClientError, imaplib.IMAP4.error):
                end()


def check_settings(settings: Inbox) -> None:
    """Let settings pass with which a mailbox can be read safely.

    Raises:
        TransportError: the mailbox is not named, or its password would travel in the clear.
    """
    hint = 'Put it into newsletter.toml:\n[inbox]\nhost = "imap.example.org"\nuser = "hello@example.org"'
    if not settings.host or not settings.user:
        raise TransportError("no reply mailbox is set", hint=hint)
    if settings.security == "none" and settings.host not in _LOCAL:
        raise TransportError("a mailbox on another computer is only read encrypted", hint='Set security = "tls".')


def _connect(settings: Inbox, password: str) -> Any:
    tls = settings.security == "tls"
    context = ssl.create_default_context()
    client = IMAPClient(settings.host, settings.port, ssl=tls, ssl_context=context if tls else None, timeout=_SECONDS)
    try:
        if settings.security == "starttls":
            client.starttls(context)
        sign_in = client.login if f"{settings.user}{password}".isascii() else client.plain_login  # RFC 4616: UTF-8
        sign_in(settings.user, password)
    except BaseException:
        client.shutdown()
        raise
    return client


@contextlib.contextmanager
def _explained(settings: Inbox) -> Iterator[None]:
    """Turn what a server or the network says into words with a remedy; a server's own may quote an address."""
    hint = "Check [inbox] in newsletter.toml, and INBOX_PASSWORD in .env."
    try:
        yield
    except LoginError as err:
        if isinstance(err.__context__, imaplib.IMAP4.abort):
            raise TransportError("the mail server broke off the connection", hint=f"{hint} Then run it again.") from err
        raise TransportError("the mailbox does not accept the user or the password", hint=hint) from err
    except ssl.SSLCertVerificationError as err:
        raise TransportError("the mail server's certificate is not trusted", hint=hint) from err
    except socket.gaierror as err:
        what = f"there is no mail server named {settings.host}, or this computer is offline"
        raise TransportError(what, hint=hint) from err
    except (IMAPClientError, imaplib.IMAP4.error) as err:
        what = f"the mail server does not open the folder {settings.folder}, or broke off"
        raise TransportError(what, hint=f"{hint} Nothing is lost: run it again.") from err
    except OSError as err:
        raise TransportError("no connection to the mail server", hint=f"{hint} Then run it again.") from err
