"""The mail programs whose eyes can be borrowed.

How each treats a mail in dark mode is not among the data of caniemail.com. It follows
https://dev.to/ovidem/levels-of-email-dark-mode-fgh and, for Outlook.com,
https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/.
"""

from dataclasses import dataclass
from enum import StrEnum


class Darkness(StrEnum):
    """What a program does to the colours of a mail when its reader prefers the dark."""

    NONE = "none"  # nothing: the mail stays light
    OWN = "own"  # it lets the mail's own dark styles hold
    PARTIAL = "partial"  # it darkens light backgrounds and lightens dark text
    FULL = "full"  # it turns all colours over, dark ones as well


TURNING = frozenset({Darkness.PARTIAL, Darkness.FULL})
"""The manners in which a program changes colours itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One mail program.

    Attributes:
        id: what addresses call it.
        known_as: what the data of caniemail.com call it.
        on_phone: whether it shows mail on a phone.
        word: whether Word draws its mail, which also reads the comments meant for it.
        other_account: whether it reads an account that is not its maker's.
        marks_dark: whether it marks what it darkens with ``data-ogsc`` (text) and
            ``data-ogsb`` (backgrounds), by which a mail can have the last word.
    """

    id: str
    name: str
    known_as: str
    dark: Darkness
    on_phone: bool = False
    word: bool = False
    other_account: bool = False
    marks_dark: bool = False


_ALL = (
    Program(
        id="apple-iphone",
        name="Apple Mail on iPhone",
        known_as="Apple Mail on iPhone",
        dark=Darkness.OWN,
        on_phone=True,
    ),
    Program(id="apple-mac", name="Apple Mail on a Mac", known_as="Apple Mail", dark=Darkness.OWN),
    Program(id="gmail", name="Gmail in a browser", known_as="Gmail", dark=Darkness.NONE),
    Program(
        id="gmail-android",
        name="Gmail on Android",
        known_as="Gmail on Android",
        dark=Darkness.PARTIAL,
        on_phone=True,
    ),
    Program(id="gmail-iphone", name="Gmail on iPhone", known_as="Gmail on iPhone", dark=Darkness.FULL, on_phone=True),
    Program(
        id="gmail-other",
        name="Gmail’s app, account elsewhere",
        known_as="Gmail on Android",
        dark=Darkness.PARTIAL,
        on_phone=True,
        other_account=True,
    ),
    Program(
        id="outlook-windows",
        name="Outlook for Windows",
        known_as="Outlook for Windows",
        dark=Darkness.FULL,
        word=True,
    ),
    Program(id="outlook-com", name="Outlook.com", known_as="Outlook.com", dark=Darkness.PARTIAL, marks_dark=True),
    Program(
        id="outlook-mac", name="Outlook on a Mac", known_as="Outlook for Mac", dark=Darkness.PARTIAL, marks_dark=True
    ),
    Program(
        id="outlook-phone",
        name="Outlook on a phone",
        known_as="Outlook on Android",
        dark=Darkness.PARTIAL,
        marks_dark=True,
        on_phone=True,
    ),
    Program(id="samsung", name="Samsung Email", known_as="Samsung Email", dark=Darkness.PARTIAL, on_phone=True),
    Program(id="thunderbird", name="Thunderbird", known_as="Thunderbird", dark=Darkness.NONE),
    Program(id="yahoo", name="Yahoo Mail", known_as="Yahoo Mail", dark=Darkness.NONE),
)

PROGRAMS = {program.id: program for program in _ALL}
"""The programs by their ids, in the order of a menu."""
