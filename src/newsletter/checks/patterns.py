"""Patterns put together from phrases, so that each can be read by itself."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of some regular expressions, in capitals or not.

    A straight apostrophe in a phrase stands for a curled one as well.
    """
    return re.compile("|".join(phrases).replace("'", "['’]"), re.IGNORECASE)
