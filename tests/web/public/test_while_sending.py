"""Unsubscribing while an issue is being sent: whoever was not claimed yet gets nothing, on SQLite and PostgreSQL."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from newsletter.campaigns import DeliveryState, Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries
from newsletter.subscribers.records import get_subscriber
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.transports import Accepted, Batch, Outcome, Transport
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.web.public.test_on_postgresql import on_postgresql

PEOPLE = 60


@pytest.fixture(params=["sqlite", "postgresql"])
def clinic(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[tuple[Workspace, Store]]:
    """A workspace with sixty people, on either database."""
    if request.param == "postgresql":
        workspace = on_postgresql(workspace, request.getfixturevalue("postgres_url"))
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, PEOPLE)
        yield workspace, store


@dataclass
class Leaving(Transport):
    """While it sends a batch, some of the people press their unsubscribe button.

    Attributes:
        unclaimed: whoever was in no batch when the page said that it is done.
        sent: whoever was sent the issue, in order.
    """

    store: Store
    pages: TestClient
    links: dict[str, str]
    dice: random.Random
    unclaimed: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)
    name: str = "smtp"
    leaves_machine: bool = True
    repeatable: bool = False
    makes_unsubscribe_links: bool = False
    largest_batch: int = 5

    def send(self, batch: Batch) -> Outcome:
        with self.turn:
            for address in self.dice.sample(sorted(self.links), min(3, len(self.links))):
                assert self.pages.post(self.links.pop(address)).status_code == 200
                if self.state(address) in {DeliveryState.QUEUED, DeliveryState.SKIPPED}:
                    self.unclaimed.add(address)
            self.sent += [person.email for person in batch.recipients]
        return Accepted("")

    def state(self, address: str) -> DeliveryState:
        with self.store.read() as connection:
            return DeliveryState(
                connection.scalar(select(deliveries.c.state).where(deliveries.c.email_key == address)) or ""
            )

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("in_air", [1, 4])
def test_no_batch_that_is_claimed_later_has_them(clinic: tuple[Workspace, Store], in_air: int) -> None:
    """Whoever was queued when their answer came is in no batch after it; everybody else gets the issue once."""
    workspace, store = clinic
    with store.read() as connection:
        ids = {f"reader{n}@example.org": get_subscriber(connection, f"reader{n}@example.org").id for n in range(1, 61)}
    links = {address: f"/u/{unsubscribe_token(store.key, number)}" for address, number in ids.items()}
    pages = TestClient(create_public_pages(workspace, store))
    transport = Leaving(store, pages, dict(links), random.Random(in_air))  # noqa: S311 - repeatable, not secret
    campaign = start(store, MESSAGE, slug="december", plan=replace(Plan(transport="smtp"), batch_size=5))
    tally = dispatch(store, campaign, transport, in_air=in_air, clock=Clock(sleep=lambda _seconds: None))

    assert transport.unclaimed
    assert not transport.unclaimed & set(transport.sent)
    assert {transport.state(address) for address in transport.unclaimed} == {DeliveryState.SKIPPED}
    assert sorted([*transport.unclaimed, *transport.sent]) == sorted(links)
    assert tally.skipped == {"unsubscribed": len(transport.unclaimed)}
