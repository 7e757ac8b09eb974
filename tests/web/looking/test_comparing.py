"""An issue beside another: the last that was sent, any other, or itself as it was."""

import datetime as dt
import re

import pytest
from starlette.testclient import TestClient

from newsletter.campaigns import Plan
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.freezing import start
from newsletter.issues import load_issue
from newsletter.issues.editing import save_text
from newsletter.rendering import render_issue
from newsletter.storage import open_store
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace
from tests.web.looking.posting import ISSUE
from tests.web.looking.sent import send_issue
from tests.web.samples import LETTER, write_issue, write_letter

COMPARE = f"{ISSUE}/compare"


@pytest.fixture
def sent(desk_workspace: Workspace) -> Workspace:
    """A workspace whose issue `autumn` was sent, and then changed on the disk."""
    folder = write_issue(desk_workspace, "autumn", "Dear {{ first_name or 'reader' }},\n\nthe leaves fall early.\n")
    send_issue(desk_workspace, "autumn")
    write_letter(folder, "Nobody was ever sent this.\n")
    return desk_workspace


def _chosen(page: str) -> str:
    found = re.search(r'<option value="([^"]+)" selected>', page)
    assert found
    return found[1]


def test_what_was_sent_is_shown_and_not_what_the_files_say(client: TestClient, sent: Workspace) -> None:
    """The other mail is the frozen one of the ledger, whatever became of its files since."""
    page = client.get(COMPARE).text
    mail = client.get(f"{COMPARE}/mail?with=sent:autumn")

    assert _chosen(page) == "sent:autumn"
    assert "the leaves fall early" in mail.text
    assert "Nobody was ever sent this" not in mail.text + page
    assert "default-src 'none'" in mail.headers["content-security-policy"]
    assert "not known any more" in page
    assert sent.issues_dir.is_dir()


@pytest.mark.usefixtures("sent")
def test_what_was_cancelled_comes_after_what_was_sent(client: TestClient, desk_workspace: Workspace) -> None:
    """An issue stands beside the last one that readers got, though another was cancelled since."""
    write_issue(desk_workspace, "storm", "Nobody gets this.\n")
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        due_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        message = render_issue(desk_workspace, load_issue(desk_workspace, "storm")).message
        campaign = start(store, message, slug="storm", plan=Plan(transport="outbox"), due_at=due_at)
        cancel(store, campaign, OutboxTransport(desk_workspace.outbox_dir))
    page = client.get(COMPARE).text

    assert _chosen(page) == "sent:autumn"
    assert "storm (canceled," in page


def test_the_words_that_differ_are_marked(client: TestClient, sent: Workspace) -> None:
    """New words are insertions and lost ones deletions, to the eye and to a screen reader; names are filled in."""
    write_letter(sent.issues_dir / "winter-light", "Dear {{ first_name or 'reader' }},\n\nthe leaves fell early.\n")
    page = client.get(f"{COMPARE}?with=sent:autumn").text

    assert "<del>fall</del>" in page
    assert "<ins>fell</ins>" in page
    assert "-merge-" not in page
    assert "what is struck out has gone, what is underlined is new" in page


def test_an_issue_is_compared_with_itself_as_it_was(client: TestClient, desk_workspace: Workspace) -> None:
    """After a change at the desk, the text of before is there to compare with, with what the checks said of it."""
    path = desk_workspace.issues_dir / "winter-light" / "issue.md"
    base = path.read_text("utf-8")
    for number, words in enumerate(("the days grow much longer", "the nights grow shorter")):
        moment = dt.datetime(2026, 11, 23, 9 + number, tzinfo=dt.UTC)
        text = base.replace("the days grow longer", words)
        save_text(desk_workspace, "winter-light", "issue.md", text, base=path.read_text("utf-8"), now=moment)

    page = client.get(COMPARE).text

    assert _chosen(page) == "time:20261123T090000000001Z"
    assert "This issue on Mon, Nov 23, 2026, 4:00 AM ET" in page
    assert "the days grow much longer" in client.get(f"{COMPARE}/mail?with=time:20261123T090000000001Z").text
    assert "<ins>shorter</ins>" in page
    assert "not known" not in page


def test_a_draft_is_compared_with_another(client: TestClient, desk_workspace: Workspace) -> None:
    """Where nothing was sent, the other drafts can be chosen."""
    write_issue(desk_workspace, "spring-walks", LETTER.replace("days", "walks"))
    page = client.get(COMPARE).text

    assert _chosen(page) == "draft:spring-walks"
    assert "<ins>days</ins>" in page


def test_nothing_to_compare_with(client: TestClient) -> None:
    """The only issue, never sent and never changed, says when there will be something."""
    assert "Nothing to compare with yet" in client.get(COMPARE).text


def test_no_difference_is_said(client: TestClient, desk_workspace: Workspace) -> None:
    """Two issues that say the same are said to."""
    write_issue(desk_workspace, "copy")

    assert "Nothing differs." in client.get(COMPARE).text


def test_a_mistake_leaves_the_page_standing(client: TestClient, desk_workspace: Workspace) -> None:
    """Whichever side has a mistake, the page says what is the matter."""
    other = write_issue(desk_workspace, "broken")
    (other / "issue.md").write_text("no front matter", "utf-8")
    assert "That one cannot be shown" in client.get(f"{COMPARE}?with=draft:broken").text
    assert client.get(f"{COMPARE}/mail?with=draft:broken").status_code == 404

    write_letter(desk_workspace.issues_dir / "winter-light", "Dear {{ frist_name }},\n")
    assert "Did you mean {{ first_name }}?" in client.get(COMPARE).text


@pytest.mark.parametrize(
    "odd", ["", "draft:winter-light", "draft:../autumn", "time:yesterday", "time:", "sent:", "sent:nobody", "<script>"]
)
def test_only_what_is_offered_is_shown(client: TestClient, sent: Workspace, odd: str) -> None:
    """An address that asks for something else gets the usual page, and no mail."""
    assert _chosen(client.get(COMPARE, params={"with": odd}).text) == "sent:autumn"
    assert client.get(f"{COMPARE}/mail", params={"with": odd}).status_code == 404
    assert sent.issues_dir.is_dir()


def test_there_is_nothing_to_compare_of_no_issue(client: TestClient) -> None:
    """An issue that is not there has no such page."""
    assert client.get("/issues/nothing/compare").status_code == 404
    assert client.get("/issues/nothing/compare/mail?with=draft:winter-light").status_code == 404


def test_a_damaged_database_is_told(client: TestClient, desk_workspace: Workspace) -> None:
    """When the ledger cannot be asked, drafts can be compared all the same."""
    write_issue(desk_workspace, "spring-walks")
    (desk_workspace.root / "newsletter.db").write_bytes(b"not a database at all" * 100)
    page = client.get(COMPARE).text

    assert "not a newsletter database" in page
    assert _chosen(page) == "draft:spring-walks"
