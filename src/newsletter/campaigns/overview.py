"""How each issue stands, as lists, pages, reports and commands show it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from sqlalchemy import Connection, func, select

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock, provider_ahead, surely_past
from newsletter.campaigns.freezing import count_rest
from newsletter.campaigns.journal import forgotten, forgotten_words, older_sends, refuse_damaged
from newsletter.campaigns.ledger import tally
from newsletter.campaigns.model import Campaign, Tally
from newsletter.campaigns.records import held_until as mail_held_until
from newsletter.campaigns.records import issue_of, known_campaign
from newsletter.campaigns.resolution import count_rejected
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState
from newsletter.formatting import say_near
from newsletter.storage import Store, open_store
from newsletter.storage.copies import database_file
from newsletter.storage.ledger import WAS_PRACTICE, batches, campaigns, deliveries
from newsletter.storage.moment import read_moment
from newsletter.storage.store import refuse_lost
from newsletter.workspace import Workspace

DRAFT, HELD, SENT = "draft", "held", "sent"
_SAID = {"cancelling": "being canceled", "cancelled": "canceled"}


class Counts(Protocol):
    """How many deliveries of a campaign are in which state."""

    def __getitem__(self, state: DeliveryState, /) -> int:
        """Return the number in one state."""
        ...


def shown_state(state: CampaignState, held_until: datetime | None, now: datetime, counts: Counts) -> str:
    """Return the state of a campaign that a person or a program is told.

    Mail that the provider still holds is not sent: it can be stopped, and nobody has it. A
    campaign of which nothing could be stopped any more goes out, whatever a person wished.
    """
    goes_out = counts[DeliveryState.ACCEPTED] and not counts[DeliveryState.CANCELLED] + counts[DeliveryState.UNKNOWN]
    if state is not CampaignState.FINISHED and not (state is CampaignState.CANCELLED and goes_out):
        return state.value
    return HELD if held_until and held_until > now else SENT


def gone(counts: Counts) -> int:
    """Return how many people have an issue by a campaign, will get it, or may have it."""
    return counts[DeliveryState.ACCEPTED] + counts[DeliveryState.UNKNOWN]


def state_words(state: str, held_until: datetime | None, zone: tzinfo, now: datetime, out: int = 0) -> str:
    """Return a shown state in words, such as "held until 8:18 AM"; `out` is what `gone` counts."""
    if state == CampaignState.CANCELLED and out:
        return f"canceled, but {out:,} {'message is' if out == 1 else 'messages are'} out or may be"
    if state == HELD and held_until:
        return f"held until {say_near(held_until, zone, now)}"
    return _SAID.get(state, state)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an issue stands.

    Attributes:
        state: draft, or what `shown_state` returns.
        at: when it was sent, or is to be; for all others, when its campaign began.
        held_until: when the provider lets the last of it go, past or to come, by its own clock.
        gone: how many have it or may have it; counted only for a canceled one.
        is_practice: whether each send of it until then wrote only files.
    """

    state: str
    at: datetime
    held_until: datetime | None = None
    gone: int = 0
    is_practice: bool = False

    def words(self, zone: tzinfo, now: datetime | None = None) -> str:
        """Return the state in words."""
        return state_words(self.state, self.held_until, zone, now or datetime.now(tz=UTC), self.gone)

    def label(self, zone: tzinfo) -> str:
        """Return the same as it stands alone, with a capital."""
        words = self.words(zone)
        return words[:1].upper() + words[1:]


