"""Recurring consent: nobody is let go unasked, nobody is asked twice in a round, whoever answers stays."""

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import delete, insert, select, update

from newsletter.services import requests as completing
from newsletter.services.consent import ask_to_join, leave
from newsletter.services.upkeep import tend
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import consents, subscribers
from newsletter.subscribers.pausing import pause, resume
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import Accepted, Batch, NotSent, Outcome, Transport, Unknown
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import open_workspace
from tests.web.public.visiting import ANA, PUBLIC, Visit, Visitor

DAY = timedelta(days=1)
LINK = re.compile(rf"{PUBLIC}(/confirm/\w+)")


class Post(Transport):
    """Carries mail to people of a test, and remembers when; a script may say what becomes of the next ones."""

    name, leaves_machine, repeatable, makes_unsubscribe_links, largest_batch = "smtp", True, False, False, 1

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.script: list[Outcome] = []
        self.mails: list[tuple[datetime, str, Batch]] = []
        self._now = now

    def send(self, batch: Batch) -> Outcome:
        outcome = self.script.pop(0) if self.script else Accepted("")
        if isinstance(outcome, Accepted | Unknown):
            self.mails.append((self._now(), batch.recipients[0].email, batch))
        return outcome

    def links(self, address: str) -> list[str]:
        return [LINK.findall(batch.message.text)[0] for _, to, batch in self.mails if to == address]

    def close(self) -> None:
        """Nothing is open."""


