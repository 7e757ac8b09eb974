"""Dialects: the exports of other programs, known by their headings, and what their words mean.

A dialect is recognised when a file has all of its signature headings. Most need nothing
else: their columns are known words (`headings`). Some name columns of their own, some
are lists of people who unsubscribed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.standing import Standing
from newsletter.subscribers.names import normal


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one program writes its exports.

    Attributes:
        signature: headings that together only this program writes.
        columns: what its headings mean where the common words do not say so.
        everybody: what a row says of a person when no column does: some files hold only people who unsubscribed.
        words: status words of its own.
        file: what its files' names hold, where headings alone do not tell.
        bare: whether it has no other headings; many a sheet has these among others.
        dated: whether it tells when each of those who agreed did so.
    """

    name: str
    signature: tuple[str, ...]
    columns: Mapping[str, Field] = field(default_factory=dict)
    everybody: Standing = Standing.JOINED
    words: Mapping[str, Standing] = field(default_factory=dict)
    file: str = ""
    bare: bool = False
    dated: bool = False

    def has_headings(self, headings: Collection[str]) -> bool:
        """Whether these are its headings, as `normal` gives them."""
        own = {normal(heading) for heading in self.signature}
        return own == set(headings) if self.bare else own <= set(headings)


def _sendgrid(what: str, file: str, everybody: Standing, *headings: str) -> Dialect:
    """Return one of SendGrid's lists of people not to be mailed; a sign-up form's may look the same."""
    columns = {"status": Field.IGNORE}
    return Dialect(f"SendGrid ({what})", ("email", *headings), columns, everybody, file=file, bare=True)


_BUTTONDOWN = {"type": Field.STATUS, "subscriber_type": Field.STATUS}

OWN = Dialect(
    "newsletter",
    ("email", "first_name", "last_name", "language", "status", "tags", "source", "joined"),
    {"exported_as": Field.BEFORE},
)
"""What `newsletter.subscribers.export` writes."""

DIALECTS: tuple[Dialect, ...] = (
    OWN,
    Dialect("Mailchimp (unsubscribed)", ("UNSUB_TIME",), everybody=Standing.UNSUBSCRIBED),
    Dialect("Mailchimp (cleaned)", ("CLEAN_TIME",), everybody=Standing.BOUNCED),
    Dialect("Mailchimp (nonsubscribed)", ("MEMBER_RATING", "LEID"), everybody=Standing.NEVER, file="nonsubscribed"),
    Dialect("Mailchimp", ("MEMBER_RATING", "LEID"), dated=True),
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
    Dialect("Google Contacts", ("E-mail 1 - Value",), {"Name": Field.NAME}),
    Dialect("Outlook", ("E-mail Address", "E-mail Display Name"), {"E-mail Display Name": Field.IGNORE}),
    Dialect("Substack", ("email", "active_subscription", "email_disabled"), {"active_subscription": Field.IGNORE}),
    Dialect("Buttondown", ("email_address", "creation_date", "metadata"), _BUTTONDOWN),
    Dialect("Buttondown", ("email", "creation_date", "metadata"), _BUTTONDOWN),
    _sendgrid("bounces", "bounce", Standing.BOUNCED, "reason", "status", "created"),
    _sendgrid("blocks", "block", Standing.BLOCKED, "reason", "status", "created"),
    _sendgrid("spam reports", "spam", Standing.COMPLAINED, "ip", "created"),
    _sendgrid("invalid addresses", "invalid", Standing.BOUNCED, "reason", "created"),
    _sendgrid("global unsubscribes", "unsub", Standing.UNSUBSCRIBED, "created"),
    _sendgrid("group unsubscribes", "unsub", Standing.UNSUBSCRIBED, "group_id", "created_at"),
    _sendgrid("group unsubscribes", "suppress", Standing.UNSUBSCRIBED, "group_id", "created_at"),
    Dialect("SendGrid", ("EMAIL", "FIRST_NAME", "CONTACT_ID")),
    Dialect("listmonk", ("uuid", "email", "name", "attributes", "status")),
)

PLAIN = Dialect("sheet", ())
"""Any other sheet."""


def dialect_of(headings: Collection[str], file_name: str) -> tuple[Dialect, bool]:
    """Return the dialect of a file, the most exact one; and whether only another name would have told of one.

    Such a file may hold people who unsubscribed: its headings alone do not tell.
    """
    found = {plain for heading in headings if (plain := normal(heading))}
    likely = [dialect for dialect in DIALECTS if dialect.has_headings(found)]
    fitting = [dialect for dialect in likely if dialect.file in file_name.lower()]
    return (fitting[0], False) if fitting else (PLAIN, bool(likely))
