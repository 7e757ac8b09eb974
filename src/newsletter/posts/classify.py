"""What each block of a source is: one decision for all blocks at once, with how sure it is and why.

`features` says what is seen, `model` weighs it. Here stands what no weight may overrule: what
is never left out, what markup says, and that a post has one title.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from newsletter.posts.block import Block
from newsletter.posts.features import Seen, read_signs
from newsletter.posts.meta import Facts, read_fact
from newsletter.posts.model import DROP, FACT, HEADING, ITEM, LINE, PARAGRAPH, QUOTE, ROLES, TITLE, Choice, choose

DOUBTFUL = 0.75
"""A decision that is less sure than this is shown to a person."""
_LONGEST_TITLE, _LONGEST_HEAD = 160, 40
_LONGEST_HEADING, _LONGEST_QUESTION = 20, 32
_LONGEST_CALL = 3
_CRISIS = re.compile(r"\b(?:988|911)\b(?!\s*(?:views?|likes?|comments?|shares?|claps?|followers?|subscribers?))")
_PHONE = re.compile(r"\(?\b\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b")
_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_SURE_TAIL = 0.9
_HEADS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_WHOLE = {"img", "table", "pre", "hr", "row", "figure"}
"""Elements that are kept as they are; in a text, rows of a table."""


@dataclass(slots=True)
class Verdict:
    """What was decided of the blocks of a source.

    Attributes:
        blocks: all of them, in order.
        choices: what each is.
        gone: the numbers of those that are no part of the text, with the reason; the title is none of them.
    """

    blocks: Sequence[Block]
    choices: Sequence[Choice]
    title: Block | None = None
    facts: Facts = field(default_factory=Facts)
    gone: dict[int, str] = field(default_factory=dict)

    @property
    def kept(self) -> list[tuple[Block, Choice]]:
        """The blocks of the text."""
        return [
            (block, choice)
            for block, choice in zip(self.blocks, self.choices, strict=True)
            if block.number not in self.gone and block is not self.title
        ]


def classify(
    blocks: Sequence[Block],
    now: dt.datetime | None,
    *,
    site: str = "",
    title: str = "",
    phone: str = "",
) -> Verdict:
    """Decide what each block is.

    Args:
        blocks: what is not known to be something else.
        now: when the source was saved, by the clinic's clock.
        site: the clinic's name, which stands above the title on its pages.
        title: what the post is called, when that is known.
        phone: the clinic's own number; a line with another is never left out.
    """
    rows, seen = read_signs(blocks, now, titled=bool(title), site=site)
    allowed = _allowed(seen, title, phone)
    choices = choose(rows, allowed, titled=bool(title))
    verdict = Verdict(blocks, choices)
    for each, choice in zip(seen, choices, strict=True):
        if choice.role == TITLE:
            verdict.title = each.block
    for each, choice in zip(seen, choices, strict=True):
        if choice.role == FACT:
            verdict.gone[each.block.number] = read_fact(each.block, verdict.facts, now)
        elif choice.role == DROP:
            verdict.gone[each.block.number] = _reason(each, title or title_text(verdict.title))
    return verdict


def title_text(block: Block | None) -> str:
    """Return the title without a label or a Markdown sign before it."""
    return _LABEL.sub("", re.sub(r"^#+\s+", "", block.said), count=1) if block is not None else ""


def _allowed(seen: Sequence[Seen], title: str, phone: str) -> list[Collection[str]]:
    """Return the roles that each block may have."""
    first = next((place for place, each in enumerate(seen) if place and each.block.is_prose), len(seen))
    last = max((place for place, each in enumerate(seen) if each.block.is_prose), default=0)
    late = _tail_from(seen)
    return [
        _roles(
            each,
            title,
            phone,
            head=place < min(first, _LONGEST_HEAD),
            body=first <= place <= last,
            tail=place >= late,
        )
        for place, each in enumerate(seen)
    ]


def _tail_from(seen: Sequence[Seen]) -> int:
    """Return the place from which on the page may let others speak: readers, or somebody about the author."""
    prose = [place for place, each in enumerate(seen) if each.block.is_prose]
    half = prose[(len(prose) - 1) // 2] if prose else len(seen)
    speaks = {"about", "thread", "tail"}
    return next(
        (
            place
            for place, each in enumerate(seen)
            if place > half and (each.zones.keys() & speaks or "about name" in each.signs)
        ),
        len(seen),
    )


def _roles(seen: Seen, title: str, phone: str, *, head: bool, body: bool, tail: bool) -> Collection[str]:
    block = seen.block
    if block.mark == "row" or block.tag in _WHOLE:
        return {PARAGRAPH}
    roles = set(ROLES)
    if block.tag in _HEADS:
        roles = {TITLE, FACT, DROP, HEADING}
    elif block.tag == "li":
        roles = {FACT, DROP, ITEM}
    elif block.tag == "blockquote":
        roles = {DROP, QUOTE}
    elif block.tag:
        roles -= {QUOTE, LINE}
    if title or not head or not _may_be_title(block):
        roles.discard(TITLE)
    if block.mark == "quote":
        roles -= {HEADING, ITEM}
    elif not block.tag:
        roles -= set() if "source" in seen.signs or block.text[:1] in '"“«–—-~' else {QUOTE}
    if block.mark == "heading":
        roles -= {ITEM, LINE, PARAGRAPH}
    if block.mark in {"bullet", "number"}:
        roles.discard(LINE)
    longest = _LONGEST_QUESTION if block.text.endswith("?") else _LONGEST_HEADING
    if block.tag not in _HEADS and (block.words > longest or len(block.text) > 200):
        roles.discard(HEADING)
    if _reaches_others(block, phone) or not _may_go(seen, tail=tail):
        roles -= {DROP, FACT}
    if not _tells(seen, body=body):
        roles.discard(FACT)
    if _is_certain(seen):
        roles &= {TITLE, FACT, DROP}
    return roles or {PARAGRAPH}


def _is_certain(seen: Seen) -> bool:
    """Whether no author writes such a line; a whole sentence could still be one's."""
    block = seen.block
    sentence = block.ends_sentence and block.words > _LONGEST_CALL
    return "anywhere" in seen.zones and not sentence and block.tag not in _HEADS


