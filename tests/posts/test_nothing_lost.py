"""Whatever a post is made of, and in whichever form it comes: each of its sentences arrives, once and in order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.posts import Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.corpus_case import SAVED
from tests.posts.renderings import RENDERINGS, Part
from tests.posts.test_pasted import CLINIC

pytestmark = pytest.mark.heavy

WORDS = [
    "rest",
    "light",
    "evening",
    "steady",
    "small",
    "walks",
    "friend",
    "helps",
    "slowly",
    "water",
    "often",
    "people",
]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=3, max_size=14).map(lambda words: " ".join(words).capitalize())
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=4).map(lambda some: ("paragraph", [*some]))
BULLET = SENTENCE.map(lambda sentence: ("bullet", [sentence]))
HEADING = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(
    lambda words: ("heading", [" ".join(words).title()])
)


def numbered(parts: list[tuple[str, list[str]]]) -> tuple[list[Part], list[str]]:
    """Return the parts with their sentences numbered, so that each is another, and these sentences."""
    found: list[Part] = []
    said: list[str] = []
    for kind, texts in parts:
        if kind == "heading":
            found.append(("heading", texts[0]))
            continue
        own = [f"{text} {len(said) + place}." for place, text in enumerate(texts, start=1)]
        said += own
        found.append(("bullet" if kind == "bullet" else "paragraph", " ".join(own)))
    return found, said


@pytest.mark.heavy
@pytest.mark.parametrize("form", RENDERINGS)
@given(
    parts=st.lists(st.one_of(PARAGRAPH, PARAGRAPH, BULLET, HEADING), max_size=18),
    first=PARAGRAPH,
    last=PARAGRAPH,
)
def test_no_sentence_is_lost(
    form: str, parts: list[tuple[str, list[str]]], first: tuple[str, list[str]], last: tuple[str, list[str]]
) -> None:
    """Each sentence of a generated post, once and in order."""
    made, said = numbered([first, *parts, last])
    data = RENDERINGS[form]("On Rest and More", made)
    reading = read_post(Source(data=data, name="post", modified=SAVED), CLINIC)
    shown = " ".join(plain_lines(reading.post.body))
    assert re.findall(r"[A-Z][a-z ]+ \d+\.", shown) == said
    assert reading.post.title == "On Rest and More"
