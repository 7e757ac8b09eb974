"""Names: what is none, and letters that were garbled on their way."""

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer.cells import name_in
from newsletter.subscribers.importer.encoding import is_garbled, repaired
from newsletter.subscribers.records import Profile, add_subscriber
from tests.subscribers.bringing import WORDS, bring_in, everybody, save_csv


def write(path: Path, *rows: tuple[str, ...], headings: tuple[str, ...] = ("Email", "First name", "Last name")) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def names(store: Store) -> list[tuple[str, str]]:
    return [(one.first_name, one.last_name) for one in everybody(store)]


NONE = r"""
    NULL null None none NaN nan undefined nil \N N/A n/a #N/A #NAME? #REF! #VALUE! #DIV/0! #NULL! #¿NOMBRE? #BEZUG! - .
    -- ? ?? --- _ 44197 3.5 1-Mar 01-Mar-24 Mar-01 1-ene 3-févr. 2024-03-01 12/5/2024 TRUE false unknown Unknown there
    There subscriber ana@example.org ANA@example.org
    +1-508-555-0100 *|FNAME|* {{first_name}} %FIRSTNAME% [name] <null> =A1
    =HYPERLINK("x") https://example.org desconocido inconnu unbekannt $name$"""
PHRASES = """
    First Name; not provided; {{ contact.name }}; [First Name]; +1 (508) 555-0100; 1 Mar 2024; [object Object]; (null);
    (blank); (none); TBD; xxx; s/n; s/d; k.A.; k. A.; No disponible; não informado; Sin apellido"""


CELLS = [*NONE.split(), *(phrase.strip() for phrase in PHRASES.split(";"))]


def test_what_is_no_name(store: Store, path: Path) -> None:
    """It is left empty in every place where a name may stand, told, and never put over a name."""
    bring_in(store, write(path, *((f"known{number}@example.org", "Ana", "Lima") for number in range(len(CELLS)))))
    rows = [(f"known{number}@example.org", cell, cell) for number, cell in enumerate(CELLS)]
    assert bring_in(store, write(path, *rows), update=True).tally.updated == 0
    assert names(store) == [("Ana", "Lima")] * len(CELLS)
    rows = [(f"new{number}@example.org", cell, "Roe") for number, cell in enumerate(CELLS)]
    report = bring_in(store, write(path, *rows))
    assert dict(zip(CELLS, names(store)[len(CELLS) :], strict=True)) == dict.fromkeys(CELLS, ("", "Roe"))
    assert report.tally.unnamed == len(CELLS)
    assert "line 2: NULL" in "\n".join(report.lines())


@pytest.mark.parametrize("word", ["NULL", "None", "undefined", "n/a", "-"])
def test_whole_name_of_what_is_none(store: Store, path: Path, word: str) -> None:
    """Each half of it is looked at."""
    rows = [("ana@example.org", f"{word} {word}"), ("ben@example.org", f"Ben {word}")]
    bring_in(store, write(path, *rows, headings=("Email", "Full name")))
    assert names(store) == [("", ""), ("Ben", "")]


PEOPLE = [
    ("Jennifer", "Null"),
    ("Null", "True"),
    ("Ana", "True"),
    ("Wei", "Na"),
    ("March", ""),
    ("May", "June"),
    ("April", "May"),
    ("August", "Nan"),
    ("Ana", "Friend"),
    ("Nil", "Gómez"),
    ("McÉvoy", "DeÁngelis"),
    ("JOSÉ", "NÚÑEZ"),
    ("Ka‘iulani", "O´Brien"),
    ("Zoë", "Smith–Jones"),
    ("Mª Carmen", "Peña"),
    ("由紀", "Łukasz"),
    ("Иван", "Öz"),
    ("Nguyễn", "Văn A"),
    ("O’Neil", "d'Artagnan"),
    ("X", "Æ"),
    ("Jan", "Dec"),
    ("Ana ♥", "Lima"),
    ("Ærøskøbing", "Ý"),
    ("Nan", ""),
    ("JosÉ", "NuÑez"),
    ("JoÃo", "FĂRCAȘ"),
]


def test_names_of_people_are_kept(store: Store, path: Path) -> None:
    """Also those that a program might take for something else."""
    rows = [(f"reader{number}@example.org", *name) for number, name in enumerate(PEOPLE)]
    report = bring_in(store, write(path, *rows))
    assert (names(store), report.tally.unnamed) == (PEOPLE, 0)


