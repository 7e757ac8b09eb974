"""Crashing on purpose: campaigns whose process is killed again and again, and what they leave.

A worker process has everything imported and forks a child for each attempt, so that a
thousand real kills take minutes. The SendGrid of our own runs in the calling process and
outlives them all; it knows what each address would receive.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from sqlalchemy import update

from newsletter.campaigns import DeliveryState, Plan, known_campaign
from newsletter.campaigns.failpoints import CANCELLING, SENDING
from newsletter.campaigns.ledger import tally
from newsletter.storage import Store, open_store
from newsletter.storage.people import subscribers
from tests.campaigns.samples import add_people
from tests.fakes.rules import broken_promises
from tests.fakes.sendgrid import FakeSendGrid, Fault, fake_sendgrid

PEOPLE, BATCH, IN_AIR = 40, 4, 3
ATTEMPTS = 40  # more than any run needs: two are killed at most, the rest only meet lost replies

CLOCKS = ("right", "behind", "ahead", "jumping")
"""This computer's clock: as SendGrid's, or 700 seconds off, or another one in each attempt, set in the middle of it."""


@dataclass
class Score:
    """What a number of runs came to, in people."""

    runs: int = 0
    kills: int = 0
    doubled: int = 0
    lost: int = 0
    unknown: int = 0
    not_conserved: int = 0
    given_up: int = 0

    def __iadd__(self, other: "Score") -> Self:
        """Add another score up."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self


@contextlib.contextmanager
def worker() -> Iterator["Worker"]:
    """Run the process that forks the children."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.crashes.worker"]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        try:
            yield Worker(process)
        finally:
            process.kill()


class Worker:
    """Asks the worker process for one attempt after the other."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def attempt(self, **task: object) -> str:
        """Have a child try; return "done", "killed", or the error that it ended with."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline()))


def run(workers: Worker, seed: int, *, mode: str, clock: str, loss_rate: float = 0.05, troubled: bool = False) -> Score:
    """Send one campaign, killing it up to twice on the way, then going on until it is over.

    Args:
        workers: where the children come from.
        seed: makes the run repeatable, but for the moment of a random kill.
        mode: "held", "now", or "naive": the usual loop that marks after sending and
            tries again on any error; or "undone": held, cancelled, and then sent again.
        clock: one of `CLOCKS`.
        loss_rate: how many of SendGrid's replies get lost.
        troubled: whether two addresses are bad, and the account is under review in some of the attempts.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    folder = Path(tempfile.mkdtemp(prefix="newsletter-crash-"))
    try:
        url, key_file = f"sqlite:///{folder / 'newsletter.db'}", folder / "newsletter.key"
        with (
            open_store(url, key_file) as store,
            fake_sendgrid(loss_rate=loss_rate, dice=dice, cancel_limit=100) as account,
        ):
            addresses = add_people(store, PEOPLE)
            if troubled:
                addresses = _spoil(store, addresses)
            task = {"url": url, "key_file": str(key_file), "host": account.url, "mode": mode, "clock": clock}
            kills = _until_over(workers, dice, task, account=account if troubled else None)
            if mode == "undone":
                kills += _until_over(workers, dice, task | {"mode": "cancel"})
                kills += _until_over(workers, dice, task)
            return _score(store, account, addresses, kills, mode)
    finally:
        shutil.rmtree(folder)


