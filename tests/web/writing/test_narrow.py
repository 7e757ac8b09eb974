"""Writing on a telephone and on a tablet: one half at a time, and nothing beyond the edge."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import fits
from tests.web.running import RunningDesk
from tests.web.writing.test_editor import mail, open_text, text

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 820])
def test_each_half_fits(writer: Page, desk: RunningDesk, width: int) -> None:
    """Text and mail are shown in turn, each whole, and the page never scrolls sideways."""
    writer.set_viewport_size({"width": width, "height": 844})
    open_text(writer, desk)
    expect(text(writer)).to_be_visible()
    assert fits(writer, width)

    writer.get_by_role("button", name="Mail", exact=True).click()
    expect(text(writer)).to_be_hidden()
    for view in ("Phone", "Tablet", "Desktop"):
        writer.get_by_role("button", name=view).click()
        expect(mail(writer).get_by_text("the days grow longer")).to_be_visible()
        box = writer.locator(".device").bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= width, view
        assert fits(writer, width), view


def test_the_tools_stand_in_one_row(writer: Page, desk: RunningDesk) -> None:
    """Also beside a wide mail."""
    open_text(writer, desk)
    for view in ("Phone", "Desktop"):
        writer.get_by_role("button", name=view).click()
        expect(writer.locator(f".show.{view.lower()}")).to_be_visible()
        top = "(each) => Math.round(each.getBoundingClientRect().top)"
        tops = f"(all) => all.filter((each) => each.offsetParent).map({top})"  # of those that are shown
        assert len(set(writer.locator(".tool").evaluate_all(tops))) == 1, view


def test_one_menu_item_is_chosen_at_a_time(writer: Page, desk: RunningDesk) -> None:
    """The mouse moves the choice that the keyboard made, and does not add a second one."""
    open_text(writer, desk)
    writer.get_by_role("button", name="Insert").click()
    items = writer.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    items.nth(3).hover()
    expect(items.nth(3)).to_be_focused()
    colours = writer.locator("#boxes button").evaluate_all("(all) => all.map((each) => getComputedStyle(each).color)")
    assert len([colour for colour in colours if colours.count(colour) == 1]) == 1
