"""The desk's pages: what they show, and what they never serve."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from newsletter.campaigns.approval import last_look
from newsletter.cli.main import cli
from newsletter.issues import load_issue
from newsletter.rendering import render_issue
from newsletter.storage import open_store
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.proofs import Proofs
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.samples import PIXEL, PORT, write_issue, write_letter

ISSUE = "/issues/winter-light"
OUTSIDE = [
    "..%2fissue.md",
    "%2e%2e/issue.md",
    "%2e%2e%2fissue.md",
    "%2e%2e%5cissue.md",
    "..\\issue.md",
    "....//issue.md",
    "%252e%252e%252fissue.md",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "C:\\newsletter.toml",
    "C%3A%5Cnewsletter.toml",
    "window.gif%00.png",
    "window.gif/",
    "WINDOW.GIF.",
    "\u2025/issue.md",
]


def test_the_issues_are_listed(client: TestClient) -> None:
    """The list shows each issue's subject, state and number of posts."""
    page = client.get("/").text

    assert "Light in winter" in page
    assert "Draft" in page
    assert "1 post" in page


@pytest.mark.parametrize("page", ["", "/write", "/posts", "/send", "/report"])
def test_each_page_of_an_issue_is_headed_by_its_subject(client: TestClient, page: str) -> None:
    """Whoever opens it knows which issue it is about."""
    assert "<h1>Light in winter</h1>" in client.get(f"{ISSUE}{page}").text


@pytest.mark.parametrize("page", ["", "/write", "/send", "/report"])
def test_what_cannot_be_read_has_its_short_name(client: TestClient, desk_workspace: Workspace, page: str) -> None:
    """Also where the subject would be in the part that is damaged."""
    write_issue(desk_workspace, "spring")
    (desk_workspace.issues_dir / "spring" / "issue.md").write_text("---\nsubject: Never closed\n", "utf-8")
    assert "<h1>spring</h1>" in client.get(f"/issues/spring{page}").text


def test_a_sent_issue_is_called_sent(client: TestClient, desk_workspace: Workspace) -> None:
    """What the ledger knows of an issue stands beside it, in the list and on its own page."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 2)
    sent = CliRunner().invoke(cli, ["-C", str(desk_workspace.root), "send", "winter-light", "--yes"])
    assert sent.exit_code == 0, sent.output

    assert '<span class="state sent">Sent</span>' in client.get("/").text
    assert '<span class="state sent">Sent</span>' in client.get(ISSUE).text


def test_no_issue_yet(workspace: Workspace) -> None:
    """An empty workspace's desk says how an issue is made."""
    gate = Gate(PORT)
    client = TestClient(create_desk(workspace, gate, Changes(workspace.root)), base_url=f"http://127.0.0.1:{PORT}")

    page = client.get(gate.link()).text

    assert "No issue yet" in page
    assert 'href="/new"' in page


def test_looking_makes_no_database(client: TestClient, desk_workspace: Workspace) -> None:
    """A workspace that never had a database has none after somebody looked around."""
    client.get("/")
    client.get(ISSUE)

    assert not (desk_workspace.root / "newsletter.db").exists()


def test_looking_at_the_mail_is_remembered(client: TestClient, desk_workspace: Workspace) -> None:
    """What was seen last is in the ledger, so that `send` can tell whether that is what goes out."""
    for letter in ("Good morning.\n", "Good evening.\n"):
        write_letter(desk_workspace.issues_dir / "winter-light", letter)
        client.get(ISSUE)
        client.get(f"{ISSUE}/mail")

    issue = load_issue(desk_workspace, "winter-light")
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store, store.read() as connection:
        look = last_look(connection, "winter-light")
    assert look is not None
    assert (look.digest, look.how) == (render_issue(desk_workspace, issue).message.digest, "preview")


