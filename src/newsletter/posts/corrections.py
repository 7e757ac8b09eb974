"""What somebody has corrected before: lines of this clinic's posts by their shape, and what they are.

They are kept in `reading.toml` in the workspace, which people may read and edit. Only short lines of the kind that
pages put around a post are kept, with {date}, {number} and {name} in the places of what differs from post to post;
a sentence of an author's is not, and neither is a line that tells how to reach somebody.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newsletter.errors import WorkspaceError
from newsletter.files import write_whole
from newsletter.posts.block import Block
from newsletter.posts.contacts import is_contact
from newsletter.posts.dates import IN_TEXT
from newsletter.posts.meta import is_name, says_something
from newsletter.posts.source import Corrections
from newsletter.posts.words import zones_of

FILE = "reading.toml"
REASON = f"such a line was left out before ({FILE})"
_HEAD = """\
Lines of your posts that somebody has corrected: the next post is read accordingly.
{date}, {number} and {name} stand for what differs from post to post.
To forget a correction, delete its line.
"""
_LONGEST = 80
_FEWEST_LETTERS = 3
"""Beside what differs: else a shape would mean every name, or every date."""
_MOST = 300
_LONGEST_CALL = 2
"""Words in a sentence that any page could say: "Thank you!"."""
_NAME = r"[A-ZÀ-Ý][\w.'’-]*(?: [A-ZÀ-Ý][\w.'’-]*){0,3}(?:, [A-Z][\w.-]{1,12}){0,3}"
_NAMED = re.compile(rf"\b((?i:by|of|from|with|von|par|por|de)\s+)({_NAME})")
_NUMBER = re.compile(r"\d[\d.,]*(?<=\d)")
_PLACES = {"date": IN_TEXT, "number": _NUMBER.pattern, "name": _NAME}
_PLACE = re.compile(rf"\{{({'|'.join(_PLACES)})\}}")


class Became(StrEnum):
    """What a line is, as a person says; the key of its list in the file."""

    LEFT_OUT = "leave_out"
    TEXT = "text"
    HEADING = "heading"


def find_correction(text: str, corrections: Corrections) -> tuple[Became, Mapping[str, str]] | None:
    """Return what a line is, and the name and the date in it, if a person has said so of one like it."""
    plain = " ".join(text.split()) if corrections and len(text) <= 2 * _LONGEST else ""
    for shape, became in corrections.items() if plain else ():
        if match := _pattern(shape).fullmatch(plain):
            return Became(became), match.groupdict()
    return None


def still_gone(lines: Sequence[Block], gone: Mapping[int, str], corrections: Corrections) -> dict[int, str]:
    """Return which lines are left out all the same: of some a person has said that lines like them stay."""
    found = ((line.number, find_correction(line.text, corrections)) for line in lines)
    stay = {number for number, said in found if said and said[0] is not Became.LEFT_OUT}
    return {number: reason for number, reason in gone.items() if number not in stay}


def also_gone(lines: Sequence[Block], corrections: Corrections) -> dict[int, str]:
    """Return the lines of which a person has said that lines like them are left out, with that reason."""
    found = ((line.number, find_correction(line.text, corrections)) for line in lines)
    return {number: REASON for number, said in found if said and said[0] is Became.LEFT_OUT}


def read_corrections(folder: Path) -> Corrections:
    """Return what was corrected before in a workspace.

    Raises:
        WorkspaceError: the file has a mistake in it.
    """
    document = _open(folder / FILE)
    return {shape: became for became in Became for shape in _shapes(document, became, folder / FILE)}


def remember(folder: Path, made: Iterable[tuple[str, Became]]) -> int:
    """Keep what a person has made of lines, and return of how many.

    Who decides against a correction that was kept takes it back: from then on it is forgotten.

    Raises:
        WorkspaceError: the file has a mistake in it, or cannot be written.
    """
    path = folder / FILE
    document = _open(path)
    before = {became: _shapes(document, became, path) for became in Became}
    shapes = {became: list(some) for became, some in before.items()}
    count = 0
    for text, became in made:
        found = find_correction(text, {shape: kind for kind, some in shapes.items() for shape in some})
        if found is not None and found[0] is not became:
            plain = " ".join(text.split())
            shapes[found[0]] = [shape for shape in shapes[found[0]] if not _pattern(shape).fullmatch(plain)]
            count += 1
        elif found is None and _is_of_pages(text):
            shapes[became] = [*shapes[became], shape_of(text)][-_MOST:]
            count += 1
    for became, some in shapes.items():
        _change(document, became, before[became], some)
    if shapes != before:
        write_whole(path, tomlkit.dumps(document))
    return count


def _change(document: tomlkit.TOMLDocument, became: Became, before: Sequence[str], after: Sequence[str]) -> None:
    """Take shapes out of a list of the file, and add some; what people wrote between them stays."""
    if before == after:
        return
    if became not in document:
        document[became] = tomlkit.array()
    written = document[became]
    for shape in [each for each in before if each not in after]:
        written.remove(shape)
    written.extend(each for each in after if each not in before)
    written.multiline(multiline=True)


def shape_of(text: str) -> str:
    """Return a line with signs in the places of the date, the name behind "by", and the numbers in it."""
    dated = re.sub(IN_TEXT, "{date}", " ".join(text.split()))
    named = _NAMED.sub(lambda match: f"{match[1]}{{name}}" if _is_somebody(match[2]) else match[0], dated)
    return _NUMBER.sub("{number}", named)


def _is_somebody(name: str) -> bool:
    return is_name(name) and not says_something(name)


def _is_of_pages(text: str) -> bool:
    """Whether a line can be kept: a short one of the kind that pages put around a post, and nothing private."""
    line = Block(0, text)
    sentence = line.is_prose or (line.ends_sentence and not text.endswith("?") and line.words > _LONGEST_CALL)
    if len(text) > _LONGEST or "\n" in text or (sentence and not zones_of(text)) or is_contact(text):
        return False
    return _tells(shape_of(text))


def _tells(shape: str) -> bool:
    return sum(char.isalpha() for char in _PLACE.sub("", shape)) >= _FEWEST_LETTERS


@lru_cache(_MOST * len(Became))
def _pattern(shape: str) -> re.Pattern[str]:
    """Return what matches the lines of a shape; the first name and the first date in it are told by their names."""
    known: set[str] = set()
    parts = []
    for place, part in enumerate(_PLACE.split(" ".join(shape.split()))):
        if place % 2 == 0:
            parts.append(f"(?i:{re.escape(part)})")
        else:
            parts.append(f"(?:{_PLACES[part]})" if part in known else f"(?P<{part}>{_PLACES[part]})")
            known.add(part)
    return re.compile("".join(parts))


def _open(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        document = tomlkit.document()
        for line in _HEAD.splitlines():
            document.add(tomlkit.comment(line))
        return document
    except (TOMLKitError, UnicodeDecodeError) as err:
        hint = "Fix the file, or delete it to forget all corrections."
        raise WorkspaceError(f"is not valid TOML: {err}", where=path, hint=hint) from err
    except OSError as err:
        raise WorkspaceError(f"cannot be read ({err.strerror})", where=path) from err


def _shapes(document: tomlkit.TOMLDocument, became: Became, path: Path) -> list[str]:
    said = document.unwrap()
    if unknown := [key for key in said if key not in list(Became)]:
        raise WorkspaceError(f"unknown key '{unknown[0]}'", where=path, hint=f"There are: {', '.join(Became)}.")
    shapes = said.get(became, [])
    if not isinstance(shapes, list) or not all(isinstance(shape, str) for shape in shapes):
        raise WorkspaceError(
            f"'{became}' is not a list of lines", where=path, hint=f'Write: {became} = ["Our Stories"]'
        )
    if general := [shape for shape in shapes if not _tells(shape)]:
        hint = "Add the words that all of them have."
        raise WorkspaceError(f"“{general[0]}” would mean too many lines", where=path, hint=hint)
    return shapes
