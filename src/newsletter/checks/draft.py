"""What every check looks at: the message that will be sent, and the writing that it came from."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from newsletter.checks.mail import Mail, parse_mail
from newsletter.checks.places import place_of_key
from newsletter.checks.prose import Piece, Writing, read_writing
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.workspace import Settings, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue on its way out.

    Attributes:
        subject: as a reader of unknown name sees it.
        today: the day in the clinic's zone.
    """

    settings: Settings
    issue: Issue
    message: Message
    writing: Writing
    mail: Mail
    subject: str
    today: date
    root: Path

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The letter and the posts, piece by piece."""
        return self.writing.pieces

    @property
    def is_english(self) -> bool:
        """Whether the issue is written in English."""
        return self.issue.language.lower().partition("-")[0] == "en"

    def key_place(self, key: str, path: Path | None = None) -> str:
        """Return where `key` stands in a file's front matter: the issue's, unless another is named."""
        return place_of_key(path or self.issue.source, key, self.root)

    def setting_place(self, key: str) -> str:
        """Return where a key of the settings stands."""
        return place_of_key(self.root / "newsletter.toml", key, self.root)


def read_draft(workspace: Workspace, issue: Issue, message: Message) -> Draft:
    """Gather what the checks look at.

    Raises:
        IssueError: a merge tag is wrong (rendering would have said so before).
    """
    names = {field.number: field.fallback for field in message.fields}
    subject = re.sub(r"-merge-subject-(\d+)-", lambda match: names.get(int(match[1]), ""), message.subject)
    return Draft(
        settings=workspace.settings,
        issue=issue,
        message=message,
        writing=read_writing(issue, workspace.root),
        mail=parse_mail(message.html),
        subject=subject,
        today=datetime.now(workspace.settings.clinic.timezone).date(),
        root=workspace.root,
    )
