"""Beginning an issue like another one; duplicating, renaming, deleting and bringing back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.errors import CampaignError, IssueError, NewsletterError, StoreError, WorkspaceError
from newsletter.issues import list_slugs, load_issue
from newsletter.issues.folders import deleted_issues
from newsletter.posts import Picture, Post
from newsletter.rendering import render_issue
from newsletter.services.corrections import create_correction
from newsletter.services.issues import (
    audience_words,
    create_issue,
    delete_issue,
    duplicate_issue,
    earlier_issues,
    rename_issue,
    restore_issue,
    suggest_slug,
)
from newsletter.storage import open_store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.subscribers.audience import Audience
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.web.samples import PIXEL, write_issue

NOW = dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC)
LETTER = (
    'Dear {{ first_name or "reader" }},\n\nthis month we write about the light, and about what it does.\n\nWarmly,\n'
)


def send(workspace: Workspace, slug: str, *, transport: str, state: str, audience: Audience = Audience()) -> None:  # noqa: B008
    message = render_issue(workspace, load_issue(workspace, slug)).message
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 1)
        start(store, message, slug=slug, plan=Plan(transport=transport, audience=audience))
        with store.write() as connection:
            connection.execute(update(campaigns).values(state=state))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- like an earlier one --------------------------------------------------------------------


def test_an_issue_begins_like_an_earlier_one(workspace: Workspace) -> None:
    """It has the frame of its letter and none of its posts; its own posts come in as ever."""
    write_issue(workspace, "2026-11-light", LETTER)

    create_issue(workspace, "2026-12", [Post(title="Snow", body="It fell.")], like="2026-11-light")

    issue = load_issue(workspace, "2026-12")
    assert (issue.subject, [each.post.title for each in issue.posts]) == ("Snow", ["Snow"])
    assert issue.letter.markdown == 'Dear {{ first_name or "reader" }},\n\nWarmly,'


def test_a_picture_of_the_frame_gives_way_to_that_of_a_post(workspace: Workspace) -> None:
    """Both are in the issue afterwards."""
    for slug in ("2026-10", "2026-11"):
        write_issue(workspace, slug, f"{LETTER}\n![Our door](images/window.gif)\n")
    post, picture = Post(title="Snow", body="![](images/window.gif)"), Picture("images/window.gif", b"of the post")

    folder = create_issue(workspace, "2026-12", [post], pictures=[picture], like="2026-11")

    assert (folder / "images" / "window.gif").read_bytes() == b"of the post"
    assert (folder / "images" / "window-2.gif").read_bytes() == PIXEL
    assert "![Our door](images/window-2.gif)" in load_issue(workspace, "2026-12").letter.markdown


def test_the_likeliest_comes_first(workspace: Workspace) -> None:
    """What was sent is a better beginning than a draft."""
    for slug in ("2026-10", "2026-11", "2026-12"):
        write_issue(workspace, slug)
    send(workspace, "2026-11", transport="sendgrid", state="finished", audience=Audience(not_tags=("staff",)))

    assert earlier_issues(workspace) == ["2026-11", "2026-12", "2026-10"]
    assert audience_words(workspace, "2026-11") == "everyone who is subscribed, not staff"
    assert audience_words(workspace, "2026-12") == ""


def test_without_a_letter_there_is_a_greeting(workspace: Workspace) -> None:
    """An issue must say something, also one that begins like a letter without a frame."""
    write_issue(workspace, "2026-11", "This month there is nothing but news, and news do not stay from month to month.")
    create_issue(workspace, "2026-12", subject="Snow", like="2026-11")
    assert load_issue(workspace, "2026-12").letter.markdown.startswith("Hello")


# --- as a whole -----------------------------------------------------------------------------


def test_a_copy_is_a_draft_of_its_own(workspace: Workspace) -> None:
    """All that the issue shows is copied, of one that was sent, too; its history and its own address are not."""
    folder = write_issue(workspace)
    (folder / ".history").mkdir()
    (folder / ".history" / "x.md").write_text("x", "utf-8")
    text = (folder / "issue.md").read_text("utf-8")
    (folder / "issue.md").write_text(text.replace("subject:", "link: https://example.org/light\nsubject:"), "utf-8")
    send(workspace, "winter-light", transport="sendgrid", state="finished")
    before = contents(folder)

    copy = duplicate_issue(workspace, "winter-light", "2026-12-light")

    assert contents(copy) == {name: data for name, data in before.items() if ".history" not in name} | {
        "issue.md": text.encode()
    }
    (copy / "images" / "window.gif").unlink()
    assert contents(folder) == before


def test_what_has_a_mistake_can_be_copied(workspace: Workspace) -> None:
    """The copy has it, too."""
    folder = write_issue(workspace)
    (folder / "issue.md").write_text("no front matter", "utf-8")
    copy = duplicate_issue(workspace, "winter-light", "copy")
    assert (copy / "issue.md").read_text("utf-8") == "no front matter"


def test_a_draft_gets_another_name(workspace: Workspace) -> None:
    """Everything is there under the new name, and nothing under the old one."""
    before = contents(write_issue(workspace))
    folder = rename_issue(workspace, "winter-light", "2026-12-light")
    assert contents(folder) == before
    assert list_slugs(workspace) == ["2026-12-light"]


def test_a_deleted_issue_comes_back(workspace: Workspace) -> None:
    """Nothing of it is lost, and the pictures of others are not touched."""
    before, other = contents(write_issue(workspace)), contents(write_issue(workspace, "other"))

    deleted = delete_issue(workspace, "winter-light", NOW)

    assert list_slugs(workspace) == ["other"]
    assert list(deleted_issues(workspace).values()) == [deleted]
    assert restore_issue(workspace, deleted.name) == "winter-light"
    assert contents(workspace.issues_dir / "winter-light") == before
    assert contents(workspace.issues_dir / "other") == other
    assert not deleted_issues(workspace)


def test_one_that_was_made_meanwhile_keeps_the_name(workspace: Workspace) -> None:
    """The one that comes back gets another; of several deleted ones, the name means the latest."""
    for number, letter in enumerate(("One.\n", "Two.\n")):
        write_issue(workspace, letter=letter)
        delete_issue(workspace, "winter-light", NOW + dt.timedelta(seconds=number))
    write_issue(workspace, letter="Three.\n")

    assert restore_issue(workspace, "winter-light") == "winter-light-2"
    assert load_issue(workspace, "winter-light-2").letter.markdown == "Two."
    assert load_issue(workspace, "winter-light").letter.markdown == "Three."


def test_a_deleted_one_with_a_mistake_comes_back_too(workspace: Workspace) -> None:
    """It has no subject that could be shown; other folders there are no issues."""
    folder = write_issue(workspace)
    (folder / "issue.md").write_text("---\nsubject: Never closed\n", "utf-8")
    deleted = delete_issue(workspace, "winter-light", NOW)
    (workspace.issues_dir / ".deleted" / "x.y").mkdir()
    (workspace.issues_dir / ".deleted" / "x.y" / "issue.md").write_text("", "utf-8")

    assert list(deleted_issues(workspace).values()) == [deleted]
    assert (deleted.slug, deleted.subject) == ("winter-light", "")
    assert restore_issue(workspace, "winter-light") == "winter-light"


def test_a_file_that_is_open_elsewhere_is_named_as_the_reason(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows moves no folder of which a file is open; nothing is lost."""
    before = contents(write_issue(workspace))

    def refuse(*_paths: Path) -> None:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(WorkspaceError, match="cannot be moved") as refused:
        delete_issue(workspace, "winter-light", NOW)
    assert "Close other programs" in refused.value.hint
    assert contents(workspace.issues_dir / "winter-light") == before


