"""Which lines are headings: several signs are weighed, and each says what it saw.

No sign alone makes a heading. A line is one when the weights of what speaks for it and
against it come to `ENOUGH`; `--explain` prints them.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from newsletter.posts.blocks import Kind
from newsletter.posts.contacts import is_contact
from newsletter.posts.pasted.pieces import Piece, is_capitals, is_title_case
from newsletter.posts.postal import has_address

ENOUGH = 4
LONGEST, LONGEST_QUESTION = 16, 28
"""Words; longer lines are not even weighed."""

_CLOSERS = re.compile(
    r"(?:final|closing|parting|last) (?:thoughts?|words?|notes?|reflections?)|(?:in )?conclusions?"
    r"|in (?:summary|closing|short)|(?:key |main )?take-?aways?|the (?:bottom line|takeaway|big picture)"
    r"|summary|(?:the )?next steps?|moving forward"
    r"|references|sources|further reading|resources|when to (?:seek|get|ask for) help.{0,30}|wrapping up"
    r"|getting (?:help|support)|putting it (?:all )?together|looking ahead|a final (?:word|thought|note)"
    r"|how we can help|finding (?:help|support)",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"(?:we|i|you|they|it|he|she|this|that|these|those|there|(?:the|our|my|your|some|many|most|all) \w+)(?:'|’|\s)+"
    r"(?:\w+ly\s+|also\s+|all\s+|do\s+|does\s+|did\s+)?"
    r"(?:is|are|was|were|am|has|have|had|will|would|can|could|should|may|might|m|re|ve|ll|s|know|want|need|offer|help)\b",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    r"([A-Z]\w{1,14}) ?(?:#|No\.? ?|number )?(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b ?[:.)–—-]",
    re.IGNORECASE,
)
_PICTOGRAM = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?\s*(?=\w)")
_FACT = re.compile(r"[A-Z][^:.!?]{1,30}: \S")
_OPENS = re.compile(
    r"(?:what|how|why|when|where|who|\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|some|a few|ways|things|tips"
    r"|steps|"
    r"signs|the|our|your)\b",
    re.IGNORECASE,
)
_LONGEST_OPENER = 9
_SEVERAL = 3
_LONGEST_LABEL = 8
_GOES_ON = re.compile(
    r"\b(?:includes?|including|are|is|was|were|be|try|say|says|said|asks?|consider|example|instance|yourself|following|"
    r"follows|remember|like|as|to|means?|meant|this|these|those|below|here|that|wrote|read|reads|called|names?)\W*:$",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"share|submit|subscribe|comments?|reply|replies|send|like|follow|save|print|accept|decline|search|menu|next|"
    r"previous|listen|more|close|tweet|pin|copy link|sign up|log ?in|read more|learn more|book now",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"(?:an?|two|three|several|some|close[- ]up of|view of|photo of|image of|illustration of)\b.*"
    r"\b(?:on|in|at|by|under|beside|near|behind|over|with|holding|sitting|standing|walking|looking|lying|reading|against)\b.+"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A line and what stands around it."""

    piece: Piece
    before: Piece | None
    after: Piece | None
    usual_gap: int
    questions: int = 0  # how many questions of a line the text has
    single_words: int = 0  # how many lines of one word it has above running text
    labels: int = 0  # how many short lines with a colon at their end name what follows: "What to pack:"
    counted: int = 0  # how many lines begin with the same word and a number: "Myth 1: …"


Sign = Callable[[Surroundings], tuple[int, str] | None]


def is_closer(text: str) -> bool:
    """Whether a heading is one under which articles end: "Final Thoughts"."""
    return bool(_CLOSERS.fullmatch(re.sub(r"(?<!\W)\W+$", "", text)))


def find_headings(pieces: Sequence[Piece], usual_gap: int) -> list[Piece]:
    """Return the pieces, those that weigh enough being headings, all with the reasons."""
    questions = sum(_asks(piece) for piece in pieces)
    words = sum(
        piece.is_plain and piece.words == 1 and below.is_plain and below.line.is_prose
        for piece, below in pairwise(pieces)
    )
    counted = Counter(map(_counted, pieces))
    labels = len({piece.text.casefold() for piece in pieces if _is_label(piece)})
    weighed = [
        _weigh(
            Surroundings(
                piece, *_neighbours(pieces, number), usual_gap, questions, words, labels, counted[_counted(piece)]
            )
        )
        if piece.is_plain and not (number and pieces[number - 1].kind is Kind.TERM)
        else piece
        for number, piece in enumerate(pieces)
    ]
    return _with_openers(weighed)


