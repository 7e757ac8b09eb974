"""The list of people in the desk: search, filters, pages."""

import re

import pytest

from newsletter.storage import Store
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.workspace import Workspace
from tests.web.people.conftest import add
from tests.web.sitting import Sitting


def test_an_empty_list_says_how_to_begin(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Import and add are offered; looking alone makes no database."""
    page = sitting.see("/people")

    assert "Nobody is on the list yet" in page
    assert 'href="/people/import"' in page
    assert 'href="/people/add"' in page
    assert not list(desk_workspace.root.glob("newsletter.db*"))


def test_people_are_found_by_name_and_address(sitting: Sitting, people_store: Store) -> None:
    """As a plain form, without a script; what was typed is in no address of a page."""
    add(people_store, "ana.lima@example.org", "Ana", "Lima")
    add(people_store, "ben@example.com", "Ben")
    led = sitting.client.get("/people?search=ana.lima%40example&tag=&sort=name")

    assert led.status_code == 303
    assert "ana" not in led.headers["location"]
    page = sitting.see(led.headers["location"])
    assert "ana.lima@example.org" in page
    assert "ben@example.com" not in page
    assert 'value="ana.lima@example"' in page
    assert not re.search(r'(href|action|src)="[^"]*ana', page)


def test_a_search_that_the_desk_has_forgotten_shows_everybody(sitting: Sitting, people_store: Store) -> None:
    """After the desk was opened anew, an old address of a search is still a page."""
    add(people_store, "ben@example.com", "Ben")

    assert "ben@example.com" in sitting.see("/people?for=made-up&sort=made-up&status=made-up&page=-1")


def test_filters_and_counts_by_status(sitting: Sitting, people_store: Store) -> None:
    """Each status has its number; a tag and a status together narrow the list."""
    add(people_store, "ana@example.org", tags="news")
    add(people_store, "ben@example.org", tags="news", pending=True)
    add(people_store, "cleo@example.org")
    with people_store.write() as connection:
        suppress(connection, people_store.key, "cleo@example.org", Reason.UNSUBSCRIBED)

    page = sitting.see("/people?tag=news&status=pending")

    assert _listed(page) == ["ben@example.org"]
    assert dict(re.findall(r'aria-current="true">|>(\w[\w ]*) <span>(\d+)</span>', page)) == {
        "": "",
        "All": "3",
        "Subscribed": "1",
        "Unsubscribed": "1",
    }


def test_counts_follow_each_change(sitting: Sitting, people_store: Store) -> None:
    """What is remembered of the counts is never older than the database."""
    add(people_store, "ana@example.org")
    assert "1 to 1 of 1 person" in sitting.see("/people")
    add(people_store, "ben@example.org", tags="news")
    page = sitting.see("/people")

    assert "1 to 2 of 2 people" in page
    assert "<option>news</option>" in page


@pytest.mark.parametrize(
    ("sort", "first"), [("newest", "p119"), ("oldest", "p000"), ("name", "p119"), ("address", "p000")]
)
def test_pages_in_order(sitting: Sitting, people_store: Store, sort: str, first: str) -> None:
    """Fifty on a page, each person once, in the chosen order."""
    for number in range(120):
        add(people_store, f"p{number:03}@example.org", "Pat", f"{900 - number}")
    listed, address = [], f"/people?sort={sort}"
    for _ in range(3):
        page = sitting.see(address)
        listed += _listed(page)
        address = _next(page)

    assert address == ""
    assert listed[0] == f"{first}@example.org"
    assert sorted(listed) == [f"p{number:03}@example.org" for number in range(120)]
    assert "101 to 120 of 120 people" in page
    assert "There are no more people" in sitting.see("/people?page=4")


def test_a_search_with_many_hits_is_not_counted_to_the_end(
    sitting: Sitting, people_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that there are more than it has counted."""
    monkeypatch.setattr("newsletter.web.desk.people.lists._COUNTED", 60)
    for number in range(70):
        add(people_store, f"p{number:03}@example.org")

    assert "1 to 50 of more than 60 people" in sitting.see("/people?search=example")
    assert "51 to 70 of 70 people" in sitting.see(_next(sitting.see("/people?search=example")))


def _next(page: str) -> str:
    links: list[str] = re.findall(r'href="([^"]*)" data-swap rel="next"', page)
    return (links or [""])[0].replace("&amp;", "&")


def _listed(page: str) -> list[str]:
    names = re.findall(r'<p class="roster-name">(.*?)</p>', page)
    return [re.findall(r"[\w.]+@[\w.]+", name)[0] for name in names]
