"""What the desk says once after something was done, with the way to undo it."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


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


class Latest(Generic[T]):
    """Keeps the latest things by names that only the desk's own pages know; closing the desk forgets them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def add(self, thing: T) -> str:
        """Keep a thing and return its name, for the address that the browser goes to next."""
        name = secrets.token_urlsafe(9)
        self._kept[name] = thing
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return name

    def find(self, name: str) -> T | None:
        """Return the thing of that name, if the desk still knows it."""
        return self._kept.get(name)

    def drop(self, name: str) -> T | None:
        """Forget a thing, and return it."""
        return self._kept.pop(name, None)
