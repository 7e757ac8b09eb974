"""A journal beside the database that a restored backup cannot roll back.

Somebody who puts yesterday's database in place of today's makes sent mail look unsent. So
each campaign and each batch is also noted, before its request, in a small file that only
grows. A name in it that the database does not know means: this database is older than
what was sent. The file holds names of issues and random ones, nobody's address.

Beside a database on a server each machine keeps a journal of what it sent itself.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, exists, insert, select, update

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.ledger import RESTORED, move_campaign
from newsletter.campaigns.model import Campaign, new_ref
from newsletter.campaigns.states import BatchState, CampaignState, DeliveryState, check
from newsletter.errors import CampaignError, ElsewhereError, StoreError
from newsletter.files import PRIVATE, explained, write_whole
from newsletter.storage import Store
from newsletter.storage.computer import record_computer, refuse_elsewhere
from newsletter.storage.ledger import batches, campaigns, deliveries
from newsletter.storage.moment import write_moment


def note_campaign(store: Store, campaign: Campaign) -> None:
    """Note that an issue began to be sent, and to how many people."""
    _append(store, f"campaign {campaign.slug} {campaign.ref}\nfrozen {campaign.ref} {campaign.frozen}")


def note_campaign_again(store: Store, campaign: Campaign) -> None:
    """Note it, if a crash came between its freezing and the note of it; and what else a lost journal knew."""
    if ["campaign", campaign.slug, campaign.ref] not in _lines(store):
        note_campaign(store, campaign)
    with store.read() as connection:
        for number, slug, ref, frozen in _lacking(store, connection):
            mine = select(batches.c.ref).where(batches.c.campaign_id == number).order_by(batches.c.id)
            lines = [f"batch {ref} {one}" for one in connection.scalars(mine)]
            _append(store, "\n".join([f"campaign {slug} {ref}", f"frozen {ref} {frozen}", *lines]))


def lacking(store: Store, connection: Connection) -> list[str]:
    """Return the sends that the database knows and the journal does not: it was removed, or left behind."""
    return [slug for _, slug, _, _ in _lacking(store, connection)]


def _lacking(store: Store, connection: Connection) -> list[tuple[int, str, str, int]]:
    if connection.dialect.name != "sqlite":  # beside a database on a server each computer notes its own
        return []
    noted = {words[2] for words in _lines(store) if words[0] == "campaign"}
    columns = (campaigns.c.id, campaigns.c.slug, campaigns.c.ref, campaigns.c.frozen)
    rows = connection.execute(select(*columns).order_by(campaigns.c.id))
    return [(row.id, row.slug, row.ref, row.frozen) for row in rows if row.ref not in noted]


def note_cancelling(store: Store, campaign: Campaign) -> None:
    """Note that a person wants a campaign cancelled, before anything is done about it."""
    _append(store, f"cancel {campaign.ref} {campaign.slug}")


def note_batch(store: Store, campaign: Campaign, ref: str) -> None:
    """Note a batch before its request is made.

    The system writes this line to the disk when it likes: only a power cut *and* an older
    database put back in the same minute could make it matter.
    """
    _append(store, f"batch {campaign.ref} {ref}", durable=False)


def note_dropped(store: Store, campaign_ref: str, batch_ref: str) -> None:
    """Note that the provider has confirmed in time that it discards a held batch."""
    _append(store, f"dropped {campaign_ref} {batch_ref}")


def is_noted_as_dropped(store: Store, campaign_ref: str, batch_ref: str) -> bool:
    """Whether that was noted, perhaps by a process that died right afterwards."""
    return ["dropped", campaign_ref, batch_ref] in _lines(store)


def refuse_forgotten(store: Store, connection: Connection, slug: str) -> None:
    """Let an issue pass that was not sent before the database was restored.

    Raises:
        CampaignError: it was, as the journal says, and the database has forgotten it.
    """
    refuse_damaged(store)
    found = forgotten(store, connection).get(slug)
    if found is not None:
        raise found


def forgotten_words(store: Store, connection: Connection, slug: str) -> str:
    """Return what is to be said of sends of an issue that the database does not know; nothing if it knows all."""
    found = forgotten(store, connection).get(slug)
    return f"{found.what}. {found.hint}" if found else ""


def forgotten(store: Store, connection: Connection) -> dict[str, CampaignError]:
    """Return the issues of whose sends the database does not know all, each with words about it.

    It is older than those sends then: a backup, or the copy of another computer.
    """
    sends = [(words[1], words[2]) for words in _lines(store) if words[0] == "campaign"]
    if not sends:
        return {}
    known = set(connection.scalars(select(campaigns.c.ref)))
    frozen = {words[1]: int(words[2]) for words in _lines(store) if words[0] == "frozen"}
    return {slug: _forgotten(store, slug, frozen.get(ref)) for slug, ref in sends if ref not in known}


def _forgotten(store: Store, slug: str, frozen: int | None) -> CampaignError:
    number = "subscribers" if frozen is None else "1 subscriber" if frozen == 1 else f"{frozen:,} subscribers"
    return CampaignError(
        f"{slug} was sent before this database was restored from a backup, copied or replaced; "
        f"{number} {'has it or may' if frozen == 1 else 'have it or may'} have it",
        where=store.journal,
        hint="If there is a newer backup, restore that one: it knows who got it. If you are sure that it should be "
        f"sent again, rename the issue's folder; for a fresh start, remove {store.journal.name} too.",
    )


def doubt_restored(store: Store, campaign: Campaign, clock: Clock = SYSTEM_CLOCK) -> None:
    """See to it that a restored database sends nothing that may have been sent already.

    Raises:
        CampaignError: batches were sent that the database does not know; whatever it
            takes for unsent is in doubt from now on. Or the campaign was being cancelled.
    """
    refuse_damaged(store)
    if doubt_forgotten(store, campaign, clock):
        raise CampaignError(
            f"{campaign.slug} may have reached more people than this database knows: it was restored from a backup, or "
            "is another computer's copy. Every unsent message is unknown now",
            where=store.journal.name,
            hint="Look them up at SendGrid, or find out whether they arrived.",
            command=f"newsletter resolve {campaign.slug}",
        )
    _refuse_called_off(store, campaign)


def take_over(store: Store) -> list[str]:
    """Make this computer the one that sends, on a person's word.

    If another one was, it may have sent more than this database knows. So whatever a campaign
    that is not over takes for unsent is in doubt, as after a backup was restored.

    Returns:
        The issues of which that is so.
    """
    with store.read() as connection:
        try:
            refuse_elsewhere(connection)
            unsure = {}
        except ElsewhereError:
            unsent = deliveries.c.state.in_([DeliveryState.QUEUED, DeliveryState.IN_FLIGHT])
            left = exists().where(deliveries.c.campaign_id == campaigns.c.id, unsent)
            not_over = campaigns.c.state.in_(_NOT_OVER)
            rows = connection.execute(select(campaigns.c.slug, campaigns.c.ref).where(not_over, left)).all()
            unsure = {row.slug: row.ref for row in rows}
    for ref in unsure.values():  # first: cut off after this, it is only asked again
        _append(store, f"batch {ref} {new_ref()}")  # one that the database cannot know
    with store.write() as connection:
        record_computer(connection)
    return list(unsure)


def taken_over(slug: str) -> str:
    """Say what `take_over` means for one issue, and how to continue."""
    return (
        f"{slug} is not finished here, and the other computer may have sent more of it since then. Every message "
        f"that is unsent here is unknown now and is not sent before you resolve it. Check the other computer, then:\n"
        f"  newsletter cancel {slug} (or resume: it lists them and sends nothing)\n"
        f"  newsletter resolve {slug} --not-sent (or --sent)"
    )


_NOT_OVER = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED)


def has_forgotten(store: Store, campaign: Campaign) -> bool:
    """Return whether the database lacks batches that were sent; nothing is changed."""
    with store.read() as connection:
        return _lacks_batches(store, connection, campaign.id, campaign.ref)


def older_sends(store: Store, connection: Connection) -> list[str]:
    """Return the issues of which the database knows the send, but not all of its batches."""
    rows = connection.execute(select(campaigns.c.id, campaigns.c.ref, campaigns.c.slug)).all()
    return [row.slug for row in rows if _lacks_batches(store, connection, row.id, row.ref)]


def _lacks_batches(store: Store, connection: Connection, campaign_id: int, ref: str) -> bool:
    noted = _noted_since_restored(store, ref)
    known = set(connection.scalars(select(batches.c.ref).where(batches.c.campaign_id == campaign_id)))
    return not known.issuperset(noted)


def doubt_forgotten(store: Store, campaign: Campaign, clock: Clock = SYSTEM_CLOCK) -> bool:
    """Doubt whatever a restored database takes for unsent; return whether there was a reason to.

    The time of it is that of the provider, by which what it may still hold goes out.
    """
    if not has_forgotten(store, campaign):
        return False
    now = clock.now()  # before the transaction: the provider may have to be asked
    with store.write() as connection:
        if not _lacks_batches(store, connection, campaign.id, campaign.ref):
            return False
        marker = _doubt_all(connection, campaign, now)
    take_in_others(store, store.journal)  # or what they know would come after the next line, and be doubted again
    _append(store, f"restored {campaign.ref} {marker}")
    return True


def _refuse_called_off(store: Store, campaign: Campaign) -> None:
    """Let a campaign pass that nobody wanted cancelled, as far as the journal knows."""
    wished = any(words[:2] == ["cancel", campaign.ref] for words in _lines(store))
    if not wished or campaign.state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
        return
    with store.write() as connection:
        move_campaign(connection, campaign.id, CampaignState.CANCELLING)
    raise CampaignError(
        f"{campaign.slug} was being canceled before the database was restored from a backup",
        where=store.journal.name,
        hint="Complete the cancellation.",
        command=f"newsletter cancel {campaign.slug}",
    )


def _noted_since_restored(store: Store, campaign_ref: str) -> list[str]:
    """Return the batches that the database has to know, unless it was restored (again)."""
    noted: list[str] = []
    for what, noted_ref, ref in _lines(store):
        if noted_ref == campaign_ref and what == "restored":
            noted = [ref]
        elif noted_ref == campaign_ref and what == "batch":
            noted.append(ref)
    return noted


def _doubt_all(connection: Connection, campaign: Campaign, now: datetime) -> str:
    """Doubt whatever is taken for unsent; leave an empty batch as a sign that this was done.

    Should the same backup be restored once more, the sign is gone, and all is doubted again.
    """
    mine = deliveries.c.campaign_id == campaign.id
    check(BatchState.IN_FLIGHT, BatchState.UNKNOWN)  # batches first, as a worker that closes one does
    flying = update(batches).where(batches.c.campaign_id == campaign.id, batches.c.state == BatchState.IN_FLIGHT)
    connection.execute(flying.values(state=BatchState.UNKNOWN, reason=RESTORED))
    for state in (DeliveryState.QUEUED, DeliveryState.IN_FLIGHT):
        check(state, DeliveryState.UNKNOWN)
        doubt = update(deliveries).where(mine, deliveries.c.state == state)
        connection.execute(doubt.values(state=DeliveryState.UNKNOWN, reason=RESTORED))
    marker, moment = new_ref(), write_moment(now)
    row = insert(batches).values(
        campaign_id=campaign.id,
        ref=marker,
        state=BatchState.UNKNOWN,
        reason=RESTORED,
        size=0,
        first_id=0,
        last_id=0,
        claimed_at=moment,
        closed_at=moment,
    )
    connection.execute(row)
    return marker


def _append(store: Store, line: str, *, durable: bool = True) -> None:
    _append_to(store.journal, line, durable=durable)


def _append_to(path: Path, line: str, *, durable: bool) -> None:
    with explained(path), open(path, "ab+", opener=_private) as journal:
        after = b"" if _ends_whole(journal) else b"\n"  # a line that a crash cut short stays alone
        journal.write(after + f"{line}\n".encode())
        journal.flush()
        if durable:
            os.fsync(journal.fileno())


def _ends_whole(journal: BinaryIO) -> bool:
    if not journal.tell():
        return True
    journal.seek(-1, os.SEEK_END)
    return journal.read(1) == b"\n"


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, PRIVATE)


_REF = "[0-9a-f]{16}"
_WHOLE = re.compile(
    rf"campaign \S+ {_REF}|cancel {_REF} \S+|frozen {_REF} \d+|(?:batch|dropped|restored) {_REF} {_REF}"
)
_KINDS = ("campaign", "cancel", "frozen", "batch", "dropped", "restored")
_STARTS = "|".join(kind[:length] for kind in _KINDS for length in range(1, len(kind) + 1))
_BEGUN = re.compile(rf"(?:(?:{_STARTS})(?: [!-~]*){{0,2}})?")
"""What a crash or a power cut leaves of a line."""


def _lines(store: Store) -> Iterator[list[str]]:
    """Read the journal, and what those of the workspace's other databases know beyond it.

    Whoever goes on with the old database after it was copied, and then with the copy, finds that
    the copy does not know all that was sent.
    """
    own = _whole_lines(store.journal)
    yield from (line.split() for line in [*own, *_beyond(own, store.other_journals)])


def take_in_others(store: Store, journal: Path) -> None:
    """Note in `journal` whatever the store's own one and those of the workspace's other databases tell."""
    sources = [path for path in (store.journal, *store.other_journals) if path != journal]
    if missing := _beyond(_whole_lines(journal), sources):
        _append_to(journal, "\n".join(missing), durable=True)


def _beyond(known: list[str], others: Iterable[Path]) -> list[str]:
    there, here = dict.fromkeys(line for path in others for line in _whole_lines(path)), set(known)
    return [line for line in there if line not in here]


def _whole_lines(journal: Path) -> list[str]:
    """Return the lines of a journal; one that a crash cut short is no line."""
    return [line for line in _text(journal)[0] if _WHOLE.fullmatch(line)]


def refuse_damaged(store: Store) -> None:
    """Let a journal pass that nothing but a crash has cut lines of short.

    Raises:
        StoreError: it has a line in it that was never written.
    """
    whole, begun = _text(store.journal)
    for number, line in enumerate([*whole, begun], 1):
        if not _WHOLE.fullmatch(line) and not _BEGUN.fullmatch(line):
            raise StoreError(
                f"line {number} of the journal of sends is damaged",
                where=store.journal,
                hint=f"Move {store.journal.name} out of the folder; a new one is begun. If the database is not the one "
                "that you last sent with, restore your newest backup after that: what may have been sent is not sent "
                "again then.",
            )


def _text(journal: Path) -> tuple[list[str], str]:
    """Return all lines that are ended, and what follows; a power cut leaves zeros for what was not on the disk yet."""
    if not journal.exists():
        return [], ""
    with explained(journal):
        text = journal.read_text("utf-8-sig", errors="replace")
    *whole, begun = [line.strip("\0") for line in text.split("\n")]
    return whole, begun


def rewrite_with_doubt(path: Path, older: bytes, doubted: Mapping[str, str]) -> None:
    """Begin a journal from that of a backup, where nothing tells what was sent after it.

    Whatever this computer's own journal holds stays in it. The issues in doubt get a line
    that the database cannot know, by which `refuse_forgotten` and `doubt_restored` see that
    they may have been sent.

    Args:
        path: the journal of the database that is put back.
        older: the backup's journal.
        doubted: issues, each with its campaign's ref; without one if the backup knows no campaign.
    """
    present = path.read_bytes() if path.is_file() else b""
    lines = [f"batch {ref} {new_ref()}" if ref else f"campaign {slug} {new_ref()}" for slug, ref in doubted.items()]
    kept = b"".join(part if part.endswith(b"\n") or not part else part + b"\n" for part in (older, present))
    write_whole(path, kept + "".join(f"{line}\n" for line in lines).encode(), mode=PRIVATE)
