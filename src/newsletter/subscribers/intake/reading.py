"""Reading: from a row's cells to a person who joins, a person who left, or a rejection."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsletter.errors import AddressError, SourceError
from newsletter.subscribers import flags
from newsletter.subscribers.addresses import LONGEST, PLAIN_ADDRESS, Address, check_address, email_key, is_plain_domain
from newsletter.subscribers.clinical import is_clinical_tag
from newsletter.subscribers.intake.batch import KEY, LINE, Batch, Incoming, Leaving, Rejection
from newsletter.subscribers.intake.cells import Named, Rejected, refuse_torn, unpick, without_apostrophe
from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.formulas import restored
from newsletter.subscribers.intake.headings import Field, may_hold_remarks
from newsletter.subscribers.intake.marks import NO_MARKS
from newsletter.subscribers.intake.placeholders import is_no_name, name_in, names_beside
from newsletter.subscribers.intake.questions import (
    UnclearColumnError,
    about_column,
    about_line,
    dividing_word,
    names_suppressed,
)
from newsletter.subscribers.intake.remarks import is_remark_of_refusal, refuses_mail
from newsletter.subscribers.intake.sheets import Cells, Row, Sheet
from newsletter.subscribers.intake.standing import LEFT, LOUD_CELLS, Standing, is_date
from newsletter.subscribers.names import clean_language, clean_name, normal, split_name
from newsletter.subscribers.tags import clean_tag, split_tags, written

K = TypeVar("K")
T = TypeVar("T")

_JOINED = Standing.JOINED  # looked up once: an enumeration is slow at it
_BETWEEN_CELLS = "\x1f"  # ASCII's own sign for it; no tag holds one
_FIRST_ROWS = 500
_PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9.-]*[A-Za-z0-9]").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which rows are to be read, and how; a value, so that another process can be handed it.

    Attributes:
        tags: given to everybody, beside those in the file.
        kept_tags: taken from the file although they look like health information.
        unconfirmed_too: take those too who have not confirmed where the file comes from.
        anyway: take addresses that look mistyped.
        corrects: give the names of those too who do not join.
        batch_rows: how many rows make a batch, once the first and smaller ones are done.
    """

    sheet: Sheet
    columns: Columns
    tags: tuple[str, ...] = ()
    kept_tags: tuple[str, ...] = ()
    unconfirmed_too: bool = False
    anyway: bool = False
    corrects: bool = False
    batch_rows: int = 4_000

    def batches(self) -> Iterator[Batch]:
        """Give the rows in batches, without the headings and whatever stands above them.

        Raises:
            SourceError: in the middle of the file something cannot be read.
        """
        reader, read_bytes = _Reader(self), 0

        def on_bytes(count: int) -> None:
            nonlocal read_bytes
            read_bytes = count

        with self.sheet.rows(on_bytes) as rows:
            body = itertools.dropwhile(lambda row: row[0] < self.columns.first_line, rows)
            size = min(_FIRST_ROWS, self.batch_rows)
            while part := list(itertools.islice(body, size)):
                batch = reader.read(part)
                batch.read_bytes = read_bytes
                yield batch
                size = min(size * 2, self.batch_rows)


class _Remembered(dict[K, T]):
    """What a function makes of each cell, by cell: a long list has few different names and tags."""

    def __init__(self, function: Callable[[K], T]) -> None:
        self._function = function

    def __missing__(self, cell: K) -> T:
        if len(self) >= 50_000:
            self.clear()
        found = self[cell] = self._function(cell)
        return found


