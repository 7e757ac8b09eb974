"""What the desk answers while somebody writes: saving, conflicts, drafts."""

from pathlib import Path

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from newsletter.storage import open_store
from newsletter.storage.ledger import campaigns
from newsletter.workspace import Workspace
from tests.web.writing.conftest import ISSUE, Post

SCRIPT = "<script>alert(1)</script>"


def read(folder: Path, name: str = "issue.md") -> str:
    """Return what a file says."""
    return (folder / name).read_text("utf-8")


def test_the_page_has_the_text_for_browsers_without_scripts(client: TestClient, folder: Path) -> None:
    """The whole text stands in a form that can be sent."""
    page = client.get(f"{ISSUE}/write").text

    assert f">\n{read(folder)}</textarea>" in page.replace("&#39;", "'")
    assert '<form method="post" action="/issues/winter-light/write"' in page


def test_each_file_of_the_issue_has_a_tab(client: TestClient) -> None:
    """The letter and the posts, by their titles."""
    page = client.get(f"{ISSUE}/write?file=posts/light.md").text

    assert ">Letter</a>" in page
    assert ' aria-current="page">Winter light</a>' in page


def test_styles_are_allowed_by_a_number_used_once(client: TestClient) -> None:
    """The editor may add its styles; the next page has another number, and nothing else is allowed."""
    policies = [client.get(f"{ISSUE}/write").headers["content-security-policy"] for _ in range(2)]

    assert policies[0] != policies[1]
    assert all("style-src 'self' 'nonce-" in policy and "unsafe" not in policy for policy in policies)


def test_saving_writes_the_file(post: Post, folder: Path) -> None:
    """A script is told what the file says now."""
    text = read(folder)
    answer = post("/write", {"file": "issue.md", "base": text, "text": text + "\nMore.\n"})

    assert (answer.json()["text"], answer.json()["merged"]) == (text + "\nMore.\n", False)
    assert read(folder) == text + "\nMore.\n"


def test_saving_works_without_scripts(post: Post, client: TestClient, folder: Path) -> None:
    """A browser sends Windows line ends; the page afterwards says that it was saved."""
    text = read(folder)
    sent = (text + "\nMore.\n").replace("\n", "\r\n")
    answer = post("/write", {"file": "issue.md", "base": text.replace("\n", "\r\n"), "text": sent}, accept="text/html")

    assert answer.status_code == 303
    assert "Saved." in client.get(answer.headers["location"]).text
    assert (folder / "issue.md").read_bytes() == (text + "\nMore.\n").encode()


def test_a_change_from_elsewhere_is_brought_in(post: Post, folder: Path) -> None:
    """Both changes are in the file, and the script is told."""
    base = read(folder)
    (folder / "issue.md").write_text(base.replace("Five small", "Six small"), "utf-8")
    answer = post("/write", {"file": "issue.md", "base": base, "text": base + "\nMore.\n"})

    assert answer.json()["merged"]
    assert read(folder) == base.replace("Five small", "Six small") + "\nMore.\n"


def test_a_conflict_is_asked_about(post: Post, client: TestClient, folder: Path) -> None:
    """Nothing is overwritten; the answer shows both texts, and "keep mine" begins from theirs."""
    base = read(folder)
    theirs, mine = base.replace("longer", "brighter"), base.replace("longer", f"shorter {SCRIPT}")
    (folder / "issue.md").write_text(theirs, "utf-8")
    form = {"file": "issue.md", "base": base, "text": mine}

    answer = post("/write", form)
    assert answer.status_code == 409
    assert answer.json()["theirs"] == theirs
    assert "brighter</del>" in answer.json()["comparison"]
    assert SCRIPT not in answer.json()["comparison"]

    page = post("/write", form, accept="text/html")
    assert page.status_code == 409
    assert "Keep mine" in page.text
    assert SCRIPT not in page.text

    assert post("/write", form | {"base": theirs}).status_code == 200
    assert read(folder) == mine
    assert theirs in [read_version(client, folder, name) for name in versions(folder)]


