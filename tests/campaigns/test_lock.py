"""One sender at a time."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.lock import sole_sender
from newsletter.errors import CampaignError
from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people

HOLDER = """
import sys
from pathlib import Path
from newsletter.campaigns import known_campaign
from newsletter.campaigns.lock import sole_sender
from newsletter.storage import open_store
from newsletter.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
with open_store(workspace.database_url, workspace.key_file) as store:
    with sole_sender(store, known_campaign(store, "december")):
        print("locked", flush=True)
        sys.stdin.read()
"""


def test_second_sender_is_refused_until_the_first_dies(workspace: Workspace, store: Store) -> None:
    """While a process sends, another is refused; after a kill the lock is free, with nothing to tidy up."""
    add_people(store, 1)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(workspace.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(CampaignError, match="another process"), sole_sender(store, campaign):
            pass
        holder.kill()
    with sole_sender(store, campaign, wait=5):
        pass


def test_advisory_lock_of_postgresql(postgres_url: str, tmp_path: Path) -> None:
    """On PostgreSQL the lock is the server's: held by one connection, free again after it."""
    with open_store(postgres_url, tmp_path / "newsletter.key") as store:
        add_people(store, 1)
        campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
        taken = pytest.raises(CampaignError, match="another process")
        with sole_sender(store, campaign), taken, sole_sender(store, campaign, wait=0.1):
            pass
        with sole_sender(store, campaign):
            pass
