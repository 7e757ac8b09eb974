"""What an import did, or would do: numbers, and an example or two of each."""

import dataclasses
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsletter.subscribers.clinical import CLINICAL_WARNING, NEUTRAL_TAGS
from newsletter.subscribers.importer.columns import Columns
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.questions import everybody_by_name
from newsletter.subscribers.importer.sheets import Cells, Sheet
from newsletter.subscribers.importer.standing import Standing

_EXAMPLES = 5
KeptApart = tuple[int, Cells, str]
"""Line, cells and reason of a row that is not imported."""
_DIFFERENCES = 100_000  # more than anybody reads, and few enough for the memory


@dataclass(slots=True)
class Tally:
    """The numbers of an import, growing as it goes.

    Attributes:
        new: people added.
        known: people on the list already, with nothing to change.
        updated: people on the list who got what was missing (or, if asked for, something else).
        renewed: people on the list who had agreed to other words only; these are noted, too.
        emptied: people whose name is known and empty in the file; it is kept.
        left: people on the list who are unsubscribed, bounced or complained; not touched.
        suppressed: not on the list, and suppressed; not added.
        suppressed_now: addresses that are suppressed since, because the file says so.
        disputed: people on the list of whom the file says that they never agreed; not touched.
        duplicates: rows about somebody whom an earlier row named.
        unnamed: cells that hold no name, or a garbled one, where one should stand.
        seconds: further addresses of people who came in with another one.
        shared: mailboxes that several people are likely to read.
        clinical_tags: tags that look like health information, and were not taken.
        aside: rows of people who never agreed where the file comes from, by what it says.
        rejected: rows that cannot be imported, by reason.
    """

    rows: int = 0
    new: int = 0
    known: int = 0
    updated: int = 0
    renewed: int = 0
    emptied: int = 0
    left: int = 0
    suppressed: int = 0
    suppressed_now: int = 0
    disputed: int = 0
    duplicates: int = 0
    unnamed: int = 0
    seconds: int = 0
    shared: int = 0
    clinical_tags: set[str] = field(default_factory=set)
    aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def example(self, kind: str, text: str, *, all_of_them: bool = False) -> None:
        """Remember an example, unless there are enough of its kind."""
        found = self.examples.setdefault(kind, [])
        if len(found) < (_DIFFERENCES if all_of_them else _EXAMPLES):
            found.append(text)

    def count_kept_apart(self, rejected: Sequence[KeptApart], seconds: Sequence[KeptApart]) -> None:
        """Count the rejected rows, and the further addresses of people who come in with another one."""
        self.seconds += len(seconds)
        for line, cells, _ in seconds[:_EXAMPLES]:
            self.example("seconds", f"line {line}: {next((cell for cell in cells if '@' in cell), '')}")
        for line, _, reason in rejected:
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
    """The outcome of one import, or of its preview."""

    sheet: Sheet
    columns: Columns
    is_preview: bool
    tally: Tally = field(default_factory=Tally)
    rejected_file: Path | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the report as the values that ``--json`` prints."""
        return {
            "file": str(self.sheet.path),
            "sheet": self.sheet.tab or None,
            "other_sheets": list(self.sheet.other_tabs),
            "unsubscribed_sheets": list(self.sheet.suppressed),
            "preview": self.is_preview,
            "dialect": self.columns.dialect.name,
            "encoding": self.sheet.encoding,
            "delimiter": self.sheet.delimiter,
            "columns": [
                {"heading": heading, "becomes": field.value}
                for heading, field in zip(self.columns.headings, self.columns.fields, strict=False)
            ],
            **{name: getattr(self.tally, name) for name in _NUMBERS},
            "aside": dict(self.tally.aside),
            "rejected": sum(self.tally.rejected.values()),
            "rejected_reasons": dict(self.tally.rejected.most_common()),
            "rejected_file": str(self.rejected_file) if self.rejected_file else None,
            "consent": [one.as_document() for one in self.columns.consent],
            "clinical_columns": list(self.columns.clinical),
            "clinical_tags": sorted(self.tally.clinical_tags),
            "examples": self.tally.examples,
        }

    def outcomes(self) -> list[Outcome]:
        """Return what becomes of the rows, without what there is none of."""
        tally = self.tally
        some = {kind: tuple(found) for kind, found in tally.examples.items()}
        some["clinical_tags"] = tuple(sorted(tally.clinical_tags))
        rejected, clinical_tags = sum(tally.rejected.values()), len(tally.clinical_tags)
        told = [
            Outcome("rows", tally.rows, "rows" if tally.rows != 1 else "row"),
            Outcome("new", tally.new, "new"),
            Outcome("known", tally.known, "known already, nothing to change"),
            Outcome("updated", tally.updated, f"known already, {'to be ' if self.is_preview else ''}updated"),
            Outcome("renewed", tally.renewed, "of the known had agreed to other words only; these are noted, too"),
            Outcome("emptied", tally.emptied, "have a name that the file leaves empty; it is kept"),
            Outcome("duplicates", tally.duplicates, "name somebody whom an earlier row named"),
            Outcome("left", tally.left, "unsubscribed before; not changed"),
            Outcome("suppressed", tally.suppressed, "on the suppression list; not added"),
            Outcome("suppressed_now", tally.suppressed_now, "suppressed by this file; never mailed again"),
            *(Outcome("aside", number, f"{what}; not added") for what, number in tally.aside.items()),
            Outcome(
                "disputed", tally.disputed, "are on your list, although this file says no; not changed: review them"
            ),
            Outcome("rejected", rejected, f"cannot be imported as {'it is' if rejected == 1 else 'they are'}"),
            Outcome(
                "seconds",
                tally.seconds,
                f"{_SECONDS[tally.seconds == 1]} of people whose first one is taken; kept apart",
            ),
            Outcome("unnamed", tally.unnamed, "hold no name, or a garbled one, where a name should stand; left empty"),
            Outcome("shared", tally.shared, "added, but several people may read that mailbox"),
            Outcome(
                "clinical_tags", clinical_tags, f"{_TAGS_LOOK[clinical_tags == 1]} like health information; not stored"
            ),
        ]
        return [
            dataclasses.replace(one, examples=some.get(one.kind, ())) for one in told if one.number or one.kind == "new"
        ]

    def lines(self, *, brief: bool = False) -> list[str]:
        """Return the report in words: what each column becomes, then what becomes of the rows.

        A `brief` one leaves out the columns, which were shown before.
        """
        columns = [] if brief else ["", *_about_columns(self.columns), ""]
        return [*_about_file(self), *columns, *_about_rows(self), *_about_tags(self), *_about_rejected(self)]


_SECONDS = ("second addresses", "second address")
_TAGS_LOOK = ("tags look", "tag looks")
_NUMBERS = (
    *("rows", "new", "known", "updated", "renewed", "emptied", "left", "suppressed", "suppressed_now", "disputed"),
    *("duplicates", "unnamed", "seconds", "shared"),
)


_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def _about_file(report: Report) -> list[str]:
    sheet, dialect = report.sheet, report.columns.dialect.name
    how = (
        f"{sheet.encoding}, separated by {_DELIMITERS.get(sheet.delimiter, sheet.delimiter)}"
        if sheet.delimiter
        else f"Excel, the sheet {sheet.tab!r}"
    )
    known = "" if dialect == "sheet" else f", as {dialect} exports it"
    if report.columns.dialect.everybody is not Standing.JOINED:
        known += f"; everybody in it is {report.columns.dialect.everybody}"
    others = ", ".join(map(repr, sheet.other_tabs))
    beside = (
        [f"There are addresses in other sheets, too: {others}. To import one, save it as a file."] if others else []
    )
    suppressed = [f"Everybody in the sheet {tab!r} counts as {everybody_by_name(tab)}." for tab in sheet.suppressed]
    return [f"{sheet.path.name} ({how}{known})", *suppressed, *beside]


_BECOMES: Mapping[Field, str] = {
    Field.AGREED: "whether they agreed",
    Field.LEFT: "whether they left",
    Field.OPTED_IN: "when they agreed: noted with their consent",
    Field.IGNORE: "not stored",
    Field.BEFORE: "not stored: shows whether the address was changed",
    Field.CLINICAL: "not stored: it looks like health information",
    Field.UNCLEAR: "not clear",
}


_SPARE = "not stored: another column is taken for this"


def _about_columns(columns: Columns) -> list[str]:
    width = max(len(heading) for heading in columns.headings)
    lines = []
    for place, (heading, one) in enumerate(zip(columns.headings, columns.fields, strict=False)):
        becomes = _SPARE if place in columns.spare else _BECOMES.get(one, one.value.replace("_", " "))
        lines.append(f"  {heading:<{width}}  → {becomes}")
    for said in columns.consent:
        lines += ["", *textwrap.wrap(str(said), 100, subsequent_indent="  ")] if said.is_telling else []
    if columns.is_own:
        lines += ["", "An import changes neither where people come from, nor when they joined."]
    if columns.clinical:
        lines += ["", *textwrap.wrap(CLINICAL_WARNING, 100)]
    return lines


def _about_rows(report: Report) -> list[str]:
    lines = ["Preview: nothing is written."] if report.is_preview else []
    for outcome in report.outcomes():
        lines.append(f"{outcome.number:>9,} {outcome.words}")
        lines += [f"{'':>10}{example}" for example in outcome.examples]
        if outcome.more:
            lines.append(f"{'':>10}… and {outcome.more:,} more")
    return lines


def _about_tags(report: Report) -> list[str]:
    if not report.tally.clinical_tags:
        return []
    said = f"{NEUTRAL_TAGS} One that is harmless is taken with --keep-tag TAG."
    return ["", said, *([] if report.columns.clinical else textwrap.wrap(CLINICAL_WARNING, 100))]


def _about_rejected(report: Report) -> list[str]:
    if report.rejected_file is None:
        return []
    return [
        "",
        f"What was kept apart is in {report.rejected_file}:",
        "fix it there, and import that file with the same options.",
    ]