def issue_standings(workspace: Workspace, clock: Clock = SYSTEM_CLOCK) -> Mapping[str, Standing]:
    """Return how each issue stands that a campaign was started for; all others are drafts.

    Earlier campaigns of an issue are there, too, under the names of their rows. A workspace
    that never had a database gets none just because somebody looks.

    Raises:
        StoreError: the database cannot be asked.
    """
    if not has_database(workspace):
        return {}
    last = func.max(batches.c.send_at)
    held = select(last).where(batches.c.campaign_id == campaigns.c.id, batches.c.state == BatchState.ACCEPTED)
    columns = (
        campaigns.c.id,
        campaigns.c.slug,
        campaigns.c.state,
        WAS_PRACTICE.label("was_practice"),
        campaigns.c.finished_at,
        campaigns.c.due_at,
        campaigns.c.created_at,
    )
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        rows = connection.execute(
            select(*columns, held.scalar_subquery().label("held_until")).order_by(campaigns.c.id)
        ).all()
        ahead = provider_ahead(connection)
        counts = _canceled_counts(connection)
    found: dict[str, Standing] = {}
    last_of_issue: dict[str, str] = {}
    emailed: set[str] = set()
    for row in rows:
        issue = issue_of(row.slug)
        if not row.was_practice:
            emailed.add(issue)
        last_of_issue[issue] = max(last_of_issue.get(issue, ""), row.held_until or "")
        until = last_of_issue[issue] if row.slug == issue else row.held_until
        held_until = read_moment(until) if until else None
        count = counts.get(row.id, _NONE)
        state = shown_state(CampaignState(row.state), held_until, surely_past(clock.now(), ahead), count)
        at = row.finished_at or row.due_at or row.created_at
        moment = held_until if state == HELD and held_until else read_moment(at)
        found[row.slug] = Standing(state, moment, held_until, gone(count), issue not in emailed)
    return found


def _canceled_counts(connection: Connection) -> dict[int, dict[DeliveryState, int]]:
    """Count the deliveries of canceled campaigns by state: not all of them need have been stopped."""
    query = (
        select(deliveries.c.campaign_id, deliveries.c.state, func.count())
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(campaigns.c.state == CampaignState.CANCELLED)
        .group_by(deliveries.c.campaign_id, deliveries.c.state)
    )
    found: dict[int, dict[DeliveryState, int]] = {}
    for campaign_id, state, number in connection.execute(query):
        found.setdefault(campaign_id, dict(_NONE))[DeliveryState(state)] = number
    return found


_NONE: Mapping[DeliveryState, int] = dict.fromkeys(DeliveryState, 0)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What the journal knows and the database does not: it is older, a backup or another computer's copy.

    Attributes:
        issues: those of whose send it knows nothing, with words about each.
        sends: issues of whose send it does not know all.
    """

    issues: Mapping[str, str]
    sends: tuple[str, ...] = ()


def forgotten_sends(workspace: Workspace) -> Forgotten:
    """Compare the database with the journal beside it.

    Raises:
        StoreError: the database cannot be asked, or the journal is damaged.
    """
    if not has_database(workspace):
        return Forgotten({})
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        refuse_damaged(store)
        unknown = {slug: err.what for slug, err in forgotten(store, connection).items()}
        return Forgotten(unknown, tuple(older_sends(store, connection)))


def has_database(workspace: Workspace) -> bool:
    """Whether there is a database to ask; opening one makes it.

    Raises:
        StoreError: there was one, and it is lost.
    """
    refuse_lost(workspace.database_url, workspace.key_file)
    database = database_file(workspace.database_url)
    return database is None or database.is_file()


def campaign_status(store: Store, slug: str) -> tuple[Campaign, Tally]:
    """Return the latest campaign of an issue, and how many of its deliveries are in which state.

    Raises:
        CampaignError: the issue was never sent.
    """
    campaign = known_campaign(store, slug)
    with store.read() as connection:
        found = tally(connection, campaign)
        until, lost = mail_held_until(connection, slug), forgotten_words(store, connection, slug)
        lacking = 0 if lost else count_rest(connection, slug)  # who has it is not known
        again = count_rejected(connection, campaign)
    return campaign, replace(found, held_until=until, lacking=lacking, forgotten=lost, rejected_unnamed=again)
