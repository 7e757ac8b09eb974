"""Markdown becomes blocks, with their lines; what cannot be set is named by file and line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.errors import IssueError
from newsletter.issues import Issue, Passage
from newsletter.message import Message
from newsletter.rendering import blocks
from newsletter.rendering.blocks import Block
from newsletter.rendering.page import surroundings
from newsletter.rendering.reader import read_blocks
from newsletter.rendering.sanitise import DEEPEST
from newsletter.rendering.textpart import block_text
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace

Read = Callable[[str], tuple[Block, ...]]


@pytest.fixture
def read(workspace: Workspace, make_issue: Callable[..., Issue], tmp_path: Path) -> Read:
    """Return a reader of Markdown that begins on line 10 of post.md."""
    around = surroundings(workspace, make_issue("x"), open_theme(workspace))
    around = replace(around, crisis=())
    path = tmp_path / "post.md"
    return lambda markdown: read_blocks(Passage(markdown=markdown, path=path, first_line=10), around, top_level=2)


def test_blocks_know_their_lines(read: Read) -> None:
    """Each block says on which line of the file it begins."""
    found = read("# One\n\nTwo\nthree\n\n- four\n- five\n\n> six\n\n---\n\n    seven\n")
    assert [(block.kind, block.line) for block in found] == [
        ("heading", 10),
        ("paragraph", 12),
        ("listing", 15),
        ("quote", 18),
        ("rule", 20),
        ("code", 22),
    ]


def test_links_are_shown_in_text(read: Read) -> None:
    """In plain text an address follows its words, unless they show it already."""
    (found,) = read(
        "[Here](https://example.org/a), <https://example.org>, [508-555-0100](tel:+15085550100), "
        "[write](mailto:a@example.org), www.example.org"
    )
    assert isinstance(found, blocks.Paragraph)
    assert found.content.text == (
        "Here <https://example.org/a>, https://example.org, 508-555-0100, write <a@example.org>, www.example.org"
    )


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.org/page", "https://example.org/page"),
        ("me@example.org", "mailto:me@example.org"),
        ("HTTPS://example.org", "HTTPS://example.org"),
        ("http://example.org/?a=1&b=2", "http://example.org/?a=1&amp;b=2"),
    ],
)
def test_addresses_are_understood(read: Read, written: str, target: str) -> None:
    """An address without its https:// or mailto: still leads somewhere."""
    (found,) = read(f"[words]({written})")
    assert isinstance(found, blocks.Paragraph)
    assert f'href="{target}"' in found.content.html


@pytest.mark.parametrize("written", ["about.html", "/about", "#top", "ftp://example.org", "", "sms:988"])
def test_a_link_that_leads_nowhere_is_refused(read: Read, written: str) -> None:
    """A relative link, or one that mail cannot follow, is an error at its line."""
    with pytest.raises(IssueError) as caught:
        read(f"Fine.\n\n[words]({written})")
    assert caught.value.where.endswith("post.md:12")


def test_the_very_line_is_named(read: Read) -> None:
    """Inside a long paragraph, and after a picture in it, a mistake is named with its own line."""
    for before in ("one\ntwo\n", "one\n[Book](https://example.org){.button}\n", "> one\n> two\n> — Ana\n\n"):
        with pytest.raises(IssueError) as caught:
            read(f"{before}[three](nowhere.html)")
        assert caught.value.where.endswith(f"post.md:{10 + before.count(chr(10))}")


