"""What is done with all who are looked for: tags and export."""

import csv
import io
import re

import pytest

from newsletter.storage import Store
from tests.web.people.conftest import add, known
from tests.web.sitting import Sitting


@pytest.fixture(autouse=True)
def _three_people(people_store: Store) -> None:
    add(people_store, "ana@example.org", "Ana", "Lima", tags="news")
    add(people_store, "ben@example.org", "Ben", "Lima")
    add(people_store, "cleo@example.org", "=cmd|' /C calc'!A0", "Brown")


def test_everybody_who_is_found_gets_a_tag(sitting: Sitting, people_store: Store) -> None:
    """How many they are is said before; undone, each stands as before."""
    page = sitting.see(_link(sitting, "lima", "tagging"))
    assert "Tag 2 people" in page
    assert "have “lima” in their name or address" in page

    done = sitting.post("/people/tagging", **_fields(page), name="News").text
    assert "was given to 1 person. 1 person had it already." in done
    assert [known(people_store, f"{name}@example.org").tags for name in ("ana", "ben", "cleo")] == [
        ("news",), ("news",), (),
    ]  # fmt: skip
    assert "Taken back, for 1 person." in sitting.undo(done).text
    assert known(people_store, "ana@example.org").tags == ("news",)
    assert known(people_store, "ben@example.org").tags == ()
    assert sitting.undo(done).status_code == 422


def test_a_tag_is_taken_from_everybody(sitting: Sitting, people_store: Store) -> None:
    """And given back to those who had it."""
    page = sitting.see("/people/tagging")
    assert "This is everybody on the list" in page
    done = sitting.post("/people/tagging", **_fields(page), what="take", name="news").text
    assert "was taken from 1 person. 2 people did not have it." in done
    assert known(people_store, "ana@example.org").tags == ()
    sitting.undo(done)
    assert known(people_store, "ana@example.org").tags == ("news",)


def test_a_list_that_has_changed_is_looked_at_again(sitting: Sitting, people_store: Store) -> None:
    """Nobody is tagged whom the person did not count."""
    page = sitting.see("/people/tagging")
    add(people_store, "dora@example.org")
    refused = sitting.post("/people/tagging", **_fields(page), name="x")

    assert refused.status_code == 422
    assert "these are now 4 people" in refused.text
    assert known(people_store, "ben@example.org").tags == ()


def test_tag_that_looks_like_health_information_is_remarked_upon(sitting: Sitting) -> None:
    """It is given, since a person wants it; they are told, and can take it back."""
    page = sitting.see("/people/tagging")
    done = sitting.post("/people/tagging", **_fields(page), name="depression").text
    assert "looks like health information" in done
    assert "Undo" in done


@pytest.mark.parametrize("page", ["tagging", "export", "export/people.csv"])
def test_a_forgotten_search_is_not_taken_for_everybody(sitting: Sitting, people_store: Store, page: str) -> None:
    """What "these" were, nobody knows any more: so nothing happens."""
    assert sitting.client.get(f"/people/{page}?for=made-up").status_code == 422
    sitting.post("/people/tagging", **{"for": "made-up"}, number="3", name="x")
    assert known(people_store, "ben@example.org").tags == ()


def test_tags_are_listed(sitting: Sitting) -> None:
    """Each with its number and a way to its people."""
    page = sitting.see("/people/tags")
    assert '<a href="/people?tag=news">news</a>' in page
    assert "1 person" in page


def test_who_is_found_is_exported(sitting: Sitting) -> None:
    """As on the command line: formulas are made harmless, the file's name says nothing."""
    page = sitting.see("/people/export")
    assert "Export 3 people" in page
    assert "The file names them all." in page
    answer = sitting.client.get(re.findall(r'href="(/people/export/people.csv[^"]*)"', page)[0])
    assert re.fullmatch(r'attachment; filename="people-\d{4}-\d\d-\d\d.csv"', answer.headers["content-disposition"])
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["email"] for row in rows] == ["ana@example.org", "ben@example.org", "cleo@example.org"]
    assert rows[2]["first_name"] == "'=cmd|' /C calc'!A0"
    assert int(answer.headers["content-length"]) == len(answer.content)

    some = sitting.see(_link(sitting, "lima", "export"))
    link = re.findall(r'href="(/people/export/people.csv[^"]*)"', some)[0].replace("&amp;", "&")
    assert "lima" not in link
    assert len(sitting.client.get(link).text.splitlines()) == 3


def _link(sitting: Sitting, search: str, page: str) -> str:
    found: list[str] = re.findall(rf'href="(/people/{page}[^"]*)"', sitting.see(f"/people?search={search}"))
    return found[0].replace("&amp;", "&")


def _fields(page: str) -> dict[str, str]:
    form = page.partition('action="/people/tagging"')[2].partition("</form>")[0]
    fields: dict[str, str] = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields.pop("desk_token")
    return fields
