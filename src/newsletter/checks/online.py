"""Checks that ask the web, which only happens when a person wants it."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx2

from newsletter.checks.draft import Draft
from newsletter.checks.links import leads_to_public_web
from newsletter.checks.rule import Fault
from newsletter.errors import NewsletterError

_SECONDS = 10
_AT_ONCE = 6
_UNREACHED = "cannot be reached: perhaps its name is misspelled"
_GONE = {404: "answers that there is no such page (404)", 410: "answers that the page is gone (410)"}


def link_dead(draft: Draft) -> Iterator[Fault]:
    """A link leads to a page that does not exist. It is told once the web was asked.

    Guideline: JAMA benchmarks (Silberg and others, 1997): currency; a source must be there to be read.
    """
    for piece in draft.pieces:
        for link in piece.links:
            if draft.answers.get(link.href):
                yield Fault(
                    link.where,
                    f"The page behind “{link.text}” {draft.answers[link.href]}.",
                    "Open it in a browser, and use the address that works.",
                )


def ask(draft: Draft) -> Mapping[str, str]:
    """Ask the web once for each address on the public web; return what is wrong with each, or nothing.

    Raises:
        NewsletterError: none of them can be reached.
    """
    addresses = {link.href for piece in draft.pieces for link in piece.links if leads_to_public_web(link.href)}
    with httpx2.Client(timeout=_SECONDS, follow_redirects=True, headers={"User-Agent": "newsletter-check"}) as client:
        return dict.fromkeys(addresses, "") | dead_addresses(addresses, client)


def dead_addresses(addresses: Iterable[str], client: httpx2.Client) -> dict[str, str]:
    """Return the addresses that surely lead nowhere, and what became of each.

    A site that is slow, or turns programs away, says nothing about its page.

    Raises:
        NewsletterError: none of them can be reached, which says more about this computer.
    """
    ordered = sorted(addresses)
    with ThreadPoolExecutor(_AT_ONCE) as together:
        answers = together.map(lambda address: _trouble(address, client), ordered)
    found = {address: trouble for address, trouble in zip(ordered, answers, strict=True) if trouble}
    if ordered and list(found.values()) == [_UNREACHED] * len(ordered):
        hint = "Check whether this computer is online, and try again."
        raise NewsletterError("none of the links can be reached", hint=hint)
    return found


def _trouble(address: str, client: httpx2.Client) -> str:
    """Ask for `address` once; a site that does not know HEAD is asked with GET."""
    try:
        answer = client.head(address)
        if answer.status_code in {403, 404, 405, 501}:
            with client.stream("GET", address) as answer:
                return _GONE.get(answer.status_code, "")
        return _GONE.get(answer.status_code, "")
    except httpx2.ConnectError:
        return _UNREACHED
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return ""