def test_what_a_browser_kept_is_compared_and_not_written(post: Post, folder: Path) -> None:
    """The differences are shown with everything escaped; the file stays as it is."""
    before = read(folder)
    answer = post("/differences", {"file": "issue.md", "text": before.replace("longer", f"shorter {SCRIPT}")})

    assert "longer</del>" in answer.json()["comparison"]
    assert SCRIPT not in answer.json()["comparison"]
    assert read(folder) == before
    assert post("/differences", {"file": "../issue.md", "text": ""}).status_code == 422


def versions(folder: Path) -> list[str]:
    """Return the names of the letter's versions."""
    return [path.name for path in (folder / ".history" / "issue.md").glob("*-*.md")]


def read_version(client: TestClient, folder: Path, name: str) -> str:
    """Return a version, and see that its page can be shown."""
    assert client.get(f"{ISSUE}/history?version={name}").status_code == 200
    return (folder / ".history" / "issue.md" / name).read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["", "issue.md/", "../issue.md", "posts/none.md", "images/window.gif", "/etc/passwd", "newsletter.toml"]
)
def test_only_the_files_of_the_issue_are_written(post: Post, client: TestClient, folder: Path, name: str) -> None:
    """Any other name is refused wherever it can stand, and nothing is made."""
    before = sorted(path for path in folder.parent.parent.rglob("*"))
    form = {"file": name, "base": "", "text": "mine", "version": name}

    assert post("/write", form).status_code == 422
    assert post("/draft", form).status_code == 422
    assert post("/history", form).status_code == 422
    assert client.get(f"{ISSUE}/write", params={"file": name}).status_code == 404
    assert client.get(f"{ISSUE}/history", params={"file": name}).status_code == 404
    assert sorted(path for path in folder.parent.parent.rglob("*")) == before


