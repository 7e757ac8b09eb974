"""The page of sending turns from one stage to the next in place: nothing is lost, left standing or left unsaid."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.campaigns import known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.storage import Store, open_store
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.browsing import Answers, note_what_is_said, open_page
from tests.web.running import RunningDesk
from tests.web.samples import write_letter
from tests.web.sending.conftest import PAGE, SLUG, end_countdown, set_settings

pytestmark = pytest.mark.browser

YES = "Type 3 (the number of people) or yes"


@pytest.fixture
def store(desk_workspace: Workspace) -> Iterator[Store]:
    """The desk's database, with three people in it, and time enough to press Undo."""
    set_settings(desk_workspace, '[delivery]\ncountdown = "60s"')
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as opened:
        add_people(opened, 3)
        yield opened


@pytest.fixture
def open_desk(page: Page, desk: RunningDesk, store: Store) -> Page:  # noqa: ARG001 - its people are the readers
    """A page that shows the choice, and hears the news."""
    page.goto(desk.address + PAGE)
    expect(page.locator("#live-text")).to_have_text("Connected")
    return page


def _send(page: Page) -> None:
    page.get_by_label(YES).fill("yes")
    page.get_by_role("button", name="Send it to 3 people").click()
    expect(page.get_by_role("heading", name="It goes out in")).to_be_focused()


def _undo(page: Page) -> None:
    page.get_by_role("button", name="Undo: do not send it").click()
    expect(page.get_by_text("3 messages stopped; nobody gets them.")).to_be_visible()


def test_there_and_back_without_opening_it_anew(open_desk: Page) -> None:
    """From the choice to the countdown and back: what is typed right then cannot be lost, and nothing flashes."""
    document = open_desk.locator("html")
    document.evaluate("html => { html.dataset.same = 'yes' }")
    _send(open_desk)
    _undo(open_desk)
    expect(open_desk.locator("#campaign")).to_have_count(0)
    open_desk.get_by_label(YES).fill("yes")
    expect(document).to_have_attribute("data-same", "yes")

    open_desk.go_back()
    expect(open_desk.get_by_text("3 messages stopped; nobody gets them.")).to_have_count(0)
    expect(open_desk.get_by_label(YES)).to_have_value("yes")


def test_each_countdown_is_told(open_desk: Page) -> None:
    """What was said of the first is unsaid with it, and said again of the second."""
    words = "Less than 60 seconds are left to undo it"
    _send(open_desk)
    expect(open_desk.locator("#spoken")).to_have_text(words)
    _undo(open_desk)
    expect(open_desk.locator("#spoken")).to_have_text("")
    note_what_is_said(open_desk)
    _send(open_desk)
    expect(open_desk.locator("#spoken")).to_have_text(words)
    assert open_desk.evaluate("said") == [words]


def test_what_somebody_else_cancels_is_told(open_desk: Page, desk_workspace: Workspace, store: Store) -> None:
    """The keyboard was at the undo, which is gone: it goes on at what happened, and that is said."""
    _send(open_desk)
    open_desk.locator("#undo").focus()
    cancel(store, known_campaign(store, SLUG), OutboxTransport(desk_workspace.outbox_dir))

    expect(open_desk.get_by_role("heading", name="The last send was canceled")).to_be_focused()
    expect(open_desk.locator("#spoken")).to_have_text("The last send was canceled")


def test_a_refusal_ends_with_its_stage(browser: Browser, open_desk: Page, desk: RunningDesk) -> None:
    """“Nothing was sent” does not stand above a countdown that somebody else began."""
    open_desk.get_by_label(YES).fill("7")
    open_desk.get_by_role("button", name="Send it to 3 people").click()
    expect(open_desk.get_by_text("Nothing was sent.")).to_be_visible()
    other = open_page(browser, desk)
    other.goto(desk.address + PAGE)
    _send(other)

    expect(open_desk.get_by_role("heading", name="It goes out in")).to_be_visible()
    expect(open_desk.get_by_text("Nothing was sent.")).to_have_count(0)


