"""Writing: a batch of people into the store, a few statements for thousands of them.

New people are put in first and known ones found out by what the unique key refused: a
first import of a long list then touches each row once. The statements go to the driver
as tuples (`exec_driver_sql`): building SQLAlchemy's parameters would take longer than
the rows themselves.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from newsletter.storage.bulk import compare, find, ids_between, insert_new, reserve_ids, run
from newsletter.storage.moment import now
from newsletter.subscribers.consent import AGREED, Entry, Origin, record_all
from newsletter.subscribers.intake.batch import KEY, LINE, Batch, Incoming
from newsletter.subscribers.intake.columns import Columns
from newsletter.subscribers.intake.headings import Field
from newsletter.subscribers.intake.placeholders import is_better
from newsletter.subscribers.intake.report import Tally
from newsletter.subscribers.intake.standing import Standing
from newsletter.subscribers.suppression import suppress_all, suppressed_among
from newsletter.subscribers.tags import united
from newsletter.subscribers.vocabulary import How, Reason, Status, What

_COLUMNS = ("id", "email_key", "email", "first_name", "last_name", "language", "tags")  # as in Incoming
_SELECT = "SELECT email_key, id, first_name, last_name, language, tags FROM subscribers WHERE email_key IN ({marks})"
_MAILED = "SELECT email_key FROM subscribers WHERE status IN ('subscribed', 'pending') AND email_key IN ({marks})"
_REMARKABLE = """
    WITH given AS (VALUES {rows})
    SELECT column1, id, status, first_name, last_name, language, tags, {renewing}
    FROM given LEFT JOIN subscribers ON email_key = column2
    WHERE id IS NULL OR id >= ? OR status NOT IN ('subscribed', 'pending')
    OR column3 NOT IN ('', first_name) OR column4 NOT IN ('', last_name)
    OR column5 NOT IN ('', language) OR {tags} OR {renewing} OR {emptied}
"""  # the others have nothing to change, see Writer._merged; an empty cell changes nothing, but for tags to be replaced
_ADDS_TAGS, _OTHER_TAGS = "column6 NOT IN ('', tags)", "column6 <> tags"
_EMPTIED = "(column3 = '' AND first_name <> '') OR (column4 = '' AND last_name <> '')"
_OTHER_WORDS = f"""
    NOT EXISTS (SELECT 1 FROM consents LEFT JOIN imports ON imports.id = import_id
    WHERE subscriber_id = subscribers.id AND what IN ({", ".join(f"'{what}'" for what in sorted(AGREED))})
    AND ? IN (consents.wording, imports.wording))
"""  # noqa: S608 - names out of this program
_ANYBODY = "SELECT 1 FROM subscribers WHERE status IN ('subscribed', 'pending') AND {renewing} LIMIT 1"
_UPDATE = "UPDATE subscribers SET first_name = ?, last_name = ?, language = ?, tags = ? WHERE id = ?"
_NO_ID = 2**62  # higher than any
_MAILABLE = {Status.SUBSCRIBED.value, Status.PENDING.value}
_REASONS = {
    Standing.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Standing.BOUNCED: Reason.BOUNCED,
    Standing.COMPLAINED: Reason.COMPLAINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """With what an import is to be made.

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


