"""Asking links whether they are alive: over real sockets, on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from newsletter.checks.links import leads_to_public_web
from newsletter.checks.online import dead_addresses
from newsletter.errors import NewsletterError


class Site(BaseHTTPRequestHandler):
    """Answers with the status that the path names; /no-head-404 only to GET."""

    def do_HEAD(self) -> None:
        self._answer(405 if "no-head" in self.path else int(self.path.rpartition("-")[2]))

    def do_GET(self) -> None:
        self._answer(int(self.path.rpartition("-")[2]))

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_only_what_is_surely_gone_is_dead(site: str) -> None:
    """404 and 410 are dead; a site that refuses programs or is in trouble says nothing."""
    paths = ("/ok-200", "/gone-404", "/gone-410", "/shy-403", "/ill-500", "/no-head-200", "/no-head-404")
    with httpx2.Client() as client:
        dead = dead_addresses({site + path for path in paths}, client)

    assert {address.removeprefix(site) for address in dead} == {"/gone-404", "/gone-410", "/no-head-404"}


def test_nobody_at_home_is_dead(site: str) -> None:
    """An address at which nobody answers is dead, while others answer."""
    nobody = "http://127.0.0.1:1/x"
    with httpx2.Client() as client:
        assert list(dead_addresses([nobody, f"{site}/ok-200"], client)) == [nobody]


def test_without_a_network_no_link_is_blamed() -> None:
    """When nothing at all can be reached, that is said, and not that every link is dead."""
    with httpx2.Client() as client, pytest.raises(NewsletterError, match="none of the links can be reached"):
        dead_addresses(["http://127.0.0.1:1/x", "http://127.0.0.1:1/y"], client)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://example.org/a", True),
        ("http://127.0.0.1:8000/", False),
        ("http://10.0.0.1/", False),
        ("http://[::1]/", False),
        ("http://169.254.169.254/latest", False),
        ("http://localhost/", False),
        ("http://printer.local/", False),
        ("mailto:hello@example.org", False),
        ("https://[broken", False),
    ],
)
def test_machines_of_ones_own_are_never_asked(address: str, public: bool) -> None:  # noqa: FBT001 - a table
    """Only addresses that everybody can reach are asked; nothing inside the clinic's network."""
    assert leads_to_public_web(address) is public
