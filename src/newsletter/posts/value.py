"""What a reader of posts hands on: the article itself, and what was left out of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One article.

    Attributes:
        body: Markdown, without the title.
        date: the day on which it was published, only when that can be known.
        review_by: the day by which somebody should look whether it still holds.
        link: where it stands on the web.
        image: a path inside the issue's folder, or a web address.
        image_alt: what the image shows, for those who cannot see it.
        author_photo: a path inside the issue's folder, or a web address.
        author_bio: one line about the author.
        teaser: a few words that stand for the whole post in the mail, which then leads to `link`.
    """

    title: str
    body: str
    author: str = ""
    date: dt.date | None = None
    review_by: dt.date | None = None
    link: str = ""
    image: str = ""
    image_alt: str = ""
    author_photo: str = ""
    author_bio: str = ""
    teaser: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it goes into the issue's folder; `path` is relative to that."""

    path: str
    data: bytes


SURE = 0.98
"""From here on a decision is sure; a person checks what is less. `benchmarks/reading.py` has the figures."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line of the source that is boilerplate, not the article; `sure` is how sure that is, from 0 to 1."""

    line: int
    text: str
    reason: str
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a line of the source became what it became, and how sure that is, from 0 to 1."""

    line: int
    text: str
    became: str
    reason: str
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, read: the post, what was dropped, and why each line became what it is.

    Attributes:
        notes: what a person should know before it is published, in sentences.
    """

    post: Post
    dropped: tuple[Dropped, ...] = ()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def to_check(self) -> tuple[Decision, ...]:
        """What a person should check: the lines of which it is not sure what they are, in the source's order."""
        told = {(each.line, each.text): each for each in self.decisions}
        for each in self.dropped:
            told[each.line, each.text] = Decision(each.line, each.text, "left out", each.reason, each.sure)
        return tuple(sorted((each for each in told.values() if each.sure < SURE), key=lambda each: each.line))

    def with_texts(self, change: Callable[[str], str]) -> "Reading":
        """Return the same with every text changed."""

        def changed(value: Any) -> Any:
            texts = {field.name: getattr(value, field.name) for field in fields(value)}
            return replace(value, **{name: change(text) for name, text in texts.items() if isinstance(text, str)})

        return Reading(
            changed(self.post),
            tuple(map(changed, self.dropped)),
            tuple(map(changed, self.decisions)),
            tuple(map(change, self.notes)),
        )
