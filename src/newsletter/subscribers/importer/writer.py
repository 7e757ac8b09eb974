"""Writing: rows into the store, in one transaction, by the rules of who may come in.

An import only adds and fills: it never resubscribes anybody, and takes no name away.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, insert, literal, or_, select, update

from newsletter.storage.bulk import find, insert_rows, reserve_ids
from newsletter.storage.moment import now
from newsletter.storage.people import consents, imports, subscribers
from newsletter.subscribers.consent import AGREED, Entry, Origin, record_all
from newsletter.subscribers.importer.cells import is_better
from newsletter.subscribers.importer.columns import Columns
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.report import Tally
from newsletter.subscribers.importer.rows import Batch, ImportOptions, ParsedRow
from newsletter.subscribers.importer.standing import Standing
from newsletter.subscribers.suppression import suppress_all, suppressed_among
from newsletter.subscribers.tags import united
from newsletter.subscribers.vocabulary import ON_THE_LIST, How, Reason, Status, What

_REASONS = {
    Standing.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Standing.BOUNCED: Reason.BOUNCED,
    Standing.COMPLAINED: Reason.COMPLAINED,
}
_KNOWN = select(
    *(subscribers.c[name] for name in ("email_key", "id", "status", "first_name", "last_name", "language", "tags"))
)
_UPDATE = (
    update(subscribers)
    .where(subscribers.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("first_name", "last_name", "language", "tags")})
)
_NOTE = (
    update(consents)
    .where(consents.c.subscriber_id == bindparam("whose"), consents.c.number == 1)
    .values(note=bindparam("new_note"))
)
Facts = tuple[str, str, str, str]
"""First and last name, language, and tags as the store keeps them."""


class Known(NamedTuple):
    """What is known of somebody on the list."""

    id: int
    is_suppressed: bool
    facts: Facts


class Writer:
    """Writes the batches of one import, and counts what becomes of them."""

    def __init__(self, key: bytes, options: ImportOptions, file_name: str, columns: Columns, tally: Tally) -> None:
        self._key = key
        self._options = options
        self._tally = tally
        self._origin = Origin(file_name, options.wording, options.source)
        self._replaces_tags = options.update and bool(columns.places(Field.TAGS))
        self._tells_emptied = options.update and columns.is_own
        self._is_own = columns.is_own
        self._may_renew: bool | None = None  # not known before the first batch
        self._first_id: int | None = None
        self._changes: list[dict[str, Any]] = []

    def write(self, connection: Connection, batch: Batch) -> None:
        """Put a batch into the store, all of it in the caller's transaction."""
        if self._may_renew is None:
            self._may_renew = not self._is_own and bool(self._options.wording) and self._knows_other_words(connection)
        self._suppress(connection, batch)
        warned = [row.key for row, _ in batch.warned]
        keys = dict.fromkeys((*batch.joining, *warned, *batch.refusing, *batch.not_joining))
        found = find(connection, _KNOWN, subscribers.c.email_key, keys)
        known = {
            key: Known(number, status not in ON_THE_LIST, (first, last, language, tags))
            for key, number, status, first, last, language, tags in found
        }
        self._decide(batch, known)
        self._join(connection, batch, known)
        self._dispute(batch, known)
        if self._is_own:
            self._correct(batch, known)
        if self._changes:
            connection.execute(_UPDATE, self._changes)
            self._changes = []
        self._tally.count_kept_apart(batch.rejected, batch.seconds)

    def _knows_other_words(self, connection: Connection) -> bool:
        """Whether anybody on the list has not agreed to these words yet; else nobody need be asked for one by one."""
        agreed = exists(_agreed_to(self._options.wording).where(consents.c.subscriber_id == subscribers.c.id))
        query = select(subscribers.c.id).where(subscribers.c.status.in_(ON_THE_LIST), ~agreed).limit(1)
        return connection.scalar(query) is not None

    def _suppress(self, connection: Connection, batch: Batch) -> None:
        if not batch.suppressed:
            return
        reasons = {row.email: _REASONS[row.standing] for row in batch.suppressed.values()}
        lines = {key: row.line for key, row in batch.suppressed.items()}
        changed = suppress_all(connection, self._key, reasons, how=How.IMPORT, origin=self._origin, rows=lines)
        self._tally.suppressed_now += changed
        self._tally.left += len(reasons) - changed

    def _decide(self, batch: Batch, known: dict[str, Known]) -> None:
        """Take those with an address warning who are known with that address; reject the others."""
        for row, rejected in batch.warned:
            if row.key in known:
                self._tally.duplicates += batch.join(row)
            else:
                batch.rejected.append(rejected)
        batch.rejected.sort(key=lambda one: one.line)

    def _join(self, connection: Connection, batch: Batch, known: dict[str, Known]) -> None:
        """Add who is new; give those on the list what they lack; leave the suppressed alone."""
        suppressed = suppressed_among(connection, self._key, batch.joining)
        new: list[ParsedRow] = []
        met: list[Entry] = []
        for key, row in batch.joining.items():
            before = known.get(key)
            if before is None and key not in suppressed:
                new.append(row)
            elif before is None:
                self._count("suppressed", row)
            elif key in suppressed or before.is_suppressed:
                self._count("left", row)
            else:
                self._meet(row, before)
                met.append(Entry(before.id, What.RENEWED, row.line, row.note))
        self._add(connection, new)
        if self._may_renew and met:
            self._renew(connection, met)

    def _add(self, connection: Connection, rows: list[ParsedRow]) -> None:
        """Add people, each with the entry that they joined by.

        A person's id is `base` and the number of their line: ids ascend with the rows, and the
        line for the entry can be read off the id.
        """
        if not rows:
            return
        lines = [row.line for row in rows]
        first, last = min(lines), max(lines)
        base = reserve_ids(connection, subscribers, last - first + 1) - first
        self._first_id = self._first_id or base + first
        status = (Status.PENDING if self._options.pending else Status.SUBSCRIBED).value
        what = (What.REQUESTED if self._options.pending else What.SUBSCRIBED).value
        source, at = self._options.source, now()
        values = [
            (
                base + row.line,
                row.email,
                row.key,
                row.first_name,
                row.last_name,
                row.language,
                status,
                source,
                row.tags,
                at,
            )
            for row in rows
        ]
        insert_rows(connection, subscribers, values)
        entry = {
            consents.c.subscriber_id: subscribers.c.id,
            consents.c.number: literal(1),
            consents.c.at: literal(at),
            consents.c.what: literal(what),
            consents.c.how: literal(How.IMPORT.value),
            consents.c.import_id: literal(self._origin.id(connection)),
            consents.c.row: subscribers.c.id - literal(base),
        }
        added = select(*entry.values()).where(subscribers.c.id.between(base + first, base + last))
        connection.execute(insert(consents).from_select(list(entry), added))
        if notes := [{"whose": base + row.line, "new_note": row.note} for row in rows if row.note]:
            connection.execute(_NOTE, notes)
        self._tally.new += len(rows)

    def _meet(self, row: ParsedRow, before: Known) -> None:
        """Give somebody on the list what they lack, and count them."""
        changed = self._change(row, before)
        if self._first_id is not None and before.id >= self._first_id:
            self._tally.duplicates += 1
        elif changed:
            self._tally.updated += 1
        else:
            self._tally.known += 1

    def _renew(self, connection: Connection, met: list[Entry]) -> None:
        """Note these words with everybody who had agreed to other ones only."""
        numbers = [entry.subscriber_id for entry in met]
        agreed = _agreed_to(self._options.wording)
        same = {row.subscriber_id for row in find(connection, agreed, consents.c.subscriber_id, numbers)}
        renewed = [entry for entry in met if entry.subscriber_id not in same]
        record_all(connection, renewed, How.IMPORT, origin=self._origin)
        self._tally.renewed += len(renewed)

    def _dispute(self, batch: Batch, known: dict[str, Known]) -> None:
        """Count those who get the newsletter although this file says that they never agreed; nobody knows who is right.

        Somebody whom another row of the file says to have agreed is not among them.
        """
        for key, line in batch.refusing.items():
            if key in known and key not in batch.joining and not known[key].is_suppressed:
                self._tally.disputed += 1
                self._tally.example("disputed", f"line {line}")

    def _correct(self, batch: Batch, known: dict[str, Known]) -> None:
        """Correct the names of those who do not join by an export of this program, if they are known; nothing else."""
        for key, row in batch.not_joining.items():
            if key in known:
                self._tally.updated += self._change(row, known[key])

    def _change(self, row: ParsedRow, before: Known) -> bool:
        """Note what a row changes of a person; return whether there is anything."""
        old, given = before.facts, (row.first_name, row.last_name, row.language, row.tags)
        if old == given:
            return False
        if self._tells_emptied and ((old[0] and not given[0]) or (old[1] and not given[1])):
            self._count("emptied", row)
        new = self._updated(old, given) if self._options.update else _filled(old, given)
        if new == old:
            return False
        names = ("new_first_name", "new_last_name", "new_language", "new_tags")
        self._changes.append({"number": before.id, **dict(zip(names, new, strict=True))})
        differing = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
        words = ", ".join(f"{_shown(one)} → {_shown(other)}" for one, other in differing)
        self._tally.example("updated", f"line {row.line}: {words}", all_of_them=self._options.update)
        return True

    def _updated(self, old: Facts, given: Facts) -> Facts:
        """Replace what is there, but never a name by nothing."""
        first, last = (new if is_better(new, known) else known for new, known in zip(given[:2], old[:2], strict=True))
        tags = given[3] if self._replaces_tags else united(old[3], given[3])
        return first, last, given[2] or old[2], tags

    def _count(self, kind: str, row: ParsedRow) -> None:
        setattr(self._tally, kind, getattr(self._tally, kind) + 1)
        self._tally.example(kind, f"line {row.line}")


def _filled(old: Facts, given: Facts) -> Facts:
    """Fill what is empty, and add the tags."""
    return old[0] or given[0], old[1] or given[1], old[2] or given[2], united(old[3], given[3])


def _shown(value: str) -> str:
    return value.strip(",") or "(nothing)"


def _agreed_to(wording: str) -> Any:
    """Return the query for the subscribers who have agreed to these words."""
    return (
        select(consents.c.subscriber_id)
        .select_from(consents.outerjoin(imports))
        .where(consents.c.what.in_(sorted(AGREED)), or_(consents.c.wording == wording, imports.c.wording == wording))
    )
