"""The theme's styles, written into each element: some inboxes drop the mail's head."""

import logging
import re
from functools import lru_cache
from typing import Any

import cssutils
import cssutils.util
from premailer import Premailer

# premailer's own switch does not reach @import, which cssutils would fetch, files included.
cssutils.util._defaultFetcher = lambda _url: (None, "")  # noqa: SLF001 - the only way to switch it off
cssutils.log.setLevel(logging.CRITICAL)
cssutils.ser.prefs.minimizeColorHash = False  # some inboxes do not know #fff

_IGNORE = ' data-premailer="ignore"'
_CLASSES = re.compile(r'class="([^"]*)"')
_TAGS = re.compile(r"<([a-z][a-z0-9]*)")
_NAMES = re.compile(r"([.]?)([a-z][\w-]*)")


def inline_styles(html: str, css: str) -> str:
    """Return `html` with the rules of `css` on the elements that they match.

    The style elements of the HTML itself stay as they are: they hold what cannot be
    inlined (dark mode, phones), and MJML has inlined its own styles already.
    """
    guarded = html.replace("<style", f"<style{_IGNORE}")
    inlined: str = _Inliner(guarded, css_text=[css], **_OPTIONS).transform(pretty_print=False)
    return inlined.replace(_IGNORE, "").replace("</wbr>", "")  # libxml2 does not know that wbr has no end


_OPTIONS: dict[str, Any] = {
    "allow_network": False,
    "allow_loading_external_files": False,
    "disable_link_rewrites": True,
    "keep_style_tags": False,  # of `css`; those of the HTML are ignored anyway
    "strip_important": False,
    "disable_validation": True,
    "remove_unset_properties": False,
    "align_floating_images": False,
    # else <img width="120"> becomes width="100%", and Outlook shows the file's full size
    "disable_basic_attributes": ["align", "valign", "bgcolor", "width", "height"],
}


class _Inliner(Premailer):  # type: ignore[misc]  # it has no types
    """Reads each style sheet once, and searches the mail only for what is in it.

    A theme's style sheet stays the same while an issue is written, and few issues use all of its rules.
    """

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        rules, leftover = _read_rules(css_body, ruleset_index)
        classes = {name for several in _CLASSES.findall(self.html) for name in several.split()}
        there = {".": classes, "": set(_TAGS.findall(self.html))}
        found = [rule for rule in rules if all(name in there[kind] for kind, name in _names(rule[1]))]
        return found, list(leftover)


@lru_cache(maxsize=1024)
def _names(selector: str) -> list[tuple[str, str]]:
    """Return the tags and classes that must be in a mail for `selector` to match; pseudo-classes are left out."""
    return _NAMES.findall(re.sub(r":[\w-]+(?:\([^)]*\))?|\[[^\]]*\]", "", selector))


@lru_cache(maxsize=16)
def _read_rules(css: str, index: int) -> tuple[list[Any], list[Any]]:
    read: tuple[list[Any], list[Any]] = Premailer("<p>", **_OPTIONS)._parse_style_rules(css, index)  # noqa: SLF001
    return read
