"""A clinic that has sent an issue, and mails that came back."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.model import delivery_refs
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries, events
from newsletter.storage.people import facts, subscribers, suppressions
from newsletter.subscribers.records import add_subscriber, find_subscriber
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import Status
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import MESSAGE
from tests.fakes.imap import PASSWORD, USER, FakeImap, fake_imap
from tests.replies.corpus_case import ANA, CorpusMail

BEN = "ben@example.org"


@dataclass(frozen=True)
class Clinic:
    """A clinic whose December issue Ana and Ben have got."""

    workspace: Workspace
    store: Store
    token: str
    ref: str

    def fill(self, mail: CorpusMail) -> bytes:
        """Return a mail of the corpus as it would have come to this clinic."""
        return mail.raw(token=self.token, ref=self.ref)

    def status(self, email: str = ANA) -> Status:
        """Return what somebody is."""
        with self.store.read() as connection:
            person = find_subscriber(connection, email)
        assert person
        return person.status

    def state(self) -> dict[str, set[tuple[object, ...]]]:
        """Return all that mails can change, in no order and without times."""
        queries = {
            "people": select(subscribers.c.email, subscribers.c.status),
            "suppressed": select(suppressions.c.email_hash, suppressions.c.reason),
            "fates": select(deliveries.c.email, deliveries.c.state, deliveries.c.fate),
            "events": select(events.c.event_key, events.c.kind, events.c.detail),
            "read": select(facts.c.name).where(facts.c.name.like("reply read%")),
        }
        with self.store.read() as connection:
            return {name: {tuple(row) for row in connection.execute(query)} for name, query in queries.items()}


@contextlib.contextmanager
def copied(clinic: Clinic, folder: Path) -> Iterator[Clinic]:
    """Give the same clinic again, with a database of its own that is as the first one is now."""
    shutil.copy(clinic.workspace.root / "newsletter.db", folder / "copy.db")
    with open_store(f"sqlite:///{folder / 'copy.db'}", clinic.workspace.key_file) as store:
        yield replace(clinic, store=store)


@pytest.fixture
def clinic(workspace: Workspace, store: Store, tmp_path: Path) -> Clinic:
    """Ana, Ben, and what Ana's mails would name."""
    outbox = tmp_path / "outbox"
    with store.write() as connection:
        ana = add_subscriber(connection, store.key, ANA, wording="yes")
        add_subscriber(connection, store.key, BEN, wording="yes")
    dispatch(store, start(store, MESSAGE, slug="december", plan=Plan(transport="outbox")), OutboxTransport(outbox))
    with store.read() as connection:
        number = connection.scalar(select(deliveries.c.id).where(deliveries.c.email == ANA))
    assert number
    return Clinic(workspace, store, unsubscribe_token(store.key, ana.id), delivery_refs(store.key, [number])[0])


@pytest.fixture
def imap() -> Iterator[FakeImap]:
    """A mail server of our own."""
    with fake_imap() as server:
        yield server


@pytest.fixture
def connected(clinic: Clinic, imap: FakeImap, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace with its mailbox on that server."""
    monkeypatch.setenv("INBOX_PASSWORD", PASSWORD)
    path = clinic.workspace.root / "newsletter.toml"
    added = f'\n[inbox]\nhost = "127.0.0.1"\nport = {imap.port}\nsecurity = "none"\nuser = "{USER}"\n'
    path.write_text(path.read_text("utf-8") + added, "utf-8")
    return open_workspace(clinic.workspace.root)
