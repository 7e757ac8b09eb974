"""Running all checks over one issue."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from newsletter.checks import online
from newsletter.checks.draft import read_draft
from newsletter.checks.finding import Finding, Severity
from newsletter.checks.registry import ONLINE, RULES
from newsletter.checks.rule import Fault
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.workspace import Workspace

_NONE_KNOWN: Mapping[str, str] = {}
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check_issue(
    workspace: Workspace,
    issue: Issue,
    message: Message,
    *,
    answers: Mapping[str, str] = _NONE_KNOWN,
    today: date | None = None,
) -> tuple[Finding, ...]:
    """Return what all checks find in the `message` that `issue` was rendered to, the gravest first.

    Nothing leaves the machine. `answers` is what `ask_for_links` returned before.
    """
    draft = dataclasses.replace(read_draft(workspace, issue, message), answers=answers)
    if today:
        draft = dataclasses.replace(draft, today=today)
    findings = [
        Finding(id=rule.id, severity=rule.severity, waived=issue.waivers.get(rule.id, ""), **_facts(fault))
        for rule in (*RULES, *ONLINE)
        if draft.is_english or not rule.english
        for fault in rule.look(draft)
    ]
    return tuple(sorted([*findings, *_idle_waivers(issue, findings, draft.key_place("waive"))], key=_order))


def ask_for_links(workspace: Workspace, issue: Issue, message: Message) -> Mapping[str, str]:
    """Ask the web for each link once; return what is wrong with each address, or nothing where that is not sure.

    Raises:
        NewsletterError: none of them can be reached, which says more about this computer.
    """
    return online.ask(read_draft(workspace, issue, message))


def _facts(fault: Fault) -> dict[str, Any]:
    return {field.name: getattr(fault, field.name) for field in dataclasses.fields(fault)}


def _idle_waivers(issue: Issue, findings: Iterable[Finding], where: str) -> list[Finding]:
    """Return a note for each waiver that no finding answers to: it may be misspelled."""
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
