"""The outbox: one file a message in a folder, so that everything works with no account."""

from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path

from newsletter.errors import WorkspaceError
from newsletter.files import PRIVATE, make_private_folder, write_whole
from newsletter.message import build_mime, recipient_of
from newsletter.transports.base import Accepted, Batch, NotSent, Outcome, Transport, prepare


def written(folder: Path, most: int) -> list[tuple[Path, str]]:
    """Return so many of the messages in a folder, each with the address that it is to, in the order of these."""
    paths = islice(sorted(folder.glob("*.eml")), most)
    return sorted(((path, recipient_of(path)) for path in paths), key=itemgetter(1))


class OutboxTransport(Transport):
    """Writes ``outbox/<slug>/<ref>.eml``; nothing leaves this machine.

    A message's name follows from its delivery alone, so writing it again replaces the
    first copy: after a crash a batch is simply written once more.
    """

    name = "outbox"
    leaves_machine = False
    repeatable = True
    makes_unsubscribe_links = False
    largest_batch = 1000

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, slug: str) -> Path:
        """Return where the messages of an issue lie."""
        return self._folder / slug

    def send(self, batch: Batch) -> Outcome:
        """Write each message whole or not at all; only the owner may read them."""
        return prepare(batch, self._write)  # a file that is there already is replaced by the next try

    def _write(self, batch: Batch) -> Outcome:
        date = datetime.now(tz=UTC)
        folder = self.folder_of(batch.slug)
        try:
            make_private_folder(folder)
            for recipient in batch.recipients:
                prefix, headers = batch.subject_prefix, batch.headers
                mail = build_mime(batch.message, recipient, date=date, subject_prefix=prefix, headers=headers)
                write_whole(folder / f"{recipient.ref}.eml", mail.as_bytes(), mode=PRIVATE)
        except WorkspaceError as err:
            return NotSent(f"{err.what}. {err.hint}".strip(), wait=float("inf"))
        return Accepted(batch.ref)

    def close(self) -> None:
        """Nothing stays open."""
