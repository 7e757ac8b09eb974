"""Poems keep their lines; lists and headings are no poems."""

from tests.posts.test_pasted import PROSE, read

STANZAS = (
    ("The light went out at four", "as if it had somewhere to be", "I stood there"),
    ("then the stairs creaked", "and you came down", "like bread"),
)
POEM = "\n\n".join(map("\n".join, STANZAS))
SHOWN = "\n\n".join(map("  \n".join, STANZAS))


def test_poem_in_a_post() -> None:
    """Each stanza is a paragraph with its line breaks, and no verse is a heading or a list's entry."""
    body = read(f"Verses\n\n{PROSE}\n\n{POEM}\n\n{PROSE}").post.body
    assert body == f"{PROSE}\n\n{SHOWN}\n\n{PROSE}"


def test_poem_alone() -> None:
    """A post of nothing but a poem is not taken for a wrapped text."""
    assert read(f"Verses\n\n{POEM}").post.body == SHOWN


def test_list_without_bullets_is_no_poem() -> None:
    """Short lines that do not read on are a list, also when they begin small."""
    body = read(f"What to Bring\n\n{PROSE}\n\nPlease bring:\nyour card\na list of drugs\na friend\n\n{PROSE}").post.body
    assert "- your card\n- a list of drugs\n- a friend" in body


def test_list_that_is_set_in() -> None:
    """A list is no code block, however far all of it is set in; entries below others stay below them."""
    body = read(
        f"Soup\n\n{PROSE}\n\n\t\t• one onion\n\t\t• two carrots\n\t\t\t• small ones\n\t\t• salt\n\n{PROSE}"
    ).post.body
    assert "\n\n- one onion\n- two carrots\n    - small ones\n- salt\n\n" in body
