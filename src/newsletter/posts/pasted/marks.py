"""What a pasted text marks itself: bullets, numbers, quotations and the sign-off."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.posts.blocks import Kind
from newsletter.posts.contacts import is_contact
from newsletter.posts.lines import Line
from newsletter.posts.names import has_degree
from newsletter.posts.pasted.outline_numbers import read_outline_numbers
from newsletter.posts.pasted.pieces import Piece, is_title_case
from newsletter.posts.pasted.stanzas import group_stanzas
from newsletter.posts.pasted.tables import group_tables

_BULLET = re.compile(
    r"((?:[-*•]\s+)?\[[ xX]?\](?=\s)|[•●▪◦‣⁃·∙○■□➤►✓✔\uf0b7\uf0a7\uf0d8\uf0fc]|[*–—-](?=\s)|o(?=\s+[A-Z]))\s*(?=\S)"
)
_INNER_BULLET = re.compile(r"(o)\s+(?=\S)")
_SYMBOL = re.compile(
    r"((?:[^\w\s\"'“”‘’()\[\]<>«»¿¡#$€£@&/\\.,;:!?…|§-][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*){1,2}|[§Øü](?=\s))\s*(?=[\w“\"])"
)
_INNER = "◦○o□"
_DEEPEST = 2
_LONGEST_NAME = 7
_LONGEST_CLOSING, _LONGEST_SIGNATURE = 8, 4
_LONGEST_END, _MOST_NAMES = 12, 5
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s+(?=\S)(?!\d{3,5}[-. ]?\d{4}\b)")
"""No telephone's: "(11) 91234-5678"."""
_LETTER = re.compile(r"\(?([A-Za-z])[.)]\s+(?=\S)")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_BOLD = re.compile(r"(?:\*\*|__)([^*_]{2,110})(?:\*\*|__):?")
_QUOTED = re.compile(r"^(?:>\s*.+|[\"“][^\"“”]{15,}[\"”][.,]?(?:\s*[–—-]+\s*[A-Z].{1,60})?)$")
_SOURCE = re.compile(r"(?:[–—~]|--?)\s*(?:[A-Z]|(?:an?|the|my|our|one|from|anonymous|unknown)\b).{1,60}")
_POSTSCRIPT = re.compile(r"P\.? ?P?\.?S\b\.?")
_CLOSING = re.compile(
    r"(?:(?:with|in) (?:\w+ )?(?:care|warmth|gratitude|love|health|kindness|hope|wellness|peace|solidarity"
    r"|(?:kind(?:est)? |best |warm(?:est)? )?(?:regards|wishes)|appreciation|thanks)"
    r"|(?:yours|very)(?: (?:truly|sincerely|faithfully|warmly|in health))*"
    r"|warm(?:ly|est)?(?: (?:regards|wishes))?|(?:kind(?:est)?|best|warm) (?:regards|wishes)|best|cheers"
    r"|sincerely|take (?:good )?care"
    r"|be well|until next time|thank you|thanks|love|namaste|see you soon|gratefully)(?:,|!|\.|)?",
    re.IGNORECASE,
)


def read_marks(lines: Sequence[Line]) -> list[Piece]:
    """Return the lines as pieces, those that carry a mark of their own being told apart."""
    read = group_tables([_read_mark(line) for line in lines])
    marked = _level_lists(_read_symbols(read_outline_numbers(_read_letters(_read_dashes(read)))))
    return _name_items(_group_sign_off(_group_quotes(group_stanzas(_keep_signature(marked)))))


def _read_mark(line: Line) -> Piece:
    text = line.text
    if (match := _HASHES.match(text)) and not line.ends_sentence:
        return Piece(line, text[match.end() :], Kind.HEADING, "led by #", level=len(match[1]))
    if (match := _BOLD.fullmatch(text)) and (match[1].endswith("?") or not line.ends_sentence):
        return Piece(line, match[1], Kind.HEADING, "a line between two asterisks at each end")
    if match := _NUMBER.match(text):
        return Piece(
            line, text[match.end() :], Kind.NUMBER, "led by a number", number=int(match[1]), level=_depth(line)
        )
    if match := _BULLET.match(text):
        depth = _depth(line) + int(match[1] in _INNER)
        return Piece(line, text[match.end() :], Kind.BULLET, f"led by “{match[1]}”", level=depth)
    if _QUOTED.match(text):
        return Piece(line, re.sub(r"^>\s*", "", text), Kind.QUOTE, "a quotation")
    return Piece(line, text)


