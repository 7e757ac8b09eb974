"""Columns: what each column of a sheet will become, decided before a row is read."""

import dataclasses
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.errors import SourceError
from newsletter.subscribers.importer.dialects import OWN, PLAIN, Dialect, dialect_of
from newsletter.subscribers.importer.headings import Field, field_of, hint_of, is_either, recognised
from newsletter.subscribers.importer.questions import Question, about_people
from newsletter.subscribers.importer.sheets import Cells, Row, Sheet
from newsletter.subscribers.importer.standing import MEANINGS, SUPPRESSED, Standing, judge
from newsletter.subscribers.importer.survey import ROWS, Said, said_by, surveyed
from newsletter.subscribers.names import normal

_HEAD_ROWS = 10  # a title and a date may stand above the headings, hardly more
_SHAPING_ROWS = 50  # tell how wide a list is, and whether it has headings
_MOST_COLUMNS = 1_000
SINGLE = (Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.LANGUAGE, Field.BEFORE)
"""What only one column can be."""

MAPPABLE = tuple(field for field in Field if field not in {Field.CLINICAL, Field.UNCLEAR, Field.BEFORE})
EVERYBODY: Mapping[str, Standing] = {name: one for name, one in MEANINGS.items() if one is not Standing.NEVER}
"""What a person can say of everybody in a file."""

Overrides = Mapping[str, str] | Mapping[int, str]
"""What a person says that columns are: field by heading, or by number from 1."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column becomes.

    Attributes:
        headings: as they stand in the file, or the columns' numbers where it has none.
        fields: what each becomes, in the same order.
        first_line: the line of the first row that may hold a person.
        has_headings: whether the file has a row of them.
        questions: what has to be answered before anybody can be imported.
        watched: which columns may still tell of somebody who must not be mailed, and as what.
        spare: which are not stored because another one of their kind is, and what they would be.
        consent: what those that tell of consent say.
        is_told: whether a person has said what everybody in the file is.
    """

    headings: tuple[str, ...]
    fields: tuple[Field, ...]
    dialect: Dialect
    first_line: int
    has_headings: bool = True
    questions: tuple[Question, ...] = ()
    watched: Mapping[int, Field] = dataclasses.field(default_factory=dict)
    spare: Mapping[int, Field] = dataclasses.field(default_factory=dict)
    consent: tuple[Said, ...] = ()
    is_told: bool = False

    def judged(self, place: int, cell: str, field: Field | None = None) -> Standing | None:
        """Return what a cell says of a person, or nothing if it is not understood; see `standing.judge`."""
        return judge(field or self.fields[place], cell, self.dialect.words, self.headings[place])

    def joins(self, cells: Cells) -> bool:
        """Whether no cell of a row keeps its person out."""
        if self.dialect.everybody is not Standing.JOINED:
            return False
        places = self.places(Field.STATUS, Field.AGREED, Field.LEFT)
        said = (self.judged(place, cells[place] if place < len(cells) else "") for place in places)
        return all(one is Standing.JOINED for one in said)

    def doubting(self, place: int) -> "Columns":
        """Return the same columns, one of which has to be chosen first."""
        fields = [Field.UNCLEAR if at == place else one for at, one in enumerate(self.fields)]
        return dataclasses.replace(self, fields=tuple(fields))

    def places(self, *fields: Field) -> tuple[int, ...]:
        """Return which columns become one of `fields`, counted from 0."""
        return tuple(place for place, found in enumerate(self.fields) if found in fields)

    def in_place_of(self, place: int) -> tuple[str, ...]:
        """Return the headings of the columns that are stored in place of a spare one."""
        kept = self.places(self.spare[place]) or self.places(Field.FIRST_NAME, Field.LAST_NAME)
        return tuple(self.headings[one] for one in kept)

    @property
    def is_own(self) -> bool:
        """Whether this program wrote the file."""
        return self.dialect.name == OWN.name

    @property
    def clinical(self) -> tuple[str, ...]:
        """The headings that look like health information; they are not stored."""
        return tuple(self.headings[place] for place in self.places(Field.CLINICAL))