@pytest.mark.parametrize(
    ("read_as", "times"), [("cp1252", 1), ("cp1252", 2), ("mac_roman", 1), ("cp1250", 1), ("cp437", 1), ("cp850", 1)]
)
@pytest.mark.parametrize("name", ["Zoé", "Núñez", "Seán", "O’Brien", "Müller", "Łukasz", "Dvořák", "François"])
def test_text_that_was_encoded_twice(name: str, read_as: str, times: int) -> None:
    """It becomes again what it was, or is known to be no name; it never comes in as it is."""
    garbled = name
    for _ in range(times):
        garbled = "".join(
            chr(byte)
            if read_as == "cp1252" and byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
            else bytes([byte]).decode(read_as, "replace")
            for byte in garbled.encode()
        )
    assert repaired(garbled) == name or name_in(garbled) == ""


@pytest.mark.parametrize("cell", ["Zo&euml;", "O&#39;Brien &amp; Co", "M&uuml;ller"])
def test_text_of_a_web_page(cell: str) -> None:
    """Its entities become letters."""
    assert "&" not in name_in(cell).replace(" & ", "")
    assert ";" not in name_in(cell)


@given(st.text(st.characters(codec="utf-8", categories=["L", "Zs"]), max_size=12))
@example("Ã")
@example("Éva")
def test_letters_that_are_right_are_left(name: str) -> None:
    """Only what can be read as bytes of UTF-8 is changed; the second time nothing is."""
    once = repaired(name)
    assert repaired(once) == once
    assert once == name or not name.isascii()


@pytest.mark.parametrize(
    ("encoding", "rows"),
    [
        ("mac_roman", [("Zoë", "Müller"), ("Ana", "Núñez"), ("Seán", "O’Brien")]),
        ("mac_roman", [("José", "Peña"), ("François", "Côté"), ("Søren", "Ærø")]),
        ("cp1250", [("Łukasz", "Żak"), ("Zbyněk", "Dvořák")]),
        ("iso8859-2", [("Łukasz", "Żak"), ("Stanisław", "Wałęsa")]),
        ("cp1251", [("Иван", "Петров"), ("Ольга", "Сидорова")]),
        ("cp850", [("José", "Peña"), ("Zoë", "Müller"), ("André", "Côté")]),
        ("cp1250", [("Ştefan", "Ţăranu"), ("Ioana", "Constanţa"), ("Đorđe", "Kovačević"), ("György", "Erdő")]),
        ("cp1254", [("Ayşe", "Yılmaz"), ("İbrahim", "Doğan"), ("Şule", "Çelik")]),
        ("cp1254", [("Gülşah", "Işık"), ("Mehmet", "Öztürk"), ("Tuğba", "Yıldız")]),
        ("cp1257", [("Šarūnas", "Kazlauskienė"), ("Jūratė", "Žukauskaitė")]),
        ("cp1257", [("Jānis", "Bērziņš"), ("Līga", "Kalniņa"), ("Ģirts", "Ķēniņš")]),
        (
            "cp1252",
            [("Þórður", "Guðmundsson"), ("Arnþór", "Björnsson"), ("Ýmir", "Ægisson"), ("Bergþóra", "Árnadóttir")],
        ),
        ("cp1252", [("Zoë", "Müller"), ("Ana", "Núñez"), ("Seán", "O’Brien"), ("Šime", "Œuvre")]),
        ("cp1252", [("José", "Peña"), ("François", "Côté"), ("Søren", "Ærø"), ("Günther", "Weiß")]),
        ("latin-1", [("ÉVA", "NÚÑEZ"), ("Ýmir", "Þór"), ("João", "Conceição")]),
    ],
)
def test_encoding_is_told_by_the_words(store: Store, path: Path, encoding: str, rows: list[tuple[str, str]]) -> None:
    """A file without a word of its encoding is read in the one in which its words look like words."""
    lines = [f"reader{number}@example.org;{first};{last}" for number, (first, last) in enumerate(rows)]
    text = ("\r" if "mac" in encoding else "\r\n").join(["Email;First name;Last name", *lines])
    bring_in(store, path, text.encode(encoding))
    assert names(store) == rows


GARBLED = ["?ukasz", "Zo?", "Jos\ufffd", "£ukasz", "Se‡n", "MŸller", "\x8aime", "¯ak", "Jos‚"]


def test_garbled_name_is_told_and_left_empty(store: Store, path: Path) -> None:
    """Nobody is greeted by it, and it replaces no name."""
    assert [cell for cell in GARBLED if not is_garbled(cell)] == []
    bring_in(store, write(path, *((f"reader{number}@example.org", "Ana", "") for number in range(len(GARBLED)))))
    rows = [(f"reader{number}@example.org", cell, "") for number, cell in enumerate(GARBLED)]
    rows += [(f"new{number}@example.org", cell, "") for number, cell in enumerate(GARBLED)]
    report = bring_in(store, write(path, *rows), update=True)
    assert names(store) == [("Ana", "")] * len(GARBLED) + [("", "")] * len(GARBLED)
    assert report.tally.unnamed == 2 * len(GARBLED)