def _keep_signature(pieces: list[Piece]) -> list[Piece]:
    """Leave a name behind a dash, on the last line, as it is: it signs the text and is no list."""
    if len(pieces) > 1 and _SOURCE.fullmatch(pieces[-1].line.text) and pieces[-2].kind is not Kind.BULLET:
        last = pieces[-1].line
        if not last.ends_sentence and last.words <= _LONGEST_NAME:
            return [*pieces[:-1], Piece(last, last.text, reason="a name that signs the text")]
    return pieces


def _depth(line: Line) -> int:
    return line.indent // 2


def _read_dashes(pieces: list[Piece]) -> list[Piece]:
    """Leave one long dash alone as it is: it tells who said what stands above, or a second thought."""
    dashed = [piece.kind is Kind.BULLET and piece.line.text[0] in "–—" for piece in pieces]
    lone = [
        dash and not any(dashed[max(place - 1, 0) : place] + dashed[place + 1 : place + 2])
        for place, dash in enumerate(dashed)
    ]
    return [Piece(piece.line, piece.line.text) if alone else piece for piece, alone in zip(pieces, lone, strict=True)]


def _read_letters(pieces: list[Piece]) -> list[Piece]:
    """See lines led by "a)", "b)" and so on as a list; the letters stay, for Markdown has no such list."""
    found = list(pieces)
    letters = [match[1] if piece.is_plain and (match := _LETTER.match(piece.text)) else "" for piece in pieces]
    for place, (before, letter) in enumerate(pairwise(letters), start=1):
        if (
            before
            and letter
            and ord(letter) == ord(before) + 1
            and (before in "aA" or found[place - 1].kind is Kind.BULLET)
        ):
            for each in (place - 1, place):
                found[each] = replace(
                    pieces[each], kind=Kind.BULLET, reason="led by a letter, in order", level=_depth(pieces[each].line)
                )
    return found


def _read_symbols(pieces: list[Piece]) -> list[Piece]:
    """See as bullets what only its company tells: one symbol before each of two lines or more, or Word's inner "o"."""
    found: list[Piece] = []
    signs = [_SYMBOL.match(piece.text) if piece.is_plain else None for piece in pieces]
    for place, piece in enumerate(pieces):
        sign, inner = signs[place], _INNER_BULLET.match(piece.text) if piece.is_plain else None
        near = [signs[beside] for beside in (place - 1, place + 1) if 0 <= beside < len(pieces)]
        if sign and any(other and other[1] == sign[1] for other in near):
            reason = f"one of several lines led by “{sign[1]}”"
            found.append(
                replace(piece, text=piece.text[sign.end() :], kind=Kind.BULLET, reason=reason, level=_depth(piece.line))
            )
        elif inner and found and found[-1].kind is Kind.BULLET:
            depth = max(_depth(piece.line), 1)
            found.append(
                replace(piece, text=piece.text[inner.end() :], kind=Kind.BULLET, reason="led by “o”", level=depth)
            )
        else:
            found.append(piece)
    return found


def _level_lists(pieces: list[Piece]) -> list[Piece]:
    """Let each list begin at its first level, however far all of it is set in, and skip none on the way down."""
    levelled: list[Piece] = []
    open_depths: list[int] = []
    for piece in pieces:
        if piece.kind not in {Kind.BULLET, Kind.NUMBER}:
            open_depths = []
            levelled.append(piece)
            continue
        while open_depths and open_depths[-1] >= piece.level:
            open_depths.pop()
        open_depths.append(piece.level)
        levelled.append(replace(piece, level=min(len(open_depths) - 1, _DEEPEST)))
    return levelled


def _group_quotes(pieces: list[Piece]) -> list[Piece]:
    """Add to a quotation who said it: the next line, led by a dash; and join ``>`` lines."""
    grouped: list[Piece] = []
    for piece in pieces:
        last = grouped[-1] if grouped else None
        open_quote = last is not None and last.kind is Kind.QUOTE and piece.line.gap <= 1
        goes_on = piece.kind is Kind.QUOTE and piece.line.gap == 0 and piece.line.text.startswith(">")
        source = _SOURCE.fullmatch(piece.line.text) and not piece.line.ends_sentence
        if last and open_quote and (goes_on or (source and not last.more)):
            said = replace(piece.line, text=piece.text) if goes_on else piece.line
            grouped[-1] = replace(last, more=(*last.more, said))
        else:
            grouped.append(piece)
    return grouped


