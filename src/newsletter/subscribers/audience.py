"""Audiences: whom an issue goes to, and who is left out and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, not_, or_, select

from newsletter.storage.ledger import campaigns, deliveries, of_issue
from newsletter.storage.people import subscribers
from newsletter.subscribers.listing import has_tag, reads
from newsletter.subscribers.pausing import has_enough, is_paused
from newsletter.subscribers.tags import read
from newsletter.subscribers.vocabulary import Status

_SUBSCRIBED = subscribers.c.status == Status.SUBSCRIBED


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom an issue goes to; what is empty leaves nobody out.

    Attributes:
        tags: whoever has one of them is wanted.
        not_tags: whoever has one of them is left out.
        languages: whoever reads one of them is wanted; see `newsletter.subscribers.listing.reads`.
        joined_since: whoever was added at this moment or later (UTC, ISO 8601) is wanted.
        received: the issue that somebody was sent, or may have been, to be wanted.
    """

    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    joined_since: str = ""
    received: str = ""

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> "Audience":
        """Return the audience that `dataclasses.asdict` and JSON made a document of."""
        lists = {name: tuple(found.get(name, ())) for name in ("tags", "not_tags", "languages")}
        return cls(**lists, joined_since=found.get("joined_since", ""), received=found.get("received", ""))


EVERYBODY = Audience()


def people_in(audience: Audience = EVERYBODY) -> Select[Any]:
    """Return the query for the people whom an issue goes to, in the order of their ids.

    Its columns are id, email, email_key, first_name and last_name. All of them are
    subscribed, none has paused, and none has enough for this month. Suppressed addresses are left out: no one who is
    suppressed is subscribed (see `newsletter.subscribers.suppression`).
    """
    columns = [subscribers.c[name] for name in ("id", "email", "email_key", "first_name", "last_name")]
    return select(*columns).where(_SUBSCRIBED, *_rules(audience).values()).order_by(subscribers.c.id)


def count(connection: Connection, audience: Audience = EVERYBODY) -> int:
    """Return how many people the audience has."""
    query = select(func.count()).select_from(subscribers).where(_SUBSCRIBED, *_rules(audience).values())
    return connection.scalar(query) or 0


def people_by_tag(connection: Connection) -> dict[str, int]:
    """Return each tag that somebody who is subscribed has, with the number of those people."""
    column = subscribers.c.tags
    query = select(column, func.count()).where(_SUBSCRIBED, column != "").group_by(column)
    found: dict[str, int] = {}
    for written, people in connection.execute(query):
        for tag in read(written):
            found[tag] = found.get(tag, 0) + people
    return dict(sorted(found.items()))


def people_by_language(connection: Connection) -> dict[str, int]:
    """Return each language that is known of somebody who is subscribed, with the number of those people."""
    column = subscribers.c.language
    query = select(column, func.count()).where(_SUBSCRIBED, column != "").group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def left_out(connection: Connection, audience: Audience = EVERYBODY) -> dict[str, int]:
    """Return how many people the audience leaves out, by reason; each counts once.

    Together with the audience they are everybody on the list. A status other than
    `subscribed` comes before what was chosen.
    """
    away = {one.value: subscribers.c.status == one for one in Status if one is not Status.SUBSCRIBED}
    unwanted = {reason: not_(rule) for reason, rule in _rules(audience).items()}
    reasons = [*away, *unwanted]
    numbered = [(condition, place) for place, condition in enumerate([*away.values(), *unwanted.values()])]
    first = case((_SUBSCRIBED, case(*numbered[len(away) :])), *numbered[: len(away)])
    # The offset keeps the database from working each person's reason out anew for each counter.
    people = select(first.label("reason")).select_from(subscribers).offset(0).subquery()
    # Counted side by side: to sort people by their reasons takes longer than to look at them.
    counters = [func.count().filter(people.c.reason == place) for place, _ in enumerate(reasons)]
    numbers = connection.execute(select(*counters)).one()
    found = dict(zip(reasons, numbers, strict=True))
    return {name: found[name] for name in _REASONS if found.get(name)}


_NOT_WANTED, _UNWANTED = "without the chosen tag", "with an excluded tag"
_OTHER_LANGUAGE, _TOO_EARLY = "with another language or none", "joined earlier"
_PAUSED, _ENOUGH = "paused by themselves", "want one issue a month and have it"
_NOT_SENT = "were not sent the issue that this one corrects"
_MAY_HAVE_IT = ("accepted", "in_flight", "unknown")
_CHOSEN = (_PAUSED, _ENOUGH, _NOT_WANTED, _UNWANTED, _OTHER_LANGUAGE, _TOO_EARLY, _NOT_SENT)
_REASONS = (*(status.value for status in Status), *_CHOSEN)


def _rules(audience: Audience) -> dict[str, ColumnElement[bool]]:
    """Return the conditions that everybody in the audience meets, by the reason for which others are left out."""
    rules: dict[str, ColumnElement[bool]] = {_PAUSED: not_(is_paused())}
    if not audience.received:  # a correction belongs to the issue that they have
        rules[_ENOUGH] = not_(has_enough())
    if audience.tags:
        rules[_NOT_WANTED] = or_(*(has_tag(tag) for tag in audience.tags))
    if audience.not_tags:
        rules[_UNWANTED] = and_(*(not_(has_tag(tag)) for tag in audience.not_tags))
    if audience.languages:
        rules[_OTHER_LANGUAGE] = or_(*(reads(language) for language in audience.languages))
    if audience.joined_since:
        rules[_TOO_EARLY] = subscribers.c.created_at >= audience.joined_since
    if audience.received:
        rules[_NOT_SENT] = has_copy(audience.received, _MAY_HAVE_IT)
    return rules


def has_copy(issue: str, states: Collection[str], *rules: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a subscriber has a copy of an issue in one of these states, at whichever address."""
    rows = (
        select(deliveries.c.email_key, deliveries.c.subscriber_id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(of_issue(issue), deliveries.c.state.in_(states), *rules)
    )
    keys, ids = rows.with_only_columns(deliveries.c.email_key), rows.with_only_columns(deliveries.c.subscriber_id)
    return subscribers.c.email_key.in_(keys) | subscribers.c.id.in_(ids)
