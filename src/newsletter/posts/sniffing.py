"""What a text is, told from how it looks and not from its file's name."""

import re

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|div|p|h[1-6]|span"
    r"|article|section|ul|ol|"
    r"table|b|a|img|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ENDS = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|article|section|span)>", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:head|title|article|main|nav)\b", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether `text` is HTML: it begins as HTML does, and elements end in it."""
    return bool(_HTML_START.match(text[:5000])) and len(_HTML_ENDS.findall(text)) >= 1


def is_whole_page(text: str) -> bool:
    """Whether it has a page's parts, so that the article must be looked for in it."""
    return bool(_WHOLE_PAGE.search(text))
