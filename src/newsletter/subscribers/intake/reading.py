"""Reading: from a row's cells to a person who joins, a person who left, or a rejection."""

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from newsletter.errors import AddressError
from newsletter.subscribers import flags
from newsletter.subscribers.addresses import LONGEST, PLAIN_LOCAL, check_address, is_plain_domain
from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.dialects import Standing, has_agreed, standing_of
from newsletter.subscribers.intake.formulas import restored
from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.intake.sheets import Cells, Row
from newsletter.subscribers.names import clean_language, clean_name, split_name
from newsletter.subscribers.tags import split_tags, united, written

_IN_BRACKETS = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>\s*$")
_BETWEEN_ADDRESSES = re.compile(r"\s*(?:[;,|\n]|:::|\s/\s|\s+and\s+|\s+)\s*")
_AT_THE_ENDS = " \t\r\n\x00\u00a0\u200b\u200e\u200f\u2060\ufeff<>"
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LEFT = {Standing.UNSUBSCRIBED, Standing.BOUNCED, Standing.COMPLAINED}


class Incoming(NamedTuple):
    """One person as a file tells of them; a tuple, since a file may tell of a million.

    `tags` are written as the store keeps them.
    """

    line: int
    key: str
    email: str
    first_name: str
    last_name: str
    language: str
    tags: str

    def and_also(self, other: "Incoming") -> "Incoming":
        """Return this person with what `other`, a later row about them, adds."""
        return self._replace(
            first_name=self.first_name or other.first_name,
            last_name=self.last_name or other.last_name,
            language=self.language or other.language,
            tags=united(self.tags, other.tags),
        )


class Rejection(NamedTuple):
    """A row that is not imported, and why, in words for whoever mends it."""

    line: int
    cells: Cells
    reason: str


class Rejected(Exception):  # noqa: N818 - a row's fate, not an error of the program
    """This row is not imported; the text says why."""


