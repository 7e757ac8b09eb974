"""Where on a page the article is.

The blog systems that clinics use mark it plainly. What they mark is taken when it holds most
of the page's running text. Where nothing is marked, or the mark is on something small, the
article is the smallest element that holds all running text which does not stand apart:
rather a line too many, which the next steps look at, than a paragraph lost.
docs/reading-posts.md has the comparison that this was chosen by.
"""

from collections import Counter

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from newsletter.posts.furniture import is_furniture
from newsletter.posts.html.blocks import BLOCKS, HEADINGS
from newsletter.posts.html.regions import INLINE, SILENT, find_apart, is_prose, words

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
"""Of the running text that does not stand apart."""
_ALL_OF_PARTS = 0.95
"""Of what all elements with the same mark hold; else the article is in several of them."""
_SUBTITLES = (
    ".subtitle, .pw-subtitle-paragraph, .gh-article-excerpt, .standfirst, .article-subtitle, .post-subtitle, "
    ".entry-subtitle, .article-dek, .dek, .article__lede, .article-lead, .post-excerpt, .article-intro"
)
_FEWEST_WORDS = 25
_FEWEST_IN_LINES, _FEWEST_IN_LISTS = 6, 2
"""Words from which on a line is running text, and an entry of a list is one."""


def find_article(soup: BeautifulSoup) -> Tag | None:
    """Return the element that holds the article, or nothing when there is none."""
    held = _held(soup)
    whole = held[id(soup)]
    known: tuple[str, ...] = _SYSTEMS if soup.select_one(", ".join(_SYSTEMS)) is not None else ()
    for selectors, enough in ((known, _ENOUGH_OF_SYSTEMS), (_GENERAL, _ENOUGH)):
        for selector in selectors:
            found = [tag for tag in soup.select(selector) if words(tag) >= _FEWEST_WORDS]
            outermost = [tag for tag in found if not any(parent in found for parent in tag.parents)]
            if _is_listing(outermost):
                return None
            largest = max(outermost, key=lambda tag: held[id(tag)], default=None)
            parts = sum(held[id(tag)] for tag in outermost) if selectors is known else 0
            if largest is not None and held[id(largest)] >= max(enough * whole, _ALL_OF_PARTS * parts, 1):
                return largest
    return _holder(soup, held) if whole >= _FEWEST_WORDS else None


def bring_subtitle(soup: BeautifulSoup, article: Tag, title: str) -> None:
    """Put what stands between the title and the article at its beginning: a subtitle, or a first paragraph."""
    marked = soup.select_one(_SUBTITLES)
    found = [marked] if marked is not None and words(marked) else _between(soup, article, title)
    for each in reversed([tag for tag in found if tag is not article and tag not in article.parents]):
        each.name = "p"
        article.insert(0, each.extract())


def _between(soup: BeautifulSoup, article: Tag, title: str) -> list[Tag]:
    """Return the running text that stands below the title's heading and above the article."""
    names = [tag for tag in soup.find_all(["h1", "h2"]) if " ".join(tag.get_text(" ").split()) == title]
    if not names or article in names[0].parents:
        return []
    apart = {id(tag) for tag in find_apart(soup)}
    found: list[Tag] = []
    for tag in names[0].find_all_next(["p", "h2", "h3", "div"]):
        if tag is article or tag in article.parents or article in tag.parents:
            if tag is article or article in tag.parents:
                break
            continue
        inner = tag.find(list(BLOCKS | {"div", "section"})) is not None
        if not inner and is_prose(tag) and not any(id(parent) in apart for parent in [tag, *tag.parents]):
            found.append(tag)
    return found


def _is_listing(tags: list[Tag]) -> bool:
    """Whether these are the many short articles of a blog's front page."""
    sizes = sorted((words(tag) for tag in tags), reverse=True)
    return len(sizes) >= 3 and sizes[0] < 2 * sizes[1]


def _holder(soup: BeautifulSoup, held: Counter[int]) -> Tag:
    """Return the smallest element that holds all running text."""
    tag: Tag = soup
    while True:
        below = [child for child in tag.children if isinstance(child, Tag) and held[id(child)] == held[id(tag)]]
        if not below or below[0].name in BLOCKS:
            return tag
        tag = below[0]


def _held(soup: BeautifulSoup) -> Counter[int]:
    """Return how many words of running text that does not stand apart each element holds, by its id."""
    apart = {id(tag) for tag in find_apart(soup)}
    texts: dict[int, tuple[Tag, list[str]]] = {}
    for string in soup.find_all(string=True):
        if isinstance(string, PreformattedString) or not string.strip():
            continue
        block = next((parent for parent in string.parents if parent.name not in INLINE), soup)
        texts.setdefault(id(block), (block, []))[1].append(str(string))
    held: Counter[int] = Counter()
    for block, strings in texts.values():
        said = " ".join(" ".join(strings).split())
        chain = [block, *block.parents]
        if block.name in SILENT or any(id(each) in apart for each in chain) or not _counts(block, said):
            continue
        for each in chain:
            held[id(each)] += len(said.split())
    return held


def _counts(block: Tag, said: str) -> bool:
    if block.name in HEADINGS or is_furniture(said):
        return False
    linked = sum(words(link) for link in block.find_all("a"))
    fewest = _FEWEST_IN_LISTS if block.name in {"li", "blockquote"} else _FEWEST_IN_LINES
    return len(said.split()) >= fewest and 2 * linked < len(said.split())
