"""The page of the settings in a real browser: by keyboard, on a phone, and for those who listen."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.workspace import Workspace, open_workspace
from tests.web.browsing import faults
from tests.web.running import RunningDesk
from tests.web.sending.conftest import set_settings

pytestmark = pytest.mark.browser


def test_by_keyboard(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """A wrong answer leads to its field, the mended one is saved, and undone with the next key."""
    page.goto(f"{desk.address}/settings")
    page.get_by_label("Telephone").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("none")
    page.keyboard.press("Enter")

    expect(page.locator("section.mistake")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#clinic-phone")).to_be_focused()
    expect(page.get_by_label("Telephone")).to_have_accessible_description(
        "Expected a phone number with its area code. The number that readers call."
    )
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("508-555-0123")
    page.keyboard.press("Enter")

    expect(page.locator(".notice")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Saved: Telephone.")
    assert open_workspace(desk_workspace.root).settings.clinic.phone == "508-555-0123"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Telephone")).to_have_value("508-555-0100")
    expect(page.locator(".notice")).to_contain_text("Saved: Telephone.")


def test_what_is_saved_elsewhere_appears(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The page follows the file, and keeps what is being typed into another field."""
    page.goto(f"{desk.address}/settings")
    expect(page.locator("#live")).to_have_text("Connected")
    page.get_by_label("The clinic’s name").fill("Elm & Oak")
    page.get_by_label("A second person has to approve").check()
    page.get_by_role("radio", name="letter").check()
    set_settings(desk_workspace, '[team]\nreviewers = ["ana@example.org"]')

    expect(page.get_by_label("Reviewers")).to_have_value("ana@example.org")
    expect(page.get_by_label("The clinic’s name")).to_have_value("Elm & Oak")
    expect(page.get_by_label("A second person has to approve")).to_be_checked()
    expect(page.get_by_role("radio", name="letter")).to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved: The clinic’s name, A second person has to approve")


def test_it_is_for_everybody(page: Page, desk: RunningDesk, axe: str) -> None:
    """As it is opened, and with a wrong answer in it: no barrier, and nothing lies beyond the edge."""
    page.goto(f"{desk.address}/settings")
    assert faults(page, axe) == []

    page.get_by_label("Telephone").fill("none")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    assert faults(page, axe) == []


def test_a_color_is_picked_by_sight(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The picker and the digits say the same; only the digits are sent, so that no color is none."""
    page.goto(f"{desk.address}/settings")
    expect(page.locator("#live")).to_have_text("Connected")
    picker = page.get_by_label("The clinic’s color: choose by sight")
    page.get_by_label("The clinic’s color", exact=True).fill("#235B52")
    expect(picker).to_have_value("#235b52")
    picker.fill("#6b3fa0")
    expect(page.get_by_label("The clinic’s color", exact=True)).to_have_value("#6b3fa0")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved: The clinic’s color.")
    assert open_workspace(desk_workspace.root).settings.theme.accent == "#6b3fa0"
    expect(page.locator("input[type=color]")).to_have_count(2)


def test_without_scripts(desk: RunningDesk, page: Page, desk_workspace: Workspace) -> None:
    """The form is a form."""
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{desk.address}/settings")
    page.get_by_label("A second person has to approve").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice")).to_contain_text("Saved: A second person has to approve")
    assert open_workspace(desk_workspace.root).settings.team.approval