@pytest.mark.parametrize("written", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_dangerous_link_is_none(read: Read, written: str) -> None:
    """A link that would run something stays plain text."""
    (found,) = read(f"[words]({written})")
    assert isinstance(found, blocks.Paragraph)
    assert "href" not in found.content.html


def test_a_merge_tag_in_a_link_is_refused(read: Read) -> None:
    """No link tells the other side who followed it."""
    with pytest.raises(IssueError, match="inside the address of a link"):
        read("[words](https://example.org/?to={{email}})")


def test_hostile_html_is_harmless(read: Read) -> None:
    """Scripts, event handlers, styles and frames in a post do not reach the mail."""
    found = read(
        'A <b onclick="x()">bold</b> <script>alert(1)</script> word <img src=x onerror=y>\n\n'
        '<div style="position:fixed"><iframe src="https://example.org"></iframe><p>text</p></div>'
    )
    html = "".join(str(block.content.html) for block in found if isinstance(block, (blocks.Paragraph, blocks.Html)))
    assert "<b>bold</b>" in html
    assert "<p>text</p>" in html
    for bad in ("onclick", "script", "onerror", "iframe", "style", "<img"):
        assert bad not in html


def test_control_characters_vanish(read: Read) -> None:
    """Characters that no mail may hold are dropped, and nothing else is."""
    (found,) = read("A\x00B\x0bC\ufffeD\u2028E é 日本 🌿")
    assert isinstance(found, blocks.Paragraph)
    assert found.content.text == "ABCDE é 日本 🌿"


@pytest.mark.parametrize(
    "bomb",
    [
        "*" * 20_000 + "x" + "*" * 20_000,
        "<b>" * 10_000 + "x",
        "<ul><li>" * 5_000 + "x",
        "[" * 100 + "x" + "](https://example.org)" * 100,
        "> " * 500 + "x",
    ],
)
def test_nested_bombs_are_survived(render: Callable[..., Message], bomb: str) -> None:
    """Absurd nesting, which would crash the MJML engine, is refused in words or flattened."""
    try:
        outcome: IssueError | int = len(render(f"Fine.\n\n{bomb}").html)
    except IssueError as err:
        outcome = err
    if isinstance(outcome, IssueError):
        assert "nested" in outcome.what
        assert outcome.where.endswith("1.md:7")
    else:
        assert outcome > 5_000


@pytest.mark.parametrize("levels", [5, 20, 40, 70, 300])
def test_nothing_nested_is_lost(read: Read, levels: int) -> None:
    """However deeply a quote is nested, its words are there, or it is refused."""
    try:
        text = block_text(read("> " * levels + "words"))
    except IssueError as err:
        text = err.what if levels > DEEPEST else ""
    assert "words" in text or "nested" in text


def test_a_quote_knows_its_source(read: Read) -> None:
    """The last line of a quote, led by a dash, says who said it."""
    (found,) = read("> Ten minutes count.\n> -- Ana")
    assert isinstance(found, blocks.Quote)
    assert found.source is not None
    assert found.source.text == "Ana"
    (unsourced,) = read("> Well - that is that.")
    assert isinstance(unsourced, blocks.Quote)
    assert unsourced.source is None


def test_a_term_is_seen(read: Read) -> None:
    """A paragraph that runs in with a bold term is told apart from one that only has bold words."""
    term, other = read("**Daylight.** Morning.\n\nMorning **light**.")
    assert isinstance(term, blocks.Paragraph)
    assert isinstance(other, blocks.Paragraph)
    assert (term.opens_with_term, other.opens_with_term) == (True, False)


def test_quotation_marks_are_curled(read: Read) -> None:
    """Straight quotation marks become curly ones, but not in code."""
    (found,) = read('It\'s "fine", `"x"`.')
    assert isinstance(found, blocks.Paragraph)
    assert found.content.text == 'It’s “fine”, "x".'


def test_a_button_stands_alone(read: Read) -> None:
    """A link marked as a button is a block of its own, wherever it was written."""
    before, button, after = read("Come in. [Book a visit](https://example.org/book){.button} Or call.")
    assert isinstance(button, blocks.Button)
    assert (button.label, button.link) == ("Book a visit", "https://example.org/book")
    assert [block.kind for block in (before, after)] == ["paragraph", "paragraph"]


def test_an_unknown_mark_on_a_link_is_refused(read: Read) -> None:
    """A misspelt button is told, not silently a plain link."""
    with pytest.raises(IssueError, match=r"\.buton"):
        read("See [Book](https://example.org){.buton} now.")


def test_footnotes_become_sources(read: Read) -> None:
    """Footnotes are numbered in the order of their use and stand below the passage."""
    first, sources = read("One[^b] two[^a].\n\n[^a]: Second.\n[^b]: First, [here](https://example.org).")
    assert isinstance(first, blocks.Paragraph)
    assert first.content.text == "One[1] two[2]."
    assert "<sup>1</sup>" in first.content.html
    assert isinstance(sources, blocks.Sources)
    texts = [note[0].content.text for note in sources.notes if isinstance(note[0], blocks.Paragraph)]
    assert texts == ["First, here <https://example.org>.", "Second."]


def test_tables_know_their_sides(read: Read) -> None:
    """A table has a row of headers, and columns keep their alignment."""
    (found,) = read("| a | b |\n|:--|--:|\n| **c** | [d](https://example.org) |")
    assert isinstance(found, blocks.Table)
    assert [cell.align for cell in found.header] == ["left", "right"]
    assert [cell.content.text for cell in found.rows[0]] == ["c", "d <https://example.org>"]