def test_a_button_stays_while_it_is_pressed(open_desk: Page, desk_workspace: Workspace) -> None:
    """What is saved between press and release takes the button away only afterwards: the click counts."""
    open_desk.get_by_label(YES).fill("yes")
    open_desk.get_by_role("button", name="Send it to 3 people").hover()
    open_desk.mouse.down()
    _save_something(open_desk, desk_workspace)
    open_desk.mouse.up()

    expect(open_desk.get_by_role("alert")).to_contain_text("the issue changed after you saw it")
    expect(open_desk.get_by_role("heading", name="Another subject")).to_be_visible()


def test_a_button_stays_while_the_space_bar_is_down(open_desk: Page, desk_workspace: Workspace) -> None:
    """The same by keyboard."""
    open_desk.get_by_label(YES).fill("yes")
    open_desk.get_by_role("button", name="Send it to 3 people").focus()
    open_desk.keyboard.down(" ")
    _save_something(open_desk, desk_workspace)
    open_desk.keyboard.up(" ")

    expect(open_desk.get_by_role("alert")).to_contain_text("the issue changed after you saw it")


def _save_something(page: Page, workspace: Workspace) -> None:
    """Save another subject, and wait until the page has read what it would draw now, if it did not wait."""
    answers = Answers(page)
    write_letter(workspace.issues_dir / SLUG, "Other words.\n", "Another subject")
    answers.wait_for_read()
    expect(page.get_by_role("heading", name="Another subject")).to_have_count(0)


def test_news_waits_for_a_press_to_end(open_desk: Page, desk_workspace: Workspace) -> None:
    """Who holds the mouse down, to select some words, sees what was saved when they let go."""
    open_desk.get_by_role("heading", name="Try it").hover()
    open_desk.mouse.down()
    _save_something(open_desk, desk_workspace)
    open_desk.mouse.up()

    expect(open_desk.get_by_role("heading", name="Another subject")).to_be_visible()


@pytest.mark.usefixtures("watchful")
@pytest.mark.parametrize("taken_by", ["contextmenu", "dragstart"])
def test_a_press_whose_end_is_never_told(open_desk: Page, desk_workspace: Workspace, taken_by: str) -> None:
    """A menu or a drag may swallow the release: the page goes on, and does not offer to undo what has gone out."""
    _send(open_desk)
    open_desk.get_by_role("heading", name="Light in winter").hover()
    open_desk.mouse.down(button="left" if taken_by == "dragstart" else "right")
    open_desk.locator("h1").dispatch_event(taken_by)
    end_countdown(desk_workspace)

    expect(open_desk.get_by_role("heading", name="Sent ")).to_be_visible()


def test_news_that_a_refusal_overtook(open_desk: Page, desk_workspace: Workspace) -> None:
    """What was saved is shown, though the page was read when a form was sent, whose answer says only what is wrong."""
    open_desk.get_by_label(YES).fill("7")
    answers = Answers(open_desk)
    answers.hold()
    write_letter(desk_workspace.issues_dir / SLUG, "Other words.\n", "Another subject")
    answers.wait_for_held()
    open_desk.get_by_role("button", name="Send it to 3 people").click()
    answers.wait_for_held(2)
    answers.release()

    expect(open_desk.get_by_role("alert")).to_be_visible()
    expect(open_desk.get_by_role("heading", name="Another subject")).to_be_visible()


@pytest.mark.usefixtures("store")
def test_a_page_with_a_place_in_its_address(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """When the issue was away for a moment, the page is still alive, also where the skip link leads."""
    page.goto(f"{desk.address}{PAGE}#main")
    expect(page.locator("#live-text")).to_have_text("Connected")
    folder, away = desk_workspace.issues_dir / SLUG, desk_workspace.root / "away"
    folder.rename(away)
    expect(page.get_by_text(f"There is no issue named “{SLUG}” here.")).to_be_visible()
    away.rename(folder)
    write_letter(folder, "Other words.\n", "Another subject")

    expect(page.get_by_role("heading", name="Another subject")).to_be_visible()


def test_a_part_that_was_not_there_before(open_desk: Page, desk_workspace: Workspace) -> None:
    """When the second approval is switched on, an open page asks for it, and what was typed elsewhere on it stays."""
    open_desk.get_by_label("Your address").fill("ana@example.org")
    set_settings(desk_workspace, "[team]\napproval = true")

    expect(open_desk.get_by_role("heading", name="A second pair of eyes")).to_be_visible()
    expect(open_desk.get_by_label("Your address")).to_have_value("ana@example.org")
