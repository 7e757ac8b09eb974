"""What somebody chooses before a page's script has come counts as much as what they choose later."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.browsing import before_script
from tests.web.making.test_making import PASTED
from tests.web.running import RunningDesk

pytestmark = pytest.mark.browser

LIST = "email\nana@example.org\nben@example.org\n"


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    """A list of two people."""
    path = tmp_path / "guests.csv"
    path.write_text(LIST, "utf-8")
    return path


def test_a_mail_program(page: Page, desk: RunningDesk) -> None:
    """The mail is shown as the chosen program shows it."""
    with before_script(page, f"{desk.address}/issues/winter-light", "desk.js"):
        page.get_by_label("Mail program").select_option("outlook-windows")

    expect(page.get_by_text("Outlook for Windows, roughly")).to_be_visible()


def test_a_search(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The list follows what was typed."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 3)
    with before_script(page, f"{desk.address}/people", "people.js"):
        page.get_by_label("Search for names and addresses").fill("reader2")

    expect(page.locator(".roster li")).to_have_count(1)


def test_a_list_to_import(page: Page, desk: RunningDesk, list_file: Path) -> None:
    """A chosen file is looked at, without another press."""
    with before_script(page, f"{desk.address}/people/import", "imports.js"):
        page.get_by_label("Choose the file with your list").set_input_files(list_file)

    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()


def test_what_becomes_of_the_people_in_a_list(page: Page, desk: RunningDesk, list_file: Path) -> None:
    """Numbers and button say what the menu says."""
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(list_file)
    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()
    with before_script(page, page.url, "imports.js"):
        page.get_by_label("The people in this file").select_option("unsubscribed")

    expect(page.get_by_role("button", name="Never mail 2 addresses again")).to_be_visible()


def test_what_a_line_of_a_post_is(page: Page, desk: RunningDesk) -> None:
    """A heading that was made a sub-heading is shown as one, with the way back."""
    page.goto(f"{desk.address}/new")
    page.get_by_role("textbox", name="Paste it").fill(PASTED)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    with before_script(page, page.url, "making.js"):
        page.get_by_role("combobox", name="What is “Why it matters”?").select_option("subsection")

    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def test_how_much_of_a_post_is_shown(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The issue shows as much of it as the menu says, once it is known where readers read on."""
    with before_script(page, f"{desk.address}/issues/winter-light/posts", "making.js"):
        page.get_by_label("How much of Winter light is shown").select_option("title")
    page.get_by_label("Address of the post").fill("www.example.org/light")
    page.get_by_role("button", name="Show only its title").click()

    expect(page.locator("option[value=title][selected]")).to_be_attached()
    assert "title" in (desk_workspace.issues_dir / "winter-light" / "issue.md").read_text("utf-8")


def test_a_paste_waits_for_the_script_that_keeps_its_headings(page: Page, desk: RunningDesk) -> None:
    """There is no field to paste into before the headings and links of a paste can be kept."""
    with before_script(page, f"{desk.address}/new", "making.js"):
        expect(page.get_by_role("heading", name="Paste it")).to_be_visible()
        expect(page.locator("#text")).to_be_hidden()

    expect(page.locator("#text")).to_be_visible()


def test_what_the_browser_restores_is_no_choice(page: Page, desk: RunningDesk, list_file: Path) -> None:
    """Going back to the page on which a file was chosen does not hand it in again."""
    with before_script(page, f"{desk.address}/people/import", "imports.js"):
        page.get_by_label("Choose the file with your list").set_input_files(list_file)
    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("heading", name="Import a list")).to_be_visible()
    expect(page.locator("html.scripted")).to_be_attached()
    expect(page).to_have_url(f"{desk.address}/people/import")
