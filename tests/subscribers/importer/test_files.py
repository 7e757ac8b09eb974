"""Files: what is read of whatever people have, and what becomes of rows that cannot be imported."""

import csv
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.importer import open_list
from newsletter.subscribers.suppression import reason_for
from tests.subscribers.bringing import bring_in, emails, everybody


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
        ("ana@ex\u0430mple.com", "look like latin"),
        ("noreply@example.org", "belongs to a system"),
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
        for _ in range(30):
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


def test_first_person_without_headings_is_not_lost(store: Store, path: Path) -> None:
    """A first row in which nothing is a heading is a person, and waits among the rejected ones with the others."""
    report = bring_in(store, path, "Ana,ana.example.org\nBen,ben@example.org\nCy,cy@example.org\n")
    assert emails(store) == ["ben@example.org", "cy@example.org"]
    assert report.tally.examples["rejected"] == ["line 1: there is no @ in the address"]


def test_rejected_rows_of_a_list_without_headings(store: Store, path: Path) -> None:
    """Their columns are named, so that the mended rows come in as what they are."""
    report = bring_in(store, path, "ben@example.org,Ben\nana.example.org,Ana\ncy,Cy\n", columns={"2": "first_name"})
    assert report.rejected_file is not None
    mended = report.rejected_file.read_text("utf-8-sig").replace("ana.example.org", "ana@example.org")
    again = bring_in(store, report.rejected_file, mended)
    assert [(one.email, one.first_name) for one in everybody(store)][1:] == [("ana@example.org", "Ana")]
    assert dict(again.tally.rejected) == {"there is no @ in the address": 1}


def test_workbook_with_a_cover_sheet(store: Store, tmp_path: Path) -> None:
    """The sheet with the most addresses is read, and named; so are the others that hold some."""
    book = Workbook()
    for title, rows in {
        "Cover": [["Guests", "2024"], ["Questions?", "office@example.org"]],
        "Notes": [["nothing"]],
        "People": [["Name", "Email"], ["Ana Lima", "ana@example.org"], ["Ben Ode", "ben@example.org"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "guests.xlsx")
    told = "\n".join(bring_in(store, tmp_path / "guests.xlsx").lines())
    assert emails(store) == ["ana@example.org", "ben@example.org"]
    assert "the sheet 'People'" in told
    assert "other sheets, too: 'Cover'" in told
    assert "Notes" not in told


def test_very_long_cell(store: Store, path: Path) -> None:
    """It spoils neither the file nor its row; one beyond all measure is named by its own line."""
    bring_in(store, path, f'email,notes\nana@example.org,"{"x" * 200_000}"\nben@example.org,\n')
    assert emails(store) == ["ana@example.org", "ben@example.org"]
    rows = "\n".join(f"reader{number}@example.org," for number in range(50))
    with pytest.raises(SourceError, match="cannot be read") as caught:
        bring_in(store, path, f'email,notes\n{rows}\ncy@example.org,"{"x" * 2_000_000}"\n')
    assert caught.value.where == f"{path}:52"


@pytest.mark.parametrize(
    "rows",
    [
        ["Zoé,zoe@example.org".encode(), "Renée,renee@example.org".encode("cp1252")],
        ["Zoé,zoe@example.org".encode("cp1252"), "Renée,renee@example.org".encode()],
        [b"Ana,ana@example.org"] * 10_000 + ["Zoé,zoe@example.org".encode("cp1252"), "Renée,renee@x.org".encode()],
    ],
    ids=["a stray byte", "the other way", "far behind the beginning"],
)
def test_letters_of_two_kinds(store: Store, path: Path, rows: list[bytes]) -> None:
    """Each letter is read as what it is, wherever it stands and whatever the rest is."""
    bring_in(store, path, b"\n".join([b"First name,Email", *rows]))
    assert [one.first_name for one in everybody(store)][-2:] in (["Zoé", "Renée"], ["Renée", "Zoé"])


def workbook(path: Path, **sheets: list[list[str]]) -> Workbook:
    """Return a workbook with these sheets, to be changed and saved."""
    book = Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(path)
    return book


PEOPLE = [["Name", "Email", "Phone"], *([name, f"{name}@example.org", "1"] for name in ("ana", "ben", "cy", "di"))]


@pytest.mark.parametrize("mark", ["hidden", "struck address", "struck name", "filtered"])
def test_row_that_is_hidden_or_struck_through(store: Store, tmp_path: Path, mark: str) -> None:
    """It is kept apart with a word, and comes in from there; a struck telephone number means nothing."""
    path = tmp_path / "guests.xlsx"
    book = workbook(path, People=PEOPLE)
    sheet = book["People"]
    sheet["C5"].font = Font(strike=True)
    if "struck" in mark:
        sheet["B3" if "address" in mark else "A3"].font = Font(strike=True, bold=True)
    else:
        sheet.row_dimensions[3].hidden = True
        sheet.auto_filter.ref = "A1:C5" if mark == "filtered" else None
    book.save(path)
    report = bring_in(store, path)
    assert emails(store) == ["ana@example.org", "cy@example.org", "di@example.org"]
    said = "struck through" if "struck" in mark else "hidden"
    assert report.tally.examples["rejected"] == [f"line 3: the row is {said} in the workbook"]
    assert report.rejected_file is not None
    bring_in(store, report.rejected_file)
    assert "ben@example.org" in emails(store)


def test_hidden_row_of_somebody_who_left(store: Store, tmp_path: Path) -> None:
    """They leave all the same."""
    path = tmp_path / "guests.xlsx"
    book = workbook(
        path, People=[["Email", "Status"], ["ana@example.org", "active"], ["ben@example.org", "unsubscribed"]]
    )
    book["People"].row_dimensions[3].hidden = True
    book.save(path)
    bring_in(store, path)
    assert (emails(store), reason(store, "ben@example.org")) == (["ana@example.org"], "unsubscribed")


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Unsubscribed", "unsubscribed"),
        ("Cleaned", "bounced"),
        ("Bounced 2024", "bounced"),
        ("do not mail", "unsubscribed"),
        ("Bajas", "unsubscribed"),
        ("Désabonnés", "unsubscribed"),
        ("Spam complaints", "complained"),
        ("Abgemeldet", "unsubscribed"),
        ("Descadastrados", "unsubscribed"),
        ("Opt-outs", "unsubscribed"),
    ],
)
def test_sheet_that_is_named_for_people_who_left(store: Store, tmp_path: Path, title: str, why: str) -> None:
    """Its people are suppressed and the others come in, whichever sheet holds more, shown or hidden."""
    path, more = tmp_path / "guests.xlsx", len(title) % 2 * 5
    left = [["Email"], ["ben@example.org"], ["nobody"], *([f"reader{number}@example.org"] for number in range(more))]
    book = workbook(path, **{"List": PEOPLE, title: left})
    book[title].sheet_state = "hidden" if why == "bounced" else "visible"
    book.save(path)
    report = bring_in(store, path)
    assert emails(store) == ["ana@example.org", "cy@example.org", "di@example.org"]
    assert (reason(store, "ben@example.org"), report.tally.suppressed_now) == (why, 1 + more)
    assert f"Everybody in the sheet {title!r} counts as {why}." in report.lines()
    assert report.tally.examples["rejected"] == [f"line 3: in the sheet {title!r}: there is no @ in the address"]


