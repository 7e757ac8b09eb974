"""Forms, buttons and players: mail can carry none of them, so each becomes a link to the page, or its words."""

import re

from bs4 import BeautifulSoup, Tag

from newsletter.posts.addresses import player_address
from newsletter.posts.block import HEADINGS
from newsletter.posts.html.outside import shown_lines
from newsletter.posts.html.regions import tells_crisis, words
from newsletter.posts.html.tree import elements, holds, is_gone, select
from newsletter.posts.value import Dropped

_EMBEDS = {"iframe", "video", "audio", "embed", "object"}
_FIELDS = {"input", "select", "textarea"}
_CONTROLS = {"button", "select", "textarea", "option", "datalist", "output", "noscript"}
_WIDGET = re.compile(r"embed|player|widget|forms?\b|quiz|gist\.", re.IGNORECASE)
_SILENT_FIELDS = {"hidden", "submit", "button", "image", "reset"}
_ASKS = {"search", "email", "text", "tel", ""}
_FEWEST_IN_QUESTION = 2


def link_embeds(root: Tag, soup: BeautifulSoup, page: str) -> None:
    """Put a link in place of each film and player, and of each script that would write one."""
    for embed in [tag for tag in elements(root) if tag.name in _EMBEDS]:
        if not is_gone(embed):
            _replace(embed, soup, _embed_address(embed, page), "Watch or listen on the website")
    for script in [tag for tag in elements(root) if tag.name == "script"]:
        before = script.find_previous_sibling()
        named = before is not None and before.name == "blockquote"
        if _WIDGET.search(str(script.get("src") or "")) and not named:
            _replace(script, soup, page, "See it on the website")


def open_forms(root: Tag, soup: BeautifulSoup, page: str) -> list[Dropped]:
    """Let the words of forms be text, and their fields a link to the page; return what was left out.

    A form that only asks for an address or for words to search is boilerplate as a whole.
    """
    dropped: list[Dropped] = []
    for form in [tag for tag in elements(root) if tag.name == "form"]:
        if is_gone(form):
            continue
        fields = [tag for tag in elements(form) if tag.name in _FIELDS and tag.get("type") not in _SILENT_FIELDS]
        if _only_asks(form, fields):
            dropped += [Dropped(0, line, "a sign-up or search form") for line in shown_lines(form)]
            form.decompose()
            continue
        if fields:
            dropped += _take_labels(form)
            link = _link(soup, page, "Fill in the form on the website")
            if link is not None:
                fields[-1].insert_after(link)
        form.name = "div"
    return dropped


def take_out_controls(root: Tag) -> list[Dropped]:
    """Remove what a reader would press or fill in; return its words.

    What leads to help in a crisis stays as text.
    """
    dropped: list[Dropped] = []
    for tag in [each for each in elements(root) if each.name in _CONTROLS]:
        if is_gone(tag):
            continue
        if tells_crisis(tag):
            tag.name = "p"
            continue
        why = "is shown only without scripts" if tag.name == "noscript" else "a button or a field"
        dropped += [Dropped(0, line, why) for line in shown_lines(tag)]
        tag.decompose()
    return dropped


def open_questions(root: Tag) -> None:
    """Keep the questions whose answers a page unfolds on a touch: they are buttons, and stand for headings."""
    for button in select(root, "button, [role=button][aria-expanded], [role=tab][aria-expanded]"):
        inside = button.find_parent(list(HEADINGS))
        unfolds = button.has_attr("aria-expanded") or button.has_attr("aria-controls")
        if inside is not None and words(button) < words(inside) and words(button) <= 1:
            button.decompose()  # beside a heading's own words: "1x" for a recipe's measures
        elif inside is not None:
            button.unwrap()
        elif unfolds and words(button) > _FEWEST_IN_QUESTION and _find_answer(button) is not None:
            button.name = "h6"
    for summary in [tag for tag in elements(root) if tag.name == "summary"]:
        if not holds(summary, HEADINGS) and not summary.find_parent(list(HEADINGS)):
            summary.name = "h6"  # structure.py finds its level


def _find_answer(button: Tag) -> Tag | None:
    """Return the element that a button opens, if it holds running text."""
    scope = button.find_parent(["section", "article", "main", "body"]) or button
    target = str(button.get("aria-controls") or "")
    found = scope.find(id=target) if target else None
    found = found or button.find_next_sibling(["div", "p", "section"])
    return found if isinstance(found, Tag) and words(found) > _FEWEST_IN_QUESTION else None


def _only_asks(form: Tag, fields: list[Tag]) -> bool:
    """Whether a form is for signing up, searching or commenting: one line to fill in, an address among them."""
    kinds = [str(tag.get("type") or "").lower() if tag.name == "input" else tag.name for tag in fields]
    if not fields or form.find("h1") is not None or not set(kinds) <= {*_ASKS, "textarea", "checkbox"}:
        return False
    named = " ".join(str(form.get(key) or "") for key in ("class", "id", "action", "role")).lower()
    asks = re.search(r"comment|subscri|newsletter|signup|sign-up|search|optin|mailing", named)
    return bool(asks) or ("textarea" not in kinds and len([kind for kind in kinds if kind != "checkbox"]) == 1)


def _take_labels(form: Tag) -> list[Dropped]:
    """Take out the names of fields, but not the questions that are whole sentences."""
    dropped: list[Dropped] = []
    for label in [tag for tag in elements(form) if tag.name in {"label", "legend"}]:
        if is_gone(label):
            continue
        lines = shown_lines(label)
        if any(
            len(line.split()) > _FEWEST_IN_QUESTION and line.rstrip("* ").endswith((".", "?", "!")) for line in lines
        ):
            label.name = "p"
            continue
        dropped += [Dropped(0, line, "a field of a form") for line in lines]
        for field in [tag for tag in elements(label) if tag.name in _FIELDS]:
            label.insert_before(field.extract())  # the link stands behind the last one
        label.decompose()
    return dropped


def _embed_address(embed: Tag, page: str) -> str:
    inner = embed.find("source", src=True)
    found = embed.get("src") or embed.get("data-src") or embed.get("data") or (inner.get("src") if inner else "")
    return player_address(str(found or ""), page) or page


def _replace(tag: Tag, soup: BeautifulSoup, address: str, words: str) -> None:
    link = _link(soup, address, words)
    if link is None:
        tag.decompose()
    else:
        tag.replace_with(link)


def _link(soup: BeautifulSoup, address: str, words: str) -> Tag | None:
    if not address.startswith("http"):
        return None
    paragraph = soup.new_tag("p")
    link = soup.new_tag("a", href=address)
    link.string = words
    paragraph.append(link)
    return paragraph