class _Reader:
    """Reads the rows of one file by what its columns are."""

    def __init__(self, reading: Reading) -> None:
        columns = reading.columns
        self._reading = reading
        self._columns = columns
        self._emails = columns.places(Field.EMAIL)
        self._tags = columns.places(Field.TAGS)
        self._dates = {
            place: "confirmed" if "confirm" in normal(columns.headings[place]) else "opted in"
            for place in columns.places(Field.OPTED_IN, Field.AGREED)
        }
        self._judging = columns.places(Field.STATUS, Field.AGREED, Field.LEFT)
        self._email, *self._more_emails = self._emails
        self._first, self._last, self._name, self._language, self._before = (
            next(iter(columns.places(one)), -1)
            for one in (Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.LANGUAGE, Field.BEFORE)
        )
        self._everybody = columns.dialect.everybody
        self._watched = dict(columns.watched)
        self._harmless: dict[int, set[str]] = {
            place: set() for place, field in self._watched.items() if field is not Field.IGNORE
        }
        self._marks = reading.sheet.marks
        self._marked = columns.places(Field.EMAIL, Field.FIRST_NAME, Field.LAST_NAME, Field.NAME)
        self._all_join = self._everybody is _JOINED and not self._judging
        self._remarks = tuple(
            place
            for place, field in self._watched.items()
            if field is Field.IGNORE and may_hold_remarks(columns.headings[place])
        )
        self._is_simple = (
            not self._remarks
            and self._before < 0
            and not self._dates
            and not self._more_emails
            and self._marks == NO_MARKS
        )
        self._width = len(columns.headings)
        self._fine_domains: set[str] = set()
        self._kept_tags = set(map(clean_tag, reading.kept_tags))
        self._clinical_tags: set[str] = set()
        as_name = clean_name if columns.is_own else name_in  # whatever we wrote ourselves was somebody's name
        self._names: _Remembered[str, str] = _Remembered(lambda cell: self._name_in(restored(cell), as_name))
        self._refusing = _Remembered(is_remark_of_refusal)
        self._unnamed: list[tuple[int, str]] = []
        self._tags_of = _Remembered(self._written_tags)
        self._standings = _Remembered(self._judged)

    def read(self, rows: Sequence[Row]) -> Batch:
        """Return what these rows say.

        Raises:
            UnclearColumnError: a column of which nothing was known tells of somebody who must not be mailed.
            SourceError: so does a row that divides the list.
        """
        batch = Batch(last_line=rows[-1][0])
        if self._watched:
            self._watch(rows)
        for line, height, cells in rows:
            try:
                self._read(batch, line, height, cells)
            except (Rejected, AddressError) as err:
                self._stop_at_division(line, cells)
                if any(cell.strip() for cell in cells):  # a blank row is no mistake
                    why = err.what if isinstance(err, AddressError) else str(err)
                    batch.rejected.append(Rejection(line, cells, why))
                else:
                    batch.blank += 1
        batch.rows = len(rows) - batch.blank
        batch.clinical_tags, self._clinical_tags = self._clinical_tags, set()
        batch.unnamed, self._unnamed = self._unnamed, []
        return batch

    def _read(self, batch: Batch, line: int, height: int, cells: Cells) -> None:
        """Read one row. Written out rather than divided: a million rows pass here."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        if height > 1:
            refuse_torn(cells, self._width)
        if not self._all_join and not self._joins(batch, line, cells):
            return
        email = cells[self._email]
        parts = PLAIN_ADDRESS(email)
        if (
            parts is not None
            and parts[2] in self._fine_domains
            and len(email) <= LONGEST
            and email[0] != "'"
            and parts[1].lower() not in flags.NOTABLE
        ):
            person = self._person(line, email.lower(), email, cells)
        elif (looked_at := self._look_closely(batch, line, cells)) is not None:
            person = looked_at
        else:
            return
        if not self._is_simple or len(cells) > self._width:
            self._look_beside(batch, person, cells)
        batch.join(person)

    def _watch(self, rows: Sequence[Row]) -> None:
        """Look whether a column of which nothing was known tells here of somebody who must not be mailed."""
        is_calm = LOUD_CELLS.isdisjoint  # asked of whole rows: a million of them, with many cells each, pass here
        suspicious: dict[int, set[str]] = {}
        for _, _, cells in rows:
            if not is_calm(cells):
                for place, cell in enumerate(cells):
                    if cell in LOUD_CELLS and self._watched.get(place) is Field.IGNORE:
                        suspicious.setdefault(place, set()).add(cell)
        for place, harmless in self._harmless.items():
            field = self._watched[place]
            new = {cells[place] for _, _, cells in rows if place < len(cells)} - harmless
            odd = {cell for cell in new if cell.strip() and self._columns.judged(place, cell, field) is not _JOINED}
            self._harmless[place] |= new - odd
            if odd:
                suspicious[place] = odd
        for place, words in suspicious.items():
            self._stop_at(place, self._watched[place], words, rows)

    def _stop_at_division(self, line: int, cells: Cells) -> None:
        """Stop at a row that divides the list: those below it may not be mailed."""
        if self._columns.is_told or self._everybody is not _JOINED or self._columns.is_own:
            return
        if word := dividing_word(cells, (*self._judging, *self._tags)):
            question = about_line(line, word)
            raise SourceError(question.what, where=f"{self._reading.sheet.path}:{line}", hint=question.answer)

    def _stop_at(self, place: int, field: Field, suspicious: set[str], rows: Sequence[Row]) -> None:
        lines = [
            (line, cells[place])
            for line, _, cells in rows
            if place < len(cells) and cells[place] in suspicious and self._columns.joins(cells)
        ]
        if not lines:
            return
        question = about_column(
            self._columns.headings[place],
            Field.STATUS if field is Field.IGNORE else field,
            {} if self._columns.fields[place] is Field.CLINICAL else Counter(cell for _, cell in lines),
        )
        error = UnclearColumnError(
            question.what, where=f"{self._reading.sheet.path}:{lines[0][0]}", hint=question.answer
        )
        error.place = place
        raise error

    def _person(self, line: int, key: str, email: str, cells: Cells, beside: str = "") -> Incoming:
        first = self._names[cells[self._first]] if self._first >= 0 else ""
        last = self._names[cells[self._last]] if self._last >= 0 else ""
        if not first or not last:
            first, last = self._names_of(line, cells, first, last, beside)
        language = clean_language(cells[self._language]) if self._language >= 0 else ""
        tags = self._tags_of[_BETWEEN_CELLS.join([cells[place] for place in self._tags])]
        return line, key, email, first, last, language, tags

    def _names_of(self, line: int, cells: Cells, first: str, last: str, beside: str) -> tuple[str, str]:
        """Return the names of a row that has not both in cells of their own; note what is none."""
        if not first and not last:
            whole = (self._names[cells[self._name]] if self._name >= 0 else "") or beside
            first, last = split_name(whole) if whole else ("", "")
        if self._columns.is_own:
            return first, last
        if first or last:
            first, last = names_beside(*("" if is_no_name(name) else name for name in (first, last)))
        for place, name in ((self._first, first), (self._last, last), (self._name, first or last)):
            if place >= 0 and not name and cells[place].strip():
                self._unnamed.append((line, cells[place]))
        return first, last

    def _joins(self, batch: Batch, line: int, cells: Cells) -> bool:
        """Tell whether the person of a row is to be added; whoever left, or never agreed, is noted as such."""
        standing = self._everybody
        if standing is _JOINED:
            standing = self._standings[tuple([cells[place] for place in self._judging])]
        if standing is _JOINED or (standing is Standing.UNCONFIRMED and self._reading.unconfirmed_too):
            return True
        addresses = self._every_address(batch, line, cells)
        if standing not in LEFT:
            batch.aside[standing] += 1
        for address in addresses:
            if standing in LEFT:
                batch.leave(address.key, Leaving(line, address.email, standing))
            elif standing is Standing.NEVER:
                batch.refusing.setdefault(address.key, line)
            if self._reading.corrects:
                batch.staying_out[address.key] = self._person(line, address.key, address.email, cells)
        return False

    def _every_address(self, batch: Batch, line: int, cells: Cells) -> list[Address]:
        """Return all addresses of somebody who does not join, odd ones too: nothing may keep anybody from leaving."""
        named = [one for place in self._emails if cells[place].strip() for one in self._unpicked(cells[place])]
        if not named:
            raise Rejected("there is no address")
        found = []
        for _, email in named:
            try:
                found.append(check_address(email))
            except AddressError as err:
                batch.rejected.append(self._apart(line, cells, email, err.what))
        return found

    def _look_closely(self, batch: Batch, line: int, cells: Cells) -> Incoming | None:
        """Return the person of a row that is not plainly in order; nothing if only the list itself can decide.

        A domain that passes here is fine for every plain address of it.
        """
        cell = self._address_cell(next((cells[place] for place in self._emails if cells[place].strip()), ""))
        if not self._columns.is_own and refuses_mail(cell):
            raise Rejected(_NOTED_BESIDE)
        if "@" not in cell:
            raise Rejected("there is no @ in the address" if cell.strip() else "there is no address")
        try:
            address, name = check_address(cell), ""
        except AddressError:
            (name, email), *others = unpick(cell)
            address = check_address(email)
            batch.seconds += [self._apart(line, cells, other, _SECOND) for _, other in others]
        person = self._person(line, address.key, address.email, cells, name)
        refusal = flags.refusal(address.email)
        if refusal and not self._reading.anyway:
            self._look_beside(batch, person, cells)
            batch.doubtful.append((person, Rejection(line, cells, refusal)))
            return None
        if flags.is_shared(address.email):
            batch.shared.append(line)
        if is_plain_domain(domain := address.email.rpartition("@")[2]):
            self._fine_domains.add(domain)
        return person

    def _address_cell(self, cell: str) -> str:
        """Return a cell as it was before a spreadsheet: an apostrophe that we wrote ourselves is the address's."""
        return restored(cell) if self._columns.is_own else without_apostrophe(restored(cell))

    def _unpicked(self, cell: str) -> list[Named]:
        """Return the addresses in a cell; one that is an address as it stands is not looked into."""
        cell = self._address_cell(cell)
        is_plain = (parts := PLAIN_ADDRESS(cell)) and (self._columns.is_own or _PLAIN_DOMAIN(parts[2]))
        return [Named("", cell)] if is_plain else unpick(cell)

    def _look_for_more(self, batch: Batch, person: Incoming, cells: Cells) -> None:
        """Keep the addresses in further columns apart from the one that comes in."""
        for place in self._more_emails:
            if not cells[place].strip():
                continue
            found = {email_key(one.email): one.email for one in self._unpicked(cells[place])}
            found.pop(person[KEY], None)
            batch.seconds += [self._apart(person[LINE], cells, email, _SECOND) for email in found.values()]

    def _look_beside(self, batch: Batch, person: Incoming, cells: Cells) -> None:
        """Refuse an address that was changed in an export and a row that is hidden; note what else it tells.

        That is when somebody agreed, and their further addresses.
        """
        if mark := self._marks.about(person[LINE], self._marked):
            raise Rejected(mark)
        if any(map(refuses_mail, cells[self._width :])):
            raise Rejected(_NOTED_BESIDE)
        for place in self._remarks:
            if cells[place] and self._refusing[cells[place]]:
                raise Rejected(_noted(self._columns.headings[place]))
        exported_as = restored(cells[self._before]) if self._before >= 0 else ""
        if exported_as.strip() and email_key(exported_as) != person[KEY]:
            raise Rejected(_CHANGED)
        dates = [(what, clean_name(cells[place])[:40]) for place, what in self._dates.items()]
        if note := ", ".join(f"{what} {date}" for what, date in dates if is_date(date)):
            batch.notes[person[LINE]] = note
        self._look_for_more(batch, person, cells)

    def _apart(self, line: int, cells: Cells, email: str, reason: str) -> Rejection:
        """Keep one address of a cell apart from the others."""
        kept = ["" if place in self._more_emails else cell for place, cell in enumerate(cells)]
        kept[self._email] = email
        return Rejection(line, kept, reason)

    def _judged(self, cells: tuple[str, ...]) -> Standing:
        """Put together what several cells say: one that says no is enough.

        Raises:
            Rejected: one is not understood, and none says that they left.
        """
        said = [self._columns.judged(place, cell) for place, cell in zip(self._judging, cells, strict=True)]
        gravest = max((one for one in said if one), key=lambda one: one.weight, default=_JOINED)
        if None in said and gravest not in LEFT:
            unknown = said.index(None)
            heading = self._columns.headings[self._judging[unknown]]
            raise Rejected(f"it is not known what {cells[unknown][:40]!r} in the column {heading!r} means")
        return gravest

    def _name_in(self, cell: str, as_name: Callable[[str], str]) -> str:
        """Return the name that a cell holds, unless something else is noted beside it: "Ana (unsubscribed)"."""
        if not self._columns.is_own and refuses_mail(cell):
            raise Rejected(_NOTED_BESIDE)
        return as_name(cell)

    def _written_tags(self, cells: str) -> str:
        """Return the tags of a row as the store keeps them, without those that tell of somebody's health."""
        found = {tag for cell in cells.split(_BETWEEN_CELLS) for tag in split_tags(restored(cell))}
        if not self._columns.is_own:
            if telling := next((tag for tag in sorted(found - self._kept_tags) if _tells_of_suppression(tag)), ""):
                raise Rejected(f"the tag {telling!r} may say that they are not to be mailed")
            clinical = {tag for tag in found - self._kept_tags if is_clinical_tag(tag)}
            self._clinical_tags |= clinical
            found -= clinical
        return written((*self._reading.tags, *found))


_NOTED_BESIDE = "by a note beside the name or the address they may not want to be mailed"
_SECOND = "a second address; the first was taken"
_CHANGED = (
    "the address is not the one that was exported, for which they agreed; to add this one as somebody new, "
    "empty the cell under exported_as, and take the old one off the list by itself"
)


def _noted(heading: str) -> str:
    return (
        f"by a note in the column {heading!r} they may not want to be mailed; "
        f'if it does not mean that: --map "{heading}=ignore"'
    )


def _tells_of_suppression(tag: str) -> bool:
    return names_suppressed(tag) or refuses_mail(tag)
