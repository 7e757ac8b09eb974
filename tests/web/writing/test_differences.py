"""Showing what differs between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.web.desk.writing.differences import Kind, Piece, Row, compare

TEXTS = st.lists(st.sampled_from(["", "one two three", "one too three", "a", "b"]), max_size=12).map("\n".join)


def test_words_are_shown_within_their_line() -> None:
    """A reworded line stands there once."""
    pieces = (Piece(Kind.SAME, "the days grow "), Piece(Kind.REMOVED, "longer"), Piece(Kind.ADDED, "brighter"))

    assert compare("the days grow longer", "the days grow brighter") == (Row(Kind.CHANGED, pieces),)


def test_far_lines_are_folded() -> None:
    """Of what stays the same, only what stands around a change is shown."""
    before = "\n".join(f"line {number}" for number in range(50))
    rows = compare(before, before.replace("line 25", "quite another"))

    assert [row.kind for row in rows] == ["gap", "same", "same", "removed", "added", "same", "same", "gap"]


@given(TEXTS)
def test_the_same_text_differs_nowhere(text: str) -> None:
    """Nothing is shown when there is nothing to see."""
    assert compare(text, text) == ()


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_comparison(before: str, after: str) -> None:
    """What stays and goes is the one text, what stays and comes the other, but for folded lines."""
    rows = [row for row in compare(before, after) if row.kind is not Kind.GAP]

    for text, other in ((before, Kind.ADDED), (after, Kind.REMOVED)):
        shown = [said(row, other) for row in rows if row.kind is not other]
        assert is_within(shown, text.split("\n"))


def said(row: Row, without: Kind) -> str:
    """Return what a row says to one side."""
    return "".join(piece.text for piece in row.pieces if piece.kind is not without)


def is_within(some: list[str], lines: list[str]) -> bool:
    """Whether `some` are among `lines` in this order."""
    left = iter(lines)
    return all(line in left for line in some)
