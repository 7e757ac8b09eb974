"""People and a message for campaigns."""

from sqlalchemy import insert, select

from newsletter.campaigns import Campaign, DeliveryState
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, MergeField, Message
from newsletter.storage import Store
from newsletter.storage.ledger import deliveries
from newsletter.storage.people import subscribers

ADDRESS = "12 Elm Street, Springfield, MA 01101"

MESSAGE = Message(
    subject="Hello -merge-subject-1-",
    preheader="A few words",
    html=f'<p>Dear -merge-html-1-</p><p>{ADDRESS}</p><a href="{UNSUBSCRIBE_PLACEHOLDER}">Unsubscribe</a>',
    text=f"Dear -merge-text-1-\n{ADDRESS}\nUnsubscribe: {UNSUBSCRIBE_PLACEHOLDER}\n",
    from_name="Elm Street Psychiatry",
    from_email="newsletter@elmstreet.example.org",
    reply_to="hello@elmstreet.example.org",
    fields=(MergeField(1, "first_name", "there"),),
)


def add_people(store: Store, number: int, *, first: int = 1) -> list[str]:
    """Add so many subscribers named reader1, reader2, …; return their addresses."""
    addresses = [f"reader{n}@example.org" for n in range(first, first + number)]
    rows = [
        {
            "email": address,
            "email_key": address,
            "first_name": f"Reader {address.partition('@')[0].removeprefix('reader')}",
            "status": "subscribed",
            **{name: "2026-11-01T00:00:00Z" for name in ("created_at", "updated_at") if name in subscribers.c},
        }
        for address in addresses
    ]
    with store.write() as connection:
        connection.execute(insert(subscribers), rows)
    return addresses


def states(store: Store, campaign: Campaign) -> dict[str, DeliveryState]:
    """Return the state of each address."""
    query = select(deliveries.c.email, deliveries.c.state).where(deliveries.c.campaign_id == campaign.id)
    with store.read() as connection:
        return {row.email: DeliveryState(row.state) for row in connection.execute(query)}
