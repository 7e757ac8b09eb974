"""One desk for each workspace: a second start finds the first, and browsers stay signed in."""

import contextlib
import http.server
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from starlette.testclient import TestClient

from newsletter.services import shortcut
from newsletter.web.desk import Desk, Gate, Instance, Running, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.instance import make_ticket
from newsletter.workspace import Workspace
from tests.cli.typed import typed
from tests.issues.test_managing import send
from tests.web.running import PATIENCE, Answer, RunningDesk
from tests.web.samples import PORT
from tests.web.sitting import Sitting


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this account's own, on every system."""
    monkeypatch.setattr(click, "get_app_dir", lambda *_args, **_how: str(tmp_path / "home"))
    return tmp_path / "home" / "desks"


def free(found: Running | socket.socket) -> socket.socket:
    """Return the socket of a start that found no other."""
    assert isinstance(found, socket.socket)
    return found


@contextlib.contextmanager
def started(workspace: Workspace) -> Iterator[int]:
    """Run a desk as the command does; give its port."""
    instance = Instance(workspace.root)
    with free(instance.find_or_listen()) as listener:
        desk, ready = Desk(workspace, listener, instance.secret), threading.Event()
        thread = threading.Thread(target=desk.run, args=(ready.set,), daemon=True)
        thread.start()
        assert ready.wait(PATIENCE)
        try:
            yield listener.getsockname()[1]
        finally:
            desk.stop()
            thread.join(PATIENCE)


def follow(link: str) -> Answer:
    """Open a link as a browser that knows nothing."""
    address = urlsplit(link)
    assert address.port
    return RunningDesk(address.port, "").get(f"{address.path}?{address.query}")


def test_a_second_start_finds_the_first(desk_workspace: Workspace) -> None:
    """Its link opens the desk once, at the page that is asked for."""
    with started(desk_workspace) as port:
        found = Instance(desk_workspace.root).find_or_listen()
        assert isinstance(found, Running)
        assert found.port == port
        link = found.link("/issues/winter-light")
        opened = follow(link)
        assert (opened.status, opened.headers["Location"]) == (303, "/issues/winter-light")
        assert follow(link).status == 403
        assert follow(found.link()).status == 303


def test_the_command_opens_the_one_that_runs(desk_workspace: Workspace) -> None:
    """It ends at once, with the link of the running one."""
    with started(desk_workspace) as port:
        done = typed("-C", str(desk_workspace.root), "desk", "winter-light", "--no-open", "--json")
        assert (done.returncode, "open already" in done.stderr) == (0, True)
        link = json.loads(done.stdout)["link"]
        assert urlsplit(link).port == port
        assert follow(link).headers["Location"] == "/issues/winter-light"


def test_a_browser_stays_signed_in(desk_workspace: Workspace) -> None:
    """The cookie outlives the browser for a while, and the desk's end; another workspace's desk does not know it."""
    with started(desk_workspace) as port:
        link = Instance(desk_workspace.root).find_or_listen()
        assert isinstance(link, Running)
        cookie = follow(link.link()).headers["Set-Cookie"]
        assert "Max-Age=2592000" in cookie
        assert "HttpOnly" in cookie
    kept = cookie.partition(";")[0]
    with started(desk_workspace) as again:
        assert again == port
        assert RunningDesk(again, kept).get("/").status == 200
        assert RunningDesk(again, kept[:-1] + "x").get("/").status == 403


def test_each_workspace_has_a_port_of_its_own(tmp_path: Path) -> None:
    """The same one each time; where it is taken, any other is."""
    with free(Instance(tmp_path).find_or_listen()) as first:
        usual = first.getsockname()[1]
    with socket.create_server(("127.0.0.1", usual)), free(Instance(tmp_path).find_or_listen()) as beside:
        assert beside.getsockname()[1] != usual
    with (
        free(Instance(tmp_path / "." / "x" / "..").find_or_listen()) as again,
        free(Instance(tmp_path / "other").find_or_listen()) as other,
    ):
        assert again.getsockname()[1] == usual
        assert other.getsockname()[1] != usual


class Stranger(http.server.BaseHTTPRequestHandler):
    """Another program on the desk's port, which answers anything."""

    said = b""
    asked: list[str]

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.mark.parametrize("said", [b"", b"hello", b"A" * 22 + b" " + b"0" * 64, "é".encode() * 300])
def test_another_program_is_no_desk(tmp_path: Path, home: Path, said: bytes) -> None:
    """It is asked a question that tells it nothing, and gets no ticket."""
    with free(Instance(tmp_path).find_or_listen()) as first:
        usual = first.getsockname()[1]
    handler = type("Handler", (Stranger,), {"said": said, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", usual), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with free(Instance(tmp_path).find_or_listen()) as beside:
            assert beside.getsockname()[1] != usual
        server.shutdown()
    (kept,) = home.glob("*.json")
    assert all(path.startswith("/hello/") and len(path) < 40 for path in handler.asked)  # type: ignore[attr-defined]
    assert json.loads(kept.read_text("utf-8"))["secret"] not in "".join(handler.asked)  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="there, who may read a file is not told by its mode")
def test_the_secret_is_for_this_account_alone(tmp_path: Path, home: Path) -> None:
    """It does not lie in the workspace."""
    free(Instance(tmp_path).find_or_listen()).close()
    (kept,) = home.glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"secret": "00", "port": 1}', '{"secret": 5, "port": "x"}'])
