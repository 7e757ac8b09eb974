"""What a page of the list shows: whom it looks for, in which order, from where on."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from newsletter.errors import SubscriberError
from newsletter.subscribers.listing import Query
from newsletter.subscribers.vocabulary import Status

ON_A_PAGE = 50
_KEPT = 500
_LONGEST = 200

ORDERS: Mapping[str, tuple[str, bool]] = {
    "newest": ("joined", True),
    "oldest": ("joined", False),
    "name": ("name", False),
    "address": ("email", False),
}
"""What a person may choose, as order and direction of `newsletter.subscribers.listing`."""


class Searches:
    """Remembers what was searched for, under names that say nothing.

    What people search for are names and addresses, and those belong in no page's address:
    a browser keeps those in its history.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()

    def remember(self, text: str) -> str:
        """Return the name of a text, the same for the same text."""
        text = " ".join(text[:_LONGEST].split())
        if not text:
            return ""
        name = next((name for name, known in self._texts.items() if known == text), None) or secrets.token_urlsafe(8)
        self._texts[name] = text
        self._texts.move_to_end(name)
        while len(self._texts) > _KEPT:
            self._texts.popitem(last=False)
        return name

    def find(self, name: str) -> str:
        """Return the text of that name, or nothing if the desk was opened anew since."""
        return self._texts.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """One page of the list.

    Attributes:
        name: the name of the search, for addresses; see `Searches`.
        search: its text.
        is_lost: whether the desk does not know any more what was searched for. Then the page
            shows everybody, and nothing may be done to "these".
    """

    name: str = ""
    search: str = ""
    status: Status | None = None
    tag: str = ""
    sort: str = "newest"
    page: int = 1
    is_lost: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, object], searches: Searches) -> "ListFilter":
        """Read what an address or a form asks for; what is not understood is left out."""
        texts = {name: value for name, value in asked.items() if isinstance(value, str)}
        status, sort, page = (texts.get(name, "") for name in ("status", "sort", "page"))
        named = texts.get("for", "")
        search = searches.find(named)
        return cls(
            name=named if search else "",
            search=search,
            is_lost=bool(named and not search),
            status=Status(status) if status in set(Status) else None,
            tag=texts.get("tag", "")[:_LONGEST],
            sort=sort if sort in ORDERS else "newest",
            page=max(int(page), 1) if page.isdecimal() and len(page) < 8 else 1,
        )

    @property
    def query(self) -> Query:
        """Return whom to look for."""
        statuses = (self.status,) if self.status else ()
        return Query(search=self.search, statuses=statuses, tags=(self.tag,) if self.tag else ())

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is left out."""
        return not (self.search or self.status or self.tag)

    @property
    def order(self) -> tuple[str, bool]:
        """Return order and direction."""
        return ORDERS[self.sort]

    @property
    def skip(self) -> int:
        """Return how many people stand on the pages before."""
        return (self.page - 1) * ON_A_PAGE

    def known(self) -> "ListFilter":
        """Return the same, to do something to the people meant.

        Raises:
            SubscriberError: the desk does not know any more who that was.
        """
        if self.is_lost:
            hint = "Go back to the list of people, and search again."
            raise SubscriberError("what was searched for is forgotten, so nothing was done", hint=hint)
        return self

    def fields(self) -> dict[str, str]:
        """Return what an address or a form has to carry to ask for the same people again."""
        fields = {"for": self.name, "status": self.status or "", "tag": self.tag}
        return {name: value for name, value in fields.items() if value}

    def address(self, path: str = "/people", **changes: Any) -> str:
        """Return the address of the page that differs by `changes`; another choice begins at its first page."""
        other = replace(self, **{"page": 1, "is_lost": False, **changes})
        fields = other.fields()
        if other.sort != "newest":
            fields["sort"] = other.sort
        if other.page > 1:
            fields["page"] = str(other.page)
        return f"{path}?{urlencode(fields)}" if fields else path