def test_only_sheet_that_is_named_for_people_who_left(store: Store, tmp_path: Path) -> None:
    """What they are is asked."""
    path = tmp_path / "guests.xlsx"
    workbook(path, Unsubscribed=PEOPLE)
    with pytest.raises(SourceError, match="not to be mailed"):
        bring_in(store, path)
    assert emails(store) == []


def reason(store: Store, email: str) -> str:
    with store.read() as connection:
        return str(reason_for(connection, store.key, email))


@pytest.mark.parametrize("heading", ["Diagnosis", "Medications", "Date of birth", "Patient notes"])
@pytest.mark.parametrize(
    "row",
    [
        "nobody,SECRET,Ana",
        "ana@example.org; ben@example.org,SECRET,Ana",
        'nobody,"SECRET\nSECRET",Ana',
        "nobody,x,SECRET,SECRET",
    ],
)
def test_rejected_rows_repeat_nothing_clinical(store: Store, path: Path, heading: str, row: str) -> None:
    """Neither the heading of a column that looks like health information, nor what stands under it."""
    report = bring_in(store, path, f"Email,{heading},First name\n{row}\n")
    assert report.rejected_file is not None
    kept = report.rejected_file.read_text("utf-8-sig")
    assert "SECRET" not in kept
    assert heading not in kept
    assert "First name" in kept


def test_whether_a_patient_wants_mail_is_no_health_information(store: Store, path: Path) -> None:
    """It is heeded; what else such a heading tells is not stored."""
    text = "Email,Patient email opt out,Patient status\nana@example.org,no,Active\nben@example.org,yes,Discharged\n"
    report = bring_in(store, path, text)
    assert (emails(store), report.columns.clinical) == (["ana@example.org"], ("Patient status",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bo@example.org," * 800_000, "no list of people has"),
        ("," * 2_200_000, "no list of people has"),
        ("x," * 2_000 + "\n", "no list of people has"),
        ("x" * 1_200_000 + "\n", "this row cannot be read"),
        ('"' + "cy@example.org,Cy\n" * 100_000, "this row cannot be read"),
        ('"a\n' + '","\n' * 5_000_000, "this row cannot be read"),
    ],
)
def test_line_that_never_ends(store: Store, path: Path, text: str, words: str) -> None:
    """It is named, and neither memory nor time go into it."""
    begun = time.process_time()
    with pytest.raises(SourceError, match=words) as caught:
        bring_in(store, path, f"Email,Name\nana@example.org,Ana\nben@example.org,Ben\n{text}")
    assert "list.csv" in caught.value.where
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_empty_cells_up_to_the_last_column_of_excel(store: Store, path: Path, delimiter: str) -> None:
    """One cell far away was used once, and Excel writes a delimiter for each column up to there."""
    rows = [["Email", "Name"], ["ana@example.org", "Ana"], ["ben@example.org", "Ben"]]
    bring_in(store, path, "".join(delimiter.join(row) + delimiter * 16_382 + "\r\n" for row in rows))
    assert [(one.email, one.first_name) for one in everybody(store)] == [tuple(row) for row in rows[1:]]


def test_marks_piled_up_in_a_cell(store: Store, path: Path) -> None:
    """Composing them takes time that grows with the square of their number."""
    piled = "e" + "\u0301\u0323" * 200_000
    begun = time.process_time()
    bring_in(store, path, f"Email,Name,Tags\nana@example.org,{piled},{piled}\n{piled}@example.org,Ben,\n")
    assert emails(store) == ["ana@example.org"]
    assert time.process_time() - begun < 10
