"""What is done to people on the list, at SendGrid too, while it still holds mail for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from newsletter.campaigns.syncing import readmit, withdraw, withdraw_before_erasing
from newsletter.errors import SubscriberError, TransportError
from newsletter.storage import Store
from newsletter.storage.compaction import compact
from newsletter.subscribers import records
from newsletter.subscribers.consent import history
from newsletter.subscribers.forgetting import Forgotten, addresses_of, erase_files, forget_subscriber
from newsletter.subscribers.records import Subscriber, subscriber_by_id
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.undoing import undo_suppression
from newsletter.subscribers.vocabulary import How, Reason, Status, What
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What became of messages that SendGrid still holds.

    Attributes:
        held: to how many people it held one, and was told to drop it.
        failure: why it could not be told of others; empty if it was.
    """

    held: int = 0
    failure: str = ""

    @property
    def in_words(self) -> str:
        """What is to be said of it, as a sentence; nothing if it holds nothing."""
        if self.failure:
            return f"SendGrid still holds a message to them, and could not be told to drop it: {self.failure}."
        return "SendGrid still held a message to them; it was told to drop it." if self.held else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """Who was suppressed.

    Attributes:
        people: whom this changed, as they were before.
        unchanged: how many were suppressed already.
    """

    people: tuple[Subscriber, ...]
    unchanged: int
    withdrawn: Withdrawn


def suppress_people(
    workspace: Workspace,
    store: Store,
    ids: Iterable[int],
    reason: Reason,
    *,
    how: How = How.COMMAND,
    note: str = "",
) -> Suppressed:
    """Unsubscribe subscribers, or mark them as bounced, in one transaction; whoever is gone is left out.

    Args:
        workspace: whose settings open SendGrid.
        store: where they are.
        ids: who they are.
        reason: `Reason.UNSUBSCRIBED` or `Reason.BOUNCED`; a graver one that is known stays.
        how: by which way it was asked for.
        note: why, if somebody said.
    """
    with store.write() as connection:
        found = [person for one in dict.fromkeys(ids) if (person := subscriber_by_id(connection, one))]
        changed = tuple(one for one in found if suppress(connection, store.key, one.email, reason, how=how, note=note))
    withdrawn = _withdraw_all(workspace, store, [one.email for one in found])
    return Suppressed(people=changed, unchanged=len(found) - len(changed), withdrawn=withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Whose suppression was undone, as they are now; and why SendGrid may still suppress some of them."""

    people: tuple[Subscriber, ...]
    readmission_failure: str = ""


def undo_suppressing(workspace: Workspace, store: Store, ids: Collection[int]) -> Restored:
    """Undo an unsubscribe or a mark as bounced that was made by hand, for everybody for whom it still can be.

    Raises:
        SubscriberError: it can be for nobody.
    """
    restored: list[Subscriber] = []
    refusals: list[SubscriberError] = []
    with store.write() as connection:
        for one in ids:
            try:
                restored.append(undo_suppression(connection, store.key, one))
            except SubscriberError as err:  # raised before anything is written
                refusals.append(err)
    if refusals and not restored:
        raise refusals[0]
    emails = [one.email for one in restored if one.status is Status.SUBSCRIBED]
    return Restored(people=tuple(restored), readmission_failure=readmit_all(workspace, emails))


def readmit_all(workspace: Workspace, emails: Iterable[str]) -> str:
    """Have SendGrid mail these addresses again; return why it could not be told."""
    failure = ""
    for email in emails:
        try:
            readmit(workspace, email)
        except TransportError as err:
            failure = err.what
    return failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A person before and after their address was corrected.

    Attributes:
        readmission_failure: why SendGrid may still suppress an address to which they went back.
    """

    before: Subscriber
    after: Subscriber
    withdrawn: Withdrawn
    readmission_failure: str = ""

    @property
    def is_other_address(self) -> bool:
        """Whether it is another address, and not the same one written differently."""
        return self.before.email.lower() != self.after.email.lower()


def correct_address(
    workspace: Workspace, store: Store, subscriber_id: int, email: str, *, anyway: bool = False
) -> Corrected:
    """Give a subscriber another address; see `newsletter.subscribers.records.correct_address`.

    Raises:
        SubscriberError: the address is none, looks mistyped, is suppressed, or is another subscriber's.
    """
    with store.write() as connection:
        before = subscriber_by_id(connection, subscriber_id)
        entries = history(connection, subscriber_id)
        after = records.correct_address(connection, store.key, subscriber_id, email, anyway=anyway)
    before = before or after
    is_other = before.email.lower() != after.email.lower()
    withdrawn = _withdraw_all(workspace, store, [before.email]) if is_other else Withdrawn()
    is_former = any(one.what is What.CORRECTED and one.note == after.email for one in entries)
    refused = readmit_all(workspace, [after.email]) if is_former and after.status is Status.SUBSCRIBED else ""
    return Corrected(before=before, after=after, withdrawn=withdrawn, readmission_failure=refused)


def _withdraw_all(workspace: Workspace, store: Store, emails: Iterable[str]) -> Withdrawn:
    """Have SendGrid drop what it holds for these addresses; what fails there undoes nothing here."""
    held, failure = 0, ""
    for email in emails:
        try:
            held += withdraw(workspace, store, email)
        except TransportError as err:
            failure = err.what
    return Withdrawn(held=held, failure=failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased here.

    Attributes:
        addresses: all that were theirs, by which others may have to erase them, too.
        files: messages in the outbox.
        compacted: whether no traces are left in the database's file.
    """

    rows: Forgotten
    addresses: tuple[str, ...]
    files: int
    compacted: bool


def erase(workspace: Workspace, store: Store, email: str, *, patience: float = 15.0) -> Erased:
    """Erase a person for good, by the address that they have or had; they stay suppressed by each of them.

    Args:
        workspace: whose outbox is cleared of their mail.
        store: where they are.
        email: their address, or a former one.
        patience: how many seconds to wait for another command before the file is compacted.

    Raises:
        TransportError: SendGrid holds a message to them and could not be told to drop it; nothing was erased.
    """
    with store.read() as connection:
        addresses = addresses_of(connection, email)
    for one in addresses:
        withdraw_before_erasing(workspace, store, one)
    with store.write() as connection:
        rows = forget_subscriber(connection, store.key, addresses[0])
    compacted = compact(store.engine, patience=patience)
    files = sum(erase_files(workspace.outbox_dir, one) for one in addresses)
    return Erased(rows=rows, addresses=tuple(addresses), files=files, compacted=compacted)
