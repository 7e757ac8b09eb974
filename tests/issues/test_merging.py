"""Bringing two changes of one text together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.merging import merge

BASE = "one\ntwo\nthree\nfour\nfive"
TEXTS = st.lists(st.sampled_from(["", "a", "b", "c", "d"]), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("ONE\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\nfour\nFIVE", "ONE\ntwo\nthree\nfour\nFIVE"),
        ("zero\n" + BASE, BASE + "\nsix", "zero\n" + BASE + "\nsix"),
        ("two\nthree\nfour\nfive", "one\ntwo\nthree\nfive", "two\nthree\nfive"),
        ("one\nTWO\nthree\nfour\nfive", "one\nTWO\nthree\nfour\nFIVE", "one\nTWO\nthree\nfour\nFIVE"),
    ],
)
def test_changes_in_different_places_are_both_taken(mine: str, theirs: str, merged: str) -> None:
    """What is changed, added and left out on either side is so in the end."""
    assert merged == merge(BASE, mine, theirs)
    assert merged == merge(BASE, theirs, mine)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("one\ntwo\nTHREE\nfour\nfive", "one\ntwo\ndrei\nfour\nfive"),
        (BASE + "\nsix", BASE + "\nseven"),
        ("one\ntwo\nfour\nfive", "one\ntwo\nthree!\nfour\nfive"),
        ("one\nTWO\nthree\nfour\nfive", "one\ntwo\nTHREE\nfour\nfive"),  # lines side by side may belong together
    ],
)
def test_changes_of_one_place_contradict_each_other(mine: str, theirs: str) -> None:
    """Nobody's words are chosen without asking."""
    assert merge(BASE, mine, theirs) is None


@given(TEXTS, TEXTS)
def test_one_side_alone_is_simply_taken(base: str, changed: str) -> None:
    """Where only one side changed anything, or both the same, there is nothing to decide."""
    assert merge(base, changed, base) == changed
    assert merge(base, base, changed) == changed
    assert merge(base, changed, changed) == changed


@given(TEXTS, TEXTS, TEXTS)
def test_it_makes_no_difference_who_saves_first(base: str, mine: str, theirs: str) -> None:
    """The result is the same from either side, and made of lines that somebody wrote."""
    merged = merge(base, mine, theirs)

    assert merged == merge(base, theirs, mine)
    if merged is not None:
        assert set(merged.split("\n")) <= {line for text in (base, mine, theirs) for line in text.split("\n")}