@dataclass(slots=True)
class Batch:
    """Some rows, read: at most one entry a person."""

    joining: dict[str, Incoming] = field(default_factory=dict)
    leaving: dict[str, tuple[str, Standing]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    aside: Counter[Standing] = field(default_factory=Counter)
    shared: list[int] = field(default_factory=list)
    duplicates: int = 0
    rows: int = 0
    blank: int = 0
    last_line: int = 0


class Reader:
    """Reads the rows of one file by what its columns are."""

    def __init__(self, columns: Columns, *, tags: Iterable[str] = (), unconfirmed_too: bool = False) -> None:
        """Prepare to read.

        Args:
            columns: what the file's columns are.
            tags: given to everybody, beside those in the file.
            unconfirmed_too: take those too who have not confirmed where the file comes from.
        """
        self._columns = columns
        self._common_tags = tuple(tags)
        self._unconfirmed_too = unconfirmed_too
        self._emails = columns.places(Field.EMAIL)
        self._tags = columns.places(Field.TAGS)
        self._first, self._last, self._name, self._language, self._status, self._agreed = (
            next(iter(columns.places(one)), -1)
            for one in (Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.LANGUAGE, Field.STATUS, Field.AGREED)
        )
        self._says_standing = self._status >= 0 or self._agreed >= 0
        self._everybody = columns.dialect.everybody
        self._width = len(columns.headings)
        self._fine_domains: set[str] = set()
        self._tags_of = functools.lru_cache(maxsize=10_000)(self._written_tags)

    def batches(self, rows: Iterator[Row], size: int) -> Iterator[Batch]:
        """Give the rows in batches of `size`, without the headings and whatever stands above them."""
        body = itertools.dropwhile(lambda row: row[0] < self._columns.first_line, rows)
        while part := list(itertools.islice(body, size)):
            yield self._read_all(part)

    def _read_all(self, rows: Sequence[Row]) -> Batch:
        batch = Batch()
        for line, height, cells in rows:
            try:
                self._read(batch, line, height, cells)
            except (Rejected, AddressError) as err:
                if any(cell.strip() for cell in cells):  # a blank row is no mistake
                    batch.rejected.append(Rejection(line, cells, str(err)))
                else:
                    batch.blank += 1
            batch.last_line = line
        batch.rows = len(rows) - batch.blank
        return batch

    def _read(self, batch: Batch, line: int, height: int, cells: Cells) -> None:
        """Read one row. Written out rather than divided: a million rows pass here."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        if height > 1:
            _refuse_torn(cells, self._width)
        email, beside = cells[self._emails[0]], ""
        local, _, domain = email.rpartition("@")
        key = email.lower()
        if domain not in self._fine_domains or not _is_unremarkable(local, email):
            email, key, beside = self._look_closely(batch, line, cells)
        standing = self._standing(cells) if self._says_standing else self._everybody
        if standing is not Standing.JOINED and not (standing is Standing.UNCONFIRMED and self._unconfirmed_too):
            self._stays_out(batch, standing, key, email)
            return
        first = _name_in(cells[self._first]) if self._first >= 0 else ""
        last = _name_in(cells[self._last]) if self._last >= 0 else ""
        if not first and not last:
            first, last = self._split_name(cells, beside)
        language = clean_language(cells[self._language]) if self._language >= 0 else ""
        tags = self._tags_of(*[cells[place] for place in self._tags])
        # Thrice as fast as Incoming(…), which goes through a function of its own.
        person = tuple.__new__(Incoming, (line, key, email, first, last, language, tags))
        if key in batch.joining:
            batch.duplicates += 1
            person = batch.joining[key].and_also(person)
        batch.joining[key] = person

    def _stays_out(self, batch: Batch, standing: Standing, key: str, email: str) -> None:
        if standing in _LEFT:
            batch.leaving[key] = (email, standing)
        else:
            batch.aside[standing] += 1

    def _split_name(self, cells: Cells, beside: str) -> tuple[str, str]:
        whole = (_name_in(cells[self._name]) if self._name >= 0 else "") or beside
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
            name, first, others = _unpick(cell)
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

    def _written_tags(self, *cells: str) -> str:
        in_cells = (tag for cell in cells for tag in split_tags(restored(cell)))
        return written((*self._common_tags, *in_cells))


def _is_unremarkable(local: str, email: str) -> bool:
    """Whether nothing is to be said about this address, its domain being fine."""
    return (
        PLAIN_LOCAL(local) is not None
        and len(email) <= LONGEST
        and email[0] != "'"
        and local.lower() not in flags.NOTABLE
    )


@functools.lru_cache(maxsize=50_000)
def _name_in(cell: str) -> str:
    """Return the name in a cell; remembered, since a long list has few different ones."""
    return clean_name(restored(cell))


def _unpick(cell: str) -> tuple[str, str, list[str]]:
    """Return name, address and further addresses out of a cell that is no plain address."""
    text = cell.strip(_AT_THE_ENDS.replace("<>", ""))
    bracketed = _IN_BRACKETS.match(text)
    if bracketed:
        return bracketed["name"].strip(" \"'"), _bare(bracketed["email"]), []
    parts = [_bare(part) for part in _BETWEEN_ADDRESSES.split(text) if part.strip(_AT_THE_ENDS)]
    if len(parts) > 1 and all("@" in part for part in parts):
        distinct = list(dict.fromkeys(parts))
        return "", distinct[0], distinct[1:]
    if _INVISIBLE.search(text):
        raise Rejected("the address holds an invisible character")
    return "", _bare(text), []


def _bare(text: str) -> str:
    return re.sub(r"^mailto:", "", text.strip(_AT_THE_ENDS), flags=re.IGNORECASE)


def _refuse_torn(cells: Cells, width: int) -> None:
    """Refuse a row that swallowed the rows below it, because a quotation mark was never closed."""
    for cell in cells:
        for swallowed in cell.splitlines()[1:]:
            if "@" in swallowed and sum(swallowed.count(sign) for sign in ",;\t|") >= max(width // 2, 1):
                raise Rejected("a quotation mark is opened and never closed, so rows ran together")
