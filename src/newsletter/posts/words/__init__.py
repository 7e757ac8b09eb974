"""The words of interfaces, by language: what pages and programs put around an article, and what it is.

Each language, the feet of newsletters and the lines of mail programs are a file of data beside this one; to teach the
program a word is to add a line to it. "{this}" in a pattern stands for the part of that name at the file's top.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ZONES = ("anywhere", "company", "edge", "end", "tail", "last", "about", "thread")
_CAPITALS = "named"
_FEWEST_ENTRIES = 3
_LONGEST = 250
"""Characters; longer lines are paragraphs."""
_PART = re.compile(r"\{([a-z]+)\}")
_DECORATION = re.compile(r"^[^\w#©(\[¿¡]+(?=[\w#])|(?<![\s:|•·→»>–—-])[\s:|•·→»>–—-]+$")
"""The look behind keeps a long row of such signs inside a line from being tried from each of its places."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """One pattern a reason, and one of all, so that most lines are looked at once and not some hundred times."""

    reasons: tuple[tuple[str, re.Pattern[str]], ...]
    all: re.Pattern[str]

    def reason(self, forms: Collection[str]) -> str:
        """Return why a line that can be read in these forms is none of an author's, or nothing."""
        matching = [form for form in forms if self.all.fullmatch(form)]
        return next((reason for reason, pattern in self.reasons if any(map(pattern.fullmatch, matching))), "")


@cache
def read_words(name: str) -> dict[str, Any]:
    """Return one file of data, by its name, its parts put where its patterns name them."""
    data = tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    parts: dict[str, str] = {}
    for each, pattern in data.pop("parts", {}).items():
        parts[each] = _filled(pattern, parts)
    return {key: _filled(value, parts) for key, value in data.items()}


def _filled(value: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, parts) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, parts) for each in value]
    return _PART.sub(lambda part: parts[part[1]], value)


def listed(name: str, key: str) -> str:
    """Return one pattern for all that a file of data lists under a key."""
    return "|".join(read_words(name)[key])


def zones_of(text: str) -> Mapping[str, str]:
    """Return in which zones of a page a line is boilerplate, each with the reason."""
    return _zones_of(text) if len(text) <= _LONGEST else {}


def is_boilerplate(text: str) -> bool:
    """Whether a line is boilerplate wherever it stands."""
    return "anywhere" in zones_of(" ".join(text.split()))


@cache
def small_words() -> frozenset[str]:
    """Return the words that stay small in a title."""
    return frozenset(word for said in _grammar("small").values() for word in said.split())


@cache
def openings(name: str) -> str:
    """Return as one pattern what stands before an author ("by") or a day ("on", "late"): a group for each language."""
    return "|".join(f"(?P<{name}_{language}>{said})" for language, said in _grammar(name).items())


def is_menu_row(text: str) -> bool:
    """Whether a line is a menu: three or more known entries side by side, and few other words.

    In a title the small words begin small, and in a sentence there are stops.
    """
    words = re.findall(r"[^\W_][\w'’-]*", text)
    if len(words) < _FEWEST_ENTRIES or re.search(r"[.,;:!?]", text):
        return False
    if any(word[0].islower() for word in words) and text != text.lower():
        return False
    entries = _entries().findall(text.lower())
    return len(entries) >= _FEWEST_ENTRIES and sum(len(entry.split()) for entry in entries) >= 0.6 * len(words)


@cache
def _entries() -> re.Pattern[str]:
    lists = (some.split(", ") for some in _grammar("menu").values())
    known = sorted({entry for some in lists for entry in some}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known))})(?![\w-])")


def _zones_of(text: str) -> dict[str, str]:
    plain = text.lower().replace("’", "'")
    forms = {plain, _DECORATION.sub("", plain)}
    found = {name: reason for name, zone in _compiled().items() if name != _CAPITALS and (reason := zone.reason(forms))}
    named = _compiled()[_CAPITALS].reason({_DECORATION.sub("", text)})
    if named:
        found.setdefault("anywhere", named)
    return found


@cache
def _compiled() -> dict[str, _Zone]:
    found = {}
    for name in (*ZONES, _CAPITALS):
        rows: dict[str, list[str]] = {}
        for data in _languages().values():
            for reason, patterns in data.get(name, {}).items():
                rows.setdefault(reason, []).extend(f"(?:{pattern})" for pattern in patterns)
        joined = {reason: "|".join(patterns) for reason, patterns in rows.items()}
        compiled = tuple((reason, re.compile(pattern)) for reason, pattern in joined.items())
        found[name] = _Zone(compiled, re.compile("|".join(joined.values())))
    return found


def _grammar(name: str) -> dict[str, str]:
    """Return by language what it says of its own words under a name, where it says anything."""
    grammars = {language: data.get("grammar", {}) for language, data in _languages().items()}
    return {language: str(grammar[name]) for language, grammar in grammars.items() if name in grammar}


@cache
def _languages() -> dict[str, dict[str, Any]]:
    names = sorted(each.name.removesuffix(".toml") for each in files(__name__).iterdir() if each.name.endswith(".toml"))
    return {name: read_words(name) for name in names}