def plan_columns(
    sheet: Sheet, overrides: Overrides | None = None, everybody: str = "", means: Mapping[str, str] | None = None
) -> Columns:
    """Decide what the columns of `sheet` become.

    Args:
        sheet: the file.
        overrides: field by heading, or by number from 1, as a person asked for; a number
            that is no text is one for sure, even if a heading looks the same.
        everybody: what a person says that everybody in it is; see `EVERYBODY`.
        means: what a person says that words of the file mean; see `standing.MEANINGS`.

    Raises:
        SourceError: no column holds addresses, there are far too many columns, or an
            override names what is not there.
    """
    sampled = sheet.sample(ROWS)
    if not sampled:
        raise SourceError("the file is empty", where=sheet.path, hint="Export the list again, then import that file.")
    rows = sampled[:_SHAPING_ROWS]
    head = _head(rows)
    width = max(len(cells) for _, _, cells in rows)
    if width > _MOST_COLUMNS:
        hint = "Open it in the program that made it, and look how its lines are separated."
        raise SourceError(f"a row has {width:,} columns; no list of people has", where=sheet.path, hint=hint)
    headings = tuple(head[2]) if head else tuple(str(number) for number in range(1, width + 1))
    dialect, is_ambiguous = dialect_of(headings, sheet.path.name) if head else (PLAIN, False)
    fields = _by_words(headings, dialect) if head else [Field.IGNORE] * width
    chosen = _override(fields, headings, overrides or {}, sheet)
    if Field.EMAIL not in fields:
        _find_addresses(fields, rows, sheet, headings if head else ())
    named = tuple(fields)
    _keep_single(fields, chosen)
    columns = Columns(
        headings,
        tuple(fields),
        dialect,
        _first_line(head, rows, overrides or {}),
        head is not None,
        spare={place: named[place] for place, field in enumerate(fields) if field is not named[place]},
        is_told=bool(everybody),
    )
    columns = _with_meanings(columns, means or {})
    columns = dataclasses.replace(columns, dialect=_settled(columns, everybody))
    if columns.dialect.everybody in SUPPRESSED:
        return columns
    asked = tuple(about_people(columns, sheet, sampled, everybody, is_ambiguous=is_ambiguous))
    if not columns.is_own:
        columns, about_columns = surveyed(columns, sampled, chosen)
        asked += about_columns + _about_pairs(columns)
    return dataclasses.replace(columns, questions=asked, consent=said_by(columns, sampled))


def _about_pairs(columns: Columns) -> tuple[Question, ...]:
    """Ask where a row holds two addresses and a status for each: one says nothing of the other."""
    plain = [normal(heading) for heading in columns.headings]
    second = [place for place in columns.places(Field.STATUS) if re.search(r"\D [2-9]$", plain[place])]
    if not second or len(columns.places(Field.EMAIL)) < 2 or len(columns.places(Field.STATUS)) < 2:
        return ()
    spare = [columns.headings[place] for place in (*columns.places(Field.EMAIL)[1:], *second)]
    answer = "Take the first address of each: " + " ".join(f'--map "{heading}=ignore"' for heading in spare)
    return (Question("each row holds several addresses with a status of its own", answer),)


def _with_meanings(columns: Columns, means: Mapping[str, str]) -> Columns:
    if unknown := next((meaning for meaning in means.values() if meaning not in MEANINGS), ""):
        raise SourceError(f"there is no meaning {unknown!r}", hint=f"Meanings: {', '.join(MEANINGS)}.")
    words = {normal(word).replace(" ", "_"): MEANINGS[meaning] for word, meaning in means.items()}
    return dataclasses.replace(
        columns, dialect=dataclasses.replace(columns.dialect, words={**columns.dialect.words, **words})
    )


def _head(rows: Sequence[Row]) -> Row | None:
    """Return the row of headings: the first that names addresses, else the first without one."""
    for row in rows[:_HEAD_ROWS]:
        if any("@" in cell for cell in row[2]):
            break
        if any(field_of(cell) is Field.EMAIL for cell in row[2]):
            return row
    return None if any("@" in cell for cell in rows[0][2]) else rows[0]


def _first_line(head: Row | None, rows: Sequence[Row], overrides: Overrides) -> int:
    """Return where the people begin.

    A first row in which no heading is known may be a person whose address is broken: it
    is read as one, too, so that nobody is lost without a word.
    """
    if head is None:
        return rows[0][0]
    is_sure = recognised(head[2]) or any(key in head[2] for key in overrides)
    return head[0] + head[1] if is_sure else head[0]


def _settled(columns: Columns, everybody: str) -> Dialect:
    """Return the dialect with what is true of everybody: what a person says, else what no column contradicts."""
    if everybody:
        return dataclasses.replace(columns.dialect, everybody=EVERYBODY[everybody])
    if columns.dialect.everybody in SUPPRESSED and columns.places(Field.STATUS, Field.AGREED):
        return dataclasses.replace(columns.dialect, everybody=Standing.JOINED)
    return columns.dialect


