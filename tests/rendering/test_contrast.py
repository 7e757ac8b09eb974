"""Colours that can be read, and the nearest ones to those that cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.contrast import ENOUGH, contrast, is_colour, nearest_pair, nearest_readable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#abcdef", "#abcdef", 1.0),
    ],
)
def test_it_is_the_ratio_of_the_standard(one: str, other: str, ratio: float) -> None:
    """Known pairs have the contrast that WCAG's own examples give them."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(ink=COLOURS, papers=st.lists(COLOURS, min_size=1, max_size=3))
def test_what_is_offered_can_be_read(ink: str, papers: list[str]) -> None:
    """The pair that is offered always has enough contrast, on all papers."""
    near_ink, *near_papers = nearest_pair(ink, papers)
    assert all(contrast(near_ink, paper) >= ENOUGH for paper in near_papers)


@given(ink=COLOURS, paper=COLOURS)
def test_what_can_be_read_is_left_alone(ink: str, paper: str) -> None:
    """A readable colour is hardly changed: by no more than rounding."""
    found = nearest_readable(ink, [paper])
    if contrast(ink, paper) >= ENOUGH + 0.2:
        assert found is not None
        assert max(abs(int(found[at : at + 2], 16) - int(ink[at : at + 2], 16)) for at in (1, 3, 5)) <= 2


@pytest.mark.parametrize(("text", "known"), [("#235b52", True), ("#fff", False), ("red", False), (None, False)])
def test_six_digits_are_wanted(text: object, known: bool) -> None:  # noqa: FBT001 - a table's column
    """Short and named colours are none that every inbox knows."""
    assert is_colour(text) is known
