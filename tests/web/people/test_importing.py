"""Importing in the desk: upload, preview with other columns, import, result; and what is refused."""

import contextlib
import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from starlette.testclient import TestClient

from newsletter.errors import WorkspaceError
from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import Reason, Status
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.people.jobs import Choices, ImportJob, Phase
from newsletter.web.desk.people.uploads import FOLDER, Uploads, safe_name
from newsletter.workspace import Workspace
from tests.subscribers.importer.raw_workbook import SPACE, raw_workbook
from tests.web.people.conftest import WORDS, add, known
from tests.web.samples import PORT
from tests.web.sitting import ORIGIN, Sitting

LIST = """\
E-mail,First name,Last name,Diagnosis,Town
ana@example.org,Ana,Lima,F32,Springfield
ben@gmial.com,Ben,Okafor,F41,Springfield
cleo@example.org,Cleo,Brown,,Springfield
left@example.org,Lee,Left,,Springfield
"""

FAR = (
    f'<worksheet xmlns="{SPACE}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="1048576">'
    '<c r="XFD1048576" t="s"><v>1</v></c></row></sheetData></worksheet>'
).encode()


def test_a_list_is_previewed_and_then_imported(sitting: Sitting, people_store: Store) -> None:
    """Nothing is written before the yes; then each person has the words, the file and the row."""
    with people_store.write() as connection:
        suppress(connection, people_store.key, "left@example.org", Reason.UNSUBSCRIBED)
    page = _upload(sitting, LIST)

    assert "Import 2 people" in page
    assert "the domain looks mistyped; did you mean gmail.com?" in page
    assert "on the suppression list; not added" in page
    assert _emails(people_store) == []

    choices = {"wording": WORDS, "source": "paper forms", "tags": "news, Spring 2026"}
    sitting.post(f"{_here(page)}/preview", **choices)
    done = sitting.post(f"{_here(page)}/go", **choices).text

    assert "<b>2</b> new" in done
    assert _emails(people_store) == ["ana@example.org", "cleo@example.org"]
    ana = known(people_store, "ana@example.org")
    assert (ana.first_name, ana.last_name, ana.source, ana.tags) == (
        "Ana", "Lima", "paper forms", ("news", "spring 2026"),
    )  # fmt: skip
    with people_store.read() as connection:
        (entry,) = history(connection, ana.id)
    assert (entry.wording, entry.file_name, entry.row) == (WORDS, "list.csv", 2)


def test_clinical_columns_are_struck_out_and_never_stored(sitting: Sitting, people_store: Store) -> None:
    """Neither are their values shown, nor can a form that was made by hand choose them."""
    page = _upload(sitting, LIST)

    assert "<s>Diagnosis</s>" in page
    assert "F32" not in page
    assert "business associate agreement" in page
    assert 'name="column-4"' not in page

    sitting.post(f"{_here(page)}/preview", **{"column-4": "tags"})
    sitting.post(f"{_here(page)}/go", wording=WORDS, **{"column-4": "tags"})
    assert known(people_store, "ana@example.org").tags == ()


def test_what_a_file_does_not_tell_is_asked(sitting: Sitting, people_store: Store) -> None:
    """Whether a column tells who has left is chosen before anything is previewed, and then heeded."""
    page = _upload(sitting, "E-mail,No further mail\nana@example.org,x\nben@example.org,\n")
    assert "It is not clear whether the column" in page
    assert "Nothing is written yet" not in page

    still = sitting.post(f"{_here(page)}/preview", wording=WORDS).text
    assert "Choose it in the menu of that column" in still

    chosen = {"wording": WORDS, "column-2": "left"}
    assert "1</b> suppressed by this file" in sitting.post(f"{_here(page)}/preview", **chosen).text
    sitting.post(f"{_here(page)}/go", **chosen)
    assert _emails(people_store) == ["ben@example.org"]


