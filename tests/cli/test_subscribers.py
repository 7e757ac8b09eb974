"""The list's commands as staff meet them."""

import importlib
import json
import subprocess
import sys
from typing import Any

import click
import pytest

from newsletter.cli.subscribers import SUBSCRIBERS
from newsletter.storage import open_store
from newsletter.subscribers.records import find_subscriber
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.workspace import Workspace
from tests.cli.typed import Ended, typed

CONSENT = ("--consent", "Yes, send me the newsletter.")
PEOPLE = "Email,First name,Last name,Tags\nana@example.org,Ana,Lima,news\nben@example.com,Ben,Ode,\nnobody,No,Body,\n"


class Staff:
    """Somebody who types commands in a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.root = workspace.root

    def __call__(self, *words: str, code: int = 0) -> Ended:
        """Type a command; it must end with `code`."""
        done = typed("-C", str(self.root), "subscribers", *words)
        assert done.returncode == code, done.stderr
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        """Type a command and read its one JSON document."""
        return json.loads(self(*words, "--json", code=code).stdout)


@pytest.fixture
def staff(workspace: Workspace) -> Staff:
    """A workspace with a file to import."""
    (workspace.root / "people.csv").write_text(PEOPLE, "utf-8")
    return Staff(workspace)


@pytest.fixture
def with_people(staff: Staff) -> Staff:
    """A workspace into which that file was imported."""
    staff("import", str(staff.root / "people.csv"), *CONSENT)
    return staff


@pytest.mark.parametrize("name", SUBSCRIBERS)
def test_every_command_explains_itself(name: str) -> None:
    """Each has a help of its own with an example, the overview's short help, and --json."""
    entry = SUBSCRIBERS[name]
    command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
    assert (command.name, command.short_help) == (name, entry.short_help)
    assert command.help
    assert f"newsletter subscribers {name}" in command.help
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option))
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


def test_overview_imports_nothing_heavy() -> None:
    """Asking what there is takes no database."""
    code = "import sys, newsletter.cli.subscribers; print(sorted(n for n in sys.modules if '.' not in n))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"sqlalchemy", "rich", "email_validator", "openpyxl"} & set(loaded.split("'"))


def test_import_says_what_it_did(staff: Staff) -> None:
    """Columns, numbers, and where the rows are that could not come in."""
    shown = staff("import", str(staff.root / "people.csv"), *CONSENT, "--tag", "Fair").stdout
    assert "2 new" in shown
    assert "line 4: there is no @ in the address" in shown
    assert "people.rejected.csv" in shown
    assert staff.json("list")["people"][0]["tags"] == ["fair", "news"]


def test_import_wants_the_words_of_consent(staff: Staff) -> None:
    """Without them it is wrong usage, and nothing comes in."""
    assert "--consent" in staff("import", str(staff.root / "people.csv"), code=2).stderr
    assert staff.json("list")["total"] == 0


def test_preview_writes_nothing(staff: Staff) -> None:
    """--dry-run tells the same and leaves everything as it was."""
    found = staff.json("import", str(staff.root / "people.csv"), *CONSENT, "--dry-run")
    assert (found["preview"], found["new"], found["rejected"], found["rejected_file"]) == (True, 2, 1, None)
    assert staff.json("list")["total"] == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "no such file"),
        ("empty.csv", b"", "empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
        ("towns.csv", b"Town\nSpringfield\n", "no column holds email addresses"),
        ("book.xlsx", b"PK\x03\x04 nothing in it", "no workbook"),
    ],
)
def test_file_that_cannot_be_imported(staff: Staff, name: str, content: bytes | None, said: str) -> None:
    """Each says what is wrong and what to do next."""
    if content is not None:
        (staff.root / name).write_bytes(content)
    shown = staff("import", str(staff.root / name), *CONSENT, code=1).stderr
    assert said in shown
    assert len(shown.strip().splitlines()) >= 2


