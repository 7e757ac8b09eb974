"""Walking the tree of a page: plain loops, where a search of the whole library is too slow to be asked often."""

from collections.abc import Collection, Iterator

import soupsieve
from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

INLINE = {
    "a", "abbr", "b", "bdi", "br", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
}  # fmt: skip
"""Elements that stand inside a line."""


def elements(root: Tag) -> Iterator[Tag]:
    """Yield the elements below `root`, in order."""
    return (each for each in root.descendants if isinstance(each, Tag))


def find_first(root: Tag, names: Collection[str]) -> Tag | None:
    """Return the first element below `root` that has one of the names."""
    return next((tag for tag in elements(root) if tag.name in names), None)


def holds(root: Tag, names: Collection[str]) -> bool:
    """Whether an element of one of the names is below `root`."""
    return find_first(root, names) is not None


def is_gone(tag: Tag) -> bool:
    """Whether an element was taken out of the tree with all below it; its own property searches its children first."""
    return bool(vars(tag).get("_decomposed"))


def strings(root: Tag) -> Iterator[NavigableString]:
    """Yield the texts below `root` that are more than white space and no comments."""
    for each in root.descendants:
        if isinstance(each, NavigableString) and not isinstance(each, PreformattedString) and each.strip():
            yield each


def line_holder(string: NavigableString) -> Tag:
    """Return the element whose line a text stands in."""
    parents = list(string.parents)
    return next((parent for parent in parents if parent.name not in INLINE), parents[-1])


def said(tag: Tag) -> str:
    """Return the words of an element, with single spaces."""
    return " ".join(tag.get_text(" ").split())


def select(root: Tag, selector: str) -> list[Tag]:
    """Return the elements below `root` that a selector names, in order.

    Most elements of a page bear no name by which any selector could mean them, and are not asked.
    """
    pattern = soupsieve.compile(selector)
    return [
        tag for tag in elements(root) if (tag.name in _NAMELESS or tag.attrs.keys() - _NO_NAMES) and pattern.match(tag)
    ]


_NAMELESS = {"h1", "h2", "h3", "article", "main", "button"}
_NO_NAMES = {"href", "src", "alt", "style", "target", "dir", "lang", "width", "height"}
