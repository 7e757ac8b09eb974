"""A whole month at the desk, as staff go through it: from a pasted post to the report; once by keyboard alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from newsletter.workspace import Workspace
from tests.web.running import RunningDesk, running_desk
from tests.web.sending.conftest import end_countdown, set_settings
from tests.web.writing.test_pictures import photograph

pytestmark = pytest.mark.browser

POST = Path(__file__).parents[2] / "samples" / "post.txt"
LIST = "Email;First name\nana@example.org;Ana\nben@example.org;Ben\nana@example.org;Ana\nno address;Cy\n"


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[RunningDesk]:
    """The desk of a new workspace, with a countdown that is long enough to press Undo."""
    set_settings(workspace, '[delivery]\ncountdown = "60s"')
    with running_desk(workspace) as running:
        yield running


@pytest.mark.usefixtures("watchful")
def test_a_month(page: Page, desk: RunningDesk, workspace: Workspace, tmp_path: Path) -> None:
    """Paste, mend, illustrate, look, import, test, send, undo, send again, watch, read the report."""
    issue = _made_from_a_paste(page, desk)
    _illustrated(page)
    _looked_at_on_a_phone_in_the_dark(page, desk, issue)
    _list_imported(page, desk, tmp_path)
    _tested(page, desk, issue)
    _sent_and_undone(page)
    _sent_and_reported(page, workspace)

    slug = issue.removeprefix("/issues/")
    assert len(list((workspace.outbox_dir / slug).glob("*.eml"))) == 2


def _made_from_a_paste(page: Page, desk: RunningDesk) -> str:
    page.goto(desk.address)
    page.get_by_role("link", name="Begin with a post").click()
    _wait_for_the_field(page)
    page.get_by_role("textbox", name="Paste it").fill(POST.read_text("utf-8"))
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    headings = page.locator(".part-role select").filter(has=page.locator("option[value=section][selected]"))
    headings.first.select_option("subsection")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Make the issue").click()
    page.wait_for_url(re.compile("/issues/[^/]+/write"))
    found = re.search(r"/issues/[^/]+", page.url)
    assert found
    return found[0]


def _wait_for_the_field(page: Page) -> None:
    """What is typed before the page is dressed goes nowhere: the field waits for its script."""
    page.wait_for_url("**/new")
    page.wait_for_load_state()


def _illustrated(page: Page) -> None:
    """Put a picture in; the checks ask for its description, and are content with one."""
    expect(page.locator("#above .inbox")).to_be_attached()
    picture = {"name": "garden.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    page.locator("#rich .rich-text").click()
    page.locator("#picture-file").set_input_files(picture)  # type: ignore[arg-type]  # a mapping is a payload
    expect(page.get_by_text("miss what it shows").first).to_be_visible()
    page.keyboard.type("Our garden in snow")
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_alt_text("Our garden in snow")).to_be_visible()
    expect(page.locator("#saved-text")).to_have_text("Saved")


def _looked_at_on_a_phone_in_the_dark(page: Page, desk: RunningDesk, issue: str) -> None:
    page.goto(desk.address + issue)
    page.get_by_role("link", name="Dark").click()
    expect(page.locator(".show.phone.dark iframe.mail:not(.incoming)")).to_be_visible()
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_alt_text("Our garden in snow")).to_be_attached()


def _list_imported(page: Page, desk: RunningDesk, folder: Path) -> None:
    (folder / "guests.csv").write_text(LIST, "utf-8")
    page.goto(f"{desk.address}/people")
    page.get_by_role("link", name="Import a list").first.click()
    page.get_by_label("Choose the file with your list").set_input_files(folder / "guests.csv")
    expect(page.get_by_role("heading", name="Import guests.csv")).to_be_visible()
    page.get_by_label("What they agreed to").fill("I would like the newsletter")
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()


def _tested(page: Page, desk: RunningDesk, issue: str) -> None:
    page.goto(f"{desk.address}{issue}/send")
    page.get_by_label("Your address").fill("staff@example.org")
    page.get_by_role("button", name="Send to me").click()
    expect(page.get_by_role("link", name="Open the test")).to_be_visible()


def _sent_and_undone(page: Page) -> None:
    page.get_by_label(re.compile("^Type 2")).fill("2")
    page.get_by_role("button", name="Send it to 2 people").click()
    page.get_by_role("button", name="Undo: do not send it").click()
    expect(page.get_by_text("2 messages stopped; nobody gets them.")).to_be_visible()


def _sent_and_reported(page: Page, workspace: Workspace) -> None:
    page.get_by_label(re.compile("^Type 2")).fill("yes")
    page.get_by_role("button", name="Send it to 2 people").click()
    expect(page.get_by_role("heading", name="It goes out in")).to_be_visible()
    end_countdown(workspace)
    expect(page.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("2 accepted")


# --- the same by keyboard alone ----------------------------------------------------------------


@pytest.mark.usefixtures("watchful")
def test_a_month_by_keyboard(page: Page, desk: RunningDesk, workspace: Workspace, tmp_path: Path) -> None:
    """The same month without a mouse: with Tab, arrows, Enter, Space and what is typed."""
    page.on("filechooser", lambda _chooser: None)  # the browser's own must not open, however soon a key is pressed
    page.goto(desk.address)
    _paste_and_mend(page)
    _put_a_picture_in(page)
    _look_in_the_dark(page)
    _import_a_list(page, tmp_path)
    slug = _send_a_test(page)
    _send(page, "2")
    _reach(page, page.get_by_role("button", name="Undo: do not send it"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 messages stopped; nobody gets them.")).to_be_visible()
    assert not list((workspace.outbox_dir / slug).glob("*.eml"))
    _send(page, "yes")
    end_countdown(workspace)

    expect(page.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_focused()
    expect(page.locator(".figures")).to_contain_text("2 accepted")
    assert len(list((workspace.outbox_dir / slug).glob("*.eml"))) == 2


def _paste_and_mend(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", POST.read_text("utf-8"))
    _press(page, page.get_by_role("link", name="Begin with a post"))
    _wait_for_the_field(page)
    _reach(page, page.get_by_role("textbox", name="Paste it"))
    page.keyboard.press("ControlOrMeta+V")
    _press(page, page.get_by_role("button", name="Read it"))
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    menu = page.locator(".part-role select").filter(has=page.locator("option[value=section][selected]")).first
    mended = page.locator(f"#{menu.get_attribute('id')}")
    _reach(page, mended)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(mended).to_have_value("subsection")
    expect(mended).to_be_focused()
    _press(page, page.get_by_role("button", name="Make the issue"))
    page.wait_for_url(re.compile("/issues/[^/]+/write"))


def _put_a_picture_in(page: Page) -> None:
    """By the toolbar, which is one stop for Tab; the checks ask what the picture shows."""
    expect(page.locator("#above .inbox")).to_be_attached()
    _reach(page, page.get_by_role("textbox", name="The letter"))
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Alt+F10")
    picture = page.get_by_role("toolbar").get_by_role("button", name="Picture")
    _reach(page, picture, "ArrowRight")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    photo = {"name": "garden.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    chooser.value.set_files(photo)  # type: ignore[arg-type]  # a mapping is a payload
    expect(page.get_by_text("miss what it shows").first).to_be_visible()
    page.keyboard.type("Our garden in snow")
    mail = page.frame_locator("iframe.mail:not(.incoming)")
    expect(mail.get_by_alt_text("Our garden in snow")).to_be_visible()
    expect(page.locator("#saved-text")).to_have_text("Saved")


def _look_in_the_dark(page: Page) -> None:
    _press(page, page.get_by_role("link", name="Look", exact=True), "Shift+Tab")
    _press(page, page.get_by_role("link", name="Dark"))
    expect(page.locator(".show.phone.dark iframe.mail:not(.incoming)")).to_be_visible()
    expect(page.get_by_role("link", name="Dark")).to_be_focused()
    expect(page.frame_locator("iframe.mail:not(.incoming)").get_by_alt_text("Our garden in snow")).to_be_attached()


def _import_a_list(page: Page, folder: Path) -> None:
    (folder / "guests.csv").write_text(LIST, "utf-8")
    _press(page, page.get_by_role("link", name="People", exact=True), "Shift+Tab")
    _press(page, page.get_by_role("link", name="Import a list").first)
    _reach(page, page.get_by_label("Choose the file with your list"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(folder / "guests.csv")
    _reach(page, page.get_by_label("What they agreed to"))
    page.keyboard.type("I would like the newsletter")
    _press(page, page.get_by_role("button", name="Import 2 people"))
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()


def _send_a_test(page: Page) -> str:
    """Find the issue on the shelf and try it; return its short name."""
    _press(page, page.get_by_role("link", name="Issues").first, "Shift+Tab")
    _press(page, page.locator(".issue h3 a"))
    _press(page, page.get_by_role("link", name="Test & send", exact=True))
    _reach(page, page.get_by_label("Your address"))
    page.keyboard.type("staff@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Open the test")).to_be_visible()
    return page.url.partition("/issues/")[2].partition("/")[0]


def _send(page: Page, yes: str) -> None:
    _reach(page, page.get_by_label(re.compile("^Type 2")))
    page.keyboard.type(yes)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It goes out in")).to_be_focused()


def _press(page: Page, control: Locator, key: str = "Tab") -> None:
    _reach(page, control, key)
    page.keyboard.press("Enter")


def _reach(page: Page, control: Locator, key: str = "Tab") -> None:
    """Press a key until `control` has the focus; where that is not so after a while, there is no way."""
    expect(control).to_be_visible()
    for _ in range(150):
        if control.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"no way to {control} with {key}")
