"""Twice as much of anything takes at most about twice the work: counted in calls, which no other program disturbs."""

import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.posts import Source
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC

LINES = [
    "Rest helps more than we think, and it is free.",
    "What Helps at Night",
    "What helps?",
    "What to pack:",
    "Kim Vale, LCSW",
    "By Kim Vale on May 3, 2026",
    "- tea and bread",
    "1. Walk slowly",
    "> On Monday, Kim Vale <kim@example.org> wrote:",
    "From: Kim Vale <kim@example.org>",
    "--",
    "Share this post",
    "Unsubscribe | View in browser",
    "12 Elm Street, Springfield, MA 01101",
    "Dopamine: it rewards",
    "Kim: How are you?",
    "the moon is out,",
    "",
    "2/3",
    "a\tb\tc",
]
ELEMENTS = [
    "<p>Rest helps more than we think, and it is free.</p>",
    "<h2>What Helps</h2>",
    "<p><b>What Helps</b></p>",
    "<ul><li>tea</li><li>bread</li></ul>",
    "<div class='card'><a href='/a'><h3>Other post</h3></a><time>May 3, 2026</time></div>",
    "<p>one<br>two<br><br>three</p>",
    "<aside class='sidebar'>Recent posts</aside>",
    "<table><tr><td rowspan='2'>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    "<p><b>a</b><b>b</b><i>c</i></p>",
    "<img src='a.jpg' srcset='a.jpg 300w, b.jpg 900w'>",
    "<form><input type='text'><label>Name</label></form>",
    "<p><span style='display:none'>gone</span>Text.</p>",
    "<blockquote type='cite'>On Monday, Kim wrote: rest.</blockquote>",
]
FEW, TWICE = 30, 60
MOST = 2.6
"""Times the work for twice as much; four would be the square of it."""


def _work(action: Callable[[], object]) -> int:
    """Return how many calls an action makes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return calls


def _read(data: str) -> None:
    with suppress(SourceError):  # what is no post is refused, which must not take long either
        read_post(Source(data=data.encode(), name="post"), CLINIC)


def _text(lines: list[str], times: int) -> str:
    return "A Title\n\nRest helps more than we think, and it is free.\n" + "\n".join(lines * times) + "\nGood night.\n"


def _page(parts: list[str], times: int) -> str:
    begin = "<html><head><title>A Title</title></head><body><article><h1>A Title</h1>"
    return (
        f"{begin}<p>Rest helps more than we think, and it is free.</p>{''.join(parts * times)}</article></body></html>"
    )


@pytest.mark.heavy
@settings(max_examples=12)
@given(lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=4))
def test_text(lines: list[str]) -> None:
    """A text of the same lines again and again."""
    _read(_text(lines, 2))  # what is kept for the next time is made now
    assert _work(lambda: _read(_text(lines, TWICE))) <= MOST * _work(lambda: _read(_text(lines, FEW)))


@pytest.mark.heavy
@settings(max_examples=12)
@given(parts=st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=4))
def test_page(parts: list[str]) -> None:
    """A page of the same elements again and again."""
    _read(_page(parts, 2))
    assert _work(lambda: _read(_page(parts, TWICE))) <= MOST * _work(lambda: _read(_page(parts, FEW)))


@pytest.mark.parametrize("form", [_text, _page])
def test_each_alone(form: Callable[[list[str], int], str]) -> None:
    """Each line and each element by itself."""
    for each in LINES if form is _text else ELEMENTS:
        _read(form([each], 2))
        few, twice = (_work(lambda each=each, n=n: _read(form([each], n))) for n in (FEW, TWICE))  # type: ignore[misc]
        assert twice <= MOST * few, each
