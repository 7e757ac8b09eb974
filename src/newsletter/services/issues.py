"""Issues as a whole: beginning one, from an earlier one or not; copying, renaming, deleting and bringing back.

What was sent keeps its name: the ledger, reports, links and the archive know the issue by it. While a folder gets
another name, nothing can be frozen under it, because the ledger is held for writing.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from newsletter.campaigns.journal import refuse_forgotten
from newsletter.campaigns.model import Campaign
from newsletter.campaigns.overview import has_database, issue_standings
from newsletter.campaigns.proposal import in_words
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.states import CampaignState
from newsletter.errors import CampaignError, IssueError, StoreError
from newsletter.issues.folders import (
    Deleted,
    bring_back,
    copy_issue,
    deleted_issues,
    rename_issue_folder,
    set_aside,
)
from newsletter.issues.frame import Frame, frame_of
from newsletter.issues.load import issue_folder, list_slugs
from newsletter.issues.make import free_slug, make_issue
from newsletter.issues.order import Show
from newsletter.posts import Picture, Post
from newsletter.storage import Store, open_store
from newsletter.subscribers.audience import EVERYBODY
from newsletter.workspace import Workspace
from newsletter.workspace.starter import is_sample

_OVER = {CampaignState.FINISHED, CampaignState.CANCELLED}


def create_issue(
    workspace: Workspace,
    slug: str,
    posts: Sequence[Post] = (),
    *,
    pictures: Sequence[Picture] = (),
    subject: str = "",
    show: Show = Show.TEASER,
    like: str = "",
) -> Path:
    """Make an issue from posts, from the frame of an earlier issue, or from both; return its folder.

    Args:
        workspace: the clinic's folder.
        slug: the new issue's name.
        posts: what it shows, in this order.
        pictures: those of the posts.
        subject: empty for the first post's title.
        show: how much of each post behind the first it shows.
        like: the issue whose greeting, sign-off and language it takes over; empty for none.

    Raises:
        IssueError: the name is not good, or taken, or there is no issue `like`.
        WorkspaceError: it cannot be written.
    """
    ensure_unused(workspace, slug)
    frame = frame_of(workspace, like) if like else Frame()
    return make_issue(workspace, slug, posts, pictures=pictures, subject=subject, show=show, frame=frame)


def duplicate_issue(workspace: Workspace, slug: str, new: str) -> Path:
    """Copy an issue, sent or not, with all that it shows; return the folder of the copy, which is a draft.

    Raises:
        IssueError: there is no such issue, or the new name is not good, or taken.
        WorkspaceError: it cannot be written.
    """
    ensure_unused(workspace, new)
    return copy_issue(workspace, slug, new)


def rename_issue(workspace: Workspace, slug: str, new: str) -> Path:
    """Give a draft another name, and return its folder.

    Raises:
        IssueError: it was sent, there is no such issue, or the new name is not good, or taken.
        StoreError: the database cannot be asked whether it was sent.
        WorkspaceError: the folder cannot be renamed.
    """
    issue_folder(workspace, slug)
    ensure_unused(workspace, new)
    with _ledger(workspace) as sends:
        if sends(slug):
            hint = "Reports and links know it by this name. To use it again, duplicate it."
            raise IssueError(f"{slug} {_said(sends(slug)[0])}, so it keeps its name", hint=hint)
        return rename_issue_folder(workspace, slug, new)


def delete_issue(workspace: Workspace, slug: str, now: dt.datetime) -> Deleted:
    """Delete a draft, in a way that can be undone; also one that was only sent in practice mode.

    Raises:
        IssueError: it was sent, or there is no such issue.
        StoreError: the database cannot be asked whether it was sent.
        WorkspaceError: its folder cannot be moved.
    """
    issue_folder(workspace, slug)
    with _ledger(workspace) as sends:
        kept = next((each for each in sends(slug) if not _was_practice(each)), None)
        if kept:
            hint = "Its texts belong to the record of its sends. To use them again, duplicate it."
            if kept.state not in _OVER:
                hint = "Cancel it first, or wait until it is over."
            raise IssueError(f"{slug} {_said(kept)}, so it cannot be deleted", hint=hint)
        return set_aside(workspace, slug, now)


def restore_issue(workspace: Workspace, name: str) -> str:
    """Bring a deleted issue back, and return its name: another one, if its own was taken meanwhile.

    Args:
        workspace: the clinic's folder.
        name: its own, of which the latest that was deleted is meant, or its folder's among the deleted ones.

    Raises:
        IssueError: no such issue was deleted.
        StoreError: the database cannot be asked which names were sent.
        WorkspaceError: its folder cannot be moved.
    """
    known = deleted_issues(workspace)
    found = known.get(name) or next((each for each in known.values() if each.slug == name), None)
    if found is None:
        slugs = ", ".join(dict.fromkeys(each.slug for each in known.values()))
        hint = f"These were: {slugs}." if slugs else "Nothing was deleted."
        raise IssueError(f"no deleted issue is named {name}", hint=hint)
    with _ledger(workspace) as sends:
        is_free = not (workspace.issues_dir / found.slug).exists() and all(map(_was_practice, sends(found.slug)))
        slug = found.slug if is_free else free_slug(workspace, found.slug, taken=sends.know)
        bring_back(workspace, found, slug)
    return slug


def suggest_slug(workspace: Workspace, text: str) -> str:
    """Return a free name for a new issue, made from this month and `text`."""
    today = dt.datetime.now(workspace.settings.clinic.timezone).date()
    return free_name(workspace, f"{today:%Y-%m} {text}")


def free_name(workspace: Workspace, text: str) -> str:
    """Return a name made from `text` that no issue has or had."""
    with contextlib.suppress(StoreError), _ledger(workspace, hold=False) as sends:  # making it asks again
        return free_slug(workspace, text, taken=sends.know)
    return free_slug(workspace, text)


def earlier_issues(workspace: Workspace) -> list[str]:
    """Return the issues that a new one can begin like, the likeliest first: sent ones, then drafts, newest first.

    The sample is none of them.
    """
    try:
        standings: Mapping[str, object] = issue_standings(workspace)
    except StoreError:
        standings = {}
    slugs = [slug for slug in reversed(list_slugs(workspace)) if not is_sample(workspace.root, slug)]
    return sorted(slugs, key=lambda slug: slug not in standings)


def audience_words(workspace: Workspace, slug: str) -> str:
    """Return in words whom an issue was last sent to; nothing if that was everybody, or nobody, or is not known."""
    with contextlib.suppress(StoreError, CampaignError), _ledger(workspace, hold=False) as sends:
        audience = next((each.plan.audience for each in sends(slug)), EVERYBODY)
        return "" if audience == EVERYBODY else in_words(audience, workspace.settings.clinic.timezone)
    return ""


def ensure_unused(workspace: Workspace, slug: str) -> None:
    """Raise if an issue of this name was sent whose folder is gone: a new one would pass for it.

    Raises:
        IssueError: so it is.
    """
    with contextlib.suppress(StoreError), _ledger(workspace, hold=False) as sends:  # sending asks again
        if sends(slug):
            hint = "Choose another name: reports and links know that issue by this one."
            raise IssueError(f"an issue named {slug} was sent before", hint=hint)


@contextlib.contextmanager
def _ledger(workspace: Workspace, *, hold: bool = True) -> Iterator["Sends"]:
    """Give what returns the campaigns of an issue; with `hold`, nothing is frozen meanwhile.

    Raises:
        StoreError: it cannot be asked.
        CampaignError: only the journal knows of a send.
    """
    if not has_database(workspace):
        yield Sends()
        return
    with (
        open_store(workspace.database_url, workspace.key_file) as store,
        store.write() if hold else store.read() as connection,
    ):
        yield Sends(store, connection)


class Sends:
    """What the ledger knows of the sends of issues; without a database, that there were none."""

    def __init__(self, store: Store | None = None, connection: Connection | None = None) -> None:
        self._store = store
        self._connection = connection

    def __call__(self, slug: str) -> list[Campaign]:
        """Return the campaigns of an issue, the latest first."""
        if self._store is None or self._connection is None:
            return []
        refuse_forgotten(self._store, self._connection, slug)
        return campaigns_of(self._connection, slug)

    def know(self, slug: str) -> bool:
        """Whether there was a send of an issue of this name."""
        try:
            return bool(self(slug))
        except CampaignError:  # only the journal knows of it
            return True


def _was_practice(campaign: Campaign) -> bool:
    """Whether it is over and wrote only files."""
    return campaign.plan.transport == "outbox" and campaign.state in _OVER


def _said(campaign: Campaign) -> str:
    if campaign.state is CampaignState.SCHEDULED:
        return "is scheduled"
    if campaign.state is CampaignState.CANCELLED:
        return "was scheduled or sent before"
    return "was sent" if campaign.state in _OVER else "is being sent"
