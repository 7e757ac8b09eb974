"""What every check looks at: the message that will be sent, and the writing that it came from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from newsletter.checks.mail import Mail, parse_mail
from newsletter.checks.places import seen_from
from newsletter.checks.prose import Piece, Writing, read_writing
from newsletter.issues import Issue, IssuePost
from newsletter.message import Message
from newsletter.workspace import Settings, Workspace
from newsletter.workspace.workspace import SETTINGS_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue on its way out.

    Attributes:
        subject: as a reader of unknown name sees it.
        today: the day in the clinic's zone.
        answers: what became of addresses that were asked for; nothing where that is not sure.
    """

    settings: Settings
    issue: Issue
    message: Message
    writing: Writing
    mail: Mail
    subject: str
    today: date
    root: Path
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The letter and the posts, piece by piece."""
        return self.writing.pieces

    @property
    def is_english(self) -> bool:
        """Whether the issue is written in English."""
        return self.issue.language.lower().partition("-")[0] == "en"

    def key_place(self, key: str, post: IssuePost | None = None) -> str:
        """Return where `key` stands in the front matter of the issue, or of one of its posts."""
        return seen_from(self.root, (post or self.issue).place(key))

    def setting_place(self, key: str) -> str:
        """Return where a key of the settings stands."""
        pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
        lines = (self.root / SETTINGS_FILE).read_text("utf-8-sig", errors="replace").splitlines()
        line = next((number for number, text in enumerate(lines, 1) if pattern.match(text)), 1)
        return f"{SETTINGS_FILE}:{line}"


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
