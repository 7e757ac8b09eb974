"""The main job from end to end, as a person at a terminal does it: paste, look, try, send."""

import csv
import email
import email.policy
import json
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.cli.typed import typed

CONSENT = "I want the monthly newsletter"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A new workspace with the sample people imported."""
    run(tmp_path, "init", "clinic", "--yes")
    folder = tmp_path / "clinic"
    run(folder, "subscribers", "import", "samples/people.csv", "--consent", CONSENT, "--yes")
    return folder


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run one command in `folder`; return what it printed, on either stream."""
    done = typed(*arguments, cwd=folder)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said


def answer(folder: Path, *arguments: str) -> object:
    """Run one command with --json; return its document."""
    return json.loads(typed(*arguments, "--json", cwd=folder).stdout)


def outbox(folder: Path) -> dict[str, EmailMessage]:
    """Return the mails in the outbox by the address that they are for."""
    found: dict[str, EmailMessage] = {}
    for path in folder.glob("outbox/**/*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        assert mail["To"] not in found
        found[mail["To"]] = mail
    return found


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of one of the mail's two parts."""
    body = mail.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


def people(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the sample list."""
    with (folder / "samples" / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_pasted_post_reaches_fifty_people(clinic: Path) -> None:
    """From a pasted post to fifty mails, each with the right name, ways out and address."""
    run(clinic, "new", "2026-12-ours", "--from", "samples/post.txt")
    issue = clinic / "newsletters" / "2026-12-ours" / "issue.md"
    letter = issue.read_text("utf-8").rstrip() + '\n\nDear {{ first_name or "reader" }},\n\nhere it is.\n'
    issue.write_text(letter, "utf-8")
    run(clinic, "render", "2026-12-ours")
    said = run(clinic, "send", "2026-12-ours", "--yes")
    assert "Practice mode, nothing was emailed" in said
    assert "50" in said

    mails = outbox(clinic)
    assert set(mails) == {row["Email"] for row in people(clinic)}
    for row in people(clinic):
        mail = mails[row["Email"]]
        plain, rich = part(mail, "plain"), part(mail, "html")
        name = row["First name"] or "reader"
        assert f"Dear {name}," in plain
        assert f"Dear {name}," in rich
        token = re.search(r"<(mailto:[^>]+)>", mail["List-Unsubscribe"])
        assert token is not None
        assert token[1] in plain
        assert token[1] in rich.replace("&amp;", "&")
        assert "PLACEHOLDER: your street address" in " ".join(plain.split())
        assert "PLACEHOLDER: your street address" in rich
        assert "Four Things That Set the Pace" in plain
        assert "11 hours" not in plain
    links = [mail["List-Unsubscribe"] for mail in mails.values()]
    assert len(set(links)) == 50


def test_second_send_is_refused(clinic: Path) -> None:
    """The same issue never goes out twice."""
    run(clinic, "send", "2026-12-good-company", "--yes")
    before = {path.name: path.stat().st_mtime_ns for path in clinic.glob("outbox/**/*.eml")}
    said = run(clinic, "send", "2026-12-good-company", "--yes", code=1)
    assert "already" in said
    assert {path.name: path.stat().st_mtime_ns for path in clinic.glob("outbox/**/*.eml")} == before


def test_nobody_who_left_is_mailed(clinic: Path) -> None:
    """One person leaves by command, another by the token in a test mail's place; neither is mailed."""
    rows = people(clinic)
    run(clinic, "subscribers", "unsubscribe", rows[0]["Email"])
    run(clinic, "subscribers", "import", "samples/people.csv", "--consent", CONSENT, "--yes")
    run(clinic, "send", "2026-12-good-company", "--yes")
    mails = outbox(clinic)
    assert len(mails) == 49
    assert rows[0]["Email"] not in mails


def test_token_in_a_mail_unsubscribes_its_reader(clinic: Path) -> None:
    """What a reader's mail program writes into the subject is enough to take them off the list."""
    run(clinic, "send", "2026-12-good-company", "--yes")
    address = people(clinic)[7]["Email"]
    link = outbox(clinic)[address]["List-Unsubscribe"]
    token = re.search(r"unsubscribe%20([^>&]+)", link)
    assert token is not None
    run(clinic, "subscribers", "unsubscribe", "--token", token[1])
    shown = answer(clinic, "subscribers", "show", address)
    assert isinstance(shown, dict)
    assert shown["status"] == "unsubscribed"


def test_nothing_is_sent_without_a_yes(clinic: Path) -> None:
    """Neither a rehearsal nor an unanswered question sends anything."""
    run(clinic, "send", "2026-12-good-company", "--dry-run")
    run(clinic, "send", "2026-12-good-company", code=1)
    assert outbox(clinic) == {}
    run(clinic, "send", "2026-12-good-company", "--yes")
    assert len(outbox(clinic)) == 50


def test_test_message_is_marked(clinic: Path) -> None:
    """A test goes to the named address alone, and says that it is one."""
    run(clinic, "test", "2026-12-good-company", "--to", "nora@example.org")
    mails = outbox(clinic)
    assert list(mails) == ["nora@example.org"]
    assert mails["nora@example.org"]["Subject"].startswith("[Test] ")
    run(clinic, "send", "2026-12-good-company", "--yes")


def test_mistake_in_the_issue_stops_the_send(clinic: Path) -> None:
    """A misspelt merge tag is named with file, line and suggestion, and nothing goes out."""
    issue = clinic / "newsletters" / "2026-12-good-company" / "issue.md"
    issue.write_text(issue.read_text("utf-8") + "\nBye, {{ frist_name }}!\n", "utf-8")
    line = len(issue.read_text("utf-8").splitlines())
    said = run(clinic, "send", "2026-12-good-company", "--yes", code=1)
    assert f"issue.md:{line}" in said
    assert "first_name" in said
    assert outbox(clinic) == {}


def test_error_that_the_checks_find_stops_the_send(clinic: Path) -> None:
    """A mail that would do harm does not go out, unless the editor says why it may."""
    issue = clinic / "newsletters" / "2026-12-good-company" / "issue.md"
    text = issue.read_text("utf-8") + "\nWe meet on TK, see you there.\n"
    issue.write_text(text, "utf-8")
    said = run(clinic, "send", "2026-12-good-company", "--yes", code=1)
    assert "left-over" in said
    assert "newsletter check 2026-12-good-company" in said
    assert outbox(clinic) == {}
    issue.write_text(text.replace("---\n", "---\nwaive:\n  left-over: TK is the name of our street\n", 1), "utf-8")
    run(clinic, "send", "2026-12-good-company", "--yes")
    assert len(outbox(clinic)) == 50
