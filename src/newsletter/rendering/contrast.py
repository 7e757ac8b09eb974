"""Whether a colour can be read on another, and the nearest one that can (WCAG 2.2, 1.4.3)."""

import colorsys
import re
from collections.abc import Iterable

ENOUGH = 4.5
"""The contrast that text needs."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 400
_GREY = 0.05


def is_colour(text: object) -> bool:
    """Whether `text` is a colour as every inbox knows it: ``#`` and six digits."""
    return isinstance(text, str) and bool(_HEX.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def nearest_readable(ink: str, papers: Iterable[str]) -> str | None:
    """Return the colour nearest to `ink`, of its own hue, that can be read on all `papers`.

    Nothing is returned where there is none: on papers of a middling grey.
    """
    papers = tuple(papers)
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(ink))
    for step in sorted(range(_STEPS + 1), key=lambda step: abs(step / _STEPS - lightness)):
        found = _hex(colorsys.hls_to_rgb(hue, step / _STEPS, saturation))
        if all(contrast(found, paper) >= ENOUGH for paper in papers):
            return found
    return None


def nearest_pair(ink: str, papers: Iterable[str]) -> tuple[str, ...]:
    """Return a readable ink, then the papers, changed as little as needed.

    The ink is moved alone where that is enough; else it becomes black or white, whichever
    is nearer to it, and each paper that is still too near moves away.
    """
    papers = tuple(papers)
    found = nearest_readable(ink, papers)
    if found:
        return (found, *papers)
    extreme = "#000000" if _luminance(ink) < _luminance(papers[0]) else "#ffffff"
    return (extreme, *(nearest_readable(paper, [extreme]) or paper for paper in papers))


def toned(colour: str, like: str) -> str:
    """Return `colour` in the hue of `like`, as light and as colourful as before; grey beside grey."""
    hue, _, strength = colorsys.rgb_to_hls(*_parts(like))
    _, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return _hex(colorsys.hls_to_rgb(hue, lightness, saturation if strength > _GREY else 0))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
