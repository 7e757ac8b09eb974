"""Links: absolute, without what follows people around, and only to where a mail may lead."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from bs4 import Tag

_TRACKERS = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_cid|mc_eid|igshid|yclid|twclid|ttclid|_hsenc|_hsmi|mkt_tok|"
    r"vero_id|oly_enc_id|oly_anon_id|ref_src|s_cid|sc_cid|trk|spm|cmpid|wickedid"
)
_SCHEMES = {"http", "https", "mailto", "tel"}


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


def _untracked(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _tracks(name.lower(), value)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _tracks(name: str, value: str) -> bool:
    return bool(_TRACKERS.fullmatch(name)) or (name == "source" and "---" in value)  # the latter is Medium's


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
