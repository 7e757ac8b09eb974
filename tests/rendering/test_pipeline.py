"""An issue becomes one message, whose parts say the same and can be filled for anybody."""

from pathlib import Path

from newsletter.issues import Issue, IssuePost, Passage
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER
from newsletter.posts import Post
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace


def make_issue(folder: Path, *bodies: str, letter: str = 'Hello {{ first_name or "there" }},') -> Issue:
    """Return an issue whose posts have `bodies`."""
    source = folder / "issue.md"
    posts = tuple(
        IssuePost(
            post=Post(title=f"Post {number}", body=body, author="Ana Ruiz"),
            body=Passage(markdown=body, path=folder / "posts" / f"{number}.md", first_line=5),
        )
        for number, body in enumerate(bodies, 1)
    )
    return Issue(
        slug="2026-12-test",
        folder=folder,
        source=source,
        subject='News for {{ first_name or "you" }}',
        preheader="What we wrote this month",
        letter=Passage(markdown=letter, path=source, first_line=6),
        posts=posts,
    )


def test_both_parts_hold_the_unsubscribe_link(workspace: Workspace, tmp_path: Path) -> None:
    """The unsubscribe placeholder and the postal address stand in the HTML and in the text."""
    message = render_issue(workspace, make_issue(tmp_path, "Hello.")).message
    for part in (message.html, message.text):
        assert UNSUBSCRIBE_PLACEHOLDER in part
        assert workspace.settings.clinic.postal_address in part