def test_read_only_folder_loses_nothing(staff: Staff) -> None:
    """Rejected rows that cannot be written down stop the import with words."""
    (staff.root / "people.rejected.csv").mkdir()
    assert "Error" in staff("import", str(staff.root / "people.csv"), *CONSENT, code=1).stderr


def test_list_looks_for_people(with_people: Staff) -> None:
    """Search, tags, status, order and pages."""
    with_people("add", "zoe@example.org", *CONSENT, "--first-name", "Zoë", "--tag", "groups")

    def found(*words: str) -> list[str]:
        return [person["email"] for person in with_people.json("list", *words)["people"]]

    assert found() == ["ana@example.org", "ben@example.com", "zoe@example.org"]
    assert found("--search", "LIM") == found("--tag", "news") == ["ana@example.org"]
    assert found("--search", "example.com") == ["ben@example.com"]
    assert found("--tag", "news", "--tag", "groups", "--not-tag", "news") == ["zoe@example.org"]
    assert found("--status", "unsubscribed") == found("--since", "2150-01-01") == found("--search", "100%") == []
    assert found("--sort", "email", "--reverse", "--limit", "1", "--page", "2") == ["ben@example.com"]
    assert found("--sort", "name") == ["zoe@example.org", "ana@example.org", "ben@example.com"]


def test_who_left_comes_back_only_on_purpose(with_people: Staff) -> None:
    """The command add refuses, says how, and with --resubscribe keeps both in the history."""
    with_people("unsubscribe", "ANA@example.org", "--reason", "moved away")
    assert "resubscribe" in with_people("add", "ana@example.org", *CONSENT, code=1).stderr
    assert with_people.json("import", str(with_people.root / "people.csv"), *CONSENT)["left"] == 1
    again = ("--consent", "Please add me again.", "--resubscribe", "--reason", "by phone")
    assert with_people.json("add", "ana@example.org", *again)["status"] == "subscribed"
    history = with_people.json("show", "ana@example.org")["history"]
    assert [(entry["what"], entry["wording"], entry["note"]) for entry in history] == [
        ("subscribed", CONSENT[1], ""),
        ("unsubscribed", "", "moved away"),
        ("resubscribed", "Please add me again.", "by phone"),
    ]
    page = with_people("audit", "ana@example.org").stdout
    assert all(words in page for words in (CONSENT[1], "people.csv, line 2", "moved away", "Please add me again."))


def test_unsubscribe_by_token(with_people: Staff) -> None:
    """The subject of a reader's mail is enough; a made-up token is refused."""
    workspace = with_people.workspace
    with open_store(workspace.database_url, workspace.key_file) as store, store.read() as connection:
        person = find_subscriber(connection, "ben@example.com")
        assert person is not None
        token = unsubscribe_token(store.key, person.id)
    said = with_people("unsubscribe", "--token", f"Re: unsubscribe {token[:20]}\n {token[20:]}").stdout
    assert said == "ben@example.com is unsubscribed.\n"
    assert with_people.json("show", "ben@example.com")["status"] == "unsubscribed"
    assert with_people.json("unsubscribe", "--token", token) == {"changed": False, "known": True}
    with_people("unsubscribe", "--token", "unsubscribe me please", code=1)
    with_people("unsubscribe", code=2)


def test_mistyped_address_is_not_taken_for_another(with_people: Staff) -> None:
    """Somebody who is not on the list is only noted on purpose, or a slip would look like a success."""
    said = with_people("unsubscribe", "anna@example.org", code=1).stderr
    assert "nothing was changed" in said
    assert "subscribers list --search" in said
    assert "anna@" not in said
    with_people("add", "anna@example.org", *CONSENT)
    with_people("unsubscribe", "dan@example.org", "--anyway")
    assert "is suppressed" in with_people("add", "dan@example.org", *CONSENT, code=1).stderr


def test_nobody_is_forgotten_without_a_yes(with_people: Staff) -> None:
    """A script that forgets to say yes erases nobody."""
    assert "--yes" in with_people("forget", "ana@example.org", code=1).stderr
    assert with_people.json("show", "ana@example.org")["status"] == "subscribed"


