"""Pictures with captions: one image each, the caption with it."""

from bs4 import Tag

from newsletter.posts.html.tree import said
from newsletter.posts.words import is_boilerplate


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
