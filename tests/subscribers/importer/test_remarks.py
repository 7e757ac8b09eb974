"""What people note in words of their own, anywhere in a row: nobody comes in against it without a person's word."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list
from tests.subscribers.bringing import bring_in, emails

ANA, BO, CY = "ana@example.org", "bo@example.org", "cy@example.org"


def _list(heading: str, *cells: str) -> str:
    rows = "".join(f'{email},"{cell}"\n' for email, cell in zip((ANA, BO, CY), cells, strict=True))
    return f"Email,{heading}\n{rows}"


@pytest.mark.parametrize("noted", [3, 11, 19])
def test_note_far_below(store: Store, path: Path, noted: int) -> None:
    """One note is heeded wherever it is in a long list, which is read part by part; the rows around it come in."""
    addresses = [f"reader{number}@example.org" for number in range(20)]
    notes = ["asked not to be emailed" if number == noted else "likes mornings" for number in range(20)]
    rows = map(",".join, zip(addresses, notes, strict=True))
    path.write_text("\n".join(["Email,Info", *rows]), "utf-8")
    report = import_list(store, *open_list(path), ImportOptions(wording="Yes."), batch_rows=4)
    assert emails(store) == [one for number, one in enumerate(addresses) if number != noted]
    assert report.tally.examples["rejected"][0].startswith(f"line {noted + 2}: by a note")


REMARKS = [
    "unsubscribed 3/2",
    "opt out 2024-01-02",
    "removed",
    "Removed 2/2023",
    "asked not to be emailed",
    "doesn't want our mails",
    "no longer interested",
    "please take her off the list",
    "STOP",
    "DNC",
    "deceased",
    "dada de baja 3/2/2024",
    "ya no quiere recibir correos",
    "não enviar mais",
    "pediu para sair",
    "désinscrite le 3 mars",
    "ne veut plus rien recevoir",
    "décédé",
    "hat sich abgemeldet",
    "will keine Mails mehr",
    "bitte nicht mehr anschreiben",
    "verstorben",
]


@pytest.mark.parametrize("heading", ["Info", "Divers", "Anmerkung", "Extra 2"])
def test_note_under_any_heading(store: Store, path: Path, heading: str) -> None:
    """Their rows wait, whatever the column is called; the others come in, and with a person's word all do."""
    fine = ["likes mornings", "", "met at the fair", "12", "was removed from the waiting room"]
    rows = [f'reader{number}@example.org,"{cell}"' for number, cell in enumerate([*fine, *REMARKS])]
    report = bring_in(store, path, "\n".join([f"Email,{heading}", *rows]))
    assert emails(store) == [f"reader{number}@example.org" for number in range(len(fine))]
    assert all(f"the column {heading!r}" in words for words in report.tally.examples["rejected"])
    bring_in(store, path, columns={heading: "ignore"})
    assert len(emails(store)) == len(rows)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Consent text", "Yes, send me the newsletter. I can unsubscribe at any time."),
        ("Agreement", "I agree to get mail; you can opt out at any time"),
        ("Preferences link", "https://example.org/unsubscribe/abc"),
        ("Profile", "https://example.org/opt-out?x=1"),
        ("Order status", "removed"),
        ("Workshop", "Resilience"),
        ("Company", "Stop & Shop"),
        ("Job", "Removals"),
        ("Notes", "no email on file before 2020"),
        ("SMS", "opted out"),
        ("Info", "not opted out"),
        ("Last campaign", "Why people unsubscribe"),
    ],
)
def test_what_is_no_such_note(store: Store, path: Path, heading: str, cell: str) -> None:
    """The sender's own words, links, orders and text messages keep nobody out."""
    bring_in(store, path, _list(heading, cell, cell, ""))
    assert emails(store) == [ANA, BO, CY]


@pytest.mark.parametrize("name", ["Bo (unsubscribed)", "Bo - DO NOT EMAIL", "Lee, Bo [opted out]", "Bo désabonné"])
def test_note_beside_a_name(store: Store, path: Path, name: str) -> None:
    """It is no part of the name."""
    bring_in(store, path, _list("Name", "Ana Ruiz", name, "Cy Stop"))
    assert emails(store) == [ANA, CY]


@pytest.mark.parametrize("cell", [f"{BO} (unsubscribed)", f"{BO} - do not mail", f"BOUNCED {BO}", f"{BO} opted out"])
def test_note_beside_an_address(store: Store, path: Path, cell: str) -> None:
    """Nor of the address."""
    bring_in(store, path, f"Email,Name\n{ANA},Ana\n{cell},Bo\n")
    assert emails(store) == [ANA]


def test_note_beside_the_columns(store: Store, path: Path) -> None:
    """A cell behind the last heading is looked at, too."""
    bring_in(store, path, f"Email,Name\n{ANA},Ana\n{BO},Bo,please unsubscribe\n{CY},Cy,hello\n")
    assert emails(store) == [ANA, CY]


