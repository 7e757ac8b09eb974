"""What an import did, or would do: numbers, and an example or two of each."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.reading import Batch
from newsletter.subscribers.intake.sheets import Sheet

_EXAMPLES = 5


@dataclass(slots=True)
class Tally:
    """The numbers of an import, growing as it goes.

    Attributes:
        new: people added.
        known: people on the list already, with nothing to change.
        updated: people on the list who got what was missing (or, if asked for, something else).
        left: people on the list who left; not touched.
        suppressed: not on the list, and not to be mailed; not added.
        suppressed_now: addresses that the file says have left, and that are suppressed since.
        duplicates: rows about somebody whom an earlier row named.
        shared: mailboxes that several people are likely to read.
        aside: rows of people who never agreed where the file comes from, by what it says.
        rejected: rows that cannot be imported, by reason.
        last_line: where the last row that counts here begins.
    """

    rows: int = 0
    new: int = 0
    known: int = 0
    updated: int = 0
    left: int = 0
    suppressed: int = 0
    suppressed_now: int = 0
    duplicates: int = 0
    shared: int = 0
    last_line: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def example(self, kind: str, text: str) -> None:
        """Remember an example, unless there are enough of its kind."""
        found = self.examples.setdefault(kind, [])
        if len(found) < _EXAMPLES:
            found.append(text)

    def count(self, batch: Batch) -> None:
        """Count what reading alone has found out."""
        self.rows += batch.rows
        self.last_line = batch.last_line
        self.duplicates += batch.duplicates
        self.shared += len(batch.shared)
        for line in batch.shared[:_EXAMPLES]:
            self.example("shared", f"line {line}")
        self.aside.update({standing.value: number for standing, number in batch.aside.items()})
        for line, _, reason in batch.rejected:
            self.rejected[reason] += 1
            self.example("rejected", f"line {line}: {reason}")


@dataclass(slots=True)
class Report:
    """The outcome of one import, or of its rehearsal."""

    sheet: Sheet
    columns: Columns
    rehearsal: bool
    tally: Tally = field(default_factory=Tally)
    interrupted: bool = False
    rejected_file: Path | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the report as the values that ``--json`` prints."""
        numbers = ("rows", "new", "known", "updated", "left", "suppressed", "suppressed_now", "duplicates", "shared")
        return {
            "file": str(self.sheet.path),
            "rehearsal": self.rehearsal,
            "dialect": self.columns.dialect.name,
            "encoding": self.sheet.encoding,
            "delimiter": self.sheet.delimiter,
            "columns": [
                {"heading": heading, "becomes": field.value}
                for heading, field in zip(self.columns.headings, self.columns.fields, strict=False)
            ],
            **{name: getattr(self.tally, name) for name in numbers},
            "aside": dict(self.tally.aside),
            "rejected": sum(self.tally.rejected.values()),
            "rejected_reasons": dict(self.tally.rejected.most_common()),
            "rejected_file": str(self.rejected_file) if self.rejected_file else None,
            "clinical_columns": list(self.columns.clinical),
            "examples": self.tally.examples,
            "interrupted": self.interrupted,
            "last_line": self.tally.last_line,
        }
