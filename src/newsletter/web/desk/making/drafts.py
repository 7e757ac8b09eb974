"""Posts that were read and are being looked over, before anything is written to disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsletter.posts import Picture, Post, Reading, Source
from newsletter.posts.corrections import Became
from newsletter.posts.feed import FeedEntry
from newsletter.posts.gathering import Gathered
from newsletter.posts.review import Part, Role, review, revise

_BECAME = {
    Role.SECTION: Became.HEADING,
    Role.SUBSECTION: Became.HEADING,
    Role.PARAGRAPH: Became.TEXT,
    Role.OTHER: Became.TEXT,
    Role.LEFT_OUT: Became.LEFT_OUT,
}


@dataclass(slots=True)
class Sheet:
    """One post, with what a person decided about it.

    Attributes:
        rulings: by a part's place, what it shall be instead of what the reader made of it.
        facts: title, author and link as a person wants them.
        checked: the places of the parts of which a person has said that they are right.
    """

    reading: Reading
    pictures: tuple[Picture, ...]
    parts: tuple[Part, ...]
    rulings: dict[int, Role] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    checked: set[int] = field(default_factory=set)

    @property
    def to_check(self) -> list[int]:
        """The places of the parts that a person should still check."""
        open_still = (place for place, part in enumerate(self.parts) if part.to_check and place not in self.rulings)
        return [place for place in open_still if place not in self.checked]

    def role(self, place: int) -> Role:
        """Return what a part is now."""
        return self.rulings.get(place, self.parts[place].role)

    def rule(self, place: int, role: Role) -> None:
        """Decide what a part is; deciding as the reader did takes the decision back."""
        if not 0 <= place < len(self.parts) or role not in self.parts[place].roles:
            return
        if role is self.parts[place].role:
            self.rulings.pop(place, None)
        else:
            self.rulings[place] = role

    @property
    def corrections(self) -> list[tuple[str, Became]]:
        """The lines of which a person has said that they are something else than the reader made of them."""
        ruled = ((self.parts[place], role) for place, role in self.rulings.items())
        return [(part.text, _BECAME[role]) for part, role in ruled if _BECAME[role] is not _BECAME[part.role]]

    @property
    def post(self) -> Post:
        """The post as it will be written."""
        post = revise(self.reading, self.parts, self.rulings).post
        title = self.facts.get("title", "").strip() or post.title
        author, link = (
            self.facts.get(key, known).strip() for key, known in (("author", post.author), ("link", post.link))
        )
        return replace(post, title=title, author=author, link=link)

    @property
    def used_pictures(self) -> tuple[Picture, ...]:
        """The pictures that the post still shows."""
        post = self.post
        return tuple(each for each in self.pictures if each.path in post.body or each.path == post.image)


@dataclass(slots=True)
class Draft:
    """What was handed in at one time.

    Attributes:
        place: what to call where it came from.
        into: the issue that the posts shall be added to; empty for a new one.
        entries: a feed's posts, of which some are to be chosen.
        sheets: the posts; empty until they are chosen.
    """

    place: str
    source: Source
    into: str = ""
    entries: tuple[FeedEntry, ...] = ()
    sheets: list[Sheet] = field(default_factory=list)

    def take(self, gathered: Sequence[Gathered]) -> None:
        """Lay the posts out to be looked over."""
        self.sheets = [Sheet(each.reading, each.pictures, review(each.reading)) for each in gathered]
