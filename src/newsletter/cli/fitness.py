"""Whether an issue is fit to be sent: the message as it is now, and what the checks say of it."""

from typing import TYPE_CHECKING

from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.checks import Finding
    from newsletter.message import Message


def checked_message(workspace: Workspace, slug: str) -> "tuple[Message, tuple[Finding, ...]]":
    """Render an issue as it is now, and run the checks over it."""
    from newsletter.checks import check_issue  # noqa: PLC0415 - slow to import
    from newsletter.issues import load_issue  # noqa: PLC0415 - slow to import
    from newsletter.rendering import render_issue  # noqa: PLC0415 - slow to import

    issue = load_issue(workspace, slug)
    message = render_issue(workspace, issue).message
    return message, check_issue(workspace, issue, message)
