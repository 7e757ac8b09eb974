"""Many `send`s at the same moment: one wins, the others are told so, and nobody gets two."""

import subprocess
import sys
from collections import Counter

import pytest

from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.fakes.sendgrid import fake_sendgrid

pytestmark = pytest.mark.heavy

RACER = """
import sys
from pathlib import Path
from newsletter.campaigns import Plan
from newsletter.campaigns.sender import dispatch
from newsletter.campaigns.freezing import start
from newsletter.campaigns.clock import Clock
from newsletter.errors import NewsletterError
from newsletter.storage import open_store
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import open_workspace
from tests.campaigns.samples import MESSAGE
from tests.fakes.sendgrid import KEY
workspace = open_workspace(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
try:
    with open_store(workspace.database_url, workspace.key_file) as store:
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", batch_size=5))
        dispatch(store, campaign, SendGridTransport(Client(KEY, sys.argv[2]), Tracking()), in_air=2)
    print("sent")
except NewsletterError as err:
    print(err.what)
"""


def _race(workspace: Workspace, number: int) -> list[str]:
    """Start so many processes, let them go at once, return what each says."""
    with fake_sendgrid() as account:
        with open_store(workspace.database_url, workspace.key_file) as store:
            addresses = add_people(store, 20)
        command = [sys.executable, "-c", RACER, str(workspace.root), account.url]
        racers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(number)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        said = [racer.communicate(timeout=300)[0].strip() for racer in racers]
        assert Counter({address: len(mails) for address, mails in account.received().items()}) == Counter(addresses)
    return said


def test_a_few_at_once(workspace: Workspace) -> None:
    """Of six processes one sends, and five are told that it is being sent."""
    said = _race(workspace, 6)
    assert said.count("sent") == 1
    assert all("sent" in words or "is writing" in words for words in said), said


@pytest.mark.slow
def test_a_hundred_at_once(workspace: Workspace) -> None:
    """Of a hundred processes one sends."""
    said = _race(workspace, 100)
    assert said.count("sent") == 1
    assert all("sent" in words or "is writing" in words for words in said), said
