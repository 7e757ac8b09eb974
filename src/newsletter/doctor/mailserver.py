"""The mail server of the `smtp` transport: reached, encrypted and signed in to; no mail is begun."""

from collections.abc import Iterator

from newsletter.doctor.verdict import Verdict, ok, wrong
from newsletter.errors import TransportError
from newsletter.transports.opening import open_transport
from newsletter.transports.smtp import SmtpTransport
from newsletter.workspace import Workspace

_ABOUT = "mail server"


def look_at_mail_server(workspace: Workspace) -> Iterator[Verdict]:
    """Judge whether the mail server lets us in."""
    settings = workspace.settings.smtp
    try:
        transport = open_transport(workspace, "smtp")
        assert isinstance(transport, SmtpTransport)  # noqa: S101 - for the type checker: that is its name
        transport.knock()
    except TransportError as err:
        yield wrong(_ABOUT, err.what, err.hint, err.command)
    else:
        encrypted = "" if settings.security == "none" else ", encrypted"
        yield ok(_ABOUT, f"{settings.host} accepts our sign-in{encrypted}")
