"""Which transport the settings ask for, with its secrets."""

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.errors import TransportError
from newsletter.transports.base import Transport
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.secrets import foreign, oddity, secret
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
        raise TransportError(f"SENDGRID_API_KEY is not a SendGrid key: {oddity(key)}", hint=_KEY_HINT)
    return Client(key, sendgrid_host(workspace.settings))


def _sendgrid(workspace: Workspace) -> Transport:
    from newsletter.transports.sendgrid import SendGridTransport, Tracking  # noqa: PLC0415 - slow to import

    settings = workspace.settings
    tracking = Tracking(opens=settings.privacy.open_tracking, clicks=settings.privacy.click_tracking)
    client = sendgrid_client(workspace)
    return SendGridTransport(client, tracking)


def _smtp(workspace: Workspace) -> Transport:
    from newsletter.transports.smtp import SmtpTransport, check_settings  # noqa: PLC0415 - slow to import

    settings = workspace.settings.smtp
    check_settings(settings)
    if settings.user and (found := foreign(settings.user, quoted=False)):
        raise TransportError(f"[smtp] user {found}", hint="Type it again in newsletter.toml.")
    hint = "Put it into a file named .env beside newsletter.toml:\nSMTP_PASSWORD=…"
    return SmtpTransport(settings, secret(workspace, "SMTP_PASSWORD", hint) if settings.user else "")


_KEY = re.compile(r"SG\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?")
_KEY_HINT = (
    'Create one in SendGrid under Settings, API Keys, with the permission "Mail Send", and put it into a file '
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
        raise TransportError(f"SENDGRID_HOST is not a web address: {oddity(host)}", hint=hint)
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