class Writer:
    """Writes the batches of one import."""

    def __init__(self, key: bytes, intent: Intent, file_name: str, columns: Columns) -> None:
        self.tally = Tally()
        self._key = key
        self._intent = intent
        self._origin = Origin(file_name, intent.wording, intent.source)
        self._replaces_tags = intent.update and bool(columns.places(Field.TAGS))
        self._tells_emptied = intent.update and columns.is_own
        self._may_renew = bool(intent.wording) and not columns.is_own  # what we wrote ourselves is no new consent
        self._begun = False
        self._first_id: int | None = None
        self._expects_known = False

    def write(self, connection: Connection, batch: Batch) -> None:
        """Put a batch into the store, all of it in the caller's transaction."""
        if not self._begun:
            self._begun = True
            self._may_renew = self._may_renew and self._knows_of_other_words(connection)
        self._decide(connection, batch)
        self._take_leave(connection, batch)
        people = list(batch.joining.values())
        suppressed = suppressed_among(connection, self._key, batch.joining)
        if suppressed:
            self._count_refused(connection, [one for one in people if one[KEY] in suppressed])
            people = [one for one in people if one[KEY] not in suppressed]
        self._write(connection, people, batch.notes)
        self._dispute(connection, batch)
        self._correct(connection, list(batch.staying_out.values()))
        self.tally.count(batch)

    def _knows_of_other_words(self, connection: Connection) -> bool:
        """Whether anybody on the list has not agreed to these words yet; else nobody need be asked for one by one."""
        statement = _ANYBODY.replace("{renewing}", _OTHER_WORDS.replace("?", ":words"))
        return connection.scalar(text(statement), {"words": self._intent.wording}) is not None

    def _decide(self, connection: Connection, batch: Batch) -> None:
        """Take those whose address looks odd and who are known with it; reject the others."""
        if batch.doubtful:
            known = {row[0] for row in find(connection, _SELECT, [person[KEY] for person, _ in batch.doubtful])}
            for person, rejection in batch.doubtful:
                if person[KEY] in known:
                    batch.join(person)
                else:
                    batch.rejected.append(rejection)
            batch.rejected.sort(key=lambda one: one.line)

    def _take_leave(self, connection: Connection, batch: Batch) -> None:
        reasons = {email: _REASONS[standing] for _, email, standing in batch.leaving.values()}
        rows = {key: one.line for key, one in batch.leaving.items()}
        now_out = suppress_all(connection, self._key, reasons, how=How.IMPORT, origin=self._origin, rows=rows)
        self.tally.suppressed_now += now_out
        self.tally.left += len(reasons) - now_out

    def _dispute(self, connection: Connection, batch: Batch) -> None:
        """Count those who get the newsletter although this file says that they never agreed; nobody knows who is right.

        Somebody whom another row of the file says to have agreed is not among them.
        """
        lines = {key: line for key, line in batch.refusing.items() if key not in batch.joining}
        if not lines:
            return
        known = [row[0] for row in find(connection, _MAILED, lines)]
        self.tally.disputed += len(known)
        for key in sorted(known, key=lambda one: lines[one]):
            self.tally.example("disputed", f"line {lines[key]}")

    def _write(self, connection: Connection, people: list[Incoming], notes: dict[int, str]) -> None:
        """Add who is new and change who is known; whichever are likely to be more are found first."""
        strangers = self._meet(connection, people, notes) if self._expects_known else people
        refused = self._add(connection, strangers, notes)
        self._meet(connection, refused, notes)
        self._expects_known = (len(strangers) - len(refused)) * 2 < len(people)

    def _add(self, connection: Connection, people: list[Incoming], notes: dict[int, str]) -> list[Incoming]:
        """Add those who are new; return the others.

        A person's id is `base` and the number of their line: ids ascend with the rows, and
        the line for the consent entry can be read off the id.
        """
        if not people:
            return []
        first, last = min(people)[LINE], max(people)[LINE]
        base = reserve_ids(connection, "subscribers", last - first + 1) - first
        status = Status.PENDING if self._intent.pending else Status.SUBSCRIBED
        fixed = {"source": self._intent.source, "status": status.value, "created_at": now()}
        added = insert_new(connection, "subscribers", people, columns=_COLUMNS, first_id=base, fixed=fixed)
        if added:
            self._first_id = self._first_id or base + first
            self._consent(connection, base + first, base + last, base)
            self.tally.new += added
        given = [(notes[one[LINE]], base + one[LINE]) for one in people if one[LINE] in notes] if notes else []
        run(connection, "UPDATE consents SET note = ? WHERE subscriber_id = ? AND number = 1", given)
        if added == len(people):
            return []
        new = ids_between(connection, "subscribers", base + first, base + last)
        return [one for one in people if base + one[LINE] not in new]

    def _consent(self, connection: Connection, low: int, high: int, base: int) -> None:
        """Give each of the new people, who have the ids from `low` to `high`, the entry that they joined by."""
        connection.execute(
            text(
                "INSERT INTO consents (subscriber_id, number, at, what, how, import_id, row)"
                " SELECT id, 1, created_at, :what, :how, :import_id, id - :base"
                " FROM subscribers WHERE id BETWEEN :low AND :high"
            ),
            {
                "what": (What.REQUESTED if self._intent.pending else What.SUBSCRIBED).value,
                "how": How.IMPORT.value,
                "import_id": self._origin.id(connection),
                "base": base,
                "low": low,
                "high": high,
            },
        )

    def _count_refused(self, connection: Connection, people: list[Incoming]) -> None:
        known = {row[0] for row in find(connection, _SELECT, [one[KEY] for one in people])}
        for person in people:
            self._count_left("left" if person[KEY] in known else "suppressed", person)

    def _meet(self, connection: Connection, people: list[Incoming], notes: dict[int, str]) -> list[Incoming]:
        """Give those on the list what they lack, and count them; return those who are not on it.

        The database itself passes over everybody with nothing to change: most people of a
        list that comes again.
        """
        if not people:
            return []
        strangers: list[Incoming] = []
        renewed: list[Entry] = []
        changes: list[tuple[Any, ...]] = []
        remarkable = self._remarkable(connection, people)
        by_line = {one[LINE]: one for one in people} if remarkable else {}
        self.tally.known += len(people) - len(remarkable)
        for line, number, status, *before, renews in remarkable:
            person = by_line[line]
            if number is None:
                strangers.append(person)
            elif status not in _MAILABLE:
                self._count_left("left", person)
            else:
                changed = self._change(person, number, before, changes)
                self._count_met(number, changed=changed)
                if renews:
                    renewed.append(Entry(number, What.RENEWED, line, notes.get(line, "")))
        run(connection, _UPDATE, changes)
        record_all(connection, renewed, How.IMPORT, origin=self._origin)
        self.tally.renewed += len(renewed)
        return strangers

    def _correct(self, connection: Connection, people: list[Incoming]) -> None:
        """Correct the names of those who do not join by this file, where they are known; nothing else of them."""
        if not people:
            return
        known = {row[0]: row[1:] for row in find(connection, _SELECT, [one[KEY] for one in people])}
        changes: list[tuple[Any, ...]] = []
        for person in people:
            if person[KEY] in known:
                number, *before = known[person[KEY]]
                self.tally.updated += self._change(person, number, before, changes)
        run(connection, _UPDATE, changes)

    def _change(self, person: Incoming, number: int, before: list[str], changes: list[tuple[Any, ...]]) -> bool:
        """Put what a file changes of a person to the `changes`; return whether there is any."""
        if self._tells_emptied and any(old and not new for old, new in zip(before[:2], person[3:5], strict=True)):
            self.tally.emptied += 1
            self.tally.example("emptied", f"line {person[LINE]}")
        after = self._merged(before, person)
        if after == before:
            return False
        changes.append((*after, number))
        pairs = zip(before, after, strict=True)
        words = [
            f"{old.strip(',') or '(nothing)'} → {new.strip(',') or '(nothing)'}" for old, new in pairs if old != new
        ]
        self.tally.example("updated", f"line {person[LINE]}: {', '.join(words)}", all_of_them=self._intent.update)
        return True

    def _remarkable(self, connection: Connection, people: list[Incoming]) -> list[Any]:
        """Return what is known of those who are new, met before in this file, gone, or may have something to change."""
        renewing = _OTHER_WORDS if self._may_renew else "false"
        statement = (
            _REMARKABLE.replace("{tags}", _OTHER_TAGS if self._replaces_tags else _ADDS_TAGS)
            .replace("{renewing}", renewing)
            .replace("{emptied}", _EMPTIED if self._tells_emptied else "false")
        )
        given = [(line, key, *rest) for line, key, _, *rest in people]
        words = (self._intent.wording,) if self._may_renew else ()
        more = (*words, self._first_id or _NO_ID, *words)
        return compare(connection, statement, given, more)

    def _count_left(self, kind: str, person: Incoming) -> None:
        setattr(self.tally, kind, getattr(self.tally, kind) + 1)
        self.tally.example(kind, f"line {person[LINE]}")

    def _count_met(self, number: int, *, changed: bool) -> None:
        if self._first_id is not None and number >= self._first_id:
            self.tally.duplicates += 1
        elif changed:
            self.tally.updated += 1
        else:
            self.tally.known += 1

    def _merged(self, before: list[str], person: Incoming) -> list[str]:
        """Fill what is empty; replace what is there only if that is asked for, and never a name by nothing."""
        offered = person[3:6]
        if self._intent.update:
            names = [new if is_better(new, old) else old for new, old in zip(offered[:2], before, strict=False)]
            merged = [*names, offered[2] or before[2]]
            return [*merged, person[6] if self._replaces_tags else united(before[3], person[6])]
        merged = [old or new for old, new in zip(before, offered, strict=False)]
        return [*merged, united(before[3], person[6])]
