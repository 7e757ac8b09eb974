"""Pasted text, from its lines to a post, one stage after the other."""

import datetime as dt
from collections.abc import Sequence

from newsletter.errors import SourceError
from newsletter.posts.blocks import Block, Kind, write_blocks
from newsletter.posts.contacts import own_contact_lines
from newsletter.posts.decoding import refuse_longer
from newsletter.posts.endings import find_endings
from newsletter.posts.furniture import find_furniture
from newsletter.posts.head import Head, read_head, title_text
from newsletter.posts.letterhead import read_letterhead
from newsletter.posts.lines import Line, split_lines, usual_gap
from newsletter.posts.passed_on import take_off_quotes, take_out_signature
from newsletter.posts.pasted.bare_lists import find_bare_lists
from newsletter.posts.pasted.cards import find_cards
from newsletter.posts.pasted.contact_stacks import group_contact_stacks
from newsletter.posts.pasted.dialogue import find_dialogue
from newsletter.posts.pasted.headings import find_headings
from newsletter.posts.pasted.marks import read_marks
from newsletter.posts.pasted.outline import find_outline
from newsletter.posts.pasted.pieces import Piece
from newsletter.posts.pasted.terms import find_terms
from newsletter.posts.value import Decision, Dropped, Post, Reading
from newsletter.workspace import Clinic


def read_pasted(
    text: str,
    name: str,
    clinic: Clinic,
    modified: dt.datetime | None,
    *,
    title: str = "",
    subject: str = "",
    sender: str = "",
) -> Reading:
    """Read a text without markup.

    Args:
        text: the decoded text.
        name: what to call the source in an error.
        clinic: whose contact lines need not be said again.
        modified: when the source was saved; relative dates are counted from it.
        title: what the post is called, when the text does not begin with it.
        sender: the name of who sent it, if it is a mail.
        subject: what it is called where the text itself does not tell a title above who wrote it.

    Raises:
        SourceError: it is longer than any post, or there is no title, or no text.
    """
    refuse_longer(len(text), name)
    signed_above, signature = take_out_signature(text)
    unquoted, below = take_off_quotes(signed_above)
    lines = split_lines(unquoted, mailed=unquoted != signed_above)
    now = modified.astimezone(clinic.timezone) if modified else None
    letterhead = read_letterhead(lines, now)
    title = title or letterhead.title or subject
    furniture = letterhead.furniture
    furniture |= find_endings([line for line in lines if line.number not in furniture], sender, letterhead)
    furniture |= find_furniture(
        [line for line in lines if line.number not in furniture], titled=bool(title), phone=clinic.phone
    )
    furniture |= own_contact_lines([line for line in lines if line.number not in furniture], clinic)
    rest = [line for line in lines if line.number not in furniture]
    head = read_head([Line(-1, title), *rest] if title else rest, now, clinic.name, lines, sure_title=bool(title))
    furniture |= head.furniture
    titled = _title(head, rest, name, title)
    body = [line for line in rest if line.number not in furniture and (title or line is not head.title)]
    if not body:
        raise SourceError("has a title, but no text", where=name, hint="Give the whole post.")
    subtitle = _subtitle(body, head) if not title else None
    pieces = _structure(body, titled, subtitle)
    post = Post(
        title=titled,
        author=head.author or letterhead.author,
        date=head.date or letterhead.date or head.updated or letterhead.updated,
        body=write_blocks(_blocks(pieces)),
    )
    dropped = tuple(
        Dropped(line.number, line.text, furniture[line.number]) for line in lines if line.number in furniture
    )
    return Reading(
        post, (*signature, *dropped, *below), _decisions(lines, furniture, None if title else head.title, pieces)
    )


def _title(head: Head, lines: Sequence[Line], name: str, given: str) -> str:
    if given:
        return given
    if head.title is not None:
        return title_text(head.title)
    hint = "Put the title on a line of its own at the top, or give it apart."
    if not lines:
        raise SourceError("has no text, only what stands around a post", where=name, hint=hint, command="--title TEXT")
    where = f"{name}:{lines[0].number}"
    raise SourceError("has no title: it begins with running text", where=where, hint=hint, command="--title TEXT")


def _subtitle(body: Sequence[Line], head: Head) -> Line | None:
    """Return the line that stands between the title and the lines that tell who wrote it and when."""
    if head.title is None or len(body) == 1 or body[0].is_prose:
        return None
    facts = [number for number in head.furniture if number > head.title.number]
    above = any(number < body[0].number for number in facts)
    below = any(body[0].number < number < body[1].number for number in facts)
    return body[0] if below and not above and body[0].number > head.title.number else None


def _structure(lines: Sequence[Line], title: str, subtitle: Line | None) -> list[Piece]:
    """Say of each line what it is: first what it says itself, then what its surroundings tell."""
    if subtitle is not None:
        first = Piece(subtitle, subtitle.text, reason="the subtitle: who wrote it and when stands below")
        return [first, *_structure(lines[1:], title, None)]
    pieces = find_bare_lists(group_contact_stacks(find_cards(find_dialogue(read_marks(lines)))))
    pieces = find_headings(pieces, usual_gap(list(lines)))
    return find_terms(find_outline(pieces, title))


def _blocks(pieces: Sequence[Piece]) -> list[Block]:
    blocks: list[Block] = []
    waiting: Piece | None = None  # an item's name, which its paragraph follows
    for piece in pieces:
        if piece.kind is Kind.TERM and piece.term == "":
            waiting = piece
        elif waiting is not None:
            blocks.append(Block(Kind.TERM, _texts(piece), term=_named(waiting)))
            waiting = None
        else:
            blocks.append(Block(piece.kind, _texts(piece), level=piece.level, term=piece.term, number=piece.number))
    return blocks


def _texts(piece: Piece) -> tuple[str, ...]:
    if piece.kind is Kind.TABLE:
        return tuple("\t".join(row.cells) for row in (piece.line, *piece.more))
    first = _named(piece) if piece.kind is Kind.HEADING else piece.text
    return (first, *(line.text for line in piece.more))


def _named(piece: Piece) -> str:
    return f"{piece.label} {piece.text.removesuffix(':')}".strip()


def _decisions(
    lines: Sequence[Line], furniture: dict[int, str], title: Line | None, pieces: Sequence[Piece]
) -> tuple[Decision, ...]:
    """Return in the source's order why each line became what it is."""
    became = {number: ("dropped", reason) for number, reason in furniture.items()}
    if title is not None:
        became[title.number] = ("title", "the first line that is not furniture")
    for piece in pieces:
        kind = f"heading {piece.level}" if piece.kind is Kind.HEADING else str(piece.kind)
        for line in (piece.line, *piece.more):
            became[line.number] = (kind, piece.reason)
    return tuple(Decision(line.number, line.text, *became[line.number]) for line in lines)
