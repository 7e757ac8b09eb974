"""Checks of what well-known mail programs do not show, by the tests of caniemail.com."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from lxml.html import HtmlElement

from newsletter.checks.caniemail import features
from newsletter.checks.draft import Draft
from newsletter.checks.mail import Mail
from newsletter.checks.rule import Fault
from newsletter.posts.addresses import split_address
from newsletter.rendering.sanitise import clean_fragment

# What looks plainer where it is missing, and harms nothing: themes may use it freely.
GRACEFUL = frozenset(
    {
        *(":active", ":focus", ":hover", ":link", ":visited", "@media", "@supports", "animation", "border-radius"),
        *("box-shadow", "color-scheme", "cursor", "font-kerning", "hyphens", "orphans", "outline", "outline-offset"),
        *("overflow-wrap", "table-layout", "text-decoration-color", "text-decoration-style"),
        *("text-decoration-thickness", "text-shadow", "text-underline-offset", "text-underline-position", "text-wrap"),
        *("transition", "user-select", "widows", "word-break", "word-wrap", "border-spacing", "white-space"),
        *("height", "overflow", "word-spacing"),
        *("system-ui", "ui-monospace", "ui-rounded", "ui-sans-serif", "ui-serif", ":first-child", ":last-child"),
    }
)
_RESET = re.compile(r"#outlook\b|\.ReadMsgBody|\.ExternalClass|-moz-text-html-wrap|\.mj-|img\s*\{[^}]*-ms-interp")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;{}]+)")
_AT_RULE = re.compile(r"@[a-z-]+")
_PSEUDO = re.compile(r"(?<![\w)])?(::?[a-z-]+)(?=[\s,{.:>+~\[(]|$)")
_FUNCTION = re.compile(r"[a-z-]+\(")
_LOADED = re.compile(
    r"""@import\s+(?:url\()?\s*["']?(https?:[^"')\s;]+)|url\(\s*["']?(https?:[^"')\s]+)""", re.IGNORECASE
)
_TAG = re.compile(r"<([a-z][a-z0-9]*)", re.IGNORECASE)
_PICTURE_KINDS = {"jpeg": "jpg", "heic": "heif", "tif": "tiff"}


def style_unsupported(draft: Draft) -> Iterator[Fault]:
    """The theme uses a style that some well-known mail programs drop.

    Guideline: caniemail.com, tests of CSS in mail programs.
    """
    for name in sorted(_used_styles(draft.mail) - GRACEFUL):
        feature = features().get(name)
        if feature:
            yield Fault(
                f"theme {draft.settings.theme.name}",
                f"{name} is not shown by {_listed(feature['unsupported'])}.",
                f"Make sure that the mail can be read without it, or replace it: {feature['url']}",
            )


def loaded_style(draft: Draft) -> Iterator[Fault]:
    """The theme loads fonts, styles or backgrounds from the web.

    Guideline: caniemail.com, tests of @font-face, <link> and background-image.
    """
    sheets = " ".join(element.text or "" for element in draft.mail.elements("style"))
    inline = " ".join(_style(element) for element in draft.mail.root.iter())
    loads = [link.get("href", "") for link in draft.mail.elements("link") if link.get("rel") == "stylesheet"]
    loads += [found[1] or found[2] for found in _LOADED.finditer(f"{sheets} {inline}")]
    loads += [element.get("background") for element in draft.mail.root.iter() if _has_background(element)]
    for address in dict.fromkeys(loads):
        yield Fault(
            f"theme {draft.settings.theme.name}",
            f"{address} is loaded from the web: many mail programs block that, and its server learns who reads.",
            "Use fonts that readers have, and put styles into the theme.",
        )


def picture_size(draft: Draft) -> Iterator[Fault]:
    """A picture in the mail has no width of its own.

    Guideline: hteumeuleu/email-guidelines: Outlook for Windows shows such a picture as large as its file.
    """
    for image in draft.mail.elements("img"):
        if not image.get("width", "").isdecimal():
            yield Fault(
                f"theme {draft.settings.theme.name}",
                f"“{image.get('alt', '')}” has no width: Outlook shows it at full size, and text jumps as it loads.",
                "Make the theme write its width in pixels.",
            )


def html_dropped(draft: Draft) -> Iterator[Fault]:
    """HTML in a post is left out of the mail.

    Guideline: caniemail.com, tests of HTML in mail programs; only what is safe everywhere is let through.
    """
    for raw in draft.writing.raw:
        kept = _tags(str(clean_fragment(raw.html)))
        for tag in sorted(_tags(raw.html) - kept):
            feature = features().get(f"<{tag}>")
            why = f": it is not shown by {_listed(feature['unsupported'])}" if feature else ""
            yield Fault(
                raw.where,
                f"<{tag}> is left out of the mail{why}.",
                "Use Markdown, or link to a page that has it.",
            )


def picture_kind(draft: Draft) -> Iterator[Fault]:
    """A picture is of a kind that some well-known mail programs do not show.

    Guideline: caniemail.com, tests of image formats in mail programs.
    """
    for picture in draft.writing.pictures:
        if split_address(picture.src).scheme not in {"http", "https"}:  # the mail holds a JPEG or PNG of it
            continue
        suffix = PurePosixPath(split_address(picture.src).path).suffix.lower().removeprefix(".")
        feature = features().get(f"image/{_PICTURE_KINDS.get(suffix, suffix)}")
        if feature:
            yield Fault(
                picture.where,
                f"A .{suffix} picture is not shown by {_listed(feature['unsupported'])}.",
                "Save it as .jpg (photographs) or .png (drawings).",
            )


def _used_styles(mail: Mail) -> set[str]:
    inline = [style for element in mail.root.iter() if (style := _style(element)) and "display:none" not in style]
    sheets = [element.text or "" for element in mail.elements("style")]
    own = [sheet for sheet in sheets if not _RESET.search(sheet)]  # MJML's own resets are tried and tested
    return {name for text in [*inline, *own] for name in _names(_COMMENT.sub("", text))}


def _style(element: HtmlElement) -> str:
    """Return an element's own style; comments have none."""
    return str(element.get("style", "")) if isinstance(element.tag, str) else ""


def _has_background(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.get("background", "").startswith("http")


def _names(css: str) -> Iterator[str]:
    """Yield what a piece of CSS uses, called as in the data set."""
    yield from _AT_RULE.findall(css)
    if "{" in css:
        yield from (name for selector in re.findall(r"([^{};]+)\{", css) for name in _PSEUDO.findall(selector))
    for name, value in _DECLARATION.findall(css):
        yield name
        yield f"{name}:{value.split()[0].strip('!') if value.split() else ''}"
        yield from (f"{function})" for function in _FUNCTION.findall(value))


def _tags(html: str) -> set[str]:
    return {tag.lower() for tag in _TAG.findall(html)}


def _listed(programs: Iterable[str]) -> str:
    *most, last = programs
    return f"{', '.join(most)} and {last}" if most else last
