"""What the doctor says of one thing."""

from dataclasses import asdict, dataclass
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
        remedy: what to do next; empty if nothing is.
    """

    level: Level
    about: str
    words: str
    remedy: str = ""

    def as_document(self) -> dict[str, str]:
        """Return it as JSON takes it."""
        return asdict(self)


def ok(about: str, words: str) -> Verdict:
    """Return that all is well."""
    return Verdict(Level.OK, about, words)


def note(about: str, words: str, remedy: str = "") -> Verdict:
    """Return something that is good to know."""
    return Verdict(Level.NOTE, about, words, remedy)


def warn(about: str, words: str, remedy: str) -> Verdict:
    """Return what should be fixed."""
    return Verdict(Level.WARN, about, words, remedy)


def wrong(about: str, words: str, remedy: str) -> Verdict:
    """Return what has to be fixed."""
    return Verdict(Level.WRONG, about, words, remedy)
