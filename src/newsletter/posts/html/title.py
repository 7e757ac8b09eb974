"""The title of a page's article: among what the page shows and what its head tells."""

import re
from collections.abc import Collection, Iterable, Sequence

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.regions import is_prose
from newsletter.posts.html.tree import elements, holds, said, select

_TITLES = (
    '[data-hook="post-title"], .post-title, .entry-title, .wp-block-post-title, .gh-article-title, .pw-post-title',
    "h1",
    "h2, h3",
)
_SUFFIX = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{2,60}$")


def find_title(soup: BeautifulSoup, told: Sequence[str], site: Iterable[str], apart: Collection[int]) -> str:
    """Return the article's title.

    What the page shows as its heading is the truest, above all when its head says the same;
    the head adds the website's name, and now and then words that are made for searching.

    Args:
        soup: the whole page.
        told: the titles that its head tells, the truest first.
        site: the names that the website has for itself.
        apart: the ids of the parts that are not the article's.
    """
    whole = " ".join(told).casefold()
    site = _site_names(soup, told, site)
    first = ""
    for selector in _TITLES:
        headings = (tag for tag in select(soup, selector) if not any(id(each) in apart for each in (tag, *tag.parents)))
        lines = [said(tag) for tag in headings if not _is_teaser(tag)]
        shown = [line for line in lines if line and line.casefold() not in site]
        agreeing = [line for line in shown if line.casefold() in whole]
        if agreeing:
            return max(agreeing, key=len)
        if len(set(shown)) == 1 and selector == _TITLES[0]:
            return shown[0]
        first = first or (shown[0] if shown and selector == "h1" else "")
    return first or _without_site(next((each for each in told if each), ""), site)


def _is_teaser(heading: Tag) -> bool:
    """Whether a heading stands for another post: it leads there, among others that do."""
    return heading.name != "h1" and (holds(heading, {"a"}) or heading.find_parent("a") is not None)


def _site_names(soup: BeautifulSoup, told: Sequence[str], site: Iterable[str]) -> set[str]:
    """Return the names of the website, in small letters: what it calls itself, and what ends its titles."""
    names = list(site)
    opening = _opening(soup)
    for each in told:
        parts = re.split(r"\s+[|–—·»-]\s+", each)
        if len(parts) > 1 and parts[-1].casefold() != opening:
            names.append(parts[-1])
    return {name.casefold() for name in names if name}


def _opening(soup: BeautifulSoup) -> str:
    """Return the last heading before the first running text, in small letters: it is no website's name."""
    opening = ""
    for tag in elements(soup.find("article") or soup.find("main") or soup):
        if tag.name in {"h1", "h2", "h3"}:
            opening = said(tag).casefold()
        elif tag.name in {"p", "li", "blockquote"} and is_prose(tag):
            break
    return opening


def _without_site(title: str, site: set[str]) -> str:
    """Return a title without the website's name behind it, as far as a sign parts them."""
    while (match := _SUFFIX.search(title)) and (
        match[0].strip(" |–—·»-").casefold() in site or re.match(r"\s+[|·»]", match[0])
    ):
        title = title[: match.start()]
    return title
