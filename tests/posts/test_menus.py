"""Menus and tags: out they go, but never the title or what the author lists."""

import pytest

from newsletter.posts.markdown import plain_lines
from tests.posts.test_pasted import PROSE, read

ARTICLE = f"Winter Light\nBy Kim Vale\n\n{PROSE}\n{PROSE}"


@pytest.mark.parametrize(
    "menu",
    [
        "Home  About  Services  Blog  Contact",
        "Home | Our Team | Rates | Blog | Contact Us",
        "HOME ABOUT SERVICES RATES CONTACT",
        "Home About Services Groups Blog Contact",
        "Blog\nAll Posts\nWinter\nGroups\nLog in / Sign up",
    ],
)
def test_menu_above_the_title(menu: str) -> None:
    """A menu is not taken for the title, in a row or one entry below the other, even with entries nobody knows."""
    reading = read(f"{menu}\n\n{ARTICLE}")
    assert (reading.post.title, reading.post.author) == ("Winter Light", "Kim Vale")
    assert [dropped.text for dropped in reading.dropped[:-1]] == [" ".join(line.split()) for line in menu.split("\n")]


@pytest.mark.parametrize(
    "title",
    [
        "Our Services, Rates and Insurance",
        "News about Services and Resources",
        "What Our Team Offers: Groups, Events, Resources",
        "Home for the Holidays",
        "Contact Sports",
    ],
)
def test_title_of_a_menus_words(title: str) -> None:
    """A title may speak of what a menu offers."""
    assert read(f"{title}\n\n{PROSE}\n{PROSE}").post.title == title


def test_tags_below_the_article() -> None:
    """One known tag tells what its neighbours are."""
    reading = read(f"{ARTICLE}\n\nParenting\nMental Health\nTeenagers")
    assert [dropped.text for dropped in reading.dropped] == ["By Kim Vale", "Parenting", "Mental Health", "Teenagers"]


@pytest.mark.parametrize(
    "ending",
    [
        "We also treat:\n\nAnxiety\nMindfulness\nDepression",
        "Warmly,\nKim Vale\nMental Health Team",
        "We also offer:\nTherapy\nResources\nGroups",
    ],
)
def test_what_the_author_lists_stays(ending: str) -> None:
    """Words that could be tags or a menu stay where the author announced them, or signs below them."""
    shown = plain_lines(read(f"{ARTICLE}\n\n{ending}").post.body)
    assert shown[2:] == [line for line in ending.split("\n") if line]
