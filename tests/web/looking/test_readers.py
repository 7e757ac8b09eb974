"""The mail as anybody on the list gets it: by name, and never by address."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from newsletter.storage import open_store
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.workspace import Workspace
from tests.web.looking.posting import ISSUE, post
from tests.web.samples import write_letter

PEOPLE = [("ana.secret@example.org", "Ana", "Lima"), ("m@example.org", "Maximiliana", "Ek"), ("x@example.org", "", "")]


@pytest.fixture
def people(desk_workspace: Workspace) -> Iterator[dict[str, int]]:
    """Three subscribers, by their first names; one has none."""
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear {{ full_name or 'reader' }}, at {{ email }}.\n")
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        with store.write() as connection:
            found = {
                first: add_subscriber(
                    connection, store.key, email, Profile(first_name=first, last_name=last), wording="Yes"
                ).id
                for email, first, last in PEOPLE
            }
        yield found


def test_somebody_is_found_by_name(client: TestClient, people: dict[str, int]) -> None:
    """A part of a name suffices; the link to the mail names the person by a number."""
    page = post(client, f"{ISSUE}/readers?view=tablet", find="lim").text

    assert f'<a href="{ISSUE}?view=tablet&amp;reader={people["Ana"]}">Ana Lima</a>' in page
    assert "Maximiliana" not in page


def test_an_address_stays_out_of_sight(client: TestClient, people: dict[str, int]) -> None:
    """Looked for by address, a person is shown by name: the address is in no link, no mail, and no source."""
    page = post(client, f"{ISSUE}/readers", find="ana.secret@example.org").text
    assert "Ana Lima" in page
    assert "ana.secret" not in page.replace('value="ana.secret@example.org"', "")

    for path in (f"{ISSUE}/mail?", f"{ISSUE}?", f"{ISSUE}?view=text&", f"{ISSUE}?view=source&"):
        shown = client.get(f"{path}reader={people['Ana']}").text
        assert "Ana Lima" in shown
        assert "ana.secret" not in shown
        assert "reader@example.org" in shown or path == f"{ISSUE}?"


def test_the_hardest_names_are_at_hand(client: TestClient, people: dict[str, int]) -> None:
    """The longest and the emptiest name on the list need not be looked for."""
    assert "Dear Maximiliana Ek," in client.get(f"{ISSUE}/mail?reader=longest").text
    assert "Dear reader," in client.get(f"{ISSUE}/mail?reader=emptiest").text
    assert "This is Maximiliana Ek." in client.get(f"{ISSUE}?reader=longest").text
    assert re.search(r"This is No name, joined \w+ \d+, 20\d\d\.", client.get(f"{ISSUE}?reader=emptiest").text)
    assert len(people) == 3


def test_who_left_is_not_shown(client: TestClient, people: dict[str, int], desk_workspace: Workspace) -> None:
    """Whoever left is not among the readers, neither found nor by the number of their record."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        suppress(connection, store.key, "ana.secret@example.org", Reason.UNSUBSCRIBED, how=How.COMMAND)

    assert "Nobody on your list answers to that" in post(client, f"{ISSUE}/readers", find="Lima").text
    assert "Dear reader," in client.get(f"{ISSUE}/mail?reader={people['Ana']}").text


@pytest.mark.parametrize("reader", ["999999", "longest", "emptiest", "999999999999999999"])
def test_without_a_list_nobody_is_made_up(client: TestClient, reader: str) -> None:
    """Where there is no list, or no such person, the mail is that of a reader without a name."""
    assert "Dear reader," in client.get(f"{ISSUE}/mail?reader={reader}").text
    assert "Your list has nobody yet" in post(client, f"{ISSUE}/readers", find="Ana").text
    assert "Somebody on your list" not in client.get(ISSUE).text


def test_a_long_list_is_cut(client: TestClient, desk_workspace: Workspace) -> None:
    """A search that finds too many shows the first, and says how many there are beyond."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.write() as connection:
        for number in range(23):
            add_subscriber(
                connection, store.key, f"r{number}@example.org", Profile(first_name=f"Reader {number}"), wording="Yes"
            )

    page = post(client, f"{ISSUE}/readers", find="Reader").text
    assert page.count('<li><a href="/issues/winter-light?reader=') == 20
    assert "And 3 more" in page


def test_the_search_of_no_issue(client: TestClient) -> None:
    """The readers of an issue that is not there are nobody's business."""
    assert client.get("/issues/nothing/readers").status_code == 404
    assert post(client, "/issues/nothing/readers", find="Ana").status_code == 404