def test_what_a_column_says_is_shown_and_a_word_can_be_explained(sitting: Sitting, people_store: Store) -> None:
    """Who stays out by it stands there in numbers; a word that is not known waits for its meaning."""
    page = _upload(sitting, "Email,state\nana@example.org,active\nben@example.org,bounced\ncy@example.org,napping\n")
    assert "<b>state:</b> 1 subscribed, 1 bounced." in page
    assert "Whoever is “napping”" in page

    chosen = {"wording": WORDS, "means": "napping=unsubscribed"}
    again = sitting.post(f"{_here(page)}/preview", **chosen).text
    assert '<option value="napping=unsubscribed" selected>' in again
    sitting.post(f"{_here(page)}/go", **chosen)
    assert _emails(people_store) == ["ana@example.org"]
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, "cy@example.org") is Reason.UNSUBSCRIBED


@pytest.mark.parametrize(("choice", "joins"), [("ignore", True), ("left", False)])
def test_no_far_down_is_asked_and_answered(sitting: Sitting, choice: str, *, joins: bool) -> None:
    """A column that was not stored is chosen once it turns out to say who has left, also as not to be stored."""
    rows = "".join(f"reader{number}@example.org,\n" for number in range(10_500))
    page = _upload(sitting, f"Email,Remark\n{rows}late@example.org,Unsubscribed\n")
    for _ in range(200):
        if "Looking through the file" not in page:
            break
        page = sitting.see(_here(page))
    assert "not clear whether the column" in page
    assert "Import 10," not in page
    chosen = {"wording": WORDS, "column-2": choice}
    sitting.post(f"{_here(page)}/preview", **chosen)
    for _ in range(200):
        if "What will happen" in (page := sitting.see(_here(page))) and "Looking through" not in page:
            break
    assert ("Import 10,501" in page) is joins


def test_a_column_becomes_what_its_menu_says(sitting: Sitting, people_store: Store) -> None:
    """The numbers are found out anew, and only what was seen is imported."""
    page = _upload(sitting, "Reachable at,Given,Group\nana@example.org,Ana,evening group\n")
    columns = {"column-1": "email", "column-2": "last_name", "column-3": "ignore"}

    changed = sitting.post(f"{_here(page)}/go", wording=WORDS, **columns).text
    assert "nothing is imported yet" in changed
    assert _emails(people_store) == []

    sitting.post(f"{_here(page)}/go", wording=WORDS, **columns)
    ana = known(people_store, "ana@example.org")
    assert (ana.first_name, ana.last_name, ana.tags) == ("", "Ana", ())


def test_columns_that_look_alike_are_told_apart(sitting: Sitting, people_store: Store) -> None:
    """By their place: two have the same heading, one has a number for its heading."""
    page = _upload(sitting, "x,x,1,email\nAna,Lima,news,ana@example.org\n")
    columns = {"column-1": "first_name", "column-2": "last_name", "column-3": "tags", "column-4": "email"}
    sitting.post(f"{_here(page)}/preview", **columns)
    sitting.post(f"{_here(page)}/go", wording=WORDS, **columns)

    ana = known(people_store, "ana@example.org")
    assert (ana.first_name, ana.last_name, ana.tags) == ("Ana", "Lima", ("news",))


def test_the_column_of_addresses_can_be_chosen_where_it_is_not_clear(sitting: Sitting, people_store: Store) -> None:
    """A file in which few rows have an address still comes to a page with menus."""
    rows = "".join(f"P{number},\n" for number in range(8))
    page = _upload(sitting, f"who,where\nAna,ana@example.org\n{rows}")

    assert "choose “Email address” for one of them" in page
    refused = sitting.post(f"{_here(page)}/preview", **{"column-1": "first_name"})
    assert "no column is chosen for the addresses" in refused.text
    columns = {"column-1": "first_name", "column-2": "email"}
    assert "Import 1 person" in sitting.post(f"{_here(page)}/preview", **columns).text
    sitting.post(f"{_here(page)}/go", wording=WORDS, **columns)
    assert known(people_store, "ana@example.org").first_name == "Ana"


