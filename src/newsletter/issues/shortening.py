"""Posts that are not shown in full: the beginning, and the way to the rest."""

from dataclasses import replace

from newsletter.errors import IssueError
from newsletter.issues.order import Show
from newsletter.issues.value import IssuePost
from newsletter.posts.markdown import without_tags
from newsletter.posts.plain import first_sentences

SENTENCES = 2


def shortened_post(post: IssuePost, show: Show) -> IssuePost:
    """Return `post` as far as it is shown.

    Raises:
        IssueError: it leads nowhere, for the post has no link.
    """
    if show is Show.FULL:
        return post
    if not post.post.link.startswith(("https://", "http://")):
        hint = "Add a line to its front matter: link: https://…\nor show the post in full."
        raise IssueError("has no link to read on", where=f"{post.body.path}:1", hint=hint)
    if show is Show.TEASER:
        teaser = post.post.teaser or without_tags(first_sentences(post.post.body, SENTENCES))
        return _with_body(replace(post, post=replace(post.post, teaser=teaser)), "")
    bare = replace(post.post, image="", image_alt="", teaser="")
    return _with_body(replace(post, post=bare), f"[Read on](<{post.post.link}>)")


def _with_body(post: IssuePost, markdown: str) -> IssuePost:
    return replace(post, post=replace(post.post, body=markdown), body=replace(post.body, markdown=markdown))
