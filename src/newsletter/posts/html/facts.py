"""What a page says of its article in its head: title, author, date, address."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from bs4 import BeautifulSoup
from dateutil import parser

from newsletter.posts.dates import read_date_line
from newsletter.posts.head import Head
from newsletter.posts.html.links import clean_address

_ARTICLES = {"Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "SocialMediaPosting", "Report"}
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_TITLES = (
    '[data-hook="post-title"], .post-title, .entry-title, .wp-block-post-title, .gh-article-title, .pw-post-title',
    "h1",
    "h2, h3",
)
_AUTHORS = (
    '[data-hook="user-name"], [rel~="author"], .author-name, .wp-block-post-author-name, .wp-block-post-author__name, '
    ".blog-author-name, .p-author, .fn, .author"
)
_DATES = ".date, .post-date, .entry-date, .blog-date, .published, .posted-on"
_SUFFIX = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{2,60}$")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known; empty where the page is silent."""

    title: str = ""
    author: str = ""
    date: dt.date | None = None
    link: str = ""
    base: str = ""
    image: str = ""

    def completed_by(self, shown: Head) -> Self:
        """Return these facts, what they lack being taken from the lines that the page shows."""
        return replace(self, author=self.author or shown.author, date=self.date or shown.date)


def read_facts(soup: BeautifulSoup, html: str, url: str, zone: dt.tzinfo) -> Facts:
    """Return what the page says of itself.

    Args:
        soup: the whole page.
        html: its text, for what browsers note when they save a page.
        url: where it was fetched from, if it was.
        zone: the clinic's time zone, in which a moment's day is told.
    """
    data = _article_data(soup)
    saved = _SAVED_FROM.search(html[:4000])
    link = clean_address(_link(soup, "canonical") or _meta(soup, "og:url") or "", url)
    base = clean_address(_base(soup), url) or url or (saved[1] if saved else "") or link
    return Facts(
        title=_title(soup, data),
        author=_author(soup, data),
        date=_date(soup, data, zone),
        link=link or url or (clean_address(saved[1], "") if saved else ""),
        base=base,
        image=clean_address(_meta(soup, "og:image") or _meta(soup, "twitter:image"), base),
    )


def _article_data(soup: BeautifulSoup) -> dict[str, Any]:
    """Return the page's schema.org description of an article, as JSON-LD has it."""
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            data = json.loads(script.string or "")
        except (ValueError, RecursionError):
            continue
        for item in _items(data, 5):
            kinds = item.get("@type")
            if _ARTICLES & set(kinds if isinstance(kinds, list) else [kinds]):
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


def _title(soup: BeautifulSoup, data: dict[str, Any]) -> str:
    """Return the article's title; a heading that agrees with the page's head is the truest."""
    told = [_line(data.get("headline")), _meta(soup, "og:title"), _line(soup.title.get_text() if soup.title else "")]
    whole = " ".join(told).casefold()
    if not whole.strip():  # a page without a head, as the clipboard has it
        only = soup.select_one(_TITLES[0]) or soup.select_one("h1")
        return _line(only.get_text(" ")) if only else ""
    for selector in _TITLES:
        shown = [_line(heading.get_text(" ")) for heading in soup.select(selector)]
        agreeing = [heading for heading in shown if heading and heading.casefold() in whole]
        if agreeing:
            return max(agreeing, key=len)
    first = next((said for said in told[:2] if said), "")
    return first or _SUFFIX.sub("", told[2])


def _author(soup: BeautifulSoup, data: dict[str, Any]) -> str:
    authors = data.get("author")
    names = [_line(each.get("name") if isinstance(each, dict) else each) for each in _as_list(authors)]
    if any(names):
        return ", ".join(filter(None, names))
    told = _meta(soup, "author") or _meta(soup, "article:author")
    if told and "://" not in told:
        return told
    shown = soup.select_one(_AUTHORS)
    return (
        re.sub(r"^(?:written |posted )?by:?\s+", "", _line(shown.get_text(" ")), flags=re.IGNORECASE) if shown else ""
    )


def _date(soup: BeautifulSoup, data: dict[str, Any], zone: dt.tzinfo) -> dt.date | None:
    shown = soup.select_one("time[datetime], abbr.published[title]")
    marked = (shown.get("datetime") or shown.get("title")) if shown else ""
    told = (data.get("datePublished"), _meta(soup, "article:published_time"), marked)
    day = next((day for each in told if each and (day := read_day(str(each), zone))), None)
    return day or _shown_day(soup)


def _shown_day(soup: BeautifulSoup) -> dt.date | None:
    """Return the day that a page shows above the article without marking it up."""
    lines = (read_date_line(_line(shown.get_text(" ")), None) for shown in soup.select(_DATES))
    return next((line.day for line in lines if line and line.published and line.day), None)


def read_day(text: str, zone: dt.tzinfo) -> dt.date | None:
    """Return the day that a machine-readable moment falls on in `zone`."""
    if not re.search(r"\b(?:19|20)\d\d\b", text):
        return None
    try:
        moment = parser.parse(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()


def _meta(soup: BeautifulSoup, name: str) -> str:
    found = soup.find("meta", attrs={"property": name}) or soup.find("meta", attrs={"name": name})
    return _line(found.get("content")) if found else ""


def _link(soup: BeautifulSoup, rel: str) -> str:
    found = soup.find("link", rel=rel)
    return str(found.get("href") or "") if found else ""


def _base(soup: BeautifulSoup) -> str:
    found = soup.find("base", href=True)
    return str(found["href"]) if found else ""


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
