"""Which posts earlier issues had, so that none is offered as new again."""

from newsletter.errors import IssueError
from newsletter.issues.load import list_slugs, load_issue
from newsletter.workspace import Workspace


def used_posts(workspace: Workspace) -> dict[str, list[str]]:
    """Return the issues in which each post stands, by the post's link and by its title in small letters."""
    used: dict[str, list[str]] = {}
    for slug in list_slugs(workspace):
        try:
            posts = load_issue(workspace, slug).posts
        except IssueError:  # a mistake elsewhere is told when that issue is worked on
            continue
        for each in posts:
            for name in filter(None, (each.post.link, each.post.title.casefold())):
                used.setdefault(name, []).append(slug)
    return used
