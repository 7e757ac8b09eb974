"""Reading Markdown that somebody wrote: with or without front matter."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.errors import SourceError
from newsletter.posts.addresses import clean_address, player_address
from newsletter.posts.block import Block
from newsletter.posts.contacts import own_contact_lines
from newsletter.posts.corrections import also_gone, still_gone
from newsletter.posts.dates import day_in
from newsletter.posts.decoding import refuse_longer
from newsletter.posts.foot import find_foot
from newsletter.posts.forwarded import read_header
from newsletter.posts.front_matter import FrontMatter, read_front_matter
from newsletter.posts.html.facts import read_day
from newsletter.posts.markdown import without_tags
from newsletter.posts.source import Corrections, Source
from newsletter.posts.value import Decision, Dropped, Post, Reading
from newsletter.posts.words import zones_of
from newsletter.workspace import Clinic

_TEXTS = ("title", "subtitle", "author", "link", "permalink", "description", "image_alt")
_FIRST_HEADING = re.compile(r"\A\s*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)|\A\s*(\S.*)\n=+[ \t]*(?:\n|\Z)")
_SPANS = re.compile(r"(`[^`]+`)")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\(<?([^\s()<>]{1,900})(?: [^()]{0,200})?>?\)")
_CARD = re.compile(r"\[!\[[^\[\]]{0,200}\]\([^()]{1,900}\)\]\([^()]{1,900}\)")
_RULE = re.compile(r"(?:[*_-] ?){3,}")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")


def read_written(text: str, source: Source, clinic: Clinic, *, title: str = "") -> Reading:
    """Read Markdown; what its author marked stays as it is.

    Raises:
        SourceError: there is neither a title nor a first heading, or the front matter is broken.
    """
    name = source.name
    refuse_longer(len(text), name)
    matter = read_front_matter(text, name, known=None, plain=_TEXTS, error=SourceError)
    body = matter.body
    heading = _FIRST_HEADING.match(body)
    told = title or _fact(matter, "title")
    if heading and (not told or told.casefold() == (heading[1] or heading[2]).casefold()):
        told, body = told or heading[1] or heading[2], body[heading.end() :].lstrip("\n")
    if not told:
        hint = "Begin it with a heading (# Title), or give the title apart."
        raise SourceError("has no title", where=name, hint=hint, command="--title TEXT")
    first_line = text.count("\n") - body.count("\n") + 1
    header = read_header(_lines(body, first_line), None)
    kept, dropped = _without(body, first_line, clinic, header.boilerplate, source.corrections)
    link = clean_address(_web_address(matter, "link", "canonical_url", "permalink"), "")
    kept, embedded = link_embedded(kept, link)
    dropped += embedded
    if not kept.strip():
        raise SourceError("has a title, but no text", where=name, hint="Give the whole post.")
    post = Post(
        title=told,
        body=_braces_escaped(kept),
        author=_author(matter) or header.author,
        date=_date(matter, clinic) or header.date,
        link=link,
        image=_fact(matter, "image"),
        image_alt=_fact(matter, "image_alt"),
    )
    decisions = [Decision(each.line, each.text, "dropped", each.reason) for each in dropped if each.line]
    return Reading(post, tuple(dropped), tuple(decisions))


def _fact(matter: FrontMatter, key: str) -> str:
    value = matter.values.get(key)
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def _author(matter: FrontMatter) -> str:
    value = matter.values.get("author") or matter.values.get("authors")
    names = value if isinstance(value, list) else [value]
    said = [str(each.get("name") or "") if isinstance(each, dict) else str(each) for each in names if each]
    return ", ".join(filter(None, said))


def _date(matter: FrontMatter, clinic: Clinic) -> dt.date | None:
    value = matter.values.get("date")
    if isinstance(value, dt.datetime):
        return day_in(clinic.timezone, value)
    if isinstance(value, dt.date):
        return value
    return read_day(str(value), clinic.timezone) if value else None


def _web_address(matter: FrontMatter, *keys: str) -> str:
    found = (_fact(matter, key) for key in keys)
    return next((address for address in found if address.startswith(("https://", "http://"))), "")


def _lines(body: str, first_line: int) -> list[Block]:
    lines: list[Block] = []
    for number, text in enumerate(body.split("\n"), start=first_line):
        if text.strip():
            gap = number - lines[-1].number - 1 if lines else 0
            lines.append(Block(number, re.sub(r"^[-*] |\*\*", "", text.strip()), gap))
    return lines


def _without(
    body: str, first_line: int, clinic: Clinic, known: dict[int, str], corrections: Corrections
) -> tuple[str, list[Dropped]]:
    """Leave out the lines that are known to be facts, and the clinic's own contact lines."""
    raw = body.split("\n")
    lines = [Block(first_line + place, text.strip()) for place, text in enumerate(raw) if text.strip()]
    gone = known | find_foot([_read_links(line) for line in lines if line.number not in known])
    gone |= own_contact_lines([line for line in lines if line.number not in gone], clinic)
    gone |= _tail([line for line in lines if line.number not in gone])
    gone = also_gone(lines, corrections) | still_gone(lines, gone, corrections)
    kept = [text for place, text in enumerate(raw) if first_line + place not in gone]
    dropped = [Dropped(line.number, line.text, gone[line.number]) for line in lines if line.number in gone]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n"), dropped


