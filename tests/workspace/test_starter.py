"""A new workspace works at once, with the clinic's own facts in it."""

import tomllib
from pathlib import Path

import pytest

from newsletter.errors import WorkspaceError
from newsletter.shipped import shipped_starter
from newsletter.workspace import open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace


def test_new_workspace_is_complete(tmp_path: Path) -> None:
    """It has settings that load, the sample issue, and sample people at example domains."""
    make_workspace(tmp_path / "clinic", {})
    workspace = open_workspace(tmp_path / "clinic")
    assert (workspace.issues_dir / SAMPLE_ISSUE / "issue.md").is_file()
    rows = (workspace.root / "samples" / "people.csv").read_text("utf-8").splitlines()[1:]
    assert len(rows) == 50
    assert all("@example.org" in row or "@example.com" in row for row in rows)


def test_sample_address_is_a_placeholder(tmp_path: Path) -> None:
    """The sample's postal address is one that real transports refuse."""
    make_workspace(tmp_path, {})
    assert open_workspace(tmp_path).settings.clinic.has_placeholder_address


def test_facts_are_written_with_the_comments_kept(tmp_path: Path) -> None:
    """Quotes and accents in a name arrive as typed; the file still explains itself."""
    name = 'Café "Élan" \\ Partners'
    make_workspace(tmp_path, {"clinic.name": name})
    text = (tmp_path / "newsletter.toml").read_text("utf-8")
    assert tomllib.loads(text)["clinic"]["name"] == name
    assert "# " in text


def test_wrong_fact_leaves_no_settings(tmp_path: Path) -> None:
    """A folder never looks like a workspace that cannot be opened."""
    with pytest.raises(WorkspaceError, match=r"clinic\.phone"):
        make_workspace(tmp_path, {"clinic.phone": "none"})
    assert not (tmp_path / "newsletter.toml").exists()


def test_existing_workspace_is_left_alone(tmp_path: Path) -> None:
    """Making one twice changes nothing the second time."""
    make_workspace(tmp_path, {"clinic.name": "First"})
    with pytest.raises(WorkspaceError, match="already"):
        make_workspace(tmp_path, {"clinic.name": "Second"})
    assert open_workspace(tmp_path).settings.clinic.name == "First"


def test_sample_post_has_the_clinics_own_contact_line(tmp_path: Path) -> None:
    """Its last line is what the clinic's website would put there, and nothing of the sample's is left."""
    facts = {
        "clinic.website": "https://www.elm.example.org/",
        "clinic.phone": "508-555-0100",
        "clinic.email": "hello@elm.example.org",
    }
    make_workspace(tmp_path, facts)
    text = (tmp_path / "samples" / "post.txt").read_text("utf-8")
    assert text.count("🌐 www.elm.example.org | 📞 508-555-0100 | 💌 hello@elm.example.org") == 2
    make_workspace(tmp_path / "sample", {})
    shipped = shipped_starter() / "samples" / "post.txt"
    assert (tmp_path / "sample" / "samples" / "post.txt").read_bytes() == shipped.read_bytes()
