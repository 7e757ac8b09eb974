"""``newsletter check``: what it prints, and how it ends."""

import json

import pytest
from click.testing import CliRunner, Result

from newsletter.checks import online
from newsletter.cli.check import check
from newsletter.workspace import Workspace
from tests.web.samples import write_issue, write_letter

GOOD = "Dear reader,\n\nthis is no medical advice.\n"


@pytest.fixture
def issue(workspace: Workspace) -> Workspace:
    """A workspace with one issue that has a warning and a note."""
    write_letter(write_issue(workspace), GOOD)
    return workspace


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(check, ["winter-light", *arguments], obj=workspace.root, standalone_mode=False)


def test_a_finding_is_told_with_place_meaning_and_remedy(issue: Workspace) -> None:
    """Staff read what it is, where it stands, what it means and what to do; then the sum."""
    write_letter(issue.issues_dir / "winter-light", f"{GOOD}\n[Click here](https://example.org).\n")

    result = run(issue)

    assert "warning  newsletters/winter-light/issue.md:10  (link-vague)" in result.output
    assert "this one is only “Click here”" in result.output
    assert "→ Link words that say" in result.output
    assert result.output.endswith("1 warning, 1 note.\n")


def test_warnings_fail_only_when_strict(issue: Workspace) -> None:
    """An error fails; a warning fails with --strict; a note never does."""
    assert run(issue, "--strict").return_value == 0
    write_letter(issue.issues_dir / "winter-light", f"{GOOD}\n[Click here](https://example.org).\n")
    assert run(issue).return_value == 0
    assert run(issue, "--strict").return_value == 1
    write_letter(issue.issues_dir / "winter-light", f"{GOOD}\nThe talk is on TK.\n")
    assert run(issue).return_value == 1


def test_a_waiver_lets_it_pass_and_is_shown(issue: Workspace) -> None:
    """What is waived does not fail, and stays in sight with its reason."""
    path = issue.issues_dir / "winter-light" / "issue.md"
    write_letter(path.parent, f"{GOOD}\nThe talk is on TK.\n")
    path.write_text(
        path.read_text("utf-8").replace("---\n\n", "waive:\n  left-over: TK is a person\n---\n\n", 1), "utf-8"
    )

    result = run(issue, "--strict")

    assert result.return_value == 0
    assert "Ignored, because: TK is a person" in result.output
    assert result.output.endswith("1 note; 1 ignored.\n")


def test_other_programs_read_one_document(issue: Workspace) -> None:
    """--json prints one document with every finding whole."""
    document = json.loads(run(issue, "--json").output)

    assert document["passed"] is True
    assert document["findings"] == [
        {
            "id": "author-credentials",
            "severity": "note",
            "where": "newsletters/winter-light/posts/light.md:3",
            "meaning": "The post names Ida Holm, but not their profession.",
            "remedy": "Add the credentials to the name, or a line: author_bio: Psychiatric nurse practitioner here",
            "waived": "",
        }
    ]


def test_what_can_be_fixed_is_fixed(issue: Workspace) -> None:
    """--fix changes the text, says so, and checks it as it is then; without anything to fix it is an error."""
    folder = issue.issues_dir / "winter-light"
    write_letter(folder, f"{GOOD}\nSee [this](https://out.reddit.com/t?url=https://example.org/a).\n")

    result = run(issue, "--fix", "link-wrapped")

    assert "Fixed link-wrapped in 1 place." in result.stderr
    assert "link-wrapped" not in result.stdout
    assert "[this](https://example.org/a)" in (folder / "issue.md").read_text("utf-8")
    assert "nothing to fix any more" in str(run(issue, "--fix", "link-wrapped").exception)


def test_links_are_asked_for_only_if_wanted(issue: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """--online tells which pages are gone."""
    monkeypatch.setattr(online, "dead_addresses", lambda addresses, _client: dict.fromkeys(addresses, "is gone"))
    write_letter(issue.issues_dir / "winter-light", f"{GOOD}\nSee [this](https://example.org/a).\n")

    assert "is gone" not in run(issue).output
    assert "The page behind “this” is gone." in run(issue, "--online").output