def _may_be_title(block: Block) -> bool:
    if len(block.text) > _LONGEST_TITLE or (block.is_prose and block.words > 16):
        return False
    return not block.is_prose or block.text.endswith(("?", "!")) or ". " not in block.text


def _may_go(seen: Seen, *, tail: bool) -> bool:
    """Whether a block may be left out: a sentence only when its own words, or its place behind the text, say so."""
    block = seen.block
    said = block.is_prose or (block.ends_sentence and block.words > _LONGEST_CALL) or "several" in seen.signs
    if not said or "anywhere" in seen.zones or tail:
        return True
    return any(sign in seen.signs for sign in ("only told", "by a name", "reviewed", "says who", "stamp"))


def _tells(seen: Seen, *, body: bool) -> bool:
    """Whether a block tells who wrote a post or when, and in the middle of a text nothing else."""
    if body:
        return "only told" in seen.signs
    return True


def _reaches_others(block: Block, phone: str) -> bool:
    """Whether a line tells a crisis line's number, or another than the clinic's own: that must never be lost."""
    own = re.sub(r"\D", "", phone)[-10:]
    numbers = [re.sub(r"\D", "", found)[-10:] for found in _PHONE.findall(block.text)] if own else []
    return bool(_CRISIS.search(block.text)) or any(number != own for number in numbers)


_ORDER = ("anywhere", "company", "edge", "end", "tail", "last", "about", "thread")


def _reason(seen: Seen, title: str) -> str:
    if title and seen.block.said.casefold() == title.casefold():
        return "the title again"
    return next((seen.zones[zone] for zone in _ORDER if zone in seen.zones), "stands among the page's boilerplate")
