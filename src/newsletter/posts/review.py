"""Looking a reading over: each part of the post with what it became, and a person's own word about it.

A reader of posts decides which line is a heading and which is the page's boilerplate. Here
a person can decide otherwise, part by part, without touching any Markdown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from markdown_it.token import Token

from newsletter.posts.block import letters_of
from newsletter.posts.markdown import MARKDOWN, escape, escape_inside, escape_start, plain_lines
from newsletter.posts.value import SURE, Decision, Dropped, Reading

_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]+(?P<text>.*)", re.DOTALL)
_WHOLLY_BOLD = re.compile(r"\*\*((?:(?!\*\*).)+)\*\*", re.DOTALL)
_BREAK = re.compile(r"[ \t]*\\?\n[ \t]*")


class Role(StrEnum):
    """What a part of a post can be."""

    SECTION = "section"  # a heading of the second level; the title is the first
    SUBSECTION = "subsection"
    PARAGRAPH = "paragraph"
    OTHER = "other"  # a list, a quotation, a table, a picture: it stays what it is, or goes
    LEFT_OUT = "left out"


_OF_A_LINE = (Role.SECTION, Role.SUBSECTION, Role.PARAGRAPH, Role.LEFT_OUT)
_OF_A_BLOCK = (Role.OTHER, Role.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a post as it was read, or a line that was left out of it.

    Attributes:
        role: what the reader made of it.
        roles: what it could be instead.
        text: its words, without markup.
        markdown: as it stands in the post; of a line left out, as it would stand there.
        reason: why it became that; empty when nothing is known.
        to_check: whether that is not sure, so that a person should check it.
    """

    role: Role
    roles: tuple[Role, ...]
    text: str
    markdown: str
    reason: str = ""
    to_check: bool = False


def review(reading: Reading) -> tuple[Part, ...]:
    """Return all parts of a reading in the order of its source.

    Lines left out stand where they stood, as far as that is known; else at the end.
    """
    parts = list(_parts(reading.post.body))
    lines = _source_lines(parts, reading.decisions)
    decided = {each.line: each for each in reversed(reading.decisions) if each.line}
    kept = [_explained(part, decided.get(line)) for part, line in zip(parts, lines, strict=True)]
    waiting = sorted((each for each in reading.dropped if each.line and each.text.strip()), key=lambda each: each.line)
    placed: list[Part] = []
    for part, line in zip(kept, lines, strict=True):
        while waiting and line and waiting[0].line < line:
            placed.append(_left_out(waiting.pop(0)))
        placed.append(part)
    homeless = [each for each in reading.dropped if not each.line and each.text.strip()]
    return (*placed, *(_left_out(each) for each in [*waiting, *homeless]))


def revise(reading: Reading, parts: Sequence[Part], rulings: Mapping[int, Role]) -> Reading:
    """Return `reading` as a person wants it.

    Args:
        reading: what `parts` came from.
        parts: what `review` gave.
        rulings: by a part's place among `parts`, what it shall be; all others stay.
    """
    roles = [_allowed(part, rulings.get(place, part.role)) for place, part in enumerate(parts)]
    kept = [_as(part, role) for part, role in zip(parts, roles, strict=True) if role is not Role.LEFT_OUT]
    taken_out = [
        Dropped(0, part.text, "by hand" if part.role is not Role.LEFT_OUT else part.reason)
        for part, role in zip(parts, roles, strict=True)
        if role is Role.LEFT_OUT
    ]
    return replace(reading, post=replace(reading.post, body="\n\n".join(kept)), dropped=tuple(taken_out))


def _parts(body: str) -> Iterator[Part]:
    lines = body.split("\n")
    for token in _top(MARKDOWN.parse(body)):
        start, end = token.map or (0, 0)
        markdown = "\n".join(lines[start:end]).strip("\n")
        text = "\n".join(plain_lines(markdown))
        if token.type == "heading_open":
            role = Role.SECTION if token.tag in {"h1", "h2"} else Role.SUBSECTION
            yield Part(role, _OF_A_LINE, text, markdown)
        elif token.type == "paragraph_open" and not _is_picture(markdown):
            yield Part(Role.PARAGRAPH, _OF_A_LINE, text, markdown)
        else:
            yield Part(Role.OTHER, _OF_A_BLOCK, text or markdown, markdown)


def _top(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens that open a block which stands in no other."""
    return (token for token in tokens if token.level == 0 and token.nesting >= 0)


def _is_picture(markdown: str) -> bool:
    return markdown.startswith("![") and "\n" not in markdown and markdown.endswith((")", "}"))


def _source_lines(parts: Sequence[Part], decisions: Sequence[Decision]) -> list[int]:
    """Return the source's line at which each part begins; 0 where it is not found."""
    told = [(each.line, letters) for each in decisions if (letters := letters_of(each.text))]
    after = 0
    lines: list[int] = []
    for part in parts:
        words = letters_of(part.text)
        lines.append(next((line for line, letters in told if line > after and words.startswith(letters)), 0))
        after = lines[-1] or after
    return lines


def _explained(part: Part, decided: Decision | None) -> Part:
    return replace(part, reason=decided.reason, to_check=decided.sure < SURE) if decided else part


def _left_out(dropped: Dropped) -> Part:
    return Part(Role.LEFT_OUT, _OF_A_LINE, dropped.text, escape(dropped.text), dropped.reason, dropped.sure < SURE)


def _allowed(part: Part, role: Role) -> Role:
    return role if role in part.roles else part.role


def _as(part: Part, role: Role) -> str:
    """Return the Markdown of `part` in another role."""
    if role is part.role:
        return part.markdown
    if role is Role.PARAGRAPH:
        heading = _HEADING.fullmatch(part.markdown)
        return escape_start(heading["text"]) if heading else part.markdown
    signs = "##" if role is Role.SECTION else "###"
    return f"{signs} {_one_line(part)}"


def _one_line(part: Part) -> str:
    if part.role is Role.LEFT_OUT:
        return escape_inside(part.text)
    heading = _HEADING.fullmatch(part.markdown)
    line = _BREAK.sub(" ", heading["text"] if heading else part.markdown).strip()
    bold = _WHOLLY_BOLD.fullmatch(line)
    return bold[1] if bold else line
