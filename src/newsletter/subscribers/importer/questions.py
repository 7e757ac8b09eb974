"""Questions: what a file does not tell, and nobody may guess: whether its people unsubscribed."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import SourceError
from newsletter.formatting import counted
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.sheets import Cells, Row, Sheet
from newsletter.subscribers.importer.standing import Standing
from newsletter.subscribers.names import normal

if TYPE_CHECKING:
    from newsletter.subscribers.importer.columns import Columns

_SUPPRESSED = re.compile(
    r"unsub|non ?sub|\bopt(?:ed)? ?outs?\b|bounce|cleaned|complain|spam|\bsuppress|\bdo ?not\b|\bdon ?t\b|blocked"
    r"|block ?list|black ?list"
    r"|\bno (?:mail|e ?mail|contact|longer|enviar)|desuscri|\bbajas?\b|cancelad[oa]s|rebotad|rebote|quejas?\b|excluid"
    r"|descadastr|nao enviar|devolvid|reclamac|desabonn|desinscri|\bne pas\b|\bne plus\b|\bexclus?e?s?\b|plaintes?\b"
    r"|\bresili(?:es?|ees?|ations?)\b|disiscri|uitgeschreven|uitschrij|afgemeld"
    r"|abgemeldet|abmeld|ausgetragen|nicht anschreiben|sperrliste|unzustellbar|\bremoved\b|withdrawn"
    r"|\b(?:ex|former|past) (?:subscri|suscri|assinant|abonn|newsletter)|\bpeople who left\b|\bleft (?:us|the list)\b"
)
"""What the names of files and sheets of people hold who are not to be mailed."""
_IDLE = re.compile(r"\binacti[vf][eoa]?s?\b|\binaktiv\w*|^(?:left|stop|stopped|gone)(?: (?:csv|tsv|txt|xlsx|ods))?$")
"""Names of lists of people who may have left; as a tag these words say less."""
_BOUNCERS = re.compile(r"bounce|cleaned|rebot|devolvid|unzustellbar")
_COMPLAINERS = re.compile(r"complain|spam|quejas?\b|reclamac|plaintes?\b")
_SAY_WHAT = (
    "Say what they are: --as unsubscribed (or bounced, or complained); "
    "or --as subscribed, if they asked for the newsletter."
)

_DIVIDE = (
    "Move the people below that line into a file of their own and import it with --as unsubscribed, then delete "
    "the line here; or --as subscribed, if they all asked for the newsletter."
)
_BY_RULE = (
    "If they are not to be mailed, move them into a file of their own, import that with --as unsubscribed, and "
    "remove the rule; or --as subscribed, if they all asked for the newsletter."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is not clear, and how it is answered on the command line."""

    what: str
    answer: str


class UnclearColumnError(SourceError):
    """A column of which nothing was known tells, far down in the file, of somebody who may not be mailed.

    Attributes:
        place: which it is, counted from 0.
    """

    place = 0


def ensure_answered(columns: "Columns", sheet: Sheet) -> None:
    """Refuse to go on while something is not clear.

    Raises:
        SourceError: says what, and how to answer.
    """
    if columns.questions:
        first, *more = columns.questions
        what = "; ".join([first.what, *(one.what for one in more)])
        answers = dict.fromkeys(one.answer for one in columns.questions)
        raise SourceError(what, where=sheet.path, hint="\n".join(answers))


def about_people(
    columns: "Columns", sheet: Sheet, rows: Sequence[Row], everybody: str, *, is_ambiguous: bool
) -> Iterator[Question]:
    """Give what has to be answered first of the people in a file, whatever its columns say.

    Args:
        columns: what they become.
        sheet: the file.
        rows: the first of its rows.
        everybody: what a person has said of everybody in it.
        is_ambiguous: whether its headings are those of a list of people who unsubscribed, and its name does not say so.
    """
    if everybody:
        return
    if sheet.marks.strikes_by_rule:
        what = "the workbook strikes rows through by a rule (conditional formatting); whom it strikes cannot be read"
        yield Question(what, _BY_RULE)
    if line := _line_above_suppressed(columns, rows):
        yield about_line(*line)
    if is_ambiguous:
        what = "SendGrid writes its lists of people not to be mailed under just these headings"
        blocked = " Those whom SendGrid calls blocked need no import: their mailboxes exist."
        yield Question(what, _SAY_WHAT + blocked)
    elif columns.dialect.everybody is not Standing.JOINED:
        return
    elif columns.dialect.dated and not _has_times(columns, rows):
        what = "nobody in it has a time of subscribing; so Mailchimp exports people who never subscribed"
        yield Question(what, _SAY_WHAT)
    elif (name := suppression_name(sheet)) and not _tells_who_unsubscribed(columns, rows):
        yield Question(f"by the name {name!r} it holds people who are not to be mailed", _SAY_WHAT)