def test_an_issue_is_shown_as_an_inbox_shows_it(client: TestClient) -> None:
    """Subject, preheader and sender are on the issue's page, with the mail in a powerless frame."""
    page = client.get(ISSUE).text

    assert "Light in winter" in page
    assert "Five small ways to begin" in page
    assert "Elm Street Psychiatry" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_the_mail_can_do_nothing(client: TestClient) -> None:
    """The mail's own policy forbids scripts, requests and forms, framed or opened by itself."""
    mail = client.get(f"{ISSUE}/mail")
    policy = mail.headers["content-security-policy"]

    assert "the days grow longer again" in mail.text
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "sandbox allow-popups" in policy
    assert not any(power in policy for power in ("script-src", "allow-scripts", "allow-same-origin", "connect-src"))


@pytest.mark.parametrize(
    ("asked", "sources"), [("", "data:"), ("all", "data: https:"), ("none", "'none'"), ("x", "data:")]
)
def test_pictures_load_as_asked_for(client: TestClient, asked: str, sources: str) -> None:
    """Looking at an issue tells no server of it, unless the person says so; and pictures can be blocked."""
    policy = client.get(f"{ISSUE}/mail?pictures={asked}").headers["content-security-policy"]

    assert f"img-src {sources};" in policy


@pytest.mark.parametrize(
    ("reader", "greeting"), [("", "Dear reader,"), ("named", "Dear Maria,"), ("odd", "Dear reader,")]
)
def test_the_mail_is_shown_as_different_readers(client: TestClient, reader: str, greeting: str) -> None:
    """Merge tags are filled for a reader without a name, or with one."""
    assert greeting in client.get(f"{ISSUE}/mail?reader={reader}").text


def test_the_text_part_is_shown(client: TestClient) -> None:
    """The text part is there to read, with the reader's own unsubscribe link told of."""
    page = client.get(f"{ISSUE}?view=text").text

    assert "the days grow longer again" in page
    assert "each-reader-has-their-own-link" in page


def test_what_has_changed_is_marked(client: TestClient, desk_workspace: Workspace) -> None:
    """After a change, the block that changed has a name, so that the page can begin there; before, none has."""
    folder = desk_workspace.issues_dir / "winter-light"
    write_letter(folder, "Good morning.\n\nSnow fell.\n\nStay warm.\n")
    client.get(ISSUE)
    assert 'id="changed"' not in client.get(f"{ISSUE}/mail").text

    write_letter(folder, "Good morning.\n\nSnow fell again.\n\nStay warm.\n")
    client.get(ISSUE)
    mail = client.get(f"{ISSUE}/mail").text

    assert mail.count('id="changed"') == 1
    assert re.search(r'<p id="changed"[^>]*>\s*Snow fell again', mail)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_is_chosen_by_the_person(client: TestClient, scheme: str) -> None:
    """The mail's own dark styles are shown when asked for, whatever the browser prefers."""
    mail = client.get(f"{ISSUE}/mail?scheme={scheme}").text

    assert "prefers-color-scheme" not in mail
    assert ("(min-width:0)" in mail) == (scheme == "dark")
    assert f"only {scheme}" in mail


def test_a_mistake_is_explained_beside_the_last_good_mail(client: TestClient, desk_workspace: Workspace) -> None:
    """A misspelt merge tag is shown with file, line, the line itself and the remedy; the mail stays."""
    client.get(ISSUE)
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear {{ frist_name }},\n")

    page = client.get(ISSUE).text

    assert "newsletters/winter-light/issue.md:6" in page
    assert "Dear {{ frist_name }}," in page
    assert "Did you mean {{ first_name }}?" in page
    assert "as it was before this mistake" in page
    assert "the days grow longer again" in client.get(f"{ISSUE}/mail").text


def test_a_mistake_in_the_subject_names_its_line(client: TestClient, desk_workspace: Workspace) -> None:
    """A misspelt merge tag in the front matter is shown on the line on which it stands."""
    write_letter(desk_workspace.issues_dir / "winter-light", "Hello.\n", subject="'{{ frist_name }}, good morning'")

    page = client.get(ISSUE).text

    assert "newsletters/winter-light/issue.md:2" in page
    assert re.search(r'class="meant"[^>]*><code>subject: ', page)