# --- what was sent --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["finished", "cancelled", "paused", "scheduled", "sending"])
def test_the_record_of_a_send_is_not_lost(workspace: Workspace, state: str) -> None:
    """What went out, may have, or will, keeps name and folder."""
    before = contents(write_issue(workspace))
    send(workspace, "winter-light", transport="sendgrid", state=state)

    for change in (
        lambda: rename_issue(workspace, "winter-light", "other"),
        lambda: delete_issue(workspace, "winter-light", NOW),
    ):
        with pytest.raises(IssueError, match=r"winter-light (was|is)") as refused:
            change()
        assert refused.value.hint
    assert contents(workspace.issues_dir / "winter-light") == before


def test_what_was_canceled_is_not_said_to_be_sent(workspace: Workspace) -> None:
    """Perhaps nobody got it."""
    write_issue(workspace)
    send(workspace, "winter-light", transport="sendgrid", state="cancelled")
    with pytest.raises(IssueError, match="was scheduled or sent before") as refused:
        delete_issue(workspace, "winter-light", NOW)
    assert "duplicate it" in refused.value.hint


def test_what_was_only_practiced_can_be_deleted(workspace: Workspace) -> None:
    """It was mailed to nobody; its name is not free for another issue, and it comes back as what it was."""
    write_issue(workspace)
    send(workspace, "winter-light", transport="outbox", state="sending")
    with pytest.raises(IssueError, match="is being sent"):
        delete_issue(workspace, "winter-light", NOW)
    with open_store(workspace.database_url, workspace.key_file) as store, store.write() as connection:
        connection.execute(update(campaigns).values(state="finished"))

    delete_issue(workspace, "winter-light", NOW)

    write_issue(workspace, "draft")
    changes: list[Callable[[], object]] = [
        lambda: create_issue(workspace, "winter-light", subject="Light"),
        lambda: duplicate_issue(workspace, "draft", "winter-light"),
        lambda: rename_issue(workspace, "draft", "winter-light"),
    ]
    for change in changes:
        with pytest.raises(IssueError, match="an issue named winter-light was sent before"):
            change()
    assert restore_issue(workspace, "winter-light") == "winter-light"


