"""The theme's styles, written into each element: some inboxes drop the mail's head."""

import logging
import re
import sys
from functools import lru_cache
from types import ModuleType
from typing import Any

import cssutils
import cssutils.util

# premailer would fetch style sheets with requests, which it may not, and which takes longer to import than the rest.
_is_new = "requests" not in sys.modules
if _is_new:
    sys.modules["requests"] = ModuleType("requests")
from premailer import Premailer  # noqa: E402

if _is_new:
    del sys.modules["requests"]

# premailer's own switch does not reach @import, which cssutils would fetch, files included.
cssutils.util._defaultFetcher = lambda _url: (None, "")  # noqa: SLF001 - the only way to switch it off
cssutils.log.setLevel(logging.CRITICAL)
cssutils.ser.prefs.minimizeColorHash = False  # some inboxes do not know #fff

_IGNORE = ' data-premailer="ignore"'
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASSES = re.compile(r'class="([^"]*)"')
_TAGS = re.compile(r"<([a-z][a-z0-9]*)")
_NAMES = re.compile(r"([.]?)([a-z][\w-]*)")
_UNNAMED = re.compile(r":[\w-]+(?:\([^)]*\))?|\[[^\]]*\]")


def inline_styles(html: str, css: str) -> str:
    """Return `html` with the rules of `css` on the elements that they match.

    The style elements of the HTML itself stay as they are: they hold what cannot be
    inlined (dark mode, phones), and MJML has inlined its own styles already.
    """
    guarded = html.replace("<style", f"<style{_IGNORE}")
    inlined: str = _Inliner(guarded, css_text=[_needed(css, html)], **_OPTIONS).transform(pretty_print=False)
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


def _needed(css: str, html: str) -> str:
    """Return the rules whose tags and classes are in the mail: few issues use most of them, and each takes its time."""
    if "@" in css:  # what it holds may be nested
        return css
    classes = {name for several in _CLASSES.findall(html) for name in several.split()}
    there = {"": set(_TAGS.findall(html)), ".": classes}
    rules: list[str] = []
    for selectors, style in _RULE.findall(css):
        needed = [each for each in selectors.split(",") if all(name in there[kind] for kind, name in _names(each))]
        rules += [f"{','.join(needed)}{{{style}}}"] if needed else []
    return "\n".join(rules)


@lru_cache(maxsize=1024)
def _names(selector: str) -> list[tuple[str, str]]:
    """Return the tags and classes that must be in a mail for `selector` to match."""
    return _NAMES.findall(_UNNAMED.sub("", selector))


class _Inliner(Premailer):  # type: ignore[misc]  # it has no types
    """Reads each style sheet once: a theme's stays the same while an issue is written."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        rules, leftover = _read_rules(css_body, ruleset_index)
        return list(rules), list(leftover)


@lru_cache(maxsize=16)
def _read_rules(css: str, index: int) -> tuple[list[Any], list[Any]]:
    read: tuple[list[Any], list[Any]] = Premailer("<p>", **_OPTIONS)._parse_style_rules(css, index)  # noqa: SLF001
    return read
