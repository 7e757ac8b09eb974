"""Word documents: hidden text, tracked changes and comments are never published, and always told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.posts import Reading, Source
from newsletter.posts.reader import read_post
from newsletter.posts.review import review, revise
from tests.posts.test_pasted import CLINIC, PROSE
from tests.posts.word_file import word_of_xml

SECRET = "NOTE patient J says this."
TITLE = '<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>Winter Light</w:t></w:r></w:p>'
TITLE_STYLE = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def read(body: str, styles: str = "", **parts: str) -> Reading:
    data = word_of_xml(TITLE + body, styles=TITLE_STYLE + styles, **parts)
    reading = read_post(Source(data=data, name="post.docx"), CLINIC)
    assert reading.post.title == "Winter Light"
    return reading


def told(reading: Reading) -> list[str]:
    """The texts left out, as the desk shows them."""
    return [part.text for part in review(reading) if part.role == "left out"]


def row(text: str, properties: str = "") -> str:
    cells = "".join(f"<w:tc>{paragraph(run(each))}</w:tc>" for each in (text, "5 pm"))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def style(kind: str, name: str, inner: str) -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{inner}</w:style>'


HIDES = "<w:rPr><w:vanish/></w:rPr>"
HIDDEN = {
    "the run": (run(SECRET, "<w:vanish/>"), ""),
    "the run, said in full": (run(SECRET, '<w:b/><w:vanish w:val="true"/>'), ""),
    "by 1": (run(SECRET, '<w:vanish w:val="1"/>'), ""),
    "on the web": (run(SECRET, "<w:webHidden/>"), ""),
    "always": (run(SECRET, '<w:specVanish w:val="on"/>'), ""),
    "many runs": ("".join(run(f"{word} ", "<w:vanish/>") for word in SECRET.split()), ""),
    "inside a link": (f'<w:hyperlink w:anchor="x">{run(SECRET, "<w:vanish/>")}</w:hyperlink>', ""),
    "inserted by somebody": (f'<w:ins w:id="1" w:author="a">{run(SECRET, "<w:vanish/>")}</w:ins>', ""),
    "a character style": (run(SECRET, '<w:rStyle w:val="H"/>'), style("character", "H", HIDES)),
    "a style based on it": (
        run(SECRET, '<w:rStyle w:val="H2"/>'),
        style("character", "H", HIDES) + style("character", "H2", '<w:basedOn w:val="H"/>'),
    ),
    "too small to read": (run(SECRET, '<w:sz w:val="2"/>'), ""),
    "one half point": (run(SECRET, '<w:sz w:val="1"/>'), ""),
    "squeezed": (run(SECRET, '<w:w w:val="1"/>'), ""),
    "white": (run(SECRET, '<w:color w:val="FFFFFF"/>'), ""),
    "nearly white": (run(SECRET, '<w:color w:val="FEFEFE"/>'), ""),
    "the color of the page": (run(SECRET, '<w:color w:val="FFFFFF" w:themeColor="background1"/>'), ""),
    "a white style": (
        run(SECRET, '<w:rStyle w:val="H"/>'),
        style("character", "H", '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'),
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_hidden_text(case: str) -> None:
    """However Word hides it; the text around it stays."""
    hidden, styles = HIDDEN[case]
    reading = read(paragraph(run("Visible start. ") + hidden + run(" Visible end.")) + paragraph(run(PROSE)), styles)
    assert reading.post.body == f"Visible start. Visible end.\n\n{PROSE}"
    assert told(reading) == [SECRET]


@pytest.mark.parametrize(
    ("properties", "styles"),
    [
        ('<w:pStyle w:val="H"/>', style("paragraph", "H", HIDES)),
        ('<w:pStyle w:val="H3"/>', style("paragraph", "H", HIDES) + style("paragraph", "H3", '<w:basedOn w:val="H"/>')),
    ],
)
def test_hidden_paragraph(properties: str, styles: str) -> None:
    """A paragraph whose style is hidden, or is based on a hidden one."""
    reading = read(paragraph(run(PROSE)) + paragraph(run(SECRET), properties), styles)
    assert (reading.post.body, told(reading)) == (PROSE, [SECRET])


@pytest.mark.parametrize("value", ["0", "false", "off"])
def test_text_that_is_not_hidden(value: str) -> None:
    """Other programs say of each run that it is not hidden, and a run can be shown again against its style."""
    shown = run(PROSE, f'<w:vanish w:val="{value}"/>')
    hidden = style("paragraph", "H", HIDES)
    again = '<w:rPr><w:rPrChange w:id="1" w:author="a"><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>'
    body = (
        paragraph(shown)
        + paragraph(shown, '<w:pStyle w:val="H"/>')
        + f"<w:p><w:r>{again}<w:t>{PROSE}</w:t></w:r></w:p>"
    )
    reading = read(body, hidden)
    assert reading.post.body == f"{PROSE}\n\n{PROSE}\n\n{PROSE}"
    assert told(reading) == []


SHADED = '<w:shd w:val="clear" w:fill="1F3864"/>'
DARK_STYLE = '<w:tblPr><w:tblStyle w:val="GridTable5Dark"/></w:tblPr>'
WHITE = '<w:color w:val="FFFFFF"/>'


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run(PROSE, WHITE + SHADED)),
        paragraph(run(PROSE, WHITE + '<w:highlight w:val="black"/>')),
        paragraph(run(PROSE, WHITE), SHADED),
        f"<w:tbl><w:tr><w:tc><w:tcPr>{SHADED}</w:tcPr>{paragraph(run(PROSE, WHITE))}</w:tc></w:tr></w:tbl>",
        f"<w:tbl>{DARK_STYLE}<w:tr><w:tc>{paragraph(run(PROSE, WHITE))}</w:tc></w:tr></w:tbl>",
        paragraph(run(PROSE, '<w:rStyle w:val="H"/><w:color w:val="auto"/>')),
    ],
    ids=["shaded", "highlighted", "shaded paragraph", "shaded cell", "style of the table", "black again"],
)
def test_white_text_that_is_seen(body: str) -> None:
    """On a dark ground it is read."""
    white = style("character", "H", f"<w:rPr>{WHITE}</w:rPr>")
    assert PROSE in read(paragraph(run("Before this.")) + body, white).post.body


def test_hidden_mark_of_a_paragraph() -> None:
    """A heading that runs in hides the end of its paragraph, and none of its words."""
    mark = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    reading = read(paragraph(run("What Helps"), mark) + paragraph(run(PROSE)))
    assert "What Helps" in reading.post.body


def test_style_of_all_paragraphs() -> None:
    """The default style counts where a paragraph names none."""
    default = f'<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/>{HIDES}</w:style>'
    reading = read(paragraph(run(SECRET)) + paragraph(run(PROSE, '<w:vanish w:val="0"/>')), default)
    assert (reading.post.body, told(reading)) == (PROSE, [SECRET])


def test_hidden_and_deleted_rows() -> None:
    """Rows of a table go as a whole."""
    rows = row("Day") + row("Mon") + row("Tue", "<w:hidden/>") + row("Wed", '<w:del w:id="1" w:author="a"/>')
    reading = read(paragraph(run(PROSE)) + f"<w:tbl>{rows}</w:tbl>" + paragraph(run(PROSE)))
    assert "Mon" in reading.post.body
    assert "Tue" not in reading.post.body
    assert "Wed" not in reading.post.body
    assert sorted(told(reading)) == ["Tue 5 pm", "Wed 5 pm"]
    assert reading.notes[0].startswith("1 deletion was found in this document.")


def test_tracked_changes_and_a_comment() -> None:
    """What was deleted or moved away is gone, what was put in stays; all is told, and how many there are."""
    body = (
        paragraph(
            run("Take it ")
            + '<w:del w:id="1" w:author="a"><w:r><w:delText>once</w:delText></w:r></w:del>'
            + f'<w:ins w:id="2" w:author="b">{run("twice")}</w:ins>'
            + '<w:commentRangeStart w:id="7"/>'
            + run(" a day, as your prescriber said.")
            + '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'
        )
        + paragraph(f'<w:moveFrom w:id="3" w:author="c">{run("This was moved away.")}</w:moveFrom>')
        + paragraph(run(PROSE))
        + paragraph(f'<w:moveTo w:id="4" w:author="c">{run("This was moved to here.")}</w:moveTo>')
        + paragraph(run(PROSE))
    )
    reading = read(body, comments=f'<w:comment w:id="7">{paragraph(run("Is this dose right?"))}</w:comment>')
    assert reading.post.body == (
        f"Take it twice a day, as your prescriber said.\n\n{PROSE}\n\nThis was moved to here.\n\n{PROSE}"
    )
    assert told(reading) == ["once", "This was moved away.", "Is this dose right?"]
    (said,) = reading.notes
    assert said.startswith("1 deletion, 1 insertion, 1 move and 1 comment were found in this document.")
    assert "“twice”" in said


def test_end_of_a_paragraph_that_was_deleted() -> None:
    """Two paragraphs were made one."""
    mark = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    assert read(paragraph(run("It is dark"), mark) + paragraph(run(" at four."))).post.body == "It is dark at four."


@given(st.lists(st.sampled_from(["", "ins", "del", "moveFrom", "moveTo"]), min_size=1, max_size=12))
def test_any_mixture_of_changes(kinds: list[str]) -> None:
    """What stays is in order; what goes is told; a stretch of one kind is one change."""

    def changed(kind: str, text: str) -> str:
        inner = run(text) if kind != "del" else f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
        return f'<w:{kind} w:id="1" w:author="a">{inner}</w:{kind}>' if kind else inner

    texts = [f"Word{number} " for number in range(len(kinds))]
    reading = read(paragraph("".join(map(changed, kinds, texts))) + paragraph(run(PROSE)))
    kept = [text.strip() for kind, text in zip(kinds, texts, strict=True) if kind not in {"del", "moveFrom"}]
    gone = [text.strip() for kind, text in zip(kinds, texts, strict=True) if kind in {"del", "moveFrom"}]
    assert [word for word in reading.post.body.replace("#", " ").split() if word.startswith("Word")] == kept
    assert sorted(" ".join(told(reading)).split()) == sorted(gone)
    assert bool(reading.notes) == any(kinds)


def test_footnotes_and_endnotes() -> None:
    """Each stands below the post, and revising it keeps them."""
    body = paragraph(
        run("Light helps")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + run(" in winter")
        + '<w:r><w:endnoteReference w:id="5"/></w:r>'
        + run(", and so do walks by day.")
    )
    jones = paragraph(run("Jones, ") + run("2020", "<w:i/>"))
    reading = read(
        body,
        footnotes=f'<w:footnote w:id="2">{paragraph(run("Smith"))}</w:footnote>',
        endnotes=f'<w:endnote w:id="5">{jones}{paragraph(run("Page 3."))}</w:endnote>',
    )
    assert reading.post.body == (
        "Light helps[^1] in winter[^2], and so do walks by day.\n\n[^1]: Smith\n\n[^2]: Jones, *2020* Page 3."
    )
    assert revise(reading, review(reading), {}).post.body == reading.post.body


def test_footnote_of_text_that_is_left_out() -> None:
    """It goes with the text, and is told with it."""
    deleted = (
        '<w:del w:id="1" w:author="a"><w:r><w:delText>Old.</w:delText><w:footnoteReference w:id="2"/></w:r></w:del>'
    )
    reading = read(
        paragraph(run(PROSE) + deleted), footnotes=f'<w:footnote w:id="2">{paragraph(run("Smith"))}</w:footnote>'
    )
    assert (reading.post.body, told(reading)) == (PROSE, ["Old. Smith"])


def test_placeholder_that_nobody_filled_in() -> None:
    """A form's "Click here" is not published."""
    content = run("Click here to enter text.")
    field = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    reading = read(paragraph(run(PROSE)) + paragraph(field))
    assert (reading.post.body, told(reading)) == (PROSE, ["Click here to enter text."])
