"""Taking out of a page what no mail can carry, and what stands around an article by its marks."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

from newsletter.posts.addresses import clean_address, player_address
from newsletter.posts.block import HEADINGS
from newsletter.posts.html.regions import find_apart, is_hidden, shown_lines, tells_crisis, words
from newsletter.posts.html.tree import elements, find_first, holds, is_gone, said, select, strings
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


def clean_links(root: Tag, base: str) -> None:
    """Mend every link and picture's address below `root`; a link that leads nowhere becomes its words."""
    for link in root.find_all("a"):
        address = clean_address(str(link.get("href") or ""), base)
        for image in link.find_all("img"):
            link.insert_before(image.extract())
        if address and link.get_text(strip=True):
            link.attrs = {"href": address}
        else:
            link.unwrap()
    for image in root.find_all("img"):
        source = str(image.get("src") or "")
        if not source.startswith(("data:", "cid:")):
            image["src"] = clean_address(source, base) or source


_LATE = (
    "data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-full-src", "data-image",
    "data-hi-res-src", "data-url", "data-delayed-url", "data-image-src", "data-img-src", "data-echo",
)  # fmt: skip
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_EMPTY = re.compile(
    r"(?:data:image/(?:gif|svg\+xml|png|webp)[;,].{0,2000}|about:blank|#|"
    r"(?:.*[/_-])?(?:blank|spacer|placeholder|transparent|pixel|lazy|loading|1x1|empty)[\w-]*\.(?:gif|png|svg|jpe?g))"
    r"(?:\?.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS_AND_SIZE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_NOT_FOR_MAIL = re.compile(r"image/(?:avif|webp|svg|jxl)")
_WIDE_ENOUGH = 1200
"""Pixels; more is made smaller anyway."""


def settle_sources(soup: BeautifulSoup) -> None:
    """Give each picture the best address that the page has for it, and take in those shown only without scripts."""
    _open_noscripts(soup)
    for image in [tag for tag in elements(soup) if tag.name in {"img", "amp-img"}]:
        image.name = "img"
        source = best_source(image)
        if source:
            image["src"] = source
        elif image.has_attr("src"):
            del image["src"]


def best_source(image: Tag) -> str:
    """Return the address of a picture in its best size, or nothing when the page has none."""
    shown = _real(image.get("src"))
    late = next((address for key in _LATE if (address := _real(image.get(key)))), "")
    better = _widest(image, shown) or late
    if shown and better and _is_whole(shown) != _is_whole(better):
        return shown  # a browser saved the picture that it showed beside the page
    return better or shown


def _open_noscripts(soup: BeautifulSoup) -> None:
    """Put a picture that is shown only without scripts in the place of the one that scripts would fill."""
    for noscript in [tag for tag in elements(soup) if tag.name == "noscript"]:
        image = find_first(noscript, {"img"})
        if image is None or not best_source(image) or _is_tracker(image):
            continue
        before = noscript.find_previous_sibling()
        after = noscript.find_next_sibling()
        for near in (before, after):
            stand_in = near if near is None or near.name == "img" else find_first(near, {"img"})
            if stand_in is None:
                continue
            if not best_source(stand_in):
                stand_in.replace_with(image.extract())
            noscript.decompose()
            break
        else:
            noscript.replace_with(image.extract())


def _is_tracker(image: Tag) -> bool:
    return str(image.get("width")) in {"0", "1"} or "display:none" in str(image.get("style") or "").replace(" ", "")


def _widest(image: Tag, shown: str) -> str:
    """Return the smallest address that is wide enough, else the widest, of the sets for the picture.

    None is told when all are small and the picture itself is none of them: then it is the original.
    """
    found: list[tuple[float, str]] = []
    for each in _sets(image):
        sizes = [
            (float(match[2]) * (1 if match[3] == "w" else 600) if match[2] else 600.0, match[1])
            for match in _ADDRESS_AND_SIZE.finditer(each)
            if _real(match[1])
        ]
        found = found or sizes
    enough = [each for each in found if each[0] >= _WIDE_ENOUGH]
    if enough:
        return min(enough)[1]
    original = shown and shown not in [address for _, address in found]
    return max(found)[1] if found and not original else ""


def _sets(image: Tag) -> Iterator[str]:
    """Yield the sets of addresses: the picture's own, then those of its other formats, the ones for mail first."""
    yield from (str(image[key]) for key in _SETS if image.get(key))
    around = image.find_parent("picture")
    sources = [tag for tag in elements(around) if tag.name == "source"] if around is not None else []
    if sources and not _real(image.get("src")):
        for source in sorted(sources, key=lambda tag: bool(_NOT_FOR_MAIL.match(str(tag.get("type") or "")))):
            yield from (str(source[key]) for key in _SETS if source.get(key))


def _real(address: object) -> str:
    text = str(address or "").strip()
    return "" if _EMPTY.fullmatch(text) else text


def _is_whole(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))