def _by_words(headings: Sequence[str], dialect: Dialect) -> list[Field]:
    own = {normal(heading): field for heading, field in dialect.columns.items()}
    fields = [own.get(normal(heading)) or field_of(heading) or Field.IGNORE for heading in headings]
    for place, heading in enumerate(headings):
        if is_either(heading) and normal(heading) not in own:
            fields[place] = _either(fields)
    if Field.EMAIL in fields:
        return fields
    alternatives = [place for place, heading in enumerate(headings) if _names_addresses(heading)]
    for place in alternatives[:1]:
        fields[place] = Field.EMAIL
    return fields


def _names_addresses(heading: str) -> bool:
    """Whether a heading that is not known speaks of mail, and not of whether somebody wants it."""
    hint = hint_of(heading)
    return "mail" in normal(heading) and not field_of(heading) and not (hint and hint.is_sure)


def _either(fields: Sequence[Field]) -> Field:
    if Field.FIRST_NAME in fields and Field.LAST_NAME not in fields:
        return Field.LAST_NAME
    if Field.LAST_NAME in fields and Field.FIRST_NAME not in fields:
        return Field.FIRST_NAME
    return Field.NAME


def _override(fields: list[Field], headings: Sequence[str], overrides: Overrides, sheet: Sheet) -> dict[int, Field]:
    chosen: dict[int, Field] = {}
    for heading, name in overrides.items():
        place = _place(heading, headings, sheet)
        if name not in MAPPABLE:
            raise SourceError(f"there is no field {name!r}", hint=f"Fields: {', '.join(MAPPABLE)}.")
        if fields[place] is Field.CLINICAL and name != Field.IGNORE:
            raise SourceError(
                f"the column {headings[place]!r} looks like health information and cannot be stored",
                where=sheet.path,
                hint="If it is something else, give it another heading in the file.",
            )
        chosen[place] = fields[place] = Field(name)
    return chosen


def _place(heading: str | int, headings: Sequence[str], sheet: Sheet) -> int:
    if isinstance(heading, int) and 1 <= heading <= len(headings):
        return heading - 1
    heading = str(heading)
    known = [normal(other) for other in headings]
    if normal(heading) in known:
        return known.index(normal(heading))
    if heading.isdecimal() and 1 <= int(heading) <= len(headings):
        return int(heading) - 1
    close = difflib.get_close_matches(heading, headings, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Columns: {', '.join(headings)}"
    raise SourceError(f"there is no column {heading!r}", where=sheet.path, hint=hint)


def _find_addresses(fields: list[Field], rows: Sequence[Row], sheet: Sheet, headings: Sequence[str]) -> None:
    """Take the column in which most rows hold an address, among those of which nothing else is known."""
    found = [sum(1 for _, _, cells in rows if "@" in "".join(cells[place : place + 1])) for place in range(len(fields))]
    open_places = [place for place in range(len(fields)) if not headings or _may_hold_addresses(headings[place])]
    best = max(open_places, key=lambda place: found[place], default=None)
    if best is None or found[best] * 2 < len(rows) - 1 or not found[best]:
        names = ", ".join(heading for heading in headings if heading.strip())
        raise SourceError(
            "no column holds email addresses",
            where=sheet.path,
            hint=(f"Its columns are: {names}. " if names else "") + "Say which one it is.",
            command="--map COLUMN=email",
        )
    fields[best] = Field.EMAIL


def _may_hold_addresses(heading: str) -> bool:
    """Whether a heading is unknown, or one that address books also put over addresses."""
    return field_of(heading) in {None, Field.NAME}


def _keep_single(fields: list[Field], chosen: Mapping[int, Field]) -> None:
    """Of several columns for one thing keep the chosen one, else the first."""
    for field in SINGLE:
        places = sorted(
            (place for place, found in enumerate(fields) if found is field), key=lambda at: at not in chosen
        )
        for place in places[1:]:
            fields[place] = Field.IGNORE
    if Field.EMAIL in chosen.values():
        for place, field in enumerate(fields):
            if field is Field.EMAIL and place not in chosen:
                fields[place] = Field.IGNORE
    if Field.FIRST_NAME in fields and Field.LAST_NAME in fields:
        fields[:] = [Field.IGNORE if field is Field.NAME else field for field in fields]
