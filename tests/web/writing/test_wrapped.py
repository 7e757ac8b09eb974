"""A text that another program broke into lines, as the editor shows it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.running import RunningDesk
from tests.web.samples import write_letter
from tests.web.writing.test_editor import SAVED, open_text, read, text

pytestmark = pytest.mark.browser
LINE = "This line was broken where another program had no more room for"
CODE = f"    {LINE}\n    code\n"
LETTER = f"Dear all,\n\n{LINE}\nthe rest, and goes on here.\n\nWarmly,\nPat\n\n{LINE}\n- and a list\n\n{CODE}"


def shown(page: Page) -> list[str]:
    """Return the lines that a person sees, without the empty ones."""
    lines = page.locator(".cm-line").evaluate_all("(all) => all.map((each) => each.innerText.trim())")
    return [line for line in lines if line]


def test_a_wrapped_paragraph_is_shown_as_one(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """As the mail joins it; a sign-off, a list and code keep their lines, and so does the file."""
    write_letter(folder, LETTER)
    before = read(folder)
    open_text(writer, desk)

    joined = f"{LINE}the rest, and goes on here."  # the space between is drawn, and not in the text
    assert shown(writer)[:4] == ["Dear all,", joined, "Warmly,", "Pat"]
    assert shown(writer)[4:] == [LINE, "- and a list", LINE, "code"]
    assert writer.locator(".cm-seam").evaluate("(each) => getComputedStyle(each, '::after').content") == '" "'
    assert read(folder) == before


def test_breaks_that_are_typed_are_seen(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Around a place where lines were joined, each key does what it shows, and the file says the same."""
    write_letter(folder, f"{LINE}\nthe rest.\n")
    open_text(writer, desk)
    press = writer.keyboard.press
    text(writer).click()
    press("Control+Home")
    for _ in LINE:
        press("ArrowRight")
    writer.keyboard.type(" it")
    press("ArrowRight")
    writer.keyboard.type("all ")
    assert shown(writer) == [f"{LINE} itall the rest."]

    press("Enter")
    assert shown(writer) == [f"{LINE} itall", "the rest."]
    press("Backspace")
    assert shown(writer) == [f"{LINE} itall the rest."]
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder).endswith(f"{LINE} it\nall the rest.\n")


def test_a_joined_line_that_becomes_a_list_is_one(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """As soon as a line begins something of its own, it stands on its own."""
    write_letter(folder, f"{LINE}\nthe rest.\n")
    open_text(writer, desk)
    text(writer).click()
    writer.keyboard.press("Control+End")
    writer.keyboard.press("ArrowUp")
    writer.keyboard.press("End")
    writer.get_by_role("button", name="List", exact=True).click()

    assert shown(writer) == [LINE, "- the rest."]
