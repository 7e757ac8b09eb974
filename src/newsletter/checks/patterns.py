"""Patterns put together from phrases, so that each can be read by itself."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of some regular expressions, in capitals or not."""
    return re.compile("|".join(phrases), re.IGNORECASE)
