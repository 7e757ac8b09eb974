"""Addresses as a mail may carry them: absolute, and without what follows people around."""

import re
from urllib.parse import SplitResult, quote, unquote_plus, urljoin, urlsplit, urlunsplit

_TRACKERS = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_cid|mc_eid|igshid|yclid|twclid|ttclid|_hsenc|_hsmi|mkt_tok|"
    r"vero_id|oly_enc_id|oly_anon_id|ref_src|s_cid|sc_cid|trk|spm|cmpid|wickedid"
)
_SCHEMES = {"http", "https", "mailto", "tel"}


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; those of one that no browser understands are empty."""
    try:
        return urlsplit(address)
    except ValueError:  # brackets stand for IPv6 alone: https://[yourclinic.com]/blog
        return SplitResult("", "", "", "", "")


def clean_address(address: str, base: str) -> str:
    """Return `address` as a mail may carry it, or nothing when it leads nowhere from there.

    Args:
        address: as it stands in the page.
        base: the page's own address, from which relative ones count; may be empty.
    """
    try:
        whole = urljoin(base, address.strip()) if base else address.strip()
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or (parts.scheme.startswith("http") and not parts.hostname):
        return ""
    if base and parts.fragment and urlunsplit(parts._replace(fragment="")) == base.partition("#")[0]:
        return ""  # a place on the page itself
    if parts.scheme.startswith("http") and parts.query:
        parts = parts._replace(query=_untracked(parts.query))
    return quote(urlunsplit(parts), safe="%/:=&?~#+!$,;@*[]|^`{}")


def untracked(text: str) -> str:
    """Return a text in which no web address bears the marks of trackers."""
    return _IN_TEXT.sub(lambda match: f"{match[1]}{_with_query(_untracked(match[2]))}", text) if "?" in text else text


_IN_TEXT = re.compile(r"((?:https?://|www\.)[^\s<>\"“”?]+)\?([^\s<>\"“”#)\]]*[^\s<>\"“”#)\].,;:!?’'*_])")


def player_address(address: str, page: str) -> str:
    """Return where a reader can see what a player shows, or nothing when its address is none."""
    whole = clean_address(address, page)
    video = re.search(r"youtube(?:-nocookie)?\.com/embed/([\w-]+)", whole)
    film = re.search(r"player\.vimeo\.com/video/(\d+)", whole)
    if video:
        return f"https://www.youtube.com/watch?v={video[1]}"
    return f"https://vimeo.com/{film[1]}" if film else whole


def _with_query(query: str) -> str:
    return f"?{query}" if query else ""


def _untracked(query: str) -> str:
    pairs = (pair.partition("=") for pair in re.split(r"&amp;|&", query))
    kept = [f"{name}{sign}{value}" for name, sign, value in pairs if not _tracks(name.lower(), unquote_plus(value))]
    return "&".join(kept)


def _tracks(name: str, value: str) -> bool:
    return bool(_TRACKERS.fullmatch(name)) or (name == "source" and "---" in value)  # the latter is Medium's
