"""An open page that is drawn anew by itself: what was done on it and not yet sent stays, and belongs where it did."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from newsletter.campaigns import Plan, known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, close_batch
from newsletter.campaigns.resolution import resolve
from newsletter.campaigns.states import BatchState
from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.web.browsing import Answers, count_drawings, listening, open_page, until
from tests.web.running import RunningDesk
from tests.web.samples import POST, write_letter
from tests.web.sending.conftest import PAGE, SLUG, set_settings
from tests.web.writing.conftest import choose_markdown
from tests.web.writing.test_editor import open_text, type_at_end

pytestmark = pytest.mark.browser


@pytest.fixture
def store(desk_workspace: Workspace) -> Iterator[Store]:
    """The desk's database, with three people in it."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as opened:
        add_people(opened, 3)
        yield opened


def test_a_tick_belongs_to_its_person(page: Page, desk: RunningDesk, desk_workspace: Workspace, store: Store) -> None:
    """When a list grows shorter while somebody is ticking, nobody else takes the place of whom they ticked."""
    campaign = start(store, MESSAGE, slug=SLUG, plan=Plan(transport="sendgrid"))
    claimed = claim(store, campaign, 100, SYSTEM_CLOCK)
    assert claimed is not None
    close_batch(store, claimed.batch_id, BatchState.UNKNOWN, SYSTEM_CLOCK, reason="the reply was lost")
    people = [f"reader{number}@example.org" for number in (1, 2, 3)]
    page.goto(desk.address + PAGE)
    for address in people[:2]:
        page.get_by_label(address).check()

    resolve(store, known_campaign(store, SLUG), sent=True, only=people[:1])
    write_letter(desk_workspace.issues_dir / SLUG, "Other words.\n", "Another subject")

    expect(page.get_by_label(people[0])).to_have_count(0)
    expect(page.get_by_label(people[1])).to_be_checked()
    expect(page.get_by_label(people[2])).not_to_be_checked()


@pytest.mark.usefixtures("store")
def test_a_refusal_stays_until_it_is_answered(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """What is saved elsewhere meanwhile does not take it away; the next try does."""
    page.goto(desk.address + PAGE)
    yes = page.get_by_label("Type 3 (the number of people) or yes")
    yes.fill("7")
    page.get_by_role("button", name="Send it to 3 people").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was sent.")).to_be_visible()

    write_letter(desk_workspace.issues_dir / SLUG, "Other words.\n", "Another subject")
    expect(page.get_by_role("heading", name="Another subject")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Nothing was sent.")).to_be_visible()

    yes.fill("yes")
    page.get_by_role("button", name="Send it to 3 people").click()
    expect(page.get_by_role("heading", name="It goes out in")).to_be_visible()
    expect(page.get_by_text("Nothing was sent.")).to_have_count(0)


def test_any_name_of_a_file(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """A post may be called as files are called elsewhere."""
    folder = desk_workspace.issues_dir / SLUG
    (folder / "posts" / "Winter light (2).md").write_text(POST.replace("Winter light", "A second light"), "utf-8")
    page.goto(f"{desk.address}/issues/{SLUG}/posts")
    expect(page.get_by_text("A second light").first).to_be_visible()

    (folder / "posts" / "Winter light (2).md").write_text(POST.replace("Winter light", "A third light"), "utf-8")
    expect(page.get_by_text("A third light").first).to_be_visible()


def test_news_while_an_answer_is_read(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """What is saved after the answer was written, and before it is drawn, is not missed."""
    page.goto(f"{desk.address}/settings")
    listening(page)
    page.get_by_label("Telephone").fill("508-555-0123")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    listening(page)  # saving has opened the page anew
    answers = Answers(page)
    answers.hold()
    page.get_by_role("button", name="Undo").click()
    answers.wait_for_held()
    with desk.events() as events:
        set_settings(desk_workspace, '[team]\nreviewers = ["ana@example.org"]')
        assert events.next() == "changed"
    answers.release()

    expect(page.get_by_label("Telephone")).to_have_value("508-555-0100")
    expect(page.get_by_label("Reviewers")).to_have_value("ana@example.org")


def test_the_keyboard_stays_on_a_button(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """What is drawn anew has the same button: the next key presses that, although nothing but its words tells it."""
    page.goto(desk.address)
    listening(page)
    page.locator(".manage summary").click()
    page.get_by_role("button", name="Delete").focus()
    count_drawings(page)
    write_letter(desk_workspace.issues_dir / SLUG, "Other words.\n", "Another subject")
    expect(page.get_by_role("link", name="Another subject")).to_be_visible()
    until(page, "drawn >= 1")

    expect(page.get_by_role("button", name="Delete")).to_be_focused()


def test_a_page_that_is_gone_is_left_once(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """More news, while the page that follows is on its way, does not begin to open it again."""
    page.goto(f"{desk.address}/issues/{SLUG}")
    expect(page.locator("#live-text")).to_have_text("Connected")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.is_navigation_request():
            held.append(route)
        else:
            route.continue_()

    page.route(f"{desk.address}/issues/{SLUG}", hold)
    with page.expect_request(lambda request: request.is_navigation_request()):
        (desk_workspace.issues_dir / SLUG).rename(desk_workspace.root / "put-away")
    for name in ("more", "and more"):  # when the second answer comes, the first one has been read
        with page.expect_response(lambda answer: answer.status == 404):
            (desk_workspace.issues_dir / f"{name}.txt").write_text("News.", "utf-8")
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text(f"There is no issue named “{SLUG}” here.")).to_be_visible()


def test_who_stays_goes_on(browser: Browser, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The issue is away for a moment while somebody writes, and they choose to stay: the page is as alive as before."""
    folder, away = desk_workspace.issues_dir / SLUG, desk_workspace.root / "away"
    page = choose_markdown(open_page(browser, desk))
    page.clock.install()
    open_text(page, desk)
    page.route(f"**/issues/{SLUG}/write", _save_nothing)
    type_at_end(page, "\nWords of mine.")
    with page.expect_event("dialog") as asked:
        folder.rename(away)
    asked.value.dismiss()
    away.rename(folder)
    page.clock.fast_forward(5_500)  # after which the page no longer takes it that it is left
    page.unroute(f"**/issues/{SLUG}/write")
    page.keyboard.type(" And more.")
    expect(page.locator("#saved-text")).to_have_text("Saved")

    (folder / "issue.md").write_text((folder / "issue.md").read_text("utf-8") + "\nWords of theirs.", "utf-8")
    expect(page.locator(".cm-content")).to_contain_text("Words of theirs.")
    expect(page.locator(".cm-content")).to_contain_text("Words of mine. And more.")


def _save_nothing(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()
