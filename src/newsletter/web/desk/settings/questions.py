"""Which settings the desk asks for, in words, and which it only shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones


class Kind(StrEnum):
    """How an answer is given."""

    LINE = "line"
    LINES = "lines"
    TICK = "tick"
    THEME = "theme"  # one of those that there are, by its picture
    COLOR = "color"
    LOGO = "logo"  # a picture is handed in
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Question:
    """One setting that can be changed at the desk.

    Attributes:
        path: where it stands in `newsletter.toml`, such as ``clinic.name``.
        type: what the browser's keyboard should be made for.
        menu: gives what can be chosen, each with its words. What stands in the file is offered beside it.
    """

    path: str
    label: str
    hint: str = ""
    kind: Kind = Kind.LINE
    type: str = "text"
    menu: Callable[[], Mapping[str, str]] = dict

    @property
    def id(self) -> str:
        """Its name in the page."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    title: str
    about: str
    questions: tuple[Question, ...]


@cache
def _time_zones() -> Mapping[str, str]:
    """Offer the zones of the United States first, by the names that people have for them."""
    rest = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return _OURS | {name: name.replace("_", " ") for name in rest if name not in _OURS}


_OURS = {
    "America/New_York": "Eastern Time (New York)",
    "America/Chicago": "Central Time (Chicago)",
    "America/Denver": "Mountain Time (Denver)",
    "America/Phoenix": "Mountain Time without daylight saving (Phoenix)",
    "America/Los_Angeles": "Pacific Time (Los Angeles)",
    "America/Anchorage": "Alaska Time (Anchorage)",
    "Pacific/Honolulu": "Hawaii Time (Honolulu)",
}
_COUNTDOWNS = {
    "10s": "10 seconds",
    "30s": "30 seconds",
    "1m": "1 minute",
    "2m": "2 minutes",
    "5m": "5 minutes",
    "15m": "15 minutes",
    "1h": "1 hour",
}
_WINDOWS = {
    "15m": "15 minutes",
    "20m": "20 minutes",
    "30m": "30 minutes",
    "1h": "1 hour",
    "2h": "2 hours",
    "6h": "6 hours",
    "1d": "1 day",
    "3d": "3 days",
}

GROUPS = (
    Group(
        "The clinic",
        "What each issue shows at its end.",
        (
            Question("clinic.name", "The clinic’s name"),
            Question("clinic.website", "Website", type="url"),
            Question("clinic.phone", "Telephone", "The number that readers call.", type="tel"),
            Question("clinic.email", "Email address", "The one that readers write to.", type="email"),
            Question(
                "clinic.postal_address",
                "Postal address",
                "Street or post-office box, town, state and ZIP code. The law requires it in each issue.",
            ),
            Question("clinic.booking", "Page for booking a visit", "Empty if there is none.", type="url"),
            Question("clinic.hours", "Hours", "When somebody answers the phone, such as: Mon to Fri, 9 AM to 5 PM."),
            Question("clinic.social", "Pages elsewhere", "On Instagram, Facebook … One address a line.", Kind.LINES),
            Question(
                "clinic.timezone", "Time zone", "For all dates and times at the desk.", Kind.MENU, menu=_time_zones
            ),
        ),
    ),
    Group(
        "The sender",
        "What the inbox shows.",
        (
            Question("sender.from_name", "Sender’s name"),
            Question(
                "sender.from_email",
                "Sender’s address",
                "On the clinic’s own domain, and verified at your mail service.",
                type="email",
            ),
            Question(
                "sender.reply_to",
                "Reply-to address",
                "Replies go there. Any address that somebody reads.",
                type="email",
            ),
        ),
    ),
    Group(
        "Colleagues",
        "Who looks at an issue before it is sent.",
        (
            Question("team.reviewers", "Reviewers", "They get a test with one button. One address a line.", Kind.LINES),
            Question(
                "team.approval",
                "A second person has to approve each issue before it can be sent",
                kind=Kind.TICK,
            ),
        ),
    ),
    Group(
        "The look",
        "How an issue looks. Open an issue afterward to see it.",
        (
            Question("theme.name", "Theme", kind=Kind.THEME),
            Question("clinic.newsletter", "Name of the newsletter", "At the top. Empty for the clinic’s name."),
            Question("clinic.tagline", "Tagline", "A few words below that name."),
            Question(
                "theme.accent",
                "The clinic’s color",
                "For links, marks and buttons: six digits such as #235b52. Empty for the theme’s own.",
                Kind.COLOR,
            ),
            Question(
                "theme.accent_dark", "The color on a dark background", "Empty for a lighter shade of it.", Kind.COLOR
            ),
            Question(
                "theme.logo",
                "Logo",
                "At the top, instead of the name. A PNG or JPEG file, best with a transparent background.",
                Kind.LOGO,
            ),
        ),
    ),
    Group(
        "Time to undo",
        "How long a send can be undone.",
        (
            Question(
                "delivery.countdown",
                "Time to undo at the desk",
                "Before it sends what cannot be canceled afterward.",
                Kind.MENU,
                menu=lambda: _COUNTDOWNS,
            ),
            Question(
                "delivery.undo_window",
                "Time to undo at SendGrid",
                "While it holds the messages.",
                Kind.MENU,
                menu=lambda: _WINDOWS,
            ),
        ),
    ),
)

QUESTIONS = {question.path: question for group in GROUPS for question in group.questions}

SHOWN = {
    "delivery.transport": "How issues are sent",
    "web.public_url": "Public pages",
    "privacy.open_tracking": "Who opens a mail is recorded",
    "privacy.click_tracking": "Who follows which link is recorded",
}
"""What whoever looks after the computer sets once, in the file itself; secrets and the database are not shown."""
