"""Writing on a telephone and on a tablet: one half at a time, and nothing beyond the edge."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.running import RunningDesk
from tests.web.writing.test_editor import mail, open_text, text

pytestmark = pytest.mark.browser
ACROSS = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("width", [390, 820])
def test_each_half_fits(writer: Page, desk: RunningDesk, width: int) -> None:
    """Text and mail are shown in turn, each whole, and the page never scrolls sideways."""
    writer.set_viewport_size({"width": width, "height": 844})
    open_text(writer, desk)
    expect(text(writer)).to_be_visible()
    assert writer.evaluate(ACROSS) == width

    writer.get_by_role("button", name="Mail", exact=True).click()
    expect(text(writer)).to_be_hidden()
    for view in ("Phone", "Desktop"):
        writer.get_by_role("button", name=view).click()
        expect(mail(writer).get_by_text("the days grow longer")).to_be_visible()
        box = writer.locator(".device").bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= width, view
        assert writer.evaluate(ACROSS) == width, view