def test_the_words_agreed_to_are_required(sitting: Sitting, people_store: Store) -> None:
    """Without them nothing is imported, and it is said where to find them."""
    page = _upload(sitting, LIST)
    refused = sitting.post(f"{_here(page)}/go", wording="  ")

    assert refused.status_code == 422
    assert "the words that these people agreed to are missing" in refused.text
    assert _emails(people_store) == []


def test_people_can_be_asked_to_confirm_and_known_ones_updated(sitting: Sitting, people_store: Store) -> None:
    """Both change the numbers, so both are in the preview."""
    add(people_store, "ana@example.org", "Anna", "Lima")
    page = _upload(sitting, LIST)
    choices = {"pending": "yes", "update": "yes"}
    page = sitting.post(f"{_here(page)}/preview", **choices).text
    assert "<b>1</b> known already, to be updated" in page
    sitting.post(f"{_here(page)}/go", wording=WORDS, **choices)

    assert known(people_store, "ana@example.org").first_name == "Ana"
    assert known(people_store, "ana@example.org").status is Status.SUBSCRIBED
    assert known(people_store, "cleo@example.org").status is Status.PENDING


def test_tag_that_only_looks_clinical_can_be_kept(sitting: Sitting, people_store: Store) -> None:
    """It is struck out at first, and each one is kept by itself."""
    page = _upload(sitting, 'Email,Tags\nana@example.org,"Panic at the Disco fans, depression, news"\n')
    assert "Keep “panic at the disco fans”" in page
    assert "Keep “depression”" in page

    choices = {"keep-tag": "panic at the disco fans"}
    page = sitting.post(f"{_here(page)}/preview", **choices).text
    assert 'value="panic at the disco fans" checked' in page
    assert 'value="depression">' in page
    sitting.post(f"{_here(page)}/go", wording=WORDS, **choices)
    assert known(people_store, "ana@example.org").tags == ("news", "panic at the disco fans")


def test_addresses_that_look_mistyped_are_taken_when_somebody_says_so(sitting: Sitting, people_store: Store) -> None:
    """And only after the numbers of just that were seen."""
    page = _upload(sitting, LIST)
    refused = sitting.post(f"{_here(page)}/go", wording=WORDS, anyway="yes").text
    assert "nothing is imported yet" in refused
    assert _emails(people_store) == []
    assert "Import 4 people" in refused
    sitting.post(f"{_here(page)}/go", wording=WORDS, anyway="yes")
    assert "ben@gmial.com" in _emails(people_store)


def test_people_who_left_elsewhere_are_never_mailed(sitting: Sitting, people_store: Store) -> None:
    """A file of them needs no words of consent."""
    add(people_store, "ana@example.org")
    page = _upload(sitting, "Email\nana@example.org\nnew@example.org\n")
    page = sitting.post(f"{_here(page)}/preview", everybody="unsubscribed").text
    assert "Never mail 2 addresses again" in page
    sitting.post(f"{_here(page)}/go", everybody="unsubscribed")

    assert known(people_store, "ana@example.org").status is Status.UNSUBSCRIBED
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, "new@example.org") is Reason.UNSUBSCRIBED


def test_rejected_rows_can_be_downloaded_and_mended(sitting: Sitting, people_store: Store) -> None:
    """They come with line and reason; mended, they come in."""
    page = _upload(sitting, LIST)
    done = sitting.post(f"{_here(page)}/go", wording=WORDS).text
    answer = sitting.client.get(re.findall(r'href="([^"]*/rejected)"', done)[0])

    assert answer.headers["content-disposition"] == 'attachment; filename="list.rejected.csv"'
    assert "did you mean gmail.com?" in answer.text
    mended = answer.text.replace("gmial", "gmail")
    page = _upload(sitting, mended)
    sitting.post(f"{_here(page)}/go", wording=WORDS)
    assert known(people_store, "ben@gmail.com").first_name == "Ben"


