"""Where on a page the article is, and what stands above it and belongs to it: a subtitle, a picture.

The blog systems that clinics use mark it plainly. What they mark is taken when it holds most
of the page's running text. Where nothing is marked, or the mark is on something small, the
article is the smallest element that holds all running text which does not stand apart:
rather a line too many, which the next steps look at, than a paragraph lost.
docs/developers/reading-posts.md has the comparison that this was chosen by.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.html.blocks import BLOCKS
from newsletter.posts.html.regions import SILENT, is_prose, linked_words, names_of, words
from newsletter.posts.html.tree import elements, find_first, holds, line_holder, said, select, strings
from newsletter.posts.words import is_boilerplate

_SYSTEMS = (
    '[data-hook="post-description"]',  # Wix
    ".gh-content",  # Ghost
    ".available-content .body.markup, .body.markup",  # Substack
    ".elementor-widget-theme-post-content",  # Elementor
    ".wp-block-post-content, .entry-content",  # WordPress
    ".blog-item-content, .BlogItem .sqs-layout, article .sqs-layout",  # Squarespace
    ".post-body",  # Blogger
    ".postArticle-content, article .pw-post-body",  # Medium
    '[data-aid="RSS_POST_CONTENT_RENDERED"]',  # GoDaddy
    ".blog-post .blog-content",  # Weebly
    ".node__content .field--name-body, .field--name-body",  # Drupal
    '[itemprop="articleBody"]',
)
_GENERAL = ("article", "main")
_ENOUGH_OF_SYSTEMS = 0.6
_ENOUGH = 0.85
"""Of the running text that does not stand apart; what is beside it is looked at then."""
_ALL_OF_PARTS = 0.95
"""Of what all elements with the same mark hold; else the article is in several of them."""
_FEWEST_WORDS = 5
_FEWEST_IN_LINES, _FEWEST_IN_LISTS = 6, 2
"""Words from which on a line is running text, and an entry of a list is one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A page, measured once.

    Attributes:
        held: by an element's id, how many words of running text it holds that does not stand apart.
        apart: the ids of the elements that stand apart, the outermost only.
    """

    soup: BeautifulSoup
    held: Counter[int]
    apart: Collection[int]


def find_article(soup: BeautifulSoup, title: str, apart: Collection[int]) -> Tag | None:
    """Return the element that holds the article, or nothing when there is none.

    Args:
        soup: the page; prose that stands beside the article is brought into it.
        title: the article's title.
        apart: the ids of the parts that are not the article's.
    """
    page = _measured(soup, apart)
    article = _marked(page)
    if article is None:
        article = _holder(page) if page.held[id(soup)] >= _FEWEST_WORDS else _brief(soup)
    if article is not None:
        _widen(article, page, title)
    return article


def _marked(page: Measured) -> Tag | None:
    """Return the element that a known system, or the page's own marks, call the article."""
    whole = page.held[id(page.soup)]
    known: tuple[str, ...] = _SYSTEMS if select(page.soup, ", ".join(_SYSTEMS)) else ()
    for selectors, enough in ((known, _ENOUGH_OF_SYSTEMS), (_GENERAL, _ENOUGH)):
        for selector in selectors:
            found = [tag for tag in select(page.soup, selector) if words(tag) >= _FEWEST_WORDS]
            outermost = [tag for tag in found if not any(parent in found for parent in tag.parents)]
            largest = max(outermost, key=lambda tag: page.held[id(tag)], default=None)
            parts = sum(page.held[id(tag)] for tag in outermost) if selectors is known else 0
            if largest is not None and page.held[id(largest)] >= max(enough * whole, _ALL_OF_PARTS * parts, 1):
                return largest
    return None


def title_heading(soup: BeautifulSoup, title: str) -> Tag | None:
    """Return the heading that shows the title, if the page has one."""
    return next((tag for tag in elements(soup) if tag.name in {"h1", "h2"} and said(tag) == title), None)