def test_forgotten_person_is_nowhere(with_people: Staff) -> None:
    """Record, history and outbox are erased; an import knows not to bring them back; nobody can read why."""
    folder = with_people.root / "outbox" / "issue"
    folder.mkdir(parents=True)
    (folder / "1.eml").write_text("To: Ana@example.org\nSubject: Hello\n\nDear Ana", "utf-8")
    (folder / "2.eml").write_text("To: ben@example.com\nSubject: Hello\n\nDear Ben", "utf-8")
    told = with_people.json("forget", "ana@example.org", "--yes")
    assert told == {"record": True, "consents": 1, "deliveries": 0, "files": 1, "at_sendgrid": None}
    assert b"ana@example.org" not in (with_people.root / "newsletter.db").read_bytes().lower()
    assert [path.name for path in folder.iterdir()] == ["2.eml"]
    assert "is suppressed (forgotten)" in with_people("show", "ana@example.org", code=1).stderr
    assert with_people.json("import", str(with_people.root / "people.csv"), *CONSENT)["suppressed"] == 1


def test_tag_and_untag(with_people: Staff) -> None:
    """By address, by file and by what people have in common."""
    (with_people.root / "guests.csv").write_text("Guest,Email\nAna,ana@example.org\nEve,eve@example.org\n", "utf-8")
    assert with_people.json("tag", "Support, Group", "ben@example.com", "ana@example.org")["changed"] == 2
    by_file = with_people.json("tag", "guests", "--file", str(with_people.root / "guests.csv"))
    assert by_file == {"found": 1, "changed": 1, "unknown": 1}
    assert with_people.json("untag", "support group", "--search", "Ode")["changed"] == 1
    tags = {person["email"]: person["tags"] for person in with_people.json("list")["people"]}
    assert tags == {"ana@example.org": ["guests", "news", "support group"], "ben@example.com": []}
    with_people("tag", "x", code=2)
    with_people("tag", ",", "ben@example.com", code=2)


def test_csv_holds_everybody(staff: Staff) -> None:
    """A list printed as CSV is no page of it, unless a limit is asked for."""
    people = "\n".join(["email", *(f"reader{number}@example.org" for number in range(120))])
    (staff.root / "many.csv").write_text(people, "utf-8")
    staff("import", str(staff.root / "many.csv"), *CONSENT)
    assert len(staff("list", "--csv").stdout.splitlines()) == 121
    assert len(staff("list", "--csv", "--limit", "7", "--page", "2").stdout.splitlines()) == 8
    assert len(staff.json("list")["people"]) == 50
    assert len(json.loads(staff("export", "--json").stdout)) == 120
    assert staff.json("tag", "all", "--everybody") == {"found": 120, "changed": 120, "unknown": 0}
    assert staff.json("untag", "all", "--search", "reader11") == {"found": 11, "changed": 11, "unknown": 0}


def test_export_replaces_no_file_unasked(with_people: Staff) -> None:
    """What somebody may have edited stays; --json goes to the file, too."""
    path = with_people.root / "out.csv"
    path.write_text("mine", "utf-8")
    assert "--replace" in with_people("export", "-o", str(path), code=1).stderr
    assert path.read_text("utf-8") == "mine"
    with_people("export", "--json", "-o", str(path), "--replace", "--search", "lima")
    assert [person["email"] for person in json.loads(path.read_text("utf-8"))] == ["ana@example.org"]


