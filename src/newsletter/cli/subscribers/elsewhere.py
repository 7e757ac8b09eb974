"""Telling SendGrid of somebody who leaves or comes back: what fails there never undoes what is done here."""

from newsletter.campaigns.carrier import readmit, withdraw
from newsletter.cli.output import note
from newsletter.errors import TransportError
from newsletter.storage import Store
from newsletter.workspace import Workspace


def stop_held_mail(workspace: Workspace, store: Store, email: str) -> None:
    """Have SendGrid drop what it still holds for somebody who leaves."""
    try:
        if withdraw(workspace, store, email):
            note("SendGrid held a message to them; it is told to drop it.")
    except TransportError as err:
        note(f"SendGrid holds a message to them, and could not be told to drop it: {err}")


def mail_again(workspace: Workspace, email: str) -> None:
    """Have SendGrid mail somebody again who came back."""
    try:
        readmit(workspace, email)
    except TransportError as err:
        note(f"SendGrid may still have them on its own list, and then drops mail to them: {err}")
