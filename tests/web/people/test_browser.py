"""The people's pages in a real browser: the main ways through them, and whom they keep out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import find_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason, Status
from tests.web.browsing import Answers, faults, listening, open_page
from tests.web.people.conftest import WORDS, add, known
from tests.web.running import RunningDesk

pytestmark = pytest.mark.browser

LIST = """\
Reachable at;Vorname;Nachname;Diagnosis;Town
dora@example.org;Dora;Novak;F32;Springfield
emil@example.org;Emil;Stone;F41;Springfield
not an address;Finn;Reed;;Springfield
"""


@pytest.fixture
def page(browser: Browser, desk: RunningDesk, people_store: Store) -> Iterator[Page]:
    """A page at the desk; two people are on the list. Complaints on its console fail the test."""
    add(people_store, "ana@example.org", "Ana", "Lima", tags="news")
    add(people_store, "ben@example.org", "Ben", "Okafor")
    opened = open_page(browser, desk)
    complaints: list[str] = []
    opened.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield opened
    opened.close()
    assert [told for told in complaints if "422" not in told and "404" not in told] == []


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    """A list with a heading that nobody knows, a clinical column and a row to be mended."""
    path = tmp_path / "guests.csv"
    path.write_text(LIST, "utf-8")
    return path


def test_the_list_follows_what_is_typed(page: Page, desk: RunningDesk) -> None:
    """Without Enter, without the text in the address, and the way back leads out of the search."""
    page.goto(f"{desk.address}/people/tags")
    page.get_by_role("link", name="Everybody").click()
    people = page.locator(".roster li")
    expect(people).to_have_count(2)

    search = page.get_by_label("Search for names and addresses")
    search.press_sequentially("okaf", delay=30)
    expect(people).to_have_count(1)
    expect(people).to_contain_text("Ben Okafor")
    expect(page.get_by_role("status").filter(has_text="1 to 1 of 1 person")).to_be_visible()
    assert "okaf" not in page.url
    expect(search).to_be_focused()
    expect(search).to_have_value("okaf")

    page.get_by_label("Tag", exact=True).select_option("news")
    expect(page.get_by_text("Nobody is found.")).to_be_visible()
    search.fill("")
    expect(people).to_contain_text("Ana Lima")
    page.go_back()
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()


def test_a_list_is_imported_with_a_column_chosen_by_hand(
    page: Page, desk: RunningDesk, people_store: Store, list_file: Path
) -> None:
    """Choose, look, change a menu, look again, import, download what is to be mended."""
    page.goto(f"{desk.address}/people")
    page.get_by_role("link", name="Import a list").click()
    page.get_by_label("Choose the file with your list").set_input_files(list_file)

    expect(page.get_by_role("heading", name="Import guests.csv")).to_be_visible()
    expect(page.get_by_label("Reachable at")).to_have_value("email")
    expect(page.get_by_role("note")).to_contain_text("business associate agreement")
    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()
    page.get_by_label("Town").select_option("Tags")
    page.get_by_label("Nachname").select_option("Not stored")
    page.get_by_label("What they agreed to").fill(WORDS)
    page.get_by_label("Tags for everybody in it").fill("guests")
    expect(page.locator(".columns .ignored")).to_have_count(1)
    page.get_by_role("button", name="Import 2 people").click()

    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    dora = known(people_store, "dora@example.org")
    assert (dora.first_name, dora.last_name) == ("Dora", "")
    assert set(dora.tags) == {"guests", "springfield"}
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these rows").click()
    assert "there is no @ in the address" in download.value.path().read_text("utf-8-sig")

    page.get_by_role("button", name="Go to the list").click()
    expect(page.locator(".roster li")).to_have_count(4)


def test_numbers_that_come_while_the_button_is_pressed(
    page: Page, desk: RunningDesk, people_store: Store, list_file: Path
) -> None:
    """They are drawn when it is let go, so that the press still counts."""
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(list_file)
    button = page.get_by_role("button", name="Import 2 people")
    expect(button).to_be_visible()
    page.get_by_label("What they agreed to").fill(WORDS)
    answers = Answers(page)
    answers.hold()
    page.get_by_label("Town").select_option("Tags")
    answers.wait_for_held()
    button.hover()
    page.mouse.down()
    answers.release()
    answers.wait_for_read()
    page.mouse.up()

    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert "springfield" in known(people_store, "dora@example.org").tags


def test_a_file_is_dropped(page: Page, desk: RunningDesk) -> None:
    """From another window onto the page."""
    page.goto(f"{desk.address}/people/import")
    drop = """text => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
        const zone = document.querySelector("[data-drop]");
        zone.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
    }"""
    page.evaluate(drop, "email\ngina@example.org\n")

    expect(page.get_by_role("button", name="Import 1 person")).to_be_visible()


def test_a_file_that_is_too_large_is_told_at_once(page: Page, desk: RunningDesk, tmp_path: Path) -> None:
    """Before it is sent."""
    page.goto(f"{desk.address}/people/import")
    too_large = tmp_path / "list.csv"
    too_large.write_bytes(b"email\n" * 12_000_000)
    page.get_by_label("Choose the file with your list").set_input_files(too_large)

    expect(page.get_by_role("alert")).to_contain_text("the desk takes up to 64 MB")


def test_somebody_leaves_by_mistake_and_for_good(page: Page, desk: RunningDesk, people_store: Store) -> None:
    """Unsubscribed, undone; unsubscribed, brought back with words and reason."""
    ana = known(people_store, "ana@example.org")
    page.goto(f"{desk.address}/people")
    page.get_by_role("link", name="Ana Lima").click()
    page.get_by_label("Why, if they said so").fill("asked by phone")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_text("Ana Lima is unsubscribed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("on the list as before")).to_be_visible()
    expect(page.locator(".heading .state")).to_have_text("Subscribed")

    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_label("What they agree to this time").fill("Please add me again.")
    page.get_by_label("How you know that they want to come back").fill("by phone")
    page.get_by_role("button", name="Resubscribe").click()
    expect(page.locator(".history li")).to_have_count(5)
    assert known(people_store, "ana@example.org") == ana
    assert "example" not in page.url


def test_somebody_is_erased(page: Page, desk: RunningDesk, people_store: Store) -> None:
    """A mistyped address erases nobody, and what was typed stays."""
    ben = known(people_store, "ben@example.org")
    page.goto(f"{desk.address}/people/{ben.id}")
    page.get_by_role("link", name="Erase this person").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Erase")
    listening(page)
    field = page.get_by_label("To erase them, type their address")
    field.fill("ben@example.com")
    page.get_by_role("button", name="Erase this person for good").click()
    expect(page.get_by_role("alert")).to_contain_text("this is not their address")
    expect(field).to_have_value("ben@example.com")
    field.fill("ben@example.org")
    page.get_by_role("button", name="Erase this person for good").click()

    expect(page.get_by_text("Erased: their record, 1 entry of their history.")).to_be_visible()
    with people_store.read() as connection:
        assert find_subscriber(connection, "ben@example.org") is None


def test_one_person_is_added_by_keyboard(page: Page, desk: RunningDesk, people_store: Store) -> None:
    """From the list to the new person's page with Tab, Enter and Space alone; the slip is mended on the way."""
    page.goto(f"{desk.address}/people")
    _tab_to(page, "Add one person")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add one person")).to_be_visible()
    for label, text in (("Address", "hana@gmial.com"), ("What they agreed to", WORDS), ("First name", "Hana")):
        _tab_to_field(page, label)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("did you mean gmail.com?")).to_be_visible()
    _tab_to(page, "Use hana@gmail.com")
    page.keyboard.press("Space")

    expect(page.get_by_text("Hana is on the list.")).to_be_visible()
    hana = known(people_store, "hana@gmail.com")
    with people_store.read() as connection:
        assert history(connection, hana.id)[0].wording == WORDS
    _tab_to_field(page, "New tag")
    page.keyboard.type("evening group")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The tag “evening group” is given.")).to_be_visible()
    _tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The tag “evening group” is taken away.")).to_be_visible()


