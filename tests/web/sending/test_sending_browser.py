"""Sending in a real browser: the whole way with undo, cancel, again and report; by keyboard; for everybody."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, close_batch, finish, move_campaign
from newsletter.campaigns.states import BatchState
from newsletter.storage import Store, open_store
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.web.browsing import faults, open_page
from tests.web.running import RunningDesk, running_desk
from tests.web.sending.conftest import PAGE, SLUG, end_countdown, set_settings

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(desk_workspace: Workspace) -> Workspace:
    """Ten readers, two of them staff, and time enough to press Undo."""
    set_settings(desk_workspace, '[delivery]\ncountdown = "60s"')
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 8)
        with store.write() as connection:
            for name in ("ana", "ben"):
                add_subscriber(connection, store.key, f"{name}@example.org", Profile(tags=["staff"]), wording="yes")
    return desk_workspace


@pytest.fixture
def desk(clinic: Workspace) -> Iterator[RunningDesk]:
    """A desk of that clinic."""
    with running_desk(clinic) as running:
        yield running


def _outbox(workspace: Workspace) -> int:
    return len(list((workspace.outbox_dir / SLUG).glob("*.eml")))


@pytest.mark.usefixtures("watchful")
def test_the_whole_way(page: Page, desk: RunningDesk, clinic: Workspace) -> None:
    """Test it, choose, send, undo, send again, watch it finish, read the report."""
    page.goto(desk.address + PAGE)
    page.get_by_label("Your address").fill("ana@example.org")
    page.get_by_role("button", name="Send to me").click()
    expect(page.get_by_text("Tested", exact=False).first).to_be_visible()
    expect(page.get_by_role("link", name="Open the test")).to_be_visible()

    nobody_with = page.get_by_role("group", name="Nobody with one of these")
    nobody_with.get_by_role("checkbox", name=re.compile("staff")).check(force=True)
    expect(page.locator("#count")).to_contain_text("8 people get it")
    page.get_by_label("Type 8 (the number of people) or yes").fill("8")
    page.get_by_role("button", name="Send it to 8 people").click()

    expect(page.get_by_role("heading", name=re.compile(r"It goes out in"))).to_be_visible()
    page.get_by_role("button", name="Undo: do not send it").click()
    expect(page.get_by_text("8 messages stopped; nobody gets them.")).to_be_visible()
    assert _outbox(clinic) == 0

    page.get_by_label("Type 10 (the number of people) or yes").fill("yes")
    page.get_by_role("button", name="Send it to 10 people").click()
    expect(page.get_by_role("heading", name=re.compile(r"It goes out in"))).to_be_visible()
    end_countdown(clinic)
    expect(page.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("10 accepted")
    assert _outbox(clinic) == 10
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_role("region", name="Who it went to")).to_contain_text("Everyone who is subscribed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.path().read_text("utf-8").count("accepted") == 10


def test_by_keyboard_alone(page: Page, desk: RunningDesk, clinic: Workspace) -> None:
    """From the top of the page to a send that is undone, with Tab, Space and Enter."""
    page.goto(desk.address + PAGE)
    expect(page.locator("#live-text")).to_have_text("Connected")
    _tab_to(page, "#unwanted-1")
    page.keyboard.press("Space")
    expect(page.locator("#count")).to_contain_text("8 people get it")
    _tab_to(page, "#yes")
    page.keyboard.type("yes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"It goes out in"))).to_be_visible()
    _tab_to(page, "#undo")
    page.keyboard.press("Enter")

    expect(page.get_by_text("8 messages stopped")).to_be_visible()
    assert _outbox(clinic) == 0


def test_a_day_and_an_hour_are_typed(page: Page, desk: RunningDesk) -> None:
    """Typing a date leaves the keyboard where it is, and the moment is read back."""
    then = datetime.now(tz=UTC) + timedelta(days=200)
    page.goto(desk.address + PAGE)
    _tab_to(page, "#date")
    page.keyboard.type(f"{then:%m%d%Y}", delay=60)
    page.locator("#time").fill("09:00")

    said = f"{then:%a}, {then:%b} {then.day}, {then.year}, 9:00 AM ET (in "
    expect(page.locator("#time-read")).to_contain_text(said)
    expect(page.get_by_role("radio", name=re.compile("At a date and time"))).to_be_checked()
    page.get_by_label(re.compile("^Type 10")).fill("10")
    page.get_by_role("button", name="Schedule it").click()
    expect(page.get_by_role("heading", name="Scheduled")).to_be_visible()


@pytest.mark.usefixtures("watchful")
def test_two_tabs_see_the_same(browser: Browser, page: Page, desk: RunningDesk, clinic: Workspace) -> None:
    """What one tab starts, another one shows by itself, to the end."""
    other = open_page(browser, desk)
    other.goto(desk.address + PAGE)
    page.goto(desk.address + PAGE)
    page.get_by_label(re.compile("^Type 10")).fill("yes")
    page.get_by_role("button", name="Send it to 10 people").click()

    expect(other.get_by_role("heading", name=re.compile(r"It goes out in"))).to_be_visible()
    end_countdown(clinic)
    expect(other.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_visible()


def test_a_change_in_between_is_told(page: Page, desk: RunningDesk, clinic: Workspace) -> None:
    """Somebody joins while the page is open: nothing is sent, and the page shows the new number."""
    page.goto(desk.address + PAGE)
    page.get_by_label(re.compile("^Type 10")).fill("10")
    with open_store(clinic.database_url, clinic.key_file) as store:
        add_people(store, 1, first=9)
    page.get_by_role("button", name="Send it to 10 people").click()

    expect(page.get_by_role("alert")).to_contain_text("11 subscribers, not 10")
    expect(page.get_by_role("button", name="Send it to 11 people")).to_be_visible()
    assert _outbox(clinic) == 0


def test_without_script(browser: Browser, desk: RunningDesk, clinic: Workspace) -> None:
    """Choosing, sending and undoing need no script."""
    page = open_page(browser, desk, scripts=False)
    page.goto(desk.address + PAGE)
    page.locator("#unwanted-1").check(force=True)
    page.get_by_role("button", name="Show what that comes to").click()
    expect(page.locator("#count")).to_contain_text("8 people get it")
    page.get_by_label(re.compile("^Type 8")).fill("8")
    page.get_by_role("button", name="Send it to 8 people").click()
    page.get_by_role("button", name="Undo: do not send it").click()

    expect(page.get_by_text("8 messages stopped")).to_be_visible()
    assert _outbox(clinic) == 0


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no way to {selector} by keyboard")


# --- every state, for everybody --------------------------------------------------------------


def _wait_for_its_day(store: Store) -> None:
    due = datetime.now(tz=UTC) + timedelta(days=1)
    start(store, MESSAGE, slug=SLUG, plan=Plan(transport="outbox"), due_at=due)


def _be_late(store: Store) -> None:
    _wait_for_its_day(store)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE campaigns SET created_at = '2025-12-30T09:00:00Z'")
        connection.exec_driver_sql("UPDATE campaigns SET due_at = '2026-01-01T09:00:00Z'")


def _be_interrupted(store: Store) -> None:
    start(store, MESSAGE, slug=SLUG, plan=Plan(transport="outbox"))


def _be_in_doubt(store: Store) -> None:
    campaign = start(store, MESSAGE, slug=SLUG, plan=Plan(transport="sendgrid"))
    claimed = claim(store, campaign, 100, SYSTEM_CLOCK)
    assert claimed is not None
    close_batch(store, claimed.batch_id, BatchState.UNKNOWN, SYSTEM_CLOCK, reason="the reply was lost")


def _be_sent(store: Store) -> None:
    campaign = start(store, MESSAGE, slug=SLUG, plan=Plan(transport="sendgrid"))
    claimed = claim(store, campaign, 100, SYSTEM_CLOCK)
    assert claimed is not None
    close_batch(store, claimed.batch_id, BatchState.ACCEPTED, SYSTEM_CLOCK)
    finish(store, campaign, SYSTEM_CLOCK)


def _have_a_rest(store: Store) -> None:
    _be_sent(store)
    add_people(store, 1, first=100)


def _be_cancelled(store: Store) -> None:
    _wait_for_its_day(store)
    cancel(store, known_campaign(store, SLUG), OutboxTransport(Path("never-used")))


def _be_cancelled_in_doubt(store: Store) -> None:
    _be_in_doubt(store)
    with store.write() as connection:
        for state in (CampaignState.CANCELLING, CampaignState.CANCELLED):
            move_campaign(connection, known_campaign(store, SLUG).id, state)


STATES: dict[str, tuple[Callable[[Store], None], str]] = {
    "draft": (lambda _store: None, "Try it"),
    "scheduled": (_wait_for_its_day, "Scheduled"),
    "late": (_be_late, "was not sent"),
    "interrupted": (_be_interrupted, "Interrupted"),
    "doubt": (_be_in_doubt, "Did they get it?"),
    "sent": (_be_sent, "Open the report"),
    "report": (_have_a_rest, "Write a correction"),
    "report of nothing": (lambda _store: None, "has not been sent"),
    "rest offered": (_have_a_rest, "Send to the rest (1)"),
    "rest": (_have_a_rest, "already in an earlier send"),
    "cancelled": (_be_cancelled, "The last send was canceled"),
    "cancelled in doubt": (_be_cancelled_in_doubt, "They are left out until that is settled"),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_for_everybody(page: Page, desk: RunningDesk, clinic: Workspace, axe: str, state: str) -> None:
    """No state of the page has a barrier or scrolls sideways: light and dark, on a phone and a desktop."""
    prepare, words = STATES[state]
    set_settings(clinic, "[team]\napproval = true")
    with open_store(clinic.database_url, clinic.key_file) as store:
        prepare(store)
    path = f"/issues/{SLUG}/report" if state.startswith("report") else PAGE
    page.goto(desk.address + path + ("?rest=yes" if state == "rest" else ""))
    expect(page.locator("main")).to_contain_text(words)
    assert faults(page, axe) == []
    narrow = "(all) => all.filter((each) => each.checkVisibility() && each.offsetWidth < 60).map((each) => each.id)"
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("main input:not([type=radio], [type=checkbox])").evaluate_all(narrow) == [], width
