"""From a ledger's row to what a transport needs to know of a person: as little as possible."""

from collections.abc import Callable, Sequence
from itertools import repeat
from urllib.parse import quote

from newsletter.campaigns.leavers import Person
from newsletter.campaigns.refs import delivery_refs
from newsletter.message import Message, Recipient
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.transports import Transport

Link = Callable[[int], str]
"""From a subscriber's id to their own unsubscribe link."""

ONE_CLICK_PATH = "/u/"
"""Where the public pages answer; a token follows."""


def unsubscribe_link(key: bytes, message: Message, transport: Transport, public_url: str) -> Link:
    """Return how an unsubscribe link is made: by the public pages, the carrier, or a mail to the clinic."""
    if public_url:
        return lambda number: f"{public_url}{ONE_CLICK_PATH}{unsubscribe_token(key, number)}"
    if transport.makes_unsubscribe_links:
        return lambda _number: ""
    address = quote(message.reply_to, safe="@")
    return lambda number: f"mailto:{address}?subject=unsubscribe%20{unsubscribe_token(key, number)}"


def recipients(key: bytes, people: Sequence[Person], link: Link, *, one_click: bool) -> tuple[Recipient, ...]:
    """Return the people of a batch as the transport sees them, in the same order."""
    ids, subscriber_ids, emails, first_names, last_names, *_ = zip(*people, strict=True)
    refs = delivery_refs(key, ids)
    return tuple(map(Recipient, refs, emails, first_names, last_names, map(link, subscriber_ids), repeat(one_click)))
