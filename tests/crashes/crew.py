"""Workers that share campaigns on PostgreSQL, killed and halted at random, and what they leave.

    python -m tests.crashes.crew WORKSPACE

is the process from which they are forked: each line on its standard input starts one, which is
told of by its process id. Its names and waits are the program's own, but shorter.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from newsletter.campaigns import Campaign, CampaignState, DeliveryState
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.duty import in_need
from newsletter.campaigns.failpoints import SENDING
from newsletter.campaigns.freezing import start
from newsletter.campaigns.ledger import move_campaign, tally
from newsletter.campaigns.records import reread
from newsletter.storage import Store, open_store
from newsletter.storage.ledger import deliveries
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.conftest import SETTINGS
from tests.crashes.harness import PEOPLE, Score, plan
from tests.fakes.rules import broken_promises
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid

_WORKERS = 3
_CAMPAIGNS = 4  # at the same time
KILLS = 2  # in each run, or halts; besides, some workers die by themselves
_LEASE = 2  # seconds
_PATIENCE = 90.0  # seconds for all of them to end
_PLACES = [name for name in SENDING if "freeze" not in name]


def run_crew(url: str, seed: int, *, mode: str = "held") -> Score:
    """Let workers send some campaigns at once while they die, or are halted until they count as dead.

    Args:
        url: of an empty PostgreSQL database.
        seed: makes the choices repeatable, but not the moments.
        mode: "held" or "now".
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with (
        tempfile.TemporaryDirectory(prefix="newsletter-crew-") as folder,
        fake_sendgrid(loss_rate=0.03, dice=dice, cancel_limit=1000, delay=0.02) as account,
        workspace_on(Path(folder), url, account) as workspace,
        open_store(workspace.database_url, workspace.key_file) as store,
        crew_of(workspace) as crew,
    ):
        addresses = add_people(store, PEOPLE)
        campaigns = [start(store, MESSAGE, slug=f"issue-{n}", plan=plan(mode)) for n in range(_CAMPAIGNS)]
        for _ in range(_WORKERS):
            crew.hire(dice)
        score = Score(kills=KILLS)
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.0, 1.0))
            crew.harm(dice)
        crew.hire()
        _wait_until_over(store, campaigns)
        crew.wake_all()
        for campaign in campaigns:
            score += _score(store, account, campaign, addresses)
        assert [broken for body in account.bodies for broken in broken_promises(body)] == []
        return score


