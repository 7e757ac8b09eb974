"""What is seen in a block and around it: the signs by which it is decided what the block is.

Each sign is a word; `weights.json` says how much it speaks for or against each role. Nothing
is decided here, and nothing here depends on what was decided of other blocks.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from newsletter.posts.block import Block, usual_gap
from newsletter.posts.contacts import is_contact
from newsletter.posts.labels import is_office, is_topic
from newsletter.posts.meta import BY, CLOCK, COUNT, LEAD, READ_TIME, REVIEW, SAYS_WHEN, is_meta_part, parts_of, read_day
from newsletter.posts.names import has_degree, is_name, is_said_name, says_something, without_credentials
from newsletter.posts.postal import has_address
from newsletter.posts.words import is_menu_row, small_words, zones_of

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_INSIDE = re.compile(r"[a-zà-ÿ0-9)][.!?][\"'”’)\]]*\s+[\"'“‘(¿¡]?[A-ZÀ-Ý¿¡]")
_FACT = re.compile(r"[A-ZÀ-Ý][^:.!?]{1,30}: \S")
_TERM = re.compile(r"[A-ZÀ-Ý0-9][^:.!?–—]{1,45}(?::| [–—-]) \S")
_COUNTED = re.compile(
    r"([A-Z]\w{1,14}) ?(?:#|No\.? ?|number )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b ?(?:[:.)–—-]|$)",
    re.IGNORECASE,
)
_PICTOGRAM = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?\s*(?=\w)")
_STATES = re.compile(
    r"(?:we|i|you|they|it|he|she|this|that|these|those|there|(?:the|our|my|your|some|many|most|all) \w+)(?:'|’|\s)+"
    r"(?:\w+ly\s+|also\s+|all\s+|do\s+|does\s+|did\s+)?"
    r"(?:is|are|was|were|am|has|have|had|will|would|can|could|should|may|might|m|re|ve|ll|s|know|want|need|offer|help)\b",
    re.IGNORECASE,
)
_CLOSERS = re.compile(
    r"(?:final|closing|parting|last) (?:thoughts?|words?|notes?|reflections?)|(?:in )?conclusions?"
    r"|in (?:summary|closing|short)|(?:key |main )?take-?aways?|the (?:bottom line|takeaway|big picture)"
    r"|summary|(?:the )?next steps?|moving forward|references|sources|further reading|resources|notes"
    r"|when to (?:seek|get|ask for) help.{0,30}|wrapping up|getting (?:help|support)|putting it (?:all )?together"
    r"|looking ahead|a final (?:word|thought|note)|how we can help|finding (?:help|support)"
    r"|conclusi[óo]n|para terminar|referencias|conclus[ãa]o|pour conclure|fazit",
    re.IGNORECASE,
)
_READS_ON = re.compile(
    r"(?:and|or|but|nor|as|like|than|that|because|until|till|so|yet|is|are|was|were|of|to|in|into|on|with|for|at|from|by"
    r"|through|over|under|across|who|where|y|e|o|pero|como|que|de|en|con|et|ou|mais|comme|und|oder|aber|wie)\b",
    re.IGNORECASE,
)
_RECIPE = re.compile(
    r"ingredients.{0,40}|(?:for|to make) (?:the )?[\w ]{3,30}|instructions|directions|method|preparation|steps|equipment"
    r"|(?:cook.s |recipe )?notes?|to serve|ingredientes|preparaci[óo]n|preparo|modo de (?:preparo|fazer)|ingr[ée]dients|pr[ée]paration",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?:\d[\d./ ]*|[½¼¾⅓⅔⅛])\s*(?:[½¼¾⅓⅔⅛]\s*)?(?:lbs?|oz|cups?|tbsp|tsp|tablespoons?|teaspoons?|g|kg|ml|l|pounds?|ounces?|pinch"
    r"|cloves?|cans?|sticks?|tazas?|cucharad\w+|dientes?|gramos|cuill\w+|verres?|x[íi]caras?|colher\w*|inch|large|small|medium)\b"
    r"|.{3,40}, (?:to taste|chopped|diced|sliced|peeled.{0,20}|minced|grated)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"(?:when|where|dates?|days?|times?|(?:date|day)s? (?:and|&) times?|location|place|venue|address|room|cost|price"
    r"|fees?|admission|who|for whom|who it is for|who should come|ages?|hosts?|hosted by|speakers?|presenters?"
    r"|facilitators?|led by|format|duration|length|what to bring|bring|parking|phone|e-?mail|contact|rsvp|registration"
    r"|register|sign up|seats|spaces|language|deadline)\s*[:?]?",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of )?contents:?|(?:in|on) this (?:article|page|post|guide|issue):?|jump to(?: section)?:?"
    r"|what(?:.s| is) (?:in this (?:article|post)|inside):?",
    re.IGNORECASE,
)
_ASKED = re.compile(r"(?:Q|Question|Pregunta|P)\s?\d{0,2}\s*[:.)]\s+\S")
_ANSWERED = re.compile(r"(?:A|Answer|Respuesta|R)\s?\d{0,2}\s*[:.)]\s+\S")
_SPEAKER = re.compile(r"((?:[A-Z][\w.'’-]*|and|&)(?:\s(?:[A-Z][\w.'’-]*|and|&)){0,3}):(?:\s+\S.*)?")
_SOURCE = re.compile(r"(?:[–—~]|--?)\s*(?:[A-Z]|(?:an?|the|my|our|one|from|anonymous|unknown)\b).{1,60}")
_POSTSCRIPT = re.compile(r"P\.? ?P?\.?S\b\.?")
_NOTE = re.compile(r"\[\d{1,2}\]|\d{1,2}\. ?(?:https?:|[A-Z][\w'’-]+,? [A-Z]\.)")
_CLOSING = re.compile(
    r"(?:(?:with|in) (?:\w+ )?(?:care|warmth|gratitude|love|health|kindness|hope|wellness|peace|solidarity"
    r"|(?:kind(?:est)? |best |warm(?:est)? )?(?:regards|wishes)|appreciation|thanks)"
    r"|(?:yours|very)(?: (?:truly|sincerely|faithfully|warmly|in health))*"
    r"|warm(?:ly|est)?(?: (?:regards|wishes))?|(?:kind(?:est)?|best|warm) (?:regards|wishes)|best|cheers"
    r"|sincerely|take (?:good )?care|be well|until next time|thank you|thanks|love|namaste|see you soon|gratefully"
    r"|con cariño|atentamente|saludos|un abrazo|cordialement|amicalement|abraços?|atenciosamente)(?:,|!|\.|)?",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page|p\.|pg\.?) ?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?|\d{1,3} ?\| ?page|page ?\| ?\d{1,3}", re.IGNORECASE
)
_PAGE_BARE = re.compile(r"(\d{1,3}) ?(?:of|/) ?(\d{1,3})|[-–—] ?(\d{1,3}) ?[-–—]")
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
    r"[^“”\"«»]{2,60} (?:says|said|wrote|commented|replied|dice|escribió)(?: on .{4,40})?:?", re.IGNORECASE
)
_ANSWER = re.compile(r"(?:reply|report|respond|responder|répondre|antworten)(?: \(\d+\))?", re.IGNORECASE)
_BIO = re.compile(
    r"\b(?:is|was) (?:an?|the|our|currently|board|one)\b|\b(?:lives|writes|works|practi[cs]es|joined|speciali[sz]es|holds"
    r"|teaches|enjoys|serves|leads|runs|studied|graduated|earned|believes|sees|treats)\b"
    r"|\bhas (?:been|worked|written|practi[cs]ed|over|more)\b|\bboard[- ]certified\b|\bes (?:una?|la|el)\b",
)
_ABOUT_NAME = re.compile(
    r"(?:About|Meet|Sobre|Acerca de|À propos de|Über) (?:Dr\.? )?[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w.'’-]+){0,3}(?:, [A-Z].{1,20})?"
)
_GOES_ON = re.compile(
    r"\b(?:includes?|including|are|is|was|were|be|try|say|says|said|asks?|consider|example|instance|yourself|following|"
    r"follows|remember|like|as|to|means?|meant|this|these|those|below|here|that|wrote|read|reads|called|names?)\W*:$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[←‹«→›»]")
_LONGEST_IN_RUN, _LONGEST_ROW = 14, 20
_MOST_COMPARED = 400


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

    @property
    def is_short(self) -> bool:
        """Whether it can stand in a row of short lines."""
        block = self.block
        return block.words <= _LONGEST_IN_RUN and not block.is_prose and not self.block.cells[1:]


def read_signs(
    blocks: Sequence[Block], now: dt.datetime | None, *, titled: bool, site: str = ""
) -> tuple[list[list[str]], list[Seen]]:
    """Return the signs of each block.

    Args:
        blocks: the text, without what is known not to belong to it.
        now: when it was saved.
        titled: whether the title is known from elsewhere.
        site: the website's name.
    """
    seen = [_alone(block, now, site) for block in blocks]
    around = _Text(seen, titled=titled)
    rows = [around.signs(place) for place in range(len(seen))]
    for each, row in zip(seen, rows, strict=True):
        each.signs = row
    return rows, seen


def _alone(block: Block, now: dt.datetime | None, site: str) -> Seen:
    text, said = block.text, block.said or block.text
    words = len(said.split())
    zones = dict(zones_of(said)) if words <= 40 else {}
    if said != text and words <= 40:
        zones |= zones_of(text)
    signs = [
        f"words:{_bucket(words, (1, 2, 3, 5, 8, 12, 16, 20, 40))}",
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
        ("event", short and bool(_EVENT.fullmatch(said))),
        ("contents", short and bool(_CONTENTS.fullmatch(said))),
        ("asked", bool(_ASKED.match(text))),
        ("answered", bool(_ANSWERED.match(text))),
        ("source", short and bool(_SOURCE.fullmatch(said))),
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
    elif speaker := _SPEAKER.fullmatch(said):
        seen.lead = f"speaker {speaker[1]}"
    seen.shape = _shape(seen)
    return seen


def _told(block: Block, now: dt.datetime | None) -> list[str]:
    """Return what a line tells of who wrote a post and when."""
    text = block.text
    if block.words > 18 or block.is_prose:
        return []
    plain = LEAD.sub("", text)
    found = []
    by = BY.match(plain)
    if by:
        rest = BY.sub("", plain, count=1)
        found.append("by a name" if is_said_name(rest) or is_said_name(parts_of(block)[0]) else "by")
    parts = parts_of(block)
    days = [part for part in parts if read_day(part, now)]
    if days:
        found += ["dated"] + (["only dated"] if len(days) == len(parts) else [])
    if any(READ_TIME.fullmatch(part) for part in parts):
        found.append("read time")
    if any(COUNT.fullmatch(part) for part in parts):
        found.append("count")
    if any(CLOCK.fullmatch(part) for part in parts):
        found.append("clock")
    if all(is_meta_part(part, now) or (by and is_said_name(part)) for part in parts):
        found.append("only told")
    if REVIEW.fullmatch(plain):
        found.append("reviewed")
    if SAYS_WHEN.match(plain):
        found.append("says when")
    if is_name(text):
        found.append("name")
        found.append("name says" if says_something(text) else "name alone")
        if has_degree(text):
            found.append("degree")
    if is_office(text):
        found.append("office")
    return found


def _shape(seen: Seen) -> str:
    """Return the coarse kind of a block, by which its neighbours know it."""
    signs, block = set(seen.signs), seen.block
    if block.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return "h"
    if block.tag in {"img", "table", "pre", "hr"}:
        return block.tag
    if block.mark == "heading":
        return "marked"
    if "dated" in signs or "read time" in signs or "by a name" in signs:
        return "told"
    if "anywhere" in seen.zones and not block.is_prose:
        return "boilerplate"
    if block.mark in {"bullet", "number"} or block.tag == "li":
        return "entry"
    if block.mark == "quote" or block.tag == "blockquote":
        return "quote"
    if block.is_prose:
        return "prose"
    if "name alone" in signs or "degree" in signs:
        return "name"
    if seen.zones.keys() & {"company", "tail", "thread", "about"}:
        return "maybe"
    if "edge" in seen.zones or "end" in seen.zones:
        return "edge"
    if "contact" in signs or "address" in signs:
        return "contact"
    if block.text.endswith(":"):
        return "colon"
    if block.ends_sentence:
        return "asks" if "asks" in signs else "sentence"
    if block.text.endswith((",", ";", "-", "–", "—")):
        return "open"
    if "small" in signs:
        return "small"
    return "titled" if "title case" in signs or "capitals" in signs else "short"


def _bucket(count: int, limits: Sequence[int]) -> str:
    return next((str(limit) for limit in limits if count <= limit), "more")


def _end(text: str) -> str:
    bare = text.rstrip("\"'”’)»")
    last = bare[-1:] or text[-1:]
    if last in "–—-":
        return "-"
    return last if last in ".!?:,;…" else "none"


class _Text:
    """All blocks of a text, and what stands around each."""

    def __init__(self, seen: Sequence[Seen], *, titled: bool) -> None:
        self.seen = seen
        self.titled = titled
        self.gap = usual_gap([each.block for each in seen])
        self.shapes = ["START", "START", *(each.shape for each in seen), "END", "END", "END"]
        prose = [place for place, each in enumerate(seen) if each.block.is_prose and "anywhere" not in each.zones]
        if not prose:
            prose = [place for place, each in enumerate(seen) if each.block.ends_sentence]
        self.first = prose[0] if prose else len(seen)
        self.last = prose[-1] if prose else len(seen)
        self.prose = len(prose)
        self.said = Counter(_key(each.block.said) for each in seen)
        self.order: dict[str, int] = {}
        for place, each in enumerate(seen):
            self.order.setdefault(_key(each.block.said), place)
        self.leads = Counter(each.lead for each in seen if each.lead)
        self.small = {
            word for each in seen if each.block.is_prose for word in re.findall(r"\b[a-zà-ÿ]{3,}\b", each.block.text)
        }
        self.whole = self._whole()
        self.runs = self._runs()
        self.alike = self._alike()
        self.last_sure = max((p for p, e in enumerate(seen) if _is_sure(e)), default=-1)
        self.first_sure_behind = next(
            (
                p
                for p, e in enumerate(seen)
                if p > self.last / 2 and (_is_sure(e) or e.zones.keys() & {"tail", "thread"}) and p > self.first
            ),
            len(seen),
        )
        self.pages = _pages(seen)
        self.days = sum(
            "only dated" in each.signs and below.block.is_prose for each, below in pairwise(seen) if not each.block.mark
        )
        self.names = {without_credentials(e.block.said) for e in seen if "name" in e.signs}

    def signs(self, place: int) -> list[str]:
        """Return all signs of one block."""
        seen = self.seen[place]
        block = seen.block
        own = list(seen.signs)
        zone = self._zone(place)
        shape = seen.shape
        before2, before, after, after2 = self._shapes_around(place)
        gap = self._gap(place)
        gap_below = self._gap(place + 1) if place + 1 < len(self.seen) else "end"
        run = self.runs[place]
        found = [
            "always",
            f"shape:{shape}",
            f"in:{zone}",
            f"{shape} in {zone}",
            f"gap:{gap}",
            f"gaps:{gap}/{gap_below}",
            f"-1:{before}",
            f"+1:{after}",
            f"-2:{before2}",
            f"+2:{after2}",
            f"{shape}+1:{after}",
            f"{shape}-1:{before}",
            f"{before}|{shape}|{after}",
            f"+1+2:{after}/{after2}",
            f"{shape} gaps:{gap}/{gap_below}",
            f"{shape} {zone} +1:{after}",
            *own,
            *(f"{sign} in {zone}" for sign in own if sign not in {"mark:", "tag:"}),
            *self.whole,
            *run,
            *self._place(place, zone),
            *self._series(place),
        ]
        words = next(sign for sign in own if sign.startswith("words:"))
        end = next(sign for sign in own if sign.startswith("end:"))
        found += [f"{words} {end}", f"{end} +1:{after}", f"{words} +1:{after} {gap}", f"{shape} {words}"]
        if "title case" in own or "capitals" in own:
            found += [f"titled +1:{after}", f"titled {gap}", f"titled {words}"]
        for distance in (-1, 1, 2):
            if 0 <= place + distance < len(self.seen):
                other = self.seen[place + distance]
                found += [f"{distance:+} {sign}" for sign in other.signs if not sign.startswith(("mark:", "tag:"))]
        return found

    def _shapes_around(self, place: int) -> tuple[str, str, str, str]:
        at = place + 2
        return self.shapes[at - 2], self.shapes[at - 1], self.shapes[at + 1], self.shapes[at + 2]

    def _zone(self, place: int) -> str:
        if place < self.first:
            return "head"
        return "tail" if place > self.last else "body"

    def _gap(self, place: int) -> str:
        if place == 0:
            return "first"
        gap = self.seen[place].block.gap
        return "usual" if gap == self.gap else "more" if gap > self.gap else "less"

    def _whole(self) -> list[str]:
        questions = sum("asks" in each.signs and "several" not in each.signs for each in self.seen)
        labels = len({each.block.said for each in self.seen if each.shape == "colon" and each.block.words <= 8})
        marked = sum(each.block.mark == "heading" or each.shape == "h" for each in self.seen)
        words = sum(
            each.block.words == 1 and below.block.is_prose for each, below in pairwise(self.seen) if not each.block.mark
        )
        found = []
        if questions >= 3:
            found.append("many questions")
        if labels >= 3:
            found.append("many labels")
        if marked >= 2:
            found.append("has headings")
        if words >= 3:
            found.append("many words above text")
        if self.titled:
            found.append("titled")
        if self.gap:
            found.append("airy")
        return found

    def _runs(self) -> list[list[str]]:
        """Return what the row of short lines in which a block stands has in common."""
        found: list[list[str]] = [["alone"] for _ in self.seen]
        start = 0
        while start < len(self.seen):
            end = start
            while end < len(self.seen) and self.seen[end].is_short and (end == start or self._goes_with(end)):
                end += 1
            if end - start > 0:
                self._describe(found, start, end)
            start = max(end, start + 1)
        return found

    def _goes_with(self, place: int) -> bool:
        """Whether a short line goes on with the row above it; one that announces what follows ends a row."""
        above, block = self.seen[place - 1].block, self.seen[place].block
        return not above.text.endswith(":") and (block.mark == above.mark or "quote" in {block.mark, above.mark})

    def _describe(self, found: list[list[str]], start: int, end: int) -> None:
        run = self.seen[start:end]
        size = end - start
        lines = [each.block for each in run]
        reads = sum(
            "reads on" in each.signs or (before.block.text.endswith(",") and each.block.said[:1].islower())
            for before, each in pairwise(run)
        )
        titled = sum("title case" in each.signs for each in run)
        small = sum("small" in each.signs for each in run)
        ended = sum(line.ends_sentence for line in lines)
        measures = sum("measure" in each.signs for each in run)
        zones = sum(bool(each.zones) for each in run)
        contacts = sum("contact" in each.signs or "address" in each.signs for each in run)
        colon = sum(each.shape == "colon" for each in run)
        facts = sum("fact" in each.signs for each in run)
        commas = sum(line.text.endswith((",", ";")) for line in lines)
        names = sum("name alone" in each.signs for each in run)
        announced = start > 0 and self.seen[start - 1].shape == "colon"
        gaps = {line.gap for line in lines[1:]}
        stanzas = size > 2 and len(gaps) > 1
        followed = self.shapes[end + 2]
        common = [
            f"run:{_bucket(size, (1, 2, 3, 5, 8, 14))}",
            f"run then {followed}",
            f"run gaps {'mixed' if len(gaps) > 1 else 'none' if gaps == {0} else 'even'}",
        ]
        for name, count in (
            ("reads on", reads), ("titled", titled), ("small", small), ("ended", ended), ("measures", measures),
            ("zones", zones), ("contacts", contacts), ("colons", colon), ("facts", facts), ("commas", commas), ("names", names),
        ):  # fmt: skip
            common.append(f"run {name} {_share(count, size)}")
            if size > 3:
                common.append(f"long run {name} {_share(count, size)}")
        if announced:
            common.append("run announced")
        if stanzas:
            common.append("run in stanzas")
        if reads >= 2 and 8 * reads >= size and 2 * titled < size:
            common.append("run is verse")
        for place in range(start, end):
            where = "first" if place == start else "last" if place == end - 1 else "inside"
            found[place] = [*common, f"run {where}", f"run {where} then {followed}"]
            if announced:
                found[place].append(f"announced {where}")
            if size > 1 and self.seen[place].block.gap > min(gaps | {self.seen[place].block.gap}) and where != "first":
                found[place].append("apart in run")
            if place + 1 < end and self.seen[place + 1].block.gap > min(gaps):
                found[place].append("run parts below")

    def _alike(self) -> Counter[str]:
        """Count the lines that look alike and stand alike: siblings are decided alike."""
        return Counter(self._look(place) for place in range(len(self.seen)))

    def _look(self, place: int) -> str:
        each = self.seen[place]
        if each.block.is_prose:
            return ""
        below = self.seen[place + 1].block.is_prose if place + 1 < len(self.seen) else False
        return f"{each.shape}|{each.block.mark}|{each.block.gap > 0}|{below}|{'title case' in each.signs}|{'capitals' in each.signs}"

    def _series(self, place: int) -> list[str]:
        seen = self.seen[place]
        found = []
        look = self._look(place)
        if look:
            found.append(f"alike:{_bucket(self.alike[look], (1, 2, 4, 8))}")
            if look.split("|")[3] == "True":
                found.append(f"alike above text:{_bucket(self.alike[look], (1, 2, 4, 8))}")
        if seen.lead:
            kind = seen.lead.split()[0]
            several = self.leads[seen.lead] > 1
            found.append(f"led {kind}{' again' if several else ''}")
        if seen.block.mark in {"bullet", "number"} and place + 1 < len(self.seen):
            below = self.seen[place + 1]
            if not below.block.mark and (below.block.is_prose or below.block.words > seen.block.words + 3):
                found.append(f"{seen.block.mark} with text below")
                if seen.block.words <= 14 and not seen.block.said.endswith((".", ",", ";")):
                    found.append(f"{seen.block.mark} names text below")
        if seen.block.mark in {"bullet", "number"}:
            near = [self.seen[p].block.mark for p in (place - 1, place + 1) if 0 <= p < len(self.seen)]
            found.append(f"{seen.block.mark} {'in a list' if seen.block.mark in near else 'alone'}")
        return found

    def _place(self, place: int, zone: str) -> list[str]:
        seen = self.seen[place]
        key = _key(seen.block.said)
        found = []
        if zone == "head":
            found += [
                f"from top:{_bucket(place, (0, 1, 2, 3, 5, 8))}",
                f"to text:{_bucket(self.first - place, (1, 2, 3, 5, 8))}",
            ]
        if zone == "tail":
            found += [
                f"from text:{_bucket(place - self.last, (1, 2, 3, 5, 8))}",
                f"to end:{_bucket(len(self.seen) - 1 - place, (0, 1, 2, 3, 5))}",
            ]
        if place == len(self.seen) - 1:
            found.append("very last")
        if key and self.said[key] > 1:
            found.append("said first" if self.order[key] == place else "said again")
            found.append(f"said {'first' if self.order[key] == place else 'again'} in {zone}")
        if place >= self.first_sure_behind:
            found += ["behind the end", f"{seen.shape} behind the end"]
        elif place < self.last_sure and zone == "head":
            found.append("above sure")
        if "name" in seen.signs and zone != "body":
            words = re.findall(r"[^\W\d_]{3,}", without_credentials(seen.block.said))
            found.append("name in text" if any(word.lower() in self.small for word in words) else "name not in text")
            name = without_credentials(seen.block.said)
            if any(name in other.block.text and other is not seen for other in self.seen[:_MOST_COMPARED]):
                found.append("named again")
        if zone == "tail" or place == self.last:
            if "bio" in seen.signs and any(seen.block.said.startswith(name) for name in self.names if name):
                found.append("bio of the author")
        if place in self.pages:
            found.append("page")
        if "only dated" in seen.signs and self.days > 1:
            found.append("one of several days")
        if seen.zones and seen.block.words <= 2 and place + 1 < len(self.seen):
            stem = re.escape(seen.block.said.lower().rstrip("s!:."))
            below = self.seen[place + 1].block.text.lower()
            found.append("taken up" if re.search(rf"\b{stem}", below) else "not taken up")
        near = [self.seen[p] for p in range(max(0, place - 2), min(len(self.seen), place + 3)) if p != place]
        sure = sum(_is_sure(each) for each in near)
        maybe = sum(bool(each.zones) for each in near)
        told = sum(each.shape == "told" for each in near)
        found += [f"near sure:{min(sure, 3)}", f"near zones:{min(maybe, 4)}", f"near told:{min(told, 2)}"]
        if seen.zones:
            found += [f"zoned near sure:{min(sure, 2)} {zone}", f"zoned near zones:{min(maybe, 3)} {zone}"]
        return found


def _pages(seen: Sequence[Seen]) -> set[int]:
    """Return the places of page numbers; "2/3" may be a measure, and is one only where the next page has the next."""
    bare = [(place, match) for place, each in enumerate(seen) if (match := _PAGE_BARE.fullmatch(each.block.text))]
    numbers = [int(match[1] or match[3]) for _, match in bare]
    apart = all(after - before > 1 for (before, _), (after, _) in pairwise(bare))
    counted = len({match[2] for _, match in bare}) == 1 and numbers == list(range(numbers[0], numbers[0] + len(bare)))
    return {place for place, _ in bare} if len(bare) > 1 and apart and counted else set()


def _is_sure(seen: Seen) -> bool:
    return "anywhere" in seen.zones and not seen.block.is_prose


def _share(count: int, size: int) -> str:
    share = count / size
    return "0" if not count else "some" if share < 0.34 else "half" if share < 0.67 else "most" if share < 1 else "all"


def _key(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
