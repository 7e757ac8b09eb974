"""Writing before the page is ready: a slow machine must not cost anybody a word."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.running import RunningDesk
from tests.web.samples import write_letter
from tests.web.writing.conftest import ISSUE
from tests.web.writing.test_editor import SAVED, mail, read, text

pytestmark = pytest.mark.browser


@pytest.fixture
def held(writer: Page, desk: RunningDesk) -> list[Route]:
    """The page as it is before its script has come; the script waits to be let go."""
    waiting: list[Route] = []
    writer.route("**/static/writing/page.js", lambda route: waiting.append(route))  # noqa: PLW0108 - it must be a function
    writer.goto(f"{desk.address}{ISSUE}/write", wait_until="commit")
    writer.locator("#text").wait_for()
    return waiting


def test_what_was_typed_early_is_kept(writer: Page, held: list[Route], folder: Path) -> None:
    """Words typed before the editor came stand in it, in the mail and in the file, and typing goes on behind them."""
    writer.locator("#text").press("Control+End")
    writer.keyboard.type("Snow fell")
    held[0].continue_()
    expect(text(writer)).to_be_focused()
    writer.keyboard.type(" last night.")

    expect(text(writer)).to_contain_text("Snow fell last night.")
    expect(mail(writer).get_by_text("Snow fell last night.")).to_be_visible()
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder).endswith("grow longer again.\nSnow fell last night.")


def test_what_was_typed_early_does_not_wait_for_more(writer: Page, held: list[Route], folder: Path) -> None:
    """It is saved though nobody types on, also in the lines at the top."""
    before = read(folder)
    writer.locator("#text").fill(before.replace("Light in winter", "Snow"))
    held[0].continue_()

    expect(writer.get_by_label("Subject")).to_have_value("Snow")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder) == before.replace("Light in winter", "Snow")


def test_what_was_typed_early_meets_another_change(writer: Page, held: list[Route], folder: Path) -> None:
    """What another program saved meanwhile is brought together with it."""
    writer.locator("#text").press("Control+End")
    writer.keyboard.type("Snow fell.")
    write_letter(folder, read(folder).split("---\n\n")[1].replace("Dear", "Good day"))
    held[0].continue_()

    expect(writer.locator("#news")).to_contain_text("Both changes are in it now")
    assert read(folder).endswith("Snow fell.")
    assert "Good day" in read(folder)
