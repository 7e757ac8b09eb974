"""Whether an issue is fit to be sent: the message as it is now, and what the checks say of it."""

from newsletter.checks import Finding, check_issue
from newsletter.issues import load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace


def checked_message(workspace: Workspace, slug: str) -> tuple[Message, tuple[Finding, ...]]:
    """Render an issue as it is now, and run the checks over it."""
    issue = load_issue(workspace, slug)
    message = render_issue(workspace, issue).message
    return message, check_issue(workspace, issue, message)
