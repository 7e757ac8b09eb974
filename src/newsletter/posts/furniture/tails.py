"""What stands behind an article: other posts, who the author is, what readers said.

Each begins with a line that says so. What follows is left out for as long as it is what was
announced; a paragraph that is not ends it, for it may be the article's after all.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from newsletter.posts.dates import read_date_line
from newsletter.posts.furniture.company import MARKED
from newsletter.posts.furniture.rules_languages import TAIL_IN_LANGUAGES
from newsletter.posts.furniture.rules_tail import ABOUT, COMMENTS, LAST_COMMENTS, LAST_TAIL, TAIL, THREAD
from newsletter.posts.lines import Line

_POSTS = re.compile("|".join((*TAIL, *LAST_TAIL)))
_TAIL = re.compile("|".join((*TAIL, *COMMENTS, *TAIL_IN_LANGUAGES)))
_LAST_TAIL = re.compile("|".join(LAST_TAIL))
_LAST_COMMENTS = re.compile("|".join(LAST_COMMENTS))
_ABOUT = re.compile("|".join(ABOUT))
_THREAD = re.compile("|".join(THREAD))
_THREAD_FOR_CERTAIN = re.compile(r".+ (?:on|to|a) [“\"'‘«].+")
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|read more)$", re.IGNORECASE)
_EDGES = re.compile(r"^[^\w#©(]+(?=[\w#])|(?<![\s:|•·→»>–—.…-])[\s:|•·→»>–—.…-]+$")
_NAMED = re.compile(
    r"(?:About|Meet|(?:Written|Posted|Published|Authored) by) (?:Dr\.? )?"
    r"([A-Z][\w'’-]+(?: [A-Z][\w.'’-]+){1,3})(?:, [A-Z].{1,20})?"
)
_BIO = re.compile(
    r"\b(?:is|was) (?:an?|the|our|currently|board|one)\b|\b(?:lives|writes|works|practi[cs]es|joined|"
    r"speciali[sz]es|holds"
    r"|teaches|enjoys|serves|leads|runs|studied|graduated|earned|believes|loves|keeps|sees|treats|helps)\b"
    r"|\bhas (?:been|worked|written|practi[cs]ed|over|more)\b|\bboard[- ]certified\b|\bes (?:una?|la|el)\b",
)
_SAYS = re.compile(
    r"[^“”\"«»]{2,60} (?:says|said|wrote|commented|replied|dice|escribió)(?: on .{4,40})?:?", re.IGNORECASE
)
_STAMP = re.compile(
    r".{0,40}?\b(?:\d{1,2}:\d\d ?(?:[ap]\.?m\.?)?|\d+(?:[smhdwy]|mo|min)"
    r"|\d+ ?(?:m(?:in|o)|days?|hours?|weeks?|months?) ago)"
)
_ANSWER = re.compile(
    r"(?:reply|report|respond|responder|répondre|antworten"
    r"|like ?· ?reply.*|reply ?· ?.*)(?: \(\d+\))?",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:written|posted|published|authored) by (.{2,60})", re.IGNORECASE)
_FOLLOWERS = re.compile(r"·? ?[\d.,]+[KkMm]? (?:[Ff]ollow(?:ers?|ing)|[Ss]ubscribers?)\b.*")
_READ_ON = re.compile(
    r"(?:read|continue|learn)(?: (?:on|more|reading|now|this|the (?:post|article|full|rest|whole))\b.{0,25})?\W*"
    r"|\d+ ?min\.?(?: read)?",
    re.IGNORECASE,
)
_LONGEST_TEASER = 45
_MOST_OF_BIO = 3
_FARTHEST = 20
"""Lines behind the announcement within which who the author is must have been said."""
_LATE = 0.5
"""The share of the running text that must stand before a tail which takes whole sentences with it."""


def find_tails(lines: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return the lines of the article's tails, with the reason.

    Args:
        lines: the whole text.
        known: which lines are furniture already.
    """
    found: dict[int, str] = {}
    late = _first_late_place(lines, known)
    small = {word for line in lines for word in re.findall(r"\b[a-z]\w+", line.text)}
    teasers = _before_teasers(lines)
    said = any(_THREAD.fullmatch(_plain(line)) for line in lines[late:])
    last_said = max((place for place, line in enumerate(lines) if said and _is_of_thread(line)), default=-1)
    for place, line in enumerate(lines[late:], start=late):
        if line.number in found:
            continue
        plain = _plain(line)
        if _THREAD.fullmatch(plain):
            found |= _thread(lines, place, known, last_said)
        elif _ABOUT.fullmatch(plain) or _FOLLOWERS.fullmatch(line.text) or _names_author(lines, place, small):
            found |= _about(lines, place, known)
        elif place in teasers and _POSTS.fullmatch(plain):
            found |= dict.fromkeys((each.number for each in lines[place:]), "one of the page's other posts")
    found |= _titles(lines, {**known, **found})
    return found | _names_above(lines, found)


