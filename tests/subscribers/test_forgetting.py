"""Forgetting somebody: the record goes, the counts stay."""

from pathlib import Path

from sqlalchemy import insert, select

from newsletter.storage import Store
from newsletter.storage.compaction import compact
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.people import consents, subscribers
from newsletter.subscribers.forgetting import Forgotten, erase_files, forget_subscriber
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import Reason

CAMPAIGN = {"id": 1, "ref": "r1", "slug": "issue", "state": "finished", "message": "{}", "digest": "", "plan": "{}"}


def add_two_with_deliveries(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(campaigns).values(**CAMPAIGN, frozen=2, created_at="2026-11-01T00:00:00Z"))
        for name in ("Ana", "Ben"):
            profile = Profile(first_name=name, last_name="Lima")
            person = add_subscriber(connection, store.key, f"{name}@example.org", profile, wording="Yes.")
            row = {
                "campaign_id": 1,
                "subscriber_id": person.id,
                "email": person.email,
                "email_key": person.email.lower(),
            }
            connection.execute(insert(deliveries).values(**row, first_name=name, last_name="Lima", state="accepted"))


def test_ledger_keeps_its_counts_and_loses_the_name(store: Store) -> None:
    """A delivery stays, in its state, and says no more whose it was."""
    add_two_with_deliveries(store)
    with store.write() as connection:
        assert forget_subscriber(connection, store.key, "ANA@example.org") == Forgotten(True, consents=1, deliveries=1)  # noqa: FBT003
        kept = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
        assert [(row.email, row.first_name, row.last_name, row.state) for row in kept] == [
            ("", "", "", "accepted"),
            ("Ben@example.org", "Ben", "Lima", "accepted"),
        ]
        assert "ana" not in repr(
            [connection.execute(select(table)).all() for table in (deliveries, subscribers, consents)]
        )
        assert reason_for(connection, store.key, "ana@example.org") is Reason.FORGOTTEN


def test_forgetting_everybody_keeps_deliveries_apart(store: Store) -> None:
    """Two forgotten people of one campaign are still two deliveries; doing it again is harmless."""
    add_two_with_deliveries(store)
    with store.write() as connection:
        for email in ("ana@example.org", "ben@example.org", "ana@example.org"):
            forget_subscriber(connection, store.key, email)
        assert len(set(connection.scalars(select(deliveries.c.email_key)))) == 2


def test_why_somebody_left_outlives_them(store: Store) -> None:
    """A complaint stays known as one."""
    add_two_with_deliveries(store)
    with store.write() as connection:
        suppress(connection, store.key, "ana@example.org", Reason.COMPLAINED)
        forget_subscriber(connection, store.key, "ana@example.org")
        assert reason_for(connection, store.key, "ana@example.org") is Reason.COMPLAINED


def test_number_of_a_forgotten_person_is_given_to_nobody(store: Store) -> None:
    """An old link must not take somebody else off the list."""
    add_two_with_deliveries(store)
    with store.write() as connection:
        forget_subscriber(connection, store.key, "ben@example.org")
        assert add_subscriber(connection, store.key, "zoe@example.org", wording="Yes.").id == 3


def test_compacted_database_works_on(store: Store) -> None:
    """Rewriting the file loses nothing."""
    add_two_with_deliveries(store)
    assert compact(store.engine)
    with store.read() as connection:
        assert len(connection.execute(select(subscribers)).all()) == 2


def test_compacting_a_database_in_use_says_so(store: Store) -> None:
    """While another command writes, it is left for later."""
    if store.engine.dialect.name == "sqlite":
        with store.write() as connection:
            assert connection.in_transaction()
            assert not compact(store.engine, patience=0.01)


def test_outbox_is_searched_by_recipient(tmp_path: Path) -> None:
    """Messages to them are deleted, in whatever way the address is written; others stay."""
    (tmp_path / "issue").mkdir()
    for number, to in enumerate(["Ana <ANA@example.org>", "ana@example.org.uk", "anna@example.org"]):
        (tmp_path / "issue" / f"{number}.eml").write_text(f"Subject: To ana@example.org\nTo: {to}\n\nHello", "utf-8")
    assert erase_files(tmp_path, "ana@Example.org") == 1
    assert [path.name for path in sorted((tmp_path / "issue").iterdir())] == ["1.eml", "2.eml"]
