"""Players, scripts and forms in the HTML that Markdown may hold: mail shows none, so each becomes a link."""

import re

from newsletter.errors import SourceError
from newsletter.posts.addresses import player_address
from newsletter.posts.value import Dropped

_PLAYER = re.compile(
    r"<(?P<tag>iframe|video|audio|object)\b(?P<of>[^>]*)>(?P<inner>.*?)</(?P=tag)\s*>|<(?:iframe|embed)\b(?P<alone>[^>]*)/?>",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_FORM = re.compile(r"<form\b[^>]*>(.*?)</form\s*>", re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(
    r"<(button|select|textarea)\b[^>]*>(.*?)</\1\s*>|<input\b[^>]*>|</?label\b[^>]*>", re.IGNORECASE | re.DOTALL
)
_SOURCE = re.compile(r"(?:src|data)\s*=\s*[\"']?([^\s\"'>]+)", re.IGNORECASE)
_CODE = re.compile(
    r"(^[ \t]{0,3}(?:```|~~~).*?(?:^[ \t]{0,3}(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL
)
_EMBEDDED = re.compile(
    r"<(?:iframe|video|audio|object|embed|script|style|form|button|select|textarea|input|label)\b", re.IGNORECASE
)
_MOST_EMBEDDED = 300
"""The end of each is looked for in all that follows."""


def link_embedded(markdown: str, page: str) -> tuple[str, list[Dropped]]:
    """Put links in the places of what only a website can show; return what was left out.

    Args:
        markdown: the post; what stands in it as code stays.
        page: where the post stands on the web, which a form leads to; may be empty.

    Raises:
        SourceError: there are more of them than in any post.
    """
    if "<" not in markdown:
        return markdown, []
    if len(_EMBEDDED.findall(markdown)) > _MOST_EMBEDDED:
        hint = "Give the text of the post without them."
        raise SourceError("there are more players, scripts and forms than in any post", hint=hint)
    dropped: list[Dropped] = []
    parts = _CODE.split(markdown)
    parts[::2] = [_linked(part, page, dropped) for part in parts[::2]]
    return "".join(parts), dropped


def _linked(text: str, page: str, dropped: list[Dropped]) -> str:
    def leave_out(match: re.Match[str]) -> str:
        dropped.append(Dropped(0, " ".join(match[0].split())[:200], "a script"))
        return ""

    def open_form(match: re.Match[str]) -> str:
        words = (" ".join(re.sub(r"<[^>]+>", " ", field[2] or "").split()) for field in _FIELD.finditer(match[1]))
        dropped.extend(Dropped(0, said, "a button or a field") for said in words if said)
        link = f"\n\n[Fill in the form on the website](<{page}>)\n\n" if page else ""
        return _FIELD.sub("", match[1]) + link

    text = _PLAYER.sub(lambda match: _player(match, page), text)
    return _FORM.sub(open_form, _SCRIPT.sub(leave_out, text))


def _player(match: re.Match[str], page: str) -> str:
    source = _SOURCE.search(f"{match['of'] or match['alone'] or ''} {match['inner'] or ''}")
    address = (player_address(source[1].replace("&amp;", "&"), page) if source else "") or page
    return f"[Watch or listen on the website](<{address}>)" if address else ""
