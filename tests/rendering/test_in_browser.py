"""What only a browser can tell: how wide the mail gets, and whether its text can be read."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from newsletter.issues import Issue
from newsletter.message import fill_message
from newsletter.rendering import render_issue, with_pictures
from newsletter.workspace import Workspace

from .conftest import READER

pytestmark = pytest.mark.browser

TEXTS = Path(__file__).with_name("texts.js").read_text("utf-8")
"""Finds each run of text with its colour and all backgrounds below it."""

Colour = tuple[float, float, float]


class Run(NamedTuple):
    """A run of text as the browser shows it."""

    text: str
    ink: Colour
    paper: Colour
    size: float
    bold: bool
    button: bool

    @property
    def needed(self) -> float:
        """The least contrast that WCAG 2.2 (1.4.3) allows; large text may have less."""
        return 3.0 if self.size >= 24 or (self.bold and self.size >= 18.66) else 4.5


@pytest.fixture
def mail(themed: Workspace, everything: Issue, tmp_path: Path) -> str:
    """The address of the mail with every block, in each theme."""
    message = render_issue(themed, everything).message
    path = tmp_path / "message.html"
    path.write_text(with_pictures(fill_message(message, READER).html, message), "utf-8")
    return path.as_uri()


def opened(browser: Browser, mail: str, width: int, scheme: str = "light") -> Page:
    """Return the mail, opened at `width` pixels."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(mail)
    return page


def runs(page: Page) -> list[Run]:
    """Return all visible text of the page."""
    found = [
        Run(item["text"], tuple(item["ink"]), tuple(item["paper"]), item["size"], item["bold"], item["button"])
        for item in page.evaluate(TEXTS)
    ]
    assert len(found) > 60
    return found


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def inverted(colour: Colour) -> Colour:
    """Return the colour that a mail program shows when it turns all colours over."""
    red, green, blue = colour
    return 255 - red, 255 - green, 255 - blue


@pytest.mark.parametrize("width", [320, 375, 600, 1200])
def test_nothing_scrolls_sideways(browser: Browser, mail: str, width: int) -> None:
    """At each width the mail fits: nobody has to push it to and fro."""
    page = opened(browser, mail, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.usefixtures("mail")
def test_blocked_pictures_push_nothing_aside(browser: Browser, tmp_path: Path) -> None:
    """Where pictures are blocked, the mail still fits a phone, and each one's words can be read."""
    blocked = tmp_path / "blocked.html"
    html = (tmp_path / "message.html").read_text("utf-8")
    blocked.write_text(re.sub(r'src="data:[^"]*"', 'src="cid:blocked"', html), "utf-8")
    page = opened(browser, blocked.as_uri(), 320)
    width = page.evaluate("document.documentElement.scrollWidth")
    heights = page.eval_on_selector_all("img", "images => images.map(image => image.getBoundingClientRect().height)")
    page.close()
    assert width <= 320
    assert min(heights) >= 16


def test_a_mail_in_hebrew_runs_from_right_to_left(
    browser: Browser, workspace: Workspace, everything: Issue, tmp_path: Path
) -> None:
    """In a mail that runs from right to left, every piece of it does."""
    path = tmp_path / "hebrew.html"
    path.write_text(render_issue(workspace, replace(everything, language="he")).message.html, "utf-8")
    page = opened(browser, path.as_uri(), 375)
    directions = page.eval_on_selector_all(
        "h1, h2, h3, p, li, td",
        "elements => [...new Set(elements.map(element => getComputedStyle(element).direction))]",
    )
    aligned = page.eval_on_selector_all(
        ".body p, .letter p", "elements => [...new Set(elements.map(element => getComputedStyle(element).textAlign))]"
    )
    page.close()
    assert directions == ["rtl"]
    assert set(aligned) <= {"right", "center"}


@pytest.mark.parametrize("scheme", ["light", "dark", "inverted"])
def test_all_text_can_be_read(browser: Browser, mail: str, scheme: str) -> None:
    """Every run of text stands out from its ground: light, dark, and with colours turned over."""
    page = opened(browser, mail, 375, scheme)
    turned = inverted if scheme == "inverted" else (lambda colour: colour)
    weak = [run for run in runs(page) if contrast(turned(run.ink), turned(run.paper)) < run.needed]
    page.close()
    assert weak == []


def test_text_on_phones_is_large_enough(browser: Browser, mail: str) -> None:
    """On a phone no text is smaller than 16 pixels, but for the numbers of footnotes."""
    page = opened(browser, mail, 375)
    small = [run for run in runs(page) if run.size < 16 and not run.text.strip().isdigit()]
    page.close()
    assert small == []


def test_what_is_tapped_is_large_enough(browser: Browser, mail: str) -> None:
    """Links that stand alone are at least 44 pixels high on a phone."""
    page = opened(browser, mail, 375)
    heights = page.eval_on_selector_all(
        ".contact-link, .button-link, .outline-link, .foot-link, .teaser-title a, .more a, .overview a, .view-online",
        "links => links.map(link => [link.textContent, link.getBoundingClientRect().height])",
    )
    page.close()
    assert len(heights) >= 8
    assert [text for text, height in heights if height < 44] == []


def test_the_dark_mail_is_dark(browser: Browser, mail: str) -> None:
    """In dark mode no light ground is left behind the text."""
    page = opened(browser, mail, 375, "dark")
    bright = [run for run in runs(page) if luminance(run.paper) > 0.2 and not run.button]
    page.close()
    assert bright == [], json.dumps(bright)
