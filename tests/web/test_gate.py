"""The desk's door: who is let in, and what every answer carries."""

import http.client
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from newsletter.web.desk import Gate
from tests.web.samples import PORT

PAGES = ["/", "/issues/winter-light", "/issues/winter-light/mail", "/issues/winter-light/write", "/events", "/nothing"]
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:4321",
    "127.0.0.1",
    "127.0.0.1:80",
    "127.0.0.1:4321.evil.example",
    "localhost",
    "localhost:4322",
    "[::1]:4321",
    "0.0.0.0:4321",
    "",
]
FOREIGN_ORIGINS = [
    "https://evil.example",
    "http://evil.example:4321",
    "http://127.0.0.1",
    "http://127.0.0.1:9",
    "https://127.0.0.1:4321",
    "null",
    "",
]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_shown_without_the_link(stranger: TestClient, page: str) -> None:
    """Every page is closed to those who did not come through the opening link."""
    answer = stranger.get(page)

    assert answer.status_code == 403
    assert "Winter light" not in answer.text


def test_the_link_opens_the_desk_for_its_own_cookie_only(stranger: TestClient, gate: Gate) -> None:
    """The link is exchanged for a cookie that scripts cannot read and other sites cannot send."""
    opened = stranger.get(gate.link("/issues/winter-light"))

    assert (opened.status_code, opened.headers["location"]) == (303, "/issues/winter-light")
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert "SameSite=strict" in opened.headers["set-cookie"]
    assert stranger.get("/").status_code == 200


def test_the_link_works_once(client: TestClient, gate: Gate) -> None:
    """A link that was used opens nothing for another browser, and does no harm in the same one."""
    link = gate.link()

    assert client.get(link).status_code == 303
    client.cookies.clear()
    assert client.get(link).status_code == 403
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("page", ["https://evil.example", "//evil.example", "/open/x", "javascript:alert(1)"])
def test_the_link_leads_nowhere_else(stranger: TestClient, gate: Gate, page: str) -> None:
    """The opening link cannot be bent into a redirect to another site."""
    assert stranger.get(gate.link(page)).headers["location"] == "/"


@pytest.mark.parametrize("ticket", ["", "x", "x" * 43, "%00", "é"])
def test_a_guessed_link_opens_nothing(stranger: TestClient, ticket: str) -> None:
    """Only the one link is accepted."""
    answer = stranger.get(f"/open/{ticket}")

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("page", ["/", "/issues/winter-light/mail", "/static/desk.css"])
def test_a_foreign_host_is_refused(client: TestClient, page: str, host: str) -> None:
    """A name that was pointed at this machine (DNS rebinding) reads nothing, cookie or not."""
    assert client.get(page, headers={"host": host}).status_code == 421


def test_localhost_is_this_machine_too(client: TestClient) -> None:
    """The name `localhost` is accepted, with the right port and the cookie."""
    assert client.get("/", headers={"host": f"LOCALHOST:{PORT}"}).status_code == 200


def test_two_hosts_are_no_host(client: TestClient) -> None:
    """A request that names two hosts is refused."""
    headers = [("host", f"127.0.0.1:{PORT}"), ("host", "evil.example")]

    assert client.get("/", headers=headers).status_code == 421


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize("page", ["/", "/events"])
def test_a_foreign_origin_is_refused(client: TestClient, page: str, origin: str) -> None:
    """Another site's script reads nothing, even with the cookie."""
    answer = client.get(page, headers={"origin": origin})

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "", "other"])
@pytest.mark.parametrize("page", ["/", "/issues/winter-light/mail", "/static/desk.js"])
def test_a_request_from_another_site_is_refused(client: TestClient, page: str, site: str) -> None:
    """A browser says when another site made it ask; such a request is refused."""
    assert client.get(page, headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_change_needs_an_origin(client: TestClient, method: str) -> None:
    """A request that could change something is refused unless it names the desk as its origin."""
    assert client.request(method, "/").status_code == 403
    assert client.request(method, "/", headers={"origin": f"http://127.0.0.1:{PORT}"}).status_code == 405


@pytest.mark.parametrize("page", [*PAGES[:4], "/nothing", "/static/desk.css", "/static/desk.js"])
def test_every_answer_is_protected(client: TestClient, page: str) -> None:
    """Scripts, frames and referrers are held tight on every page."""
    headers = client.get(page).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"] or page.endswith("/mail")


def test_a_refusal_says_how_to_get_in(stranger: TestClient) -> None:
    """Somebody who bookmarked the desk learns how to open it."""
    assert "newsletter preview" in stranger.get("/").text


def test_two_desks_do_not_share_a_link() -> None:
    """Each start has its own unguessable link."""
    paths = {urlsplit(Gate(PORT).link()).path for _ in range(50)}

    assert len(paths) == 50
    assert all(len(path.removeprefix("/open/")) >= 43 for path in paths)  # 32 bytes in base64


def test_statuses_are_what_http_calls_them() -> None:
    """421 is the status for a host that this server does not serve (RFC 9110, 15.5.20)."""
    assert http.client.responses[421] == "Misdirected Request"
