"""Front matter: the YAML between two ``---`` lines with which a Markdown file begins.

Staff are no YAML programmers. A line such as ``subject: Winter: what helps`` is therefore
read as the text that it plainly is, although YAML itself would refuse it: for the keys
that hold one line of text, everything after the colon is the text, unless it is a complete
quoted text.
"""

import difflib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from newsletter.errors import NewsletterError, parsing
from newsletter.posts.decoding import well_formed

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_ENTRY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:[ \t]+(\S.*?)[ \t]*")
_NO_SPACE = re.compile(r"([A-Za-z_][\w-]*):(\S.*)")
_YAML_TEXT = re.compile(r""""(?:[^"\\]|\\.)*"(?:[ \t]+#.*)?|'(?:[^']|'')*'(?:[ \t]+#.*)?|[|>][+-]?\d?""")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands between the fences, with the line of each key, and what follows it.

    Attributes:
        values: the keys and their YAML values.
        lines: the line of the file on which each key stands, counted from 1.
        body: the text after the front matter, without blank lines before and behind.
        body_line: the line on which `body` begins.
        present: whether the file has front matter at all.
    """

    where: str
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    body_line: int
    error: type[NewsletterError] = field(default=NewsletterError, repr=False)
    present: bool = True

    def mistake(self, what: str, key: str = "", *, hint: str = "", command: str = "") -> NewsletterError:
        """Return the error for a mistake in `key`'s line (or in the file's first)."""
        return self.error(what, where=f"{self.where}:{self.lines.get(key, 1)}", hint=hint, command=command)


def read_front_matter(
    text: str, where: str, *, known: Collection[str] | None, plain: Collection[str], error: type[NewsletterError]
) -> FrontMatter:
    """Split `text` into front matter and body, and parse the first.

    Args:
        text: the whole file, with line feeds as line ends.
        where: the file, for errors.
        known: the keys that may stand in it; None when any may.
        plain: those of them that hold one line of text.
        error: the class of the error to raise.

    Raises:
        NewsletterError: (of the class `error`) the front matter is not closed, is no
            YAML, repeats a key or has an unknown one; it names file, line and remedy.
    """
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not _FENCE.fullmatch(lines[start]):
        body, line = _body(lines, start)
        return FrontMatter(where, {}, {}, body, line, error, present=False)
    end = next((number for number in range(start + 1, len(lines)) if _END.fullmatch(lines[number])), None)
    if end is None:
        hint = "Close the lines at the top with a line that is only: ---"
        raise error("the front matter is never closed", where=f"{where}:{start + 1}", hint=hint)
    values, places = _parse(lines[start + 1 : end], start + 2, where, plain, error)
    body, line = _body(lines, end + 1)
    matter = FrontMatter(where, values, places, body, line, error)
    if known is not None:
        _check_keys(matter, known)
    return matter


def write_front_matter(values: Mapping[str, object], body: str) -> str:
    """Return a Markdown file's text: `values` as YAML between fences, a blank line, `body`."""
    dumped = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=10_000)
    text = body.strip("\n")
    return f"---\n{dumped}---\n" + (f"\n{text}\n" if text else "")


def _body(lines: list[str], start: int) -> tuple[str, int]:
    first = next((number for number in range(start, len(lines)) if lines[number].strip()), start)
    return "\n".join(lines[first:]).rstrip(), first + 1


def _parse(
    lines: list[str], first_line: int, where: str, plain: Collection[str], error: type[NewsletterError]
) -> tuple[dict[str, Any], dict[str, int]]:
    source = "\n".join(_as_yaml(line, lines[number + 1 :][:1], plain) for number, line in enumerate(lines))
    place = f"{where}:{first_line}"
    if len(source) > _LONGEST:
        raise error("the front matter is longer than any can be", where=place, hint="Move the text below it.")
    with parsing(error("the front matter is not understood", where=place, hint=_EXAMPLE)):
        try:
            return _entries(_composed(source, place, error), first_line, where, error)
        except yaml.MarkedYAMLError as err:
            line = first_line + (err.problem_mark.line if err.problem_mark else 0)
            what, hint = f"this line is not understood ({err.problem})", _remedy(lines, line - first_line)
            raise error(what, where=f"{where}:{line}", hint=hint) from err


class _Loader(yaml.SafeLoader):
    """Reads YAML without aliases: by those a few lines become more than any memory holds."""

    def fetch_alias(self) -> None:
        """Refuse the star before a text."""
        raise yaml.scanner.ScannerError(None, None, "a text that begins with * needs quotes", self.get_mark())


def _composed(source: str, place: str, error: type[NewsletterError]) -> yaml.MappingNode:
    node = yaml.compose(source, Loader=_Loader)
    if node is None:
        return yaml.MappingNode("", [])
    if not isinstance(node, yaml.MappingNode):
        raise error("is not a list of keys", where=place, hint="Write it so: title: Winter light")
    return node


_LONGEST = 50_000
_EXAMPLE = 'Each line is a key, a colon, a space and a value: title: "Winter light"'


def _as_yaml(line: str, following: list[str], plain: Collection[str]) -> str:
    """Quote the text of a one-line entry, so that YAML takes it as it stands."""
    entry = _ENTRY.fullmatch(line)
    if entry is None or entry[1] not in plain:
        squeezed = _NO_SPACE.fullmatch(line)
        if squeezed is None or squeezed[1] not in plain:
            return line
        entry = squeezed
    goes_on = bool(following) and following[0][:1] in {" ", "\t"} and bool(following[0].strip())
    if goes_on or _YAML_TEXT.fullmatch(entry[2]):
        return line
    return f"{entry[1]}: {json.dumps(entry[2], ensure_ascii=False)}"


def _entries(
    node: yaml.MappingNode, first_line: int, where: str, error: type[NewsletterError]
) -> tuple[dict[str, Any], dict[str, int]]:
    constructor = yaml.SafeLoader("")
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        key = well_formed(str(key_node.value))
        if key in values:
            raise error(f"'{key}' stands here twice", where=f"{where}:{line}", hint="Keep one of the two lines.")
        values[key] = _well_formed(constructor.construct_object(value_node, deep=True))
        places[key] = line
    return values, places


def _well_formed(value: Any) -> Any:
    """Return a value whose texts have no halves of characters, which YAML can spell."""
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_well_formed(each) for each in value]
    return well_formed(value) if isinstance(value, str) else value


def _remedy(lines: list[str], number: int) -> str:
    """Show the line as it should be, when it is one that has a key."""
    for candidate in (number, number - 1):
        entry = _ENTRY.fullmatch(lines[candidate]) if 0 <= candidate < len(lines) else None
        if entry:
            return f"Put the text into quotes: {entry[1]}: {json.dumps(entry[2].strip(chr(34)), ensure_ascii=False)}"
    return _EXAMPLE


def _check_keys(matter: FrontMatter, known: Collection[str]) -> None:
    for key in matter.values:
        if key not in known:
            close = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.6)
            hint = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known)}."
            raise matter.mistake(f"unknown key '{key}'", key, hint=hint)
