"""Running all checks over one issue."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from newsletter.checks.draft import read_draft
from newsletter.checks.finding import Finding, Severity
from newsletter.checks.registry import ONLINE, RULES
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.workspace import Workspace

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check_issue(
    workspace: Workspace, issue: Issue, message: Message, *, online: bool = False, today: date | None = None
) -> tuple[Finding, ...]:
    """Return what all checks find in the `message` that `issue` was rendered to, the gravest first.

    Nothing leaves the machine unless `online`: then each link is asked for once.
    """
    draft = read_draft(workspace, issue, message)
    if today:
        draft = dataclasses.replace(draft, today=today)
    rules = [*RULES, *(ONLINE if online else ())]
    findings = [
        Finding(id=rule.id, severity=rule.severity, waived=issue.waivers.get(rule.id, ""), **dataclasses.asdict(fault))
        for rule in rules
        if draft.is_english or not rule.english
        for fault in rule.look(draft)
    ]
    return tuple(sorted([*findings, *_idle_waivers(issue, findings, draft.key_place("waive"))], key=_order))


def _idle_waivers(issue: Issue, findings: Iterable[Finding], where: str) -> list[Finding]:
    """Return a note for each waiver that no finding answers to: it may be misspelt."""
    found = {finding.id for finding in findings}
    online = {rule.id for rule in ONLINE}
    return [
        Finding(
            id="waiver-idle",
            severity=Severity.NOTE,
            where=where,
            meaning=f"The issue ignores {name}, but there is no such finding.",
            remedy="Remove that line, or compare its name with the finding's.",
        )
        for name in issue.waivers
        if name not in found | online
    ]


def _order(finding: Finding) -> tuple[bool, int]:
    """Waived findings come last; otherwise severity decides, then the order of the registry."""
    return bool(finding.waived), _WEIGHT[finding.severity]
