"""The conditions by which people are chosen, for lists and audiences alike."""

import re
from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from newsletter.storage.ledger import campaigns, deliveries, of_issue
from newsletter.storage.people import subscribers
from newsletter.subscribers.names import clean_language
from newsletter.subscribers.tags import clean_tag

NO_LANGUAGE = "none"
"""What is asked for to find people of whom no language is known."""


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber has this tag."""
    wanted = f",{clean_tag(tag)},"
    return subscribers.c.tags.contains(wanted, autoescape=needs_escape(wanted))


def needs_escape(text: str) -> bool:
    """Whether LIKE would take a sign in `text` for more than itself; without any it is quicker."""
    return re.search(r"[%_/]", text) is not None


def reads(language: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber reads this language: ``en`` finds ``en-US`` too."""
    if language.strip().lower() == NO_LANGUAGE:
        return subscribers.c.language == ""
    wanted = clean_language(language) or language
    return or_(subscribers.c.language == wanted, subscribers.c.language.startswith(f"{wanted}-", autoescape=True))


def has_copy(issue: str, states: Collection[str], *rules: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a subscriber has a copy of an issue in one of these states, at whichever address."""
    rows = (
        select(deliveries.c.email_key, deliveries.c.subscriber_id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(of_issue(issue), deliveries.c.state.in_(states), *rules)
    )
    keys, ids = rows.with_only_columns(deliveries.c.email_key), rows.with_only_columns(deliveries.c.subscriber_id)
    return subscribers.c.email_key.in_(keys) | subscribers.c.id.in_(ids)
