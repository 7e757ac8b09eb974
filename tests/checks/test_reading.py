"""The reading grade: known sentences, known syllables."""

import pytest

from newsletter.checks.reading import grade, sentences_of, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("window", 2),
        ("walked", 1),
        ("wanted", 2),
        ("table", 2),
        ("medication", 4),
        ("psychiatry", 4),
        ("being", 2),
        ("sleep", 1),
        ("a", 1),
    ],
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    """Common words have as many syllables as people say."""
    assert syllables(word) == count


def test_the_grade_is_the_published_formula() -> None:
    """Six words of one syllable in one sentence: 0.39 x 6 + 11.8 x 1 - 15.59."""
    assert grade(["The cat sat on the mat."]) == pytest.approx(-1.45)


def test_no_words_have_no_grade() -> None:
    """Figures alone are no text."""
    assert grade(["12.5 %", ""]) == 0


def test_sentences_end_where_readers_stop() -> None:
    """A full stop inside a number or an address ends no sentence."""
    assert sentences_of("Walk 2.5 miles. Then rest! Why? See example.org today.") == [
        "Walk 2.5 miles.",
        "Then rest!",
        "Why?",
        "See example.org today.",
    ]
