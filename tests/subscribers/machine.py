"""A model of who may be mailed, and every way in which the list can change beside it."""

import contextlib
import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newsletter.campaigns.syncing import sync
from newsletter.errors import SubscriberError
from newsletter.services.consent import leave
from newsletter.storage import open_store
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.audience import left_out, people_in
from newsletter.subscribers.consent import history
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.subscribers.importer import ImportOptions, import_list, open_list
from newsletter.subscribers.listing import Query, people
from newsletter.subscribers.records import add_subscriber, confirm, edit, find_subscriber, resubscribe
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.tokens import read_token, unsubscribe_token
from newsletter.subscribers.undoing import can_be_undone, undo_suppression
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.transports import Batch, Outcome, Suppressed
from tests.subscribers.bringing import save_csv

WORDS = "Yes, send me the newsletter."
ODD = "typo@gmial.com"
"""Only who insists on it gets this address onto the list."""
addresses = st.sampled_from(
    [
        "ana@example.org",
        "ANA@Example.org",
        "ben@bücher.example",
        "Ben@xn--bcher-kva.example",
        "cy+x@example.com",
        "di@example.com",
        ODD,
    ]
)
statuses = st.sampled_from(["", "subscribed", "pending", "unsubscribed", "cleaned", "complained"])
LEFT = {"unsubscribed", "cleaned", "complained"}


class Lists(NamedTuple):
    """A provider's own lists."""

    found: list[Suppressed]

    def read(self, since: int) -> list[Suppressed]:
        """Return the lists; all of them are new."""
        assert since > 0
        return self.found

    def add(self, emails: Sequence[str]) -> None:
        """Hold no mail that could be dropped."""
        assert not emails

    def remove(self, email: str) -> None:
        """Nobody comes back by this carrier."""
        raise AssertionError(email)


class Carrier:
    """A transport whose provider keeps lists of its own; no mail is sent by it."""

    name = "sendgrid"
    leaves_machine = True
    repeatable = False
    makes_unsubscribe_links = True
    largest_batch = 1
    holds = None
    logs = None
    erasure = None

    def __init__(self, found: list[Suppressed]) -> None:
        self.suppression_lists = Lists(found)

    def send(self, batch: Batch) -> Outcome:
        """Send nothing."""
        raise AssertionError(batch.ref)

    def close(self) -> None:
        """Nothing stays open."""


