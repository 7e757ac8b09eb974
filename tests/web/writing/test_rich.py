"""Writing without code: in the text as readers get it, in a real browser."""

import operator
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.web.browsing import faults, open_page
from tests.web.running import PATIENCE, RunningDesk
from tests.web.samples import write_letter
from tests.web.writing.conftest import ISSUE
from tests.web.writing.test_dropping import drop
from tests.web.writing.test_editor import SAVED, mail, open_text, read
from tests.web.writing.test_pictures import photograph

pytestmark = pytest.mark.browser

PASTES = Path(__file__).parent / "pastes"
GREETING = 'Dear {{ first_name or "reader" }},'
ODD = """\
Dear {{ first_name or 'reader' }},

This line was broken where another program
had no more room for it.

*  odd __bullets__
*  kept

| a|b |
|--|:-:|
| 1 | 2 |

<p>By <u>hand</u></p>

Title
=====

[ref]: https://example.org


Bye [for now][ref].
"""


@pytest.fixture
def rich(page: Page, desk: RunningDesk, folder: Path) -> Page:
    """The writing page with a short letter, as it opens for somebody who has chosen nothing."""
    write_letter(folder, f"{GREETING}\n\nthe days grow longer.\n")
    open_text(page, desk)
    return page


def text(page: Page) -> Locator:
    """Return where one writes."""
    return page.locator("#rich .rich-text")


def body(folder: Path) -> str:
    """Return the letter below the lines at the top."""
    return read(folder).split("---\n\n", 1)[1]


def at_end(page: Page) -> None:
    """Put the cursor behind everything."""
    text(page).focus()
    expect(text(page)).to_be_focused()
    page.keyboard.press("Control+End")


def type_lines(page: Page, *lines: str) -> None:
    """Type lines, each into a paragraph of its own, behind everything."""
    at_end(page)
    for line in lines:
        page.keyboard.press("Enter")
        page.keyboard.type(line)


def insert(page: Page, name: str) -> None:
    """Choose from the menu Insert."""
    page.get_by_role("button", name="Insert").click()
    page.get_by_role("menuitem", name=re.compile(f"^{name}")).click()


def wait_for(page: Page, folder: Path, wanted: str, how: Callable[[str, str], bool] = operator.eq) -> None:
    """Wait until the letter is, ends with or contains what is wanted, and the page says that it is saved."""
    given_up = time.monotonic() + PATIENCE
    while not how(body(folder), wanted) and time.monotonic() < given_up:
        page.wait_for_timeout(20)
    expect(page.locator("#saved-text")).to_have_text(SAVED)
    assert how(body(folder), wanted), body(folder)


