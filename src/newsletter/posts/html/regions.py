"""Which parts of a page stand apart from its article: told from tags, roles and names.

Whoever builds pages names the parts of a page for its styles: `comments`, `related-posts`,
`cookie-banner`. Names lie now and then, as on a wrapper `with-sidebar` that holds everything.
Therefore no part is taken away that holds much of the page's text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from bs4 import BeautifulSoup, Tag

from newsletter.posts.block import HEADINGS
from newsletter.posts.html.tree import elements, find_first, holds, line_holder, said, strings
from newsletter.posts.value import Dropped

_NAMES = re.compile(
    r"(?:^|-)(?:"
    r"nav|navbar|navigation|menu|submenu|breadcrumbs?|pagination|pager|paginate|prev-next|next-prev|post-nav"
    r"|previous-post|next-post|skip-link|skip-to-content"
    r"|footer|colophon|sidebar|side-bar|widget-area|masthead|site-header|topbar|top-bar|announcement-bar"
    r"|share|shares|sharing|sharer|share-this|social|socials|sharedaddy|addtoany|addthis|sharethis"
    r"|comments?|respond|disqus|replies|discussion|responses|related|relatedposts|jp-relatedposts|recommended"
    r"|recommendations|recent-posts|latest-posts|more-posts|more-articles|popular-posts|read-next|up-next|also-like"
    r"|cookies?|cookielaw|consent|gdpr|popup|pop-up|popover|modal|offcanvas|subscribe|subscription|subscribers|newsletter"
    r"|signup|sign-up|optin|opt-in|mailing-list|mc-embed-signup|email-capture"
    r"|author-box|author-bio|author-card|author-profile|about-author|about-the-author|author-description|bio|biography"
    r"|taglist|tag-list|tag-links|tags-links|tagcloud|tag-cloud|post-tags|post-tag|article-tags|field-tags|blog-tags|tags"
    r"|cat-links|post-categories|categories|labels"
    r"|likes|like-button|ratings?|reactions|claps|kudos|upvotes?|view-count|post-views"
    r"|toc|ez-toc|table-of-contents|advert|adverts|advertisement|advertising|ads|sponsored|promo|promotion|cta"
    r"|call-to-action|search-form|searchform|login|logins|cart|back-to-top|scroll-to-top|print-button|node-links"
    r")(?:-|$)"
)
_WEAK = re.compile(
    r"(?:^|-)(?:cta|call-to-action|promo|promotion|bio|newsletter|modal|popup|social|labels|share)(?:-|$)"
)
_OTHERWISE = re.compile(r"(?:has|no|with|without|is|not|hide|show|hidden|wp-image|align|size|post-\d+|page-\d+)-")
_NAMED_BY = (
    "class", "id", "data-hook", "data-aid", "data-testid", "data-elementor-type", "data-widget_type", "data-block-type",
)  # fmt: skip
_WHOLE = {"html", "body", "main", "article", "p", "li", "a", "em", "strong", "b", "i", "figure", "img", *HEADINGS}
_ROLES = {"navigation", "complementary", "search", "banner", "contentinfo", "dialog", "alertdialog", "menu", "toolbar"}
_UNFOLDS = re.compile(
    r"accordion|toggle|collaps|faq|answer|tab-?content|tab-?panel|details|dropdown|expand", re.IGNORECASE
)
_CRISIS = re.compile(r"\b988\b|\b911\b|lifeline|hotline|helpline|crisis", re.IGNORECASE)
SILENT = {"script", "style", "noscript", "template", "title", "head", "button", "option", "select", "textarea", "svg"}
"""Elements whose text is not read as the page's."""
_LARGE_SHARE = 0.3
"""Of the page's words; a part that holds more is not boilerplate, whatever its name."""
_PROSE = 8
"""Words from which on a paragraph may be the article's."""


def find_apart(root: Tag) -> list[Tag]:
    """Return the parts below `root` that stand apart, the outermost only."""
    limit = _LARGE_SHARE * max(words(root), 1)
    found: list[Tag] = []
    inside: set[int] = set()
    for tag in elements(root):
        if id(tag.parent) in inside:
            inside.add(id(tag))
        elif stands_apart(tag, limit):
            inside.add(id(tag))
            found.append(tag)
    return found


def apart_ids(root: Tag) -> frozenset[int]:
    """Return the ids of the parts that stand apart, for those who ask again and again."""
    return frozenset(id(tag) for tag in find_apart(root))


