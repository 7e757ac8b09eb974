"""From a finding to the very field or line that it is about, in both views of the text."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.running import RunningDesk
from tests.web.samples import write_letter

pytestmark = pytest.mark.browser

EVENT = """Dear all,

::: event Walk
when:
where: Park

Bring a friend.
:::

[Book](https://){.button}

[](https://example.org/x){.button}

| | |
|---|---|
| | |

Bye.
"""


@pytest.fixture(autouse=True)
def unfinished(folder: Path) -> None:
    """A box and a button that nobody has filled in."""
    write_letter(folder, EVENT)


def test_a_click_lands_in_the_field_of_a_card(page: Page, desk: RunningDesk, folder: Path) -> None:
    """The day of an event, the address of a button, also from the page of the checks alone."""
    page.goto(f"{desk.address}/issues/winter-light/write")
    finding = page.locator(".checks .spots > li", has_text="Event: “When” is empty.")
    finding.get_by_role("link").click()
    expect(page.get_by_role("region", name="Event").get_by_label("Day")).to_be_focused()
    expect(page.get_by_role("region", name="Event").get_by_label("Day")).to_be_in_viewport()

    page.goto(f"{desk.address}/issues/winter-light")
    page.locator(".checks .spots > li", has_text="Button: “Leads to”").get_by_role("link").click()
    expect(page.get_by_role("region", name="Button").first.get_by_label("Leads to")).to_be_focused()

    page.goto(f"{desk.address}/issues/winter-light")
    page.locator(".checks .spots > li", has_text="Button: “Words” is empty.").get_by_role("link").click()
    expect(page.get_by_role("region", name="Button").nth(1).get_by_label("Words")).to_be_focused()
    assert folder.joinpath("issue.md").read_text("utf-8").endswith(EVENT)


def test_a_click_lands_behind_what_is_to_be_written_in_markdown(page: Page, desk: RunningDesk, folder: Path) -> None:
    """The cursor stands where the words are missing."""
    page.goto(f"{desk.address}/issues/winter-light/write")
    page.get_by_role("button", name="Markdown").click()
    page.locator(".checks .spots > li", has_text="Event: “When” is empty.").get_by_role("link").click()
    page.keyboard.type(" 2026-12-12 10:00")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved-text")).to_have_text("Saved")
    assert "when: 2026-12-12 10:00\nwhere: Park" in folder.joinpath("issue.md").read_text("utf-8")


def test_a_click_lands_in_a_field_above_the_text(page: Page, desk: RunningDesk, folder: Path) -> None:
    """Also where the file does not have the key yet."""
    path = folder / "issue.md"
    path.write_text(
        "".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if "preheader" not in line), "utf-8"
    )
    page.goto(f"{desk.address}/issues/winter-light/write")
    page.locator(".checks .spots > li", has_text="Without preview text").get_by_role("link").click()
    expect(page.locator("#field-preheader")).to_be_focused()
    expect(page.locator("#rich")).to_be_visible()
