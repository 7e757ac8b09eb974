"""A desk that runs, for tests over real sockets."""

import contextlib
import http.client
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsletter.web.desk.server import Desk
from newsletter.web.listening import listen
from newsletter.workspace import Workspace

PATIENCE = 60  # seconds; only ever waited out when something is broken


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class RunningDesk:
    """A desk that runs, and the cookie that opens it."""

    port: int
    cookie: str

    @property
    def address(self) -> str:
        """Where the desk is, without its link."""
        return f"http://127.0.0.1:{self.port}"

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


@dataclass(frozen=True)
class DeskProcess(RunningDesk):
    """One in a process of its own, which can be ended in any way."""

    process: subprocess.Popen[str]


@contextlib.contextmanager
def running_desk(workspace: Workspace, port: int = 0) -> Iterator[RunningDesk]:
    """Start a desk in a thread of the test's own process, follow its link, and end it afterwards."""
    desk, ready = Desk(workspace, listen(port)), threading.Event()
    thread = threading.Thread(target=desk.run, args=(ready.set,), daemon=True)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield _followed(desk.link())
    finally:
        desk.stop()
        thread.join(PATIENCE)


def _followed(link: str) -> RunningDesk:
    address = urlsplit(link)
    assert address.port
    answer = RunningDesk(address.port, "").get(address.path)
    return RunningDesk(address.port, answer.headers["Set-Cookie"].partition(";")[0])


@contextlib.contextmanager
def desk_process(workspace: Workspace) -> Iterator[DeskProcess]:
    """Start a desk as a command, follow its link, and end it afterwards."""
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "preview", "--no-open"]
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # so that a Ctrl-C can be sent on Windows
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, creationflags=flags) as process:
        try:
            assert process.stdout
            opened = _followed(process.stdout.readline().strip())
            yield DeskProcess(opened.port, opened.cookie, process)
        finally:
            process.kill()


class Listener:
    """Reads the names of server-sent events, one after the other."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._lines = iter(answer)

    def next(self) -> str:
        """Wait for the next event; the connection's own time limit ends the waiting."""
        event = next(line for line in self._lines if line.startswith(b"event: "))
        return event.removeprefix(b"event: ").decode().strip()
