"""What is seen in a block and around it: the signs by which it is decided what the block is.

Each sign is a word; `weights.json` says how much it speaks for or against each role. Nothing
is decided here, and nothing here depends on what was decided of other blocks.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.contacts import has_address, is_contact
from newsletter.posts.meta import (
    BY,
    CLOCK,
    COUNT,
    LEAD,
    READ_TIME,
    REVIEW,
    SAYS_WHEN,
    has_degree,
    is_meta_part,
    is_name,
    is_office,
    is_said_name,
    is_topic,
    parts_of,
    read_day,
    says_something,
)
from newsletter.posts.words import is_menu_row, listed, small_words, zones_of

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_INSIDE = re.compile(
    r"[a-zà-ÿ0-9)](?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bDra)(?<!\bSt)(?<!\bRev)"
    r"[.!?][\"'”’)\]]*\s+[\"'“‘(¿¡]?[A-ZÀ-Ý¿¡]"
)
"""Where one sentence ends and another begins."""
_FACT = re.compile(r"[A-ZÀ-Ý][^:.!?]{1,30}: \S")
_TERM = re.compile(r"[A-ZÀ-Ý0-9][^:.!?–—]{1,45}(?::| [–—-]) \S")
_COUNTED = re.compile(
    r"([A-Z]\w{1,14}) ?(?:#|No\.? ?|number )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"\b ?(?:[:.)–—-]|$)",
    re.IGNORECASE,
)
_PICTOGRAM = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?\s*(?=\w)")
_STATES = re.compile(
    r"(?:we|i|you|they|it|he|she|this|that|these|those|there|(?:the|our|my|your|some|many|most|all) \w+)(?:'|’|\s)+"
    r"(?:\w+ly\s+|also\s+|all\s+|do\s+|does\s+|did\s+)?"
    r"(?:is|are|was|were|am|has|have|had|will|would|can|could|should|may|might|m|re|ve|ll|s|know|want|need|offer|help)\b",
    re.IGNORECASE,
)
_CLOSERS = re.compile(listed("headings", "closers"), re.IGNORECASE)
_READS_ON = re.compile(rf"(?:{listed('headings', 'reads_on')})\b", re.IGNORECASE)
_RECIPE = re.compile(listed("headings", "recipe"), re.IGNORECASE)
_MEASURE = re.compile(
    r"(?:\d[\d./ ]*|[½¼¾⅓⅔⅛])\s*(?:[½¼¾⅓⅔⅛]\s*)?(?:lbs?|oz|cups?|tbsp|tsp|tablespoons?|teaspoons?|g|kg|ml|l|pounds?"
    r"|ounces?|pinch|cloves?|cans?|sticks?|tazas?|cucharad\w+|dientes?|gramos|cuill\w+|verres?|x[íi]caras?|colher\w*"
    r"|inch|large|small|medium)\b"
    r"|.{3,40}, (?:to taste|chopped|diced|sliced|peeled.{0,20}|minced|grated)",
    re.IGNORECASE,
)
EVENT_FACT = re.compile(rf"(?:{listed('headings', 'event')})\s*[:?]?", re.IGNORECASE)
_CONTENTS = re.compile(listed("headings", "contents"), re.IGNORECASE)
_ASKED = re.compile(r"(?:Q|Question|Pregunta|P)\s?\d{0,2}\s*[:.)]\s+\S")
_ANSWERED = re.compile(r"(?:A|Answer|Respuesta|R)\s?\d{0,2}\s*[:.)]\s+\S")
SPEAKER = re.compile(r"((?:[A-Z][\w.'’-]*|and|&)(?:\s(?:[A-Z][\w.'’-]*|and|&)){0,3}:)(?:\s+(\S.*))?")
"""Who speaks, with the colon, and what they say, if that stands on the same line."""
_SOURCE = re.compile(r"(?:[–—~]|--?)\s*(?:[A-Z]|(?:an?|the|my|our|one|from|anonymous|unknown)\b).{1,60}")
_WORK = re.compile(r"[A-Z][^.!?]{3,60}, (?:[A-Z]\. ?){1,3}[A-ZÀ-Ý][\w'’-]+")
_POSTSCRIPT = re.compile(r"P\.? ?P?\.?S\b\.?")
_NOTE = re.compile(r"\[\d{1,2}\]|\d{1,2}\. ?(?:https?:|[A-Z][\w'’-]+,? [A-Z]\.)")
_CLOSING = re.compile(listed("mail", "closing"), re.IGNORECASE)
_PAGE = re.compile(
    r"(?:page|p\.|pg\.?) ?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?|\d{1,3} ?\| ?page|page ?\| ?\d{1,3}", re.IGNORECASE
)
PAGE_BARE = re.compile(r"(\d{1,3}) ?(?:of|/) ?(\d{1,3})|[-–—] ?(\d{1,3}) ?[-–—]")
_SHOWS = re.compile(
    r"(?:an?|two|three|several|some|close[- ]up of|view of|photo of|image of|illustration of)\b.*"
    r"\b(?:on|in|at|by|under|beside|near|behind|over|with|holding|sitting|standing|walking|looking|lying|reading|against)\b.+"
)
_ROW = re.compile(r"\s*(?:[|•·/›»∙]|\s[–—]\s|\s{2,})\s*")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|read more)$", re.IGNORECASE)
_STAMP = re.compile(
    r".{0,40}?\b(?:\d{1,2}:\d\d ?(?:[ap]\.?m\.?)?|\d+(?:[smhdwy]|mo|min)"
    r"|\d+ ?(?:m(?:in|o)|days?|hours?|weeks?|months?) ago)"
)
_SAYS = re.compile(
    r"[^“”\"«»]{2,60} (?:says|said|wrote|commented|replied|dice|dijo|escribió|disse|a écrit|a dit)"
    r"(?: on .{4,40})?(?: ?:|\.\.\.|…)?",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"(?:Dra|Rev|Fr|Prof|Profa|Lic|Mtr[oa]|Psic|Psych|Ing)\. [A-ZÀ-Ý]")
"""How people are addressed beside "Dr."; none is the first word of a title."""
_ANSWER = re.compile(r"(?:reply|report|respond|responder|répondre|antworten)(?: \(\d+\))?", re.IGNORECASE)
_BIO = re.compile(
    r"\b(?:is|was) (?:an?|the|our|currently|board|one)\b|\b(?:lives|writes|works|practi[cs]es|joined|speciali[sz]es"
    r"|holds|teaches|enjoys|serves|leads|runs|studied|graduated|earned|believes|sees|treats)\b"
    r"|\bhas (?:been|worked|written|practi[cs]ed|over|more)\b|\bboard[- ]certified\b|\bes (?:una?|la|el)\b",
)
_ABOUT_NAME = re.compile(
    r"(?:About|Meet|Sobre|Acerca de|À propos de|Über) "
    r"(?:Dr\.? )?[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w.'’-]+){0,3}(?:, [A-Z].{1,20})?"
)
_GOES_ON = re.compile(
    r"\b(?:includes?|including|are|is|was|were|be|try|say|says|said|asks?|consider|example|instance|yourself|following|"
    r"follows|remember|like|as|to|means?|meant|this|these|those|below|here|that|wrote|read|reads|called|names?)\W*:$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[←‹«→›»]")
_LONGEST_IN_RUN, _LONGEST_ROW, _LONGEST_TOLD = 14, 20, 18


def is_title_case(text: str) -> bool:
    """Whether the words that matter begin with capitals, as in English headings."""
    words = [word for word in _WORD.findall(text) if word.lower() not in small_words()]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def is_capitals(text: str) -> bool:
    """Whether it is written in capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 3 and all(char.isupper() for char in letters)


