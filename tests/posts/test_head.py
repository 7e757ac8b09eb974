"""The head of an article: who wrote it and when, however the page says it."""

import datetime as dt

import pytest

from tests.posts.test_pasted import PROSE, read


@pytest.mark.parametrize(
    ("head", "author", "date"),
    [
        ("Winter Light\nPosted by Kim Vale on 11/3/2026 in Events", "Kim Vale", dt.date(2026, 11, 3)),
        ("Winter Light\nPosted on November 3, 2026 by Kim Vale in Sleep, Rest", "Kim Vale", dt.date(2026, 11, 3)),
        ("Winter Light\nby Kim Vale", "Kim Vale", None),
        ("Kim Vale\nYesterday at 4:12 PM ·\n\nWinter Light", "Kim Vale", dt.date(2026, 11, 19)),
        ("Kim Vale, LICSW\n\nWinter Light", "Kim Vale, LICSW", None),
        ("Winter Light\nKim Vale\nKim Vale\n\nFollow\n4 min read\n·\nNov 3, 2026", "Kim Vale", dt.date(2026, 11, 3)),
    ],
)
def test_author_and_date(head: str, author: str, date: dt.date | None) -> None:
    """They become facts of the post, and nothing of them is left in its text."""
    post = read(f"{head}\n\n{PROSE}\n\n{PROSE}").post
    assert (post.title, post.author, post.date, post.body) == ("Winter Light", author, date, f"{PROSE}\n\n{PROSE}")


def test_author_again_at_the_end() -> None:
    """The line "Written by …" and the name above it go; a name that signs the post stays."""
    head = f"Winter Light\nBy Kim Vale\n\n{PROSE}\n\n{PROSE}"
    assert read(f"{head}\n\nKim Vale\nWritten by Kim Vale\n210 followers").post.body == f"{PROSE}\n\n{PROSE}"
    assert read(f"{head}\n\nWarmly,\n\nKim Vale").post.body.endswith("Warmly,  \nKim Vale")


def test_byline_in_a_wrapped_text() -> None:
    """A byline is no end of the title, though it begins small."""
    wrapped = (
        "The light goes early now, and many of us in this valley\n"
        "feel it in the body long before we think of it. A lamp\n"
        "helps in the morning, and so does a walk at noon with a\n"
        "friend who has the time for it, or with nobody at all."
    )
    post = read(f"Winter Light\nby Kim Vale\n\n{wrapped}").post
    assert (post.title, post.author, post.body.count("\n")) == ("Winter Light", "Kim Vale", 0)
