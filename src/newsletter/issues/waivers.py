"""Waiving a check for an issue, with a reason: the key ``waive`` of issue.md."""

import datetime as dt
from collections.abc import Mapping

from newsletter.errors import IssueError
from newsletter.issues.editing import Conflict, read_text, save_text
from newsletter.issues.keys import with_key
from newsletter.issues.load import ISSUE_FILE, load_issue
from newsletter.posts.decoding import tidied
from newsletter.workspace import Workspace

_LONGEST = 300


def waive_check(workspace: Workspace, slug: str, check: str, reason: str, now: dt.datetime) -> str:
    """Set a check aside for an issue because of `reason`, and return the reason as it was written down.

    Raises:
        IssueError: there is no reason, no such issue, or the issue has a mistake.
        WorkspaceError: the file cannot be written.
    """
    because = " ".join(reason.split())[:_LONGEST]
    if not because:
        hint = "Say in a few words why it may stay. Everyone who opens the issue sees the reason."
        raise IssueError("a finding can only be ignored with a reason", hint=hint)
    waivers = load_issue(workspace, slug).waivers
    _write(workspace, slug, {**waivers, check: because}, now)
    return because


def take_waiver_back(workspace: Workspace, slug: str, check: str, now: dt.datetime) -> str:
    """Let a check speak again, and return the reason for which it had been set aside.

    Raises:
        IssueError: it was not waived, there is no such issue, or the issue has a mistake.
        WorkspaceError: the file cannot be written.
    """
    waivers = dict(load_issue(workspace, slug).waivers)
    if check not in waivers:
        raise IssueError(f"{check} is not ignored", hint="Perhaps somebody removed the reason already.")
    reason = waivers.pop(check)
    _write(workspace, slug, waivers, now)
    return reason


def _write(workspace: Workspace, slug: str, waivers: Mapping[str, str], now: dt.datetime) -> None:
    path = workspace.issues_dir / slug / ISSUE_FILE
    base = read_text(path)
    text = with_key(base, "waive", dict(waivers))
    load_issue(workspace, slug, {path: tidied(text)})  # what nobody could read is never written
    if isinstance(save_text(workspace, slug, ISSUE_FILE, text, base=base, now=now), Conflict):
        raise IssueError("the front matter was changed just now", where=path, hint="Try again.")
