"""Which lines are furniture: what is known anywhere, then what only its place gives away."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from newsletter.posts.furniture.company import MARKED, is_sentence, reaches_others, without_the_authors
from newsletter.posts.furniture.menus import MENU, find_label_stacks, is_menu_row
from newsletter.posts.furniture.pages import find_page_lines
from newsletter.posts.furniture.rules_anywhere import ANYWHERE
from newsletter.posts.furniture.rules_company import IN_COMPANY
from newsletter.posts.furniture.rules_edge import AT_THE_EDGE, AT_THE_END
from newsletter.posts.furniture.rules_languages import IN_LANGUAGES, LANGUAGES_IN_COMPANY
from newsletter.posts.furniture.rules_systems import OF_SYSTEMS, WITH_NAMES
from newsletter.posts.furniture.tails import find_tails
from newsletter.posts.labels import is_office, is_topic
from newsletter.posts.lines import Line
from newsletter.posts.names import is_name


@dataclass(frozen=True, slots=True)
class _Rules:
    """One pattern a reason, and one of all, so that most lines are looked at once and not some hundred times."""

    by_reason: tuple[tuple[str, re.Pattern[str]], ...]
    all: re.Pattern[str]


def _compiled(*tables: Mapping[str, Iterable[str]]) -> _Rules:
    joined = [(reason, "|".join(f"(?:{each})" for each in some)) for rules in tables for reason, some in rules.items()]
    return _Rules(
        tuple((reason, re.compile(pattern)) for reason, pattern in joined),
        re.compile("|".join(pattern for _, pattern in joined)),
    )


_ANYWHERE = _compiled(ANYWHERE, OF_SYSTEMS, IN_LANGUAGES)
_WITH_NAMES = _compiled(WITH_NAMES)
_IN_COMPANY = _compiled(IN_COMPANY, LANGUAGES_IN_COMPANY)
_AT_THE_EDGE = _compiled(AT_THE_EDGE, IN_COMPANY, LANGUAGES_IN_COMPANY)
_AT_THE_END = _compiled(AT_THE_EDGE, AT_THE_END, IN_COMPANY, LANGUAGES_IN_COMPANY)
_LONGEST = 250
"""Characters; longer lines are paragraphs."""
_TAGS = re.compile(r"(?:tags?|tagged|categories|topics|labels)\s*:", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:table of )?contents:?|(?:in|on) this (?:article|page|post|guide|issue):?|jump to(?: section)?:?"
    r"|what(?:.s| is) (?:in this (?:article|post)|inside):?",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"^[^\w#©(\[¿¡]+(?=[\w#])|(?<![\s:|•·→»>–—-])[\s:|•·→»>–—-]+$")
"""The look behind keeps a long row of such signs inside a line from being tried from each of its places."""
_REACHES = re.compile(r"\d{3}[-. )]+\d{3}|\b988\b|\b911\b|\b\d{5,6}\b|@\w|https?://|www\.")
_LONGEST_OFFICE = 8
_LONGEST_LABEL = 4
_LONGEST_CALL = 5
"""Words in a sentence that could be an author's, and yet is a page's among its kind: "What are your thoughts?"."""
_LONGEST_CONTENTS = 60
_LONGEST_LEFTOVER = 14
"""Words in a title or a name that may stand between furniture."""


def find_furniture(lines: Sequence[Line], *, titled: bool = False, phone: str = "") -> dict[int, str]:
    """Return the numbers of the lines that are furniture, each with the reason.

    What is known only at the edges is looked for before the first running text and behind
    the last; what stands behind "Recent Posts" and the like goes with it.

    Args:
        lines: the text.
        titled: whether the title is known; else one line above the text is left to be it.
        phone: the clinic's own number; a line with another is never furniture.
    """
    found = _known_by_words(lines)
    found |= _find_contents(lines)
    found |= find_page_lines(lines)
    if tails := find_tails(lines, found):
        found |= _known_by_words([line for line in lines if line.number not in tails]) | tails
    found |= _find_tags(lines)
    before, behind = _edges([line for line in lines if line.number not in found])
    found |= _leaving_title(
        _in_company(_match_edge(before, _AT_THE_EDGE), before, found, _is_entry), before, titled=titled
    )
    tail = [line for line in lines if behind and line.number >= behind[0].number]
    found |= _in_company(_match_edge(behind, _AT_THE_END), tail, found, _says_more)
    found |= _find_topics(tail, found)
    found |= _find_stacks(lines, before, behind, found)
    found |= _find_leftovers(tail, found)
    others = {line.number for line in lines if reaches_others(line, phone)}
    return {number: reason for number, reason in found.items() if number not in others}


def is_furniture(text: str) -> bool:
    """Whether a line is furniture wherever it stands."""
    return bool(_certain(" ".join(text.split())))


def _known_by_words(lines: Sequence[Line]) -> dict[int, str]:
    """Return what is furniture by its words: at the edges all that no author writes, in the middle what has company."""
    certain = {line.number: reason for line in lines if (reason := _certain(line.text))}
    possible = {
        line.number: reason
        for line in lines
        if line.number not in certain and (reason := _match(line.text, _IN_COMPANY))
    }
    own = [
        place
        for place, line in enumerate(lines)
        if line.is_prose and line.number not in certain and (line.number not in possible or is_sentence(line))
    ]
    middle = lines[own[0] : own[-1] + 1] if own else []
    authors = without_the_authors(certain, possible, middle)
    rows = {line.number for line in middle if line.number in possible}
    return {
        number: reason
        for number, reason in {**certain, **possible}.items()
        if number not in authors and (number in certain or number in rows)
    }


def _certain(text: str) -> str:
    """Return the reason why no author would have written the line, or nothing."""
    return _match(text, _ANYWHERE) or _reason({_DECORATION.sub("", text)} if len(text) <= _LONGEST else (), _WITH_NAMES)


def _match(text: str, rules: _Rules) -> str:
    """Return the reason of the first rule that the whole line satisfies, or nothing."""
    if len(text) > _LONGEST:
        return ""
    plain = text.lower().replace("’", "'")
    return _reason({plain, _DECORATION.sub("", plain)}, rules)


def _reason(forms: Collection[str], rules: _Rules) -> str:
    matching = [form for form in forms if rules.all.fullmatch(form)]
    return next((reason for reason, pattern in rules.by_reason if any(map(pattern.fullmatch, matching))), "")


def _match_edge(lines: Sequence[Line], rules: _Rules) -> dict[int, str]:
    """Return the furniture in one edge; words that the author announces by a colon are a list of his own."""
    found: dict[int, str] = {}
    announced = False
    last = ""
    for line in lines:
        reason = _match(line.text, rules) or (MENU if is_menu_row(line.text) else "")
        if not reason and last == "tags" and is_topic(re.sub(r"^[•·|]\s*", "", line.text)):
            reason = last
        if reason and not (announced and reason in {MENU, "tags"}):
            found[line.number] = last = reason
            announced = False
        elif line.text.endswith(":"):
            announced = True
    entries = _entries_of_the_author(lines, found)
    return {number: reason for number, reason in found.items() if number not in entries}


def _entries_of_the_author(lines: Sequence[Line], found: Mapping[int, str]) -> set[int]:
    """Return the marked lines that stand in a list of which others are no furniture."""
    lists = (list(group) for marked, group in groupby(lines, key=lambda line: bool(MARKED.match(line.text))) if marked)
    mixed = (group for group in lists if any(line.number not in found for line in group))
    return {line.number for group in mixed for line in group}


def _leaving_title(matched: dict[int, str], before: Sequence[Line], *, titled: bool) -> dict[int, str]:
    """Leave the first line above the text alone when nothing else there could be the title."""
    bare = not titled and before and all(line.number in matched for line in before)
    return {number: reason for number, reason in matched.items() if not bare or number != before[0].number}


def _in_company(
    matched: dict[int, str], edge: Sequence[Line], known: Mapping[int, str], says_more: Callable[[Line], bool]
) -> dict[int, str]:
    """Leave out what stands alone above lines that are no furniture: there "Resources" is a heading."""
    gone = [line.number in known or line.number in matched for line in edge]
    title = gone.index(False) if False in gone else len(edge)
    alone = {
        line.number
        for place, line in enumerate(edge[:-1])
        if place > title and not (gone[place + 1] or (place and gone[place - 1])) and says_more(edge[place + 1])
    }
    alone |= {
        line.number
        for place, line in enumerate(edge)
        if is_sentence(line) and not any(gone[max(place - 1, 0) : place] + gone[place + 1 : place + 2])
    }
    heads = {MENU, "a share row", "a sign-up form"}
    said = {line.number for line in edge if is_sentence(line) and line.words > _LONGEST_CALL}
    return {
        number: reason
        for number, reason in matched.items()
        if number not in said and (number not in alone or reason not in heads)
    }


def _is_entry(line: Line) -> bool:
    """Whether a line is a list's, or tells how to reach somebody."""
    return bool(_REACHES.search(line.text) or MARKED.match(line.text))