def test_labels_of_an_address_book(store: Store, path: Path) -> None:
    """Google's labels and notes say so, too."""
    labels = ["No newsletter", "Ex newsletter", "Unsubscribed", "asked to be removed"]
    headings = "First Name,Last Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value"
    rows = [
        f"Ana,Ruiz,,* myContacts,* Home,{ANA},Work,ana@work.example.org",
        *(f"Bo,Lee,,{label} ::: * myContacts,,bo{number}@example.org,," for number, label in enumerate(labels)),
        f"Cy,Day,wants no more emails,* myContacts,,{CY},,",
        "Di,Eve,,* myContacts,Old - do not use,di@example.org,,",
    ]
    bring_in(store, path, "\n".join([headings, *rows]))
    assert emails(store) == [ANA]


@pytest.mark.parametrize(
    "heading", ["Email frequency", "How often do you want our newsletter?", "Frecuencia del boletín"]
)
def test_how_often(store: Store, path: Path, heading: str) -> None:
    """Never is a no; all else is a yes, and so is nothing."""
    bring_in(store, path, _list(heading, "once a month", "Never", ""))
    assert emails(store) == [ANA, CY]


@pytest.mark.parametrize(("often", "never"), [("weekly", "never"), ("mensual", "nunca"), ("monatlich", "nie")])
def test_status_of_how_often(store: Store, path: Path, often: str, never: str) -> None:
    """The same under "Status"."""
    bring_in(store, path, _list("Status", often, never, often.upper()))
    assert emails(store) == [ANA, CY]


@pytest.mark.parametrize("heading", ["Frequency", "Wie oft?", "Periodicidad"])
def test_how_often_of_what(store: Store, path: Path, heading: str) -> None:
    """Where the heading does not say that it is about mail, it is asked; where nobody said never, it is not."""
    with pytest.raises(SourceError, match=heading[:5]):
        bring_in(store, path, _list(heading, "weekly", "never", ""))
    bring_in(store, path, _list(heading, "weekly", "monthly", ""))
    assert emails(store) == [ANA, BO, CY]


@pytest.mark.parametrize("before", [3, 10_050])
@pytest.mark.parametrize("line", ["Unsubscribed:,", "People who left the list,", "Bajas,(3)", "--- do not mail ---,"])
def test_line_that_divides_a_list(store: Store, path: Path, before: int, line: str) -> None:
    """However far down: nobody below it comes in, and a person can say that they may."""
    people = "".join(f"reader{number}@example.org,N\n" for number in range(before))
    text = f"Email,Name\n{people}{line}\n{CY},Cy\n"
    with pytest.raises(SourceError, match="there may be people who are not to be mailed") as caught:
        bring_in(store, path, text)
    assert str(before + 2) in caught.value.what
    assert CY not in emails(store)
    bring_in(store, path, text, as_="subscribed")
    assert CY in emails(store)


def _workbook(path: Path, change: Callable[[Worksheet], object]) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["Email", "Name", "X"], [ANA, "Ana", ""], [BO, "Bo", "x"], [CY, "Cy", ""]):
        sheet.append(row)
    change(sheet)
    book.save(out)
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize("cell", ["A3", "B3", "C3"])
@pytest.mark.parametrize("comment", ["unsubscribed 3/2", "Front desk:\nremoved", "Lee:\nasked to be taken off"])
def test_comment_on_a_cell(store: Store, tmp_path: Path, cell: str, comment: str) -> None:
    """A comment that says no keeps its row apart; another one does not."""
    path = tmp_path / "list.xlsx"

    def change(sheet: Worksheet) -> None:
        sheet[cell].comment = Comment(comment, "Lee")
        sheet["B2"].comment = Comment("met at the fair", "Lee")

    _workbook(path, change)
    report = bring_in(store, path)
    assert emails(store) == [ANA, CY]
    assert "comment" in report.tally.examples["rejected"][0]


@pytest.mark.parametrize(
    "rule",
    [
        Rule(type="expression", formula=['$C2="x"'], dxf=DifferentialStyle(font=Font(strike=True))),
        Rule(type="cellIs", operator="equal", formula=['"Bo"'], dxf=DifferentialStyle(font=Font(strike=True))),
    ],
)
def test_strike_by_a_rule(store: Store, tmp_path: Path, rule: Rule) -> None:
    """Whom a rule strikes through cannot be read, so a person is asked; a rule that colors says nothing."""
    path = tmp_path / "list.xlsx"
    _workbook(path, lambda sheet: sheet.conditional_formatting.add("A2:C4", rule))
    with pytest.raises(SourceError, match="strikes rows through by a rule"):
        bring_in(store, path)
    bring_in(store, path, as_="subscribed")
    assert emails(store) == [ANA, BO, CY]


def test_rule_that_only_colors(store: Store, tmp_path: Path) -> None:
    """It is nobody's business."""
    path = tmp_path / "list.xlsx"
    rule = Rule(type="expression", formula=['$C2="x"'], dxf=DifferentialStyle(font=Font(color="FF0000")))
    _workbook(path, lambda sheet: sheet.conditional_formatting.add("A2:C4", rule))
    bring_in(store, path)
    assert emails(store) == [ANA, BO, CY]
