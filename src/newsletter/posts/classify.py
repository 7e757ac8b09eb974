"""What each block of a source is: one decision for all blocks at once, with how sure it is and why.

`features` says what is seen, `model` weighs it. Here stands what no weight may overrule: what
is never left out, what markup says, and that a post has one title.
"""

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.corrections import REASON, Became, find_correction
from newsletter.posts.dates import read_date_line
from newsletter.posts.features import Seen
from newsletter.posts.meta import Facts, read_fact, without_credentials
from newsletter.posts.model import DROP, FACT, HEADING, ITEM, LINE, PARAGRAPH, QUOTE, ROLES, TITLE, Choice, choose
from newsletter.posts.source import Corrections
from newsletter.posts.surroundings import read_signs
from newsletter.posts.words import ZONES

_LONGEST_TITLE, _LONGEST_HEAD, _FARTHEST = 160, 40, 12
_LONGEST_HEADING, _LONGEST_QUESTION = 20, 32
_LONGEST_HEADING_TEXT, _LONGEST_IN_SERIES = 200, 14
_LONGEST_OF_PAGES = 5
"""Words in a sentence that pages and authors say: "We respect your privacy."."""
_LONGEST_CALL = 2
"""Words in a sentence that any page could say: "Thank you!"."""
_OF_PAGES = ("only told", "by a name", "reviewed", "says who", "stamp", "bio of the author")
"""Signs of a sentence that an author does not write into a post."""
_OPENS_QUOTE = '"“«–—-~'
_ABOUT_SOMEBODY = re.compile(
    r"(?:[A-ZÀ-Ý][\w.'’,-]*\s+){1,6}(?:is|was|has|lives|writes|works|joined|holds|teaches|es|est|é)\b"
)
_BUTTONS = {"a share row", "a sign-up form", "a cookie notice"}
_CRISIS = re.compile(r"\b(?:988|911)\b(?!\s*(?:views?|likes?|comments?|shares?|claps?|followers?|subscribers?))")
_PHONE = re.compile(r"\(?\b\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b")
_LABEL = re.compile(r"title:\s*", re.IGNORECASE)
_IN_TEXT = (HEADING, PARAGRAPH, ITEM)
WHOLE = {"img", "table", "pre", "hr", "row", "figure"}
"""Elements that are kept as they are; in a text, rows of a table."""


_NONE: Corrections = {}


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

    def sure(self) -> dict[int, float]:
        """Return by a block's number how sure it is what was decided of it."""
        return {block.number: choice.sure for block, choice in zip(self.blocks, self.choices, strict=True)}

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
    corrections: Corrections = _NONE,
) -> Verdict:
    """Decide what each block is.

    Args:
        blocks: what is not known to be something else.
        now: when the source was saved, by the clinic's clock.
        site: the clinic's name, which stands above the title on its pages.
        title: what the post is called, when that is known.
        phone: the clinic's own number; a line with another is never left out.
        corrections: what a person has said before of lines like these, which counts more than any sign.
    """
    rows, seen = read_signs(blocks, now, titled=bool(title), site=site)
    said = [find_correction(each.block.said or each.block.text, corrections) for each in seen]
    allowed = [
        roles if found is None or _reaches_others(each.block, phone) else _as_corrected(each, found[0], roles)
        for each, found, roles in zip(seen, said, _allowed(seen, title, phone), strict=True)
    ]
    known = {TITLE} if title else set()
    possible = [
        _by_markup(each) - known if found is None else roles
        for each, found, roles in zip(seen, said, allowed, strict=True)
    ]
    choices = _alike(seen, choose(rows, allowed, possible, titled=bool(title)), allowed)
    verdict = Verdict(blocks, choices)
    for each, choice in zip(seen, choices, strict=True):
        if choice.role == TITLE:
            verdict.title = each.block
    for each, choice, found in zip(seen, choices, said, strict=True):
        if found and found[0] is Became.LEFT_OUT and choice.role == DROP:
            verdict.gone[each.block.number] = REASON
            _read_corrected(found[1], verdict.facts, now)
        elif choice.role == FACT:
            verdict.gone[each.block.number] = read_fact(each.block, verdict.facts, now)
        elif choice.role == DROP:
            verdict.gone[each.block.number] = _reason(each, title or title_text(verdict.title))
    return verdict


def told_above(lines: Sequence[Block], now: dt.datetime | None, title: str) -> Verdict:
    """Decide what the lines between a title and the text are, the text not being there yet."""
    text = Block(-1, "Here the text of the post begins, which is a sentence like any other.")
    return classify([*lines, text], now, title=title)


def _as_corrected(seen: Seen, became: Became, roles: Collection[str]) -> Collection[str]:
    """Return the roles that are left for a block of which a person has said what it is."""
    wanted = {Became.LEFT_OUT: {DROP}, Became.HEADING: {HEADING}, Became.TEXT: {PARAGRAPH, ITEM, LINE, QUOTE}}[became]
    possible = wanted & _by_markup(seen)
    return possible or ({PARAGRAPH} if became is Became.TEXT and not seen.block.tag else roles)


