"""Issues to render: small ones made on the spot, and one that holds every block."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.issues import Issue, IssuePost, Passage
from newsletter.issues.load import load_issue
from newsletter.message import Message, Recipient, fill_message
from newsletter.posts import Post
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

SHIPPED = ("clinic", "digest", "journal", "letter")
MakeIssue = Callable[..., Issue]
READER = Recipient(
    ref="r1",
    email="maria@example.org",
    first_name="Maria",
    last_name="Lind",
    unsubscribe_url="https://news.example.org/u/abc",
)


@pytest.fixture
def make_issue(workspace: Workspace) -> MakeIssue:
    """Return a maker of issues whose posts have the given bodies."""

    def make(*bodies: str, letter: str = "", language: str = "en", **facts: str) -> Issue:
        folder = workspace.issues_dir / "2026-12-test"
        posts = tuple(
            IssuePost(
                post=Post(title=facts.get("title", f"Post {number}"), body=body, author=facts.get("author", "")),
                body=Passage(markdown=body, path=folder / "posts" / f"{number}.md", first_line=5),
            )
            for number, body in enumerate(bodies, 1)
        )
        return Issue(
            slug=folder.name,
            folder=folder,
            source=folder / "issue.md",
            subject=facts.get("subject", "News"),
            preheader=facts.get("preheader", ""),
            letter=Passage(markdown=letter, path=folder / "issue.md", first_line=6),
            posts=posts,
            language=language,
        )

    return make


@pytest.fixture
def render(workspace: Workspace, make_issue: MakeIssue) -> Callable[..., Message]:
    """Return a renderer of issues made on the spot."""
    return lambda *bodies, **facts: render_issue(workspace, make_issue(*bodies, **facts)).message


@pytest.fixture(params=SHIPPED)
def themed(request: pytest.FixtureRequest, workspace: Workspace) -> Workspace:
    """The workspace, set in each of the themes that ship."""
    return with_theme(workspace, name=request.param)


def with_theme(workspace: Workspace, **changes: str) -> Workspace:
    """Return the workspace with other settings for its theme."""
    theme = replace(workspace.settings.theme, **changes)
    return replace(workspace, settings=replace(workspace.settings, theme=theme))


@pytest.fixture
def everything(workspace: Workspace) -> Issue:
    """The issue that holds one of each block."""
    return load_everything(workspace)


def load_everything(workspace: Workspace) -> Issue:
    """Return the same, for fixtures that several tests share."""
    shutil.copytree(Path(__file__).parent / "everything", workspace.issues_dir / "everything")
    return load_issue(workspace, "everything")


@pytest.fixture
def everything_html(themed: Workspace, everything: Issue) -> str:
    """The HTML of that issue as one reader gets it, in each theme."""
    return fill_message(render_issue(themed, everything).message, READER).html
