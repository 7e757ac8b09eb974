"""What is to be done every few minutes beside sending, whoever does it: cron, a worker, or a person.

One step that fails keeps no other from being done.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.errors import NewsletterError
from newsletter.formatting import counted
from newsletter.services.renewal import renew_consent
from newsletter.services.replies import read_mailbox
from newsletter.services.requests import complete_requests, forget_unconfirmed
from newsletter.storage import Store
from newsletter.workspace import Workspace


@dataclass
class Tended:
    """What came of it; nothing is said of what had nothing to do.

    Attributes:
        notes: what was done, in words, without an address.
        waits: what has to wait, or wants a look, in the same way.
        errors: what could not be done at all.
    """

    notes: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    errors: list[NewsletterError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left for later, or for a person."""
        return not self.waits and not self.errors

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Keep an error instead of raising it."""
        try:
            yield
        except NewsletterError as err:
            self.errors.append(err)


def tend(workspace: Workspace, store: Store, clock: Clock = SYSTEM_CLOCK, *, inbox: bool = False) -> Tended:
    """Do what is due: complete what people asked for, and delete whoever did not confirm.

    Args:
        workspace: the clinic's folder.
        store: where its people and their requests are.
        clock: the time.
        inbox: whether to read the reply mailbox first, if the settings name one. Only then people are asked
            whether they still want the newsletter, and let go: their answer may be there.
    """
    tended = Tended()
    if inbox:
        with tended.step():
            if workspace.settings.inbox.host:
                _read_inbox(workspace, store, tended)
            if let_go := renew_consent(workspace, store, clock).let_go:
                tended.notes.append(f"Unsubscribed {counted(let_go, 'person', 'people')} who did not answer.")
    with tended.step():
        if deleted := forget_unconfirmed(store, clock):
            tended.notes.append(f"Deleted {counted(deleted, 'person', 'people')} who did not confirm for 30 days.")
    with tended.step():
        done = complete_requests(workspace, store, clock)
        if done.mailed:
            tended.notes.append(f"Sent {counted(done.mailed, 'mail that was waiting', 'mails that were waiting')}.")
        if done.waiting:
            tended.waits.append(f"{counted(done.waiting, 'request has', 'requests have')} to wait: {done.trouble}")
    return tended


def _read_inbox(workspace: Workspace, store: Store, tended: Tended) -> None:
    report = read_mailbox(workspace, store)
    if report.mails:
        read = f"{counted(len(report.mails), 'mail', 'mails')} read"
        tended.notes.append("; ".join([read, *(f"{number:,} {said}" for number, said in report.outcomes)]))
    for slug in report.paused:
        tended.waits.append(f"PAUSED: {slug}. See why: newsletter status {slug}")
