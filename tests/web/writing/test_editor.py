"""Writing in a real browser, as a person does it."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, FrameLocator, Locator, Page, Route, expect

from newsletter.workspace import Workspace
from tests.web.browsing import barriers, count_drawings, fits, open_page, until
from tests.web.running import RunningDesk, desk_process
from tests.web.samples import write_letter
from tests.web.writing.conftest import ISSUE, choose_markdown
from tests.web.writing.test_pictures import photograph

pytestmark = pytest.mark.browser
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

SAVED = re.compile("^Saved$")


def text(page: Page) -> Locator:
    """Return where one writes."""
    return page.locator(".cm-content")


def mail(page: Page) -> FrameLocator:
    """Return the mail that stands beside."""
    return page.frame_locator("iframe.mail:not(.incoming)")


def open_text(page: Page, desk: RunningDesk, query: str = "") -> None:
    """Open the writing page, and wait until the mail is drawn."""
    page.goto(f"{desk.address}{ISSUE}/write{query}")
    expect(page.locator("#live-text")).to_have_text("Connected")
    expect(page.locator("#above .inbox")).to_be_attached()


def read(folder: Path, name: str = "issue.md") -> str:
    """Return what a file says."""
    return (folder / name).read_text("utf-8")


def type_at_end(page: Page, words: str) -> None:
    """Type behind everything."""
    text(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_the_mail_follows_and_the_file_is_saved(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """What is typed stands in the mail before it is saved, and then is in the file by itself."""
    open_text(writer, desk)
    type_at_end(writer, "\nSnow **fell** last night.")

    expect(mail(writer).get_by_text("Snow fell last night.")).to_be_visible()
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder).endswith("\nSnow **fell** last night.")
    expect(writer.locator("iframe.mail")).to_have_count(1)


def test_fields_change_their_own_line_only(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """A comment, an unknown order and quotation marks survive; the inbox shows the subject at once."""
    before = "---\n# ours\nlanguage: en-US\nsubject: 'It''s light'\npreheader: Five ways # to begin\n---\n\nDear all,\n"
    (folder / "issue.md").write_text(before, "utf-8")
    open_text(writer, desk)
    subject = writer.get_by_label("Subject")
    expect(subject).to_have_value("It's light")
    expect(text(writer)).not_to_contain_text("ours")

    subject.fill("It's brighter: at last")
    expect(writer.locator("#above .subject")).to_have_text("It's brighter: at last")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder) == before.replace("It''s light", "It''s brighter: at last")

    writer.get_by_label("Preview text").fill('A # sign: "quoted"')
    expect(writer.locator("#above .preheader")).to_have_text('A # sign: "quoted"')


def test_a_new_field_gets_a_line_of_its_own(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """A post gets its link; what stood there stays."""
    open_text(writer, desk, "?file=posts/light.md")
    writer.get_by_label("On your website").fill("https://example.org/light")

    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder, "posts/light.md").startswith(
        "---\ntitle: Winter light\nauthor: Ida Holm\nlink: https://example.org/light\n---\n\nSit near"
    )


def test_deleting_everything_spares_the_lines_at_the_top(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """What cannot be seen cannot be deleted by accident, and undo brings the rest back."""
    before = read(folder)
    open_text(writer, desk)
    text(writer).click()
    writer.keyboard.press("Control+a")
    writer.keyboard.press("Delete")
    writer.keyboard.type("New words.")

    expect(mail(writer).get_by_text("New words.")).to_be_visible()
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert read(folder) == before[: before.index("Dear")] + "New words."

    for _ in range(3):
        writer.keyboard.press("Control+z")
    expect(mail(writer).get_by_text("the days grow longer")).to_be_visible()


def test_a_change_on_disk_is_taken_over(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """An open text that was not touched follows the file, and says so."""
    open_text(writer, desk)
    write_letter(folder, "Snow fell last night.\n")

    expect(text(writer)).to_contain_text("Snow fell last night.")
    expect(writer.locator("#news")).to_contain_text("Another program changed this text.")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)


def test_changes_in_two_places_are_brought_together(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """What another program and the person wrote are both in the file and in the text."""
    open_text(writer, desk)
    writer.route("**/events", lambda route: route.abort())  # the page hears of it only when it saves
    type_at_end(writer, "\n\nWarmly, Pat")
    write_letter(folder, read(folder).split("---\n\n")[1].replace("Dear", "Good day"), subject="Brighter")

    expect(writer.locator("#news")).to_contain_text("Both changes are in it now")
    expect(text(writer)).to_contain_text("Good day")
    assert read(folder).startswith("---\nsubject: Brighter")
    assert read(folder).endswith("Warmly, Pat")


@pytest.mark.parametrize("answer", ["Keep mine", "Take theirs"])
def test_a_conflict_is_asked_about(writer: Page, desk: RunningDesk, folder: Path, answer: str) -> None:
    """Two changes of one place: the person sees both, chooses, and the other one is in the history."""
    open_text(writer, desk)
    write_letter(folder, "Snow fell last night.\n")
    writer.evaluate("document.querySelector('.cm-content').focus()")
    open_text_with_conflict(writer, folder)

    dialog = writer.get_by_role("dialog", name="This text was changed elsewhere, too")
    dialog.get_by_role("button", name="See both").click()
    expect(dialog.get_by_role("group", name="What differs")).to_be_visible()
    dialog.get_by_role("button", name=answer).click()

    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    chosen, other = ("mine", "theirs") if answer == "Keep mine" else ("theirs", "mine")
    expect(text(writer)).to_contain_text(f"Words of {chosen}")
    assert f"Words of {chosen}" in read(folder)
    kept = [path.read_text("utf-8") for path in (folder / ".history/issue.md").glob("*.md")]
    assert any(f"Words of {other}" in version for version in kept)


def open_text_with_conflict(page: Page, folder: Path) -> None:
    """Type a line, and let another program write it differently before it is saved."""
    expect(text(page)).to_contain_text("Snow fell")
    page.keyboard.press("Control+End")
    page.keyboard.type("Words of mine")
    write_letter(folder, "Snow fell last night.\nWords of theirs\n")


def test_a_late_page_takes_nothing_back(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """A page that was asked for before the last save, and arrives after it, does not undo what was typed."""
    open_text(writer, desk)
    late = re.compile(r"/write(\?|$)")
    old = writer.request.get(f"{desk.address}{ISSUE}/write").text()
    type_at_end(writer, "\nFirst.")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    writer.route(late, lambda route: route.fulfill(body=old) if route.request.method == "GET" else route.continue_())
    writer.keyboard.type(" Second.")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    count_drawings(writer)
    (folder / "posts" / "light.md").touch()  # so that the page is asked for once more
    until(writer, "drawn > 0")

    expect(text(writer)).to_contain_text("First. Second.")
    assert read(folder).endswith("First. Second.")


def test_an_empty_issue_invites_to_write(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """A beginning is no mistake: the page says what to do, and the first words make the mail."""
    (folder / "posts" / "light.md").unlink()
    write_letter(folder, "")
    writer.goto(f"{desk.address}{ISSUE}/write")
    expect(writer.get_by_text("Write a few words, and the mail appears here.")).to_be_visible()
    expect(writer.locator("#mistake")).to_be_hidden()

    type_at_end(writer, "Dear all,")
    expect(mail(writer).get_by_text("Dear all,")).to_be_visible()


def test_typing_without_a_click(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Who comes to the text by keyboard goes on at its end, and not in what is hidden above it."""
    open_text(writer, desk)
    writer.locator(".cm-content").focus()
    writer.keyboard.type(" By keyboard.")

    expect(writer.locator("#saved-text")).to_have_text("Saved")
    expect(text(writer)).to_contain_text("By keyboard.")
    assert read(folder).rstrip().endswith("By keyboard.")


