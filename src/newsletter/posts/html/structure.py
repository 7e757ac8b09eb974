"""The outline of an HTML article: its headings put in order, or found where it has none."""

from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.html.conversion import is_all_bold
from newsletter.posts.html.tree import holds, said
from newsletter.posts.model import HEADING, ITEM, Choice
from newsletter.posts.outline import SECTION, find_outline
from newsletter.posts.structure import Kind, Part
from newsletter.posts.text import mark_blocks

Choices = Mapping[int, Choice]
"""By an element's id, what was decided of it."""


def find_structure(blocks: list[Tag], title: str, soup: BeautifulSoup, choices: Choices) -> list[Tag]:
    """Return the blocks with headings from the second level on, and typed lists as lists."""
    blocks = _typed_lists(blocks, soup, choices)
    if any(block.name in HEADINGS for block in blocks):
        return _in_order(_with_bold_headings(blocks, choices))
    return _inferred(blocks, title, soup, choices)


def block_of(tag: Tag, number: int) -> Block:
    """Return what an element says, and what it is."""
    if tag.name in {"ul", "ol"}:
        return Block(number, said(tag), tag=tag.name)
    parts = ("\n" if isinstance(each, Tag) else str(each) for each in tag.descendants if _is_said(each))
    links = tuple((said(link), str(link.get("href") or "")) for link in tag.find_all("a"))
    level = int(tag.name[1]) if tag.name in HEADINGS else 0
    return Block(
        number, " ".join("".join(parts).split()), 1, links=links, tag=tag.name, level=level, bold=is_all_bold(tag)
    )


def _is_said(element: PageElement) -> bool:
    return isinstance(element, NavigableString) or (isinstance(element, Tag) and element.name == "br")


def _in_order(blocks: list[Tag]) -> list[Tag]:
    """Move the headings so that they begin at a section's level and leave none out on the way down."""
    open_levels: list[int] = []
    for block in blocks:
        if block.name not in HEADINGS:
            continue
        level = int(block.name[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        block.name = f"h{min(SECTION + len(open_levels) - 1, 6)}"
    return blocks


def _with_bold_headings(blocks: list[Tag], choices: Choices) -> list[Tag]:
    """Make headings of bold paragraphs that stand above text, one level below the heading before."""
    level = 1
    for block in blocks:
        if block.name in HEADINGS:
            level = int(block.name[1])
        elif _is_heading(block, choices):
            _make_heading(block, min(level + 1, 6))
    return blocks


def _is_heading(tag: Tag, choices: Choices) -> bool:
    choice = choices.get(id(tag))
    return choice is not None and choice.role == HEADING and not holds(tag, {"img", "br", "a"})


def _make_heading(block: Tag, level: int) -> None:
    for tag in block.find_all("strong"):
        tag.unwrap()
    block.name = f"h{level}"


def _inferred(blocks: list[Tag], title: str, soup: BeautifulSoup, choices: Choices) -> list[Tag]:
    """Give headings their levels as in a pasted text, for no element tells them."""
    parts = [_part(block, place, choices) for place, block in enumerate(blocks)]
    outlined = find_outline(parts, title)
    found: list[Tag] = []
    name: Tag | None = None
    for block, part in zip(blocks, outlined, strict=True):
        if part.kind is Kind.TERM:
            name = block
        elif name is not None:
            found.append(_run_in(name, block, soup))
            name = None
        else:
            if part.kind is Kind.HEADING:
                _make_heading(block, part.level)
            found.append(block)
    return found


def _part(tag: Tag, place: int, choices: Choices) -> Part:
    block = block_of(tag, place)
    if _is_heading(tag, choices):
        return Part(block, block.text, Kind.HEADING, named=block.bold, reason=choices[id(tag)].reason)
    if tag.name == "p" and not holds(tag, {"img", "br", "a"}):
        return Part(block, block.text)
    kinds = {"ul": Kind.BULLET, "ol": Kind.NUMBER, "blockquote": Kind.QUOTE}
    kind = kinds.get(tag.name, Kind.PARAGRAPH)
    return Part(block, block.text or "picture", kind, more=(block,) if kind is Kind.PARAGRAPH else ())


def _run_in(name: Tag, paragraph: Tag, soup: BeautifulSoup) -> Tag:
    for tag in name.find_all("strong"):
        tag.unwrap()
    term = soup.new_tag("strong")
    for child in list(name.children):
        term.append(child.extract())
    paragraph.insert(0, term)
    paragraph.insert(1, soup.new_tag("br"))
    return paragraph


def _typed_lists(tags: list[Tag], soup: BeautifulSoup, choices: Choices) -> list[Tag]:
    """Make lists of paragraphs that begin with a typed mark, or were seen as entries, two or more in a row."""
    plain = [tag.name == "p" and not holds(tag, {"br", "img"}) for tag in tags]
    kinds: list[str] = []
    blocks: list[Block | None] = []
    for tag, is_plain in zip(tags, plain, strict=True):
        block = mark_blocks([block_of(tag, 0)])[0] if is_plain else None
        choice = choices.get(id(tag))
        item = choice is not None and choice.role == ITEM
        kinds.append(block.mark if block and block.mark in {"bullet", "number"} else "bullet" if block and item else "")
        blocks.append(block)
    found: list[Tag] = []
    for place, tag in enumerate(tags):
        kind, block = kinds[place], blocks[place]
        goes_on = bool(kind) and place > 0 and kinds[place - 1] == kind
        begins = bool(kind) and place + 1 < len(tags) and kinds[place + 1] == kind
        if block is None or not (goes_on or begins) or _is_heading(tag, choices):
            found.append(tag)
            continue
        if not (goes_on and found[-1].name in {"ul", "ol"}):
            found.append(soup.new_tag("ol" if kind == "number" else "ul"))
            first = block.label.strip(" ().")
            if kind == "number" and first != "1":
                found[-1]["start"] = first
        found[-1].append(_entry(tag, block, soup))
    return found


def _entry(tag: Tag, block: Block, soup: BeautifulSoup) -> Tag:
    """Return the paragraph as a list's entry, without its typed mark."""
    entry = soup.new_tag("li")
    for child in list(tag.children):
        entry.append(child.extract())
    left = len(block.text) - len(block.said)
    while left > 0 and (text := next((each for each in entry.find_all(string=True) if each.strip()), None)):
        plain = " ".join(text.split())
        text.replace_with(plain[left:].lstrip() if len(plain) > left else "")
        left -= len(plain)
    return entry