def test_a_workbook_is_a_list_too(sitting: Sitting, people_store: Store) -> None:
    """As Excel saves it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Email", "First name"])
    sheet.append(["ana@example.org", "Ana"])
    data = io.BytesIO()
    book.save(data)
    page = _upload(sitting, data.getvalue(), "list.xlsx")
    sitting.post(f"{_here(page)}/go", wording=WORDS)

    assert known(people_store, "ana@example.org").first_name == "Ana"


def test_other_sheets_of_a_workbook_are_told(sitting: Sitting) -> None:
    """Only the first one comes in; whoever is in the others is not forgotten without a word."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for name, target in (("ana", sheet), ("cy", book.create_sheet("Group 2026")), ("di", book.create_sheet("Walk"))):
        target.append(["Email", "First name"])
        target.append([f"{name}@example.org", name])
    book.create_sheet("Notes").append(["Call them"])
    data = io.BytesIO()
    book.save(data)
    page = _upload(sitting, data.getvalue(), "list.xlsx")

    assert "There are addresses in “Group 2026”, “Walk”, too." in page
    assert "Notes" not in page
    assert "Import 1 person" in page


def test_uploaded_files_are_private_and_go(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Readable by their owner alone; deleted after the import, by cancelling, and when the desk closes."""
    first = _upload(sitting, LIST)
    (file,) = _files(desk_workspace)
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
        assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in file.parents[:3])

    sitting.post(f"{_here(first)}/go", wording=WORDS)
    assert [left.name for left in _files(desk_workspace)] == ["list.rejected.csv"]
    sitting.post(f"{_here(first)}/end")
    assert _files(desk_workspace) == []

    second = _upload(sitting, LIST)
    assert "Canceled. The uploaded file was deleted." in sitting.post(f"{_here(second)}/end").text
    assert _files(desk_workspace) == []
    assert sitting.client.get(_here(second)).status_code == 404

    gate = Gate(PORT)
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root))
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as other:
        other.get(gate.link())
        _upload(Sitting(other), LIST)
        assert len(_files(desk_workspace)) == 1
    assert _files(desk_workspace) == []


@pytest.mark.heavy
def test_what_a_killed_desk_left_is_removed_but_not_what_an_open_one_has(tmp_path: Path) -> None:
    """The lock of a folder tells whether its desk is still there."""
    open_one, new_one = Uploads(tmp_path), Uploads(tmp_path)
    kept = open_one.keep("list.csv", io.BytesIO(b"email\n"))
    script = (
        "import io, os; from newsletter.web.desk.people.uploads import Uploads; from pathlib import Path;"
        f"print(Uploads(Path({str(tmp_path)!r})).keep('list.csv', io.BytesIO(b'email')), flush=True); os._exit(1)"
    )
    left = Path(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout.strip()
    )
    assert left.is_file()

    new_one.sweep()
    assert not left.exists()
    assert kept.read_bytes() == b"email\n"
    open_one.close()
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("people.csv", "people.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\lists\\people.csv", "people.csv"),
        ("..", "list.csv"),
        ("", "list.csv"),
        (".csv", "csv"),
        ("CON.csv", "_CON.csv"),
        ("a\x00b\nc.csv", "a b c.csv"),
        ("\u202evsc.exe.csv", "vsc.exe.csv"),
        ('<img src=x onerror="1">.csv', "_img src=x onerror=_1__.csv"),
        ("x" * 300 + ".xlsx", "x" * 80 + ".xlsx"),
        ("Liste été.csv", "Liste été.csv"),
    ],
)
def test_a_file_name_is_made_harmless(name: str, kept: str) -> None:
    """No name leads out of its folder, or is one that a system does not take."""
    assert safe_name(name) == kept


def test_an_import_asked_for_twice_is_done_once(sitting: Sitting, people_store: Store) -> None:
    """A button that is pressed twice, or a request that is replayed, adds nobody again."""
    page = _upload(sitting, LIST)
    for _ in range(3):
        assert "<b>3</b> new" in sitting.post(f"{_here(page)}/go", wording=WORDS).text
        sitting.post(f"{_here(page)}/preview")
    with people_store.read() as connection:
        assert len(history(connection, known(people_store, "ana@example.org").id)) == 1


def test_an_import_that_fails_can_be_done_again(
    sitting: Sitting, people_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is written by another program: it can be done again, and then is whole."""
    page = _upload(sitting, LIST)
    monkeypatch.setattr("newsletter.storage.store.BUSY_SECONDS", 0.01)
    with people_store.write() as connection:
        suppress(connection, people_store.key, "x@example.org", Reason.UNSUBSCRIBED)
        broken = sitting.post(f"{_here(page)}/go", wording=WORDS).text
    assert "another newsletter command is writing" in broken

    assert "<b>3</b> new" in sitting.post(f"{_here(page)}/go", wording=WORDS).text
    assert _emails(people_store) == ["ana@example.org", "cleo@example.org", "left@example.org"]


def test_an_import_that_is_stopped_leaves_nothing_behind(tmp_path: Path, people_store: Store) -> None:
    """Stopped while it waits for its turn or writes, it adds nobody, and can be done afterwards."""
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8")
    job = ImportJob("one", path, lambda: contextlib.nullcontext(people_store), threading.Lock())
    job.preview(Choices())
    job.wait(30)
    before = _emails(people_store)
    with people_store.write():
        assert job.carry_out(Choices(wording=WORDS))
        job.stop()
    job.wait(30)
    assert (job.phase, _emails(people_store)) == (Phase.BROKEN, before)
    assert job.error is not None
    assert job.error.hint.startswith("Nothing was imported.")
    assert job.carry_out(Choices(wording=WORDS))
    job.wait(30)
    assert (job.phase, len(_emails(people_store))) == (Phase.DONE, 3)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n \n", "empty"),
        ("page.csv", b"<!DOCTYPE html><p>a@example.org", "is a web page"),
        ("paper.csv", b"%PDF-1.7\nana@example.org", "is a PDF file"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is not a table of text"),
        ("nul.csv", b"email\nana@example.org\x00\n", "is not a table of text"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "is an old Excel workbook"),
        ("packed.zip", b"PK\x03\x04" + bytes(100), "is a packed file"),
        ("broken.xlsx", b"PK\x03\x04" + bytes(100), "is no workbook that can be read"),
        ("far.xlsx", raw_workbook(FAR), "far from the list, in the cell XFD1048576"),
        ("spoiled.xlsx", raw_workbook(FAR.replace(b"</row>", b"")), "the workbook is damaged"),
        ("prose.txt", b"Dear all,\nthe garden is open again.\n", "no column holds email addresses"),
        ("wide.csv", b"a@example.org" + b"," * 20_000, "no list of people has"),
        ("line.csv", b"a@example.org;" * 750_000, "no list of people has"),
        ("one.csv", b'email\n"ana@example.org' + b"x" * 10_000_000, "cannot be read"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    sitting: Sitting, desk_workspace: Workspace, name: str, data: bytes, says: str
) -> None:
    """Each kind with a word of its own; nothing of it is kept."""
    answer = sitting.upload(name, data)

    assert answer.status_code == 422
    assert says in answer.text
    assert str(desk_workspace.root) not in answer.text
    assert FOLDER not in answer.text
    assert _files(desk_workspace) == []


@pytest.mark.parametrize("entry", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_workbook_that_unpacks_without_end_is_refused(
    sitting: Sitting, desk_workspace: Workspace, entry: str
) -> None:
    """Before it is unpacked: some kilobytes can hold thirty megabytes of zeros."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(entry, bytes(30_000_000))
    answer = sitting.upload("bomb.xlsx", data.getvalue())

    assert answer.status_code == 422
    assert "the workbook is too large" in answer.text
    assert _files(desk_workspace) == []


def test_a_file_over_the_limit_is_refused(
    sitting: Sitting, desk_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, and before anything is kept; what no form can hold is not even read."""
    monkeypatch.setattr("newsletter.web.desk.people.importing.LARGEST", 1_000)
    answer = sitting.upload("list.csv", b"email\n" + b"a@example.org\n" * 100)
    assert answer.status_code == 422
    assert "larger than 64 MB" in answer.text

    flood = sitting.upload("list.csv", bytes(65 * 1024 * 1024))
    assert flood.status_code == 413
    assert _files(desk_workspace) == []


def test_no_file_is_told(sitting: Sitting) -> None:
    """Neither an empty choice nor a text in the place of a file is taken for one."""
    assert "no file was chosen" in sitting.upload("", b"").text
    assert "no file was chosen" in sitting.post("/people/import", file="email").text


@pytest.mark.parametrize("name", ["..%2f..%2fnewsletter.db", "made-up", "%00", "-"])
@pytest.mark.parametrize("step", ["", "/rejected"])
def test_names_that_no_import_has_are_not_found(sitting: Sitting, name: str, step: str) -> None:
    """An address names an import of this desk, or nothing: it is never part of a path."""
    assert sitting.client.get(f"/people/import/{name}{step}").status_code == 404
    for change in ("preview", "go", "stop"):
        assert sitting.post(f"/people/import/{name}/{change}").status_code == 404


def test_script_in_headings_and_cells_is_shown_as_text(sitting: Sitting) -> None:
    """Whatever a file holds, it stays text: in headings, samples, reasons and the file's name."""
    evil = "<script>alert(1)</script>"
    page = _upload(
        sitting,
        f'email,"{evil}",status\nana@example.org,"{evil}",subscribed\nben@example.org,x,"{evil}"\n',
        "<script>alert(2)<⁄script>.csv",
    )

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    sitting.post(f"{_here(page)}/preview", tags=evil)
    done = sitting.post(f"{_here(page)}/go", wording=evil, source=evil, tags=evil).text
    assert "<script>alert" not in done
    assert "<script>alert" not in sitting.see("/people")
    assert "<script>alert" not in sitting.see("/people/1")


def _upload(sitting: Sitting, data: str | bytes, name: str = "list.csv") -> str:
    content = data.encode() if isinstance(data, str) else data
    answer = sitting.upload(name, content)
    assert answer.status_code == 200, answer.text
    return answer.text


def _here(page: str) -> str:
    found: list[str] = re.findall(r"/people/import/[\w-]+", page.partition('id="import-form"')[2] or page)
    return found[0]


def _emails(store: Store) -> list[str]:
    with store.read() as connection:
        return [one.email for one in people(connection, Query())]


def _files(workspace: Workspace) -> list[Path]:
    folder = workspace.root / FOLDER
    return [Path(top, name) for top, _, names in os.walk(folder) for name in names if not name.endswith(".lock")]


@pytest.mark.parametrize("linked", ["the folder", "a lock in it", "an upload in it"])
def test_a_linked_folder_of_uploads_deletes_nothing(tmp_path: Path, linked: str) -> None:
    """What a link leads to is not the desk's: opening, uploading and closing leave it as it is."""
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "workspace"
    (elsewhere / "letters").mkdir(parents=True)
    (elsewhere / "letters" / "dear.txt").write_text("Dear all,", "utf-8")
    (elsewhere / "letters.lock").write_text("a note", "utf-8")
    root.mkdir()
    if linked == "the folder":
        (root / FOLDER).symlink_to(elsewhere)
    else:
        (root / FOLDER).mkdir()
        name = "letters.lock" if linked == "a lock in it" else "letters"
        (root / FOLDER / name).symlink_to(elsewhere / name)
        if linked == "an upload in it":
            (root / FOLDER / "letters.lock").touch()

    uploads = Uploads(root)
    uploads.sweep()
    with contextlib.suppress(WorkspaceError) if linked == "the folder" else contextlib.nullcontext():
        uploads.drop(uploads.keep("list.csv", io.BytesIO(b"email\n")))
        assert linked != "the folder"
    uploads.close()

    files = {str(path.relative_to(elsewhere)): path.read_text("utf-8") for path in elsewhere.rglob("*.*")}
    assert files == {"letters/dear.txt": "Dear all,", "letters.lock": "a note"}


def _chosen(page: str) -> dict[str, str]:
    """What each column's menu shows."""
    menus = re.findall(r'<select id="column-\d+" name="(column-\d+)".*?</select>', page, re.DOTALL)
    shown = re.findall(r'<select id="column-\d+".*?</select>', page, re.DOTALL)
    return {
        name: re.findall(r'value="([^"]*)"[^>]* selected', menu)[0] for name, menu in zip(menus, shown, strict=True)
    }


def test_meaning_that_another_column_has(sitting: Sitting, people_store: Store) -> None:
    """The latest choice counts; the other column says that it is not stored, and why, and can be chosen again."""
    page = _upload(sitting, "Email,First name,Nickname\nana@example.org,Anastasia,Ana\n")
    assert _chosen(page) == {"column-1": "email", "column-2": "first_name", "column-3": "ignore"}
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-3": "first_name"}).text
    assert _chosen(page) == {"column-1": "email", "column-2": "", "column-3": "first_name"}
    assert "Not stored: first name now comes from “Nickname”" in page
    again = sitting.post(f"{_here(page)}/preview", **_chosen(page)).text
    assert "now comes from “Nickname”" in again
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-2": "first_name"}).text
    assert _chosen(page) == {"column-1": "email", "column-2": "first_name", "column-3": "ignore"}
    assert "now comes from" not in page
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-3": "first_name"}).text
    sitting.post(f"{_here(page)}/go", **_chosen(page), wording=WORDS)
    assert known(people_store, "ana@example.org").first_name == "Ana"


def test_whole_name_beside_its_parts(sitting: Sitting) -> None:
    """What is not stored without anybody's choice says so, too."""
    page = _upload(sitting, "Email,Name,First name,Last name\nana@example.org,Ana Lima,Ana,Lima\n")
    assert "Not stored: whole name now comes from “First name” and “Last name”" in page
    again = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-2": "name"}).text
    assert "Not stored: whole name" in again


def test_addresses_in_two_columns(sitting: Sitting) -> None:
    """One column chosen for the addresses takes the place of another one; chosen both, both are read."""
    page = _upload(sitting, "Email,Work\nana@example.org,ben@example.org\n")
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-2": "email"}).text
    assert "Not stored: email address now comes from “Work”" in page
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-1": "email"}).text
    assert _chosen(page) == {"column-1": "email", "column-2": "email"}


def test_no_preview_beside_an_error(sitting: Sitting) -> None:
    """Numbers that are not true of the present choice go; the error says what to do, by the file's own name."""
    page = _upload(sitting, "Email,First name\nana@example.org,Ana\n")
    assert "Import 1 person" in page
    page = sitting.post(f"{_here(page)}/preview", **{"column-1": "ignore", "column-2": "first_name"}).text
    assert "no column holds email addresses" in page
    assert "Choose “Email address” for the column with the addresses" in page
    assert "Import 1 person" not in page
    assert FOLDER not in page.partition("<main")[2]
    assert "--map" not in page
    assert _chosen(page) == {"column-1": "ignore", "column-2": "first_name"}
    assert "Import 1 person" in sitting.post(f"{_here(page)}/preview", **{"column-1": "email"}).text


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("First name,Last name,Subscribed", "Ana,ana@example.org,{}"),
        ("Diagnosis,Last name,Subscribed", "F32,ana@example.org,{}"),
        ("Last name,Status,Subscribed", "x,ana@example.org,{}"),
    ],
)
def test_no_heading_names_the_addresses(sitting: Sitting, people_store: Store, headings: str, row: str) -> None:
    """Somebody says which column holds them; a column that says "no" is still heeded."""
    rows = [row.format("no"), row.format("yes").replace("ana@", "ben@"), *[row.format("yes").replace("ana@", "c@")] * 3]
    page = _upload(sitting, "\n".join([headings, *rows]))
    assert "choose “Email address” for one of them" in page
    page = sitting.post(f"{_here(page)}/preview", **{**_chosen(page), "column-2": "email"}).text
    assert "Import 2 people" in page, page
    sitting.post(f"{_here(page)}/go", **_chosen(page), wording=WORDS)
    assert "ana@example.org" not in _emails(people_store)
