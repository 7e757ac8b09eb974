"""Reading: from a row's cells to a person who joins, a person who left, or a rejection."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from newsletter.errors import AddressError
from newsletter.subscribers import flags
from newsletter.subscribers.addresses import LONGEST, PLAIN_ADDRESS, check_address, is_plain_domain
from newsletter.subscribers.intake.batch import Batch, Rejection, together
from newsletter.subscribers.intake.cells import Rejected, refuse_torn, unpick
from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.dialects import Standing, has_agreed, standing_of
from newsletter.subscribers.intake.formulas import restored
from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.intake.sheets import Cells, Row, Sheet
from newsletter.subscribers.names import clean_language, clean_name, split_name
from newsletter.subscribers.tags import split_tags, written

_JOINED, _UNCONFIRMED = Standing.JOINED, Standing.UNCONFIRMED  # looked up once: an enumeration is slow at it
_BETWEEN_CELLS = "\x1f"  # ASCII's own sign for it; no tag holds one
_LEFT = {Standing.UNSUBSCRIBED, Standing.BOUNCED, Standing.COMPLAINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which rows are to be read, and how; a value, so that another process can be handed it.

    Attributes:
        tags: given to everybody, beside those in the file.
        unconfirmed_too: take those too who have not confirmed where the file comes from.
        batch_rows: how many rows make a batch.
    """

    sheet: Sheet
    columns: Columns
    tags: tuple[str, ...] = ()
    unconfirmed_too: bool = False
    batch_rows: int = 2_000  # few enough for the processor's cache

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
            while part := list(itertools.islice(body, self.batch_rows)):
                batch = reader.read(part)
                batch.read_bytes = read_bytes
                yield batch


class _Remembered(dict[str, str]):
    """What a function makes of each cell, by cell: a long list has few different names and tags."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def __missing__(self, cell: str) -> str:
        if len(self) >= 50_000:
            self.clear()
        found = self[cell] = self._function(cell)
        return found


class _Reader:
    """Reads the rows of one file by what its columns are."""

    def __init__(self, reading: Reading) -> None:
        columns = reading.columns
        self._columns = columns
        self._common_tags = reading.tags
        self._unconfirmed_too = reading.unconfirmed_too
        self._emails = columns.places(Field.EMAIL)
        self._tags = columns.places(Field.TAGS)
        self._email = self._emails[0]
        self._first, self._last, self._name, self._language, self._status, self._agreed = (
            next(iter(columns.places(one)), -1)
            for one in (Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.LANGUAGE, Field.STATUS, Field.AGREED)
        )
        self._everybody = columns.dialect.everybody
        self._all_join = self._everybody is _JOINED and self._status < 0 and self._agreed < 0
        self._width = len(columns.headings)
        self._fine_domains: set[str] = set()
        self._names = _Remembered(lambda cell: clean_name(restored(cell)))
        self._tags_of = _Remembered(self._written_tags)

    def read(self, rows: Sequence[Row]) -> Batch:
        """Return what these rows say."""
        batch = Batch(last_line=rows[-1][0])
        for line, height, cells in rows:
            try:
                self._read(batch, line, height, cells)
            except (Rejected, AddressError) as err:
                if any(cell.strip() for cell in cells):  # a blank row is no mistake
                    batch.rejected.append(Rejection(line, cells, str(err)))
                else:
                    batch.blank += 1
        batch.rows = len(rows) - batch.blank
        return batch

    def _read(self, batch: Batch, line: int, height: int, cells: Cells) -> None:
        """Read one row. Written out rather than divided: a million rows pass here."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        if height > 1:
            refuse_torn(cells, self._width)
        email, beside = cells[self._email], ""
        parts = PLAIN_ADDRESS(email)
        if (
            parts is not None
            and parts[2] in self._fine_domains
            and len(email) <= LONGEST
            and email[0] != "'"
            and parts[1].lower() not in flags.NOTABLE
        ):
            key = email.lower()
        else:
            email, key, beside = self._look_closely(batch, line, cells)
        if not self._all_join and not self._joins(batch, key, email, cells):
            return
        first = self._names[cells[self._first]] if self._first >= 0 else ""
        last = self._names[cells[self._last]] if self._last >= 0 else ""
        if not first and not last:
            first, last = self._split_name(cells, beside)
        language = clean_language(cells[self._language]) if self._language >= 0 else ""
        tags = self._tags_of[_BETWEEN_CELLS.join([cells[place] for place in self._tags])]
        person = (line, key, email, first, last, language, tags)
        if key in batch.joining:
            batch.duplicates += 1
            person = together(batch.joining[key], person)
        batch.joining[key] = person

    def _joins(self, batch: Batch, key: str, email: str, cells: Cells) -> bool:
        """Tell whether this person is to be added; whoever left, or never agreed, is noted as such."""
        standing = self._standing(cells)
        if standing is _JOINED or (standing is _UNCONFIRMED and self._unconfirmed_too):
            return True
        if standing in _LEFT:
            batch.leaving[key] = (email, standing)
        else:
            batch.aside[standing] += 1
        return False

    def _split_name(self, cells: Cells, beside: str) -> tuple[str, str]:
        whole = (self._names[cells[self._name]] if self._name >= 0 else "") or beside
        return split_name(whole) if whole else ("", "")

    def _look_closely(self, batch: Batch, line: int, cells: Cells) -> tuple[str, str, str]:
        """Return address, key and the name beside it, for a cell that is not plainly an address.

        A domain that passes here is fine for every plain address of it.
        """
        cell = restored(next((cells[place] for place in self._emails if cells[place].strip()), ""))
        if "@" not in cell:
            raise Rejected("there is no @ in the address" if cell.strip() else "there is no address")
        try:
            address, name = check_address(cell), ""
        except AddressError:
            name, first, others = unpick(cell)
            address = check_address(first)
            batch.rejected += [self._second_address(line, cells, other) for other in others]
        refusal = flags.refusal(address.email)
        if refusal:
            raise Rejected(refusal)
        if flags.is_shared(address.email):
            batch.shared.append(line)
        if is_plain_domain(domain := address.email.rpartition("@")[2]):
            self._fine_domains.add(domain)
        return address.email, address.key, name

    def _second_address(self, line: int, cells: Cells, other: str) -> Rejection:
        """Keep a further address of the same cell apart: whether it is a second reader, only people know."""
        kept = list(cells)
        kept[self._emails[0]] = other
        return Rejection(line, kept, "a second address in one cell; the first was taken")

    def _standing(self, cells: Cells) -> Standing:
        """Put together what the status says and whether they agreed: one no is enough."""
        standing: Standing | None = self._everybody
        if self._status >= 0:
            standing = standing_of(cells[self._status], self._columns.dialect)
        if standing is None:
            raise self._not_understood(cells, self._status)
        if standing is not Standing.JOINED or self._agreed < 0:
            return standing
        agreed = has_agreed(cells[self._agreed])
        if agreed is None:
            raise self._not_understood(cells, self._agreed)
        return Standing.JOINED if agreed else Standing.NEVER

    def _not_understood(self, cells: Cells, place: int) -> Rejected:
        heading = self._columns.headings[place]
        return Rejected(f"it is not known what {cells[place][:40]!r} in the column {heading!r} means")

    def _written_tags(self, cells: str) -> str:
        in_cells = (tag for cell in cells.split(_BETWEEN_CELLS) for tag in split_tags(restored(cell)))
        return written((*self._common_tags, *in_cells))
