"""Taking out of a page what no mail can carry, and what stands around an article by its marks."""

import re

from bs4 import Comment, Tag
from bs4.element import NavigableString

from newsletter.posts.html.forms import open_questions, take_out_controls
from newsletter.posts.html.outside import shown_lines
from newsletter.posts.html.regions import find_apart, is_hidden
from newsletter.posts.html.tree import elements, holds, is_gone, said, select, strings
from newsletter.posts.value import Dropped

_NEVER = {"script", "style", "template", "link", "meta", "input", "svg", "canvas", "head"}
"""What shows no words of its own."""
_SIGNATURES = ".gmail_signature_prefix, .gmail_signature, .moz-signature, #Signature, #divRplyFwdMsg, .post-ufi"
_SIZE = re.compile(r"font-size\s*:\s*(\d+(?:\.\d+)?|\.\d+)", re.IGNORECASE)
_TINY = re.compile(r"[01](?:px)?")
_ROWS = {"p", "td", "div", "ul", "span", "center"}
_LOGO = re.compile(r"(?:^|[_-])logo(?:[_.-]|$)")
_OF_NOTE = re.compile(r"\[\d{1,3}\]|https?://\S+|www\.\S+")
_ICONS = re.compile(r"(?:facebook|twitter|x|instagram|linkedin|youtube|pinterest|tiktok|website|email)(?: icon| logo)?")


def take_out_boilerplate(root: Tag) -> list[Dropped]:
    """Remove what the page's own marks tell apart from the article; return its lines."""
    for comment in [each for each in root.descendants if isinstance(each, Comment)]:
        comment.extract()
    open_questions(root)
    for tag in list(elements(root)):
        if not is_gone(tag) and (tag.name in _NEVER or _only_counts(tag)):
            tag.decompose()
    dropped = _take_out_unseen(root)
    for tag in [*find_apart(root), *select(root, _SIGNATURES)]:
        if is_gone(tag) or tag is root:
            continue
        reason = "hidden on the page" if is_hidden(tag) else "set apart by the page"
        dropped += [Dropped(0, line, reason) for line in shown_lines(tag)]
        tag.decompose()
    return dropped + take_out_controls(root)


def _take_out_unseen(root: Tag) -> list[Dropped]:
    """Remove what Word says was deleted or is a comment, and text without size; return it."""
    dropped: list[Dropped] = []
    for tag in list(elements(root)):
        if is_gone(tag) or not (reason := _unpublished(tag)):
            continue
        dropped += [Dropped(0, line, reason) for line in shown_lines(tag)]
        tag.decompose()
    without = [tag for tag in elements(root) if _size(tag) == 0]
    for text in [each for tag in without for each in strings(tag) if _is_sizeless(each)]:
        dropped.append(Dropped(0, " ".join(text.split()), "hidden on the page"))
        text.extract()
    return dropped


def _unpublished(tag: Tag) -> str:
    style = str(tag.get("style") or "").lower().replace(" ", "")
    classes = {name.lower() for name in tag.get("class") or []}
    if "mso-element:comment" in style or classes & _COMMENTS:
        return "a comment in the document"
    if tag.name == "del" and (tag.has_attr("cite") or tag.has_attr("datetime")):
        return "was deleted, with changes tracked"
    alone = "mso-hide:all" in style and tag.name != "a" and not holds(tag, {"a"}) and tag.find_parent("a") is None
    return "hidden on the page" if alone else ""


_COMMENTS = {"msocomtxt", "msocomanchor", "msocommentreference", "msocommenttext"}


def _is_sizeless(text: NavigableString) -> bool:
    """Whether the nearest element that tells a text's size says none: programs say so of rows around larger texts."""
    return next((size for parent in text.parents if (size := _size(parent)) is not None), None) == 0


def _size(tag: Tag) -> float | None:
    match = _SIZE.search(str(tag.get("style") or ""))
    return float(match[1]) if match else None


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
        if any(_OF_NOTE.fullmatch(each) for each in words):
            continue  # a note of the author's: its number leads back, its address to the source
        if len(links) < 2 or any(len(each.split()) > 3 for each in words) or not any(words):
            continue
        if len(re.sub(r"\W", "", "".join(words))) == len(re.sub(r"\W", "", tag.get_text())):
            dropped += [Dropped(0, each, "a row of links") for each in words if each]
            tag.decompose()
    return dropped