def is_closer(text: str) -> bool:
    """Whether a heading is one under which articles end: "Final Thoughts"."""
    return bool(_CLOSERS.fullmatch(re.sub(r"(?<!\W)\W+$", "", text)))


@dataclass(slots=True)
class Seen:
    """A block, and what is seen in it alone."""

    block: Block
    zones: dict[str, str]
    shape: str
    signs: list[str] = field(default_factory=list)
    lead: str = ""
    """What leads it as it leads others: a word and a number, a pictogram, a speaker's name."""
    row: str = ""
    """Which row of short lines it is an entry of, that a colon has announced."""

    @property
    def is_short(self) -> bool:
        """Whether it can stand in a row of short lines."""
        block = self.block
        return block.words <= _LONGEST_IN_RUN and not block.is_prose and not self.block.cells[1:]


def see(block: Block, now: dt.datetime | None, site: str) -> Seen:
    """Return a block with all that is seen in it alone."""
    text, said = block.text, block.said or block.text
    words = len(said.split())
    zones = dict(zones_of(said)) if words <= 40 else {}
    if said != text and words <= 40:
        zones |= zones_of(text)
    if " · " in said and words <= 40:
        zones |= zones_of(said.replace(" · ", " "))  # style alone has parted it
    signs = [
        f"words:{bucket(words, (1, 2, 3, 5, 8, 12, 16, 20, 40))}",
        f"end:{_end(said)}",
        f"mark:{block.mark}",
        f"tag:{block.tag}",
    ]
    seen = Seen(block, zones, "", signs)
    signs += [f"zone:{zone}" for zone in zones]
    signs += [f"why:{reason}" for reason in set(zones.values())]
    short = words <= 16
    tests = (
        ("sentence", block.ends_sentence),
        ("prose", block.is_prose),
        ("several", bool(_INSIDE.search(said))),
        ("long", len(said) > 110),
        ("small", said[:1].islower()),
        ("digit", said[:1].isdigit()),
        ("quoted", said[:1] in '"“‘«„'),
        ("dashed", said[:1] in "–—-~"),
        ("title case", short and is_title_case(said)),
        ("capitals", is_capitals(said) and len(said) > 3),
        ("bold", block.bold),
        ("asks", said.endswith("?") and words <= 28),
        ("fact", bool(_FACT.match(said))),
        ("term", bool(_TERM.match(said))),
        ("says", short and bool(_STATES.match(said))),
        ("goes on", bool(_GOES_ON.search(said))),
        ("menu row", words <= _LONGEST_ROW and is_menu_row(said)),
        ("closer", short and is_closer(said)),
        ("reads on", bool(_READS_ON.match(said))),
        ("recipe part", short and bool(_RECIPE.fullmatch(said.rstrip(":")))),
        ("measure", bool(_MEASURE.match(said))),
        ("event", short and bool(EVENT_FACT.fullmatch(said))),
        ("contents", short and bool(_CONTENTS.fullmatch(said))),
        ("asked", bool(_ASKED.match(text))),
        ("answered", bool(_ANSWERED.match(text))),
        ("source", short and bool(_SOURCE.fullmatch(said))),
        ("work and author", short and bool(_WORK.fullmatch(said))),
        ("postscript", bool(_POSTSCRIPT.match(said))),
        ("note", bool(_NOTE.match(text))),
        ("closing", short and bool(_CLOSING.fullmatch(said))),
        ("page", short and bool(_PAGE.fullmatch(said))),
        ("picture", short and bool(_SHOWS.fullmatch(said.lower())) and said[1:] == said[1:].lower()),
        ("contact", is_contact(said)),
        ("address", words <= 20 and has_address(said)),
        ("topic", short and is_topic(said)),
        ("site", bool(site) and short and site.casefold() in said.casefold() and words <= len(site.split()) + 2),
        ("row", short and len(_ROW.split(said)) > 2),
        ("cut", bool(_CUT.search(said))),
        ("stamp", words <= 9 and bool(_STAMP.fullmatch(said))),
        ("says who", words <= 9 and bool(_SAYS.fullmatch(said))),
        ("answer", words <= 3 and bool(_ANSWER.fullmatch(said))),
        ("bio", block.is_prose and bool(_BIO.search(said))),
        ("about name", short and bool(_ABOUT_NAME.fullmatch(said))),
        ("arrow", bool(_ARROW.search(said))),
        ("hashtag", "#" in said and bool(re.search(r"#\w", said))),
        ("cells", len(block.cells) > 1),
        (
            "linked",
            block.links is not None
            and bool(block.links)
            and len(" ".join(w for w, _ in block.links)) > 0.7 * len(said),
        ),
        ("indented", block.indent > 1 and not block.mark),
        ("decoration", not any(char.isalnum() for char in said)),
    )
    signs += [name for name, holds in tests if holds]
    signs += _told(block, now)
    if counted := _COUNTED.match(said):
        seen.lead = f"counted {counted[1].lower()}"
    elif _PICTOGRAM.match(said):
        seen.lead = "pictogram"
    elif speaker := SPEAKER.fullmatch(said):
        seen.lead = f"speaker {speaker[1]}"
    seen.shape = _shape(seen)
    return seen


