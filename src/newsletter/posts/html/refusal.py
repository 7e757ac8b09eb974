"""Pages that hold no post: told from how they are built, and each with what to do instead."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from bs4 import BeautifulSoup, Tag

from newsletter.errors import SourceError
from newsletter.posts.addresses import clean_address, split_address
from newsletter.posts.block import HEADINGS
from newsletter.posts.html.regions import words
from newsletter.posts.html.tree import elements, holds, said, strings
from newsletter.posts.words import listed

OTHERWISE = "Open the post in a browser, select it, copy it, and paste it."
_STATUS = re.compile(listed("pages", "status"), re.IGNORECASE)
_LOGIN = re.compile(listed("pages", "login"), re.IGNORECASE)
_ASKS_TO_LOG_IN = re.compile(listed("pages", "asks_to_log_in"), re.IGNORECASE)
_CHECK = re.compile(listed("pages", "check"), re.IGNORECASE)
_SHORT = 180
"""Words; a page that says more is a post, whatever its heading."""
_READ_ON = re.compile(
    r"(?:read|continue|keep|see|view|learn)\b.{0,12}\b(?:more|reading|post|article|story|on)\b.*|more\W*|…|»|→"
)
_DAY = re.compile(
    r"\b(?:19|20)\d\d\b|\bago\b|\b\d+ min\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d",
    re.IGNORECASE,
)
_FEWEST_TEASERS = 3
_LONGEST_TEASER = 90
_MOST_OF_PAGE = 0.6
_NAMED = 6


class NoPostError(SourceError):
    """The page is no post, but leads to some; `feed` is where programs read them, if it has one."""

    def __init__(self, what: str, *, where: str, feed: str, links: Sequence[str] = ()) -> None:
        said = [f"Its feed has them: {feed}"] if feed else []
        said += [f"Give the address of one of them: {', '.join(links)}"] if links else []
        super().__init__(what, where=where, hint=" ".join(said) or OTHERWISE)
        self.feed = feed


def refuse_page(soup: BeautifulSoup, name: str, base: str, apart: Collection[int]) -> None:
    """Make sure that a page is neither an error, nor a door, nor a list of posts.

    Raises:
        NoPostError: it lists posts.
        SourceError: it is another page that is no post.
    """
    headings = [said(tag) for tag in elements(soup) if tag.name in {"title", "h1", "h2"}]
    own = _own_words(soup, apart)
    asks = any(tag.name == "input" and tag.get("type") == "password" for tag in elements(soup))
    short = own <= _SHORT
    if short and any(_CHECK.fullmatch(heading) for heading in headings):
        raise SourceError("is a check for browsers, not a post", where=name, hint=OTHERWISE)
    if short and any(_STATUS.fullmatch(part) for heading in headings for part in _parts(heading)):
        hint = "Open the address in a browser: the post may have moved, and then has another one."
        raise SourceError("is an error page, not a post", where=name, hint=hint)
    door = asks or _ASKS_TO_LOG_IN.search(soup.get_text(" ")) is not None
    named = any(_LOGIN.fullmatch(part) for heading in headings for part in _parts(heading))
    if short and (asks or (named and (door or own < _SHORT / 3))):
        raise SourceError("is a page to log in, not a post", where=name, hint=f"Log in. {OTHERWISE}")
    if door and own <= _SHORT / 2:
        raise SourceError("is a page to log in, not a post", where=name, hint=f"Log in. {OTHERWISE}")
    teasers = list(_teasers(soup, base, apart))
    held = sum(words(tag) for tag, _ in teasers)
    if len(teasers) >= _FEWEST_TEASERS and held >= _MOST_OF_PAGE * own:
        links = [link for _, link in teasers if link][:_NAMED]
        raise NoPostError("is a list of posts, not a post", where=name, feed=find_feed(soup, base), links=links)


def find_feed(soup: BeautifulSoup, base: str) -> str:
    """Return the address of the feed that a page offers, or nothing; that of its comments is none."""
    for link in elements(soup):
        kind = str(link.get("type") or "").lower()
        if link.name != "link" or "alternate" not in [str(rel).lower() for rel in link.get("rel") or []]:
            continue
        told = f"{link.get('title') or ''} {link.get('href') or ''}".lower()
        if kind in {"application/rss+xml", "application/atom+xml", "application/feed+json"} and "comments" not in told:
            return clean_address(str(link.get("href") or ""), base)
    return ""


def _parts(heading: str) -> list[str]:
    """Return a heading, and what is left of it without the website's name."""
    return [heading, *re.split(r"\s+[|–—·»-]\s+", heading)]


def _own_words(soup: BeautifulSoup, apart: Collection[int]) -> int:
    """Return how many words the page says that do not stand apart and are no link."""
    silent = {"script", "style", "noscript", "template", "title", "head", "button", "option", "a", "label"}
    count = 0
    for string in strings(soup):
        if not any(id(tag) in apart or tag.name in silent for tag in string.parents):
            count += len(string.split())
    return count


def _teasers(soup: BeautifulSoup, base: str, apart: Collection[int]) -> Iterator[tuple[Tag, str]]:
    """Yield what stands for other posts: a heading that is a link on the same website, and a few words around it."""
    host = split_address(base).hostname
    for heading in elements(soup):
        if heading.name not in HEADINGS or any(id(tag) in apart for tag in heading.parents):
            continue
        link = next((tag for tag in elements(heading) if tag.name == "a"), None) or heading.find_parent("a")
        address = str(link.get("href") or "") if link is not None else ""
        whole = clean_address(address, base)
        if not address or address.startswith("#") or (host and whole and split_address(whole).hostname != host):
            continue
        holder = _teaser_around(heading)
        if _stands_for_more(holder, address):
            yield holder, whole or address


def _teaser_around(heading: Tag) -> Tag:
    """Return the largest element around a heading that has no second one."""
    holder = heading
    for parent in heading.parents:
        headings = (tag for tag in elements(parent) if tag.name in HEADINGS)
        if parent.name in {"body", "html", "main", "[document]"} or len(list(islice(headings, 2))) > 1:
            break
        holder = parent
    return holder


def _stands_for_more(holder: Tag, address: str) -> bool:
    """Whether a teaser is dated, is cut off, leads to its post twice, or is a piece of a list of pages."""
    text = said(holder)
    again = sum(tag.name == "a" and tag.get("href") == address for tag in elements(holder)) > 1
    more = any(tag.name == "a" and _READ_ON.fullmatch(said(tag).lower()) for tag in elements(holder))
    listed = holder.name in {"article", "li"} or holder.find_parent(["article"]) is not None
    marked = (
        again or more or listed or holds(holder, {"time"}) or "…" in text or "[...]" in text or bool(_DAY.search(text))
    )
    return words(holder) <= _LONGEST_TEASER and marked
