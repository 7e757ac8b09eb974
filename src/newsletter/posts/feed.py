"""Reading feeds (RSS and Atom): the posts that a blog offers, newest first."""

import calendar
import datetime as dt
import io
import re
import sys
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import feedparser

from newsletter.errors import NewsletterError, SourceError
from newsletter.posts.addresses import clean_address
from newsletter.posts.dates import day_in
from newsletter.posts.decoding import well_formed
from newsletter.posts.html import read_fragment
from newsletter.posts.html.facts import Facts
from newsletter.posts.meta import is_nobody
from newsletter.posts.source import Source
from newsletter.posts.value import Reading
from newsletter.workspace import Clinic

_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_MOST_WRITTEN = 3_000
_MOST_ENTRIES = 500
_TAG = re.compile(r"<[^>]+>")
_LOGIN = re.compile(r"[a-z._-]+\d+")
_REFERENCE = re.compile(rb"&#(?:[xX]0*([\da-fA-F]+)|0*(\d+));")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One post of a feed.

    Attributes:
        date: the day in the clinic's time zone; None when the feed's date is none.
        html: its text.
        is_summary: whether the feed has only the beginning of it.
    """

    title: str
    author: str
    date: dt.date | None
    link: str
    html: str
    is_summary: bool


def list_feed(source: Source, clinic: Clinic) -> list[FeedEntry]:
    """Return the feed's posts, newest first and no more than anybody chooses from; those without a date stand last.

    Raises:
        SourceError: it is no feed, or an empty one.
    """
    # Its own sanitising would drop films, which become links here; relative addresses it mends.
    if len(_ENTRY.findall(source.data)) > _MOST_WRITTEN:
        hint = "Open the blog in a browser, and give the address of a post instead."
        raise SourceError("is a feed of more posts than any blog has", where=source.name, hint=hint)
    with source.parsing():
        feed = feedparser.parse(io.BytesIO(_REFERENCE.sub(_if_character, source.data)), sanitize_html=False)
        entries = [_entry(each, source, clinic) for each in feed.entries if _is_published(each)]
    if not entries:
        hint = "Open the blog in a browser, and give the address of a post instead."
        raise SourceError("is a feed without any post", where=source.name, hint=hint)
    return sorted(entries, key=lambda entry: entry.date or dt.date.min, reverse=True)[:_MOST_ENTRIES]


def _if_character(reference: re.Match[bytes]) -> bytes:
    """Keep a reference to a character; over any other, such as half of one, no post of the feed could be read."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) < 8 else sys.maxunicode + 1
    return reference[0] if number <= sys.maxunicode and not 0xD800 <= number < 0xE000 else b""


def read_entry(entry: FeedEntry, source: Source, clinic: Clinic) -> Reading:
    """Read one post of a feed.

    Raises:
        SourceError: it has no text.
    """
    facts = Facts(title=entry.title, author=entry.author, date=entry.date, link=entry.link, base=entry.link)
    html = entry.html if _TAG.search(entry.html) else "".join(f"<p>{part}</p>" for part in entry.html.split("\n\n"))
    try:
        with source.parsing():
            reading = read_fragment(html, replace(source, modified=None), clinic, title=entry.title, facts=facts)
            notes = (*reading.notes, *([_only_beginning(entry)] if entry.is_summary else []))
            return replace(reading, notes=notes).with_texts(well_formed)
    except NewsletterError as err:
        raise SourceError(
            err.what, where=f"{source.name}, “{entry.title}”", hint=err.hint, command=err.command
        ) from err


def _only_beginning(entry: FeedEntry) -> str:
    where = f" For all of it, give its address: {entry.link}" if entry.link else ""
    return f"The feed has only the beginning of “{entry.title}”.{where}"


def _entry(raw: Any, source: Source, clinic: Clinic) -> FeedEntry:
    contents = [each.get("value", "") for each in raw.get("content", [])]
    whole = max(contents, key=len, default="")
    summary = str(raw.get("summary") or "")
    return FeedEntry(
        title=_words(raw.get("title")) or "Untitled",
        author=_author(raw),
        date=_day(raw, clinic),
        link=clean_address(well_formed(str(raw.get("link") or "")), source.url),
        html=whole or summary,
        is_summary=len(whole) <= len(summary) and _is_cut(summary),
    )


def _is_published(raw: Any) -> bool:
    """Whether an entry is a post that everybody may read; an export of WordPress also holds pages and drafts."""
    return bool(raw.get("wp_post_type", "post") == "post" and raw.get("wp_status", "publish") == "publish")


def _author(raw: Any) -> str:
    """Return the name without the address that RSS puts before it; the name by which somebody logs in is none."""
    said = _words(raw.get("author_detail", {}).get("name") or raw.get("author"))
    name = re.sub(r"\S+@\S+|[()<>]", " ", said).strip()
    return "" if is_nobody(name) or _LOGIN.fullmatch(name) else name


def _is_cut(summary: str) -> bool:
    text = _words(summary)
    return (
        bool(re.search(r"(?:\[?(?:…|\.\.\.)\]?|read more|continue reading.*)$", text, re.IGNORECASE)) or len(text) < 400
    )


def _words(html: object) -> str:
    return " ".join(well_formed(unescape(_TAG.sub(" ", str(html or "")))).split())


def _day(raw: Any, clinic: Clinic) -> dt.date | None:
    parsed = raw["published_parsed"] if "published_parsed" in raw else raw.get("updated_parsed")
    if not parsed:
        return None
    try:
        moment = dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return day_in(clinic.timezone, moment)
