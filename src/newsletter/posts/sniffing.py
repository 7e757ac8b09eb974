"""What a text is, told from how it looks and not from its file's name."""

import re

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|div|p|h[1-6]|span"
    r"|article|section|ul|ol|"
    r"table|b|a|img|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ENDS = re.compile(r"</(?:p|div|h[1-6]|li|ul|ol|article|section|span)>", re.IGNORECASE)
_ONLY_TAGS = re.compile(r"\s*(?:<[a-z][^<>]{0,200}>\s*){20}", re.IGNORECASE)
_FEED = re.compile(
    r"\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*|<\?xml-stylesheet.*?\?>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_OF_MAILS = {"mime-version", "message-id", "received", "return-path", "content-type", "delivered-to", "date", "subject"}
_OF_FILES = {"mime-version", "message-id", "received", "return-path", "content-type", "delivered-to"}
"""What mail programs show above a mail that somebody copies has none of these."""
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?:[\w-]+:.*\n|[ \t-].*\n|\n)+?---[ \t]*\n")
_MARKDOWN = (
    re.compile(r"^#{2,6} \S", re.MULTILINE),
    re.compile(r"\]\(https?://"),
    re.compile(r"\*\*[^*\n]+\*\*"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"^\S.*\n(?:=|-){3,}\n", re.MULTILINE),
)
_DOCUMENT = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:title|article|main|nav)\b", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether `text` is HTML: it begins as HTML does, and elements end in it."""
    if not _HTML_START.match(text[:5000]):
        return False
    return bool(_HTML_ENDS.search(text) or _DOCUMENT.match(text) or _ONLY_TAGS.match(text))


def looks_like_feed(text: str) -> bool:
    """Whether it is an RSS or Atom feed."""
    return bool(_FEED.match(text[:5000]))


def looks_like_mail(text: str) -> bool:
    """Whether it begins with the headers of a mail, two or more of which only mails have."""
    head = re.split(r"\n\s*\n", text.lstrip("\n"), maxsplit=1)[0]
    names = [match[1].lower() for match in re.finditer(r"^([A-Za-z][A-Za-z0-9-]*):", head, re.MULTILINE)]
    begins = bool(re.match(r"[A-Za-z][A-Za-z0-9-]*:", head))
    return begins and "from" in names and len(_OF_MAILS & set(names)) >= 2 and bool(_OF_FILES & set(names))


def looks_like_markdown(text: str, name: str) -> bool:
    """Whether it is Markdown: it has front matter, or begins with a heading, or shows several of its marks."""
    if _FRONT_MATTER.match(text) or re.match(r"\s*# \S", text):
        return True
    signs = sum(bool(sign.search(text)) for sign in _MARKDOWN) + name.lower().endswith((".md", ".markdown"))
    return signs >= 2


def is_whole_page(text: str) -> bool:
    """Whether it has a page's parts, so that the article must be looked for in it."""
    return bool(_WHOLE_PAGE.search(text))


def has_title(html: str) -> bool:
    """Whether it has a page's head, which parts of a page do not."""
    return bool(re.search(r"<title\b", html, re.IGNORECASE))
