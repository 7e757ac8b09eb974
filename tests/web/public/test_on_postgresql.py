"""Joining, leaving and choosing on PostgreSQL: the same as on SQLite."""

from dataclasses import replace

from sqlalchemy import select, update

from newsletter.services.renewal import Renewed, renew_consent
from newsletter.services.requests import forget_unconfirmed
from newsletter.storage import open_store
from newsletter.storage.moment import write_moment
from newsletter.storage.people import requests
from newsletter.subscribers.audience import count, left_out
from newsletter.subscribers.tokens import confirm_token
from newsletter.subscribers.vocabulary import Status
from newsletter.workspace import Workspace, open_workspace
from tests.web.public.visiting import ANA, Visit, Visitor, hidden


def on_postgresql(workspace: Workspace, url: str) -> Workspace:
    settings = workspace.settings
    return replace(workspace, settings=replace(settings, database=replace(settings.database, url=url)))


def test_the_whole_life_of_a_subscriber(visit: Visit, postgres_url: str) -> None:
    """They join, pause, leave, undo it, leave, come back, are erased, and come back; a stranger is forgotten."""
    workspace = on_postgresql(visit().workspace, postgres_url)
    with open_store(postgres_url, workspace.root / "other.key") as store:
        visitor = Visitor(workspace, store)
        visitor.fill_in(ANA, first_name="Ana")
        first = visitor.link()
        assert visitor.client.post(first).status_code == 200
        person = visitor.person()
        assert person is not None
        assert (person.status, person.first_name) == (Status.SUBSCRIBED, "Ana")

        link = visitor.subscribe("ben@example.org")
        page = visitor.open_preferences(link)
        visitor.client.post(page, data={"do": "pause"})
        with store.read() as connection:
            assert (count(connection), left_out(connection)) == (1, {"paused by themselves": 1})
        assert "ben@example.org" in visitor.client.post(page, data={"do": "copy"}).text
        answer = visitor.client.post(link)
        assert visitor.client.post("/undo", data={"undo": hidden(answer, "undo")}).status_code == 200
        visitor.client.post(link)

        visitor.hands.move(hours=25)
        visitor.fill_in("ben@example.org")
        assert visitor.client.post(visitor.link()).status_code == 200
        with store.read() as connection:
            assert count(connection) == 2

        visitor.hands.move(hours=25)
        page = visitor.open_preferences(link)
        assert visitor.client.post(page, data={"do": "erase", "sure": "yes"}).status_code == 200
        assert visitor.person("ben@example.org") is None
        visitor.fill_in("ben@example.org")
        assert visitor.client.post(visitor.link()).status_code == 200
        ben = visitor.person("ben@example.org")
        assert ben is not None
        assert ben.status is Status.SUBSCRIBED

        visitor.fill_in("cy@example.org")
        assert visitor.link()
        visitor.hands.move(days=31)
        assert forget_unconfirmed(store, visitor.clock) == 1
        assert visitor.person("cy@example.org") is None


def test_asking_whether_they_still_want_it(visit: Visit, postgres_url: str) -> None:
    """Ana is asked and reminded, and let go; Ben answers."""
    workspace = visit('[privacy]\nrenew_years = 1\n[delivery]\ntransport = "smtp"').workspace
    workspace = on_postgresql(open_workspace(workspace.root), postgres_url)
    with open_store(postgres_url, workspace.root / "other.key") as store:
        visitor = Visitor(workspace, store)
        for address in (ANA, "ben@example.org"):
            visitor.subscribe(address)
        visitor.hands.move(days=400)
        assert renew_consent(workspace, store, visitor.clock) == Renewed(asked=2)

        def mailed() -> None:
            with store.write() as connection:
                connection.execute(update(requests).values(mailed_at=write_moment(visitor.hands.now())))
            visitor.hands.move(days=17)

        mailed()
        with store.read() as connection:
            ben = connection.scalar(select(requests.c.id).where(requests.c.email == "ben@example.org"))
        assert visitor.client.post(f"/confirm/{confirm_token(store.key, ben or 0)}").status_code == 200
        assert renew_consent(workspace, store, visitor.clock) == Renewed(reminded=1)
        mailed()
        assert renew_consent(workspace, store, visitor.clock) == Renewed(let_go=1)
        assert [visitor.told(one)[-1][0] for one in (ANA, "ben@example.org")] == ["unsubscribed", "renewed"]
