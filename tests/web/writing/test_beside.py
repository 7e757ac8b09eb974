"""The mail beside the text, looked at in every way, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from newsletter.storage import open_store
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.workspace import Workspace
from tests.web.browsing import Answers, barriers, fits
from tests.web.running import RunningDesk
from tests.web.samples import write_letter
from tests.web.writing.conftest import ISSUE
from tests.web.writing.test_editor import mail, open_text, text, type_at_end

pytestmark = pytest.mark.browser

VIEWS = ("Phone", "Tablet", "Desktop", "Inbox", "Text", "Source")


@pytest.fixture
def people(desk_workspace: Workspace) -> None:
    """Some people on the list."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        for number, name in enumerate(("Ana", "Maximiliana", "")):
            add_subscriber(connection, store.key, f"a{number}@example.org", Profile(first_name=name), wording="Yes")


def show(page: Page, view: str) -> None:
    """Press one of the switches above the mail."""
    page.get_by_role("group", name="What is shown").get_by_role("button", name=view).click()


def beside(page: Page) -> Locator:
    """Return all that is shown of the mail."""
    return page.get_by_role("region", name="The mail", exact=True)


def unfold(page: Page) -> None:
    """Open the ways in which a mail can look."""
    page.get_by_text("How it looks:").click()


def test_every_view_follows_what_is_typed(writer: Page, desk: RunningDesk) -> None:
    """On a phone, a tablet and a desktop, as inbox rows, text and source: new words are there before they are saved."""
    open_text(writer, desk)
    writer.route(f"**{ISSUE}/write", lambda route: route.abort())  # nothing is ever saved
    for number, view in enumerate(VIEWS):
        show(writer, view)
        if view == "Inbox":
            writer.get_by_label("Subject").fill(f"Word{number} and news")
            expect(beside(writer).locator("li").filter(has_text="Gmail on a phone")).to_contain_text(f"Word{number}")
            expect(beside(writer).locator("li").filter(has_text="Apple Mail")).to_contain_text(f"Word{number}")
            continue
        type_at_end(writer, f" Word{number}")
        where = beside(writer) if view in {"Text", "Source"} else mail(writer).locator("body")
        expect(where).to_contain_text(f"Word{number}")
    expect(beside(writer)).to_contain_text("List-Unsubscribe")


def test_a_mail_is_seen_with_other_eyes(writer: Page, desk: RunningDesk) -> None:
    """Dark, inverted, without pictures, and as Outlook shows it, where Outlook runs; all said in one line."""
    open_text(writer, desk)
    unfold(writer)
    writer.get_by_label("Colours").select_option("Inverted")
    expect(beside(writer)).to_contain_text("invert all colors")
    writer.get_by_label("Colours").select_option("Dark")
    writer.get_by_label("Pictures").select_option("blocked by the inbox")
    expect(writer.locator("[data-said]")).to_have_text("Dark · blocked by the inbox")
    expect(writer.locator("iframe.mail[src*='scheme=dark'][src*='pictures=none']")).to_have_count(1)

    writer.get_by_label("In the eyes of").select_option("Outlook for Windows")
    expect(beside(writer)).to_contain_text("Outlook for Windows, roughly")
    expect(writer.get_by_role("button", name="Desktop")).to_have_attribute("aria-pressed", "true")
    type_at_end(writer, " More.")
    expect(mail(writer).get_by_text("More.")).to_be_visible()


def test_two_wishes_at_once(writer: Page, desk: RunningDesk) -> None:
    """Whoever chooses again while the first answer is still being read gets both."""
    open_text(writer, desk)
    unfold(writer)
    answers = Answers(writer)
    answers.hold()
    writer.get_by_label("Colours").select_option("Dark")
    answers.wait_for_held()
    writer.get_by_label("Pictures").select_option("blocked by the inbox")
    answers.release()

    expect(writer.locator("[data-said]")).to_have_text("Dark · blocked by the inbox")
    expect(writer.locator("iframe.mail[src*='scheme=dark'][src*='pictures=none']")).to_have_count(1)


@pytest.mark.usefixtures("people")
def test_the_mail_is_read_as_anybody(writer: Page, desk: RunningDesk) -> None:
    """As the longest and the emptiest name, and as somebody who is looked for without leaving the text."""
    open_text(writer, desk)
    unfold(writer)
    reader = writer.get_by_label("Read as")
    reader.select_option("longest name on your list")
    expect(mail(writer).get_by_text("Dear Maximiliana,")).to_be_visible()
    expect(beside(writer)).to_contain_text("This is Maximiliana.")
    reader.select_option("emptiest name on your list")
    expect(mail(writer).get_by_text("Dear reader,")).to_be_visible()

    reader.select_option("somebody on your list…")
    dialog = writer.get_by_role("dialog", name="As which reader?")
    dialog.get_by_label("Name or address").fill("nobody like this")
    writer.keyboard.press("Enter")
    expect(dialog).to_contain_text("Nobody on your list answers to that.")
    dialog.get_by_label("Name or address").fill("ana")
    writer.keyboard.press("Enter")
    dialog.get_by_role("link", name="Ana", exact=True).click()
    expect(mail(writer).get_by_text("Dear Ana,")).to_be_visible()
    expect(reader.locator("option:checked")).to_have_text("Ana")
    expect(writer).to_have_url(re.compile(r"/write$"))


