"""The condition by which people are chosen by a tag; apart from `tags`, which needs no database."""

from sqlalchemy import ColumnElement

from newsletter.storage.people import subscribers
from newsletter.subscribers.tags import clean_tag


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber has this tag."""
    return subscribers.c.tags.contains(f",{clean_tag(tag)},", autoescape=True)
