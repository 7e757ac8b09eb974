"""Walking the tree of a page: plain loops, where a search of the whole library is too slow to be asked often."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

import soupsieve
from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

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


def holder_of(element: PageElement, name: str) -> Tag | None:
    """Return the nearest element of a name that another stands in."""
    return next((parent for parent in element.parents if parent.name == name), None)


def line_holder(string: NavigableString) -> Tag:
    """Return the element whose line a text stands in."""
    parents = list(string.parents)
    return next((parent for parent in parents if parent.name not in INLINE), parents[-1])


def said(tag: Tag) -> str:
    """Return the words of an element, with single spaces."""
    return " ".join(tag.get_text(" ").split())


def select(root: Tag, selector: str) -> list[Tag]:
    """Return the elements below `root` that a selector names, in order.

    Only those are asked that bear one of its names: to ask takes longer than all else that is done with an element.
    """
    pattern, (names, attributes, classes) = soupsieve.compile(selector), _names_in(selector)
    return [
        tag
        for tag in elements(root)
        if (
            tag.name in names
            or not attributes.isdisjoint(tag.attrs)
            or not classes.isdisjoint(tag.attrs.get("class") or ())
        )
        and pattern.match(tag)
    ]


@lru_cache(100)
def _names_in(selector: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the elements, the attributes and the classes that a selector names."""
    found = _NAME_IN_SELECTOR.findall(selector)
    names, attributes, classes = (frozenset(each[place] for each in found if each[place]) for place in range(3))
    return names, attributes | {"id"} if "#" in selector else attributes, classes


_NAME_IN_SELECTOR = re.compile(r"(?:^|(?<=[\s,]))([a-z]\w*)|\[([\w-]+)|\.([\w-]+)")
