"""Fixing what the checks found: the change that a finding offers, made in the file and kept in its history."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.checks import Finding, check_issue
from newsletter.checks.fix import SetKey, apply
from newsletter.errors import IssueError
from newsletter.issues import load_issue
from newsletter.issues.editing import read_text, replace_text
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a fix did.

    Attributes:
        number: how many places were changed.
        before: for each changed file, the version in its history that holds what it said before.
    """

    number: int
    before: dict[str, str]


def fix_findings(
    workspace: Workspace, slug: str, check: str, now: datetime, *, where: str = "", nth: int = 0, answer: str = ""
) -> Fixed:
    """Make the changes that a check offers for its findings, as they are by now.

    Args:
        workspace: the clinic's folder.
        slug: the issue.
        check: whose findings are fixed.
        now: when.
        where: the place of the only finding that is meant; all that need no answer if it is empty.
        nth: which of several at that place, counted from 0.
        answer: what a person said, for a fix that asks.

    Raises:
        IssueError: there is nothing (more) to fix, an answer is missing, or the text has to be changed by hand.
        WorkspaceError: a file cannot be written.
    """
    answer = " ".join(answer.split())[:_LONGEST]
    found = [each for each in _open(workspace, slug, check) if each.fix]
    wanted = [each for each in found if each.where == where][nth : nth + 1] if where else _without_question(found)
    if not wanted:
        raise IssueError("there is nothing to fix any more", hint="Look at the checks as they are now.")
    if any(isinstance(each.fix, SetKey) and not answer for each in wanted):
        raise IssueError("the field beside the button is empty", hint="Fill it in, and press the button again.")
    bases: dict[str, str] = {}
    texts: dict[str, str] = {}
    done = 0
    for each in wanted:
        file, _, line = each.where.removeprefix(f"{workspace.issues_dir.name}/{slug}/").rpartition(":")
        bases.setdefault(file, read_text(workspace.issues_dir / slug / file))
        text = texts.get(file, bases[file])
        changed = apply(each.fix, text, int(line), answer) if each.fix else None
        done += changed is not None
        texts[file] = changed or text
    left = sum(1 for each in _open(workspace, slug, check, texts) if each.fix)
    if not done or left >= len(found):
        raise IssueError("this cannot be changed by itself", where=wanted[0].where, hint=wanted[0].remedy)
    versions = {
        file: replace_text(workspace, slug, file, text, now, base=bases[file]).name
        for file, text in texts.items()
        if text != bases[file]
    }
    return Fixed(done, versions)


def _without_question(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if not isinstance(each.fix, SetKey)]


def _open(workspace: Workspace, slug: str, check: str, texts: dict[str, str] | None = None) -> list[Finding]:
    """Return the findings of a check, with the texts as they would be."""
    unsaved = {workspace.issues_dir / slug / file: text for file, text in (texts or {}).items()}
    issue = load_issue(workspace, slug, unsaved)
    findings = check_issue(workspace, issue, render_issue(workspace, issue).message)
    return [each for each in findings if each.id == check and not each.waived]
