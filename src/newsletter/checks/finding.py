"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum

from newsletter.checks.fix import Fix


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # the mail is wrong or may do harm: fix it before it is sent
    WARNING = "warning"  # some readers will stumble: fix it, or say why not
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reader would stumble over.

    Attributes:
        id: which check speaks; what a waiver names.
        where: ``file:line`` seen from the workspace, or what part of the mail it is about.
        meaning: what it means for a reader, in a sentence.
        remedy: what to do.
        field: the field of a box, or the key of the front matter, that it is about, if it is about one.
        fix: the change that does away with it, if it can be made with one button.
        waived: the editor's reason for leaving it so; empty when there is none.
    """

    id: str
    severity: Severity
    where: str
    meaning: str
    remedy: str
    field: str = ""
    fix: Fix | None = None
    waived: str = ""
