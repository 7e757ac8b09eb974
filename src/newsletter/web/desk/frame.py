"""The mail as the frame shows it: one reader's HTML, unable to run, load or reach anything."""

import re
from bisect import bisect_left

from starlette.responses import HTMLResponse

from newsletter.checks.simulation import Darkness, inverted, seen_by
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Message, Recipient, fill, values_for
from newsletter.rendering import with_pictures
from newsletter.web.desk.look import Look, Pictures, Scheme

_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_SOURCES = {Pictures.INSIDE: "data:", Pictures.ALL: "data: https:", Pictures.NONE: "'none'"}
_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:p|h[1-6]|li|blockquote)\b", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def mail_frame(message: Message, look: Look, reader: Recipient, before: str = "") -> HTMLResponse:
    """Return the mail as `look` asks; where it differs from `before`, an anchor named ``changed`` stands.

    The policy repeats the frame's sandbox, so that the page is as powerless when it is
    opened by itself. Pictures that travel in the mail become part of the page; those on
    the web load only when asked for, because loading tells their server.
    """
    policy = (
        f"default-src 'none'; img-src {_SOURCES[look.pictures]}; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return HTMLResponse(_frame_html(message, look, reader, before), headers={"Content-Security-Policy": policy})


def has_pictures(message: Message) -> bool:
    """Whether there are pictures in the mail."""
    return bool(_PICTURE.search(message.html))


def filled(message: Message, reader: Recipient, part: str) -> str:
    """Return a part of the message as `reader` gets it."""
    return fill(part, values_for(message, reader) | {UNSUBSCRIBE_PLACEHOLDER: reader.unsubscribe_url})


def _frame_html(message: Message, look: Look, reader: Recipient, before: str) -> str:
    html = _seen(_marked(message.html, before), look)  # before the names are filled in: the same for all readers
    html = with_pictures(filled(message, reader, html), message)
    shown = "dark" if _is_shown_dark(look) else "light"
    html = _SCHEME_QUERY.sub(lambda match: _decided(match[1].lower() == shown), html)
    return _HEAD.sub(lambda match: match[0] + _additions(shown), html, count=1)


def _marked(html: str, before: str) -> str:
    """Name the block in which `html` first differs, so that the frame can begin there after a change."""
    shorter = range(min(len(html), len(before)))
    same = bisect_left(shorter, True, key=lambda last: html[: last + 1] != before[: last + 1])  # noqa: FBT003
    blocks = list(_BLOCK.finditer(html, 0, same))
    if not before or not blocks or same == len(html):
        return html
    place = blocks[-1].end()
    return f'{html[:place]} id="changed"{html[place:]}'


def _seen(html: str, look: Look) -> str:
    """Take away what the chosen program does not show, and turn the colours that it turns."""
    if look.seen_with:
        return seen_by(html, look.seen_with, dark=look.is_dark).html
    return inverted(html) if look.scheme is Scheme.INVERTED else html


def _is_shown_dark(look: Look) -> bool:
    return look.is_dark and (look.seen_with is None or look.seen_with.dark is not Darkness.NONE)


def _decided(shown: bool) -> str:  # noqa: FBT001 - a private yes or no
    """A media query that always or never holds, in place of what the desk's own browser prefers."""
    return "(min-width:0)" if shown else "(max-width:0)"


def _additions(scheme: str) -> str:
    # Links open beside the desk; the canvas is as the mail program's would be.
    return f'<base target="_blank"><style>:root{{color-scheme:only {scheme} !important}}</style>'
