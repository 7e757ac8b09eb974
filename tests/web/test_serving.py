"""The public pages as a server: nobody keeps others from unsubscribing, and nothing that was answered is lost."""

import contextlib
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from newsletter.storage import Store, open_store
from newsletter.storage import store as storing
from newsletter.storage.copies import database_file
from newsletter.subscribers.records import add_subscriber, subscriber_by_id
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import Status
from newsletter.web.public import create_public_pages, public_server
from newsletter.web.public import server as serving
from newsletter.workspace import Workspace

SECONDS = 30.0  # for whatever must happen on a busy machine


class Pages:
    """Public pages that run, and the people whose links they answer."""

    def __init__(self, store: Store, port: int) -> None:
        self.store, self.port = store, port

    def subscribe(self, number: int) -> list[int]:
        """Add so many subscribers; return their ids."""
        with self.store.write() as connection:
            return [
                add_subscriber(connection, self.store.key, f"reader{each}@example.org", wording="yes").id
                for each in range(number)
            ]

    def status(self, person: int) -> Status:
        with self.store.read() as connection:
            found = subscriber_by_id(connection, person)
        assert found is not None
        return found.status

    def path(self, person: int) -> str:
        return f"/u/{unsubscribe_token(self.store.key, person)}"

    def press(self, person: int) -> tuple[int, str, str]:
        """Press the button; return the status, the page, and when to come again."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)) as connection:
            connection.request("POST", self.path(person), "List-Unsubscribe=One-Click")
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("Retry-After", "")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)


@pytest.fixture
def pages(request: pytest.FixtureRequest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """Pages that have little patience with clients, so that the tests need none."""
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(serving, "KEPT_SECONDS", 0.3)
    monkeypatch.setattr(storing, "BUSY_SECONDS", getattr(request, "param", SECONDS))
    with open_store(workspace.database_url, workspace.key_file) as store:
        server = public_server(create_public_pages(workspace, store), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield Pages(store, port_of(server))
        finally:
            server.should_exit = True
            thread.join(SECONDS)


def port_of(server: object) -> int:
    until = time.monotonic() + SECONDS
    while not getattr(server, "started", False) and time.monotonic() < until:
        time.sleep(0.01)
    listener = server.servers[0].sockets[0]  # type: ignore[attr-defined]
    port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /u/abc HTT",
        b"POST /u/abc HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST /u/abc HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf",
        b"GET /u/abc HTTP/1.1\r\nHost: a\r\n\r\nGET /u/",
    ],
    ids=["nothing", "half a line", "half a head", "half a body", "half a second request"],
)
def test_slow_clients_are_hung_up_on(pages: Pages, begun: bytes) -> None:
    """Whoever does not complete a request in time is not waited for."""
    with pages.connect() as client:
        client.sendall(begun)
        while client.recv(65_536):  # ends when the other side hangs up; else it times out
            pass


def test_many_silent_connections_stop_no_opt_out(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that say nothing make room for those that do."""
    monkeypatch.setattr(serving, "REQUEST_SECONDS", SECONDS)
    [person] = pages.subscribe(1)
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(pages.connect()) for _ in range(160)]
        assert pages.press(person)[0] == 200
        assert pages.status(person) is Status.UNSUBSCRIBED
        assert gone(silent[0])


def gone(client: socket.socket) -> bool:
    """Whether the other side has hung up."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_each_answered_opt_out_is_kept(pages: Pages) -> None:
    """Many at once, on connections of their own: every 200 is in the database."""
    people = pages.subscribe(60)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(pages.press, people))
    assert {status for status, *_ in answers} == {200}
    assert {pages.status(person) for person in people} == {Status.UNSUBSCRIBED}


@pytest.mark.parametrize("pages", [0.3], indirect=True)
def test_a_busy_database_is_told_in_words(pages: Pages, capfd: pytest.CaptureFixture[str]) -> None:
    """While another program writes for long, each reader is asked to come again; nobody is told that it is done."""
    people = pages.subscribe(30)
    database = database_file(str(pages.store.engine.url))
    assert database is not None
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(pages.press, people))
        other.execute("ROLLBACK")
    assert {(status, later) for status, _, later in answers} == {(503, "60")}
    assert all("Please try again in a minute" in page for _, page, _ in answers)
    assert {pages.status(person) for person in people} == {Status.SUBSCRIBED}
    assert pages.press(people[0])[0] == 200
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("added", ["/", "//", "%20", "?utm_source=x", ">", "%3E%0D%0A"])
def test_what_mail_programs_add_does_no_harm(pages: Pages, added: str) -> None:
    """A link with something behind it works all the same, and leads to no other host."""
    [person] = pages.subscribe(1)
    with contextlib.closing(HTTPConnection("127.0.0.1", pages.port, timeout=SECONDS)) as connection:
        connection.request("POST", pages.path(person) + added, headers={"Host": "evil.example"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers.get("Location")) == (200, None)
    assert pages.status(person) is Status.UNSUBSCRIBED


@pytest.mark.parametrize("length", [201, 4_000, 15_000, 60_000])
def test_long_tokens_are_not_looked_at(pages: Pages, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be a token costs nothing."""
    monkeypatch.delattr("newsletter.subscribers.tokens._read_exact")  # whoever looks at it fails
    with contextlib.closing(HTTPConnection("127.0.0.1", pages.port, timeout=SECONDS)) as connection:
        connection.request("GET", "/u/" + "ae" * (length // 2) + "a" * (length % 2))
        assert connection.getresponse().status in {400, 404}