def test_a_list_is_imported_by_keyboard(page: Page, desk: RunningDesk, people_store: Store, list_file: Path) -> None:
    """All but the system's own window for choosing a file; a menu changes without losing its place."""
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(list_file)
    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()
    _tab_to_field(page, "Town")
    with page.expect_response("**/preview"):  # the numbers of that: before them, nothing goes
        page.keyboard.type("Tags")
    expect(page.locator("#column-5")).to_have_value("tags")
    expect(page.locator("#column-5")).to_be_focused()
    _tab_to_field(page, "What they agreed to")
    page.keyboard.type(WORDS)
    _tab_to(page, "Import 2 people")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert known(people_store, "dora@example.org").tags == ("springfield",)


def test_everything_works_without_a_script(
    browser: Browser, desk: RunningDesk, people_store: Store, list_file: Path
) -> None:
    """Search, import and unsubscribe are plain forms."""
    add(people_store, "ana@example.org", "Ana", "Lima")
    page = open_page(browser, desk, scripts=False)
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(list_file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("Town").select_option("Tags")
    page.get_by_role("button", name="Look again").click()
    page.get_by_label("What they agreed to").fill(WORDS)
    page.get_by_role("button", name="Import 2 people").click()
    page.get_by_role("button", name="Go to the list").click()

    page.get_by_label("Search for names and addresses").fill("dora")
    page.get_by_role("button", name="Search").click()
    assert "dora" not in page.url
    page.get_by_role("link", name="Dora Novak").click()
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_role("button", name="Undo").click()
    assert known(people_store, "dora@example.org").status is Status.SUBSCRIBED
    assert known(people_store, "dora@example.org").tags == ("springfield",)


def test_script_runs_nowhere(page: Page, desk: RunningDesk, people_store: Store, tmp_path: Path) -> None:
    """In names, tags, words, headings, cells and the name of a file: it is text."""
    evil = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    add(people_store, "evil@example.org", evil, evil)
    with people_store.write() as connection:
        suppress(connection, people_store.key, "evil@example.org", Reason.UNSUBSCRIBED, how=How.EVENT, note=evil)
    path = tmp_path / "<b>list.csv"
    path.write_text(f'email,"{evil}","{evil}2"\na@example.org,"{evil}","{evil}"\n"{evil}",x,y\n', "utf-8")
    evil_id = known(people_store, "evil@example.org").id
    for address in ("/people", f"/people/{evil_id}", f"/people/{evil_id}/forget"):
        page.goto(desk.address + address)
        expect(page.locator("main img, main script")).to_have_count(0)
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(path)
    expect(page.get_by_role("button", name="Import 1 person")).to_be_visible()
    expect(page.locator("main img, main script")).to_have_count(0)
    assert "owned" not in page.title()


PAGES = ("/people", "/people?status=subscribed", "/people/add", "/people/tags", "/people/tagging", "/people/export",
         "/people/suppressed", "/people/replies", "/people/import")  # fmt: skip


def test_every_page_is_for_everybody(
    page: Page, desk: RunningDesk, people_store: Store, list_file: Path, axe: str
) -> None:
    """No page has a barrier or scrolls sideways, through a whole import, where something is wrong, with long names."""
    left, stays = known(people_store, "ana@example.org").id, known(people_store, "ben@example.org").id
    long = add(people_store, f"{'x' * 60}@example.org", "N" * 90, "O" * 90, tags="t" * 90).id
    with people_store.write() as connection:
        suppress(connection, people_store.key, "ana@example.org", Reason.COMPLAINED, note="told us")
    people = (*(f"/people/{each}" for each in (left, stays, long)), "/people/4711", "/people?search=nobody")
    found = {}
    for address in (*PAGES, *people, f"/people/{stays}/forget", f"/people/{long}/forget"):
        page.goto(desk.address + address)
        found[address] = faults(page, axe)
    for where in _trouble_and_work(page, desk, stays, list_file):
        found[where] = faults(page, axe)

    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def _trouble_and_work(page: Page, desk: RunningDesk, person: int, list_file: Path) -> Iterator[str]:
    """Go through what shows something only after it was asked for, and stop at each."""
    page.goto(f"{desk.address}/people/{person}")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    yield "undo"
    page.goto(f"{desk.address}/people/add")
    page.get_by_label("Address", exact=True).fill("ana@gmial.com")
    page.get_by_label("What they agreed to").fill(WORDS)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("button", name="Use ana@gmail.com")).to_be_visible()
    yield "mistyped"
    page.goto(f"{desk.address}/people/suppressed")
    page.get_by_label("Is this address among them?").fill("nobody@example.org")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("button", name="Never mail this address")).to_be_visible()
    yield "asked"
    page.goto(f"{desk.address}/people/import")
    page.get_by_label("Choose the file with your list").set_input_files(list_file)
    expect(page.get_by_role("button", name="Import 2 people")).to_be_visible()
    yield "preview"
    page.get_by_label("What they agreed to").fill(WORDS)
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    yield "imported"


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the link or button of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.ariaLabel || document.activeElement.textContent).trim()") == name:
            return
    pytest.fail(f"no way to {name!r} by keyboard")


def _tab_to_field(page: Page, label: str) -> None:
    """Press Tab until the field of that label has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.labels?.[0]?.textContent ?? '').trim()") == label:
            return
    pytest.fail(f"no way to the field {label!r} by keyboard")
