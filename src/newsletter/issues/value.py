"""An issue as its folder holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.issues.order import Show
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
    """A post in an issue; `body` is the post's own Markdown with its place.

    Where it is not shown in full, `body` is what is left of it. `lines` tells on which line of the
    file each key of its front matter stands.
    """

    post: Post
    body: Passage
    show: Show = Show.FULL
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Return where `key` stands, as ``file:line``."""
        return f"{self.body.path}:{self.lines.get(key, 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One edition of the newsletter.

    `subject`, `preheader` and `headline` may hold merge tags; `link` is where the issue can be read
    on the web; `corrects` is the sent issue that this one corrects, so that it goes only to those who were sent
    that one; `source` is the file that they (and the
    editor's letter) stand in. `waivers` are the checks that the editor has set aside for
    this issue, each with the reason given. `lines` tells on which line of `source` each key
    of the front matter stands.
    """

    slug: str
    folder: Path
    source: Path
    subject: str
    preheader: str
    letter: Passage
    posts: tuple[IssuePost, ...]
    language: str = "en"
    headline: str = ""
    number: str = ""
    link: str = ""
    corrects: str = ""
    waivers: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Return where `key` stands, as ``file:line``."""
        return f"{self.source}:{self.lines.get(key, 1)}"

    @property
    def images_dir(self) -> Path:
        """Where the issue's pictures lie."""
        return self.folder / "images"
