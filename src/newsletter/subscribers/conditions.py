"""The conditions by which people are chosen, for lists and audiences alike."""

import re

from sqlalchemy import ColumnElement, or_

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
