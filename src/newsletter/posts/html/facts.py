"""What a page says of its article in its head: title, author, date, address."""

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from bs4 import BeautifulSoup, Tag

from newsletter.posts import meta
from newsletter.posts.addresses import clean_address
from newsletter.posts.dates import day_in, read_date_line, read_moment
from newsletter.posts.html.regions import names_of
from newsletter.posts.html.title import find_title
from newsletter.posts.html.tree import elements, said, select

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
    modified: dt.datetime | None = None,
    apart: Collection[int] = (),
) -> Facts:
    """Return what the page says of itself.

    Args:
        soup: the whole page.
        html: its text, for what browsers note when they save a page.
        url: where it was fetched from, if it was.
        zone: the clinic's time zone, in which a moment's day is told.
        modified: when it was saved; "two days ago" is counted from it.
        apart: the ids of the parts that are not the article's.
    """
    now = modified.astimezone(zone) if modified else None
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
