"""How much a month costs: clicks from a new workspace to a sent issue, and fields that say what they want."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import make_workspace
from tests.web.browsing import listening
from tests.web.running import RunningDesk, running_desk
from tests.web.sending.conftest import end_countdown

pytestmark = pytest.mark.browser

AT_MOST = 15
POST = Path(__file__).parents[2] / "samples" / "post.txt"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace as `init` makes it for those who answer no question."""
    make_workspace(tmp_path / "new", {})
    return open_workspace(tmp_path / "new")


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[RunningDesk]:
    """Its desk."""
    with running_desk(workspace) as running:
        yield running


@dataclass
class Hand:
    """Somebody with a mouse, and a keyboard for what has to be typed; counts the clicks."""

    page: Page
    clicks: int = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True))

    def button(self, name: "str | re.Pattern[str]") -> None:
        self.click(self.page.get_by_role("button", name=name))

    def write(self, label: "str | re.Pattern[str]", text: str) -> None:
        """Click into a field, unless the cursor is there, and type in place of what it says."""
        field = self.page.get_by_label(label)
        if not field.evaluate("field => field === document.activeElement"):
            self.click(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)


@pytest.mark.usefixtures("watchful")
def test_a_month_takes_few_clicks(page: Page, desk: RunningDesk, workspace: Workspace, tmp_path: Path) -> None:
    """Settings, list, post, test and send, each once, and nothing beside them."""
    (tmp_path / "guests.csv").write_text("Email;First name\nana@example.org;Ana\nben@example.org;Ben\n", "utf-8")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand = Hand(page)
    page.goto(desk.address)

    hand.link("Fill in the settings")
    listening(page)
    hand.write("Postal address", "12 Elm Street, Springfield, MA 01101")
    hand.button("Save")
    expect(page.get_by_text("Saved: Postal address.")).to_be_visible()

    hand.link("People")
    hand.click(page.get_by_role("link", name="Import a list").first)
    listening(page)
    with page.expect_file_chooser() as chooser:
        hand.click(page.get_by_label("Choose the file with your list"))
    chooser.value.set_files(tmp_path / "guests.csv")
    expect(page.get_by_role("heading", name="Import guests.csv")).to_be_visible()
    hand.write("What they agreed to", "I would like the newsletter")
    hand.button("Import 2 people")
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()

    hand.link("New issue")
    listening(page)
    page.evaluate("text => navigator.clipboard.writeText(text)", POST.read_text("utf-8"))
    page.keyboard.press("ControlOrMeta+v")
    page.keyboard.press("Enter")  # on the button that has the keyboard now
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    hand.button("Make the issue")
    page.wait_for_url(re.compile("/issues/[^/]+/write"))

    hand.link("Test & send")
    listening(page)
    hand.write("Your address", "staff@example.org")
    hand.button("Send to me")
    expect(page.get_by_role("link", name="Open the test")).to_be_visible()
    hand.write(re.compile("^Type 2"), "2")
    hand.button("Send it to 2 people")
    expect(page.get_by_role("heading", name="It goes out in")).to_be_visible()
    end_countdown(workspace)
    expect(page.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_visible()

    assert hand.clicks <= AT_MOST
    page.goto(desk.address)
    expect(page.get_by_role("heading", name="Three steps")).to_have_count(0)


def test_the_sample_goes_with_one_click(page: Page, desk: RunningDesk) -> None:
    """And comes back with another."""
    page.goto(desk.address)
    listening(page)
    expect(page.get_by_text("This is a sample")).to_be_visible()
    page.get_by_role("button", name="Remove the sample").click()
    expect(page.get_by_role("heading", name="No issue yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("This is a sample")).to_be_visible()


@pytest.mark.parametrize(
    ("html", "text", "field", "news"),
    [
        ("<h1>Snow</h1><p>Ask a neighbor.</p>", "Snow\n\nAsk a neighbor.", "#text", "with its headings"),
        ("", "Snow\n\nAsk a neighbor.", "#text", "Pasted."),
        ("", " https://www.example.org/snow\n", "#link", "address is in its field"),
    ],
    ids=["rich", "plain", "address"],
)
def test_a_paste_lands_wherever_the_page_is(
    page: Page, desk: RunningDesk, html: str, text: str, field: str, news: str
) -> None:
    """Nobody has to choose a field first; the keyboard is on the button that goes on."""
    page.goto(f"{desk.address}/new")
    listening(page)
    page.evaluate(
        """([html, text]) => {
          const clipboardData = new DataTransfer();
          if (html) clipboardData.setData("text/html", html);
          clipboardData.setData("text/plain", text);
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        [html, text],
    )
    expect(page.locator(field)).to_have_value(text.strip())
    expect(page.locator("#html")).to_have_value(html)
    expect(page.locator("#paste-news")).to_contain_text(news)
    expect(page.get_by_role("button", name="Read it")).to_be_focused()


def test_no_field_fails_in_silence(page: Page, desk: RunningDesk) -> None:
    """Whoever presses a button too early is told what is wanted, in the page or by the browser at the field."""
    page.goto(f"{desk.address}/new")
    listening(page)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("there is nothing to read yet")).to_be_visible()
    page.get_by_role("button", name="Begin the issue").click()
    expect(page.get_by_label("Subject")).to_be_focused()
    assert page.get_by_label("Subject").evaluate("field => field.validationMessage")
