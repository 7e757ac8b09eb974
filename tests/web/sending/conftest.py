"""A desk with an issue and people, as its pages' forms see it."""

import contextlib
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsletter.campaigns import Campaign, find_campaign
from newsletter.storage import open_store
from newsletter.storage.copies import database_file
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.fakes.rules import broken_promises
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.web.running import PATIENCE
from tests.web.samples import PORT

SLUG = "winter-light"
PAGE = f"/issues/{SLUG}/send"
_FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


def set_settings(workspace: Workspace, text: str) -> None:
    """Add tables to `newsletter.toml`."""
    path = workspace.root / "newsletter.toml"
    path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")


def end_countdown(workspace: Workspace) -> None:
    """Let the time to undo be over now; see `watchful` for a desk that notices."""
    database = database_file(workspace.database_url)
    assert database is not None
    with contextlib.closing(sqlite3.connect(database, timeout=PATIENCE)) as connection, connection:
        now = f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M:%SZ}"
        done = connection.execute("UPDATE campaigns SET due_at = ? WHERE state = 'scheduled'", [now])
        assert done.rowcount == 1


def _is_running(name: str) -> bool:
    return any(thread.name == name for thread in threading.enumerate())


@dataclass(frozen=True)
class Person:
    """Somebody at the desk, who sends the forms that the page shows."""

    browser: TestClient
    workspace: Workspace

    def look(self, query: str = "") -> str:
        """Return the page's text."""
        answer = self.browser.get(f"{PAGE}{query}")
        assert answer.status_code == 200
        return answer.text

    def report(self) -> str:
        """Return the text of the issue's report."""
        answer = self.browser.get(f"/issues/{SLUG}/report")
        assert answer.status_code == 200
        return answer.text

    def form(self, action: str = "", query: str = "", page: str = "") -> dict[str, str]:
        """Return the hidden fields of the form that posts to this action, on the page or the text of another one."""
        page = page or self.look(query)
        start = page.index(f'<form method="post" action="{PAGE}{action}"')
        return {name: unescape(value) for name, value in _FIELD.findall(page[start : page.index("</form>", start)])}

    def post(self, action: str = "", fields: dict[str, str] | None = None, **more: str) -> tuple[int, str]:
        """Send a form as a browser does, and follow where it leads; return the status and the page."""
        origin = {"Origin": f"http://127.0.0.1:{PORT}"}
        answer = self.browser.post(f"{PAGE}{action}", data={**(fields or {}), **more}, headers=origin)
        if answer.status_code == 303:
            answer = self.browser.get(answer.headers["location"])
        return answer.status_code, answer.text

    def send(self, query: str = "", **more: str) -> tuple[int, str]:
        """Confirm what the page shows."""
        return self.post("", self.form("", query), **{"yes": "yes", **more})

    def campaign(self) -> Campaign | None:
        """Return the issue's campaign."""
        with open_store(self.workspace.database_url, self.workspace.key_file) as store:
            return find_campaign(store, SLUG)

    def state(self) -> str:
        """Return how far it is."""
        found = self.campaign()
        return found.state.value if found else ""

    def wait_until(self, state: str) -> None:
        """Wait for the desk's thread, which has the issue's name; it says what went wrong when it ends."""
        until = time.monotonic() + PATIENCE
        while self.state() != state or (state != "sending" and _is_running(SLUG)):
            assert time.monotonic() < until, f"still {self.state()}, not {state}"
            time.sleep(0.02)

    @property
    def outbox(self) -> list[Path]:
        """What was written for the issue's readers."""
        return sorted((self.workspace.outbox_dir / SLUG).glob("*.eml"))


@pytest.fixture
def patients(desk_workspace: Workspace) -> Workspace:
    """The workspace with three people on its list."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        add_people(store, 3)
    return desk_workspace


@pytest.fixture
def person(client: TestClient, patients: Workspace) -> Person:
    """Somebody at the desk of a clinic with three readers, who has all the time of the countdown."""
    return Person(client, patients)


@pytest.fixture
def hurried(person: Person) -> Person:
    """The same, where nothing is counted down."""
    set_settings(person.workspace, '[delivery]\ncountdown = "0s"')
    return person


@pytest.fixture
def account(patients: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own that the clinic has chosen."""
    with fake_sendgrid() as found:
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        set_settings(patients, '[delivery]\ntransport = "sendgrid"\ncountdown = "0s"')
        yield found
    assert [broken for body in found.bodies for broken in broken_promises(body)] == []
