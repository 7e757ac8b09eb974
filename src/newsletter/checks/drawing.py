"""How the mail's texts are drawn, without dark mode: colours, size, and how clearly they are seen.

The formula of contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from newsletter.checks.mail import Mail, declarations, squeeze

Colour = tuple[int, int, int]

ENOUGH = 4.5
ENOUGH_WHEN_LARGE = 3.0

_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)
_HEX = re.compile(r"#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))\b", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)", re.IGNORECASE)
_NAMES: dict[str, Colour] = {"black": _BLACK, "white": _WHITE}
_RAISED = frozenset({"sub", "sup"})  # footnote marks are small by nature, and judged as the text around them
_SIZE = re.compile(r"([\d.]+)(px|pt|em|rem|%)")


@dataclass(frozen=True, slots=True)
class _Style:
    """What an element hands down to those inside it."""

    ink: Colour = _BLACK
    paper: Colour = _WHITE
    size: float = 16.0  # CSS pixels
    bold: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text as it is drawn; `size` in CSS pixels, `contrast` from 1 to 21."""

    text: str
    size: float
    contrast: float
    contrast_wanted: float


def drawn_texts(mail: Mail) -> Iterator[DrawnText]:
    """Yield the texts of a mail that are seen."""
    known: dict[HtmlElement, _Style] = {}
    for element, text in mail.texts():
        style = _style_of(element, known)
        large = style.size >= 24 or (style.bold and style.size >= 18.66)
        if not style.hidden:
            wanted = ENOUGH_WHEN_LARGE if large else ENOUGH
            yield DrawnText(squeeze(text)[:60], style.size, contrast(style.ink, style.paper), wanted)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read_colour(text: str) -> Colour | None:
    """Return a colour as mails write them: hexadecimal, ``rgb()``, black or white."""
    if found := _HEX.search(text):
        pairs = found.groups()[:3] if found[1] else [digit * 2 for digit in found.groups()[3:]]
        red, green, blue = (int(pair, 16) for pair in pairs)
        return red, green, blue
    if found := _RGB.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    return _NAMES.get(text.strip().lower())


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _style_of(element: HtmlElement, known: dict[HtmlElement, _Style]) -> _Style:
    """Return how an element is drawn: its own style within that of all around it."""
    if element not in known:
        parent = element.getparent()
        known[element] = _inside(element, _Style() if parent is None else _style_of(parent, known))
    return known[element]


def _inside(element: HtmlElement, outer: _Style) -> _Style:
    own = declarations(element.get("style", ""))
    paper = own.get("background-color") or own.get("background") or element.get("bgcolor", "")
    bold = element.tag in {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"} or outer.bold
    weight = own.get("font-weight", "")
    return replace(
        outer,
        ink=read_colour(own.get("color", "")) or outer.ink,
        paper=read_colour(paper) or outer.paper,
        size=outer.size if element.tag in _RAISED else _size(own.get("font-size", ""), outer.size),
        bold=weight in {"bold", "bolder", "600", "700", "800", "900"} if weight else bold,
        hidden=outer.hidden or own.get("display") == "none" or element.tag in {"head", "style", "title"},
    )


def _size(text: str, outer: float) -> float:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return outer
    number = float(found[1])
    return {"px": number, "pt": number * 4 / 3, "em": number * outer, "rem": number * 16, "%": number * outer / 100}[
        found[2]
    ]
