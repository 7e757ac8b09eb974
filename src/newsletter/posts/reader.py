"""One function for any source: it looks at the content, and hands it to the reader that knows it."""

import re
from dataclasses import replace

from newsletter.errors import SourceError
from newsletter.posts.addresses import untracked
from newsletter.posts.decoding import decode, well_formed
from newsletter.posts.paste import read_pasted
from newsletter.posts.source import Source
from newsletter.posts.value import Reading
from newsletter.workspace import Clinic

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|div|p|h[1-6]|span"
    r"|article|section|ul|ol|"
    r"table|b|a|img|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ENDS = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|article|section|span)>", re.IGNORECASE)
_ONLY_TAGS = re.compile(r"\s*(?:<[a-z][^<>]{0,200}>\s*){20}", re.IGNORECASE)
_FEED = re.compile(
    r"\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*|<\?xml-stylesheet.*?\?>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_OF_MAILS = {"mime-version", "message-id", "received", "return-path", "content-type", "delivered-to", "date", "subject"}
_OF_FILES = {"mime-version", "message-id", "received", "return-path", "content-type", "delivered-to"}
"""What mail programs show above a mail that somebody copies has none of these."""
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?:[\w-]+:.*\n|[ \t-].*\n|\n)+?---[ \t]*\n")
_MARKDOWN = (
    re.compile(r"^#{2,6} \S", re.MULTILINE),
    re.compile(r"\]\(https?://"),
    re.compile(r"\*\*[^*\n]+\*\*"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"^\S.*\n(?:=|-){3,}\n", re.MULTILINE),
)
_DOCUMENT = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:title|article|main|nav)\b", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether `text` is HTML: it begins as HTML does, and elements end in it."""
    if not _HTML_START.match(text[:5000]):
        return False
    return bool(_HTML_ENDS.search(text) or _DOCUMENT.match(text) or _ONLY_TAGS.match(text))


def looks_like_feed(text: str) -> bool:
    """Whether it is an RSS or Atom feed."""
    return bool(_FEED.match(text[:5000]))


def looks_like_mail(text: str) -> bool:
    """Whether it begins with the headers of a mail, two or more of which only mails have."""
    head = re.split(r"\n\s*\n", text.lstrip("\n"), maxsplit=1)[0]
    names = [match[1].lower() for match in re.finditer(r"^([A-Za-z][A-Za-z0-9-]*):", head, re.MULTILINE)]
    begins = bool(re.match(r"[A-Za-z][A-Za-z0-9-]*:", head))
    return begins and "from" in names and len(_OF_MAILS & set(names)) >= 2 and bool(_OF_FILES & set(names))


def looks_like_markdown(text: str, name: str) -> bool:
    """Whether it is Markdown: it has front matter, or begins with a heading, or shows several of its marks."""
    if _FRONT_MATTER.match(text) or re.match(r"\s*# \S", text):
        return True
    signs = sum(bool(sign.search(text)) for sign in _MARKDOWN) + name.lower().endswith((".md", ".markdown"))
    return signs >= 2


def is_whole_page(text: str) -> bool:
    """Whether it has a page's parts, so that the article must be looked for in it."""
    return bool(_WHOLE_PAGE.search(text))


def has_title(html: str) -> bool:
    """Whether it has a page's head, which parts of a page do not."""
    return bool(re.search(r"<title\b", html, re.IGNORECASE))


# What a file begins with, and how its owner gets text out of it.
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "Open it, select all, copy, and paste it."),
    (b"\x89PNG", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (b"\xff\xd8\xff", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (b"GIF8", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (
        b"{\\rtf",
        "a rich text file",
        "Open it and save it as .docx or plain text, or copy it and paste it.",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Word file or a protected one",
        "Open it in Word and save it as .docx without a password.",
    ),
)
_PACKED = b"PK\x03\x04"


def read_post(source: Source, clinic: Clinic, *, title: str = "") -> Reading:
    """Read a post from whatever staff have.

    Args:
        source: what was handed in.
        clinic: whose contact lines need not be said again, and whose clock counts.
        title: what the post is called, when the source does not say so.

    Raises:
        SourceError: it is empty, no text, or has no title; it says what to do about it.
    """
    with source.parsing():
        reading = _read(source, clinic, title).with_texts(well_formed)
        return replace(reading, post=replace(reading.post, body=untracked(reading.post.body)))


def _read(source: Source, clinic: Clinic, title: str) -> Reading:
    """Hand the source to the reader that knows its kind."""
    if source.data.startswith(_PACKED):
        return _read_word(source, clinic, title)
    for beginning, kind, hint in _BINARY:
        if source.data.startswith(beginning):
            raise SourceError(f"is {kind}, not a text", where=source.name, hint=hint)
    text = decode(source.data, source.name)
    if is_feed(source):
        return _read_only_entry(source, clinic)
    if looks_like_mail(text):
        return _read_mail(source, clinic, title)
    if looks_like_html(text):
        return _read_html(text, source, clinic, title)
    if looks_like_markdown(text, source.name):
        return _read_written(text, source, clinic, title)
    return read_pasted(text, source, clinic, title=title)


def is_feed(source: Source) -> bool:
    """Whether the source offers several posts to choose from."""
    return looks_like_feed(source.data[:5000].decode("utf-8", "replace").lstrip("\ufeff"))


# The readers below bring large libraries, each of which only its own kind of source needs.


def _read_word(source: Source, clinic: Clinic, title: str) -> Reading:
    from newsletter.posts.html import read_fragment  # noqa: PLC0415 - slow to import
    from newsletter.posts.word import is_word, word_to_html  # noqa: PLC0415 - slow to import

    if not is_word(source.data):
        hint = "Unpack it, and name the post's own file."
        raise SourceError("is a packed file, not a text", where=source.name, hint=hint)
    html, unpublished = word_to_html(source.data, source.name)
    reading = read_fragment(html, source, clinic, title=title)
    return replace(reading, dropped=(*reading.dropped, *unpublished.dropped), notes=unpublished.notes)


def _read_html(text: str, source: Source, clinic: Clinic, title: str) -> Reading:
    from newsletter.posts.html import read_fragment, read_page  # noqa: PLC0415 - slow to import

    if is_whole_page(text):
        try:
            return read_page(text, source, clinic, title=title)
        except SourceError:
            if has_title(text):
                raise  # else it may be part of a page, copied, and all of it meant
    return read_fragment(text, source, clinic, title=title)


def _read_mail(source: Source, clinic: Clinic, title: str) -> Reading:
    from newsletter.posts.mail import read_mail  # noqa: PLC0415 - slow to import

    return read_mail(source, clinic, title=title)


def _read_written(text: str, source: Source, clinic: Clinic, title: str) -> Reading:
    from newsletter.posts.written import read_written  # noqa: PLC0415 - slow to import

    return read_written(text, source, clinic, title=title)


def _read_only_entry(source: Source, clinic: Clinic) -> Reading:
    from newsletter.posts.feed import list_feed, read_entry  # noqa: PLC0415 - slow to import

    entries = list_feed(source, clinic)
    if len(entries) > 1:
        hint = "Choose some of them."
        command = "--pick 1,3 or --all or --since 2026-11-01"
        raise SourceError(f"is a feed of {len(entries)} posts", where=source.name, hint=hint, command=command)
    return read_entry(entries[0], source, clinic)
