"""Colours as programs darken them by themselves."""

import colorsys
from functools import lru_cache
from typing import Any

from tinycss2 import parse_component_value_list, serialize
from tinycss2.color3 import RGBA, parse_color

from newsletter.checks.simulation.programs import Darkness

CANVAS = "#1f1f1f"
INK = "#e6e6e6"
"""What a mail without colours of its own stands on, and is written in."""

_DARKEST, _LIGHTEST = 0.1, 0.93
_INKS = frozenset({"color", "text-decoration", "text-decoration-color"})
_PAPERS = ("background", "border", "outline", "bgcolor")


def is_ink(name: str) -> bool:
    """Whether a CSS property colours text."""
    return name in _INKS


def is_paper(name: str) -> bool:
    """Whether a CSS property colours a surface or a line."""
    return name.startswith(_PAPERS)


@lru_cache(maxsize=512)
def turned(name: str, value: str, manner: Darkness) -> str:
    """Return the value of a CSS property with its colours as a program shows them in the dark."""
    if not (is_ink(name) or is_paper(name)):
        return value
    return "".join(_turned(token, name, manner) for token in parse_component_value_list(value))


def _turned(token: Any, name: str, manner: Darkness) -> str:
    colour = parse_color(token) if token.type in {"hash", "ident", "function"} else None
    if not isinstance(colour, RGBA) or colour.alpha == 0:
        return str(serialize([token]))
    lightness = (min(colour[:3]) + max(colour[:3])) / 2
    stays = lightness >= 0.5 if is_ink(name) else lightness < 0.5
    return str(serialize([token])) if manner is Darkness.PARTIAL and stays else _turned_over(colour, lightness)


def _turned_over(colour: RGBA, lightness: float) -> str:
    """Return a colour as light as it was dark, of the same hue and as colourful as before: white stays without hue."""
    hue, _, _ = colorsys.rgb_to_hls(*colour[:3])
    wanted = _DARKEST + (1 - lightness) * (_LIGHTEST - _DARKEST)
    chroma = max(colour[:3]) - min(colour[:3])
    saturation = min(1, chroma / (1 - abs(2 * wanted - 1)))
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, wanted, saturation))
    opaque = f"#{red:02x}{green:02x}{blue:02x}"
    return opaque if colour.alpha == 1 else f"rgba({red},{green},{blue},{colour.alpha:g})"
