"""Rows: what the cells of a row say: a person who joins, a person who is suppressed, or a rejected row."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from newsletter.errors import AddressError, SourceError
from newsletter.subscribers import addresses
from newsletter.subscribers.addresses import LONGEST, PLAIN_ADDRESS, Address, check_address, email_key, is_plain_domain
from newsletter.subscribers.clinical import is_clinical_tag
from newsletter.subscribers.export import restored
from newsletter.subscribers.importer.cells import (
    Named,
    Rejected,
    ensure_not_torn,
    is_no_name,
    name_in,
    names_beside,
    unpick,
    without_apostrophe,
)
from newsletter.subscribers.importer.columns import Columns
from newsletter.subscribers.importer.headings import Field, may_hold_remarks
from newsletter.subscribers.importer.marks import NO_MARKS
from newsletter.subscribers.importer.questions import (
    UnclearColumnError,
    about_column,
    about_line,
    dividing_word,
    names_suppressed,
)
from newsletter.subscribers.importer.remarks import is_remark_of_refusal, refuses_mail
from newsletter.subscribers.importer.report import Tally
from newsletter.subscribers.importer.sheets import Cells, Row, Sheet
from newsletter.subscribers.importer.standing import LOUD_CELLS, SUPPRESSED, Standing, is_date
from newsletter.subscribers.names import clean_language, clean_name, normal, split_name
from newsletter.subscribers.tags import clean_tag, split_tags, united, written

K = TypeVar("K")
T = TypeVar("T")

_JOINED = Standing.JOINED  # looked up once: an enumeration is slow at it
_BETWEEN_CELLS = "\x1f"  # ASCII's own sign for it; no tag holds one
_PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9.-]*[A-Za-z0-9]").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What a person chose for an import.

    Attributes:
        wording: the exact words that these people agreed to.
        source: where the list comes from, kept with each person.
        tags: given to everybody in the file.
        kept_tags: taken from the file although they look like health information.
        update: take names, language and tags from the file even where others are known.
        pending: everybody has to confirm their address first.
        anyway: take addresses that look mistyped.
    """

    wording: str
    source: str = ""
    tags: tuple[str, ...] = ()
    kept_tags: tuple[str, ...] = ()
    update: bool = False
    pending: bool = False
    anyway: bool = False


@dataclass(slots=True)
class ParsedRow:
    """A person as a row tells of them.

    Attributes:
        key: of the address; see `newsletter.subscribers.addresses`.
        tags: as the store keeps them.
        note: when they agreed, as the file says.
    """

    line: int
    key: str
    email: str
    first_name: str
    last_name: str
    language: str
    tags: str
    note: str = ""

    def add(self, later: "ParsedRow") -> None:
        """Add what a later row about the same person adds."""
        self.first_name = self.first_name or later.first_name
        self.last_name = self.last_name or later.last_name
        self.language = self.language or later.language
        self.tags = united(self.tags, later.tags)


class RejectedRow(NamedTuple):
    """A row that is not imported, and why, in words for whoever fixes it."""

    line: int
    cells: Cells
    reason: str


class SuppressedRow(NamedTuple):
    """Somebody who must not be mailed any more, by what a row says."""

    line: int
    email: str
    standing: Standing


