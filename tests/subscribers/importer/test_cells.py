"""Cells: addresses, names and languages as people write them."""

import csv
from pathlib import Path

import pytest

from newsletter.storage import Store
from newsletter.subscribers.importer import addresses_in
from tests.subscribers.bringing import bring_in, everybody


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ana Lima <ana@example.org>", ("ana@example.org", "Ana", "Lima")),
        ('"Lima, Ana" <ana@example.org>', ("ana@example.org", "Ana", "Lima")),
        ("mailto:ana@example.org", ("ana@example.org", "", "")),
        ("\u00a0ana@example.org\u200b", ("ana@example.org", "", "")),
        ("<ana@example.org>", ("ana@example.org", "", "")),
        ('"ana@example.org"', ("ana@example.org", "", "")),
        ("'ana@example.org'", ("ana@example.org", "", "")),
        ("“ana@example.org”", ("ana@example.org", "", "")),
        ("ana@example.org (Ana Lima)", ("ana@example.org", "Ana", "Lima")),
        ("ana@example.org <ana@example.org>", ("ana@example.org", "", "")),
        ("'=ana@example.org", ("=ana@example.org", "", "")),
        ("'ana@example.org", ("ana@example.org", "", "")),
        ("’ana@example.org", ("ana@example.org", "", "")),
        ("\u202aana@example.org\u202c", ("ana@example.org", "", "")),
        ("\u2066ana@example.org\u2069", ("ana@example.org", "", "")),
        ("\u061c\u00adana@example.org\u200d\ufe0f", ("ana@example.org", "", "")),
        ("\u3000ana@example.org\u2003", ("ana@example.org", "", "")),
        ("\u202aAna Lima <ana@example.org>\u202c", ("ana@example.org", "Ana", "Lima")),
        ("mailto:ana@example.org?subject=Hi", ("ana@example.org", "", "")),
        ("<mailto:ana@example.org>", ("ana@example.org", "", "")),
        ("E-mail: ana@example.org", ("ana@example.org", "", "")),
        ("ana@example.org.", ("ana@example.org", "", "")),
        ("ana@example.org;", ("ana@example.org", "", "")),
        ("(ana@example.org),", ("ana@example.org", "", "")),
        ("[ana@example.org]", ("ana@example.org", "", "")),
        ('"ana@example.org', ("ana@example.org", "", "")),
    ],
)
def test_address_cells_as_people_write_them(
    store: Store, path: Path, cell: str, expected: tuple[str, str, str]
) -> None:
    """Names, links and stray signs around an address do no harm."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["email"], [cell]])
    bring_in(store, path)
    assert [(one.email, one.first_name, one.last_name) for one in everybody(store)] == [expected]


@pytest.mark.parametrize(
    "cell",
    [
        "ana@example.org; ben@example.org / cy@example.org",
        "Ana <ana@example.org>; Ode, Ben <ben@example.org>, cy@example.org",
        "'ana@example.org' ben@example.org and <cy@example.org>",
    ],
)
def test_several_addresses_in_a_cell(store: Store, path: Path, cell: str) -> None:
    """The first comes in; each other waits in the file of rejected rows, and is not counted as one."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["email", "name"], [cell, "Ana"]])
    report = bring_in(store, path)
    assert [(one.email, one.first_name) for one in everybody(store)] == [("ana@example.org", "Ana")]
    assert report.rejected_file is not None
    assert addresses_in(report.rejected_file) == ["ben@example.org", "cy@example.org"]
    assert (report.tally.seconds, dict(report.tally.rejected)) == (2, {})


@pytest.mark.parametrize("headings", ["Email,Name,Name,Email", "E-mail 1 - Value,First,Last,E-mail 2 - Value"])
def test_second_column_of_addresses(store: Store, path: Path, headings: str) -> None:
    """The first address of a row comes in; the second is named and waits; one that only repeats it is none."""
    rows = "ana@example.org,Ana,Lima,ana@example.net\nben@example.org,Ben,Bo,BEN@example.org\n,Cy,Di,cy@example.org\n"
    report = bring_in(store, path, f"{headings}\n{rows}")
    assert [one.email for one in everybody(store)] == ["ana@example.org", "ben@example.org", "cy@example.org"]
    assert (report.tally.seconds, dict(report.tally.rejected)) == (1, {})
    assert "line 2: ana@example.net" in "\n".join(report.lines())
    assert ("Name   → not stored: another" in "\n".join(report.lines())) is ("Name,Name" in headings)
    assert report.rejected_file is not None
    bring_in(store, report.rejected_file)
    assert [one.email for one in everybody(store)][3:] == ["ana@example.net"]


def test_apostrophe_of_an_address_that_leaves(store: Store, path: Path) -> None:
    """Whoever left leaves by the address without it, too."""
    bring_in(store, path, "Email,Name\nana@example.org,Ana\n")
    bring_in(store, path, "Email,Unsubscribed\n'ana@example.org,yes\n")
    assert [one.status.value for one in everybody(store)] == ["unsubscribed"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ana Lima", ("Ana", "Lima")),
        ("Lima, Ana", ("Ana", "Lima")),
        ("Dr. Ana Maria Lima, MD, PhD", ("Ana", "Maria Lima")),
        ("Do, Anh", ("Anh", "Do")),
        ("Ana", ("Ana", "")),
        ("  Ana\t Lima\u200b ", ("Ana", "Lima")),
        ("O'Brien & Sons <b>", ("O'Brien", "& Sons <b>")),
    ],
)
def test_names_in_one_cell(store: Store, path: Path, name: str, expected: tuple[str, str]) -> None:
    """First and last name are told apart as people write them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Last, First", "E-Mail"], [name, "ana@example.org"]])
    bring_in(store, path)
    assert [(one.first_name, one.last_name) for one in everybody(store)] == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("English", "en"),
        ("Español", "es"),
        ("Spanish", "es"),
        ("es-419", "es-419"),
        ("zh_hant_tw", "zh-Hant-TW"),
        ("zh-Hant", "zh-Hant"),
        ("en_US.UTF-8", "en-US"),
        ("kreyòl", "ht"),
        ("Klingon", ""),
    ],
)
def test_languages_as_people_write_them(store: Store, path: Path, cell: str, expected: str) -> None:
    """By their names, in whichever language, or by their codes."""
    bring_in(store, path, f"email,language\nana@example.org,{cell}\n")
    assert [one.language for one in everybody(store)] == [expected]


def test_name_that_is_a_telephone_number(store: Store, path: Path) -> None:
    """An address book's "Contact" may hold one; it is nobody's name."""
    bring_in(store, path, "Contact,Email\n+1 (508) 555-0100,ana@example.org\nBen Ode,ben@example.org\n")
    assert [(one.first_name, one.last_name) for one in everybody(store)] == [("", ""), ("Ben", "Ode")]
