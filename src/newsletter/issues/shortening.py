"""Posts that are not shown in full: the beginning, and the way to the rest."""

from dataclasses import replace

from newsletter.errors import IssueError
from newsletter.issues.order import Show
from newsletter.issues.value import IssuePost
from newsletter.posts.markdown import escape
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
    summary = escape(first_sentences(post.post.body, SENTENCES)) if show is Show.TEASER else ""
    body = "\n\n".join(filter(None, [summary, f"[Read on](<{post.post.link}>)"]))
    facts = post.post if show is Show.TEASER else replace(post.post, image="", image_alt="")
    return replace(post, post=replace(facts, body=body), body=replace(post.body, markdown=body))
