"""Walking the tree of a page: plain loops, where a search of the whole library is too slow to be asked often."""

from collections.abc import Collection, Iterator

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


def strings(root: Tag) -> Iterator[NavigableString]:
    """Yield the texts below `root` that are more than white space and no comments."""
    for each in root.descendants:
        if isinstance(each, NavigableString) and not isinstance(each, PreformattedString) and not each.isspace():
            yield each


def line_holder(string: NavigableString) -> Tag:
    """Return the element whose line a text stands in."""
    parent = string.parent
    while parent is not None and parent.name in INLINE and parent.parent is not None:
        parent = parent.parent
    assert parent is not None  # texts are in a tree
    return parent


def said(tag: Tag) -> str:
    """Return the words of an element, with single spaces."""
    return " ".join(tag.get_text(" ").split())