def test_a_name_that_was_sent_is_not_suggested(workspace: Workspace) -> None:
    """Also where the folder is gone."""
    free = suggest_slug(workspace, "light")
    write_issue(workspace, free)
    send(workspace, free, transport="outbox", state="finished")
    delete_issue(workspace, free, NOW)
    assert suggest_slug(workspace, "light") == f"{free}-2"


def test_a_correction_takes_no_name_that_was_sent(workspace: Workspace) -> None:
    """The ledger would take it for the one that was sent, and leave out whoever has that."""
    write_issue(workspace)
    send(workspace, "winter-light", transport="outbox", state="finished")
    with open_store(workspace.database_url, workspace.key_file) as store:
        with store.write() as connection:
            connection.execute(update(deliveries).values(state="accepted"))
        first, _ = create_correction(workspace, store, "winter-light")
        message = render_issue(workspace, load_issue(workspace, first)).message
        start(store, message, slug=first, plan=Plan(transport="outbox"))
        with store.write() as connection:
            connection.execute(update(campaigns).values(state="finished"))
    delete_issue(workspace, first, NOW)

    with open_store(workspace.database_url, workspace.key_file) as store:
        assert create_correction(workspace, store, "winter-light")[0] == f"{first}-2"


def test_what_cannot_be_asked_is_not_risked(workspace: Workspace) -> None:
    """With a damaged database nobody knows what was sent: nothing is renamed or deleted, but a new one can be made."""
    write_issue(workspace)
    send(workspace, "winter-light", transport="sendgrid", state="finished")
    (workspace.root / "newsletter.db").write_bytes(b"x" * 5000)

    with pytest.raises((StoreError, CampaignError)):
        delete_issue(workspace, "winter-light", NOW)
    with pytest.raises((StoreError, CampaignError)):
        rename_issue(workspace, "winter-light", "other")
    assert list_slugs(workspace) == ["winter-light"]
    create_issue(workspace, suggest_slug(workspace, "snow"), subject="Snow")
    assert len(earlier_issues(workspace)) == 2


@pytest.mark.parametrize("new", ["winter-light", "other", "Bad Name", "../out", ""])
def test_a_name_must_be_good_and_free(workspace: Workspace, new: str) -> None:
    """Nothing is written over, and nothing leads out."""
    before = contents(write_issue(workspace).parent), write_issue(workspace, "other")
    for change in (rename_issue, duplicate_issue):
        with pytest.raises(IssueError):
            change(workspace, "winter-light", new)
    assert contents(workspace.issues_dir).keys() >= before[0].keys()
    assert list_slugs(workspace) == ["other", "winter-light"]


@pytest.mark.parametrize("name", ["nothing", "../winter-light", "winter-light.20261201T093000000000Z"])
def test_only_what_was_deleted_comes_back(workspace: Workspace, name: str) -> None:
    """The error names what there is."""
    write_issue(workspace)
    delete_issue(workspace, "winter-light", NOW + dt.timedelta(hours=1))
    with pytest.raises(IssueError, match="no deleted issue") as refused:
        restore_issue(workspace, name)
    assert "winter-light" in refused.value.hint


def test_a_link_in_a_folder_is_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    """A copy takes nothing from elsewhere."""
    folder = write_issue(workspace)
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    try:
        (folder / "images" / "secret.txt").symlink_to(tmp_path / "secret.txt")
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(WorkspaceError, match="link to somewhere else"):
        duplicate_issue(workspace, "winter-light", "copy")
    with pytest.raises(NewsletterError):
        duplicate_issue(workspace, "nothing", "copy")
    assert list_slugs(workspace) == ["winter-light"]
