"""How a person looks at an issue: the page's switches, kept in its address."""

import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from newsletter.checks.simulation import PROGRAMS, Program

Choice = TypeVar("Choice", bound=StrEnum)
_SOMEBODY = re.compile(r"[1-9]\d{0,17}")


class View(StrEnum):
    """The part of the message that is shown, and how wide."""

    PHONE = "phone"
    TABLET = "tablet"
    DESKTOP = "desktop"
    INBOX = "inbox"
    TEXT = "text"
    SOURCE = "source"

    @property
    def width(self) -> int:
        """How wide the mail is shown, in CSS pixels; 0 where it is not shown as a mail."""
        return _WIDTHS.get(self, 0)


_WIDTHS = {View.PHONE: 375, View.TABLET: 744, View.DESKTOP: 1024}  # iPhone SE, iPad mini, a small laptop


class Scheme(StrEnum):
    """In which colours the mail is shown."""

    LIGHT = "light"
    DARK = "dark"  # the mail's own, or as the chosen program darkens it
    INVERTED = "inverted"  # as programs do that turn all colours over by themselves


class Pictures(StrEnum):
    """Which pictures are shown."""

    INSIDE = "inside"  # those that travel in the mail
    ALL = "all"  # also those on the web, whose servers learn of it
    NONE = "none"  # as in inboxes that block them


class Reader(StrEnum):
    """Whose mail is shown; beside these, anybody on the list by the number of their record."""

    UNKNOWN = "unknown"
    NAMED = "named"
    LONG = "long"
    LONGEST = "longest"
    EMPTIEST = "emptiest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The switches of an issue's page.

    Attributes:
        reader: a `Reader`, or the number of somebody on the list.
        program: the mail program whose eyes are borrowed; empty for the mail as it is meant.
    """

    view: View = View.PHONE
    scheme: Scheme = Scheme.LIGHT
    reader: str = Reader.UNKNOWN
    pictures: Pictures = Pictures.INSIDE
    program: str = ""

    @classmethod
    def from_query(cls, query: QueryParams) -> "Look":
        """Read the switches from an address; what it does not say is as usual."""
        program = query.get("program", "")
        usual = _usual(program if program in PROGRAMS else "")
        asked = query.get("reader", "")
        scheme = _choice(usual.scheme, query.get("scheme", ""))
        return cls(
            view=_choice(usual.view, query.get("view", "")),
            scheme=Scheme.DARK if usual.program and scheme is Scheme.INVERTED else scheme,
            reader=asked if _SOMEBODY.fullmatch(asked) else _choice(Reader.UNKNOWN, asked),
            pictures=_choice(usual.pictures, query.get("pictures", "")),
            program=usual.program,
        )

    @property
    def seen_with(self) -> Program | None:
        """The mail program whose eyes are borrowed."""
        return PROGRAMS.get(self.program)

    @property
    def is_dark(self) -> bool:
        """Whether the reader prefers the dark."""
        return self.scheme is not Scheme.LIGHT

    @property
    def shows_mail(self) -> bool:
        """Whether the mail itself is in sight, not only a part of it as text."""
        return bool(self.view.width)

    def query(self, **changes: object) -> str:
        """Return the query of the address that shows this look with `changes`."""
        different = self.fields(**changes)
        return f"?{urlencode(different)}" if different else "?"

    def fields(self, **changes: object) -> dict[str, str]:
        """Return what an address must say to show this look with `changes`: what is not as usual."""
        chosen = replace(self, **changes)  # type: ignore[arg-type]  # templates name the fields
        usual = asdict(replace(_usual(chosen.program), program=""))
        return {name: str(value) for name, value in asdict(chosen).items() if value != usual[name]}


def _usual(program: str) -> Look:
    """A program is looked at where it runs: on a phone, or on a desktop."""
    on_phone = PROGRAMS[program].on_phone if program else True
    return Look(view=View.PHONE if on_phone else View.DESKTOP, program=program)


def _choice(usual: Choice, text: str) -> Choice:
    try:
        return type(usual)(text)
    except ValueError:
        return usual
