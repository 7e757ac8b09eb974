"""Where on a page the article is.

The blog systems that clinics use mark it plainly, and what they mark is complete. Other
pages go through readability, which keeps whole paragraphs together; docs/reading-posts.md
has the comparison that it was chosen by.
"""

import re

from bs4 import BeautifulSoup, Tag
from readability import Document

_MARKED = (
    '[data-hook="post-description"]',  # Wix
    ".gh-content",  # Ghost
    ".available-content .body.markup, .body.markup",  # Substack
    ".wp-block-post-content, .entry-content",  # WordPress
    ".blog-item-content, .BlogItem .sqs-layout, article .sqs-layout",  # Squarespace
    ".post-body",  # Blogger
    ".postArticle-content, article .pw-post-body",  # Medium
    '[itemprop="articleBody"]',
    "article",
    "main",
)
_SUBTITLES = ".subtitle, .pw-subtitle-paragraph, .gh-article-excerpt"
_FEWEST_WORDS = 25


def find_article(soup: BeautifulSoup, html: str) -> Tag | None:
    """Return the element that holds the article, or nothing when there is none."""
    for selector in _MARKED:
        found = [tag for tag in soup.select(selector) if _words(tag) >= _FEWEST_WORDS]
        outermost = [tag for tag in found if not any(parent in found for parent in tag.parents)]
        if outermost:
            return _largest(outermost)
    return _by_text(html)


def bring_subtitle(soup: BeautifulSoup, article: Tag) -> None:
    """Put the subtitle, which stands above the article on some systems, at the article's beginning."""
    subtitle = soup.select_one(_SUBTITLES)
    if subtitle is not None and _words(subtitle):
        subtitle.name = "p"
        article.insert(0, subtitle.extract())


def _largest(tags: list[Tag]) -> Tag | None:
    """Return the tag that holds most of the text; a page of many short articles has none such."""
    sizes = sorted((_words(tag) for tag in tags), reverse=True)
    if len(sizes) >= 3 and sizes[0] < 2 * sizes[1]:
        return None
    return max(tags, key=_words)


def _by_text(html: str) -> Tag | None:
    try:
        summary = Document(html).summary(html_partial=True)
    except Exception:  # noqa: BLE001 - whatever it stumbles over, there is no article then
        return None
    found = BeautifulSoup(summary, "lxml").body
    return found if found is not None and _words(found) >= _FEWEST_WORDS else None


def _words(tag: Tag) -> int:
    return len(re.findall(r"\w+", tag.get_text(" ")))