def test_a_text_beyond_all_measure_is_refused(post: Post, folder: Path) -> None:
    """Nothing of it is written."""
    before = read(folder)

    answer = post("/write", {"file": "issue.md", "base": before, "text": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "stays closed" not in answer.text
    assert read(folder) == before


def test_a_draft_shows_what_is_not_saved(post: Post, client: TestClient, folder: Path) -> None:
    """The mail has the new words, and the inbox the new subject; the file does not."""
    before = read(folder)
    draft = before.replace("the days grow longer", "snow fell").replace("Light in winter", "First snow")
    told = post("/draft", {"file": "issue.md", "text": draft}).json()

    assert "First snow" in told["around"]
    assert told["mistake"] is None
    mail = client.get(f"{ISSUE}/draft?view=phone")
    assert "snow fell" in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    assert read(folder) == before


def test_a_mistake_keeps_the_last_draft(post: Post, client: TestClient, folder: Path) -> None:
    """What is half typed is told with its line, and the mail stays as it was."""
    text = read(folder)
    post("/draft", {"file": "issue.md", "text": text})
    told = post("/draft", {"file": "issue.md", "text": text.replace("first_name", "frist_name")}).json()

    assert told["mistake"]["what"] == "unknown merge tag {{ frist_name }}"
    assert (told["mistake"]["file"], told["mistake"]["line"]) == ("issue.md", 6)
    assert "the days grow longer" in client.get(f"{ISSUE}/draft").text


def test_scripts_are_inert_wherever_they_are_typed(post: Post, client: TestClient, folder: Path) -> None:
    """In the text, in the lines at the top and in a title, a script is only shown as text."""
    body = f"{SCRIPT} <img src=x onerror=alert(1)> </textarea>{SCRIPT}"
    text = f"---\nsubject: {SCRIPT}\npreheader: '{SCRIPT}'\n---\n\n{body}\n"
    told = post("/draft", {"file": "issue.md", "text": text}).json()
    assert told["mistake"] is None
    post("/write", {"file": "issue.md", "base": read(folder), "text": text})
    post(
        "/write",
        {
            "file": "posts/light.md",
            "base": read(folder, "posts/light.md"),
            "text": f"---\ntitle: {SCRIPT}\n---\n\nText.\n",
        },
    )

    for page in (
        "/write",
        "/write?file=posts/light.md",
        "/history",
        f"/write?file=posts/light.md&line={SCRIPT}",
        "/draft",
    ):
        shown = client.get(ISSUE + page).text
        assert SCRIPT not in shown, page
        assert "onerror=alert" not in shown.replace("&lt;img src=x onerror=alert", ""), page


def test_checks_lead_to_the_line_that_they_speak_of(client: TestClient, folder: Path) -> None:
    """The list on an issue's page opens the text at the place."""
    (folder / "posts" / "light.md").write_text("---\ntitle: Light\n---\n\nTK\n", "utf-8")

    assert "/issues/winter-light/write?file=posts%2Flight.md&amp;line=5" in client.get(ISSUE).text
    page = client.get(f"{ISSUE}/write?file=posts/light.md").text
    assert '<li data-line="5" data-severity="error"' in page


def test_an_issue_that_cannot_be_read_can_be_mended(client: TestClient, folder: Path) -> None:
    """A mistake in the lines at the top does not close the page that mends it."""
    (folder / "issue.md").write_text("---\nsubject: [\n---\n\nDear all,\n", "utf-8")

    page = client.get(f"{ISSUE}/write")
    assert page.status_code == 200
    assert "Dear all," in page.text


def test_a_sent_issue_says_that_nothing_sent_changes(client: TestClient, desk_workspace: Workspace) -> None:
    """Who opens it to mend something knows what that does."""
    facts = {
        "id": 1,
        "ref": "r1",
        "slug": "winter-light",
        "state": "finished",
        "message": "{}",
        "digest": "",
        "plan": "{}",
    }
    assert "This issue was sent" not in client.get(f"{ISSUE}/write").text

    url, key = desk_workspace.database_url, desk_workspace.key_file
    with open_store(url, key) as store, store.write() as connection:
        connection.execute(insert(campaigns).values(**facts, frozen=2, created_at="2026-12-01T09:00:00Z"))

    assert "This issue was sent" in client.get(f"{ISSUE}/write").text


def test_a_scheduled_issue_says_when_it_goes(client: TestClient, desk_workspace: Workspace) -> None:
    """It is not called on its way, and the day is told."""
    facts = {"id": 1, "ref": "r1", "slug": "winter-light", "state": "scheduled", "message": "{}", "digest": ""}
    times = {"due_at": "2027-01-15T14:00:00Z", "created_at": "2026-12-24T09:00:00Z"}
    url, key = desk_workspace.database_url, desk_workspace.key_file
    with open_store(url, key) as store, store.write() as connection:
        connection.execute(insert(campaigns).values(**facts, **times, plan="{}", frozen=2))

    page = client.get(f"{ISSUE}/write").text
    assert "This issue is scheduled for Fri, Jan 15, 2027, " in page
    assert "on its way" not in page


def test_a_finding_in_the_settings_says_where_it_is_mended(client: TestClient, desk_workspace: Workspace) -> None:
    """It leads to the page of the settings, beside the text and where one looks."""
    settings = desk_workspace.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("12 Elm Street, Springfield, MA 01101", "Springfield"))

    for page in (f"{ISSUE}/write", ISSUE):
        shown = client.get(page).text
        assert "newsletter.toml:6" in shown, page
        assert '<a href="/settings">Settings</a>' in shown, page


def test_a_missing_issue_is_missing(client: TestClient) -> None:
    """No page is made up."""
    for page in ("/write", "/history", "/draft"):
        assert client.get(f"/issues/nothing{page}").status_code == 404
