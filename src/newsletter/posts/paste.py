"""Pasted text, from its lines to a post, one stage after the other."""

from collections.abc import Sequence

from newsletter.errors import SourceError
from newsletter.posts.block import Block
from newsletter.posts.classify import Verdict, classify, title_text
from newsletter.posts.contacts import own_contact_lines
from newsletter.posts.corrections import still_gone
from newsletter.posts.decoding import refuse_longer
from newsletter.posts.forwarded import read_header, take_off_quotes, take_out_signature
from newsletter.posts.outline import find_outline
from newsletter.posts.signature import find_endings
from newsletter.posts.source import Source
from newsletter.posts.structure import Kind, Part, find_terms, to_parts, write_parts
from newsletter.posts.text import mark_blocks, split_lines
from newsletter.posts.value import Decision, Dropped, Post, Reading
from newsletter.workspace import Clinic


def read_pasted(
    text: str, source: Source, clinic: Clinic, *, title: str = "", subject: str = "", sender: str = ""
) -> Reading:
    """Read a text without markup.

    Args:
        text: the decoded text.
        source: where it comes from, and what is known about that.
        clinic: whose contact lines need not be said again.
        title: what the post is called, when the text does not begin with it.
        sender: the name of who sent it, if it is a mail.
        subject: what it is called where the text itself does not tell a title above who wrote it.

    Raises:
        SourceError: it is longer than any post, or there is no title, or no text.
    """
    refuse_longer(len(text), source.name)
    signed_above, signature = take_out_signature(text)
    unquoted, below = take_off_quotes(signed_above)
    lines = split_lines(unquoted, mailed=unquoted != signed_above)
    now = source.saved(clinic.timezone)
    header = read_header(lines, now)
    title = title or header.title or subject
    gone = dict(header.boilerplate)
    gone |= find_endings([line for line in lines if line.number not in gone], sender, header)
    gone |= own_contact_lines([line for line in lines if line.number not in gone], clinic)
    gone = still_gone(lines, gone, source.corrections)
    rest = mark_blocks([line for line in lines if line.number not in gone])
    verdict = classify(rest, now, site=clinic.name, title=title, phone=clinic.phone, corrections=source.corrections)
    gone |= verdict.gone
    titled = title or _title(verdict, source.name)
    if not verdict.kept:
        raise SourceError("has a title, but no text", where=source.name, hint="Give the whole post.")
    parts = find_terms(find_outline(to_parts(verdict.kept), titled))
    facts = verdict.facts
    post = Post(
        title=titled,
        author=facts.author or header.author,
        date=facts.date or header.date or facts.updated or header.updated,
        body=write_parts(parts),
    )
    sure = verdict.sure()
    dropped = tuple(
        Dropped(line.number, line.text, gone[line.number], sure.get(line.number, 1.0))
        for line in lines
        if line.number in gone
    )
    decisions = _decisions(lines, gone, verdict, parts)
    return Reading(post, (*signature, *dropped, *below), decisions)


def _title(verdict: Verdict, name: str) -> str:
    if verdict.title is not None:
        return title_text(verdict.title)
    hint = "Put the title on a line of its own at the top, or give it apart."
    if not verdict.blocks:
        raise SourceError("has no text, only what stands around a post", where=name, hint=hint, command="--title TEXT")
    where = f"{name}:{verdict.blocks[0].number}"
    raise SourceError("has no title: it begins with running text", where=where, hint=hint, command="--title TEXT")


def _decisions(
    lines: Sequence[Block], gone: dict[int, str], verdict: Verdict, parts: Sequence[Part]
) -> tuple[Decision, ...]:
    """Return in the source's order why each line became what it is."""
    became = {number: ("dropped", reason) for number, reason in gone.items()}
    if verdict.title is not None:
        became[verdict.title.number] = ("title", "it names the post")
    for part in parts:
        kind = f"heading {part.level}" if part.kind is Kind.HEADING else str(part.kind)
        for block in (part.block, *part.more):
            became[block.number] = (kind, part.reason)
    sure = verdict.sure()
    return tuple(Decision(line.number, line.text, *became[line.number], sure.get(line.number, 1.0)) for line in lines)
