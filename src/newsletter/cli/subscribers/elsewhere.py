"""Telling SendGrid of somebody who leaves or comes back: what fails there never undoes what is done here."""

from newsletter.campaigns.syncing import readmit, withdraw
from newsletter.cli.output import note
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.workspace import Workspace


def stop_held_mail(workspace: Workspace, store: Store, email: str) -> None:
    """Have SendGrid drop what it still holds for somebody who leaves."""
    try:
        if withdraw(workspace, store, email):
            note("SendGrid still holds a message to them; it was told to drop it.")
    except TransportError as err:
        note(f"SendGrid still holds a message to them, and could not be told to drop it: {err}")


def mail_again(workspace: Workspace, email: str) -> None:
    """Have SendGrid mail somebody again who came back."""
    try:
        readmit(workspace, email)
    except TransportError as err:
        note(f"SendGrid may still suppress this address, and would then drop mail to it: {err}")
