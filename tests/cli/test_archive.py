"""`newsletter archive`, as a person types it."""

import json
from pathlib import Path

import pytest

from newsletter.workspace.starter import SAMPLE_ISSUE
from tests.cli.typed import typed


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A new workspace in practice mode whose sample issue was sent, and whose archive is on."""
    assert typed("init", "clinic", "--yes", cwd=tmp_path).returncode == 0
    folder = tmp_path / "clinic"
    settings = folder / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("public = false", "public = true"), "utf-8")
    consent = ("--consent", "I want the newsletter", "--yes")
    assert typed("subscribers", "import", "samples/people.csv", *consent, cwd=folder).returncode == 0
    assert typed("send", SAMPLE_ISSUE, "--yes", cwd=folder).returncode == 0
    return folder


def test_from_list_to_website(clinic: Path) -> None:
    """List, build, correct, build again, undo: each says what it did and what comes next."""
    assert SAMPLE_ISSUE in typed("archive", "list", cwd=clinic).stdout
    built = typed("archive", "build", "website", cwd=clinic)
    assert built.stdout.startswith("1 issue in website: ")
    assert "index.html" in built.stderr
    page = clinic / "website" / SAMPLE_ISSUE / "index.html"
    (clinic / "note.txt").write_text("The group meets on Thursdays.", "utf-8")
    added = typed("archive", "correct", SAMPLE_ISSUE, "--file", "note.txt", cwd=clinic)
    assert f"newsletter archive correct {SAMPLE_ISSUE} --undo" in added.stderr
    assert "newsletter archive build" in added.stderr
    assert "Thursdays" not in page.read_text("utf-8")
    again = json.loads(typed("archive", "build", "website", "--json", cwd=clinic).stdout)
    assert {"index.html", f"{SAMPLE_ISSUE}/index.html"} <= set(again["written"])
    assert "The group meets on Thursdays." in page.read_text("utf-8")
    assert json.loads(typed("archive", "list", "--json", cwd=clinic).stdout)[0]["corrections"]
    assert "Removed" in typed("archive", "correct", SAMPLE_ISSUE, "--undo", cwd=clinic).stdout
    typed("archive", "build", "website", cwd=clinic)
    assert "Thursdays" not in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("correct", "no-such-issue", "x"), "no-such-issue is not in the archive"),
        (("correct", SAMPLE_ISSUE), "TEXT or with --file"),
        (("correct", SAMPLE_ISSUE, "x", "--undo"), "TEXT or with --file"),
        (("correct", SAMPLE_ISSUE, "--undo"), "has no correction"),
        (("correct", SAMPLE_ISSUE, "--file", "gone.txt"), "cannot be read"),
        (("build", "newsletter.toml"), "file"),
    ],
)
def test_mistakes(clinic: Path, words: tuple[str, ...], said: str) -> None:
    """A mistake is told in words, and nothing is written."""
    ended = typed("archive", *words, cwd=clinic)
    assert ended.returncode != 0
    assert said in ended.stderr
    assert not list(clinic.rglob("corrections.md"))


def test_off(tmp_path: Path) -> None:
    """Where the clinic has not turned the archive on, each command says how to."""
    typed("init", "clinic", "--yes", cwd=tmp_path)
    for words in (("list",), ("build", "website"), ("correct", SAMPLE_ISSUE, "x")):
        ended = typed("archive", *words, cwd=tmp_path / "clinic")
        assert ended.returncode == 1
        assert "public = true" in ended.stderr
    assert not (tmp_path / "clinic" / "website").exists()