def _told(block: Block, now: dt.datetime | None) -> list[str]:
    """Return what a line tells of who wrote a post and when."""
    text = block.text
    if block.words > _LONGEST_TOLD or block.is_prose:
        return []
    plain = LEAD.sub("", text)
    parts = parts_of(block)
    by = bool(BY.match(plain))
    named = by and (is_said_name(BY.sub("", plain, count=1)) or is_said_name(parts[0]))
    days = sum(read_day(part, now) is not None for part in parts)
    name = is_name(text)
    says = name and says_something(text)
    tests = (
        ("by a name", named),
        ("by", by and not named),
        ("dated", days > 0),
        ("only dated", days == len(parts)),
        ("read time", any(READ_TIME.fullmatch(part) for part in parts)),
        ("count", any(COUNT.fullmatch(part) for part in parts)),
        ("clock", any(CLOCK.fullmatch(part) for part in parts)),
        ("only told", all(is_meta_part(part, now) or (by and is_said_name(part)) for part in parts)),
        ("reviewed", REVIEW.fullmatch(plain)),
        ("says when", SAYS_WHEN.match(plain)),
        ("name", name),
        ("name says", says),
        ("name alone", name and not says),
        ("degree", name and (has_degree(text) or bool(_ADDRESSED.match(text)))),
        ("office", is_office(text)),
    )
    return [sign for sign, holds in tests if holds]


