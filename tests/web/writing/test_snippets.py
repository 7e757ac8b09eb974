"""Texts that go into many issues, at the desk: put in with one click, and changed."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.issues.snippets import snippets
from newsletter.workspace import Workspace
from tests.web.browsing import faults, listening
from tests.web.running import RunningDesk
from tests.web.sitting import Sitting
from tests.web.writing.conftest import choose_markdown
from tests.web.writing.test_editor import SAVED, open_text, read

DISCLAIMER = "*This is general information. It does not replace the advice of your own clinician.*"


def test_a_snippet_is_changed_and_deleted(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Each step is said, and deleting can be undone."""
    assert "It does not replace the advice" in sitting.see("/snippets")
    saved = sitting.post("/snippets", name="disclaimer", title="Disclaimer", text="Ask <b>your</b> clinician.")
    assert "“Disclaimer” is saved." in saved.text
    assert "Ask &lt;b&gt;your&lt;/b&gt; clinician." in sitting.see("/snippets/disclaimer")

    gone = sitting.post("/snippets/disclaimer/delete")
    assert "“Disclaimer” is deleted." in gone.text
    assert [each.name for each in snippets(desk_workspace)] == ["crisis-line", "sign-off"]
    sitting.undo(gone.text)
    assert [each.name for each in snippets(desk_workspace)] == ["crisis-line", "disclaimer", "sign-off"]


def test_what_cannot_be_saved_is_explained(sitting: Sitting) -> None:
    """And what is not there is missing."""
    for title, text, what in (("", "x", "no name"), ("Bye", "", "is empty"), ("Sign-off", "x", "already a snippet")):
        answer = sitting.post("/snippets", title=title, text=text)
        assert (answer.status_code, what in answer.text) == (422, True)
    assert "There is no such snippet." in sitting.see("/snippets/nothing", 404)
    assert sitting.post("/snippets/nothing/delete").status_code == 422


@pytest.mark.browser
def test_a_snippet_is_one_click_away(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """From the menu, or by / on an empty line; it is put in as the file has it."""
    folder = desk_workspace.issues_dir / "winter-light"
    open_text(page, desk)
    text = page.locator("#rich .rich-text")
    text.press("ControlOrMeta+End")
    page.get_by_role("toolbar").get_by_role("button", name="Snippet").click()
    page.get_by_role("menuitem", name="Disclaimer").click()
    expect(text.locator("em")).to_have_text(DISCLAIMER.strip("*"))
    page.keyboard.press("Enter")
    page.keyboard.type("/sign")
    page.keyboard.press("Enter")
    expect(page.locator("#saved-text")).to_have_text(SAVED)

    sign_off = "Warmly,\n\nThe team at Elm Street Psychiatry"
    assert read(folder).endswith(f"the days grow longer again.\n\n{DISCLAIMER}\n\n{sign_off}\n")


@pytest.mark.browser
def test_a_snippet_goes_into_markdown_as_it_is(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """Also one with the marks that the desk's own pieces use for what is written next."""
    folder = desk_workspace.root / "snippets"
    folder.mkdir()
    (folder / "quote.md").write_text("Il dit ‹ oui ›.\n", "utf-8")
    open_text(choose_markdown(page), desk)
    page.get_by_role("toolbar").get_by_role("button", name="Snippet").click()
    page.get_by_role("menuitem", name="Quote").click()
    expect(page.locator("#saved-text")).to_have_text(SAVED)

    assert "\n\nIl dit ‹ oui ›.\n" in read(desk_workspace.issues_dir / "winter-light")


@pytest.mark.browser
def test_a_snippet_is_written_as_readers_get_it(
    page: Page, desk: RunningDesk, desk_workspace: Workspace, axe: str
) -> None:
    """In the editor of the writing page; nothing on the way keeps anybody out."""
    found = {}
    for path in ("/snippets", "/snippets/crisis-line", "/deleted"):
        page.goto(desk.address + path)
        found[path] = faults(page, axe)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    page.goto(f"{desk.address}/snippets/new")
    listening(page)
    page.get_by_label("Name", exact=True).fill("Season’s greetings")
    page.locator("#rich .rich-text").click()
    page.keyboard.press("ControlOrMeta+b")
    page.keyboard.type("Be well")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").get_by_text("is saved")).to_be_visible()
    assert "**Be well**" in {each.text for each in snippets(desk_workspace)}