class Clinic:
    """A clinic that asks after three years, or after a year without an issue."""

    def __init__(self, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
        visitor = visit('[privacy]\nrenew_years = 3\n[delivery]\ntransport = "smtp"')
        self.visitor = Visitor(open_workspace(visitor.workspace.root), visitor.store, visitor.hands)
        self.hands, self.store = self.visitor.hands, self.visitor.store
        self.post = Post(self.hands.now)
        monkeypatch.setattr(completing, "open_transport", lambda _workspace: self.post)

    def join(self, address: str) -> str:
        """Let somebody subscribe now; return their unsubscribe link's token."""
        self.visitor.subscribe(address)
        person = self.visitor.person(address)
        assert person is not None
        at = write_moment(self.hands.now())
        with self.store.write() as connection:
            mine = consents.c.subscriber_id == person.id
            connection.execute(update(consents).where(mine).values(at=at))
            connection.execute(update(subscribers).where(subscribers.c.id == person.id).values(created_at=at))
        return unsubscribe_token(self.store.key, person.id)

    def send_issue(self) -> None:
        """Let everybody who is subscribed have an issue."""
        moment = write_moment(self.hands.now())
        row = {"ref": moment, "slug": moment, "state": "finished", "message": "", "digest": "", "plan": "{}"}
        with self.store.write() as connection:
            connection.execute(delete(deliveries))  # what is a month old counts, for a year; the newest is enough
            made = insert(campaigns).values(**row, frozen=1, created_at=moment).returning(campaigns.c.id)
            number = connection.execute(made).scalar_one()
            columns = [subscribers.c[name] for name in ("id", "email", "email_key", "first_name", "last_name")]
            for person in connection.execute(select(*columns).where(subscribers.c.status == Status.SUBSCRIBED)).all():
                values = {**person._mapping, "subscriber_id": person.id, "campaign_id": number, "state": "accepted"}
                connection.execute(insert(deliveries).values({k: v for k, v in values.items() if k != "id"}))

    def tend(self) -> list[str]:
        """Do what cron does."""
        tended = tend(self.visitor.workspace, self.store, self.visitor.clock, inbox=True)
        return [*tended.notes, *tended.waits, *map(str, tended.errors)]

    def status(self, address: str = ANA) -> str:
        person = self.visitor.person(address)
        return person.status if person else "gone"

    def days(self, number: int) -> None:
        """Let so many days go by, with cron at work in each."""
        for _ in range(number):
            self.hands.move(days=1)
            self.tend()


@pytest.fixture
def clinic(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    return Clinic(visit, monkeypatch)


def test_a_pause_after_the_question(clinic: Clinic) -> None:
    """Nobody is let go while they are away; they are asked anew afterwards."""
    clinic.join(ANA)
    clinic.hands.move(days=3 * 366)
    clinic.tend()
    assert len(clinic.post.mails) == 1
    person = clinic.visitor.person(ANA)
    assert person is not None
    with clinic.store.write() as connection:
        pause(connection, person.id, clinic.hands.now() + 3650 * DAY)
    clinic.days(40)
    assert (clinic.status(), len(clinic.post.mails)) == ("subscribed", 1)
    with clinic.store.write() as connection:
        resume(connection, person.id)
    clinic.tend()
    assert len(clinic.post.mails) == 2


def many(mark: pytest.MarkDecorator) -> list[ParameterSet]:
    return [pytest.param(seed, marks=mark) for seed in range(2, 8)]


def long_after_joining(clinic: Clinic) -> None:
    """Let Ana have subscribed three years ago, and have got issues since."""
    clinic.join(ANA)
    clinic.hands.move(days=3 * 365 - 10)
    clinic.send_issue()
    clinic.tend()
    assert clinic.post.mails == []
    clinic.hands.move(days=15)
    clinic.tend()


def test_whoever_answers_stays(clinic: Clinic) -> None:
    """The button renews the consent, with the words that were agreed to; nothing more is asked for three years."""
    long_after_joining(clinic)
    [(_, address, batch)] = clinic.post.mails
    assert (address, batch.is_notice) == (ANA, False)
    assert batch.message.subject == "Do you still want our newsletter?"
    assert batch.recipients[0].unsubscribe_url.startswith(f"{PUBLIC}/u/")
    assert "-unsubscribe-url-" in batch.message.html
    [link] = clinic.post.links(ANA)
    clinic.visitor.get(link)
    assert len(clinic.visitor.entries()) == 1
    assert clinic.visitor.client.post(link).status_code == 200
    assert clinic.visitor.told()[-1] == ("renewed", "token")
    assert clinic.visitor.entries()[-1].wording.startswith("Yes, I would like to keep receiving")
    clinic.days(60)
    assert (len(clinic.post.mails), clinic.status()) == (1, "subscribed")


def test_whoever_does_not_is_let_go(clinic: Clinic) -> None:
    """One question, one reminder after two weeks, and two weeks later they are unsubscribed, which the record says."""
    long_after_joining(clinic)
    clinic.days(13)
    assert len(clinic.post.mails) == 1
    clinic.days(1)
    assert [batch.message.subject for _, _, batch in clinic.post.mails[1:]] == [
        "A reminder: Do you still want our newsletter?"
    ]
    assert len(set(clinic.post.links(ANA))) == 1
    clinic.days(15)
    assert clinic.status() == "subscribed"
    clinic.days(1)
    assert clinic.status() == "unsubscribed"
    assert "without an answer" in clinic.visitor.entries()[-1].note
    clinic.days(60)
    assert len(clinic.post.mails) == 2
    assert clinic.visitor.client.post(clinic.post.links(ANA)[0]).status_code == 404
    ask_to_join(clinic.store, ANA, wording="Yes.", shown="test", clock=clinic.visitor.clock)
    clinic.tend()
    assert clinic.visitor.client.post(clinic.post.links(ANA)[-1]).status_code == 200
    assert clinic.status() == "subscribed"


def test_a_question_that_was_not_sent_does_not_count(clinic: Clinic) -> None:
    """While no mail can be sent, no time runs; and a computer that was off for a year reminds before it lets go."""
    clinic.post.script = [NotSent("busy")] * 40
    long_after_joining(clinic)
    clinic.days(39)
    assert (clinic.post.mails, clinic.status()) == ([], "subscribed")
    clinic.days(1)
    assert len(clinic.post.mails) == 1
    clinic.hands.move(days=365)
    clinic.post.script = [NotSent("busy")] * 40
    clinic.days(40)
    assert (len(clinic.post.mails), clinic.status()) == (1, "subscribed")
    clinic.days(17)
    assert (len(clinic.post.mails), clinic.status()) == (2, "unsubscribed")


def test_who_agrees_in_another_way_or_leaves(clinic: Clinic) -> None:
    """Who fills in the form or leaves while the question is open is asked no more, and who leaves is left alone."""
    leaves = clinic.join("ben@example.org")
    long_after_joining(clinic)
    ask_to_join(clinic.store, ANA, wording="Yes.", shown="test", clock=clinic.visitor.clock)
    leave(clinic.store, leaves, clock=clinic.visitor.clock)
    clinic.hands.move(minutes=1)
    clinic.tend()
    clinic.visitor.client.post(clinic.post.links(ANA)[-1])
    clinic.days(60)
    assert len(clinic.post.mails) == 3
    assert (clinic.status(), clinic.status("ben@example.org")) == ("subscribed", "unsubscribed")
    assert "without an answer" not in clinic.visitor.entries("ben@example.org")[-1].note


@pytest.mark.parametrize("settings", ["", "[privacy]\nrenew_years = 3", "practice"])
def test_off_by_default_and_in_practice_mode(visit: Visit, monkeypatch: pytest.MonkeyPatch, settings: str) -> None:
    """Nobody is asked unless the clinic wants it, and its mail really goes out."""
    visitor = visit(settings if settings != "practice" else "")
    post = OutboxTransport(visitor.workspace.outbox_dir)
    monkeypatch.setattr(completing, "open_transport", lambda _workspace: post)
    visitor.subscribe()
    visitor.hands.move(days=4000)
    assert tend(visitor.workspace, visitor.store, visitor.clock, inbox=True).is_complete
    assert not list(visitor.workspace.outbox_dir.rglob("*.eml"))


def test_turned_off_and_on_again(clinic: Clinic) -> None:
    """What was asked before it was turned off counts no more: later, everything begins anew."""
    long_after_joining(clinic)
    clinic.days(20)
    assert len(clinic.post.mails) == 2
    path = clinic.visitor.workspace.root / "newsletter.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("renew_years = 3", "renew_years = 0"), "utf-8")
    clinic.visitor.workspace = open_workspace(path.parent)
    clinic.days(30)
    assert (len(clinic.post.mails), clinic.status()) == (2, "subscribed")
    path.write_text(text, "utf-8")
    clinic.visitor.workspace = open_workspace(path.parent)
    clinic.days(1)
    assert (len(clinic.post.mails), clinic.status()) == (3, "subscribed")
    assert not clinic.post.mails[-1][2].message.subject.startswith("A reminder")


def test_nobody_is_asked_who_could_not_answer(clinic: Clinic) -> None:
    """Without pages and without a mailbox, it says so, and lets nobody go."""
    long_after_joining(clinic)
    path = clinic.visitor.workspace.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8").replace(f'public_url = "{PUBLIC}"', ""), "utf-8")
    clinic.visitor.workspace = open_workspace(path.parent)
    clinic.hands.move(days=100)
    assert any("cannot be asked whether they still want" in line for line in clinic.tend())
    clinic.days(40)
    assert clinic.status() == "subscribed"


class Decade:
    """Ten years of a clinic: people join and have habits, issues pause for a year and a half, mail fails at times."""

    def __init__(self, clinic: Clinic, seed: int) -> None:
        self.clinic, self.dice = clinic, random.Random(seed)  # noqa: S311 - repeatable, not secret
        habits = ("answers", "waits", "silent", "leaves")
        self.habits = {f"{habit}{number}@example.org": habit for number in range(4) for habit in habits}
        self.agreed: dict[str, list[datetime]] = {}
        self.gone: dict[str, datetime] = {}
        self._seen = 0

    def run(self) -> None:
        for fortnight in range(260):
            self.clinic.hands.move(days=14)
            self._let_people_join()
            if fortnight % 2 == 0 and not 100 < fortnight < 140:
                self.clinic.send_issue()
            self.clinic.post.script = self.dice.choice([[], [], [NotSent("busy")], [Unknown("lost")]])
            self.clinic.tend()
            self._answer()
            with self.clinic.store.read() as connection:
                left = select(subscribers.c.email).where(subscribers.c.status != Status.SUBSCRIBED)
                for address in connection.scalars(left):
                    self.gone.setdefault(address, self.clinic.hands.now())

    def _let_people_join(self) -> None:
        for address in sorted(self.habits.keys() - self.agreed.keys()):
            if self.dice.random() < 0.06:
                token = self.clinic.join(address)
                self.agreed[address] = [self.clinic.hands.now()]
                if self.habits[address] == "leaves":
                    leave(self.clinic.store, token, clock=self.clinic.visitor.clock)

    def _answer(self) -> None:
        for _, address, batch in self.clinic.post.mails[self._seen :]:
            is_reminder = batch.message.subject.startswith("A reminder")
            if self.habits[address] == "answers" or (self.habits[address] == "waits" and is_reminder):
                link = LINK.findall(batch.message.text)[0]
                assert self.clinic.visitor.client.post(link).status_code == 200
                self.agreed[address].append(self.clinic.hands.now())
        self._seen = len(self.clinic.post.mails)


@pytest.mark.parametrize("seed", [pytest.param(1, marks=pytest.mark.heavy), *many(pytest.mark.slow)])
def test_ten_years(clinic: Clinic, seed: int) -> None:
    """Nobody is dropped whom two mails did not ask, and between two agreements nobody is asked more than that."""
    decade = Decade(clinic, seed)
    decade.run()
    assert decade.agreed.keys() == decade.habits.keys()
    for address, habit in decade.habits.items():
        mails = [at for at, to, _ in clinic.post.mails if to == address]
        agreed = [*decade.agreed[address], clinic.hands.now()]
        for first, last in pairwise(agreed):
            between = [at for at in mails if first < at <= last]
            assert len(between) <= 2
            assert all(at - first >= 364 * DAY for at in between)
            assert len(between) < 2 or between[1] - between[0] >= 14 * DAY
        if habit == "leaves":
            assert not mails
        elif habit == "silent":
            assert len(mails) == 2
            assert decade.gone[address] - mails[1] >= 16 * DAY
        else:
            assert len(mails) >= 2
            assert address not in decade.gone
