"""The fields of the text: keys of the front matter that have an input of their own, and what boxes say."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from newsletter.checks.content import LONGEST_SUBJECT
from newsletter.issues import Issue
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.make import LONGEST_PREHEADER
from newsletter.rendering.boxes import BOXES, KINDS, template


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the front matter.

    Attributes:
        limit: how many characters are shown of it in most inboxes, 0 where that does not matter.
        seldom: whether it stands behind "More".
    """

    key: str
    label: str
    hint: str = ""
    limit: int = 0
    kind: str = "text"
    seldom: bool = False


_OF_THE_ISSUE = (
    Field("subject", "Subject", limit=LONGEST_SUBJECT),
    Field("preheader", "Preview text", "Inboxes show it after the subject.", limit=LONGEST_PREHEADER),
    Field("headline", "Headline", "Above the letter. Empty: the issue begins with the letter.", seldom=True),
    Field("number", "Number", "Of this issue, such as 12.", seldom=True),
    Field("link", "On your website", "Where this issue can be read in a browser.", kind="url", seldom=True),
)
_OF_A_POST = (
    Field("title", "Title"),
    Field("author", "Author", "With credentials, such as: Ida Holm, PMHNP-BC"),
    Field("date", "Date", kind="date"),
    Field("link", "On your website", "The address of the whole post.", kind="url"),
    Field("teaser", "Teaser", "A few words that stand for the whole post.", seldom=True),
    Field("image", "Picture", "A file in images/, or an address.", seldom=True),
    Field("image_alt", "What the picture shows", "For those who cannot see it.", seldom=True),
    Field("author_photo", "Photo of the author", seldom=True),
    Field("author_bio", "About the author", "One line.", seldom=True),
    Field("review_by", "Look at it again by", kind="date", seldom=True),
)


def fields_of(name: str) -> tuple[Field, ...]:
    """Return the fields of one of an issue's files."""
    return _OF_THE_ISSUE if name == ISSUE_FILE else _OF_A_POST


def titles_of(issue: Issue | None, files: Iterable[str]) -> Mapping[str, str]:
    """Return what a person calls each of an issue's files: the letter, and the posts by their titles."""
    titles = {f"posts/{post.body.path.name}": post.post.title for post in issue.posts} if issue else {}
    return {file: "Letter" if file == ISSUE_FILE else titles.get(file, file) for file in files}


def boxes_to_insert() -> dict[str, dict[str, Any]]:
    """Return each kind of box: what it is called, its fields, and how the Markdown of a new one reads."""
    return {name: asdict(KINDS[name]) | {"markdown": template(name)} for name in BOXES}
