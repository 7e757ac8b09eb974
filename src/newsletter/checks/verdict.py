"""What the findings come to: a line that says how many there are, and whether the issue may be sent."""

from collections.abc import Iterable, Sequence

from newsletter.checks.finding import Finding
from newsletter.errors import CampaignError
from newsletter.formatting import counted


def summary(findings: Sequence[Finding]) -> str:
    """Return the findings' number by severity: "1 error, 2 warnings; 1 ignored"."""
    open_ones = [finding.severity.value for finding in findings if not finding.waived]
    counts = [(open_ones.count(name), name) for name in ("error", "warning", "note")]
    told = ", ".join(counted(count, name, f"{name}s") for count, name in counts if count)
    waived = len(findings) - len(open_ones)
    return (told or "nothing found") + (f"; {waived} ignored" if waived else "")


def open_errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the errors that nobody has waived."""
    return [finding for finding in findings if finding.severity == "error" and not finding.waived]


def refuse_errors(slug: str, findings: Iterable[Finding]) -> None:
    """Let an issue pass in which the checks found no error that is not waived.

    Raises:
        CampaignError: there is one; nothing was sent.
    """
    errors = open_errors(findings)
    if not errors:
        return
    told = "\n".join(f"  {finding.where}: {finding.meaning} ({finding.id})" for finding in errors)
    hint = "Fix it, or ignore it with a reason. See all findings."
    raise CampaignError(
        f"the issue cannot be sent because of errors:\n{told}", hint=hint, command=f"newsletter check {slug}"
    )
