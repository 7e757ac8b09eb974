"""One reader, as far as a message and its transport need to know them."""

from typing import NamedTuple


class Recipient(NamedTuple):
    """One person, as far as a transport needs to know them.

    A tuple with names: of all frozen values it is made the quickest, and a campaign makes
    one for each of a million people.

    Attributes:
        ref: opaque and stable for this delivery; says nothing about the person.
        unsubscribe_url: their own link; empty when the provider makes it.
        one_click: whether the link answers a POST as RFC 8058 asks.
    """

    ref: str
    email: str
    first_name: str = ""
    last_name: str = ""
    unsubscribe_url: str = ""
    one_click: bool = False
