"""What may never reach a mail: control characters, unknown tags, and tags nested too deeply."""

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

import nh3
from markupsafe import Markup

DEEPEST = 60
"""How many tags may be nested. The MJML engine crashes the whole process near 9,000."""

SCHEMES = {"https", "http", "mailto", "tel"}
"""Where a link in a mail may lead."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"<br\b[^>]*>\s*|(?<=</li>|</dt>|</dd>)\s*|(?<=</p>)\s*", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "dl", "dt", "em", "i", "kbd", "li"),
    *("mark", "ol", "p", "pre", "q", "s", "small", "strong", "sub", "sup", "u", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def without_controls(text: str) -> str:
    """Return `text` without the characters that no mail may hold (line breaks and tabs stay)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=2048)
def clean_fragment(fragment: str) -> Markup:
    """Return `fragment` with harmless tags only; the text of any other tag is kept.

    What was cleaned before is remembered: while an issue is written, all but one paragraph stay.
    """
    cleaner = nh3.clean(fragment, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return Markup(cleaner)  # noqa: S704 - sanitised in the line above


def text_of(fragment: str) -> str:
    """Return the text of an HTML fragment, line breaks kept."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", fragment)))


def depth(fragment: str) -> int:
    """Return how deeply the tags of `fragment` are nested."""
    meter = _Meter()
    meter.feed(fragment)
    return meter.deepest


class _Meter(HTMLParser):
    """Counts nesting without a tree, so that a hostile depth costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.level = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        """Go one level down."""
        if tag not in _VOID:
            self.level += 1
            self.deepest = max(self.deepest, self.level)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """A tag that closes itself nests nothing."""

    def handle_endtag(self, tag: str) -> None:
        """Go one level up."""
        if tag not in _VOID:
            self.level -= 1
