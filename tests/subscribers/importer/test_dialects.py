"""Lists as other programs export them come in right the first time, with no option."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, Report, import_list, open_list
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.suppression import reason_for

FILES = Path(__file__).parent / "dialects"
ANA = ("ana@example.org", "Ana", "Lima")
BEN = ("ben@example.com", "Ben", "Ode")


class Expected(NamedTuple):
    """What a file holds: who joins, with their tags, who has left and why, and whose rows stay out."""

    dialect: str
    people: dict[tuple[str, str, str], tuple[str, ...]]
    left: Mapping[str, str] = MappingProxyType({})
    aside: Mapping[str, int] = MappingProxyType({})
    rejected: int = 0


EXPECTED = {
    "mailchimp.csv": Expected("Mailchimp", {ANA: ("news", "support group"), BEN: ("news",)}),
    "mailchimp_unsubscribed.csv": Expected("Mailchimp (unsubscribed)", {}, {"cy@example.org": "unsubscribed"}),
    "mailchimp_cleaned.csv": Expected("Mailchimp (cleaned)", {}, {"di@example.org": "bounced"}),
    "constant_contact.csv": Expected(
        "Constant Contact",
        {ANA: ("general interest", "news"), BEN: ("general interest", "groups")},
        {"cy@example.org": "unsubscribed"},
    ),
    "wix.csv": Expected("Wix", {ANA: ("groups", "news")}, {"cy@example.org": "unsubscribed"}, {"never agreed": 1}),
    "squarespace.csv": Expected("Squarespace", {ANA: ("monthly",)}, {}, {"never agreed": 1}),
    "mailpoet.csv": Expected(
        "MailPoet (WordPress)",
        {ANA: ("newsletter mailing list",)},
        {"cy@example.org": "unsubscribed", "di@example.org": "bounced"},
        {"not confirmed there": 1},
    ),
    "newsletter_plugin.csv": Expected(
        "The Newsletter Plugin (WordPress)",
        {ANA: ()},
        {"cy@example.org": "unsubscribed", "di@example.org": "bounced", "gus@example.org": "complained"},
        {"not confirmed there": 1},
    ),
    "google_contacts.csv": Expected("Google Contacts", {ANA: ("readers",), BEN: ()}, rejected=1),
    "outlook.csv": Expected("Outlook", {ANA: ("readers",), ("jose@example.com", "José", "Peña"): ()}),
    "substack.csv": Expected(
        "Substack",
        {("ana@example.org", "", ""): (), ("ben@example.com", "", ""): ()},
        {"cy@example.org": "unsubscribed"},
    ),
    "buttondown.csv": Expected(
        "Buttondown",
        {("ana@example.org", "", ""): ("news",)},
        {"cy@example.org": "unsubscribed", "di@example.org": "bounced", "gus@example.org": "complained"},
        {"not confirmed there": 1},
    ),
    "sendgrid.csv": Expected("SendGrid", {ANA: ()}),
    "sendgrid_bounces.csv": Expected("SendGrid (bounces)", {}, {"di@example.org": "bounced"}),
    "listmonk.csv": Expected("listmonk", {ANA: ()}, {"cy@example.org": "unsubscribed"}),
    "excel_german.csv": Expected("sheet", {("ana@example.org", "Jürgen", "Groß"): ("neuigkeiten",)}),
    "numbers.csv": Expected("sheet", {ANA: ()}),
    "excel_unicode.txt": Expected("sheet", {ANA: ()}),
    "french.csv": Expected("sheet", {("ana@example.org", "Zoé", "Lima"): ()}),
    "no_headings.csv": Expected("sheet", {("ana@example.org", "", ""): (), ("ben@example.com", "", ""): ()}),
}


def bring_in(store: Store, name: str, folder: Path) -> Report:
    """Import a copy of a fixture, so that rejected rows do not land beside it."""
    path = folder / name
    path.write_bytes((FILES / name).read_bytes())
    return import_list(store, *open_list(path), ImportOptions(wording="Yes, send me the newsletter."))


@pytest.mark.parametrize("name", EXPECTED)
def test_export_of_another_program(name: str, store: Store, tmp_path: Path) -> None:
    """Everybody who agreed joins with name and tags; everybody who left is suppressed; nobody else."""
    expected = EXPECTED[name]
    report = bring_in(store, name, tmp_path)
    with store.read() as connection:
        joined = {(one.email, one.first_name, one.last_name): one.tags for one in people(connection, Query())}
        left = {email: str(reason_for(connection, store.key, email)) for email in expected.left}
    found = Expected(
        report.columns.dialect.name, joined, left, dict(report.tally.aside), sum(report.tally.rejected.values())
    )
    assert found == expected
    assert report.tally.suppressed_now == len(expected.left)


def test_every_fixture_is_tried() -> None:
    """No file lies in the folder without an expectation."""
    assert {path.name for path in FILES.iterdir()} == set(EXPECTED)