def _shape(seen: Seen) -> str:
    """Return the coarse kind of a block, by which its neighbours know it."""
    signs, block, zones = set(seen.signs), seen.block, seen.zones.keys()
    kinds = (
        ("h", block.tag in HEADINGS),
        (block.tag, block.tag in {"img", "table", "pre", "hr"}),
        ("marked", block.mark == "heading"),
        ("told", signs & {"dated", "read time", "by a name"}),
        ("boilerplate", "anywhere" in zones and not block.is_prose),
        ("entry", block.mark in {"bullet", "number"} or block.tag == "li"),
        ("quote", block.mark == "quote" or block.tag == "blockquote"),
        ("prose", block.is_prose),
        ("name", signs & {"name alone", "degree"}),
        ("maybe", zones & {"company", "tail", "thread", "about"}),
        ("edge", zones & {"edge", "end"}),
        ("contact", signs & {"contact", "address"}),
        ("colon", block.text.endswith(":")),
        ("asks", block.ends_sentence and "asks" in signs),
        ("sentence", block.ends_sentence),
        ("open", block.text.endswith((",", ";", "-", "–", "—"))),
        ("small", "small" in signs),
        ("titled", signs & {"title case", "capitals"}),
    )
    return next((name for name, holds in kinds if holds), "short")


def bucket(count: int, limits: Sequence[int]) -> str:
    """Return a number as the smallest of some limits that it does not exceed."""
    return next((str(limit) for limit in limits if count <= limit), "more")


def _end(text: str) -> str:
    bare = text.rstrip("\"'”’)»")
    last = bare[-1:] or text[-1:]
    if last in "–—-":
        return "-"
    return last if last in ".!?:,;…" else "none"
