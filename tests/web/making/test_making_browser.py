"""Making an issue in a real browser: by keyboard, with what was copied, and without barriers."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from newsletter.issues import load_issue
from newsletter.services.issues import delete_issue
from newsletter.workspace import Workspace
from tests.web.browsing import Answers, faults, listening
from tests.web.making.test_making import PASTED
from tests.web.running import RunningDesk
from tests.web.samples import write_issue

pytestmark = pytest.mark.browser

_COPY = """html => navigator.clipboard.write([new ClipboardItem({
  "text/html": new Blob([html], { type: "text/html" }),
  "text/plain": new Blob(["Snow\\n\\nAsk a neighbour."], { type: "text/plain" }),
})])"""


def test_a_post_becomes_an_issue_by_keyboard(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """From the shelf to the made issue without a mouse, one heading mended on the way."""
    page.goto(desk.address)
    page.get_by_role("link", name="New issue").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/new")
    page.wait_for_load_state()  # the field waits for its script
    page.get_by_role("textbox", name="Paste it").focus()
    page.keyboard.insert_text(PASTED)
    expect(page.get_by_role("textbox", name="Paste it")).to_have_value(PASTED)
    _press(page, "Read it")
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    page.wait_for_load_state()  # its scripts have run

    menu = page.get_by_role("combobox", name="What is “Why it matters”?")
    expect(menu).to_have_value("section")
    menu.focus()
    page.keyboard.press("ArrowDown")  # the sub-heading
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(menu).to_be_focused()
    undo.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_value("section")
    menu.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_label("Short name of the issue").fill("lights")
    _press(page, "Make the issue")

    expect(page).to_have_url(re.compile("/issues/lights/write"))
    assert "### Why it matters" in load_issue(desk_workspace, "lights").posts[0].body.markdown


def test_what_was_copied_brings_its_formatting_until_it_is_changed(page: Page, desk: RunningDesk) -> None:
    """The field says that headings and links came along, and that typing over it takes them away."""
    page.goto(desk.address + "/new")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(_COPY, "<h1>Snow</h1><p>Ask a neighbour.</p>")
    page.locator("#text").focus()
    page.keyboard.press("ControlOrMeta+V")
    expect(page.locator("#html")).to_have_value(re.compile("<h1.*>Snow</h1>"))
    expect(page.get_by_text("Pasted with its headings")).to_be_visible()

    page.locator("#text").press_sequentially("!")

    expect(page.locator("#html")).to_have_value("")
    expect(page.get_by_text("read as plain text")).to_be_visible()


def test_a_mistake_keeps_what_was_typed(page: Page, desk: RunningDesk) -> None:
    """A name that is taken is told on the page that is open; the posts stay as they are."""
    button = _named_as_another(page, desk)
    button.click()

    expect(page.get_by_text("already an issue named")).to_be_visible()
    expect(page.get_by_label("Short name of the issue")).to_have_value("winter-light")


def test_a_mistake_that_is_told_without_a_script_stays(page: Page, desk: RunningDesk) -> None:
    """Who clicks before the script has come is answered by a page of its own, which cannot be asked for again."""
    button = _named_as_another(page, desk)
    answers = Answers(page)
    with page.expect_response(lambda answer: answer.status == 405):  # the news makes it try
        button.evaluate("button => { button.form.action = button.formAction; button.form.submit(); }")
    answers.wait_for_read()

    expect(page.get_by_text("already an issue named")).to_be_visible()


def _named_as_another(page: Page, desk: RunningDesk) -> Locator:
    """Paste a post, and give its issue a name that is taken; return the button that makes it."""
    page.goto(desk.address + "/new")
    page.get_by_role("textbox", name="Paste it").fill(PASTED)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    expect(page.locator("#live-text")).to_have_text("Connected")
    page.get_by_label("Short name of the issue").fill("winter-light")
    return page.get_by_role("button", name="Make the issue")


def test_the_way_is_for_everybody(page: Page, desk: RunningDesk, desk_workspace: Workspace, axe: str) -> None:
    """There is no barrier on the way to a new issue, and nothing is wider than the screen."""
    found = {}
    write_issue(desk_workspace, "gone")
    delete_issue(desk_workspace, "gone", datetime.now(tz=UTC))
    page.goto(f"{desk.address}/deleted")
    expect(page.get_by_role("button", name="Bring back Light in winter")).to_be_visible()
    found["/deleted"] = faults(page, axe)
    page.goto(desk.address)
    page.locator(".manage summary").click()
    expect(page.get_by_role("button", name="Duplicate")).to_be_visible()
    found["an issue as a whole"] = faults(page, axe)
    for path in ("/", "/new", "/new?into=winter-light", "/issues/winter-light/posts"):
        page.goto(desk.address + path)
        found[path] = faults(page, axe)
    page.goto(desk.address + "/new")
    page.get_by_role("textbox", name="Paste it").fill(PASTED)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    listening(page)
    page.get_by_role("combobox", name="What is “Why it matters”?").select_option("left out")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found["a line left out"] = faults(page, axe)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_an_issue_is_renamed_and_deleted_by_keyboard(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """From the list, with what was done said each time, and undone."""
    page.goto(desk.address)
    listening(page)
    page.locator(".manage summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Short name").fill("light")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The short name of “Light in winter” is light now.")).to_be_visible()
    page.locator(".manage summary").focus()
    page.keyboard.press("Enter")
    _press(page, "Delete")
    expect(page.get_by_role("heading", name="No issue yet")).to_be_visible()
    _press(page, "Undo")
    expect(page.get_by_text("“Light in winter” is back")).to_be_visible()
    assert load_issue(desk_workspace, "light").subject == "Light in winter"


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")
