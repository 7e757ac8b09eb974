"""Runs of text: the tokens inside a paragraph as an HTML fragment and as plain text."""

import re
from collections.abc import Iterable, Sequence

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import escape

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.rendering.blocks import Inline
from newsletter.rendering.markdown import MARKDOWN, too_deep
from newsletter.rendering.sanitise import DEEPEST, SCHEMES, clean_fragment, depth

_RENDERER = RendererHTML()
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BARE_DOMAIN = re.compile(r"(?:www\.|[a-z0-9-]+\.(?:com|org|net|gov|edu)\b)", re.IGNORECASE)
_BARE_EMAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[a-z]{2,}", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"-merge-\d+-")
_TAG = re.compile(r"<[^>]*>")


def read_inline(tokens: Sequence[Token], passage: Passage, line: int) -> Inline:
    """Return what `tokens` say.

    Raises:
        IssueError: a link leads nowhere, or tags are nested absurdly deep.
    """
    for token in tokens:
        if token.type == "link_open":
            token.attrSet("href", link_target(str(token.attrGet("href") or ""), passage, line))
    fragment = clean_fragment(_RENDERER.renderInline(tokens, MARKDOWN.options, {}))
    if depth(fragment) > DEEPEST:
        raise too_deep(passage, line)
    return Inline(fragment, _plain(tokens))


def plain(text: str) -> Inline:
    """Return text that holds no marks."""
    return Inline(escape(text), text)


def link_target(href: str, passage: Passage, line: int) -> str:
    """Return the whole address that a link leads to.

    ``www.example.org`` and ``me@example.org`` are understood.

    Raises:
        IssueError: the address is relative, of a kind that mail cannot follow, or has a
            merge tag in it, which would tell the other side who clicked.
    """
    scheme = _SCHEME.match(href)
    if _PLACEHOLDER.search(href):
        raise IssueError(
            "a merge tag stands inside the address of a link",
            where=f"{passage.path}:{line}",
            hint="A link is the same for everyone, so that following it tells nobody who did.",
        )
    if scheme and scheme[1].lower() in SCHEMES:
        return href
    if _BARE_EMAIL.fullmatch(href):
        return f"mailto:{href}"
    if not scheme and _BARE_DOMAIN.match(href):
        return f"https://{href}"
    raise IssueError(
        f"the link ({href}) leads nowhere from inside a mail" if href else "a link has no address",
        where=f"{passage.path}:{line}",
        hint="Write the whole address: https://…, mailto:… or tel:…",
    )


def _plain(tokens: Iterable[Token]) -> str:
    """Return the text of `tokens`; a link's address follows its words in angle brackets."""
    pieces: list[str] = []
    open_links: list[tuple[int, str]] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append((len(pieces), str(token.attrGet("href"))))
        elif token.type == "link_close" and open_links:
            begun, href = open_links.pop()
            pieces.append(_address_after("".join(pieces[begun:]), href))
        else:
            pieces.append(_word(token))
    return "".join(pieces)


def _word(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n" if token.type == "hardbreak" else " "
    if token.type == "html_inline":
        return "\n" if token.content.lower().startswith("<br") else ""
    if token.type in {"em_open", "em_close"}:
        return "_"
    return _TAG.sub("", token.content) if token.type == "html_block" else token.content


def _address_after(words: str, href: str) -> str:
    """Return the address in angle brackets, unless the words show it already."""
    shown = re.sub(r"^(?:mailto:|tel:|https?://)", "", href).rstrip("/")
    said = re.sub(r"^(?:mailto:|tel:|https?://)", "", words.strip()).rstrip("/")
    digits = re.sub(r"\D", "", said)
    if said.lower() == shown.lower() or (href.startswith("tel:") and digits and digits in re.sub(r"\D", "", shown)):
        return ""
    return f" <{href.removeprefix('mailto:').removeprefix('tel:')}>"
