"""Looking at an issue in a real browser: by keyboard, in every state, while files change."""

import pytest
from playwright.sync_api import Page, expect

from newsletter.storage import open_store
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.workspace import Workspace
from tests.web.browsing import faults
from tests.web.looking.posting import ISSUE
from tests.web.looking.sent import send_issue
from tests.web.running import RunningDesk
from tests.web.samples import PIXEL, write_issue, write_letter

pytestmark = pytest.mark.browser

STATES = (
    "?",
    "?view=tablet&scheme=inverted",
    "?program=outlook-windows&scheme=dark",
    "?program=gmail-other",
    "?view=inbox",
    "?view=source",
    "?view=text&reader=longest",
    "?reader=emptiest&pictures=all",
    "/readers",
    "/compare",
)


@pytest.fixture
def full(desk_workspace: Workspace) -> Workspace:
    """A workspace with findings, a waiver, a picture, people, and an issue that was sent."""
    letter = "Dear {{ first_name or 'reader' }}, [click here](https://example.org).\n\n![A window](images/window.gif)\n"
    folder = write_issue(desk_workspace, letter=letter)
    (folder / "images" / "window.gif").write_bytes(PIXEL)
    text = (folder / "issue.md").read_text("utf-8")
    waived = text.replace("begin\n---", "begin\nwaive:\n  disclaimer: it is a greeting\n---")
    (folder / "issue.md").write_text(waived, "utf-8")
    write_issue(desk_workspace, "autumn", "The leaves fall early.\n")
    send_issue(desk_workspace, "autumn")
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        for number, name in enumerate(("Ana", "Maximiliana", "")):
            add_subscriber(connection, store.key, f"a{number}@example.org", Profile(first_name=name), wording="Yes")
    return desk_workspace


@pytest.mark.usefixtures("full")
def test_another_program_and_reader_by_keyboard(page: Page, desk: RunningDesk) -> None:
    """With the keyboard alone: Outlook's eyes, then somebody on the list, whose mail appears; focus is kept."""
    page.goto(desk.address + ISSUE)
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_text("Dear reader,")).to_be_visible()

    program = page.get_by_label("Mail program")
    program.focus()
    page.keyboard.type("Outlook for")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Outlook for Windows, roughly")).to_be_visible()
    expect(program).to_be_focused()
    expect(page.get_by_role("link", name="Desktop")).to_have_attribute("aria-current", "true")

    page.get_by_role("link", name="Somebody on your list…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name or address")).to_be_focused()
    page.keyboard.type("ana")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ana", exact=True).focus()
    page.keyboard.press("Enter")
    expect(mail.get_by_text("Dear Ana,")).to_be_visible()
    expect(page.get_by_label("Reader")).to_have_value("2")
    expect(program).to_have_value("outlook-windows")


def test_a_choice_is_shown_without_a_new_page(page: Page, desk: RunningDesk, full: Workspace) -> None:
    """Choosing keeps the page, the way back leads through what was chosen, and saving a file is followed."""
    page.goto(desk.address + ISSUE)
    page.evaluate("window.stayed = true")
    page.get_by_label("Mail program").select_option("gmail-other")
    expect(page).to_have_url(desk.address + ISSUE + "?program=gmail-other")
    page.get_by_role("link", name="Dark").click()
    expect(page.get_by_text("Gmail’s app, account elsewhere, roughly")).to_be_visible()

    write_letter(full.issues_dir / "winter-light", "Snow fell last night.\n")
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_text("Snow fell last night.")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Mail program")).to_have_value("")
    assert page.evaluate("window.stayed")


def test_a_finding_is_waived_and_the_waiver_taken_back(page: Page, desk: RunningDesk, full: Workspace) -> None:
    """By keyboard: waive with a reason, see it said, undo; what is typed outlives a file that changes meanwhile."""
    page.goto(desk.address + ISSUE)
    expect(page.locator("#live-text")).to_have_text("Connected")
    page.locator("#waive-link-vague summary").focus()
    page.keyboard.press("Enter")
    reason = page.locator("#reason-link-vague")
    reason.focus()
    page.keyboard.type("it is what the")
    light = full.issues_dir / "winter-light" / "posts" / "light.md"
    light.write_text(light.read_text("utf-8") + "\nOr take a walk.\n", "utf-8")
    expect(page.locator("#live-text")).to_contain_text("Updated")
    page.keyboard.type(" button says")
    expect(reason).to_have_value("it is what the button says")
    page.keyboard.press("Enter")

    expect(page.get_by_text("link-vague is ignored, because: it is what the button says")).to_be_visible()
    assert "link-vague: it is what the button says" in (light.parents[1] / "issue.md").read_text("utf-8")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("link-vague is no longer ignored.")).to_be_visible()
    expect(page.locator("#waive-link-vague")).to_be_visible()


def test_no_waiver_without_a_reason(page: Page, desk: RunningDesk, full: Workspace) -> None:
    """The browser asks for the reason before anything is sent."""
    page.goto(desk.address + ISSUE)
    page.locator("#waive-link-vague summary").click()
    page.get_by_role("button", name="Ignore it").first.click()

    assert "link-vague" not in (full.issues_dir / "winter-light" / "issue.md").read_text("utf-8")


@pytest.mark.usefixtures("full")
def test_two_mails_scroll_together(page: Page, desk: RunningDesk) -> None:
    """Both mails are in one scrolled region, each as long as it is: neither scrolls by itself."""
    page.goto(f"{desk.address}{ISSUE}/compare")
    for frame in (0, 1):
        mail = page.frame_locator(".pair iframe.mail").nth(frame)
        expect(mail.get_by_text("Unsubscribe")).to_be_attached()
    heights = [
        frame.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        for frame in page.frames
        if "/mail?" in frame.url
    ]

    assert len(heights) == 2
    assert all(whole <= shown for whole, shown in heights)
    expect(page.get_by_role("region", name="Both mails, scrolled together")).to_be_visible()


@pytest.mark.usefixtures("full")
def test_every_state_is_for_everybody(page: Page, desk: RunningDesk, axe: str) -> None:
    """No state has a barrier, with all unfolded, or scrolls sideways: light or dark, on a phone as on a desktop."""
    found = {}
    for state in STATES:
        page.goto(desk.address + ISSUE + state)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found[state] = faults(page, axe)

    assert {state: wrong for state, wrong in found.items() if wrong} == {}