def _names_above(lines: Sequence[Line], found: Mapping[int, str]) -> dict[int, str]:
    """Return the author's name where it stands alone above "Written by" and the name."""
    pairs = ((above, _BY.fullmatch(line.text)) for above, line in pairwise(lines) if line.number in found)
    return {above.number: "the byline again" for above, by in pairs if by and above.text.casefold() == by[1].casefold()}


def _plain(line: Line) -> str:
    return _EDGES.sub("", line.text.lower().replace("’", "'"))


def _first_late_place(lines: Sequence[Line], known: Mapping[int, str]) -> int:
    """Return the place behind so much of the running text that a tail may begin there."""
    own = [place for place, line in enumerate(lines) if line.is_prose and line.number not in known]
    return own[math.ceil(_LATE * len(own)) - 1] + 1 if own else len(lines)


def _thread(lines: Sequence[Line], place: int, known: Mapping[int, str], last: int) -> dict[int, str]:
    """Return what readers said: each word of theirs stands behind a name and a time, or before "Reply".

    `last` is the last place at which such a line stands.
    """
    certain = _THREAD_FOR_CERTAIN.fullmatch(lines[place].text)
    if not certain and last <= place:
        return {}
    rest = lines[place + 1 :]
    found = {lines[place].number: "the comments"}
    for number, line in enumerate(rest):
        around = [*rest[max(number - 3, 0) : number], *rest[number + 1 : number + 4]]
        if not certain and line.is_prose and line.number not in known and not any(map(_is_of_thread, around)):
            break
        found[line.number] = known.get(line.number, "a reader's comment")
    return found


def _is_of_thread(line: Line) -> bool:
    text = line.text.strip()
    if line.words > 9:
        return False
    dated = read_date_line(text, None) is not None or bool(_STAMP.fullmatch(text))
    return dated or bool(_SAYS.fullmatch(text) or _ANSWER.fullmatch(text))


def _names_author(lines: Sequence[Line], place: int, small: Collection[str]) -> bool:
    """Whether a line is "About" and a name, of which the sentence below begins to tell.

    `small` are the words that the text writes small somewhere, so that they are no names.
    """
    match = _NAMED.fullmatch(lines[place].text)
    near = lines[place + 1 : place + 1 + _FARTHEST] if match else []
    below = next((line for line in near if line.is_prose), None)
    if match is None or below is None:
        return False
    words = match[1].split()
    named = words[0] in below.text.split(".")[0] and not any(word.lower() in small for word in words)
    return named and bool(_BIO.search(below.text))