def _brief(soup: BeautifulSoup) -> Tag | None:
    """Return what a known system calls the article when that is a few words, but at least a sentence."""
    marked = (
        tag for tag in select(soup, ", ".join(_SYSTEMS)) if any(Block(0, each).ends_sentence for each in _texts(tag))
    )
    return next(marked, None)


def _texts(tag: Tag) -> list[str]:
    return [" ".join(string.split()) for string in strings(tag)]


def _holder(page: Measured) -> Tag:
    """Return the smallest element that holds all running text."""
    tag: Tag = page.soup
    while True:
        all_of_it = page.held[id(tag)]
        below = [child for child in tag.children if isinstance(child, Tag) and page.held[id(child)] == all_of_it]
        if not below or below[0].name in BLOCKS:
            return tag
        tag = below[0]


def _measured(soup: BeautifulSoup, apart: Collection[int]) -> Measured:
    texts: dict[int, tuple[Tag, list[str]]] = {}
    for string in strings(soup):
        holder = line_holder(string)
        texts.setdefault(id(holder), (holder, []))[1].append(str(string))
    held: Counter[int] = Counter()
    for holder, parts in texts.values():
        line = " ".join(" ".join(parts).split())
        chain = [holder, *holder.parents]
        if holder.name in SILENT or any(id(each) in apart for each in chain) or not _counts(holder, line):
            continue
        for each in chain:
            held[id(each)] += len(line.split())
    return Measured(soup, held, apart)


def _counts(holder: Tag, line: str) -> bool:
    count = len(line.split())
    fewest = _FEWEST_IN_LISTS if holder.name in {"li", "blockquote"} else _FEWEST_IN_LINES
    if count < fewest or holder.name in HEADINGS or is_boilerplate(line):
        return False
    return 2 * linked_words(holder) < count


def _widen(article: Tag, page: Measured, title: str) -> None:
    """Bring prose that stands beside the article, or beside what holds it, into it.

    Near by, where the title stands too or inside the same ``<article>``, one paragraph is
    enough. Farther away the page's own words begin, and only several will do.
    """
    near = _near(article, page.soup, title)
    level = article
    while level.parent is not None and level.parent.name not in {"html", "[document]"}:
        fewest = 1 if id(level.parent) in near else _FEWEST_FAR
        behind = _own([tag for tag in level.next_siblings if isinstance(tag, Tag)], page, fewest)
        before = _own([tag for tag in level.previous_siblings if isinstance(tag, Tag)], page, fewest)
        level = level.parent
        for tag in behind:
            article.append(tag.extract())
        for tag in before if fewest == 1 else []:
            article.insert(0, tag.extract())


def _near(article: Tag, soup: BeautifulSoup, title: str) -> set[int]:
    """Return the ids of the elements around the article that hold nothing but it and its head."""
    heading = title_heading(soup, title)
    parents = list(article.parents)
    titled = {id(tag) for tag in heading.parents} if heading is not None else set()
    ends = [
        place
        for place, tag in enumerate(parents)
        if tag.name not in {"body", "html", "main"} and (tag.name == "article" or id(tag) in titled)
    ]
    first = next((place for place in ends if id(parents[place]) in titled), -1)
    last = max([first, *(place for place in ends if parents[place].name == "article")])
    return {id(tag) for tag in parents[: last + 1]}


def _own(siblings: list[Tag], page: Measured, fewest: int) -> list[Tag]:
    """Return those of an article's siblings that go on with it, in the order that they are given in."""
    own = [_goes_on(tag, page, fewest) for tag in siblings]
    for place, tag in enumerate(siblings):
        beside = own[max(place - 1, 0) : place + 2]
        if tag.name in _WITH_PROSE and any(beside) and id(tag) not in page.apart:
            own[place] = True
    return [tag for tag, is_own in zip(siblings, own, strict=True) if is_own]


HOLDERS = BLOCKS | {"div", "section"}
"""Elements that no single line has in it."""
_WITH_PROSE = {*HEADINGS, "ul", "ol", "blockquote", "figure", "img", "table", "hr"}
_FEWEST_FAR = 2


