"""Contrast, by the formula of WCAG 2.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.drawing import Colour, contrast, read_colour

colours = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [((0, 0, 0), (255, 255, 255), 21.0), ((118, 118, 118), (255, 255, 255), 4.54), ((255, 0, 0), (255, 255, 255), 4.0)],
)
def test_known_pairs(one: Colour, other: Colour, ratio: float) -> None:
    """Well-known pairs have their well-known ratios."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(colours, colours)
def test_order_does_not_matter(one: Colour, other: Colour) -> None:
    """Dark on light is as clear as light on dark, and no pair leaves the scale."""
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


@given(colours)
def test_colours_are_read_as_they_are_written(colour: Colour) -> None:
    """Hexadecimal and rgb() mean the same."""
    red, green, blue = colour
    assert read_colour(f"#{red:02X}{green:02x}{blue:02x}") == colour
    assert read_colour(f"1px solid rgb({red}, {green},{blue})") == colour


@pytest.mark.parametrize(
    ("text", "colour"), [("#abc", (170, 187, 204)), (" White ", (255, 255, 255)), ("teal", None), ("", None)]
)
def test_short_and_unknown_colours(text: str, colour: Colour | None) -> None:
    """Three digits stand for six; a name that is not known is no colour."""
    assert read_colour(text) == colour