def test_export_that_excel_saved_for_windows(store: Store, path: Path) -> None:
    """Letters that became question marks there replace nothing here; what was really changed does."""
    people = [("Łukasz", "Żak"), ("由紀", "山田"), ("Zbyněk", "Dvořák"), ("Ana", "Lima"), ("What?", "Ever")]
    with store.write() as connection:
        for number, (first, last) in enumerate(people):
            profile = Profile(first_name=first, last_name=last)
            add_subscriber(connection, store.key, f"reader{number}@example.org", profile, wording=WORDS)
    save_csv(everybody(store), path)
    text = path.read_text("utf-8-sig").replace("Ana,Lima", "Anna,Lime")
    report = bring_in(store, path, text.encode("cp1252", "replace"), update=True)
    assert names(store) == [*people[:3], ("Anna", "Lime"), people[4]]
    assert report.tally.updated == 1


@pytest.mark.parametrize(
    ("cell", "name"), [("'Ana", "Ana"), ("'Łukasz", "Łukasz"), ("'t Hooft", "'t Hooft"), ("O'Brien", "O'Brien")]
)
def test_apostrophe_by_which_a_cell_is_text(cell: str, name: str) -> None:
    """It is no part of a name; one that a name begins with is."""
    assert name_in(cell) == name


@pytest.mark.parametrize(("known", "worn"), [("Łukasz", "_ukasz"), ("Müller", "M_ller")])
def test_underscore_for_a_letter_is_no_better_name(store: Store, path: Path, known: str, worn: str) -> None:
    """The good name stays, also when names are taken from the file."""
    bring_in(store, write(path, ("ana@example.org", known, "Roe")))
    bring_in(store, write(path, ("ana@example.org", worn, "Roe")), update=True)
    assert names(store) == [(known, "Roe")]


_JAPANESE = [("太郎", "山田"), ("花子", "佐藤"), ("一郎", "鈴木"), ("タロウ", "ヤマダ")]
_CHINESE = [("伟", "王"), ("芳", "李"), ("秀英", "张"), ("建国", "刘"), ("丽华", "陈"), ("志强", "杨"), ("小红", "黄")]
_KOREAN = [("민수", "김"), ("지은", "이"), ("서연", "박")]


@pytest.mark.parametrize(
    ("encoding", "people"),
    [
        ("cp932", _JAPANESE),
        ("euc-jp", _JAPANESE),
        ("iso2022_jp", _JAPANESE),
        ("gb18030", _CHINESE),
        ("cp949", _KOREAN),
        ("cp866", [("Иван", "Петров"), ("Анна", "Смирнова")]),
        ("utf-32", [("José", "Łuk")]),
    ],
)
def test_letters_that_are_not_known(store: Store, path: Path, encoding: str, people: list[tuple[str, str]]) -> None:
    """Nobody comes in under a garbled name: the file is refused, with what to do."""
    with pytest.raises(SourceError, match="letters are written") as caught:
        bring_in(store, path, _listed(people).encode(encoding))
    assert "CSV UTF-8" in caught.value.hint
    assert everybody(store) == []


@pytest.mark.parametrize(
    ("encoding", "people"),
    [
        ("iso8859-2", [("Łukasz", "Wiśniewski"), ("Zażółć", "Gęślą"), ("Ján", "Ťažký")]),
        ("cp1253", [("Γιώργος", "Παπαδόπουλος"), ("Μαρία", "Νικολάου")]),
        ("cp1255", [("דוד", "כהן"), ("שרה", "לוי")]),
        ("cp1256", [("محمد", "علي"), ("فاطمة", "حسن")]),
        ("koi8-r", [("Иван", "Петров"), ("Анна", "Смирнова")]),
        ("cp1251", [("Иван", "Петров"), ("Анна", "Смирнова")]),
        ("utf-16", _JAPANESE),
        ("utf-16-le", _JAPANESE),
        ("utf-16-be", _JAPANESE),
        ("utf-8", _JAPANESE),
    ],
)
def test_letters_of_other_alphabets(store: Store, path: Path, encoding: str, people: list[tuple[str, str]]) -> None:
    """Each name comes in as it was written."""
    bring_in(store, path, _listed(people).encode(encoding))
    assert [(one.first_name, one.last_name) for one in everybody(store)] == people


def _listed(people: list[tuple[str, str]]) -> str:
    rows = (f"r{number}@example.org,{first},{last}\n" for number, (first, last) in enumerate(people))
    return "Email,First Name,Last Name\n" + "".join(rows)
