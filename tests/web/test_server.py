"""The desk as people run it: a process of its own, a real socket, files that are saved."""

import contextlib
import gc
import http.client
import signal
import socket
import sys
import threading
import time

import pytest

from newsletter.errors import NewsletterError
from newsletter.web.listening import listen
from newsletter.workspace import Workspace
from tests.web.running import PATIENCE, DeskProcess, RunningDesk, desk_process, running_desk
from tests.web.samples import write_letter

AT_MOST = 20  # seconds: two, and what a busy machine adds


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


@pytest.mark.parametrize("host", ["192.0.2.1", "news..example", "x" * 300], ids=["foreign", "empty part", "long"])
def test_an_address_of_another_computer_is_refused(host: str) -> None:
    """What cannot be listened on is told with the option that chooses it."""
    with pytest.raises(NewsletterError, match="this computer has no address") as caught:
        listen(host=host)
    assert "--host" in caught.value.hint


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
def test_an_interrupt_closes_the_desk(desk_workspace: Workspace) -> None:
    """Ctrl-C ends the desk at once, cleanly, though a page is listening; the page is told."""
    with desk_process(desk_workspace) as desk:
        with desk.events() as events:
            desk.process.send_signal(signal.SIGINT)
            assert events.next() == "closed"
        _, complaints = desk.process.communicate(timeout=PATIENCE)

    assert desk.process.returncode in {0, 130}
    assert "Traceback" not in complaints


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="a signal there reaches the whole console")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_nothing_at_work_holds_up_the_end(desk_workspace: Workspace, how: signal.Signals) -> None:
    """Pages that take long to make are broken off, and uploaded lists are gone."""
    write_letter(
        desk_workspace.issues_dir / "winter-light", "A *word* and [another](https://example.org).\n\n" * 30_000
    )
    with desk_process(desk_workspace) as desk, contextlib.ExitStack() as lines:
        upload(desk, b"email,name\n" + b"".join(b"ana%d@example.org,Ana\n" % number for number in range(1000)))
        assert list((desk_workspace.root / ".imports").rglob("list.csv"))
        question = f"GET /issues/winter-light HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nCookie: {desk.cookie}\r\n\r\n"
        asked = [lines.enter_context(socket.create_connection(("127.0.0.1", desk.port))) for _ in range(8)]
        for line in asked:
            line.sendall(question.encode())
        assert RunningDesk(desk.port, "").get("/").status == 403  # which takes no thread: so they have come, too

        desk.process.send_signal(how)
        began = time.monotonic()
        desk.process.wait(PATIENCE)
        assert time.monotonic() - began < AT_MOST
        with contextlib.suppress(ConnectionError):
            assert b"HTTP/1.1 200" not in {line.recv(12) for line in asked}  # they were at work
    assert not (desk_workspace.root / ".imports").exists()


def upload(desk: DeskProcess, data: bytes) -> None:
    """Choose a list for an import."""
    token = desk.get("/people/import").body.split(b'name="desk-token" content="')[1].split(b'"')[0].decode()
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n' + data + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "X-Desk-Token": token, "Origin": desk.address}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", desk.port, timeout=PATIENCE)) as connection:
        connection.request("POST", "/people/import", body, headers | {"Cookie": desk.cookie})
        assert connection.getresponse().status == 303


@pytest.mark.heavy
def test_whoever_comes_while_it_closes_is_hung_up_on(desk_workspace: Workspace) -> None:
    """Of a browser that connects at the very end, the desk forgets no socket; a forgotten one fails the test."""
    for _ in range(8):
        with contextlib.ExitStack() as lines:
            with running_desk(desk_workspace) as desk:
                came = threading.Semaphore(0)
                caller = threading.Thread(target=_call_until_refused, args=(desk, lines, came))
                caller.start()
                for _ in range(20):
                    assert came.acquire(timeout=PATIENCE)
            caller.join(PATIENCE)
        gc.collect()


def _call_until_refused(desk: RunningDesk, lines: contextlib.ExitStack, came: threading.Semaphore) -> None:
    question = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nCookie: {desk.cookie}\r\n\r\n"
    with contextlib.suppress(OSError):
        while True:
            line = lines.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE))
            line.sendall(question.encode())
            came.release()
            time.sleep(0.002)  # else it soon has more lines than a process may have
