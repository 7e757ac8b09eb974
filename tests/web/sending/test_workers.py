"""A desk beside workers: it leaves to them what they see to, and sends by itself what they do not."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from newsletter.campaigns import CampaignState, Plan, known_campaign
from newsletter.campaigns.freezing import start
from newsletter.storage import Store, open_store
from newsletter.storage.session import Lock
from newsletter.web.desk.room import Room
from newsletter.web.desk.sending.runner import Runner
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE, add_people


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(postgres_url, tmp_path / "newsletter.key") as opened:
        yield opened


def test_desk_leaves_it_to_workers(workspace: Workspace, store: Store) -> None:
    """While a worker is on duty the desk's own thread sends nothing; without one it does."""
    add_people(store, 3)
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
    runner = Runner(cast("Room", SimpleNamespace(workspace=workspace, store=lambda: contextlib.nullcontext(store))))
    with store.with_session() as worker:
        assert worker.session is not None
        assert worker.session.lock(Lock.DUTY, 0, shared=True)
        _go(runner)
        assert known_campaign(store, campaign.slug).state is CampaignState.SENDING
        assert not workspace.outbox_dir.exists()
    _go(runner)
    assert known_campaign(store, campaign.slug).state is CampaignState.FINISHED
    assert runner.trouble("december") is None


def _go(runner: Runner) -> None:
    runner.go("december")
    while runner.is_at_work("december"):
        pass
