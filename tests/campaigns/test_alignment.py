"""Every name, token and id in a request belongs to the address beside it."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.campaigns.batch_request import recipients, unsubscribe_link
from newsletter.campaigns.ledger import Person
from newsletter.campaigns.model import read_delivery_ref
from newsletter.message import MergeField
from newsletter.subscribers.tokens import read_token
from newsletter.transports import Batch
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking, build_body
from tests.campaigns.samples import MESSAGE
from tests.fakes.rules import broken_promises, violations

KEY = b"k" * 32
NAMES = st.text(  # without what no mail may hold, which is left out of names
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"], exclude_characters="\ufffe\uffff"),
    max_size=12,
)
PEOPLE = st.lists(
    st.tuples(st.integers(1, 2**40), st.integers(1, 2**40), NAMES, NAMES),
    min_size=1,
    max_size=12,
    unique_by=lambda p: p[0],
)
WITH_NAME = dataclasses.replace(
    MESSAGE, text=f"{MESSAGE.text} -merge-text-2-", fields=(*MESSAGE.fields, MergeField(2, "last_name", ""))
)
PUBLIC = "https://news.example.org"
TRANSPORT = SendGridTransport(Client("key", "http://127.0.0.1:9"), Tracking())


def _rows(people: list[tuple[int, int, str, str]]) -> list[Person]:
    """Make rows as the ledger gives them, whose address tells their number."""
    return [
        Person(number, person, f"r{number}@example.org", first, last, "subscribed", "")
        for number, person, first, last in people
    ]


@given(PEOPLE)
def test_row_by_row(people: list[tuple[int, int, str, str]]) -> None:
    """However people are shuffled and namesakes abound, nobody's mail carries another's name, link or id."""
    _check(people)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(PEOPLE)
def test_row_by_row_at_length(people: list[tuple[int, int, str, str]]) -> None:
    """The same for ten thousand audiences."""
    _check(people)


def _check(people: list[tuple[int, int, str, str]]) -> None:
    rows = _rows(people)
    link = unsubscribe_link(KEY, WITH_NAME, TRANSPORT, PUBLIC)
    batch = Batch(
        campaign="c0ffee",
        ref="b0b",
        slug="december",
        message=WITH_NAME,
        recipients=recipients(KEY, rows, link, one_click=True),
    )
    body = json.loads(json.dumps(build_body(batch, Tracking())))
    assert violations(body, now=0) == [] == broken_promises(body)
    for (number, person, first, last), entry in zip(people, body["personalizations"], strict=True):
        assert entry["to"] == [{"email": f"r{number}@example.org"}]
        assert entry["substitutions"]["-merge-subject-1-"] == (first or "there")
        assert entry["substitutions"]["-merge-text-2-"] == last
        assert read_delivery_ref(KEY, entry["custom_args"]["newsletter_delivery"]) == number
        url = entry["headers"]["List-Unsubscribe"].strip("<>")
        assert url == entry["substitutions"]["-unsubscribe-url-"]
        assert read_token(KEY, url.rpartition("/")[2]) == person
