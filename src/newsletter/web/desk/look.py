"""How a person looks at an issue: the page's switches, kept in its address."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from newsletter.message import Recipient

Choice = TypeVar("Choice", bound=StrEnum)


class View(StrEnum):
    """The part of the message that is shown, and how wide."""

    PHONE = "phone"
    DESKTOP = "desktop"
    TEXT = "text"


class Scheme(StrEnum):
    """Which of the mail's own colour schemes is shown."""

    LIGHT = "light"
    DARK = "dark"


class Pictures(StrEnum):
    """Which pictures are shown."""

    INSIDE = "inside"  # those that travel in the mail
    ALL = "all"  # also those on the web, whose servers learn of it
    NONE = "none"  # as in inboxes that block them


class Reader(StrEnum):
    """Whose mail is shown."""

    UNKNOWN = "unknown"
    NAMED = "named"
    LONG = "long"

    @property
    def recipient(self) -> Recipient:
        """A made-up person of this kind."""
        first, last = _NAMES[self]
        # example.org is kept for examples (RFC 2606): the link leads nowhere.
        link = "https://example.org/each-reader-has-their-own-link"
        return Recipient(
            ref="preview", email="reader@example.org", first_name=first, last_name=last, unsubscribe_url=link
        )


_NAMES = {
    Reader.UNKNOWN: ("", ""),
    Reader.NAMED: ("Maria", "Lindqvist"),
    Reader.LONG: ("Wolfeschlegelsteinhausen", "Featherstonehaugh-Cholmondeley"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The switches of an issue's page."""

    view: View = View.PHONE
    scheme: Scheme = Scheme.LIGHT
    reader: Reader = Reader.UNKNOWN
    pictures: Pictures = Pictures.INSIDE

    @classmethod
    def from_query(cls, query: QueryParams) -> "Look":
        """Read the switches from an address; what it does not say is as usual."""
        return cls(
            view=_choice(View.PHONE, query.get("view", "")),
            scheme=_choice(Scheme.LIGHT, query.get("scheme", "")),
            reader=_choice(Reader.UNKNOWN, query.get("reader", "")),
            pictures=_choice(Pictures.INSIDE, query.get("pictures", "")),
        )

    def query(self, **changes: object) -> str:
        """Return the query of the address that shows this look with `changes`."""
        default = asdict(Look())
        chosen = asdict(replace(self, **changes))  # type: ignore[arg-type]  # templates name the fields
        different = {name: value for name, value in chosen.items() if value != default[name]}
        return f"?{urlencode(different)}" if different else "?"


def _choice(usual: Choice, text: str) -> Choice:
    try:
        return type(usual)(text)
    except ValueError:
        return usual