def _about(lines: Sequence[Line], place: int, known: Mapping[int, str]) -> dict[int, str]:
    """Return who the author is: the sentences that say so, and the names and links around them."""
    found = {lines[place].number: "begins what the page says of the author"}
    sentences, followed = 0, bool(_FOLLOWERS.fullmatch(lines[place].text))
    for line in lines[place + 1 : place + 1 + _FARTHEST]:
        followed = followed or bool(_FOLLOWERS.fullmatch(line.text))
        if (line.is_prose or line.ends_sentence) and line.number not in known:
            sentences += 1
            says = _BIO.search(line.text) or _speaks_of_author(line, lines[place]) or (followed and sentences == 1)
            if sentences > _MOST_OF_BIO or not says:
                break
        elif sentences and (line.gap or _begins_other(line)):
            break
        found[line.number] = "says who the author is"
    return found if sentences else {}


def _speaks_of_author(line: Line, heading: Line) -> bool:
    named = [
        word for word in re.findall(r"[A-Z][\w’']+", heading.text) if word.lower() not in {"about", "the", "author"}
    ]
    return bool(re.match(r"(?:She|He|They|Her|His|Their)\b", line.text)) or any(word in line.text for word in named)


def _begins_other(line: Line) -> bool:
    plain = _plain(line)
    return any(pattern.fullmatch(plain) for pattern in (_TAIL, _LAST_TAIL, _THREAD))


def _before_teasers(lines: Sequence[Line]) -> range:
    """Return the places behind which all running text, and some there is, begins other posts."""
    prose = [place for place, line in enumerate(lines) if line.is_prose]
    last = next((place for place in reversed(prose) if not _is_teaser(lines, place)), -1)
    return range(last + 1, prose[-1] if prose else 0)


def _is_teaser(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    around = [*lines[max(number - 2, 0) : number], *lines[number + 1 : number + 3]]
    marks = (_is_stamp(each) or _CUT_OFF.search(each.text) or _READ_ON.fullmatch(each.text) for each in around)
    return line.words <= _LONGEST_TEASER and any(marks)


def _is_stamp(line: Line) -> bool:
    """Whether a short line tells a day, perhaps beside who wrote it."""
    parts = re.split(r"\s*[·•|]\s*|\s+[–—-]\s+|\s+on\s+", line.text)
    return line.words <= 12 and any(read_date_line(part, None) is not None for part in parts)


def _titles(lines: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return what stands behind a line such as "Recent Posts": titles, names and cut-off texts.

    A whole paragraph behind it ends the tail, and so does a short sentence when paragraphs
    are still to come. The short line above such a paragraph is its heading.
    """
    own = [line.number for line in _own(lines, known)]
    tail: dict[int, str] = {}
    inside: list[Line] = []
    for place, line in enumerate(lines):
        if not own or line.number <= own[0]:
            continue
        last = line.number > own[-1]
        if _begins_tail(line, lines[place + 1 : place + 2], last=last):
            inside = [line]
            tail[line.number] = known.get(line.number, "begins the page's tail")
        elif inside and (line.number in known or not (line.number in own or (not last and _is_whole_sentence(line)))):
            tail[line.number] = known.get(line.number, f"stands behind “{inside[0].text}”")
            inside.append(line)
        elif inside:
            if len(inside) > 1 and inside[-1].number not in known:
                del tail[inside[-1].number]
            inside = []
    return tail


def _begins_tail(line: Line, below: Sequence[Line], *, last: bool) -> bool:
    """Whether a line says that other things than the article follow; a marked list below is the author's own."""
    plain = _plain(line)
    if _TAIL.fullmatch(plain):
        return not MARKED.match(line.text)
    if last and _LAST_COMMENTS.fullmatch(plain):
        return not any(MARKED.match(each.text) or _is_whole_sentence(each) for each in (line, *below))
    weak = last and (_LAST_TAIL.fullmatch(plain) or _ABOUT.fullmatch(plain))
    return bool(weak) and not any(MARKED.match(each.text) for each in (line, *below))


def _own(lines: Sequence[Line], known: Mapping[int, str]) -> Iterator[Line]:
    """Yield the running text that is not furniture and not cut off."""
    return (line for line in lines if line.is_prose and line.number not in known and not _CUT_OFF.search(line.text))


def _is_whole_sentence(line: Line) -> bool:
    return line.ends_sentence and not _CUT_OFF.search(line.text)
