"""What was typed outlives the desk, the tab and the network, in a real browser."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from newsletter.web.listening import listen
from newsletter.workspace import Workspace
from tests.web.browsing import follow_link, open_page, until
from tests.web.running import RunningDesk, desk_process, running_desk
from tests.web.samples import write_issue
from tests.web.writing.conftest import ISSUE, choose_markdown

pytestmark = pytest.mark.browser

SAVED = re.compile("^Saved$")
POST = "<h2>Morning light</h2><p>Sit near a window for a while each morning, and let the day begin slowly.</p>"


@pytest.fixture
def port() -> int:
    """A port that is free, for a desk that is started twice."""
    with listen() as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def letter(desk_workspace: Workspace) -> Path:
    """The letter of the issue."""
    return desk_workspace.issues_dir / "winter-light" / "issue.md"


def open_text(page: Page, desk: RunningDesk, query: str = "") -> None:
    """Open the writing page and wait until it listens."""
    choose_markdown(page)
    page.goto(f"{desk.address}{ISSUE}/write{query}")
    expect(page.locator("#live-text")).to_have_text("Connected")


def type_at_end(page: Page, words: str) -> None:
    """Type behind everything."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def copies(page: Page) -> int:
    """Return how many texts the browser keeps."""
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('desk:')).length"))


def offered(page: Page) -> Locator:
    """Return the card that offers a text which was never saved."""
    return page.locator("#kept .kept")


