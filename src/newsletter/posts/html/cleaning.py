"""Taking out of a page what no mail can carry, and what stands around an article by its marks."""

import re

from bs4 import BeautifulSoup, Comment, Tag

from newsletter.posts.html.blocks import HEADINGS
from newsletter.posts.html.links import clean_address
from newsletter.posts.html.regions import find_apart, words

_NEVER = "script, style, noscript, template, link, meta, button, input, select, textarea, svg, canvas, head"
_SIGNATURES = ".gmail_signature_prefix, .gmail_signature, .moz-signature, #Signature, #divRplyFwdMsg, .post-ufi"
_FEWEST_IN_QUESTION = 2
_EMBEDS = "iframe, video, audio, embed, object"
_TINY = re.compile(r"[01](?:px)?")


def take_out_furniture(root: Tag) -> list[str]:
    """Remove what the page's own marks tell apart from the article; return the texts."""
    for comment in root.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    _open_questions(root)
    for tag in root.select(_NEVER):
        tag.decompose()
    for image in root.find_all("img"):
        if _TINY.fullmatch(str(image.get("width") or "")) and _TINY.fullmatch(str(image.get("height") or "")):
            image.decompose()  # it only counts who reads
    taken = []
    for tag in [*find_apart(root), *root.select(_SIGNATURES)]:
        if tag.decomposed or tag is root:
            continue
        taken += [text for string in tag.stripped_strings if (text := " ".join(string.split()))]
        tag.decompose()
    return taken


def take_out_logos(root: Tag, site: str) -> None:
    """Remove the pictures that show the website's own sign, or lead to its pages elsewhere."""
    for image in root.find_all("img"):
        alt = " ".join(str(image.get("alt") or "").split()).casefold()
        file = str(image.get("src") or "").partition("?")[0].rpartition("/")[2].lower()
        if alt in {site.casefold(), f"{site.casefold()} logo", "logo"} or _LOGO.search(file) or _ICONS.fullmatch(alt):
            image.decompose()


_LOGO = re.compile(r"(?:^|[_-])logo(?:[_.-]|$)")
_ICONS = re.compile(r"(?:facebook|twitter|x|instagram|linkedin|youtube|pinterest|tiktok|website|email)(?: icon| logo)?")


def _open_questions(root: Tag) -> None:
    """Keep the questions whose answers a page unfolds on a touch: they are buttons, and stand for headings."""
    for button in root.select("button, [role=button][aria-expanded], [role=tab][aria-expanded]"):
        inside = button.find_parent(list(HEADINGS))
        unfolds = button.has_attr("aria-expanded") or button.has_attr("aria-controls")
        if inside is not None:
            button.unwrap()
        elif unfolds and words(button) > _FEWEST_IN_QUESTION and find_answer(button) is not None:
            button.name = "h6"
    for summary in root.find_all("summary"):
        if summary.find(list(HEADINGS)) is None and not summary.find_parent(list(HEADINGS)):
            summary.name = "h6"  # structure.py finds its level


def find_answer(button: Tag) -> Tag | None:
    """Return the element that a button opens, if it holds running text."""
    scope = button.find_parent(["section", "article", "main", "body"]) or button
    target = str(button.get("aria-controls") or "")
    found = scope.find(id=target) if target else None
    found = found or button.find_next_sibling(["div", "p", "section"])
    return found if isinstance(found, Tag) and words(found) > _FEWEST_IN_QUESTION else None


def take_out_link_rows(root: Tag) -> list[str]:
    """Remove what is nothing but short links, two or more: a menu, whatever it is called; return the texts."""
    taken: list[str] = []
    for tag in root.find_all(["p", "td", "div", "ul", "span", "center"]):
        links = [] if tag.decomposed else tag.find_all("a")
        words = [" ".join(link.get_text(" ").split()) for link in links]
        if len(links) < 2 or any(len(each.split()) > 3 for each in words) or not any(words):
            continue
        if len(re.sub(r"\W", "", "".join(words))) == len(re.sub(r"\W", "", tag.get_text())):
            taken += filter(None, words)
            tag.decompose()
    return taken


def link_embeds(root: Tag, soup: BeautifulSoup, page: str) -> None:
    """Put a link in place of each film, player and form: mail shows none of them."""
    for embed in root.select(_EMBEDS):
        if not embed.decomposed:
            _replace(embed, soup, _embed_address(embed, page), "Watch or listen on the website")
    for form in root.find_all("form"):
        if not form.decomposed and len(form.find_all("label")) > 1:  # one field asks for an address or a search
            _replace(form, soup, page, "Fill in the form on the website")
        elif not form.decomposed:
            form.decompose()


def _embed_address(embed: Tag, page: str) -> str:
    inner = embed.find("source", src=True)
    found = embed.get("src") or embed.get("data-src") or embed.get("data") or (inner.get("src") if inner else "")
    address = clean_address(str(found or ""), page)
    video = re.search(r"youtube(?:-nocookie)?\.com/embed/([\w-]+)", address)
    return f"https://www.youtube.com/watch?v={video[1]}" if video else address or page


def _replace(tag: Tag, soup: BeautifulSoup, address: str, words: str) -> None:
    if not address.startswith("http"):
        tag.decompose()
        return
    paragraph = soup.new_tag("p")
    link = soup.new_tag("a", href=address)
    link.string = words
    paragraph.append(link)
    tag.replace_with(paragraph)
