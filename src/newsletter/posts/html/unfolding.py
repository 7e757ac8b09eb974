"""What Markdown has no word for, said with what it has: cards that are links, definitions, pictures with captions."""

from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.blocks import BLOCKS
from newsletter.posts.html.tree import elements, holds, said
from newsletter.posts.value import Dropped
from newsletter.posts.words import is_boilerplate

_HOLDERS = BLOCKS | {"div", "section", "article", "header", "footer"}


def unfold_cards(root: Tag) -> None:
    """Let a link that holds blocks be the link of its first words: lines can be links, cards cannot."""
    for link in [tag for tag in elements(root) if tag.name == "a" and holds(tag, _HOLDERS - {"img"})]:
        lines = (tag for tag in elements(link) if tag.name in _HOLDERS and not holds(tag, _HOLDERS))
        first = next((line for line in lines if line.get_text(strip=True)), None)
        if first is not None and link.get("href"):
            inner = first.wrap(Tag(name="a", attrs={"href": str(link["href"])}))
            first.extract()
            for child in list(first.children):
                inner.append(child.extract())
            inner.wrap(first)
        link.name = "div"
        link.attrs = {}


def unfold_definitions(root: Tag, soup: BeautifulSoup) -> None:
    """Turn each list of definitions into named items: the term in bold, and what it means below it."""
    for listing in [tag for tag in elements(root) if tag.name == "dl"]:
        listing.name = "div"
        term: Tag | None = None
        for part in [tag for tag in elements(listing) if tag.name in {"dt", "dd"}]:
            is_term = part.name == "dt"
            part.name = "div" if holds(part, _HOLDERS) else "p"
            if is_term:
                _embolden(part, soup)
                term = part
            elif term is not None and part.name == term.name == "p":
                part.insert(0, soup.new_tag("br"))
                for child in reversed(list(term.children)):
                    part.insert(0, child.extract())
                term.decompose()
                term = None


def _embolden(part: Tag, soup: BeautifulSoup) -> None:
    bold = soup.new_tag("strong")
    for child in list(part.children):
        bold.append(child.extract())
    part.append(bold)


def take_out_empty_pictures(root: Tag) -> list[Dropped]:
    """Remove the pictures for which the page has no address; return what they would have shown."""
    dropped: list[Dropped] = []
    for image in [tag for tag in elements(root) if tag.name == "img" and not str(tag.get("src") or "").strip()]:
        alt = " ".join(str(image.get("alt") or "").split())
        if alt:
            dropped.append(Dropped(0, alt, "a picture without an address"))
        image.decompose()
    return dropped


def settle_figures(root: Tag) -> list[str]:
    """Turn each figure that shows one picture into that picture, its caption being the title.

    Returns:
        The captions that were left out because they only credit a photographer and the like.
    """
    dropped: list[str] = []
    for figure in root.find_all("figure"):
        if figure.find_parent("figure") is not None:
            figure.name = "div"
            continue
        images, caption = figure.find_all("img"), figure.find("figcaption")
        quotes = figure.find_all("blockquote")
        if len(quotes) == 1 and caption and not images:
            _add_source(quotes[0], caption)
        text = said(caption) if caption else ""
        if len(images) != 1 or said(figure) != text:
            figure.name = "div"
            continue
        if text and is_boilerplate(text):
            dropped.append(text)
        elif text:
            images[0]["title"] = text
        figure.replace_with(images[0].extract())
    return dropped


def _add_source(quote: Tag, caption: Tag) -> None:
    """Let who said it stand in the quotation, on a line of its own."""
    if quote not in caption.parents and caption.get_text(strip=True):
        caption.name = "p"
        quote.append(caption.extract())
