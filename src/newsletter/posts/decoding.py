"""From bytes to text: whatever a person's program saved, or a clear word on why not."""

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from newsletter.errors import SourceError

LARGEST = 10_000_000
"""The most bytes that a text may have; the longest posts have some fifty thousand."""
_MOST_CHARACTERS = 1_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u00ad]")  # controls, the byte order mark, soft hyphens
_TEXT_CONTROLS = set("\t\n\r\f\v\x1c\x1d\x1e\x85")
_SAVE_AS_TEXT = "Give the post as text, or save it from your program as .txt (UTF-8)."


def decode(data: bytes, name: str) -> str:
    """Return `data` as text with line feeds as line ends, composed characters and no controls.

    A byte order mark decides; then UTF-8, which other encodings hardly ever pass for;
    then UTF-16 without a mark; then what charset-normalizer finds most plausible, in
    which Windows-1252 is preferred, for that is what Windows means by plain text.

    Args:
        data: the file's content.
        name: what to call it in an error.

    Raises:
        SourceError: it is empty, too large, or not text at all.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceError("is empty", where=name, hint="Save the post into it first, or name another file.")
    if len(data) > LARGEST:
        raise SourceError(f"is too large ({len(data) // 1_000_000} MB)", where=name, hint=_SAVE_AS_TEXT)
    text = _to_text(data)
    if text is None or _is_binary(text):
        raise SourceError("is not text", where=name, hint=_SAVE_AS_TEXT)
    return tidied(text)


def refuse_longer(characters: int, name: str) -> None:
    """Refuse what is longer than any post, which would take minutes to read and nobody would.

    Raises:
        SourceError: it is.
    """
    if characters > _MOST_CHARACTERS:
        what = f"is longer than any post ({characters // 1000} thousand characters)"
        raise SourceError(what, where=name, hint="Cut out the post, or copy only that and paste it.")


def _to_text(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding)
    wide = _unmarked_utf16(data)
    return _try(data, wide) if wide else _try(data, "utf-8") or _guess(data)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmarked_utf16(data: bytes) -> str:
    """Return which UTF-16 it is when most of every other byte is zero, as in Latin text."""
    sample = data[:2000]
    half = len(sample) // 2
    if half == 0 or len(data) % 2:
        return ""
    if sample[1::2].count(0) > 0.7 * half:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > 0.7 * half else ""


def _guess(data: bytes) -> str | None:
    if b"\x00" in data:
        return None
    windows = _try(data, "cp1252")
    if windows is not None and _is_western(windows):
        return windows
    best = from_bytes(data).best()
    return str(best) if best is not None else windows


def _is_western(text: str) -> bool:
    """Whether what is not ASCII is what western prose has: quotes, dashes, accented letters in words."""
    unusual = [char for char in text if ord(char) > 127]
    usual = sum(char.isalpha() or unicodedata.category(char)[0] in "PZ" or char in "°©®™€£§" for char in unusual)
    return usual == len(unusual) and len(unusual) < 0.3 * len(text)


def _is_binary(text: str) -> bool:
    controls = sum(unicodedata.category(char) == "Cc" and char not in _TEXT_CONTROLS for char in text[:5000])
    return controls > max(1, 0.01 * len(text[:5000]))


def tidied(text: str) -> str:
    """Return `text` as `decode` does: one kind of line ends, and nothing that cannot be seen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    seen = _UNSEEN.sub("", lines.replace("\x0b", "\n").replace("\x0c", "\n"))
    return unicodedata.normalize("NFC", _NOT_LATIN.sub(lambda run: _unpiled(run[0]), seen))


_NOT_LATIN = re.compile(r"[^\x00-\u02ff]{31,}")
_MOST_MARKS = 30
"""On one letter, as in Unicode's own stream-safe text: composing takes time that grows with the square of it."""


def _unpiled(run: str) -> str:
    kept, marks = [], 0
    for char in run:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def well_formed(text: str) -> str:
    """Return `text` without halves of characters, which JSON, YAML and feeds can spell and no file can hold."""
    return text if not _HALVES.search(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_HALVES = re.compile(r"[\ud800-\udfff]")
