"""Imports: what comes in, what stays out and why, and that doing it twice is doing it once."""

import csv
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.audience import people_in
from newsletter.subscribers.consent import history
from newsletter.subscribers.intake.report import Report
from newsletter.subscribers.intake.run import addresses_in, import_list, open_list, rehearse
from newsletter.subscribers.intake.writing import Intent
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.people import Person, known_person
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.vocabulary import Reason, Status

WORDS = "Yes, send me the newsletter."


def bring_in(
    store: Store,
    path: Path,
    text: str | bytes | None = None,
    *,
    columns: dict[str, str] | None = None,
    **intent: object,
) -> Report:
    """Write `text` to `path` and import it."""
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_list(store, *open_list(path, columns), Intent(**{"wording": WORDS, **intent}))  # type: ignore[arg-type]


def everybody(store: Store) -> list[Person]:
    with store.read() as connection:
        return list(people(connection, Query()))


def emails(store: Store) -> list[str]:
    return [one.email for one in everybody(store)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def test_consent_is_kept_with_file_and_line(store: Store, path: Path) -> None:
    """Each person's history says which words, which file and which line they came in by."""
    bring_in(store, path, 'Name,Email\n"Ana\nLima",ana@example.org\nBen,ben@example.org\n', source="spring fair")
    with store.read() as connection:
        person = known_person(connection, "ben@example.org")
        (entry,) = history(connection, person.id)
    assert (entry.wording, entry.file_name, entry.row, person.source) == (WORDS, "list.csv", 4, "spring fair")


def test_import_brings_nobody_back(store: Store, path: Path) -> None:
    """Whoever left, was suppressed as a stranger, or bounced stays away; the report counts them."""
    text = "email,name\nana@example.org,Ana\nben@example.org,Ben\ncy@example.org,Cy\n"
    bring_in(store, path, "email\nana@example.org\n")
    with store.write() as connection:
        suppress(connection, store.key, "Ana@example.org", Reason.UNSUBSCRIBED)
        suppress(connection, store.key, "cy@example.org", Reason.COMPLAINED)
    tally = bring_in(store, path, text, update=True).tally
    assert (tally.new, tally.left, tally.suppressed) == (1, 1, 1)
    assert [(one.email, one.first_name, one.status) for one in everybody(store)] == [
        ("ana@example.org", "", Status.UNSUBSCRIBED),
        ("ben@example.org", "Ben", Status.SUBSCRIBED),
    ]


def test_name_is_never_replaced_by_nothing(store: Store, path: Path) -> None:
    """A list without names takes none away, whether it updates or not; what was empty is filled."""
    bring_in(store, path, "email,first name,last name,tags\nana@example.org,Ana,,news\n")
    bring_in(store, path, "email,first name,last name,tags\nana@example.org,,,\n")
    bring_in(store, path, "email,first name,last name\nana@example.org,,\n", update=True)
    assert bring_in(store, path, "email,first name,last name\nana@example.org,Anna,Lima\n").tally.updated == 1
    assert [(one.first_name, one.last_name, one.tags) for one in everybody(store)] == [("Ana", "Lima", ("news",))]


def test_update_takes_what_the_file_says(store: Store, path: Path) -> None:
    """With --update names change and tags become exactly those of the file; each change is told."""
    bring_in(store, path, "email,first name,tags\nana@example.org,Ana,news\n")
    report = bring_in(store, path, "email,first name,tags\nana@example.org,Anna,events\n", update=True)
    assert [(one.first_name, one.tags) for one in everybody(store)] == [("Anna", ("events",))]
    assert report.tally.examples["updated"] == ["line 2: Ana → Anna, news → events"]


def test_update_takes_away_tags_that_the_file_has_not(store: Store, path: Path) -> None:
    """With --update an emptied cell takes the tags away; without it, or without such a column, they stay."""
    bring_in(store, path, "email,tags\nana@example.org,news\n")
    bring_in(store, path, "email,tags\nana@example.org,\n")
    bring_in(store, path, "email\nana@example.org\n", update=True)
    assert [one.tags for one in everybody(store)] == [("news",)]
    assert bring_in(store, path, "email,tags\nana@example.org,\n", update=True).tally.updated == 1
    assert [one.tags for one in everybody(store)] == [()]


def test_second_import_changes_nothing(store: Store, path: Path) -> None:
    """The same file again finds everybody known."""
    text = "email,name,tags\nana@example.org,Ana Lima,a\nANA@example.org,,b\nben@example.org,Ben,\n"
    bring_in(store, path, text)
    before = everybody(store)
    tally = bring_in(store, path, text).tally
    assert (tally.new, tally.known, tally.updated, everybody(store)) == (0, 2, 0, before)


def test_duplicates_are_folded(store: Store, path: Path) -> None:
    """Rows about one mailbox become one person with all that they say, near each other or far apart."""
    rows = ["email,first name,last name,tags", "ana@example.org,Ana,,a", "Ana@EXAMPLE.org,,Lima,b"]
    rows += [f"reader{number}@example.org,,," for number in range(5_000)]
    report = bring_in(store, path, "\n".join([*rows, "ANA@example.org,Anna,,c"]))
    first = everybody(store)[0]
    assert (first.email, first.first_name, first.last_name, first.tags) == (
        "ana@example.org",
        "Ana",
        "Lima",
        ("a", "b", "c"),
    )
    assert (report.tally.new, report.tally.duplicates, report.tally.updated) == (5_001, 2, 0)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("ana", "no @"),
        ("", "no address"),
        ("ana@example", "period"),
        ("ana@@example.org", "@"),
        ("a b@example.org", "space"),
        ("an\u200ba@example.org", "invisible"),
        ("ana@gmial.com", "did you mean gmail.com"),
        ("ana@example.con", "did you mean example.com"),
        ("ana@ex\u0430mple.com", "only look latin"),
        ("noreply@example.org", "machine"),
        ("ána@example.org", "before the @"),
    ],
)
def test_row_that_cannot_be_imported(store: Store, path: Path, cell: str, reason: str) -> None:
    """It is kept apart with its line and the reason; mended there, it comes in."""
    report = bring_in(store, path, f"Email,First name,City\nben@example.org,Ben,\n{cell},Ana,Springfield\n")
    assert emails(store) == ["ben@example.org"]
    assert report.rejected_file is not None
    with report.rejected_file.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["rejected line"], row["First name"], row["City"]) == ("3", "Ana", "Springfield")
    assert reason in row["rejected reason"].lower()
    mended = report.rejected_file.read_text("utf-8-sig").replace(f"3,{row['rejected reason']}", "3,")
    mended = mended.replace(cell, "ana@example.org") if cell else mended.replace(",,Ana", ",ana@example.org,Ana")
    bring_in(store, report.rejected_file, mended)
    assert [one.first_name for one in everybody(store)] == ["Ben", "Ana"]


