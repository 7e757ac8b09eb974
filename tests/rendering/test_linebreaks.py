"""A line break that a person made is kept, and one of a wrapped text is not."""

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsletter.message import Message
from newsletter.rendering.markdown import keep_hand_made

WORDS = st.lists(st.sampled_from(["a", "of", "mood", "friend", "together", "neighbourhood"]), min_size=8, max_size=80)


def breaks(markdown: str) -> list[str]:
    """Return the kinds of the line breaks of a text, in order."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    keep_hand_made(tokens)
    return [child.type for token in tokens for child in token.children or () if child.type.endswith("break")]


@pytest.mark.parametrize(
    "text",
    [
        "Warmly,\nPat, for everybody at Maple Street",
        "12 Elm Street\nSpringfield, MA 01101",
        "The light goes off at four\nas if someone had not paid",
    ],
)
def test_short_lines_stay_apart(text: str) -> None:
    """A sign-off, an address and a verse keep their lines."""
    assert breaks(text) == ["hardbreak"]


@given(words=WORDS, width=st.integers(min_value=40, max_value=100))
def test_wrapped_text_flows(words: list[str], width: int) -> None:
    """Whatever was wrapped by a program, at any usual width, is one flow of text."""
    wrapped = textwrap.fill(" ".join(words), width)
    if "\n" in wrapped:
        longest = max(map(len, wrapped.splitlines()))
        fits = longest >= 40
        assert not fits or set(breaks(wrapped)) == {"softbreak"}


def test_sign_off_in_the_mail(render: Callable[..., Message]) -> None:
    """Both parts of the mail show the sign-off as it was written."""
    message = render("A body.", letter="Dear all,\n\nwelcome.\n\nWarmly,\nPat")
    assert "Warmly,\nPat" in message.text
    assert "Warmly,<br" in message.html
