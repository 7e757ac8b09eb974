"""Taking out of a page what no mail can carry, and what stands around an article by its marks."""

import re

from bs4 import Comment, Tag

from newsletter.posts.html.forms import open_questions, take_out_controls
from newsletter.posts.html.outside import shown_lines
from newsletter.posts.html.regions import find_apart
from newsletter.posts.html.tree import elements, is_gone, said, select
from newsletter.posts.value import Dropped

_NEVER = {"script", "style", "template", "link", "meta", "input", "svg", "canvas", "head"}
"""What shows no words of its own."""
_SIGNATURES = ".gmail_signature_prefix, .gmail_signature, .moz-signature, #Signature, #divRplyFwdMsg, .post-ufi"
_TINY = re.compile(r"[01](?:px)?")
_ROWS = {"p", "td", "div", "ul", "span", "center"}
_LOGO = re.compile(r"(?:^|[_-])logo(?:[_.-]|$)")
_ICONS = re.compile(r"(?:facebook|twitter|x|instagram|linkedin|youtube|pinterest|tiktok|website|email)(?: icon| logo)?")


def take_out_furniture(root: Tag) -> list[Dropped]:
    """Remove what the page's own marks tell apart from the article; return its lines."""
    for comment in root.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    open_questions(root)
    for tag in list(elements(root)):
        if not is_gone(tag) and (tag.name in _NEVER or _only_counts(tag)):
            tag.decompose()
    dropped = []
    for tag in [*find_apart(root), *select(root, _SIGNATURES)]:
        if is_gone(tag) or tag is root:
            continue
        dropped += [Dropped(0, line, "set apart by the page") for line in shown_lines(tag)]
        tag.decompose()
    return dropped + take_out_controls(root)


def _only_counts(tag: Tag) -> bool:
    """Whether it is a picture without size, which tells somebody who reads."""
    sizes = (str(tag.get("width") or ""), str(tag.get("height") or ""))
    return tag.name == "img" and all(_TINY.fullmatch(size) for size in sizes)


def take_out_logos(root: Tag, site: str) -> None:
    """Remove the pictures that show the website's own sign, or lead to its pages elsewhere."""
    for image in [tag for tag in elements(root) if tag.name == "img"]:
        alt = " ".join(str(image.get("alt") or "").split()).casefold()
        file = str(image.get("src") or "").partition("?")[0].rpartition("/")[2].lower()
        if alt in {site.casefold(), f"{site.casefold()} logo", "logo"} or _LOGO.search(file) or _ICONS.fullmatch(alt):
            image.decompose()


def take_out_link_rows(root: Tag) -> list[Dropped]:
    """Remove what is nothing but short links, two or more: a menu, whatever it is called; return its words."""
    dropped: list[Dropped] = []
    for tag in [each for each in elements(root) if each.name in _ROWS]:
        links = [] if is_gone(tag) else [each for each in elements(tag) if each.name == "a"]
        words = [said(link) for link in links]
        if len(links) < 2 or any(len(each.split()) > 3 for each in words) or not any(words):
            continue
        if len(re.sub(r"\W", "", "".join(words))) == len(re.sub(r"\W", "", tag.get_text())):
            dropped += [Dropped(0, each, "a row of links") for each in words if each]
            tag.decompose()
    return dropped