def crash(page: Page) -> None:
    """Let a tab go with no question and no last words."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash")
    page.close()


def wait_for_copies(page: Page, number: int) -> None:
    """Wait until the browser keeps so many texts."""
    until(page, f"Object.keys(localStorage).filter((key) => key.startsWith('desk:')).length === {number}")


def test_an_open_tab_goes_on_after_a_restart(browser: Browser, desk_workspace: Workspace, letter: Path) -> None:
    """It says what to do, keeps the text meanwhile, and saves by itself: the browser is still signed in."""
    with desk_process(desk_workspace) as desk:
        writer = open_page(browser, desk)
        open_text(writer, desk)
        desk.process.kill()
    expect(writer.locator("#live-text")).to_contain_text("newsletter preview")
    type_at_end(writer, "\nTyped while it was closed.")
    expect(writer.get_by_role("alert").filter(has_text="kept in this browser")).to_be_visible()

    with desk_process(desk_workspace) as again:
        assert again.port == desk.port
        _goes_on(writer, letter)  # with the cookie that it has


def test_a_tab_that_is_not_known_any_more_waits_for_the_link(
    browser: Browser, desk_workspace: Workspace, letter: Path, port: int
) -> None:
    """Where nothing could be kept on this computer, each start has another cookie."""
    with running_desk(desk_workspace, port) as desk:
        writer = open_page(browser, desk)
        open_text(writer, desk)
    expect(writer.locator("#live-text")).to_contain_text("newsletter preview")
    type_at_end(writer, "\nTyped while it was closed.")

    with running_desk(desk_workspace, port) as again:
        expect(writer.locator("#live-text")).to_contain_text("Open its link once")
        expect(writer.get_by_role("alert").filter(has_text="Open its link once")).to_be_visible()
        assert "Typed" not in letter.read_text("utf-8")
        follow_link(writer.context, again)
        _goes_on(writer, letter)


def _goes_on(writer: Page, letter: Path) -> None:
    expect(writer.locator("#live-text")).to_have_text(re.compile("^(Connected|Updated)"))
    expect(writer.locator("#saved-text")).to_have_text(SAVED)
    assert "Typed while it was closed." in letter.read_text("utf-8")
    assert copies(writer) == 0


def test_every_form_goes_on_after_a_restart(browser: Browser, desk_workspace: Workspace, port: int) -> None:
    """A form is refused in words with what was typed in it, and is taken when the link was opened."""
    with running_desk(desk_workspace, port) as desk:
        page = open_page(browser, desk)
        page.goto(f"{desk.address}/settings")
        page.get_by_label("Name of the clinic").or_(page.locator('[name="clinic.name"]')).first.fill(
            "Oak Street Psychiatry"
        )
        waiting = page.context.new_page()
        waiting.goto(f"{desk.address}/new")
        waiting.locator("#text").fill("Winter light\n\nSit near a window.")
    with running_desk(desk_workspace, port) as again:
        page.locator("#save-settings").click()
        expect(page.get_by_role("alert")).to_contain_text("open the desk’s link once")
        waiting.get_by_role("button", name="Read it").click()
        expect(waiting.get_by_role("alert")).to_contain_text("open the desk’s link once")
        assert "Elm" in (desk_workspace.root / "newsletter.toml").read_text("utf-8").split("name = ", 1)[1][:30]

        follow_link(page.context, again)
        page.locator("#save-settings").click()
        expect(page.locator("#notice")).to_contain_text("Saved")
        assert "Oak Street Psychiatry" in (desk_workspace.root / "newsletter.toml").read_text("utf-8")
        waiting.get_by_role("button", name="Read it").click()
        expect(waiting.get_by_role("heading", name="Is this your post?")).to_be_visible()


def test_a_desk_of_another_newsletter_gets_nothing(
    browser: Browser, desk_workspace: Workspace, tmp_path: Path, port: int
) -> None:
    """A tab never writes into the newsletter whose desk has come to its port, though its link was opened."""
    other = Workspace(tmp_path / "other", desk_workspace.settings)
    folder = write_issue(other)
    (other.root / "newsletter.toml").write_bytes((desk_workspace.root / "newsletter.toml").read_bytes())
    before = (folder / "issue.md").read_text("utf-8")
    with running_desk(desk_workspace, port) as desk:
        writer = open_page(browser, desk)
        open_text(writer, desk)
    type_at_end(writer, "\nNot for the others.")
    with running_desk(other, port) as stranger:
        follow_link(writer.context, stranger)
        expect(writer.get_by_role("alert").filter(has_text="Open its link once")).to_be_visible()
        assert (folder / "issue.md").read_text("utf-8") == before
        expect(writer.locator(".cm-content")).to_contain_text("Not for the others.")


def unsaved_and_gone(context: BrowserContext, desk: RunningDesk, words: str, query: str = "") -> None:
    """Type something that is never saved, in a tab that is gone then."""
    writer = context.new_page()
    writer.route(
        f"**{ISSUE}/write", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    open_text(writer, desk, query)
    type_at_end(writer, words)
    expect(writer.locator("#saved-text")).to_have_text("Not saved")
    crash(writer)


@pytest.mark.parametrize(
    ("file", "choice"), [("issue.md", "Use the unsaved text"), ("posts/light.md", "Keep the saved text")]
)
def test_a_text_that_was_never_saved_is_offered(
    page: Page, desk: RunningDesk, desk_workspace: Workspace, file: str, choice: str
) -> None:
    """Nothing is written over by itself: the person sees what differs, and chooses."""
    path = desk_workspace.issues_dir / "winter-light" / file
    before = path.read_text("utf-8")
    unsaved_and_gone(page.context, desk, "\nNever saved.", f"?file={file}")

    other = "issue.md" if file != "issue.md" else "posts/light.md"
    open_text(page, desk, f"?file={other}")
    expect(page.locator("#saved-text")).to_have_text(SAVED)
    open_text(page, desk, f"?file={file}")
    expect(offered(page)).to_contain_text(f"kept a text of {len(before) + 13} characters")
    expect(offered(page)).to_contain_text(f"The saved text has {len(before)} characters")
    page.get_by_text("What differs").click()
    expect(offered(page).locator("ins, .added").first).to_contain_text("Never saved.")
    assert path.read_text("utf-8") == before

    page.get_by_role("button", name=choice).click()
    expect(offered(page)).to_have_count(0)
    expect(page.locator("#saved-text")).to_have_text(SAVED)
    assert ("Never saved." in path.read_text("utf-8")) == (choice == "Use the unsaved text")
    assert copies(page) == 0
    page.reload()
    expect(page.locator("#live-text")).to_have_text("Connected")
    expect(offered(page)).to_have_count(0)


def test_an_unsaved_text_meets_what_others_wrote_meanwhile(page: Page, desk: RunningDesk, letter: Path) -> None:
    """Both changes are in the file: the kept text is brought together with what the file says by then."""
    unsaved_and_gone(page.context, desk, "\nNever saved.")
    letter.write_text(letter.read_text("utf-8").replace("Five small", "Six small"), "utf-8")

    open_text(page, desk)
    page.get_by_role("button", name="Use the unsaved text").click()
    expect(page.locator("#saved-text")).to_have_text(SAVED)
    expect(page.locator("#news")).to_contain_text("Both changes")
    assert "Six small" in letter.read_text("utf-8")
    assert letter.read_text("utf-8").endswith("Never saved.")


def fail(*_args: object, **_named: object) -> None:
    """Be a mistake in the program."""
    message = "broken on purpose"
    raise RuntimeError(message)


def test_a_reload_keeps_what_could_not_be_saved(
    page: Page, desk: RunningDesk, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the very same tab, and after an answer that only says that the program failed."""
    page.on("dialog", lambda dialog: dialog.accept())  # leaving although something is not saved
    with monkeypatch.context() as broken:  # in the desk: what a page sends while it is left goes around a route
        broken.setattr("newsletter.web.desk.writing.pages.save_text", fail)
        open_text(page, desk)
        type_at_end(page, "\nNever saved.")
        expect(page.get_by_role("alert").filter(has_text="a mistake in the program")).to_be_visible()
        page.reload()
        expect(page.get_by_role("button", name="Use the unsaved text")).to_be_visible()
        assert "Never saved." not in letter.read_text("utf-8")
    page.get_by_role("button", name="Use the unsaved text").click()
    expect(page.locator("#saved-text")).to_have_text(SAVED)
    assert letter.read_text("utf-8").endswith("Never saved.")


