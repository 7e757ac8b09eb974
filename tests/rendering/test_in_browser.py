"""What only a browser can tell: how wide the mail gets, and whether its text can be read."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from newsletter.issues import Issue
from newsletter.message import fill_message
from newsletter.rendering import render_issue, with_pictures
from newsletter.workspace import Workspace
from tests.conftest import new_workspace

from .conftest import READER, SHIPPED, load_everything, with_theme

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


@pytest.fixture(scope="module", params=SHIPPED)
def mail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mail with every block, in each theme; no test changes it."""
    folder = tmp_path_factory.mktemp("mail")
    workspace = new_workspace(folder)
    message = render_issue(with_theme(workspace, name=request.param), load_everything(workspace)).message
    path = folder / "message.html"
    path.write_text(with_pictures(fill_message(message, READER).html, message), "utf-8")
    return path


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page for all tests, one after the other: to open a window takes longer than what they do in it."""
    opened = chromium.new_page()
    yield opened
    opened.context.close()


def show(page: Page, mail: Path, width: int, scheme: Literal["light", "dark"] = "light") -> None:
    """Open the mail at `width` pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(mail.as_uri())


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
def test_nothing_scrolls_sideways(page: Page, mail: Path, width: int) -> None:
    """At each width the mail fits: nobody has to push it to and fro."""
    show(page, mail, width)
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_blocked_pictures_push_nothing_aside(page: Page, mail: Path, tmp_path: Path) -> None:
    """Where pictures are blocked, the mail still fits a phone, and each one's words can be read."""
    blocked = tmp_path / "blocked.html"
    blocked.write_text(re.sub(r'src="data:[^"]*"', 'src="cid:blocked"', mail.read_text("utf-8")), "utf-8")
    show(page, blocked, 320)
    width = page.evaluate("document.documentElement.scrollWidth")
    heights = page.eval_on_selector_all("img", "images => images.map(image => image.getBoundingClientRect().height)")
    assert width <= 320
    assert min(heights) >= 16


def test_a_mail_in_hebrew_runs_from_right_to_left(
    page: Page, workspace: Workspace, everything: Issue, tmp_path: Path
) -> None:
    """In a mail that runs from right to left, every piece of it does."""
    path = tmp_path / "hebrew.html"
    path.write_text(render_issue(workspace, replace(everything, language="he")).message.html, "utf-8")
    show(page, path, 375)
    directions = page.eval_on_selector_all(
        "h1, h2, h3, p, li, td",
        "elements => [...new Set(elements.map(element => getComputedStyle(element).direction))]",
    )
    aligned = page.eval_on_selector_all(
        ".body p, .letter p", "elements => [...new Set(elements.map(element => getComputedStyle(element).textAlign))]"
    )
    assert directions == ["rtl"]
    assert set(aligned) <= {"right", "center"}


@pytest.mark.parametrize("scheme", ["light", "dark", "inverted"])
def test_all_text_can_be_read(page: Page, mail: Path, scheme: str) -> None:
    """Every run of text stands out from its ground: light, dark, and with colours turned over."""
    show(page, mail, 375, "dark" if scheme == "dark" else "light")
    turned = inverted if scheme == "inverted" else (lambda colour: colour)
    weak = [run for run in runs(page) if contrast(turned(run.ink), turned(run.paper)) < run.needed]
    assert weak == []


def test_text_on_phones_is_large_enough(page: Page, mail: Path) -> None:
    """On a phone no text is smaller than 16 pixels, but for the numbers of footnotes."""
    show(page, mail, 375)
    small = [run for run in runs(page) if run.size < 16 and not run.text.strip().isdigit()]
    assert small == []


def test_what_is_tapped_is_large_enough(page: Page, mail: Path) -> None:
    """Links that stand alone are at least 44 pixels high on a phone."""
    show(page, mail, 375)
    heights = page.eval_on_selector_all(
        ".contact-link, .button-link, .outline-link, .foot-link, .teaser-title a, .more a, .overview a, .view-online",
        "links => links.map(link => [link.textContent, link.getBoundingClientRect().height])",
    )
    assert len(heights) >= 8
    assert [text for text, height in heights if height < 44] == []


def test_the_dark_mail_is_dark(page: Page, mail: Path) -> None:
    """In dark mode no light ground is left behind the text."""
    show(page, mail, 375, "dark")
    bright = [run for run in runs(page) if luminance(run.paper) > 0.2 and not run.button]
    assert bright == [], json.dumps(bright)
