"""Posts that are not shown in full: the beginning, and the way to the rest."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from newsletter.errors import IssueError
from newsletter.issues.order import Show
from newsletter.issues.value import IssuePost
from newsletter.posts.markdown import first_sentences, without_tags

SENTENCES = 2
_WORDS = 80
_NO_PARAGRAPH = re.compile(r"#|:::|```|~~~|\||>|!\[|<|[-*+] |\d+[.)] |\[\^| {4}")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")


def shortened_post(post: IssuePost, show: Show) -> IssuePost:
    """Return `post` as far as it is shown.

    Raises:
        IssueError: it leads nowhere, for the post has no link.
    """
    if show is Show.FULL:
        return post
    if not leads_on(post.post.link):
        hint = "Add a line to its front matter: link: https://…\nor show the post in full."
        raise IssueError("has no link to read on", where=f"{post.body.path}:1", hint=hint)
    post = replace(post, show=show)
    if show is Show.OPENING:
        body = _first_paragraphs(post.post.body) or _sentences(post)
        return _with_body(replace(post, post=replace(post.post, teaser="")), body)
    if show is Show.TEASER:
        teaser = post.post.teaser or _sentences(post)
        return _with_body(replace(post, post=replace(post.post, teaser=teaser)), "")
    bare = replace(post.post, image="", image_alt="", teaser="")
    return _with_body(replace(post, post=bare), "")


def _sentences(post: IssuePost) -> str:
    return without_tags(first_sentences(post.post.body, SENTENCES))


def _first_paragraphs(markdown: str) -> str:
    """Return the paragraphs with which a post begins: enough of them to be drawn in, up to its first heading.

    Marks of footnotes are left out, for the notes stand at the end of the post.
    """
    lines = markdown.split("\n")
    starts = [at for at, line in enumerate(lines) if line.strip() and (at == 0 or not lines[at - 1].strip())]
    end = 0
    for start, after in zip(starts, [*starts[1:], len(lines)], strict=True):
        if _NO_PARAGRAPH.match(lines[start]) or len(" ".join(lines[:end]).split()) >= _WORDS:
            break
        end = after
    return _NOTE_MARK.sub("", "\n".join(lines[:end]).rstrip())


def leads_on(link: str) -> bool:
    """Whether a reader can follow `link` to the rest of a post."""
    return link.startswith(("https://", "http://"))


def web_address(typed: str) -> str:
    """Return the address of a web page as a person types or copies it, with its scheme.

    Raises:
        IssueError: it is none.
    """
    address = typed.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:  # such as http://[
        host = ""
    if not leads_on(address) or "." not in host.strip(".") or any(char.isspace() or char in '<>"' for char in address):
        hint = "Open the post on your website, and copy its address from the top of the browser: https://…"
        raise IssueError(f"“{typed.strip()[:100]}” is not the address of a web page", hint=hint)
    return address


def _with_body(post: IssuePost, markdown: str) -> IssuePost:
    return replace(post, post=replace(post.post, body=markdown), body=replace(post.body, markdown=markdown))
