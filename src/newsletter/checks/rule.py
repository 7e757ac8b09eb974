"""A check as the registry lists it: a small function, how much it weighs, and what it follows."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsletter.checks.draft import Draft
from newsletter.checks.finding import Severity
from newsletter.checks.fix import Fix


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found at one place; the registry knows the rest of the finding.

    Attributes:
        field: the field that it is about: one of a box (see `newsletter.rendering.boxes`) or of the front matter.
        fix: the change that does away with it, if it can be made with one button.
    """

    where: str
    meaning: str
    remedy: str
    field: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One check.

    Attributes:
        id: what findings and waivers call it.
        look: the function that looks; its docstring says what for, and which public
            guideline it follows.
        english: whether it knows English words only, so that it is silent about others.
    """

    id: str
    severity: Severity
    look: Callable[[Draft], Iterable[Fault]]
    english: bool = False

    @property
    def family(self) -> str:
        """The family that the check belongs to: its module's name."""
        return self.look.__module__.rpartition(".")[2]

    @property
    def about(self) -> str:
        """What the check looks for, in a sentence."""
        return self._docstring.partition("\n\n")[0].replace("\n", " ")

    @property
    def guideline(self) -> str:
        """The public guideline that the check follows."""
        return self._docstring.partition("Guideline:")[2].strip().replace("\n", " ")

    @property
    def _docstring(self) -> str:
        return inspect.getdoc(self.look) or ""
