"""The archive as feeds: Atom (RFC 4287) and JSON Feed 1.1.

An issue's id depends on the sender's domain and the issue's name alone, so that a reader's program
shows it once, wherever the archive moves.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from newsletter.archive.sent import Entry
from newsletter.workspace import Settings

ATOM, JSON_FEED = "feed.atom", "feed.json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # a feed must say when it changed, also before it has an issue


def atom(settings: Settings, entries: Sequence[Entry]) -> bytes:
    """Return the Atom feed; without a known address its links are relative to the feed."""
    base = _base(settings)
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", _feed_id(settings).urn)
    _add(feed, "title", _title(settings))
    _add(feed, "updated", _stamp(max((entry.updated for entry in entries), default=_NEVER)))
    _add(_add(feed, "author"), "name", settings.clinic.name)
    _add(feed, "link", rel="alternate", type="text/html", href=base or "index.html")
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}{ATOM}")
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", _entry_id(settings, entry).urn)
        _add(element, "title", entry.title)
        _add(element, "link", rel="alternate", type="text/html", href=_link(base, entry), hreflang=entry.language)
        _add(element, "published", _stamp(entry.issue.sent_at))
        _add(element, "updated", _stamp(entry.updated))
        if entry.summary:
            _add(element, "summary", entry.summary)
    ET.indent(feed)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def json_feed(settings: Settings, entries: Sequence[Entry]) -> bytes:
    """Return the JSON feed; addresses are only in it where they are known in full, as it asks."""
    base = _base(settings)
    addresses = {"home_page_url": base, "feed_url": f"{base}{JSON_FEED}"} if base else {}
    items = [
        {
            "id": _entry_id(settings, entry).urn,
            **({"url": _link(base, entry)} if base else {}),
            "title": entry.title,
            "summary": entry.summary,
            "content_text": entry.summary or entry.title,
            "date_published": _stamp(entry.issue.sent_at),
            "date_modified": _stamp(entry.updated),
            "language": entry.language,
        }
        for entry in entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(settings),
        **addresses,
        "authors": [{"name": settings.clinic.name, "url": settings.clinic.website}],
        "items": items,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _title(settings: Settings) -> str:
    return settings.clinic.newsletter or settings.clinic.name


def _base(settings: Settings) -> str:
    return f"{settings.archive_url}/" if settings.archive_url else ""


def _link(base: str, entry: Entry) -> str:
    return f"{base}{entry.slug}/" if base else f"{entry.slug}/index.html"


def _feed_id(settings: Settings) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, settings.sender.from_email.rpartition("@")[2].lower())


def _entry_id(settings: Settings, entry: Entry) -> uuid.UUID:
    return uuid.uuid5(_feed_id(settings), entry.slug)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    child.text = text or None
    return child
