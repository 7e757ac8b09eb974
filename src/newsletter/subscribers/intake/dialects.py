"""Dialects: the exports of other programs, known by their headings, and what their words mean.

A dialect is recognised when a file has all of its signature headings. Most need nothing
else: their columns are known words (`headings`). Some name columns of their own, some
are lists of people who left.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.subscribers.intake.headings import Field, normal


class Standing(StrEnum):
    """What a status cell says of a person."""

    JOINED = "joined"
    UNCONFIRMED = "not confirmed there"
    NEVER = "never agreed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program writes its exports.

    Attributes:
        signature: headings that together only this program writes.
        columns: what its headings mean where the common words do not say so.
        everybody: what a row says of a person when no column does: some files hold only people who left.
        words: status words of its own.
    """

    name: str
    signature: tuple[str, ...]
    columns: Mapping[str, Field] = field(default_factory=dict)
    everybody: Standing = Standing.JOINED
    words: Mapping[str, Standing] = field(default_factory=dict)


_WORDS: Mapping[Standing, str] = {
    Standing.JOINED: """subscribed active enabled confirmed regular premium gifted trialed express implicit
        opted_in opt_in optin yes y true 1 s subscribe verified
        premium_monthly premium_annual free paid comp author founding churning past_due paused""",
    Standing.UNCONFIRMED: "pending unconfirmed unactivated awaiting_confirmation not_confirmed waiting",
    Standing.NEVER: """never_subscribed not_subscribed non_subscribed nonsubscribed no_permission not_set
        permission_not_set none transactional no_consent""",
    Standing.UNSUBSCRIBED: """unsubscribed optout opt_out opted_out removed disabled blocklisted blacklisted inactive
        no n false 0 u suppressed churned left deleted archived""",
    Standing.BOUNCED: "bounced cleaned undeliverable hard_bounce hard_bounced bounce invalid b blocked",
    Standing.COMPLAINED: "complained complaint spam abuse spam_report spam_complaint marked_as_spam reported p",
}

DIALECTS: tuple[Dialect, ...] = (
    Dialect("newsletter", ("email", "first_name", "last_name", "language", "status", "tags", "source", "joined")),
    Dialect("Mailchimp (unsubscribed)", ("Email Address", "UNSUB_TIME"), everybody=Standing.UNSUBSCRIBED),
    Dialect("Mailchimp (cleaned)", ("Email Address", "CLEAN_TIME"), everybody=Standing.BOUNCED),
    Dialect("Mailchimp", ("Email Address", "MEMBER_RATING", "LEID")),
    Dialect("Constant Contact", ("Email address", "Email status", "Email permission status")),
    Dialect("Wix", ("Email 1", "Email subscriber status"), {"Email 1": Field.EMAIL}),
    Dialect("Squarespace", ("Email", "Accepts Marketing", "Subscriber Source")),
    Dialect("Squarespace", ("Email Address", "Subscriber Since")),
    Dialect("MailPoet (WordPress)", ("Email", "List", "Global Status")),
    Dialect(
        "The Newsletter Plugin (WordPress)",
        ("email", "status", "token"),
        words={"c": Standing.JOINED, "s": Standing.UNCONFIRMED},
    ),
    Dialect("Google Contacts", ("E-mail 1 - Value",), {"Name": Field.NAME, "Notes": Field.IGNORE}),
    Dialect("Outlook", ("E-mail Address", "E-mail Display Name"), {"E-mail Display Name": Field.IGNORE}),
    Dialect(
        "Substack",
        ("email", "active_subscription", "email_disabled"),
        {"email_disabled": Field.STATUS, "active_subscription": Field.IGNORE},
        # email_disabled: true means that they want no mail
        words={"true": Standing.UNSUBSCRIBED, "false": Standing.JOINED},
    ),
    Dialect(
        "Buttondown",
        ("email_address", "creation_date", "metadata"),
        {"type": Field.STATUS, "subscriber_type": Field.STATUS},
    ),
    Dialect(
        "Buttondown", ("email", "creation_date", "metadata"), {"type": Field.STATUS, "subscriber_type": Field.STATUS}
    ),
    Dialect("SendGrid (bounces)", ("email", "reason", "status", "created"), {"status": Field.IGNORE}, Standing.BOUNCED),
    Dialect("SendGrid (spam reports)", ("email", "ip", "created"), {}, Standing.COMPLAINED),
    Dialect("SendGrid", ("EMAIL", "FIRST_NAME", "CONTACT_ID")),
    Dialect("listmonk", ("uuid", "email", "name", "attributes", "status")),
)

PLAIN = Dialect("sheet", ())
"""Any other sheet."""


def dialect_of(headings: Collection[str]) -> Dialect:
    """Return the dialect whose signature the headings have, the most exact one."""
    found = {normal(heading) for heading in headings}
    fitting = [dialect for dialect in DIALECTS if found >= {normal(heading) for heading in dialect.signature}]
    return fitting[0] if fitting else PLAIN


def standing_of(cell: str, dialect: Dialect) -> Standing | None:
    """Return what a status cell says, or nothing if its word is not known.

    An empty cell says nothing against what holds for everybody in the file.
    """
    word = normal(cell).replace(" ", "_")
    if not word:
        return dialect.everybody
    if dialect.everybody is not Standing.JOINED:
        return dialect.everybody  # a file of people who left: no word in it brings anybody back
    return dialect.words.get(word) or _KNOWN.get(word)


def has_agreed(cell: str) -> bool | None:
    """Return what a cell under "newsletter", "consent" or the like says, or nothing if it is not understood.

    An empty one is a box that nobody ticked. A date is the day on which they agreed.
    """
    word = normal(cell)
    if not word:
        return cell.strip() in _TICKS
    if word in _NO:
        return False
    return True if word in _YES or re.match(r"\d{1,4}\D\d{1,2}\D\d{1,4}", cell.strip()) else None


_TICKS = {"✓", "✔", "☑", "✅", "+", "*"}
_YES_WORDS = "yes y x true 1 on ok checked ticked opted_in subscribed ja oui sí sim si da"
_NO_WORDS = "no n false 0 off none never unchecked opted_out unsubscribed nein non não nee"
_YES = frozenset(normal(word) for word in _YES_WORDS.split())
_NO = frozenset(normal(word) for word in _NO_WORDS.split())
_KNOWN = {word: standing for standing, words in _WORDS.items() for word in words.split()}
