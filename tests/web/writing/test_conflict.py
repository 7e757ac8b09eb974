"""Two changes of one place, in a real browser: the person is asked, and only a person answers."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.running import RunningDesk
from tests.web.samples import write_letter
from tests.web.writing.conftest import ISSUE
from tests.web.writing.test_editor import SAVED, open_text, read, text, type_at_end

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(writer: Page, desk: RunningDesk, folder: Path) -> Locator:
    """The question, just as it comes up before somebody who writes."""
    open_text(writer, desk)
    writer.route("**/events", lambda route: route.abort())
    writer.reload()
    type_at_end(writer, "Words of mine")
    write_letter(folder, read(folder).split("---\n\n")[1] + "Words of theirs\n")
    dialog = writer.get_by_role("dialog", name="This text was changed elsewhere, too")
    expect(dialog).to_be_visible()
    return dialog


def test_typing_on_does_not_answer(writer: Page, asked: Locator, folder: Path) -> None:
    """Neither a space nor a line break nor a tab in a sentence chooses, nor Escape; a person still can."""
    before, posted = read(folder), list[str]()
    writer.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    for key in (" ", "and", " ", "Enter", "Tab", "more", " ", "Enter", "Escape", "Escape", "Escape", " "):
        if key.islower():
            writer.keyboard.type(key)
        else:
            writer.keyboard.press(key)
    expect(asked).to_be_visible()
    assert not any(address.endswith("/write") for address in posted)  # an answer is on its way at once
    assert read(folder) == before

    writer.keyboard.press("Tab")
    expect(asked.get_by_role("button", name="Keep mine")).to_be_focused()
    writer.keyboard.press("Enter")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    expect(text(writer)).to_be_focused()
    assert read(folder).endswith("Words of mine")


def test_the_question_waits_for_a_pause(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Who types on while the text is on its way is asked afterwards, and all of it is in the history."""
    open_text(writer, desk)
    writer.route("**/events", lambda route: route.abort())
    writer.reload()
    waiting: list[Route] = []
    writer.route(f"**{ISSUE}/write", lambda route: waiting.append(route))  # noqa: PLW0108 - it must be a function
    type_at_end(writer, "First words")
    write_letter(folder, read(folder).split("---\n\n")[1] + "Words of theirs\n")
    expect(writer.locator("#saved-text")).to_have_text("Saving…")
    writer.keyboard.type(" and more")
    writer.unroute(f"**{ISSUE}/write")
    waiting[0].continue_()

    dialog = writer.get_by_role("dialog", name="This text was changed elsewhere, too")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(text(writer)).to_contain_text("Words of theirs")
    kept = [path.read_text("utf-8") for path in (folder / ".history/issue.md").glob("*.md")]
    assert any("First words and more" in version for version in kept)
