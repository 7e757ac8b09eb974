"""Tables keep each cell where it belongs, whatever stands in it and however far it reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from newsletter.posts import Source
from newsletter.posts.markdown import MARKDOWN
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, PROSE
from tests.posts.word_file import word_of_xml


def read(data: str | bytes, name: str = "post") -> str:
    source = Source(data=data.encode() if isinstance(data, str) else data, name=name)
    return read_post(source, CLINIC).post.body


def html(table: str) -> str:
    return f"<h1>Evening Hours</h1><p>{PROSE}</p><table>{table}</table><p>{PROSE}</p>"


def rows_of(body: str) -> list[list[str]]:
    """The cells of the only table, as a mail shows them."""
    rows = []
    for node in SyntaxTreeNode(MARKDOWN.parse(body)).walk():
        if node.type == "tr":
            cells = [each for each in node.children if each.type in {"td", "th"}]
            rows.append(["".join(inner.content for inner in cell.walk() if inner.type == "text") for cell in cells])
    return rows


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (
            """<tr><th>Day</th><th>Hours</th></tr><tr><td>Mon | Wed</td><td>5–8 pm</td></tr>
            <tr><td rowspan='2'>Thu</td><td>9–5</td></tr><tr><td>6–8 pm</td></tr>""",
            [["Day", "Hours"], ["Mon | Wed", "5–8 pm"], ["Thu", "9–5"], ["Thu", "6–8 pm"]],
        ),
        (
            "<tr><th colspan='2'>Day</th><th>Hours</th></tr><tr><td>Mon</td><td>Wed</td><td>5 pm</td></tr>",
            [["Day", "", "Hours"], ["Mon", "Wed", "5 pm"]],
        ),
        (
            """<tr><td>Who</td><td>Mon</td><td>Tue</td></tr>
            <tr><td>Ida</td><td rowspan='2' colspan='2'>away</td></tr><tr><td>Kim</td></tr>""",
            [["Who", "Mon", "Tue"], ["Ida", "away", ""], ["Kim", "away", ""]],
        ),
        (
            "<tr><td>Who</td><td>When</td></tr><tr><td>Ida</td><td rowspan='0'>5 pm</td></tr><tr><td>Kim</td></tr>",
            [["Who", "When"], ["Ida", "5 pm"], ["Kim", "5 pm"]],
        ),
        (
            "<tr><td>a|b||c</td><td><a href='https://x.example/a|b'>p|q</a></td></tr><tr><td>|</td><td>\\|</td></tr>",
            [["a|b||c", "p|q"], ["|", "\\|"]],
        ),
        ("<tr><td>One</td><td>Two</td></tr><tr><td>1</td></tr>", [["One", "Two"], ["1", ""]]),
        ("<tr><td>A</td><td rowspan='x'>B</td></tr><tr><td>C</td><td>D</td></tr>", [["A", "B"], ["C", "D"]]),
    ],
)
def test_cells_of_a_page(table: str, wanted: list[list[str]]) -> None:
    """As the browser shows it; what reaches over rows is said in each."""
    assert rows_of(read(html(table))) == wanted


@given(st.lists(st.lists(st.text("ab|\\*_[]`<& ", max_size=6), min_size=3, max_size=3), min_size=2, max_size=4))
def test_any_signs_in_cells(rows: list[list[str]]) -> None:
    """Whatever stands in a cell, each row has its three cells."""

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    rows[0][0] = "Day"
    table = "".join("<tr>" + "".join(f"<td>x{escaped(cell)}y</td>" for cell in row) + "</tr>" for row in rows)
    shown = rows_of(read(html(table)))
    assert [len(row) for row in shown] == [3] * len(rows)


def test_cells_of_a_word_document() -> None:
    """Word merges cells in words of its own."""

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    rows = (
        cell("Day") + cell("Hours"),
        cell("Mon | Wed") + cell("5 pm"),
        cell("Thu", '<w:vMerge w:val="restart"/>') + cell("9 am"),
        cell("", "<w:vMerge/>") + cell("6 pm"),
        cell("Closed on Sundays", '<w:gridSpan w:val="2"/>'),
    )
    title = '<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>Hours</w:t></w:r></w:p>'
    text = f"<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p>"
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    style = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    body = read(word_of_xml(f"{title}{text}{table}{text}", styles=style), "post.docx")
    assert rows_of(body) == [
        ["Day", "Hours"],
        ["Mon | Wed", "5 pm"],
        ["Thu", "9 am"],
        ["Thu", "6 pm"],
        ["Closed on Sundays", ""],
    ]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["Day\tHours", "Mon | Wed\t5 pm"], [["Day", "Hours"], ["Mon | Wed", "5 pm"]]),
        (["Day\tHours", "Thu\t9 am", "\t6 pm"], [["Day", "Hours"], ["Thu", "9 am"], ["", "6 pm"]]),
        (
            ["Day\tHours\tWho", "Thu\t9 am\t", "Fri\t\tIda"],
            [["Day", "Hours", "Who"], ["Thu", "9 am", ""], ["Fri", "", "Ida"]],
        ),
    ],
)
def test_cells_of_a_pasted_text(lines: list[str], wanted: list[list[str]]) -> None:
    """Empty cells keep the others in their columns."""
    body = read("Evening Hours\n\n" + PROSE + "\n\n" + "\n".join(lines) + "\n\n" + PROSE + "\n")
    assert rows_of(body) == wanted


def test_lines_that_are_only_set_in() -> None:
    """A tab before each line, or behind it, is no table."""
    body = read(f"Evening Hours\n\n{PROSE}\n\n\tMonday it is.\n\tTuesday it is not.\n\n{PROSE}\t\n{PROSE}\t\n")
    assert rows_of(body) == []
    assert body.count(PROSE) == 3