def stands_apart(tag: Tag, limit: float) -> bool:
    """Whether `tag` is boilerplate by its tag, role, state or name.

    Args:
        tag: any element.
        limit: how many words it may hold to be taken for that on its name's word alone.
    """
    if tag.name in {"nav", "footer", "aside"} or tag.get("role") in _ROLES:
        return not _belongs_to_text(tag)
    if tag.name == "header":
        return tag.find_parent(["article", "main"]) is None and tag.find(["h1", "time"]) is None
    if is_hidden(tag):
        return not _unfolds(tag)
    if tag.name in _WHOLE or not (named := [name for name in names_of(tag) if _is_named_apart(name)]):
        return False
    if words(tag) > limit or tag.find("h1") is not None:
        return False
    return not (all(_WEAK.search(name) for name in named) and tells_crisis(tag))


def tells_crisis(tag: Tag) -> bool:
    """Whether an element names help in a crisis, which must never be lost."""
    return bool(_CRISIS.search(tag.get_text(" ")))


def words(tag: Tag) -> int:
    """Return how many words an element shows."""
    return len(re.findall(r"\w+", tag.get_text(" ")))


def is_prose(tag: Tag) -> bool:
    """Whether an element is running text of its own and no teaser: a sentence that is no link."""
    text = said(tag)
    if len(text.split()) < _PROSE or not re.search(r"[.!?…:][\"'”’)]*$", text):
        return False
    return 2 * linked_words(tag) < words(tag)


def linked_words(tag: Tag) -> int:
    """Return how many of an element's words are links."""
    return sum(words(link) for link in elements(tag) if link.name == "a")


def names_of(tag: Tag) -> list[str]:
    """Return the names that an element was given, as small words parted by hyphens."""
    found = []
    for key in _NAMED_BY:
        value = tag.get(key)
        for each in value if isinstance(value, list) else [value] if value else []:
            name = _name(str(each))
            if not _OTHERWISE.match(name) and not (key == "id" and _is_named_apart(name) and name == _titled(tag)):
                found.append(name)
    return found


def _titled(tag: Tag) -> str:
    """Return the name that a heading in the element would give it."""
    heading = find_first(tag, HEADINGS)
    return _slug(heading.get_text(" ")) if heading is not None else ""


@lru_cache(2_000)  # a page has few names, and says each of them often
def _name(value: str) -> str:
    return _slug(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", value))


@lru_cache(2_000)
def _is_named_apart(name: str) -> bool:
    return bool(_NAMES.search(name))


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")


def _belongs_to_text(tag: Tag) -> bool:
    """Whether a footer or an aside is part of the text: who said a quotation, or a note beside it."""
    if tag.find_parent(["blockquote", "figure"]) is not None:
        return True
    inside = tag.find_parent(["article", "main"]) is not None or tag.find_parent(class_=_CONTENT) is not None
    if tag.name == "nav" or tag.get("role") in _ROLES - {"complementary"} or not inside:
        return False
    if any(_NAMES.search(name.replace("footer", "")) for name in names_of(tag)) or holds(tag, {"nav"}):
        return False
    return tag.find_parent("article") is not None and any(is_prose(each) for each in [*tag.find_all("p"), *_bare(tag)])


_CONTENT = re.compile(r"content|richtext|rich-text|article|post-body|entry")


def _bare(tag: Tag) -> list[Tag]:
    return [] if holds(tag, {"p", "div", "ul", "ol", *HEADINGS}) else [tag]


def is_hidden(tag: Tag) -> bool:
    """Whether the page says that an element is not shown; each that is not was marked when it was read."""
    return tag.has_attr("hidden") or str(tag.get("aria-hidden")).lower() == "true"


def _unfolds(tag: Tag) -> bool:
    """Whether a hidden part is shown on a touch, as an answer below its question is."""
    if tag.get("role") in {"region", "tabpanel"} and tag.get("aria-labelledby"):
        return True
    near = [tag, tag.find_previous_sibling(), *[parent for parent, _ in zip(tag.parents, range(2), strict=False)]]
    named = " ".join(name for each in near if isinstance(each, Tag) for name in names_of(each))
    return bool(_UNFOLDS.search(named)) and any(is_prose(each) for each in [tag, *tag.find_all("p")])


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
