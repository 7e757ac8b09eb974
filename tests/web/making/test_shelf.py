"""The list of issues: first steps, the sample, and what can be done with an issue as a whole."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsletter.issues import list_slugs, load_issue
from newsletter.storage import open_store
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import add_people
from tests.issues.test_managing import send
from tests.web.looking.sent import send_issue
from tests.web.samples import PORT, write_issue
from tests.web.sitting import Sitting


def test_a_copy_opens_to_be_written(sitting: Sitting, desk_workspace: Workspace) -> None:
    """It is a draft of its own, also of an issue that was sent."""
    send_issue(desk_workspace, "winter-light")
    answer = sitting.post("/issues/winter-light/duplicate")
    assert answer.url.path == "/issues/winter-light-2/write"
    assert "This is a copy of “Light in winter”" in answer.text
    assert list_slugs(desk_workspace) == ["winter-light", "winter-light-2"]


def test_a_new_name_can_be_taken_back(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The list says what it is called now, with a button for the old name."""
    answer = sitting.post("/issues/winter-light/rename", name="2026-12-light")
    assert "The short name of “Light in winter” is 2026-12-light now." in answer.text
    sitting.undo(answer.text)
    assert list_slugs(desk_workspace) == ["winter-light"]


def test_a_name_is_taken_as_it_is_meant(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Nobody has to know which signs a folder's name may have."""
    sitting.post("/issues/winter-light/rename", name=" December: Light & Snow ")
    assert list_slugs(desk_workspace) == ["december-light-snow"]
    page = sitting.post("/new", text="Snow at the Door\n\nShovels are for two people, and so is tea.\n")
    sitting.post(f"{page.url.path}/make", slug="Año nuevo", subject="Snow")
    assert list_slugs(desk_workspace) == ["ano-nuevo", "december-light-snow"]


@pytest.mark.parametrize("name", ["", "再见", "winter-light"])
def test_a_name_that_will_not_do_is_explained(sitting: Sitting, desk_workspace: Workspace, name: str) -> None:
    """With one that will."""
    answer = sitting.post("/issues/winter-light/rename", name=name)
    assert answer.status_code == 422
    assert re.search("For example: |Choose another name, such as ", answer.text)
    assert list_slugs(desk_workspace) == ["winter-light"]


def test_deleting_is_undone_at_once_or_later(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The notice has a button; the page of deleted issues has one for each."""
    assert 'href="/deleted"' not in sitting.see("/")
    gone = sitting.post("/issues/winter-light/delete")
    assert "“Light in winter” is deleted." in gone.text
    assert list_slugs(desk_workspace) == []
    assert "is back" in sitting.undo(gone.text).text

    sitting.post("/issues/winter-light/delete")
    assert 'href="/deleted"' in sitting.see("/")
    page = sitting.see("/deleted")
    assert "<h2>Light in winter</h2>" in page
    found = re.search(r'name="name" value="([^"]+)"', page)
    assert found
    sitting.post("/deleted", name=found[1])
    assert load_issue(desk_workspace, "winter-light").subject == "Light in winter"
    assert "No issue was deleted." in sitting.see("/deleted")


def test_what_was_sent_stays(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The list offers only what can be done; who asks for more is told why not."""
    write_issue(desk_workspace, "draft")
    send_issue(desk_workspace, "winter-light")
    page = sitting.see("/")
    assert ("/issues/draft/rename" in page, "/issues/draft/delete" in page) == (True, True)
    assert "/issues/winter-light/duplicate" in page
    assert ("/issues/winter-light/rename" in page, "/issues/winter-light/delete" in page) == (False, False)

    for change, fields in (("rename", {"name": "other"}), ("delete", {})):
        answer = sitting.post(f"/issues/winter-light/{change}", **fields)
        assert answer.status_code == 422
        assert "winter-light is being sent" in answer.text


@pytest.mark.parametrize("transport", ["outbox", "smtp"])
def test_what_was_only_practiced_can_be_deleted(sitting: Sitting, desk_workspace: Workspace, transport: str) -> None:
    """How it was sent counts, and not how the next one will be."""
    send(desk_workspace, "winter-light", transport=transport, state="finished")
    assert ("/issues/winter-light/delete" in sitting.see("/")) is (transport == "outbox")


def test_unknown_issues_and_deleted_ones(sitting: Sitting) -> None:
    """A page that is older than the files is answered in words."""
    for change in ("duplicate", "rename", "delete", "posts"):
        answer = sitting.post(f"/issues/nothing/{change}", name="x")
        assert (answer.status_code, "There is no issue named “nothing” here." in answer.text) == (404, True), change
    for name in ("", "nothing", "../winter-light"):
        answer = sitting.post("/deleted", name=name)
        assert (answer.status_code, "no deleted issue" in answer.text) == (422, True), name


# --- beginning ------------------------------------------------------------------------------


def test_an_issue_begins_like_last_month(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The page offers it first; the letter keeps its greeting, and the posts stay where they are."""
    page = sitting.see("/new")
    assert '<option value="winter-light">like “Light in winter”</option>' in page

    answer = sitting.post("/new", begin="yes", subject="Snow", like="winter-light")

    assert "The letter begins like “Light in winter”" in answer.text
    (slug,) = set(list_slugs(desk_workspace)) - {"winter-light"}
    issue = load_issue(desk_workspace, slug)
    assert (issue.subject, issue.posts) == ("Snow", ())
    assert issue.letter.markdown == "Dear {{ first_name or 'reader' }},"


def test_a_post_goes_into_a_letter_like_last_month(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The page on which a post is looked over offers the same."""
    page = sitting.post("/new", text="Snow at the Door\n\nShovels are for two people, and so is tea.\n")
    assert 'value="winter-light">like' in page.text
    sitting.post(f"{page.url.path}/make", slug="snow", subject="Snow", like="winter-light")
    issue = load_issue(desk_workspace, "snow")
    assert (len(issue.posts), issue.letter.markdown) == (1, "Dear {{ first_name or 'reader' }},")


def test_an_issue_needs_a_subject(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Who gives none is told what is wanted; a misspelt issue to begin like, too."""
    assert "needs a subject" in sitting.post("/new", begin="yes", subject=" ").text
    assert "there is no issue named x" in sitting.post("/new", begin="yes", subject="Snow", like="x").text
    assert list_slugs(desk_workspace) == ["winter-light"]


def test_discarding_leads_back(sitting: Sitting) -> None:
    """To where the next post can be handed in."""
    text = "Snow at the Door\n\nShovels are for two people, and so is tea.\n"
    for into in ("", "winter-light"):
        page = sitting.post("/new", text=text, into=into)
        back = sitting.post(f"{page.url.path}/discard")
        assert back.url.path == "/new"
        assert back.url.params.get("into", "") == into
        assert "Nothing was made." in back.text


# --- the first time -------------------------------------------------------------------------


@pytest.fixture
def new_desk(tmp_path: Path) -> Iterator[tuple[Sitting, Workspace]]:
    """Somebody at the desk of a workspace as `init` makes it."""
    make_workspace(tmp_path / "new", {})
    workspace, gate = open_workspace(tmp_path / "new"), Gate(PORT)
    app = create_desk(workspace, gate, Changes(workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        client.get(gate.link())
        yield Sitting(client), workspace


def steps(page: str) -> list[tuple[bool, str]]:
    """Return the first steps of the page, and whether each is done."""
    found = re.findall(r'<li( class="done")?><span class="tick".*?<a href="([^"]+)">', page, re.DOTALL)
    return [(bool(done), where) for done, where in found]


def test_the_first_steps_are_ticked_off(new_desk: tuple[Sitting, Workspace]) -> None:
    """Settings, list, first issue; when all are done, nothing is left of them."""
    sitting, workspace = new_desk
    assert steps(sitting.see("/")) == [(False, "/settings"), (False, "/people/import"), (False, "/new")]
    path = workspace.root / "newsletter.toml"
    text = re.sub(r'postal_address = ".*"', 'postal_address = "12 Elm Street, Springfield, MA 01101"', path.read_text())
    path.write_text(text, "utf-8")
    assert steps(sitting.see("/"))[0] == (True, "/settings")
    sitting.post("/new", begin="yes", subject="Snow")
    assert [done for done, _ in steps(sitting.see("/"))] == [True, False, True]
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 1)
    assert "Three steps" not in sitting.see("/")


def test_the_sample_says_so_and_goes(new_desk: tuple[Sitting, Workspace]) -> None:
    """With one click, also after it was tried out; a new issue does not begin like it."""
    sitting, workspace = new_desk
    assert "This is a sample" in sitting.see("/")
    assert "like “" not in unescape(sitting.see("/new"))
    gone = sitting.post(f"/issues/{SAMPLE_ISSUE}/delete")
    assert list_slugs(workspace) == []
    assert "This is a sample" not in gone.text
    sitting.undo(gone.text)

    post = workspace.issues_dir / SAMPLE_ISSUE / "posts" / "good-company.md"
    post.write_text(post.read_text("utf-8") + "\nOurs.\n", "utf-8")
    assert "This is a sample" not in sitting.see("/")
