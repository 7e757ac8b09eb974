"""What a page or a mail hides is not published, and told."""

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, PROSE

NOTE = "Note: the patient of Tuesday says this."

HIDDEN = [
    '<p style="display:none">{}</p>',
    '<p style="DISPLAY: none !important">{}</p>',
    "<div hidden><p>{}</p></div>",
    '<div aria-hidden="true">{}</div>',
    '<p style="visibility: hidden">{}</p>',
    '<p style="mso-hide:all">{}</p>',
    '<p style="font-size:0">{}</p>',
    '<div style="font-size: 0px; line-height: 0"><span>{}</span></div>',
    "<p>Seen before. <span style='display:none;mso-hide:all'>{}</span> Seen behind.</p>",
    "<p>Seen before. <span style='mso-hide: all'>{}</span> Seen behind.</p>",
    "<p>Seen before. <span style='font-size:0pt'>{}</span> Seen behind.</p>",
    "<p>Seen before. <del cite='mailto:Ruth' datetime='2026-10-01T09:00'>{}</del> Seen behind.</p>",
    "<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>{}</p></div></div>",
    "<!-- {} -->",
]


def read(middle: str, head: str = "") -> Reading:
    html = f"<h1>Winter Light</h1><p>{PROSE}</p>{middle}<p>{PROSE}</p>"
    if head:
        head += "Subject: Winter Light\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
        html = html.replace("<h1>Winter Light</h1>", "")
    return read_post(Source(data=f"{head}{html}".encode(), name="post"), CLINIC)


@pytest.mark.parametrize("head", ["", "From: Ruth Vale <ruth@clinic.example>\n"], ids=["HTML", "mail"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_text(hidden: str, head: str) -> None:
    """However it is hidden; what is seen around it stays."""
    reading = read(hidden.format(NOTE), head)
    between = "\n\nSeen before. Seen behind.\n\n" if "Seen" in hidden else "\n\n"
    assert reading.post.body == f"{PROSE}{between}{PROSE}"
    if not hidden.startswith("<!--"):
        assert NOTE in [each.text for each in reading.dropped]


@pytest.mark.parametrize(
    "shown",
    [
        '<table><tr><td style="font-size:0px;padding:9px"><div style="font-size:13px">{}</div></td></tr></table>',
        '<p><a href="https://clinic.example/book" style="mso-hide:all">{}</a></p>',
        '<p style="font-size:0.9em">{}</p>',
        "<p style='display:block'>{}</p>",
        "<p><ins cite='mailto:Ruth' datetime='2026-10-01T09:00'>{}</ins></p>",
    ],
)
def test_text_that_only_looks_hidden(shown: str) -> None:
    """Programs that make mails write so around what is seen."""
    assert (
        "We open at nine on Tuesdays from now on"
        in read(shown.format("We open at nine on Tuesdays from now on.")).post.body
    )


def test_word_of_a_preview() -> None:
    """The line that an inbox shows beside the subject is no part of the text."""
    style = "display:none;font-size:1px;color:#fff;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden"
    text = f'<div style="{style}">Read what helps at night. &zwnj;&nbsp;&zwnj;&nbsp;</div><p>{PROSE}</p>'
    mail = "From: R <r@c.example>\nSubject: Winter Light\nMIME-Version: 1.0\nContent-Type: text/html\n\n" + text
    reading = read_post(Source(data=mail.encode(), name="post.eml"), CLINIC)
    assert reading.post.body == PROSE
    assert any("Read what helps" in each.text for each in reading.dropped)
