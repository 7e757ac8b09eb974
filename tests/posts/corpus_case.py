"""Cases of the corpus: a source, and the post's file that it should become."""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from newsletter.posts import Reading, Source
from newsletter.posts.decoding import decode
from newsletter.posts.feed import list_feed, read_entry
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import is_feed, read_post
from newsletter.workspace import Clinic

CORPUS = Path(__file__).parent / "corpus"
HELD_OUT = Path(__file__).parent / "heldout"
"""Cases that no rule was ever tuned to: they are scored, and not compared letter by letter."""
HARD = Path(__file__).parent / "heldout_hard"
"""More of them, of the kinds that are read worst."""
SAVED = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_HEADING = re.compile(r"#{1,6} .*")
_TERM = re.compile(r"\*\*(.+?)\*\*")
_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """One folder of the corpus; of a feed, one of its posts, counted from the newest."""

    folder: Path
    number: int = 1

    @property
    def name(self) -> str:
        """What the case is called."""
        return self.folder.name if self.number == 1 else f"{self.folder.name}-{self.number}"

    @property
    def source(self) -> Path:
        """The file as staff have it."""
        return next(path for path in sorted(self.folder.iterdir()) if path.stem == "post")

    @property
    def text(self) -> list[str]:
        """The lines of a source that is plain text; of others none, for there markup stands between them."""
        if self.source.suffix != ".txt":
            return []
        return [line for line in decode(self.source.read_bytes(), self.name).splitlines() if line.strip()]

    @property
    def expected(self) -> str:
        """The post's file as it should be."""
        name = "expected.md" if self.number == 1 else f"expected-{self.number}.md"
        return (self.folder / name).read_text("utf-8")

    def read(self, clinic: Clinic) -> Reading:
        """Read the source."""
        source = Source(data=self.source.read_bytes(), name=self.source.name, modified=SAVED)
        if is_feed(source):
            return read_entry(list_feed(source, clinic)[self.number - 1], source, clinic)
        return read_post(source, clinic)


def cases(folder: Path = CORPUS) -> list[Case]:
    """Return all cases of a folder, sorted by name."""
    files = sorted(folder.glob("*/expected*.md"))
    return [Case(path.parent, int(path.stem.partition("-")[2] or 1)) for path in files]


def front_matter(file: str) -> str:
    """Return the facts at the top of a post's file."""
    return _split(file)[0]


def headings(file: str) -> list[str]:
    """Return the headings with their levels, and the names of items."""
    found = []
    for line in _split(file)[1].splitlines():
        if _HEADING.fullmatch(line):
            found.append(line)
        elif term := _TERM.match(line):
            found.append(f"term {term[1]}")
    return found


def sentences(file: str) -> list[str]:
    """Return the sentences of a post's file, as a reader sees them."""
    lines = plain_lines(_split(file)[1])
    return [sentence for line in lines for sentence in _SENTENCE.split(" ".join(line.split())) if sentence]


@dataclass(slots=True)
class Score:
    """How well posts were read: counts of headings that were found, wanted and both, and of sentences."""

    found: int = 0
    wanted: int = 0
    right: int = 0
    kept: int = 0
    said: int = 0

    def add(self, file: str, expected: str) -> None:
        """Count a post in.

        A heading is right when text and level are. A sentence is kept when it stands exactly
        once, in its order; one that stands again counts against another. Only letters and
        digits are compared, for how marks are set is a convention.
        """
        got, right = Counter(map(_heading_said, headings(file))), Counter(map(_heading_said, headings(expected)))
        self.right += (got & right).total()
        self.found += got.total()
        self.wanted += right.total()
        said, shown = _all_said(expected), _all_said(file)
        matcher = SequenceMatcher(None, shown, said, autojunk=False)
        again = sum(max(0, shown.count(each) - said.count(each)) for each in set(said))
        self.kept += sum(block.size for block in matcher.get_matching_blocks()) - again
        self.said += len(said)

    @property
    def precision(self) -> float:
        """The share of the headings found that are headings."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the headings that were found."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def share_kept(self) -> float:
        """The share of the sentences that stand once and in order."""
        return self.kept / self.said if self.said else 1.0


def _all_said(file: str) -> list[str]:
    return [said for sentence in sentences(file) if (said := _said(sentence))]


def _heading_said(heading: str) -> tuple[str, str]:
    kind, _, text = heading.partition(" ")
    return kind, _said(text)


def _said(text: str) -> str:
    """Return the letters and digits alone, all small."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _split(file: str) -> tuple[str, str]:
    match = _FRONT.fullmatch(file)
    assert match is not None, file[:80]
    return match[1], match[2]
