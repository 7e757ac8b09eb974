"""The text part is written for a screen that shows nothing but text."""

from collections.abc import Callable

from newsletter.message import Message
from newsletter.rendering.textpart import unwrapped

Render = Callable[..., Message]
LONG = "https://www.elmstreet.example.org/a/very/long/address/that/goes/on/and/on/and/on/until/nobody/reads/it"


def body(message: Message) -> str:
    """Return the post's own text, between its title and the contact block."""
    return message.text.partition("POST 1\n")[2].rpartition("\n\n---")[0].strip()


def test_lines_are_short(render: Render) -> None:
    """No line is longer than 72 columns, but for an address that would break."""
    message = render(
        f"{'word ' * 60}\n\n- {'item ' * 40}\n\n> {'said ' * 40}\n\nSee [this]({LONG}).", letter="Hi " * 90
    )
    assert {line for line in message.text.split("\n") if len(line) > 72} == {f"<{LONG}>."}


def test_an_address_is_whole(render: Render) -> None:
    """An address is never broken, and stands in brackets so that no full stop sticks to it."""
    assert f"<{LONG}>" in render(f"Please read [this page]({LONG}).").text


def test_headings_are_marked(render: Render) -> None:
    """The outline can be seen: a line below headings, another one for the level below."""
    text = body(render("## One *two*\n\nText.\n\n### Three\n\nText.\n\n#### Four\n\nText."))
    assert text == "One _two_\n---------\n\nText.\n\nThree\n~~~~~\n\nText.\n\nFour\n\nText."


def test_lists_are_aligned(render: Render) -> None:
    """Numbers of one and two digits stand in one column, and what they number in another."""
    items = "\n".join(f"{number}. item" for number in range(9, 12))
    assert body(render(items)) == "9.  item\n10. item\n11. item"
    assert body(render("- one\n    1. two\n    2. three\n- four")) == "- one\n  1. two\n  2. three\n- four"


def test_tables_are_aligned(render: Render) -> None:
    """The columns of a table stand below each other."""
    assert body(render("| Day | Where |\n|--|--|\n| Monday | Park |")) == "Day     Where\n------  -----\nMonday  Park"


def test_a_wide_table_is_read_row_by_row(render: Render) -> None:
    """A table that is too wide for the page becomes one short list a row."""
    text = body(render(f"| Day | What |\n|--|--|\n| Monday | {'walk ' * 20} |\n| Friday | rest |"))
    assert text.startswith("Day: Monday\nWhat: walk walk")
    assert text.endswith("Day: Friday\nWhat: rest")
    assert max(map(len, text.split("\n"))) <= 72


def test_code_is_kept_as_it_is(render: Render) -> None:
    """Spaces and line breaks of code are kept."""
    assert body(render("```\na  b\n  c\n```")) == "a  b\n      c"


def test_quotes_and_their_sources(render: Render) -> None:
    """A quote has a bar beside it, and says who said it."""
    assert body(render("> Ten\n>\n> minutes.\n> — Ana")) == "| Ten\n  |\n  | minutes.\n    — Ana"


def test_a_line_break_is_kept(render: Render) -> None:
    """A wanted line break is one in the text, too."""
    assert body(render("Warmly,\\\nthe editors")) == "Warmly,\nthe editors"


def test_it_is_no_remnant_of_html(render: Render) -> None:
    """Text from HTML that a person wrote has neither tags nor entities."""
    text = body(render("<p>One &amp; <b>two</b><br>three</p>\n\nFour &lt; five<br/>six"))
    assert text == "One & two\nthree\n\nFour < five\nsix"


def test_wrapping_can_be_undone(render: Render) -> None:
    """Each paragraph and point on one line again, and what stands on lines of its own stays there."""
    long = "“Some words of a paragraph” (that is long) " * 6
    text = unwrapped(render(f"{long}\n\n- {'item ' * 40}\n- next\n\n## Heading\n\nOne\\\nTwo").text).split("\n")

    assert long.strip() in text
    assert f"- {'item ' * 40}".strip() in text
    assert [line for line in text if line in {"- next", "Heading", "-------", "One", "Two"}] == [
        *("- next", "Heading", "-------", "One", "Two"),
    ]