def test_a_mended_mistake_goes_away(client: TestClient, desk_workspace: Workspace) -> None:
    """Once the file is right again, the page shows it and no mistake."""
    folder = desk_workspace.issues_dir / "winter-light"
    write_letter(folder, "Dear {{ frist_name }},\n")
    assert "Something needs fixing" not in client.get(ISSUE).text
    write_letter(folder, "Good morning.\n")

    assert 'role="alert"' not in client.get(ISSUE).text
    assert "Good morning." in client.get(f"{ISSUE}/mail").text


def test_an_issue_that_never_was_right(client: TestClient, desk_workspace: Workspace) -> None:
    """With nothing good to show, the page still explains the mistake, and the list points to it."""
    folder = write_issue(desk_workspace, "broken")
    (folder / "issue.md").write_text("no front matter", "utf-8")

    assert "has no front matter" in client.get("/issues/broken").text
    assert client.get("/issues/broken/mail").status_code == 404
    assert "Needs fixing" in client.get("/").text


def test_broken_settings_are_explained(client: TestClient, desk_workspace: Workspace) -> None:
    """A mistake in the settings shows on every page; the last good ones go on."""
    client.get(ISSUE)
    settings = desk_workspace.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[clinik]\n", "utf-8")

    for page in ("/", ISSUE):
        assert "Did you mean clinic?" in client.get(page).text
    assert "the days grow longer again" in client.get(f"{ISSUE}/mail").text


def test_a_damaged_database_hides_no_issue(client: TestClient, desk_workspace: Workspace) -> None:
    """When the ledger cannot be asked, the issues are shown all the same, and the trouble told."""
    (desk_workspace.root / "newsletter.db").write_bytes(b"not a database at all" * 100)

    page = client.get("/").text

    assert "not a newsletter database" in page
    assert "Light in winter" in page
    assert "Draft" not in page
    assert "as it was before this mistake" not in client.get(ISSUE).text


