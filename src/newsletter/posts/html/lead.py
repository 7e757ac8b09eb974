"""What a page shows above its article and means as part of it: a subtitle, a first paragraph, a picture."""

import re
from collections.abc import Collection

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.article import HOLDERS, title_heading
from newsletter.posts.html.regions import is_prose, names_of, words
from newsletter.posts.html.tree import elements, holds, select

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
