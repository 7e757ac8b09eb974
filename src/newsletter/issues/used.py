"""Which posts earlier issues had, so that none is offered as new again."""

from newsletter.errors import IssueError
from newsletter.issues.load import list_slugs, load_issue
from newsletter.workspace import Workspace


def used_posts(workspace: Workspace) -> dict[str, str]:
    """Return the issue in which each post stands, by the post's link and by its title."""
    used: dict[str, str] = {}
    for slug in list_slugs(workspace):
        try:
            posts = load_issue(workspace, slug).posts
        except IssueError:  # a mistake elsewhere is told when that issue is worked on
            continue
        for each in posts:
            used |= {name: slug for name in (each.post.link, each.post.title.casefold()) if name}
    return used
