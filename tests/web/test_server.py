"""The desk as people run it: a process of its own, a real socket, files that are saved."""

import contextlib
import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from newsletter.web.desk import listen
from newsletter.workspace import Workspace
from tests.web.samples import write_letter

PATIENCE = 20  # seconds; only ever waited out when something is broken


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class RunningDesk:
    """A desk in a process of its own, and the cookie that opens it."""

    process: subprocess.Popen[str]
    port: int
    cookie: str

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for `path` exactly as it is written."""
        with contextlib.closing(self._ask(path, headers)) as connection:
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    @contextlib.contextmanager
    def events(self) -> Iterator["Listener"]:
        """Listen to the news about files."""
        with contextlib.closing(self._ask("/events", {})) as connection, connection.getresponse() as answer:
            assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            listener = Listener(answer)
            assert listener.next() == "ready"
            yield listener

    def _ask(self, path: str, headers: dict[str, str]) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": self.cookie, **headers})
        return connection


@contextlib.contextmanager
def running(workspace: Workspace, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "preview", "--no-open", *arguments]
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # so that a Ctrl-C can be sent on Windows
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, creationflags=flags) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def desk(desk_workspace: Workspace) -> Iterator[RunningDesk]:
    with running(desk_workspace) as process:
        assert process.stdout
        link = urlsplit(process.stdout.readline().strip())
        assert link.hostname == "127.0.0.1"
        assert link.port
        opened = RunningDesk(process, link.port, "").get(link.path)
        yield RunningDesk(process, link.port, opened.headers["Set-Cookie"].partition(";")[0])


class Listener:
    """Reads the names of server-sent events, one after the other."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._lines = iter(answer)

    def next(self) -> str:
        """Wait for the next event; the connection's own time limit ends the waiting."""
        event = next(line for line in self._lines if line.startswith(b"event: "))
        return event.removeprefix(b"event: ").decode().strip()


def test_a_saved_file_is_told_at_once(desk: RunningDesk, desk_workspace: Workspace) -> None:
    """Saving an issue tells the open page, which then shows it."""
    with desk.events() as events:
        write_letter(desk_workspace.issues_dir / "winter-light", "Snow fell last night.\n")
        assert events.next() == "changed"
        assert b"Snow fell last night." in desk.get("/issues/winter-light?view=text").body
        assert b"Snow fell last night." in desk.get("/issues/winter-light/mail").body


def test_a_first_theme_is_told(desk: RunningDesk, desk_workspace: Workspace) -> None:
    """A folder of themes that was not there when the desk opened is noticed when it is made."""
    with desk.events() as events:
        desk_workspace.themes_dir.mkdir()
        assert events.next() == "changed"


def test_a_broken_setting_is_told(desk: RunningDesk, desk_workspace: Workspace) -> None:
    """The settings are watched too, and the page explains their mistake."""
    with desk.events() as events:
        (desk_workspace.root / "newsletter.toml").write_text("[clinic", "utf-8")
        assert events.next() == "changed"
        assert b"is not valid TOML" in desk.get("/").body


RAW_PATHS = [
    "/issues/winter-light/images/../issue.md",
    "/issues/winter-light/images/..",
    "/issues/winter-light/images/..\\issue.md",
    "/issues/../newsletter.toml",
    "/issues/..%2f..%2fnewsletter.toml",
    "/static/../templates/base.html",
    "/static/%2e%2e/templates/base.html",
    "/static/..%5c..%5capp.py",
    "/static//etc/passwd",
    "//etc/passwd",
    "/../../../etc/passwd",
    "/./newsletter.toml",
    "/newsletter.toml",
    "/newsletter.db",
]


def test_no_path_leads_out(desk: RunningDesk) -> None:
    """Paths that a browser would tidy up, sent as they are, reach nothing."""
    assert [path for path in RAW_PATHS if desk.get(path).status != 404] == []


def test_only_this_machine_is_answered(desk: RunningDesk) -> None:
    """The desk listens on 127.0.0.1, and refuses foreign names there."""
    with listen() as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
    assert desk.get("/", Host="evil.example").status == 421


@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
def test_an_interrupt_closes_the_desk(desk: RunningDesk) -> None:
    """Ctrl-C ends the desk at once, cleanly, though a page is listening; the page is told."""
    with desk.events() as events:
        desk.process.send_signal(signal.SIGINT)
        assert events.next() == "closed"
    _, complaints = desk.process.communicate(timeout=PATIENCE)

    assert desk.process.returncode in {0, 130}
    assert "Traceback" not in complaints