def _group_sign_off(pieces: list[Piece]) -> list[Piece]:
    """Keep "Warmly," and the names below it together, as the last words of a letter are."""
    for start in range(len(pieces) - 1, max(len(pieces) - _LONGEST_END, 0), -1):
        tail = pieces[start:]
        after = next((place for place, each in enumerate(tail[1:], start=1) if _ends_sign_off(each, place)), len(tail))
        closing, names = tail[0], tail[1:after]
        if not (closing.is_plain and (_CLOSING.fullmatch(closing.text) or _is_signed(closing, names))):
            continue
        if names and all(each.words <= 9 and not each.line.is_prose for each in names):
            whole = replace(closing, more=tuple(each.line for each in names), reason="the sign-off")
            return [*pieces[:start], whole, *tail[after:]]
    return _group_writer(pieces)


def _group_writer(pieces: list[Piece]) -> list[Piece]:
    """Keep together the name of who wrote it, what they are and how to reach them, as the last lines of all."""
    start = next((place + 1 for place in range(len(pieces) - 1, -1, -1) if pieces[place].line.is_prose), 0)
    tail = pieces[start:]
    block = 1 < len(tail) <= _MOST_NAMES and all(each.is_plain for each in tail)
    if not (start and block) or any(each.line.gap for each in tail[1:]):
        return pieces
    name, *others = tail
    if has_degree(name.text) and any(is_contact(each.text) for each in others):
        return [*pieces[:start], replace(name, more=tuple(each.line for each in others), reason="who wrote it")]
    return pieces


def _is_signed(closing: Piece, names: Sequence[Piece]) -> bool:
    """Whether a few words that end with a comma stand above one name, whatever they say."""
    if len(names) != 1 or closing.words > _LONGEST_CLOSING or not closing.text.endswith(","):
        return False
    name = names[0]
    written = name.is_plain and is_title_case(name.text) and name.text[-1].isalpha()
    return written and name.words <= _LONGEST_SIGNATURE and name.line.gap <= closing.line.gap


def _ends_sign_off(piece: Piece, place: int) -> bool:
    """Whether a line behind "Warmly," is no name or office any more."""
    return (
        bool(_POSTSCRIPT.match(piece.text))
        or place > _MOST_NAMES
        or piece.line.is_prose
        or (place > 1 and piece.line.gap > 1)
    )


def _name_items(pieces: list[Piece]) -> list[Piece]:
    """See a numbered or bulleted line that a paragraph follows, again and again, as an item's name."""
    chains = _chains(pieces)
    return [
        replace(
            piece, kind=Kind.PARAGRAPH, named=True, label=_label(piece), reason=f"{piece.reason}, and its text follows"
        )
        if number in chains
        else piece
        for number, piece in enumerate(pieces)
    ]


def _chains(pieces: list[Piece]) -> set[int]:
    found: set[int] = set()
    for kind in (Kind.NUMBER, Kind.BULLET):
        named = [
            number for number, piece in enumerate(pieces) if piece.kind is kind and _has_text_below(pieces, number)
        ]
        all_of_kind = [number for number, piece in enumerate(pieces) if piece.kind is kind]
        if len(named) >= 2 and len(named) >= 0.6 * len(all_of_kind):
            found |= set(named)
        elif kind is Kind.NUMBER:
            found |= {number for number in named if _is_alone(pieces, number)}
    return found


def _has_text_below(pieces: list[Piece], number: int) -> bool:
    piece = pieces[number]
    stops = piece.text.endswith(".") and not (piece.kind is Kind.NUMBER and piece.words <= _LONGEST_NAME)
    if piece.words > 14 or stops or piece.text.endswith((",", ";")) or number + 1 >= len(pieces):
        return False
    below = pieces[number + 1]
    return below.is_plain and (below.line.is_prose or below.words > piece.words + 3)


def _is_alone(pieces: list[Piece], number: int) -> bool:
    around = pieces[max(0, number - 1) : number] + pieces[number + 1 : number + 2]
    return all(piece.kind is not Kind.NUMBER for piece in around)


def _label(piece: Piece) -> str:
    return piece.line.text[: len(piece.line.text) - len(piece.text)].strip() if piece.kind is Kind.NUMBER else ""