def test_a_damaged_record_is_made_anew(tmp_path: Path, home: Path, damage: str) -> None:
    """Browsers have to sign in again; nothing else is lost."""
    free(Instance(tmp_path).find_or_listen()).close()
    (kept,) = home.glob("*.json")
    before = kept.read_text("utf-8")
    kept.write_text(damage, "utf-8")
    free(Instance(tmp_path).find_or_listen()).close()
    assert json.loads(kept.read_text("utf-8"))["secret"] != json.loads(before)["secret"]


def test_nothing_can_be_kept(tmp_path: Path, home: Path) -> None:
    """The desk opens all the same."""
    home.parent.mkdir()
    home.write_text("a file where the folder would be", "utf-8")
    free(Instance(tmp_path).find_or_listen()).close()


def test_tickets_end(desk_workspace: Workspace) -> None:
    """One that is late, of another run, of another secret, or bent opens nothing."""
    secret, later = b"s" * 32, int(time.time()) + 60
    gate = Gate(PORT, secret)
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        run = client.get("/hello/x").text.partition(" ")[0]
        good = make_ticket(secret, run, later)
        bad = [
            make_ticket(secret, run, int(time.time()) - 1),
            make_ticket(secret, "another", later),
            make_ticket(b"t" * 32, run, later),
            good.replace(str(later), str(later + 1)),
            f"{good}x",
        ]
        assert [client.get(f"/open/{ticket}").status_code for ticket in bad] == [403] * len(bad)
        assert client.get(f"/open/{good}").status_code == 303


def test_a_cookie_ends_whoever_keeps_it(desk_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk counts the 30 days itself, and another's secret opens nothing."""
    gate = Gate(PORT, b"s" * 32)
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        client.get(gate.link())
        cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
        client.cookies.clear()
        assert client.get("/", headers=cookie).status_code == 200
        assert client.get("/", headers={"cookie": f"newsletter_desk_{PORT}=9999999999.x"}).status_code == 403
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 31 * 24 * 3600)
        assert client.get("/", headers=cookie).status_code == 403


def test_the_greeting_is_for_this_computer(stranger: TestClient) -> None:
    """Web pages may not ask it, and it lets nobody in."""
    assert stranger.get("/hello/x").status_code == 200
    assert stranger.get("/hello/x", headers={"origin": "https://evil.example"}).status_code == 403
    assert stranger.get("/hello/x", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert stranger.get("/hello/x", headers={"host": "evil.example"}).status_code == 421
    assert stranger.get(f"/hello/{'x' * 65}").status_code == 403
    assert stranger.get("/").status_code == 403


def test_the_desk_is_closed_from_a_page(desk_workspace: Workspace) -> None:
    """Without a terminal, the settings have a button."""
    closed, gate = threading.Event(), Gate(PORT)
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root), closed.set)
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        client.get(gate.link())
        answer = Sitting(client).post("/settings/close")
        assert "The desk is closed" in answer.text
        assert "still being sent" not in answer.text
        assert closed.wait(PATIENCE)


def test_closing_tells_what_was_still_being_sent(desk_workspace: Workspace) -> None:
    """It waits for somebody, who has to know."""
    send(desk_workspace, "winter-light", transport="outbox", state="sending")
    gate = Gate(PORT)
    app = create_desk(desk_workspace, gate, Changes(desk_workspace.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", follow_redirects=False) as client:
        client.get(gate.link())
        assert "winter-light was still being sent" in Sitting(client).post("/settings/close").text


def test_closing_ends_a_running_desk(desk_workspace: Workspace) -> None:
    """As Ctrl-C does: the command comes to its end."""
    instance = Instance(desk_workspace.root)
    with free(instance.find_or_listen()) as listener:
        desk, ready = Desk(desk_workspace, listener, instance.secret), threading.Event()
        desk.close()  # one that does not run yet: nothing to do
        thread = threading.Thread(target=desk.run, args=(ready.set,), daemon=True)
        thread.start()
        assert ready.wait(PATIENCE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("os._exit", lambda _code: None)  # which would end this test, were the machine busy
            desk.close()
            thread.join(PATIENCE)
        assert not thread.is_alive()
    free(Instance(desk_workspace.root).find_or_listen()).close()


def test_the_settings_put_an_icon_on_the_desktop(
    sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And take it away again."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(shortcut, "this_system", lambda: "linux")
    (tmp_path / "Desktop").mkdir()
    page = sitting.post("/settings/icon")
    assert "is in the menu of programs and the desktop now." in page.text
    assert len(list((tmp_path / "Desktop").iterdir())) == 1
    assert "The icon is removed." in sitting.undo(page.text).text
    assert not list((tmp_path / "Desktop").iterdir())
