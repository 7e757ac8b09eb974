"""The ledger: sums that must agree, and sends that wait for a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Tally
from newsletter.campaigns.duty import is_seen_to
from newsletter.campaigns.journal import forgotten, has_forgotten, lacking, refuse_damaged
from newsletter.campaigns.ledger import tally
from newsletter.campaigns.records import read_campaign
from newsletter.campaigns.schedule import is_late, read_back
from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.errors import ElsewhereError, StoreError
from newsletter.storage import Store
from newsletter.storage.computer import refuse_elsewhere
from newsletter.storage.ledger import campaigns


def look_at_sends(store: Store, zone: ZoneInfo, now: datetime) -> Iterator[Verdict]:
    """Judge each campaign in the ledger."""
    with store.read() as connection:
        rows = connection.execute(select(campaigns).order_by(campaigns.c.id)).all()
        yield from _journal(store, connection)
        found, damaged = _read(rows)
        yield from damaged
        tallies = [tally(connection, campaign) for campaign in found]
        yield from _other_computer(connection)
    odd = len(damaged)
    for campaign, counted in zip(found, tallies, strict=True):
        for verdict in _campaign(store, campaign, counted, zone, now):
            odd += 1
            yield verdict
    if found and not odd:
        yield ok("sends", f"{len(found)} in the ledger; the numbers agree, and none needs attention")


def _read(rows: Sequence[Row[Any]]) -> tuple[list[Campaign], list[Verdict]]:
    """Return the campaigns that can be read, and a verdict on each that cannot."""
    found, damaged = [], []
    for row in rows:
        try:
            found.append(read_campaign(row))
        except StoreError as err:
            damaged.append(wrong(f"send of {row.slug}", err.what, err.hint, err.command))
    return found, damaged


def _journal(store: Store, connection: Connection) -> Iterator[Verdict]:
    """Judge the journal, and tell of what it alone knows."""
    try:
        refuse_damaged(store)
    except StoreError as err:
        yield wrong("journal", err.what, err.hint, err.command)
    if slugs := lacking(store, connection):
        what = f"it does not know the send of {', '.join(slugs)}: it was removed, or left behind when this was moved"
        yield warn("journal", what, "The next send completes it. Do not restore an older backup before that.")
    for slug, unknown in forgotten(store, connection).items():
        yield warn(f"send of {slug}", unknown.what, unknown.hint, unknown.command)


def _other_computer(connection: Connection) -> Iterator[Verdict]:
    try:
        refuse_elsewhere(connection)
    except ElsewhereError as err:
        yield warn("computer", err.what, err.hint, err.command)


def _campaign(store: Store, campaign: Campaign, found: Tally, zone: ZoneInfo, now: datetime) -> Iterator[Verdict]:
    about, slug = f"send of {campaign.slug}", campaign.slug
    if found.total != campaign.frozen:
        remedy = "Do not resume it. Restore a backup, or ask for help."
        yield wrong(about, f"{campaign.frozen} messages were frozen, but the ledger has {found.total}", remedy)
    if has_forgotten(store, campaign):
        words = "the database is older than its last batch: it was restored from a backup"
        yield warn(
            about,
            words,
            "Resume it: that marks what may have been sent, and sends nothing.",
            f"newsletter resume {slug}",
        )
    if found[DeliveryState.UNKNOWN]:
        words = f"messages that may or may not have been sent: {found[DeliveryState.UNKNOWN]:,}"
        command = f"newsletter status {slug} --people, then newsletter resolve {slug}"
        yield warn(about, words, "See who they are, and resolve them.", command)
    yield from _state(store, campaign, found, zone, now)


def _state(store: Store, campaign: Campaign, found: Tally, zone: ZoneInfo, now: datetime) -> Iterator[Verdict]:
    about, slug = f"send of {campaign.slug}", campaign.slug
    match campaign.state:
        case CampaignState.PAUSED:
            yield warn(about, f"it paused: {campaign.reason}", "Resume it.", f"newsletter resume {slug}")
        case CampaignState.CANCELLING if not is_seen_to(store, campaign):
            yield warn(about, "its cancellation was interrupted", "Complete it.", f"newsletter cancel {slug}")
        case CampaignState.SENDING if is_seen_to(store, campaign):
            yield note(about, "it is being sent right now")
        case CampaignState.SENDING if found[DeliveryState.QUEUED] or found[DeliveryState.IN_FLIGHT]:
            yield warn(about, "it was interrupted", "Resume it.", f"newsletter resume {slug}")
        case CampaignState.SCHEDULED if is_late(store, campaign, now):
            command = f"newsletter resume {slug}, or newsletter cancel {slug}"
            yield warn(about, "it is overdue and was not sent", "Send it now, or cancel it.", command)
        case CampaignState.SCHEDULED if campaign.due_at:
            when = read_back(campaign.due_at, zone, now)
            yield note(
                about,
                f"it is scheduled for {when}",
                "The desk has to be open then, or a scheduled command has to run.",
                "newsletter run-due (docs/users/scheduling.md)",
            )
