"""The carriers of campaigns that were frozen: with what the settings said then, and what they still hold."""

from dataclasses import replace

from newsletter.campaigns.clock import CLOCKS_APART, SYSTEM_CLOCK, Clock
from newsletter.campaigns.holds import time_at
from newsletter.campaigns.plan import Plan
from newsletter.campaigns.syncing import held_for
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.transports import ProviderTime, SuppressionKeeper, Transport
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace


def carrier_of(workspace: Workspace, plan: Plan) -> Transport:
    """Open the transport that a campaign was frozen for.

    What readers are told and what is recorded of them stays as it was when somebody said
    yes; secrets, hosts and the like are those of today.

    Raises:
        TransportError: a secret that it needs is missing.
    """
    now = workspace.settings
    privacy = replace(now.privacy, open_tracking=plan.open_tracking, click_tracking=plan.click_tracking)
    settings = replace(now, privacy=privacy, web=replace(now.web, public_url=plan.public_url))
    return open_transport(replace(workspace, settings=settings), plan.transport)


def time_at_carrier(workspace: Workspace) -> ProviderTime | None:
    """Return what time it is at SendGrid, the only one that holds mail.

    Raises:
        TransportError: the key is missing, without which it cannot be asked.
    """
    return time_at(open_transport(workspace, "sendgrid"))


def withdraw(workspace: Workspace, store: Store, email: str, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Have SendGrid drop what it still holds for somebody who leaves.

    Returns:
        Whether it holds anything; if that is over for a day, it is not asked.

    Raises:
        TransportError: it could not be told. `newsletter.campaigns.syncing.sync` tells it
            later, unless the person is erased before.
    """
    with store.read() as connection:
        if not held_for(connection, email, clock.now() - CLOCKS_APART):
            return False
    carrier = open_transport(workspace, "sendgrid")
    known = time_at(carrier)
    with store.read() as connection:
        held = held_for(connection, email, known.earliest if known else clock.now() - CLOCKS_APART)
    if held and isinstance(carrier, SuppressionKeeper):
        carrier.suppress(held)
    return bool(held)


def withdraw_before_erasing(workspace: Workspace, store: Store, email: str) -> bool:
    """Do the same for somebody who is about to be erased: afterwards nobody would know whose message it is.

    Raises:
        TransportError: it could not be told; they must not be erased before.
    """
    try:
        return withdraw(workspace, store, email)
    except TransportError as err:
        what = f"SendGrid still holds a message to them, and could not be told to drop it ({err.what})"
        hint = "Nothing was erased, because that message would still reach them. Try again when SendGrid answers."
        raise TransportError(what, hint=hint) from err


def readmit(workspace: Workspace, email: str) -> bool:
    """Have SendGrid mail somebody again who left and came back; return whether it is asked at all.

    Raises:
        TransportError: it could not be told, and so goes on dropping mail to them.
    """
    if workspace.settings.delivery.transport != "sendgrid":
        return False
    carrier = open_transport(workspace, "sendgrid")
    if isinstance(carrier, SuppressionKeeper):
        carrier.release(email)
    return True