def _tail(lines: Sequence[Block]) -> dict[int, str]:
    """Return what a page has below its article, when a program made Markdown of all of it: cards and the comments."""
    found: dict[int, str] = {}
    waiting: list[Block] = []  # rules and cards, which go only with what says that the article is over
    for line in reversed(lines):
        said = _once(re.sub(r"^#+\s+", "", line.text))
        zones = zones_of(said)
        if zones.keys() & {"anywhere", "tail"} or (zones.get("last") == "the comments" and line.text.startswith("#")):
            found |= dict.fromkeys((each.number for each in (line, *waiting)), next(iter(zones.values())))
            waiting = []
        elif _CARD.fullmatch(line.text) or _RULE.fullmatch(line.text):
            waiting.append(line)
            if found and _CARD.fullmatch(line.text):
                found |= dict.fromkeys((each.number for each in waiting), "a link to another post")
                waiting = []
        else:
            break
    return found


def _once(text: str) -> str:
    half = len(text) // 2
    return text[:half] if half and text[:half] == text[half:] else text


def _read_links(line: Block) -> Block:
    links = tuple((match[1], match[2]) for match in _LINK.finditer(line.text))
    return replace(line, text=_LINK.sub(r"\1", line.text), links=links) if links else line


def _braces_escaped(markdown: str) -> str:
    """Escape braces outside of code, so that none becomes a merge tag."""
    inside = False
    lines = []
    for line in markdown.split("\n"):
        if _FENCE.match(line):
            inside = not inside
        lines.append(line if inside else "".join(map(_escape_braces, _SPANS.split(line))))
    return "\n".join(lines)


def _escape_braces(text: str) -> str:
    return text if text.startswith("`") else without_tags(text)


_PLAYER = re.compile(
    r"<(?P<tag>iframe|video|audio|object)\b(?P<of>[^>]*)>(?P<inner>.*?)</(?P=tag)\s*>|<(?:iframe|embed)\b(?P<alone>[^>]*)/?>",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_FORM = re.compile(r"<form\b[^>]*>(.*?)</form\s*>", re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(
    r"<(button|select|textarea)\b[^>]*>(.*?)</\1\s*>|<input\b[^>]*>|</?label\b[^>]*>", re.IGNORECASE | re.DOTALL
)
_SOURCE = re.compile(r"(?:src|data)\s*=\s*[\"']?([^\s\"'>]+)", re.IGNORECASE)
_CODE = re.compile(
    r"(^[ \t]{0,3}(?:```|~~~).*?(?:^[ \t]{0,3}(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL
)
_EMBEDDED = re.compile(
    r"<(?:iframe|video|audio|object|embed|script|style|form|button|select|textarea|input|label)\b", re.IGNORECASE
)
_MOST_EMBEDDED = 300
"""The end of each is looked for in all that follows."""


def link_embedded(markdown: str, page: str) -> tuple[str, list[Dropped]]:
    """Put links in the places of what only a website can show; return what was left out.

    Args:
        markdown: the post; what stands in it as code stays.
        page: where the post stands on the web, which a form leads to; may be empty.

    Raises:
        SourceError: there are more of them than in any post.
    """
    if "<" not in markdown:
        return markdown, []
    if len(_EMBEDDED.findall(markdown)) > _MOST_EMBEDDED:
        hint = "Give the text of the post without them."
        raise SourceError("there are more players, scripts and forms than in any post", hint=hint)
    dropped: list[Dropped] = []
    parts = _CODE.split(markdown)
    parts[::2] = [_linked(part, page, dropped) for part in parts[::2]]
    return "".join(parts), dropped


def _linked(text: str, page: str, dropped: list[Dropped]) -> str:
    def leave_out(match: re.Match[str]) -> str:
        dropped.append(Dropped(0, " ".join(match[0].split())[:200], "a script"))
        return ""

    def open_form(match: re.Match[str]) -> str:
        words = (" ".join(re.sub(r"<[^>]+>", " ", field[2] or "").split()) for field in _FIELD.finditer(match[1]))
        dropped.extend(Dropped(0, said, "a button or a field") for said in words if said)
        link = f"\n\n[Fill in the form on the website](<{page}>)\n\n" if page else ""
        return _FIELD.sub("", match[1]) + link

    text = _PLAYER.sub(lambda match: _player(match, page), text)
    return _FORM.sub(open_form, _SCRIPT.sub(leave_out, text))


def _player(match: re.Match[str], page: str) -> str:
    source = _SOURCE.search(f"{match['of'] or match['alone'] or ''} {match['inner'] or ''}")
    address = (player_address(source[1].replace("&amp;", "&"), page) if source else "") or page
    return f"[Watch or listen on the website](<{address}>)" if address else ""