def test_a_failure_of_the_program_is_owned(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of the program itself is no blank page: it says what to tell, and clears the person."""

    def fail(_self: Proofs) -> list[str]:
        raise ZeroDivisionError

    monkeypatch.setattr(Proofs, "slugs", fail)
    calm = TestClient(client.app, base_url=str(client.base_url), cookies=client.cookies, raise_server_exceptions=False)

    answer = calm.get("/")

    assert answer.status_code == 500
    assert "It is not your doing" in answer.text
    assert "ZeroDivisionError in test_pages.py" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_scripts_in_any_text_are_inert(client: TestClient, desk_workspace: Workspace) -> None:
    """Markup in subject, letter, post and settings is shown as text or taken out, never run."""
    folder = write_issue(desk_workspace, letter=f"Dear all {SCRIPT}\n")
    (folder / "issue.md").write_text(f"---\nsubject: '{SCRIPT}'\npreheader: '{SCRIPT}'\n---\n\n{SCRIPT}\n", "utf-8")
    (folder / "posts" / "light.md").write_text(f"---\ntitle: '{SCRIPT}'\n---\n\n{SCRIPT}\n", "utf-8")

    for page in (
        "/",
        ISSUE,
        f"{ISSUE}?view=text",
        f"{ISSUE}/mail",
        f"{ISSUE}/write?file=issue.md",
    ):
        text = re.sub(r'<script type="module" src="/static/[a-z/]+\.js"></script>', "", client.get(page).text)
        assert "<script" not in text, page
        assert "<img" not in text, page


@pytest.mark.parametrize("slug", [*OUTSIDE, "nothing", "winter-light%20", "WINTER-LIGHT"])
def test_no_other_issue_is_reached(client: TestClient, slug: str) -> None:
    """A slug that is not one of the issues leads nowhere, whatever is in it."""
    for part in ("", "/mail", "/write?file=issue.md", "/images/window.gif"):
        answer = client.get(f"/issues/{slug}{part}")

        assert answer.status_code in {400, 404, 405}, part
        assert "subject:" not in answer.text, part


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_other_picture_is_reached(client: TestClient, name: str) -> None:
    """Only files that lie in the issue's images folder are served, by exactly their name."""
    answer = client.get(f"{ISSUE}/images/{name}")

    assert answer.status_code in {400, 404}
    assert "subject:" not in answer.text


@pytest.mark.parametrize(
    "name", [*OUTSIDE, "newsletter.toml", "newsletter.key", "newsletters/winter-light/images/window.gif"]
)
def test_no_other_file_is_shown(client: TestClient, desk_workspace: Workspace, name: str) -> None:
    """Only the issue's own Markdown can be read; not the settings, not the key."""
    (desk_workspace.root / "newsletter.key").write_text("secret", "utf-8")
    answer = client.get(f"{ISSUE}/write?file={name}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_file_beside_the_static_ones_is_served(client: TestClient, name: str) -> None:
    """The folder of styles and scripts has no way out."""
    assert client.get(f"/static/{name}").status_code in {400, 404, 405}


def test_a_picture_of_the_issue_is_served(client: TestClient) -> None:
    """An issue's own picture is served as what it is."""
    answer = client.get(f"{ISSUE}/images/window.gif")

    assert (answer.headers["content-type"], answer.content) == ("image/gif", PIXEL)


@pytest.mark.parametrize("name", ["notes.txt", "page.html", "drawing.svg", "noend"])
def test_only_pictures_are_served(client: TestClient, desk_workspace: Workspace, name: str) -> None:
    """A file that is no picture of a mail stays where it is, also in the images folder."""
    (desk_workspace.issues_dir / "winter-light" / "images" / name).write_text("<script>alert(1)</script>", "utf-8")

    assert client.get(f"{ISSUE}/images/{name}").status_code == 404


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_not_followed(client: TestClient, desk_workspace: Workspace, tmp_path: Path) -> None:
    """Neither a linked picture nor a linked images folder leads out of the workspace."""
    secret = tmp_path / "secret.gif"
    secret.write_bytes(PIXEL)
    images = desk_workspace.issues_dir / "winter-light" / "images"
    (images / "linked.gif").symlink_to(secret)
    assert client.get(f"{ISSUE}/images/linked.gif").status_code == 404

    folder = write_issue(desk_workspace, "linked")
    (folder / "images" / "window.gif").unlink()
    (folder / "images").rmdir()
    (folder / "images").symlink_to(tmp_path)
    assert client.get("/issues/linked/images/secret.gif").status_code == 404


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_linked_file_is_not_shown(client: TestClient, desk_workspace: Workspace, tmp_path: Path) -> None:
    """The text of a post that is a link to a file elsewhere is not shown."""
    outside = tmp_path / "elsewhere.md"
    outside.write_text("---\ntitle: Private\n---\n\nPrivate words.\n", "utf-8")
    (desk_workspace.issues_dir / "winter-light" / "posts" / "linked.md").symlink_to(outside)

    answer = client.get(f"{ISSUE}/write?file=posts/linked.md")

    assert answer.status_code == 404
    assert "Private words" not in answer.text


def test_findings_stand_beside_the_issue(client: TestClient, desk_workspace: Workspace) -> None:
    """What the checks find is told beside the mail, each leading to its line, where it is told again."""
    write_letter(desk_workspace.issues_dir / "winter-light", "[Click here](https://example.org).\n")

    page = client.get(ISSUE).text
    there = client.get(f"{ISSUE}/write?file=issue.md&line=6").text

    assert "this one is only “Click here”" in page
    assert 'href="/issues/winter-light/write?file=issue.md&amp;line=6"' in page
    assert "this one is only “Click here”" in there


def test_nothing_to_mend_is_said(client: TestClient, desk_workspace: Workspace) -> None:
    """An issue without a finding is praised; what was waived stays in sight with its reason."""
    folder = desk_workspace.issues_dir / "winter-light"
    write_letter(folder, "This is no medical advice.\n")
    waived = "waive:\n  author-credentials: she likes it so"
    issue = folder / "issue.md"
    issue.write_text(issue.read_text("utf-8").replace("begin\n---", f"begin\n{waived}\n---"), "utf-8")

    page = client.get(ISSUE).text

    assert "Nothing that a reader would stumble over" in page
    assert "Ignored, because: she likes it so" in page
