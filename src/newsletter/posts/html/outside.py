"""What a page shows around its article: left out, but each line of it told, with where it stood."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.regions import SILENT, is_hidden, names_of
from newsletter.posts.html.tree import elements, line_holder, strings
from newsletter.posts.value import Dropped

_BY_TAG = {
    "nav": "the page's menu",
    "header": "the page's head",
    "footer": "the page's foot",
    "aside": "beside it",
    "form": "a form",
    "button": "a button",
    "select": "a form",
    "noscript": "shown only without scripts",
}
_BY_NAME = tuple(
    (re.compile(rf"(?:^|-)(?:{names})(?:-|$)"), reason)
    for names, reason in (
        (r"comments?|respond|disqus|replies|discussion", "the comments"),
        (
            r"related|recommended|recommendations|recent|latest|more-posts|more-articles|popular|read-next",
            "other posts",
        ),
        (r"cookies?|consent|gdpr", "a cookie notice"),
        (r"subscribe|subscription|newsletter|signup|sign-up|optin|mailing-list", "a sign-up form"),
        (r"author|bio|biography", "about the author"),
        (r"tags?|categor(?:y|ies)|labels|hashtags", "tags"),
        (r"shar(?:e|es|ing)|social|sharedaddy", "a share row"),
        (r"likes?|views?|view-count|claps|reactions|ratings?", "a count"),
        (r"nav|menu|breadcrumbs?|pagination", "the page's menu"),
        (r"sidebar|widget|widgets", "beside it"),
        (r"footer|colophon", "the page's foot"),
    )
)
_BY_ROLE = {"navigation": "nav", "banner": "header", "contentinfo": "footer", "complementary": "aside"}


def lines_outside(soup: BeautifulSoup, article: Tag, title: str) -> list[Dropped]:
    """Return the lines that the page shows outside of the article; the title is none of them."""
    found: list[Dropped] = []
    before = True
    inside = {id(article), *(id(tag) for tag in elements(article))}
    hidden: dict[int, bool] = {}
    for holder, line in _lines(soup):
        if id(holder) in inside:
            before = False
        elif line.casefold() != title.casefold() and not _is_hidden(holder, hidden):
            found.append(Dropped(0, line, f"outside the article: {_where(holder, before=before)}"))
    return found


def shown_lines(root: Tag) -> list[str]:
    """Return the lines of an element, also when it is not shown yet."""
    return [line for holder, line in _lines(root) if holder.name not in _NEVER]


def _lines(root: Tag) -> Iterator[tuple[Tag, str]]:
    """Yield the lines below `root`, each with the element that holds it."""
    for holder, texts in groupby(strings(root), key=line_holder):
        yield holder, " ".join(" ".join(texts).split())


_NEVER = SILENT - {"noscript", "button", "option", "select", "textarea"}


def _is_hidden(tag: Tag, known: dict[int, bool]) -> bool:
    """Whether a browser shows nothing of an element; answers are kept in `known`."""
    if id(tag) not in known:
        above = tag.parent
        known[id(tag)] = tag.name in _NEVER or is_hidden(tag) or (above is not None and _is_hidden(above, known))
    return known[id(tag)]


@lru_cache(2_000)  # a page has few names, and says each of them often
def _reason_of(name: str) -> str:
    return next((reason for pattern, reason in _BY_NAME if pattern.search(name)), "")


def _where(tag: Tag, *, before: bool) -> str:
    for each in (tag, *tag.parents):
        name = _BY_ROLE.get(str(each.get("role") or ""), each.name)
        if name in _BY_TAG:
            return _BY_TAG[name]
        for named in names_of(each):
            if (reason := _reason_of(named)) and each.name not in {"html", "body", "main", "article"}:
                return reason
    return "above it" if before else "below it"