def test_the_look_stays_from_text_to_text(writer: Page, desk: RunningDesk) -> None:
    """Who goes on to a post looks at it in the same way, also after the page was loaded again."""
    open_text(writer, desk)
    show(writer, "Tablet")
    unfold(writer)
    writer.get_by_label("Read as").select_option("Maria Lindqvist")
    expect(mail(writer).get_by_text("Dear Maria,")).to_be_visible()
    writer.get_by_role("link", name="Winter light").click()

    expect(writer.get_by_role("button", name="Tablet")).to_have_attribute("aria-pressed", "true")
    expect(mail(writer).get_by_text("Dear Maria,")).to_be_visible()
    expect(writer.locator("[data-said]")).to_have_text("Maria Lindqvist")


def test_another_width_keeps_the_place(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """Who has scrolled the mail and then looks at it on a tablet goes on reading there."""
    write_letter(folder, "\n\n".join(f"This is paragraph {number}." for number in range(120)))
    open_text(writer, desk)
    type_at_end(writer, " The end.")  # which is where a change would begin the mail
    expect(mail(writer).get_by_text("The end.")).to_be_visible()
    place = mail(writer).get_by_text("This is paragraph 40.")
    place.scroll_into_view_if_needed()
    expect(place).to_be_in_viewport()
    frame = writer.locator("iframe.mail").element_handle()
    inside = frame.content_frame()
    assert inside
    before = inside.evaluate("scrollY")

    for view in ("Tablet", "Text", "Phone"):
        show(writer, view)
        expect(writer.get_by_role("button", name=view)).to_have_attribute("aria-pressed", "true")
    assert writer.evaluate("(frame) => frame.isConnected", frame)
    assert inside.evaluate("scrollY") == before > 0


def test_a_finding_is_waived_beside_the_text(writer: Page, desk: RunningDesk, folder: Path) -> None:
    """The reason goes into the letter, what was just typed stays, and the way back is at hand."""
    write_letter(folder, "Dear all,\n\n[click here](https://example.org)\n\nNot medical advice.\n")
    open_text(writer, desk)
    checks = writer.get_by_role("region", name="Checks")
    checks.get_by_text("Ignore, because… (link-vague)").click()
    checks.get_by_label("Why may it stay so?").first.fill("it is a quotation")
    type_at_end(writer, "Warmly, Pat")
    checks.get_by_role("button", name="Ignore it").first.click()

    expect(writer.locator("#notice")).to_contain_text("link-vague is ignored")
    expect(checks.get_by_text("1 ignored")).to_be_visible()
    expect(writer.locator("#saved-text")).to_have_text("Saved")
    expect(text(writer)).to_contain_text("Warmly, Pat")
    saved = (folder / "issue.md").read_text("utf-8")
    assert "link-vague: it is a quotation" in saved
    assert saved.endswith("Warmly, Pat")

    writer.locator("#notice").get_by_role("button", name="Undo").click()
    expect(checks.get_by_text("1 ignored")).to_have_count(0)
    assert "it is a quotation" not in (folder / "issue.md").read_text("utf-8")
    expect(writer.locator("#news")).to_be_empty()  # nobody else changed anything


@pytest.mark.usefixtures("people")
def test_axe_finds_no_barrier_in_any_view(writer: Page, desk: RunningDesk, axe: str) -> None:
    """With all unfolded, in every view, with a simulation and with the search for a reader, wide and narrow."""
    for width in (1280, 390):
        writer.set_viewport_size({"width": width, "height": 844})
        open_text(writer, desk)
        if width == 390:
            writer.get_by_role("button", name="Mail", exact=True).click()
        unfold(writer)
        for view in VIEWS:
            show(writer, view)
            expect(writer.get_by_role("button", name=view)).to_have_attribute("aria-pressed", "true")
            assert barriers(writer, axe) == [], (view, width)
            assert fits(writer, width), view
        show(writer, "Phone")
        expect(writer.get_by_role("button", name="Phone")).to_have_attribute("aria-pressed", "true")
    writer.get_by_label("In the eyes of").select_option("Outlook for Windows")
    expect(beside(writer)).to_contain_text("roughly")
    assert barriers(writer, axe) == []
    writer.get_by_label("Read as").select_option("somebody on your list…")
    assert barriers(writer, axe) == []
