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
    '<p style="display : none">{}</p>',
    '<p style="color: red; DISPLAY : None !important">{}</p>',
    '<p style="display:/**/none">{}</p>',
    '<p style="display:none;display:none /* for now */">{}</p>',
    "<p>Seen before. <span style='visibility :HIDDEN'>{}</span> Seen behind.</p>",
    "<style>.note {{ display: none }}</style><p class='intro note'>{}</p>",
    "<style><!-- .a, p.note {{ Display : None !important }} --></style><p class='note'>{}</p>",
    "<style>#n1 {{ visibility:hidden }}</style><div id='n1'><p>{}</p></div>",
    "<style>.x1{{display:none}}</style><p>Seen before. <span class='x1'>{}</span> Seen behind.</p>",
    "<style>aside2 {{display:block}} p.a.b {{display:none}}</style><p class='a b'>{}</p>",
    "<style>.pre{{max-height:0;overflow:hidden}}</style><div class='pre'>{}</div>",
    "<style>.m{{display:none}} @media (max-width:600px){{.m{{display:block}}}}</style><div class='m'>{}</div>",
    "<style>.i{{display:none!important}}</style><p class='i' style='display:block'>{}</p>",
    "<dialog><p>{}</p></dialog>",
    "<div popover id='tip'>{}</div>",
    '<div style="max-height:0;overflow:hidden">{}</div>',
    '<div style="height:0px; overflow: hidden;">{}</div>',
    '<div style="opacity:0;font-size:1px">{}</div>',
    '<div style="opacity:0;max-height:0px">{}</div>',
    '<div style="position:absolute;left:-9999px">{}</div>',
    '<div style="position:fixed; top: -5000em">{}</div>',
    '<p style="text-indent:-9999px">{}</p>',
    '<p style="position:absolute;width:1px;height:1px;clip:rect(0, 0, 0, 0)">{}</p>',
    '<p class="sr-only">{}</p>',
    '<span class="lead Visually-Hidden">{}</span>',
    "<p>Seen before. <span class='screen-reader-text'>{}</span> Seen behind.</p>",
    "<style>.box .b {{ display: none }}</style><div class='box'><p class='b'>{}</p></div>",
    "<style>div.box > p, #no {{ display: none }}</style><div class='box'><p>{}</p></div>",
    "<style>p.a + p.b {{ visibility: hidden }}</style><div><p class='a'></p><p class='b'>{}</p></div>",
    "<style>table td .n {{ display:none }}</style><table><tr><td><p class='n'>{}</p></td></tr></table>",
    "<style>[data-note] {{ display:none }}</style><p data-note='1'>{}</p>",
    "<style>p[class~=note] {{ display:none }}</style><p class='a note'>{}</p>",
    "<style>.box * {{ display:none }}</style><div class='box'><p>{}</p></div>",
    "<style>@media screen {{ .b {{ display:none }} }}</style><p class='b'>{}</p>",
    "<style>@supports (display:grid) {{ .b {{ display:none }} }}</style><p class='b'>{}</p>",
    '<div style="width:0;overflow:hidden">{}</div>',
    '<p style="color:#FFF">{}</p>',
    '<p><span style="color:white">{}</span></p>',
    '<p><span style="font-size:1px">{}</span></p>',
    "<p>Seen before. <span style='color: White'>{}</span> Seen behind.</p>",
    "<p>Seen before. <font color='#FFFFFF'>{}</font> Seen behind.</p>",
    "<p>Seen before. <span style='color:rgb(255, 255, 255)'>{}</span> Seen behind.</p>",
    "<p>Seen before. <span style='color:transparent'>{}</span> Seen behind.</p>",
    "<p>Seen before. <span style='font-size:1.0pt'>{}</span> Seen behind.</p>",
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
        "<style>.n{{display:none}} .n.open{{display:block}}</style><p class='n open'>{}</p>",
        "<style>.n{{display:none}}</style><p class='n' style='display:block'>{}</p>",
        "<style>@media print{{p{{display:none}}}} @media (max-width:9em){{p{{display:none}}}}</style><p>{}</p>",
        "<style media='print'>.n{{display:none}}</style><p class='n'>{}</p>",
        "<style>.n{{display:none}} @media (min-width:9em){{.n{{display:flex}}}}</style><p class='n'>{}</p>",
        "<style>body{{visibility:hidden}} .no-js .n, .n:empty, .n > b{{display:none}}</style><p class='n'>{}</p>",
        "<!--[if mso]><style>.n{{display:none}}</style><![endif]--><p class='n'>{}</p>",
        '<div style="height:0;overflow:hidden;padding-bottom:56%"><p>{}</p></div>',
        "<p style='opacity:0'>{}</p>",
        "<dialog open><p>{}</p></dialog>",
        "<p style='content:\"display:none\"'>{}</p>",
        "<p><ins cite='mailto:Ruth' datetime='2026-10-01T09:00'>{}</ins></p>",
        "<style>.off .n, .box > .n + .n{{display:none}}</style><div class='box'><p class='n'>{}</p></div>",
        "<style>.n:not(.open), .n:hover, .n::before{{display:none}}</style><p class='n'>{}</p>",
        "<style>.box .n{{display:none}} .box p.n{{display:block}}</style><div class='box'><p class='n'>{}</p></div>",
        "<style>.no-js .n{{display:none}}</style><div class='no-js'><p class='n'>{}</p></div>",
        "<table><tr><td bgcolor='#003366'><p style='color:#fff'>{}</p></td></tr></table>",
        "<div style='background:#036'><p><span style='color:white'>{}</span></p></div>",
        "<div class='hero'><p style='color:#fff'>{}</p></div>",
        "<p style='color:#fff'><em style='color:#333'>{}</em></p>",
        "<td style='font-size:1px'><div style='font-size:13px'>{}</div></td>",
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


def test_most_of_a_page_is_not_hidden_by_a_rule() -> None:
    """A script shows such a page; without it nothing would be left."""
    html = f"<h1>Winter Light</h1><style>.reveal{{display:none}}</style><div class=reveal><p>{PROSE}</p></div>"
    assert read_post(Source(data=html.encode(), name="post"), CLINIC).post.body == PROSE


@pytest.mark.parametrize("rule", ["display:none", "max-height:0;overflow:hidden"])
def test_an_answer_below_its_question_stays(rule: str) -> None:
    """It is shown on a touch."""
    answer = "Most people sleep better after some weeks of the same hours each night."
    style = f"<style>.panel{{{rule}}}</style>"
    middle = f"{style}<button class='accordion'>Does it help?</button><div class='panel'><p>{answer}</p></div>"
    assert answer in read(middle).post.body
