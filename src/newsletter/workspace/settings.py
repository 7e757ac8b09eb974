"""The settings of a workspace: one frozen value for each table of `newsletter.toml`.

A field's `key(...)` carries all that is known of it: its default, what it means, an
example for error messages and for the documentation, and how text becomes its value.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.workspace import values

REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of one key of `newsletter.toml`."""

    help: str
    example: str
    parse: Callable[[object], Any]


def key(parse: Callable[[object], Any], help: str, *, example: str, default: Any = REQUIRED) -> Any:  # noqa: A002
    """Declare a settings field; without `default` the key must be present."""
    metadata = {"key": Key(help, example, parse)}
    return field(metadata=metadata) if default is REQUIRED else field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The clinic, as the contact block of each issue shows it."""

    name: str = key(values.line, "The clinic's name.", example='"Dual Minds Integrative Psychiatry"')
    website: str = key(values.web_address, "The clinic's website.", example='"https://www.example.org"')
    phone: str = key(values.phone, "Phone number for readers.", example='"508-555-0100"')
    email: str = key(values.email_address, "Email address for readers.", example='"hello@example.org"')
    postal_address: str = key(
        values.line,
        "Street address or PO box; required by law in each issue.",
        example='"12 Elm Street, Springfield, MA 01101"',
    )
    newsletter: str = key(
        values.empty_or(values.line),
        "The newsletter's own name, at the top of each issue; empty for the clinic's.",
        example='"Steady"',
        default="",
    )
    tagline: str = key(
        values.empty_or(values.line), "A few words below that name.", example='"Notes for hard seasons"', default=""
    )
    hours: str = key(
        values.empty_or(values.line),
        "When somebody answers the telephone.",
        example='"Mon to Fri, 9 AM to 5 PM"',
        default="",
    )
    booking: str = key(
        values.empty_or(values.web_address),
        "Where a visit can be booked; empty without such a page.",
        example='"https://www.example.org/book"',
        default="",
    )
    social: tuple[str, ...] = key(
        values.list_of(values.web_address),
        "The clinic's pages elsewhere, such as on Instagram.",
        example='["https://www.instagram.com/example"]',
        default=(),
    )
    timezone: ZoneInfo = key(
        values.time_zone,
        "Time zone for entering and showing times.",
        example='"America/New_York"',
        default=ZoneInfo("UTC"),
    )

    @property
    def has_placeholder_address(self) -> bool:
        """Whether the postal address is still the sample's, which no real mail may carry."""
        return values.looks_like_placeholder(self.postal_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the inbox shows as the sender."""

    from_name: str = key(values.line, "The name in the From line.", example='"Dual Minds Integrative Psychiatry"')
    from_email: str = key(
        values.email_address,
        "The address in the From line, on the clinic's own domain.",
        example='"newsletter@example.org"',
    )
    reply_to: str = key(values.email_address, "Reply-to address.", example='"hello@example.org"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How issues are sent."""

    transport: str = key(
        values.one_of("outbox", "sendgrid", "smtp"),
        "How messages are sent: sendgrid, smtp, or outbox (practice mode: files only).",
        example='"outbox"',
        default="outbox",
    )
    undo_window: timedelta = key(
        values.duration,
        "How long SendGrid holds a send so that it can be canceled.",
        example='"20m"',
        default=timedelta(minutes=20),
    )
    countdown: timedelta = key(
        values.duration,
        "How long the desk waits before it sends what cannot be canceled afterward.",
        example='"30s"',
        default=timedelta(seconds=30),
    )
    batch_size: int = key(
        values.whole_number(1, 1000), "Messages in one request, at most 1000.", example="500", default=500
    )
    parallel: int = key(values.whole_number(1, 16), "Requests to SendGrid at the same time.", example="4", default=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendGrid:
    """Settings for SendGrid; the key itself is never in this file."""

    region: str = key(
        values.one_of("global", "eu"),
        "Region of the SendGrid account: global or eu.",
        example='"global"',
        default="global",
    )
    unsubscribe: str = key(
        values.one_of("own", "subscription_tracking"),
        "Whose unsubscribe links mail has: your own, if the public pages run (own), "
        "or always SendGrid's (subscription_tracking).",
        example='"own"',
        default="own",
    )
    webhook_key: str = key(
        values.empty_or(values.verification_key),
        "The key that SendGrid shows for its signed event webhook; it is public. Empty: no events are received.",
        example='"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…"',
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server of your own; its password is never in this file."""

    host: str = key(values.empty_or(values.line), "The mail server's name.", example='"smtp.example.org"', default="")
    port: int = key(values.whole_number(1, 65535), "Its port.", example="587", default=587)
    security: str = key(
        values.one_of("starttls", "tls", "none"),
        "How the connection is encrypted; none only for a server on this computer.",
        example='"starttls"',
        default="starttls",
    )
    user: str = key(
        values.empty_or(values.line),
        "User name; the password is SMTP_PASSWORD, in the environment or in .env.",
        example='"newsletter@example.org"',
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The people who review an issue before it is sent."""

    reviewers: tuple[str, ...] = key(
        values.list_of(values.email_address),
        "Addresses that get a test with: newsletter test SLUG --team",
        example='["ana@example.org", "ben@example.org"]',
        default=(),
    )
    approval: bool = key(
        values.yes_or_no,
        "Whether a second person has to approve an issue before it can be sent.",
        example="true",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The theme of the issues, with the clinic's own colors and logo."""

    name: str = key(values.slug, "A folder in templates/.", example='"clinic"', default="clinic")
    accent: str = key(
        values.empty_or(values.colour),
        "The clinic's color for links, marks and buttons; empty: the theme's own.",
        example='"#235b52"',
        default="",
    )
    accent_dark: str = key(
        values.empty_or(values.colour),
        "The same in dark mode; empty: a lighter shade of accent.",
        example='"#92cdbf"',
        default="",
    )
    logo: str = key(
        values.empty_or(values.line),
        "A picture in the workspace, shown at the top instead of the clinic's name; empty: the name.",
        example='"templates/logo.png"',
        default="",
    )
    images: str = key(
        values.one_of("embedded", "hosted"),
        "Whether pictures are part of the mail (embedded), or on the public pages (hosted).",
        example='"embedded"',
        default="embedded",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is recorded about readers; nothing, unless the clinic decides otherwise."""

    open_tracking: bool = key(
        values.yes_or_no, "Let SendGrid record who opens a message.", example="false", default=False
    )
    click_tracking: bool = key(
        values.yes_or_no, "Let SendGrid record who clicks which link.", example="false", default=False
    )
    renew_years: int = key(
        values.whole_number(0, 10),
        "After how many years subscribers are asked whether they still want the newsletter, "
        "or after a year without an issue; 0: never.",
        example="3",
        default=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where subscribers and the ledger are stored."""

    url: str = key(
        values.database_url,
        "SQLite next to this file, or postgresql://….",
        example='"sqlite:///newsletter.db"',
        default="sqlite:///newsletter.db",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The public pages, if you run them."""

    public_url: str = key(
        values.empty_or(values.https_address),
        "Address of the public pages; empty: there are none.",
        example='"https://news.example.org"',
        default="",
    )
    signup: bool = key(
        values.yes_or_no,
        "Whether people can subscribe on the public pages.",
        example="true",
        default=False,
    )
    signup_wording: str = key(
        values.empty_or(values.line),
        "What people agree to when they subscribe, in your own words; empty: a sentence in their language.",
        example='"I would like to receive Steady by email, about once a month."',
        default="",
    )
    reminder: bool = key(
        values.yes_or_no,
        "Whether people who did not confirm are reminded once, after 24 hours.",
        example="true",
        default=False,
    )
    welcome: str = key(
        values.empty_or(values.line),
        "A Markdown file in the workspace that is mailed to people once they confirmed; empty: none.",
        example='"welcome.md"',
        default="",
    )
    topics: tuple[tuple[str, str], ...] = key(
        values.list_of_topics,
        "Tags that subscribers can choose for themselves, each with the words that describe it.",
        example='["workshops: Workshops and groups", "research: New research"]',
        default=(),
    )
    ask_why: bool = key(
        values.yes_or_no,
        "Whether the page after an unsubscribe asks one optional question: why.",
        example="true",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Sent issues on the web; none, unless the clinic decides otherwise."""

    public: bool = key(
        values.yes_or_no, "Whether anybody can read sent issues on the web.", example="true", default=False
    )
    search_engines: bool = key(
        values.yes_or_no, "Whether search engines may list them.", example="false", default=False
    )
    url: str = key(
        values.empty_or(values.https_address),
        "Where you upload what newsletter archive build writes; empty: the archive is on the public pages.",
        example='"https://www.example.org/newsletter"',
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The mailbox that replies and bounces go to; its password is never in this file."""

    host: str = key(
        values.empty_or(values.line),
        "The mail server's name; empty: newsletter inbox reads no mailbox.",
        example='"imap.example.org"',
        default="",
    )
    port: int = key(values.whole_number(1, 65535), "Its port.", example="993", default=993)
    security: str = key(
        values.one_of("tls", "starttls", "none"),
        "How the connection is encrypted; none only for a server on this computer.",
        example='"tls"',
        default="tls",
    )
    user: str = key(
        values.empty_or(values.line),
        "User name; the password is INBOX_PASSWORD, in the environment or in .env.",
        example='"hello@example.org"',
        default="",
    )
    folder: str = key(values.line, "The folder of the mailbox.", example='"INBOX"', default="INBOX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of `newsletter.toml`, read once."""

    clinic: Clinic
    sender: Sender
    delivery: Delivery
    sendgrid: SendGrid
    smtp: Smtp
    team: Team
    theme: Theme
    privacy: Privacy
    database: Database
    web: Web
    archive: Archive
    inbox: Inbox

    @property
    def reader_pages(self) -> str:
        """Where a reader's own links lead, without a slash at its end; empty if mail has no such links."""
        by_sendgrid = self.delivery.transport == "sendgrid" and self.sendgrid.unsubscribe != "own"
        return "" if by_sendgrid else self.web.public_url

    @property
    def archive_url(self) -> str:
        """Where the archive is on the web, without a slash at its end; empty if it is nowhere, or not known where."""
        if not self.archive.public:
            return ""
        return self.archive.url or (f"{self.web.public_url}/archive" if self.web.public_url else "")
