"""A theme's design tokens: what `theme.toml` says, with the clinic's brand laid over it."""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsletter.errors import ThemeError
from newsletter.rendering.contrast import ENOUGH, contrast, is_colour, nearest_pair, nearest_readable, toned
from newsletter.workspace.settings import Theme as Brand

Tokens = dict[str, Any]

TEXT_ON: Mapping[str, tuple[str, ...]] = {
    "ink": ("paper", "canvas", "tint", "alarm_tint"),
    "quiet": ("paper", "tint", "canvas"),
    "accent": ("paper", "tint", "alarm_tint"),
    "on_accent": ("accent",),
    "alarm": ("alarm_tint",),
}
"""Which colours carry text on which others; each pair must be readable in both schemes."""

_BEHIND_ACCENT = (*TEXT_ON["accent"], "canvas")  # the last in large type only
_GROUNDS = ("canvas", "paper", "tint", "line")
_SCHEMES = ("light", "dark")
_LARGEST = 2_000


def read_tokens(path: Path) -> Tokens:
    """Read a `theme.toml`.

    Raises:
        ThemeError: it is not TOML, or a colour or size in it is none.
    """
    try:
        changed = path.stat()
        return deepcopy(_read_tokens(path, changed.st_mtime_ns, changed.st_size))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as err:
        raise ThemeError(f"cannot be read: {err}", where=path) from err


@lru_cache(maxsize=16)  # the preview renders at each saved letter
def _read_tokens(path: Path, _changed: int, _size: int) -> Tokens:
    tokens = tomllib.loads(path.read_text("utf-8-sig"))
    _refuse_wrong_kinds(tokens, path)
    return tokens


def _refuse_wrong_kinds(tokens: Tokens, path: Path) -> None:
    """Make sure that colours are colours and sizes are sizes."""
    for scheme, colours in tokens.get("colors", {}).items():
        for name, colour in colours.items():
            if not is_colour(colour):
                what = f"{scheme}.{name}: {colour} is not a color that every inbox knows"
                raise ThemeError(what, where=path, hint=f'Write # and six digits: {name} = "#235b52"')
    for table in ("type", "space"):
        for name, size in tokens.get(table, {}).items():
            if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _LARGEST:
                what = f"{table}.{name}: {size} is no number of pixels"
                raise ThemeError(what, where=path, hint=f"Write a whole number without quotes: {name} = 18")


def refuse_gaps(tokens: Tokens, where: Path) -> None:
    """Make sure that all tokens are there that this program itself needs.

    Raises:
        ThemeError: one is missing.
    """
    colours = {*TEXT_ON, *(paper for papers in TEXT_ON.values() for paper in papers)}
    needed = [("colors", scheme, name) for scheme in _SCHEMES for name in sorted(colours)]
    for path in [*needed, ("space", "width"), ("space", "side"), ("space", "logo"), ("words", "crisis")]:
        table: Any = tokens
        for key in path:
            table = table.get(key) if isinstance(table, dict) else None
        if table is None:
            hint = 'Write it there, or begin the file with: extends = "clinic"'
            raise ThemeError(f"the theme has no {'.'.join(path)}", where=where, hint=hint)


def merged(below: Tokens, above: Tokens) -> Tokens:
    """Return `below` with what `above` says laid over it, table by table."""
    found = deepcopy(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = merged(found[key], value) if both else deepcopy(value)
    return found


def in_language(tokens: Tokens, language: str) -> Tokens:
    """Return `tokens` with the theme's own words for `language`, where it has some."""
    own = tokens.get("words_in", {})
    words = own.get(language) or own.get(language.partition("-")[0].lower(), {})
    return merged(tokens, {"words": words})


def branded(tokens: Tokens, brand: Brand) -> Tokens:
    """Return `tokens` in the clinic's own colours.

    Grounds and lines take on the hue of the accent, as far as all text on them can still be read.
    Where the brand has no accent for the dark, it is the nearest shade of the light one
    that can be read there; and text on the accent is white or black, whichever reads better.
    """
    light, dark = (dict(tokens["colors"][scheme]) for scheme in _SCHEMES)
    if brand.accent:
        light, dark = (_toned(colours, brand.accent) for colours in (light, dark))
        light["accent"] = brand.accent
        if contrast(brand.accent, "#ffffff") >= ENOUGH:  # then it is the grounds that give way
            light |= {name: nearest_readable(light[name], [brand.accent]) or light[name] for name in _BEHIND_ACCENT}
        dark["accent"] = nearest_readable(brand.accent, [dark[name] for name in _BEHIND_ACCENT]) or dark["accent"]
    if brand.accent_dark:
        dark["accent"] = brand.accent_dark
    for colours, given in ((light, brand.accent), (dark, brand.accent or brand.accent_dark)):
        if given:
            colours["on_accent"] = max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, colours["accent"]))
    return merged(tokens, {"colors": {"light": light, "dark": dark}})


def _toned(colours: Tokens, accent: str) -> Tokens:
    """Return `colours` with their grounds in the hue of `accent`, unless that makes text on them hard to read."""
    found = colours | {name: toned(colours[name], accent) for name in _GROUNDS if name in colours}
    others = [pair for pair in _weak_pairs(found) if pair[0] != "accent"]
    return colours if others else found


def _weak_pairs(colours: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each ink with the first of its papers on which it cannot be read."""
    for ink, papers in TEXT_ON.items():
        weak = next((paper for paper in papers if contrast(colours[ink], colours[paper]) < ENOUGH), None)
        if weak:
            yield ink, weak


def refuse_weak_contrast(tokens: Tokens, where: Path) -> None:
    """Make sure that all text can be read, light and dark.

    Raises:
        ThemeError: a pair of colours is too close; the error names the nearest that is not.
    """
    for scheme in _SCHEMES:
        colours = tokens["colors"][scheme]
        for ink, paper in _weak_pairs(colours):
            raise _too_weak(colours, scheme, ink, paper, where)


def _too_weak(colours: Mapping[str, str], scheme: str, ink: str, paper: str, where: Path) -> ThemeError:
    papers = TEXT_ON[ink]
    near_ink, *near_papers = nearest_pair(colours[ink], [colours[name] for name in papers])
    pairs = {ink: near_ink} | dict(zip(papers, near_papers, strict=True))
    changes = ", ".join(f'{name} = "{colour}"' for name, colour in pairs.items() if colour != colours[name])
    ratio = contrast(colours[ink], colours[paper])
    return ThemeError(
        f"{scheme} colors: {ink} ({colours[ink]}) cannot be read on {paper} ({colours[paper]}): "
        f"their contrast is {ratio:.1f}, text needs {ENOUGH}",
        where=where,
        hint=f"The nearest that can be read: {changes}",
    )
