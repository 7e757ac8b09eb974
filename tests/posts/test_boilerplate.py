"""What a page puts around an article goes; what an author says stays, though the words be the same."""

import datetime as dt

import pytest

from newsletter.posts.markdown import plain_lines
from tests.posts.test_pasted import NOON, PROSE, outline, read

MORE = "Rest is work of its own kind, and the body knows it long before we do."


def shown(text: str) -> list[str]:
    return plain_lines(read(text).post.body)


@pytest.mark.parametrize(
    "line",
    [
        "The group is free, and everyone is welcome.",
        "Parking is free.",
        "Sleep heals. It is free.",
        "Share your worry by writing it down",
        "Save this on your phone: 988.",
        "You are receiving this diagnosis for the first time, and that is hard.",
        "Join the waiting list for updates about the group by calling us.",
        "Next: call your doctor and make an appointment.",
        "By using cookies as a reward, you teach a child to wait.",
        "Photo by photo, the memories return.",
        "Picture: a calm lake at dawn.",
        "In “The Body Keeps the Score”",
        "Reviewed by Dr. Ruiz, the plan was three pages long.",
    ],
)
@pytest.mark.parametrize(
    "around", ["{0}\n\n{2}\n\n{1}", "{0}\n\n{1}\n\n{2}", "{2}\n\n{0}\n\n{1}", "{0}\n\n• {2}\n\n{1}"]
)
def test_what_an_author_says(line: str, around: str) -> None:
    """It stays in the middle, at the end, at the beginning and in a list."""
    text = around.format(PROSE, MORE, line)
    assert line in shown(f"A Lamp for the Dark Months\n\n{text}")


@pytest.mark.parametrize("line", ["Comments", "Accept", "Decline", "5 minutes", "2/3", "November 3, 2026"])
def test_a_label_alone_in_the_middle(line: str) -> None:
    """A heading or a list's entry may be called as a page's button is; only its company says what it is."""
    for text in (f"{PROSE}\n\n{line}\n\n{MORE}", f"{PROSE}\n\n• {line}\n• Wait\n\n{MORE}"):
        assert line in shown(f"A Lamp for the Dark Months\n\n{text}")


@pytest.mark.parametrize(
    "rows",
    [
        "12 views\n0 comments\nShare",
        "0 Likes | 5 Shares | 101 Views",
        "12 Listen Share",
        "This site uses cookies to make it better.\nAccept all cookies\nDecline",
        "Thanks for reading Elm Notes! Subscribe for free to receive new posts.\nSubscribe",
        "Photo by Ana Ruiz on Unsplash",
        "Share on Facebook",
    ],
)
def test_rows_of_boilerplate_in_the_middle(rows: str) -> None:
    """Beside a line that no author writes, the others are the page's, too."""
    assert shown(f"A Lamp for the Dark Months\n\n{PROSE}\n\n{rows}\n\n{MORE}") == [PROSE, MORE]


@pytest.mark.parametrize("word", ["Share", "Submit", "Subscribe"])
def test_a_button_is_no_heading(word: str) -> None:
    """A button's word alone is only text, unless the text below it takes it up."""
    assert outline(f"A Lamp for the Dark Months\n\n{PROSE}\n\n{word}\n\n{MORE}") == []
    taken_up = f"{word}. That is what the sign said, and {word.lower()} is what we did, all of us."
    assert outline(f"A Lamp for the Dark Months\n\n{PROSE}\n\n{word}\n\n{taken_up}") == [f"## {word}"]


def test_other_posts_in_the_middle() -> None:
    """Titles of other posts go, and the heading of what follows stays."""
    text = f"A Lamp\n\n{PROSE}\n\nRelated Posts\nThe Quiet Work of Grief\n\nWhat It Looks Like\n\n{MORE}"
    assert read(text).post.body == f"{PROSE}\n\n## What It Looks Like\n\n{MORE}"


def test_a_crisis_line_is_never_boilerplate() -> None:
    """Neither is any number but the clinic's own, even among a page's last lines."""
    for line in ("© 2026 Call 988", "Copyright 2026 Call 413-555-0188"):
        assert line in shown(f"A Lamp\n\n{PROSE}\n\n{MORE}\n\n12 views\n{line}")
    assert shown(f"A Lamp\n\n{PROSE}\n\n{MORE}\n\n12 views\n© 2026 Call 508-555-0100") == [PROSE, MORE]


EVENT = """\
An Evening of Breath

Join us for a quiet evening, whoever you are.

When

November 30, 2026

Where

Springfield Library

Cost

The workshop is free, but please call ahead.

Breathing practice

5 minutes
"""


@pytest.mark.parametrize("saved", [NOON, None, NOON + dt.timedelta(days=30)])
def test_facts_of_an_event(saved: dt.datetime | None) -> None:
    """The day, the price and how long it takes are the event's, and the day is not the post's."""
    post = read(EVENT, modified=saved).post
    assert post.date is None
    assert "**When**  \nNovember 30, 2026\n\n**Where**  \nSpringfield Library\n\n**Cost**" in post.body
    assert "The workshop is free, but please call ahead." in post.body
    assert plain_lines(post.body)[-1] == "5 minutes"


def test_days_of_a_diary() -> None:
    """A day above each part is its heading, also above the first."""
    text = f"My Year With the Lamp\n\nOctober 3\n{PROSE}\n\nOctober 10\n{MORE}"
    assert outline(text) == ["## October 3", "## October 10"]
    assert read(text).post.date is None


def test_page_numbers_count_on() -> None:
    """Two numbers with a stroke are a page's only where the next page has the next."""
    pages = f"A Lamp\n\n{PROSE}\n1/2\n{MORE}\n2/2"
    assert shown(pages) == [PROSE, MORE]
    assert "2/3" in shown(f"A Lamp\n\n{PROSE}\n2/3\n{MORE}")


def test_who_the_author_is() -> None:
    """A sentence of the article that speaks of "meeting" somebody is no note about the author."""
    text = f"A Lamp\n\n{PROSE}\n\nMeet Yourself With Kindness\n\nKindness is a skill that anyone can learn."
    assert shown(text)[-1] == "Kindness is a skill that anyone can learn."
