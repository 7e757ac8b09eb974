"""Runs of text: the tokens inside a paragraph as an HTML fragment and as plain text."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.message.merge import PLAIN_PLACEHOLDER
from newsletter.rendering.blocks import Inline
from newsletter.rendering.markdown import too_deep
from newsletter.rendering.sanitise import DEEPEST, SCHEMES, clean_fragment, depth, text_of

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BARE_DOMAIN = re.compile(r"(?:www\.|[a-z0-9-]+\.(?:com|org|net|gov|edu)\b)", re.IGNORECASE)
_BARE_EMAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[a-z]{2,}", re.IGNORECASE)
_SHOWN_AS = re.compile(r"^(?:mailto:|tel:|https?://)")


def read_inline(tokens: Sequence[Token], passage: Passage, line: int) -> Inline:
    """Return what `tokens` say.

    Raises:
        IssueError: a link leads nowhere, a picture stands where none can, or tags are
            nested absurdly deep.
    """
    at = line
    for token in tokens:
        at += token.type in {"softbreak", "hardbreak"}
        if token.type == "image":
            raise IssueError(
                "a picture cannot stand inside a heading, a table or a caption",
                where=f"{passage.path}:{at}",
                hint="Give it a line of its own.",
            )
        if token.type == "link_open":
            token.attrSet("href", link_target(token, passage, at))
    return Inline(read_html(_RENDERER.renderInline(tokens, _OPTIONS, {}), passage, line), _plain(tokens))


def read_html(fragment: str, passage: Passage, line: int) -> Markup:
    """Return HTML from a post, sanitised.

    Raises:
        IssueError: tags are nested absurdly deep, which would crash the MJML engine.
    """
    cleaned = clean_fragment(fragment)
    if cleaned.count("<") > DEEPEST and depth(cleaned) > DEEPEST:  # most have few tags, and need no second look
        raise too_deep(passage, line)
    return cleaned


def plain(text: str) -> Inline:
    """Return text that holds no marks."""
    return Inline(escape(text), text)


def link_target(token: Token, passage: Passage, line: int) -> str:
    """Return the whole address that a link's opening token leads to.

    ``www.example.org`` and ``me@example.org`` are understood.

    Raises:
        IssueError: the address is relative, of a kind that mail cannot follow, or has a
            merge tag in it, which would tell the other side who clicked.
    """
    href = str(token.attrGet("href") or "")
    if PLAIN_PLACEHOLDER.search(href):
        raise IssueError(
            "a merge tag stands inside the address of a link",
            where=f"{passage.path}:{line}",
            hint="A link is the same for everyone, so that following it tells nobody who did.",
        )
    target = "" if token.markup == "linkify" and href.startswith("http://") else _whole(href)
    if target or token.markup == "linkify":
        return target or href.replace("http://", "https://", 1)
    raise IssueError(
        f"the link ({href}) leads nowhere from inside a mail" if href else "a link has no address",
        where=f"{passage.path}:{line}",
        hint="Write the whole address: https://…, mailto:… or tel:…",
    )


def _whole(href: str) -> str:
    scheme = _SCHEME.match(href)
    if scheme and scheme[1].lower() in SCHEMES:
        return href
    if _BARE_EMAIL.fullmatch(href):
        return f"mailto:{href}"
    return f"https://{href}" if not scheme and _BARE_DOMAIN.match(href) else ""


class _Renderer(RendererHTML):
    """Writes a footnote's number where it is referred to; the note stands below the passage."""

    def footnote_ref(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:  # noqa: ARG002
        """Return the number."""
        return f"<sup>{_note_number(tokens[index])}</sup>"


_RENDERER = _Renderer()
_OPTIONS = MarkdownIt("commonmark").options


def _note_number(token: Token) -> int:
    return int(token.meta["id"]) + 1


def _plain(tokens: Iterable[Token]) -> str:
    """Return the text of `tokens`; a link's address follows its words in angle brackets."""
    pieces: list[str] = []
    open_links: list[tuple[int, str]] = []
    for token in tokens:
        if token.type == "link_open":
            open_links.append((len(pieces), str(token.attrGet("href"))))
        elif token.type == "link_close" and open_links:
            begun, href = open_links.pop()
            pieces.append(address_after("".join(pieces[begun:]), href))
        else:
            pieces.append(_word(token))
    return "".join(pieces)


_MARKS = {"softbreak": " ", "hardbreak": "\n", "em_open": "_", "em_close": "_", "s_open": "~", "s_close": "~"}
"""What stands in plain text for marks that matter there; bold is left out."""


def _word(token: Token) -> str:
    if token.type == "footnote_ref":
        return f"[{_note_number(token)}]"
    if token.type == "html_inline":
        return text_of(token.content)
    return _MARKS.get(token.type, token.content)


def address_after(words: str, href: str) -> str:
    """Return a link's address in angle brackets, or nothing when its words show it already."""
    shown = _SHOWN_AS.sub("", href).rstrip("/")
    said = _SHOWN_AS.sub("", words.strip()).rstrip("/")
    digits = re.sub(r"\D", "", said)
    dials = href.startswith("tel:") and digits and digits in re.sub(r"\D", "", shown)
    return "" if dials or said.lower() == shown.lower() else f" <{href.removeprefix('mailto:').removeprefix('tel:')}>"