def test_what_an_open_tab_has_is_not_offered_elsewhere(page: Page, desk: RunningDesk) -> None:
    """Two tabs with the same text: the one that is still open keeps its own."""
    page.route(f"**{ISSUE}/write", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    open_text(page, desk)
    type_at_end(page, "\nStill being written.")
    expect(page.locator("#saved-text")).to_have_text("Not saved")

    other = page.context.new_page()
    open_text(other, desk)
    left = "import('/static/copies.js').then(({ Copies }) => new Copies('winter-light/issue.md').left())"
    assert other.evaluate(left) == []
    expect(offered(other)).to_have_count(0)
    assert copies(other) == 1


@pytest.mark.parametrize("long", ["wörd " * 14_000, "a line of words, and more\n" * 2_700])
@pytest.mark.parametrize("left", ["", "Short now."])
def test_a_long_text_can_be_shortened(page: Page, desk: RunningDesk, letter: Path, long: str, left: str) -> None:
    """A short text is saved although the one that it was made from is larger than a page that is left may send."""
    head = "---\nsubject: Light in winter\n---\n\n"
    letter.write_text(head + long, "utf-8")
    open_text(page, desk)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(left or " ")

    expect(page.locator("#saved-text")).to_have_text(SAVED)
    assert letter.read_text("utf-8").removeprefix(head).strip() == left


def test_a_text_that_is_too_long_says_so(page: Page, desk: RunningDesk) -> None:
    """The page does not wait for a desk that answers well enough, and the text stays."""
    page.route(
        f"**{ISSUE}/write",
        lambda route: (
            route.fulfill(status=413, body="<p>no</p>") if route.request.method == "POST" else route.continue_()
        ),
    )
    open_text(page, desk)
    type_at_end(page, "\nToo long.")

    expect(page.get_by_role("alert").filter(has_text="longer than the desk takes")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("Too long.")


def paste(page: Page, html: str, words: str) -> None:
    """Paste as a browser does, with the formatting beside the words."""
    page.evaluate(
        """([html, words]) => {
          const field = document.querySelector("#text");
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          clipboardData.setData("text/plain", words);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
          field.value = words;
          field.dispatchEvent(new InputEvent("input", { inputType: "insertFromPaste", bubbles: true }));
        }""",
        [html, words],
    )


@pytest.mark.parametrize("scripts", ["there", "late"])
def test_a_pasted_post_outlives_the_desk(browser: Browser, desk_workspace: Workspace, port: int, scripts: str) -> None:
    """Until an issue was made of it: with its headings it is put back."""
    with running_desk(desk_workspace, port) as desk:
        page = open_page(browser, desk)
        page.goto(f"{desk.address}/new")
        paste(page, POST, "Morning light\n\nSit near a window for a while each morning.")
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()

        page.goto(f"{desk.address}/new")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    with running_desk(desk_workspace, port) as again:
        follow_link(page.context, again)
        page.goto(f"{again.address}/new")
        expect(offered(page)).to_contain_text("Sit near a window")
        page.get_by_role("button", name="Put it back").click()
        expect(page.locator("#paste-news")).to_contain_text("with its headings")
        page.get_by_role("button", name="Read it").click()
        if scripts == "late":  # the button is pressed before any script is there
            expect(page).to_have_url(re.compile("/new/."))
            page.route("**/static/*.js", lambda route: route.abort())
            page.reload()
            page.unroute("**/static/*.js")
        page.get_by_role("button", name="Make the issue").click()
        expect(page).to_have_url(re.compile("/issues/.*/write"))
        wait_for_copies(page, 0)


def test_settings_that_were_not_saved_are_offered(page: Page, desk: RunningDesk, desk_workspace: Workspace) -> None:
    """Whether the tab was closed or an answer was wrong; what was saved is not offered again."""
    page.goto(f"{desk.address}/settings")
    name = page.locator('[name="clinic.name"]')
    name.fill("Oak Street Psychiatry")
    wait_for_copies(page, 1)
    page.goto(f"{desk.address}/settings")
    expect(offered(page)).to_contain_text("Oak Street Psychiatry")
    page.get_by_role("button", name="Put it back").click()
    expect(name).to_have_value("Oak Street Psychiatry")
    page.locator('[name="sender.reply_to"]').fill("no address")
    page.locator("#save-settings").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was saved yet")

    page.goto(f"{desk.address}/settings")
    expect(offered(page)).to_contain_text("no address")
    page.get_by_role("button", name="Put it back").click()
    page.locator('[name="sender.reply_to"]').fill("hello@elmstreet.example.org")
    page.locator("#save-settings").click()
    expect(page.locator("#notice")).to_contain_text("Saved")
    wait_for_copies(page, 0)
    assert "Oak Street Psychiatry" in (desk_workspace.root / "newsletter.toml").read_text("utf-8")
