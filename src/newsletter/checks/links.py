"""Checks of links: where they lead, and what their words promise."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, quote, urlsplit

from newsletter.checks.draft import Draft
from newsletter.checks.fix import Replace
from newsletter.checks.patterns import any_of
from newsletter.checks.prose import Link
from newsletter.checks.rule import Fault
from newsletter.posts.addresses import split_address, unwrapped

_VAGUE = any_of(
    r"(?:please )?(?:click|tap|press)(?: (?:here|this|on|now|below|the link).*)?",
    r"(?:here|this|link|more|details|info|website|go|continue)",
    r"this (?:link|page|post)",
    r"(?:read|learn|see|find out) more",
    r"more info(?:rmation)?",
)
_SHORTENERS = frozenset(
    {
        *("bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "shorturl.at"),
        *("t.co", "t.ly", "tiny.cc", "tinyurl.com", "trib.al", "v.gd"),
    }
)
_COUNTED = any_of(
    r"//[\w.-]*list-manage\d*\.com/track",
    r"//[\w.-]*(?:mandrillapp\.com/track|awstrack\.me|sendgrid\.net/(?:ls|wf)|rs6\.net|klclick\d*\.com|mlsend\d*\.com)/",
    r"//[\w.-]*(?:hubspotlinks|hs-sales-engage|convertkit-mail\d*|cmail\d+|createsend\d*|sendibt\d|mjt\.lu)\b",
    r"//(?:[\w-]+\.)*(?:substack\.com/redirect|beehiiv\.com/(?:ss/)?c|mailerlite\.com/link|exacttarget\.com)/",
    r"//[\w.-]*urldefense\.(?:com|us|proofpoint\.com)/",
    r"//[\w.-]*(?:safelinks\.protection\.outlook\.com|mimecast(?:protect)?\.com/s|secure-web\.cisco\.com)/",
    r"//(?:click|clicks|links?|trk|track|email|e)\.[\w.-]+/(?:ls/click|track/click|c/|f/a/|e/c/|u/click)",
)
_DOMAIN = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#:]\S*)?", re.IGNORECASE)


def link_broken(draft: Draft) -> Iterator[Fault]:
    """A link leads nowhere: its address is incomplete, or works on one computer only.

    Guideline: WCAG 2.2, 2.4.4 Link Purpose (In Context): a link must have a purpose to begin with.
    """
    for link in _links(draft):
        trouble = _trouble(link.href)
        if trouble:
            yield Fault(
                link.where,
                f"The link “{link.text}” {trouble}.",
                "Write the whole address, beginning with https://, and try it in a private window.",
            )


def link_insecure(draft: Draft) -> Iterator[Fault]:
    """A link is not encrypted.

    Guideline: W3C TAG, "Securing the Web" (https://www.w3.org/2001/tag/doc/web-https): use https everywhere.
    """
    for link in _links(draft):
        if split_address(link.href).scheme == "http":
            encrypted = link.href.replace("http://", "https://", 1)
            yield Fault(
                link.where,
                "This link is not encrypted: others on the network can see it, and browsers warn about it.",
                f"Try https:// instead: {encrypted}",
                fix=Replace(label="Use https://", old=link.href, new=encrypted),
            )


def link_vague(draft: Draft) -> Iterator[Fault]:
    """A link's text does not say where it leads: "click here".

    Guideline: WCAG 2.2, 2.4.4 Link Purpose (In Context), technique G91.
    """
    for link in _links(draft):
        if _VAGUE.fullmatch(link.text.strip(" .,:;!…→»>")):
            yield Fault(
                link.where,
                f"In a screen reader's list of links, this one is only “{link.text}”.",
                "Link words that say where it leads: the name of the page, or what to do there.",
            )


def link_empty(draft: Draft) -> Iterator[Fault]:
    """A link has no text.

    Guideline: WCAG 2.2, 2.4.4 and 4.1.2, failure F89: a link needs a name.
    """
    for link in _links(draft):
        if not link.text.strip():
            yield Fault(
                link.where,
                "A link without text is invisible, and a screen reader reads its address aloud.",
                "Put text between its brackets, or give its picture a description.",
            )


def link_typed(draft: Draft) -> Iterator[Fault]:
    """A long web address is shown as it is.

    Guideline: WCAG 2.2, 2.4.4 Link Purpose (In Context): screen readers spell addresses out.
    """
    for link in _links(draft):
        if len(link.text) > 30 and (link.typed or link.text == link.href) and link.href.startswith("http"):
            yield Fault(
                link.where,
                "A screen reader reads this whole address aloud, and on a phone it breaks across lines.",
                f"Link a few words instead: [what is there]({link.href})",
            )


def link_shortened(draft: Draft) -> Iterator[Fault]:
    """A link hides where it leads behind a shortener.

    Guideline: Google, "Email sender guidelines": recipients should know what to expect when they follow a link.
    """
    for link in _links(draft):
        if _host(link.href) in _SHORTENERS:
            yield Fault(
                link.where,
                "A shortened link hides where it leads. Spam filters distrust it, and its owner counts clicks.",
                "Use the full address.",
            )


def link_wrapped(draft: Draft) -> Iterator[Fault]:
    """A link leads through a service that counts who follows it: SafeLinks, Google, another newsletter's tracker.

    Guideline: HHS OCR, "Use of Online Tracking Technologies by HIPAA Covered Entities" (2022, 2024).
    """
    for link in _links(draft):
        inner = unwrapped(link.href)
        if inner != link.href or _COUNTED.search(link.href):
            yield Fault(
                link.where,
                f"Whoever follows the link “{link.text}” is counted by {_host(link.href)} on the way.",
                f"Use the address behind it: {inner}"
                if inner != link.href
                else "Open it in a private window, and use the address at which you arrive.",
                fix=Replace(label="Use the address behind it", old=link.href, new=_written(inner))
                if inner != link.href
                else None,
            )


def link_disguised(draft: Draft) -> Iterator[Fault]:
    """A link shows one web site and leads to another, as phishing does.

    Guideline: Google, "Email sender guidelines": links should be visible and easy to understand.
    """
    for link in _links(draft):
        shown = _DOMAIN.fullmatch(link.text.strip())
        host = _host(link.href)
        if shown and host and not link.typed and _site(shown[1]) != _site(host):
            yield Fault(
                link.where,
                f"The link shows {shown[1]} but leads to {host}: mail programs treat that as fraud.",
                "Link to the address that is shown, or use words as the link text.",
            )


def link_ambiguous(draft: Draft) -> Iterator[Fault]:
    """The same words lead to different places.

    Guideline: WCAG 2.2, 3.2.4 Consistent Identification.
    """
    first: dict[str, Link] = {}
    for link in _links(draft):
        words = link.text.casefold().strip()
        known = first.setdefault(words, link)
        if words and known.href != link.href and not _VAGUE.fullmatch(words):
            yield Fault(
                link.where,
                f"“{link.text}” leads to another page than the same words at {known.where}.",
                "Give each link its own text.",
            )


def leads_to_public_web(href: str) -> bool:
    """Whether `href` is a whole address on the web that everybody can reach."""
    return not _trouble(href) and split_address(href).scheme in {"http", "https"}


def _written(href: str) -> str:
    """Return an address so that Markdown takes all of it for the address."""
    return quote(href, safe="%/:=&?~#+!$,;@*[]|^`{}'")


def _links(draft: Draft) -> Iterator[Link]:
    for piece in draft.pieces:
        yield from piece.links


def _trouble(href: str) -> str:
    """Return what is wrong with an address, in words that fit behind the link's name.

    Rendering refuses what is no whole address at all.
    """
    try:
        parts = urlsplit(href)
        return _contact_trouble(parts) if parts.scheme in {"mailto", "tel"} else _host_trouble(parts.hostname or "")
    except ValueError:
        return "has an address that no browser understands"


def _contact_trouble(parts: SplitResult) -> str:
    if parts.scheme == "mailto":
        return "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", parts.path) else "has no email address"
    return "" if len(re.sub(r"\D", "", parts.path)) >= 3 else "has no phone number"


def _host_trouble(host: str) -> str:
    try:
        return "" if ipaddress.ip_address(host).is_global else "leads to a computer that readers cannot reach"
    except ValueError:
        pass
    if host == "localhost" or host.endswith((".local", ".localhost", ".internal", ".lan")):
        return "leads to a computer that readers cannot reach"
    return "" if re.fullmatch(r"[^\s.]+(?:\.[^\s.]+)+", host) else "has no web site's name in it"


def _host(href: str) -> str:
    return (split_address(href).hostname or "").removeprefix("www.")


def _site(host: str) -> str:
    """Return the last two labels: enough to tell two owners apart in nearly every case."""
    return ".".join(host.lower().split(".")[-2:])
