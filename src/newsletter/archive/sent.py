"""Which issues the archive holds: those that were really sent, to more than a chosen few."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select

from newsletter.archive.corrections import Correction
from newsletter.campaigns import CampaignState, DeliveryState, Plan
from newsletter.campaigns.clock import provider_ahead, surely_past
from newsletter.campaigns.records import issue_of, read_campaign
from newsletter.message import Message
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import read_moment, write_moment

_UNDER_WAY_OR_DONE = (CampaignState.SENDING, CampaignState.PAUSED, CampaignState.FINISHED)
_PRACTICE = "outbox"


@dataclass(frozen=True, slots=True)
class SentIssue:
    """An issue that readers have.

    Attributes:
        campaign_id: the latest send of it, whose message the archive shows.
        digest: of that message.
        sent_at: when it first went out.
        resent_at: when the latest send of it went out.
    """

    slug: str
    campaign_id: int
    digest: str
    sent_at: datetime
    resent_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue of the archive, with what lists and feeds say of it."""

    issue: SentIssue
    title: str
    summary: str
    language: str
    corrections: tuple[Correction, ...]
    zone: dt.tzinfo

    @property
    def slug(self) -> str:
        """The issue's name."""
        return self.issue.slug

    @property
    def day(self) -> dt.date:
        """The day it was first sent, at the clinic."""
        return self.issue.sent_at.astimezone(self.zone).date()

    @property
    def updated(self) -> datetime:
        """When its web version last changed."""
        return max([self.issue.resent_at, *(one.at for one in self.corrections)])


def sent_issues(connection: Connection, now: datetime, *, practice: bool) -> list[SentIssue]:
    """Return the issues that the archive may show, the newest first.

    An issue counts once the first of its mail has left the provider: while all of it is held, its send can
    still be undone. A canceled send does not count, and a send to people with certain tags does not either:
    what was meant for some is not for everybody.

    Args:
        connection: one that reads.
        now: the present moment.
        practice: whether the workspace is in practice mode; only then do practice sends count.
    """
    left = write_moment(surely_past(now, provider_ahead(connection)))
    out = (
        exists()
        .where(deliveries.c.campaign_id == campaigns.c.id, deliveries.c.state == DeliveryState.ACCEPTED)
        .where(deliveries.c.batch_id == batches.c.id, or_(batches.c.send_at.is_(None), batches.c.send_at <= left))
    )
    columns = [campaigns.c[name] for name in ("id", "slug", "digest", "plan", "created_at", "due_at")]
    rows = connection.execute(select(*columns).where(campaigns.c.state.in_(_UNDER_WAY_OR_DONE), out))
    shown = sorted((row for row in rows if _is_public(Plan.from_json(row.plan), practice=practice)), key=_name_and_id)
    issues = [_issue(slug, list(sends)) for slug, sends in groupby(shown, key=_name)]
    return sorted(issues, key=lambda issue: (issue.sent_at, issue.slug), reverse=True)


def sent_message(connection: Connection, campaign_id: int) -> Message:
    """Return the message that a send froze.

    Raises:
        StoreError: it is damaged.
    """
    return read_campaign(connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one()).message


def _is_public(plan: Plan, *, practice: bool) -> bool:
    return not plan.audience.tags and (practice or plan.transport != _PRACTICE)


def _issue(slug: str, sends: list[Row[Any]]) -> SentIssue:
    moments = _moments(sends)
    return SentIssue(slug, sends[-1].id, sends[-1].digest, min(moments), max(moments))


def _moments(sends: Iterable[Row[Any]]) -> list[datetime]:
    return [read_moment(send.due_at or send.created_at) for send in sends]


def _name(row: Row[Any]) -> str:
    return issue_of(row.slug)


def _name_and_id(row: Row[Any]) -> tuple[str, int]:
    return _name(row), row.id
