"""What every inbox needs is in the mail: checked by parsing it."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from newsletter.issues import Issue, load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace
from newsletter.workspace.starter import SAMPLE_ISSUE

Render = Callable[..., Message]
Element = tuple[str, dict[str, str]]


class Elements(HTMLParser):
    """Collects all elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *tags: str) -> list[dict[str, str]]:
        """Return the attributes of the elements of these kinds."""
        return [attributes for tag, attributes in self.found if tag in tags]


def levels(html: str) -> list[int]:
    """Return the levels of all headings, in order."""
    return [int(tag[1]) for tag, _ in Elements(html).found if re.fullmatch("h[1-6]", tag)]


def test_the_document_is_in_standards_mode(everything_html: str) -> None:
    """The doctype is written in capitals: otherwise browsers fall back to old rules."""
    assert everything_html.startswith("<!DOCTYPE html>")


def test_language_and_direction_are_said_twice(everything_html: str) -> None:
    """Language and direction stand on the document and on the mail's own wrapper."""
    found = Elements(everything_html)
    wrapper = next(attributes for tag, attributes in found.found if attributes.get("role") == "article")
    for element in (found.named("html")[0], wrapper):
        assert (element["lang"], element["dir"]) == ("en", "ltr")


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("ar-EG", "rtl"), ("es", "ltr")])
def test_direction_follows_the_language(render: Render, language: str, direction: str) -> None:
    """A mail in Hebrew or Arabic runs from right to left."""
    assert Elements(render("x", language=language).html).named("html")[0]["dir"] == direction


def test_there_is_one_title_and_no_jump(everything_html: str) -> None:
    """There is exactly one h1, and no heading goes more than one level down."""
    found = levels(everything_html)
    assert found.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(found))


@pytest.mark.parametrize("marks", [("#", "###", "####"), ("####", "##", "######"), ("##", "####", "###")])
def test_levels_are_mended(render: Render, marks: tuple[str, ...]) -> None:
    """However staff number their headings, the mail's outline has no holes."""
    body = "\n\n".join(f"{mark} Heading\n\nText." for mark in marks)
    for html in (render(body).html, render(body, body).html):
        found = levels(html)
        assert found.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(found))


def test_layout_tables_are_marked_and_data_tables_have_headers(everything_html: str) -> None:
    """Screen readers are told which tables only lay out; the others have header cells."""
    found = Elements(everything_html)
    tables = found.named("table")
    data = [table for table in tables if table.get("role") not in {"presentation", "none"}]
    assert [table.get("class") for table in data] == ["data"]
    assert [cell["scope"] for cell in found.named("th")] == ["col"] * 3


def test_every_picture_has_size_and_words(everything_html: str) -> None:
    """Each picture has width, height and an alt text, so that blocked pictures leave no riddle."""
    pictures = Elements(everything_html).named("img")
    assert len(pictures) >= 4
    for picture in pictures:
        assert picture["alt"]
        assert picture["width"].isdigit()
        assert picture["height"].isdigit()


def test_every_link_can_be_followed(everything_html: str) -> None:
    """Links are whole addresses of kinds that mail programs follow, and are underlined."""
    found = Elements(everything_html)
    there = {attributes["id"] for _, attributes in found.found if "id" in attributes}
    for link in found.named("a"):
        assert re.match(r"(https|mailto|tel):", link["href"]) or link["href"].removeprefix("#") in there, link
        assert "text-decoration:underline" in link["style"].replace(" ", "")


def test_nothing_is_loaded_from_elsewhere(everything_html: str) -> None:
    """No font, style sheet or picture is fetched when the mail is opened."""
    assert not re.search(r"@import|<link|@font-face|url\(", everything_html)
    assert all(image["src"].startswith("cid:") for image in Elements(everything_html).named("img"))


def test_dark_colours_and_the_mso_block_survive(everything_html: str) -> None:
    """What the inliner could have broken is there: dark mode, Outlook's colours and its DPI."""
    assert "@media (prefers-color-scheme: dark)" in everything_html
    assert "[data-ogsc] " in everything_html
    assert "[data-ogsb] " in everything_html
    assert "!important" in everything_html
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in everything_html
    assert '<meta name="color-scheme" content="light dark">' in everything_html


def test_the_title_is_plain_words(workspace: Workspace, everything: Issue) -> None:
    """The title shows fallbacks, not placeholders: programs show it before any filling."""
    html = render_issue(workspace, everything).message.html
    title = re.search("<title>(.*?)</title>", html)
    assert title
    assert title[1] == 'Friend, every block &amp; "everything" &lt;else&gt;'


def test_no_attribute_is_there_that_no_standard_knows(everything_html: str) -> None:
    """The MJML engine's stray attribute on cells is taken away."""
    assert all("vertical-align" not in attributes for attributes in Elements(everything_html).named("td"))


@pytest.mark.parametrize("preheader", ["Small steps", "A longer one, of as many words as an inbox shows. " * 3])
def test_nothing_follows_the_preheader_in_an_inbox(render: Render, preheader: str) -> None:
    """The preheader comes first and is invisible in the mail; what follows it in an inbox is empty."""
    html = render("Hello.", preheader=preheader).html
    body = html[html.index("<body") :]
    first_text = next(text for text in re.findall(r">([^<>]+)<", body) if text.strip())
    shown, filler = first_text[: len(preheader.strip())], first_text[len(preheader.strip()) :]
    assert shown == preheader.strip()
    assert re.search(r'style="display:none[^"]*">' + re.escape(shown), html)
    assert len(" ".join(first_text.split())) >= 200
    assert not re.search(r"\w", filler)
    assert len(filler.encode()) < 1_000


def test_nothing_is_filled_in_where_clicks_are_counted(workspace: Workspace, everything: Issue) -> None:
    """SendGrid's click tracking empties mail that has a long filler in it."""
    privacy = replace(workspace.settings.privacy, click_tracking=True)
    counted = replace(workspace, settings=replace(workspace.settings, privacy=privacy))
    assert "\u00ad" in render_issue(workspace, everything).message.html
    assert "\u00ad" not in render_issue(counted, everything).message.html


def test_it_is_far_from_being_clipped(everything_html: str) -> None:
    """Gmail clips a mail at 102 KB; one of six posts with every block is far below that."""
    assert len(everything_html.encode()) < 60_000


def test_a_usual_mail_is_short(themed: Workspace) -> None:
    """The sample's post, which is as long as a clinic's usually are, takes less than half of what Gmail shows."""
    shutil.copytree(Path(__file__).parents[2] / "newsletters" / SAMPLE_ISSUE, themed.issues_dir / SAMPLE_ISSUE)
    message = render_issue(themed, load_issue(themed, SAMPLE_ISSUE)).message
    assert len(message.html.encode()) < 45_000
