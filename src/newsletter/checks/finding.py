"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # the mail is wrong or may do harm: mend it before it goes out
    WARNING = "warning"  # some readers will stumble: mend it, or say why not
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reader would stumble over.

    Attributes:
        id: which check speaks; what a waiver names.
        where: ``file:line`` seen from the workspace, or what part of the mail it is about.
        meaning: what it means for a reader, in a sentence.
        remedy: what to do.
        waived: the editor's reason for leaving it so; empty when there is none.
    """

    id: str
    severity: Severity
    where: str
    meaning: str
    remedy: str
    waived: str = ""
