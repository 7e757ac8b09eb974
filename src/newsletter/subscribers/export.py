"""The list as a CSV file: to be edited in a spreadsheet and imported again with ``--update``.

A cell that begins with ``= + - @``, tab or carriage return may be run as a formula (OWASP, "CSV
Injection"). An apostrophe before it makes it text, in spreadsheets and here.

The last column repeats the address. Nobody should edit it: by it an import sees that the
first one was changed, which would make a second person of somebody.
"""

import csv
import io
import json
import re
import textwrap
from collections.abc import Iterable
from typing import BinaryIO, TextIO

from newsletter.storage.moment import write_moment
from newsletter.subscribers.records import Subscriber

HEADINGS = ("email", "first_name", "last_name", "language", "status", "tags", "source", "joined", "exported_as")


def write_csv(people: Iterable[Subscriber], out: BinaryIO) -> int:
    """Write `people` to `out`; return how many they were.

    A cell that a spreadsheet would run as a formula is made harmless; an import restores it.
    """
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    written = 0
    for written, person in enumerate(people, start=1):  # noqa: B007 - counts
        names = (person.email, person.first_name, person.last_name, person.language)
        rest = (person.status.value, ", ".join(person.tags), person.source, write_moment(person.created_at))
        writer.writerow([neutral(cell) for cell in (*names, *rest, person.email)])
    text.flush()
    text.detach()
    return written


def write_json(people: Iterable[Subscriber], out: TextIO) -> int:
    """Write `people` to `out` as one JSON document, one after another; return how many they were."""
    written = 0
    for written, person in enumerate(people, start=1):
        document = json.dumps(person.as_document(), ensure_ascii=False, indent=2, default=str)
        out.write("[\n" if written == 1 else ",\n")
        out.write(textwrap.indent(document, "  "))
    out.write("\n]\n" if written else "[]\n")
    return written


_RUNS = re.compile(r"'*[=+\-@\t\r]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r]")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def restored(cell: str) -> str:
    """Return the cell that `neutral` was given."""
    return cell[1:] if _NEUTRAL.match(cell) else cell
