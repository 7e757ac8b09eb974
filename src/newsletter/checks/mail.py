"""The mail's HTML as a tree, and what readers see of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html
from lxml.html import HtmlElement

_UNSEEN = {"script", "style", "title", "head"}
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed HTML part. What stands in comments for Outlook is no part of the tree."""

    root: HtmlElement

    @property
    def text(self) -> str:
        """All words that are shown, with single spaces between them."""
        return squeeze(" ".join(text for element, text in self.texts() if element.tag not in _UNSEEN))

    def texts(self) -> Iterator[tuple[HtmlElement, str]]:
        """Yield each run of text with the element that it stands in."""
        for element in self.root.iter(html.etree.Element):
            if element.text and element.text.strip():
                yield element, element.text
            for child in element:
                if child.tail and child.tail.strip():
                    yield element, child.tail

    def elements(self, tag: str) -> list[HtmlElement]:
        """Return all elements with this tag."""
        return list(self.root.iter(tag))


def parse_mail(text: str) -> Mail:
    """Parse a finished HTML part."""
    return Mail(html.document_fromstring(text))


def squeeze(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


def shortened(text: str, longest: int = 140) -> str:
    """Return the beginning of `text`, cut at a word."""
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0]} …"


def declarations(style: str) -> dict[str, str]:
    """Return the declarations of a ``style`` attribute."""
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value.strip()}