def test_edit_corrects_and_clears(with_people: Staff) -> None:
    """What is named changes, the rest stays; an empty text takes a name away."""
    edited = with_people.json("edit", "ana@example.org", "--last-name", "", "--language", "Portuguese")
    assert (edited["first_name"], edited["last_name"], edited["language"]) == ("Ana", "", "pt")
    with_people("edit", "ana@example.org", code=2)
    with_people("edit", "nobody@example.org", "--last-name", "X", code=1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "zoe@example.org", "--consent", "  "), 2),
        (("add", "ana@example.org", "--resubscribe", "--consent", "back"), 1),
        (("add", "ana@example.org", "--resubscribe", "--consent", "", "--reason", "by phone"), 2),
        (("resubscribe", "ana@example.org", "--consent", "", "--reason", ""), 2),
        (("resubscribe", "ana@example.org", "--consent", "Add me again.", "--reason", " "), 2),
    ],
)
def test_evidence_is_never_empty(with_people: Staff, words: tuple[str, ...], code: int) -> None:
    """Without words, and a reason to come back, nobody is added and nobody comes back."""
    with_people("unsubscribe", "ana@example.org")
    assert "empty" in with_people(*words, code=code).stderr
    assert with_people.json("show", "ana@example.org")["status"] == "unsubscribed"
    assert with_people.json("list")["total"] == 2


def test_import_asks_what_a_file_does_not_tell(staff: Staff) -> None:
    """A list that may be a suppression list waits for a word, in the preview, too; the words can be said."""
    path = staff.root / "list.csv"
    path.write_text("email,created,no mail wanted\nana@gmial.com,1704189600,\n", "utf-8")
    said = staff("import", str(path), *CONSENT, "--dry-run", code=1).stderr
    assert '--map "no mail wanted=left"' in said
    told = staff.json("import", str(path), *CONSENT, "--map", "no mail wanted=ignore", "--anyway", "--as", "subscribed")
    assert (told["new"], told["rejected"]) == (1, 0)


def test_clinical_tag_is_warned_of(with_people: Staff) -> None:
    """Somebody who gives it knowingly may; the file's own are not taken without being named."""
    refused = with_people("tag", "diagnosis: F32", "ana@example.org", code=1)
    assert "--keep-tag" in refused.stderr
    assert with_people.json("tag", "diagnosis: F32", "ana@example.org", "--keep-tag")["changed"] == 1
    (with_people.root / "tags.csv").write_text("email,tags\nben@example.com,IOP; Medicaid\n", "utf-8")
    command = ("import", str(with_people.root / "tags.csv"), *CONSENT)
    assert "--keep-tag" in with_people(*command).stdout
    assert with_people.json(*command, "--keep-tag", "iop")["clinical_tags"] == ["medicaid"]
    tags = {person["email"]: person["tags"] for person in with_people.json("list")["people"]}
    assert tags == {"ana@example.org": ["diagnosis: f32", "news"], "ben@example.com": ["iop"]}


@pytest.mark.parametrize("tag", ["depression", "IOP", "ADHD group", "ketamine"])
def test_clinical_tag_is_given_to_nobody_unasked(staff: Staff, tag: str) -> None:
    """Adding one person refuses it as an import does, and takes it from whoever says that it is harmless."""
    person = ("add", "ana@example.org", *CONSENT, "--tag", "news", "--tag", tag)
    said = staff(*person, code=1).stderr
    assert "health information" in said
    assert "--keep-tag" in said
    assert staff.json("list")["total"] == 0
    assert sorted(staff.json(*person, "--keep-tag", tag)["tags"]) == sorted(["news", tag.lower()])


def test_import_takes_the_meaning_of_a_word(staff: Staff) -> None:
    """A status that is not known is named with the option that says what it means; nonsense is refused."""
    path = staff.root / "kit.csv"
    path.write_text("email_address,state\nana@example.org,active\nben@example.org,inactive\n", "utf-8")
    command = ("import", str(path), *CONSENT, "--yes")
    assert '--means "inactive=unsubscribed"' in " ".join(staff(*command, "--dry-run").stdout.split())
    assert "no meaning" in staff(*command, "--means", "inactive=asleep", code=1).stderr
    for wrong in ("inactive", "=subscribed", " =unsubscribed"):
        assert "--means" in staff(*command, "--means", wrong, code=2).stderr
    assert staff.json(*command, "--means", "Inactive=unsubscribed")["suppressed_now"] == 1
    assert staff.json("list")["total"] == 1


