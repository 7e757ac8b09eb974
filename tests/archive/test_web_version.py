"""The web version of an issue: all of its words, and nothing that belongs to one reader."""

import re
from dataclasses import replace

import pytest
from lxml import html

from newsletter.archive.web_version import WebVersion, web_version
from newsletter.issues.load import load_issue
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, MergeField, Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace
from tests.archive.conftest import Turn
from tests.campaigns.samples import MESSAGE
from tests.web.samples import write_issue

LETTER = (
    "Dear {{ first_name or 'friend' }} {{ last_name }},\n\nwe write to {{ email or 'your address' }}.\n\n"
    "![A window](images/window.gif)\n"
)


def words(version: WebVersion) -> str:
    return " ".join(html.fromstring(f"<div>{version.body}</div>").text_content().split())


@pytest.mark.parametrize("theme", ["clinic", "digest", "journal", "letter"])
def test_everything_personal_is_gone(workspace: Workspace, turn: Turn, theme: str) -> None:
    """In each theme merge tags show their fallbacks, and the way out, the reason and the link to itself are gone."""
    write_issue(workspace, letter=LETTER)
    settings = f'[theme]\nname = "{theme}"\n[web]\npublic_url = "https://news.example.org"'
    message = render_issue(turn(settings), load_issue(workspace, "winter-light")).message
    assert "https://news.example.org/archive/winter-light/" in message.html
    assert "https://news.example.org/archive/winter-light/" in message.text
    version = web_version(message)
    read = words(version)
    assert "Dear friend ,we write to your address." in read
    assert "Sit near a window for a while each morning." in read
    assert "12 Elm Street" in read
    for gone in ("nsubscribe", "You receive this letter", "View in browser", "Five small ways", "-merge-", "mail-only"):
        assert gone not in version.body
    assert version.summary == "Five small ways to begin"


def test_pictures_become_files(workspace: Workspace, turn: Turn) -> None:
    """Whatever a mail carries with it is a file beside the page, and the page names it."""
    write_issue(workspace, letter=LETTER)
    version = web_version(render_issue(turn(), load_issue(workspace, "winter-light")).message)
    sources = re.findall(r'<img[^>]* src="([^"]*)"', version.body)
    assert sources
    assert set(sources) == set(version.files)
    assert all(file.media_type.startswith("image/") for file in version.files.values())


def test_calendar_files_stay(workspace: Workspace, turn: Turn) -> None:
    """A calendar file that came with the mail can be had from the page, too."""
    event = "::: event Open evening\nwhen: 2026-12-12 18:00 - 19:30\nwhere: 12 Elm Street\n\nCome.\n:::\n"
    write_issue(workspace, letter=event)
    version = web_version(render_issue(turn(), load_issue(workspace, "winter-light")).message)
    assert version.attached == ("open-evening.ics",)
    assert b"BEGIN:VCALENDAR" in version.files["open-evening.ics"].data
    assert '<a href="open-evening.ics">open-evening.ics</a>' in version.body  # where the event names it


@pytest.mark.parametrize(
    ("foot", "left"),
    [
        ("<p><a href='{}'>Unsubscribe</a></p>", ""),
        ("<p>Enough? <a href='{}'>Unsubscribe</a></p>", "Enough? Unsubscribe"),
        ("<p><a href='{}?utm=1'><b>Leave</b></a></p>", ""),
        ("<td>Leave: {}</td>", "Leave:"),
        ("<a href='{}'>Leave</a>", "Leave"),
    ],
)
def test_a_way_out_that_no_theme_has_marked(foot: str, left: str) -> None:
    """A theme of the clinic's own may do as it likes: nobody's link is on the page."""
    mail = f"<html><body><h1>Light</h1>{foot.format(UNSUBSCRIBE_PLACEHOLDER)}</body></html>"
    version = web_version(replace(MESSAGE, html=mail))
    assert words(version) == f"Light {left}".strip() or words(version) == f"Light{left}"
    assert UNSUBSCRIBE_PLACEHOLDER not in version.body
    assert "href" not in version.body


def test_a_tag_in_an_address() -> None:
    """A merge tag within a link is filled in with its fallback as well."""
    fields = (MergeField(1, "email", ""),)
    mail = '<html><body><a href="https://example.org/?who=-merge-html-1-">Survey</a></body></html>'
    body = web_version(replace(MESSAGE, html=mail, fields=fields)).body
    assert 'href="https://example.org/?who="' in body


def test_what_is_for_mail_programs_goes() -> None:
    """Comments for Outlook and the words for screen readers of a mail program are not on the page."""
    message: Message = replace(
        MESSAGE,
        html="<html lang='es' dir='ltr'><head><title>x</title><style>p{color:red}</style></head>"
        "<body style='margin:1px'>Ante &lt;todo&gt;<!--[if mso]><p>Outlook</p><![endif]-->"
        "<div role='article' aria-roledescription='email' aria-label='x'><p>Hola</p></div></body></html>",
    )
    version = web_version(message)
    assert (version.language, version.body_style) == ("es", "margin:1px")
    assert version.body == "Ante &lt;todo&gt;<div><p>Hola</p></div>"
    assert version.head == "<style>p{color:red}</style>"