def _says_more(line: Line) -> bool:
    """Whether a line is more than a label: a sentence, a list's entry, or how to reach somebody."""
    return line.ends_sentence or line.words > _LONGEST_LABEL or _is_entry(line)


def _find_topics(tail: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return the topics right behind the last paragraph: known ones, or a row of small words that furniture follows."""
    found: dict[int, str] = {}
    last = max((place for place, line in enumerate(tail) if line.number in known), default=-1)
    for place, line in enumerate(tail):
        topic = is_topic(re.sub(r"^[•·|]\s*", "", line.text))
        if line.number in known:
            return found
        row = place < last and _SMALL_ROW.fullmatch(line.text)
        if not (topic or row):
            return {number: reason for number, reason in found.items() if reason == "a row of tags"}
        found[line.number] = "a row of tags" if row else "tags"
    return found if len(found) > 1 else {}


_SMALL_ROW = re.compile(r"[a-z][\w'’-]*(?: [\w'’-]+){0,2}(?:, [a-z][\w'’-]*(?: [\w'’-]+){0,2})+")


def _edges(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines before the first running text and behind the last."""
    prose = [number for number, line in enumerate(lines) if line.is_prose]
    prose = prose or [number for number, line in enumerate(lines) if line.ends_sentence]
    return (lines[: prose[0]], lines[prose[-1] + 1 :]) if prose else (lines, [])


def _find_stacks(
    lines: Sequence[Line], before: Sequence[Line], behind: Sequence[Line], known: Mapping[int, str]
) -> dict[int, str]:
    first = before[-1].number if before else 0
    last = behind[0].number if behind else lines[-1].number + 1 if lines else 0
    above = [line for line in lines if line.number <= first]
    return find_label_stacks(above, [line for line in lines if line.number >= last], known)


def _find_tags(lines: Sequence[Line]) -> dict[int, str]:
    """Return the words that stand, a line each, below a line that only says "Tags:"."""
    tags: dict[int, str] = {}
    inside = False
    for line in lines:
        if _TAGS.fullmatch(line.text):
            inside = True
        elif inside and line.words <= 3 and line.text == line.text.lower():
            tags[line.number] = "tags"
        else:
            inside = False
    return tags


def _find_contents(lines: Sequence[Line]) -> dict[int, str]:
    """Return a table of contents: a line that says so, and lines below it that all come again as headings."""
    said = Counter(_heading(line) for line in lines)
    found: dict[int, str] = {}
    for place, line in enumerate(lines):
        if not _CONTENTS.fullmatch(line.text):
            continue
        below: list[Line] = []
        for entry in lines[place + 1 : place + 1 + _LONGEST_CONTENTS]:
            again = any(_heading(each) == _heading(entry) for each in below)
            if entry.is_prose or again or said[_heading(entry)] < 2:
                break
            below.append(entry)
        if len(below) >= 2:
            found |= {each.number: "the table of contents" for each in (line, *below)}
    return found


def _heading(line: Line) -> str:
    return re.sub(r"^(?:[•●▪◦‣*–—-]\s*|\(?\d{1,2}[.)]\s*)|(?<!\W)\W+$", "", line.text).casefold()


def _find_leftovers(tail: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return the titles and names that stand between the furniture behind an article's end.

    Kept is what tells how to reach somebody, and what is marked as a list.
    """
    start = next((place for place, line in enumerate(tail) if known.get(line.number) in _ENDS), len(tail))
    found: dict[int, str] = {}
    for place, line in enumerate(tail[start:], start=start):
        above = tail[place - 1] if place else line
        keeps = _REACHES.search(line.text) or MARKED.match(line.text) or line.text.startswith(('"', "“", "P.S"))
        gone = above.number in known or above.number in found
        office = is_office(line.text) and gone and is_name(above.text) and line.words <= _LONGEST_OFFICE
        said = line.is_prose or (line.ends_sentence and not office) or line.text.endswith(":")
        short = line.words <= _LONGEST_LEFTOVER and not said
        if line.number not in known and short and not keeps:
            found[line.number] = "stands between the page's furniture"
    return found


_ENDS = {"a share row", "a count", "the comments", MENU, "tags", "the page's foot", "a sign-up form", "a rating"} | set(
    OF_SYSTEMS
) - {"a page number", "who looked over it", "a player"}
"""Behind furniture of these kinds no article goes on."""
