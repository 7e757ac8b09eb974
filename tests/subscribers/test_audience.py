"""Audiences choose by tags, language and time, and whoever is left out has one reason."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from newsletter.campaigns import Plan
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.audience import EVERYBODY, Audience, count, left_out, people_by_language, people_in
from newsletter.subscribers.tags import written
from newsletter.subscribers.vocabulary import Status

PEOPLE = {  # tags, language, joined
    "ana": (("group",), "en", "2026-01-05T00:00:00Z"),
    "ben": (("group", "staff"), "en-US", "2026-06-01T04:00:00Z"),
    "cy": (("staff",), "es-MX", "2026-06-01T03:59:59Z"),
    "di": ((), "", "2026-11-01T00:00:00Z"),
}


def _add(
    store: Store, name: str, tags: tuple[str, ...], language: str, joined: str, status: str = "subscribed"
) -> None:
    address = f"{name}@example.org"
    row = {"email": address, "email_key": address, "tags": written(tags), "language": language, "status": status}
    with store.write() as connection:
        connection.execute(insert(subscribers), [row | {"created_at": joined}])


@pytest.mark.parametrize(
    ("audience", "chosen", "reasons"),
    [
        (EVERYBODY, "ana ben cy di", {}),
        (
            Audience(tags=("group",), not_tags=("staff",)),
            "ana",
            {"without the chosen tag": 2, "with an excluded tag": 1},
        ),
        (Audience(languages=("en",)), "ana ben", {"with another language or none": 2}),
        (Audience(languages=("EN_us", "es")), "ben cy", {"with another language or none": 2}),
        (Audience(languages=("none",)), "di", {"with another language or none": 3}),
        (Audience(received="december"), "", {"were not sent the issue that this one corrects": 4}),
        (Audience(joined_since="2026-06-01T04:00:00Z"), "ben di", {"joined earlier": 2}),
        (
            Audience(tags=("group", "staff"), languages=("en",), joined_since="2026-02-01T00:00:00Z"),
            "ben",
            {"without the chosen tag": 1, "with another language or none": 1, "joined earlier": 1},
        ),
    ],
)
def test_who_is_chosen(store: Store, audience: Audience, chosen: str, reasons: dict[str, int]) -> None:
    """Each way to choose, alone and together; a plan remembers it."""
    for name, (tags, language, joined) in PEOPLE.items():
        _add(store, name, tags, language, joined)
    with store.read() as connection:
        found = [row.email.partition("@")[0] for row in connection.execute(people_in(audience))]
        assert " ".join(found) == chosen
        assert count(connection, audience) == len(found)
        assert left_out(connection, audience) == reasons
        assert people_by_language(connection) == {"en": 1, "en-US": 1, "es-MX": 1}
    plan = Plan(transport="outbox", audience=audience)
    assert Plan.from_json(plan.to_json()) == plan


def test_plan_from_before_there_were_languages() -> None:
    """A campaign that an older version began keeps its tags."""
    older = '{"transport": "outbox", "tags": ["group"], "not_tags": [], "batch_size": 500}'
    assert Plan.from_json(older) == Plan(transport="outbox", audience=Audience(tags=("group",)))


TAGS = st.lists(st.sampled_from(["group", "staff", "news"]), max_size=2, unique=True).map(tuple)
LANGUAGES = st.sampled_from(["", "en", "en-GB", "es"])
MOMENTS = st.sampled_from(["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-11-01T00:00:00Z"])
AUDIENCES = st.builds(
    Audience,
    tags=TAGS,
    not_tags=TAGS,
    languages=st.lists(st.sampled_from(["en", "es", "none"]), max_size=2, unique=True).map(tuple),
    joined_since=st.just("") | MOMENTS,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(TAGS, LANGUAGES, MOMENTS, st.sampled_from(Status)), max_size=8), audience=AUDIENCES)
def test_chosen_and_left_out_are_everybody(
    store: Store, people: list[tuple[tuple[str, ...], str, str, Status]], audience: Audience
) -> None:
    """Nobody is counted twice, and nobody falls between chosen and left out."""
    with store.write() as connection:
        connection.execute(delete(subscribers))
    for number, (tags, language, joined, status) in enumerate(people):
        _add(store, f"reader{number}", tags, language, joined, status.value)
    with store.read() as connection:
        everybody = connection.scalar(select(func.count()).select_from(subscribers))
        assert count(connection, audience) + sum(left_out(connection, audience).values()) == everybody
