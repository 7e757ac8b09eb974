"""What the desk says once after something was done, with the way to undo it."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

_KEPT = 50


@dataclass(frozen=True, slots=True)
class Undo:
    """A button that takes back what was done.

    Attributes:
        action: the address that the button posts to.
        fields: what it posts.
        text: what the button says.
    """

    action: str
    fields: Mapping[str, str] = field(default_factory=dict)
    text: str = "Undo"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person at the desk."""

    text: str
    undo: Undo | None = None


class Notices:
    """Keeps the latest notices; an address names one by a number that cannot be made up elsewhere."""

    def __init__(self) -> None:
        self._notices: OrderedDict[str, Notice] = OrderedDict()

    def add(self, notice: Notice) -> str:
        """Keep a notice and return its name, for the address that the browser goes to next."""
        name = secrets.token_urlsafe(8)
        self._notices[name] = notice
        while len(self._notices) > _KEPT:
            self._notices.popitem(last=False)
        return name

    def find(self, name: str) -> Notice | None:
        """Return the notice of that name, if the desk still knows it."""
        return self._notices.get(name)
