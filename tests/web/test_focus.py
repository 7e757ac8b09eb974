"""The keyboard goes on where it was, and what changes by itself is said to those who listen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.browsing import note_what_is_said, open_page, until
from tests.web.making.test_making import PASTED
from tests.web.running import RunningDesk, running_desk
from tests.web.samples import write_issue
from tests.web.sending.conftest import PAGE, end_countdown, set_settings

pytestmark = pytest.mark.browser

_NOTE_FACES = """
  window.faces = []; // what the news about a send have said, each before the page hears of it
  window.EventSource = class extends EventSource {
    constructor(...from) {
      super(...from);
      this.addEventListener("face", (event) => faces.push(event.data));
    }
  };
"""


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    """A desk with three readers and a countdown, and an issue of which a check has something to say."""
    write_issue(desk_workspace, "spring", "Dear reader, [click here](https://example.org).\n")
    set_settings(desk_workspace, '[delivery]\ncountdown = "60s"')
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 3)
    with running_desk(desk_workspace) as running:
        yield running


def test_a_decision_about_a_line(page: Page, desk: RunningDesk) -> None:
    """After Undo and Put back, whose buttons vanish, the keyboard is at the menu of the same line."""
    page.goto(f"{desk.address}/new")
    page.get_by_role("textbox", name="Paste it").fill(PASTED)
    page.get_by_role("button", name="Read it").click()
    menu = page.get_by_role("combobox", name="What is “Why it matters”?")
    menu.select_option("left out")
    for button in ("Undo", "Put back"):
        page.get_by_role("button", name=button).first.focus()
        name = page.evaluate("document.activeElement.dataset.then")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{name}")).to_be_focused()


def test_a_waiver(page: Page, desk: RunningDesk) -> None:
    """After a finding is waived, the keyboard is at the checks; after that is undone, at what was said."""
    page.goto(f"{desk.address}/issues/spring")
    finding = page.locator("details.waiver").first
    finding.locator("summary").focus()
    page.keyboard.press("Enter")
    finding.get_by_label("Why may it stay so?").focus()
    page.keyboard.type("it is a greeting")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is ignored, because: it is a greeting")).to_be_visible()
    expect(page.get_by_role("heading", name="Checks")).to_be_focused()

    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("no longer ignored")).to_be_visible()
    expect(page.locator(".notice")).to_be_focused()


def test_a_send_and_its_undo(browser: Browser, desk: RunningDesk) -> None:
    """After the yes, the next Tab is the undo; the time is said now and then; the undo leads to what was said."""
    page = open_page(browser, desk)
    page.clock.install()
    page.goto(desk.address + PAGE)
    page.get_by_label("Type 3 (the number of people) or yes").focus()
    page.keyboard.type("yes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It goes out in")).to_be_focused()
    note_what_is_said(page)
    page.clock.fast_forward(31_000)
    expect(page.locator("#spoken")).to_have_text("Less than 30 seconds are left to undo it")
    assert len(page.evaluate("said")) <= 2  # not each second

    page.keyboard.press("Tab")
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 messages stopped; nobody gets them.")).to_be_visible()
    expect(page.locator(".notice")).to_be_focused()


def test_an_answer_that_comes_after_the_news(page: Page, desk: RunningDesk) -> None:
    """The news that a send was cancelled may overtake the answer to the undo: what it says is not lost."""

    def answer_late(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        until(page, "faces.at(-1).includes('draft')")
        route.fulfill(response=answer)

    page.add_init_script(_NOTE_FACES)
    page.goto(desk.address + PAGE)
    page.get_by_label("Type 3 (the number of people) or yes").fill("yes")
    page.keyboard.press("Enter")
    until(page, "faces.at(-1)?.includes('countdown')")
    page.route("**/send/cancel", answer_late)
    page.locator("#undo").click()
    expect(page.get_by_text("3 messages stopped; nobody gets them.")).to_be_visible()
    expect(page.locator(".notice")).to_be_focused()


@pytest.mark.usefixtures("watchful")
def test_a_send_that_comes_to_its_end(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The keyboard does not vanish with the undo, and the end is said."""
    page.goto(desk.address + PAGE)
    page.get_by_label("Type 3 (the number of people) or yes").fill("yes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It goes out in")).to_be_focused()
    page.keyboard.press("Tab")
    end_countdown(desk_workspace)

    report = page.get_by_role("heading", name="Sent ")
    expect(report).to_be_focused()
    expect(page.locator("#spoken")).to_have_text(report.inner_text())
