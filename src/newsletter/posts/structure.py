"""From decided blocks to a post: lines that belong together, lists, levels of headings, terms; then Markdown."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise

from newsletter.posts.block import Block
from newsletter.posts.features import EVENT_FACT, SPEAKER
from newsletter.posts.markdown import escape, escape_inside
from newsletter.posts.model import HEADING, ITEM, LINE, QUOTE, Choice
from newsletter.posts.words import listed

_QUESTION = re.compile(r"(?:Q|Question|Pregunta)\s?\d{0,2}\s*[:.)]\s+(?=\S)")
_ANSWER = re.compile(r"(?:A|Answer|Respuesta)\s?\d{0,2}\s*[:.)]\s+(?=\S)")
_FEWEST_TURNS, _MOST_SPEAKERS, _TWICE = 4, 4, 2
_TERM = re.compile(r"([A-Z0-9][^:.!?–—]{1,45}:|[A-Z0-9](?:[^:.!?–—-]|(?<=\w)-(?=\w)){1,45}(?=\s[–—-]\s))\s+(\S.*)")
_STOPPED = re.compile(r"([A-Z0-9][\w'’/-]*(?: [\w'’/&-]+){0,2}\.)\s+([A-Z“\"].*)")
_SAYS = re.compile(rf"(?:{listed('headings', 'says')})\b", re.IGNORECASE)
"""What begins so says something, and names nothing."""
_FEWEST_STOPPED, _LONGEST_TERM, _FEWEST_SAID = 3, 6, 4
_FEWEST_FACTS, _LONGEST_FACT = 3, 25


class Kind(StrEnum):
    """What a part of a post is."""

    HEADING = "heading"
    TERM = "term"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    TABLE = "table"


@dataclass(frozen=True)
class Part:
    """A part of a post, and the blocks that it is made of.

    Attributes:
        text: its words without the mark.
        more: further lines that belong to it, parted by line breaks.
        level: a heading's level; a list entry's depth.
        label: a number that stays part of a heading, such as "2.".
        term: words at its beginning that the rest explains.
        named: whether it was marked as the name of an item, by a bullet or a number.
    """

    block: Block
    text: str
    kind: Kind = Kind.PARAGRAPH
    reason: str = "running text"
    more: tuple[Block, ...] = ()
    level: int = 0
    number: int = 0
    label: str = ""
    term: str = ""
    named: bool = False

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a paragraph has been seen in it."""
        return self.kind is Kind.PARAGRAPH and not self.more and not self.term

    @property
    def is_lead_in(self) -> bool:
        """Whether it announces what follows, as a colon at its end does."""
        return self.is_plain and self.text.endswith(":")


def to_parts(decided: Sequence[tuple[Block, Choice]]) -> list[Part]:
    """Return the parts that blocks are, by what was decided of each; lines that belong together are one."""
    parts: list[Part] = []
    for role, group in groupby(decided, key=lambda each: _joins(*each)):
        some = list(group)
        if role == LINE:
            parts += _stanzas(some)
        elif role == "row":
            parts.append(_table(some))
        else:
            parts += [_part(block, choice) for block, choice in some]
    return _with_facts(_with_dialogue(_with_quotes(parts)))


