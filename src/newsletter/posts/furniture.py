"""What a page puts around an article: recognised line by line, each with its reason."""

import re
from collections.abc import Iterable, Mapping, Sequence

from newsletter.posts.furniture_rules import ANYWHERE, AT_THE_EDGE, LAST_TAIL, TAIL
from newsletter.posts.lines import Line
from newsletter.posts.menus import MENU, find_label_stacks, is_menu_row

Rules = tuple[tuple[str, re.Pattern[str]], ...]


def _compiled(rules: Mapping[str, Iterable[str]]) -> Rules:
    """Return one pattern a reason, so that a line is looked at a dozen times and not a hundred."""
    return tuple((reason, re.compile("|".join(f"(?:{each})" for each in some))) for reason, some in rules.items())


_ANYWHERE = _compiled(ANYWHERE)
_AT_THE_EDGE = _compiled(AT_THE_EDGE)
_TAIL = re.compile("|".join(TAIL))
_LAST_TAIL = re.compile("|".join(LAST_TAIL))
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|read more)$", re.IGNORECASE)
_TAGS = re.compile(r"(?:tags?|tagged|categories|topics|labels)\s*:", re.IGNORECASE)
_DECORATION = re.compile(r"^[^\w#©(]+(?=[\w#])|[\s:|•·→»>–—-]+$")


def find_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """Return the numbers of the lines that are furniture, each with the reason.

    What is known only at the edges is looked for before the first running text and behind
    the last; what stands behind "Recent Posts" and the like goes with it.
    """
    found = {line.number: reason for line in lines if (reason := _match(line.text, _ANYWHERE))}
    found |= _find_tail(lines, found)
    found |= _find_tags(lines)
    rest = [line for line in lines if line.number not in found]
    before, behind = _edges(rest)
    found |= _match_edge(before) | _match_edge(behind)
    return found | _find_stacks(lines, before, behind, found)


def _match(text: str, rules: Rules) -> str:
    """Return the reason of the first rule that the whole line satisfies, or nothing."""
    if len(text) > 250:  # a paragraph
        return ""
    plain = text.lower()
    forms = {plain, _DECORATION.sub("", plain)}
    return next((reason for reason, pattern in rules if any(pattern.fullmatch(form) for form in forms)), "")


def _match_edge(lines: Sequence[Line]) -> dict[int, str]:
    """Return the furniture in one edge; words that the author announces by a colon are a list of his own."""
    found: dict[int, str] = {}
    announced = False
    for line in lines:
        reason = _match(line.text, _AT_THE_EDGE) or (MENU if is_menu_row(line.text) else "")
        if reason and not (announced and reason in {MENU, "tags"}):
            found[line.number] = reason
            announced = False
        elif line.text.endswith(":"):
            announced = True
    return found


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


def _is_whole_sentence(line: Line) -> bool:
    return line.ends_sentence and not _CUT_OFF.search(line.text)


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


def _find_tail(lines: Sequence[Line], known: Mapping[int, str]) -> dict[int, str]:
    """Return what stands behind a line such as "Recent Posts": titles, names and cut-off texts.

    A whole paragraph behind it ends the tail, for it may be the article's after all; so
    does a short sentence, when paragraphs are still to come.
    """
    own = [
        line.number for line in lines if line.is_prose and line.number not in known and not _CUT_OFF.search(line.text)
    ]
    if not own:
        return {}
    tail: dict[int, str] = {}
    inside = ""
    for line in (each for each in lines if each.number > own[0]):
        plain = _DECORATION.sub("", line.text.lower())
        if _TAIL.fullmatch(plain) or (line.number > own[-1] and _LAST_TAIL.fullmatch(plain)):
            inside = line.text
            tail[line.number] = known.get(line.number, "begins the page's tail")
        elif inside and (line.number in own or (line.number < own[-1] and _is_whole_sentence(line))):
            inside = ""
        elif inside:
            tail[line.number] = known.get(line.number, f"stands behind “{inside}”")
    return tail
