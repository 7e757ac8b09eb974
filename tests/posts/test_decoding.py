"""Bytes become text whatever program saved them, or are refused in plain words."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.posts.decoding import LARGEST, decode

TEXT = "It’s “fine” — a café in Zürich, 5 °C.\nSecond line.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_usual_encodings(encoding: str) -> None:
    """With or without a byte order mark, the text is the same."""
    assert decode(TEXT.encode(encoding), "post.txt") == TEXT


def test_latin_1_is_read_as_its_windows_sister() -> None:
    """The two agree on every letter."""
    assert decode("Grüße aus Århus".encode("latin-1"), "post.txt") == "Grüße aus Århus"


def test_another_alphabet() -> None:
    """What is no western text is guessed."""
    text = "Привет, это письмо о том, как мы спим зимой и почему нам так хочется лета. " * 3
    assert decode(text.encode("cp1251"), "post.txt") == text


def test_line_ends_and_what_cannot_be_seen() -> None:
    """Windows and old Mac line ends are the same; soft hyphens and marks vanish; letters are composed."""
    assert decode("a\r\nb\rc\u2028d\u00ade\ufeff\x07 cafe\u0301".encode(), "post.txt") == "a\nb\nc\nde café"


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty(data: bytes) -> None:
    """Nothing is called nothing."""
    with pytest.raises(SourceError, match="is empty"):
        decode(data, "post.txt")


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\x7fELF\x02\x01\x01" + b"\x00\x05\x01" * 300])
def test_binary(data: bytes) -> None:
    """What is no text is refused."""
    with pytest.raises(SourceError, match="is not text"):
        decode(data, "post.txt")


def test_too_large() -> None:
    """A file of fifty megabytes is no post."""
    with pytest.raises(SourceError, match="too large"):
        decode(b"a" * (LARGEST + 1), "post.txt")


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Whatever comes, there is a text or a refusal, never another error."""
    with contextlib.suppress(SourceError):
        assert "\r" not in decode(data, "post.txt")
