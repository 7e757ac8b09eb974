"""An issue as its folder holds it."""

from dataclasses import dataclass
from pathlib import Path

from newsletter.posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Markdown that a person wrote, and where it stands, so that mistakes can name a line.

    Attributes:
        path: the file, absolute.
        first_line: the line of the file on which `markdown` begins, counted from 1.
    """

    markdown: str
    path: Path
    first_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePost:
    """A post in an issue; `body` is the post's own Markdown with its place."""

    post: Post
    body: Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One edition of the newsletter.

    `subject` and `preheader` may hold merge tags; `source` is the file that they (and the
    editor's letter) stand in.
    """

    slug: str
    folder: Path
    source: Path
    subject: str
    preheader: str
    letter: Passage
    posts: tuple[IssuePost, ...]
    language: str = "en"

    @property
    def images_dir(self) -> Path:
        """Where the issue's pictures lie."""
        return self.folder / "images"
