"""The desk on a phone: what can be pressed is large enough, and what is shown can be read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.web.browsing import fits
from tests.web.looking.sent import send_issue
from tests.web.running import RunningDesk, running_desk
from tests.web.samples import write_issue

pytestmark = pytest.mark.browser

# Links within a sentence are excepted: https://www.w3.org/TR/WCAG22/#target-size-minimum
IN_A_SENTENCE = "p:not(.crumbs, .place, .remark, .do-with-found, .small), dd, .unseen"
SMALL_ONES = f"""() => [...document.querySelectorAll("main :is(a, button, summary, select)")]
  .filter((each) => each.checkVisibility() && !each.closest("{IN_A_SENTENCE}"))
  .filter((each) => each.getBoundingClientRect().height < 24)
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    """A desk with an issue that was sent, one with findings, and somebody on the list."""
    write_issue(desk_workspace, "spring", "Dear {{ first_name }}, [click here](https://example.org).\n")
    write_issue(desk_workspace, "autumn", "The leaves fall early.\n")
    send_issue(desk_workspace, "autumn")
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        connection.exec_driver_sql("UPDATE campaigns SET state = 'finished'")
        connection.exec_driver_sql("UPDATE deliveries SET state = 'accepted'")
    with running_desk(desk_workspace) as running:
        yield running


PAGES = (
    "/issues/spring",
    "/issues/spring/compare",
    "/issues/spring/send",
    "/people",
    "/people/1",
    "/people/import",
    "/settings",
)


def test_nothing_is_too_small_for_a_finger(page: Page, desk: RunningDesk) -> None:
    """Each link, button and menu that stands alone is at least as high as the guidelines want."""
    page.set_viewport_size({"width": 390, "height": 844})
    small = {}
    for path in PAGES:
        page.goto(desk.address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        small[path] = page.evaluate(SMALL_ONES)
        assert fits(page, 390), path

    assert {path: found for path, found in small.items() if found} == {}


def test_what_stands_at_the_top(page: Page, desk: RunningDesk) -> None:
    """All six ways to look at a mail are side by side; the clinic's name may take two lines, and is not cut."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk.address}/issues/spring")
    tops = "() => [...document.querySelectorAll('.switch:first-child a')].map((each) => each.offsetTop)"
    assert len(set(page.evaluate(tops))) == 1
    assert page.locator(".home span").evaluate("each => each.scrollWidth <= each.clientWidth")


def test_letters_in_charts_can_be_read(page: Page, desk: RunningDesk) -> None:
    """They are at least ten pixels high, as far as the drawing is scaled."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk.address}/issues/autumn/report")
    chart = page.locator(".chart svg").first
    size = "each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a"

    assert chart.evaluate(size) >= 10
