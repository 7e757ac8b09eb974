"""Word documents: what their author called a title, a heading or a list is one."""

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.reader import read_post
from tests.posts.corpus_case import SAVED
from tests.posts.test_pasted import CLINIC, PROSE
from tests.posts.word_file import word_file


def read(*paragraphs: tuple[str, str], words_in_run: int = 1_000) -> Reading:
    data = word_file(paragraphs, words_in_run=words_in_run)
    return read_post(Source(data=data, name="post.docx", modified=SAVED), CLINIC)


@pytest.mark.parametrize(
    "title", ["Rest", "Emily Cabrera", "Sleep and Shift Work", "Why do we rest? It is a long story."]
)
def test_title_style(title: str) -> None:
    """What stands in Word's style for titles is the title, whatever it looks like."""
    reading = read(("Title", title), ("", "By Emily Cabrera"), ("", PROSE), ("heading 1", "More"), ("", PROSE))
    assert (reading.post.title, reading.post.author) == (title, "Emily Cabrera")
    assert reading.post.body == f"{PROSE}\n\n## More\n\n{PROSE}"


@pytest.mark.parametrize("style", ["Title", "heading 1", ""])
def test_title_with_a_line_break(style: str) -> None:
    """A soft line break inside the title is a space, and one below it parts it from the text."""
    if style:
        assert read((style, "Sleep and\nShift Work"), ("", PROSE)).post.title == "Sleep and Shift Work"
    reading = read((style, "Sleep and Shift Work"), ("", f"By Emily Cabrera\nNovember 5, 2026\n{PROSE}"))
    assert (reading.post.title, reading.post.author, str(reading.post.date)) == (
        "Sleep and Shift Work",
        "Emily Cabrera",
        "2026-11-05",
    )
    assert reading.post.body == PROSE


def test_all_in_one_paragraph() -> None:
    """Title, author and text that only soft line breaks part are told apart."""
    reading = read(("", f"Sleep and Shift Work\nBy Emily Cabrera\n{PROSE}"), ("", PROSE))
    assert (reading.post.title, reading.post.author) == ("Sleep and Shift Work", "Emily Cabrera")
    assert reading.post.body == f"{PROSE}\n\n{PROSE}"


def test_lists_by_their_styles() -> None:
    """Styles for deeper lists nest, with no word about their numbering."""
    body = read(
        ("Title", "Lists"),
        ("", PROSE),
        ("List Bullet", "One"),
        ("List Bullet 2", "One a"),
        ("List Bullet 3", "One a i"),
        ("List Bullet", "Two"),
        ("List Number", "First"),
        ("List Number 2", "First a"),
    ).post.body
    assert body == f"{PROSE}\n\n- One\n    - One a\n        - One a i\n- Two\n\n1. First\n    1. First a"


def test_runs_that_word_parts() -> None:
    """However often somebody typed in a sentence, it is one."""
    assert read(("Title", "Rest"), ("", PROSE), words_in_run=1).post.body == PROSE
