"""The yes is to what is ticked: whichever script, answer or restored page came first."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.storage import open_store
from newsletter.subscribers.audience import Audience
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.web.browsing import before_script
from tests.web.running import RunningDesk, running_desk
from tests.web.sending.conftest import PAGE, SLUG

pytestmark = pytest.mark.browser

_NOTE_WHAT_WAKES = """() => {
  window.woken = [];
  new MutationObserver((changes) => changes.forEach(({ target }) => target.disabled || woken.push(target.textContent)))
    .observe(document, { attributes: true, attributeFilter: ["disabled"], subtree: true });
}"""


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    """A desk with eight readers and two of the staff, each of whom has a tag of their own, too."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 8)
        with store.write() as connection:
            for name in ("ana", "ben"):
                add_subscriber(
                    connection, store.key, f"{name}@example.org", Profile(tags=["staff", name]), wording="yes"
                )
    with running_desk(desk_workspace) as running:
        yield running


def test_a_tag_ticked_before_the_script_came(page: Page, desk: RunningDesk) -> None:
    """Until it is known whom a tag reaches, there is no button that sends to everybody."""
    with before_script(page, desk.address + PAGE, "sending.js"):
        _tick(_wanted(page, "staff"))
        expect(page.get_by_role("button", name="Send it to")).to_have_count(0)

    expect(page.get_by_role("button", name="Send it to 2 people")).to_be_enabled()
    expect(page.locator("#count")).to_contain_text("2 people get it")


def test_the_rest_stays_the_rest_while_people_are_chosen(
    page: Page, desk: RunningDesk, desk_workspace: Workspace
) -> None:
    """Ticking on the page of the rest counts those who do not have the issue, and the yes is to them."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        plan = Plan(transport="outbox", audience=Audience(tags=("ana",)))
        campaign = start(store, MESSAGE, slug=SLUG, plan=plan)
        dispatch(store, campaign, OutboxTransport(desk_workspace.outbox_dir))
    page.goto(desk.address + PAGE)
    page.get_by_role("link", name="Send to the rest (9)").click()
    expect(page.locator("#count")).to_contain_text("9 people get it")
    _tick(_wanted(page, "staff"))
    expect(page.locator("#count")).to_contain_text("1 person gets it")
    page.get_by_label(re.compile("^Type 1")).fill("1")
    page.get_by_role("button", name="Send it to 1 person").click()
    page.get_by_role("button", name="Undo: do not send it").click()
    expect(page.get_by_text("1 message stopped")).to_be_visible()


def test_a_time_chosen_before_the_script_came(page: Page, desk: RunningDesk) -> None:
    """Who chose a date and a time is not offered to send at once."""
    with before_script(page, desk.address + PAGE, "sending.js"):
        page.get_by_role("radio", name=re.compile("At a date and time")).check()

    expect(page.locator("#confirm")).to_contain_text("Choose a time, then it can be sent.")
    expect(page.get_by_role("button", name="Send it to")).to_have_count(0)


def test_an_answer_that_never_came(page: Page, desk: RunningDesk) -> None:
    """Where the desk does not answer, the button sleeps and the page says why; it can be asked again."""
    page.goto(desk.address + PAGE)
    button = page.locator("#confirm .go")
    expect(button).to_be_enabled()
    page.route("**/send?*", lambda route: route.abort())
    _tick(_wanted(page, "staff"))

    expect(page.get_by_role("alert")).to_contain_text("it is not known whom your choice reaches")
    expect(button).to_be_disabled()

    page.unroute("**/send?*")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("button", name="Send it to 2 people")).to_be_enabled()
    expect(page.get_by_text("it is not known whom")).to_be_hidden()


def test_the_answer_to_an_older_question(page: Page, desk: RunningDesk) -> None:
    """While the answer to the last tick is out, that to an earlier one wakes no button."""
    held: list[Route] = []
    page.goto(desk.address + PAGE)
    expect(page.locator("#confirm .go")).to_be_enabled()
    page.evaluate(_NOTE_WHAT_WAKES)
    page.route("**/send?*", lambda route: held.append(route))  # noqa: PLW0108 - a built-in is no handler
    for group, tag in ((_wanted, "staff"), (_unwanted, "ben")):
        with page.expect_request("**/send?*"):
            _tick(group(page, tag))

    with page.expect_response("**/send?*"):
        held[0].continue_()
    held[1].continue_()

    expect(page.get_by_role("button", name="Send it to 1 person")).to_be_enabled()
    assert page.evaluate("woken") == []


def _tick(box: Locator) -> None:
    """By keyboard, which finds the box wherever the page is still moving it."""
    box.press("Space")
    expect(box).to_be_checked()


def _wanted(page: Page, tag: str) -> Locator:
    group = page.get_by_role("group", name="Only people with one of these tags")
    return group.get_by_role("checkbox", name=re.compile(tag))


def _unwanted(page: Page, tag: str) -> Locator:
    return page.get_by_role("group", name="Nobody with one of these").get_by_role("checkbox", name=re.compile(tag))
