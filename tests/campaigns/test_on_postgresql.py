"""What only several sessions of a server can do to each other."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text, update

from newsletter.campaigns import BatchState, DeliveryState, Plan
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import claim, close_batch
from newsletter.campaigns.model import delivery_refs
from newsletter.campaigns.report import report
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries
from newsletter.transports.events import Event, Kind
from tests.campaigns.samples import MESSAGE, add_people, states

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_event_while_its_batch_is_closed(postgres_url: str, tmp_path: Path) -> None:
    """A message that an event proves in the very moment in which its reply is given up ends as accepted."""
    with open_store(postgres_url, tmp_path / "newsletter.key") as store:
        add_people(store, 2)
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
        claimed = claim(store, campaign, 10, SYSTEM_CLOCK)
        assert claimed is not None
        closing = threading.Thread(
            target=close_batch,
            args=(store, claimed.batch_id, BatchState.UNKNOWN, SYSTEM_CLOCK),
            kwargs={"reason": "lost"},
        )
        with store.write() as connection:  # as an event's transaction that is not over yet
            row = deliveries.c.id == claimed.ids[0]
            connection.execute(select(deliveries).where(row).with_for_update())
            connection.execute(update(deliveries).where(row).values(fate="delivered"))
            closing.start()
            _wait_until_somebody_waits(store)
        closing.join()
        assert sorted(states(store, campaign).values()) == [DeliveryState.ACCEPTED, DeliveryState.UNKNOWN]


def _wait_until_somebody_waits(store: Store) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(1000):
        with store.read() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_two_events_at_once(postgres_url: str, tmp_path: Path) -> None:
    """Of two events that come in the same moment, the graver one is kept, whichever is written last."""
    with open_store(postgres_url, tmp_path / "newsletter.key") as store:
        add_people(store, 40)
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid"))
        claimed = claim(store, campaign, 100, SYSTEM_CLOCK)
        assert claimed is not None
        close_batch(store, claimed.batch_id, BatchState.ACCEPTED, SYSTEM_CLOCK)
        refs = delivery_refs(store.key, claimed.ids)

        def tell(kind: Kind, order: list[str]) -> None:
            for ref in order:
                apply_events(store, [Event(kind, ref, "", AT)])

        tellers = [
            threading.Thread(target=tell, args=(Kind.COMPLAINED, refs)),
            threading.Thread(target=tell, args=(Kind.DELIVERED, refs[::-1])),
            threading.Thread(target=tell, args=(Kind.DELIVERED, refs)),
        ]
        for teller in tellers:
            teller.start()
        for teller in tellers:
            teller.join()
        with store.read() as connection:
            assert set(connection.scalars(select(deliveries.c.fate))) == {"complained"}
            found = report(connection, campaign, AT, opens=False, clicks=False)
        assert (found.complained, found.delivered, found.hours) == (
            40,
            40,
            (("2026-12-01T09", {"complained": 40, "delivered": 40}),),
        )
