"""What the doctor says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much it matters."""

    OK = "ok"
    NOTE = "note"  # nothing to fix; good to know, or not checked
    WARN = "warn"  # works, but something will go worse than it need
    WRONG = "wrong"  # will not work, or should not be used like this


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the doctor's.

    Attributes:
        about: what was looked at, in a word or two.
        words: what was found. No key, no password and no address of a reader is in it.
        hint: what to do next, in words that hold at the desk and in a terminal; empty if nothing is.
        command: the command that does it; the desk has pages instead, and never shows it.
    """

    level: Level
    about: str
    words: str
    hint: str = ""
    command: str = ""

    @property
    def remedy(self) -> str:
        """What to do next, for somebody in a terminal."""
        return ": ".join(filter(None, (self.hint.removesuffix(".") if self.command else self.hint, self.command)))

    def as_document(self) -> dict[str, str]:
        """Return it as JSON takes it."""
        return {"level": self.level, "about": self.about, "words": self.words, "remedy": self.remedy}


def ok(about: str, words: str) -> Verdict:
    """Return that all is well."""
    return Verdict(Level.OK, about, words)


def note(about: str, words: str, hint: str = "", command: str = "") -> Verdict:
    """Return something that is good to know."""
    return Verdict(Level.NOTE, about, words, hint, command)


def warn(about: str, words: str, hint: str, command: str = "") -> Verdict:
    """Return what should be fixed."""
    return Verdict(Level.WARN, about, words, hint, command)


def wrong(about: str, words: str, hint: str, command: str = "") -> Verdict:
    """Return what has to be fixed."""
    return Verdict(Level.WRONG, about, words, hint, command)
