"""Fetching is careful: public addresses only, and limits for everything."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsletter.errors import SourceError
from newsletter.posts import fetching
from newsletter.posts.fetching import Fetcher

PAGE = b"<html><head><title>Noon</title></head><body><article><p>A walk.</p></article></body></html>"


class Handler(BaseHTTPRequestHandler):
    """A small website with every trouble that a website can make."""

    agents: list[str]

    def do_GET(self) -> None:
        Handler.agents.append(self.headers["User-Agent"])
        status, headers, body = {
            "/post": (200, {}, PAGE),
            "/moved": (302, {"Location": "/post"}, b""),
            "/loop": (301, {"Location": "/loop"}, b""),
            "/gone": (404, {}, b"no"),
            "/private": (403, {}, b"no"),
            "/large": (200, {}, b"x" * 5000),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        }[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep the tests' output quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a website on this machine."""
    Handler.agents = []
    socketserver.TCPServer.allow_reuse_address = True
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def refusal(fetch: Callable[[str], object], url: str) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url)
    return str(caught.value)


def test_page_is_fetched_with_its_final_address(site: str) -> None:
    """A redirect is followed, and the program says who it is."""
    source = Fetcher(allow_local=True).fetch(f"{site}/moved")
    assert (source.data, source.url) == (PAGE, f"{site}/post")
    assert source.modified is not None
    assert all(agent.startswith("newsletter/") for agent in Handler.agents)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/"]
)
def test_this_machine_and_its_network_are_refused(url: str) -> None:
    """A page on the web cannot make this program read what only this machine can reach."""
    assert "--allow-local" in refusal(Fetcher().fetch, url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "https://", "gopher://x"])
def test_other_kinds_of_addresses_are_refused(url: str) -> None:
    """Only the web is fetched from."""
    assert "not a web address" in refusal(Fetcher(allow_local=True).fetch, url)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "does not exist (404)"),
        ("/private", "may not be read by programs"),
        ("/loop", "redirected more than 5 times"),
        ("/file", "not a web address"),
    ],
)
def test_trouble_is_told(site: str, path: str, words: str) -> None:
    """Each has its own words and a next step."""
    assert words in refusal(Fetcher(allow_local=True).fetch, f"{site}{path}")


def test_too_large(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is not read to its end."""
    monkeypatch.setattr(fetching, "_MOST_BYTES", 1000)
    assert "has more than" in refusal(Fetcher(allow_local=True).fetch, f"{site}/large")


def test_nobody_answers() -> None:
    """A closed door is told as such."""
    assert "does not answer" in refusal(Fetcher(allow_local=True).fetch, "http://127.0.0.1:9/")