def _line_above_suppressed(columns: "Columns", rows: Sequence[Row]) -> tuple[int, str] | None:
    """Return the number and the word of a row that divides a list, as "Unsubscribed:" does alone in its row."""
    telling = columns.places(Field.STATUS, Field.AGREED, Field.LEFT, Field.TAGS)
    for line, _, cells in rows:
        if line >= columns.first_line and (word := dividing_word(cells, telling)):
            return line, word
    return None


def dividing_word(cells: Cells, telling: Collection[int]) -> str:
    """Return the word of a row that holds no person and is called as people are who are not to be mailed, or nothing.

    Args:
        cells: the row.
        telling: the places of the columns in which such a word is about one person.
    """
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    if not 1 <= len(filled) <= 2 or any("@" in cell for cell in cells):
        return ""
    word = cells[filled[0]].strip()
    is_short = filled[0] not in telling and len(word) <= _LONGEST_LINE
    return word if is_short and everybody_by_name(word.rstrip(":")) else ""


def about_line(line: int, word: str) -> Question:
    """Return the question who the people below a line are that is called as people who are not to be mailed."""
    return Question(f"from line {line} on, under {word!r}, there may be people who are not to be mailed", _DIVIDE)


def suppression_name(sheet: Sheet) -> str:
    """Return the name of the file or of its sheet if it says that these people are not to be mailed."""
    return next((name for name in (sheet.tab, sheet.path.name) if everybody_by_name(name)), "")


def everybody_by_name(name: str) -> str:
    """Return what everybody is in a file or a sheet by its name: unsubscribed, bounced, complained, or nothing."""
    plain = normal(name)
    if not (_SUPPRESSED.search(plain) or _IDLE.search(plain)):
        return ""
    return "bounced" if _BOUNCERS.search(plain) else "complained" if _COMPLAINERS.search(plain) else "unsubscribed"


def names_suppressed(label: str) -> bool:
    """Whether a tag, a group or a line of its own is called as only people are who are not to be mailed."""
    return _SUPPRESSED.search(normal(label)) is not None


def _has_times(columns: "Columns", rows: Sequence[Row]) -> bool:
    places = columns.places(Field.OPTED_IN)
    people = [cells for line, _, cells in rows if line >= columns.first_line]
    return not places or not people or any("".join(cells[place : place + 1]) for cells in people for place in places)


def _tells_who_unsubscribed(columns: "Columns", rows: Sequence[Row]) -> bool:
    """Whether a column keeps anybody out; one that lets everybody in does not outweigh the file's name."""
    people = [cells for line, _, cells in rows if line >= columns.first_line]
    return bool(columns.places(Field.UNCLEAR)) or any(not columns.joins(cells) for cells in people)


def about_column(heading: str, field: Field, cells: Mapping[str, int]) -> Question:
    """Return the question whether a column is what its heading or its cells make likely.

    Args:
        heading: of the column.
        field: what it may be.
        cells: those that make it likely, with the number of their rows; they are shown.
    """
    told = "who agreed to be mailed" if field is Field.AGREED else "who has left"
    shown = [
        f"{' '.join(cell.split())[:_SHOWN] or 'empty'}: {counted(number, 'row', 'rows')}"
        for cell, number in sorted(cells.items(), key=lambda one: -one[1])[:_MOST]
        if "@" not in cell
    ]
    what = f"it is not clear whether the column {heading!r} tells {told}"
    answer = f'If it does: --map "{heading}={field}"; if it does not: --map "{heading}=ignore".'
    return Question(f"{what} ({', '.join(shown)})" if shown else what, answer)


_SHOWN, _MOST, _LONGEST_LINE = 30, 4, 60
