"""Fixes: changes of a text that do away with a finding, which a person makes with one button."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from markdown_it.common.normalize_url import normalizeLink

from newsletter.issues.keys import with_key

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_ENDS = re.compile(r"[)\].,;:!?'*_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Puts an address, or words, in the place of others.

    Attributes:
        label: what its button says.
        old: what is replaced, in or below the finding's line; an address as browsers write it.
    """

    label: str
    old: str
    new: str

    def apply(self, text: str, line: int) -> str | None:
        """Return the changed text; nothing if what is to be replaced cannot be found."""
        start = len("".join(text.splitlines(keepends=True)[: line - 1]))
        found = next(self._places(text, start), None)
        return f"{text[: found[0]]}{self.new}{text[found[1] :]}" if found else None

    def _places(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield where it stands: as it is, or as an address that was written in another way."""
        if not self.old.startswith("http"):
            place = text.find(self.old, start)
            if place >= 0:
                yield place, place + len(self.old)
            return
        for match in _ADDRESS.finditer(text, start):
            ends = [match.end(), *(match.start() + end.start() for end in _ENDS.finditer(match[0]))]
            for end in sorted(ends, reverse=True):
                if self.old in {text[match.start() : end], normalizeLink(unescape(text[match.start() : end]))}:
                    yield match.start(), end
        if start:  # the address of a link may be written anywhere
            yield from self._places(text, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKey:
    """Sets a key of the front matter.

    Attributes:
        ask: what a person has to say first, as the label of a field.
        value: what the key is set to; `{}` is what they said.
    """

    label: str
    key: str
    ask: str
    value: str = "{}"

    def apply(self, text: str, answer: str) -> str:
        """Return the changed text."""
        return with_key(text, self.key, self.value.replace("{}", answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Adds a block at the end of the text."""

    label: str
    block: str

    def apply(self, text: str) -> str:
        """Return the changed text."""
        return f"{text.rstrip()}\n\n{self.block}\n"


Fix = Replace | SetKey | Append


def apply(fix: Fix, text: str, line: int, answer: str = "") -> str | None:
    """Return the text of a file after a fix of a finding on `line`; nothing if it cannot be made there."""
    match fix:
        case Replace():
            return fix.apply(text, line)
        case SetKey():
            return fix.apply(text, answer)
        case Append():
            return fix.apply(text)
