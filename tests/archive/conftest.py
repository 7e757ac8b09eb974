"""Issues that were sent, for the archive to show."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from newsletter.archive import Archive
from newsletter.campaigns import Campaign, Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid

Turn = Callable[..., Workspace]


class Send(Protocol):
    """Sends an issue with SendGrid; further arguments are the plan's."""

    def __call__(self, slug: str, message: Message = MESSAGE, **plan: Any) -> Campaign: ...


@pytest.fixture
def sendgrid() -> Iterator[FakeSendGrid]:
    """A SendGrid of our own."""
    with fake_sendgrid() as account:
        yield account


@pytest.fixture
def turn(workspace: Workspace) -> Turn:
    """Turn the archive on, with further settings in TOML."""

    def on(settings: str = "", transport: str = "sendgrid", archive: str = "") -> Workspace:
        path = workspace.root / "newsletter.toml"
        added = f'\n[delivery]\ntransport = "{transport}"\n{settings}\n[archive]\npublic = true\n{archive}\n'
        path.write_text(path.read_text("utf-8") + added, "utf-8")
        return open_workspace(workspace.root)

    return on


@pytest.fixture
def send(store: Store, sendgrid: FakeSendGrid) -> Send:
    """Send an issue; of the first one, add three people."""
    add_people(store, 3)
    transport = SendGridTransport(Client(KEY, sendgrid.url), Tracking())

    def run(slug: str, message: Message = MESSAGE, **plan: Any) -> Campaign:
        campaign = start(store, message, slug=slug, plan=Plan(transport="sendgrid", **plan))
        dispatch(store, campaign, transport, clock=Clock(sleep=lambda _seconds: None))
        return campaign

    return run


@pytest.fixture
def practice(store: Store, tmp_path: Path) -> Callable[[str], None]:
    """Send an issue by the outbox."""

    def run(slug: str) -> None:
        campaign = start(store, MESSAGE, slug=slug, plan=Plan(transport="outbox"))
        dispatch(store, campaign, OutboxTransport(tmp_path / "outbox"))

    return run


@pytest.fixture
def archive(turn: Turn, store: Store) -> Archive:
    """The archive of a clinic that sends with SendGrid."""
    return Archive(turn(), store)


def text(archive: Archive, path: str) -> str:
    """Return a page of the archive."""
    found = archive.read(path)
    assert found is not None
    return found.data.decode()


def with_subject(subject: str) -> Message:
    """Return the message under another subject."""
    return replace(MESSAGE, subject=subject)