def _read_corrected(told: Mapping[str, str], facts: Facts, now: dt.datetime | None) -> None:
    """Take the name and the date from a line of which a person has said where they stand in it."""
    facts.author = facts.author or without_credentials(told.get("name", ""))
    day = read_date_line(told.get("date", ""), now)
    facts.date = facts.date or (day.day if day else None)


def title_text(block: Block | None) -> str:
    """Return the title without a label or a Markdown sign before it."""
    return _LABEL.sub("", re.sub(r"^#+\s+", "", block.said), count=1) if block is not None else ""


def _allowed(seen: Sequence[Seen], title: str, phone: str) -> Sequence[Collection[str]]:
    """Return the roles that each block may have."""
    first = next((place for place, each in enumerate(seen) if place and each.block.is_prose), len(seen))
    last = max((place for place, each in enumerate(seen) if each.block.is_prose), default=0)
    late = _tail_from(seen)
    is_bare = not any(
        each.zones or each.shape == "told" or "page" in each.signs for each in seen
    )  # no page has put anything around it
    begun = next(
        (place for place, each in enumerate(seen) if is_bare and place and each.block.ends_sentence), len(seen)
    )
    allowed = []
    for place, each in enumerate(seen):
        head = place < min(first, _LONGEST_HEAD)
        roles = _by_markup(each) - _said_of_heading(each, seen[place - 1 : place])
        if title or not head or place > begun or not _may_be_title(each):
            roles.discard(TITLE)
        if not _may_tell(each, seen[place - 1 : place], body=first <= place <= last):
            roles.discard(FACT)
        near = [*seen[max(place - 1, 0) : place], *seen[place + 1 : place + 2]]
        brief = len(each.block.said.split()) <= _LONGEST_OF_PAGES
        zoned = [bool(other.zones) for other in near]
        among = brief and "company" in each.zones and (all(zoned) or (place > last and "behind the end" in each.signs))
        may_go = among or _may_go(each, body=first <= place <= last, tail=place >= late and _others_speak(seen, place))
        entry = (
            first <= place <= last and _is_entry(each) and any(_is_entry(other) and not other.zones for other in near)
        )
        if _reaches_others(each.block, phone) or not may_go or entry:
            roles -= {DROP, FACT}
        elif is_bare:
            roles.discard(DROP)
        if title and head and each.block.said.casefold() == title.casefold():
            roles = {DROP}
        elif head and FACT in roles and _only_tells(each):
            roles = {FACT}
        allowed.append(roles or {PARAGRAPH})
    return allowed


def _alike(seen: Sequence[Seen], choices: list[Choice], allowed: Sequence[Collection[str]]) -> list[Choice]:
    """Give siblings one role, that which is likeliest for all: "Myth 1" and "Myth 2", "1." and "2." above text."""
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(seen):
        if choices[place].role in _IN_TEXT and (name := _series(each)):
            groups.setdefault(name, []).append(place)
    found = list(choices)
    for places in groups.values():
        shared = [role for role in _IN_TEXT if all(role in allowed[place] for place in places)]
        if len(places) < 2 or not shared or len({choices[place].role for place in places}) == 1:
            continue
        role = max(shared, key=lambda role: sum(math.log(choices[place].likely[role] + 1e-6) for place in places))
        for place in places:
            found[place] = replace(choices[place], role=role, sure=choices[place].likely[role])
    return found


def _series(seen: Seen) -> str:
    """Return what tells a block as one of a series; empty when nothing does."""
    if seen.block.words <= _LONGEST_IN_SERIES and "number with text below" in seen.signs:
        return "number above text"
    if seen.lead and not seen.row and not seen.lead.startswith("pictogram"):
        return f"{seen.lead} {seen.block.is_prose}"
    return seen.row


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


def _by_markup(seen: Seen) -> set[str]:
    """Return the roles that markup and marks leave open: a heading's element is a heading or nothing of the text."""
    block = seen.block
    if block.mark == "row" or block.tag in WHOLE:
        return {PARAGRAPH}
    if block.tag in HEADINGS:
        return {TITLE, FACT, DROP, HEADING}
    if block.tag == "li":
        return {FACT, DROP, ITEM}
    if block.tag == "blockquote":
        return {DROP, QUOTE}
    roles = set(ROLES)
    if block.tag:
        roles -= {QUOTE, LINE}
    if block.mark == "quote":
        roles -= {HEADING, ITEM}
    elif "source" not in seen.signs and block.text[:1] not in _OPENS_QUOTE:
        roles.discard(QUOTE)
    if block.mark == "heading":
        roles -= {ITEM, LINE, PARAGRAPH}
    if block.mark in {"bullet", "number"}:
        roles.discard(LINE)
    return roles