def run_at(workers: Worker, failpoint: str, *, clock: str, cancelling: bool = False) -> Score:
    """Send one held campaign that dies exactly there, and see it to its end.

    Args:
        workers: where the children come from.
        failpoint: where it dies, the first time that it comes there.
        clock: one of `CLOCKS`.
        cancelling: send it, die there while cancelling it, and send it again.
    """
    folder = Path(tempfile.mkdtemp(prefix="newsletter-crash-"))
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    try:
        url, key_file = f"sqlite:///{folder / 'newsletter.db'}", folder / "newsletter.key"
        with open_store(url, key_file) as store, fake_sendgrid() as account:
            addresses = add_people(store, PEOPLE)
            task = {"url": url, "key_file": str(key_file), "host": account.url, "mode": "held", "clock": clock}
            if cancelling:
                _until_over(workers, dice, task, crashes=0)
                task["mode"] = "cancel"
            else:
                account.faults.append(Fault("drop-reply", accept=True))  # so that something has to be called back
            assert workers.attempt(**task, **_skew(dice, clock), failpoint=f"{failpoint}:1") == "killed"
            _until_over(workers, dice, task, crashes=0)
            if cancelling:
                _until_over(workers, dice, task | {"mode": "held"}, crashes=0)
            assert [broken for body in account.bodies for broken in broken_promises(body)] == []
            return _score(store, account, addresses, 1, "held")
    finally:
        shutil.rmtree(folder)


def _spoil(store: Store, addresses: list[str]) -> list[str]:
    """Let two people have an address that SendGrid rejects by name; return those of the others."""
    few = [addresses[0], addresses[PEOPLE // 2]]
    with store.write() as connection:
        for number, address in enumerate(few):
            mine = update(subscribers).where(subscribers.c.email == address)
            connection.execute(mine.values(email=f"invalid{number}@example.org"))
    return [address for address in addresses if address not in few]


def _until_over(
    workers: Worker, dice: random.Random, task: dict[str, str], *, crashes: int = 2, account: FakeSendGrid | None = None
) -> int:
    """Try until it is over; an `account` that is given is under review in some of the first attempts."""
    kills = 0
    for number in range(ATTEMPTS):
        if account is not None:
            account.rejecting = "account under review" if number < 2 * crashes and dice.random() < 0.5 else ""
        how = _crash(dice, CANCELLING if task["mode"] == "cancel" else SENDING) if number < crashes else {}
        answer = workers.attempt(**task, **_skew(dice, task["clock"]), **how)
        kills += answer == "killed"
        if answer == "done" and not how:
            return kills
    raise AssertionError(f"not over after {ATTEMPTS} attempts: {answer}")


def _skew(dice: random.Random, clock: str) -> dict[str, object]:
    """Choose by how many seconds this computer's clock is ahead in an attempt: at first, and after so many looks."""
    if clock != "jumping":
        ahead = {"right": 0, "behind": -700, "ahead": 700}[clock]
        return {"ahead": ahead, "looks": 0, "then": ahead}
    skews = [-4000, -700, 0, 700, 4000]
    return {"ahead": dice.choice(skews), "looks": dice.randint(1, 20), "then": dice.choice(skews)}


def _crash(dice: random.Random, names: Sequence[str]) -> dict[str, object]:
    """Choose how this attempt dies: at a named place, or at any moment."""
    if dice.random() < 0.7:
        return {"failpoint": f"{dice.choice(names)}:{dice.randint(1, 6)}"}
    return {"kill_after": dice.uniform(0.0, 0.12)}


def _score(store: Store, account: FakeSendGrid, addresses: list[str], kills: int, mode: str) -> Score:
    copies = Counter({address: len(mails) for address, mails in account.received().items()})
    score = Score(runs=1, kills=kills, doubled=sum(number - 1 for number in copies.values() if number > 1))
    missing = set(addresses) - set(copies)
    if mode == "naive":
        score.lost = len(missing)
        return score
    campaign = known_campaign(store, "december")
    with store.read() as connection:
        found = tally(connection, campaign)
        from newsletter.campaigns.resolution import needing_a_person

        people = list(needing_a_person(connection, campaign))
    unresolved = {person.email for person in people}
    score.given_up = sum(
        person.state is DeliveryState.REFUSED and not person.email.startswith("invalid") for person in people
    )
    score.unknown = found[DeliveryState.UNKNOWN]
    score.lost = len(missing - unresolved)
    score.not_conserved = int(found.total != campaign.frozen or found.total != PEOPLE)
    return score


def plan(mode: str) -> Plan:
    """Return how a campaign of this mode goes out."""
    return Plan(transport="sendgrid", batch_size=BATCH, hold_seconds=1200 if mode in {"held", "undone"} else 0)
