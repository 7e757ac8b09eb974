"""Blocks with the role that each has: of labelled lines, and of the corpus' cases by what they should become."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.classify import WHOLE, classify
from newsletter.posts.html import reading as html_reading
from newsletter.posts.meta import parts_of, read_day
from newsletter.posts.model import DROP, FACT, HEADING, ITEM, LINE, PARAGRAPH, QUOTE, TITLE
from newsletter.posts.text import mark_blocks, split_lines
from newsletter.workspace import Clinic
from tests.posts.corpus_case import SAVED, Case

LABELLED = Path(__file__).parent / "labelled"
_LETTERS = {
    "t": TITLE, "f": FACT, "d": DROP, "h": HEADING, "p": PARAGRAPH, "i": ITEM, "l": LINE, "q": QUOTE,
}  # fmt: skip
_LEAD = re.compile(
    r"^\s*(?:\(?\d{1,2}[.)]\s+|(?:Q|A|Question|Answer|Pregunta|Respuesta)\s?\d{0,2}\s*[:.)]\s+)", re.IGNORECASE
)
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\((?:<[^>]*>|[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Blocks as they come before the decision, and what each is.

    Attributes:
        title: what the post is called, when that is known before.
        hard: the numbers of the blocks that are learned from, and still told wrong.
    """

    name: str
    blocks: Sequence[Block]
    roles: Sequence[str]
    title: str = ""
    hard: frozenset[int] = frozenset()


def labelled(folder: Path = LABELLED) -> list[Labelled]:
    """Return the posts whose lines each bear a letter for their role: "h|What Helps"."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        rows = path.read_text("utf-8").split("\n")
        title = rows[0].removeprefix("s|") if rows[0].startswith("s|") else ""
        rows[:1] = [""] if title else rows[:1]
        blocks = mark_blocks(split_lines("\n".join(row[2:] for row in rows)))
        letters = {block.number: rows[block.number - 1][0] for block in blocks}
        hard = frozenset(number for number, letter in letters.items() if letter.isupper())
        roles = [_LETTERS[letter.lower()] for letter in letters.values()]
        found.append(Labelled(path.stem, blocks, roles, title, hard))
    return found


def label_case(case: Case, clinic: Clinic) -> Labelled | None:
    """Return the blocks of a case of the corpus with their roles, told by where each stands in what is expected."""
    met = list(_blocks_of(case, clinic))
    if not met:
        return None
    blocks, title = met[-1]
    facts, units = _units(case.expected)
    places = _aligned(blocks, units)
    now = SAVED.astimezone(clinic.timezone)
    roles = []
    titled = bool(title)
    for block, place in zip(blocks, places, strict=True):
        role = _by_tag(block, units[place][0]) if place >= 0 else DROP
        if place < 0 and not titled and _letters(block.said) in {facts["title"], f"title{facts['title']}"}:
            role, titled = TITLE, True
        elif place < 0 and _tells(block, facts, now):
            role = FACT
        roles.append(role)
    return Labelled(case.name, blocks, roles, title)


def _blocks_of(case: Case, clinic: Clinic) -> Iterator[tuple[Sequence[Block], str]]:
    """Yield what is decided of while a case is read."""
    from newsletter.posts import paste

    met: list[tuple[Sequence[Block], str]] = []

    def watching(blocks: Sequence[Block], *rest: object, **known: object) -> object:
        met.append((blocks, str(known.get("title", ""))))
        return classify(blocks, *rest, **known)  # type: ignore[arg-type]

    for room in (paste, html_reading):
        room.classify = watching  # type: ignore[attr-defined]
    try:
        case.read(clinic)
    finally:
        for room in (paste, html_reading):
            room.classify = classify  # type: ignore[attr-defined]
    yield from met


def _by_tag(block: Block, role: str) -> str:
    """Return a role as markup allows it: what stands in a list's entry is one, whatever it holds."""
    if not block.tag:
        return role
    if block.tag in WHOLE:
        return PARAGRAPH
    if block.tag in HEADINGS:
        return HEADING
    told = {"li": ITEM, "blockquote": QUOTE}
    return told.get(block.tag, PARAGRAPH if role in {LINE, QUOTE} else role)


def _tells(block: Block, facts: dict[str, str], now: object) -> bool:
    named = facts["author"] and facts["author"] in _letters(block.text)
    dated = facts["date"] and block.words < 19 and any(read_day(part, now) for part in parts_of(block))  # type: ignore[arg-type]
    return bool(named or dated)


def _units(expected: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the facts of a post's file, and its parts: the role and the letters of each."""
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", expected, re.DOTALL)
    assert match is not None, expected[:80]
    told = dict(re.findall(r"^(\w+): (.*)$", match[1], re.MULTILINE))
    facts = {key: _letters(told.get(key, "")) for key in ("title", "author", "date")}
    units: list[tuple[str, str]] = []
    for part in re.split(r"\n\n+", match[2].strip()):
        units += _roles_in(part)
    return facts, [(role, _key(_plain(text))) for role, text in units]


def _roles_in(part: str) -> list[tuple[str, str]]:
    first, *more = lines = part.split("\n")
    if heading := re.match(r"#{1,6} (.*)", part):
        return [(HEADING, heading[1])]
    if first.startswith("<!--"):
        return []
    if first[:1] in {"|", ">"}:
        return [(PARAGRAPH if first[0] == "|" else QUOTE, re.sub(r"^>\s*", "", line)) for line in lines]
    entries = [re.match(r"\s*(?:-|\d+\.) (.*)", line) for line in lines]
    if entries[0]:
        return [(ITEM, entry[1]) if entry else (LINE, line) for entry, line in zip(entries, lines, strict=True)]
    if more and re.fullmatch(r"\*\*.+?\*\*\s*", first.rstrip("\\")):
        return [(HEADING, first), *((PARAGRAPH if len(more) == 1 else LINE, line) for line in more)]
    return [(LINE, line) for line in lines] if more else [(PARAGRAPH, part)]


def _aligned(blocks: Sequence[Block], units: Sequence[tuple[str, str]]) -> list[int]:
    """Return for each block the place of the unit that it became, or -1."""
    keys = [_key(block.said if block.label else block.text) for block in blocks]
    texts = [text for _, text in units]
    places = [-1] * len(blocks)
    free = set(range(len(units)))
    for match in SequenceMatcher(None, keys, texts, autojunk=False).get_matching_blocks():
        for step in range(match.size):
            places[match.a + step] = match.b + step
            free.discard(match.b + step)
    for place, key in enumerate(keys):
        if places[place] >= 0 or not key:
            continue
        alike = (unit for unit in sorted(free) if texts[unit] and (texts[unit] == key or _within(key, texts[unit])))
        places[place] = next(alike, -1)
        free.discard(places[place])
    return places


def _within(key: str, text: str) -> bool:
    return len(key) > 8 and (key in text or text in key)


def _plain(markdown: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", _LINK.sub(r"\1", markdown))


def _key(text: str) -> str:
    return _letters(_LEAD.sub("", text, count=1))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
