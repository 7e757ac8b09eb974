"""Survey: what the cells of a file's first rows say of consent, whatever their headings are.

A heading alone does not tell: `state` is where people live, or whether they cancelled.
What the cells can surely be is heeded; what they may be is asked; and what is not seen
here is watched for while the rest of the file is read.
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.subscribers.importer.headings import Field, Hint, field_of, hint_of, is_other_channel, is_place
from newsletter.subscribers.importer.questions import Question, about_column
from newsletter.subscribers.importer.sheets import Cells, Row
from newsletter.subscribers.importer.standing import LOUD_CELLS, Standing, is_date, is_loud
from newsletter.subscribers.names import normal

if TYPE_CHECKING:
    from newsletter.subscribers.importer.columns import Columns

ROWS = 10_000
"""How many rows are looked at before anything is imported; most lists have fewer."""
_TELLING = (Field.STATUS, Field.AGREED, Field.LEFT)
_LOOKED_AT = {Field.IGNORE, Field.UNCLEAR, Field.CLINICAL, Field.OPTED_IN, *_TELLING}
_WATCHED = {Field.IGNORE, Field.CLINICAL, Field.OPTED_IN}
_FEW = 5
_LONGEST = 40  # characters of a cell that are shown


@dataclass(frozen=True, slots=True)
class Said:
    """What the cells of one column say of the people in the rows that were looked at.

    Attributes:
        said: how many rows say what.
        unknown: how many rows hold a word that is not understood, by that word.
        is_whole: whether all the rows of the file were looked at.
    """

    heading: str
    said: Mapping[Standing, int]
    unknown: Mapping[str, int]
    is_whole: bool = True

    @property
    def is_telling(self) -> bool:
        """Whether anybody stays out by this column."""
        return bool(self.unknown or set(self.said) - {Standing.JOINED})

    @property
    def told(self) -> str:
        """What was understood, in words: "1 subscribed, 2 bounced"."""
        some = sorted(self.said.items(), key=lambda one: one[0].weight)
        return ", ".join(f"{number:,} {_SAID.get(one, one)}" for one, number in some) or "nothing that is understood"

    def __str__(self) -> str:
        """Return what was understood, and what was not and how to say it."""
        text = f"Column {self.heading!r}{'' if self.is_whole else f' in the first {ROWS:,} rows'}: {self.told}."
        if self.unknown:
            words = ", ".join(f"{number:,} {word!r}" for word, number in self.unknown.items())
            word = next(iter(self.unknown))
            text += f' Not understood and kept apart: {words}. Say what it means: --means "{word}=unsubscribed"'
            text += " (or subscribed, never, bounced, complained)."
        return text

    def as_document(self) -> dict[str, Any]:
        """Return it as the values that ``--json`` prints."""
        said = {_SAID.get(one, one.value): number for one, number in self.said.items()}
        return {"heading": self.heading, "said": said, "unknown": dict(self.unknown)}


_SAID: Mapping[Standing, str] = {
    Standing.JOINED: "subscribed",
    Standing.UNCONFIRMED: "not confirmed",
    Standing.BLOCKED: "blocked",
}


def surveyed(
    columns: "Columns", rows: Sequence[Row], chosen: Collection[int]
) -> "tuple[Columns, tuple[Question, ...]]":
    """Return the columns as their cells make them, with what is to be watched for, and what has to be asked.

    Args:
        columns: as their headings make them.
        rows: the first of the file.
        chosen: the places of those of which a person has said what they are.
    """
    people = [cells for line, _, cells in rows if line >= columns.first_line]
    survey = _Survey(columns, people, set(chosen) | _named_by_dialect(columns))
    return survey.columns(), tuple(survey.questions)


def said_by(columns: "Columns", rows: Sequence[Row]) -> tuple[Said, ...]:
    """Return what each column that tells of consent says."""
    people = [cells for line, _, cells in rows if line >= columns.first_line and any(cell.strip() for cell in cells)]
    return tuple(_said(columns, place, people) for place in columns.places(*_TELLING))


def _said(columns: "Columns", place: int, people: Sequence[Cells]) -> Said:
    said: Counter[Standing] = Counter()
    unknown: Counter[str] = Counter()
    for cell, number in _cells(people, place).items():
        found = columns.judged(place, cell)
        if found is None:
            unknown[" ".join(cell.split())[:_LONGEST]] += number
        else:
            said[found] += number
    return Said(columns.headings[place], dict(said), dict(unknown.most_common(_FEW)), is_whole=len(people) < ROWS)


def _cells(people: Iterable[Cells], place: int) -> Counter[str]:
    return Counter(cells[place] if place < len(cells) else "" for cells in people)


def _choices(words: Iterable[str]) -> set[str]:
    """Return what can be chosen in a form where each cell may hold several choices."""
    return {normal(part) for word in words for part in word.split(",")}


def _named_by_dialect(columns: "Columns") -> set[int]:
    named = {normal(heading) for heading in columns.dialect.columns}
    return {place for place, heading in enumerate(columns.headings) if normal(heading) in named}


class _Survey:
    """Looks at one file's columns."""

    def __init__(self, columns: "Columns", people: Sequence[Cells], settled: set[int]) -> None:
        self._columns = columns
        self._people = people
        self._settled = settled
        self._fields = list(columns.fields)
        self._unsure: dict[int, Hint] = {}
        self.questions: list[Question] = []

    def columns(self) -> "Columns":
        """Return the columns as the cells make them."""
        if not self._columns.has_headings:
            return dataclasses.replace(self._columns, watched=self._watched({}))
        for place in range(len(self._fields)):
            if place not in self._settled:
                self._look(place)
        decided = dataclasses.replace(self._columns, fields=tuple(self._fields))
        joining = [cells for cells in self._people if decided.joins(cells)] if self._unsure else []
        calm: dict[int, Field] = {}
        for place, hint in self._unsure.items():
            if self._keeps_anybody_out(place, hint.field, joining):
                self._ask(place, hint.field)
            else:
                calm[place] = hint.field if self._is_understood(place, hint.field) else Field.IGNORE
        fields = tuple(Field.IGNORE if place in calm else field for place, field in enumerate(self._fields))
        return dataclasses.replace(decided, fields=fields, watched=self._watched(calm))

    def _watched(self, calm: Mapping[int, Field]) -> dict[int, Field]:
        """Return which columns may still tell, further down, of somebody who must not be mailed, and as what."""
        quiet = {
            place: Field.IGNORE
            for place, field in enumerate(self._fields)
            if field in _WATCHED and place not in self._settled and not self._is_elsewhere(place)
        }
        return quiet | dict(calm)

    def _is_elsewhere(self, place: int) -> bool:
        """Whether a column tells of text messages and the like, in which no word is about mail."""
        return is_other_channel(self._columns.headings[place])

    def _look(self, place: int) -> None:
        field, heading = self._fields[place], self._columns.headings[place]
        if field not in _LOOKED_AT or self._is_elsewhere(place):
            return
        words = [word for word in _cells(self._people, place) if word.strip()]
        if field is Field.CLINICAL:
            if not LOUD_CELLS.isdisjoint(words):
                self._ask(place, Field.STATUS)
        elif field in {Field.OPTED_IN, *_TELLING}:
            self._confirm(place, words)
        elif any(map(is_loud, words)):
            self._take_status(place, words)
        elif hint := (hint_of(heading) if field is Field.UNCLEAR or not field_of(heading) else None):
            self._follow(place, hint, words)
        elif field is Field.UNCLEAR:
            self._fields[place] = Field.IGNORE

    def _take_status(self, place: int, words: Sequence[str]) -> None:
        """Heed words that say under any heading who must not be mailed, if the others fit to them.

        Where some cells say that somebody is subscribed, an empty one says nothing; under a
        heading that asks for consent it is a no.
        """
        hint = hint_of(self._columns.headings[place])
        field = Field.AGREED if hint == Hint(Field.AGREED, is_sure=True) else Field.STATUS
        said = [self._columns.judged(place, word, field) for word in words]
        is_open = field is Field.STATUS and Standing.JOINED in said and self._has_blanks(place)
        if is_open or sum(one is not None for one in said) * 2 < len(words):
            self._ask(place, field)
        else:
            self._fields[place] = field

    def _has_blanks(self, place: int) -> bool:
        return any(not cell.strip() for cell in _cells(self._people, place))

    def _heed_answers(self, place: int, words: Sequence[str]) -> None:
        """Heed a no where a date of agreeing should stand."""
        said = [self._columns.judged(place, word, Field.AGREED) for word in words]
        if None not in said and set(said) - {Standing.JOINED}:
            self._fields[place] = Field.AGREED

    def _confirm(self, place: int, words: Sequence[str]) -> None:
        """Look whether a column whose heading is known is something else after all."""
        if self._fields[place] is Field.OPTED_IN:
            self._heed_answers(place, words)
        elif (
            words and self._fields[place] in {Field.STATUS, Field.AGREED} and not self._is_any_understood(place, words)
        ):
            if is_place(self._columns.headings[place]):
                self._fields[place] = Field.IGNORE
            else:
                self._ask(place, self._fields[place], is_whole=True)

    def _is_any_understood(self, place: int, words: Sequence[str]) -> bool:
        return any(self._columns.judged(place, word) for word in words)

    def _follow(self, place: int, hint: Hint, words: Sequence[str]) -> None:
        heading = self._columns.headings[place]
        if hint.field is Field.OPTED_IN:
            if all(map(is_date, words)):
                self._fields[place] = Field.OPTED_IN
                return
            hint = Hint(Field.AGREED, is_sure=False)
        if not hint.is_sure:
            self._unsure[place] = hint
            return
        known = [word for word in words if self._columns.judged(place, word, hint.field)]
        if is_place(heading):
            known = [word for word in known if len(word.strip()) > 2]
        is_unused_status = not words and hint.field is Field.STATUS and not is_place(heading)
        if (known and len(known) * 2 >= len(words)) or is_unused_status:
            self._fields[place] = hint.field
        elif known or (len(_choices(words)) <= _FEW and hint.field is Field.AGREED):
            self._ask(place, hint.field)

    def _is_understood(self, place: int, field: Field) -> bool:
        """Whether a column holds answers, or nothing yet, and no text of another kind."""
        words = [word for word in _cells(self._people, place) if word.strip()]
        return all(self._columns.judged(place, word, field) for word in words)

    def _keeps_anybody_out(self, place: int, field: Field, joining: Sequence[Cells]) -> bool:
        """Whether what a column means makes a difference to anybody who would come in otherwise."""
        found = _cells(joining, place)
        words = [word for word in found if word.strip()]
        said = {word: self._columns.judged(place, word, field) for word in words}
        if field is Field.LEFT:
            if self._fields[place] is Field.UNCLEAR and not any(map(str.strip, _cells(self._people, place))):
                return True  # its heading alone is a reason to ask
            return any(one is not Standing.JOINED for one in said.values())
        return any(one is not None for one in said.values()) and (
            any(one is not Standing.JOINED for one in said.values())
            or (field is Field.AGREED and len(words) < len(found))  # a status that is not told is no refusal
        )

    def _ask(self, place: int, field: Field, *, is_whole: bool = False) -> None:
        self._fields[place] = Field.UNCLEAR if self._fields[place] is not Field.CLINICAL else Field.CLINICAL
        cells: Mapping[str, int] = {} if self._fields[place] is Field.CLINICAL else _cells(self._people, place)
        if field is Field.STATUS and not is_whole:  # what else stands there may be notes, and is nobody's business
            cells = {cell: number for cell, number in cells.items() if self._columns.judged(place, cell, field)}
        self.questions.append(about_column(self._columns.headings[place], field, cells))