def find_terms(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, a term that runs in being set apart where at least two stand together."""
    matches = [_TERM.fullmatch(part.text) if _may_have_term(part) else None for part in parts]
    matches = [None if match and _says(match[1]) else match for match in matches]
    stopped = _stopped(parts)
    matches = [match or stopped.get(number) for number, match in enumerate(matches)]
    found: list[Part] = []
    for number, (part, match) in enumerate(zip(parts, matches, strict=True)):
        short = match is not None and len(match[1].split()) <= _LONGEST_TERM
        if match and short and any(place is not None and matches[place] for place in _beside(parts, number)):
            found.append(replace(part, term=match[1], text=match[2], reason=f"{part.reason}; “{match[1]}” runs in"))
        else:
            found.append(part)
    return found


def write_parts(parts: Sequence[Part]) -> str:
    """Return the Markdown of `parts`: list entries close together, all else parted by a blank line."""
    written: list[str] = []
    before: Part | None = None
    waiting: Part | None = None  # an item's name, which its paragraph follows
    for each in parts:
        if each.kind is Kind.TERM and each.term == "":
            waiting = each
            continue
        part = each if waiting is None else replace(each, kind=Kind.TERM, term=_named(waiting))
        waiting = None
        if before is not None:
            written.append(_between(before, part))
        written.append(_write(part))
        before = part
    return "".join(written)


def _joins(block: Block, choice: Choice) -> str:
    return "row" if block.mark == "row" else choice.role


def _part(block: Block, choice: Choice) -> Part:
    reason = choice.reason
    role, said = choice.role, block.said
    number = int(block.label.strip(" ().") or 0) if block.mark == "number" else 0
    if role == HEADING:
        named = block.mark in {"bullet", "number"}
        label = block.label.strip() if block.label[:1].isdigit() or block.label[:1] == "(" else ""
        return Part(block, said, Kind.HEADING, reason, level=block.level, label=label, named=named)
    if role == ITEM or block.mark == "bullet":
        kind = Kind.NUMBER if block.mark == "number" else Kind.BULLET
        return Part(block, said, kind, reason, level=block.depth, number=number)
    if role == QUOTE:
        return Part(block, said, Kind.QUOTE, reason)
    return Part(block, block.text, Kind.PARAGRAPH, reason)


def _stanzas(lines: Sequence[tuple[Block, Choice]]) -> list[Part]:
    """Return lines that read on as paragraphs, a stanza each: where more space parts them than usual."""
    closest = min((block.gap for block, _ in lines[1:]), default=0)
    stanzas: list[list[Block]] = []
    for place, (block, _) in enumerate(lines):
        if place and block.gap <= closest:
            stanzas[-1].append(block)
        else:
            stanzas.append([block])
    reason = "one of several short lines that belong together"
    return [Part(first, first.text, Kind.PARAGRAPH, reason, more=tuple(more)) for first, *more in stanzas]


def _table(rows: Sequence[tuple[Block, Choice]]) -> Part:
    blocks = [block for block, _ in rows]
    reason = f"rows of {len(blocks[0].cells)} cells parted by tabs"
    return Part(blocks[0], blocks[0].text, Kind.TABLE, reason, more=tuple(blocks[1:]))


def _with_quotes(parts: Sequence[Part]) -> list[Part]:
    """Add to a quotation who said it, and join its lines."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        quote = last is not None and last.kind is part.kind is Kind.QUOTE and part.block.gap <= 1
        goes_on = quote and part.block.gap == 0 and part.block.text.startswith(">")
        source = quote and part.block.mark != "quote"
        if last and (goes_on or source):
            found[-1] = replace(last, more=(*last.more, replace(part.block, text=part.text, label="")))
        else:
            found.append(part)
    return found


def _with_dialogue(parts: Sequence[Part]) -> list[Part]:
    """Return the parts: "Q:" is a heading's, "A:" goes, and speakers' names are set bold."""
    asks = [bool(_QUESTION.match(part.text)) for part in parts]
    if sum(asks) >= _TWICE:
        return [_asked(part, asks=ask) for part, ask in zip(parts, asks, strict=True)]
    return _spoken(parts)


def _asked(part: Part, *, asks: bool) -> Part:
    if asks and part.kind in {Kind.PARAGRAPH, Kind.HEADING} and not part.more:
        text = _QUESTION.sub("", part.text, count=1)
        return replace(part, text=text, kind=Kind.HEADING, reason="one of several questions led by “Q”")
    if part.is_plain and (match := _ANSWER.match(part.text)):
        return replace(part, text=part.text[match.end() :], reason="an answer, without the letter that said so")
    return part


def _spoken(parts: Sequence[Part]) -> list[Part]:
    """Set names apart where few of them come again and again, in turns; alone on a line they stand above the words."""
    may = {Kind.PARAGRAPH, Kind.HEADING}
    matches = [SPEAKER.fullmatch(part.text) if part.kind in may and not part.more else None for part in parts]
    names = [match[1] for match in matches if match]
    turns = Counter(names)
    speakers = {name for name, count in turns.items() if count >= _TWICE}
    spoken = [name for name in names if name in speakers]
    changes = sum(before != after for before, after in pairwise(spoken))
    if not _TWICE <= len(speakers) <= _MOST_SPEAKERS or len(spoken) < _FEWEST_TURNS or 2 * changes < len(spoken) - 1:
        return list(parts)
    found = []
    for part, match in zip(parts, matches, strict=True):
        if match is None or match[1] not in speakers:
            found.append(part)
        elif match[2]:
            reason = f"“{match[1]}” speaks here, in turns with others"
            found.append(replace(part, kind=Kind.PARAGRAPH, term=match[1], text=match[2], reason=reason))
        else:
            found.append(replace(part, kind=Kind.TERM, term="", reason="says who speaks, in turns with others"))
    return _after_names(found)


def _after_names(parts: list[Part]) -> list[Part]:
    """Let what stands below a speaker's name be what is said, whatever it looks like."""
    return [
        replace(part, kind=Kind.PARAGRAPH, level=0) if above.kind is Kind.TERM and part.kind is Kind.HEADING else part
        for above, part in zip([Part(Block(0, ""), ""), *parts], parts, strict=False)
    ]


def _with_facts(parts: list[Part]) -> list[Part]:
    """See the words that say which fact of an event follows as terms, where three or more of them are used so."""

    def is_fact(part: Part, below: Part) -> bool:
        told = below.kind in {Kind.PARAGRAPH, Kind.HEADING} and below.words <= _LONGEST_FACT
        plain = part.kind in {Kind.PARAGRAPH, Kind.HEADING} and not part.more
        return plain and told and bool(EVENT_FACT.fullmatch(part.text)) and not EVENT_FACT.fullmatch(below.text)

    places = [place for place, (part, below) in enumerate(pairwise(parts)) if is_fact(part, below)]
    if len(places) < _FEWEST_FACTS:
        return parts
    for place in places:
        parts[place] = replace(parts[place], kind=Kind.TERM, reason="says which fact of an event follows")
        parts[place + 1] = replace(parts[place + 1], kind=Kind.PARAGRAPH)
    return parts


def _stopped(parts: Sequence[Part]) -> dict[int, re.Match[str]]:
    """Return the terms that end as a sentence does, "Copay. The part you pay": all entries of a list begin so."""
    found: dict[int, re.Match[str]] = {}
    for _, group in groupby(enumerate(parts), key=lambda each: (each[1].kind, each[1].level, _may_have_term(each[1]))):
        row = list(group)
        matches = {number: match for number, part in row if (match := _match_stopped(part))}
        if len(matches) >= _FEWEST_STOPPED and len(matches) == len(row):
            found |= matches
    return found


def _match_stopped(part: Part) -> re.Match[str] | None:
    match = _STOPPED.fullmatch(part.text) if _may_have_term(part) else None
    return None if match is None or _SAYS.match(match[1]) else match


def _beside(parts: Sequence[Part], number: int) -> list[int | None]:
    """Return the places of the nearest parts of the same kind, those that are set in further left out."""
    return [
        _next(parts, range(number - 1, -1, -1), parts[number]),
        _next(parts, range(number + 1, len(parts)), parts[number]),
    ]


def _next(parts: Sequence[Part], places: range, part: Part) -> int | None:
    for place in places:
        other = parts[place]
        if other.kind is part.kind and other.level == part.level:
            return place
        if part.kind is Kind.PARAGRAPH or other.kind not in {Kind.BULLET, Kind.NUMBER} or other.level < part.level:
            return None
    return None


def _says(term: str) -> bool:
    """Whether words before a colon or a dash rather begin a sentence: "But I do want to say:"."""
    return bool(_SAYS.match(term)) and len(term.split()) >= _FEWEST_SAID


def _may_have_term(part: Part) -> bool:
    return not part.term and part.kind in {Kind.PARAGRAPH, Kind.BULLET, Kind.NUMBER} and not part.more


def _named(part: Part) -> str:
    return f"{part.label} {part.text.removesuffix(':')}".strip()


_LISTS = {Kind.BULLET, Kind.NUMBER}


def _between(before: Part, part: Part) -> str:
    if before.kind not in _LISTS or part.kind not in _LISTS:
        return "\n\n"
    begins_anew = part.kind is Kind.NUMBER and before.level == part.level and part.number != before.number + 1
    if begins_anew or (before.kind is not part.kind and before.level == part.level):
        return "\n\n<!-- -->\n\n"  # without it Markdown would make one list of two
    return "\n"


def _write(part: Part) -> str:
    if part.kind is Kind.HEADING:
        return f"{'#' * part.level} {escape_inside(_named(part))}"
    lines = [part.text, *(block.text for block in part.more)]
    if part.kind is Kind.TERM:
        return "  \n".join([f"**{escape_inside(part.term)}**", *map(escape, lines)])
    if part.kind is Kind.QUOTE:
        return "  \n".join(f"> {escape(line)}" for line in lines)
    if part.kind is Kind.TABLE:
        return _write_table([block.cells for block in (part.block, *part.more)])
    text = "  \n".join(map(escape, lines))
    if part.term:
        text = f"**{escape_inside(part.term)}** {text}"
    if part.kind is Kind.PARAGRAPH:
        return text
    marker = f"{part.number}." if part.kind is Kind.NUMBER else "-"
    return f"{'    ' * part.level}{marker} {text}"


def _write_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, the first row being its head."""
    written = ["| " + " | ".join(escape(cell).replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join([written[0], "|" + " --- |" * len(rows[0]), *written[1:]])
