"""`issue`, and `new --like`, as a person uses them."""

import json

from newsletter.issues import list_slugs, load_issue
from newsletter.workspace import Workspace
from tests.cli.test_new import run, write_post
from tests.web.looking.sent import send_issue
from tests.web.samples import write_issue


def test_an_issue_and_its_names(workspace: Workspace) -> None:
    """Duplicated, renamed, deleted, listed, and brought back."""
    write_issue(workspace)
    assert "newsletters/december" in run(workspace, "issue", "duplicate", "winter-light", "december")[0]
    assert "newsletters/snow" in run(workspace, "issue", "rename", "december", "snow")[0]
    assert "newsletter issue restore snow" in run(workspace, "issue", "delete", "snow")[0]
    assert list_slugs(workspace) == ["winter-light"]

    listed, _ = run(workspace, "issue", "restore")
    assert listed.startswith("snow  deleted ")
    assert listed.endswith("  Light in winter\n")
    assert run(workspace, "issue", "restore", "snow")[0] == "Restored as newsletters/snow\n"
    assert "No issue was deleted" in run(workspace, "issue", "restore")[1]


def test_the_same_as_json(workspace: Workspace) -> None:
    """Programs get names, not sentences."""
    write_issue(workspace)
    made = json.loads(run(workspace, "issue", "duplicate", "winter-light", "december", "--json")[0])
    assert made == {"issue": "december", "folder": str(workspace.issues_dir / "december")}
    deleted = json.loads(run(workspace, "issue", "delete", "december", "--json")[0])
    (listed,) = json.loads(run(workspace, "issue", "restore", "--json")[0])
    assert (listed["slug"], listed["name"], listed["subject"]) == ("december", deleted["deleted"], "Light in winter")
    assert json.loads(run(workspace, "issue", "restore", deleted["deleted"], "--json")[0])["issue"] == "december"


def test_what_was_sent_is_refused(workspace: Workspace) -> None:
    """With what to do instead."""
    write_issue(workspace)
    send_issue(workspace, "winter-light")
    _, err = run(workspace, "issue", "rename", "winter-light", "snow", code=1)
    assert "duplicate it" in err
    assert "Cancel it first" in run(workspace, "issue", "delete", "winter-light", code=1)[1]


def test_new_like_an_earlier_one(workspace: Workspace) -> None:
    """With a post, or without any; a misspelt name is told first."""
    write_issue(
        workspace, letter="Dear friends,\n\nthe days grow longer again, and that is all there is to say today.\n\nPat\n"
    )
    _, err = run(workspace, "new", "walk", "--like", "winter-light", "--from", write_post(workspace))
    assert "begins like winter-light" in err
    assert load_issue(workspace, "walk").letter.markdown == "Dear friends,\n\nPat"
    run(workspace, "new", "letter", "--like", "winter-light", "--subject", "A letter")
    assert load_issue(workspace, "letter").subject == "A letter"
    assert "there is no issue named winter" in run(workspace, "new", "x", "--like", "winter", code=1)[1]