def _goes_on(tag: Tag, page: Measured, fewest: int) -> bool:
    """Whether an element holds paragraphs of the article, and is no row of other posts, no form and no comments."""
    if not page.held[id(tag)] or holds(tag, {"form", "time", "article", "h1"}) or tag.name in {"form", "article"}:
        return False
    heading = tag if tag.name in HEADINGS else find_first(tag, HEADINGS)
    if heading is not None and (holds(heading, {"a"}) or heading.find_parent("a") is not None):
        return False
    lines = [each for each in [tag, *elements(tag)] if each.name not in {"a", "span"} and not holds(each, HOLDERS)]
    return sum(is_prose(line) for line in lines) >= fewest


_SUBTITLES = (
    ".subtitle, .pw-subtitle-paragraph, .gh-article-excerpt, .standfirst, .article-subtitle, .post-subtitle, "
    ".entry-subtitle, .article-dek, .dek, .article__lede, .article-lead, .post-excerpt, .article-intro"
)
_NO_LEAD = re.compile(r"(?:^|-)(?:logo|icon|avatar|gravatar|author|profile|badge|emoji|user|byline|share)(?:-|$)")
_SMALLEST_LEAD = 200
"""Pixels of width; what is narrower is somebody's face, or a sign."""


def bring_subtitle(soup: BeautifulSoup, article: Tag, title: str, apart: Collection[int]) -> None:
    """Put what stands between the title and the article at its beginning: a subtitle, or a first paragraph."""
    marked = next(iter(select(soup, _SUBTITLES)), None)
    found = [marked] if marked is not None and words(marked) else _between(soup, article, title, apart)
    for each in reversed([tag for tag in found if tag is not article and tag not in article.parents]):
        each.name = "p"
        article.insert(0, each.extract())


def _between(soup: BeautifulSoup, article: Tag, title: str, apart: Collection[int]) -> list[Tag]:
    """Return the running text that stands below the title's heading and above the article."""
    heading = title_heading(soup, title)
    if heading is None or any(parent is article for parent in heading.parents):
        return []
    around = {id(tag) for tag in article.parents}
    found: list[Tag] = []
    for tag in heading.find_all_next(["p", "h2", "h3", "div", article.name]):
        if tag is article:
            break
        if id(tag) in around or holds(tag, HOLDERS):
            continue
        if is_prose(tag) and not any(id(parent) in apart for parent in [tag, *tag.parents]):
            found.append(tag)
    return found if tag is article else []


def bring_picture(soup: BeautifulSoup, article: Tag, title: str, apart: Collection[int]) -> None:
    """Put the picture that stands above the article, beside its title, at the article's beginning."""
    heading = title_heading(soup, title)
    scope = next((tag for tag in article.parents if tag.name in {"article", "main"} or _is_above(tag, heading)), None)
    if scope is None:
        return
    sources = {tag.get("src") for tag in elements(article) if tag.name == "img"}
    for tag in elements(scope):
        if tag is article:
            return
        if tag.name == "img" and tag.get("src") not in sources and _can_lead(tag, scope, apart):
            whole = tag.find_parent("figure") or tag
            article.insert(0, whole.extract())
            return


def _is_above(tag: Tag, heading: Tag | None) -> bool:
    return heading is not None and any(parent is tag for parent in heading.parents)


def _can_lead(image: Tag, scope: Tag, apart: Collection[int]) -> bool:
    """Whether a picture can be what the post shows first, and is no logo and nobody's face."""
    if not image.get("src") or _width(image) < _SMALLEST_LEAD:
        return False
    around = [image]
    for parent in image.parents:
        if parent is scope:
            break
        around.append(parent)
    if any(id(tag) in apart or (tag.name in {"header", "nav"} and not holds(tag, {"h1"})) for tag in around):
        return False
    named = [name for tag in around for name in names_of(tag)]
    file = re.sub(r"[\W_]+", "-", str(image["src"]).rpartition("/")[2].lower())
    return not any(_NO_LEAD.search(name) for name in [*named, file])


def _width(image: Tag) -> float:
    said = re.match(r"\d+", str(image.get("width") or ""))
    return float(said[0]) if said else float(_SMALLEST_LEAD)
