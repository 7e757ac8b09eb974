"""Whether an issue is fit to be sent: the message as it is now, and what the checks say of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsletter.errors import CampaignError
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


def summary(findings: "Sequence[Finding]") -> str:
    """Return the findings' number by severity: "1 error, 2 warnings; 1 waived"."""
    open_ones = [finding.severity.value for finding in findings if not finding.waived]
    counts = [(open_ones.count(name), name) for name in ("error", "warning", "note")]
    told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)
    waived = len(findings) - len(open_ones)
    return (told or "nothing found") + (f"; {waived} waived" if waived else "")


def refuse_errors(slug: str, findings: "Sequence[Finding]") -> None:
    """Let an issue pass in which the checks found no error that is not waived.

    Raises:
        CampaignError: there is one; nothing was sent.
    """
    errors = [finding for finding in findings if finding.severity == "error" and not finding.waived]
    if not errors:
        return
    told = "\n".join(f"  {finding.where}: {finding.meaning} ({finding.id})" for finding in errors)
    hint = f"Mend it, or waive it in issue.md with a reason. All that was found: newsletter check {slug}"
    raise CampaignError(f"the issue is not fit to be sent:\n{told}", hint=hint)
