"""A mail as other programs show it, by the real data of caniemail.com."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html as lxml_html

from newsletter.checks import caniemail
from newsletter.checks.simulation import PROGRAMS, Program, inverted, seen_by
from newsletter.checks.simulation.conditionals import as_word_reads
from newsletter.rendering.contrast import contrast

HEAD = """<style>
.paper > table { width: 100% } .note { color: #333333 }
@media (max-width: 480px) { .note { font-size: 20px } }
@media (prefers-color-scheme: dark) { .note { color: #eeeeee !important } }
[data-ogsc] .note { color: #dddddd !important }
</style>"""
BODY = (
    '<div style="max-width:600px;border-radius:8px;color:#222222">'
    '<table style="max-width:500px"><tr><td style="padding:8px;background:#ffffff url(x.png)">'
    '<a href="https://example.org" style="padding:10px;display:inline-block">Read on</a></td></tr></table></div>'
)
MAIL = f"<!DOCTYPE html><html><head><title>T</title>{HEAD}</head><body>{BODY}</body></html>"


def seen(program: str, html: str = MAIL, *, dark: bool = False) -> str:
    return seen_by(html, PROGRAMS[program], dark=dark).html


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("dark", [False, True])
def test_the_words_stay(program: Program, dark: bool) -> None:  # noqa: FBT001 - two cases
    """Whatever a program drops, the text of the mail and its links are not among it."""
    shown = seen_by(MAIL, program, dark=dark).html

    assert '<a href="https://example.org"' in shown
    assert "Read on" in shown
    assert "<title>T</title>" in shown


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_each_program_is_in_the_data(program: Program) -> None:
    """A program that the data do not know would drop nothing, and look better than it is."""
    assert caniemail.dropped_by(program.known_as)


def test_outlook_for_windows_drops_what_word_does_not_know() -> None:
    """No round corners, no media queries, no child selectors; and what was dropped is told."""
    found = seen_by(MAIL, PROGRAMS["outlook-windows"])

    assert not re.search(r"border-radius|@media|>\s*table\b\s*\{", found.html)
    assert ".note { color:#333333 }" in found.html
    assert {"border-radius", "@media", "selector >"} <= set(found.dropped)


def test_outlook_for_windows_limits_styles_to_elements() -> None:
    """A greatest width holds on tables only, padding in table cells only: where it is lost, that is told."""
    found = seen_by(MAIL, PROGRAMS["outlook-windows"])

    assert '<table style="max-width:500px">' in found.html
    assert '<div style="color:#222222">' in found.html
    assert '<td style="padding:8px;background:#ffffff">' in found.html
    assert {"max-width on <div>", "padding on <a>", "display:inline-block"} <= set(found.dropped)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<!--[if mso]>word<![endif]-->", "word"),
        ("<!--[if mso | IE]>word<![endif]-->", "word"),
        ("<!--[if (gte mso 9)|(IE)]>word<![endif]-->", "word"),
        ("<!--[if lte mso 11]>old<![endif]-->", ""),
        ("<!--[if IE]>browser<![endif]-->", ""),
        ("<!--[if !mso]><!-->others<!--<![endif]-->", ""),
        ("<!--[if !mso]><!-- -->others<!--<![endif]-->", ""),
        ("<!--[if true]>all<![endif]-->", "all"),
        ("<!--[if nonsense]>none<![endif]-->", ""),
        ("<!--[if mso]><noscript><xml><o:P>96</o:P></xml></noscript><![endif]-->", ""),
        ("<!-- a remark -->", "<!-- a remark -->"),
    ],
)
def test_word_reads_the_comments_meant_for_it(written: str, read: str) -> None:
    """Conditional comments are taken in where they are meant for Word, and what hides from it is taken out."""
    assert as_word_reads(f"before {written} after") == f"before {read} after"


def test_only_word_reads_them() -> None:
    """To every other program they stay comments."""
    assert "<!--[if mso]>word" in seen("apple-mac", MAIL.replace("<body>", "<body><!--[if mso]>word<![endif]-->"))


def test_gmail_with_another_account_knows_no_style_sheet() -> None:
    """In Gmail's app, an account of another provider shows styles on elements only."""
    found = seen_by(MAIL, PROGRAMS["gmail-other"])

    assert "<style" not in found.html
    assert "<style>" in found.dropped
    assert "border-radius:8px" in found.html
    assert "<style>" not in seen_by(MAIL, PROGRAMS["gmail-android"]).dropped


def test_gmail_knows_no_dark_styles() -> None:
    """Gmail drops the dark styles of a mail, and keeps its other media queries."""
    shown = seen("gmail")

    assert "prefers-color-scheme" not in shown
    assert "max-width: 480px" in shown


def test_apple_mail_lets_the_mail_decide() -> None:
    """In the dark, Apple Mail changes no colour: the mail's own dark styles are there for it."""
    shown = seen("apple-iphone", dark=True)

    assert "prefers-color-scheme: dark" in shown
    assert "color:#222222" in shown


def test_outlook_com_marks_what_it_darkens() -> None:
    """Outlook.com lightens dark text and leaves a mark, so that the mail's answer to the mark has effect."""
    shown = seen("outlook-com", dark=True)

    assert re.search(r'<div [^>]*data-ogsc=""', shown)
    assert "color:#222222" not in shown
    assert "[data-ogsc] .note { color:#dddddd !important }" in shown
    assert "data-ogsc=" not in seen("outlook-com")


def test_a_partial_turn_leaves_dark_surfaces() -> None:
    """A button that is dark already stays as it is where only light surfaces are darkened, and turns elsewhere."""
    button = MAIL.replace("<body>", '<body><p bgcolor="#102030" style="background-color:#102030;color:#fefefe">b</p>')

    assert 'bgcolor="#102030" style="background-color:#102030;color:#fefefe"' in seen(
        "gmail-android", button, dark=True
    )
    assert "#102030" not in seen("gmail-iphone", button, dark=True)


def test_a_full_turn_makes_the_mail_dark() -> None:
    """Where all colours are turned over, white paper becomes dark, dark ink light, and dark styles are not known."""
    shown = inverted(MAIL)
    paper, ink = re.search(r"background:(#\w{6})", shown), re.search(r'"[^"]*;color:(#\w{6})"', shown)

    assert paper
    assert ink
    assert contrast(paper[1], "#000000") < 2
    assert contrast(ink[1], paper[1]) > 7
    assert "prefers-color-scheme" not in shown


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_grey_stays_grey(parts: tuple[int, int, int]) -> None:
    """Turning a colour over keeps how colourful it is: nearly white paper does not become brown."""
    colour = "#{:02x}{:02x}{:02x}".format(*parts)
    shown = inverted(f'<html><head></head><body><p style="color:{colour}">x</p></body></html>')
    turned = re.search(r'"color:#(\w\w)(\w\w)(\w\w)"', shown)

    assert turned
    after = [int(part, 16) for part in turned.groups()]
    assert max(after) - min(after) <= max(parts) - min(parts) + 2


@given(st.text(max_size=80), st.text(max_size=80))
@example("", "\\1{")
@example("color: \\1", "")
def test_no_style_breaks_it(style: str, sheet: str) -> None:
    """Whatever stands in a style, each program shows the words."""
    document = lxml_html.document_fromstring("<html><head><style></style></head><body><p>words</p></body></html>")
    try:
        document.find(".//p").set("style", style)
        document.find(".//style").text = sheet
    except ValueError:  # no text that a document can hold
        return
    text = lxml_html.tostring(document, encoding="unicode")

    for program in PROGRAMS.values():
        assert "words" in seen_by(text, program, dark=True).html


def test_what_is_hidden_is_not_missed() -> None:
    """A style that is dropped from what nobody sees anyway, such as the preheader, is not told of."""
    hidden = MAIL.replace("<body>", '<body><div style="display:none;max-height:0;overflow:hidden">words</div>')

    assert "overflow" not in seen_by(hidden, PROGRAMS["outlook-windows"]).dropped


def test_the_day_of_the_data_is_known() -> None:
    """What is shown can say how old its knowledge is."""
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", caniemail.tested())
