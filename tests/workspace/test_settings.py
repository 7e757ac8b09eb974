"""newsletter.toml is read into frozen values, and every mistake in it is named."""

import dataclasses
import runpy
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.errors import WorkspaceError
from newsletter.shipped import shipped_starter
from newsletter.workspace import Workspace, find_workspace, open_workspace
from newsletter.workspace.toml import read_settings
from tests.conftest import SETTINGS


def mistakes(tmp_path: Path, text: str) -> str:
    """Return what is said about a settings file."""
    path = tmp_path / "newsletter.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(WorkspaceError) as caught:
        read_settings(path)
    return str(caught.value)


def test_defaults(workspace: Workspace) -> None:
    """What is not written has a safe default: files, no tracking, a way back."""
    settings = workspace.settings
    assert settings.delivery.transport == "outbox"
    assert settings.delivery.undo_window == timedelta(minutes=20)
    assert not settings.privacy.open_tracking
    assert not settings.privacy.click_tracking
    assert settings.database.url == "sqlite:///newsletter.db"


def test_settings_are_frozen(workspace: Workspace) -> None:
    """Nobody changes a setting behind another's back."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        workspace.settings.delivery.transport = "sendgrid"  # type: ignore[misc]


def test_missing_key_has_path_and_example(tmp_path: Path) -> None:
    """A missing key is named with its path, its meaning and an example."""
    said = mistakes(tmp_path, SETTINGS.replace('phone = "508-555-0100"\n', ""))
    assert "clinic.phone: missing. Phone number for readers. Example: phone = " in said
    assert "newsletter.toml" in said


@pytest.mark.parametrize(
    ("table", "line", "expected"),
    [
        ("delivery", 'transport = "pigeon"', 'delivery.transport: expected "outbox"'),
        ("delivery", 'undo_window = "soon"', "delivery.undo_window: expected a number with s, m, h or d"),
        ("delivery", "batch_size = 1001", "delivery.batch_size: expected a whole number from 1 to 1000"),
        ("delivery", "batch_size = true", "delivery.batch_size: expected a whole number"),
        ("privacy", 'open_tracking = "no"', "privacy.open_tracking: expected true or false"),
        ("sendgrid", 'region = "mars"', 'sendgrid.region: expected "global" or "eu"'),
        ("web", 'public_url = "http://x.example.org"', "web.public_url: expected a web address"),
        ("database", 'url = "mysql://x"', "database.url: expected an address that begins with"),
    ],
)
def test_wrong_value(tmp_path: Path, table: str, line: str, expected: str) -> None:
    """A wrong value is named with its path and with what was expected."""
    said = mistakes(tmp_path, f"{SETTINGS}\n[{table}]\n{line}\n")
    assert expected in said
    assert "Example:" in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("from_name", "from_nmae", "sender.from_nmae: unknown key. Did you mean sender.from_name?"),
        ("[sender]", "[sendr]", "sendr: unknown key. Did you mean sender?"),
        ('email = "hello@elmstreet.example.org"', 'email = "hello at elm"', "clinic.email: expected an email address"),
        ('"508-555-0100"', "5085550100", "clinic.phone: expected a phone number with its area code"),
        ('"America/New_York"', '"Boston"', "clinic.timezone: expected the name of a time zone"),
    ],
)
def test_mistakes_in_what_is_there(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Misspelt keys get a suggestion, and wrong values their reason."""
    assert expected in mistakes(tmp_path, SETTINGS.replace(old, new, 1))


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """A person mends the file once, not once a mistake."""
    said = mistakes(tmp_path, SETTINGS.replace("phone", "fone").replace("reply_to", "answer_to"))
    assert "clinic.phone: missing" in said
    assert "clinic.fone: unknown key" in said
    assert "sender.reply_to: missing" in said


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    """What TOML itself cannot read is told with its line, and the line is shown."""
    said = mistakes(tmp_path, "[clinic]\nname = “Elm Street”\n")
    assert "line 2" in said
    assert "Line 2 is: name = “Elm Street”" in said
    assert "straight quotation marks" in said


def test_broken_line_with_a_password_is_not_shown(tmp_path: Path) -> None:
    """An error text never holds an address or a password."""
    said = mistakes(tmp_path, "[database]\nurl = postgresql://ana:secret@db.example.org/news\n")
    assert "line 2" in said
    assert "secret" not in said


def test_file_in_another_encoding(tmp_path: Path) -> None:
    """A file that is not UTF-8 is said to be so."""
    path = tmp_path / "newsletter.toml"
    path.write_bytes(SETTINGS.replace("Elm", "Élm").encode("latin-1"))
    with pytest.raises(WorkspaceError, match="not text"):
        read_settings(path)


def test_windows_notepad_file(tmp_path: Path) -> None:
    """A byte-order mark and CRLF line ends are no mistake."""
    path = tmp_path / "newsletter.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SETTINGS.replace("\n", "\r\n").encode())
    assert read_settings(path).clinic.name == "Elm Street Psychiatry"


@pytest.mark.parametrize(
    ("address", "placeholder"),
    [
        ("PLACEHOLDER: your street address, town, state and ZIP code", True),
        ("Your address here", True),
        ("Springfield", True),
        ("12 Elm Street, Springfield, MA 01101", False),
        ("PO Box 7, Salem, MA 01970", False),
    ],
)
def test_placeholder_address(tmp_path: Path, address: str, placeholder: bool) -> None:  # noqa: FBT001
    """An address that nobody could find is known as a placeholder."""
    path = tmp_path / "newsletter.toml"
    path.write_text(SETTINGS.replace("12 Elm Street, Springfield, MA 01101", address), "utf-8")
    assert read_settings(path).clinic.has_placeholder_address is placeholder


def test_workspace_is_found_from_below(workspace: Workspace) -> None:
    """A command works in any folder of the workspace."""
    assert find_workspace(workspace.issues_dir) == workspace.root.resolve()
    assert open_workspace(workspace.issues_dir).settings == workspace.settings


def test_no_workspace(tmp_path: Path) -> None:
    """Outside a workspace the next step is named."""
    with pytest.raises(WorkspaceError, match="newsletter init"):
        find_workspace(tmp_path)


def test_the_program_is_no_workspace() -> None:
    """What new workspaces start from is not written to, wherever in it a command runs."""
    with pytest.raises(WorkspaceError, match=r"the program itself.*[\s\S]*newsletter init"):
        find_workspace(shipped_starter() / "newsletters")


def test_every_key_is_documented() -> None:
    """The page on settings is what its script makes of the settings as they are now."""
    docs = Path(__file__).parents[2] / "docs"
    assert runpy.run_path(str(docs / "make_settings.py"))["settings_page"]() == (
        docs / "users" / "settings.md"
    ).read_text("utf-8")
