"""The conditions by which people are chosen, for lists and audiences alike."""

from sqlalchemy import ColumnElement, or_

from newsletter.storage.people import subscribers
from newsletter.subscribers.names import clean_language
from newsletter.subscribers.tags import clean_tag

NO_LANGUAGE = "none"
"""What is asked for to find people of whom no language is known."""


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber has this tag."""
    return subscribers.c.tags.contains(f",{clean_tag(tag)},", autoescape=True)


def reads(language: str) -> ColumnElement[bool]:
    """Return the condition that a subscriber reads this language: ``en`` finds ``en-US`` too."""
    if language.strip().lower() == NO_LANGUAGE:
        return subscribers.c.language == ""
    wanted = clean_language(language) or language
    return or_(subscribers.c.language == wanted, subscribers.c.language.startswith(f"{wanted}-", autoescape=True))
