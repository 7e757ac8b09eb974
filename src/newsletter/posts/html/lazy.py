"""Pictures that a page loads late or in several sizes: each gets its one true address."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.tree import elements, find_first

_LATE = (
    "data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-full-src", "data-image",
    "data-hi-res-src", "data-url", "data-delayed-url", "data-image-src", "data-img-src", "data-echo",
)  # fmt: skip
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_EMPTY = re.compile(
    r"(?:data:image/(?:gif|svg\+xml|png|webp)[;,].{0,2000}|about:blank|#|"
    r"(?:.*[/_-])?(?:blank|spacer|placeholder|transparent|pixel|lazy|loading|1x1|empty)[\w-]*\.(?:gif|png|svg|jpe?g))"
    r"(?:\?.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS_AND_SIZE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_NOT_FOR_MAIL = re.compile(r"image/(?:avif|webp|svg|jxl)")
_WIDE_ENOUGH = 1200
"""Pixels; more is made smaller anyway."""


def settle_sources(soup: BeautifulSoup) -> None:
    """Give each picture the best address that the page has for it, and take in those shown only without scripts."""
    _open_noscripts(soup)
    for image in [tag for tag in elements(soup) if tag.name in {"img", "amp-img"}]:
        image.name = "img"
        source = best_source(image)
        if source:
            image["src"] = source
        elif image.has_attr("src"):
            del image["src"]


def best_source(image: Tag) -> str:
    """Return the address of a picture in its best size, or nothing when the page has none."""
    shown = _real(image.get("src"))
    late = next((address for key in _LATE if (address := _real(image.get(key)))), "")
    better = _widest(image, shown) or late
    if shown and better and _is_whole(shown) != _is_whole(better):
        return shown  # a browser saved the picture that it showed beside the page
    return better or shown


def _open_noscripts(soup: BeautifulSoup) -> None:
    """Put a picture that is shown only without scripts in the place of the one that scripts would fill."""
    for noscript in [tag for tag in elements(soup) if tag.name == "noscript"]:
        image = find_first(noscript, {"img"})
        if image is None or not best_source(image) or _is_tracker(image):
            continue
        before = noscript.find_previous_sibling()
        after = noscript.find_next_sibling()
        for near in (before, after):
            stand_in = near if near is None or near.name == "img" else find_first(near, {"img"})
            if stand_in is None:
                continue
            if not best_source(stand_in):
                stand_in.replace_with(image.extract())
            noscript.decompose()
            break
        else:
            noscript.replace_with(image.extract())


def _is_tracker(image: Tag) -> bool:
    return str(image.get("width")) in {"0", "1"} or "display:none" in str(image.get("style") or "").replace(" ", "")


def _widest(image: Tag, shown: str) -> str:
    """Return the smallest address that is wide enough, else the widest, of the sets for the picture.

    None is told when all are small and the picture itself is none of them: then it is the original.
    """
    found: list[tuple[float, str]] = []
    for each in _sets(image):
        sizes = [
            (float(match[2]) * (1 if match[3] == "w" else 600) if match[2] else 600.0, match[1])
            for match in _ADDRESS_AND_SIZE.finditer(each)
            if _real(match[1])
        ]
        found = found or sizes
    enough = [each for each in found if each[0] >= _WIDE_ENOUGH]
    if enough:
        return min(enough)[1]
    original = shown and shown not in [address for _, address in found]
    return max(found)[1] if found and not original else ""


def _sets(image: Tag) -> Iterator[str]:
    """Yield the sets of addresses: the picture's own, then those of its other formats, the ones for mail first."""
    yield from (str(image[key]) for key in _SETS if image.get(key))
    around = image.find_parent("picture")
    sources = [tag for tag in elements(around) if tag.name == "source"] if around is not None else []
    if sources and not _real(image.get("src")):
        for source in sorted(sources, key=lambda tag: bool(_NOT_FOR_MAIL.match(str(tag.get("type") or "")))):
            yield from (str(source[key]) for key in _SETS if source.get(key))


def _real(address: object) -> str:
    text = str(address or "").strip()
    return "" if _EMPTY.fullmatch(text) else text


def _is_whole(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))