def test_leaving_saves_first(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Who goes on before the text was saved loses nothing."""
    open_text(writer, desk)
    type_at_end(writer, "\nIn a hurry.")
    writer.get_by_role("link", name="Winter light").click()

    expect(writer).to_have_url(re.compile("posts/light.md"))
    assert read(folder).endswith("In a hurry.")


def test_a_desk_that_was_closed_loses_nothing(browser: Browser, desk_workspace: Workspace) -> None:
    """The page says that nothing is saved, why, and keeps the text."""
    with desk_process(desk_workspace) as desk:
        writer = choose_markdown(open_page(browser, desk))
        open_text(writer, desk)
        desk.process.kill()
    type_at_end(writer, "\nStill here.")

    expect(writer.locator("#saved-text")).to_have_text("Not saved")
    expect(writer.get_by_role("alert").filter(has_text="The desk does not answer")).to_be_visible()
    expect(text(writer)).to_contain_text("Still here.")


def test_a_picture_waits_for_its_description(writer: Page, desk: RunningDesk) -> None:
    """A picture lands in the text with the cursor where its description goes; without one, the checks say so."""
    open_text(writer, desk)
    type_at_end(writer, "")
    with writer.expect_file_chooser() as chooser:
        writer.get_by_role("button", name="Picture").click()
    chooser.value.set_files(FilePayload(name="garden.jpg", mimeType="image/jpeg", buffer=photograph(600, 400)))

    expect(text(writer)).to_contain_text("![](images/garden-")
    expect(writer.get_by_text("miss what it shows").first).to_be_visible()
    expect(writer.locator(".cm-lintRange-error")).to_have_count(1)

    writer.keyboard.type("Our garden in snow")
    expect(text(writer)).to_contain_text("![Our garden in snow](images/garden-")
    expect(mail(writer).get_by_alt_text("Our garden in snow")).to_be_visible()
    expect(writer.locator(".cm-lintRange-error")).to_have_count(0)


def test_checks_that_come_before_the_answer(writer: Page, desk: RunningDesk) -> None:
    """On a busy machine the page is drawn before the editor hears that the text is saved: the mark goes anyway."""

    def answer_late(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
            return
        before = writer.evaluate("drawn")
        answer = route.fetch()
        until(writer, f"drawn > {before}")
        route.fulfill(response=answer)

    open_text(writer, desk)
    count_drawings(writer)
    type_at_end(writer, "\n![](images/window.gif)")
    expect(writer.locator(".cm-lintRange-error")).to_have_count(1)
    writer.route("**/write", answer_late)
    for _ in "](images/window.gif)":
        writer.keyboard.press("ArrowLeft")
    writer.keyboard.type("A window in winter")

    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    expect(writer.locator(".cm-lintRange-error")).to_have_count(0)


def test_a_file_that_is_no_picture_says_so(writer: Page, desk: RunningDesk) -> None:
    """The text stays as it is."""
    open_text(writer, desk)
    writer.locator("#picture-file").set_input_files(FilePayload(name="a.png", mimeType="image/png", buffer=b"words"))

    expect(writer.locator("#news")).to_contain_text("not a picture that can be read")
    expect(text(writer)).not_to_contain_text("![")


def test_a_finding_leads_to_its_place(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """From the list to the line in the text, or to the field that stands for it."""
    write_letter(folder, "Dear all,\n\nTK\n", subject="CALL US NOW TODAY")
    open_text(writer, desk)
    checks = writer.get_by_role("region", name="Checks")

    checks.get_by_role("link", name="Line 8").click()
    expect(text(writer)).to_be_focused()
    assert writer.evaluate("getSelection().toString()") == "TK"
    checks.get_by_role("link", name="Line 2").click()
    expect(writer.get_by_label("Subject")).to_be_focused()


def test_a_mistake_is_explained_with_the_way_to_it(writer: Page, desk: RunningDesk) -> None:
    """The last good mail stays; mending takes the explanation away."""
    open_text(writer, desk)
    type_at_end(writer, "\n\n{{ frist_name }}")
    writer.keyboard.press("Escape")

    mistake = writer.get_by_role("alert").filter(has_text="unknown merge tag")
    expect(mistake).to_contain_text("Did you mean {{ first_name }}?")
    expect(mail(writer).get_by_text("the days grow longer")).to_be_visible()
    mistake.get_by_role("button").click()
    expect(text(writer)).to_be_focused()
    writer.keyboard.type("Bye")
    expect(mistake).to_have_count(0)


def test_an_earlier_version_comes_back_and_goes_again(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """History, restore, undo, all in sight."""
    before = read(folder)
    open_text(writer, desk)
    type_at_end(writer, "\nMore.")
    expect(writer.locator("#saved-text")).to_have_text(SAVED)

    writer.get_by_role("link", name="History").click()
    expect(writer.get_by_role("heading", name="Earlier versions")).to_be_visible()
    writer.get_by_role("button", name="Restore this version").click()
    expect(writer.get_by_text("The earlier version is back")).to_be_visible()
    assert read(folder) == before
    writer.get_by_role("button", name="Undo", exact=True).first.click()
    expect(text(writer)).to_contain_text("More.")
    assert read(folder).endswith("More.")


def test_everything_is_done_by_keyboard(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """A letter with a name, a heading, a list and a link, without touching a mouse."""
    write_letter(folder, "")
    open_text(writer, desk)
    press = writer.keyboard.press
    tab_to(writer, "Subject")
    press("Control+a")
    writer.keyboard.type("By hand")
    tab_to(writer, "The letter")
    press("Control+End")

    write_by_keyboard(writer)
    expect(writer.locator("#saved-text")).to_have_text(SAVED)

    body = read(folder).partition("---\n\n")[2]
    assert "subject: By hand\n" in read(folder)
    assert body == (
        'Dear {{ first_name or "reader" }},\n\n## What helps\n\n- light\n- walks\n\nSee '
        "[our page](https://www.example.org/light)"
    )
    press("Shift+Tab")
    expect(text(writer)).not_to_be_focused()


def write_by_keyboard(page: Page) -> None:
    """Write a letter with what toolbar, menu, keys and dialog give."""
    type_, press = page.keyboard.type, page.keyboard.press
    type_("Dear ")
    press("Alt+F10")
    press("End")
    press("ArrowDown")
    press("Enter")
    type_(",\n\nWhat helps")
    press("Control+Alt+2")
    press("End")
    type_("\n\nlight")
    press("Control+Shift+8")
    type_("\nwalks")
    type_("\n\n\nSee ")
    press("Control+k")
    type_("our page")
    press("Tab")
    type_("www.example.org/light")
    press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus."""
    label = "(document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel ?? '').trim()"
    for _ in range(60):
        page.keyboard.press("Tab")
        if str(page.evaluate(label)).startswith(name):
            return
    pytest.fail(f"no way to {name} by keyboard")


def test_menus_insert_what_the_mail_understands(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Each box and the button is set by the mail without a mistake."""
    write_letter(folder, "Dear all,\n")
    open_text(writer, desk)
    for box in ("Note", "In a crisis", "Contact", "Event"):
        type_at_end(writer, "")
        writer.get_by_role("button", name="Insert").click()
        writer.get_by_role("menuitem", name=re.compile(f"^{box}")).click()
        writer.keyboard.type(f"My {box}")
        expect(mail(writer).get_by_text(f"My {box}").first).to_be_visible()
    type_at_end(writer, "")
    writer.get_by_role("button", name="Insert").click()
    writer.get_by_role("menuitem", name="Button").click()
    writer.keyboard.type("Book a visit")
    writer.keyboard.press("Tab")
    writer.keyboard.type("508-555-0100")
    writer.keyboard.press("Enter")
    expect(mail(writer).get_by_role("link", name="Book a visit")).to_have_attribute("href", "tel:5085550100")
    expect(writer.locator("#mistake")).to_be_hidden()


def test_a_name_goes_into_the_subject(writer: Page, desk: RunningDesk) -> None:
    """The menu fills the field that was written in last."""
    open_text(writer, desk)
    writer.get_by_label("Subject").fill("Hello ")
    writer.get_by_role("button", name="Name", exact=True).click()
    writer.get_by_role("menuitem", name="First name").click()

    expect(writer.get_by_label("Subject")).to_have_value('Hello {{ first_name or "reader" }}')
    expect(writer.locator("#above .subject")).to_have_text("Hello reader")


def test_without_scripts_one_can_still_write(browser: Browser, desk: RunningDesk, folder: Path) -> None:
    """A plain text field and a button."""
    page = open_page(browser, desk, scripts=False)
    page.goto(f"{desk.address}{ISSUE}/write")
    page.locator("#text").fill(read(folder) + "More.\n")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    assert read(folder).endswith("More.\n")


def test_writing_is_for_everybody(writer: Page, desk: RunningDesk, folder: Path, axe: str) -> None:
    """On a desktop and on a phone, with findings, with an open menu, with a mistake, and in the history."""
    write_letter(folder, "Dear all,\n\nTK [click here](https://example.org)\n", subject="CALL US NOW " * 8)
    found = {}

    def judge(what: str) -> None:
        for scheme in SCHEMES:
            writer.emulate_media(color_scheme=scheme)
            found[what, scheme] = barriers(writer, axe)

    for width in (1280, 375):
        writer.set_viewport_size({"width": width, "height": 800})
        open_text(writer, desk)
        judge(f"{width} pixels")
        assert fits(writer, width)
        writer.get_by_role("button", name="Insert").click()
        judge(f"the menu at {width} pixels")
        writer.keyboard.press("Escape")
    writer.set_viewport_size({"width": 1280, "height": 800})
    open_text(writer, desk, "?file=posts/light.md")
    judge("a post")
    type_at_end(writer, " {{ no }}")
    expect(writer.locator("#mistake")).to_be_visible()
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    judge("a mistake")
    writer.goto(f"{desk.address}{ISSUE}/history?file=posts/light.md")
    judge("the history")

    assert {what: wrong for what, wrong in found.items() if wrong} == {}
