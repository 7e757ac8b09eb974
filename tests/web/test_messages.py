"""What is said after a button was pressed stands where the person looks: in the window, beside the button."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from newsletter.checks import online
from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.browsing import listening
from tests.web.running import RunningDesk, running_desk
from tests.web.samples import write_issue
from tests.web.sending.conftest import set_settings

pytestmark = pytest.mark.browser

LETTER = "Dear reader, [click here](https://example.org), [a](https://out.reddit.com/t?url=https://example.org/b) TK\n"
PAGES = (
    *("/", "/issues/spring", "/issues/spring/write", "/issues/spring/posts", "/issues/spring/send"),
    *("/issues/spring/report", "/people", "/people/add", "/people/suppressed", "/settings", "/settings/order"),
)
TALL = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync("main > *, main section, main form:not(#notice *) { margin-block: 70vh !important; }");
  document.adoptedStyleSheets.push(style);
}"""


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    """A desk with people, and an issue of which the checks have much to say."""
    write_issue(desk_workspace, "spring", LETTER)
    set_settings(desk_workspace, '[delivery]\ncountdown = "60s"')
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 3)
    with running_desk(desk_workspace) as running:
        yield running


def _in_sight(page: Page) -> bool:
    return bool(
        page.evaluate("""() => {
          const { top, bottom, height } = document.querySelector("#notice > *").getBoundingClientRect();
          return height > 0 && top >= 0 && top < innerHeight - 20;
        }""")
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_message_is_in_sight(page: Page, desk: RunningDesk, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """However tall the page is, whichever button is pressed, done or refused."""
    monkeypatch.setattr(online, "dead_addresses", lambda addresses, _client: dict.fromkeys(addresses, "is gone"))
    page.set_viewport_size({"width": 1000, "height": 500})
    pressed: set[str] = set()
    while True:
        page.goto(desk.address + path)
        listening(page)
        page.evaluate(TALL)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        page.evaluate("for (const each of document.querySelectorAll('form[data-swap]')) each.noValidate = true")
        buttons = page.locator("main form[data-swap] button:visible:enabled")
        names = buttons.evaluate_all("(all) => all.map((each) => `${each.form.action} ${each.textContent}`)")
        number = next((number for number, name in enumerate(names) if name not in pressed), None)
        if number is None:
            break
        pressed.add(names[number])
        buttons.nth(number).scroll_into_view_if_needed()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            buttons.nth(number).click()
        page.wait_for_load_state("networkidle")
        if page.locator("#notice > *").count():
            assert _in_sight(page), f"{path}: {names[number]}"


@pytest.mark.parametrize("path", ["/issues/spring", "/issues/spring/write", "/issues/spring/send"])
def test_without_a_desk_that_is_said_beside_the_button(page: Page, desk: RunningDesk, path: str) -> None:
    """Nothing was changed, and whoever pressed the button sees it."""
    page.set_viewport_size({"width": 1000, "height": 500})
    page.goto(desk.address + path)
    listening(page)
    page.evaluate(TALL)
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    button = page.locator("main form[data-swap] button:visible").last
    button.scroll_into_view_if_needed()
    button.click()
    expect(page.get_by_role("alert").filter(has_text="nothing was changed")).to_be_focused()
    assert _in_sight(page)
