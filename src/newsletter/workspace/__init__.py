"""A workspace: the folder with `newsletter.toml` that holds all that one clinic has."""

from newsletter.workspace.settings import Clinic, Delivery, Inbox, Sender, SendGrid, Settings, Smtp
from newsletter.workspace.workspace import Workspace, find_workspace, open_workspace

__all__ = [
    "Clinic",
    "Delivery",
    "Inbox",
    "SendGrid",
    "Sender",
    "Settings",
    "Smtp",
    "Workspace",
    "find_workspace",
    "open_workspace",
]
