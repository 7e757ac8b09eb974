"""Questions: what a file does not tell, and nobody may guess: whether its people left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.intake.sheets import Row, Sheet
from newsletter.subscribers.intake.standing import LEFT, Standing

if TYPE_CHECKING:
    from newsletter.subscribers.intake.columns import Columns

_LEAVERS_FILE = re.compile(r"unsub|non.?sub|opt.?out|bounce|cleaned|complain|spam|suppress|do.?not|blocked|blocklist")
_SAY_WHAT = (
    "Say what they are: --as unsubscribed (or bounced, or complained); "
    "or --as subscribed, if they asked for the newsletter."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is not clear, and how it is answered on the command line."""

    what: str
    answer: str


def refuse_open(columns: "Columns", sheet: Sheet) -> None:
    """Refuse to go on while something is not clear.

    Raises:
        SourceError: says what, and how to answer.
    """
    if columns.questions:
        first, *more = columns.questions
        what = "; ".join([first.what, *(one.what for one in more)])
        answers = dict.fromkeys(one.answer for one in columns.questions)
        raise SourceError(what, where=sheet.path, hint="\n".join(answers))


def questions_about(
    columns: "Columns", sheet: Sheet, rows: Sequence[Row], everybody: str, *, is_ambiguous: bool
) -> tuple[Question, ...]:
    """Return what has to be answered first, in the order of its weight.

    Args:
        columns: what they become.
        sheet: the file.
        rows: the first of its rows.
        everybody: what a person has said of everybody in it.
        is_ambiguous: whether its headings are those of a list of people who left, and its name does not say so.
    """
    if columns.dialect.everybody in LEFT:
        return ()
    about_people = () if everybody else tuple(_about_people(columns, sheet, rows, is_ambiguous=is_ambiguous))
    return (*about_people, *_about_columns(columns))


def _about_people(columns: "Columns", sheet: Sheet, rows: Sequence[Row], *, is_ambiguous: bool) -> Iterator[Question]:
    if is_ambiguous:
        what = "SendGrid writes its lists of people not to be mailed under just these headings"
        blocked = " Those whom SendGrid calls blocked need no import: their mailboxes exist."
        yield Question(what, _SAY_WHAT + blocked)
    elif columns.dialect.everybody is not Standing.JOINED:
        return
    elif columns.dialect.dated and not _has_times(columns, rows):
        what = "nobody in it has a time of subscribing; so Mailchimp exports people who never subscribed"
        yield Question(what, _SAY_WHAT)
    elif _LEAVERS_FILE.search(sheet.path.name.lower()) and not _tells_who_left(columns):
        yield Question("by its name this file holds people who are not to be mailed", _SAY_WHAT)


def _has_times(columns: "Columns", rows: Sequence[Row]) -> bool:
    places = columns.places(Field.OPTED_IN)
    people = [cells for line, _, cells in rows if line >= columns.first_line]
    return not places or not people or any("".join(cells[place : place + 1]) for cells in people for place in places)


def _tells_who_left(columns: "Columns") -> bool:
    return bool(columns.places(Field.STATUS, Field.AGREED, Field.LEFT, Field.UNCLEAR))


def _about_columns(columns: "Columns") -> Iterator[Question]:
    for place in columns.places(Field.UNCLEAR):
        heading = columns.headings[place]
        answer = f'If it does: --map "{heading}=left"; if it does not: --map "{heading}=ignore".'
        yield Question(f"it is not clear whether the column {heading!r} tells who has left", answer)