def test_mended_rows_are_not_overwritten(store: Store, path: Path) -> None:
    """A file of rejected rows that somebody has changed stays; the new one gets a number."""
    bring_in(store, path, "email\nana\n")
    path.with_name("list.rejected.csv").write_text("mine", "utf-8")
    report = bring_in(store, path)
    assert report.rejected_file == path.with_name("list.rejected-2.csv")
    assert path.with_name("list.rejected.csv").read_text("utf-8") == "mine"
    assert [found.name for found in path.parent.iterdir() if found.suffix == ".tmp"] == []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ana Lima <ana@example.org>", ("ana@example.org", "Ana", "Lima")),
        ('"Lima, Ana" <ana@example.org>', ("ana@example.org", "Ana", "Lima")),
        ("mailto:ana@example.org", ("ana@example.org", "", "")),
        ("\u00a0ana@example.org\u200b", ("ana@example.org", "", "")),
        ("<ana@example.org>", ("ana@example.org", "", "")),
        ("'=ana@example.org", ("=ana@example.org", "", "")),
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


def test_several_addresses_in_a_cell(store: Store, path: Path) -> None:
    """The first comes in; each other waits among the rejected rows for somebody to decide."""
    report = bring_in(store, path, "email,name\nana@example.org; ben@example.org / cy@example.org,Ana\n")
    assert emails(store) == ["ana@example.org"]
    assert report.rejected_file is not None
    assert addresses_in(report.rejected_file) == ["ben@example.org", "cy@example.org"]


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
        csv.writer(file).writerows([["Full Name", "E-Mail"], [name, "ana@example.org"]])
    bring_in(store, path)
    assert [(one.first_name, one.last_name) for one in everybody(store)] == [expected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_way_to_write_a_csv_file(store: Store, path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    """Encoding, delimiter and line ends are found out."""
    rows = [["Prénom", "Nom", "E-mail"], ["Zoé", f"Pe{delimiter}ña", "zoe@example.org"], ["Ana", "", "ana@example.org"]]
    text = line_end.join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows)
    bring_in(store, path, text.encode(encoding))
    assert [(one.first_name, one.last_name) for one in everybody(store)] == [
        ("Zoé", f"Pe{delimiter}ña".replace("\t", " ")),
        ("Ana", ""),
    ]


def test_excel_workbook(store: Store, tmp_path: Path) -> None:
    """An .xlsx file comes in without being saved as CSV first."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Guests of the spring fair"],
        [],
        ["First name", "E-mail", "Diagnosis"],
        ["Ana", "ana@example.org", "F32"],
    ):
        sheet.append(row)
    book.save(tmp_path / "guests.xlsx")
    report = bring_in(store, tmp_path / "guests.xlsx")
    assert ([one.first_name for one in everybody(store)], report.columns.clinical) == (["Ana"], ("Diagnosis",))
    with store.read() as connection:
        assert [entry.row for entry in history(connection, everybody(store)[0].id)] == [4]


def test_headings_above_which_something_stands(store: Store, path: Path) -> None:
    """A title, blank lines and blank rows between the people are passed over."""
    report = bring_in(
        store, path, "My readers\n\n,,\nFirst name,,Email\nAna,,ana@example.org\n,,\n\nBen,,ben@example.org\n"
    )
    assert (emails(store), report.tally.rejected) == (["ana@example.org", "ben@example.org"], {})


def test_columns_can_be_told(store: Store, path: Path) -> None:
    """--map overrides what the headings say, by heading or by number."""
    columns = {"Rufname": "first_name", "3": "email", "Group": "ignore"}
    bring_in(store, path, "Rufname,Group,Reachable at\nAna,x,ana@example.org\n", columns=columns)
    assert [(one.email, one.first_name, one.tags) for one in everybody(store)] == [("ana@example.org", "Ana", ())]


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"Emial": "email"}, "no column"), ({"Email": "mail"}, "no field"), ({"Diagnosis": "tags"}, "health")],
)
def test_columns_told_wrongly(path: Path, columns: dict[str, str], said: str) -> None:
    """A heading that is not there, an unknown field and a clinical column are refused."""
    path.write_text("Email,Diagnosis\nana@example.org,F32\n", "utf-8")
    with pytest.raises(SourceError, match=said):
        open_list(path, columns)


@pytest.mark.parametrize(
    "heading",
    """Diagnosis; ICD-10; Medications; DOB; Date of Birth; Insurance ID; MRN; Next Appointment; SSN; Provider Notes
    PHQ9; Geburtsdatum; Diagnóstico; Patient Name; primary_diagnosis_code""".replace("\n    ", "; ").split("; "),
)
def test_health_information_is_not_stored(store: Store, path: Path, heading: str) -> None:
    """A clinical column is named and warned of, and none of its cells reaches the database."""
    report = bring_in(store, path, f"Email,{heading}\nana@example.org,very private\n")
    assert report.columns.clinical == (heading,)
    assert "business associate agreement" in "\n".join(report.lines())
    store.close()
    assert b"very private" not in Path(store.engine.url.database or "").read_bytes()


def test_quotation_mark_that_is_never_closed(store: Store, path: Path) -> None:
    """Rows that ran together are not taken for one; whoever stands in them is not lost silently."""
    text = 'email,name,tags\nana@example.org,"Ana,news\nben@example.org,Ben,news\ncy@example.org,"Cy",news\n'
    report = bring_in(store, path, text)
    assert sum(report.tally.rejected.values()) >= 1
    assert report.rejected_file is not None
    assert "ben@example.org" in report.rejected_file.read_text("utf-8")


def test_status_that_is_not_understood(store: Store, path: Path) -> None:
    """Whoever may have left is not mailed on a guess."""
    report = bring_in(store, path, "email,status\nana@example.org,subscribed\nben@example.org,gone fishing\n")
    assert emails(store) == ["ana@example.org"]
    assert "gone fishing" in next(iter(report.tally.rejected))


@pytest.mark.parametrize("heading", ["Newsletter", "Opt-in", "Consent", "Subscribed", "Accepts Marketing"])
def test_only_who_agreed_is_added(store: Store, path: Path, heading: str) -> None:
    """A column that says who agreed is heeded: a no, and a box that nobody ticked, keep people out."""
    answers = {"ana": "Yes", "ben": "no", "cy": "", "di": "x", "eve": "2024-05-01", "fay": "false", "gus": "perhaps"}
    rows = [f"{name}@example.org,{answer}" for name, answer in answers.items()]
    report = bring_in(store, path, "\n".join([f"Email,{heading}", *rows]))
    assert emails(store) == ["ana@example.org", "di@example.org", "eve@example.org"]
    assert (report.tally.aside, sum(report.tally.rejected.values())) == ({"never agreed": 3}, 1)


def test_file_of_people_who_left(store: Store, path: Path) -> None:
    """A bare list can be said to be one of people who left."""
    bring_in(store, path, "email\nana@example.org\nben@example.org\n")
    path.write_text("email,created\nana@example.org,2024\nzoe@example.org,2024\n", "utf-8")
    import_list(store, *open_list(path, everybody="complained"), Intent(wording=""))
    with store.read() as connection:
        assert known_person(connection, "ana@example.org").status is Status.COMPLAINED
        assert suppressed_among(connection, store.key, ["zoe@example.org"]) == {"zoe@example.org"}
        assert [row.email for row in connection.execute(people_in())] == ["ben@example.org"]


def test_pending_people_are_not_mailed(store: Store, path: Path) -> None:
    """With --confirm people wait until they have confirmed their address."""
    bring_in(store, path, "email\nana@example.org\n", pending=True)
    bring_in(store, path, "email\nana@example.org\n")
    with store.read() as connection:
        assert connection.execute(people_in()).all() == []


def test_rehearsal_tells_what_the_import_then_does(store: Store, path: Path) -> None:
    """The numbers are the same, and nothing is written before."""
    bring_in(store, path, "email,name\nana@example.org,\n")
    path.write_text(
        "email,name,status\nana@example.org,Ana,\nben@example.org,,\nben,,\ncy@example.org,,left\n", "utf-8"
    )
    sheet, columns = open_list(path)
    rehearsal = rehearse(store, sheet, columns, Intent(wording=WORDS))
    assert emails(store) == ["ana@example.org"]
    assert list(path.parent.glob("*rejected*")) == []
    report = import_list(store, sheet, columns, Intent(wording=WORDS))
    assert rehearsal.tally == report.tally
    assert (report.tally.new, report.tally.updated, report.tally.suppressed_now) == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00", "not a table"),
        (b"PK\x03\x04rest", "packed"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"Name,Town\nAna,Springfield\n", "no column holds email addresses"),
        (b"Name,Town\n", "no column holds email addresses"),
    ],
)
def test_file_that_is_no_list(path: Path, content: bytes, said: str) -> None:
    """It is refused before anything is opened or written, with what to do."""
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said) as caught:
        open_list(path)
    assert caught.value.hint


def test_workbook_that_unpacks_to_fill_the_memory(tmp_path: Path) -> None:
    """A small file that would become a huge one is refused before it is unpacked."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sheet.xml", "w") as entry:
        for _ in range(1_001):
            entry.write(b"\0" * 1_000_000)
    with pytest.raises(SourceError, match="too large"):
        open_list(path)


def test_damaged_workbook(tmp_path: Path) -> None:
    """It is named as such, with the way around it."""
    path = tmp_path / "guests.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "no workbook")
    with pytest.raises(SourceError, match="no workbook") as caught:
        open_list(path)
    assert "CSV" in caught.value.hint
