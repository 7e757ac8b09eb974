"""Which settings the desk asks for, in words, and which it only shows."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an answer is given."""

    LINE = "line"
    LINES = "lines"
    TICK = "tick"
    THEME = "theme"  # one of those that there are


@dataclass(frozen=True, slots=True)
class Question:
    """One setting that can be changed at the desk.

    Attributes:
        path: where it stands in `newsletter.toml`, such as ``clinic.name``.
        type: what the browser's keyboard should be made for.
    """

    path: str
    label: str
    hint: str = ""
    kind: Kind = Kind.LINE
    type: str = "text"

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
                "clinic.timezone",
                "Time zone",
                "In which dates and times are typed and shown, for example America/New_York.",
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
            ),
            Question("theme.accent_dark", "The color on a dark background", "Empty for a lighter shade of it."),
        ),
    ),
    Group(
        "Time to undo",
        "How long a send can be undone: a number with s, m, h or d for seconds, minutes, hours or days.",
        (
            Question(
                "delivery.countdown",
                "Time to undo at the desk",
                "Before it sends what cannot be canceled afterward, such as 30s.",
            ),
            Question("delivery.undo_window", "Time to undo at SendGrid", "While it holds the messages, such as 20m."),
        ),
    ),
)

QUESTIONS = {question.path: question for group in GROUPS for question in group.questions}

SHOWN = {
    "delivery.transport": "How issues are sent",
    "web.public_url": "Public pages",
    "theme.logo": "Logo",
    "privacy.open_tracking": "Who opens a mail is recorded",
    "privacy.click_tracking": "Who follows which link is recorded",
}
"""What whoever looks after the computer sets once, in the file itself; secrets and the database are not shown."""
