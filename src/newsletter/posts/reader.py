"""One function for any source: looks at the content, and hands it to the reader that knows it."""

from newsletter.errors import SourceError
from newsletter.posts.decoding import decode
from newsletter.posts.pasted import read_pasted
from newsletter.posts.sniffing import is_whole_page, looks_like_html
from newsletter.posts.source import Source
from newsletter.posts.value import Reading
from newsletter.workspace import Clinic

# What a file begins with, and how its owner gets text out of it.
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "Open it, select all, copy, and use: --from clipboard"),
    (b"\x89PNG", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (b"\xff\xd8\xff", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (b"GIF8", "a picture", "Give the post's text; pictures are put into the issue's images folder."),
    (b"{\\rtf", "a rich text file", "Open it and save it as .docx or plain text, or copy it and use: --from clipboard"),
    (b"PK\x03\x04", "a packed file", "Open it, select all, copy, and use: --from clipboard"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Word file or a protected one",
        "Open it in Word and save it as .docx without a password.",
    ),
)


def read_post(source: Source, clinic: Clinic, *, title: str = "") -> Reading:
    """Read a post from whatever staff have.

    Args:
        source: what was handed in.
        clinic: whose contact lines need not be said again, and whose clock counts.
        title: what the post is called, when the source does not say so.

    Raises:
        SourceError: it is empty, no text, or has no title; it says what to do about it.
    """
    for beginning, kind, hint in _BINARY:
        if source.data.startswith(beginning):
            raise SourceError(f"is {kind}, not a text", where=source.name, hint=hint)
    text = decode(source.data, source.name)
    if looks_like_html(text):
        return _read_html(text, source, clinic, title)
    return read_pasted(text, source.name, clinic, source.modified, title=title)


def _read_html(text: str, source: Source, clinic: Clinic, title: str) -> Reading:
    from newsletter.posts.html import read_fragment, read_page  # noqa: PLC0415 - its parsers are slow to import

    if is_whole_page(text):
        return read_page(text, source.name, clinic, source.modified, url=source.url, title=title)
    return read_fragment(text, source.name, clinic, source.modified, base=source.url, title=title)
