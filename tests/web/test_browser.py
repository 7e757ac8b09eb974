"""The desk in a real browser: what a person sees while they save files."""

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.workspace import Workspace
from tests.web.browsing import faults, open_page
from tests.web.running import RunningDesk, desk_process
from tests.web.samples import write_issue, write_letter

pytestmark = pytest.mark.browser

ISSUE = "/issues/winter-light"


def test_an_edit_on_disk_shows_up(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """What is saved in an editor appears in the open page by itself, mail and subject."""
    page.goto(desk.address + ISSUE)
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_text("the days grow longer again")).to_be_visible()

    write_letter(desk_workspace.issues_dir / "winter-light", "Snow fell last night.\n", subject="First snow")

    expect(mail.get_by_text("Snow fell last night.")).to_be_visible()
    expect(page.get_by_role("heading", name="First snow")).to_be_visible()
    expect(page.locator("iframe.mail")).to_have_count(1)
    expect(page.locator("#live-text")).to_contain_text("Updated")


def test_the_mail_begins_where_it_was_changed(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """After a change far down, the reader need not scroll to see it, and the way back leads where it did."""
    folder = desk_workspace.issues_dir / "winter-light"
    lines = "\n\n".join(f"Day {day} was grey." for day in range(60))
    write_letter(folder, f"{lines}\n\nAt last.\n")
    page.goto(desk.address + ISSUE)
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_text("Day 1 was grey.")).to_be_in_viewport()
    steps = page.evaluate("history.length")

    write_letter(folder, f"{lines}\n\nAt last, the sun.\n")

    expect(mail.get_by_text("At last, the sun.")).to_be_in_viewport()
    assert page.evaluate("history.length") == steps


def test_a_mistake_keeps_the_last_good_mail(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """A mistake is explained above the mail as it was; mending it takes the explanation away."""
    page.goto(desk.address + ISSUE)
    folder = desk_workspace.issues_dir / "winter-light"
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(page.locator("#live-text")).to_have_text("Connected")

    write_letter(folder, "Dear {{ frist_name }},\n")

    mistake = page.get_by_role("alert")
    expect(mistake).to_contain_text("newsletters/winter-light/issue.md:6")
    expect(mistake).to_contain_text("Did you mean {{ first_name }}?")
    expect(mail.get_by_text("the days grow longer again")).to_be_visible()

    write_letter(folder, "Dear {{ first_name or 'all' }},\n")

    expect(mistake).to_have_count(0)
    expect(mail.get_by_text("Dear all,")).to_be_visible()


def test_a_new_issue_appears_in_the_list(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """An issue that the command line makes is in the open list at once."""
    page.goto(desk.address)
    expect(page.locator("#live-text")).to_have_text("Connected")

    write_issue(desk_workspace, "spring-walks")

    expect(page.get_by_text("spring-walks")).to_be_visible()


def test_the_desk_works_by_keyboard(page: Page, desk: RunningDesk) -> None:
    """From the list to the dark mail on a desktop, with Tab and Enter alone, focus kept."""
    page.goto(desk.address)
    expect(page.locator("#live-text")).to_have_text("Connected")
    _tab_to(page, "Light in winter")
    page.keyboard.press("Enter")
    expect(page.locator("iframe.mail")).to_be_visible()

    _tab_to(page, "Desktop")
    page.keyboard.press("Enter")
    expect(page).to_have_url(desk.address + ISSUE + "?view=desktop")
    expect(page.locator("#switch-desktop")).to_be_focused()

    _tab_to(page, "Dark")
    page.keyboard.press("Enter")
    expect(page).to_have_url(desk.address + ISSUE + "?view=desktop&scheme=dark")
    expect(page.get_by_text("Dark as in Apple Mail")).to_be_visible()

    page.go_back()
    page.go_back()
    expect(page.locator("#switch-phone")).to_have_attribute("aria-current", "true")


def test_the_mail_runs_nothing(page: Page, desk: RunningDesk) -> None:
    """The frame has an origin of its own and no scripts, so the desk's cookie is out of its reach."""
    page.goto(desk.address + ISSUE)
    frame = page.locator("iframe.mail")

    assert frame.get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    assert page.evaluate("document.querySelector('iframe.mail').contentDocument") is None


def test_every_page_is_for_everybody(page: Page, desk: RunningDesk, desk_workspace: Workspace, axe: str) -> None:
    """No page has a barrier or scrolls sideways, light or dark, large or small, with and without a mistake."""
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear reader, [click here](https://example.org). TK\n")
    found = {}
    for path in (ISSUE, "/", f"{ISSUE}?view=text", f"{ISSUE}?view=desktop", f"{ISSUE}?scheme=dark", "/nothing"):
        page.goto(desk.address + path)  # the first one, so that there is a good rendering to keep
        found[path] = faults(page, axe)
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear {{ frist_name }},\n")
    page.goto(desk.address + ISSUE)
    expect(page.get_by_role("alert")).to_be_visible()
    found["a mistake"] = faults(page, axe)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_closed_desk_says_so(browser: Browser, desk_workspace: Workspace) -> None:
    """When the terminal is closed, the page tells how to open the desk again."""
    with desk_process(desk_workspace) as desk:
        page = open_page(browser, desk)
        page.goto(desk.address)
        expect(page.locator("#live-text")).to_have_text("Connected")
        desk.process.terminate()

        expect(page.locator("#live-text")).to_contain_text("newsletter preview")


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the link with this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            return
    pytest.fail(f"no way to {name} by keyboard")