def paste(page: Page, html: str = "", plain: str = "") -> None:
    """Paste what another program has put on the clipboard."""
    text(page).evaluate(
        """(target, [html, plain]) => {
          const clipboardData = new DataTransfer();
          if (html) clipboardData.setData("text/html", html);
          clipboardData.setData("text/plain", plain || "plain");
          target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        [html, plain],
    )


def test_opening_writes_nothing(page: Page, desk: RunningDesk, folder: Path) -> None:
    """Looking at a text, going through it and undoing nothing leaves each byte, and nothing is sent."""
    write_letter(folder, ODD)
    before, posted = read(folder), list[str]()
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    open_text(page, desk)
    at_end(page)
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Markdown").click()
    page.get_by_role("button", name="Markdown").click()
    page.get_by_role("link", name="Winter light").click()

    expect(page).to_have_url(re.compile("posts/light.md"))
    assert not any(address.endswith("/write") for address in posted)
    assert read(folder) == before


def test_one_paragraph_changes_its_own_lines(page: Page, desk: RunningDesk, folder: Path) -> None:
    """Odd bullets, a table without spaces, HTML, a definition and all empty lines stay as they are."""
    write_letter(folder, ODD)
    open_text(page, desk)
    text(page).get_by_text("Bye").click()
    page.keyboard.press("End")
    page.keyboard.type(" Warmly, Pat")

    wait_for(page, folder, ODD.replace("Bye [for now][ref].", "Bye [for now](https://example.org). Warmly, Pat"))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    wait_for(page, folder, ODD)


def test_the_toolbar_and_the_keys(rich: Page, folder: Path) -> None:
    """Bold, italic, headings, lists and quotations, by button and by key; each shows that it is on."""
    press, type_ = rich.keyboard.press, rich.keyboard.type
    type_lines(rich, "Snow fell ")
    bold = rich.get_by_role("button", name="Bold")
    bold.click()
    expect(bold).to_have_attribute("aria-pressed", "true")
    type_("last night")
    press("Control+b")
    expect(bold).to_have_attribute("aria-pressed", "false")
    type_(" and ")
    press("Control+i")
    type_("again")
    press("Enter")
    type_("What helps")
    press("Control+Alt+2")
    expect(rich.get_by_role("button", name="Heading", exact=True)).to_have_attribute("aria-pressed", "true")
    press("Enter")
    type_("light")
    rich.get_by_role("button", name="List", exact=True).click()
    press("Enter")
    type_("walks")
    press("Enter")
    press("Tab")
    type_("short ones")
    for _ in range(3):
        press("Enter")
    type_("Said in passing.")
    rich.get_by_role("button", name="Quotation").click()
    expect(rich.get_by_role("button", name="Quotation")).to_have_attribute("aria-pressed", "true")

    wait_for(
        rich,
        folder,
        f"{GREETING}\n\nthe days grow longer.\n\nSnow fell **last night** and *again*\n\n## What helps\n\n"
        "- light\n- walks\n  - short ones\n\n> Said in passing.\n",
    )


def test_signs_at_the_beginning_of_a_line(rich: Page, folder: Path) -> None:
    """Who knows Markdown may type it; what only looks like it stays words."""
    type_lines(rich, "## Steps", "1. first")
    rich.keyboard.press("Enter")
    rich.keyboard.type("second")
    rich.keyboard.press("Enter")
    rich.keyboard.press("Enter")
    rich.keyboard.type("We *never* say {{ first_name }} or [x](y) <b>")

    wait_for(
        rich,
        folder,
        "## Steps\n\n1. first\n2. second\n\nWe \\*never\\* say {{ first_name }} or \\[x\\](y) \\<b>\n",
        str.endswith,
    )
    expect(mail(rich).get_by_text("We *never* say")).to_be_visible()


def test_a_line_break_is_one_in_the_mail(rich: Page, folder: Path) -> None:
    """A sign-off keeps its lines."""
    type_lines(rich, "Warmly,")
    rich.keyboard.press("Shift+Enter")
    rich.keyboard.type("Pat")

    wait_for(rich, folder, "\n\nWarmly,\nPat\n", str.endswith)
    expect(mail(rich).locator("p").filter(has_text="Warmly,").locator("br")).to_have_count(1)


def test_names_are_chips(rich: Page, folder: Path) -> None:
    """The chip says what stands there for whom; what it falls back on is typed into it, and a menu adds one."""
    chip = text(rich).locator(".chip")
    expect(chip).to_contain_text("First name, or:")
    fallback = rich.get_by_label("For readers without: First name")
    expect(fallback).to_have_value("reader")
    fallback.fill("friend")
    expect(mail(rich).get_by_text("Dear friend,")).to_be_visible()
    fallback.press("Enter")
    rich.keyboard.type("!")

    at_end(rich)
    rich.get_by_role("button", name="Name", exact=True).click()
    rich.get_by_role("menuitem", name="Last name").click()
    wait_for(
        rich,
        folder,
        'Dear {{ first_name or "friend" }}!,\n\nthe days grow longer.{{ last_name or "reader" }}\n',
    )


def test_boxes_are_cards_with_fields(rich: Page, folder: Path) -> None:
    """A note and an event: fields for what Markdown writes between signs, and the text below them."""
    at_end(rich)
    insert(rich, "Note")
    rich.keyboard.type("Before you go")
    rich.keyboard.press("Enter")
    rich.keyboard.type("Take a coat.")
    at_end(rich)
    insert(rich, "Event")
    event = text(rich).get_by_role("region", name="Event")
    event.get_by_label("What happens").fill("Walking group")
    event.get_by_label("Day").fill("2026-12-19")
    event.get_by_label("From").fill("10:00")
    event.get_by_label("To").fill("11:30")
    event.get_by_label("Where").fill("North gate")

    wait_for(
        rich,
        folder,
        "::: note Before you go\n\nTake a coat.\n\n:::\n\n"
        "::: event Walking group\nwhen: 2026-12-19 10:00 - 11:30\nwhere: North gate\n:::\n",
        str.endswith,
    )
    expect(mail(rich).get_by_text("Walking group")).to_be_visible()
    rich.get_by_role("button", name="Remove: Note").click()
    wait_for(rich, folder, "Take a coat", lambda now, words: words not in now)


def test_a_box_changes_only_where_it_is_changed(page: Page, desk: RunningDesk, folder: Path) -> None:
    """The lines of a box stay when one of its paragraphs is changed, and its paragraphs when its title is."""
    before = ":::  note  Old title\nFirst __line__\nin two.\n\n* Second\n:::\n"
    write_letter(folder, before)
    open_text(page, desk)
    text(page).get_by_text("Second").click()
    page.keyboard.press("End")
    page.keyboard.type(" one")
    wait_for(page, folder, before.replace("Second", "Second one"))

    text(page).get_by_label("Title").fill("New title")
    wait_for(page, folder, "::: note New title\n\nFirst __line__\nin two.\n\n* Second one", operator.contains)


def test_one_goes_on_behind_a_box(page: Page, desk: RunningDesk, folder: Path) -> None:
    """A letter that ends with a box has a line below it to write in, which is not in the file while it is empty."""
    before = "::: note Last\nFine.\n:::\n"
    write_letter(folder, before)
    open_text(page, desk)
    at_end(page)
    assert body(folder) == before
    page.keyboard.type("More.")
    wait_for(page, folder, "::: note Last\nFine.\n:::\n\nMore.\n")


def test_a_button_is_asked_for(rich: Page, folder: Path) -> None:
    """Words and address in a dialog, then on the card; a phone number is understood."""
    at_end(rich)
    insert(rich, "Button")
    rich.keyboard.type("Book a visit")
    rich.keyboard.press("Tab")
    rich.keyboard.type("508-555-0100")
    rich.keyboard.press("Enter")

    expect(mail(rich).get_by_role("link", name="Book a visit")).to_have_attribute("href", "tel:5085550100")
    card = text(rich).get_by_role("region", name="Button")
    card.get_by_label("Leads to").fill("www.example.org/book")
    card.get_by_label("Leads to").blur()
    wait_for(rich, folder, "[Book a visit](https://www.example.org/book){.button}\n", str.endswith)


def test_links(rich: Page, folder: Path) -> None:
    """Selected words become a link; with the cursor in it, it is changed and removed."""
    text(rich).get_by_text("the days grow longer.").dblclick(position={"x": 5, "y": 10})
    rich.keyboard.press("Control+k")
    dialog = rich.get_by_role("dialog", name="Link")
    expect(dialog.get_by_label("Words to follow")).to_have_value("the")
    rich.keyboard.type("www.example.org")
    rich.keyboard.press("Enter")
    wait_for(rich, folder, "[the](https://www.example.org) days grow", operator.contains)

    rich.keyboard.press("Control+k")
    expect(dialog.get_by_label("Address")).to_have_value("https://www.example.org")
    dialog.get_by_label("Words to follow").fill("All")
    rich.keyboard.press("Enter")
    wait_for(rich, folder, "[All](https://www.example.org) days grow", operator.contains)

    rich.keyboard.press("Control+k")
    dialog.get_by_role("button", name="Remove the link").click()
    wait_for(rich, folder, "\n\nAll days grow", operator.contains)


def test_a_picture_waits_for_its_description(rich: Page, folder: Path) -> None:
    """It is seen at its place, the keyboard is where its description goes, and the checks ask for one."""
    at_end(rich)
    with rich.expect_file_chooser() as chooser:
        rich.get_by_role("button", name="Picture").click()
    chooser.value.set_files(FilePayload(name="garden.jpg", mimeType="image/jpeg", buffer=photograph(600, 400)))
    card = text(rich).get_by_role("region", name="Picture")
    expect(card.get_by_label("What it shows")).to_be_focused()
    expect(rich.get_by_text("miss what it shows").first).to_be_visible()
    expect(text(rich).locator(".box-card.found.error")).to_have_count(1)
    assert until_loaded(card)

    rich.keyboard.type("Our garden [in snow]")
    card.get_by_label("Caption").fill('The "north" gate')
    expect(mail(rich).get_by_alt_text("Our garden (in snow)")).to_be_visible()
    expect(text(rich).locator(".found.error")).to_have_count(0)
    wait_for(rich, folder, '.jpg "The \\"north\\" gate")\n', str.endswith)
    assert "\n\n![Our garden (in snow)](images/garden-" in body(folder)


def until_loaded(card: Locator) -> bool:
    """Whether the card's picture is drawn."""
    return bool(card.locator("img").evaluate("(each) => each.decode().then(() => each.naturalWidth > 0)"))


def test_a_picture_is_dropped_and_pasted(rich: Page) -> None:
    """Both land in the text as pictures."""
    data = photograph(60, 40)
    assert drop(rich, "#rich .rich-text", "garden.jpg", "image/jpeg", data)
    expect(text(rich).get_by_role("region", name="Picture")).to_have_count(1)
    text(rich).evaluate(
        """(target, bytes) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
          target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        list(data),
    )
    expect(text(rich).get_by_role("region", name="Picture")).to_have_count(2)


@pytest.mark.parametrize("name", ["word", "docs", "site"])
def test_pasting_keeps_what_matters(rich: Page, folder: Path, name: str) -> None:
    """Headings, bold, links, lists and tables come along; fonts, scripts, counters and hidden pictures do not."""
    at_end(rich)
    rich.keyboard.press("Enter")
    paste(rich, (PASTES / f"{name}.html").read_text("utf-8"))

    written = (PASTES / f"{name}.md").read_text("utf-8")
    wait_for(rich, folder, f"{GREETING}\n\nthe days grow longer.\n\n{written}")


def test_pasting_plain_text(rich: Page, folder: Path) -> None:
    """Paragraphs stay paragraphs, a wrapped line is joined, and Markdown is understood."""
    at_end(rich)
    rich.keyboard.press("Enter")
    paste(
        rich,
        plain="First one that goes on for a good while until it is\r\nwrapped.\r\n\r\n- a **list**\r\n- of two\r\n",
    )

    wait_for(
        rich,
        folder,
        "longer.\n\nFirst one that goes on for a good while until it is wrapped.\n\n- a **list**\n- of two\n",
        str.endswith,
    )


def test_tables(rich: Page, folder: Path) -> None:
    """Tab goes from cell to cell and adds a row; a menu that comes with the table does the rest."""
    at_end(rich)
    insert(rich, "Table")
    for words in ("Day", "Where", "Monday", "Park", "Friday", "a | b"):
        rich.keyboard.type(words)
        rich.keyboard.press("Tab")
    rich.keyboard.type("Sunday")
    wait_for(
        rich,
        folder,
        "| Day | Where |\n| --- | --- |\n| Monday | Park |\n| Friday | a \\| b |\n| Sunday |  |\n",
        str.endswith,
    )
    rich.get_by_role("button", name="Table", exact=True).click()
    rich.get_by_role("menuitem", name="Remove this row").click()
    rich.get_by_role("button", name="Table", exact=True).click()
    rich.get_by_role("menuitem", name="Add a column after").click()
    wait_for(rich, folder, "| Day |  | Where |\n| --- | --- | --- |\n| Monday |  | Park |", operator.contains)
    assert "Sunday" not in body(folder)
    at_end(rich)
    expect(rich.get_by_role("button", name="Table", exact=True)).to_have_count(0)


def test_what_cannot_be_shown_is_kept(page: Page, desk: RunningDesk, folder: Path) -> None:
    """Raw HTML and code are seen as they are in the file, and one can write around them."""
    before = "Dear all,\n\n<p>By <u>hand</u></p>\n\n```\n::: none\n```\n\nBye\n"
    write_letter(folder, before)
    open_text(page, desk)
    kept = text(page).get_by_role("region", name="Kept as it is")
    expect(kept.first).to_contain_text("<p>By <u>hand</u></p>")
    type_lines(page, "More.")

    wait_for(page, folder, before.replace("Bye\n", "Bye\n\nMore.\n"))


def test_the_choice_is_remembered(rich: Page, desk: RunningDesk, folder: Path) -> None:
    """Markdown shows the file; what is typed there is seen here, and the next page opens in the same view."""
    switch = rich.get_by_role("button", name="Markdown")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    markdown = rich.locator(".cm-content")
    expect(markdown).to_be_focused()
    expect(text(rich)).to_be_hidden()
    rich.keyboard.press("Control+End")
    rich.keyboard.type("**Typed** as it is.")
    open_text(rich, desk, "?file=posts/light.md")
    expect(rich.locator(".cm-content")).to_be_visible()
    open_text(rich, desk)
    expect(switch).to_have_attribute("aria-pressed", "true")
    rich.keyboard.press("Control+End")

    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(text(rich).locator("strong")).to_have_text("Typed")
    at_end(rich)
    rich.keyboard.type(" Here, too.")
    expect(text(rich)).to_contain_text("Typed as it is. Here, too.")
    wait_for(rich, folder, "longer.\n**Typed** as it is. Here, too.", str.endswith)


def test_a_change_on_disk_is_taken_over(rich: Page, folder: Path) -> None:
    """The text follows the file, and the cursor stays in the paragraph that somebody is in."""
    at_end(rich)
    write_letter(folder, f"{GREETING}\n\nA new beginning.\n\nthe days grow longer.\n")
    expect(text(rich)).to_contain_text("A new beginning.")
    expect(rich.locator("#news")).to_contain_text("Another program changed this text.")
    rich.keyboard.type(" Indeed.")

    wait_for(rich, folder, f"{GREETING}\n\nA new beginning.\n\nthe days grow longer. Indeed.\n")


def test_changes_in_two_places_are_brought_together(rich: Page, folder: Path) -> None:
    """What another program and the person wrote are both in the file and in the text, and typing goes on."""
    rich.route("**/events", lambda route: route.abort())
    rich.reload()
    type_lines(rich, "Warmly, Pat")
    write_letter(folder, body(folder).replace("Dear", "Good day"), subject="Brighter")

    expect(rich.locator("#news")).to_contain_text("Both changes are in it now")
    expect(text(rich)).to_contain_text("Good day")
    rich.keyboard.type(" and Sam")
    expect(mail(rich).get_by_text("Pat and Sam")).to_be_visible()
    wait_for(rich, folder, "longer.\n\nWarmly, Pat and Sam\n", str.endswith)
    assert read(folder).startswith("---\nsubject: Brighter")


@pytest.mark.parametrize("answer", ["Keep mine", "Take theirs"])
def test_a_conflict_is_asked_about(rich: Page, folder: Path, answer: str) -> None:
    """Two changes of one place: the person chooses, goes on in the text, and the other one is in the history."""
    rich.route("**/events", lambda route: route.abort())
    rich.reload()
    at_end(rich)
    rich.keyboard.type(" Words of mine")
    write_letter(folder, f"{GREETING}\n\nthe days grow longer. Words of theirs\n")
    rich.get_by_role("dialog", name="This text was changed elsewhere, too").get_by_role("button", name=answer).click()

    chosen, other = ("mine", "theirs") if answer == "Keep mine" else ("theirs", "mine")
    wait_for(rich, folder, f"Words of {chosen}", operator.contains)
    expect(text(rich)).to_contain_text(f"Words of {chosen}")
    expect(text(rich)).to_be_focused()
    kept = [path.read_text("utf-8") for path in (folder / ".history/issue.md").glob("*.md")]
    assert any(f"Words of {other}" in version for version in kept)


def test_a_finding_leads_to_its_place(page: Page, desk: RunningDesk, folder: Path) -> None:
    """From the list to the words, also inside a box and a list, or to the field that stands for the line."""
    letter = "Dear all,\n\n::: note Good to know\n\n- Fine.\n- TK here\n\n:::\n"
    write_letter(folder, letter, subject="CALL US NOW TODAY")
    open_text(page, desk)
    expect(text(page).locator("p.found.error")).to_have_text("TK here")
    checks = page.get_by_role("region", name="Checks")
    checks.get_by_role("link", name="Line 11").click()
    expect(text(page)).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "TK here"
    checks.get_by_role("link", name="Line 2").click()
    expect(page.get_by_label("Subject")).to_be_focused()


def test_what_was_typed_early_goes_on(page: Page, desk: RunningDesk, folder: Path) -> None:
    """Words typed into the plain field before the script came stand in the text, with the cursor behind them."""
    waiting = []
    page.route("**/static/writing/page.js", lambda route: waiting.append(route))  # noqa: PLW0108 - it must be a function
    page.goto(f"{desk.address}{ISSUE}/write", wait_until="commit")
    page.locator("#text").press("Control+End")
    page.keyboard.type("\nSnow fell")
    waiting[0].continue_()
    expect(text(page)).to_be_focused()
    page.keyboard.type(" last night.")

    expect(mail(page).get_by_text("Snow fell last night.")).to_be_visible()
    wait_for(page, folder, "grow longer again.\n\nSnow fell last night.", str.endswith)


def test_deleting_everything_spares_the_lines_at_the_top(rich: Page, folder: Path) -> None:
    """And undo brings the rest back, byte for byte."""
    before = read(folder)
    text(rich).focus()
    rich.keyboard.press("Control+a")
    rich.keyboard.press("Delete")
    expect(text(rich).locator(".placeholder")).to_have_attribute("data-hint", re.compile("^Write a few words"))
    rich.keyboard.type("New words.")
    expect(mail(rich).get_by_text("New words.")).to_be_visible()
    wait_for(rich, folder, "New words.\n")
    assert read(folder).startswith(before[: before.index("Dear")])

    for _ in range(3):
        rich.keyboard.press("Control+z")
    expect(mail(rich).get_by_text("the days grow longer")).to_be_visible()
    wait_for(rich, folder, before.split("---\n\n", 1)[1])


def test_a_letter_by_keyboard(rich: Page, folder: Path) -> None:
    """Out of the text to the toolbar, through a menu, into the fields of a card and back, without a mouse."""
    at_end(rich)
    press = rich.keyboard.press
    press("Alt+F10")
    press("End")
    press("ArrowLeft")
    press("ArrowLeft")
    press("ArrowDown")
    press("ArrowDown")
    press("Enter")
    rich.keyboard.type("Good news")
    press("Enter")
    rich.keyboard.type("Inside.")

    wait_for(rich, folder, "::: note Good news\n\nInside.\n\n:::\n", str.endswith)


def test_a_slash_opens_a_menu(rich: Page, folder: Path) -> None:
    """Typing narrows it, Enter takes what is marked, and Escape leaves the slash as it is."""
    type_lines(rich, "/")
    menu = rich.get_by_role("listbox", name="Insert")
    expect(menu.get_by_role("option", name="Event")).to_be_visible()
    rich.keyboard.type("head")
    expect(menu.get_by_role("option")).to_have_count(2)
    rich.keyboard.press("ArrowDown")
    expect(menu.get_by_role("option", selected=True)).to_have_text("Smaller heading")
    rich.keyboard.press("Enter")
    expect(menu).to_have_count(0)
    rich.keyboard.type("First steps")
    type_lines(rich, "/note")
    menu.get_by_role("option", name="Note").click()
    rich.keyboard.type("Before you go")
    type_lines(rich, "/e")
    rich.keyboard.press("Escape")
    expect(menu).to_have_count(0)

    wait_for(rich, folder, "longer.\n\n### First steps\n\n::: note Before you go\n\n:::\n\n/e\n", str.endswith)


def test_it_is_for_everybody(browser: Browser, desk: RunningDesk, folder: Path, axe: str) -> None:
    """Light and dark, wide and narrow, with every kind of card, chip and mark in the text."""
    everything = Path(__file__).parents[2] / "rendering/everything/posts/walking.md"
    shown = everything.read_text("utf-8").split("---\n", 2)[2].replace("images/hills.jpg", "images/window.gif")
    teaser = "::: teaser [Winter](https://example.org)\nTK\n:::\n"
    write_letter(folder, f"{GREETING} {{{{ email }}}} {{{{ nobody }}}}\n\n{shown}\n{teaser}")
    page = open_page(browser, desk)
    page.goto(f"{desk.address}{ISSUE}/write")
    expect(text(page).get_by_role("region", name="Event")).to_be_visible()
    text(page).get_by_text("Thursday").click()

    assert faults(page, axe) == []