def _with_openers(pieces: Sequence[Piece]) -> list[Piece]:
    """See as a heading, too, the short line between a paragraph and a heading, when it announces what follows."""
    found = list(pieces)
    for number, (before, piece, below) in enumerate(zip(pieces, pieces[1:], pieces[2:], strict=False), start=1):
        bare = (
            piece.is_plain
            and piece.words <= _LONGEST_OPENER
            and piece.text[-1].isalnum()
            and not is_contact(piece.text)
        )
        if bare and before.line.is_prose and below.kind is Kind.HEADING and _OPENS.match(piece.text):
            found[number] = replace(
                piece, kind=Kind.HEADING, reason="opens a section whose first heading follows at once"
            )
    return found


def _counted(piece: Piece) -> str:
    """Return what leads a line as it leads others: a word and a number, or a pictogram whichever it is."""
    match = (_COUNTED.match(piece.text) or _PICTOGRAM.match(piece.text)) if piece.is_plain else None
    return match[1] if match and match.re is _COUNTED else "a sign" if match else ""


def _is_label(piece: Piece) -> bool:
    """Whether a line with a colon at its end names what follows, and is no sentence that goes on there."""
    named = piece.is_lead_in and piece.words <= _LONGEST_LABEL and piece.text[:1].isupper()
    return named and not _STATES.match(piece.text) and not _GOES_ON.search(piece.text)


def _asks(piece: Piece) -> bool:
    return piece.is_plain and piece.text.endswith("?") and piece.words <= LONGEST_QUESTION


def _neighbours(pieces: Sequence[Piece], number: int) -> tuple[Piece | None, Piece | None]:
    before = pieces[number - 1] if number else None
    return before, pieces[number + 1] if number + 1 < len(pieces) else None


def _weigh(here: Surroundings) -> Piece:
    if here.piece.words > (LONGEST_QUESTION if here.piece.text.endswith("?") else LONGEST):
        return here.piece
    seen = [sign for look in _SIGNS if (sign := look(here)) is not None]
    weight = sum(points for points, _ in seen)
    reason = ", ".join(f"{words} ({points:+d})" for points, words in seen)
    if weight >= ENOUGH:
        return replace(here.piece, kind=Kind.HEADING, reason=f"{reason}: {weight}")
    return replace(here.piece, reason=f"{reason}: {weight}, a heading needs {ENOUGH}")


def _length(here: Surroundings) -> tuple[int, str]:
    words = here.piece.words
    if words <= 8:
        return 2, "short"
    if words <= 12:
        return 1, "not long"
    if here.questions >= _SEVERAL and here.piece.text.endswith("?"):
        return 1, "long, as questions may be"
    return (-1, "rather long") if len(here.piece.text) <= 110 else (-6, "long")


def _ending(here: Surroundings) -> tuple[int, str] | None:
    text = here.piece.text.rstrip("\"'”’)")
    if text.endswith("?"):
        return (2, "one of several questions") if here.questions >= _SEVERAL else (1, "a question")
    if text.endswith("!"):
        return -1, "ends with !"
    if text.endswith(":"):
        marked = here.after is not None and here.after.kind in {Kind.BULLET, Kind.NUMBER, Kind.QUOTE}
        return (-3, "introduces a list") if marked else (0, "ends with a colon")
    if text.endswith(".") and here.piece.named:
        return 0, "ends as a sentence, as items may"
    if text.endswith((",", ";", "—", "–", "-")):
        return -5, f"goes on after “{text[-1]}”"
    return (-3, "ends as a sentence") if here.piece.line.ends_sentence else (1, "no end mark")


def _case(here: Surroundings) -> tuple[int, str] | None:
    text = here.piece.text
    if is_capitals(text) and len(text) > 3:  # shorter ones may be the names of things
        return 3, "in capitals"
    if text[:1].islower():
        return -3, "begins small"
    return (2, "capitals as in a title") if is_title_case(text) else None


def _what_follows(here: Surroundings) -> tuple[int, str] | None:
    if here.after is None:
        return -5, "nothing follows"
    if here.after.kind is Kind.HEADING:
        return 0, "a heading follows"
    longer = here.after.line.is_prose or here.after.is_lead_in or here.after.words > max(10, 2 * here.piece.words)
    if here.after.is_plain and longer:
        return 1, "running text follows"
    told = {Kind.QUOTE: "a quotation follows", Kind.BULLET: "a list follows", Kind.NUMBER: "a list follows"}
    if here.after.is_plain and _FACT.match(here.after.text):
        return 1, "facts follow, each led by what it is"
    if here.after.more:
        return 1, "lines that belong together follow"
    return (1, told[here.after.kind]) if here.after.kind in told else None


