"""Bold and italic as Markdown can say them: real tags, merged, and not broken by punctuation."""

import re
import unicodedata

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from newsletter.posts.html.tree import elements, holds, is_gone, strings

_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|[1-4]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style:\s*italic", re.IGNORECASE)
_MARKS = {"strong", "em"}
_STYLED = {"b", "strong", "i", "em", "span", "font", "u", "mark"}


def settle_emphasis(block: Tag) -> None:
    """Turn every way to set bold or italic in `block` into plain ``strong`` and ``em``."""
    styled = [tag for tag in elements(block) if tag.name in _STYLED]
    if not styled:
        return
    for tag in styled:
        _rename(tag)
    is_heading = re.fullmatch(r"h[1-6]", block.name)
    for tag in _marked(block):
        if is_heading or not any(char.isalnum() for char in tag.get_text()) or tag.find_parent(tag.name) is not None:
            tag.unwrap()
    block.smooth()
    _join(block)


def _join(block: Tag) -> None:
    """Let emphasis that goes on from one mark to the next be one, and end where Markdown can see it."""
    for tag in _marked(block):
        if not is_gone(tag):
            _merge_with_next(tag)
    for tag in _marked(block):
        _move_punctuation_out(tag)


def _marked(block: Tag) -> list[Tag]:
    return [tag for tag in elements(block) if tag.name in _MARKS]


def is_all_bold(block: Tag) -> bool:
    """Whether everything that `block` says is bold, however that is set."""
    texts = list(strings(block)) if holds(block, _STYLED) else []
    return bool(texts) and all(any(_is_bold(parent) for parent in text.parents) for text in texts)


def _is_bold(tag: Tag) -> bool:
    if tag.name not in _STYLED:
        return False
    style = str(tag.get("style") or "")
    return not _NOT_BOLD.search(style) if tag.name in {"b", "strong"} else bool(_BOLD.search(style))


def _rename(tag: Tag) -> None:
    style = str(tag.get("style") or "")
    if tag.name in {"b", "strong"} and not _NOT_BOLD.search(style):
        tag.name, tag.attrs = "strong", {}
    elif tag.name in {"i", "em"}:
        tag.name, tag.attrs = "em", {}
    elif _BOLD.search(style):
        tag.name, tag.attrs = "strong", {}
    elif _ITALIC.search(style):
        tag.name, tag.attrs = "em", {}
    else:
        tag.unwrap()


def _merge_with_next(tag: Tag) -> None:
    while isinstance(after := tag.next_sibling, Tag) and after.name == tag.name:
        for child in list(after.children):
            tag.append(child.extract())
        after.decompose()


def _move_punctuation_out(tag: Tag) -> None:
    """Let punctuation at the edge stand outside where Markdown would not see the edge otherwise.

    ``**Sleep:**eight`` does not end bold, because a mark between punctuation and a letter
    opens (CommonMark 0.31, section 6.2).
    """
    texts = tag.find_all(string=True)
    if not texts:
        return
    last, kept = str(texts[-1]), _without_end(str(texts[-1]))
    if kept and kept != last and _text_of(tag.next_sibling)[:1].isalnum():
        texts[-1].replace_with(kept)
        tag.insert_after(NavigableString(last[len(kept) :]))
    opening = tag.find(string=True)
    first, begun = str(opening or ""), _without_beginning(str(opening or ""))
    if opening and begun and begun != first and _text_of(tag.previous_sibling)[-1:].isalnum():
        opening.replace_with(begun)
        tag.insert_before(NavigableString(first[: len(first) - len(begun)]))


def _text_of(element: PageElement | None) -> str:
    return element.get_text() if element is not None else ""


def _without_end(text: str) -> str:
    end = len(text)
    while end and unicodedata.category(text[end - 1])[0] in "PS":
        end -= 1
    return text[:end]


def _without_beginning(text: str) -> str:
    start = 0
    while start < len(text) and unicodedata.category(text[start])[0] in "PS":
        start += 1
    return text[start:]
