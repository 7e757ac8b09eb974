"""The process from which the crash harness forks its children."""

import json
import os
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from newsletter.campaigns import CampaignState, find_campaign
from newsletter.campaigns.cancellation import cancel
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.failpoints import arm
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.errors import NewsletterError
from newsletter.message import Recipient
from newsletter.storage import open_store
from newsletter.transports import Accepted, Batch
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from tests.campaigns.samples import MESSAGE
from tests.crashes.harness import BATCH, IN_AIR, plan
from tests.fakes.sendgrid import KEY


def main() -> None:
    """Answer each line on standard input with what became of its child."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_attempt(json.loads(line))) + "\n")
        sys.stdout.flush()


def _attempt(task: dict[str, Any]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, _work(task).encode())
        os._exit(0)
    os.close(writer)
    if "kill_after" in task:
        time.sleep(task["kill_after"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said or "killed"


def _work(task: dict[str, Any]) -> str:
    arm(task.get("failpoint", ""))
    transport = SendGridTransport(Client(KEY, task["host"]), Tracking())
    try:
        if task["mode"] == "naive":
            _naive(Path(task["key_file"]).with_name("newsletter.db"), transport)
            return "done"
        clock = _clock(task)
        with open_store(task["url"], Path(task["key_file"])) as store:
            campaign = find_campaign(store, "december") or start(
                store, MESSAGE, slug="december", plan=plan(task["mode"]), clock=clock
            )
            if task["mode"] == "cancel":
                cancel(store, campaign, transport, clock)
                return "done"
            if campaign.state is CampaignState.CANCELLED:
                campaign = start(store, MESSAGE, slug="december", plan=plan(task["mode"]), clock=clock)
            if campaign.state is not CampaignState.FINISHED:
                dispatch(store, campaign, transport, in_air=IN_AIR, clock=clock)
    except NewsletterError as err:
        return str(err)
    return "done"


def _clock(task: dict[str, Any]) -> Clock:
    """Return a clock that is off, and is set once it has been looked at so many times; it never waits."""
    looks = count(1)

    def now() -> datetime:
        off = task["ahead"] if next(looks) <= task["looks"] else task["then"]
        return datetime.now(tz=UTC) + timedelta(seconds=off)

    return Clock(now=now, sleep=lambda _seconds: None)


def _naive(database: Path, transport: SendGridTransport) -> None:
    """Send as most programs do: take a batch, send it, mark it; on an error try again."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("CREATE TABLE IF NOT EXISTS sent (email TEXT PRIMARY KEY)")
    while rows := connection.execute(
        "SELECT email FROM subscribers WHERE email NOT IN (SELECT email FROM sent) LIMIT ?", (BATCH,)
    ).fetchall():
        people = tuple(Recipient(ref="0" * 32, email=email) for (email,) in rows)
        batch = Batch(campaign="naive", ref="naive", slug="december", message=MESSAGE, recipients=people)
        if isinstance(transport.send(batch), Accepted):
            _reach_naive()
            connection.executemany("INSERT INTO sent VALUES (?)", rows)


def _reach_naive() -> None:
    from newsletter.campaigns.failpoints import reach

    reach("after-request")


if __name__ == "__main__":
    main()