def _space(here: Surroundings) -> tuple[int, str] | None:
    gap = here.piece.line.gap
    return (1, "more space before it than usual") if here.before and gap > here.usual_gap else None


def _goes_on_from_above(here: Surroundings) -> tuple[int, str] | None:
    above = here.before is not None and here.before.is_plain and here.before.text.endswith(",")
    return (-4, "goes on what ends with a comma above it") if above else None


def _number(here: Surroundings) -> tuple[int, str] | None:
    return (3, here.piece.reason) if here.piece.named else None


def _series(here: Surroundings) -> tuple[int, str] | None:
    word = _counted(here.piece)
    return (3, "one of several led alike: by a word and a number, or a sign") if word and here.counted > 1 else None


def _label(here: Surroundings) -> tuple[int, str] | None:
    several = here.labels >= _SEVERAL and _is_label(here.piece)
    return (4, "one of several labels, each with a colon") if several else None


def _facts(here: Surroundings) -> tuple[int, str] | None:
    near = [each for each in (here.before, here.after) if each is not None and each.is_plain]
    told = _FACT.match(here.piece.text) and any(_FACT.match(each.text) for each in near)
    return (-4, "one of several facts, each led by what it is") if told else None


def _measure(here: Surroundings) -> tuple[int, str] | None:
    above = here.before
    below_label = above is not None and above.is_plain and above.words <= 8 and not above.line.ends_sentence
    measured = here.piece.text[0].isdigit() and here.piece.words <= 3 and not here.piece.named
    return (-4, "a measure below what it is that of") if measured and below_label else None


def _known_words(here: Surroundings) -> tuple[int, str] | None:
    return (2, "articles end under such a heading") if is_closer(here.piece.text) else None


def _several_sentences(here: Surroundings) -> tuple[int, str] | None:
    asks = here.questions >= _SEVERAL and here.piece.text.endswith("?") and here.piece.words <= LONGEST
    several = not asks and re.search(r"[a-z][.!?]\s+[A-Z]", here.piece.text)
    return (-4, "more than one sentence") if several else None


def _quotation(here: Surroundings) -> tuple[int, str] | None:
    return (-3, "a quotation") if here.piece.text[0] in '"“‘–—' else None


def _address(here: Surroundings) -> tuple[int, str] | None:
    if is_contact(here.piece.text):
        return -6, "holds an address or a number to call"
    below = here.after.text if here.after is not None and here.after.line.gap == 0 else ""
    return (-6, "names a place whose address follows") if below[:1].isdigit() and has_address(below) else None


def _button(here: Surroundings) -> tuple[int, str] | None:
    if not _BUTTONS.fullmatch(here.piece.text) or here.single_words >= 3:
        return None
    below = here.after.text.lower() if here.after is not None else ""
    taken_up = re.search(rf"\b{re.escape(here.piece.text.lower().rstrip('s'))}", below)
    return None if taken_up else (-6, "a button's word, which the text below does not take up")


def _picture(here: Surroundings) -> tuple[int, str] | None:
    text = here.piece.text
    written_small = text[1:] == text[1:].lower() and not text.endswith(("?", "!", ":"))
    shows = here.before is None and written_small and _SHOWS.fullmatch(text.lower())
    return (-3, "reads as what a picture shows") if shows else None


def _parts_prose(here: Surroundings) -> bool:
    """Whether a line without an end mark stands alone between paragraphs that have theirs."""
    near = (here.before, here.after)
    apart = here.piece.line.gap > 0 and here.after is not None and here.after.line.gap > 0
    return apart and all(each is not None and each.is_plain and each.line.is_prose for each in near)


def _says_something(here: Surroundings) -> tuple[int, str] | None:
    text = here.piece.text
    statement = not is_title_case(text) and not text.endswith("?") and _STATES.match(text)
    if _parts_prose(here):
        return None  # whoever writes whole sentences would have ended this one, too
    return (-2, "reads as a statement") if statement and here.piece.line.gap <= here.usual_gap else None


_SIGNS: tuple[Sign, ...] = (
    _length,
    _ending,
    _case,
    _what_follows,
    _space,
    _goes_on_from_above,
    _number,
    _series,
    _label,
    _facts,
    _measure,
    _known_words,
    _several_sentences,
    _quotation,
    _address,
    _button,
    _picture,
    _says_something,
)