def test_export_round_trip(with_people: Staff) -> None:
    """The file is private, and comes back in with nothing to change."""
    path = with_people.root / "out.csv"
    with_people("export", "-o", str(path))
    assert path.read_text("utf-8-sig") == with_people("export").stdout.removeprefix("\ufeff")
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o077 == 0
    found = with_people.json("import", str(path), "--update", *CONSENT)
    assert (found["dialect"], found["known"], found["updated"], found["rejected"]) == ("newsletter", 2, 0, 0)


@pytest.mark.parametrize("address", ["bob@gmial.com", "no-reply@example.org", "bob@example.con", "bob"])
def test_address_that_looks_wrong(staff: Staff, address: str) -> None:
    """It is refused with the reason, without repeating it; a typo can be overruled."""
    shown = staff("add", address, *CONSENT, code=1).stderr
    assert address not in shown
    if "@" in address:
        assert staff.json("add", address, *CONSENT, "--anyway")["email"] == address


@pytest.mark.parametrize("words", [("show", "x@example.org"), ("audit", "x@example.org"), ("unsubscribe", "nobody")])
def test_person_who_is_not_there(staff: Staff, words: tuple[str, ...]) -> None:
    """A clear word, and exit code 1."""
    assert "Error:" in staff(*words, code=1).stderr


def test_mistyped_address_is_not_forgotten(with_people: Staff) -> None:
    """A slip is told, and suppresses no stranger; on purpose it can be noted, and somebody erased stays erased."""
    assert "nothing was erased" in with_people("forget", "anna@example.org", "--yes", code=1).stderr
    assert with_people.json("add", "anna@example.org", *CONSENT)["status"] == "subscribed"
    assert with_people.json("forget", "anna@example.org", "--yes")["record"] is True
    assert with_people.json("forget", "anna@example.org", "--yes")["record"] is False
    assert with_people.json("forget", "zoe@example.org", "--yes", "--anyway")["record"] is False
    assert "is suppressed" in with_people("add", "zoe@example.org", *CONSENT, code=1).stderr


def test_address_is_corrected(staff: Staff) -> None:
    """The subscriber is found by either address afterward; the old one is refused; an address that looks odd, too."""
    staff("add", "ana@exmaple.org", *CONSENT)
    staff("edit", "ana@exmaple.org", "--email", "ana@gmial.com", code=1)
    done = staff("edit", "ana@exmaple.org", "--email", "ana@example.org", "--first-name", "Ana")
    assert "ana@example.org: Ana, subscribed" in done.stdout
    assert "Nothing more is sent to the old address" in done.stderr
    for address in ("ana@exmaple.org", "ana@example.org"):
        shown = staff("show", address).stdout
        assert "the address was: ana@exmaple.org" in shown
        assert "agreed to: “Yes, send me the newsletter.”" in shown
    assert "suppressed" in staff("add", "ana@exmaple.org", *CONSENT, code=1).stderr
    assert "They are unsubscribed." in staff("unsubscribe", "ana@exmaple.org").stdout
    assert "unsubscribed" in staff("list", "--search", "ana@example.org").stdout


def test_several_are_unsubscribed_or_marked_as_bounced(staff: Staff) -> None:
    """One command for several; with a stranger among them nobody is changed."""
    for name in ("ana", "ben", "cleo"):
        staff("add", f"{name}@example.org", *CONSENT)
    several = ["ana@example.org", "ben@example.org", "nobody@example.org"]
    refused = staff("unsubscribe", *several, code=1)
    assert "1 of the 3 addresses" in refused.stderr
    assert staff.json("list", "--status", "subscribed")["total"] == 3
    assert "2 of 2 unsubscribed" in staff("unsubscribe", *several[:2]).stdout
    done = staff("mark-bounced", "cleo@example.org", "--reason", "mail came back")
    assert "They are marked as bounced." in done.stdout
    assert "mail came back" in staff("show", "cleo@example.org").stdout
    again = staff.json("mark-bounced", "cleo@example.org", "ana@example.org")
    assert again == {"changed": 0, "unchanged": 2, "unknown": 0}
