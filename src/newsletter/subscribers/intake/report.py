"""What an import did, or would do: numbers, and an example or two of each."""

import dataclasses
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsletter.subscribers.intake.batch import Batch
from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.dialects import Standing
from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.intake.sheets import Sheet

CLINICAL_WARNING = (
    "This list seems to come from patient records. A list drawn from a patient database may not be "
    "handed to a mail provider without a business associate agreement, and SendGrid is not covered for "
    "health information. Build the list from people who asked for the newsletter instead."
)
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of some of the rows: of which kind they are, how many, in words, and some of them."""

    kind: str
    number: int
    words: str
    examples: tuple[str, ...] = ()

    @property
    def more(self) -> int:
        """How many there are beside the examples, if there are any."""
        return max(self.number - len(self.examples), 0) if self.examples else 0


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

    def outcomes(self) -> list[Outcome]:
        """Return what becomes of the rows, without what there is none of."""
        tally = self.tally
        some = {kind: tuple(found) for kind, found in tally.examples.items()}
        told = [
            Outcome("rows", tally.rows, "rows" if tally.rows != 1 else "row"),
            Outcome("new", tally.new, "new"),
            Outcome("known", tally.known, "known already, nothing to change"),
            Outcome("updated", tally.updated, f"known already, {'to be ' if self.rehearsal else ''}updated"),
            Outcome("duplicates", tally.duplicates, "name somebody whom an earlier row named"),
            Outcome("left", tally.left, "left the list before; not touched"),
            Outcome("suppressed", tally.suppressed, "must not be mailed; not added"),
            Outcome("suppressed_now", tally.suppressed_now, "have left, by this file; never mailed again"),
            *(Outcome("aside", number, f"{what}; not added") for what, number in tally.aside.items()),
            Outcome("rejected", sum(tally.rejected.values()), "cannot be imported as they are"),
            Outcome("shared", tally.shared, "added, but several people may read that mailbox"),
        ]
        return [
            dataclasses.replace(one, examples=some.get(one.kind, ())) for one in told if one.number or one.kind == "new"
        ]

    def lines(self, *, brief: bool = False) -> list[str]:
        """Return the report in words: what each column becomes, then what becomes of the rows.

        A `brief` one leaves out the columns, which were shown before.
        """
        columns = [] if brief else ["", *_about_columns(self.columns), ""]
        return [*_about_file(self), *columns, *_about_rows(self), *_about_rejected(self)]


_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def _about_file(report: Report) -> list[str]:
    sheet, dialect = report.sheet, report.columns.dialect.name
    how = (
        f"{sheet.encoding}, separated by {_DELIMITERS.get(sheet.delimiter, sheet.delimiter)}"
        if sheet.delimiter
        else "Excel"
    )
    known = "" if dialect == "sheet" else f", as {dialect} exports it"
    if report.columns.dialect.everybody is not Standing.JOINED:
        known += f"; everybody in it is {report.columns.dialect.everybody}"
    return [f"{sheet.path.name} ({how}{known})"]


def _about_columns(columns: Columns) -> list[str]:
    width = max(len(heading) for heading in columns.headings)
    lines = []
    for heading, one in zip(columns.headings, columns.fields, strict=False):
        becomes = {Field.IGNORE: "not stored", Field.CLINICAL: "not stored: it looks like health information"}
        lines.append(f"  {heading:<{width}}  → {becomes.get(one, one.value.replace('_', ' '))}")
    if columns.clinical:
        lines += ["", *textwrap.wrap(CLINICAL_WARNING, 100)]
    return lines


def _about_rows(report: Report) -> list[str]:
    lines = ["Rehearsal: nothing is written."] if report.rehearsal else []
    for outcome in report.outcomes():
        lines.append(f"{outcome.number:>9,} {outcome.words}")
        lines += [f"{'':>10}{example}" for example in outcome.examples]
        if outcome.more:
            lines.append(f"{'':>10}… and {outcome.more:,} more")
    return lines


def _about_rejected(report: Report) -> list[str]:
    if report.rejected_file is None:
        return []
    return [
        "",
        f"The rows that cannot be imported are in {report.rejected_file}: mend them there, and import that file.",
    ]
