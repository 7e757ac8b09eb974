"""Which transport the settings ask for, with its secrets."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

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
        TransportError: the key is missing.
    """
    from newsletter.transports.sendgrid import Client  # noqa: PLC0415 - slow to import

    return Client(secret(workspace, "SENDGRID_API_KEY", _KEY_HINT), sendgrid_host(workspace.settings))


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
    hint = "Put it into a file named .env beside newsletter.toml:\nSMTP_PASSWORD=…"
    return SmtpTransport(settings, secret(workspace, "SMTP_PASSWORD", hint) if settings.user else "")


_KEY_HINT = (
    'Make one in SendGrid under Settings, API Keys, with the permission "Mail Send", and put it into a file '
    "named .env beside newsletter.toml:\nSENDGRID_API_KEY=SG.…"
)


def sendgrid_host(settings: Settings) -> str:
    """Return the API's address; ``SENDGRID_HOST`` overrides the region's."""
    return os.environ.get("SENDGRID_HOST", "").rstrip("/") or _HOSTS[settings.sendgrid.region]


def secret(workspace: Workspace, name: str, hint: str) -> str:
    """Return a secret from the environment or the workspace's `.env`; nowhere else may it be.

    Raises:
        TransportError: it is in neither.
    """
    found = os.environ.get(name, "") or _read_env(workspace.env_file).get(name, "")
    if not found.strip():
        raise TransportError(f"{name} is missing", hint=hint)
    return found.strip()


def _read_env(path: Path) -> dict[str, str]:
    """Read lines of ``NAME=value``, with or without quotes and ``export``."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as err:
        raise TransportError("cannot be read", where=path, hint="It holds lines like: SENDGRID_API_KEY=SG.…") from err
    lines = (line.strip().removeprefix("export ").partition("=") for line in text.splitlines())
    return {name.strip(): value.strip().strip("\"'") for name, sign, value in lines if sign and name[:1] != "#"}
