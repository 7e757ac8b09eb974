"""What a page says of its article in its head: title, author, date, address."""

import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from bs4 import BeautifulSoup, Tag

from newsletter.posts import meta
from newsletter.posts.addresses import clean_address
from newsletter.posts.dates import day_in, read_date_line, read_moment
from newsletter.posts.html.regions import is_prose, names_of
from newsletter.posts.html.tree import elements, holds, said, select

_ARTICLES = {"Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "SocialMediaPosting", "Report"}
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_AUTHORS = (
    '[data-hook="user-name"], [rel~="author"], .author-name, .wp-block-post-author-name, .wp-block-post-author__name, '
    ".blog-author-name, .p-author, .fn, .author"
)
_LABEL = re.compile(r"^(?:(?:written |posted )?by|author):?\s+", re.IGNORECASE)
_DATED = re.compile(r"(?:^|-)(?:date|time-ago|published|timestamp|posted(?:-on)?|pub-?date|time)(?:-|$)")
_OTHERS = re.compile(r"(?:^|-)(?:comments?|related|recent|recommended|sidebar|widget)(?:-|$)")
_LONGEST_DATE = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known; empty where the page is silent."""

    title: str = ""
    author: str = ""
    date: dt.date | None = None
    link: str = ""
    base: str = ""
    sender: str = ""
    """Who sent it, if it is a mail."""

    def completed_by(self, shown: meta.Facts) -> Self:
        """Return these facts, what they lack being taken from the lines that the page shows."""
        return replace(self, author=self.author or shown.author, date=self.date or shown.date)


def read_facts(
    soup: BeautifulSoup,
    html: str,
    url: str,
    zone: dt.tzinfo,
    now: dt.datetime | None = None,
    apart: Collection[int] = (),
) -> Facts:
    """Return what the page says of itself.

    Args:
        soup: the whole page.
        html: its text, for what browsers note when they save a page.
        url: where it was fetched from, if it was.
        zone: the clinic's time zone, in which a moment's day is told.
        now: when it was saved, by the clinic's clock; "two days ago" is counted from it.
        apart: the ids of the parts that are not the article's.
    """
    data = _article_data(soup)
    metas = _metas(soup)
    saved = _SAVED_FROM.search(html[:4000])
    link = clean_address(_link(soup, "canonical") or metas.get("og:url", ""), url)
    base = clean_address(_base(soup), url) or url or (saved[1] if saved else "") or link
    publisher = data.get("publisher")
    told = [_line(data.get("headline")), metas.get("og:title", ""), said(soup.title) if soup.title else ""]
    names = [
        metas.get("og:site_name", ""),
        metas.get("application-name", ""),
        _line(publisher.get("name") if isinstance(publisher, dict) else publisher),
    ]
    return Facts(
        title=find_title(soup, told, names, apart),
        author=_author(soup, data, metas),
        date=_date(soup, data, metas, zone, now),
        link=link or clean_address(url, "") or (clean_address(saved[1], "") if saved else ""),
        base=base,
    )


def _article_data(soup: BeautifulSoup) -> dict[str, Any]:
    """Return the page's schema.org description of an article, as JSON-LD has it."""
    for script in elements(soup):
        if script.name != "script" or script.get("type") != "application/ld+json":
            continue
        try:
            data = json.loads(script.string or "")
        except (ValueError, RecursionError):
            continue
        for item in _items(data, 5):
            kinds = item.get("@type")
            if any(isinstance(kind, str) and kind in _ARTICLES for kind in _as_list(kinds)):
                return item
    return {}


def _items(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth - 1)
    if isinstance(data, list):
        for each in data:
            yield from _items(each, depth - 1)


def _author(soup: BeautifulSoup, data: dict[str, Any], metas: Mapping[str, str]) -> str:
    authors = data.get("author")
    names = [_line(each.get("name") if isinstance(each, dict) else each) for each in _as_list(authors)]
    if known := [name for name in names if name and not meta.is_nobody(name)]:
        return ", ".join(known)
    told = metas.get("author") or metas.get("article:author")
    if told and "://" not in told:
        return told
    shown = next(iter(select(soup, _AUTHORS)), None)
    name = re.sub(_LABEL, "", said(shown)) if shown is not None else ""
    return "" if meta.is_nobody(name) else name


def _date(
    soup: BeautifulSoup, data: dict[str, Any], metas: Mapping[str, str], zone: dt.tzinfo, now: dt.datetime | None
) -> dt.date | None:
    shown = next(iter(select(soup, "time[datetime], abbr.published[title]")), None)
    marked = (shown.get("datetime") or shown.get("title")) if shown else ""
    told = (data.get("datePublished"), metas.get("article:published_time"), marked)
    day = next((day for each in told if each and (day := read_day(str(each), zone))), None)
    return day or _shown_day(soup, now)


def _shown_day(soup: BeautifulSoup, now: dt.datetime | None) -> dt.date | None:
    """Return the day that a page shows with the article: whatever is named for a date, and says one."""
    for tag in elements(soup):
        names = names_of(tag)
        if tag.name != "time" and not any(_DATED.search(name) for name in names):
            continue
        line = said(tag)
        told = read_date_line(line, now) if len(line.split()) <= _LONGEST_DATE else None
        if told and told.published and told.day and not _is_of_others(tag):
            return told.day
    return None


def _is_of_others(tag: Tag) -> bool:
    """Whether it stands among comments or other posts."""
    return any(_OTHERS.search(name) for parent in tag.parents for name in names_of(parent))


def read_day(text: str, zone: dt.tzinfo) -> dt.date | None:
    """Return the day that a machine-readable moment falls on in `zone`."""
    if not re.search(r"\b(?:19|20)\d\d\b", text):
        return None
    moment = read_moment(text)
    return day_in(zone, moment) if moment else None


def _metas(soup: BeautifulSoup) -> dict[str, str]:
    """Return what the page's head says of it, by its names; the first of each counts."""
    found: dict[str, str] = {}
    for tag in elements(soup):
        name = str(tag.get("property") or tag.get("name") or "") if tag.name == "meta" else ""
        if name and (content := _line(tag.get("content"))):
            found.setdefault(name, content)
    return found


def _link(soup: BeautifulSoup, rel: str) -> str:
    links = (tag for tag in elements(soup) if tag.name == "link" and rel in (tag.get("rel") or ()))
    return next((str(tag.get("href") or "") for tag in links), "")


def _base(soup: BeautifulSoup) -> str:
    return next((str(tag["href"]) for tag in elements(soup) if tag.name == "base" and tag.has_attr("href")), "")


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


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