def _said_of_heading(seen: Seen, above: Sequence[Seen]) -> set[str]:
    """Return the role of a heading where a block cannot be one: it is too long, goes on, or is a button's word."""
    block = seen.block
    if block.tag in HEADINGS or block.mark == "heading":
        return set()
    longest = _LONGEST_QUESTION if block.text.endswith("?") else _LONGEST_HEADING
    long = block.words > longest or len(block.text) > _LONGEST_HEADING_TEXT
    goes_on = block.text.endswith(":") and ("goes on" in seen.signs or "says" in seen.signs)
    comma = any(each.block.text.endswith(",") for each in above) or block.text.endswith((",", ";"))
    button = "not taken up" in seen.signs and bool(_BUTTONS & set(seen.zones.values()))
    note = "note" in seen.signs and block.text.startswith("[")
    return {HEADING} if long or goes_on or comma or button or note else set()


def _may_be_title(seen: Seen) -> bool:
    block = seen.block
    if len(block.text) > _LONGEST_TITLE or (block.is_prose and block.words > 16) or "degree" in seen.signs:
        return False
    return not block.is_prose or block.text.endswith(("?", "!")) or ". " not in block.text


def _may_go(seen: Seen, *, body: bool, tail: bool) -> bool:
    """Whether a block may be left out: a sentence only when its own words, or its place behind the text, say so."""
    block, signs = seen.block, seen.signs
    if "anywhere" in seen.zones:
        return True
    ends = bool(seen.zones.keys() & {"tail", "last", "thread", "about", "company"}) or "behind the end" in signs
    announced = not ends and any(sign.startswith("announced") for sign in signs)
    announces = block.text.endswith(":") and not seen.zones
    lonely = "near zones:0" in signs and "near told:0" in signs and "said again" not in signs and "page" not in signs
    alone = body and lonely and not seen.zones
    if announced or announces or alone:
        return any(sign in signs for sign in _OF_PAGES)
    said = block.is_prose or (block.ends_sentence and len(block.said.split()) > _LONGEST_CALL) or "several" in signs
    return not said or tail or any(sign in signs for sign in _OF_PAGES) or ("dated" in signs and not block.is_prose)


def _others_speak(seen: Sequence[Seen], place: int) -> bool:
    """Whether a sentence below the text is about the author, a teaser, or stands by who said it and when."""
    beside = (each for each in seen[max(place - 2, 0) : place + 2] if not each.block.ends_sentence)
    near = [sign for each in beside for sign in each.signs]
    told = {"stamp", "answer", "says who", "only dated", "zone:about"} & set(near)
    above = (zone for each in reversed(seen[max(place - _FARTHEST, 0) : place]) for zone in each.zones.items())
    begun = next((reason for zone, reason in above if zone in {"tail", "last", "thread", "about"}), "")
    if begun == "other posts" and not seen[place].block.is_prose:
        return True  # a title that asks
    signs = seen[place].signs
    about_somebody = "bio" in signs and bool(_ABOUT_SOMEBODY.match(seen[place].block.said))
    return bool(told) or about_somebody or "bio of the author" in signs or "cut" in signs


def _is_entry(seen: Seen) -> bool:
    return seen.block.mark in {"bullet", "number"} or seen.block.tag == "li"


def _only_tells(seen: Seen) -> bool:
    """Whether a block above the text tells for certain who wrote it and when, and nothing else."""
    return "only told" in seen.signs and any(sign in seen.signs for sign in ("dated", "by a name", "read time"))


def _may_tell(seen: Seen, above: Sequence[Seen], *, body: bool) -> bool:
    """Whether a block may tell who wrote a post and when; a day below "When", or of a diary, is none of that."""
    if any("event" in each.signs or each.block.text.endswith(":") for each in above):
        return any(sign in seen.signs for sign in ("says when", "by a name"))
    if "one of several days" in seen.signs:
        return False
    signs = set(seen.signs)
    if "name" in signs and not signs & {"dated", "by a name", "degree", "named again", "bullet in a list"}:
        return "near told:0" not in signs  # a name alone tells nothing of who wrote the post
    return not body or ("only told" in signs and not _is_entry(seen))


def _reaches_others(block: Block, phone: str) -> bool:
    """Whether a line tells a crisis line's number, or another than the clinic's own: that must never be lost."""
    own = re.sub(r"\D", "", phone)[-10:]
    numbers = [re.sub(r"\D", "", found)[-10:] for found in _PHONE.findall(block.text)] if own else []
    return bool(_CRISIS.search(block.text)) or any(number != own for number in numbers)


def _reason(seen: Seen, title: str) -> str:
    if title and seen.block.said.casefold() == title.casefold():
        return "the title again"
    return next((seen.zones[zone] for zone in ZONES if zone in seen.zones), "stands among the page's boilerplate")
