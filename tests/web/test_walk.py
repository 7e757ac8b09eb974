"""A whole month at the desk, as staff go through it: from a pasted post to the report."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from newsletter.workspace import Workspace
from tests.web.running import RunningDesk, running_desk
from tests.web.sending.conftest import set_settings
from tests.web.writing.test_pictures import photograph

pytestmark = pytest.mark.browser

POST = Path(__file__).parents[2] / "samples" / "post.txt"
LIST = "Email;First name\nana@example.org;Ana\nben@example.org;Ben\nana@example.org;Ana\nno address;Cy\n"


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[RunningDesk]:
    """The desk of a new workspace, with a countdown that is long enough to press Undo."""
    set_settings(workspace, '[delivery]\ncountdown = "6s"')
    with running_desk(workspace) as running:
        yield running


def test_a_month(page: Page, desk: RunningDesk, workspace: Workspace, tmp_path: Path) -> None:
    """Paste, mend, illustrate, look, import, test, send, undo, send again, watch, read the report."""
    issue = _made_from_a_paste(page, desk)
    _illustrated(page)
    _looked_at_on_a_phone_in_the_dark(page, desk, issue)
    _list_imported(page, desk, tmp_path)
    _tested(page, desk, issue)
    _sent_and_undone(page)
    _sent_and_reported(page)

    slug = issue.removeprefix("/issues/")
    assert len(list((workspace.outbox_dir / slug).glob("*.eml"))) == 2


def _made_from_a_paste(page: Page, desk: RunningDesk) -> str:
    page.goto(desk.address)
    page.get_by_role("link", name="Begin with a post").click()
    page.get_by_role("textbox", name="Paste it").fill(POST.read_text("utf-8"))
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible()
    page.wait_for_load_state()  # its scripts have run
    headings = page.locator(".part-role select").filter(has=page.locator("option[value=section][selected]"))
    headings.first.select_option("subsection")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Make the issue").click()
    page.wait_for_url(re.compile("/issues/[^/]+/write"))
    found = re.search(r"/issues/[^/]+", page.url)
    assert found
    return found[0]


def _illustrated(page: Page) -> None:
    """Put a picture in; the checks ask for its description, and are content with one."""
    expect(page.locator("#above .inbox")).to_be_attached()
    picture = {"name": "garden.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    page.locator(".cm-content").click()
    page.locator("#picture-file").set_input_files(picture)  # type: ignore[arg-type]  # a mapping is a payload
    expect(page.get_by_text("learns nothing of it").first).to_be_visible()
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


def _sent_and_reported(page: Page) -> None:
    page.get_by_label(re.compile("^Type 2")).fill("yes")
    page.get_by_role("button", name="Send it to 2 people").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Sent "))).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("2 accepted")
