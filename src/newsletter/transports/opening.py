"""Which transport the settings ask for, with its secrets."""

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.errors import TransportError
from newsletter.transports.base import Transport
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Settings, Workspace

if TYPE_CHECKING:
    from newsletter.transports.sendgrid import Client

_HOSTS = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}


def open_transport(workspace: Workspace, name: str | None = None) -> Transport:
    """Open the workspace's transport, or the one that a campaign was frozen for.

    Raises:
        TransportError: a secret that it needs is missing.
    """
    chosen = name or workspace.settings.delivery.transport
    if chosen == "sendgrid":
        return _sendgrid(workspace)
    if chosen == "smtp":
        return _smtp(workspace)
    return OutboxTransport(workspace.outbox_dir)


def sendgrid_client(workspace: Workspace) -> "Client":
    """Return a client for the workspace's SendGrid account.

    Raises:
        TransportError: the key is missing, or cannot be one; or the address is none.
    """
    from newsletter.transports.sendgrid import Client  # noqa: PLC0415 - slow to import

    key = secret(workspace, "SENDGRID_API_KEY", _KEY_HINT)
    if not _KEY.fullmatch(key):
        raise TransportError(f"SENDGRID_API_KEY is not a SendGrid key: {_oddity(key)}", hint=_KEY_HINT)
    return Client(key, sendgrid_host(workspace.settings))


def _sendgrid(workspace: Workspace) -> Transport:
    from newsletter.transports.sendgrid import SendGridTransport, Tracking  # noqa: PLC0415 - slow to import

    settings = workspace.settings
    tracking = Tracking(opens=settings.privacy.open_tracking, clicks=settings.privacy.click_tracking)
    client = sendgrid_client(workspace)
    return SendGridTransport(client, tracking, makes_unsubscribe_links=not settings.web.public_url)


def _smtp(workspace: Workspace) -> Transport:
    from newsletter.transports.smtp import SmtpTransport, check_settings  # noqa: PLC0415 - slow to import

    settings = workspace.settings.smtp
    check_settings(settings)
    if settings.user and (oddity := _foreign(settings.user, quoted=False)):
        raise TransportError(f"[smtp] user {oddity}", hint="Type it anew in newsletter.toml.")
    hint = "Put it into a file named .env beside newsletter.toml:\nSMTP_PASSWORD=…"
    return SmtpTransport(settings, secret(workspace, "SMTP_PASSWORD", hint) if settings.user else "")


_KEY = re.compile(r"SG\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?")


_KEY_HINT = (
    'Make one in SendGrid under Settings, API Keys, with the permission "Mail Send", and put it into a file '
    "named .env beside newsletter.toml:\nSENDGRID_API_KEY=SG.…"
)


def sendgrid_host(settings: Settings) -> str:
    """Return the API's address; ``SENDGRID_HOST`` overrides the region's.

    Raises:
        TransportError: that is no web address.
    """
    host = os.environ.get("SENDGRID_HOST", "").strip().rstrip("/")
    if host and not _is_web_address(host):
        hint = "It begins with https:// and has nothing but a name after it. Without it, SendGrid's own is used."
        raise TransportError(f"SENDGRID_HOST is not a web address: {_oddity(host)}", hint=hint)
    return host or _HOSTS[settings.sendgrid.region]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises what is wrong with it
        (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set(" \"'<>\\?#@")
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def secret(workspace: Workspace, name: str, hint: str) -> str:
    """Return a secret from the environment or the workspace's `.env`; nowhere else may it be.

    Raises:
        TransportError: it is in neither, or has something around it that cannot belong to it.
    """
    found = os.environ.get(name, "").strip() or _read_env(workspace.env_file).get(name, "").strip()
    quoted = len(found) > 1 and found[0] == found[-1] and found[0] in "\"'"
    if quoted:
        found = found[1:-1]
    if not found.strip():
        raise TransportError(f"{name} is missing", hint=hint)
    if oddity := _foreign(found, quoted=quoted):
        raise TransportError(f"{name} {oddity}", hint=_HOW_TO_WRITE)
    return found


_HOW_TO_WRITE = (
    "Type the line in .env anew, in a plain text editor, with nothing else on it. "
    'What does belong to it, such as a # or a quotation mark, stands between "straight quotation marks".'
)
_CURLY = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_CURLY += "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}"
_CURLY += "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}`\N{ACUTE ACCENT}"


def _foreign(value: str, *, quoted: bool) -> str:
    """Return what no secret has: typographic quotation marks around it, invisible characters, a comment after it."""
    hidden = next((one for one in value if one != " " and unicodedata.category(one)[0] in "CZ"), "")
    if hidden:
        return f"has an invisible character in it ({_name(hidden)})"
    if quoted:
        return ""
    if re.search(r"\s#", value):
        return "has a comment after it (#)"
    if value[0] in _CURLY or value[-1] in _CURLY:
        return "has typographic quotation marks around it"
    if value[0] in "\"'" or value[-1] in "\"'":
        return "has a quotation mark at one end"
    return ""


def _oddity(value: str) -> str:
    """Return what is wrong with a key or an address, without showing it."""
    if any(one.isspace() for one in value):
        return "it has a space in it"
    odd = next((one for one in value if not (one.isascii() and (one.isalnum() or one in "_-.:/[]%"))), "")
    return f"it has a character in it that does not belong there ({_name(odd)})" if odd else "it has another form"


def _name(character: str) -> str:
    return f"U+{ord(character):04X}, {unicodedata.name(character, 'a control character').lower()}"


def _read_env(path: Path) -> dict[str, str]:
    """Read lines of ``NAME=value``, with or without quotes and ``export``."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as err:
        hint = "It is a plain text file, saved as UTF-8, with lines like: SENDGRID_API_KEY=SG.…"
        raise TransportError("cannot be read", where=path, hint=hint) from err
    lines = (line.strip().removeprefix("export ").partition("=") for line in text.splitlines())
    return {name.strip(): value for name, sign, value in lines if sign and name[:1] != "#"}