@dataclass(slots=True)
class Batch:
    """What some rows say: at most one entry a person.

    Attributes:
        joining: people by their keys.
        suppressed: those who must not be mailed any more, by their keys.
        not_joining: people who do not join by this file, whose names our own export may still correct; by their keys.
        refusing: lines of those who never agreed where the file comes from, by their keys.
        warned: people with an address warning: right for those who are known with it, else to be rejected.
        seconds: further addresses of people who come in with another one, each as a row of its own.
    """

    joining: dict[str, ParsedRow] = field(default_factory=dict)
    suppressed: dict[str, SuppressedRow] = field(default_factory=dict)
    not_joining: dict[str, ParsedRow] = field(default_factory=dict)
    refusing: dict[str, int] = field(default_factory=dict)
    warned: list[tuple[ParsedRow, RejectedRow]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    seconds: list[RejectedRow] = field(default_factory=list)

    @property
    def kept_apart(self) -> list[RejectedRow]:
        """What waits for somebody to decide, in the order of the lines."""
        return sorted([*self.rejected, *self.seconds], key=lambda one: one.line)

    def join(self, row: ParsedRow) -> bool:
        """Take somebody who joins; return whether an earlier row named them, to which this one adds."""
        earlier = self.joining.setdefault(row.key, row)
        if earlier is row:
            return False
        earlier.add(row)
        return True

    def suppress(self, key: str, row: SuppressedRow) -> None:
        """Take somebody who must not be mailed; of two rows about one person the graver counts."""
        known = self.suppressed.get(key)
        if known is None or known.standing.weight < row.standing.weight:
            self.suppressed[key] = row


class _Remembered(dict[K, T]):
    """What a function makes of each cell, by cell: a long list has few different names and tags."""

    def __init__(self, function: Callable[[K], T]) -> None:
        self._function = function

    def __missing__(self, cell: K) -> T:
        if len(self) >= 50_000:
            self.clear()
        found = self[cell] = self._function(cell)
        return found


class RowReader:
    """Reads the rows of one file by what its columns are, and counts what it finds."""

    def __init__(self, sheet: Sheet, columns: Columns, options: ImportOptions, tally: Tally) -> None:
        self._sheet = sheet
        self._columns = columns
        self._options = options
        self._tally = tally
        self.read_bytes = 0
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
        self._marks = sheet.marks
        self._marked = columns.places(Field.EMAIL, Field.FIRST_NAME, Field.LAST_NAME, Field.NAME)
        self._all_join = self._everybody is _JOINED and not self._judging
        self._remarks = tuple(
            place
            for place, field in self._watched.items()
            if field is Field.IGNORE and may_hold_remarks(columns.headings[place])
        )
        self._noted: tuple[int, ...] = ()
        self._is_simple = self._before < 0 and not self._dates and not self._more_emails and self._marks == NO_MARKS
        self._width = len(columns.headings)
        self._fine_domains: set[str] = set()
        self._kept_tags = set(map(clean_tag, options.kept_tags))
        as_name = clean_name if columns.is_own else name_in  # whatever we wrote ourselves was somebody's name
        self._names: _Remembered[str, str] = _Remembered(lambda cell: self._name_in(restored(cell), as_name))
        self._refusing = _Remembered(is_remark_of_refusal)
        self._tags_of = _Remembered(self._written_tags)
        self._standings = _Remembered(self._judged)

    def batches(self, size: int) -> Iterator[Batch]:
        """Give what the rows say, so many rows at a time, without the headings and whatever is above them.

        Raises:
            SourceError: in the middle of the file something cannot be read, or a row divides the list.
            UnclearColumnError: a column of which nothing was known tells of somebody who must not be mailed.
        """
        with self._sheet.rows(self._note_bytes) as rows:
            body = itertools.dropwhile(lambda row: row[0] < self._columns.first_line, rows)
            while part := list(itertools.islice(body, size)):
                yield self._read(part)

    def _note_bytes(self, count: int) -> None:
        self.read_bytes = count

    def _read(self, rows: Sequence[Row]) -> Batch:
        batch, blank = Batch(), 0
        if self._watched:
            self._watch(rows)
        self._noted = tuple(place for place in self._remarks if self._is_noted(rows, place))
        for line, height, cells in rows:
            try:
                self._read_row(batch, line, height, cells)
            except (Rejected, AddressError) as err:
                self._stop_at_division(line, cells)
                if any(cell.strip() for cell in cells):  # a blank row is no mistake
                    why = err.what if isinstance(err, AddressError) else str(err)
                    batch.rejected.append(RejectedRow(line, cells, why))
                else:
                    blank += 1
        self._tally.rows += len(rows) - blank
        return batch

    def _read_row(self, batch: Batch, line: int, height: int, cells: Cells) -> None:
        """Read one row. Written out rather than divided: a million rows pass here."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        if height > 1:
            ensure_not_torn(cells, self._width)
        if not self._all_join and not self._joins(batch, line, cells):
            return
        email = cells[self._email]
        parts = PLAIN_ADDRESS(email)
        if (
            parts is not None
            and parts[2] in self._fine_domains
            and len(email) <= LONGEST
            and email[0] != "'"
            and parts[1].lower() not in addresses.NOTABLE
        ):
            row = self._parsed(line, email.lower(), email, cells)
        elif (looked_at := self._look_closely(batch, line, cells)) is not None:
            row = looked_at
        else:
            return
        if not self._is_simple or self._noted or len(cells) > self._width:
            self._look_beside(batch, row, cells)
        self._tally.duplicates += batch.join(row)

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

    def _is_noted(self, rows: Sequence[Row], place: int) -> bool:
        """Whether a column of remarks says of anybody here that they may not want to be mailed."""
        different = {cells[place] for _, _, cells in rows if place < len(cells)}
        return any(map(self._refusing.__getitem__, different))

    def _stop_at_division(self, line: int, cells: Cells) -> None:
        """Stop at a row that divides the list: those below it may not be mailed."""
        if self._columns.is_told or self._everybody is not _JOINED or self._columns.is_own:
            return
        if word := dividing_word(cells, (*self._judging, *self._tags)):
            question = about_line(line, word)
            raise SourceError(question.what, where=f"{self._sheet.path}:{line}", hint=question.answer)

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
        error = UnclearColumnError(question.what, where=f"{self._sheet.path}:{lines[0][0]}", hint=question.answer)
        error.place = place
        raise error

    def _parsed(self, line: int, key: str, email: str, cells: Cells, beside: str = "") -> ParsedRow:
        first = self._names[cells[self._first]] if self._first >= 0 else ""
        last = self._names[cells[self._last]] if self._last >= 0 else ""
        if not first or not last:
            first, last = self._names_of(line, cells, first, last, beside)
        language = clean_language(cells[self._language]) if self._language >= 0 else ""
        tags = self._tags_of[_BETWEEN_CELLS.join([cells[place] for place in self._tags])]
        return ParsedRow(line, key, email, first, last, language, tags)

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
                self._tally.unnamed += 1
                self._tally.example("unnamed", f"line {line}: {' '.join(cells[place].split())[:_SHOWN]}")
        return first, last

    def _joins(self, batch: Batch, line: int, cells: Cells) -> bool:
        """Tell whether the person of a row is to be added; whoever left, or never agreed, is noted as such."""
        standing = self._everybody
        if standing is _JOINED:
            standing = self._standings[tuple([cells[place] for place in self._judging])]
        if standing is _JOINED or (standing is Standing.UNCONFIRMED and self._options.pending):
            return True
        addresses = self._every_address(batch, line, cells)
        if standing not in SUPPRESSED:
            self._tally.aside[standing.value] += 1
        for address in addresses:
            if standing in SUPPRESSED:
                batch.suppress(address.key, SuppressedRow(line, address.email, standing))
            elif standing is Standing.NEVER:
                batch.refusing.setdefault(address.key, line)
            if self._options.update:
                batch.not_joining[address.key] = self._parsed(line, address.key, address.email, cells)
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

    def _look_closely(self, batch: Batch, line: int, cells: Cells) -> ParsedRow | None:
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
        row = self._parsed(line, address.key, address.email, cells, name)
        refusal = addresses.address_warning(address.email)
        if refusal and not self._options.anyway:
            self._look_beside(batch, row, cells)
            batch.warned.append((row, RejectedRow(line, cells, refusal)))
            return None
        if addresses.is_shared(address.email):
            self._tally.shared += 1
            self._tally.example("shared", f"line {line}")
        if is_plain_domain(domain := address.email.rpartition("@")[2]):
            self._fine_domains.add(domain)
        return row

    def _address_cell(self, cell: str) -> str:
        """Return a cell as it was before a spreadsheet: an apostrophe that we wrote ourselves is the address's."""
        return restored(cell) if self._columns.is_own else without_apostrophe(restored(cell))

    def _unpicked(self, cell: str) -> list[Named]:
        """Return the addresses in a cell; a plain address is not looked into."""
        cell = self._address_cell(cell)
        is_plain = (parts := PLAIN_ADDRESS(cell)) and (self._columns.is_own or _PLAIN_DOMAIN(parts[2]))
        return [Named("", cell)] if is_plain else unpick(cell)

    def _look_for_more(self, batch: Batch, row: ParsedRow, cells: Cells) -> None:
        """Keep the addresses in further columns apart from the one that comes in."""
        for place in self._more_emails:
            if not cells[place].strip():
                continue
            found = {email_key(one.email): one.email for one in self._unpicked(cells[place])}
            found.pop(row.key, None)
            batch.seconds += [self._apart(row.line, cells, email, _SECOND) for email in found.values()]

    def _look_beside(self, batch: Batch, row: ParsedRow, cells: Cells) -> None:
        """Refuse an address that was changed in an export and a row that is hidden; note what else it tells.

        That is when somebody agreed, and their further addresses.
        """
        if mark := self._marks.about(row.line, self._marked):
            raise Rejected(mark)
        if any(map(refuses_mail, cells[self._width :])):
            raise Rejected(_NOTED_BESIDE)
        for place in self._noted:
            if self._refusing[cells[place]]:
                raise Rejected(_noted(self._columns.headings[place]))
        exported_as = restored(cells[self._before]) if self._before >= 0 else ""
        if exported_as.strip() and email_key(exported_as) != row.key:
            raise Rejected(_CHANGED)
        dates = [(what, clean_name(cells[place])[:40]) for place, what in self._dates.items()]
        row.note = ", ".join(f"{what} {date}" for what, date in dates if is_date(date))
        self._look_for_more(batch, row, cells)

    def _apart(self, line: int, cells: Cells, email: str, reason: str) -> RejectedRow:
        """Keep one address of a cell apart from the others."""
        kept = ["" if place in self._more_emails else cell for place, cell in enumerate(cells)]
        kept[self._email] = email
        return RejectedRow(line, kept, reason)

    def _judged(self, cells: tuple[str, ...]) -> Standing:
        """Put together what several cells say: one that says no is enough.

        Raises:
            Rejected: one is not understood, and none says that they left.
        """
        said = [self._columns.judged(place, cell) for place, cell in zip(self._judging, cells, strict=True)]
        gravest = max((one for one in said if one), key=lambda one: one.weight, default=_JOINED)
        if None in said and gravest not in SUPPRESSED:
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
            self._tally.clinical_tags |= clinical
            found -= clinical
        return written((*self._options.tags, *found))


_SHOWN = 40  # characters of a cell
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