def _wait_until_over(store: Store, campaigns: list[Campaign]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        now = [reread(store, campaign) for campaign in campaigns]
        for campaign in now:
            if campaign.state is CampaignState.PAUSED:  # as a person would resume it
                with store.write() as connection:
                    move_campaign(connection, campaign.id, CampaignState.SENDING)
        if all(campaign.state is CampaignState.FINISHED for campaign in now):
            return
        if all(_is_at_rest(store, campaign) for campaign in now) and not in_need(store, SYSTEM_CLOCK.now()):
            return
        time.sleep(0.05)
    with store.read() as connection:
        found = {campaign.slug: tally(connection, campaign).counts for campaign in now}
    raise AssertionError(f"not over: {[(each.slug, each.state.value, each.reason) for each in now]} {found}")


def _is_at_rest(store: Store, campaign: Campaign) -> bool:
    with store.read() as connection:
        found = tally(connection, campaign)
    return not found[DeliveryState.QUEUED] + found[DeliveryState.IN_FLIGHT]


def _score(store: Store, account: FakeSendGrid, campaign: Campaign, addresses: list[str]) -> Score:
    mine = [
        mail.address
        for mails in account.received().values()
        for mail in mails
        if mail.custom_args["newsletter_campaign"] == campaign.ref
    ]
    copies = Counter(mine)
    score = Score(runs=1, doubled=sum(number - 1 for number in copies.values() if number > 1))
    with store.read() as connection:
        found = tally(connection, campaign)
        unsure = select(deliveries.c.email).where(
            deliveries.c.campaign_id == campaign.id, deliveries.c.state == DeliveryState.UNKNOWN
        )
        unresolved = set(connection.scalars(unsure))
    score.unknown = found[DeliveryState.UNKNOWN]
    score.lost = len(set(addresses) - set(copies) - unresolved)
    score.given_up = found[DeliveryState.REFUSED]
    score.not_conserved = int(found.total != campaign.frozen or found.total != PEOPLE)
    return score


# --- The workers ----------------------------------------------------------------------

_MORE = """
[delivery]
transport = "sendgrid"
parallel = {parallel}

[database]
url = "{url}"
"""


@contextlib.contextmanager
def workspace_on(folder: Path, url: str, account: FakeSendGrid, parallel: int = 2) -> Iterator[Workspace]:
    """Give the workspace of a clinic that sends to `account` from a PostgreSQL database."""
    (folder / "newsletters").mkdir()
    (folder / "newsletter.toml").write_text(SETTINGS + _MORE.format(url=url, parallel=parallel), "utf-8")
    (folder / ".env").write_text(f"SENDGRID_API_KEY={KEY}\n", "utf-8")
    before = os.environ.get("SENDGRID_HOST")
    os.environ["SENDGRID_HOST"] = account.url
    try:
        yield open_workspace(folder)
    finally:
        if before is None:
            del os.environ["SENDGRID_HOST"]
        else:
            os.environ["SENDGRID_HOST"] = before


@contextlib.contextmanager
def crew_of(workspace: Workspace) -> Iterator["Crew"]:
    """Give a crew without workers, all of which end with it."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.crashes.crew", str(workspace.root)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        crew = Crew(process)
        try:
            yield crew
        finally:
            for pid in crew.at_work:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.kill()


class Crew:
    """Starts workers, and does them harm."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._halted: list[int] = []
        self.at_work: list[int] = []

    def hire(self, dice: random.Random | None = None) -> None:
        """Start a worker; a third of those that a die is thrown for die by themselves, at some named place."""
        dies = dice is not None and dice.random() < 0.3
        failpoint = f"{dice.choice(_PLACES)}:{dice.randint(1, 8)}" if dice is not None and dies else ""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(failpoint) + "\n")
        self._process.stdin.flush()
        self.at_work.append(int(self._process.stdout.readline()))

    def harm(self, dice: random.Random) -> None:
        """Kill a worker, or halt it for longer than its lease, and start another one."""
        victim = dice.choice(self.at_work[-_WORKERS:])
        with contextlib.suppress(ProcessLookupError):
            if dice.random() < 0.7:
                os.kill(victim, signal.SIGKILL)
            else:
                os.kill(victim, signal.SIGSTOP)
                self._halted.append(victim)
                if dice.random() < 0.5:  # else the others have to do all of it
                    threading.Timer(dice.uniform(0.5, 2.5) * _LEASE, _wake, [victim]).start()
        self.hire(dice)

    def wake_all(self) -> None:
        """Let all go on that are halted, and notice what became of their batches."""
        for pid in self._halted:
            _wake(pid)
        if self._halted:
            time.sleep(0.5)


def _wake(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def main() -> None:
    """Fork a worker for each line on standard input."""
    from newsletter.campaigns import sender
    from newsletter.services import worker
    from newsletter.storage import session, store

    worker._POLL, worker._AGAIN, sender._ROUND = 0.1, 0.2, 0.3
    for module in (session, store):
        vars(module)["LEASE_SECONDS"] = _LEASE
    session._WORD_SECONDS = _LEASE / 4
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    workspace = open_workspace(Path(sys.argv[1]))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _work(workspace, json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _work(workspace: Workspace, failpoint: str) -> None:
    from newsletter.campaigns.failpoints import arm
    from newsletter.services.worker import Worker

    arm(failpoint)
    with open_store(workspace.database_url, workspace.key_file) as store:
        Worker(workspace, store, _say).run(threading.Event())


def _say(text: str) -> None:
    if "NEWSLETTER_CREW_TALKS" in os.environ:
        sys.stderr.write(f"{os.getpid()} {text}\n")


if __name__ == "__main__":
    main()
