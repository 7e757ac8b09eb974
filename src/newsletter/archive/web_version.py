"""From a frozen message to the parts of a web page that is the same for everybody."""

import hashlib
import html as entities
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lxml import etree, html
from markupsafe import Markup

from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Message, Recipient, fill_message
from newsletter.rendering.sanitise import without_controls

_NOBODY = Recipient(ref="", email="")
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_KEPT_IN_HEAD = "style", "meta"
_SET_BY_THE_PAGE = {"viewport", "charset", "robots", "description"}
_BLOCKS = {"p", "li", "td", "div"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the archive."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebVersion:
    """An issue as everybody may read it.

    Attributes:
        title: the subject, with the fallbacks of its merge tags.
        summary: the preview text.
        head: what the page's head needs of the mail's.
        body: the mail's own content.
        body_style: the style of the mail's ``body``.
        files: its pictures, and the files that came with the mail, by name.
        attached: the names of the latter.
    """

    title: str
    summary: str
    language: str
    direction: str
    head: Markup
    body: Markup
    body_style: str
    files: Mapping[str, File]
    attached: tuple[str, ...]


def web_version(message: Message) -> WebVersion:
    """Take everything personal out of a message, and what only a mail needs.

    Merge tags show their fallbacks. Whatever has the class ``mail-only`` goes, and so does the unsubscribe
    link, also where a theme has not marked it. Pictures become files.
    """
    filled = fill_message(message, _NOBODY)
    pictures = {image.content_id: _picture_name(image.data, image.media_type) for image in message.images}
    attached = {file.filename: File(file.data, file.media_type) for file in message.attachments}
    root = html.document_fromstring(filled.html.encode(), parser=html.HTMLParser(encoding="utf-8"))
    etree.strip_tags(root, etree.Comment)
    for element in root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' mail-only ')]"):
        element.drop_tree()
    for link in root.xpath("//a[contains(@href, $placeholder)]", placeholder=UNSUBSCRIBE_PLACEHOLDER):
        _remove_link(link)
    for image in root.iter("img"):
        content_id = str(image.get("src", "")).removeprefix("cid:")
        image.set("src", pictures.get(content_id, image.get("src", "")))
    for place in root.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' event-links ')]"):
        _link_files(place, attached)
    for article in root.xpath("//*[@aria-roledescription]"):  # on the web it is a page, and no mail
        for name in ("role", "aria-roledescription", "aria-label"):
            article.attrib.pop(name, None)
    body = root.find("body")
    return WebVersion(
        title=" ".join(without_controls(filled.subject).split()),
        summary=" ".join(without_controls(message.preheader).split()),
        language=root.get("lang") or "en",
        direction=root.get("dir") or "ltr",
        head=_joined(_head(root)),
        body=_joined(body),
        body_style=body.get("style") or "",
        files={pictures[image.content_id]: File(image.data, image.media_type) for image in message.images} | attached,
        attached=tuple(attached),
    )


def _picture_name(data: bytes, media_type: str) -> str:
    return hashlib.sha256(data).hexdigest()[:16] + _ENDINGS.get(media_type, "")


def _remove_link(link: Any) -> None:
    """Remove a link that is somebody's own: with its paragraph if it is alone there, else the words stay."""
    parent = link.getparent()
    if parent.tag in _BLOCKS and "".join(parent.itertext()).strip() == "".join(link.itertext()).strip():
        parent.drop_tree()
    else:
        link.drop_tag()


def _link_files(place: Any, names: Iterable[str]) -> None:
    """Make a link of the name of a file that came with the mail, where an event ends with it."""
    name = next((name for name in names if (place.text or "").endswith(f" {name}")), "")
    if name:
        place.text = place.text.removesuffix(name)
        link = etree.Element("a", href=quote(name))
        link.text = name
        place.insert(0, link)


def _head(root: Any) -> list[Any]:
    elements = [element for element in root.iterfind("head/*") if element.tag in _KEPT_IN_HEAD]
    return [
        one
        for one in elements
        if not one.get("http-equiv") and one.get("name") not in _SET_BY_THE_PAGE and "charset" not in one.attrib
    ]


def _joined(elements: Any) -> Markup:
    """Return elements as HTML; the text before the first one, too, if they are an element's children."""
    text = entities.escape(elements.text or "") if etree.iselement(elements) else ""
    written = text + "".join(html.tostring(one, encoding="unicode") for one in elements)
    return Markup(written.replace(UNSUBSCRIBE_PLACEHOLDER, ""))  # noqa: S704 - what the mail itself holds
