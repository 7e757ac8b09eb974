"""The order in which a workspace is looked over: from the desk outwards."""

from collections.abc import Iterator

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.doctor.database import look_at_database
from newsletter.doctor.domain import look_at_domain
from newsletter.doctor.folder import look_at_folder
from newsletter.doctor.mailserver import look_at_mail_server
from newsletter.doctor.pages import look_at_pages
from newsletter.doctor.sender import look_at_sender
from newsletter.doctor.sendgrid import look_at_sendgrid
from newsletter.doctor.sends import look_at_sends
from newsletter.doctor.verdict import Verdict, note, wrong
from newsletter.errors import NewsletterError, StoreError, TransportError
from newsletter.storage import open_store
from newsletter.storage.secret import load_key
from newsletter.transports.opening import open_transport, sendgrid_client
from newsletter.workspace import Workspace


def examine(workspace: Workspace, *, offline: bool = False, clock: Clock = SYSTEM_CLOCK) -> Iterator[Verdict]:
    """Look over a workspace and give a verdict on each thing as soon as it is known.

    Nothing is sent to anybody, and nothing is changed. The network is used only where the
    settings name something on it: SendGrid, a mail server, the public pages.
    """
    yield from look_at_sender(workspace.settings)
    yield from look_at_folder(workspace, clock.now())
    verdicts, usable = look_at_database(workspace)
    yield from verdicts
    if usable:
        yield from _ledger(workspace, clock)
    if workspace.settings.delivery.transport == "outbox" and not workspace.settings.web.public_url:
        return
    if offline:
        yield from _secrets(workspace)
        yield note("network", "not checked, as you asked")
        return
    yield from _network(workspace, clock)


def unreadable(err: NewsletterError) -> Verdict:
    """Return the verdict on settings that cannot be read; nothing else can be looked at then."""
    where = f"{err.where}: " if err.where else ""
    return wrong("settings", f"{where}{err.what}", err.hint, err.command)


def _ledger(workspace: Workspace, clock: Clock) -> Iterator[Verdict]:
    try:
        with open_store(workspace.database_url, workspace.key_file) as store:
            yield from look_at_sends(store, workspace.settings.clinic.timezone, clock.now())
    except StoreError as err:
        yield wrong("database", err.what, err.hint, err.command)


def _secrets(workspace: Workspace) -> Iterator[Verdict]:
    """Judge what can be seen of keys and passwords without a network."""
    try:
        open_transport(workspace).close()
    except TransportError as err:
        yield wrong(workspace.settings.delivery.transport, err.what, err.hint, err.command)


def _network(workspace: Workspace, clock: Clock) -> Iterator[Verdict]:
    settings = workspace.settings
    transport = settings.delivery.transport
    if transport == "sendgrid":
        try:
            client = sendgrid_client(workspace)
        except TransportError as err:
            yield wrong("SendGrid", err.what, err.hint, err.command)
        else:
            yield from look_at_sendgrid(client, settings, clock)
    if transport == "smtp":
        yield from look_at_mail_server(workspace)
    if settings.web.public_url:
        yield from _pages(workspace)
    if transport != "outbox":
        yield from look_at_domain(settings.sender.from_email.rpartition("@")[2], sendgrid=transport == "sendgrid")


def _pages(workspace: Workspace) -> Iterator[Verdict]:
    try:
        key = load_key(workspace.key_file, create=False)
    except StoreError as err:
        yield note("public pages", "not checked: there is no key yet that signs links", err.hint, err.command)
        return
    yield from look_at_pages(workspace.settings.web.public_url, key)