class PeopleMachine(RuleBasedStateMachine):
    """Nobody who left is mailable before an explicit, recorded resubscription; everybody else is."""

    urls: ClassVar[list[str]] = []
    """Databases to be used up, one an example; SQLite when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = contextlib.ExitStack()
        folder = Path(self._opened.enter_context(tempfile.TemporaryDirectory()))
        url = self.urls.pop() if self.urls else f"sqlite:///{(folder / 'people.db').as_posix()}"
        self.store = self._opened.enter_context(open_store(url, folder / "people.key"))
        self.file = folder / "list.csv"
        self.on: dict[str, str] = {}
        self.left: set[str] = set()
        self.mistakes: dict[str, str] = {}

    def teardown(self) -> None:
        """Close the store."""
        self._opened.close()

    @rule(
        rows=st.lists(st.tuples(addresses, statuses), max_size=6),
        update=st.booleans(),
        pending=st.booleans(),
        anyway=st.booleans(),
        words=st.sampled_from([WORDS, "And the events."]),
        batch=st.integers(1, 4),
    )
    def import_file(
        self,
        rows: list[tuple[str, str]],
        update: bool,  # noqa: FBT001
        pending: bool,  # noqa: FBT001
        anyway: bool,  # noqa: FBT001
        words: str,
        batch: int,
    ) -> None:
        """Import a file in which people join and leave, in any order."""
        with self.file.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("email", "status"), *rows])
        options = ImportOptions(wording=words, update=update, pending=pending, anyway=anyway)
        import_list(self.store, *open_list(self.file), options, batch_rows=batch)
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            for address, _ in (row for row in part if row[1] in LEFT):
                self._leaves(address)
            for address, _ in (
                row for row in part if row[1] in {"", "subscribed"} or (row[1] == "pending" and pending)
            ):
                if email_key(address) not in self.left and (anyway or address != ODD):
                    self.on.setdefault(email_key(address), "pending" if pending else "subscribed")

    @rule(address=addresses, pending=st.booleans())
    def add(self, address: str, pending: bool) -> None:  # noqa: FBT001
        """Add one person; whoever is there or has left is refused."""
        allowed = email_key(address) not in self.left | self.on.keys()
        with self.store.write() as connection:
            try:
                add_subscriber(connection, self.store.key, address, wording=WORDS, pending=pending)
            except SubscriberError:
                assert not allowed
                return
        assert allowed
        self.on[email_key(address)] = "pending" if pending else "subscribed"

    @rule(address=addresses, reason=st.sampled_from(Reason), how=st.sampled_from([How.COMMAND, How.EVENT]))
    def suppress(self, address: str, reason: Reason, how: How) -> None:
        """Somebody leaves, bounces or complains, known or not: by hand, or as the carrier tells of a mail."""
        stood = self.on.get(email_key(address))
        with self.store.write() as connection:
            suppress(connection, self.store.key, address, reason, how=how)
        self._leaves(address)
        if stood and (reason, how) == (Reason.UNSUBSCRIBED, How.COMMAND):
            self.mistakes[email_key(address)] = stood

    @rule(address=addresses)
    def take_back(self, address: str) -> None:
        """A mistake by hand is undone; nothing else can be."""
        with self.store.write() as connection:
            person = find_subscriber(connection, address)
            if person is None or not can_be_undone(connection, self.store.key, person):
                return
            status = undo_suppression(connection, self.store.key, person.id).status
        assert status == self.mistakes.pop(email_key(address))
        self.left.discard(email_key(address))
        self.on[email_key(address)] = status.value

    @rule(found=st.lists(st.tuples(addresses, st.sampled_from(["blocked", "bounced", "unsubscribed", "complained"]))))
    def sync(self, found: list[tuple[str, str]]) -> None:
        """The carrier's own lists are brought home; whom it only blocked stays."""
        sync(self.store, Carrier([Suppressed(email, reason) for email, reason in found]))
        for address, reason in found:
            if reason != "blocked":
                self._leaves(address)

    @rule(address=addresses, name=st.sampled_from(["", "Zoë", "=1+1"]))
    def edit(self, address: str, name: str) -> None:
        """Names are corrected, also of those who left."""
        with self.store.write() as connection:
            person = find_subscriber(connection, address)
            if person is not None:
                after = edit(connection, person.id, first_name=name, last_name="", language="es")
                assert after.status == person.status

    @rule(address=addresses)
    def leave_by_token(self, address: str) -> None:
        """A reader uses the link in a mail."""
        with self.store.read() as connection:
            person = find_subscriber(connection, address)
        if person is not None:
            token = unsubscribe_token(self.store.key, person.id)
            assert read_token(self.store.key, token) == person.id
            leave(self.store, token)
            self._leaves(address)

    @rule(address=addresses)
    def confirm(self, address: str) -> None:
        """Somebody confirms their address, perhaps by an old link, after they left."""
        with self.store.write() as connection:
            person = find_subscriber(connection, address)
            if person is not None:
                confirm(connection, person.id, how=How.TOKEN)
        if email_key(address) in self.on:
            self.on[email_key(address)] = "subscribed"

    @rule(address=addresses)
    def forget(self, address: str) -> None:
        """Somebody is erased."""
        with self.store.write() as connection:
            forget_subscriber(connection, self.store.key, address)
            assert find_subscriber(connection, address) is None
        self._leaves(address)

    @rule(address=addresses)
    def come_back(self, address: str) -> None:
        """Somebody who left is brought back on purpose; it is on record."""
        if email_key(address) not in self.left:
            return
        with self.store.write() as connection:
            person = resubscribe(connection, self.store.key, address, wording="Add me again.", note="by phone")
            last = history(connection, person.id)[-1]
        assert (last.what, last.wording, last.note) == ("resubscribed", "Add me again.", "by phone")
        self.left.discard(email_key(address))
        self.on[email_key(address)] = "subscribed"

    @rule(update=st.booleans())
    def export_and_import(self, update: bool) -> None:  # noqa: FBT001
        """The list goes through a spreadsheet that changes nothing but what it says of status."""
        with self.store.read() as connection:
            save_csv(people(connection, Query()), self.file)
        text = self.file.read_text("utf-8-sig").replace("unsubscribed", "subscribed").replace("bounced", "")
        self.file.write_text(text, "utf-8")
        import_list(self.store, *open_list(self.file), ImportOptions(wording=WORDS, update=update))

    def _leaves(self, address: str) -> None:
        if email_key(address) in self.on:
            self.mistakes.pop(email_key(address), None)
        self.left.add(email_key(address))
        self.on.pop(email_key(address), None)

    @invariant()
    def audience_is_who_agreed_and_stayed(self) -> None:
        """The audience is exactly the model's, each once; with those left out it is the whole list."""
        with self.store.read() as connection:
            mailed = [row.email_key for row in connection.execute(people_in())]
            suppressed = suppressed_among(connection, self.store.key, [*self.on, *self.left])
            out = left_out(connection)
            total = sum(1 for _ in people(connection, Query()))
        assert sorted(mailed) == sorted(key for key, status in self.on.items() if status == "subscribed")
        assert suppressed == self.left
        assert total == len(mailed) + sum(out.values())

    @invariant()
    def everybody_has_a_history_without_gaps(self) -> None:
        """Each person's entries can be shown, the first one says how they joined."""
        with self.store.read() as connection:
            for person in people(connection, Query()):
                entries = history(connection, person.id)
                assert entries[0].what in {"subscribed", "requested"}
                assert entries[0].wording
                assert (entries[-1].what in {"unsubscribed", "bounced", "complained"}) == (
                    email_key(person.email) in self.left
                )
