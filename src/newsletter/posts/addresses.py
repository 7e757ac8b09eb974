"""Addresses as a mail may carry them: absolute, and without what follows people around."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, parse_qs, quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

_TRACKERS = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_cid|mc_eid|igshid|yclid|twclid|ttclid|_hsenc|_hsmi|mkt_tok|"
    r"vero_id|oly_enc_id|oly_anon_id|ref_src|s_cid|sc_cid|trk|spm|cmpid|wickedid"
)
_SCHEMES = {"http", "https", "mailto", "tel"}
_MOST_WRAPPERS = 4
_HOST = r"(?:[\w-]+\.)*"
_WRAPPERS: Mapping[str, tuple[str, ...]] = {
    r"(?:www\.)?google\.[a-z.]+/url": ("q", "url"),
    rf"{_HOST}safelinks\.protection\.outlook\.(?:com|us)/.*": ("url",),
    r"(?:statics\.)?teams\.(?:cdn\.office\.net|microsoft\.com)/evergreen-assets/safelinks/.*": ("url",),
    r"lm?\.(?:facebook|instagram|messenger|threads)\.(?:com|net)/.*": ("u",),
    r"urldefense\.proofpoint\.com/v1/url": ("u",),
    r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)/?": ("url",),
    r"(?:www\.)?youtube\.com/redirect": ("q",),
    r"(?:www\.)?slack-redir\.net/link": ("url",),
    r"out\.reddit\.com/.*": ("url",),
    r"(?:www\.)?duckduckgo\.com/l/?": ("uddg",),
    r"t\.umblr\.com/redirect": ("z",),
    rf"{_HOST}linkprotect\.cudasvc\.com/url": ("a",),
    rf"{_HOST}clicktime\.symantec\.com/.*": ("u",),
    r"(?:www\.)?bing\.com/alink/link": ("url",),
}
"""What wraps links, by host and path, and the parameter in which it keeps the address."""

_PROOFPOINT_2 = re.compile(r"https?://urldefense\.proofpoint\.com/v2/url\?(?:.*&)?u=([^&]+)")
_PROOFPOINT_3 = re.compile(r"https?://urldefense\.(?:com|us)/v3/__(.+?)__;")
_CISCO = re.compile(r"https?://secure-web\.cisco\.com/[^/]+/(https?%3A.+)", re.IGNORECASE)


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; those of one that no browser understands are empty."""
    try:
        return urlsplit(address)
    except ValueError:  # brackets stand for IPv6 alone: https://[yourclinic.com]/blog
        return SplitResult("", "", "", "", "")


def unwrapped(address: str) -> str:
    """Return the address that a mail program or web site has wrapped into one of its own.

    Google, Outlook, Proofpoint, Facebook and others do so to see who follows a link. An address that is
    not wrapped, or that only its wrapper can tell, is returned as it is.
    """
    for _ in range(_MOST_WRAPPERS):
        inner = _inside(address)
        if not inner.startswith(("http://", "https://")):
            break
        address = inner
    return address


def _inside(address: str) -> str:
    parts = split_address(address)
    place = f"{(parts.hostname or '').lower()}{parts.path}"
    for wrapper, names in _WRAPPERS.items():
        if re.fullmatch(wrapper, place):
            query = parse_qs(parts.query)
            return next((query[name][0] for name in names if name in query), "")
    return next((unwrap(match[1]) for pattern, unwrap in _REWRITTEN.items() if (match := pattern.match(address))), "")


def _proofpoint_2(text: str) -> str:
    return unquote(text.replace("-", "%").replace("_", "/"))


def _proofpoint_3(text: str) -> str:
    """A star stands for a character that is told elsewhere; such an address is left to its wrapper."""
    return "" if "*" in text else re.sub(r"^(https?):/(?!/)", r"\1://", text)


_REWRITTEN: Mapping[re.Pattern[str], Callable[[str], str]] = {
    _PROOFPOINT_2: _proofpoint_2,
    _PROOFPOINT_3: _proofpoint_3,
    _CISCO: unquote,
}


def clean_address(address: str, base: str) -> str:
    """Return `address` as a mail may carry it, or nothing when it leads nowhere from there.

    Args:
        address: as it stands in the page.
        base: the page's own address, from which relative ones count; may be empty.
    """
    try:
        whole = unwrapped(urljoin(base, address.strip()) if base else address.strip())
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
    """Return a text in which no web address is wrapped or bears the marks of trackers."""
    text = _ADDRESS.sub(lambda match: unwrapped(match[0]), text)
    return _IN_TEXT.sub(lambda match: f"{match[1]}{_with_query(_untracked(match[2]))}", text) if "?" in text else text


_ADDRESS = re.compile(r"https?://[^\s<>\"“”)\]]*[^\s<>\"“”)\].,;:!?’'*_]")
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
