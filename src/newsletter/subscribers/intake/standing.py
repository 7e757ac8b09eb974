"""Standing: what a row's cells say of a person, from "joined" to "complained"."""

import re
from collections.abc import Mapping
from enum import StrEnum

from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.names import normal


class Standing(StrEnum):
    """What a row says of a person; of several things that it says the later one counts."""

    JOINED = "joined"
    UNCONFIRMED = "not confirmed there"
    BLOCKED = "blocked at times, which is no farewell"
    NEVER = "never agreed"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"

    @property
    def weight(self) -> int:
        """Its place in that order."""
        return _ORDER[self]


_ORDER = {standing: place for place, standing in enumerate(Standing)}
LEFT = frozenset({Standing.UNSUBSCRIBED, Standing.BOUNCED, Standing.COMPLAINED})
"""Whoever is one of these is never mailed again."""

_WORDS: Mapping[Standing, str] = {
    Standing.JOINED: """subscribed active enabled confirmed regular premium gifted trialed express implicit
        opted_in opt_in optin yes y true 1 s subscribe verified
        premium_monthly premium_annual free paid comp author founding churning past_due paused""",
    Standing.UNCONFIRMED: "pending unconfirmed unactivated awaiting_confirmation not_confirmed waiting",
    Standing.BLOCKED: "blocked",
    Standing.NEVER: """never_subscribed not_subscribed non_subscribed nonsubscribed no_permission not_set
        permission_not_set none transactional no_consent""",
    Standing.UNSUBSCRIBED: """unsubscribed optout opt_out opted_out removed disabled blocklisted blacklisted inactive
        no n false 0 u suppressed churned left deleted archived""",
    Standing.BOUNCED: "bounced cleaned undeliverable hard_bounce hard_bounced bounce invalid b",
    Standing.COMPLAINED: "complained complaint spam abuse spam_report spam_complaint marked_as_spam reported p",
}
_KNOWN = {word: standing for standing, words in _WORDS.items() for word in words.split()}

_DATE = re.compile(r"\d{1,4}\D\d{1,2}\D\d{1,4}|\d{9,13}$")  # a day, or seconds since 1970
_TICKS = {"✓", "✔", "☑", "✅", "+", "*"}
_YES_WORDS = "yes; y; x; true; 1; on; ok; checked; ticked; ja; oui; sí; sim; si; da"
_NO_WORDS = "no; n; false; 0; off; none; never; unchecked; nein; non; não; nee; null; n/a"
_YES = frozenset(map(normal, _YES_WORDS.split(";")))
_NO = frozenset(map(normal, _NO_WORDS.split(";")))
_EITHER_WAY = {
    **dict.fromkeys(("subscribed", "opted in"), Standing.JOINED),
    **dict.fromkeys(("unsubscribed", "opted out"), Standing.UNSUBSCRIBED),
}
_ANSWERS: Mapping[Field, tuple[Standing, Standing]] = {
    Field.AGREED: (Standing.JOINED, Standing.NEVER),
    Field.LEFT: (Standing.UNSUBSCRIBED, Standing.JOINED),
}
"""What a yes and a no mean; a date is a yes, and a box that nobody ticked is a no."""


def judge(field: Field, cell: str, words: Mapping[str, Standing]) -> Standing | None:
    """Return what one cell says, or nothing if it is not understood.

    Args:
        field: what its column is: a status, whether they agreed, or whether they left.
        cell: as it stands in the file.
        words: status words of the program that wrote it.
    """
    word = normal(cell)
    if field is Field.STATUS:
        status = word.replace(" ", "_")
        return words.get(status) or _KNOWN.get(status) if word else Standing.JOINED
    yes, no = _ANSWERS[field]
    if word in _EITHER_WAY:
        return _EITHER_WAY[word]
    if word in _NO or not word.strip("0 "):  # 0000-00-00 is no day
        return yes if cell.strip() in _TICKS else no
    return yes if word in _YES or is_date(cell) else None


def is_date(cell: str) -> bool:
    """Whether a cell holds a day, or a moment as programs count them."""
    return _DATE.match(cell.strip()) is not None
