"""An issue to look at, and a desk to look from."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace
from tests.web.browsing import open_page
from tests.web.running import PATIENCE, RunningDesk, running_desk
from tests.web.samples import PORT, write_issue
from tests.web.sitting import Sitting

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def desk_workspace(workspace: Workspace) -> Workspace:
    """A workspace with one issue, `winter-light`."""
    write_issue(workspace)
    return workspace


@pytest.fixture
def gate() -> Gate:
    """The gate of a desk on port 4321."""
    return Gate(PORT)


@pytest.fixture
def stranger(desk_workspace: Workspace, gate: Gate) -> Iterator[TestClient]:
    """Somebody who knows where the desk is, and nothing else."""
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(stranger: TestClient, gate: Gate) -> TestClient:
    """The person at the desk, who followed the link."""
    stranger.get(gate.link())
    return stranger


@pytest.fixture
def sitting(client: TestClient) -> Sitting:
    """Somebody who sits at the desk."""
    return Sitting(client)


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    """A desk that runs, opened."""
    with running_desk(desk_workspace) as running:
        yield running


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let desks look several times a second whether something is due, for tests that do not wait till it is."""
    monkeypatch.setattr("newsletter.web.desk.sending.runner._LONGEST_NAP", 0.25)


@pytest.fixture
def page(browser: Browser, desk: RunningDesk) -> Page:
    """A page that has opened the desk."""
    return open_page(browser, desk)
